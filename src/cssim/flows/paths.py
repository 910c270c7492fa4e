"""Ways through the graphs: the steps that a script of answers leads to.

A pure interpreter: no people, no time, no chance. Whoever asks for a path brings the
answers; every decision is asked unless a called flow has answered it (R28, R31).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cssim.errors import AnswerError, FlowError
from cssim.flows.graph import RETURNS, Call, Condition, Edge, Flow, Node, NodeKind
from cssim.flows.words import INHERIT

Flows = Mapping[str, Flow]
Script = dict[str, dict[str, list[str]]]  # flow → question → answers in turn


class _TooOftenError(Exception):
    """A question was asked once more than this exploration wants."""


class Answers(Protocol):
    """Where a path gets its answers from."""

    def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
        """The next answer to this question, one of those possible."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as entered, and who does it."""

    flow: str
    id: str
    doers: tuple[str, ...]

    @property
    def label(self) -> str:
        """How a trace writes it: `1.8.2/1`; the returns flow is no flow's own (R6)."""
        return self.id if self.id == RETURNS else f"{self.flow}/{self.id}"


@dataclass(frozen=True, slots=True)
class Path:
    """The steps as entered, links included, branches merged by number; and how it ended.

    `answers` are all that were given on the way (flow, question, answer), those of called
    flows among them.
    """

    steps: list[Step]
    outcome: str
    answers: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Instance:
    """One flow being worked through: what it has answered, borrowed and got so far.

    `open` are the flows open among its callers, near and far (R7).
    """

    flow: Flow
    open: tuple[str, ...]
    answers: Answers
    most: int | None  # how often one decision may be asked here
    said: list[tuple[str, str, str]]  # all answers of the path, in all its instances
    answered: dict[str, str] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    borrowed: bool = False
    got: str | None = None


_Numbered = tuple[tuple[int, str], Step]  # a step and its place among parallel branches


def callers(flows: Flows, flow: str) -> dict[str, Call]:
    """The flows with a link to this one, and that link's call."""
    return {
        caller.id: node.call
        for caller in flows.values()
        for node in reversed(caller.nodes.values())
        if node.call and node.call.flow == flow
    }


def work_through(flows: Flows, flow: str, called_from: str | None, answers: Answers) -> Path:
    """The path that these answers lead to.

    `called_from` is the only other flow open, and the flow is entered where that one's link
    says; where it handed over, none is open (R7).

    Raises:
        AnswerError: The flow is unknown, or nobody calls it from there.
        FlowError: A call would open a flow that is open already.
    """
    return _path(flows, flow, called_from, answers, None)


def _path(
    flows: Flows, flow: str, called_from: str | None, answers: Answers, most: int | None
) -> Path:
    if flow not in flows:
        raise AnswerError(f"unknown flow {flow} (expected one of {', '.join(flows)})")
    start: Node = flows[flow].start
    opened: tuple[str, ...] = ()
    if called_from is not None:
        known = callers(flows, flow)
        if called_from not in known:
            expected = ", ".join(known) or "none"
            raise AnswerError(f"unknown caller {called_from} of {flow} (expected {expected})")
        call = known[called_from]
        opened = () if call.hand_over else (called_from,)
        start = flows[flow].nodes[call.at] if call.at else start
    instance = _Instance(flows[flow], opened, answers, most, [])
    steps, outcome = _work(flows, instance, start)
    return Path([step for _, step in steps], outcome, instance.said)


def _work(flows: Flows, instance: _Instance, node: Node) -> tuple[list[_Numbered], str]:
    """Works an instance through from a node to its end."""
    steps: list[_Numbered] = []
    last = _walk(flows, instance, node, steps)
    if last.kind is not NodeKind.END:
        raise FlowError(f"{instance.flow.id}/{last.id}: a join without a split")
    outcome = instance.got if last.outcome == INHERIT else last.outcome
    return steps, outcome or "unsolved"


def _walk(flows: Flows, instance: _Instance, node: Node, steps: list[_Numbered]) -> Node:
    """Goes on to the next end or join; the steps on the way are appended."""
    nodes = instance.flow.nodes
    place = (0, "")
    while node.kind is not NodeKind.END and node.kind is not NodeKind.JOIN:
        if node.numbered:
            place = number(node.id) or place
            steps.append((place, Step(instance.flow.id, node.id, node.doers)))
        if node.kind is NodeKind.SPLIT:
            node = _split(flows, instance, node, steps)
            continue
        if node.call:
            steps += ((place, step) for step in _call(flows, instance, node.call))
        _apply(instance, node)
        answer = _answer(instance, node) if node.kind is NodeKind.DECISION else ""
        node = nodes[_way(instance, node, answer)]
    return node


def number(node: str) -> tuple[int, str] | None:
    """Where a node stands in ascending number (`3b` after `3`); None without a number."""
    digits = node[: len(node) - len(node.lstrip("0123456789"))]
    return (int(digits), node[len(digits) :]) if digits else None


