"""Reading a flow file tells all that is wrong with it, with file, line, key and value."""

# ruff: noqa: E501  (a table of changes, one to a line)

from pathlib import Path

import pytest

from cssim.errors import FlowError
from cssim.flows import read
from cssim.flows.graph import Call, Condition, Edge, NodeKind

GOOD = """\
flow: tiny
title: {zh: 小, en: tiny}
owner: {zh: 客服, en: service}
case: customer
nodes:
  start: {kind: start, zh: 开始, en: Start, next: "1"}
  "1":
    kind: decision
    doers: [agent]
    zh: 问
    en: Ask
    answers:
      yes: end
      no:
        - {when: {borrowed: true}, to: end}
        - "2"
  "2":
    kind: link
    doers: [agent]
    zh: 转
    en: Pass on
    call: {flow: other, at: "3", hand_over: true}
    next: end
  end: {kind: end, zh: 结束, en: End, outcome: inherit}
"""

ONE_IDEA = [
    # what is changed, into what, the whole message
    ("case: customer", "case: custmer", "4: case: no such word, did you mean customer? (got custmer)"),
    ("case: customer\n", "", "1: the key case is missing (got a mapping)"),
    ("case: customer", "case: customer\nlane: []", "5: lane: no such key, did you mean lanes? (got lane)"),
    ("case: customer", "case: customer\ncase: management", "5: case: this key stands already in line 4 (got management)"),
    ("title: {zh: 小, en: tiny}", "title: tiny", "2: title: a mapping is expected (got tiny)"),
    ("title: {zh: 小, en: tiny}", "title: {zh: 小}", "2: title: the key en is missing (got a mapping)"),
    ("kind: decision", "kind: decison", "8: nodes.1.kind: no such word, did you mean decision? (got decison)"),
    ("    kind: decision\n", "", "7: nodes.1: the key kind is missing (got a mapping)"),
    ("doers: [agent]\n    zh: 问", "doers: agent\n    zh: 问", "9: nodes.1.doers: a list is expected (got agent)"),
    ("    zh: 问\n", "    zh:\n", "10: nodes.1.zh: a word is expected (got nothing)"),
    ("    zh: 问\n", "", "7: nodes.1: the key zh is missing (got a mapping)"),
    ("borrowed: true", "borowed: true", "15: nodes.1.answers.no[0].when.borowed: no such key, did you mean borrowed? (got borowed)"),
    ("borrowed: true", "borrowed: maybe", "15: nodes.1.answers.no[0].when.borrowed: true or false is expected (got maybe)"),
    ("{borrowed: true}", "{}", "15: nodes.1.answers.no[0].when: a condition is expected: answered, borrowed, outcome, called_from (got a mapping)"),
    ("to: end}\n", "too: end}\n", "15: nodes.1.answers.no[0].too: no such key, did you mean to? (got too)"),
    ("    next: end", "    answers: {yes: end}\n    next: end", "23: nodes.2.answers: a link has next, not answers (got a mapping)"),
    ("    next: end\n", "", "17: nodes.2: the key next is missing (got a mapping)"),
    ("hand_over: true", "handover: true", "22: nodes.2.call.handover: no such key, did you mean hand_over? (got handover)"),
    ("{flow: other, at", "{at", "22: nodes.2.call: the key flow is missing (got a mapping)"),
    ("outcome: inherit", "outcome: inherits", "24: nodes.end.outcome: no such word, did you mean inherit? (got inherits)"),
    ("    en: Ask", "    en: Ask\n    effect: {atribute: x}", "12: nodes.1.effect.atribute: no such key, did you mean attribute? (got atribute)"),
    ("    en: Ask", "    en: Ask\n    effect: {stop: resolution}", "12: nodes.1.effect.stop: a list is expected (got resolution)"),
    ("    en: Ask", "    en: Ask\n    effect: {stop: [resolutions]}", "12: nodes.1.effect.stop[0]: no such word, did you mean resolution? (got resolutions)"),
    ("    en: Ask", "    en: Ask\n    effect: {parts: borrow}", "12: nodes.1.effect.parts: no such word, expected draw, claim, lend, settle, return_good, quarantine, ship, use, exchange (got borrow)"),
    ("    en: Ask", "    en: Ask\n    effect: {by_outcome: {solvd: yes}}", "12: nodes.1.effect.by_outcome.solvd: no such key, did you mean solved? (got solvd)"),
    ("    en: Ask", "    en: Ask\n    effect: {charge: 1}", "12: nodes.1.effect.charge: true or false is expected (got 1)"),
    ("    en: Ask", "    en: Ask\n    effect: [charge]", "12: nodes.1.effect: a mapping is expected (got a list)"),
]  # fmt: skip


def written(folder: Path, text: str) -> Path:
    path = folder / "tiny.yaml"
    path.write_text(text, "utf-8")
    return path


def message(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    with pytest.raises(FlowError) as caught:
        read.load(path)
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


def test_a_good_file_is_read_as_it_says(tmp_path):
    flow = read.load(written(tmp_path, GOOD))
    assert flow.customer_case
    assert flow.start.edges == {"": (Edge("1"),)}
    asked, link = flow.nodes["1"], flow.nodes["2"]
    assert asked.kind is NodeKind.DECISION
    assert asked.answers == ("yes", "no")
    assert asked.edges["no"] == (Edge("end", Condition(borrowed=True)), Edge("2"))
    assert asked.line == 7
    assert link.call == Call("other", "3", True)
    assert flow.nodes["end"].outcome == "inherit"


@pytest.mark.parametrize(("old", "new", "expected"), ONE_IDEA, ids=[new for _, new, _ in ONE_IDEA])
def test_a_wrong_word_is_told_with_its_place(tmp_path, old, new, expected):
    assert old in GOOD
    assert expected in message(tmp_path, GOOD.replace(old, new, 1))


def test_all_problems_of_a_file_come_at_once(tmp_path):
    text = GOOD.replace("kind: decision", "kind: decison").replace(
        "outcome: inherit", "outcome: in"
    )
    assert len(message(tmp_path, text.replace("case: customer", "case: none"))) >= 3


def test_what_is_no_yaml_is_told_with_its_line(tmp_path):
    found = message(tmp_path, GOOD.replace("doers: [agent]", "doers: [agent", 1))
    assert len(found) == 1
    assert found[0].startswith("10: this is no YAML: look at indentation, quotes and brackets")


@pytest.mark.parametrize("text", ["", "# nothing\n", "a word", "- a\n- list\n", "a\x01b"])
def test_a_file_without_a_flow_is_one_message_or_more(tmp_path, text):
    assert message(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FlowError, match=r"none\.yaml: the flow cannot be read"):
        read.load(tmp_path / "none.yaml")


def test_a_file_in_another_encoding_is_told(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes("flow: é".encode("latin-1"))
    with pytest.raises(FlowError, match="no UTF-8 text"):
        read.load(path)


def test_the_library_is_read_once():
    assert read.library() is read.library()
