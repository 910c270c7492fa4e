"""Promises: when each falls due, whether it was kept, and when it was at risk.

A clock's rows say when it ran; the contract's hours say how much of the promise that used up.
So a clock that stopped early still has a moment at which it would have fallen due, and the
same log can be measured against other promises than those it was run with. Of each request
the first promise counts (R94); chasers and management flows are left out (R93).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.calendars import OpenHours
from cssim.eventlog import CLOCK_EVENTS, CLOCKS, NEVER, EventLog
from cssim.kpi import measure
from cssim.kpi.cases import REQUEST
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Moments, Spans

AT_RISK = (4, 5)  # of the promise used up
_NO_TARGET = NEVER // 8  # never used up
START, RESUME, STOP = (CLOCK_EVENTS.index(event) for event in ("start", "resume", "stop"))


@dataclass(frozen=True)
class Promises:
    """The first promise of one clock to each request that has one.

    Attributes:
        case: whose promise it is.
        opened_at: when the clock started.
        stop_at: when it stopped; NEVER while it had not when the run ended.
        risk_at: when four fifths were used up (or would have been, had it not stopped).
        due_at: when all was used up (or would have been); NEVER where nobody can tell, for the
            clock had neither stopped nor used it up when the run ended.
    """

    case: NDArray[np.int64]
    opened_at: Moments
    stop_at: Moments
    risk_at: Moments
    due_at: Moments

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which were kept: the clock stopped, and not after the moment it fell due."""
        kept: NDArray[np.bool_] = (self.stop_at != NEVER) & (self.stop_at <= self.due_at)
        return kept


