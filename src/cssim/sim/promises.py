"""Service-level promises: which clocks a case has, and when each of them starts and stops.

The handbook says when first response and resolution run (R93-R95), a scenario when others do.
Nested in the customer's clocks are those of the tier and of the supplier that a case is with.
"""

from __future__ import annotations

from cssim.blueprint.backlog_tables import OpenCase, Stay
from cssim.blueprint.rule_tables import Nested, Promises
from cssim.eventlog import CLOCKS, NEVER
from cssim.sim import clocks
from cssim.sim.clocks import (
    CHANGE,
    RETARGET,
    RUNNING,
    STOPPED,
    Before,
    Clock,
    Clockwork,
    Promise,
)
from cssim.sim.recorder import Recorder
from cssim.sim.state import Case, Token

FIRST_RESPONSE, RESOLUTION = 0, 1
TIER, SUPPLIER = CLOCKS.index("tier"), CLOCKS.index("supplier")


class PromiseKeeper:
    """Starts, pauses, resumes and stops the clocks of all cases, and writes it down."""

    def __init__(self, rules: Promises, recorder: Recorder) -> None:
        self._rules = rules
        self._recorder = recorder
        self._clockwork = Clockwork(recorder)
        self._pauses = 0  # causes that any clock asks for
        for mask in (*rules.pauses, *(one.pauses for one in (*rules.tiers, *rules.suppliers))):
            self._pauses |= mask

    # ---- starting and stopping ------------------------------------------------------------

    def open(self, case: Case, now: int, had: Before | None = None) -> None:
        """Clocks start when the customer first reaches for us (R95), or go on from `had`."""
        case.simple = False
        case.promise = promise = Promise()
        if had is not None:
            promise.laps.update(had.laps)
            if had.renewed_due != NEVER:
                promise.renewed, promise.renewed_due = 1, had.renewed_due
        for code in self._rules.opening:
            if had is None or code not in had.used:
                self._start(case, promise, code, now)
            else:
                self._go_on_from(case, promise, code, now, had)
        clocks.next_due(case, promise)

    def reopen(self, case: Case, told: OpenCase) -> None:
        """The clocks of a case that is open when the run begins.

        A clock that is not told of has never stood still. One that has is told as if it had done
        so first: all that it used, it used last.
        """
        had = {}
        for code, used, stopped_at in told.clocks:
            hours = self._rules.contracts[case.contract].hours[code]
            here = hours[_region(case) if len(hours) > 1 else 0]
            more = used - here.open_time(case.opened_at, min(stopped_at, 0))
            if more > 0 and code in self._rules.opening:
                had[code] = more
        self.open(case, case.opened_at, Before(had) if had else None)
        promise = case.promise
        assert promise is not None
        for code, used, stopped_at in told.clocks:
            if code not in promise.clocks:
                self._start(case, promise, code, case.opened_at)
            clock = promise.clocks.get(code)
            if clock is not None:
                self._clockwork.has_stood(case, clock, used, min(stopped_at, 0))
                if stopped_at < NEVER:
                    self._clockwork.stop(case, clock, stopped_at)
        if told.renewed_due < NEVER:
            promise.renewed, promise.renewed_due = 1, told.renewed_due
        for stay in told.stays:
            self._stayed(case, promise, stay)
        clocks.next_due(case, promise)

    def start(self, case: Case, code: int, now: int) -> None:
        """A clock starts its next lap, unless it runs or is not promised."""
        promise = case.promise
        if promise is None:
            return
        clock = promise.clocks.get(code)
        if clock is None or clock.state == STOPPED:
            self._start(case, promise, code, now)
            clocks.next_due(case, promise)

    def _start(self, case: Case, promise: Promise, code: int, now: int, used: int = 0) -> None:
        contract = self._rules.contracts[case.contract]
        targets, hours = contract.targets[code], contract.hours[code]
        if targets:
            here = hours[_region(case) if len(hours) > 1 else 0]
            target, pauses = targets[case.severity], self._rules.pauses[code]
            self._clockwork.start(case, promise, Clock(code, 0, 0, here, target, pauses, now), used)

    def _go_on_from(
        self, case: Case, promise: Promise, code: int, now: int, had: Before
    ) -> None:  # fmt: skip
        """A clock goes on with what it had used up, in the lap in which it was."""
        used = had.used[code]
        laps = promise.laps
        laps[code, 0] = max(0, laps.get((code, 0), 0) - 1)
        self._start(case, promise, code, now, used)
        clock = promise.clocks.get(code)
        if clock is None:
            return
        clock.broken = code in had.broken
        clock.due = clock.hours.add(now, clock.target - used)
        self._clockwork.break_if_used_up(case, clock, now)
        if code in had.stopped:
            self._clockwork.stop(case, clock, now)

    def stop(self, case: Case, code: int, now: int) -> None:
        """A clock stops; stopping it again does nothing. One that repeats starts its next lap."""
        promise = case.promise
        if promise is None:
            return
        clock = promise.clocks.get(code)
        if clock is None or clock.state == STOPPED:
            return
        self._clockwork.stop(case, clock, now)
        if code == RESOLUTION:
            self._stop_nested(case, promise, now)
        elif code in self._rules.repeats:
            self._start(case, promise, code, now)
        clocks.next_due(case, promise)

    def close(self, case: Case, now: int) -> None:
        """A closed case has stopped all clocks (R95)."""
        promise = case.promise
        if promise is None:
            return
        for clock in promise.clocks.values():
            if clock.state != STOPPED:
                self._clockwork.stop(case, clock, now)

    # ---- who has the case -----------------------------------------------------------------

    def with_tier(self, case: Case, tier: int, now: int) -> None:
        """The case is in the hands, or the line, of a tier (-1: one that has promised nothing)."""
        promise = case.promise
        if promise is None or promise.tier == tier:
            return
        promise.tier = tier
        self._leave(case, promise, TIER, now)
        if tier >= 0:
            self._arrive(case, promise, TIER, self._rules.tiers[tier], now)
        clocks.next_due(case, promise)

    def with_supplier(self, case: Case, supplier: int, now: int) -> None:
        """The case is with a supplier (-1: with none any longer)."""
        promise = case.promise
        if promise is None:
            return
        self._leave(case, promise, SUPPLIER, now)
        if supplier >= 0:
            self._arrive(case, promise, SUPPLIER, self._rules.suppliers[supplier], now)
        clocks.next_due(case, promise)

    def _stayed(self, case: Case, promise: Promise, stay: Stay) -> None:
        """A stay that was begun before the run."""
        rules = self._rules
        of = rules.tiers if stay.clock == TIER else rules.suppliers
        who = next(one for one in of if one.scope == stay.scope)
        if stay.clock == TIER and stay.stopped_at == NEVER:
            promise.tier = stay.scope - 1
        clock = self._stay(case, promise, stay.clock, who, stay.since)
        self._clockwork.has_stood(case, clock, stay.used, min(stay.stopped_at, 0))
        if stay.stopped_at < NEVER:
            self._clockwork.stop(case, clock, stay.stopped_at)

    def _arrive(self, case: Case, promise: Promise, code: int, who: Nested, now: int) -> None:
        if who.scope and promise.clocks[RESOLUTION].state != STOPPED:
            self._stay(case, promise, code, who, now)

    def _stay(self, case: Case, promise: Promise, code: int, who: Nested, now: int) -> Clock:
        hours = who.hours[_region(case) if len(who.hours) > 1 else 0]
        target = who.targets[case.severity]
        clock = Clock(code, who.scope, 0, hours, target, who.pauses, now)
        self._clockwork.start(case, promise, clock)
        return clock

    def _leave(self, case: Case, promise: Promise, code: int, now: int) -> None:
        clock = promise.clocks.get(code)
        if clock is not None and clock.state != STOPPED:
            self._clockwork.stop(case, clock, now)

    def _stop_nested(self, case: Case, promise: Promise, now: int) -> None:
        """Nothing is promised to us any longer than we have promised it to the customer."""
        self._leave(case, promise, TIER, now)
        self._leave(case, promise, SUPPLIER, now)

    # ---- pauses ---------------------------------------------------------------------------

    def wait(self, token: Token, cause: int, now: int) -> None:
        """A token begins to wait for `cause`: clocks that it pauses stand still."""
        case = token.case
        promise = case.promise
        if promise is not None and self._pauses >> cause & 1:
            promise.waits[token.number] = promise.waits.get(token.number, 0) | 1 << cause
            self._clockwork.look(case, promise, now)

    def go_on(self, token: Token, cause: int, now: int) -> None:
        """A token no longer waits for `cause`: clocks that stood still for it run again."""
        case = token.case
        promise = case.promise
        if promise is not None and self._pauses >> cause & 1:
            left = promise.waits.pop(token.number, 0) & ~(1 << cause)
            if left:
                promise.waits[token.number] = left
            self._clockwork.look(case, promise, now)

    def branch_ended(self, case: Case, now: int) -> None:
        """One branch less: perhaps all that are left wait."""
        if case.promise is not None and case.promise.waits:
            self._clockwork.look(case, case.promise, now)

    # ---- other promises -------------------------------------------------------------------

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
        more = self._rules.renewal if self._rules.renewal >= 0 else clock.target
        promise.renewed += 1
        promise.renewed_due = clock.hours.add(now, more)
        row = (case.number, RESOLUTION, 0, RETARGET, promise.renewed, now, 0, more)
        self._recorder.add_clock(self._recorder.pack_clock(*row))
        clocks.next_due(case, promise)

    def classify(self, case: Case, severity: int, now: int) -> None:
        """A case has another severity: its clocks keep what they have used, and get its target."""
        if severity == case.severity:
            return
        case.severity = severity
        self._recorder.change(case.number, self._rules.severity, severity, now)
        promise = case.promise
        if promise is None:
            return
        for clock in promise.clocks.values():
            if clock.state != STOPPED:
                self._retarget(case, clock, now)
        clocks.next_due(case, promise)

    def _retarget(self, case: Case, clock: Clock, now: int) -> None:
        """One that is broken stays so; one that has used more than the new target breaks now."""
        if clock.state == RUNNING:
            self._clockwork.use(case, clock, now)
        target = self._targets(case, clock)[case.severity]
        if clock.broken or target == clock.target:
            return
        clock.target = target
        clock.due = clock.hours.add(now, clock.target - clock.used)
        self._clockwork.write(case, clock, CHANGE, now)
        self._clockwork.break_if_used_up(case, clock, now)

    def _targets(self, case: Case, clock: Clock) -> tuple[int, ...]:
        rules = self._rules
        if clock.code == TIER:
            return rules.tiers[clock.scope - 1].targets
        if clock.code == SUPPLIER:
            return next(one.targets for one in rules.suppliers if one.scope == clock.scope)
        return rules.contracts[case.contract].targets[clock.code]

    # ---- time used ------------------------------------------------------------------------

    def settle(self, case: Case, end: int) -> None:
        """At the end of the run: promises of an open case that are already broken."""
        promise = case.promise
        for clock in promise.clocks.values() if promise is not None else ():
            if clock.state == RUNNING:
                self._clockwork.use(case, clock, end)


def _region(case: Case) -> int:
    """Where the customer is, wherever his call was put through to."""
    return case.call.region if case.call is not None else case.place
