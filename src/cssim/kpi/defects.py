"""Defects: how many are open, how long until they are solved, what they are worth to other cases.

A defect is open from its first case until it is solved. Shares are over all requests opened in a
span, those that belong to no defect included. A log without defects has no such figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR
from cssim.eventlog import LINK_ENDS, NEVER, EventLog
from cssim.kpi import measure
from cssim.kpi.cases import Cases
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Spans

_PRODUCT = "product"


def figures(log: EventLog, cases: Cases, by: Sequence[Groups], spans: Spans) -> Iterator[Measure]:
    """All figures of defects; none of a log without."""
    if not log.terms.get("families"):
        return
    for of_defects in groups(log):
        yield from defects_open(log, of_defects, spans)
        yield from time_to_solve(log, of_defects, spans)
        yield from cases_per_defect(log, of_defects, spans)
    for of_cases in by:
        yield from linked_share(log, cases, of_cases, spans)
        yield from deflected_share(log, cases, of_cases, spans)
        yield from solved_by_defect_share(log, cases, of_cases, spans)


def groups(log: EventLog) -> tuple[Groups, Groups]:
    """All defects together, and by product."""
    rows = log["defects"]
    words = log.terms["attributes"][_PRODUCT]
    return measure.everybody(len(rows)), measure.one_by_one(_PRODUCT, words, rows[_PRODUCT])


def defects_open(log: EventLog, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`defects_open`: defects that are found and not solved, on average over the span's time."""
    rows = log["defects"]
    found = np.flatnonzero(rows["found_at"] < NEVER)
    from_at, to_at = rows["found_at"][found], rows["solved_at"][found]
    return measure.levels("defects_open", "defects", by.at(found), spans, from_at, to_at)


def time_to_solve(log: EventLog, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`time_to_solve`: from a defect's first case to its solution, in hours of all the day.

    Over the defects that were solved in the span.
    """
    rows = log["defects"]
    solved = np.flatnonzero(rows["solved_at"] < NEVER)
    hours = (rows["solved_at"] - rows["found_at"])[solved] / HOUR
    at = rows["solved_at"][solved]
    return measure.statistics("time_to_solve", "h", hours, by.at(solved), spans, at)


def cases_per_defect(log: EventLog, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`cases_per_defect`: linked requests opened in the span / the defects that they belong to."""
    rows = log["linked"]
    cells = by.at(rows["defect"]).cells(spans, rows["opened_at"])
    size = len(by.labels) * len(spans.labels)
    inside = cells >= 0
    pairs = np.unique(cells[inside] * max(len(log["defects"]), 1) + rows["defect"][inside])
    defects = np.bincount(pairs // max(len(log["defects"]), 1), minlength=size)
    cases = np.bincount(cells[inside], minlength=size)
    over, under = cases.astype(np.float64), defects.astype(np.float64)
    return measure.ratios("cases_per_defect", "cases", over, under, by, spans)


def linked_share(log: EventLog, cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`linked_share`: requests that belong to a defect / requests opened in the span."""
    return _share("linked_share", log, LINK_ENDS, cases, by, spans)


def deflected_share(log: EventLog, cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`deflected_share`: requests known from a published solution / requests of the span."""
    return _share("deflected_share", log, ("deflected",), cases, by, spans)


def solved_by_defect_share(
    log: EventLog, cases: Cases, by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`solved_by_defect_share`: requests whose solution another case found / requests of the span.

    They were open when their defect was solved, or came before that was published.
    """
    return _share("solved_by_defect_share", log, ("by_defect",), cases, by, spans)


def _share(
    kpi: str, log: EventLog, ends: tuple[str, ...], cases: Cases, by: Groups, spans: Spans
) -> Iterator[Measure]:
    rows = log["linked"]
    how: NDArray[np.bool_] = np.isin(rows["how"], [LINK_ENDS.index(end) for end in ends])
    such = np.isin(cases.case, rows["case"][how])
    return measure.means(kpi, "share", such, by.at(cases.case), spans, cases.opened_at)