def attainment(promises: Promises, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`attainment`: resolution promises kept / resolution promises that fell due in the span.

    Kept: stopped in time, whatever the outcome. Stopped late or still running is late. A clock
    that stopped early falls due when it would have; what is not yet due counts for neither.
    """
    return _attainment("attainment", promises, by, spans)


def first_response_attainment(promises: Promises, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`first_response_attainment`: the same as `attainment`, of the first-response clock."""
    return _attainment("first_response_attainment", promises, by, spans)


def promises_due(promises: Promises, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`promises_due`: resolution promises that fell due in the span: what `attainment` is over."""
    rows = by.at(promises.case)
    return measure.counts("promises_due", "cases", rows, spans, promises.due_at)


def at_risk(promises: Promises, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`at_risk`: time at risk / time unresolved, of the requests with a resolution promise.

    A request is unresolved until its resolution clock stops, and at risk while, unresolved, it
    has used up four fifths of its promise or more; a clock that stands still keeps its state.
    """
    rows = by.at(promises.case)
    risky = measure.times_in(
        rows, spans, np.minimum(promises.risk_at, promises.stop_at), promises.stop_at
    )
    unresolved = measure.times_in(rows, spans, promises.opened_at, promises.stop_at)
    over, under = risky.astype(np.float64), unresolved.astype(np.float64)
    return measure.ratios("at_risk", "share", over, under, rows, spans)


def _attainment(kpi: str, promises: Promises, by: Groups, spans: Spans) -> Iterator[Measure]:
    rows = by.at(promises.case)
    return measure.means(kpi, "share", promises.kept, rows, spans, promises.due_at)


def read(log: EventLog, clock: str, terms: Mapping[str, Any] | None = None) -> Promises:
    """The promises of one clock, from the rows of when it ran.

    Args:
        log: what happened.
        clock: a word of `eventlog.CLOCKS`.
        terms: measured against the promises of another log's terms instead (its targets and
            calendars, by contract and severity; the pauses stay as they happened).
    """
    rows = _rows(log, CLOCKS.index(clock))
    first = np.flatnonzero(np.diff(rows["case"], prepend=-1))
    number = np.cumsum(np.diff(rows["case"], prepend=-1) != 0) - 1
    starts = rows[first]
    case = starts["case"].astype(np.int64)
    stop_at = np.full(len(case), NEVER, dtype=np.int64)
    stopping = rows["event"] == STOP
    stop_at[number[stopping]] = rows["at"][stopping]
    target = starts["target"] if terms is None else _other_targets(log, clock, case, terms)
    end = int(log.terms["window"]["end_at"])
    stretches = _stretches(rows, number, end)
    risk_at, due_at = np.full_like(stop_at, NEVER), np.full_like(stop_at, NEVER)
    for hours, which in by_hours(log, case, terms or log.terms):
        mine = stretches.of(which)
        over, under = AT_RISK
        risk_at[which] = _reached(hours, mine, stop_at[which], -(-target[which] * over // under))
        due_at[which] = _reached(hours, mine, stop_at[which], target[which])
    return Promises(case, starts["at"].astype(np.int64), stop_at, risk_at, due_at)


def used(
    log: EventLog, clock: str, at: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of the first promises that are open at a moment: whose, used up until then, and promised.

    Args:
        log: what happened.
        clock: a word of `eventlog.CLOCKS`.
        at: the moment; a clock that starts at it is open, one that stops at it is not.
    """
    rows = _rows(log, CLOCKS.index(clock))
    new = np.diff(rows["case"], prepend=-1) != 0
    number = np.cumsum(new) - 1
    stop_at = np.full(int(new.sum()), NEVER, dtype=np.int64)
    stopping = rows["event"] == STOP
    stop_at[number[stopping]] = rows["at"][stopping]
    starts = rows[new]
    is_open = (starts["at"] <= at) & (stop_at > at)
    rows, number = rows[is_open[number]], (np.cumsum(is_open) - 1)[number[is_open[number]]]
    case, target = starts["case"][is_open].astype(np.int64), starts["target"][is_open]
    ran = _stretches(rows, number, int(log.terms["window"]["end_at"]))
    ran = _Stretches(ran.clock, np.minimum(ran.from_at, at), np.minimum(ran.to_at, at))
    total = np.zeros(len(case), dtype=np.int64)
    for hours, which in by_hours(log, case, log.terms):
        mine = ran.of(which)
        np.add.at(total, which[mine.clock], hours.open_time_many(mine.from_at, mine.to_at))
    return case, total, target


@dataclass(frozen=True)
class _Stretches:
    """When clocks (0, 1, 2 …) ran; until the run's end if they had not stopped."""

    clock: NDArray[np.int64]
    from_at: Moments
    to_at: Moments

    def of(self, which: NDArray[np.int64]) -> _Stretches:
        """Those of some clocks (ascending), numbered anew."""
        if not len(self.clock):
            return self
        place = np.full(int(max(self.clock.max(), which.max(initial=0))) + 1, -1)
        place[which] = np.arange(len(which))
        mine = place[self.clock] >= 0
        clock = place[self.clock[mine]]
        return _Stretches(clock, self.from_at[mine], self.to_at[mine])


def _rows(log: EventLog, clock: int) -> np.ndarray:
    """The rows that start, pause, resume and stop a clock of requests, in order, by case."""
    rows = log["clocks"]
    wanted = (rows["clock"] == clock) & (rows["scope"] == 0) & (rows["promise"] == 0)
    wanted &= rows["event"] <= STOP
    wanted &= (log["cases"]["kind"] == REQUEST)[rows["case"]]
    mine = np.flatnonzero(wanted)
    ordered: np.ndarray = rows[mine[np.argsort(rows["case"][mine], kind="stable")]]
    return ordered


def _stretches(rows: np.ndarray, number: NDArray[np.int64], end: int) -> _Stretches:
    running = np.flatnonzero((rows["event"] == START) | (rows["event"] == RESUME))
    following = np.minimum(running + 1, len(rows) - 1)
    still_open = (running + 1 == len(rows)) | (number[following] != number[running])
    to_at = np.where(still_open, end, rows["at"][following])
    return _Stretches(number[running], rows["at"][running].astype(np.int64), to_at)


def _reached(
    hours: OpenHours, ran: _Stretches, stop_at: Moments, amount: NDArray[np.int64]
) -> Moments:
    """When each clock has used up its amount, or would have had it not stopped; else NEVER."""
    length = hours.open_time_many(ran.from_at, ran.to_at)
    new = np.diff(ran.clock, prepend=-1) != 0
    total = np.cumsum(length)
    at_first = (total - length)[new]
    after = total - at_first[np.cumsum(new) - 1] if len(new) else total
    enough = after >= amount[ran.clock]
    found = np.full(len(amount), NEVER, dtype=np.int64)
    last = np.flatnonzero(np.diff(ran.clock, append=-1))
    used = np.zeros(len(amount), dtype=np.int64)
    used[ran.clock[last]] = after[last]
    stopped = stop_at != NEVER
    found[stopped] = hours.add_many(stop_at[stopped], (amount - used)[stopped])
    crossing = np.flatnonzero(enough)[::-1]  # so that a clock's first one is written last
    clock = ran.clock[crossing]
    rest = amount[clock] - (after - length)[crossing]
    found[clock] = hours.add_many(ran.from_at[crossing], rest)
    return found


def by_hours(
    log: EventLog, case: NDArray[np.int64], terms: Mapping[str, Any]
) -> Iterator[tuple[OpenHours, NDArray[np.int64]]]:
    """The hours in which promises run, each with the positions of its cases."""
    names = list(terms["calendars"])
    by_contract = terms["contract_calendars"]
    table = np.full((len(log.terms["contracts"]), len(log.terms["regions"]) + 1), -1)
    for contract, name in enumerate(log.terms["contracts"]):
        calendars = by_contract.get(name, [])
        for region in range(table.shape[1] - 1) if calendars else ():
            table[contract, region] = names.index(calendars[region if len(calendars) > 1 else 0])
        if len(calendars) == 1:
            table[contract, -1] = names.index(calendars[0])
    cases = log["cases"][case]
    calendar = table[cases["contract"], cases["region"]]
    for number, name in enumerate(names):
        which = np.flatnonzero(calendar == number)
        if len(which):
            hours = terms["calendars"][name]
            yield OpenHours(zip(hours["starts"], hours["ends"], strict=True)), which


def _other_targets(
    log: EventLog, clock: str, case: NDArray[np.int64], terms: Mapping[str, Any]
) -> NDArray[np.int64]:
    """What another log's terms promise these cases, by contract and severity, in open ms."""
    severities = log.terms["attributes"]["severity"]
    promised = [terms["targets"].get(name, {}).get(clock, {}) for name in log.terms["contracts"]]
    table = np.array([[row.get(word, _NO_TARGET) for word in severities] for row in promised])
    target: NDArray[np.int64] = table[
        log["cases"]["contract"][case], log.attributes["severity"][case]
    ]
    return target
