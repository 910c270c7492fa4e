"""Does a pool's work pile up over the window?

A queue that grows without end has no meaningful waiting time, whatever its mean says: the
figure would be another one if the window were longer. What is tested is the figure
`backlog_growth`, from the window's start to the same weekday and hour at its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cssim.experiment import statistics
from cssim.kpi.measure import Measure

ENOUGH = 5  # replications
_SURE = 0.05
_POOL = "pool="


def growing(replications: Sequence[Sequence[Measure]]) -> list[str]:
    """The pools whose backlog grows: one-sided 95 % over the replications, Holm over the pools.

    None where there are fewer than five replications: they could not tell.
    """
    if len(replications) < ENOUGH:
        return []
    growth: dict[str, list[float]] = defaultdict(list)
    for rows in replications:
        for row in rows:
            if row.kpi == "backlog_growth" and row.scope.startswith(_POOL):
                growth[row.scope.removeprefix(_POOL)].append(row.value)
    p_values = [statistics.p_above(values) for values in growth.values()]
    adjusted = statistics.holm(p_values)
    return [pool for pool, p in zip(growth, adjusted, strict=True) if p < _SURE]
