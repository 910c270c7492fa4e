"""A scenario, several times over, for analysts: the figures as data frames.

The figures do not depend on how many workers there are, nor on the order in which the
replications are finished.
"""

from __future__ import annotations

import pandas as pd

from cssim import blueprint
from cssim.experiment import parallel, replications, worker
from cssim.experiment.replications import KPI_COLUMNS, WEEKLY_COLUMNS, Replications, together
from cssim.experiment.worker import Task
from cssim.kpi.measure import Measure
from cssim.scenario.model import Scenario


class Study(Replications):
    """Replications whose figures are data frames.

    Example:
        >>> from cssim.scenario import read
        >>> study = replicate(read.load("tests/scenarios/valid/tiny.yaml"), n=2, jobs=1)
        >>> list(study.kpis.columns)
        ['kpi', 'scope', 'mean', 'low', 'high', 'unit']
    """

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


def replicate(
    scenario: Scenario,
    n: int = 10,
    seed: int = 1,
    jobs: int | None = None,
    progress: parallel.Progress = parallel.silent,
) -> Study:
    """Run a scenario `n` times; nothing is written.

    Args:
        jobs: worker processes; as many as there are processors if it is not given.
        progress: called with (done, of) as replications are finished.
    """
    packed = worker.packed(blueprint.build(scenario))
    tasks = [Task(packed, seed, number, {}) for number in range(n)]
    figures = [done for _, done in parallel.each(worker.replicate, tasks, jobs, progress)]
    return framed(replications.gathered(scenario, seed, figures))


def framed(found: Replications) -> Study:
    """The same replications with their data frames."""
    return Study(found.scenario, found.seed, found.figures, found.actual)
