"""The library says what the handbook says, character by character."""

import re
from dataclasses import fields

import pytest

from cssim.flows import read, roles, words
from cssim.flows.graph import Condition, Effect, Flow, Node, NodeKind

BOOK = read.HANDBOOK.read_text("utf-8")
FLOWS = read.library()
COLUMNS = {"重要输入": "inputs", "重要输出": "outputs", "相关表单": "forms"}
SENTENCE = "工作内容的简要描述"
RENUMBERED = {"1.8.7": {"7": "4", "8": "5", "9": "6"}}  # R70: the diagram's numbers hold
MONTHLY = {"27", "28"}  # R30: rows of 1.8.2 that are a flow of their own


def tables() -> dict[str, list[dict[str, str]]]:
    """The step tables of the handbook, a mapping of cells for each row."""
    found: dict[str, list[dict[str, str]]] = {}
    flow, heading = "", None
    for line in BOOK.splitlines():
        if line.startswith("## "):
            flow, heading = line.split()[1], None
        elif line.startswith("|") and flow.startswith("1.8."):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if heading is None:
                heading = cells
            elif not set(cells[0]) <= {"-"}:
                found.setdefault(flow, []).append(
                    {"step": cells[0].split()[0], **dict(zip(heading, cells, strict=True))}
                )
    return found


def rows() -> list[tuple[str, dict[str, str]]]:
    return [(flow, row) for flow, its_rows in tables().items() for row in its_rows]


def node_of(flow: str, step: str) -> Node:
    if flow == "1.8.2" and step in MONTHLY:
        flow = "1.8.2m"
    return FLOWS[flow].nodes[RENUMBERED.get(flow, {}).get(step, step)]


def every_node() -> list[tuple[Flow, Node]]:
    return [(flow, node) for flow in FLOWS.values() for node in flow.nodes.values()]


def test_the_handbook_has_nine_tables_with_128_rows():
    assert {flow: len(its_rows) for flow, its_rows in tables().items()} == {
        "1.8.1": 9, "1.8.2": 28, "1.8.3": 15, "1.8.4": 22, "1.8.5": 14, "1.8.6": 16,
        "1.8.7": 6, "1.8.8a": 10, "1.8.8b": 8,
    }  # fmt: skip


@pytest.mark.parametrize(("flow", "row"), rows(), ids=[f"{f}/{r['step']}" for f, r in rows()])
def test_every_row_is_a_node_with_its_sentence_and_documents(flow, row):
    node = node_of(flow, row["step"])
    assert node.text is not None
    assert node.text.zh == row[SENTENCE]
    for heading, kind in COLUMNS.items():
        expected = tuple(name for name in row.get(heading, "").split(", ") if name)
        assert getattr(node, kind) == expected, heading


def test_every_numbered_node_is_a_row():
    known = {(flow, node_of(flow, row["step"]).id) for flow, row in rows()}
    known |= {("1.8.2m", number) for number in MONTHLY}
    for flow, node in every_node():
        assert not node.id.isdigit() or (flow.id, node.id) in known


def test_every_sentence_stands_in_the_handbook_or_names_the_ruling_that_gives_it():
    invented = set()
    for flow, node in every_node():
        if node.text is None or node.text.zh in BOOK:
            continue
        ruling = re.search(r"\(文中无此句,由 (R\d+) 给出\)", node.text.zh)
        assert ruling, f"{flow.id}/{node.id}: {node.text.zh}"
        assert ruling[1] in node.rulings
        invented.add(f"{flow.id}/{node.id}")
    assert invented == {"1.8.2/18a", "1.8.5/3c"}


@pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
def test_titles_lanes_and_documents_from_outside_are_the_handbooks_words(flow):
    texts = [flow.title.zh, flow.owner.zh, *(lane.zh for lane in flow.lanes)]
    texts += [*flow.external, *(name for pair in flow.synonyms for name in pair)]
    for text in texts:
        assert text in BOOK


def test_every_node_is_translated():
    for _, node in every_node():
        if node.text is not None:
            assert node.text.en
            assert not re.search("[一-鿿]", node.text.en)


def test_every_node_that_is_work_or_a_question_rests_on_a_ruling():
    rulings = {ruling for _, node in every_node() for ruling in node.rulings}
    assert rulings <= set(re.findall(r"R\d+a?", " ".join(rulings)))
    for flow, node in every_node():
        assert node.rulings or node.kind is NodeKind.START, f"{flow.id}/{node.id}"


def test_every_doer_is_a_role_and_every_role_but_purchasing_does_something():
    doers = {doer for _, node in every_node() for doer in node.doers}
    assert doers == set(roles.ROLES) - {"purchasing"}


def test_the_library_has_the_ten_flows():
    assert list(FLOWS) == [
        "1.8.1", "1.8.2", "1.8.2m", "1.8.3", "1.8.4", "1.8.5", "1.8.6", "1.8.7", "1.8.8a", "1.8.8b",
    ]  # fmt: skip


def test_the_words_of_flow_files_are_those_of_the_graph():
    assert {one.name for one in fields(Effect)} == set(words.EFFECT)
    assert {one.name for one in fields(Condition)} == set(words.CONDITION)


def test_every_effect_and_condition_word_is_used_by_the_handbook_or_for_variants_alone():
    effects = {
        one.name
        for _, node in every_node()
        for one in fields(Effect)
        if getattr(node.effect, one.name)
    }
    parts = {node.effect.parts for _, node in every_node()} - {None}
    conditions = {
        one.name
        for _, node in every_node()
        for edges in node.edges.values()
        for edge in edges
        for one in fields(Condition)
        if edge.when and getattr(edge.when, one.name)
    }
    assert effects == set(words.EFFECT) - set(words.OF_VARIANTS)
    assert parts == set(words.PARTS)
    assert conditions == set(words.CONDITION)
