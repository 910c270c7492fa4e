"""Who is in a pool, and when: its own people, those of its groups, rosters and rota.

Hours are as planned: nobody is on leave or ill here, and whoever joins or leaves is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cssim.basis import calendars, windows
from cssim.basis.calendars import OpenHours
from cssim.basis.moments import HOUR, WEEK, Epoch
from cssim.scenario import roster
from cssim.scenario.model import Scenario
from cssim.scenario.model_pools import AMPLE, Group, Pool


@dataclass(frozen=True)
class Crew:
    """People of a pool with the same hours; `pace` is the factor on the time of their work."""

    people: int
    calendar: str | None
    hours: OpenHours
    pace: float


class Presence:
    """The people of a scenario over its run."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        time = scenario.time
        self._epoch = Epoch(time.zone, time.start)
        self.end = time.warm_up + time.window + time.run_out
        self._hours: dict[str, OpenHours] = {}

    def hours(self, calendar: str) -> OpenHours:
        """When a calendar is open in the run."""
        if calendar not in self._hours:
            spec = self._scenario.calendars[calendar]
            self._hours[calendar] = calendars.open_hours(spec, self._epoch, 0, self.end)
        return self._hours[calendar]

    def windows(self, spans: list[tuple[int, int]], calendar: str) -> Sequence[tuple[int, int]]:
        """Every day's stretches that lie wholly in a calendar's hours in the run."""
        zone = self._scenario.calendars[calendar].zone
        return windows.of_days(spans, self.hours(calendar), self._epoch, zone, self.end)

    def crews(self, pool: Pool) -> Iterator[Crew]:
        """The people of a pool by their hours; none of an ample one."""
        groups: list[Pool | Group] = [pool, *(pool.groups or {}).values()]
        if pool.people == AMPLE:
            return
        for group in groups:
            calendar = group.calendar or pool.calendar
            pace = group.proficiency or pool.proficiency or 1.0
            if group.people and calendar:
                yield Crew(group.people, calendar, self.hours(calendar), pace)
            yield from (Crew(1, None, hours, pace) for hours in self._rostered(group, calendar))
        if hired := sum((pool.hiring or {}).values()):
            assert pool.calendar is not None  # or it had been told
            yield Crew(hired, pool.calendar, self.hours(pool.calendar), pool.proficiency or 1.0)

    def _rostered(self, group: Pool | Group, calendar: str | None) -> Iterator[OpenHours]:
        if group.roster is None:
            return
        zone = self._scenario.calendars[calendar].zone if calendar else None
        for shifts in roster.read(Path(group.roster.from_)).shifts.values():
            hours = OpenHours(
                (self._epoch.at(one.date, one.start, zone), self._epoch.at(one.date, one.end, zone))
                for one in shifts
            )
            yield OpenHours(hours.intervals(0, self.end))

    def people(self, pool: Pool) -> int:
        """How many people there are in a pool, whenever they are there."""
        return sum(crew.people for crew in self.crews(pool))

    def shifts(self, pool: Pool) -> list[OpenHours]:
        """The hours of its people, and of its rota, each once."""
        found = {id(crew.hours): crew.hours for crew in self.crews(pool)}
        if pool.on_call is not None and found:
            rota = self.hours(pool.on_call.calendar)
            found[id(rota)] = rota
        return list(found.values())

    def union(self, pool: Pool) -> OpenHours:
        """When anybody of a pool is there."""
        shifts = self.shifts(pool)
        if len(shifts) == 1:
            return shifts[0]
        return OpenHours(pair for one in shifts for pair in zip(one.starts, one.ends, strict=True))

    def in_a_week(self, pool: Pool) -> float:
        """Hours of work that its people can do in an ordinary week, as planned."""
        return sum(crew.people * self._week(crew) / crew.pace for crew in self.crews(pool)) / HOUR

    def _week(self, crew: Crew) -> float:
        if crew.calendar is None:
            return crew.hours.open_time(0, self.end) / (self.end / WEEK)
        week = self._scenario.calendars[crew.calendar].week
        return sum(end - start for day in week.values() for start, end in day)
