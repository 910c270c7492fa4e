"""Laws of promises: clocks start, run only in their calendar, and stop once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.conformance import laws_of_people, telling
from cssim.eventlog import CASE_KINDS, CLOCK_EVENTS, CLOCKS, NEVER, EventLog

START, PAUSE, RESUME, STOP, RETARGET, BREACH, CHANGE = range(len(CLOCK_EVENTS))
REOPENED = CASE_KINDS.index("reopened")
TIER, SUPPLIER = CLOCKS.index("tier"), CLOCKS.index("supplier")
_RUNS = [START, RESUME]
_STATES = [START, PAUSE, RESUME, STOP]
# what may follow what
_AFTER = {START: (PAUSE, STOP), PAUSE: (RESUME, STOP), RESUME: (PAUSE, STOP), STOP: ()}
_OF_HANDBOOK = 2  # of the clocks, those that every promise has


def promises_have_two_clocks(log: EventLog) -> Iterator[str]:
    """The handbook's clocks of a case with a promise start once, with it; others have none."""
    cases = log["cases"]
    rows = log["clocks"][log["clocks"]["event"] == START]
    own = rows[rows["clock"] < _OF_HANDBOOK]
    count = np.zeros((_OF_HANDBOOK, len(cases)), dtype=np.int64)
    np.add.at(count, (own["clock"], own["case"]), 1)
    wrong = count != (cases["contract"] >= 0)
    early_or_late = own["at"] != cases["opened_at"][own["case"]]
    wrong[own["clock"][early_or_late], own["case"][early_or_late]] = True
    yield from telling.first(
        wrong.ravel(),
        lambda i: (
            f"the {CLOCKS[i // len(cases)]} clock of case {i % len(cases)} starts "
            f"{count.flat[i]} times, or not when the case opens"
        ),
    )
    stray = cases["contract"][rows["case"]] < 0
    yield from telling.first(stray, lambda i: f"{_row(rows[i])} was not promised")


def clocks_stop_at_most_once(log: EventLog) -> Iterator[str]:
    """A clock stops at most once, and with the case at the latest."""
    rows = log["clocks"]
    lap = laps(rows)
    count = np.bincount(lap[rows["event"] == STOP], minlength=int(lap.max(initial=-1)) + 1)
    closed_at = log["cases"]["closed_at"][rows["case"]]
    wrong = (rows["event"] == START) & (count[lap] != 1)
    wrong &= (count[lap] > 1) | (closed_at < NEVER)
    wrong |= (rows["event"] == STOP) & (rows["at"] > closed_at)
    return telling.first(wrong, lambda i: f"{_row(rows[i])}: stops not once, or too late")


def clocks_pause_and_go_on_in_turn(log: EventLog) -> Iterator[str]:
    """A clock pauses while it runs and goes on after a pause; nothing follows its stop."""
    rows, order, same = _by_lap(log)
    before, after = rows[order[:-1]], rows[order[1:]]
    allowed = np.zeros((len(CLOCK_EVENTS), len(CLOCK_EVENTS)), dtype=bool)
    for event, followers in _AFTER.items():
        allowed[event, list(followers)] = True
    wrong = np.zeros(len(rows), dtype=bool)
    wrong[order[1:]] = same & (
        ~allowed[before["event"], after["event"]] | (after["at"] < before["at"])
    )
    return telling.first(
        wrong, lambda i: f"{_row(rows[i])} cannot follow what is written before it"
    )


def clocks_use_up_open_time(log: EventLog) -> Iterator[str]:
    """What a clock has used grows by the open time of its calendar while it runs, else not."""
    rows, order, same = _by_lap(log)
    before, after = rows[order[:-1]], rows[order[1:]]
    told, expected = _used_at(log, before, after["at"])
    wrong = np.zeros(len(rows), dtype=bool)
    wrong[order[1:]] = same & told & (after["used"] != expected)
    fresh = log["cases"]["kind"][rows["case"]] != REOPENED
    wrong |= (rows["event"] == START) & (rows["used"] != 0) & fresh
    return telling.first(wrong, lambda i: f"{_row(rows[i])} is not the open time since")


