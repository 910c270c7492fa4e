"""Escalation: decisions whose answer is a fact for cases of which a rule holds.

By severity, by what was tried before, by the time that is used up on a clock. The way on is the
handbook's as ever; only who answers differs.
"""

from __future__ import annotations

from cssim.blueprint.fact_tables import Escalation as Rule
from cssim.blueprint.tables import Blueprint
from cssim.sim.answers import Answers
from cssim.sim.state import Token
from cssim.sim.stations import Station
from cssim.sim.walk import Walker


class Escalation:
    """Knows the answers that rules give."""

    def __init__(self, blueprint: Blueprint, walker: Walker, answers: Answers) -> None:
        self._rules = blueprint.facts.escalation
        self._kernel = walker.kernel
        for node in self._rules:
            answers.know(walker.stations[node], self._knows)

    def _knows(self, token: Token, at: Station) -> int:
        for rule in self._rules[at.number]:
            if self._holds(rule, token, at):
                return rule.position
        return -1

    def _holds(self, rule: Rule, token: Token, at: Station) -> bool:
        case, now = token.case, int(self._kernel.now)
        if rule.severities and case.severity not in rule.severities:
            return False
        visits = case.visits or {}
        for node, times in rule.attempts:  # this very visit is counted already
            if visits.get(node, 0) - (node == at.number) < times:
                return False
        clocks = case.promise.clocks if case.promise is not None else {}
        return all(
            code in clocks and clocks[code].used_at(now) >= share * clocks[code].target
            for code, share in rule.used
        )
