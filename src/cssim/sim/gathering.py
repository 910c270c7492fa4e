"""Several people at once: claims that start together.

A claim starts at once if everybody it needs is idle. Otherwise it *gathers*: it locks all its
pools (and certain persons) or none, one gathering claim per pool, holds those who come free,
and lets go who goes off shift; a claim that cannot lock waits its turn by rank.
"""

from __future__ import annotations

from cssim.blueprint.tables import Bit, Blueprint
from cssim.sim.claims import Claim, doers
from cssim.sim.meetings import Meetings
from cssim.sim.people import BUSY, HELD, IDLE, OFF
from cssim.sim.pools import NOBODY, Crew, Pool
from cssim.sim.state import Token
from cssim.sim.walk import HELD_PIECE, WORKING, Walker


class Gathering:
    """All claims for several people."""

    def __init__(self, blueprint: Blueprint, walker: Walker) -> None:
        self.blueprint = blueprint
        self.walker = walker
        self.people = walker.people
        self.people.offer = self.offer
        self._waiting: list[Claim] = []
        self._wanted: dict[int, Claim] = {}  # person → the claim that locked him
        self.meetings = Meetings(blueprint, walker, self._gather_persons)

    def claim(self, token: Token, node: int, bits: int, now: int) -> None:
        """Ask for all doers of a node."""
        token.visit = token.case.next_visit(node)
        if bits & Bit.MEETING:
            self.meetings.summon(token, node, now)
            return
        pools, persons = doers(self.blueprint, self.people.pools, token, node)
        if persons or len(pools) > 1:
            self._gather(Claim(token, pools, persons, self.people.rank(token)), now)
            for person in persons if token.others is None else ():
                self.people.waits(token, person, now)
        else:
            self.people.join(token, pools[0], now)

    def _gather_persons(self, token: Token, persons: set[int], now: int) -> None:
        self._gather(Claim(token, [], persons, self.people.rank(token)), now)

    def gives_up(self, token: Token, person: int, now: int) -> bool:
        """Withdraw a claim that waits for somebody who is not there for it: was there one?"""
        for claim in self._waiting:
            if claim.token is token and person in claim.persons:
                self._waiting.remove(claim)
                return True
        wanted = self._wanted.get(person)
        if wanted is None or wanted.token is not token or wanted.held:
            return False
        del self._wanted[person]
        self.people.pool_of[person].careful -= 1
        self._next(now)
        return True

    # ---- gathering ------------------------------------------------------------------------

    def _gather(self, claim: Claim, now: int) -> None:
        """Begin to gather, or wait for a turn: one claim per person, one per pool."""
        self._send_others(claim, claim.persons, now)
        self._make_way(claim)
        taken = any(person in self._wanted for person in claim.persons)
        if taken or not (claim.persons or self._lockable(claim, now)):
            self._waiting.append(claim)
            return
        for person in sorted(claim.persons):
            self._wanted[person] = claim
            self.people.pool_of[person].careful += 1
        if not claim.persons:
            self._lock(claim, now)
        for person in sorted(claim.persons):
            self._call_in(person, now)
        self._begin_if_complete(claim, now)

    def _make_way(self, claim: Claim) -> None:
        """Claims after it by rank that hold nobody yet let it go first."""
        claims = [self._wanted.get(person) for person in sorted(claim.persons)]
        claims += [pool.gather for pool in claim.pools]
        others = {id(one): one for one in claims if one is not None}.values()
        if any(one.held or one.place < claim.place for one in others):
            return
        for one in others:
            if one.locked:
                self._unlock(one)
            for person in one.persons:
                del self._wanted[person]
                self.people.pool_of[person].careful -= 1
            self._waiting.append(one)

    def _call_in(self, person: int, now: int) -> None:
        """Hold somebody who is wanted and not at work, if his claim can lock its pools."""
        claim = self._wanted[person]
        pool = self.people.pool_of[person]
        other = self._holder_for_anyone(person)
        if not self._may_begin(claim, person, pool, now):
            return
        if self.people.state[person] == IDLE and self._may_hold(claim, now):
            pool.idle.remove(person)
            self._hold(claim, person, pool, now)
        elif other is not None and self._may_hold(claim, now):
            # anyone of his pool would do there: two claims never wait for each other's people
            self._release(other, person, now)
            self._hold(claim, person, pool, now)
            self._fill(other, now)
            self._begin_if_complete(other, now)

    def _holder_for_anyone(self, person: int) -> Claim | None:
        """The claim that holds him as one of his pool, whoever it be."""
        claim: Claim | None = self.people.pool_of[person].gather
        if claim is None or person in claim.persons:
            return None
        return claim if any(agent == person for agent, _, _ in claim.held) else None

    def _release(self, claim: Claim, person: int, now: int) -> None:
        entry = next(one for one in claim.held if one[0] == person)
        claim.lose(entry)
        self._was_held(claim, person, entry[2], now)

    def _may_begin(self, claim: Claim, agent: int, pool: Pool, now: int) -> bool:
        """Whether he may be held for it; a meeting is what he was booked for."""
        if self.people.ends[agent] <= now:
            return False
        meeting = claim.token.at.bits & Bit.MEETING
        return bool(meeting) or self.people.fits(claim.token, agent, pool, now)

    def _lockable(self, claim: Claim, now: int) -> bool:
        """Whether its pools are free, and no claim before it by rank waits for one of them.

        A claim that finds somebody idle in all of them keeps nobody waiting: it may pass.
        """
        if any(pool.gather is not None for pool in claim.pools):
            return False
        before = [one for one in self._waiting if one.place < claim.place]
        if not any(pool in one.pools for one in before for pool in claim.pools):
            return True
        return all(self._anyone(claim, pool, now) >= 0 for pool in claim.pools)

    def _anyone(self, claim: Claim, pool: Pool, now: int) -> int:
        """Who of a pool is idle, not wanted elsewhere, and may begin it; -1 nobody."""
        for agent in pool.idle:
            if agent not in self._wanted and self._may_begin(claim, agent, pool, now):
                return agent
        return -1

    def _may_hold(self, claim: Claim, now: int) -> bool:
        """Nobody is held for a claim without its locks, so that no two claims block each other."""
        if not claim.locked and self._lockable(claim, now):
            self._lock(claim, now)
        return claim.locked

    def _lock(self, claim: Claim, now: int) -> None:
        """All its pools are its own from now on: hold those who are idle."""
        claim.locked = True
        for pool in claim.pools:
            pool.gather = claim
            pool.careful += 1
        self._fill(claim, now)

    def _fill(self, claim: Claim, now: int) -> None:
        """Hold anyone idle of the pools that it still misses."""
        for pool in list(claim.missing):
            fresh = self._anyone(claim, pool, now)
            if fresh >= 0:
                pool.idle.remove(fresh)
                claim.missing.remove(pool)
                self._hold(claim, fresh, pool, now)

    def _unlock(self, claim: Claim) -> None:
        claim.locked = False
        for pool in claim.pools:
            pool.gather = None
            pool.careful -= 1

    def offer(self, agent: int, pool: Pool, now: int) -> bool:
        """Somebody has come free in a careful pool: is he wanted? Then he is taken."""
        claim: Claim | None = self._wanted.get(agent)
        if claim is not None and not self._may_begin(claim, agent, pool, now):
            claim = None
        if claim is None or not self._may_hold(claim, now):
            claim = pool.gather
            if claim is None or pool not in claim.missing:
                return False
            if not self._may_begin(claim, agent, pool, now):
                return False
            claim.missing.remove(pool)
        self._hold(claim, agent, pool, now)
        self._begin_if_complete(claim, now)
        return True

    def _hold(self, claim: Claim, agent: int, pool: Pool, now: int) -> None:
        self.people.state[agent] = HELD
        claim.held.append((agent, pool, now))

    def let_go(self, crew: Crew, now: int) -> None:
        """A crew's shift ends: those who are held go home, and are missing again.

        A claim that so loses a certain person lets the pools' people go too, and unlocks them.
        """
        gone = set(crew.agents)
        claims = {id(self._wanted[a]): self._wanted[a] for a in crew.agents if a in self._wanted}
        if crew.pool.gather is not None:
            claims[id(crew.pool.gather)] = crew.pool.gather
        if True in [self._loses(claim, gone, now) for claim in claims.values()]:
            self._next(now)

    def _loses(self, claim: Claim, gone: set[int], now: int) -> bool:
        """A claim loses those who go home; does that unlock its pools?"""
        lost = [one for one in claim.held if one[0] in gone]
        if unlocks := bool(claim.pools) and any(entry[0] in claim.persons for entry in lost):
            lost = list(claim.held)
            self._unlock(claim)
        for entry in lost:
            claim.lose(entry)
            self._was_held(claim, entry[0], entry[2], now)
            if entry[0] in claim.persons:
                self.people.waits(claim.token, entry[0], now)
        for agent, held_pool, _ in lost:
            if agent in gone:
                self.people.state[agent] = OFF
            else:
                self.people.free(agent, held_pool, now)
        self._send_others(claim, claim.persons & gone, now)
        if claim.locked:
            self._fill(claim, now)
            self._begin_if_complete(claim, now)
        return unlocks

    def _send_others(self, claim: Claim, persons: set[int], now: int) -> None:
        """Those summoned to a meeting who will be missed at their next shift send others."""
        for person in sorted(persons) if claim.token.at.bits & Bit.MEETING else ():
            other = self.meetings.who_comes(person, claim.persons | self._wanted.keys(), now)
            if other == person or (other < 0 and len(claim.persons) == 1):
                continue  # there is no meeting of nobody
            claim.persons.remove(person)
            claim.persons |= {other} - {-1}
            if self._wanted.get(person) is claim:
                del self._wanted[person]
                if other < 0:
                    self.people.pool_of[person].careful -= 1
                    continue
                self._wanted[other] = claim
                self._call_in(other, now)

    def _was_held(self, claim: Claim, agent: int, since: int, now: int) -> None:
        if now > since:
            self.walker.worked(claim.token, HELD_PIECE, WORKING, agent, since, now)

    def write_held(self, end: int) -> None:
        """At the end of the run: who is being held then."""
        claims = [pool.gather for pool in self.people.pools if pool.gather is not None]
        claims += [self._wanted[person] for person in sorted(self._wanted)]
        for claim in {id(claim): claim for claim in claims}.values():
            for agent, _, since in claim.held:
                self._was_held(claim, agent, since, end)

    def _begin_if_complete(self, claim: Claim, now: int) -> None:
        if not claim.is_complete:
            return
        self._unlock(claim)
        for person in claim.persons:
            del self._wanted[person]
            self.people.pool_of[person].careful -= 1
        for agent, _, since in claim.held:
            self._was_held(claim, agent, since, now)
            self.people.state[agent] = BUSY
        first, token = self._leader(claim), claim.token
        token.others = [(agent, pool) for agent, pool, _ in claim.held if agent != first[0]]
        self.walker.start(token, now, *first)
        self._next(now)

    def _leader(self, claim: Claim) -> tuple[int, Pool]:
        """The one whose name stands in the activity's row: the first doer of the node."""
        role = self.blueprint.nodes.roles[claim.token.at.number][0]
        roles, held = self.blueprint.pools.role, [one[:2] for one in claim.held]
        return next((one for one in held if roles[one[1].number] == role), held[0])

    def _next(self, now: int) -> None:
        """Pools and people have come free: claims that waited for them, in order of rank."""
        waiting = self._waiting
        self._waiting = []
        for claim in sorted(waiting, key=lambda one: one.place):
            self._gather(claim, now)
        for person, claim in list(self._wanted.items()):
            if self._wanted.get(person) is claim and not claim.locked:
                self._call_in(person, now)
                self._begin_if_complete(claim, now)

    def part_ways(self, token: Token, now: int) -> None:
        """All have finished together: each takes what is next for him."""
        others, token.others = token.others or [], None
        self.people.leave(token, now)
        token.pool = NOBODY
        for agent, pool in others:
            self.people.free(agent, pool, now)
