"""Soundness of what a flow says: its doers, documents, sentences, conditions and effects."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cssim.flows.graph import (
    CUSTOMER,
    ELSEWHERE,
    LATE,
    SUPPLIER,
    Condition,
    Effect,
    Flow,
    Node,
    NodeKind,
)
from cssim.flows.located import nearest
from cssim.flows.problem import Flows, Problem, Rule, each_flow
from cssim.flows.shape_rules import QUIET, reached, ways_on

ANSWER_SOURCES = ("attribute", "by_clock", "by_outcome", "by_settlement")
YES_OR_NO = {"by_clock", "by_settlement"}


def doers_are_known(roles: Collection[str]) -> Rule:
    """The rule that all who do anything are among these roles (R90)."""

    @each_flow
    def doers_are_known(flow: Flow) -> Iterator[Problem]:
        for node in flow.nodes.values():
            for doer in node.doers:
                if doer not in roles:
                    yield Problem(flow, node, f"no such doer{nearest(doer, roles)} (got {doer})")

    return doers_are_known


@each_flow
def somebody_does_it(flow: Flow) -> Iterator[Problem]:
    """Steps, decisions and links have doers; starts, ends, splits and joins have none."""
    for node in flow.nodes.values():
        if node.kind in QUIET and node.doers:
            yield Problem(flow, node, f"nobody does a {node.kind.value}")
        if node.kind not in QUIET and not node.doers:
            yield Problem(flow, node, f"somebody does a {node.kind.value} (got nobody)")
        if len(set(node.doers)) < len(node.doers):
            yield Problem(flow, node, "a doer stands twice")


@each_flow
def the_owner_works_here(flow: Flow) -> Iterator[Problem]:
    """The role that keeps an instance does something in it (R96)."""
    if flow.owned_by and not any(flow.owned_by in node.doers for node in flow.nodes.values()):
        yield Problem(flow, None, f"owned_by: this role does nothing here (got {flow.owned_by})")


@each_flow
def what_is_done_is_said(flow: Flow) -> Iterator[Problem]:
    """Every node but splits and joins has its sentence in both languages (R2)."""
    for node in flow.nodes.values():
        if node.kind in (NodeKind.SPLIT, NodeKind.JOIN):
            continue
        if node.text is None or not (node.text.zh and node.text.en):
            yield Problem(flow, node, "a sentence in both languages, zh and en, is expected")


def documents_come_from_somewhere(flows: Flows) -> list[Problem]:
    """A document that a node needs is made by another node, or declared external.

    An alias is never visited and needs nothing. `synonyms` name a document's other names.
    """
    makers = [
        (node, made) for flow in flows.values() for node in flow.nodes.values()
        for made in node.outputs
    ]  # fmt: skip
    found = []
    for flow in flows.values():
        known = dict(flow.synonyms)
        for node in flow.nodes.values():
            for needed in () if node.alias_of else node.inputs:
                name = known.get(needed, needed)
                made = any(name == made and maker is not node for maker, made in makers)
                if not made and name not in flow.external:
                    text = f"nobody makes this document, nor is it external (got {needed})"
                    found.append(Problem(flow, node, text))
    return found


@each_flow
def aliases_stand_for_a_step(flow: Flow) -> Iterator[Problem]:
    """An alias is another node's row: that node is there, and no way leads to or from the alias."""
    for node in flow.nodes.values():
        if node.alias_of is None:
            continue
        other = flow.nodes.get(node.alias_of)
        if other is None or other.alias_of:
            yield Problem(flow, node, f"an alias stands for another step (got {node.alias_of})")
        if node.edges:
            yield Problem(flow, node, "an alias has no ways on")
        if any(edge.to == node.id for one in flow.nodes.values() for edge in ways_on(one)):
            yield Problem(flow, node, "no way leads to an alias")


def conditions_can_be_told(flows: Flows) -> list[Problem]:
    """A condition asks about decisions, loans, outcomes and callers that there are."""
    return [
        Problem(flow, node, text)
        for flow in flows.values()
        for node in flow.nodes.values()
        for edge in ways_on(node)
        if edge.when
        for text in _condition(flows, flow, edge.when)
    ]


