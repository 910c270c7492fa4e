"""Cross checks of escalation: rules stand at decisions that are drawn, and can hold."""

from __future__ import annotations

from cssim.flows.graph import Node
from cssim.scenario import check_flows
from cssim.scenario.look import Look
from cssim.scenario.model_promises import CLOCKS_OF_CUSTOMERS
from cssim.scenario.value import Value, joined

_CONDITIONS = ("severity", "attempts", "used")


def tell(look: Look) -> None:
    """All rules of escalation, limits of steps, and the tiers."""
    doers = {doer for flow in look.graphs.values() for n in flow.nodes.values() for doer in n.doers}
    for number, role in enumerate(look.section("tiers").items):
        look.must_be(role, f"tiers[{number}]", "doer", sorted(doers))
    for key, rule in look.each("escalation"):
        check_flows.answer_of_a_drawn_decision(look, rule, key)
        _says_when(look, rule, key)
        _severities_are_known(look, rule, key)
        _attempts_are_of_steps(look, rule, key)
        _clocks_run(look, rule, key)
    for name, rule in look.section("late").entries.items():
        _may_be_late(look, rule, joined("late", name), name)
        _clocks_run(look, rule, joined("late", name))
    for key, node in look.nodes_in_use:
        _has_no_journey(look, key, node)


def _may_be_late(look: Look, rule: Value, key: str, name: str) -> None:
    node = look.nodes.get(name)
    if node is not None and not node.effect.late:
        what = f"{name} is never late, only a step of the scenario's own flow with that effect is"
        look.problems.say(rule, key, what)
    if "after" not in rule.entries and "used" not in rule.entries:
        look.problems.say(rule, key, "a limit is expected: after or used")


def _has_no_journey(look: Look, key: str, node: Node) -> None:
    travel = look.section("work").at(key, "travel")
    if travel is not None and (node.effect.late or node.effect.cut_by_defect):
        look.problems.say(travel, f"work.{key}.travel", "a step that may be cut has no journey")


def _says_when(look: Look, rule: Value, key: str) -> None:
    if not any(name in rule.entries for name in _CONDITIONS):
        what = f"a rule says when it holds: {', '.join(_CONDITIONS)} (answers says what is likely)"
        look.problems.say(rule, key, what)


def _severities_are_known(look: Look, rule: Value, key: str) -> None:
    for number, word in enumerate((rule.at("severity") or rule).items):
        look.must_be(word, f"{key}.severity[{number}]", "severity", look.severities)


def _attempts_are_of_steps(look: Look, rule: Value, key: str) -> None:
    for name, where, value in look.within(rule, key, "attempts"):
        check_flows.step_is_in_force(look, value, where, name)


def _clocks_run(look: Look, rule: Value, key: str) -> None:
    for name, where, value in look.within(rule, key, "used"):
        look.key_must_be(value, where, name, "clock", CLOCKS_OF_CUSTOMERS)
    if "used" in rule.entries and look.root.at("sla") is None:
        what = "no clock runs, the key sla is missing"
        look.problems.say(rule.entries["used"], joined(key, "used"), what)
