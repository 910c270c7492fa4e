"""Whether the pools that cases come to can ever serve them.

Asked of a scenario in which all else is right, since it is worked through: what has weight 0 is
not possible, and what no case can come to may stand idle.
"""

from __future__ import annotations

from collections.abc import Iterator

from cssim.basis import calendars, quantities
from cssim.basis.calendars import OpenHours
from cssim.basis.moments import HOUR, NEVER, Epoch
from cssim.flows.graph import Node
from cssim.scenario import sittings
from cssim.scenario.look import Look, key_of
from cssim.scenario.model import Scenario
from cssim.scenario.model_people import AMPLE, OWN_REGION, Pool
from cssim.scenario.turns import PoolKey, Turn, Turns


def tell(look: Look, scenario: Scenario) -> None:
    """All pools that somebody waits for in vain."""
    service = _Service(look, scenario)
    for rule in (
        _somebody_is_there,
        _pools_open_in_the_run,
        _sittings_fit_into_a_shift,
        _several_are_there_at_once,
        _meetings_have_a_moment,
        _visits_have_a_moment,
        _somebody_takes_live_calls,
    ):
        rule(service)


class _Service:
    """A scenario as these rules see it; its turns are worked out when a pool is in doubt."""

    def __init__(self, look: Look, scenario: Scenario) -> None:
        self.look = look
        self.scenario = scenario
        self.turns = Turns(scenario, look.graphs)
        time = scenario.time
        self._epoch = Epoch(time.zone, time.start)
        self.end = time.warm_up + time.window + time.run_out
        self._hours: dict[str, OpenHours] = {}
        self._common: dict[tuple[str, ...], OpenHours] = {}

    def hours(self, calendar: str) -> OpenHours:
        """When a calendar is open in the run."""
        if calendar not in self._hours:
            spec = self.scenario.calendars[calendar]
            self._hours[calendar] = calendars.open_hours(spec, self._epoch, 0, self.end)
        return self._hours[calendar]

    def pool(self, key: PoolKey) -> Pool:
        """A pool by its role and place."""
        return self.scenario.pools[key[0]][key[1]]

    def pools(self) -> Iterator[tuple[PoolKey, Pool]]:
        """All pools but those where always somebody is free."""
        for role, places in self.scenario.pools.items():
            for place, pool in places.items():
                if pool.people != AMPLE:
                    yield (role, place), pool

    def common(self, *names: str) -> OpenHours:
        """When some calendars are open together in the run."""
        wanted = tuple(sorted(set(names)))
        if wanted not in self._common:
            self._common[wanted] = calendars.common(*map(self.hours, wanted))
        return self._common[wanted]

    def ever_open(self, *names: str) -> bool:
        """Whether some calendars are ever open together in the run."""
        return len(self.common(*names)) > 0

    def needs(self) -> Iterator[tuple[str, Node, str | None, list[PoolKey]]]:
        """Every node in use in every place, with the pools whose people it needs."""
        for key, node in self.look.nodes_in_use:
            for place in self.turns.everywhere():
                if pools := list(self.turns.pools(node, place)):
                    yield key, node, place, pools

    def comes(self, key: str, place: str | None) -> bool:
        """Whether some case comes to a node in a place."""
        return any((turn.key, turn.place) == (key, place) for turn in self.turns.possible)

    def comes_to(self, pool: PoolKey) -> Iterator[Turn]:
        """The turns of a pool's people."""
        return (turn for turn in self.turns.possible if pool in turn.pools)

    def say(self, pool: PoolKey, entry: str, what: str) -> None:
        """Something is wrong with an entry of a pool."""
        value = self.look.section("pools", *pool, entry)
        self.look.problems.add(value, ".".join(("pools", *pool, entry)), what)


def _somebody_is_there(service: _Service) -> None:
    for key, pool in service.pools():
        turn = next(service.comes_to(key), None) if pool.people == 0 else None
        if turn is not None:
            service.say(key, "people", f"nobody is there, and {_who(turn)} come to {turn.key}")


def _pools_open_in_the_run(service: _Service) -> None:
    for key, pool in service.pools():
        closed = not service.ever_open(pool.calendar)
        turn = next(service.comes_to(key), None) if closed else None
        if turn is not None:
            what = f"this is never open in the run, and {_who(turn)} come to {turn.key}"
            service.say(key, "calendar", what)


