"""What several replications say together, as plain rows: no data frames while workers run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cssim.experiment import backlog, statistics
from cssim.experiment.worker import Figures
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
        actual: what really happened, where the scenario's files tell it.
    """

    scenario: str
    seed: int
    figures: tuple[Figures, ...]
    actual: tuple[Measure, ...] = ()

    @property
    def rows(self) -> list[Row]:
        """Each figure of the window with its interval, as `together` has it."""
        return together([each.kpis for each in self.figures])

    @property
    def growing(self) -> list[str]:
        """The pools whose backlog grows; see `backlog.growing`."""
        return backlog.growing([each.kpis for each in self.figures])


def gathered(
    scenario: Scenario, seed: int, figures: Iterable[Figures], actual: Iterable[Measure] = ()
) -> Replications:
    """Replications in their order."""
    ordered = sorted(figures, key=lambda each: each.replication)
    return Replications(scenario.name, seed, tuple(ordered), tuple(actual))


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
