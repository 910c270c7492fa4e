"""Transfers: how often a case goes up a tier, back down, to somebody beside, or round again.

A tier is a level of support; their order, the lowest first, stands in the log's terms. A step
belongs to the tier that does it; what the customer or another department does belongs to none,
and the case stays with the tier that had it before. All figures are over the requests opened in
a span, followed until the run ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import NEVER, EventLog
from cssim.kpi import measure
from cssim.kpi.cases import Cases
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Spans

KINDS = ("escalation", "hand_back", "transfer")
ESCALATION, HAND_BACK, TRANSFER = range(len(KINDS))
ROW = np.dtype(
    [("case", "i4"), ("kind", "i2"), ("from_tier", "i2"), ("to_tier", "i2"), ("returned", "?"),
     ("at", "i8")]
)  # fmt: skip


@dataclass(frozen=True)
class Transfers:
    """What changed hands, and what was done twice.

    Attributes:
        moves: one entry a change of hands, in order of cases; `returned`: to a tier that the case
            had already left.
        tiers: their names, the lowest first.
        steps: by case, how many were begun; `reworked`: how many of them were done before.
    """

    moves: NDArray[np.void]
    tiers: tuple[str, ...]
    steps: NDArray[np.float64]
    reworked: NDArray[np.float64]

    def of_kind(self, kind: int) -> NDArray[np.void]:
        """The changes of hands of one kind."""
        found: NDArray[np.void] = self.moves[self.moves["kind"] == kind]
        return found


def read(log: EventLog) -> Transfers:
    """The changes of hands of all cases of a log."""
    tiers = tuple(log.terms.get("tiers", ()))
    rows = log["activities"]
    numbered = np.array([bool(node["numbered"]) for node in log.terms["nodes"]], dtype=bool)
    begun = numbered[rows["node"]] & (rows["started_at"] < NEVER)
    steps, again = (
        np.bincount(rows["case"][which], minlength=len(log["cases"])).astype(np.float64)
        for which in (begun, begun & (rows["visit"] > 1))
    )
    return Transfers(_moves(log, tiers, rows), tiers, steps, again)


def _moves(log: EventLog, tiers: tuple[str, ...], rows: NDArray[np.void]) -> NDArray[np.void]:
    """Neighbouring steps of a case that two tiers, or two persons of one, have to do."""
    tier = _tier_of(log, tiers)[rows["node"]]
    mine = np.flatnonzero(tier >= 0)
    # in a case as they were done, open ones last
    order = mine[np.argsort(rows["case"][mine], kind="stable")]
    case, agent, tier = rows["case"][order], rows["agent"][order], tier[order]
    same = case[1:] == case[:-1]
    up = np.where(same, np.sign(tier[1:] - tier[:-1]), 0)
    beside = same & (up == 0) & (agent[1:] >= 0) & (agent[:-1] >= 0) & (agent[1:] != agent[:-1])
    place = np.flatnonzero((up != 0) | beside) + 1
    up = up[place - 1]
    found = np.zeros(len(place), dtype=ROW)
    found["case"], found["at"] = case[place], rows["enabled_at"][order[place]]
    found["kind"] = np.select([up > 0, up < 0], [ESCALATION, HAND_BACK], TRANSFER)
    found["from_tier"], found["to_tier"] = tier[place - 1], tier[place]
    first = np.zeros((len(log["cases"]), len(tiers)), dtype=np.int64)
    back = np.arange(len(case) - 1, -1, -1)
    first[case[back], tier[back]] = back  # the first stays: it is written last
    found["returned"] = (up != 0) & (first[case[place], tier[place]] < place)
    return found


def _tier_of(log: EventLog, tiers: tuple[str, ...]) -> NDArray[np.int64]:
    """By node, the tier of the first of its doers who is of one; -1 none."""
    return np.array(
        [
            next((tiers.index(doer) for doer in node["doers"] if doer in tiers), -1)
            for node in log.terms["nodes"]
        ],
        dtype=np.int64,
    )


def figures(log: EventLog, cases: Cases, by: Sequence[Groups], spans: Spans) -> Iterator[Measure]:
    """All figures of transfers; none of a log without tiers."""
    if not log.terms.get("tiers"):
        return
    found = read(log)
    for groups in by:
        for figure in (
            escalations_per_request, hand_backs_per_request, transfers_per_request,
            ping_pongs_per_request, escalated_share, rework_share,
        ):  # fmt: skip
            yield from figure(found, cases, groups, spans)


def escalations_per_request(
    found: Transfers, cases: Cases, by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`escalations_per_request`: times a case went up to another tier / requests of the span.

    With `from` and `to` in the scope, those from one tier to one other, over all requests.
    """
    moves = found.of_kind(ESCALATION)
    return _by_pair("escalations_per_request", moves, found.tiers, cases, by, spans)


