"""Pools and the people in them, as tables: one entry for each person.

Groups, rosters and hiring are told person by person; what is drawn for somebody (leave,
illness, leaving) is drawn in a run, at the address that he is given here.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cssim.basis import draws
from cssim.basis.calendars import OpenHours
from cssim.basis.moments import Epoch
from cssim.blueprint import changes
from cssim.blueprint.people_tables import Agent, Almanac, Leave, OnCall, Pools, Sickness
from cssim.blueprint.rules import HoursOf, order_of
from cssim.blueprint.tables import Rule
from cssim.blueprint.words import Words
from cssim.eventlog import NEVER
from cssim.scenario import roster
from cssim.scenario.model_pools import NATIONAL

_DAY = dt.timedelta(days=1)
_YEAR = 365  # days in which the working days of a year are counted


def skills_of(scenario: Any) -> list[str]:
    """Every skill that somebody has, in the order of the scenario."""
    found = [
        skill
        for _, _, pool in _each(scenario)
        for one in (pool, *_groups(pool).values())
        for skill in one.skills or ()
    ]
    return list(dict.fromkeys(found))


def paced_roles(scenario: Any) -> set[str]:
    """Roles whose work does not take everybody the same time, those that are helped among them."""
    found: set[str] = set()
    change = changes.changed(scenario, "proficiency")
    for role, _, pool in _each(scenario):
        some = (pool, *_groups(pool).values())
        differ = any(one.skills or (one.proficiency or 1.0) != 1.0 for one in some)
        if differ or pool.ramp_up or role in change:
            found |= {role, *(name.partition(".")[0] for one in some for name in one.helps or ())}
    return found


def has_territories(scenario: Any) -> bool:
    """Whether somebody makes visits in some areas only."""
    return any(
        one.territory for _, _, pool in _each(scenario) for one in (pool, *_groups(pool).values())
    )


def _groups(pool: Any) -> dict[str, Any]:
    groups: dict[str, Any] = pool.groups or {}
    return groups


def _each(scenario: Any) -> Iterator[tuple[str, str, Any]]:
    for role, places in scenario.pools.items():
        for place, pool in places.items():
            yield role, place, pool


class People:
    """Fills the tables of pools and agents.

    `told` and `names` are what the log's terms say of pools and agents, `grades` by what each
    agent is paid.
    """

    def __init__(self, scenario: Any, hours: HoursOf, words: Words, epoch: Epoch, end: int) -> None:
        self._scenario = scenario
        self._hours = hours
        self._words = words
        self._epoch = epoch
        self._regions = list(scenario.regions)
        self.almanac = _almanac(epoch, end)
        self.agents: list[Agent] = []
        self.told: list[dict[str, Any]] = []
        self.names: list[dict[str, Any]] = []
        self.grades: list[str] = []
        self._workdays: dict[int, int] = {}
        names = [
            role if place == NATIONAL else f"{role}.{place}" for role, place, _ in _each(scenario)
        ]
        self._numbers = {name: number for number, name in enumerate(names)}
        self._absent = changes.absences(scenario, epoch, self._numbers)
        self._helped = {
            self._numbers[one]
            for _, _, pool in _each(scenario)
            for some in (pool, *_groups(pool).values())
            for one in some.helps or ()
        }

    def pools(self) -> Pools:
        """All pools in the scenario's order; fills `agents`, `told` and `names`, too."""
        columns: dict[str, list[Any]] = {name: [] for name in Pools.__dataclass_fields__}
        of_role: list[list[int]] = []
        for number, places in enumerate(self._scenario.pools.values()):
            row = [-1] * max(1, len(self._regions))
            for place, spec in places.items():
                region = self._regions.index(place) if place in self._regions else -1
                pool = len(self.told)
                row = [pool] * len(row) if region < 0 else row
                if region >= 0:
                    row[region] = pool
                for name, value in self._pool(number, region, spec).items():
                    columns[name].append(value)
            of_role.append(row)
        columns["of_role"] = [tuple(row) for row in of_role]
        columns["all_of_role"] = [tuple(dict.fromkeys(p for p in row if p >= 0)) for row in of_role]
        return Pools(**{name: tuple(column) for name, column in columns.items()})

    def roles(self) -> list[str]:
        """The role of each person."""
        return [self.told[agent.pool]["role"] for agent in self.agents]

    def _pool(self, role: int, region: int, spec: Any) -> dict[str, Any]:
        """One pool's row; its people are added to `agents`."""
        number, first = len(self.told), len(self.agents)
        name = self._words.roles[role]
        name = name if region < 0 else f"{name}.{self._regions[region]}"
        self._add_people(number, name, spec)
        mine = self.agents[first:]
        said = {
            "name": name,
            "role": self._words.roles[role],
            "region": self._regions[region] if region >= 0 else None,
            "people": len(mine),
            "calendar": spec.calendar,
            "shift_end": spec.shift_end,
        }
        self.told.append(said)
        order, program = order_of(spec.order or self._scenario.dispatch.order)
        return {
            "role": role,
            "region": region,
            "first": first,
            "people": len(mine),
            "ample": (spec.people or 0) < 0,
            "places": -1 if spec.places is None else spec.places,
            "ring_fenced": spec.ring_fenced or 0,
            "interrupted_by": _interrupted_by(spec, self._words),
            "hours": self._union(spec, mine),
            "rule": getattr(Rule, spec.shift_end.upper()),
            "fits": spec.latest_start == "fits",
            "rework": spec.rework or 0.0,
            "order": order,
            "formula": program,
            "choosy": bool(spec.on_call) or any(agent.skills or agent.helps for agent in mine),
            "helped": number in self._helped,
            "on_call": self._on_call(spec.on_call),
        }

    def _union(self, spec: Any, agents: list[Agent]) -> OpenHours:
        """When anybody of a pool is planned to be there; its own calendar's where that is all."""
        all_hours = list({id(agent.hours): agent.hours for agent in agents}.values())
        if len(all_hours) == 1:
            return all_hours[0]
        if not all_hours:
            return self._hours.of(spec.calendar) if spec.calendar else OpenHours(())
        return OpenHours(
            pair for hours in all_hours for pair in zip(hours.starts, hours.ends, strict=True)
        )

    # ---- one person after another -----------------------------------------------------------

    def _add_people(self, pool: int, name: str, spec: Any) -> None:
        """The pool's own people, those of its roster and groups, and those it will hire."""
        if spec.calendar:
            own = self._hours.of(spec.calendar)
            for i in range(max(0, spec.people or 0)):
                self._add(pool, name, f"{name}/{i}", spec, spec, own)
        self._add_rostered(pool, name, name, spec, spec)
        for group_name, group in _groups(spec).items():
            calendar = group.calendar or spec.calendar
            for i in range(group.people or 0):
                key = f"{name}/{group_name}/{i}"
                self._add(pool, name, key, spec, group, self._hours.of(calendar))
            self._add_rostered(pool, name, f"{name}/{group_name}", spec, group)
        for month, count in (spec.hiring or {}).items():
            joins = dt.date.fromisoformat(f"{month}-01")
            for i in range(count):
                key = f"{name}/{month}/{i}"
                self._add(pool, name, key, spec, spec, self._hours.of(spec.calendar), joins)

    def _add_rostered(self, pool: int, name: str, key: str, spec: Any, group: Any) -> None:
        if group.roster is None:
            return
        calendar = group.calendar or spec.calendar
        zone = self._hours.zone(calendar) if calendar else None
        for agent, shifts in roster.read(Path(group.roster.from_)).shifts.items():
            hours = OpenHours(
                (self._epoch.at(one.date, one.start, zone), self._epoch.at(one.date, one.end, zone))
                for one in shifts
            )
            begin = OpenHours(hours.intervals(0, NEVER))
            self._add(pool, name, f"{key}/{agent}", spec, group, begin, called=agent)

    def _add(
        self, pool: int, name: str, key: str, spec: Any, group: Any, hours: OpenHours,
        joins: dt.date | None = None, called: str = "",
    ) -> None:  # fmt: skip
        if group is not spec:
            joins = group.joins
        from_at = self._epoch.midnight(joins) if joins else -NEVER
        leaves = None if group is spec else group.leaves
        skills = (spec.skills if group.skills is None else group.skills) or {}
        ramp = spec.ramp_up if joins else None
        travel = self._scenario.travel
        areas = self._words.attribute_words[travel.by] if travel else []
        away = {} if group is spec else group.away or {}
        self.agents.append(
            Agent(
                pool=pool,
                key=draws.text_key(f"person/{key}"),
                hours=hours,
                from_at=from_at,
                until_at=self._epoch.midnight(leaves) if leaves else NEVER,
                pace=group.proficiency or spec.proficiency or 1.0,
                skills={self._words.skills.index(skill): f for skill, f in skills.items()},
                territory=frozenset(map(areas.index, group.territory or spec.territory or ())),
                home=areas.index(home) if (home := group.home or spec.home) else -1,
                helps=tuple(self._numbers[one] for one in (group.helps or spec.helps or ())),
                ramp_from=ramp.from_ if ramp else 1.0,
                ramp_over=ramp.over if ramp else 0,
                attrition=spec.attrition or 0.0,
                away=(
                    *(
                        (self._epoch.midnight(one.from_), self._epoch.midnight(one.to))
                        for one in away.values()
                    ),
                    *self._absent.get(pool, ()),
                ),
                leave=self._leave(spec.leave, hours),
                sickness=Sickness(spec.sickness.rate, spec.sickness.length)
                if spec.sickness
                else None,
            )
        )
        place = sum(agent.pool == pool for agent in self.agents)
        self.names.append({"name": called or f"{name}#{place}", "pool": pool})
        self.grades.append(group.grade or spec.grade or name.partition(".")[0])

    def _leave(self, said: Any, hours: OpenHours) -> Leave | None:
        if said is None:
            return None
        if id(hours) not in self._workdays:
            midnights = self.almanac.midnights[: _YEAR + 1]
            days = itertools.pairwise(midnights)
            worked = sum(hours.open_time(start, end) > 0 for start, end in days)
            self._workdays[id(hours)] = max(1, worked * _YEAR // max(1, len(midnights) - 1))
        return Leave(said.days, self._workdays[id(hours)], said.block)

    def _on_call(self, said: Any) -> OnCall | None:
        if said is None:
            return None
        severities = self._words.attribute_words["severity"]
        first = dt.date.fromordinal(self.almanac.first)
        monday = (7 - first.weekday()) % 7
        edges = [0, *self.almanac.midnights[monday::7], self.almanac.midnights[-1]]
        return OnCall(
            self._hours.of(said.calendar),
            frozenset(severities.index(word) for word in said.severities),
            said.people,
            tuple((a, b) for a, b in itertools.pairwise(edges) if a < b),
        )


def _interrupted_by(spec: Any, words: Words) -> tuple[bool, frozenset[int]]:
    severities = words.attribute_words.get("severity", [])
    said = spec.interrupted_by or []
    by = [word for word in said if word in severities]
    return "live" in said, frozenset(map(severities.index, by))


def _almanac(epoch: Epoch, end: int) -> Almanac:
    first = epoch.date_of(0)
    count = (epoch.date_of(end) - first).days + 2
    dates = [first + i * _DAY for i in range(count)]
    midnights = tuple(epoch.midnight(date) for date in dates)
    months = tuple(
        (date.year * 12 + date.month, at)
        for date, at in zip(dates, midnights, strict=True)
        if date.day == 1
    )
    years = tuple(
        (year, epoch.midnight(dt.date(year + 1, 1, 1)))
        for year in range(first.year, dates[-1].year + 1)
    )
    return Almanac(first.toordinal(), midnights, months, years)
