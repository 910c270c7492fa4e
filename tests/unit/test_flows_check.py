"""Every soundness rule sees what is planted for it, and nothing in the handbook."""

# ruff: noqa: E501  (a table of plants, one to a line)

from dataclasses import replace
from pathlib import Path

import pytest

from cssim.flows import call_rules, check, read, shape_rules, word_rules
from cssim.flows.graph import Flow

TINY = """\
flow: tiny
title: {zh: 小, en: tiny}
owner: {zh: 客服, en: service}
case: customer
external: [letter]
nodes:
  start: {kind: start, zh: 开始, en: Start, next: "1"}
  "1": {kind: step, doers: [agent], zh: 一, en: One, inputs: [letter], outputs: [note], next: "2"}
  "2": {kind: decision, doers: [agent], zh: 二, en: Two, inputs: [note], answers: {yes: fork, no: call}}
  fork: {kind: split, branches: ["3", "4"]}
  "3": {kind: step, doers: [agent], zh: 三, en: Three, next: meet}
  "4": {kind: step, doers: [agent, finance], zh: 四, en: Four, next: meet}
  meet: {kind: join, next: end}
  call: {kind: link, doers: [agent], zh: 转, en: Pass on, call: {flow: other, at: "1"}, next: "5"}
  "5": {kind: decision, doers: [agent], zh: 五, en: Five, effect: {by_outcome: {solved: yes}}, answers: {yes: called, no: end}}
  "6": {kind: step, doers: [agent], zh: 六, en: Six, alias_of: "1"}
  called: {kind: end, zh: 结束, en: End, outcome: inherit}
  end: {kind: end, zh: 结束, en: End, outcome: solved}
"""

OTHER = """\
flow: other
title: {zh: 别, en: other}
owner: {zh: 客服, en: service}
case: customer
nodes:
  start: {kind: start, zh: 开始, en: Start, next: "1"}
  "1": {kind: step, doers: [agent], zh: 一, en: One, next: end}
  end: {kind: end, zh: 结束, en: End, outcome: solved}
"""

