"""Laps of clocks: from the rows of one, when it ran and in which hours.

A clock that goes on in a reopened case is one with that of the case that was closed. A promise
that was changed in mid-life is measured against what it was last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.calendars import OpenHours
from cssim.eventlog import CLOCK_EVENTS, CLOCKS, NEVER, EventLog
from cssim.kpi.cases import PROMISED, first_of
from cssim.kpi.spans import Moments

START, PAUSE, RESUME, STOP, CHANGE = (
    CLOCK_EVENTS.index(event) for event in ("start", "pause", "resume", "stop", "change")
)
_WITH_LAPS = CLOCKS.index("answer")  # and all after it


@dataclass(frozen=True)
class Laps:
    """The laps of one clock of customers' cases, numbered from 0.

    Attributes:
        rows: of each lap, in order, when it starts, pauses, goes on and stops.
        number: the lap of each row.
        starts: the first row of each lap.
        target: what was promised, in open ms.
        changed_at: when that was changed last; before everything where it never was.
    """

    rows: np.ndarray
    number: NDArray[np.int64]
    starts: np.ndarray
    target: NDArray[np.int64]
    changed_at: Moments

    @property
    def left(self) -> NDArray[np.int64]:
        """What of each promise was left when it started, in open ms."""
        left: NDArray[np.int64] = np.maximum(self.target - self.starts["used"], 0)
        return left

    @property
    def stop_at(self) -> Moments:
        """When each lap stopped; NEVER where it had not when the run ended."""
        found = np.full(len(self.starts), NEVER, dtype=np.int64)
        stopping = self.rows["event"] == STOP
        found[self.number[stopping]] = self.rows["at"][stopping]
        return found

    def of(self, which: NDArray[np.bool_]) -> Laps:
        """Some of the laps, numbered anew."""
        mine = which[self.number]
        number = (np.cumsum(which) - 1)[self.number[mine]]
        return Laps(
            self.rows[mine], number, self.starts[which], self.target[which],
            self.changed_at[which],
        )  # fmt: skip


def read(log: EventLog, clock: int, until: int = NEVER) -> Laps:
    """The laps of a clock, case by case; promises as they are at a moment."""
    rows = log["clocks"]
    wanted = (rows["clock"] == clock) & ((rows["event"] <= STOP) | (rows["event"] == CHANGE))
    wanted &= (rows["promise"] == 0) | (clock >= _WITH_LAPS)  # R94: the first promise counts
    wanted &= np.isin(log["cases"]["kind"], PROMISED)[rows["case"]]
    mine = rows[wanted]
    key = first_of(log)[mine["case"]]
    for column, bits in (("scope", 12), ("promise", 16)):
        key = key << bits | mine[column]
    order = np.argsort(key, kind="stable")
    mine, key = mine[order], key[order]
    number = np.cumsum(np.diff(key, prepend=-1) != 0) - 1
    is_change = mine["event"] == CHANGE
    rows, changes = mine[~is_change], mine[is_change]
    new = np.diff(number[~is_change], prepend=-1) != 0
    starts = rows[new]
    target = starts["target"].astype(np.int64)
    changed_at = np.full(len(starts), -NEVER, dtype=np.int64)
    early = changes["at"] <= until
    of = number[is_change][early]
    target[of], changed_at[of] = changes["target"][early], changes["at"][early]
    again = np.flatnonzero((rows["event"] == START) & ~new)  # a reopened case's goes on
    rows["event"][again], rows["event"][again - 1] = RESUME, PAUSE
    return Laps(rows, number[~is_change], starts, target, changed_at)


@dataclass(frozen=True)
class Stretches:
    """When clocks (0, 1, 2 …) ran; until the run's end if they had not stopped."""

    clock: NDArray[np.int64]
    from_at: Moments
    to_at: Moments

    def of(self, which: NDArray[np.int64]) -> Stretches:
        """Those of some clocks (ascending), numbered anew."""
        if not len(self.clock):
            return self
        place = np.full(int(max(self.clock.max(), which.max(initial=0))) + 1, -1)
        place[which] = np.arange(len(which))
        mine = place[self.clock] >= 0
        clock = place[self.clock[mine]]
        return Stretches(clock, self.from_at[mine], self.to_at[mine])


def stretches(laps: Laps, end: int) -> Stretches:
    """When they ran, up to the run's end."""
    rows, number = laps.rows, laps.number
    running = np.flatnonzero((rows["event"] == START) | (rows["event"] == RESUME))
    following = np.minimum(running + 1, len(rows) - 1)
    still_open = (running + 1 == len(rows)) | (number[following] != number[running])
    to_at = np.where(still_open, end, rows["at"][following])
    return Stretches(number[running], rows["at"][running].astype(np.int64), to_at)


def by_hours(
    log: EventLog, rows: np.ndarray, terms: Mapping[str, Any]
) -> Iterator[tuple[OpenHours, NDArray[np.int64]]]:
    """The hours in which promises run, each with the positions of its rows (of `clocks`)."""
    names = list(terms["calendars"])
    cases = log["cases"][rows["case"]]
    calendar = np.full(len(rows), -1)
    for clock, scope in np.unique(rows[["clock", "scope"]]).tolist():
        mine = (rows["clock"] == clock) & (rows["scope"] == scope)
        table = _table(log, terms, names, CLOCKS[clock], scope)
        calendar[mine] = table[cases["contract"][mine], cases["region"][mine]]
    for number, name in enumerate(names):
        which = np.flatnonzero(calendar == number)
        if len(which):
            hours = terms["calendars"][name]
            yield OpenHours(zip(hours["starts"], hours["ends"], strict=True)), which


def _table(
    log: EventLog, terms: Mapping[str, Any], names: list[str], clock: str, scope: int
) -> NDArray[np.int64]:
    """The calendar of a clock, [contract][region]; the last column is for no region."""
    table = np.full((len(log.terms["contracts"]), len(log.terms["regions"]) + 1), -1)
    for contract, name in enumerate(log.terms["contracts"]):
        own = terms.get("clock_calendars", {}).get(name, {})
        calendars = own.get(clock) or terms["contract_calendars"].get(name, [])
        if scope:
            calendars = terms["nested"][clock][scope - 1]["calendars"]
        for region in range(table.shape[1] - 1) if calendars else ():
            table[contract, region] = names.index(calendars[region if len(calendars) > 1 else 0])
        if len(calendars) == 1:
            table[contract, -1] = names.index(calendars[0])
    return table
