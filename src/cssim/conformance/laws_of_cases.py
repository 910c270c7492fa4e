"""Laws of cases: nobody is lost, time goes forward, and a token is always somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.conformance import telling
from cssim.eventlog import CASE_KINDS, CONTACT_OUTCOMES, NEVER, PIECE_KINDS, EventLog

_AFTER_CALL, _BACK = (PIECE_KINDS.index(kind) for kind in ("after_call", "back"))
_TAKEN = [CONTACT_OUTCOMES.index(word) for word in ("answered", "called_back", "received")]
_IN_WORK = [PIECE_KINDS.index(kind) for kind in ("work", "travel")]


def closed_cases_have_an_outcome(log: EventLog) -> Iterator[str]:
    """A case is closed and has an outcome, or it is open and has none."""
    cases = log["cases"]
    closed = cases["closed_at"] < NEVER
    wrong = closed != (cases["outcome"] >= 0)
    wrong |= closed & (cases["closed_at"] < cases["opened_at"])
    wrong |= closed & (cases["closed_at"] > log.terms["window"]["end_at"])
    return telling.first(
        wrong,
        lambda i: (
            f"case {i}: opened at {telling.moment(cases['opened_at'][i])}, closed at "
            f"{telling.moment(cases['closed_at'][i])}, outcome {cases['outcome'][i]}"
        ),
    )


def open_cases_are_somewhere(log: EventLog) -> Iterator[str]:
    """An open case has an open activity, a closed one has none: cases in = closed + open."""
    cases, rows = log["cases"], log["activities"]
    still = np.bincount(rows["case"][rows["completed_at"] == NEVER], minlength=len(cases))
    wrong = (still > 0) != (cases["closed_at"] == NEVER)
    return telling.first(
        wrong,
        lambda i: (
            f"case {i} is {'open' if cases['closed_at'][i] == NEVER else 'closed'} "
            f"and has {still[i]} open activities"
        ),
    )


def cases_close_with_their_last_activity(log: EventLog) -> Iterator[str]:
    """A case is closed when the last thing done for it is done."""
    cases, rows = log["cases"], log["activities"]
    last = cases["opened_at"].copy()
    np.maximum.at(last, rows["case"], rows["completed_at"])
    wrong = (cases["closed_at"] < NEVER) & (cases["closed_at"] != last)
    before = (cases["opened_at"] < 0) & (cases["closed_at"] <= 0)  # all of it was before the run
    wrong &= ~before
    collecting = _in_collecting_flow(log)  # R80: it ends with the period, not with an answer
    wrong &= ~np.isin(np.arange(len(cases)), rows["case"][collecting])
    return telling.first(
        wrong,
        lambda i: (
            f"case {i} closed at {telling.moment(cases['closed_at'][i])}, its last activity "
            f"completed at {telling.moment(last[i])}"
        ),
    )


def customers_cases_come_by_a_contact(log: EventLog) -> Iterator[str]:
    """With a telephone a customer's case opens with his first attempt, and one of them was taken.

    Cases that were open before the run came by contacts that it does not tell.
    """
    cases, contacts = log["cases"], log["contacts"]
    if "telephone" not in log.terms:
        return iter(())
    mine = contacts[contacts["case"] >= 0]
    first = np.full(len(cases), NEVER)
    np.minimum.at(first, mine["case"], mine["at"])
    taken = np.bincount(mine["case"][np.isin(mine["outcome"], _TAKEN)], minlength=len(cases))
    ours = [CASE_KINDS.index(kind) for kind in ("management", "repair")]
    wrong = ~np.isin(cases["kind"], ours) & (cases["opened_at"] >= 0)
    wrong &= (first != cases["opened_at"]) | (taken != 1)
    return telling.first(
        wrong,
        lambda i: (
            f"case {i}: opened at {telling.moment(cases['opened_at'][i])}, first contact at "
            f"{telling.moment(first[i])}, taken {taken[i]} times"
        ),
    )


def instances_lie_within_their_case(log: EventLog) -> Iterator[str]:
    """A flow begins and ends while its case is open, not before who called it, with an outcome."""
    rows, cases = log["instances"], log["cases"]
    case = cases[rows["case"]]
    closed = rows["closed_at"] < NEVER
    wrong = (rows["opened_at"] < case["opened_at"]) | (rows["closed_at"] < rows["opened_at"])
    wrong |= rows["closed_at"] > case["closed_at"]
    wrong |= (case["closed_at"] < NEVER) & (~closed | (rows["outcome"] < 0))
    called = np.flatnonzero(rows["caller"] >= 0)
    caller = rows[rows["caller"][called]]
    wrong[called] |= rows["opened_at"][called] < caller["opened_at"]
    wrong[called] |= rows["case"][called] != caller["case"]
    return telling.first(
        wrong,
        lambda i: (
            f"instance {i} of case {rows['case'][i]}: from {telling.moment(rows['opened_at'][i])} "
            f"to {telling.moment(rows['closed_at'][i])}"
        ),
    )


def moments_are_in_order(log: EventLog) -> Iterator[str]:
    """Opened, enabled, started, completed: in this order, and nothing after the run's end."""
    rows = log["activities"]
    enabled, started, completed = (
        rows[name] for name in ("enabled_at", "started_at", "completed_at")
    )
    wrong = (started < enabled) | (completed < started)
    wrong |= enabled < log["cases"]["opened_at"][rows["case"]]
    wrong |= (completed < NEVER) & (completed > log.terms["window"]["end_at"])
    return telling.first(
        wrong,
        lambda i: (
            f"{telling.activity(log, i)}: enabled at {telling.moment(enabled[i])}, started "
            f"at {telling.moment(started[i])}, completed at {telling.moment(completed[i])}"
        ),
    )


