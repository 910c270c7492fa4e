"""Scripted cases: answers that are given instead of drawn, for conformance.

A scripted answer replaces whatever would give it; an attribute is set to it when the case
opens, and at the settlement of a loan the parts are made to fit.
"""

from __future__ import annotations

from typing import Any

from cssim.blueprint.tables import Blueprint, Mode
from cssim.errors import AnswerError


class Script:
    """One case's answers, by node; handed out in turn (a single value every time)."""

    def __init__(self, blueprint: Blueprint, answers: dict[str, dict[str, Any]]) -> None:
        nodes = blueprint.nodes
        flows = blueprint.terms["flows"]
        words = blueprint.terms["answers"]
        self._nodes = nodes
        self._words = words
        self._given: dict[int, list[str] | str] = {}
        self._next: dict[int, int] = {}
        for flow, by_node in answers.items():
            first = nodes.flow.index(flows.index(flow))
            for name, given in by_node.items():
                self._given[nodes.name.index(name, first)] = given
        self._settlement = {
            nodes.effects[node].unused: self._first(node) == "yes"
            for node in self._given
            if nodes.mode[node] == Mode.SETTLEMENT
        }

    def _first(self, node: int) -> str:
        given = self._given[node]
        return given if isinstance(given, str) else given[0]

    def take(self, node: int) -> int:
        """The position of the next answer at a node."""
        given = self._given.get(node)
        turn = self._next.get(node, 0)
        self._next[node] = turn + 1
        if given is None or (not isinstance(given, str) and turn >= len(given)):
            raise AnswerError(f"the script has no answer left for node {self._nodes.name[node]}")
        word = given if isinstance(given, str) else given[turn]
        return self._nodes.answers[node].index(self._words.index(word))

    def attributes(self) -> dict[int, int]:
        """Attribute → value, for the decisions that are told by an attribute."""
        nodes = self._nodes
        values: dict[int, int] = {}
        for node in self._given:
            if nodes.mode[node] == Mode.ATTRIBUTE:
                answer = nodes.answers[node].index(self._words.index(self._first(node)))
                attribute = nodes.answer_attribute[node]
                values.setdefault(attribute, nodes.answer_map[node].index(answer))
        return values

    def settlement(self, borrowed: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
        """Units that come back unused, and bad units, so that 11a and 11b are as scripted."""
        part = min(borrowed, default=-1)
        unused = {part: 1} if self._settlement.get(True) and part >= 0 else {}
        bad = {part: 1} if self._settlement.get(False) and part >= 0 else {}
        return unused, bad
