"""Soundness of a graph's shape: its nodes, its ways on, its splits and joins, its ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cssim.flows.graph import Edge, Flow, Node, NodeKind
from cssim.flows.located import nearest
from cssim.flows.problem import Flows, Problem, each_flow
from cssim.flows.words import INHERIT

QUIET = (NodeKind.START, NodeKind.END, NodeKind.SPLIT, NodeKind.JOIN)
ENDINGS = {
    True: ("solved", "declined", "exchanged", "unsolved", INHERIT),
    False: ("done", "declined"),  # R8
}


def ways_on(node: Node) -> Iterator[Edge]:
    """All edges out of a node, whatever the answer."""
    for edges in node.edges.values():
        yield from edges


def entries(flows: Flows, flow: str) -> set[str]:
    """Where a flow is entered: at its start, and where a call says."""
    starts = {node.id for node in flows[flow].nodes.values() if node.kind is NodeKind.START}
    calls = (node.call for other in flows.values() for node in other.nodes.values())
    return starts | {call.at for call in calls if call and call.flow == flow and call.at}


def reached(flow: Flow, first: Iterable[str]) -> set[str]:
    """The nodes to which a way leads from these."""
    found: set[str] = set()
    ahead = [node for node in first if node in flow.nodes]
    while ahead:
        node = ahead.pop()
        if node not in found:
            found.add(node)
            ahead += [edge.to for edge in ways_on(flow.nodes[node]) if edge.to in flow.nodes]
    return found


@each_flow
def there_is_one_start(flow: Flow) -> Iterator[Problem]:
    """A flow has one start, and no way leads back to it."""
    starts = [node for node in flow.nodes.values() if node.kind is NodeKind.START]
    if len(starts) != 1:
        yield Problem(flow, None, f"a flow has one start (got {len(starts)})")
    for node in flow.nodes.values():
        if any(edge.to == start.id for start in starts for edge in ways_on(node)):
            yield Problem(flow, node, "no way leads to the start")


@each_flow
def ways_lead_to_nodes(flow: Flow) -> Iterator[Problem]:
    """Every way on leads to a node of the flow."""
    for node in flow.nodes.values():
        for edge in ways_on(node):
            if edge.to not in flow.nodes:
                hint = nearest(edge.to, flow.nodes)
                yield Problem(flow, node, f"the way on leads to no node{hint} (got {edge.to})")


def every_node_is_reached(flows: Flows) -> list[Problem]:
    """A way leads to every node from where the flow is entered; aliases are never visited."""
    return [
        Problem(flow, node, "no way leads here")
        for flow in flows.values()
        for node in _unreached(flow, entries(flows, flow.id))
    ]


def _unreached(flow: Flow, first: set[str]) -> Iterator[Node]:
    seen = reached(flow, first)
    return (node for node in flow.nodes.values() if node.id not in seen and not node.alias_of)


@each_flow
def every_node_can_finish(flow: Flow) -> Iterator[Problem]:
    """From every node a way leads to an end."""
    ends = {node.id for node in flow.nodes.values() if node.kind is NodeKind.END}
    for node in flow.nodes.values():
        if not node.alias_of and not reached(flow, [node.id]) & ends:
            yield Problem(flow, node, "no way leads from here to an end")


@each_flow
def decisions_have_answers(flow: Flow) -> Iterator[Problem]:
    """A decision has at least two answers, and each has a way on."""
    for node in flow.nodes.values():
        if node.kind is not NodeKind.DECISION:
            continue
        if len(node.edges) < 2:
            yield Problem(flow, node, f"a decision has two answers or more (got {len(node.edges)})")
        for answer, edges in node.edges.items():
            if not edges:
                yield Problem(flow, node, f"the answer {answer} has no way on")


@each_flow
def a_way_is_always_open(flow: Flow) -> Iterator[Problem]:
    """The last of several ways has no condition, the others have one.

    An answer may have conditional ways only, where all ask who called: then it cannot be
    given to another caller (R53).
    """
    for node in flow.nodes.values():
        if node.kind is NodeKind.SPLIT:
            continue
        for answer, edges in node.edges.items():
            after = f" after {answer}" if answer else ""
            if any(edge.when is None for edge in edges[:-1]):
                yield Problem(flow, node, f"only the last way{after} is without a condition")
            if edges and edges[-1].when is not None and not _depends_on_caller(answer, edges):
                yield Problem(flow, node, f"the last way{after} is without a condition")
        if node.edges and not any(
            edges and edges[-1].when is None for edges in node.edges.values()
        ):
            yield Problem(flow, node, "one answer at least can always be given")


def _depends_on_caller(answer: str, edges: Iterable[Edge]) -> bool:
    return bool(answer) and all(edge.when and edge.when.called_from for edge in edges)


@each_flow
def only_decisions_fork(flow: Flow) -> Iterator[Problem]:
    """Starts, steps, links and joins go on somewhere; ends do not."""
    for node in flow.nodes.values():
        if node.kind is NodeKind.END and node.edges:
            yield Problem(flow, node, "nothing follows an end")
        silent = node.kind in (NodeKind.END, NodeKind.DECISION) or node.alias_of
        if not silent and not any(ways_on(node)):
            yield Problem(flow, node, f"a {node.kind.value} has a way on")


@each_flow
def ends_say_how(flow: Flow) -> Iterator[Problem]:
    """An end has an outcome of its kind of flow (R5, R8), and nothing else has one."""
    known = ENDINGS[flow.customer_case]
    for node in flow.nodes.values():
        if node.kind is NodeKind.END and node.outcome not in known:
            yield Problem(
                flow, node, f"an end here is {', '.join(known)} (got {node.outcome or 'nothing'})"
            )
        if node.kind is not NodeKind.END and node.outcome:
            yield Problem(flow, node, f"only an end has an outcome (got {node.outcome})")


@each_flow
def splits_meet_their_joins(flow: Flow) -> Iterator[Problem]:
    """A split's branches are apart and meet in one join, which nobody else comes to."""
    for node in flow.nodes.values():
        if node.kind is NodeKind.SPLIT:
            yield from _split_problems(flow, node)
    inside = {join for node in flow.nodes.values() for join in _joins(flow, node)}
    for node in flow.nodes.values():
        if node.kind is NodeKind.JOIN and node.id not in inside:
            yield Problem(flow, node, "no split leads to this join")


