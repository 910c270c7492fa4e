"""Parallel sections: which steps of a flow run beside each other, and in what order they are told.

Branches in parallel are listed merged in ascending number; an open case may have got
further in one branch than in the other, so it is a prefix branch by branch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cssim.conformance import walks
from cssim.flows import graph


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands in a parallel section: the split's label, and the branch's number."""

    section: str
    branch: int


Places = Mapping[str, Place]


def label(flow: str, node: str) -> str:
    """How a step is named in a trace."""
    return node if node == graph.RETURNS else f"{flow}/{node}"


def number(id: str) -> tuple[int, str]:
    """What "ascending number" goes by: 3 < 3b < 10 < RETURNS."""
    found = re.match(r"(\d+)(.*)", id)
    return (int(found[1]), found[2]) if found else (10**9, id)


def places(flows: Mapping[str, graph.Flow]) -> dict[str, Place]:
    """Label → place, of every node that stands between a split and its join."""
    found: dict[str, Place] = {}
    for flow in flows.values():
        for node in flow.nodes.values():
            if node.kind is graph.NodeKind.SPLIT:
                for branch, edge in enumerate(node.edges.get("", ())):
                    for inner in _until_join(flow, edge.to):
                        place = Place(label(flow.id, node.id), branch)
                        found.setdefault(label(flow.id, inner), place)
    return found


def _until_join(flow: graph.Flow, first: str) -> list[str]:
    """The nodes of one branch; a split inside it brings one more join to pass."""
    seen: dict[str, int] = {}
    todo = [(first, 0)]
    while todo:
        id, depth = todo.pop()
        node = flow.nodes[id]
        if node.kind is graph.NodeKind.JOIN:
            depth -= 1
        if id in seen or depth < 0 or node.kind is graph.NodeKind.END:
            continue
        seen[id] = depth
        depth += node.kind is graph.NodeKind.SPLIT
        todo += [(edge.to, depth) for edges in node.edges.values() for edge in edges]
    return list(seen)


def prefix_difference(expected: walks.Walk, seen: walks.Walk, places: Places) -> str | None:
    """Where an open case's steps are no beginning of the expected ones; None if they are.

    In a parallel section every branch is a beginning for itself.
    """
    ought, is_ = _blocks(expected.steps, places), _blocks(seen.steps, places)
    first = 1
    for number_, block in enumerate(is_):
        if number_ >= len(ought):
            return f"it goes on to {block[0].label}, expected an end"
        if _section(ought[number_][0], places) != _section(block[0], places):
            return f"it goes on to {block[0].label}, expected {ought[number_][0].label}"
        last = number_ == len(is_) - 1
        for ought_branch, branch in _branches(ought[number_], block, places):
            whole = walks.Walk(tuple(ought_branch[: len(branch)] if last else ought_branch), None)
            found = walks.difference(whole, walks.Walk(tuple(branch), None), first)
            if found:
                return found
        first += len(block)
    return None


def _blocks(steps: Sequence[walks.Visit], places: Places) -> list[list[walks.Visit]]:
    """Steps one by one, but those of one parallel section together."""

    def key(numbered: tuple[int, walks.Visit]) -> str | int:
        return _section(numbered[1], places) or numbered[0]

    return [[step for _, step in group] for _, group in groupby(enumerate(steps), key)]


def _section(step: walks.Visit, places: Places) -> str | None:
    place = places.get(step.label)
    return place.section if place else None


def _branches(
    ought: list[walks.Visit], is_: list[walks.Visit], places: Places
) -> list[tuple[list[walks.Visit], list[walks.Visit]]]:
    """Branch by branch, what is expected and what was seen."""

    def branch(step: walks.Visit) -> int:
        place = places.get(step.label)
        return place.branch if place else -1

    numbers = sorted({branch(step) for step in [*ought, *is_]})
    return [
        ([s for s in ought if branch(s) == n], [s for s in is_ if branch(s) == n]) for n in numbers
    ]


def merged(steps: Sequence[walks.Visit], places: Places) -> list[walks.Visit]:
    """Steps as they are told: those of a parallel section in ascending number."""
    return [
        step
        for block in _blocks(steps, places)
        for step in (sorted(block, key=_by_number) if block[0].label in places else block)
    ]


def _by_number(step: walks.Visit) -> tuple[int, str]:
    return number(step.label.rsplit("/", 1)[-1])


@dataclass(frozen=True, slots=True)
class Collected:
    """Steps that happen once per customer asked (R80), and what comes after them."""

    steps: tuple[str, ...]
    after: tuple[str, ...]


def collected(flows: Mapping[str, graph.Flow]) -> list[Collected]:
    """All such stretches of the flows."""
    return [
        _stretch(flow, first, first.effect.collect)
        for flow in flows.values()
        for first in flow.nodes.values()
        if first.effect.collect
    ]


def _stretch(flow: graph.Flow, first: graph.Node, last: str) -> Collected:
    """From one node along its only edges to another."""
    node, stretch = first, [first.id]
    while node.id != last:
        node = flow.nodes[node.edges[""][0].to]
        stretch.append(node.id)
    after = (edge.to for edges in node.edges.values() for edge in edges)
    return Collected(
        tuple(label(flow.id, id) for id in stretch), tuple(label(flow.id, id) for id in after)
    )


def once(
    steps: list[walks.Visit], stretches: Sequence[Collected], known: Mapping[str, walks.Visit]
) -> list[walks.Visit]:
    """R80: what happened once per customer asked stands once, even if nobody answered."""
    for stretch in stretches:
        labels = [step.label for step in steps]
        places = [place for place, name in enumerate(labels) if name in stretch.steps]
        over = next((place for place, name in enumerate(labels) if name in stretch.after), None)
        if over is None:
            seen = {labels[place] for place in places}
            told = [known[name] for name in stretch.steps if name in seen]
        else:
            told = [known[name] for name in stretch.steps]
        start = places[0] if places else over
        rest = [step for step in steps if step.label not in stretch.steps]
        if start is not None:
            steps = [*rest[:start], *told, *rest[start:]]
    return steps
