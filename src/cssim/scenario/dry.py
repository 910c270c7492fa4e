"""Shelves that can only run dry: nothing is ordered, and less comes back than is used.

By mean shares: of the units that are used, how many replace a bad one, and how many of those
are repaired. What a bench of our own makes good is for its flow to say: here it is all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cssim.scenario.model import Scenario


def shelves(scenario: Scenario) -> Iterator[str]:
    """A sentence for every such shelf of a part that some product needs."""
    parts = scenario.parts
    if parts is None:
        return
    for place, kept in parts.stock.items():
        for part, spec in kept.items():
            why = _why(scenario, place, part) if spec.kind == "rotable" else ""
            if why:
                told = f"parts.stock.{place}.{part}: {why}, and none are ordered"
                yield f"{told}: it can only run dry".replace("%", " %")


def _why(scenario: Scenario, place: str, part: str) -> str:
    """How a shelf loses units; "" for one that does not, or of which that cannot be told."""
    bench = _bench(scenario, part)
    if place in scenario.regions or not scenario.regions:
        shares = set(_come_back(scenario, part))
        if bench is not None and bench.to not in (None, place):
            shares = {0.0} if shares else shares
        if not shares or min(shares) == 1:
            return ""
        if len(shares) > 1:
            return "less comes back than is used"
        return f"of those that are used some {shares.pop():.0%} come back"
    is_fed = bench is not None and bench.to == place
    gives = not is_fed and _is_asked(scenario, place, part)
    return "what it gives does not come back to it" if gives else ""


def _is_asked(scenario: Scenario, place: str, part: str) -> bool:
    """Whether units leave a stock point for cases, or for the shelves of other places."""
    parts = scenario.parts
    assert parts is not None
    is_needed = any(True for _ in _come_back(scenario, part))
    if is_needed and any(place in ways for ways in parts.sourcing.values()):
        return True
    shelves = (kept[part] for kept in parts.stock.values() if part in kept)
    return any(getattr(one, "ordered_from", None) == place for one in shelves)


def _come_back(scenario: Scenario, part: str) -> Iterator[float]:
    """The share of a part's units that comes back, of each way in which cases need it.

    For what is used a bad unit comes in if it replaced one, for what is given in exchange always,
    for what a repair uses up never. Substitutes are used as what they stand for.
    """
    parts = scenario.parts
    assert parts is not None
    for product in scenario.products.values():
        for one in product.visit_parts:
            if part in (one, *parts.types[one].substitutes):
                yield parts.replaced * _repaired(scenario, part)
        if product.unit == part:
            yield _repaired(scenario, part, exchanged=True)
        for needs in product.repair_parts.values():
            if part in needs:
                yield 0.0


def _repaired(scenario: Scenario, part: str, exchanged: bool = False) -> float:
    """Which share of the bad units of a part lie on a shelf again."""
    assert scenario.parts is not None
    bench = _bench(scenario, part)
    if bench is not None and (bench.exchanged or not exchanged):
        return 1.0
    if exchanged or not scenario.parts.types[part].repairable:
        return 0.0
    return scenario.parts.repaired


def _bench(scenario: Scenario, part: str) -> Any:
    """The bench that repairs a part; None there is none."""
    sources = scenario.demand.values()
    return next((one for one in sources if one.kind == "bench" and part in one.parts), None)
