"""A scenario, several times over: replications, and what they say together.

The figures do not depend on how many workers there are, nor on the order in which the
replications are finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cssim import blueprint
from cssim.experiment import backlog, parallel, statistics, worker
from cssim.experiment.worker import Figures, Task
from cssim.kpi.measure import Measure, Weekly
from cssim.scenario.model import Scenario

KPI_COLUMNS = ("kpi", "scope", "mean", "low", "high", "unit")
WEEKLY_COLUMNS = ("kpi", "scope", "week", "mean", "low", "high", "unit")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Replications:
    """The figures of several replications of one scenario.

    Attributes:
        scenario: its name.
        seed: of the study.
        figures: one a replication, in order.
    """

    scenario: str
    seed: int
    figures: tuple[Figures, ...]

    @property
    def rows(self) -> list[Row]:
        """The rows of `kpis` as plain values."""
        return together([each.kpis for each in self.figures])

    @property
    def kpis(self) -> pd.DataFrame:
        """Columns kpi, scope, mean, low, high, unit; low and high are the 95 % t interval."""
        return pd.DataFrame(self.rows, columns=KPI_COLUMNS)

    @property
    def weekly(self) -> pd.DataFrame:
        """By week, named by its Monday: kpi, scope, week, mean, low, high, unit."""
        rows = together([each.weekly for each in self.figures])
        return pd.DataFrame(rows, columns=WEEKLY_COLUMNS)

    @property
    def hourly(self) -> pd.DataFrame:
        """By weekday and hour, which stand in the scope: columns as `kpis`."""
        return pd.DataFrame(together([each.hourly for each in self.figures]), columns=KPI_COLUMNS)

    @property
    def values(self) -> pd.DataFrame:
        """Every replication for itself: replication, kpi, scope, value, unit."""
        rows = [(each.replication, *row) for each in self.figures for row in each.kpis]
        return pd.DataFrame(rows, columns=["replication", *Measure._fields])

    @property
    def growing(self) -> list[str]:
        """The pools whose backlog grows; see `backlog.growing`."""
        return backlog.growing([each.kpis for each in self.figures])


def replicate(
    scenario: Scenario,
    n: int = 10,
    seed: int = 1,
    jobs: int | None = None,
    progress: parallel.Progress = parallel.silent,
) -> Replications:
    """Run a scenario `n` times; nothing is written.

    Args:
        jobs: worker processes; as many as there are processors if it is not given.
        progress: called with (done, of) as replications are finished.
    """
    packed = worker.packed(blueprint.build(scenario))
    tasks = [Task(packed, seed, number, {}) for number in range(n)]
    figures = [done for _, done in parallel.each(worker.replicate, tasks, jobs, progress)]
    return gathered(scenario, seed, figures)


def gathered(scenario: Scenario, seed: int, figures: Iterable[Figures]) -> Replications:
    """Replications in their order."""
    ordered = sorted(figures, key=lambda each: each.replication)
    return Replications(scenario.name, seed, tuple(ordered))


def together(replications: Sequence[Sequence[Measure] | Sequence[Weekly]]) -> list[Row]:
    """One row a figure: what names it, mean, low, high, unit; sorted by what names it.

    A figure that a replication does not have (nobody of that scope came) counts where it is.

    Example:
        >>> rows = [Measure("backlog", "all", 7.0, "cases")]
        >>> together([rows])
        [('backlog', 'all', 7.0, None, None, 'cases')]
    """
    values: dict[Row, list[float]] = {}
    units: dict[Row, str] = {}
    for rows in replications:
        for *names, value, unit in rows:
            values.setdefault(tuple(names), []).append(value)
            units[tuple(names)] = unit
    found = ((key, statistics.interval(values[key])) for key in sorted(values))
    return [(*key, each.mean, each.low, each.high, units[key]) for key, each in found]