def _condition(flows: Flows, flow: Flow, when: Condition) -> Iterator[str]:
    for asked, answer in when.answered:
        decision = flow.nodes.get(asked)
        if decision is None or decision.kind is not NodeKind.DECISION:
            yield f"when.answered: {asked} is no decision here"
        elif answer not in decision.edges:
            hint = nearest(answer, decision.edges)
            yield f"when.answered: no such answer to {asked}{hint} (got {answer})"
    if when.borrowed is not None and not any(n.effect.parts == "lend" for n in flow.nodes.values()):
        yield "when.borrowed: nothing is lent in this flow"
    if when.outcome and not any(n.call or n.effect.outcome for n in flow.nodes.values()):
        yield "when.outcome: this flow never gets an outcome"
    if when.called_from is not None and when.called_from not in flows:
        hint = nearest(when.called_from, flows)
        yield f"when.called_from: no such flow{hint} (got {when.called_from})"


@each_flow
def effects_fit_their_nodes(flow: Flow) -> Iterator[Problem]:
    """What answers a question stands at a decision, and answers it in its own words."""
    for node in flow.nodes.values():
        for text in _sources(node.effect, node):
            yield Problem(flow, node, text)
        for text in _companions(flow, node):
            yield Problem(flow, node, text)


def _sources(effect: Effect, node: Node) -> Iterator[str]:
    given = [name for name in ANSWER_SOURCES if getattr(effect, name)]
    if given and node.kind is not NodeKind.DECISION:
        yield f"effect.{given[0]}: only a decision is answered (got a {node.kind.value})"
        return
    if len(given) > 1:
        yield f"effect: one thing gives the answer (got {' and '.join(given)})"
    for outcome, answer in effect.by_outcome:
        if answer not in node.edges:
            yield (
                f"effect.by_outcome.{outcome}: no such answer{nearest(answer, node.edges)}"
                f" (got {answer})"
            )
    if YES_OR_NO & set(given) and set(node.edges) != {"yes", "no"}:
        yield f"effect.{given[0]}: its answers are yes and no (got {', '.join(node.edges)})"


def _companions(flow: Flow, node: Node) -> Iterator[str]:
    """Effects that mean nothing without another node's."""
    effect, others = node.effect, [one.effect for one in flow.nodes.values()]
    if effect.parts == "settle" and "fixed" not in node.edges:
        yield "effect.parts: settle needs the answer fixed"
    if effect.parts == "lend" and not any(other.parts == "claim" for other in others):
        yield "effect.parts: nothing is claimed that could be lent"
    if effect.by_settlement and not any(other.parts == "settle" for other in others):
        yield "effect.by_settlement: nothing is settled in this flow"
    if effect.appointment == "keep" and not any(o.appointment == "agree" for o in others):
        yield "effect.appointment: none is agreed that could be kept"
    if effect.collect and effect.collect not in reached(flow, [node.id]):
        yield f"effect.collect: no way leads there (got {effect.collect})"


@each_flow
def what_is_cut_has_a_way_on(flow: Flow) -> Iterator[Problem]:
    """A step that may be cut is a decision with the answer that says so, beside one that is drawn.

    One person does it, or outside people, and nothing else is waited for.
    """
    for node in flow.nodes.values():
        for effect, answer in (("late", LATE), ("cut_by_defect", ELSEWHERE)):
            if not getattr(node.effect, effect):
                continue
            if answer not in node.answers or not node.drawn_answers:
                text = f"effect.{effect}: an answer {answer} is expected, beside others"
                yield Problem(flow, node, text)
            for text in _not_to_be_cut(node):
                yield Problem(flow, node, f"effect.{effect}: {text}")


def _not_to_be_cut(node: Node) -> Iterator[str]:
    effect = node.effect
    if len([doer for doer in node.doers if doer not in (CUSTOMER, SUPPLIER)]) > 1:
        yield "a step of several doers is finished once begun (R91)"
    for name in (*ANSWER_SOURCES, "parts", "appointment", "collect", "meeting", "on_site"):
        if getattr(effect, name):
            yield f"a step with the effect {name} is not cut"


RULES = (
    somebody_does_it,
    the_owner_works_here,
    what_is_done_is_said,
    documents_come_from_somewhere,
    aliases_stand_for_a_step,
    conditions_can_be_told,
    effects_fit_their_nodes,
    what_is_cut_has_a_way_on,
)
