"""People: the lines that work waits in, and who begins what when.

Work waits in its pool's line, or in one agent's own line; an agent who comes free takes the
first of the two by rank. Idle agents are chosen by longest idle, then by number. Nobody
begins anything after the end of his shift. What makes a pool *careful* (a rule that work must
fit before the shift's end, a booking, people being gathered, a formula, skills, people on call)
is rare, and takes the long way. In which order a line is served is told by `dispatch`.

It knows nothing of flows: work is a token with a rank and a planned length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any

from cssim.blueprint.people_tables import Agent
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER
from cssim.sim.dispatch import Dispatch, Line
from cssim.sim.pools import Crew, Pool, pool_of
from cssim.sim.presence import Presence
from cssim.sim.state import Token

OFF, IDLE, BUSY, HELD = 0, 1, 2, 3


class People:
    """Everybody, by pool and by number.

    `ends` is by agent the end of the shift that he is on, -1 while he is on none (`NEVER` for
    the agent -1, who is nobody); `hours` are his, `serves` the severities that somebody on call
    takes and nothing else. `begin` is the walker's: it is told who begins a sitting. `offer`
    asks whether those who are gathered want an agent who has come free; `nobody_idle` is told
    who comes to a pool where more can be done than wait, `hangs_up` who has ended a live call,
    `waits` what begins to wait for one certain person. `extra` is the way to planned work,
    `in_territory` tells whose visits they are.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        presence: Presence,
        begin: Callable[[Token, int, int, Pool], None],
    ) -> None:
        self.begin = begin
        self.offer: Callable[[int, Pool, int], bool] = lambda agent, pool, now: False
        self.hangs_up: Callable[[Token, int, int], None] = self._free_after_call
        self.nobody_idle: Callable[[Token, Pool, int], None] = lambda token, pool, now: None
        self.waits: Callable[[Token, int, int], None] = lambda token, agent, now: None
        self.extra: Callable[[Token, int, int], int] | None = None
        self.in_territory: Callable[[Token, int], bool] | None = None
        self.presence = presence
        self.dispatch = Dispatch(blueprint)
        self.rank = self.dispatch.general()
        self._agents: tuple[Agent, ...] = blueprint.agents
        numbers = range(len(blueprint.pools.role))
        self.pools = [pool_of(number, blueprint, self.dispatch) for number in numbers]
        self.pool_of = [self.pools[agent.pool] for agent in self._agents]
        for number, agent in enumerate(self._agents):
            for helped in agent.helps:
                self.pools[helped].helpers.append(number)
        self.ends = [-1] * len(self._agents) + [NEVER]
        self.hours = presence.hours
        self.serves: dict[int, frozenset[int]] = {}
        self.state = [OFF] * len(self.pool_of)
        self._since = [0] * len(self.pool_of)  # idle since when
        self.own: list[Line | None] = [None] * len(self.pool_of)
        self.practice = [1.0] * len(self.pool_of)  # a factor on his times beside his own
        self.booked: dict[int, int] = {}  # agent → moment from which he is taken
        self._planned = blueprint.nodes.planned
        self._skill_attribute = blueprint.nodes.skill_attribute
        self._skills = blueprint.nodes.skills

    # ---- joining a line -------------------------------------------------------------------

    def join(self, token: Token, pool: Pool, now: int) -> None:
        """Begin at once if somebody is idle, else wait in the pool's line."""
        agent = token.case.dedicated
        if agent >= 0 and self.pool_of[agent] is pool and self.knows(token, agent):
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
        if self.state[agent] == IDLE and self.fits(token, agent, pool, now):
            pool.idle.remove(agent)
            self.begin(token, now, agent, token.at.pools[token.case.place])
            return
        line = self.own[agent]
        if line is None:
            line = self.own[agent] = []
        heappush(line, (pool.rank(token), token.number, token))
        self.waits(token, agent, now)

    def _join_carefully(self, token: Token, pool: Pool, now: int) -> None:
        agent = self._chosen(token, pool, now)
        if agent >= 0:
            pool.idle.remove(agent)
            self.begin(token, now, agent, pool)
        elif pool.only_waits:
            self.wait(token, pool)
        else:
            self.nobody_idle(token, pool, now)

    def _chosen(self, token: Token, pool: Pool, now: int) -> int:
        """Who of the idle begins it: the first, or for whom a formula comes to most; -1 nobody."""
        fitting = (agent for agent in pool.idle if self.fits(token, agent, pool, now))
        if pool.formula and self.dispatch.way is not None:
            return self.dispatch.who_values_it(token, fitting, pool.formula, now)
        return next(fitting, -1)

    # ---- coming free ----------------------------------------------------------------------

    def leave(self, token: Token, now: int) -> None:
        """The sitting ends: its agent takes what is next for him."""
        agent = token.agent
        pool = self.pool_of[agent]
        token.agent = -1
        if token.live:
            token.live = False
            self.hangs_up(token, agent, now)
        else:
            self.free(agent, pool, now)

    def _free_after_call(self, token: Token, agent: int, now: int) -> None:
        self.free(agent, self.pool_of[agent], now)

    def free(self, agent: int, pool: Pool, now: int) -> None:
        """An agent who has come free begins the next work, or is idle, or goes home."""
        if self.ends[agent] <= now:
            self.state[agent] = OFF
            return
        own = self.own[agent]
        if pool.careful:
            if self.offer(agent, pool, now):
                return
            token, pool = self._next_fitting(agent, pool, now)
        elif own and (not pool.waiting or own[0] < pool.waiting[0]):
            token = heappop(own)[2]
        elif pool.waiting:
            token = heappop(pool.waiting)[2]
        else:
            token = None
        if token is not None:
            self.begin(token, now, agent, pool)
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

    def _next_fitting(self, agent: int, pool: Pool, now: int) -> tuple[Token | None, Pool]:
        """What he takes next, and the pool that it is of: his own, or else one that he helps."""
        token = self._taken([self.own[agent] or [], pool.waiting], agent, pool, now)
        if token is not None:
            # what a helper owns is of another pool than his
            return token, token.at.pools[token.case.place]
        for number in self._agents[agent].helps:
            helped = self.pools[number]
            token = self._taken([helped.waiting], agent, helped, now)
            if token is not None:
                return token, helped
        return None, pool

    def _taken(self, lines: list[Line], agent: int, pool: Pool, now: int) -> Token | None:
        """The first of some lines that he may begin, taken out of its line."""
        found: tuple[tuple[Any, int, Token], Line] | None = None
        for line in filter(None, lines):
            if pool.formula:
                self.dispatch.renew(line, pool.formula, now, agent)
            entry = self._first_fitting(line, agent, pool, now)
            if entry is not None and (found is None or entry < found[0]):
                found = entry, line
        if found is None:
            return None
        entry, line = found
        line.remove(entry)
        heapify(line)
        return entry[2]

    def helper(self, token: Token, pool: Pool, now: int) -> int:
        """Somebody of another pool who is idle and may begin it, the first by number; -1 nobody."""
        for agent in pool.helpers:
            if self.state[agent] == IDLE and self.fits(token, agent, pool, now):
                self.pool_of[agent].idle.remove(agent)
                return agent
        return -1

    def _first_fitting(
        self, line: Line, agent: int, pool: Pool, now: int
    ) -> tuple[Any, int, Token] | None:
        if self.fits(line[0][2], agent, pool, now):
            return line[0]
        fitting = (entry for entry in line if self.fits(entry[2], agent, pool, now))
        return min(fitting, default=None)

    def fits(self, token: Token, agent: int, pool: Pool, now: int) -> bool:
        """Whether somebody may begin it: by its planned length, and as one who does such work."""
        until = self.booked.get(agent, NEVER)
        if pool.fits:
            until = min(until, self.ends[agent])
        journey = self.extra(token, agent, now) if self.extra is not None else 0
        if self._planned[token.at.number] + journey > until - now:
            return False
        if token.live and pool.fenced_from <= agent < pool.agents.stop:
            return False
        return self.can(token, agent)

    def can(self, token: Token, agent: int) -> bool:
        """Whether somebody has the skill that a step asks for, and takes such cases now."""
        serves = self.serves.get(agent)
        return self.knows(token, agent) and (serves is None or token.case.severity in serves)

    def knows(self, token: Token, agent: int, node: int = -1) -> bool:
        """Whether somebody has the skill that a step (by default the token's) asks for."""
        skill = self._skill(token, token.at.number if node < 0 else node)
        able = skill < 0 or skill in self._agents[agent].skills
        return able and (self.in_territory is None or self.in_territory(token, agent))

    def _skill(self, token: Token, node: int) -> int:
        """The skill that a step asks for in this case; -1 none."""
        skills, by = self._skills[node], self._skill_attribute[node]
        if not skills:
            return -1
        return skills[token.case.values[by] if by >= 0 else 0]

    def pace(self, agent: int, token: Token, now: int) -> float:
        """The factor of somebody on a step's time: his skill's or his own, and his ramp-up."""
        one = self._agents[agent]
        own = one.skills.get(self._skill(token, token.at.number), one.pace)
        factor = own * self.practice[agent]
        if one.ramp_over:
            still = max(0.0, 1.0 - (now - one.from_at) / one.ramp_over)
            factor *= 1.0 + (one.ramp_from - 1.0) * still
        return factor

    # ---- shifts ---------------------------------------------------------------------------

    def shift_begins(self, crew: Crew, now: int) -> None:
        """Everybody of a crew who is not still at something comes on duty, by number."""
        end = crew.hours.next_close(now)
        state, idle = self.state, crew.pool.idle
        for agent in crew.agents:
            self.ends[agent] = end
            if crew.serves is not None:
                self.serves[agent] = crew.serves
            if state[agent] == OFF:
                state[agent] = IDLE
                idle.append(agent)
        self.serve(crew.pool, now)

    def shift_ends(self, crew: Crew, now: int) -> None:
        """The idle go home; who is at work goes on or not by the pool's rule."""
        state = self.state
        for agent in crew.agents:
            self.ends[agent] = -1
            if crew.serves is not None:
                self.serves.pop(agent)
            if state[agent] == IDLE:
                state[agent] = OFF
                crew.pool.idle.remove(agent)

    def serve(self, pool: Pool, now: int) -> None:
        """Let the idle begin what waits and fits."""
        for agent in list(pool.idle):
            if self.state[agent] == IDLE:
                pool.idle.remove(agent)
                self.state[agent] = BUSY  # until it is known what he does next
                self.free(agent, pool, now)
