"""Pictures and pages of the flows, and the commands that show them."""

import re

import pytest
from typer.testing import CliRunner

from cssim.cli.main import app
from cssim.flows import describe, draw, read
from cssim.flows.graph import Condition, NodeKind

FLOWS = read.library()
RUN = CliRunner()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
def test_a_picture_has_every_box_and_every_arrow(flow, lang):
    text = draw.mermaid(flow, lang)
    boxes = re.findall(r"^ +n_(\w+)[\[({]", text, flags=re.M)
    arrows = re.findall(r"^ +n_(\w+) -->(?:\|\".*\"\|)? n_(\w+)$", text, flags=re.M)
    nodes = [node for node in flow.nodes.values() if not node.alias_of]
    assert len(boxes) == len(set(boxes)) == len(nodes)
    assert len(arrows) == sum(len(ways) for node in nodes for ways in node.edges.values())
    assert {one for arrow in arrows for one in arrow} <= set(boxes)


def test_a_picture_has_a_lane_for_each_first_doer():
    text = draw.mermaid(FLOWS["1.8.3"])
    lanes = re.findall(r'subgraph \w+\["(.*)"\]', text)
    assert lanes == [
        "regional engineer", "HQ engineer", "product management centre", "supplier", "logistics",
    ]  # fmt: skip
    assert text.count("\n  end\n") == len(lanes)


def test_no_label_begins_like_a_list():
    for flow in FLOWS.values():
        assert not re.search(r'"\d+[.)] ', draw.mermaid(flow))


def test_conditions_and_effects_are_told_in_words():
    when = Condition(answered=(("9", "fixed"),), borrowed=False, outcome=("solved", "declined"))
    assert (
        describe.condition(when)
        == "if 9 was fixed and nothing is borrowed and it got solved or declined"
    )
    assert describe.ways(FLOWS["1.8.2"].nodes["18"]) == [
        "yes: 23",
        "no, if 12 was no: 20",
        "no: 18a",
    ]
    assert describe.effect(FLOWS["1.8.2"].nodes["18a"].effect) == [
        "by_outcome: declined → customer, exchanged → company, unsolved → company"
    ]


def test_every_kind_of_node_has_a_shape_and_a_name():
    assert set(draw.SHAPES) == set(describe.KINDS) == set(NodeKind)


@pytest.mark.parametrize("name", draw.documents(FLOWS))
def test_the_pages_are_as_the_data_say(root, name):
    page = root / "docs" / "flows" / name
    assert page.read_text("utf-8") == draw.documents(FLOWS)[name], (
        "stale: run `cssim handbook docs docs/flows`"
    )


def test_there_is_no_page_without_data(root):
    found = {path.name for path in (root / "docs" / "flows").iterdir()}
    assert found == set(draw.documents(FLOWS))


def test_the_list_names_every_flow():
    done = RUN.invoke(app, ["handbook", "list"])
    assert done.exit_code == 0
    for flow in FLOWS.values():
        assert flow.id in done.stdout
        assert flow.title.zh in done.stdout


@pytest.mark.parametrize(
    ("lang", "word"),
    [("zh", "大区客服部通过电话解决客户问题"), ("en", "product management centre")],
)
@pytest.mark.parametrize("option", [True, False])
def test_a_table_of_steps_comes_in_both_languages(lang, word, option):
    if lang == "zh" or option:
        done = RUN.invoke(app, ["handbook", "show", "1.8.3", "--lang", lang])
    else:
        done = RUN.invoke(app, ["handbook", "show", "1.8.3"])
    assert done.exit_code == 0
    said = "".join(done.stdout.split())
    assert "客户咨询请求" in said
    for letter in word.split()[0]:
        assert letter in said
    assert "…" not in said


def test_a_drawing_is_mermaid_text_and_nothing_else():
    done = RUN.invoke(app, ["handbook", "draw", "1.8.5", "--lang", "zh"])
    assert done.exit_code == 0
    assert done.stdout == draw.mermaid(FLOWS["1.8.5"], "zh")


@pytest.mark.parametrize("command", ["show", "draw"])
def test_an_unknown_flow_is_one_line_with_the_nearest_id(command):
    done = RUN.invoke(app, ["handbook", command, "1.8.8"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("unknown flow 1.8.8, did you mean 1.8.8")
    assert done.stderr.count("\n") == 1


def test_the_pages_can_be_written_anywhere(tmp_path):
    done = RUN.invoke(app, ["handbook", "docs", str(tmp_path / "pages")])
    assert done.exit_code == 0
    assert {path.name for path in (tmp_path / "pages").iterdir()} == set(draw.documents(FLOWS))
