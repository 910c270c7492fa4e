"""The course of a source's cases: what they can come to, and how often they do on average.

A flow that is worked through is a Markov chain of where a case stands and what its next answers
and ways depend on; its expected visits are one linear system. A flow that it calls is worked
through by itself, once for each way in which it can be called. There is no time here, and nobody
waits: of people it knows only whose turn it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from cssim.flows.graph import CUSTOMER, SUPPLIER, Call, Condition, Flow, Node, NodeKind
from cssim.scenario.chances import NEW_PROBLEM, STAYS, Chances, Known
from cssim.scenario.look import key_of
from cssim.scenario.model import Scenario

K = TypeVar("K")
T = TypeVar("T")
_NOBODY = ""
_STRUCTURE = (NodeKind.START, NodeKind.END, NodeKind.SPLIT, NodeKind.JOIN)
_WITH_PARTS = ("lend", "use", "exchange")


class Left(NamedTuple):
    """How a flow was left: its outcome, what is settled of the case, whose sitting goes on."""

    outcome: str | None
    known: Known
    hand: str


class Stand(NamedTuple):
    """Where a case stands in one flow, and all that its way on depends on."""

    node: str
    known: Known
    hand: str
    got: str | None = None
    borrowed: bool = False
    answered: tuple[tuple[str, str], ...] = ()  # of those that conditions ask for
    visits: tuple[tuple[str, int], ...] = ()  # of those whose chances depend on it


@dataclass
class Passage:
    """A flow worked through once.

    Attributes:
        visits: by node's key, and what is settled of the case there, how often on average.
        begins: keys of the nodes with which a sitting may begin, so that it is queued for.
        left: how it is left, and how likely so.
    """

    visits: dict[tuple[str, Known], float] = field(default_factory=dict)
    begins: set[str] = field(default_factory=set)
    left: dict[Left, float] = field(default_factory=dict)


class Course:
    """What one source's cases can come to.

    `late` is the chance that a promise is not kept when a decision asks for it.
    """

    def __init__(
        self, scenario: Scenario, graphs: dict[str, Flow], source: str, late: float = 0.0
    ) -> None:
        self.scenario = scenario
        self.flows = graphs
        self.flow = scenario.demand[source].flow
        self.chances = Chances(scenario, source, list(_reached(self.flows, self.flow)), late)
        self._known: dict[tuple[str, str | None, tuple[str, ...], Known, str], Passage] = {}

    def of_requests(self) -> Passage:
        """The whole course of a case."""
        return self.through(self.flow, None, (), ((NEW_PROBLEM, "yes"),), _NOBODY)

    def of_chasers(self) -> Passage:
        """The whole course of a contact that asks about one (R93)."""
        return self.through(self.flow, None, (), ((NEW_PROBLEM, "no"),), _NOBODY)

    def through(
        self, flow: str, at: str | None, opened: tuple[str, ...], known: Known, hand: str
    ) -> Passage:
        """A flow worked through from a node (without one: its start); `opened` called it (R7)."""
        way = flow, at, opened, known, hand
        if way not in self._known:
            chain = _Chain(self, self.flows[flow], opened)
            first = at or self.flows[flow].start.id
            self._known[way] = chain.passage(Stand(first, known, hand))
        return self._known[way]


class _Chain:
    """The Markov chain of one flow, made from where it is entered."""

    def __init__(self, course: Course, flow: Flow, opened: tuple[str, ...]) -> None:
        self._course = course
        self._flow = flow
        self._opened = opened
        self._asked = set(_asked(flow))
        self._joins = dict(_joins(flow))
        self._stands: dict[Stand, int] = {}
        self._moves: list[tuple[int, int, float]] = []
        self._called: list[tuple[int, Passage, bool]] = []
        self._made = Passage()

    def passage(self, first: Stand) -> Passage:
        """All visits of a case that enters so, and how it leaves."""
        self._stands[first] = 0
        todo = [first]
        while todo:
            stand = todo.pop()
            for to, chance in self._ways(stand):
                if chance <= 0:
                    continue
                if to not in self._stands:
                    self._stands[to] = len(self._stands)
                    todo.append(to)
                self._moves.append((self._stands[stand], self._stands[to], chance))
        visits = self._solved()
        self._count_own(visits)
        self._count_called(visits)
        return self._made

    def _solved(self) -> NDArray[np.float64]:
        """Expected visits of every stand: that from outside, and those from the others."""
        matrix = np.eye(len(self._stands))
        for start, to, chance in self._moves:
            matrix[to, start] -= chance * STAYS
        entered = np.zeros(len(matrix))
        entered[0] = 1.0
        return np.asarray(np.linalg.solve(matrix, entered), dtype=np.float64)

    def _count_own(self, visits: NDArray[np.float64]) -> None:
        for stand, number in self._stands.items():
            node, times = self._flow.nodes[stand.node], float(visits[number])
            if node.kind is NodeKind.END:
                outcome = stand.got if node.outcome == "inherit" else node.outcome
                _add(self._made.left, Left(outcome, stand.known, stand.hand), times)
            elif node.kind not in _STRUCTURE:
                _add(self._made.visits, (key_of(self._flow, node), stand.known), times)

    def _count_called(self, visits: NDArray[np.float64]) -> None:
        for number, called, hands_over in self._called:
            times = float(visits[number])
            self._made.begins |= called.begins
            for visit, often in called.visits.items():
                _add(self._made.visits, visit, often * times)
            if hands_over:  # it ends with what the called flow ends with (R7)
                for left, chance in called.left.items():
                    _add(self._made.left, left, chance * times)

    # ---- one step ---------------------------------------------------------------------------

    def _ways(self, stand: Stand) -> Iterator[tuple[Stand, float]]:
        """Where a case may stand next, and how likely."""
        node = self._flow.nodes[stand.node]
        here = self._stands[stand]
        stand = self._worked(stand, node)
        if node.kind is NodeKind.SPLIT:
            yield from ((stand._replace(node=edge.to), 1.0) for edge in node.edges[""])
        elif node.call is not None:
            yield from self._called_from(stand, node, node.call, here)
        elif node.kind is NodeKind.DECISION:
            yield from self._decided(stand, node)
        elif node.kind is not NodeKind.END:
            yield from self._on(stand, node, "", 1 / self._joins.get(node.id, 1))

    def _called_from(
        self, stand: Stand, node: Node, call: Call, here: int
    ) -> Iterator[tuple[Stand, float]]:
        """The called flow's outcome is what the caller has got, unless it has handed over."""
        opened = self._opened if call.hand_over else (*self._opened, self._flow.id)
        called = self._course.through(call.flow, call.at, opened, stand.known, stand.hand)
        self._called.append((here, called, call.hand_over))
        for left, chance in () if call.hand_over else called.left.items():
            then = stand._replace(got=left.outcome, known=left.known, hand=left.hand)
            yield from self._on(then, node, "", chance)

    def _decided(self, stand: Stand, node: Node) -> Iterator[tuple[Stand, float]]:
        """Every answer that has a way on, in proportion to its chance."""
        chances = self._course.chances
        before = dict(stand.visits).get(node.id, 0)
        last = chances.last_visit(key_of(self._flow, node))
        visit = min(before + 1, last)
        if last > 1:
            stand = stand._replace(visits=_with(stand.visits, node.id, visit))
        found = []
        for answer, chance, known in chances.answers(
            self._flow, node, stand.got, visit, stand.known
        ):
            then = stand._replace(known=known)
            if node.id in self._asked:
                then = then._replace(answered=_with(then.answered, node.id, answer))
            found += list(self._on(then, node, answer, chance))
        total = sum(chance for _, chance in found)
        yield from ((to, chance / total) for to, chance in found if chance > 0)

    def _on(
        self, stand: Stand, node: Node, answer: str, chance: float
    ) -> Iterator[tuple[Stand, float]]:
        """The first way whose condition holds."""
        for edge in node.edges.get(answer, ()):
            if edge.when is None or self._holds(stand, edge.when):
                yield stand._replace(node=edge.to), chance
                return

    def _holds(self, stand: Stand, when: Condition) -> bool:
        answered = dict(stand.answered)
        return (
            all(answered.get(node) == answer for node, answer in when.answered)
            and when.borrowed in (None, stand.borrowed)
            and (not when.outcome or stand.got in when.outcome)
            and (when.called_from is None or when.called_from in self._opened)
        )

    def _worked(self, stand: Stand, node: Node) -> Stand:
        """What a node changes: whose sitting it is, what is borrowed, what the flow has got."""
        effect = node.effect
        if effect.outcome:
            stand = stand._replace(got=effect.outcome)
        if effect.parts in ("lend", "return_good"):
            stand = stand._replace(borrowed=effect.parts == "lend")
        return stand._replace(hand=self._hand(stand.hand, node))

    def _hand(self, hand: str, node: Node) -> str:
        """Who has it in hand after a node; a sitting that begins with it is written down."""
        key = key_of(self._flow, node)
        is_question = node.kind is NodeKind.DECISION and not node.numbered
        if key not in self._course.scenario.work and (is_question or not node.numbered):
            return hand
        if not node.doers or node.kind in _STRUCTURE:
            return hand
        people = [doer for doer in node.doers if doer not in (CUSTOMER, SUPPLIER)]
        together = len(people) > 1 or node.effect.everywhere or node.effect.meeting
        waits = node.effect.appointment == "keep" or node.effect.parts in _WITH_PARTS
        if people and (together or waits or people != [hand]):
            self._made.begins.add(key)
        return people[0] if people and not together else _NOBODY


