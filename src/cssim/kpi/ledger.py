"""The ledger: what the life of a case was spent on, cause by cause.

At every moment each branch of a case has one cause, and an activity is enabled when the one
before it is completed; so for a case without parallel branches the causes sum to its cycle time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR
from cssim.eventlog import CAUSES, NEVER, PIECE_KINDS, EventLog
from cssim.kpi import measure
from cssim.kpi.cases import Cases
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.people import WAITING
from cssim.kpi.spans import Spans

TRAVEL, APPROVAL, SUPPLIER, WORKING, CUSTOMER, QUEUEING = (
    CAUSES.index(cause)
    for cause in ("travel", "approval", "supplier", "working", "customer", "queueing")
)
_TRAVEL_PIECE = PIECE_KINDS.index("travel")


def ledger(log: EventLog) -> NDArray[np.int64]:
    """Milliseconds of each closed case in each cause, [case][cause]; nothing of an open one.

    Waiting between enabled and started has the activity's cause, less the waits that have rows
    of their own; from started to completed it is the customer's, the supplier's or our own
    work (nights between two shifts included), less the journey. A step that approves is
    `approval` from enabled to completed.
    """
    done, pieces = log["activities"], log["pieces"]
    done = done[done["completed_at"] != NEVER]
    at_work = _cause_of_node(log)[done["node"]]
    waiting = np.where(at_work == APPROVAL, APPROVAL, done["wait_cause"].astype(np.int64))
    total = np.zeros((len(log["cases"]), len(CAUSES)), dtype=np.int64)
    _add(total, done["case"], waiting, done["started_at"] - done["enabled_at"])
    _add(total, done["case"], at_work, done["completed_at"] - done["started_at"])
    waits = pieces[pieces["kind"] == WAITING]
    _move(total, waits, QUEUEING, waits["cause"].astype(np.int64))
    journeys = pieces[pieces["kind"] == _TRAVEL_PIECE]
    _move(total, journeys, WORKING, np.full(len(journeys), TRAVEL))
    total[log["cases"]["closed_at"] == NEVER] = 0
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


def _cause_of_node(log: EventLog) -> NDArray[np.int64]:
    """What the time between started and completed is, by node."""
    outside = {"customer": CUSTOMER, "supplier": SUPPLIER}
    return np.array(
        [
            CAUSES.index(node["cause"])
            if node.get("cause")
            else outside.get((node["doers"] or [""])[0], WORKING)
            for node in log.terms["nodes"]
        ],
        dtype=np.int64,
    )


def _add(
    total: NDArray[np.int64],
    case: NDArray[np.integer],
    cause: NDArray[np.int64],
    time: NDArray[np.int64],
) -> None:
    cells = case.astype(np.int64) * len(CAUSES) + cause
    # sums of whole milliseconds, exact in floats below 2**53
    sums = np.bincount(cells, time, total.size)
    total += sums.astype(np.int64).reshape(total.shape)


def _move(total: NDArray[np.int64], pieces: np.ndarray, own: int, cause: NDArray[np.int64]) -> None:
    """Time of pieces that counts for a cause of its own."""
    length = pieces["to_at"] - pieces["from_at"]
    _add(total, pieces["case"], np.full(len(pieces), own), -length)
    _add(total, pieces["case"], cause, length)
