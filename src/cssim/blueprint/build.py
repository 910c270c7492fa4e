"""Puts the blueprint together: which flows are in force, and the tables of everything else."""

from __future__ import annotations

from typing import Any

from cssim.basis import calendars
from cssim.basis.calendars import OpenHours
from cssim.basis.moments import Epoch
from cssim.blueprint import (
    backlog,
    backlog_cells,
    changes,
    costs,
    facts,
    installed,
    owners,
    parts,
)
from cssim.blueprint import promises as promised
from cssim.blueprint.change_tables import Changes
from cssim.blueprint.demand import Demand, attributes
from cssim.blueprint.demand_tables import Attribute
from cssim.blueprint.fact_tables import Family
from cssim.blueprint.nodes import NodeTables
from cssim.blueprint.people import People, skills_of
from cssim.blueprint.rule_tables import Meeting, Survey
from cssim.blueprint.rules import (
    appointments_of,
    supplied_by,
    suppliers_of,
    telephone_of,
)
from cssim.blueprint.tables import Bit, Blueprint, Nodes
from cssim.blueprint.travel import travel_of
from cssim.blueprint.words import Words
from cssim.flows import graph

NEW_PROBLEM = "new_problem"  # R93: no for a chaser; nobody's to give


def build(scenario: Any) -> Blueprint:
    """Resolve flows and scenario into tables.

    Raises:
        ScenarioError: a file that the scenario names says something the scenario has no word for.
    """
    graphs = _in_force(scenario)
    epoch = Epoch(scenario.time.zone, scenario.time.start)
    window = _window(scenario)
    words = _words(scenario, graphs)
    words.skills = skills_of(scenario)
    hours = Hours(scenario, epoch, window[2])
    nodes = NodeTables(scenario, graphs, words).build()
    demand = Demand(scenario, words, epoch, window[2])
    people = People(scenario, hours, words, epoch, window[2])
    pools = people.pools()
    made = _attributes(scenario, words)
    known = facts.facts_of(scenario, words, graphs, epoch, window[2])
    changing = changes.Changing(scenario, words, graphs, people.roles())
    changed = changing.changes(epoch, window[2], nodes)
    built = Blueprint(
        window=window,
        nodes=nodes,
        starts=tuple(words.nodes[flow, graphs[flow].start.id] for flow in words.flows),
        owned_by=tuple(
            words.roles.index(owner) if (owner := graphs[flow].owned_by) else -1
            for flow in words.flows
        ),
        owner_waits=tuple(owners.wait(scenario, flow) for flow in words.flows),
        pools=pools,
        agents=tuple(people.agents),
        almanac=people.almanac,
        attributes=tuple(made[number] for number in range(len(words.attributes))),
        order=_order(made),
        sources=demand.sources(hours.of, changed),
        promises=promised.promises_of(scenario, words, hours),
        suppliers=suppliers_of(scenario, words, hours),
        parts=parts.parts_of(scenario, words, epoch, window[2]),
        surveys=_surveys(scenario, words),
        meetings=_meetings(scenario, words),
        appointments=appointments_of(scenario, hours, epoch, window[2]),
        travel=travel_of(scenario, words, graphs),
        telephone=telephone_of(scenario, words),
        backlog=None,
        facts=known,
        changes=changed,
        live=_live(scenario, words),
        dedicated_by=words.attributes.index("customer") if "customer" in words.attributes else -1,
        new_problem=words.attributes.index(NEW_PROBLEM) if NEW_PROBLEM in words.attributes else -1,
        supplied=supplied_by(scenario, words),
        terms=_terms(scenario, words, nodes, people, window, hours, known.families, changed),
    )
    return backlog.started(built, scenario, epoch) if scenario.backlog else built


def _window(scenario: Any) -> tuple[int, int, int]:
    """When the window begins and ends, and when the run does."""
    begins = scenario.time.warm_up
    ends = begins + scenario.time.window
    return begins, ends, ends + scenario.time.run_out


class Hours:
    """Open hours of the scenario's calendars over its horizon, each made once."""

    def __init__(self, scenario: Any, epoch: Epoch, end: int) -> None:
        self._scenario = scenario
        self._epoch = epoch
        # promises and supplier times may run past the end of the run
        self._end = end + 400 * 86_400_000
        # the clocks of open cases have run before
        self._begin = -backlog_cells.OLDEST if scenario.backlog else 0
        self._made: dict[str, OpenHours] = {}

    def of(self, calendar: str) -> OpenHours:
        """The open hours of one calendar."""
        if calendar not in self._made:
            spec = self._scenario.calendars[calendar]
            self._made[calendar] = calendars.open_hours(spec, self._epoch, self._begin, self._end)
        return self._made[calendar]

    def zone(self, calendar: str) -> str | None:
        """The zone of a calendar; None: the scenario's."""
        zone: str | None = self._scenario.calendars[calendar].zone
        return zone

    def without(self, calendar: str, silences: list[tuple[Any, Any]]) -> OpenHours:
        """The open hours of a calendar, less dated silences (from a date's start to another's)."""
        gaps = [
            (self._epoch.midnight(start), self._epoch.midnight(stop)) for start, stop in silences
        ]
        return calendars.without(self.of(calendar), gaps)


