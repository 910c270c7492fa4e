"""Cross checks of dispatch: whether the formulas that lines are served by can be computed."""

from __future__ import annotations

from cssim.basis import formula
from cssim.scenario.look import Look
from cssim.scenario.model_dispatch import QUANTITIES
from cssim.scenario.problems import unknown
from cssim.scenario.value import Value


def tell(look: Look) -> None:
    """All formulas: the scenario's own, and those of pools."""
    _formula_is_one(look, look.section("dispatch"), "dispatch")
    for key, places in look.each("pools"):
        for _, pool_key, pool in look.within(places, key):
            _formula_is_one(look, pool, pool_key)


def _formula_is_one(look: Look, above: Value, above_key: str) -> None:
    """An order's formula has a meaning: tells all that is wrong with it."""
    said = above.at("order", "formula")
    if said is None or isinstance(said.content, bool | dict | list | None):
        return  # that it is no text is the section's to say
    for fault in formula.faults(str(said.content), QUANTITIES):
        what = fault.what if fault.known is None else unknown(fault.what, fault.got, fault.known)
        look.problems.say(said, f"{above_key}.order.formula", f"{what} (got {fault.got})")
