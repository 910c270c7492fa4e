"""Promises: when each falls due, whether it was kept, and when it was at risk.

A clock's rows say when it ran; the contract's hours say how much of the promise that used up.
So a clock that stopped early still has a moment at which it would have fallen due, and the
same log can be measured against other promises than those it was run with. Of each request
the first promise counts (R94); chasers and management flows are left out (R93).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.calendars import OpenHours
from cssim.eventlog import CLOCKS, NEVER, EventLog
from cssim.kpi import laps, measure
from cssim.kpi.laps import Stretches
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Moments, Spans

AT_RISK = (4, 5)  # of the promise used up
_NO_TARGET = NEVER // 8  # never used up

OF_HANDBOOK = ("first_response", "resolution")
NESTED = ("tier", "supplier")


@dataclass(frozen=True)
class Promises:
    """The promises of one clock: to each request that has one, in each of its laps.

    Attributes:
        case: whose promise it is.
        scope: of a nested clock, which tier's or supplier's (from 1); 0 is the customer's.
        opened_at: when the clock started.
        stop_at: when it stopped; NEVER while it had not when the run ended.
        risk_at: when four fifths were used up (or would have been, had it not stopped).
        due_at: when all was used up (or would have been); NEVER where nobody can tell, for the
            clock had neither stopped nor used it up when the run ended.
    """

    case: NDArray[np.int64]
    scope: NDArray[np.int16]
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


def clock_attainment(clock: str, promises: Promises, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`clock_attainment`: the same as `attainment`, of each other clock, over all its laps."""
    named = Groups(tuple({**label, "clock": clock} for label in by.labels), by.codes)
    return _attainment("clock_attainment", promises, named, spans)


def tier_attainment(
    promises: Promises, names: Sequence[str], by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`tier_attainment`: stays at a tier that it ended in time / those that fell due in the span.

    By tier; of the promises of `sla.tiers`.
    """
    return _nested_attainment("tier", promises, names, by, spans)


def supplier_attainment(
    promises: Promises, names: Sequence[str], by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`supplier_attainment`: the same as `tier_attainment`, of stays with each supplier."""
    return _nested_attainment("supplier", promises, names, by, spans)


def _nested_attainment(
    who: str, promises: Promises, names: Sequence[str], by: Groups, spans: Spans
) -> Iterator[Measure]:
    whose = measure.one_by_one(who, names, promises.scope - 1)
    rows = measure.crossed(by.at(promises.case), whose)
    kpi = f"{who}_attainment"
    return measure.means(kpi, "share", promises.kept, rows, spans, promises.due_at)


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
            calendars, by contract and the severity as drawn; the pauses stay as they happened).
    """
    found = laps.read(log, CLOCKS.index(clock))
    case = found.starts["case"].astype(np.int64)
    stop_at = found.stop_at
    target = found.left if terms is None else _other_targets(log, clock, case, terms)
    ran = laps.stretches(found, int(log.terms["window"]["end_at"]))
    risk_at, due_at = np.full_like(stop_at, NEVER), np.full_like(stop_at, NEVER)
    for hours, which in laps.by_hours(log, found.starts, terms or log.terms):
        mine = ran.of(which)
        over, under = AT_RISK
        risk_at[which] = _reached(hours, mine, stop_at[which], -(-target[which] * over // under))
        due_at[which] = _reached(hours, mine, stop_at[which], target[which])
    due_at = np.maximum(due_at, found.changed_at)
    starts_at = found.starts["at"].astype(np.int64)
    return Promises(case, found.starts["scope"], starts_at, stop_at, risk_at, due_at)


def used(
    log: EventLog, clock: str, at: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of the first promises that are open at a moment: whose, used up until then, and promised.

    Args:
        log: what happened.
        clock: a word of `eventlog.CLOCKS`.
        at: the moment; a clock that starts at it is open, one that stops at it is not.
    """
    found = laps.read(log, CLOCKS.index(clock), at)
    found = found.of((found.starts["at"] <= at) & (found.stop_at > at))
    case = found.starts["case"].astype(np.int64)
    ran = laps.stretches(found, int(log.terms["window"]["end_at"]))
    ran = Stretches(ran.clock, np.minimum(ran.from_at, at), np.minimum(ran.to_at, at))
    total = found.starts["used"].astype(np.int64)
    for hours, which in laps.by_hours(log, found.starts, log.terms):
        mine = ran.of(which)
        np.add.at(total, which[mine.clock], hours.open_time_many(mine.from_at, mine.to_at))
    return case, total, found.target


def _reached(
    hours: OpenHours, ran: Stretches, stop_at: Moments, amount: NDArray[np.int64]
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
