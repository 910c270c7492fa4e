"""Soundness: whether graphs can be walked at all, one named function per rule.

The rules stand by subject in `shape_rules`, `call_rules` and `word_rules`.
"""

from __future__ import annotations

from collections.abc import Collection

from cssim.flows import call_rules, shape_rules, word_rules
from cssim.flows.problem import Flows, Problem, Rule
from cssim.flows.roles import ROLES

RULES: tuple[Rule, ...] = (*shape_rules.RULES, *call_rules.RULES, *word_rules.RULES)


def problems(flows: Flows, roles: Collection[str] | None = ROLES) -> list[Problem]:
    """All that is not sound, by flow and line.

    `roles` are those who may do something: the handbook's, or a scenario's own; None lets
    anybody do it.
    """
    found = [problem for rule in RULES for problem in rule(flows)]
    if roles is not None:
        found += word_rules.doers_are_known(roles)(flows)
    return sorted(found, key=lambda problem: (problem.flow.file, problem.flow.id, problem.line))
