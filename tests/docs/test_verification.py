"""The table of how often everything happened: it is whole, and a lack in it is seen."""

import importlib.util
import re
from pathlib import Path

import pytest

from cssim.eventlog import CAUSES
from cssim.flows import read
from cssim.kpi import visits
from cssim.kpi.visits import Count

DOCS = Path(__file__).resolve().parents[2] / "docs"
ENOUGH = [
    Count("step", "1.8.2/24", 30),
    Count("answer", "1.8.2/23=no", 31),
    Count("cause", "part", 3000),
]
REASON = {("step", "1.8.4/9"): "impossible (R42)"}


@pytest.fixture(scope="module")
def writer():
    spec = importlib.util.spec_from_file_location("verification", DOCS / "verification.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_thirty_times_are_enough():
    assert visits.doubts(ENOUGH, {}) == []


def test_a_lack_is_seen():
    lacking = [*ENOUGH, Count("answer", "1.8.6/5=no", 29)]
    assert visits.doubts(lacking, {}) == [
        "answer 1.8.6/5=no happened 29 times, fewer than 30, and no reason is given"
    ]


def test_a_lack_with_a_reason_is_allowed():
    assert visits.doubts([*ENOUGH, Count("step", "1.8.4/9", 0)], REASON) == []


def test_an_empty_reason_is_none():
    assert visits.doubts([Count("step", "1.8.4/9", 0)], {("step", "1.8.4/9"): ""})


def test_a_reason_that_nothing_needs_is_told():
    assert visits.doubts([*ENOUGH, Count("step", "1.8.4/9", 30)], REASON) == [
        "step 1.8.4/9 has a reason, and is not rare"
    ]


def test_replications_are_added_up():
    assert visits.together([ENOUGH, ENOUGH])[0] == Count("step", "1.8.2/24", 60)


def test_tables_are_put_where_the_page_has_marks(writer):
    page = f"before\n{writer.BEGIN}\nold\n{writer.END}\nafter\n"
    assert writer.put(page, "new") == f"before\n{writer.BEGIN}\n\nnew\n\n{writer.END}\nafter\n"
    with pytest.raises(ValueError, match="no place for the counts"):
        writer.put("before\nafter\n", "new")


def test_what_is_rare_is_marked_and_listed_with_its_reason(writer):
    study = {"scenario": "baseline", "replications": 10, "seed": 1}
    counts = [*ENOUGH, Count("step", "1.8.4/9", 0), Count("step", "1.8.2/23", 99)]
    told = writer.written(study, counts)
    assert "| 1.8.4/9 | **0** | |" in told
    assert "| 1.8.2/23 | 99 | no 31 |" in told
    assert "- step 1.8.4/9: impossible" in told


def test_the_page_has_every_step_answer_and_cause_and_no_lack(writer):
    page = (DOCS / "verification.md").read_text("utf-8")
    table = page.partition(writer.BEGIN)[2].partition(writer.END)[0]
    rows = dict(re.findall(r"^\| (\S+) \| (?:[\d,*]+) \| (.*?) ?\|$", table, re.MULTILINE))
    wanted = {
        f"{flow.id}/{node.id}": node.answers
        for flow in read.library().values()
        for node in flow.nodes.values()
        if node.numbered or node.answers
    }
    assert set(wanted) <= set(rows)
    for step, answers in wanted.items():
        assert all(f"{word} " in rows[step] for word in answers)
    assert all(f"| {cause} (" in table for cause in CAUSES)
    assert "no reason is given" not in table
    assert re.search(r"^10 replications of `baseline`", table, re.MULTILINE)