PLANTED = [
    # rule, what is changed in `tiny`, into what, what the rule says
    (shape_rules.there_is_one_start, "end: {kind: end, zh: 结束, en: End, outcome: solved}", 'again: {kind: start, zh: 开始, en: Start, next: "1"}\n  end: {kind: end, zh: 结束, en: End, outcome: solved}', "a flow has one start (got 2)"),
    (shape_rules.there_is_one_start, "kind: join, next: end", "kind: join, next: start", "nodes.meet: no way leads to the start"),
    (shape_rules.ways_lead_to_nodes, "kind: join, next: end", "kind: join, next: ende", "nodes.meet: the way on leads to no node, did you mean end? (got ende)"),
    (shape_rules.every_node_is_reached, "yes: fork, no: call", "yes: fork, no: end", "nodes.5: no way leads here"),
    (shape_rules.every_node_can_finish, "kind: join, next: end", "kind: join, next: meet", "nodes.3: no way leads from here to an end"),
    (shape_rules.decisions_have_answers, "yes: fork, no: call", "yes: fork", "nodes.2: a decision has two answers or more (got 1)"),
    (shape_rules.decisions_have_answers, "yes: fork, no: call", "yes: fork, no: []", "nodes.2: the answer no has no way on"),
    (shape_rules.a_way_is_always_open, "kind: join, next: end", "kind: join, next: [{when: {answered: {2: yes}}, to: end}]", "nodes.meet: the last way is without a condition"),
    (shape_rules.a_way_is_always_open, "kind: join, next: end", "kind: join, next: [end, end]", "nodes.meet: only the last way is without a condition"),
    (shape_rules.a_way_is_always_open, "yes: fork, no: call", "yes: fork, no: [{when: {answered: {2: no}}, to: call}]", "nodes.2: the last way after no is without a condition"),
    (shape_rules.a_way_is_always_open, "yes: fork, no: call", "yes: [{when: {called_from: other}, to: fork}], no: [{when: {called_from: other}, to: call}]", "nodes.2: one answer at least can always be given"),
    (shape_rules.only_decisions_fork, "outcome: inherit", "outcome: inherit, next: end", "nodes.called: nothing follows an end"),
    (shape_rules.only_decisions_fork, "kind: join, next: end", "kind: join, next: []", "nodes.meet: a join has a way on"),
    (shape_rules.ends_say_how, "outcome: solved}", "outcome: done}", "nodes.end: an end here is solved, declined, exchanged, unsolved, inherit (got done)"),
    (shape_rules.ends_say_how, "outcome: solved}", "}", "(got nothing)"),
    (shape_rules.ends_say_how, "en: Three,", "en: Three, outcome: solved,", "nodes.3: only an end has an outcome (got solved)"),
    (shape_rules.splits_meet_their_joins, 'branches: ["3", "4"]', 'branches: ["3"]', "nodes.fork: a split has two branches or more (got 1)"),
    (shape_rules.splits_meet_their_joins, 'branches: ["3", "4"]', 'branches: ["3", {when: {answered: {2: yes}}, to: "4"}]', "nodes.fork: a branch has no condition: all are taken"),
    (shape_rules.splits_meet_their_joins, "en: Four, next: meet", "en: Four, next: end", "nodes.fork: its branches meet in one join (got end, meet)"),
    (shape_rules.splits_meet_their_joins, "en: Three, next: meet", 'en: Three, next: "4"', "nodes.4: two branches of fork come here"),
    (shape_rules.splits_meet_their_joins, "yes: fork, no: call", 'yes: fork, no: "3"', "nodes.2: 3 belongs to the branches of fork: no way in"),
    (shape_rules.splits_meet_their_joins, "yes: fork, no: call", "yes: end, no: meet", "nodes.2: meet belongs to the branches of fork: no way in"),
    (shape_rules.splits_meet_their_joins, "fork: {kind: split, branches", "fork: {kind: step, doers: [agent], zh: 分, en: Fork, next", "nodes.meet: no split leads to this join"),
    (call_rules.calls_find_their_flow, "flow: other, at", "flow: othr, at", "nodes.call: there is no such flow, did you mean other? (got othr)"),
    (call_rules.calls_find_their_flow, 'at: "1"', 'at: "11"', "nodes.call: other has no such node, did you mean 1? (got 11)"),
    (call_rules.only_links_call, "kind: link", "kind: step", "nodes.call: only a link calls (got a step)"),
    (call_rules.only_links_call, 'at: "1"', "hand_over: true", "nodes.call: a hand-over is followed by an end that inherits"),
    (call_rules.no_chain_of_calls_is_endless, "flow: other, at", "flow: tiny, at", "nodes.call: tiny may be open already when it is called here (R7)"),
    (call_rules.called_outcomes_are_understood, "by_outcome: {solved: yes}", "by_outcome: {declined: yes}", "nodes.5: a call may come back solved, which is no answer here"),
    (call_rules.inherited_outcomes_are_there, "kind: join, next: end", "kind: join, next: called", "nodes.called: there is no outcome to inherit"),
    (word_rules.somebody_does_it, "kind: link, doers: [agent]", "kind: link, doers: []", "nodes.call: somebody does a link (got nobody)"),
    (word_rules.somebody_does_it, "kind: join,", "kind: join, doers: [agent],", "nodes.meet: nobody does a join"),
    (word_rules.somebody_does_it, "[agent, finance]", "[agent, agent]", "nodes.4: a doer stands twice"),
    (word_rules.the_owner_works_here, "case: customer", "case: customer\nowned_by: rnd", "owned_by: this role does nothing here (got rnd)"),
    (word_rules.what_is_done_is_said, "zh: 三, en: Three, ", "", "nodes.3: a sentence in both languages, zh and en, is expected"),
    (word_rules.documents_come_from_somewhere, "external: [letter]", "external: []", "nodes.1: nobody makes this document, nor is it external (got letter)"),
    (word_rules.documents_come_from_somewhere, "outputs: [note]", "outputs: [notes]", "nodes.2: nobody makes this document, nor is it external (got note)"),
    (word_rules.aliases_stand_for_a_step, 'alias_of: "1"', "alias_of: x", "nodes.6: an alias stands for another step (got x)"),
    (word_rules.aliases_stand_for_a_step, 'alias_of: "1"', 'alias_of: "1", next: end', "nodes.6: an alias has no ways on"),
    (word_rules.aliases_stand_for_a_step, "kind: join, next: end", 'kind: join, next: "6"', "nodes.6: no way leads to an alias"),
    (word_rules.conditions_can_be_told, "kind: join, next: end", "kind: join, next: [{when: {answered: {1: yes}}, to: end}, end]", "nodes.meet: when.answered: 1 is no decision here"),
    (word_rules.conditions_can_be_told, "kind: join, next: end", "kind: join, next: [{when: {answered: {2: yess}}, to: end}, end]", "nodes.meet: when.answered: no such answer to 2, did you mean yes? (got yess)"),
    (word_rules.conditions_can_be_told, "kind: join, next: end", "kind: join, next: [{when: {borrowed: true}, to: end}, end]", "nodes.meet: when.borrowed: nothing is lent in this flow"),
    (word_rules.conditions_can_be_told, "kind: join, next: end", "kind: join, next: [{when: {called_from: othr}, to: end}, end]", "nodes.meet: when.called_from: no such flow, did you mean other? (got othr)"),
    (word_rules.effects_fit_their_nodes, "en: Three,", "en: Three, effect: {attribute: colour},", "nodes.3: effect.attribute: only a decision is answered (got a step)"),
    (word_rules.effects_fit_their_nodes, "{by_outcome: {solved: yes}}", "{by_outcome: {solved: yes}, attribute: colour}", "nodes.5: effect: one thing gives the answer (got attribute and by_outcome)"),
    (word_rules.effects_fit_their_nodes, "{solved: yes}", "{solved: yess}", "nodes.5: effect.by_outcome.solved: no such answer, did you mean yes? (got yess)"),
    (word_rules.effects_fit_their_nodes, "answers: {yes: fork, no: call}", "effect: {by_clock: resolution}, answers: {on: fork, no: call}", "nodes.2: effect.by_clock: its answers are yes and no (got on, no)"),
    (word_rules.effects_fit_their_nodes, "en: Three,", "en: Three, effect: {collect: x},", "nodes.3: effect.collect: no way leads there (got x)"),
    (word_rules.effects_fit_their_nodes, "en: Three,", "en: Three, effect: {parts: lend},", "nodes.3: effect.parts: nothing is claimed that could be lent"),
    (word_rules.effects_fit_their_nodes, "en: Three,", "en: Three, effect: {appointment: keep},", "nodes.3: effect.appointment: none is agreed that could be kept"),
    (word_rules.effects_fit_their_nodes, "answers: {yes: fork, no: call}", "effect: {by_settlement: unused}, answers: {yes: fork, no: call}", "nodes.2: effect.by_settlement: nothing is settled in this flow"),
    (word_rules.effects_fit_their_nodes, "answers: {yes: fork, no: call}", "effect: {parts: settle}, answers: {yes: fork, no: call}", "nodes.2: effect.parts: settle needs the answer fixed"),
    (word_rules.what_is_cut_has_a_way_on, "answers: {yes: fork, no: call}", "effect: {late: true}, answers: {yes: fork, no: call}", "nodes.2: effect.late: an answer late is expected, beside others"),
    (word_rules.what_is_cut_has_a_way_on, "en: Three,", "en: Three, effect: {cut_by_defect: true},", "nodes.3: effect.cut_by_defect: an answer solved_elsewhere is expected, beside others"),
    (word_rules.what_is_cut_has_a_way_on, "answers: {yes: fork, no: call}", "effect: {late: true, on_site: true}, answers: {late: fork, no: call}", "nodes.2: effect.late: a step with the effect on_site is not cut"),
    (word_rules.what_is_cut_has_a_way_on, "answers: {yes: fork, no: call}", "effect: {late: true, attribute: colour}, answers: {late: fork, no: call}", "nodes.2: effect.late: a step with the effect attribute is not cut"),
    (word_rules.what_is_cut_has_a_way_on, "kind: decision, doers: [agent], zh: 二, en: Two, inputs: [note], answers: {yes: fork, no: call}", "kind: decision, doers: [agent, finance], zh: 二, en: Two, inputs: [note], effect: {late: true}, answers: {late: fork, no: call}", "nodes.2: effect.late: a step of several doers is finished once begun (R91)"),
]  # fmt: skip