def _in_force(scenario: Any) -> dict[str, graph.Flow]:
    """The flows that some source opens, and those that they call; all, where there is none."""
    todo = [spec.flow for spec in scenario.demand.values()] or list(scenario.graphs)
    found: dict[str, graph.Flow] = {}
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = scenario.graphs[name]
            todo += [node.call.flow for node in found[name].nodes.values() if node.call]
    return {
        name: owners.owned(scenario, flow)
        for name, flow in scenario.graphs.items()
        if name in found
    }


def _words(scenario: Any, graphs: dict[str, graph.Flow]) -> Words:
    nodes: dict[tuple[str, str], int] = {}
    for name, flow in graphs.items():
        for node in flow.nodes:
            nodes[name, node] = len(nodes)
    words = Words(list(graphs), nodes, list(scenario.pools))
    for name, spec in scenario.attributes.items():
        words.attributes.append(name)
        words.attribute_words[name] = _options(spec)
    if _asks_new_problem(graphs):
        words.attributes.append(NEW_PROBLEM)
        words.attribute_words[NEW_PROBLEM] = ["yes", "no"]
    return words


def _options(spec: Any) -> list[str]:
    if spec.kind == "number":
        return []
    if not spec.given:
        return list(spec.weights)
    return list(dict.fromkeys(word for row in spec.weights.values() for word in row))


def _asks_new_problem(graphs: dict[str, graph.Flow]) -> bool:
    return any(
        node.effect.attribute == NEW_PROBLEM
        for flow in graphs.values()
        for node in flow.nodes.values()
    )


def _attributes(scenario: Any, words: Words) -> dict[int, Attribute]:
    made = attributes(scenario.attributes, words)
    if NEW_PROBLEM in words.attributes:
        made[words.attributes.index(NEW_PROBLEM)] = Attribute(
            ("yes", "no"), -1, ((1.0, 1.0),), 0, 0
        )
    return made


def _order(made: dict[int, Attribute]) -> tuple[int, ...]:
    order: list[int] = []
    while len(order) < len(made):
        order += [
            number
            for number, attribute in sorted(made.items())
            if number not in order and (attribute.given < 0 or attribute.given in order)
        ]
    return tuple(order)


def _live(scenario: Any, words: Words) -> tuple[int, int]:
    if not scenario.live:
        return -1, -1
    name, value = next(iter(scenario.live.items()))
    return words.attributes.index(name), words.attribute_words[name].index(value)


def _surveys(scenario: Any, words: Words) -> dict[int, Survey]:
    return {
        node: Survey(spec.asked, spec.answering, spec.period, spec.time)
        for key, spec in (scenario.surveys or {}).items()
        if (node := words.nodes.get(tuple(key.split("/", 1)), -1)) >= 0
    }


def _meetings(scenario: Any, words: Words) -> dict[int, Meeting]:
    return {
        node: Meeting(
            spec.notice,
            {words.roles.index(role): float(n) for role, n in spec.summoned.items()},
        )
        for key, spec in (scenario.meetings or {}).items()
        if (node := words.nodes.get(tuple(key.split("/", 1)), -1)) >= 0
    }


def _unlike(nodes: Nodes, number: int) -> dict[str, Any]:
    """What a reader of the log must know of a node: where other rules hold than elsewhere."""
    bits, effects = nodes.bits[number], nodes.effects[number]
    collected = {effects.collect_until for effects in nodes.effects}
    return {
        "on_site": bool(bits & Bit.ON_SITE),
        "several": bool(bits & (Bit.SEVERAL | Bit.MEETING)),
        "collected": effects.collect_until >= 0 or number in collected,
        "dedicates": effects.dedicate,
        "visit": bool(bits & Bit.APPOINTMENT),
        "settles": effects.parts == "settle",
        "skilled": bool(bits & Bit.SKILL),
        "cause": "approval" if bits & Bit.APPROVAL else None,
    }


def _terms(
    scenario: Any, words: Words, nodes: Nodes, people: People,
    window: tuple[int, int, int], hours: Hours, families: tuple[Family, ...], changed: Changes,
) -> dict[str, Any]:  # fmt: skip
    return {
        "scenario": scenario.name,
        "zone": str(scenario.time.zone),
        "start": scenario.time.start.isoformat(),
        "window": dict(zip(("from_at", "to_at", "end_at"), window, strict=True)),
        "flows": words.flows,
        "nodes": [
            {"flow": flow, "id": node.id, "kind": node.kind.value, "numbered": node.numbered,
             "doers": list(node.doers), "answers": list(node.answers),
             **_unlike(nodes, words.nodes[flow, node.id])}
            for flow in words.flows
            for node in scenario.graphs[flow].nodes.values()
        ],
        "live": dict(scenario.live or {}),
        **({"travel": bool(scenario.appointments and scenario.appointments.windows)}
           if scenario.travel else {}),
        **({"telephone": {"service_level": scenario.telephone.service_level}}
           if scenario.telephone else {}),
        "answers": words.answers,
        "pools": people.told,
        "agents": people.names,
        "regions": list(scenario.regions),
        "tiers": list(scenario.tiers),
        "families": facts.families_terms(scenario, families),
        "sources": list(scenario.demand),
        **({"hazards": names} if (names := installed.hazards(scenario)) else {}),
        "parts": list(scenario.parts.types) if scenario.parts else [],
        "places": parts.places(scenario),
        **parts.terms(scenario),
        "attributes": {name: words.attribute_words[name] for name in words.attributes},
        **promised.terms(scenario, hours),
        **owners.terms(scenario, words),
        **costs.terms(scenario, words, people.grades),
        **changes.terms(scenario, changed, words, people.names),
    }  # fmt: skip