def _reached(flows: dict[str, Flow], flow: str) -> Iterator[Flow]:
    """A flow and those that it calls, near and far."""
    todo, seen = [flow], {flow}
    while todo:
        one = flows[todo.pop()]
        yield one
        called = {node.call.flow for node in one.nodes.values() if node.call} - seen
        seen |= called
        todo += sorted(called)


def _asked(flow: Flow) -> Iterator[str]:
    """The decisions that a condition asks for."""
    for node in flow.nodes.values():
        for edges in node.edges.values():
            for edge in edges:
                yield from (name for name, _ in (edge.when.answered if edge.when else ()))


def _joins(flow: Flow) -> Iterator[tuple[str, int]]:
    """Every join, and how many branches meet there: it is at its split's own depth."""
    for node in flow.nodes.values():
        if node.kind is not NodeKind.SPLIT:
            continue
        depth, at = 1, node
        while depth:
            at = flow.nodes[next(iter(at.edges.values()))[-1].to]
            depth += (at.kind is NodeKind.SPLIT) - (at.kind is NodeKind.JOIN)
        yield at.id, len(node.edges[""])


def _with(pairs: tuple[tuple[str, T], ...], key: str, value: T) -> tuple[tuple[str, T], ...]:
    return tuple(sorted({**dict(pairs), key: value}.items()))


def _add(counts: dict[K, float], key: K, more: float) -> None:
    counts[key] = counts.get(key, 0.0) + more
