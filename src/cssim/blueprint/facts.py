"""What may know an answer instead of chance, as tables: escalation, defects, knowledge."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis import draws
from cssim.basis.moments import Epoch
from cssim.blueprint.fact_tables import Escalation, Facts, Family, Knowledge, Limit
from cssim.blueprint.words import Words
from cssim.eventlog import CLOCKS
from cssim.flows import graph

Graphs = dict[str, graph.Flow]


def node_of(words: Words, key: str) -> int:
    """The number of a node by its key; -1 where no flow in force has it."""
    flow, _, node = key.partition("/")
    return words.nodes.get((flow, node), -1)


def facts_of(scenario: Any, words: Words, graphs: Graphs, epoch: Epoch, end: int) -> Facts:
    """Everything that may know an answer, of a run that ends then."""
    families = families_of(scenario, words, graphs)
    return Facts(
        escalation=escalation_of(scenario, words, graphs),
        families=families,
        days=days_of(families, epoch, end),
        product=words.attributes.index("product") if "product" in words.attributes else -1,
        knowledge=knowledge_of(scenario, words, graphs),
        late=limits_of(scenario, words, graphs),
        cut_by_defect={
            words.nodes[flow.id, node.id]: node.answers.index(graph.ELSEWHERE)
            for flow in graphs.values()
            for node in flow.nodes.values()
            if node.effect.cut_by_defect
        },
    )


def escalation_of(scenario: Any, words: Words, graphs: Graphs) -> dict[int, tuple[Escalation, ...]]:
    """By decision, its rules in the scenario's order."""
    found: dict[int, tuple[Escalation, ...]] = {}
    severities = words.attribute_words.get("severity", [])
    for rule in scenario.escalation.values():
        node = node_of(words, rule.at)
        if node < 0:
            continue
        flow, _, name = rule.at.partition("/")
        one = Escalation(
            position=graphs[flow].nodes[name].answers.index(rule.answer),
            severities=frozenset(map(severities.index, rule.severity or ())),
            attempts=tuple(
                (node_of(words, key), times) for key, times in (rule.attempts or {}).items()
            ),
            used=_used(rule),
        )
        found[node] = (*found.get(node, ()), one)
    return found


def _used(rule: Any) -> tuple[tuple[int, float], ...]:
    return tuple((CLOCKS.index(name), share) for name, share in (rule.used or {}).items())


def limits_of(scenario: Any, words: Words, graphs: Graphs) -> dict[int, Limit]:
    """By step that may be late, when it is."""
    return {
        node: Limit(position, -1 if rule.after is None else rule.after, _used(rule))
        for key, rule in scenario.late.items()
        for node, position in _positions(words, graphs, [key], graph.LATE).items()
    }


def counted(scenario: Any) -> dict[str, set[str]]:
    """By flow, the nodes of which it is asked how often a case has been there."""
    found: dict[str, set[str]] = {}
    for rule in scenario.escalation.values():
        for key in rule.attempts or ():
            flow, _, node = key.partition("/")
            found.setdefault(flow, set()).add(node)
    return found


def families_of(scenario: Any, words: Words, graphs: Graphs) -> tuple[Family, ...]:
    """The families of defects, in the scenario's order."""
    products = words.attribute_words.get("product", [])
    return tuple(
        _family(name, spec, words, graphs, products) for name, spec in scenario.defects.items()
    )


def _family(name: str, spec: Any, words: Words, graphs: Graphs, products: list[str]) -> Family:
    attribute, of = words.only(spec.cases)
    more: dict[str, Any] = {}
    if spec.published is not None and (node := node_of(words, spec.published.at)) >= 0:
        known = _positions(words, graphs, [spec.published.at], spec.published.answer)
        more = {"known_at": node, "known": known[node], "published_after": spec.published.after}
    if spec.workaround is not None:
        more |= {
            "workaround_after": spec.workaround.after,
            "workaround": float(spec.workaround.factor),
        }
    return Family(
        key=draws.text_key(f"defects/{name}"),
        attribute=attribute,
        words=of,
        incidence=tuple(
            (products.index(product), rate) for product, rate in spec.incidence.items()
        ),
        product_keys=tuple(draws.text_key(product) for product in products),
        lasts=spec.lasts,
        weight=spec.weight,
        alone=float(spec.alone),
        asked_at=_positions(words, graphs, spec.asked_at, "yes"),
        solved_at=_positions(words, graphs, spec.solved_at, "yes"),
        short_call=float(spec.short_call),
        **more,
    )


def _positions(words: Words, graphs: Graphs, keys: list[str], answer: str) -> dict[int, int]:
    """By node in force, where an answer stands among its answers."""
    found = {}
    for key in keys:
        flow, _, name = key.partition("/")
        if (node := node_of(words, key)) >= 0:
            found[node] = graphs[flow].nodes[name].answers.index(answer)
    return found


def knowledge_of(scenario: Any, words: Words, graphs: Graphs) -> Knowledge | None:
    """Where what is known helps; None where the scenario says nothing of it."""
    said = scenario.knowledge
    if said is None or node_of(words, said.at) < 0:
        return None
    attribute, of = words.only(said.cases)
    ((node, position),) = _positions(words, graphs, [said.at], said.answer).items()
    return Knowledge(
        node=node,
        position=position,
        attribute=attribute,
        words=of,
        limit=float(said.limit),
        half=float(said.half),
    )


def days_of(families: tuple[Family, ...], epoch: Epoch, end: int) -> NDArray[np.int64]:
    """Begin, end and date of every day on which a defect may appear that a case belongs to."""
    if not families:
        return np.empty((0, 3), dtype=np.int64)
    date = epoch.date_of(-max(family.lasts for family in families))
    rows = []
    at = epoch.midnight(date)
    while at < end:
        after = epoch.midnight(date + dt.timedelta(days=1))
        rows.append((at, after, date.toordinal()))
        at, date = after, date + dt.timedelta(days=1)
    return np.array(rows, dtype=np.int64)


def families_terms(scenario: Any, families: tuple[Family, ...]) -> list[dict[str, Any]]:
    """What a reader of the log must know of the families of defects."""
    return [
        {
            "name": name,
            "attribute": next(iter(spec.cases)),
            "words": list(next(iter(spec.cases.values()))),
            "lasts": family.lasts,
            "asked_at": list(family.asked_at),
            "solved_at": list(family.solved_at),
            "known_at": family.known_at,
            "known": spec.published.answer if family.known_at >= 0 else None,
            "published_after": family.published_after,
        }
        for (name, spec), family in zip(scenario.defects.items(), families, strict=True)
    ]


def changes_times(scenario: Any) -> bool:
    """Whether some family of defects changes how long steps take."""
    return any(
        spec.workaround is not None or spec.short_call != 1 for spec in scenario.defects.values()
    )
