"""Shelves that can only run dry: nothing is ordered, and less comes back than is used.

By mean shares: of the units that are used, how many replace a bad one, and how many of those
are repaired. What a bench of our own makes good is for its flow to say: here it is all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from cssim.scenario.model import Scenario


def shelves(scenario: Scenario) -> Iterator[str]:
    """A sentence for every such shelf of a part that some product needs."""
    parts = scenario.parts
    if parts is None:
        return
    shares = _come_back(scenario)
    for place, kept in parts.stock.items():
        for part, spec in kept.items():
            share = shares.get(part, 1.0)
            if spec.kind == "rotable" and share < 1:
                yield (
                    f"parts.stock.{place}.{part}: of those that are used some {share:.0%} come "
                    "back, and none are ordered: it can only run dry"
                ).replace("%", " %")


def _come_back(scenario: Scenario) -> dict[str, float]:
    """Parts that some case needs, and the least share of them that comes back.

    For what is used a bad unit comes in if it replaced one, for what is given in exchange always,
    for what a repair uses up never. Substitutes are used as what they stand for.
    """
    parts = scenario.parts
    assert parts is not None
    found: dict[str, float] = {}
    for product in scenario.products.values():
        for part in product.visit_parts:
            for one in (part, *parts.types[part].substitutes):
                found[one] = min(found.get(one, 1), parts.replaced * _repaired(scenario, one))
        if product.unit:
            back = _repaired(scenario, product.unit, exchanged=True)
            found[product.unit] = min(found.get(product.unit, 1), back)
        for needs in product.repair_parts.values():
            found |= dict.fromkeys(needs, 0.0)
    return found


def _repaired(scenario: Scenario, part: str, exchanged: bool = False) -> float:
    """Which share of the bad units of a part lie on a shelf again."""
    assert scenario.parts is not None
    for source in scenario.demand.values():
        if source.kind == "bench" and part in source.parts and (source.exchanged or not exchanged):
            return 1.0
    if exchanged or not scenario.parts.types[part].repairable:
        return 0.0
    return scenario.parts.repaired
