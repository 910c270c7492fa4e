"""Presence: when each person is planned to be there, and when he really is.

Everything is known before the run: calendars and rosters, hiring and leaving, planned leave,
sickness, and whose turn it is on call. What is drawn (which days of leave, when somebody falls
ill, who leaves in which month) has the address of the person, so that nobody else moves it.

It knows nothing of work.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from cssim.basis import calendars, draws
from cssim.basis.calendars import OpenHours
from cssim.blueprint.people_tables import Agent, Almanac, Leave, OnCall, Sickness
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import DUTY_KINDS, NEVER, TABLES
from cssim.sim.pools import Crew, Pool

SHIFT, ON_CALL, LEAVE, SICK = (
    DUTY_KINDS.index(kind) for kind in ("shift", "on_call", "leave", "sick")
)
_LEAVE, _LEAVE_COUNT, _ILL, _ILL_FOR, _QUITS = (
    draws.text_key(f"presence/{what}")
    for what in ("leave", "leave_count", "ill", "ill_for", "quits")
)
Gaps = list[tuple[int, int]]


class Presence:
    """When everybody is there.

    By agent: `planned` are the hours of his calendar or roster while he is with the company,
    `foreseen` the same without leave, `hours` without leave and sickness (the same object where
    there is none).
    """

    def __init__(self, blueprint: Blueprint, key: int) -> None:
        self._blueprint = blueprint
        self._end = blueprint.window[2]
        almanac = blueprint.almanac
        self.until: list[int] = []
        self.planned: list[OpenHours] = []
        self.hours: list[OpenHours] = []
        self.foreseen: list[OpenHours] = []
        self._away: list[tuple[OpenHours, OpenHours]] = []  # on leave, ill
        cut: dict[tuple[int, int, int], OpenHours] = {}
        for agent in blueprint.agents:
            own = draws.fold(key, agent.key)
            until = _leaves(agent, own, almanac.months)
            known = (id(agent.hours), agent.from_at, until)
            if known not in cut:
                cut[known] = _between(agent.hours, agent.from_at, until)
            planned = cut[known]
            leave = calendars.within(planned, _on_leave(agent, planned, own, almanac))
            there = _less(planned, leave)
            ill = calendars.within(there, _ill(agent.sickness, own, almanac))
            self.foreseen.append(there)
            self.until.append(until)
            self.planned.append(planned)
            self.hours.append(_less(there, ill))
            self._away.append((leave, ill))

    def is_steady(self, agent: int) -> bool:
        """Whether somebody is never away when he is planned to be there, and never leaves."""
        return self.hours[agent] is self.planned[agent] and self.until[agent] == NEVER

    def crews(self, pools: list[Pool]) -> list[Crew]:
        """Everybody with hours, by crews; then those on call, one crew a person and pool."""
        crews: dict[tuple[int, int], Crew] = {}
        for pool in pools:
            for agent in pool.agents:
                hours = self.hours[agent]
                known = pool.number, id(hours)
                if known not in crews:
                    crews[known] = Crew(len(crews), pool, [], hours)
                crews[known].agents.append(agent)
        found = list(crews.values())
        for pool in pools:
            rule = self._blueprint.pools.on_call[pool.number]
            if rule is not None:
                for agent, hours in self._turns(pool, rule).items():
                    found.append(Crew(len(found), pool, [agent], hours, rule.severities))
        return found

    def _turns(self, pool: Pool, rule: OnCall) -> dict[int, OpenHours]:
        """By agent when he is on call: week by week the next in turn, who is with us and well.

        A turn is not on call while he is on a shift of his own.
        """
        found: dict[int, Gaps] = {}
        for week, (start, stop) in enumerate(rule.weeks):
            for one in range(rule.people):
                agent = self._next_in_turn(pool, week * rule.people + one, start, stop)
                if agent >= 0:
                    found.setdefault(agent, []).extend(rule.hours.intervals(start, stop))
        return {
            agent: calendars.without(OpenHours(turns), self.hours[agent].intervals(0, self._end))
            for agent, turns in sorted(found.items())
        }

    def _next_in_turn(self, pool: Pool, turn: int, start: int, stop: int) -> int:
        size = len(pool.agents)
        for more in range(size):
            agent = pool.agents[(turn + more) % size]
            away = sum(hours.open_time(start, stop) for hours in self._away[agent])
            with_us = self._blueprint.agents[agent].from_at <= start and stop <= self.until[agent]
            if with_us and not away:
                return agent
        return -1

    # ---- what the log tells -----------------------------------------------------------------

    def duty(self, crews: list[Crew]) -> NDArray[np.void]:
        """Planned presence and absence: a row for a whole pool, or one for each person."""
        rows: list[tuple[int, int, int, int, int, int]] = []
        alone = [len([c for c in crews if c.pool is crew.pool]) == 1 for crew in crews]
        for crew, whole in zip(crews, alone, strict=True):
            kind = SHIFT if crew.serves is None else ON_CALL
            agents = [-1] if whole else crew.agents
            for agent in agents:
                rows += self._rows(crew, agent, kind, crew.hours)
        for crew in crews:
            if crew.serves is None:
                for agent in crew.agents:
                    for kind, away in zip((LEAVE, SICK), self._away[agent], strict=True):
                        rows += self._rows(crew, agent, kind, away)
        return np.array(rows, dtype=TABLES["duty"])

    def _rows(
        self, crew: Crew, agent: int, kind: int, hours: OpenHours
    ) -> list[tuple[int, int, int, int, int, int]]:
        people = len(crew.agents) if agent < 0 else 1
        return [
            (crew.pool.number, agent, kind, people, start, stop)
            for start, stop in hours.intervals(0, self._end)
        ]

    def staff(self) -> NDArray[np.void]:
        """Who joins or leaves during the run; all others are with us from begin to end."""
        rows = [
            (number, agent.pool, max(agent.from_at, 0), until)
            for number, (agent, until) in enumerate(
                zip(self._blueprint.agents, self.until, strict=True)
            )
            if agent.from_at > 0 or until < self._end
        ]
        return np.array(rows, dtype=TABLES["staff"])


def _between(hours: OpenHours, from_at: int, until: int) -> OpenHours:
    """The hours from joining to leaving."""
    if from_at <= 0 and until == NEVER:
        return hours
    return OpenHours(hours.intervals(max(from_at, 0), until))


def _less(hours: OpenHours, away: OpenHours) -> OpenHours:
    if not len(away):
        return hours
    return calendars.without(hours, zip(away.starts, away.ends, strict=True))


def _leaves(agent: Agent, own: int, months: tuple[tuple[int, int], ...]) -> int:
    """When somebody leaves: as dated, or at the end of the first month that he chooses to."""
    for month, at in months if agent.attrition else ():
        quits = draws.uniform(own, draws.fold(_QUITS, month)) < agent.attrition
        if quits and max(agent.from_at, 0) < at < agent.until_at:
            return at
    return agent.until_at


def _on_leave(agent: Agent, planned: OpenHours, own: int, almanac: Almanac) -> Gaps:
    """Dated leave, and the days of every year, in blocks spread over its working days."""
    gaps = list(agent.away)
    if agent.leave is None:
        return gaps
    days = [
        (start, stop)
        for start, stop in itertools.pairwise(almanac.midnights)
        if planned.open_time(start, stop)
    ]
    for year, end in almanac.years:
        mine = [day for day in days if day[0] < end]
        gaps += _blocks(agent.leave, mine, own, year)
        days = days[len(mine) :]
    return gaps


def _blocks(leave: Leave, days: Gaps, own: int, year: int) -> Gaps:
    """One block of leave at a drawn place in each equal stretch of a year's working days."""
    u = draws.uniform(own, draws.fold(_LEAVE_COUNT, year))
    count = int(leave.days / leave.block * len(days) / leave.of + u)
    gaps: Gaps = []
    for block in range(count):
        low, high = len(days) * block // count, len(days) * (block + 1) // count
        room = max(0, high - low - leave.block)
        start = low + int(draws.uniform(own, draws.fold(_LEAVE, year, block)) * (room + 1))
        stop = min(start + leave.block, high)
        if start < stop:
            gaps.append((days[start][0], days[stop - 1][1]))
    return gaps


def _ill(sickness: Sickness | None, own: int, almanac: Almanac) -> Gaps:
    """Spells of illness, each from a midnight on; they may overlap."""
    if sickness is None:
        return []
    dates = almanac.first + np.arange(len(almanac.midnights))
    keys = draws.fold_many(own, dates)
    falls = draws.uniforms(keys, _ILL) < -np.expm1(-sickness.rate)
    scores = ndtri(draws.uniforms(keys[falls], _ILL_FOR))
    starts = np.array(almanac.midnights)[falls]
    lengths = np.floor(sickness.length.values(scores) + 0.5).astype(np.int64)
    return list(zip(starts.tolist(), (starts + lengths).tolist(), strict=True))
