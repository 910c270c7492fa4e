"""Whether the pools that cases come to can ever serve them.

Asked of a scenario in which all else is right, since it is worked through: what has weight 0 is
not possible, and what no case can come to may stand idle.
"""

from __future__ import annotations

from collections.abc import Iterator

from cssim.basis import calendars, quantities
from cssim.basis.calendars import OpenHours
from cssim.basis.moments import HOUR, NEVER
from cssim.flows.graph import Node
from cssim.scenario import sittings
from cssim.scenario.look import Look, key_of
from cssim.scenario.model import Scenario
from cssim.scenario.model_people import OWN_REGION
from cssim.scenario.model_pools import AMPLE, Pool
from cssim.scenario.presence import Presence
from cssim.scenario.turns import PoolKey, Turn, Turns

_MOST_VISITS = 1000  # of one case to one node, on average


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
        _nobody_goes_round_for_ever,
    ):
        rule(service)


class _Service:
    """A scenario as these rules see it; its turns are worked out when a pool is in doubt."""

    def __init__(self, look: Look, scenario: Scenario) -> None:
        self.look = look
        self.scenario = scenario
        self.turns = Turns(scenario, look.graphs)
        self.presence = Presence(scenario)
        self._open: dict[PoolKey, OpenHours] = {}
        self._common: dict[tuple[int, ...], OpenHours] = {}

    def pool(self, key: PoolKey) -> Pool:
        """A pool by its role and place."""
        return self.scenario.pools[key[0]][key[1]]

    def pools(self) -> Iterator[tuple[PoolKey, Pool]]:
        """All pools but those where always somebody is free."""
        for role, places in self.scenario.pools.items():
            for place, pool in places.items():
                if pool.people != AMPLE:
                    yield (role, place), pool

    def open(self, key: PoolKey) -> OpenHours:
        """When anybody of a pool is there in the run."""
        if key not in self._open:
            self._open[key] = self.presence.union(self.pool(key))
        return self._open[key]

    def common(self, *hours: OpenHours) -> OpenHours:
        """When all of some hours are open."""
        several = {id(one): one for one in hours}
        wanted = tuple(several)
        if wanted not in self._common:
            self._common[wanted] = calendars.common(*several.values())
        return self._common[wanted]

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
        """Something is wrong with an entry of a pool, or with all of it where it has none."""
        path = ("pools", *pool)
        value = self.look.root.at(*path, entry)
        if value is None:
            self.look.say_in("pools", what, *pool)
        else:
            self.look.problems.add(value, ".".join((*path, entry)), what)


def _nobody_goes_round_for_ever(service: _Service) -> None:
    """No case comes to a decision again and again, with hardly a way out.

    Where a rule may answer instead, or a defect, there is one.
    """
    scenario, told = service.scenario, set()
    facts = {*scenario.late, *(rule.at for rule in scenario.escalation.values())}
    facts |= {key for family in scenario.defects.values() for key in family.asked_at}
    for source in scenario.demand:
        for passage in service.turns.passages(source):
            often: dict[str, float] = {}
            for (key, _), times in passage.visits.items():
                often[key] = often.get(key, 0.0) + times
            loop = [key for key, times in often.items() if times > _MOST_VISITS]
            drawn = [key for key in loop if key in scenario.answers]
            if drawn and not facts.intersection(loop) and drawn[0] not in told:
                told.add(drawn[0])  # the others of the loop say nothing more
                what = f"a case comes here more than {_MOST_VISITS:,} times on average, "
                what += "it hardly ever ends"
                value = service.look.section("answers", drawn[0])
                service.look.problems.say(value, f"answers.{drawn[0]}", what)


def _somebody_is_there(service: _Service) -> None:
    for key, pool in service.pools():
        empty = not service.presence.people(pool)
        turn = next(service.comes_to(key), None) if empty else None
        if turn is not None:
            service.say(key, "people", f"nobody is there, and {_who(turn)} come to {turn.key}")


def _pools_open_in_the_run(service: _Service) -> None:
    for key, pool in service.pools():
        closed = service.presence.people(pool) and not len(service.open(key))
        turn = next(service.comes_to(key), None) if closed else None
        if turn is not None:
            what = f"this is never open in the run, and {_who(turn)} come to {turn.key}"
            service.say(key, "calendar", what)


def _sittings_fit_into_a_shift(service: _Service) -> None:
    for key, pool in service.pools():
        if pool.latest_start != "fits" or not len(service.open(key)):
            continue
        shifts = service.presence.shifts(pool)
        longest = max(end - start for one in shifts for start, end in _pairs(one))
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
        if node.effect.meeting or len(pools) < 2 or tuple(pools) in told:
            continue
        hours = [service.open(pool) for pool in pools if service.pool(pool).people != AMPLE]
        if not all(map(len, hours)) or len(service.common(*hours)):
            continue
        if service.comes(key, place):
            told.add(tuple(pools))
            what = f"{key} needs {_people(pools)} at once, who are never at work together"
            service.say(pools[-1], "calendar", what)


def _meetings_have_a_moment(service: _Service) -> None:
    for key, node, place, pools in service.needs():
        if not node.effect.meeting:
            continue
        common = service.common(*map(service.open, pools))
        notice = service.scenario.meetings[key].notice
        if common.next_open(notice) == NEVER and service.comes(key, place):
            said = service.look.section("meetings", key)
            what = f"in the run {_people(pools)} are never at work together after its notice"
            service.look.problems.say(said, f"meetings.{key}", what)


def _visits_have_a_moment(service: _Service) -> None:
    for key, node, place, pools in service.needs():
        rules = service.scenario.appointments
        if node.effect.appointment != "agree" or rules is None:
            continue
        name = rules.calendar
        if name == OWN_REGION:
            name = service.scenario.regions[place or ""].calendar
        visits, engineers = service.presence.hours(name), service.open(pools[0])
        if not len(engineers) or not service.comes(key, place):
            continue
        if not len(service.common(visits, engineers)):
            what = f"no visit is possible in the run, {_people(pools)} are never at work in {name}"
            service.look.say_in("appointments", what)
            continue
        promised = service.presence.windows(rules.windows or [], name)
        if rules.windows and not any(engineers.open_time(*window) for window in promised):
            what = f"nobody can be booked in the run: {_people(pools)} are never at work in a "
            what += f"window that lies in {name}"
            windows = service.look.section("appointments").entries["windows"]
            service.look.problems.say(windows, "appointments.windows", what)


def _somebody_takes_live_calls(service: _Service) -> None:
    for key, pool in service.pools():
        people = service.presence.people(pool)
        if not people or (pool.ring_fenced or 0) < people:
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


def _pairs(hours: OpenHours) -> Iterator[tuple[int, int]]:
    return zip(hours.starts, hours.ends, strict=True)


def _hours(ms: float) -> str:
    return f"{quantities.format_number(round(ms / HOUR, 1))} h"
