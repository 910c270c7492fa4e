"""Departures: where a scenario's flows are not the handbook's, step by step.

A planner may try another way of working; that is told, with the rulings it leaves, and is
no error. It knows nothing of runs: two sets of graphs are laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from cssim.conformance import sections
from cssim.flows import graph

Flows = Mapping[str, graph.Flow]

NOT_COMPARED = ("id", "line", "edges", "rulings")  # of a node; edges are told one by one


@dataclass(frozen=True, slots=True)
class Departure:
    """One thing that a flow in force does otherwise, and the rulings that say how it ought."""

    step: str
    what: str
    rulings: tuple[str, ...]

    def __str__(self) -> str:
        rulings = f" ({', '.join(self.rulings)})" if self.rulings else ""
        return f"{self.step}: {self.what}{rulings}"


def find(flows: Flows, handbook: Flows) -> list[Departure]:
    """All departures of the flows in force, in the handbook's order, then what is new."""
    found = []
    for id, ought in handbook.items():
        if id not in flows:
            found.append(Departure(id, "the flow is not in force", ()))
        elif flows[id] is not ought:
            found += _of_flow(flows[id], ought)
    found += [Departure(id, "a flow of its own", ()) for id in flows if id not in handbook]
    return found


def _of_flow(flow: graph.Flow, ought: graph.Flow) -> Iterator[Departure]:
    for name in ("customer_case", "owned_by"):
        if getattr(flow, name) != getattr(ought, name):
            yield Departure(flow.id, _changed(name, getattr(flow, name), getattr(ought, name)), ())
    for id, node in ought.nodes.items():
        step = sections.label(flow.id, id)
        if id not in flow.nodes:
            yield Departure(step, "left out", node.rulings)
        else:
            for what in _of_node(flow.nodes[id], node):
                yield Departure(step, what, node.rulings)
    for id, node in flow.nodes.items():
        if id not in ought.nodes:
            yield Departure(sections.label(flow.id, id), "a step of its own", node.rulings)


def _of_node(node: graph.Node, ought: graph.Node) -> Iterator[str]:
    for field in fields(graph.Node):
        if field.name in NOT_COMPARED:
            continue
        is_, was = getattr(node, field.name), getattr(ought, field.name)
        if is_ == was:
            continue
        if field.name == "effect":
            yield from _of_effect(is_, was)
        else:
            yield _changed(field.name.replace("_", " "), is_, was)
    for answer in {**ought.edges, **node.edges}:
        is_, was = node.edges.get(answer), ought.edges.get(answer)
        if is_ != was:
            yield _changed(f"on {answer}" if answer else "goes on", is_, was)


def _of_effect(effect: graph.Effect, ought: graph.Effect) -> Iterator[str]:
    for field in fields(graph.Effect):
        is_, was = getattr(effect, field.name), getattr(ought, field.name)
        if is_ != was:
            yield _changed(f"effect {field.name}", is_, was)


def _changed(what: str, is_: object, was: object) -> str:
    return f"{what}: {_said(is_)} instead of {_said(was)}"


def _said(value: object) -> str:
    """A value of a graph in words."""
    if isinstance(value, graph.Text):
        return value.en
    if isinstance(value, graph.Edge):
        return value.to + (f" if {_condition(value.when)}" if value.when else "")
    if isinstance(value, graph.Call):
        return value.flow + (f" at {value.at}" if value.at else "") + " (over)" * value.hand_over
    if isinstance(value, tuple):
        between = ", else " if isinstance(next(iter(value), None), graph.Edge) else " + "
        return between.join(_said(part) for part in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


def _condition(when: graph.Condition) -> str:
    parts = [f"{node} is {answer}" for node, answer in when.answered]
    if when.borrowed is not None:
        parts.append("parts are borrowed" if when.borrowed else "nothing is borrowed")
    if when.outcome:
        parts.append(f"the outcome is {' or '.join(when.outcome)}")
    if when.called_from:
        parts.append(f"{when.called_from} is open")
    return " and ".join(parts)


def touched(flows: Flows, handbook: Flows) -> set[str]:
    """The flows whose cases may go ways that are not the handbook's.

    Those that were changed or added, and those that call them, near or far.
    """
    found = {id for id in flows if id not in handbook or not same(flows[id], handbook[id])}
    grown = True
    while grown:
        callers = {id for id, flow in flows.items() if _calls(flow) & found}
        grown = not callers <= found
        found |= callers
    return found


def same(flow: graph.Flow, ought: graph.Flow) -> bool:
    """Whether a flow is the handbook's, whatever its wording and wherever its file."""
    return flow is ought or not any(_of_flow(flow, ought))


def _calls(flow: graph.Flow) -> set[str]:
    return {node.call.flow for node in flow.nodes.values() if node.call}
