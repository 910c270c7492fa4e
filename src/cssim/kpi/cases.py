"""Cases: how many came and went, how long they took, what became of them.

All figures are about requests; chasers (contacts that ask about an open case) and the flows
that are no customer's case are left out (R93), but for the one figure that counts chasers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR, WEEK
from cssim.eventlog import CASE_KINDS, NEVER, OUTCOMES, EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Moments, Spans

REQUEST, CHASER, REOPENED = (CASE_KINDS.index(kind) for kind in ("request", "chaser", "reopened"))
PROMISED = (REQUEST, REOPENED)  # whose promises count
SOLVED = OUTCOMES.index("solved")
_COLUMNS = {"region": "regions", "contract": "contracts"}  # of cases; their words in the terms


@dataclass(frozen=True)
class Cases:
    """Cases of one kind, one entry each; `closed_at` is NEVER for those still open."""

    case: NDArray[np.int64]
    opened_at: Moments
    closed_at: Moments
    outcome: NDArray[np.int64]

    @property
    def closed(self) -> NDArray[np.bool_]:
        """Which have closed."""
        closed: NDArray[np.bool_] = self.closed_at != NEVER
        return closed


def of_kind(log: EventLog, kind: int) -> Cases:
    """The cases of a kind, in order of their numbers."""
    table = log["cases"]
    number = np.flatnonzero(table["kind"] == kind)
    rows = table[number]
    outcome = rows["outcome"].astype(np.int64)
    return Cases(number, rows["opened_at"].copy(), rows["closed_at"].copy(), outcome)


def groups(log: EventLog, *names: str) -> Groups:
    """All cases by region, contract and attributes; by nothing: everybody in one group."""
    found = measure.everybody(len(log["cases"]))
    for name in names:
        words = log.terms[_COLUMNS[name]] if name in _COLUMNS else log.terms["attributes"][name]
        codes = log["cases"][name] if name in _COLUMNS else log.attributes[name]
        found = measure.crossed(found, measure.one_by_one(name, words, codes))
    return found


def first_of(log: EventLog) -> NDArray[np.int64]:
    """By case, the one in which its promises began: itself, unless its clocks went on."""
    cases = log["cases"]
    found = np.arange(len(cases))
    if log.terms.get("reopening") == "continue":
        for case in np.flatnonzero((cases["kind"] == REOPENED) & (cases["parent"] >= 0)):
            found[case] = found[cases["parent"][case]]  # which has a lower number
    return found


def has(log: EventLog, name: str) -> bool:
    """Whether a log's cases can be told apart by a dimension."""
    return name in _COLUMNS or bool(log.terms["attributes"].get(name))


def requests(cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`requests`: how many requests were opened in the span."""
    return measure.counts("requests", "cases", by.at(cases.case), spans, cases.opened_at)


def throughput(cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`throughput`: requests that closed in the span / its length in weeks."""
    found = measure.counts("throughput", "per week", by.at(cases.case), spans, cases.closed_at)
    weeks = spans.lengths / WEEK
    for number, one in enumerate(found):
        yield one._replace(value=one.value / float(weeks[number % len(weeks)]))


def cycle_time(cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`cycle_time`: closed_at - opened_at, in hours of all the day and week.

    Over the requests opened in the span that had closed when the run ended; `open_share` says
    how many had not.
    """
    closed = cases.closed
    hours = (cases.closed_at - cases.opened_at)[closed] / HOUR
    rows, opened_at = by.at(cases.case[closed]), cases.opened_at[closed]
    return measure.statistics("cycle_time", "h", hours, rows, spans, opened_at)


def open_share(cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`open_share`: requests still open at the end of the run-out / requests opened in the span."""
    rows = by.at(cases.case)
    return measure.means("open_share", "share", ~cases.closed, rows, spans, cases.opened_at)


def outcome_share(cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`outcome_share`: requests with an outcome / requests opened in the span that have closed."""
    closed = cases.closed
    rows, opened_at = by.at(cases.case[closed]), cases.opened_at[closed]
    for code, outcome in enumerate(OUTCOMES):
        has_it = cases.outcome[closed] == code
        if not has_it.any():
            continue
        labels = tuple({**label, "outcome": outcome} for label in rows.labels)
        these = Groups(labels, rows.codes)
        yield from measure.means("outcome_share", "share", has_it, these, spans, opened_at)


def backlog(cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`backlog`: requests that are open, on average over the span's time."""
    rows = by.at(cases.case)
    return measure.levels("backlog", "cases", rows, spans, cases.opened_at, cases.closed_at)


def chasers_per_request(
    chasers: Cases, cases: Cases, by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`chasers_per_request`: chasers that came in the span / requests opened in the span."""
    came, opened = _opened(chasers, by, spans), _opened(cases, by, spans)
    return measure.ratios("chasers_per_request", "per request", came, opened, by, spans)


def reopened_share(
    reopened: NDArray[np.int64], cases: Cases, by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`reopened_share`: requests that came back / requests that closed as solved in the span.

    One that had not come back when the run ended counts as one that never will. `reopened` are
    the cases that did.
    """
    solved = cases.outcome == SOLVED
    came_back = np.isin(cases.case[solved], reopened)
    rows, closed_at = by.at(cases.case[solved]), cases.closed_at[solved]
    return measure.means("reopened_share", "share", came_back, rows, spans, closed_at)


def _opened(cases: Cases, by: Groups, spans: Spans) -> NDArray[np.float64]:
    cells = by.at(cases.case).cells(spans, cases.opened_at)
    size = len(by.labels) * len(spans.labels)
    return np.bincount(cells[cells >= 0], minlength=size).astype(np.float64)