def breaches_are_what_was_used(log: EventLog) -> Iterator[str]:
    """A clock that stopped past its target has a breach, one within it has none.

    One that goes on in a reopened case is broken once, wherever that was. What was broken before
    the run began is told of each case that it was told of.
    """
    rows = log["clocks"]
    lap, whole = laps(rows), laps(rows, roots(log))
    stop, breach = rows["event"] == STOP, rows["event"] == BREACH
    late = stop & (rows["used"] > rows["target"])
    yield from telling.first(
        late & ~np.isin(whole, whole[breach]),
        lambda i: f"{_row(rows[i])} is past its target, without a breach",
    )
    yield from telling.first(
        stop & (rows["used"] < rows["target"]) & np.isin(lap, lap[breach]),
        lambda i: f"{_row(rows[i])} is within its target, with a breach",
    )
    twice = np.unique(whole[breach & (rows["at"] >= 0)], return_counts=True)[1] > 1
    if twice.any():
        yield f"{int(twice.sum())} clocks have more than one breach"


def breaches_are_at_their_due_moment(log: EventLog) -> Iterator[str]:
    """A promise is broken when all of it is used up, or when a change leaves less than is used.

    A clock that goes on in a reopened case may do so with another target.
    """
    rows = log["clocks"]
    changed = rows[(rows["event"] == CHANGE) | ((rows["event"] == START) & (rows["used"] > 0))]
    changed = {tuple(row) for row in changed[["case", "clock", "scope", "at"]].tolist()}
    wrong = _not_as_used(log, BREACH)
    for place in np.flatnonzero((rows["event"] == BREACH) & (rows["used"] != rows["target"])):
        row = rows[place]
        at_change = tuple(row[["case", "clock", "scope", "at"]].tolist()) in changed
        wrong[place] |= row["used"] < row["target"] or not at_change
    return telling.first(wrong, lambda i: f"{_row(rows[i])} is not the moment it falls due")


def changes_keep_what_is_used(log: EventLog) -> Iterator[str]:
    """Another severity gives a clock another target, and takes nothing of what it has used."""
    rows, terms = log["clocks"], log.terms
    wrong = _not_as_used(log, CHANGE)
    told = {
        (int(row["case"]), int(row["at"])): int(row["value"]) for row in log["changes"]
    }  # fmt: skip
    words = terms["attributes"].get("severity", [])
    for place in np.flatnonzero(rows["event"] == CHANGE).tolist():
        row = rows[place]
        severity = told.get((int(row["case"]), int(row["at"])))
        promised = _promised(terms, int(log["cases"]["contract"][row["case"]]), row)
        wrong[place] |= severity is None or promised.get(words[severity]) != row["target"]
    return telling.first(
        wrong, lambda i: f"{_row(rows[i])} with {telling.moment(rows['target'][i])} promised"
    )


def reopened_cases_go_on_or_start_anew(log: EventLog) -> Iterator[str]:
    """A reopened case is one that was closed before, and its clocks have used what it had.

    One that came back before the run began did so in another log.
    """
    cases, rows = log["cases"], log["clocks"]
    parent = cases["parent"]
    mine = (cases["kind"] == REOPENED) & (cases["opened_at"] >= 0)
    wrong = mine & ((parent < 0) | (cases["closed_at"][parent] > cases["opened_at"]))
    yield from telling.first(wrong, lambda i: f"case {i} is reopened, and was not closed before")
    goes_on = log.terms.get("reopening") == "continue"
    first = mine[rows["case"]] & (rows["event"] == START) & (rows["scope"] == 0)
    first &= rows["at"] == cases["opened_at"][rows["case"]]
    stopped = rows[rows["event"] == STOP]
    had = {
        tuple(row): used
        for row, used in zip(
            stopped[["case", "clock", "scope", "promise"]].tolist(),
            stopped["used"].tolist(),
            strict=True,
        )
    }
    wrong = np.zeros(len(rows), dtype=bool)
    for place in np.flatnonzero(first):
        row = rows[place]
        key = int(parent[row["case"]]), int(row["clock"]), 0, int(row["promise"])
        wrong[place] = row["used"] != (had.get(key, 0) if goes_on else 0)
    yield from telling.first(wrong, lambda i: f"{_row(rows[i])} is not what it had used before")


# ---- rows in order -------------------------------------------------------------------------


def roots(log: EventLog) -> NDArray[np.int64]:
    """By case, the one with which its clocks began: itself, unless they go on when reopened."""
    cases = log["cases"]
    found = np.arange(len(cases))
    if log.terms.get("reopening") == "continue":
        for case in np.flatnonzero((cases["kind"] == REOPENED) & (cases["parent"] >= 0)):
            found[case] = found[cases["parent"][case]]  # a parent stands before its child
    return found