def _joins(flow: Flow, node: Node) -> set[str]:
    if node.kind is not NodeKind.SPLIT:
        return set()
    branches = [_branch(flow, edge.to) for edge in ways_on(node)]
    return {last for _, lasts in branches for last in lasts}


def _split_problems(flow: Flow, split: Node) -> Iterator[Problem]:
    branches = [_branch(flow, edge.to) for edge in ways_on(split)]
    if len(branches) < 2:
        yield Problem(flow, split, f"a split has two branches or more (got {len(branches)})")
    if any(edge.when for edge in ways_on(split)):
        yield Problem(flow, split, "a branch has no condition: all are taken")
    lasts = {last for _, ends in branches for last in ends}
    kinds = {flow.nodes[last].kind for last in lasts}
    if len(lasts) != 1 or kinds != {NodeKind.JOIN}:
        met = ", ".join(sorted(lasts)) or "nothing"
        yield Problem(flow, split, f"its branches meet in one join (got {met})")
    inside = [nodes for nodes, _ in branches]
    shared = {
        node for n, nodes in enumerate(inside) for other in inside[:n] for node in nodes & other
    }
    for node in sorted(shared):
        yield Problem(flow, flow.nodes[node], f"two branches of {split.id} come here")
    yield from _strangers(flow, split, set().union(*inside), lasts)


def _strangers(flow: Flow, split: Node, inside: set[str], joins: set[str]) -> Iterator[Problem]:
    """Ways into a parallel section that do not come through its split."""
    for node in flow.nodes.values():
        if node.id not in inside and node is not split:
            for edge in ways_on(node):
                if edge.to in inside | joins:
                    yield Problem(
                        flow, node, f"{edge.to} belongs to the branches of {split.id}: no way in"
                    )


def _branch(flow: Flow, head: str) -> tuple[set[str], set[str]]:
    """A branch's nodes, and the joins or ends where it stops; inner splits are passed over."""
    nodes: set[str] = set()
    lasts: set[str] = set()
    ahead = [(head, 0)]
    while ahead:
        name, depth = ahead.pop()
        node = flow.nodes.get(name)
        if node is None or name in nodes:
            continue
        if node.kind is NodeKind.END or (node.kind is NodeKind.JOIN and depth == 0):
            lasts.add(name)
            continue
        nodes.add(name)
        depth += (node.kind is NodeKind.SPLIT) - (node.kind is NodeKind.JOIN)
        ahead += [(edge.to, depth) for edge in ways_on(node)]
    return nodes, lasts


RULES = (
    there_is_one_start,
    ways_lead_to_nodes,
    every_node_is_reached,
    every_node_can_finish,
    decisions_have_answers,
    a_way_is_always_open,
    only_decisions_fork,
    ends_say_how,
    splits_meet_their_joins,
)
