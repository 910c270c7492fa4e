"""Steps that end before they are done: late by a limit, or because the solution is there already.

A token that comes to such a step is watched until the step completes. When a limit is over while it
still waits or is worked on, or its defect is solved elsewhere, it ends there with the
answer that says so; whoever worked on it is free. What completes at that very moment completes.
"""

from __future__ import annotations

from heapq import heapify

from cssim.blueprint.tables import Bit, Blueprint
from cssim.eventlog import NEVER
from cssim.sim.answers import Answers
from cssim.sim.incidence import Defect
from cssim.sim.kernel import TIMER
from cssim.sim.pools import Pool
from cssim.sim.state import CUT, RESTART, RESUMED, Token
from cssim.sim.stations import Station
from cssim.sim.walk import BY_CLOCK, BY_FACT, WORK_PIECE, WORKING, Walker

_AGAIN = 60_000  # ms: a clock that stands still is looked at again after this at the earliest


class Watch:
    """A token at a step that may be cut, from its coming there to the step's end."""

    __slots__ = ("ending", "since", "token")

    def __init__(self, token: Token, since: int) -> None:
        self.token = token
        self.since = since
        self.ending = -1  # the position of the answer with which it is cut


class Cuts:
    """Watches tokens at steps that may be cut, and ends those that must."""

    def __init__(self, blueprint: Blueprint, walker: Walker, answers: Answers) -> None:
        self._facts = blueprint.facts
        self._walker = walker
        self._people = walker.people
        self._watched: dict[int, Watch] = {}  # by number of the token
        for node in self._facts.late:
            answers.know(walker.stations[node], self._is_ending, BY_CLOCK)
        for node in self._facts.cut_by_defect:
            answers.know(walker.stations[node], self._is_ending, BY_FACT)

    # ---- watching -------------------------------------------------------------------------

    def watch(self, token: Token, at: Station, now: int) -> None:
        """A token comes to a step that may be cut."""
        watch = self._watched[token.number] = Watch(token, token.enabled)
        if at.number in self._facts.late:
            self._set_limit(watch, self._late_at(watch, now))
        link = token.case.link
        if at.number in self._facts.cut_by_defect and link and link.defect.solved_at <= now:
            self._walker.kernel.at(now, TIMER, self._elsewhere, watch)

    def forget(self, token: Token) -> None:
        """The step completes."""
        self._watched.pop(token.number, None)

    def _is_ending(self, token: Token, at: Station) -> int:
        watch = self._watched.get(token.number)
        return watch.ending if watch else -1

    # ---- limits ---------------------------------------------------------------------------

    def _late_at(self, watch: Watch, now: int) -> int:
        """The earliest moment at which a limit may be over, from now on."""
        limit = self._facts.late[watch.token.at.number]
        promise = watch.token.case.promise
        clocks = promise.clocks if promise is not None else {}
        moments = [
            clocks[code].used_up_at(share, now) for code, share in limit.used if code in clocks
        ]
        if limit.after >= 0:
            moments.append(watch.since + limit.after)
        return max(min(moments, default=NEVER), now)

    def _set_limit(self, watch: Watch, at: int) -> None:
        if at < NEVER:
            self._walker.kernel.at(at, TIMER, self._limit, watch)

    def _limit(self, watch: Watch, now: int) -> None:
        """A limit may be over; a clock that stood still in the meantime is not there yet."""
        if self._watched.get(watch.token.number) is not watch:
            return
        at = self._late_at(watch, now)
        if at > now:
            self._set_limit(watch, max(at, now + _AGAIN))
        else:
            self._end(watch, self._facts.late[watch.token.at.number].position, now)

    # ---- solutions ------------------------------------------------------------------------

    def solved(self, defect: Defect, now: int) -> None:
        """A defect is solved: what of it is at such a step is cut, once all else has happened."""
        for number in sorted(self._watched):
            watch = self._watched[number]
            link = watch.token.case.link
            if link and link.defect is defect:
                self._walker.kernel.at(now, TIMER, self._elsewhere, watch)

    def _elsewhere(self, watch: Watch, now: int) -> None:
        position = self._facts.cut_by_defect.get(watch.token.at.number, -1)
        if self._watched.get(watch.token.number) is watch and position >= 0:
            self._end(watch, position, now)

    # ---- ending ---------------------------------------------------------------------------

    def _end(self, watch: Watch, position: int, now: int) -> None:
        token = watch.token
        call = token.case.call
        if call is not None and not call.answered:  # he is no case yet
            return
        watch.ending = position
        at = token.at
        if token.agent < 0 and (token.started == NEVER or token.phase == RESTART):
            self._leave_lines(token, at.pools[token.case.place])
        else:
            self._walker.kernel.withdraw(token)
            if token.phase in (CUT, RESUMED):
                since = token.began
                self._walker.worked(token, WORK_PIECE, WORKING, token.agent, since, now)
        token.phase = 0
        token.callbacks = self._walker.on_completed
        if token.started == NEVER:
            token.started = now
            token.visit = token.case.visit(at.number) if at.bits & Bit.REVISITS else 1
        self._walker.finish(token)

    def _leave_lines(self, token: Token, pool: Pool) -> None:
        """It waits for people, in the pool's line or in somebody's own."""
        self._people.withdraw(token, pool)
        for agent in (token.case.dedicated, token.instance.owner):
            line = self._people.own[agent] if agent >= 0 else None
            if line:
                line[:] = [entry for entry in line if entry[2] is not token]
                heapify(line)
        token.pool = pool
        if token.started == NEVER:
            token.sitting = -1
