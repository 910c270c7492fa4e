"""How long a sitting is as planned: what `latest_start: fits` asks for.

The expected time of its first step and of those that follow while the doer is the same, as the
blueprint has it for the simulation.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cssim.flows.graph import CUSTOMER, SUPPLIER, Flow, Node
from cssim.scenario.chances import STAYS, shares
from cssim.scenario.look import key_of
from cssim.scenario.model import Scenario


def planned(scenario: Scenario, flow: Flow) -> dict[str, float]:
    """By node of a flow, the planned length of a sitting that begins there, in ms."""
    number = {name: place for place, name in enumerate(flow.nodes)}
    matrix = np.eye(len(number))
    own = np.zeros(len(number))
    for name, node in flow.nodes.items():
        own[number[name]] = own_time(scenario, key_of(flow, node)) if node.doers else 0.0
        for to, chance in _after(scenario, flow, node):
            if _is_booked(scenario, flow.nodes[to]):
                continue
            if _people(flow.nodes[to]) and _people(flow.nodes[to]) == _people(node):
                matrix[number[name], number[to]] -= chance * STAYS
    return dict(zip(flow.nodes, np.linalg.solve(matrix, own).tolist(), strict=True))


def _is_booked(scenario: Scenario, node: Node) -> bool:
    """Whether a step is begun at a moment of its own, and ends the sitting before it."""
    rules = scenario.appointments
    return bool(rules and rules.windows) and node.effect.appointment == "keep"


def own_time(scenario: Scenario, key: str) -> float:
    """The expected time of one step with its journey, in ms."""
    work = scenario.work.get(key)
    if work is None:
        return 0.0
    return work.time.mean + (work.travel.mean if work.travel else 0.0)


def _after(scenario: Scenario, flow: Flow, node: Node) -> Iterator[tuple[str, float]]:
    """The nodes after it, by the chances of a first visit; where there is no draw, the first."""
    entry = scenario.answers.get(f"{flow.id}/{node.id}") if node.answers else None
    if entry is None:
        first = next(iter(node.edges.values()), ())
        yield from ((edge.to, 1.0) for edge in first[-1:])
        return
    weights = entry.weights
    if entry.given:
        attribute, rows = next(iter(entry.given.items()))
        weights = rows.get(_first_word(scenario, attribute), weights)
    for answer, chance in shares(weights).items():
        yield from ((edge.to, chance) for edge in node.edges[answer][-1:])


def _first_word(scenario: Scenario, attribute: str) -> str:
    spec = scenario.attributes[attribute]
    rows = spec.weights if spec.kind == "choice" else {}
    first = next(iter(rows), "")
    return next(iter(rows[first])) if spec.given else first  # type: ignore[arg-type]


def _people(node: Node) -> list[str]:
    return [doer for doer in node.doers if doer not in (CUSTOMER, SUPPLIER)]
