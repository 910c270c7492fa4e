"""Take-overs: how often work goes from one person to another, and what is done again for it.

A take-over counts in the span in which the other begins. A log has these figures where its
scenario says how long an owner is waited for, or that work is done again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cssim.basis.moments import HOUR
from cssim.eventlog import TAKEOVERS, EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Measure
from cssim.kpi.spans import Spans


def can_be(log: EventLog) -> bool:
    """Whether anything can change hands in this scenario."""
    return bool(log.terms.get("changes_hands") or log.terms.get("travel"))


def figures(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """All figures of take-overs; none where nothing can change hands."""
    if can_be(log):
        yield from takeovers(log, spans)
        yield from rework_time(log, spans)


def takeovers(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`takeovers`: how often somebody took over in the span, in all and by why."""
    rows = log["takeovers"]
    words = [word for word in TAKEOVERS if word != "booked" or log.terms.get("travel")]
    why = measure.one_by_one("why", words, rows["why"])
    for groups in (measure.everybody(len(rows)), why):
        yield from measure.counts("takeovers", "takeovers", groups, spans, rows["at"])


def rework_time(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`rework_time`: work that another does again, of take-overs in the span, in hours."""
    rows = log["takeovers"]
    everybody = measure.everybody(len(rows))
    cells = everybody.cells(spans, rows["at"])
    inside = cells >= 0
    sums = np.zeros(len(spans.labels))
    np.add.at(sums, cells[inside], rows["again"][inside])
    hours = np.full(len(spans.labels), float(HOUR))
    yield from measure.ratios("rework_time", "h", sums, hours, everybody, spans)
