"""A graph in words: who does a node, where it goes on, what it does beyond taking time."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Literal

from cssim.flows import roles
from cssim.flows.graph import NO_EFFECT, Condition, Edge, Effect, Flow, Node, NodeKind, Text

Language = Literal["zh", "en"]

KINDS = {
    NodeKind.START: Text("流程开端", "start"),
    NodeKind.STEP: Text("流程步骤", "step"),
    NodeKind.DECISION: Text("决策点", "decision"),
    NodeKind.SPLIT: Text("并行开始", "split"),
    NodeKind.JOIN: Text("并行结束", "join"),
    NodeKind.LINK: Text("流程迁移", "link"),
    NodeKind.END: Text("流程终点", "end"),
}


def say(text: Text | None, lang: Language) -> str:
    """A text in one language, nothing for none."""
    return getattr(text, lang) if text else ""


def doers(node: Node, lang: Language) -> str:
    """Who does it; several do it at once (R91)."""
    return " + ".join(say(roles.title(doer), lang) for doer in node.doers)


def condition(when: Condition | None) -> str:
    """When a way may be taken; nothing for always."""
    if when is None:
        return ""
    parts = [f"{node} was {answer}" for node, answer in when.answered]
    if when.borrowed is not None:
        parts.append("parts are borrowed" if when.borrowed else "nothing is borrowed")
    if when.outcome:
        parts.append(f"it got {' or '.join(when.outcome)}")
    if when.called_from:
        parts.append(f"{when.called_from} is open above")
    return f"if {' and '.join(parts)}"


def way(answer: str, edge: Edge) -> str:
    """An edge's label: the answer, and the condition where there is one."""
    return ", ".join(part for part in (answer, condition(edge.when)) if part)


def ways(node: Node) -> list[str]:
    """Where a node goes on: `yes: 4`, `12, if 9 was fixed`."""
    return [
        f"{label}: {edge.to}" if (label := way(answer, edge)) else edge.to
        for answer, edges in node.edges.items()
        for edge in edges
    ]


def effect(done: Effect) -> list[str]:
    """What a node does beyond taking time, in the words of the flow files."""
    if done == NO_EFFECT:
        return []
    given = ((one.name, getattr(done, one.name)) for one in fields(done))
    return [_said(name, value) for name, value in given if value]


def _said(name: str, value: Any) -> str:
    if value is True:
        return name
    if isinstance(value, str):
        return f"{name}: {value}"
    parts = (one if isinstance(one, str) else " → ".join(one) for one in value)
    return f"{name}: {', '.join(parts)}"


def call(node: Node) -> str:
    """What a link calls and how."""
    if node.call is None:
        return ""
    entered = f" at {node.call.at}" if node.call.at else ""
    return f"{'hands over to' if node.call.hand_over else 'calls'} {node.call.flow}{entered}"


def rows(flow: Flow) -> list[Node]:
    """The nodes that stand in a table of steps: all that are work or a question."""
    silent = (NodeKind.START, NodeKind.END, NodeKind.SPLIT, NodeKind.JOIN)
    return [node for node in flow.nodes.values() if node.kind not in silent]
