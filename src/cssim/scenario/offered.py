"""How much of its people's time is asked of each pool, in an ordinary week.

By mean times, and by how often a case comes to each step on average. Nobody waits or hangs up
here, holidays are no ordinary days, and who asks about an open case is left out, as is what a
bench repairs: so a pool of which all is asked, or more, falls behind week by week.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from cssim.basis.moments import HOUR
from cssim.scenario import sittings
from cssim.scenario.course import Course
from cssim.scenario.model import Scenario
from cssim.scenario.presence import Presence
from cssim.scenario.turns import PoolKey, Turns


def overloads(scenario: Scenario) -> Iterator[str]:
    """A sentence for every pool of which more is asked than its people have."""
    asked, presence = Offered(scenario).work(), Presence(scenario)
    for role, places in scenario.pools.items():
        for place, pool in places.items():
            there, wanted = presence.in_a_week(pool), asked.get((role, place), 0.0)
            if wanted < there or not there:
                continue
            yield (
                f"pools.{role}.{place}: some {wanted / there:.0%} of its people's time is asked "
                f"for in an ordinary week ({wanted:.0f} h of {there:.0f} h): more than they can do"
            ).replace("%", " %")


class Offered:
    """What a scenario's demand asks of its pools."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._turns = Turns(scenario, scenario.graphs)
        self._presence = Presence(scenario)

    def work(self) -> dict[PoolKey, float]:
        """Hours of work in a week, by pool."""
        asked: dict[PoolKey, float] = {}
        for source in self.scenario.demand:
            cases = 0.0 if self._units_wait(source) else self._turns.cases(source)
            for place, share in self._turns.places(source).items() if cases else ():
                for pool, time in self._of_a_case(source, place):
                    asked[pool] = asked.get(pool, 0.0) + cases * share * time / HOUR
        return asked

    def _units_wait(self, source: str) -> bool:
        """Whether nobody asks while what was asked before is open."""
        spec: Any = self.scenario.demand[source]
        return spec.kind == "population" or getattr(spec, "repaired", "") == "as_good_as_new"

    def _of_a_case(self, source: str, place: str | None) -> Iterator[tuple[PoolKey, float]]:
        """A pool, and how long on average a case of a source has its people at work, in ms."""
        course = self._turns.course(source, 0.0)
        for (key, known), times in course.of_requests().visits.items():
            time = sittings.own_time(self.scenario, key)
            if time:
                time = times * (
                    time * self._factor(course, key, known) + self._way(course, key, known)
                )
                for pool in self._turns.pools(self._turns.nodes[key], place):
                    yield pool, time * self._people(key, pool)
        yield from self._after_calls(course, place)

    def _factor(self, course: Course, key: str, known: Any) -> float:
        """The mean factor on a step's time, for what is settled of a case."""
        factors = self.scenario.work[key].factors
        if not factors:
            return 1.0
        attribute, by_word = next(iter(factors.items()))
        drawn = course.chances.of(attribute, known)
        return sum(chance * by_word.get(word, 1.0) for word, chance, _ in drawn)

    def _way(self, course: Course, key: str, known: Any) -> float:
        """The mean way to a visit and back, where ways are told by place; ms."""
        travel = self.scenario.travel
        if travel is None or self._turns.nodes[key].effect.appointment != "keep":
            return 0.0
        ways = {
            name: area.time.mean
            if area.time is not None
            else math.hypot(area.x or 0.0, area.y or 0.0) / (travel.speed or 1.0) * HOUR
            for name, area in travel.areas.items()
        }
        drawn = course.chances.of(travel.by, known)
        return sum(2.0 * chance * ways.get(word, 0.0) for word, chance, _ in drawn)

    def _people(self, key: str, pool: PoolKey) -> float:
        """How many of a pool's people a step needs."""
        meeting = self.scenario.meetings.get(key)
        if meeting is None:
            return 1.0
        people = self._presence.people(self.scenario.pools[pool[0]][pool[1]])
        number = meeting.summoned.get(pool[0], 1.0)
        return min(people, number if number >= 1 else max(1.0, round(number * people)))

    def _after_calls(self, course: Course, place: str | None) -> Iterator[tuple[PoolKey, float]]:
        telephone, live = self.scenario.telephone, self.scenario.live
        flow = self.scenario.graphs[course.flow]
        if telephone is None or telephone.after_call is None or not live or not flow.customer_case:
            return
        attribute, word = next(iter(live.items()))
        called = sum(share for one, share, _ in course.chances.of(attribute, ()) if one == word)
        first = flow.nodes[flow.start.edges[""][0].to]
        for pool in self._turns.pools(first, place):
            yield pool, called * telephone.after_call.mean