def laps(rows: NDArray[Any], root: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """A number for each row: equal for rows of one lap of one clock of a case."""
    case = rows["case"].astype(np.int64) if root is None else root[rows["case"]]
    keys = case
    for column, bits in (("clock", 4), ("scope", 12), ("promise", 16)):
        keys = keys << bits | rows[column]
    numbers: NDArray[np.int64] = np.unique(keys, return_inverse=True)[1]
    return numbers


def _by_lap(log: EventLog) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.bool_]]:
    """Rows, their places lap by lap as written, and where a place follows one of its lap.

    Breaches may be written late, changes take no time, and promises agreed anew are no events of
    the first one.
    """
    rows = log["clocks"]
    told = np.flatnonzero(np.isin(rows["event"], _STATES))
    numbers = laps(rows)[told]
    order = np.argsort(numbers, kind="stable")
    numbers = numbers[order]
    return rows, told[order], numbers[1:] == numbers[:-1]


def _not_as_used(log: EventLog, event: int) -> NDArray[np.bool_]:
    """Rows of an event that say another time used than their lap had used at that moment."""
    rows = log["clocks"]
    places = np.flatnonzero(np.isin(rows["event"], [*_STATES, event]))
    asked = rows["event"][places] == event
    lap = laps(rows)[places]
    order = np.lexsort((places, asked, rows["at"][places], lap))
    places, asked, lap = places[order], asked[order], lap[order]
    since = np.maximum.accumulate(np.where(asked, -1, np.arange(len(places))))
    since = np.maximum(since, 0)
    found = places[asked]
    before = rows[places[since[asked]]]
    told, expected = _used_at(log, before, rows["at"][found])
    wrong = np.zeros(len(rows), dtype=bool)
    wrong[found] = told & (rows["used"][found] != expected)
    wrong[found] |= lap[since[asked]] != lap[asked]
    return wrong


def _used_at(
    log: EventLog, before: NDArray[Any], at: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """What clocks have used at a moment, by the row before it, and where that can be told."""
    told = np.zeros(len(before), dtype=bool)
    grown = np.zeros(len(before), dtype=np.int64)
    for mine, hours in _hours(log, before):
        passed = [laws_of_people.open_before(hours, side[mine]) for side in (before["at"], at)]
        grown[mine] = passed[1] - passed[0]
        told |= mine
    return told, before["used"] + np.where(np.isin(before["event"], _RUNS), grown, 0)


def _hours(log: EventLog, rows: NDArray[Any]) -> Iterator[tuple[NDArray[np.bool_], Any]]:
    """Which rows' clocks run in which hours (starts, ends and running sum)."""
    terms, cases = log.terms, log["cases"][rows["case"]]
    for clock, scope in np.unique(rows[["clock", "scope"]]).tolist():
        of_clock = (rows["clock"] == clock) & (rows["scope"] == scope)
        for contract, name in enumerate(terms["contracts"]):
            mine = of_clock & (cases["contract"] == contract)
            by_place = _calendars(terms, name, clock, scope)
            for place, calendar in enumerate(by_place):
                here = cases["region"] == place if len(by_place) > 1 else True
                hours = terms["calendars"][calendar]
                starts, ends = (np.array(hours[side], np.int64) for side in ("starts", "ends"))
                yield mine & here, (starts, ends, np.concatenate([[0], np.cumsum(ends - starts)]))


def _calendars(terms: Any, contract: str, clock: int, scope: int) -> list[str]:
    """The calendars of a clock: one for all, or one for each region."""
    if scope:
        return list(terms["nested"][CLOCKS[clock]][scope - 1]["calendars"])
    own = terms.get("clock_calendars", {}).get(contract, {})
    return list(own.get(CLOCKS[clock]) or terms["contract_calendars"][contract])


def _promised(terms: Any, contract: int, row: Any) -> Any:
    """What a clock's promise is, by severity."""
    clock = CLOCKS[row["clock"]]
    if row["scope"]:
        return terms["nested"][clock][row["scope"] - 1]["target"]
    return terms["targets"][terms["contracts"][contract]].get(clock, {})


def _row(row: Any) -> str:
    lap = f" (lap {row['promise'] + 1})" if row["promise"] else ""
    return (
        f"{CLOCK_EVENTS[row['event']]} of case {row['case']}'s {CLOCKS[row['clock']]} clock{lap} "
        f"at {telling.moment(row['at'])} with {telling.moment(row['used'])} used"
    )