def nothing_starts_before_its_predecessor_ended(log: EventLog) -> Iterator[str]:
    """Along a token activities follow each other; they never overlap."""
    rows, order, same = _chains(log)
    early = np.zeros(len(rows), dtype=bool)
    before, after = rows[order[:-1]], rows[order[1:]]
    early[order[1:]] = same & (after["started_at"] < before["completed_at"])
    return telling.first(
        early, lambda i: f"{telling.activity(log, i)} started before its predecessor ended"
    )


def enabled_when_the_predecessor_ended(log: EventLog) -> Iterator[str]:
    """No gaps: a token's next activity is enabled as the one before is completed."""
    rows, order, same = _chains(log)
    gap = np.zeros(len(rows), dtype=bool)
    before, after = rows[order[:-1]], rows[order[1:]]
    gap[order[1:]] = same & (after["enabled_at"] != before["completed_at"])
    gap[_in_collecting_flow(log)] = False  # R80: between asking and the period's end
    gap |= _begins_nowhere(log, order, same)
    return telling.first(
        gap,
        lambda i: (
            f"{telling.activity(log, i)} enabled at "
            f"{telling.moment(rows['enabled_at'][i])}, when nothing before it ended"
        ),
    )


def pieces_lie_within_their_activity(log: EventLog) -> Iterator[str]:
    """Work and travel lie between start and completion; held and waiting after enabling.

    After-call work begins as its activity ends, and the way back from a site after that.
    """
    rows, pieces = log["activities"], log["pieces"]
    end = log.terms["window"]["end_at"]
    place = _activity_of(rows, pieces)
    one = rows[np.maximum(place, 0)]
    in_work = np.isin(pieces["kind"], _IN_WORK)
    since = np.where(in_work, one["started_at"], one["enabled_at"])
    wrong = (place < 0) | (pieces["from_at"] < since) | (pieces["to_at"] < pieces["from_at"])
    after, back = pieces["kind"] == _AFTER_CALL, pieces["kind"] == _BACK
    wrong |= ~after & ~back & (pieces["to_at"] > np.minimum(one["completed_at"], end))
    wrong |= after & (pieces["from_at"] != one["completed_at"])
    wrong |= back & (pieces["from_at"] < one["completed_at"])
    return telling.first(
        wrong,
        lambda i: (
            f"piece {i} of case {pieces['case'][i]}, {telling.step(log, pieces['node'][i])}: "
            f"{telling.moment(pieces['from_at'][i])} to {telling.moment(pieces['to_at'][i])}"
        ),
    )


# ---- who follows whom ----------------------------------------------------------------------


def _chains(log: EventLog) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.bool_]]:
    """Activities, their places token by token, and where a place follows one of its token.

    What happens once per customer asked (R80) stands beside the chain, not in it.
    """
    rows = log["activities"]
    chained = np.flatnonzero(~_flag(log, "collected")[rows["node"]])
    order = chained[np.argsort(rows["token"][chained], kind="stable")]
    return rows, order, rows["token"][order[1:]] == rows["token"][order[:-1]]


def _begins_nowhere(
    log: EventLog, order: NDArray[np.int64], same: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """First activities of a token that begin neither with the case nor where one of it ended.

    Of a case that was open before the run only what happens in it is told.
    """
    rows = log["activities"]
    heads = order[np.concatenate([np.array([True][: len(order)], dtype=bool), ~same])]
    opened_at = log["cases"]["opened_at"][rows["case"][heads]]
    since = rows["enabled_at"][heads]
    told = (opened_at >= 0) | ((since > 0) & ~_in_collecting_flow(log)[heads])
    late = heads[(since != opened_at) & told]
    ended: dict[int, set[int]] = {}
    mine = np.isin(rows["case"], rows["case"][late])
    for case, at in zip(
        rows["case"][mine].tolist(), rows["completed_at"][mine].tolist(), strict=True
    ):
        ended.setdefault(case, set()).add(at)
    nowhere = np.zeros(len(rows), dtype=bool)
    for place in late.tolist():
        row = rows[place]
        nowhere[place] = int(row["enabled_at"]) not in ended[int(row["case"])]
    return nowhere


def _activity_of(rows: NDArray[Any], pieces: NDArray[Any]) -> NDArray[np.int64]:
    """For each piece the place of its activity (case, node, visit), -1 if there is none."""

    def key(table: NDArray[Any]) -> NDArray[np.int64]:
        case, node, visit = (table[name].astype(np.int64) for name in ("case", "node", "visit"))
        return (case << 32) | (node << 16) | visit

    mine = np.flatnonzero(np.isin(rows["case"], pieces["case"]))
    if not len(mine):
        return np.full(len(pieces), -1)
    keys = key(rows[mine])
    order = np.argsort(keys, kind="stable")
    found = np.minimum(np.searchsorted(keys[order], key(pieces)), len(order) - 1)
    return np.where(keys[order][found] == key(pieces), mine[order][found], -1)


def _flag(log: EventLog, name: str) -> NDArray[np.bool_]:
    return np.array([bool(node[name]) for node in log.terms["nodes"]], dtype=bool)


def _in_collecting_flow(log: EventLog) -> NDArray[np.bool_]:
    """Activities of flows in which something happens once per customer asked."""
    nodes = log.terms["nodes"]
    flows = {node["flow"] for node in nodes if node["collected"]}
    places = np.flatnonzero([node["flow"] in flows for node in nodes])
    return np.isin(log["activities"]["node"], places)
