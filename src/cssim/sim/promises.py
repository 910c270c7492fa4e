"""Service-level clocks: how much of a promise to a customer has been used up.

A clock counts only the open time of its contract's calendar, and only while no cause that the
scenario names pauses it (R93-R95). It is told the time by whoever walks; nothing here waits.
A promise is broken at its due moment if its clock still runs then: the breach is written when
the clock is next touched, with the due moment as its own.
"""

from __future__ import annotations

from cssim.basis.calendars import OpenHours
from cssim.blueprint.rule_tables import Promises
from cssim.eventlog import CAUSES, CLOCK_EVENTS, NEVER
from cssim.sim.recorder import Recorder
from cssim.sim.state import Case

FIRST_RESPONSE, RESOLUTION = 0, 1
START, PAUSE, RESUME, STOP, RETARGET, BREACH = range(len(CLOCK_EVENTS))
RUNNING, PAUSED, STOPPED = 1, 2, 3


class Clock:
    """One promise: running, standing still, or stopped for good."""

    __slots__ = ("broken", "due", "since", "state", "target", "used")

    def __init__(self, at: int, target: int, due: int) -> None:
        self.state = RUNNING
        self.since = at
        self.used = 0
        self.target = target
        self.due = due
        self.broken = False


class Promise:
    """What was promised to one case: two clocks in one contract's hours.

    `renewed` counts the promises agreed after the first, `renewed_due` is the moment of the
    one in force.
    """

    __slots__ = ("clocks", "hours", "renewed", "renewed_due", "waits")

    def __init__(self, hours: OpenHours, clocks: tuple[Clock, Clock]) -> None:
        self.hours = hours
        self.clocks = clocks
        self.renewed = 0
        self.renewed_due = NEVER
        self.waits = [0, 0]  # tokens now in a cause that pauses, by clock


class PromiseKeeper:
    """Starts, pauses, resumes and stops the clocks of all cases, and writes it down."""

    def __init__(self, rules: Promises, recorder: Recorder) -> None:
        self._rules = rules
        self._pack = recorder.pack_clock
        self._add = recorder.add_clock
        pauses = rules.pauses
        self._pausing = [
            tuple(clock for clock in (0, 1) if pauses[clock] >> cause & 1)
            for cause in range(len(CAUSES))
        ]

    def open(self, case: Case, now: int) -> None:
        """Both clocks start when the customer first reaches for us (R95)."""
        contract = self._rules.contracts[case.contract]
        hours = contract.hours[case.place if len(contract.hours) > 1 else 0]
        first = contract.targets[FIRST_RESPONSE][case.severity]
        resolution = contract.targets[RESOLUTION][case.severity]
        respond, resolve = hours.add(now, first), hours.add(now, resolution)
        case.simple = False
        case.promise = Promise(hours, (Clock(now, first, respond), Clock(now, resolution, resolve)))
        self._write(case, FIRST_RESPONSE, START, now, 0, first)
        self._write(case, RESOLUTION, START, now, 0, resolution)
        case.due = respond if respond < resolve else resolve

    def stop(self, case: Case, which: int, now: int) -> None:
        """A clock stops for good; stopping it again does nothing."""
        promise = case.promise
        if promise is None:
            return
        clock = promise.clocks[which]
        if clock.state == STOPPED:
            return
        if clock.state == RUNNING:
            self._use(case, promise, which, now)
        clock.state = STOPPED
        self._write(case, which, STOP, now, clock.used, clock.target)
        self._next_due(case, promise)

    def wait(self, case: Case, cause: int, now: int) -> None:
        """A token begins to wait for `cause`: clocks that it pauses stand still."""
        promise = case.promise
        if promise is None:
            return
        for which in self._pausing[cause]:
            promise.waits[which] += 1
            clock = promise.clocks[which]
            if clock.state == RUNNING and promise.waits[which] >= case.tokens:
                self._use(case, promise, which, now)
                clock.state = PAUSED
                self._write(case, which, PAUSE, now, clock.used, clock.target)

    def go_on(self, case: Case, cause: int, now: int) -> None:
        """A token no longer waits for `cause`: clocks that stood still for it run again."""
        promise = case.promise
        if promise is None:
            return
        for which in self._pausing[cause]:
            promise.waits[which] -= 1
            clock = promise.clocks[which]
            if clock.state == PAUSED:
                clock.state = RUNNING
                clock.since = now
                if not clock.broken:
                    clock.due = promise.hours.add(now, clock.target - clock.used)
                self._write(case, which, RESUME, now, clock.used, clock.target)
                self._next_due(case, promise)

    def kept(self, case: Case, at: int) -> bool:
        """Whether the resolution promise in force is kept at a moment (R93, R94)."""
        promise = case.promise
        if promise is None:
            return True
        if promise.renewed:
            return at <= promise.renewed_due
        return not promise.clocks[RESOLUTION].broken

    def renew(self, case: Case, now: int) -> None:
        """A new promise is agreed: now plus a key's time, the original target by default (R94)."""
        promise = case.promise
        if promise is None:
            return
        clock = promise.clocks[RESOLUTION]
        renewal = self._rules.renewal
        more = renewal if renewal >= 0 else clock.target
        promise.renewed += 1
        promise.renewed_due = promise.hours.add(now, more)
        self._write(case, RESOLUTION, RETARGET, now, 0, more, promise.renewed)
        self._next_due(case, promise)

    def close(self, case: Case, now: int) -> None:
        """A closed case has stopped both clocks (R95)."""
        self.stop(case, FIRST_RESPONSE, now)
        self.stop(case, RESOLUTION, now)

    def settle(self, case: Case, end: int) -> None:
        """At the end of the run: promises of an open case that are already broken."""
        promise = case.promise
        if promise is None:
            return
        for which, clock in enumerate(promise.clocks):
            if clock.state == RUNNING:
                self._use(case, promise, which, end)

    def _use(self, case: Case, promise: Promise, which: int, now: int) -> None:
        clock = promise.clocks[which]
        if not clock.broken and now > clock.due:
            clock.broken = True
            self._write(case, which, BREACH, clock.due, clock.target, clock.target)
        clock.used += promise.hours.open_time(clock.since, now)
        clock.since = now

    def _next_due(self, case: Case, promise: Promise) -> None:
        """The promise that runs out next; a clock that has stopped no longer does."""
        due = promise.renewed_due
        for clock in promise.clocks:
            if clock.state != STOPPED and clock.due < due:
                due = clock.due
        case.due = due

    def _write(
        self, case: Case, which: int, event: int, at: int, used: int, target: int, promise: int = 0
    ) -> None:
        self._add(self._pack(case.number, which, 0, event, promise, at, used, target))
