"""Where open cases stand: stacks of calls, and the branches of parallel work.

A stack is written `1.8.2/11 > 1.8.3/8`, outermost first; branches of one case are joined by `&`.
It knows the flows and nothing of the file that says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from cssim.blueprint.tables import Bit, Kind, Nodes

Path = tuple[int, ...]


class Stacks:
    """Reads stacks, and tells why one cannot be."""

    def __init__(self, nodes: Nodes, flows: Sequence[str]) -> None:
        self._nodes = nodes
        self._flows = flows
        self.names = [
            f"{flows[flow]}/{name}" for flow, name in zip(nodes.flow, nodes.name, strict=True)
        ]
        self._numbers = {name: number for number, name in enumerate(self.names)}
        self._branch_of = self._branches()

    def node(self, name: str) -> int:
        """A node by its flow and id.

        Raises:
            ValueError: there is none.
        """
        found = self._numbers.get(name)
        if found is None:
            flow, _, node = name.rpartition("/")
            if flow in self._flows:
                raise ValueError(f"{flow} has no node {node}")
            raise ValueError(f"{name} is no node of a flow in force")
        return found

    def paths(self, text: str, flow: int) -> tuple[Path, ...]:
        """The path of every branch of a case that began with a flow.

        Raises:
            ValueError: no case can stand there; the sentence says why.
        """
        paths = tuple(self._path(branch, flow) for branch in text.split("&"))
        for one, other in combinations(paths, 2):
            self._must_be_parallel(one, other)
        return paths

    def joins(self, paths: Sequence[Path]) -> dict[int, int]:
        """How many branches each join still waits for, when these are all that are left."""
        inside: dict[int, set[int]] = {}
        for path in paths:
            for node in path:
                for split, branch in self._branch_of[node].items():
                    inside.setdefault(self._nodes.join[split], set()).add(branch)
        return {join: len(branches) for join, branches in inside.items()}

    def open_flows(self, path: Path) -> Iterator[int]:
        """The flows that are open along a path; one that has handed over is not (R7)."""
        for node in path[:-1]:
            if not self._nodes.call[node][2]:
                yield self._nodes.flow[node]
        yield self._nodes.flow[path[-1]]

    # ---- one path -------------------------------------------------------------------------

    def _path(self, text: str, flow: int) -> Path:
        nodes, flows = self._nodes, self._flows
        path = tuple(self.node(name.strip()) for name in text.split(">"))
        if nodes.flow[path[0]] != flow:
            raise ValueError(f"cases of this source begin with {flows[flow]}")
        for link, called in pairwise(path):
            calls, name = nodes.call[link][0], self.names[link]
            if calls < 0:
                raise ValueError(f"{name} calls no flow")
            if calls != nodes.flow[called]:
                raise ValueError(f"{name} calls {flows[calls]}, not {flows[nodes.flow[called]]}")
        is_open: set[int] = set()
        for one in self.open_flows(path):
            if one in is_open:
                raise ValueError(f"{flows[one]} is open twice (R7)")
            is_open.add(one)
        if nodes.bits[path[-1]] & (Bit.STRUCTURE | Bit.QUESTION):
            raise ValueError(f"nobody waits at {self.names[path[-1]]}, which takes no time")
        return path

    def _must_be_parallel(self, one: Path, other: Path) -> None:
        for mine, others in zip(one, other, strict=False):
            if mine == others:
                continue
            here, there = self._branch_of[mine], self._branch_of[others]
            if any(here[split] != there.get(split, here[split]) for split in here):
                return
            break
        raise ValueError(f"{self.names[one[-1]]} and {self.names[other[-1]]} are not parallel")

    # ---- splits and joins -----------------------------------------------------------------

    def _branches(self) -> list[dict[int, int]]:
        """Of each node the splits it lies inside, and in which branch of each."""
        found: list[dict[int, int]] = [{} for _ in self.names]
        for split, kind in enumerate(self._nodes.kind):
            if kind == Kind.SPLIT:
                for branch, first in enumerate(self._nodes.branches[split]):
                    for node in self._until(first, self._nodes.join[split]):
                        found[node][split] = branch
        return found

    def _until(self, first: int, join: int) -> set[int]:
        seen: set[int] = set()
        todo = [first]
        while todo:
            node = todo.pop()
            if node != join and node not in seen:
                seen.add(node)
                todo += self._after(node)
        return seen

    def _after(self, node: int) -> list[int]:
        nodes = self._nodes
        if nodes.kind[node] == Kind.SPLIT:
            return list(nodes.branches[node])
        after: list[int] = []
        for target in nodes.targets[node]:
            after += [target] if target >= 0 else [way.to for way in nodes.ways[~target]]
        return after
