"""Where a case may come back to: nodes that are asked about later, or visited again."""

from __future__ import annotations

from cssim.flows import graph


def asked(graphs: dict[str, graph.Flow]) -> set[tuple[str, str]]:
    """Nodes whose answers some condition asks for."""
    return {
        (flow.id, node)
        for flow in graphs.values()
        for one in flow.nodes.values()
        for edges in one.edges.values()
        for edge in edges
        if edge.when is not None
        for node, _ in edge.when.answered
    }


def revisited(flow: graph.Flow, graphs: dict[str, graph.Flow]) -> set[str]:
    """Nodes that one case may come to more than once: in a loop, or in a flow called twice."""
    calls = [node.call.flow for one in graphs.values() for node in one.nodes.values() if node.call]
    if calls.count(flow.id) > 1:
        return set(flow.nodes)
    ahead = {
        node.id: {edge.to for edges in node.edges.values() for edge in edges}
        for node in flow.nodes.values()
    }
    again = set()
    for node in flow.nodes:
        seen: set[str] = set()
        todo = list(ahead[node])
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += ahead[at]
        if node in seen:
            again.add(node)
    return again
