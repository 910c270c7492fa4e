"""Laws of promises: clocks start, run only in their calendar, and stop once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.conformance import laws_of_people, telling
from cssim.eventlog import CLOCK_EVENTS, CLOCKS, NEVER, EventLog

START, PAUSE, RESUME, STOP, RETARGET, BREACH = range(len(CLOCK_EVENTS))
_RUNS = [START, RESUME]
# what may follow what
_AFTER = {START: (PAUSE, STOP), PAUSE: (RESUME, STOP), RESUME: (PAUSE, STOP), STOP: ()}


def promises_have_two_clocks(log: EventLog) -> Iterator[str]:
    """Each clock of a case with a promise starts once, with the case; others have none."""
    cases = log["cases"]
    rows, count = _of_event(log, START)
    wrong = count != (cases["contract"] >= 0)
    early_or_late = rows["at"] != cases["opened_at"][rows["case"]]
    wrong[rows["clock"][early_or_late], rows["case"][early_or_late]] = True
    return telling.first(
        wrong.ravel(),
        lambda i: f"{_named(log, i)} starts {count.flat[i]} times, or not when the case opens",
    )


def clocks_stop_at_most_once(log: EventLog) -> Iterator[str]:
    """A clock stops at most once, and with the case at the latest."""
    cases = log["cases"]
    rows, count = _of_event(log, STOP)
    must = (cases["contract"] >= 0) & (cases["closed_at"] < NEVER)
    wrong = (count > 1) | (must & (count == 0))
    late = rows["at"] > cases["closed_at"][rows["case"]]
    wrong[rows["clock"][late], rows["case"][late]] = True
    return telling.first(
        wrong.ravel(), lambda i: f"{_named(log, i)} stops {count.flat[i]} times, or too late"
    )


def clocks_pause_and_go_on_in_turn(log: EventLog) -> Iterator[str]:
    """A clock pauses while it runs and goes on after a pause; nothing follows its stop."""
    rows, order, same = _by_clock(log)
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
    rows, order, same = _by_clock(log)
    before, after = rows[order[:-1]], rows[order[1:]]
    runs = np.isin(before["event"], _RUNS)
    grown = (after["used"] - before["used"]).astype(np.int64)
    expected = np.zeros(len(grown), dtype=np.int64)
    told = np.ones(len(grown), dtype=bool)
    for contract, place, hours in _calendars(log):
        cases = log["cases"][before["case"]]
        mine = cases["contract"] == contract
        if place is not None:
            mine &= cases["region"] == place
        passed = [laws_of_people.open_before(hours, side["at"][mine]) for side in (before, after)]
        expected[mine] = passed[1] - passed[0]
        told[mine] = False
    wrong = np.zeros(len(rows), dtype=bool)
    wrong[order[1:]] = same & ~told & (grown != np.where(runs, expected, 0))
    wrong |= (rows["event"] == START) & (rows["used"] != 0)
    return telling.first(wrong, lambda i: f"{_row(rows[i])} is not the open time since")


def breaches_are_what_was_used(log: EventLog) -> Iterator[str]:
    """A clock that stopped past its target has a breach, one within it has none."""
    rows = log["clocks"]
    stops, breaches = rows[rows["event"] == STOP], rows[rows["event"] == BREACH]
    late = stops["used"] > stops["target"]
    broken = np.isin(_clock(stops), _clock(breaches))
    yield from telling.first(
        late & ~broken, lambda i: f"{_row(stops[i])} is past its target, without a breach"
    )
    yield from telling.first(
        broken & (stops["used"] < stops["target"]),
        lambda i: f"{_row(stops[i])} is within its target, with a breach",
    )
    twice = np.unique(_clock(breaches), return_counts=True)[1] > 1
    if twice.any():
        yield f"{int(twice.sum())} clocks have more than one breach"


# ---- rows in order -------------------------------------------------------------------------


def _of_event(log: EventLog, event: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The rows of an event, and how many there are of each clock of each case."""
    rows = log["clocks"][log["clocks"]["event"] == event]
    count = np.zeros((len(CLOCKS), len(log["cases"])), dtype=np.int64)
    np.add.at(count, (rows["clock"], rows["case"]), 1)
    return rows, count


def _named(log: EventLog, place: int) -> str:
    clock, case = divmod(place, len(log["cases"]))
    return f"the {CLOCKS[clock]} clock of case {case}"


def _clock(rows: NDArray[Any]) -> NDArray[np.int64]:
    """One number for the clock of a case."""
    numbers: NDArray[np.int64] = rows["case"].astype(np.int64) * len(CLOCKS) + rows["clock"]
    return numbers


def _by_clock(log: EventLog) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.bool_]]:
    """Rows, their places clock by clock as written, and where a place follows one of its clock.

    Breaches may be written late, and promises agreed anew are no events of the first one.
    """
    rows = log["clocks"]
    told = np.flatnonzero(~np.isin(rows["event"], [RETARGET, BREACH]))
    order = told[np.argsort(_clock(rows[told]), kind="stable")]
    numbers = _clock(rows[order])
    return rows, order, numbers[1:] == numbers[:-1]


def _calendars(log: EventLog) -> Iterator[tuple[int, int | None, Any]]:
    """Contract, region (None: all of them) and hours as starts, ends and running sum."""
    terms = log.terms
    for contract, name in enumerate(terms["contracts"]):
        calendars = terms["contract_calendars"][name]
        for place, calendar in enumerate(calendars):
            hours = terms["calendars"][calendar]
            starts, ends = (np.array(hours[side], dtype=np.int64) for side in ("starts", "ends"))
            passed = np.concatenate([[0], np.cumsum(ends - starts)])
            yield contract, place if len(calendars) > 1 else None, (starts, ends, passed)


def _row(row: Any) -> str:
    return (
        f"{CLOCK_EVENTS[row['event']]} of case {row['case']}'s {CLOCKS[row['clock']]} clock at "
        f"{telling.moment(row['at'])} with {telling.moment(row['used'])} used"
    )