def hand_backs_per_request(
    found: Transfers, cases: Cases, by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`hand_backs_per_request`: times a case came back to a lower tier / requests of the span."""
    moves = found.of_kind(HAND_BACK)
    return _by_pair("hand_backs_per_request", moves, found.tiers, cases, by, spans)


def transfers_per_request(
    found: Transfers, cases: Cases, by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`transfers_per_request`: times another person of the same tier went on / requests.

    Of two neighbouring steps of one tier, both begun; what lies with the customer in between does
    not matter. Who takes the rest of a step that a shift's end cut is not counted.
    """
    moves = found.of_kind(TRANSFER)
    return _by_pair("transfers_per_request", moves, found.tiers, cases, by, spans)


def ping_pongs_per_request(
    found: Transfers, cases: Cases, by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`ping_pongs_per_request`: times a case went up to a tier that it had left / requests.

    The way down is none: by the handbook a solution goes back through the tiers below (R32).
    """
    moves = found.of_kind(ESCALATION)
    moves = moves[moves["returned"]]
    return _by_pair("ping_pongs_per_request", moves, found.tiers, cases, by, spans)


def escalated_share(found: Transfers, cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`escalated_share`: requests that went up a tier at least once / requests of the span."""
    up = np.isin(cases.case, found.of_kind(ESCALATION)["case"])
    return measure.means("escalated_share", "share", up, by.at(cases.case), spans, cases.opened_at)


def rework_share(found: Transfers, cases: Cases, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`rework_share`: steps done for a case that had done them before / steps done.

    Over the numbered steps that were begun for the requests opened in the span.
    """
    under = _cells(by, cases.case, spans, cases.opened_at, found.steps[cases.case])
    over = _cells(by, cases.case, spans, cases.opened_at, found.reworked[cases.case])
    return measure.ratios("rework_share", "share", over, under, by, spans)


def _by_pair(
    kpi: str, moves: NDArray[np.void], tiers: tuple[str, ...], cases: Cases, by: Groups,
    spans: Spans,
) -> Iterator[Measure]:  # fmt: skip
    """Moves per request, all together and, where everybody is one group, by pair of tiers."""
    requests = _cells(by, cases.case, spans, cases.opened_at)
    moves = moves[np.isin(moves["case"], cases.case)]
    opened_at = _opened_at(cases, moves["case"])
    over = _cells(by, moves["case"], spans, opened_at)
    yield from measure.ratios(kpi, "per request", over, requests, by, spans)
    if len(by.labels) > 1:
        return
    pair = moves["from_tier"].astype(np.int64) * len(tiers) + moves["to_tier"]
    for one in np.unique(pair).tolist():
        of_pair = pair == one
        below, above = divmod(one, len(tiers))
        over = _cells(by, moves["case"][of_pair], spans, opened_at[of_pair])
        labels = ({**by.labels[0], "from": tiers[below], "to": tiers[above]},)
        these = Groups(labels, by.codes)
        yield from measure.ratios(kpi, "per request", over, requests, these, spans)


def _opened_at(cases: Cases, number: NDArray[np.integer]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = cases.opened_at[np.searchsorted(cases.case, number)]
    return found


def _cells(
    by: Groups, case: NDArray[np.integer], spans: Spans, at: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """How many rows (or how much weight) lie in each cell."""
    cells = by.at(case).cells(spans, at)
    inside = cells >= 0
    size = len(by.labels) * len(spans.labels)
    weights = None if weights is None else weights[inside]
    return np.bincount(cells[inside], weights, size).astype(np.float64)
