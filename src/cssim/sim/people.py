"""People: pools, the lines that work waits in, and who begins what when.

Work waits in its pool's line, or in one agent's own line; an agent who comes free takes the
first of the two by rank. Idle agents are chosen by longest idle, then by number. Nobody
begins anything after the end of his shift. What makes a pool *careful* (a rule that work must
fit before the shift's end, a booking, people being gathered, a formula) is rare, and takes the
long way. In which order a line is served is told by `dispatch`.

It knows nothing of flows: work is a token with a rank and a planned length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any

from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER
from cssim.sim.dispatch import Dispatch, Line, Rank
from cssim.sim.state import Token

OFF, IDLE, BUSY, HELD = 0, 1, 2, 3


class Pool:
    """People who can stand in for each other.

    `shift_end` is the end of the shift that is on, -1 while none is, `NEVER` if it never
    ends; `careful` counts the reasons for taking the long way. `places` are for `callers` who
    wait (-1: any number); those from `fenced_from` on take no live calls.
    """

    __slots__ = (
        "agents", "ample", "callers", "careful", "fenced_from", "fits", "formula", "freed_at",
        "gather", "hours", "idle", "interrupted_by", "number", "only_waits", "places", "rank",
        "rule", "shift_end", "turn", "waiting",
    )  # fmt: skip

    def __init__(self, number: int, agents: range, hours: Any, rule: int, fits: bool) -> None:
        self.number = number
        self.agents = agents
        self.hours = hours
        self.rule = rule
        self.fits = fits
        self.careful = int(fits)
        self.shift_end = self.freed_at = -1
        self.idle: deque[int] = deque()
        self.waiting: Line = []
        self.rank: Rank = lambda token: 0
        self.formula: tuple[float, ...] = ()
        self.gather: Any = None
        self.turn = 0
        self.ample = False
        self.places = -1
        self.fenced_from = 0
        self.callers = 0
        self.interrupted_by: tuple[bool, frozenset[int]] = (False, frozenset())
        self.only_waits = True


# in place of a pool where nobody of ours is needed
NOBODY = Pool(-1, range(0), None, 0, fits=False)
NOBODY.shift_end = NEVER


class People:
    """Everybody, by pool and by number.

    `begin` is the walker's: it is told who begins a sitting. `offer` asks whether those who are
    gathered want an agent who has come free; `nobody_idle` is told who comes to a pool where
    more can be done than wait, `hangs_up` who has ended a live call.
    """

    def __init__(
        self, blueprint: Blueprint, begin: Callable[[Token, int, int, Pool], None]
    ) -> None:
        self.begin = begin
        self.offer: Callable[[int, Pool, int], bool] = lambda agent, pool, now: False
        self.hangs_up: Callable[[Token, int, int], None] = self._free_after_call
        self.nobody_idle: Callable[[Token, Pool, int], None] = lambda token, pool, now: None
        self.pools: list[Pool] = []
        self.pool_of: list[Pool] = []
        self._dispatch = Dispatch(blueprint)
        self.rank = self._dispatch.general()
        tables = blueprint.pools
        for number, people in enumerate(tables.people):
            first = len(self.pool_of)
            agents = range(first, first + people)
            pool = Pool(
                number, agents, tables.hours[number], tables.rule[number], tables.fits[number]
            )
            pool.ample = tables.ample[number]
            pool.places = tables.places[number]
            fenced = tables.ring_fenced[number]
            pool.fenced_from = agents.stop - fenced
            pool.careful += fenced > 0
            pool.interrupted_by = tables.interrupted_by[number]
            pool.only_waits = not (pool.ample or any(pool.interrupted_by))
            if pool.ample:
                pool.shift_end = NEVER
            pool.rank = self._dispatch.by(tables.order[number])
            pool.formula = tables.formula[number]
            pool.careful += bool(pool.formula)
            self.pools.append(pool)
            self.pool_of.extend([pool] * people)
        self.state = [OFF] * len(self.pool_of)
        self._since = [0] * len(self.pool_of)  # idle since when
        self.own: list[Line | None] = [None] * len(self.pool_of)
        self.booked: dict[int, int] = {}  # agent → moment from which he is taken
        self._planned = blueprint.nodes.planned

    # ---- joining a line -------------------------------------------------------------------

    def join(self, token: Token, pool: Pool, now: int) -> None:
        """Begin at once if somebody is idle, else wait in the pool's line."""
        agent = token.case.dedicated
        if agent >= 0 and self.pool_of[agent] is pool:
            self.join_own(token, agent, now)
        elif pool.idle:
            if pool.careful:
                self._join_carefully(token, pool, now)
            else:
                self.begin(token, now, pool.idle.popleft(), pool)
        elif pool.only_waits:
            heappush(pool.waiting, (pool.rank(token), token.number, token))
        else:
            self.nobody_idle(token, pool, now)

    def wait(self, token: Token, pool: Pool) -> None:
        """Wait in the pool's line."""
        heappush(pool.waiting, (pool.rank(token), token.number, token))

    def withdraw(self, token: Token, pool: Pool) -> None:
        """Leave the pool's line without having been served."""
        pool.waiting = [entry for entry in pool.waiting if entry[2] is not token]
        heapify(pool.waiting)

    def join_own(self, token: Token, agent: int, now: int) -> None:
        """Begin at once if this agent is idle, else wait in his own line."""
        pool = self.pool_of[agent]
        if self.state[agent] == IDLE and self._planned[token.at.number] <= self._room(
            agent, pool, now
        ):
            pool.idle.remove(agent)
            self.begin(token, now, agent, pool)
            return
        line = self.own[agent]
        if line is None:
            line = self.own[agent] = []
        heappush(line, (pool.rank(token), token.number, token))

    def _join_carefully(self, token: Token, pool: Pool, now: int) -> None:
        planned = self._planned[token.at.number]
        for agent in pool.idle:
            fenced = token.live and agent >= pool.fenced_from
            if not fenced and planned <= self._room(agent, pool, now):
                pool.idle.remove(agent)
                self.begin(token, now, agent, pool)
                return
        if pool.only_waits:
            self.wait(token, pool)
        else:
            self.nobody_idle(token, pool, now)

    # ---- coming free ----------------------------------------------------------------------

    def leave(self, token: Token, now: int) -> None:
        """The sitting ends: its agent takes what is next for him."""
        agent = token.agent
        pool = token.pool
        token.agent = -1
        if token.live:
            token.live = False
            self.hangs_up(token, agent, now)
        else:
            self.free(agent, pool, now)

    def _free_after_call(self, token: Token, agent: int, now: int) -> None:
        self.free(agent, token.pool, now)

    def free(self, agent: int, pool: Pool, now: int) -> None:
        """An agent who has come free begins the next work, or is idle, or goes home."""
        if pool.shift_end <= now:
            self.state[agent] = OFF
            return
        own = self.own[agent]
        if pool.careful:
            if self.offer(agent, pool, now):
                return
            token = self._next_fitting(agent, pool, now)
        elif own and (not pool.waiting or own[0] < pool.waiting[0]):
            token = heappop(own)[2]
        elif pool.waiting:
            token = heappop(pool.waiting)[2]
        else:
            token = None
        if token is not None:
            begin = self.begin
            begin(token, now, agent, pool)
            return
        self.state[agent] = IDLE
        self._since[agent] = now
        if pool.freed_at == now:
            self._by_number(pool.idle, agent, now)
        else:
            pool.freed_at = now
            pool.idle.append(agent)

    def _by_number(self, idle: deque[int], agent: int, now: int) -> None:
        """Of those who came free at the same moment, the lower number is chosen first."""
        place = len(idle)
        while place and self._since[idle[place - 1]] == now and idle[place - 1] > agent:
            place -= 1
        idle.insert(place, agent)

    def _next_fitting(self, agent: int, pool: Pool, now: int) -> Token | None:
        room = self._room(agent, pool, now)
        lines = [line for line in (self.own[agent], pool.waiting) if line]
        found: tuple[tuple[Any, int, Token], Line] | None = None
        for line in lines:
            if pool.formula:
                self._dispatch.renew(line, pool.formula, now)
            entry = self._first_fitting(line, room, agent < pool.fenced_from)
            if entry is not None and (found is None or entry < found[0]):
                found = entry, line
        if found is None:
            return None
        entry, line = found
        line.remove(entry)
        heapify(line)
        return entry[2]

    def _first_fitting(
        self, line: Line, room: int, takes_calls: bool
    ) -> tuple[Any, int, Token] | None:
        planned = self._planned

        def fits(token: Token) -> bool:
            return planned[token.at.number] <= room and (takes_calls or not token.live)

        return (
            line[0] if fits(line[0][2]) else min(filter(lambda e: fits(e[2]), line), default=None)
        )

    def fits(self, token: Token, agent: int, pool: Pool, now: int) -> bool:
        """Whether somebody may begin it, by its planned length."""
        return self._planned[token.at.number] <= self._room(agent, pool, now)

    def _room(self, agent: int, pool: Pool, now: int) -> int:
        """How long a planned length may be at most, for this agent and now."""
        until = self.booked.get(agent, NEVER)
        if pool.fits:
            until = min(until, pool.shift_end)
        return until - now

    # ---- shifts ---------------------------------------------------------------------------

    def shift_begins(self, pool: Pool, now: int) -> None:
        """Everybody of the pool who is not still at something comes on duty, by number."""
        pool.shift_end = pool.hours.next_close(now)
        state = self.state
        for agent in pool.agents:
            if state[agent] == OFF:
                state[agent] = IDLE
                pool.idle.append(agent)
        self.serve(pool, now)

    def shift_ends(self, pool: Pool, now: int) -> None:
        """The idle go home; who is at work goes on or not by the pool's rule."""
        pool.shift_end = -1
        for agent in pool.idle:
            self.state[agent] = OFF
        pool.idle.clear()

    def serve(self, pool: Pool, now: int) -> None:
        """Let the idle begin what waits and fits."""
        for agent in list(pool.idle):
            if self.state[agent] == IDLE:
                pool.idle.remove(agent)
                self.state[agent] = BUSY  # until it is known what he does next
                self.free(agent, pool, now)
