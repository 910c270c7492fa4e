"""Cross checks of owners: whether somebody can own what is said to be owned."""

from __future__ import annotations

from collections.abc import Iterator

from cssim.flows.graph import Flow, NodeKind
from cssim.scenario.look import Look
from cssim.scenario.value import Value, joined


def tell(look: Look) -> None:
    """All that the scenario says of owners."""
    for key, said in look.each("owners"):
        name = key.partition(".")[2]
        if look.key_must_be(said, key, name, "flow", look.graphs):
            _somebody_owns_it(look, look.graphs[name], said, key)


def _somebody_owns_it(look: Look, flow: Flow, said: Value, key: str) -> None:
    role, own = said.entries.get("role"), flow.owned_by
    if role is None:
        dedicates = any(node.effect.dedicate for node in flow.nodes.values())
        if own is None and not dedicates:
            what = f"the key role is missing, nobody owns {flow.id} without it"
            look.problems.say(said, key, what)
        return
    where = joined(key, "role")
    doers = {role for node in flow.nodes.values() for role in node.doers}
    known = sorted(doers & look.section("pools").entries.keys())
    word = look.must_be(role, where, f"role at work in {flow.id}", known)
    if word is None:
        return
    if own not in (None, word):
        look.problems.add(role, where, f"{flow.id} belongs to its {own} already")
    elif split := _in_two_branches(flow, word):
        what = f"{word} works in more than one branch of {flow.id}/{split} at once"
        look.problems.add(role, where, f"{what}, so nobody can have all of it")
    for _, place, pool in look.within(look.section("pools"), "pools", word):
        if pool.word("people") == "ample":
            what = f"{flow.id} belongs to one of them, so a number is expected"
            look.problems.add(pool.entries["people"], f"{place}.people", what)


def _in_two_branches(flow: Flow, role: str) -> str | None:
    """The split in more than one of whose branches a role works."""
    for node in flow.nodes.values():
        if node.kind is NodeKind.SPLIT:
            branches = [set(_until_join(flow, edge.to)) for edge in node.edges[""]]
            if sum(any(role in flow.nodes[one].doers for one in by) for by in branches) > 1:
                return node.id
    return None


def _until_join(flow: Flow, begin: str) -> Iterator[str]:
    """The nodes of a branch, up to where all branches meet."""
    todo, seen = [(begin, 0)], set()
    while todo:
        name, depth = todo.pop()
        node = flow.nodes[name]
        depth += (node.kind is NodeKind.SPLIT) - (node.kind is NodeKind.JOIN)
        if name in seen or depth < 0:
            continue
        seen.add(name)
        yield name
        todo += [(edge.to, depth) for edges in node.edges.values() for edge in edges]
