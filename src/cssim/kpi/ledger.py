"""The ledger: what the life of a case was spent on, cause by cause.

At every moment a case has one cause (see `timelines`), so that the causes of a case sum exactly
to its elapsed time, whatever branches it had.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR
from cssim.eventlog import EventLog
from cssim.kpi import measure, timelines
from cssim.kpi.cases import Cases
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Spans
from cssim.kpi.timelines import CAUSES


def ledger(log: EventLog) -> NDArray[np.int64]:
    """Milliseconds of each case in each cause of `timelines.CAUSES`, [case][cause].

    A row sums to the case's elapsed time: to its end, or the run's while it is open.
    """
    total = np.zeros((len(log["cases"]), len(CAUSES)), dtype=np.int64)
    for rows in timelines.each(log):
        first, last = rows["case"][[0, -1]] if len(rows) else (0, -1)
        cells = (rows["case"] - first).astype(np.int64) * len(CAUSES) + rows["cause"]
        # sums of whole milliseconds, exact in floats below 2**53
        size = (int(last) - int(first) + 1) * len(CAUSES)
        sums = np.bincount(cells, rows["to_at"] - rows["from_at"], size)
        total[first : last + 1] += sums.astype(np.int64).reshape(-1, len(CAUSES))
    return total


def time_in_cause(
    total: NDArray[np.int64], cases: Cases, by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`time_in_cause`: mean hours that a request spent in a cause.

    Over the requests opened in the span that have closed; all causes together are the mean
    cycle time.
    """
    closed = cases.closed
    rows, opened_at = by.at(cases.case[closed]), cases.opened_at[closed]
    for number, cause in enumerate(CAUSES):
        hours = total[cases.case[closed], number] / HOUR
        these = Groups(tuple({**label, "cause": cause} for label in rows.labels), rows.codes)
        yield from measure.means("time_in_cause", "h", hours, these, spans, opened_at)
