"""The table of figures as a data frame: kpi, scope, value, unit."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cssim.eventlog import EventLog
from cssim.kpi import summary
from cssim.kpi.measure import Measure, Weekly
from cssim.kpi.spans import Window


def table(log: EventLog, window: Window | None = None) -> pd.DataFrame:
    """Every figure of a log over a window of moments; by default the scenario's own.

    Columns: `kpi` (a name of the glossary), `scope` (`all`, or sorted `key=value` pairs joined
    by `;`), `value` (shares 0 … 1), `unit`.
    """
    return frame(summary.measures(log, window))


def weekly(log: EventLog, window: Window | None = None) -> pd.DataFrame:
    """The same for each week of the window, with a column `week`: its Monday's date."""
    return pd.DataFrame(summary.by_week(log, window), columns=list(Weekly._fields))


def hourly(log: EventLog, window: Window | None = None) -> pd.DataFrame:
    """The same columns by weekday and hour; scopes have `hour=` and `weekday=`."""
    return frame(summary.by_hour(log, window))


def frame(rows: Sequence[Measure]) -> pd.DataFrame:
    """Figures as a data frame."""
    return pd.DataFrame(rows, columns=list(Measure._fields))
