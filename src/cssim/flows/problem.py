"""What a soundness rule finds, and what a rule is: flows in, problems out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cssim.flows.graph import Flow, Node

Flows = Mapping[str, Flow]


@dataclass(frozen=True, slots=True)
class Problem:
    """A node that is not sound; `str` gives the located sentence.

    Example:
        >>> from cssim.flows import read
        >>> flow = read.library()["1.8.2m"]
        >>> str(Problem(flow, flow.nodes["28"], "no way leads here"))
        'library/1.8.2m.yaml:22: nodes.28: no way leads here'
    """

    flow: Flow
    node: Node | None
    text: str

    @property
    def line(self) -> int:
        """Where it stands in the flow's file."""
        return self.node.line if self.node else 1

    def __str__(self) -> str:
        where = f"nodes.{self.node.id}: " if self.node else ""
        return f"{self.flow.file or self.flow.id}:{self.line}: {where}{self.text}"


Rule = Callable[[Flows], list[Problem]]


def each_flow(rule: Callable[[Flow], Iterator[Problem]]) -> Rule:
    """A rule that looks at one flow at a time, as a rule for all of them."""

    @functools.wraps(rule)
    def every(flows: Flows) -> list[Problem]:
        return [problem for flow in flows.values() for problem in rule(flow)]

    return every
