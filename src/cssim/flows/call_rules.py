"""Soundness of flows that call flows: calls come back, are understood, and end (R5, R7, R8).

What a called flow ends with depends on who is open above it, so each way of being called is
looked at for itself: a flow, the node it is entered at, and the flows open above.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cssim.flows.graph import Call, Condition, Edge, Flow, Node, NodeKind
from cssim.flows.located import nearest
from cssim.flows.problem import Flows, Problem, each_flow
from cssim.flows.words import INHERIT

_Entry = tuple[str, str, tuple[str, ...]]  # flow, node, flows open above
_NOTHING: str | None = None


@dataclass(slots=True)
class _Survey:
    """All that can happen when these flows call each other."""

    flows: Flows
    ends: dict[_Entry, set[str]] = field(default_factory=dict)  # outcomes of each way of calling
    above: list[_Entry] = field(default_factory=list)
    endless: list[Problem] = field(default_factory=list)
    unknown: list[Problem] = field(default_factory=list)
    nothing: list[Problem] = field(default_factory=list)

    def visit(self, entry: _Entry) -> set[str]:
        """The outcomes that a flow so called can end with."""
        if entry not in self.ends:
            self.above.append(entry)
            self.ends[entry] = set(self._outcomes(entry))
            self.above.pop()
        return self.ends[entry]

    def _outcomes(self, entry: _Entry) -> Iterator[str]:
        name, first, opened = entry
        flow = self.flows[name]
        ahead, seen = [(first, _NOTHING)], set()
        while ahead:
            state = ahead.pop()
            if state in seen or state[0] not in flow.nodes:
                continue
            seen.add(state)
            node, got = flow.nodes[state[0]], state[1]
            if node.kind is NodeKind.END:
                yield from self._outcome(flow, node, got)
            for known in self._got(entry, node, got):
                ahead += [(to, known) for to in self._ways(flow, node, known, opened)]

    def _outcome(self, flow: Flow, end: Node, got: str | None) -> Iterator[str]:
        outcome = got if end.outcome == INHERIT else end.outcome
        if outcome:
            yield outcome
        elif not any(problem.node is end for problem in self.nothing):
            self.nothing.append(Problem(flow, end, "there is no outcome to inherit"))

    def _got(self, entry: _Entry, node: Node, got: str | None) -> list[str | None]:
        """What the instance may have got once this node is done."""
        if node.effect.outcome:
            return [node.effect.outcome]
        if node.call is None or not _is_there(self.flows, node.call):
            return [got]
        return list(self._called(entry, node, node.call))

    def _called(self, entry: _Entry, node: Node, call: Call) -> set[str]:
        name, _, opened = entry
        opened = opened if call.hand_over else (*opened, name)
        target = self.flows[call.flow]
        inner = (call.flow, call.at or target.start.id, opened)
        if call.flow in opened or inner in self.above:
            if not any(problem.node is node for problem in self.endless):
                text = f"{call.flow} may be open already when it is called here (R7)"
                self.endless.append(Problem(self.flows[name], node, text))
            return set()
        return self.visit(inner)

    def _ways(
        self, flow: Flow, node: Node, got: str | None, opened: tuple[str, ...]
    ) -> Iterator[str]:
        answers = dict(node.effect.by_outcome)
        if answers and got and got not in answers:
            text = f"a call may come back {got}, which is no answer here"
            if not any(found.node is node and found.text == text for found in self.unknown):
                self.unknown.append(Problem(flow, node, text))
        for answer, edges in node.edges.items():
            if answers.get(got or "", answer) == answer:
                yield from _open(edges, got, opened, node.kind is NodeKind.SPLIT)


def _is_there(flows: Flows, call: Call) -> bool:
    target = flows.get(call.flow)
    if target is None or not any(node.kind is NodeKind.START for node in target.nodes.values()):
        return False
    return call.at is None or call.at in target.nodes


def _open(
    edges: tuple[Edge, ...], got: str | None, opened: tuple[str, ...], every: bool
) -> Iterator[str]:
    """Where the edges may lead, as far as can be told; all of them at a split."""
    for edge in edges:
        may, must = _verdict(edge.when, got, opened)
        if may:
            yield edge.to
        if must and not every:
            return


def _verdict(when: Condition | None, got: str | None, opened: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether a condition may hold, and whether it must."""
    if when is None:
        return True, True
    may = (when.called_from is None or when.called_from in opened) and (
        not when.outcome or got in when.outcome
    )
    return may, may and not when.answered and when.borrowed is None


def _survey(flows: Flows) -> _Survey:
    survey = _Survey(flows)
    for flow in flows.values():
        starts = [node.id for node in flow.nodes.values() if node.kind is NodeKind.START]
        for start in starts[:1]:
            survey.visit((flow.id, start, ()))
    return survey


def no_chain_of_calls_is_endless(flows: Flows) -> list[Problem]:
    """A case has at most one open instance of a flow, and calls end (R7)."""
    return _survey(flows).endless


def called_outcomes_are_understood(flows: Flows) -> list[Problem]:
    """Where an outcome answers a question, every outcome that can come has its answer."""
    return _survey(flows).unknown


def inherited_outcomes_are_there(flows: Flows) -> list[Problem]:
    """An end that inherits is reached only once the instance has got an outcome (R8)."""
    return _survey(flows).nothing


def calls_find_their_flow(flows: Flows) -> list[Problem]:
    """A call names a flow that is there, and a node of it."""
    found = []
    for flow in flows.values():
        for node in flow.nodes.values():
            if node.call and node.call.flow not in flows:
                hint = nearest(node.call.flow, flows)
                text = f"there is no such flow{hint} (got {node.call.flow})"
                found.append(Problem(flow, node, text))
            elif node.call and node.call.at and node.call.at not in flows[node.call.flow].nodes:
                hint = nearest(node.call.at, flows[node.call.flow].nodes)
                text = f"{node.call.flow} has no such node{hint} (got {node.call.at})"
                found.append(Problem(flow, node, text))
    return found


@each_flow
def only_links_call(flow: Flow) -> Iterator[Problem]:
    """A call is a link's; a hand-over goes straight to an end that inherits (R7)."""
    for node in flow.nodes.values():
        if node.call and node.kind is not NodeKind.LINK:
            yield Problem(flow, node, f"only a link calls (got a {node.kind.value})")
        if node.call and node.call.hand_over:
            after = [flow.nodes.get(edge.to) for edge in node.edges.get("", ())]
            if any(end is None or end.outcome != INHERIT for end in after):
                yield Problem(flow, node, "a hand-over is followed by an end that inherits")


RULES = (
    calls_find_their_flow,
    only_links_call,
    no_chain_of_calls_is_endless,
    called_outcomes_are_understood,
    inherited_outcomes_are_there,
)
