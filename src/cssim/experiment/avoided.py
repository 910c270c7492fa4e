"""What a breach avoided costs: how much dearer a scenario is, for each promise that it breaks less.

Replication by replication, as all differences. What is paid for breaches is no part of the cost,
so that it can be held against the penalties. It knows nothing of how figures are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cssim.experiment import statistics, verdicts
from cssim.experiment.statistics import Interval
from cssim.experiment.targets import pairs_of
from cssim.kpi.measure import Measure

_OF_BREACHES = ("kind=penalty", "kind=credit")
_SURE = 0.05


class Avoided(NamedTuple):
    """One clock's breaches in two scenarios, and the difference of cost.

    `fewer` is base - other of the breaches, `more` other - base of the cost, both on average over
    the replications; `each` is more / fewer, where breaches differ (all clocks tested together,
    Holm). So it is also what was saved for each breach more.
    """

    scenario: str
    clock: str
    fewer: float
    more: float
    each: Interval | None
    verdict: str
    unit: str


def of(
    scenario: str, base: Sequence[Sequence[Measure]], other: Sequence[Sequence[Measure]]
) -> list[Avoided]:
    """What a breach avoided costs by clock; nothing where one of the two has no prices.

    Args:
        scenario: the name of the other.
        base: the figures of each replication.
        other: the same of the other, in the same order.
    """
    costs = [[_cost(figures) for figures in each] for each in (base, other)]
    paired = [(a, b) for a, b in zip(*costs, strict=True) if a and b and a.unit == b.unit]
    if len(paired) < len(base):
        return []
    unit, more = paired[0][0].unit, [b.value - a.value for a, b in paired]
    broken = [[_breaches(figures) for figures in each] for each in (base, other)]
    clocks = sorted(set.intersection(*(set(one) for each in broken for one in each)))
    fewer = [[a[clock] - b[clock] for a, b in zip(*broken, strict=True)] for clock in clocks]
    enough = len(more) >= verdicts.ENOUGH
    p_values = statistics.holm([statistics.p_differs(row) for row in fewer] if enough else [])
    return [
        _avoided(scenario, clock, row, more, p_values[place] if enough else None, unit)
        for place, (clock, row) in enumerate(zip(clocks, fewer, strict=True))
        if any(one[clock] for each in broken for one in each)
    ]


def _avoided(
    scenario: str, clock: str, fewer: list[float], more: list[float], p: float | None, unit: str
) -> Avoided:
    each = statistics.ratio(more, fewer) if p is not None and p < _SURE else None
    verdict = verdicts.TOO_FEW if p is None else verdicts.SAME if each is None else ""
    a, b = (sum(values) / len(values) for values in (fewer, more))
    return Avoided(scenario, clock, a, b, each, verdict, unit)


def _cost(figures: Sequence[Measure]) -> Measure | None:
    """The cost of everything but breaches; None without prices."""
    found = {row.scope: row for row in figures if row.kpi == "cost"}
    if "all" not in found:
        return None
    paid = sum(found[scope].value for scope in _OF_BREACHES if scope in found)
    return found["all"]._replace(value=found["all"].value - paid)


def _breaches(figures: Sequence[Measure]) -> dict[str, float]:
    """How many promises each clock broke."""
    found = {}
    for row in figures:
        if row.kpi == "breaches" and (scope := pairs_of(row.scope)).keys() == {"clock"}:
            found[scope["clock"]] = row.value
    return found