def flows(folder: Path, tiny: str = TINY) -> dict[str, Flow]:
    found = {}
    for name, text in (("tiny", tiny), ("other", OTHER)):
        path = folder / f"{name}.yaml"
        path.write_text(text, "utf-8")
        flow = read.load(path)
        found[flow.id] = replace(flow, file=path.name)
    return found


def test_the_handbook_is_sound():
    assert check.problems(read.library()) == []


def test_a_small_sound_flow_is_sound(tmp_path):
    assert check.problems(flows(tmp_path)) == []


@pytest.mark.parametrize(
    ("rule", "old", "new", "said"),
    PLANTED,
    ids=[f"{rule.__name__}-{number}" for number, (rule, *_) in enumerate(PLANTED)],
)
def test_a_rule_sees_what_is_planted(tmp_path, rule, old, new, said):
    assert old in TINY
    found = [str(problem) for problem in rule(flows(tmp_path, TINY.replace(old, new, 1)))]
    assert any(problem.endswith(said) for problem in found), found


def test_no_rule_is_without_a_plant():
    assert {rule.__name__ for rule, *_ in PLANTED} == {rule.__name__ for rule in check.RULES}


def test_doers_are_the_handbooks_roles_unless_others_are_named(tmp_path):
    changed = flows(tmp_path, TINY.replace("doers: [agent], zh: 三", "doers: [agnet], zh: 三"))
    told = [str(problem) for problem in check.problems(changed)]
    assert told == ["tiny.yaml:11: nodes.3: no such doer, did you mean agent? (got agnet)"]
    assert not check.problems(changed, roles={"agent", "agnet", "finance"})
    assert not check.problems(changed, roles=None)


