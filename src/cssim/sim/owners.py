"""Whose work it is: owners, how long it waits for them, and who takes it over.

A flow that has an owner's role belongs to the first person of that role who works on it; a key
account's case to its customer's dedicated agent (R21, R96). Work that has waited long enough for
one certain person, or whose owner has left, is anybody's of his pool; whoever begins it takes
over all of it. It knows nothing of shifts: it is told who goes on with what.
"""

from __future__ import annotations

from heapq import heapify

from cssim.blueprint.tables import Bit, Blueprint
from cssim.eventlog import NEVER, TAKEOVERS
from cssim.sim.calls import VIRTUAL
from cssim.sim.dispatch import Line
from cssim.sim.gathering import Gathering
from cssim.sim.kernel import TIMER
from cssim.sim.people import IDLE
from cssim.sim.pools import Pool
from cssim.sim.state import GIVEN_UP, Case, Instance, Token
from cssim.sim.stations import Station
from cssim.sim.walk import Walker

HANDED_OVER, WAITED, LEFT, DEDICATED, BOOKED = range(len(TAKEOVERS))


class Owners:
    """All owners of flows and dedicated agents of cases."""

    def __init__(self, blueprint: Blueprint, walker: Walker, gathering: Gathering) -> None:
        self._walker = walker
        self._people = walker.people
        self._gathering = gathering
        self._role_of = blueprint.pools.role
        self._owned_by = blueprint.owned_by
        self._dedicated_by = blueprint.dedicated_by
        self._rework = blueprint.pools.rework
        self._limits = blueprint.owner_waits
        self._from_at = [agent.from_at for agent in blueprint.agents]
        self._until = self._people.presence.until
        self._waits: dict[int, int] = {}  # token → which wait for one person it is in
        self._wait = 0
        walker.shifts.taken_up = self.taken_up
        if any(limit >= 0 for limit in self._limits):
            self._people.waits = self.waits

    # ---- whose it is ----------------------------------------------------------------------

    def begins(self, token: Token, now: int, again: int = 0) -> bool:
        """Somebody begins an owned step: a flow without an owner is his. Has it changed hands?"""
        instance = token.instance
        if instance.owner >= 0:
            return False
        agent, before = self._worker(token), instance.former
        if agent < 0:
            return False
        case = token.case
        case.recorded, case.simple = True, False
        if self._until[agent] <= now:  # he finishes what he has begun
            instance.former = agent
        else:
            instance.owner, instance.former = agent, -1
        if before in (-1, agent):
            return False
        self._write(token, instance, self._why(before, now), before, agent, now, again)
        return True

    def _worker(self, token: Token) -> int:
        """Who of those at work on it is of the role that owns the flow."""
        role = self._owned_by[token.instance.flow]
        doers = [(token.agent, token.pool), *(token.others or ())]
        return next((agent for agent, pool in doers if self._role_of[pool.number] == role), -1)

    def taken_up(self, token: Token, now: int) -> None:
        """Somebody goes on with begun work: another than before does some of it again."""
        again = 0
        if token.agent != token.before:
            again = int(self._rework[token.pool.number] * token.worked + 0.5)
            token.left += again
        changes = self.begins if token.at.bits & Bit.OWNED else self.given
        if not changes(token, now, again) and again:
            self._write(
                token, token.instance, HANDED_OVER, token.before, token.agent, now, again
            )  # fmt: skip

    def given(self, token: Token, now: int, again: int = 0) -> bool:
        """Somebody begins what its dedicated agent was waited for: is it another?"""
        case = token.case
        before, agent = case.formerly_dedicated, token.agent
        if before < 0 or self._people.pool_of[before] is not token.pool:
            return False
        case.dedicated, case.formerly_dedicated = agent, -1
        if agent == before:
            return False
        self._write(token, case, self._why(before, now), before, agent, now, again)
        return True

    def dedicate(self, token: Token, at: Station, now: int) -> None:
        """From here on the case is in the dedicated agent's own line (R21, R96)."""
        case, instance = token.case, token.instance
        pool = at.pools[case.place]
        agent = self._dedicated_to(case, pool, now)
        if agent < 0:
            return
        case.dedicated = agent
        owner = instance.owner
        if owner not in (-1, agent) and self._people.pool_of[owner] is pool:
            self._write(token, instance, DEDICATED, owner, agent, now)
            instance.owner = agent
        if token.agent != agent and token.agent >= 0:
            live = token.live
            self._people.leave(token, now)
            token.live = live

    def is_booked(self, token: Token, agent: int, now: int) -> None:
        """A visit is booked with another than whoever has agreed on it: the flow is his."""
        instance = token.instance
        self._write(token, instance, BOOKED, instance.owner, agent, now)
        instance.owner = agent

    def is_in_line(self, token: Token) -> bool:
        """Whether it waits in its owner's line, or (nobody's) in its pool's."""
        return any(entry[2] is token for entry in self._line_of(token))

    def _line_of(self, token: Token) -> Line:
        owner = token.instance.owner
        if owner >= 0:
            return self._people.own[owner] or []
        pool = token.at.pools[token.case.place]
        return pool.waiting

    def takes_out(self, token: Token) -> None:
        """Take it out of that line: it waits for nobody now."""
        line = self._line_of(token)
        line[:] = [entry for entry in line if entry[2] is not token]
        heapify(line)
        self._waits.pop(token.number, None)

    def _dedicated_to(self, case: Case, pool: Pool, now: int) -> int:
        """A customer's own person: by his number, or the next of those who are there."""
        size = pool.fenced_from - pool.agents.start  # of those who take calls
        turn = (pool.agents[(case.values[self._dedicated_by] + i) % size] for i in range(size))
        with_us = (one for one in turn if self._from_at[one] <= now < self._until[one])
        return next(with_us, -1)

    # ---- the limit on the wait ------------------------------------------------------------

    def waits(self, token: Token, agent: int, now: int) -> None:
        """Work begins to wait for one certain person: until when?"""
        if token.at.bits & Bit.OWNED and token.instance.owner == agent:
            limit = self._limits[token.instance.flow]
        elif token.case.dedicated == agent:
            limit = self._limits[token.case.flow]
        else:
            return
        if limit < 0 or token.at.bits & Bit.MEETING:
            return
        self._wait += 1
        self._waits[token.number] = self._wait
        until = self._people.pool_of[agent].hours.add(now, limit)
        if until < NEVER:
            subject = token, agent, token.number, self._wait
            self._walker.kernel.at(until, TIMER, self._waited, subject)

    def _waited(self, subject: tuple[Token, int, int, int], now: int) -> None:
        """It has waited long enough: now anybody of the pool may take it."""
        token, agent, number, wait = subject
        if self._waits.get(number) != wait:
            return
        del self._waits[number]
        if token.number != number:
            return
        if self._leaves_line(token, agent):
            self._give_up(token, agent)
            self._people.join(token, token.at.pools[token.case.place], now)
        elif self._people.state[agent] == IDLE:  # it waits for others
            self.waits(token, agent, now)
        elif self._gathering.gives_up(token, agent, now):
            self._give_up(token, agent)
            self._gathering.claim(token, token.at.number, token.at.bits, now)

    def _leaves_line(self, token: Token, agent: int) -> bool:
        """Take work out of somebody's own line; False where it is not in it."""
        line = self._people.own[agent] or []
        rest = [entry for entry in line if entry[2] is not token]
        if len(rest) == len(line):
            return False
        heapify(rest)
        self._people.own[agent] = rest
        return True

    @staticmethod
    def _give_up(token: Token, agent: int) -> None:
        """He has it no more, and nobody else has it yet."""
        instance, case = token.instance, token.case
        if case.dedicated == agent:
            case.dedicated, case.formerly_dedicated = -1, agent
            if not token.at.bits & Bit.OWNED:
                token.phase = token.phase or GIVEN_UP
        if instance.owner == agent:
            instance.owner, instance.former = -1, agent

    # ---- who leaves -----------------------------------------------------------------------

    def left(self, agent: int, now: int) -> None:
        """Somebody has left the company, and his last shift is over: all that is his goes on."""
        pool = self._people.pool_of[agent]
        waiting = [entry[2] for entry in sorted(self._people.own[agent] or ())]
        self._people.own[agent] = None
        claims = []
        for token in self._walker.open_tokens():
            if not token.at.bits & Bit.MEETING and self._gathering.gives_up(token, agent, now):
                claims.append(token)
            self._disown(token, agent, pool, now)
        for token in waiting:
            self._people.join(token, token.at.pools[token.case.place], now)
        for token in claims:
            self._gathering.claim(token, token.at.number, token.at.bits, now)

    def _disown(self, token: Token, agent: int, pool: Pool, now: int) -> None:
        """Nothing belongs to him any more: not a flow, and no customer."""
        instance: Instance | None = token.instance
        while instance is not None and instance.number != VIRTUAL:
            if instance.owner == agent:
                instance.owner, instance.former = -1, agent
            instance = instance.caller
        case = token.case
        if case.dedicated == agent:
            case.dedicated = self._dedicated_to(case, pool, now)
            if case.dedicated < 0 or self._owned_by[case.flow] == self._role_of[pool.number]:
                return  # whoever begins it next takes it over
            self._write(token, case, LEFT, agent, case.dedicated, now)

    # ---- the log --------------------------------------------------------------------------

    def _why(self, before: int, now: int) -> int:
        return LEFT if self._until[before] <= now else WAITED

    def _write(
        self, token: Token, instance: Instance, why: int, before: int, agent: int, now: int,
        again: int = 0,
    ) -> None:  # fmt: skip
        self._walker.recorder.takeover(
            token.case.number, instance.number, token.at.number, why, before, agent, now, again
        )