def _split(flows: Flows, instance: _Instance, node: Node, steps: list[_Numbered]) -> Node:
    """Works all branches up to their join and merges them; returns what follows the join."""
    branches: list[list[_Numbered]] = []
    join = node
    for edge in node.edges[""]:
        branches.append([])
        join = _walk(flows, instance, instance.flow.nodes[edge.to], branches[-1])
    if join.kind is not NodeKind.JOIN:
        raise FlowError(f"{instance.flow.id}/{node.id}: a branch ends before its join")
    steps += heapq.merge(*branches, key=lambda numbered: numbered[0])
    return instance.flow.nodes[_way(instance, join, "")]


def _call(flows: Flows, caller: _Instance, call: Call) -> list[Step]:
    """Works the called flow through; its outcome is what the caller has got (R5)."""
    opened = caller.open if call.hand_over else (*caller.open, caller.flow.id)
    if call.flow in opened:
        raise FlowError(f"{caller.flow.id} calls {call.flow}, which is open already (R7)")
    called = flows[call.flow]
    start = called.nodes[call.at] if call.at else called.start
    instance = _Instance(called, opened, caller.answers, caller.most, caller.said)
    steps, caller.got = _work(flows, instance, start)
    return [step for _, step in steps]


def _apply(instance: _Instance, node: Node) -> None:
    """What a node changes in what conditions look at."""
    effect = node.effect
    if effect.outcome:
        instance.got = effect.outcome
    if effect.parts == "lend":
        instance.borrowed = True
    elif effect.parts == "return_good":
        instance.borrowed = False


def _answer(instance: _Instance, node: Node) -> str:
    """The answer to a decision: a called flow's where there is one, otherwise it is asked."""
    answer = dict(node.effect.by_outcome).get(instance.got or "")
    if answer is None:
        possible = tuple(one for one in node.edges if _open_way(instance, node.edges[one]))
        _count(instance, node.id)
        answer = instance.answers.take(instance.flow.id, node.id, possible)
        if answer not in possible:
            raise AnswerError(
                f"unknown answer {answer} for {instance.flow.id}/{node.id}"
                f" (expected {', '.join(possible)})"
            )
    instance.answered[node.id] = answer
    instance.said.append((instance.flow.id, node.id, answer))
    return answer


def _count(instance: _Instance, question: str) -> None:
    asked = instance.asked[question] = instance.asked.get(question, 0) + 1
    if instance.most is not None and asked > instance.most:
        raise _TooOftenError


def _way(instance: _Instance, node: Node, answer: str) -> str:
    to = _open_way(instance, node.edges.get(answer, ()))
    if to is None:
        said = f" after {answer}" if answer else ""
        raise FlowError(f"{instance.flow.id}/{node.id}: there is no way on{said}")
    return to


def _open_way(instance: _Instance, edges: tuple[Edge, ...]) -> str | None:
    """Where the first edge leads whose condition holds."""
    for edge in edges:
        if edge.when is None or _holds(instance, edge.when):
            return edge.to
    return None


def _holds(instance: _Instance, when: Condition) -> bool:
    return (
        all(instance.answered.get(node) == answer for node, answer in when.answered)
        and when.borrowed in (None, instance.borrowed)
        and (not when.outcome or instance.got in when.outcome)
        and (when.called_from is None or when.called_from in instance.open)
    )


class _Explorer:
    """Answers in the order of a choice list, first answers beyond it; knows the next list.

    Depth first: `next` moves the last choice that still has another answer.
    """

    def __init__(self, choices: list[int]) -> None:
        self.choices = choices
        self.counts: list[int] = []
        self.script: Script = {}

    def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
        """The chosen answer here."""
        place = len(self.counts)
        if place == len(self.choices):
            self.choices.append(0)
        self.counts.append(len(possible))
        answer = possible[self.choices[place]]
        self.script.setdefault(flow, {}).setdefault(question, []).append(answer)
        return answer

    def next(self) -> list[int] | None:
        """The choices of the next path, None after the last."""
        choices = self.choices[: len(self.counts)]
        while choices:
            if choices[-1] + 1 < self.counts[len(choices) - 1]:
                choices[-1] += 1
                return choices
            choices.pop()
        return None


def every_path(
    flows: Flows, flow: str, called_from: str | None, most: int = 3
) -> Iterator[tuple[Script, Path]]:
    """Every combination of answers, and the path it leads to.

    A path is left out where a loop would ask a decision more than `most` times in one
    instance of its flow.
    """
    choices: list[int] | None = []
    while choices is not None:
        explorer = _Explorer(choices)
        try:
            path = _path(flows, flow, called_from, explorer, most)
        except _TooOftenError:
            pass
        else:
            yield explorer.script, path
        choices = explorer.next()