def _sittings_fit_into_a_shift(service: _Service) -> None:
    for key, pool in service.pools():
        if pool.latest_start != "fits" or not service.ever_open(pool.calendar):
            continue
        hours = service.hours(pool.calendar)
        longest = max(map(int.__rsub__, hours.starts, hours.ends))
        planned = dict(_longer(service, key[0], longest))
        turns = service.comes_to(key) if planned else ()
        turn = next((turn for turn in turns if turn.begins and turn.key in planned), None)
        if turn is not None:
            what = f"the sitting that begins with {turn.key} never does, it is planned to take "
            what += f"{_hours(planned[turn.key])}, and no shift has more than {_hours(longest)}"
            service.say(key, "latest_start", what)


def _longer(service: _Service, role: str, longest: int) -> Iterator[tuple[str, float]]:
    """Nodes of a role with which a sitting of a longer planned time would begin."""
    for flow in service.look.in_use.values():
        planned = sittings.planned(service.scenario, flow)
        for name, node in flow.nodes.items():
            if role in node.doers and not node.effect.meeting and planned[name] > longest:
                yield key_of(flow, node), planned[name]


def _several_are_there_at_once(service: _Service) -> None:
    told = set()
    for key, node, place, pools in service.needs():
        staffed = [pool for pool in pools if service.pool(pool).people != AMPLE]
        by_calendar = {service.pool(pool).calendar: pool for pool in staffed}
        if node.effect.meeting or len(by_calendar) < 2 or tuple(pools) in told:
            continue
        *others, last = by_calendar
        if service.ever_open(*by_calendar) or not service.comes(key, place):
            continue
        if all(map(service.ever_open, by_calendar)):
            told.add(tuple(pools))
            what = f"{key} needs {_people(pools)} at once, and this is never open with "
            service.say(by_calendar[last], "calendar", what + " and ".join(others))


def _meetings_have_a_moment(service: _Service) -> None:
    for key, node, place, pools in service.needs():
        if not node.effect.meeting:
            continue
        common = service.common(*(service.pool(pool).calendar for pool in pools))
        notice = service.scenario.meetings[key].notice
        if common.next_open(notice) == NEVER and service.comes(key, place):
            said = service.look.section("meetings", key)
            what = (
                f"in the run no moment after its notice is in the hours of {_people(pools)} alike"
            )
            service.look.problems.say(said, f"meetings.{key}", what)


def _visits_have_a_moment(service: _Service) -> None:
    for key, node, place, pools in service.needs():
        rules = service.scenario.appointments
        if node.effect.appointment != "agree" or rules is None:
            continue
        visits = rules.calendar
        if visits == OWN_REGION:
            visits = service.scenario.regions[place].calendar if place else ""
        hours = service.pool(pools[0]).calendar
        if not visits or not service.ever_open(hours) or service.ever_open(visits, hours):
            continue
        if service.comes(key, place):
            what = f"no visit is possible in the run, {visits} is never open with {hours}"
            service.look.say_in("appointments", f"{what}, the hours of {_people(pools)}")


def _somebody_takes_live_calls(service: _Service) -> None:
    for key, pool in service.pools():
        if not pool.people or (pool.ring_fenced or 0) < pool.people:
            continue
        turn = next((turn for turn in service.comes_to(key) if _is_called(service, turn)), None)
        if turn is not None:
            what = f"nobody is left for live calls, and {_who(turn)} come to {turn.key} live"
            service.say(key, "ring_fenced", what)


def _is_called(service: _Service, turn: Turn) -> bool:
    """Whether a turn is the first of live callers."""
    live = service.scenario.live
    flow = service.look.graphs[service.scenario.demand[turn.source].flow]
    first = [edge.to for edge in flow.start.edges[""]]
    if not live or not flow.customer_case or turn.key not in {f"{flow.id}/{to}" for to in first}:
        return False
    attribute, word = next(iter(live.items()))
    drawn = service.turns.course(turn.source, 0.0).chances.of(attribute, ())
    return any(one == word and chance > 0 for one, chance, _ in drawn)


def _who(turn: Turn) -> str:
    return f"cases of demand.{turn.source}"


def _people(pools: list[PoolKey]) -> str:
    *others, last = (f"pools.{role}.{place}" for role, place in pools)
    return f"{', '.join(others)} and {last}" if others else last


def _hours(ms: float) -> str:
    return f"{quantities.format_number(round(ms / HOUR, 1))} h"
