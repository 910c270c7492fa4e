"""Cross checks of promises: every case has its contract, every clock its targets and its nodes."""

from __future__ import annotations

from cssim.flows.graph import CUSTOMER, SUPPLIER, Node, NodeKind
from cssim.scenario.check_flows import no_node
from cssim.scenario.look import Look
from cssim.scenario.model_people import OWN_REGION
from cssim.scenario.model_promises import (
    CLOCKS_OF_CUSTOMERS,
    MORE_CLOCKS,
    NODE_AND_ANSWER,
)
from cssim.scenario.value import Value, joined

_MOMENTS = ("reached", "started", "arrived", "completed")


def tell(look: Look) -> None:
    """All that promises say."""
    for rule in (
        _promises_cover_every_case,
        _clocks_have_targets,
        _clocks_run_between_moments,
        _moments_are_of_nodes,
        _calendars_are_of_clocks,
        _tiers_and_suppliers_are_known,
        _severities_are_judged_at_nodes,
    ):
        rule(look)


def _promises_cover_every_case(look: Look) -> None:
    sla = look.section("sla")
    if not sla.entries:
        return
    contracts = tuple(look.section("sla", "contracts").entries)
    chosen = look.section("sla", "contract")
    by = look.entry_must_be(chosen, "sla.contract", "by", "attribute of words", tuple(look.choices))
    of = chosen.entries.get("of")
    for word, key, value in look.within(chosen, "sla.contract", "of"):
        look.must_be(value, key, "contract", contracts)
        if by:
            look.key_must_be(value, key, word, by, look.choices[by])
    if by and of:
        look.all_named(of, "sla.contract.of", f"the {by}", look.choices[by])
    if not look.severities:
        look.problems.say(sla, "sla", "promises are by severity, and there is no such attribute")
    for key, contract in look.each("sla", "contracts"):
        for clock in CLOCKS_OF_CUSTOMERS:
            _targets(look, contract.entries.get(clock), f"{key}.{clock}")
    for number, flow in enumerate((sla.at("applies_to") or sla).items):
        look.must_be(flow, f"sla.applies_to[{number}]", "flow", tuple(look.graphs))


def _targets(look: Look, targets: Value | None, key: str) -> None:
    if targets is None or not look.severities:
        return
    look.all_named(targets, key, "the severity", look.severities)
    for word, target_key, target in look.within(targets, key):
        look.key_must_be(target, target_key, word, "severity", look.severities)


def _clocks_have_targets(look: Look) -> None:
    """What is promised of a clock, and that there is such a clock, go together."""
    clocks = look.section("sla", "clocks").entries
    promised = set()
    for key, contract in look.each("sla", "contracts"):
        for clock in MORE_CLOCKS:
            targets = contract.entries.get(clock)
            if targets is None or not targets.entries:
                continue
            promised.add(clock)
            if clock not in clocks:
                what = f"when this clock runs is missing (sla.clocks.{clock})"
                look.problems.say(targets, joined(key, clock), what)
    for clock, value in clocks.items():
        if clock in MORE_CLOCKS and clock not in promised:
            what = "no contract has a target for this clock"
            look.problems.say(value, f"sla.clocks.{clock}", what)


def _clocks_run_between_moments(look: Look) -> None:
    for key, clock in look.each("sla", "clocks"):
        for side in ("start", "stop"):
            when = clock.entries.get(side)
            if when is None or not isinstance(when.content, dict):
                continue
            if not any(nodes.items for nodes in when.entries.values()):
                what = f"it never comes, name nodes under {', '.join(_MOMENTS)}"
                look.problems.say(when, joined(key, side), what)


def _moments_are_of_nodes(look: Look) -> None:
    for key, clock in look.each("sla", "clocks"):
        for side in ("start", "stop"):
            for moment, when_key, nodes in look.within(clock, key, side):
                for number, said in enumerate(nodes.items):
                    _moment_is_of_a_node(look, said, f"{when_key}[{number}]", moment)


def _moment_is_of_a_node(look: Look, said: Value, key: str, moment: str) -> None:
    text = str(said.content)
    if not NODE_AND_ANSWER.fullmatch(text) or ("=" in text and moment != "completed"):
        return  # the section says that
    name, equals, answer = text.partition("=")
    node = look.nodes.get(name)
    if node is None:
        no_node(look, said, key, name)
    elif node.kind is NodeKind.LINK and not node.numbered:
        look.problems.say(said, key, f"{name} is no step, it only leads into another flow")
    elif moment in ("started", "arrived") and not _is_our_work(node):
        what = f"nobody of ours starts with {name}, use reached or completed"
        look.problems.say(said, key, what)
    elif equals:
        look.key_must_be(said, key, answer, f"answer of {name}", node.answers)


def _is_our_work(node: Node) -> bool:
    ours = [doer for doer in node.doers if doer not in (CUSTOMER, SUPPLIER)]
    return bool(ours) and node.numbered and node.kind is not NodeKind.LINK


def _calendars_are_of_clocks(look: Look) -> None:
    own = (*look.calendars, OWN_REGION)
    for key, contract in look.each("sla", "contracts"):
        for clock, clock_key, calendar in look.within(contract, key, "calendars"):
            look.must_be(calendar, clock_key, "calendar", own)
            if clock in MORE_CLOCKS and clock not in contract.entries:
                what = f"this contract has no target for {clock}"
                look.problems.say(calendar, clock_key, what)


def _tiers_and_suppliers_are_known(look: Look) -> None:
    for section, known in (("tiers", "pools"), ("suppliers", "suppliers")):
        what = "role with a pool" if section == "tiers" else "supplier"
        for key, value in look.each("sla", section):
            name = key.rpartition(".")[2]
            look.key_must_be(value, key, name, what, tuple(look.section(known).entries))
            _targets(look, value.entries.get("target"), f"{key}.target")


def _severities_are_judged_at_nodes(look: Look) -> None:
    judged = look.section("sla", "reclassify")
    for name, key, rows in look.within(judged, "sla.reclassify"):
        node = look.nodes.get(name)
        if node is None:
            no_node(look, rows, key, name)
        elif name == "RETURNS" or (node.kind is NodeKind.LINK and not node.numbered):
            look.problems.say(rows, key, f"nobody judges a severity at {name}")
        for severity, row_key, row in look.within(rows, key):
            look.key_must_be(row, row_key, severity, "severity", look.severities)
            for word, weight_key, weight in look.within(row, row_key):
                look.key_must_be(weight, weight_key, word, "severity", look.severities)
