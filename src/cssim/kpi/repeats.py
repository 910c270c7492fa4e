"""Visits that come again: how many are not the first, and how often the first one was enough.

A visit is a step for which an appointment is kept. It mends if the decision that settles its
parts says `fixed`; one that ends otherwise (the unit goes to the workshop, the case is handed
back) does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import NEVER, EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Spans


def figures(log: EventLog, by: Sequence[Groups], spans: Spans) -> Iterator[Measure]:
    """Both figures, for each way to group cases; none of a log without visits."""
    rows = _at(log, "visit")
    begun = rows[rows["started_at"] < NEVER]
    first = begun[begun["visit"] == 1]
    for cases in by:
        yield from repeat_visit_share(begun, cases.at(begun["case"]), spans)
        yield from first_time_fix_rate(log, first, cases.at(first["case"]), spans)


def repeat_visit_share(begun: NDArray[np.void], by: Groups, spans: Spans) -> Iterator[Measure]:
    """`repeat_visit_share`: visits after a case's first / visits begun in the span."""
    again = begun["visit"] > 1
    return measure.means("repeat_visit_share", "share", again, by, spans, begun["started_at"])


def first_time_fix_rate(
    log: EventLog, first: NDArray[np.void], by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`first_time_fix_rate`: first visits that mended / first visits begun in the span."""
    settled = _at(log, "settles")
    words = log.terms["answers"]
    mended = settled["answer"] == (words.index("fixed") if "fixed" in words else -2)
    enough = np.isin(first["case"], settled["case"][mended & (settled["visit"] == 1)])
    return measure.means("first_time_fix_rate", "share", enough, by, spans, first["started_at"])


def _at(log: EventLog, what: str) -> NDArray[np.void]:
    """The rows of the nodes of which the log says so."""
    such = np.array([bool(node.get(what)) for node in log.terms["nodes"]], dtype=bool)
    rows = log["activities"]
    found: NDArray[np.void] = rows[such[rows["node"]]]
    return found
