"""What happens to clocks at the nodes: which of them start and stop where, and who has the case.

The handbook's own clocks run by its effects; others by the conditions that the scenario gives.
A node of which nothing of this can be asked has no act, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cssim.blueprint.promises import OPENED
from cssim.blueprint.rule_tables import RETURNS, Act, Deed, Moment
from cssim.blueprint.words import Words
from cssim.eventlog import CLOCKS
from cssim.flows import graph

Acts = tuple[tuple[Act, ...], ...]
Placed = Iterator[tuple[int, Act]]  # moment and act

_MOMENTS = {name.lower(): moment for name, moment in vars(Moment).items() if name.isupper()}
_SILENT = (graph.NodeKind.START, graph.NodeKind.SPLIT, graph.NodeKind.JOIN, graph.NodeKind.LINK)


class ActsOfNodes:
    """Makes the acts of one node after another."""

    def __init__(self, scenario: Any, graphs: dict[str, graph.Flow], words: Words) -> None:
        self._scenario = scenario
        self._sla = scenario.sla
        self._words = words
        self._said = dict(self._conditions())
        self._before = {flow.id: _before(flow, graphs) for flow in graphs.values()}
        self._tiers = list((self._sla and self._sla.tiers) or {})

    def of(self, flow: graph.Flow, node: graph.Node) -> Acts:
        """What clocks do at a node, by moment."""
        placed = [*self._by_effect(node), *self._by_scenario(flow, node)]
        return tuple(
            tuple(sorted((act for at, act in placed if at == moment), key=lambda act: act.deed))
            for moment in _MOMENTS.values()
        )

    def _by_effect(self, node: graph.Node) -> Placed:
        """R94, R95: a first response stops when a step is started, a resolution when enabled."""
        for clock in node.effect.stop:
            moment = Moment.STARTED if clock == "first_response" else Moment.REACHED
            yield moment, Act(Deed.STOP, CLOCKS.index(clock))
        for deed, said in ((Deed.ARM, node.effect.arm), (Deed.RENEW, node.effect.renew)):
            if said:
                yield Moment.COMPLETED, Act(deed, CLOCKS.index(said))

    def _by_scenario(self, flow: graph.Flow, node: graph.Node) -> Placed:
        if self._sla is None:
            return
        key = graph.RETURNS if node.id == graph.RETURNS else f"{flow.id}/{node.id}"
        for moment, deed, clock, word in self._said.get(key, ()):
            yield moment, Act(deed, clock, self._words.answer(word) if word else -1)
        if key in (self._sla.reclassify or {}):
            yield Moment.COMPLETED, Act(Deed.CLASSIFY)
        if node.effect.parts == "exchange" and self._returns_pause():
            yield Moment.REACHED, Act(Deed.WAIT, RETURNS)
            yield Moment.COMPLETED, Act(Deed.GO_ON, RETURNS)
        yield from self._whose(flow, node)

    def _conditions(self) -> Iterator[tuple[str, list[tuple[int, int, int, str]]]]:
        """By node as a scenario names it: moment, deed, clock, and the answer if it needs one."""
        found: dict[str, list[tuple[int, int, int, str]]] = {}
        for clock, rule in ((self._sla and self._sla.clocks) or {}).items():
            for deed, when in ((Deed.STOP, rule.stop), (Deed.START, rule.start)):
                for moment, keys in () if when == OPENED else when.said().items():
                    for key in keys:
                        node, _, word = key.partition("=")
                        said = _MOMENTS[moment], deed, CLOCKS.index(clock), word
                        found.setdefault(node, []).append(said)
        yield from found.items()

    def _returns_pause(self) -> bool:
        sla = self._sla
        lists = [sla.pause.first_response, sla.pause.resolution]
        lists += [one.pause for one in (*(sla.clocks or {}).values(), *(sla.tiers or {}).values())]
        return any("returns" in causes for causes in lists)

    def _whose(self, flow: graph.Flow, node: graph.Node) -> Placed:
        """Where the case may come to another tier, to its supplier, or away from him."""
        if node.kind in _SILENT and not node.numbered:
            return
        mine, before = _doer(node), self._before[flow.id][node.id]
        if self._tiers and mine not in _NOT_OURS and before - {mine}:
            tier = self._tiers.index(mine) if mine in self._tiers else -1
            yield Moment.REACHED, Act(Deed.TIER, tier)
        if self._sla.suppliers and before - {mine}:
            if mine == graph.SUPPLIER:
                yield Moment.REACHED, Act(Deed.SUPPLIER, 1)
            elif before & {graph.SUPPLIER, ""}:
                yield Moment.REACHED, Act(Deed.SUPPLIER, 0)


_NOT_OURS = (graph.CUSTOMER, graph.SUPPLIER, "")


def _doer(node: graph.Node) -> str:
    """Whose step it is: the first of ours, else the customer or the supplier; "" nobody's."""
    people = [role for role in node.doers if role not in (graph.CUSTOMER, graph.SUPPLIER)]
    return next(iter(people or node.doers), "")


def _before(flow: graph.Flow, graphs: dict[str, graph.Flow]) -> dict[str, set[str]]:
    """By node, whose the steps just before it may be; "" where that is not to be told here."""
    found: dict[str, set[str]] = {node: set() for node in flow.nodes}
    for node in flow.nodes.values():
        doer = "" if node.kind in _SILENT else _doer(node)
        for edges in node.edges.values():
            for edge in edges:
                found[edge.to].add(doer)
    for other in graphs.values():
        for node in other.nodes.values():
            if node.call and node.call.flow == flow.id and node.call.at:
                found[node.call.at].add("")
    return found
