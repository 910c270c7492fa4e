"""Journeys: where everybody who makes visits is, and how long the way is from there.

Who makes a visit is on its site until he goes on: straight to another visit that waits for him
or that he is booked for, or else back to base, before he takes anything else. After his shift
he goes home in his own time. The way is drawn, or measured between two points, at the address of
the case; where a site is on the map is drawn there too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heapify
from typing import NamedTuple

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.basis.distributions import Distribution
from cssim.blueprint.tables import Blueprint
from cssim.blueprint.travel_tables import Travel
from cssim.eventlog import CAUSES, JOURNEYS, NEVER, PIECE_KINDS
from cssim.sim.kernel import AFTER_CALL, TIMER
from cssim.sim.pools import Pool
from cssim.sim.rare import Rare
from cssim.sim.state import DUE, Case, Token
from cssim.sim.walk import TRAVEL_PIECE, Walker

FROM_BASE, FROM_HOME, FROM_SITE, TO_BASE = range(len(JOURNEYS))
_TRAVEL = CAUSES.index("travel")
_BACK = PIECE_KINDS.index("back")
_WAY, _RETURN, _EAST, _NORTH, _HOME = (
    addresses.text_key(f"travel/{what}") for what in ("way", "return", "east", "north", "home")
)
_NO_AREA = -1


class Site(NamedTuple):
    """A place: base, a home, or that of a case."""

    area: int
    x: float
    y: float


def _never(*_: object) -> bool:
    return False


BASE = Site(_NO_AREA, 0.0, 0.0)


class Away(NamedTuple):
    """Somebody on a site: in which shift (its end), and of which step of which case."""

    shift: int
    site: Site
    case: Case
    node: int
    visit: int
    sitting: int


class Journeys:
    """Keeps where everybody is, for the walker, the lines and bookings.

    Of bookings: `booked` tells when somebody sets out next, `may_go_back` whether there is time
    for base until then, `leaves_no_room` whether work is too long for that; `is_elsewhere` is
    told of who goes back, and `meets` who arrives when: it says when his work there begins.
    """

    def __init__(self, blueprint: Blueprint, rules: Travel, walker: Walker, rare: Rare) -> None:
        self._rules = rules
        self._walker = walker
        self._people = walker.people
        self._rare = rare
        self._agents = blueprint.agents
        self._is_visit = [node in rules.visits.values() for node in range(len(walker.nodes.flow))]
        self._away: dict[int, Away] = {}
        self._set_out: dict[int, int] = {}  # the shift of everybody's last journey
        self.booked: Callable[[int, int], int] = lambda agent, now: NEVER
        self.may_go_back: Callable[[int, int], bool] = lambda agent, now: True
        self.is_elsewhere: Callable[[int, int], None] = lambda agent, now: None
        self.meets: Callable[[Token, int], int] = lambda token, arrives: arrives
        self.leaves_no_room: Callable[[Token, int, int, int], bool] = _never
        self._claims = self._people.offer
        self._people.offer = self._offer
        self._people.extra = self._extra
        self._people.in_territory = self._in_territory
        self._people.dispatch.way = self.expected
        rare.travel = self._travel
        rare.is_carried = self._is_carried
        roles = blueprint.pools.role
        for pool in self._people.pools:
            pool.careful += roles[pool.number] in rules.roles

    # ---- places and the ways between them ---------------------------------------------------

    def site(self, case: Case) -> Site:
        """Where a case's customer is."""
        return self._somewhere(case.values[self._rules.by], case.key)

    def _somewhere(self, area: int, key: int) -> Site:
        """A point of an area, spread evenly over its disc."""
        if not self._rules.discs:
            return Site(area, 0.0, 0.0)
        disc = self._rules.discs[area]
        out = disc.radius * math.sqrt(addresses.uniform(key, _EAST))
        turn = 2.0 * math.pi * addresses.uniform(key, _NORTH)
        return Site(area, disc.x + out * math.cos(turn), disc.y + out * math.sin(turn))

    def start(self, agent: int) -> Site:
        """Where somebody sets out on the first journey of a shift: from home, or from base."""
        home = self._agents[agent].home if agent >= 0 else _NO_AREA
        if home < 0:
            return BASE
        return self._somewhere(home, addresses.fold(self._agents[agent].key, _HOME))

    def way(self, one: Site, other: Site) -> int:
        """How long the way from one place to another is, as expected; ms."""
        if self._rules.discs:
            return int(self._apart(one, other) / self._rules.speed + 0.5)
        if one.area < 0 and other.area < 0:
            return 0
        return int(self._time(one, other).mean + 0.5)

    def _apart(self, one: Site, other: Site) -> float:
        return math.hypot(one.x - other.x, one.y - other.y)

    def _time(self, one: Site, other: Site) -> Distribution:
        rules = self._rules
        if one.area < 0 or other.area < 0 or not rules.between:
            return rules.times[other.area if other.area >= 0 else one.area]
        return rules.between[one.area][other.area]

    def _drawn(self, one: Site, other: Site, case: Case, stream: int, which: int) -> int:
        """The way as it is this time."""
        if self._rules.discs:
            return self.way(one, other)
        u = addresses.uniform(case.key, addresses.fold(stream, which))
        return int(self._time(one, other).value(float(ndtri(u))) + 0.5)

    # ---- where somebody is ------------------------------------------------------------------

    def _is_away(self, agent: int) -> Away | None:
        """Whether somebody is on a site in this shift, or in what he does after it."""
        away = self._away.get(agent)
        if away is None or self._people.ends[agent] not in (-1, away.shift):
            return None
        return away

    def _from(self, agent: int) -> tuple[int, Site, int]:
        """Where he sets out: which way it is, the place, and the case whose site it is."""
        away = self._is_away(agent)
        if away is not None:
            return FROM_SITE, away.site, away.case.number
        if agent >= 0 and self._agents[agent].home >= 0:
            ends = self._people.ends[agent]
            if self._set_out.get(agent) != ends:
                return FROM_HOME, self.start(agent), -1
        return FROM_BASE, BASE, -1

    def place_of(self, agent: int) -> Site:
        """Where somebody is, or would set out from."""
        return self._from(agent)[1]

    def expected(self, token: Token, agent: int) -> int:
        """How long somebody's way to a case's site is expected to be; without him, from base."""
        place = self._from(agent)[1] if agent >= 0 else BASE
        return self.way(place, self.site(token.case))

    def _extra(self, token: Token, agent: int, now: int) -> int:
        """What work takes beside its planned length; `NEVER` if it would pass what is booked."""
        way = self.expected(token, agent) if self._is_visit[token.at.number] else 0
        return NEVER if self.leaves_no_room(token, agent, way, now) else way

    def _in_territory(self, token: Token, agent: int) -> bool:
        """Whether a step of somebody's visits is in his territory."""
        territory = self._agents[agent].territory
        if not territory or token.instance.flow not in self._rules.visits:
            return True
        return token.case.values[self._rules.by] in territory

    # ---- on the way -------------------------------------------------------------------------

    def _travel(self, token: Token, node: int, now: int) -> tuple[int, int]:
        """The journey to a visit, from where its engineer is; then its work begins."""
        agent, case = token.agent, token.case
        way, place, after = self._from(agent)
        site = self.site(case)
        stream = addresses.fold(self._walker.nodes.duration_key[node], _WAY)
        arrives = now + self._drawn(place, site, case, stream, token.visit)
        self._walker.worked(token, TRAVEL_PIECE, _TRAVEL, agent, now, arrives)
        self._write(case, after, agent, node, token.visit, way, place, site, now, arrives)
        if agent >= 0:
            shift = self._people.ends[agent]
            self._set_out[agent] = shift
            self._away[agent] = Away(shift, site, case, node, token.visit, token.sitting)
        return arrives, self.meets(token, arrives)

    def _write(
        self, case: Case, after: int, agent: int, node: int, visit: int, way: int,
        one: Site, other: Site, from_at: int, to_at: int,
    ) -> None:  # fmt: skip
        metres = int(self._apart(one, other) * 1000 + 0.5) if self._rules.discs else -1
        self._walker.recorder.journey(
            case.number, after, agent, node, visit, way, metres, from_at, to_at
        )

    def _goes_back(self, agent: int, away: Away, now: int) -> int:
        """Back to base; when is he there?"""
        del self._away[agent]
        case, node, visit = away.case, away.node, away.visit
        stream = addresses.fold(self._walker.nodes.duration_key[node], _RETURN)
        self.is_elsewhere(agent, now)
        arrives = now + self._drawn(away.site, BASE, case, stream, visit)
        self._walker.recorder.piece(
            away.sitting, case.number, node, visit, _BACK, _TRAVEL, agent, now, arrives
        )
        self._write(
            case, case.number, agent, node, visit, TO_BASE, away.site, BASE, now, arrives
        )  # fmt: skip
        return arrives

    # ---- what is next for somebody on a site ------------------------------------------------

    def _offer(self, agent: int, pool: Pool, now: int) -> bool:
        """Somebody has come free: on a site he goes on to a visit, or first goes back."""
        away = self._is_away(agent)
        if away is None:
            return self._claims(agent, pool, now)
        token = self._next_visit(agent, pool, now)
        if token is not None:
            self._people.begin(token, now, agent, token.at.pools[token.case.place])
            return True
        if self.may_go_back(agent, now):
            arrives = self._goes_back(agent, away, now)
            self._walker.kernel.at(arrives, AFTER_CALL, self._is_free, (agent, pool))
        else:  # he waits there
            sets_out = self.booked(agent, now)
            self._walker.kernel.at(sets_out, TIMER, self._is_free, (agent, pool))
        return True

    def _is_free(self, subject: tuple[int, Pool], now: int) -> None:
        self._people.free(*subject, now)

    def _next_visit(self, agent: int, pool: Pool, now: int) -> Token | None:
        """The first visit that waits for him, or for anybody of his pool, out of its line."""
        lines = [self._people.own[agent] or [], pool.waiting]
        for line in lines if pool.formula else ():
            self._people.dispatch.renew(line, pool.formula, now, agent)
        found = [
            (entry, line)
            for line in lines
            for entry in line
            if self._is_visit[entry[2].at.number] and self._people.fits(entry[2], agent, pool, now)
        ]
        if not found:
            return None
        entry, line = min(found, key=lambda one: one[0][:2])
        line.remove(entry)
        heapify(line)
        return entry[2]

    def _is_carried(self, token: Token, now: int) -> bool:
        """Work at base for who is still on a site: the machine comes back with him (R52)."""
        away = self._is_away(token.agent) if token.agent >= 0 else None
        if away is None:
            return False
        arrives = self._goes_back(token.agent, away, now)
        self._rare.promises.wait(token, _TRAVEL, now)
        token.began = now
        self._walker.sleep(token, DUE, arrives - now, token.order)
        return True
