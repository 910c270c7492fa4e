"""Customers who come again: about an open case, with the same matter, or with their unit's next.

Whoever would come after the run's end is remembered, for the run that goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable

from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER, OPEN_FACTS, OUTCOMES
from cssim.sim import clocks
from cssim.sim.calls import Calls
from cssim.sim.kernel import TIMER, Kernel
from cssim.sim.recorder import Recorder
from cssim.sim.renewals import Renewals
from cssim.sim.roster import Roster
from cssim.sim.state import Case

_SOLVED = OUTCOMES.index("solved")


class ComingAgain:
    """Who comes again, and when; `begin` lets a case begin that was not known beforehand."""

    def __init__(
        self,
        blueprint: Blueprint,
        kernel: Kernel,
        roster: Roster,
        calls: Calls,
        begin: Callable[[Case, int], None],
    ) -> None:
        self._rules = blueprint.promises.reopening
        self._end = blueprint.window[2]
        self._kernel = kernel
        self._roster = roster
        self._calls = calls
        self._begin = begin
        self._after_the_end: list[tuple[str, int, int, int]] = []  # word, case, of what, when
        self._renews = [source.base is not None for source in blueprint.sources]
        self._renewals: Renewals | None = None
        if roster.field is not None and roster.field.renews:
            self._renewed = blueprint.backlog.renewed if blueprint.backlog else ()
            self._renewals = Renewals(roster.field, kernel, roster, self.comes)

    def write_open(self, recorder: Recorder) -> None:
        """At the run's end: who comes after it, and when."""
        for word, case, of, at in self._after_the_end:
            recorder.open(OPEN_FACTS.index(word), case, of, at)
        if self._renewals is not None:
            self._renewals.write_open(recorder)

    def comes(self, case: Case, now: int) -> None:
        """A case begins that was not known beforehand."""
        self._calls.closed_at.append(NEVER)
        self._calls.outcome.append(-1)
        self._begin(case, now)

    # ---- about an open case (R93) ---------------------------------------------------------

    def first_chase(self, parent: int, now: int) -> None:
        """The first time that somebody may ask about a case."""
        self._chase((parent, 1), now)

    def chase_on(self, parent: int, ordinal: int, now: int) -> None:
        """After some time somebody asks about a case, for the n-th time."""
        at = now + self._roster.next_chaser(parent, ordinal)
        if at < self._end:
            self._kernel.at(at, TIMER, self._chase, (parent, ordinal))

    def _chase(self, subject: tuple[int, int], now: int) -> None:
        """Somebody asks about a case, if it is still open; then perhaps somebody again."""
        parent, ordinal = subject
        if self._calls.closed_at[parent] < NEVER:
            return
        self.comes(self._roster.chaser(parent, ordinal, now), now)
        self.chase_on(parent, ordinal + 1, now)

    # ---- with the same matter -------------------------------------------------------------

    def may_come_back(self, case: Case, outcome: int, now: int) -> None:
        """A request was solved, or so it seemed: perhaps the same matter comes again."""
        rules = self._rules
        if rules is None or outcome != _SOLVED or not self._roster.may_come_back(case.number):
            return
        after = self._roster.reopened_after(case, rules)
        if after is not None:
            self.will_come_back(case, now + after)

    def will_come_back(self, case: Case, at: int) -> None:
        """The customer of a closed case comes back with it at a moment."""
        if at < self._end:
            self._kernel.at(at, TIMER, self._comes_back, case)
        else:
            self._after_the_end.append(("returns", case.number, -1, at))

    def _comes_back(self, closed: Case, now: int) -> None:
        case = self._roster.reopened(closed, now)
        if self._rules is not None and self._rules.goes_on and closed.promise is not None:
            case.had = clocks.before(closed.promise)
        self.comes(case, now)

    # ---- populations ----------------------------------------------------------------------

    def units_ask(self, told: tuple[tuple[int, int], ...]) -> None:
        """All units without an open case ask, at moments that are told (source, at) or drawn."""
        moments: dict[int, list[int]] = {}
        for source, at in told:
            moments.setdefault(source, []).append(at)
        for source, unit in self._roster.units():
            if moments.get(source):
                self._asks_at(source, unit, 1, moments[source].pop(0))
            else:
                self._will_ask(source, unit, 1, 0)
        if self._renewals is not None:
            self._renewals.begin(self._renewed)

    def gone(self, case: Case, now: int) -> None:
        """A case has ended, or its caller has given up; its unit asks again, or fails again."""
        if case.unit is not None:
            source, unit, ordinal = case.unit
            if self._renewals is not None and self._renews[source]:
                self._renewals.gone(case, now)
                return
            self._will_ask(source, unit, ordinal + 1, now)

    def _will_ask(self, source: int, unit: int, ordinal: int, now: int) -> None:
        self._asks_at(source, unit, ordinal, now + self._roster.next_ask(source, unit, ordinal))

    def _asks_at(self, source: int, unit: int, ordinal: int, at: int) -> None:
        if at < self._end:
            self._kernel.at(at, TIMER, self._asks, (source, unit, ordinal))
        else:
            self._after_the_end.append(("asks", -1, source, at))

    def _asks(self, subject: tuple[int, int, int], now: int) -> None:
        self.comes(self._roster.asks(*subject, now), now)
