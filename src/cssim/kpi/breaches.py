"""Whose breach: of each broken promise, what most of it was used up by, and in whose hands.

A promise is used up by *counted* time: open time of its contract's hours in which its clock
ran. Laid over the case's timeline it tells how much of the target went into which cause, and
into which pool's hands; together the causes are exactly the target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import CLOCK_EVENTS, CLOCKS, EventLog
from cssim.kpi import laps, measure, overlay, timelines
from cssim.kpi.cases import PROMISED, first_of
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.overlay import SPAN, Intervals
from cssim.kpi.spans import Spans
from cssim.kpi.timelines import CAUSES

START, RESUME, STOP, BREACH = (
    CLOCK_EVENTS.index(event) for event in ("start", "resume", "stop", "breach")
)
BROKEN = np.dtype(
    [
        ("case", "i4"),
        ("clock", "i2"),
        ("scope", "i2"),
        ("promise", "i4"),
        ("cause", "i2"),
        ("pool", "i2"),
        ("at", "i8"),
        ("target", "i8"),
        ("time_in_cause", "i8"),
        ("time_in_pool", "i8"),
    ]
)
_RAN = np.dtype([("case", "i4"), ("clock", "i8"), ("from_at", "i8"), ("to_at", "i8")])


@dataclass(frozen=True)
class Spent:
    """How the targets of some clocks were used up.

    Attributes:
        by_cause: counted ms, [clock][cause of `timelines.CAUSES`].
        by_pool: the same by pool, [clock][pool].
    """

    by_cause: NDArray[np.int64]
    by_pool: NDArray[np.int64]


def breaches(found: np.ndarray, by: Groups, log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`breaches`: promises to customers that were broken in the span, by clock.

    Of the resolution the first promise; of clocks with laps each; not those of tiers and suppliers.

    Also by the cause, and by the pool, with the most counted time up to the target; a breach
    that nobody of ours had any counted time of has no pool.
    """
    kind = log["cases"]["kind"][found["case"]]
    mine = found[np.isin(kind, PROMISED) & (found["scope"] == 0)]
    pools = [str(pool["name"]) for pool in log.terms["pools"]]
    whole = by.at(mine["case"])
    clocks = measure.crossed(whole, measure.one_by_one("clock", CLOCKS, mine["clock"]))
    causes = measure.one_by_one("cause", CAUSES, mine["cause"])
    of_pools = measure.one_by_one("pool", pools, mine["pool"])
    for groups in (clocks, measure.crossed(clocks, causes), measure.crossed(clocks, of_pools)):
        yield from measure.counts("breaches", "promises", groups, spans, mine["at"])


def read(log: EventLog) -> np.ndarray:
    """Every breach of a log, with the layout `BROKEN`, in the order they were written.

    `cause` (a code of `timelines.CAUSES`; -1: it was all before the run) and `pool` (-1: none) had
    the most counted time, `time_in_cause` and `time_in_pool`, in ms; of equals the first of the
    causes, and the first pool. `at` is the due moment, `target` open time in ms.
    """
    rows = log["clocks"]
    broken = rows[rows["event"] == BREACH]
    found = np.zeros(len(broken), dtype=BROKEN)
    for column in ("case", "clock", "scope", "promise", "at", "target"):
        found[column] = broken[column]
    parts = spent(log, broken)
    for column, by in (("cause", parts.by_cause), ("pool", parts.by_pool)):
        if by.shape[1] and len(by):
            found[column] = by.argmax(axis=1)
            found[f"time_in_{column}"] = by.max(axis=1)
    for column in ("cause", "pool"):
        found[column][found[f"time_in_{column}"] == 0] = -1
    return found


def spent(log: EventLog, until: np.ndarray) -> Spent:
    """How the time of some clocks was used up, from their start to a moment.

    Args:
        log: what happened.
        until: rows of its clocks, one a clock: the moment (`at`) up to which it is looked at.
    """
    ran = _ran(log, until)
    total = np.zeros((len(until), len(CAUSES)), dtype=np.int64)
    of_pools = np.zeros((len(until), len(log.terms["pools"])), dtype=np.int64)
    by_hours = list(laps.by_hours(log, until, log.terms)) if len(ran) else []
    hours = np.full(len(until), -1)
    for number, (_, which) in enumerate(by_hours):
        hours[which] = number
    for rows in timelines.each(log, np.unique(ran["case"])) if len(ran) else ():
        parts, clock = _common(rows, ran)
        for number, (one, _) in enumerate(by_hours):
            mine = hours[clock] == number
            some, of = parts[mine], clock[mine]
            counted = one.open_time_many(some["from_at"], some["to_at"])
            np.add.at(total, (of, some["cause"]), counted)
            ours = some["pool"] >= 0
            np.add.at(of_pools, (of[ours], some["pool"][ours]), counted[ours])
    return Spent(total, of_pools)


def _key(rows: np.ndarray, first: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for the case in which its promise began, clock, scope and promise."""
    key: NDArray[np.int64] = first[rows["case"]].astype(np.int64)
    for column, bits in (("clock", 8), ("scope", 16), ("promise", 12)):
        key = key << bits | rows[column]
    return key


def _ran(log: EventLog, until: np.ndarray) -> np.ndarray:
    """When the clocks ran up to their moments, by case; `clock` is a position in `until`.

    One that went on in a reopened case ran in both.
    """
    rows, first = log["clocks"], first_of(log)
    rows = rows[rows["event"] <= STOP]  # what starts, pauses, resumes and stops
    wanted, key = _key(until, first), _key(rows, first)
    order = np.argsort(wanted)
    place = np.searchsorted(wanted, key, sorter=order)
    clock = np.append(order, -1)[place]
    mine = (clock >= 0) & (wanted[clock] == key) if len(wanted) else clock >= 0
    rows, clock = rows[mine], clock[mine]
    sorted_ = np.lexsort((clock, rows["case"]))
    rows, clock = rows[sorted_], clock[sorted_]
    running = np.flatnonzero((rows["event"] == START) | (rows["event"] == RESUME))
    last = np.append(np.diff(clock) != 0, True)[running]
    found = np.zeros(len(running), dtype=_RAN)
    found["case"], found["clock"] = rows["case"][running], clock[running]
    found["from_at"] = np.maximum(rows["at"][running], 0)  # before the run nothing is told
    end = until["at"][clock[running]]
    stops = rows["at"][np.minimum(running + 1, len(rows) - 1)]
    found["to_at"] = np.where(last, end, np.minimum(end, stops))
    return found[found["from_at"] < found["to_at"]]


def _common(rows: Intervals, ran: np.ndarray) -> tuple[Intervals, NDArray[np.int64]]:
    """The parts of timelines in which clocks ran, and the clock of each."""
    cases = np.unique(rows["case"])
    low, high = np.searchsorted(ran["case"], (cases[0], cases[-1] + 1))
    ran = ran[low:high]
    keys = np.searchsorted(cases, rows["case"]) * SPAN + rows["from_at"]
    offset = np.searchsorted(cases, ran["case"]) * SPAN
    first = np.searchsorted(keys, offset + ran["from_at"], side="right") - 1
    counts = np.searchsorted(keys, offset + ran["to_at"], side="left") - first
    of = np.repeat(np.arange(len(ran)), counts)
    parts = rows[overlay.expanded(first, counts)]
    parts["from_at"] = np.maximum(parts["from_at"], ran["from_at"][of])
    parts["to_at"] = np.minimum(parts["to_at"], ran["to_at"][of])
    return parts, ran["clock"][of]
