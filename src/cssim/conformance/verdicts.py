"""The verdicts: everything that is compared, one after another, each with its count.

Whoever asks gives the simulation's part: a function that drives scripted cases, and the log
of a scenario's random run. Nothing is printed here, and nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cssim import eventlog
from cssim.conformance import (
    departures,
    equivalence,
    facts,
    invariants,
    planted,
    planted_logs,
    replay,
    walks,
)
from cssim.errors import AnswerError
from cssim.flows import check, graph, roles

Flows = Mapping[str, graph.Flow]
Drive = Callable[[Sequence[Mapping[str, Any]]], eventlog.EventLog]
SHOWN = 10  # differences that are told of one comparison
SAMPLE = 400  # cases in a log in which differences are planted


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was compared, whether it holds, and what speaks against it (or is worth telling)."""

    what: str
    holds: bool
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One combination of answers, and the steps and outcome that belong to it."""

    flow: str
    called_from: str | None
    answers: Mapping[str, Mapping[str, Sequence[str]]]
    walk: walks.Walk

    def script(self) -> dict[str, Any]:
        """The way as a scripted case."""
        return {"flow": self.flow, "called_from": self.called_from, "answers": self.answers}


def soundness(name: str, flows: Flows, known: Collection[str] | None) -> Verdict:
    """Whether graphs are sound, rule by rule; without roles anybody may do anything."""
    problems = check.problems(flows, known)
    what = f"{name}: {len(flows)} flows are sound by {len(check.RULES)} rules"
    return Verdict(what, bool(flows) and not problems, _some(map(str, problems)))


def handbook(flows: Flows, drive: Drive) -> Iterator[Verdict]:
    """All that is compared without a scenario: soundness, both transcriptions, the simulation.

    Graphs that are not sound are not walked: they may lead round for ever.
    """
    sound = soundness("handbook", flows, roles.ROLES)
    yield sound
    if not sound.holds:
        return
    ways: list[Way] = []
    for compared, of_entrance in equivalence.graph_and_reference(flows):
        yield _equivalent(compared)
        ways += [
            Way(compared.flow, compared.called_from, equivalence.answers_of(script), walk)
            for script, walk in of_entrance.items()
        ]
    try:
        log = drive([way.script() for way in ways])
    except AnswerError as error:  # it asked what no transcription asks
        yield Verdict(f"simulation along every path: {len(ways):,} cases", False, (str(error),))
        return
    yield driven(ways, log, flows)
    yield from plants(flows, ways, log)


def scenario(name: str, flows: Flows, log: eventlog.EventLog, book: Flows) -> Iterator[Verdict]:
    """All that is compared of a scenario: its own graphs, and a random run of it."""
    changed = departures.find(flows, book)
    if changed:
        yield soundness(name, flows, None)
        told = tuple(f"departs from the handbook: {departure}" for departure in changed)
        yield Verdict(f"{name}: {len(changed)} departures from the handbook, no errors", True, told)
    replayed = replay.replay(log, flows, book)
    own = f", {replayed.by_own_graph:,} by the scenario's own graphs" if changed else ""
    what = f"{name}: {replayed.cases:,} cases replay ({replayed.still_open:,} still open{own})"
    yield Verdict(what, replayed.holds, _some(map(str, replayed.deviations)))
    judged = facts.judge(log, flows)
    what = f"{name}: {judged.count:,} activities agree with attributes, calls and roles"
    yield Verdict(what, judged.count > 0 and not judged.contradictions, judged.contradictions)
    problems = invariants.check(log)
    what = f"{name}: {len(invariants.LAWS)} laws of the log hold"
    yield Verdict(what, not problems, _some(map(str, problems)))


def _equivalent(compared: equivalence.Compared) -> Verdict:
    caller = f" called from {compared.called_from}" if compared.called_from else ""
    what = f"graph and reference: {compared.flow}{caller}, {compared.count:,} combinations"
    return Verdict(what, compared.holds, _some(compared.differences))


def driven(ways: Sequence[Way], log: eventlog.EventLog, flows: Flows) -> Verdict:
    """Whether scripted cases went their ways; a case's number is its way's place."""
    deviations = list(replay.driven([(way.answers, way.walk) for way in ways], log, flows))
    told = (f"{_said(ways[found.case])}: {found.what}" for found in deviations)
    what = f"simulation along every path: {len(ways):,} cases"
    return Verdict(what, bool(ways) and not deviations, _some(told))


def _said(way: Way) -> str:
    caller = f" called from {way.called_from}" if way.called_from else ""
    return f"{way.flow}{caller}, {equivalence.said(equivalence.script_of(way.answers))}"


def _some(sentences: Iterable[str]) -> tuple[str, ...]:
    """The first differences; that there are more is told as well."""
    sentences = list(sentences)
    more = len(sentences) - SHOWN
    return (*sentences[:SHOWN], *([f"and {more:,} more"] if more > 0 else []))


# ---- every comparator sees what is planted ---------------------------------------------------


def plants(flows: Flows, ways: Sequence[Way], log: eventlog.EventLog) -> Iterator[Verdict]:
    """Every comparator with every planted difference: each must be seen."""
    places = _sample(ways)
    small = planted_logs.only(log, np.array(places))
    expected = [(ways[place].answers, ways[place].walk) for place in places]
    found = [
        *_in_ways(ways),
        *_in_log("simulation along every path", small, flows, _driven_by(expected, flows)),
        *_in_log("replay", small, flows, _replayed_by(flows)),
        *_in_log("replay of open cases", planted_logs.cut(small, 0.7), flows, _replayed_by(flows)),
        *_in_facts(small, flows),
        *_in_flows(flows),
    ]
    for comparator in dict.fromkeys(seen.comparator for seen in found):
        own = [seen for seen in found if seen.comparator == comparator]
        told = tuple(f"{seen.plant}: {seen.said or 'NOT SEEN'}" for seen in own)
        what = f"planted differences are seen by {comparator}: {len(own)}"
        yield Verdict(what, all(seen.holds for seen in own), told)


def _sample(ways: Sequence[Way]) -> list[int]:
    """Some cases that began with no caller, from all over the ways."""
    places = [place for place, way in enumerate(ways) if way.called_from is None]
    return places[:: max(1, len(places) // SAMPLE)]


def _in_ways(ways: Sequence[Way]) -> Iterator[planted.Seen]:
    of_flow: dict[str, equivalence.Ways] = {}
    for way in ways:
        if way.called_from is None:
            of_flow.setdefault(way.flow, {})[equivalence.script_of(way.answers)] = way.walk
    by_size = sorted(of_flow.values(), key=len)
    some = next((one for one in by_size if len(one) >= SAMPLE), by_size[-1])
    yield from _nothing_planted("graph and reference", equivalence.compare(some, some)[1])
    for plant, changed in planted.in_ways(some):
        _, found = equivalence.compare(some, changed)
        said = found[0].split(", when answered")[0] if found else None
        yield planted.Seen("graph and reference", plant, said)


Told = Callable[[eventlog.EventLog], list[str]]


def _driven_by(
    expected: Sequence[tuple[Mapping[str, Mapping[str, Sequence[str]]], walks.Walk]], flows: Flows
) -> Told:
    return lambda log: [str(found) for found in replay.driven(expected, log, flows)]


def _replayed_by(flows: Flows) -> Told:
    return lambda log: [str(found) for found in replay.replay(log, flows, flows).deviations]


def _in_log(
    comparator: str, log: eventlog.EventLog, flows: Flows, compare: Told
) -> Iterator[planted.Seen]:
    yield from _nothing_planted(comparator, compare(log))
    for plant, changed in planted_logs.Planter(log, flows).plants():
        found = compare(changed)
        yield planted.Seen(comparator, plant, found[0] if found else None)


def _nothing_planted(comparator: str, found: list[str]) -> Iterator[planted.Seen]:
    """A comparator that always finds something sees nothing."""
    if found:
        yield planted.Seen(comparator, f"nothing, and it found: {found[0]}", None)


def _in_facts(log: eventlog.EventLog, flows: Flows) -> Iterator[planted.Seen]:
    yield from _nothing_planted("facts", list(facts.judge(log, flows).contradictions))
    for plant, changed in planted_logs.in_facts(log, flows):
        found = facts.judge(changed, flows).contradictions
        yield planted.Seen("facts", plant, found[0] if found else None)


def _in_flows(flows: Flows) -> Iterator[planted.Seen]:
    """Departures: a step left out, another doer, another way on."""
    flow = next(flow for flow in flows.values() if any(n.answers for n in flow.nodes.values()))
    node = next(node for node in flow.nodes.values() if node.answers)
    one, other = list(node.edges)[:2]
    crossed = {**node.edges, one: node.edges[other]}
    for plant, nodes in (
        ("a step left out", {id: n for id, n in flow.nodes.items() if id != node.id}),
        ("another doer", {**flow.nodes, node.id: replace(node, doers=("planted",))}),
        ("an answer that leads elsewhere", {**flow.nodes, node.id: replace(node, edges=crossed)}),
    ):
        found = departures.find({**flows, flow.id: replace(flow, nodes=nodes)}, flows)
        yield planted.Seen("departures", plant, str(found[0]) if found else None)