def test_a_document_may_be_made_under_another_name(tmp_path):
    text = TINY.replace("outputs: [note]", "outputs: [notes]")
    text = text.replace("external: [letter]", "external: [letter]\nsynonyms: {note: notes}")
    assert check.problems(flows(tmp_path, text)) == []


def test_a_node_does_not_make_what_it_needs_itself(tmp_path):
    text = TINY.replace("external: [letter]", "").replace(
        "outputs: [note]", "outputs: [note, letter]"
    )
    assert [problem.text for problem in check.problems(flows(tmp_path, text))] == [
        "nobody makes this document, nor is it external (got letter)"
    ]


def test_problems_come_by_file_and_line(tmp_path):
    text = TINY.replace("[agent, finance]", "[agent, agent]").replace(
        "outcome: solved", "outcome: done"
    )
    text = text.replace("outputs: [note]", "outputs: []")
    lines = [problem.line for problem in check.problems(flows(tmp_path, text))]
    assert lines == sorted(lines)
    assert len(lines) == 3


HAND_OVERS = {
    # who is called from where, without endless chains: R7 as it stands, and each limb cut off
    "1.8.4/22 asks nobody whether 1.8.3 is open": (
        "1.8.4", '- {when: {called_from: "1.8.3"}, to: end-unsolved}', "", "to-1.8.3",
    ),
    "1.8.5 enters 1.8.4 at its start": (
        "1.8.5", 'call: {flow: "1.8.4", at: "5"}', 'call: {flow: "1.8.4"}', "3",
    ),
    "1.8.4 calls 1.8.5 without handing over": (
        "1.8.4", 'call: {flow: "1.8.5", hand_over: true}', 'call: {flow: "1.8.5"}', "to-1.8.4",
    ),
    "1.8.4 enters 1.8.3 at its start": (
        "1.8.4", 'call: {flow: "1.8.3", at: "7"}', 'call: {flow: "1.8.3"}', "to-1.8.4",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("flow", "old", "new", "node"), HAND_OVERS.values(), ids=list(HAND_OVERS))
def test_no_chain_of_calls_is_endless_because_of_every_limb_of_r7(tmp_path, flow, old, new, node):
    path = read.LIBRARY / f"{flow}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    changed = tmp_path / path.name
    changed.write_text(text.replace(old, new), "utf-8")
    found = call_rules.no_chain_of_calls_is_endless({**read.library(), flow: read.load(changed)})
    assert node in [problem.node.id for problem in found if problem.node]
