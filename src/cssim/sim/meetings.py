"""Meetings: an appointment of several people, some of them summoned from pools (R91).

A meeting is given a moment in hours common to all; those summoned, next in turn, begin nothing
that is planned to pass it, and are gathered when it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Set

from cssim.basis import calendars
from cssim.blueprint.tables import Bit, Blueprint
from cssim.eventlog import CAUSES, NEVER
from cssim.sim import in_hand
from cssim.sim.kernel import REVIEW
from cssim.sim.pools import Pool
from cssim.sim.state import Token
from cssim.sim.walk import WAIT_PIECE, Walker

CUSTOMER = CAUSES.index("customer")  # the cause of waiting for an appointment


class Meetings:
    """All meetings that are to come; `gather` is asked for the persons when one is due."""

    def __init__(
        self,
        blueprint: Blueprint,
        walker: Walker,
        gather: Callable[[Token, set[int], int], None],
    ) -> None:
        self._blueprint = blueprint
        self._walker = walker
        self._people = walker.people
        self._gather = gather
        self._summoned: dict[int, tuple[list[int], int]] = {}  # token → persons, moment
        self._booked: dict[int, list[int]] = {}  # person → moments

    def summon(self, token: Token, node: int, now: int, at: int = -1) -> None:
        """Fix a start in hours common to all (or `at`), and book those summoned, next in turn."""
        rules = self._blueprint.meetings[node]
        tables = self._blueprint.pools
        pools: list[tuple[Pool, float]] = []
        everywhere = self._blueprint.nodes.bits[node] & Bit.EVERYWHERE
        for role in self._blueprint.nodes.roles[node]:
            numbers = (
                tables.all_of_role[role]
                if everywhere
                else (tables.of_role[role][token.case.place],)
            )
            for number in numbers:
                pool = self._people.pools[number]
                pools.append((pool, rules.summoned.get(role, 1.0)))
        common = calendars.common(*{id(pool.hours): pool.hours for pool, _ in pools}.values())
        start = at if at >= 0 else common.next_open(now + rules.notice)
        persons = [one for pool, share in pools for one in self._in_turn(pool, share, start)]
        self._summoned[token.number] = persons, start
        for person in persons:
            self._booked.setdefault(person, []).append(start)
            self._people.booked[person] = min(self._booked[person])
            self._people.pool_of[person].careful += 1
        self._walker.kernel.at(start, REVIEW, self._meet, token)

    def _in_turn(self, pool: Pool, share: float, start: int) -> list[int]:
        """The next in turn of those who will be there, those without another meeting first."""
        size = len(pool.agents)
        number = min(size, round(share) if share >= 1 else max(1, round(share * size)))
        turn = self._turn(pool, start)
        pool.turn += number
        return turn[:number]

    def _turn(self, pool: Pool, at: int) -> list[int]:
        size = len(pool.agents)
        turn = [pool.agents[(pool.turn + i) % size] for i in range(size)]
        hours, booked = self._people.hours, self._people.booked
        turn.sort(key=lambda agent: (not hours[agent].is_open(at), agent in booked))  # stable
        return turn

    def who_comes(self, person: int, taken: Set[int], now: int) -> int:
        """At the next shift of somebody summoned: he, or another of his pool if he is missed then.

        He is missed if he is away, or at work that goes on after that shift. Where all others
        are taken or missed, too, he is waited for.
        """
        people, pool = self._people, self._people.pool_of[person]
        at = people.presence.planned[person].next_open(now)
        if at == NEVER:  # he has left
            at = pool.hours.next_open(now)
        done_at = in_hand.done_at(self._walker.kernel)
        if self._is_there(person, at, done_at):
            return person
        free = [one for one in self._turn(pool, at) if one not in taken]
        there = next((one for one in free if self._is_there(one, at, done_at)), None)
        if there is not None or people.presence.planned[person].next_open(now) < NEVER:
            return person if there is None else there
        # he never comes again: whoever of the others comes first, or nobody
        comes = {one: people.hours[one].next_open(now) for one in free}
        first = min(free, key=comes.__getitem__, default=-1)
        return first if first >= 0 and comes[first] < NEVER else -1

    def _is_there(self, person: int, at: int, done_at: dict[int, int]) -> bool:
        """Whether somebody is on duty at a moment, and done with his work within that shift."""
        hours = self._people.hours[person]
        return hours.is_open(at) and done_at.get(person, at) <= hours.next_close(at)

    def _meet(self, token: Token, now: int) -> None:
        persons, start = self._summoned.pop(token.number)
        for person in persons:
            moments = self._booked[person]
            moments.remove(start)
            self._people.pool_of[person].careful -= 1
            if moments:
                self._people.booked[person] = min(moments)
            else:
                del self._booked[person], self._people.booked[person]
        self._waited(token, now)
        self._gather(token, set(persons), now)

    def start_of(self, token: Token) -> int:
        """When a meeting that is still to come begins; -1 if its moment has come."""
        return self._summoned.get(token.number, ((), -1))[1]

    def _waited(self, token: Token, now: int) -> None:
        """Until its moment the case waits for the appointment, not for people (R98)."""
        self._walker.recorder.piece(
            -1, token.case.number, token.at.number, token.visit, WAIT_PIECE, CUSTOMER, -1,
            token.enabled, now,
        )  # fmt: skip
