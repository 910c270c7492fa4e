"""Areas and the ways to them, as tables."""

from __future__ import annotations

from typing import Any

from cssim.basis.distributions import Distribution
from cssim.basis.moments import HOUR
from cssim.blueprint import people
from cssim.blueprint.tables import Bit
from cssim.blueprint.travel_tables import Disc, Travel
from cssim.blueprint.words import Words
from cssim.flows import graph


def travel_of(scenario: Any, words: Words, graphs: dict[str, graph.Flow]) -> Travel | None:
    """How visits are reached; None where a step's own journey is all that is said."""
    said = scenario.travel
    if said is None:
        return None
    visits = [(flow, node) for flow in words.flows for node in kept(graphs[flow])]
    areas = [said.areas[word] for word in words.attribute_words[said.by]]
    by_map = said.speed is not None
    return Travel(
        by=words.attributes.index(said.by),
        times=() if by_map else tuple(area.time for area in areas),
        between=_between(said.between, words.attribute_words[said.by]),
        discs=tuple(Disc(a.x, a.y, a.radius or 0.0) for a in areas) if by_map else (),
        speed=said.speed / HOUR if by_map else 0.0,
        visits={words.flows.index(flow): words.nodes[flow, node.id] for flow, node in visits},
        roles=frozenset(words.roles.index(node.doers[0]) for _, node in visits),
    )


def kept(flow: graph.Flow) -> list[graph.Node]:
    """The steps of a flow that keep an appointment with the customer."""
    return [node for node in flow.nodes.values() if node.effect.appointment == "keep"]


def _between(said: Any, areas: list[str]) -> tuple[tuple[Distribution, ...], ...]:
    """The ways between sites, each told once for both directions."""
    if said is None:
        return ()
    both = {(one, other): time for one, row in said.items() for other, time in row.items()}
    both |= {(other, one): time for (one, other), time in both.items()}
    return tuple(tuple(both[one, other] for other in areas) for one in areas)


class OfNodes:
    """What journeys mean to nodes: visits, steps of a territory, work at base, bookings."""

    def __init__(self, scenario: Any, graphs: dict[str, graph.Flow], words: Words) -> None:
        self._by_place = scenario.travel is not None
        self._booked = bool(scenario.appointments and scenario.appointments.windows)
        self._territories = people.has_territories(scenario)
        self._kept = [(flow, node) for flow in words.flows for node in kept(graphs[flow])]
        self._numbers = words.nodes

    def bits(self, flow: graph.Flow, node: graph.Node) -> int:
        """What is rare about a node where ways are told by place."""
        if not self._by_place:
            return 0
        of_territory = Bit.SKILL if self._territories else 0
        if node.effect.appointment == "keep":
            return Bit.TRAVEL | Bit.ON_SITE | of_territory
        if kept(flow):
            return of_territory if flow.owned_by in node.doers else 0
        visitors = {visit.doers[0] for _, visit in self._kept}
        return Bit.BACK if len(node.doers) == 1 and node.doers[0] in visitors else 0

    def apart(self) -> frozenset[int]:
        """Visits that are booked: nobody comes to them in the sitting of the step before."""
        visits = self._kept if self._booked else ()
        return frozenset(self._numbers[flow, node.id] for flow, node in visits)
