"""Pools and crews: people who can stand in for each other, and those who come and go together.

They hold what `people` and others keep up; nothing happens by itself here.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from cssim.basis.calendars import OpenHours
from cssim.blueprint.tables import Blueprint
from cssim.sim.dispatch import Dispatch, Line, Rank


class Pool:
    """People who can stand in for each other.

    `hours` are those in which anybody is planned to be there; `careful` counts the reasons for
    taking the long way. `places` are for `callers` who wait (-1: any number); those from
    `fenced_from` on take no live calls. `helpers` are people of other pools who take its work.
    """

    __slots__ = (
        "agents", "ample", "callers", "careful", "fenced_from", "fits", "formula", "freed_at",
        "gather", "helpers", "hours", "idle", "interrupted_by", "number", "only_waits", "places",
        "rank", "rule", "turn", "waiting",
    )  # fmt: skip

    def __init__(self, number: int, agents: range, hours: Any, rule: int, fits: bool) -> None:
        self.number = number
        self.agents = agents
        self.hours = hours
        self.rule = rule
        self.fits = fits
        self.careful = int(fits)
        self.freed_at = -1
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
        self.helpers: list[int] = []


# in place of a pool where nobody of ours is needed
NOBODY = Pool(-1, range(0), None, 0, fits=False)


class Crew:
    """People of one pool whose shifts begin and end together.

    `serves` are the severities that they take and nothing else, of people on call.
    """

    __slots__ = ("agents", "hours", "number", "pool", "serves")

    def __init__(
        self, number: int, pool: Pool, agents: list[int], hours: OpenHours,
        serves: frozenset[int] | None = None,
    ) -> None:  # fmt: skip
        self.number = number
        self.pool = pool
        self.agents = agents
        self.hours = hours
        self.serves = serves


def pool_of(number: int, blueprint: Blueprint, dispatch: Dispatch) -> Pool:
    """One pool of a blueprint, with nobody on duty yet."""
    tables = blueprint.pools
    first = tables.first[number]
    agents = range(first, first + tables.people[number])
    pool = Pool(number, agents, tables.hours[number], tables.rule[number], tables.fits[number])
    pool.ample = tables.ample[number]
    pool.places = tables.places[number]
    fenced = tables.ring_fenced[number]
    pool.fenced_from = agents.stop - fenced
    pool.interrupted_by = tables.interrupted_by[number]
    pool.only_waits = not (pool.ample or any(pool.interrupted_by) or tables.helped[number])
    pool.rank = dispatch.by(tables.order[number])
    pool.formula = tables.formula[number]
    pool.careful += bool(fenced) + bool(pool.formula) + tables.choosy[number]
    return pool
