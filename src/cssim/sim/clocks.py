"""Clocks: how much of a promise has been used up.

A clock counts only the open time of its calendar, and only while no cause that the scenario
names pauses it. It is told the time by whoever owns it; nothing here waits. A promise is broken
at its due moment if its clock still runs then: the breach is written when the clock is next
touched, with the due moment as its own.

It knows nothing of contracts, tiers or suppliers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cssim.basis.calendars import OpenHours
from cssim.eventlog import CLOCK_EVENTS, NEVER
from cssim.sim.recorder import Recorder
from cssim.sim.state import Case

START, PAUSE, RESUME, STOP, RETARGET, BREACH, CHANGE = range(len(CLOCK_EVENTS))
RUNNING, PAUSED, STOPPED = 1, 2, 3
NOWHERE = -1


class Clock:
    """One lap of one promise: running, standing still, or stopped for good."""

    __slots__ = (
        "broken", "code", "due", "hours", "lap", "pauses", "scope", "since", "state", "target",
        "used",
    )  # fmt: skip

    def __init__(
        self, code: int, scope: int, lap: int, hours: OpenHours, target: int, pauses: int, at: int
    ) -> None:
        self.code = code
        self.scope = scope
        self.lap = lap
        self.hours = hours
        self.target = target
        self.pauses = pauses  # bit mask over causes
        self.state = RUNNING
        self.since = at
        self.used = 0
        self.due = hours.add(at, target)
        self.broken = False

    def used_at(self, now: int) -> int:
        """The open time that is used up at a moment."""
        running = self.state == RUNNING
        return self.used + (self.hours.open_time(self.since, now) if running else 0)

    def used_up_at(self, share: float, now: int) -> int:
        """When a share of the target is used up if it runs on from now; `NEVER` once stopped."""
        if self.state == STOPPED:
            return NEVER
        left = int(self.target * share + 0.5) - self.used_at(now)
        return self.hours.add(now, left) if left > 0 else now


class Promise:
    """What was promised to one case: its clocks, each in its latest lap.

    `renewed` counts the promises agreed after the first, `renewed_due` is the moment of the
    one in force; `waits` has, by token, the causes that it waits for now; `laps` how many laps
    of a clock (and scope) there were; `tier` is who has the case, `NOWHERE` before anybody.
    """

    __slots__ = ("clocks", "laps", "renewed", "renewed_due", "tier", "waits")

    def __init__(self) -> None:
        self.clocks: dict[int, Clock] = {}
        self.laps: dict[tuple[int, int], int] = {}
        self.renewed = 0
        self.renewed_due = NEVER
        self.tier = NOWHERE
        self.waits: dict[int, int] = {}


class Before(NamedTuple):
    """What a case's clocks had used up before they are opened.

    Attributes:
        used: by clock, open time in ms; the others have used nothing.
        broken: clocks whose breach was told before, and is not told again.
        stopped: clocks that have stopped for good.
        laps: how many laps of each clock (and scope) were begun before.
        renewed_due: the moment of a promise that was agreed anew.
    """

    used: Mapping[int, int]
    broken: frozenset[int] = frozenset()
    stopped: frozenset[int] = frozenset()
    laps: Mapping[tuple[int, int], int] = {}
    renewed_due: int = NEVER


def before(promise: Promise) -> Before:
    """What the clocks of a case that has closed go on with, if it comes back."""
    clocks = promise.clocks
    return Before(
        {code: clock.used for code, clock in clocks.items()},
        frozenset(code for code, clock in clocks.items() if clock.broken),
        laps=dict(promise.laps),
    )


class Clockwork:
    """Starts, pauses, resumes and stops single clocks, and writes it down."""

    def __init__(self, recorder: Recorder) -> None:
        self._pack = recorder.pack_clock
        self._add = recorder.add_clock

    def start(self, case: Case, promise: Promise, clock: Clock, used: int = 0) -> None:
        """A clock begins its next lap; it stands still at once if its case waits already."""
        key = clock.code, clock.scope
        clock.lap = promise.laps.get(key, 0)
        promise.laps[key] = clock.lap + 1
        promise.clocks[clock.code] = clock
        clock.used = used
        self.write(case, clock, START, clock.since)
        if promise.waits:
            self.look(case, promise, clock.since)

    def stop(self, case: Case, clock: Clock, now: int) -> None:
        """A clock stops for good."""
        if clock.state == RUNNING:
            self.use(case, clock, now)
        clock.state = STOPPED
        self.write(case, clock, STOP, now)

    def has_stood(self, case: Case, clock: Clock, used: int, until: int) -> None:
        """A clock that has just started has used so much up to a moment, and stood still first."""
        opened_at = clock.since
        stood = clock.hours.open_time(opened_at, until) - used
        if stood > 0:
            self.write(case, clock, PAUSE, opened_at)
            clock.since = clock.hours.add(opened_at, stood)
            clock.due = clock.hours.add(clock.since, clock.target)
            self.write(case, clock, RESUME, clock.since)

    def look(self, case: Case, promise: Promise, now: int) -> None:
        """A clock stands still while all branches of its case wait for what pauses it."""
        waits = promise.waits.values()
        for clock in promise.clocks.values():
            if clock.state == STOPPED:
                continue
            stands = sum(1 for causes in waits if causes & clock.pauses) >= case.tokens
            if stands and clock.state == RUNNING:
                self.use(case, clock, now)
                clock.state = PAUSED
                self.write(case, clock, PAUSE, now)
            elif clock.state == PAUSED and not stands:
                clock.state = RUNNING
                clock.since = now
                if not clock.broken:
                    clock.due = clock.hours.add(now, clock.target - clock.used)
                self.write(case, clock, RESUME, now)
                next_due(case, promise)

    def use(self, case: Case, clock: Clock, now: int) -> None:
        """Count the time up to now, and tell a breach that lies in it."""
        if not clock.broken and now > clock.due:
            clock.broken = True
            row = (case.number, clock.code, clock.scope, BREACH, clock.lap, clock.due)
            self._add(self._pack(*row, clock.target, clock.target))
        clock.used += clock.hours.open_time(clock.since, now)
        clock.since = now

    def break_if_used_up(self, case: Case, clock: Clock, now: int) -> None:
        """A promise of which more has been used than there is, by another target, breaks now."""
        if not clock.broken and clock.used > clock.target:
            clock.broken = True
            self.write(case, clock, BREACH, now)

    def write(self, case: Case, clock: Clock, event: int, at: int) -> None:
        """Write down a change as the clock stands."""
        self._add(
            self._pack(
                case.number, clock.code, clock.scope, event, clock.lap, at, clock.used,
                clock.target,
            )
        )  # fmt: skip


def next_due(case: Case, promise: Promise) -> None:
    """The promise that runs out next; a clock that has stopped no longer does."""
    due = promise.renewed_due
    for clock in promise.clocks.values():
        if clock.state != STOPPED and clock.due < due:
            due = clock.due
    case.due = due
