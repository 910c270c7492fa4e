"""The interpreter of graphs: order, calls, branches, answers, and all paths there are."""

from collections import Counter
from pathlib import Path

import pytest

from cssim.errors import AnswerError, FlowError
from cssim.flows import paths, read

FLOWS = read.library()


class Said:
    """Answers by question, in turn; the last one of each again and again."""

    def __init__(self, **given: str) -> None:
        self.given = {name: words.split() for name, words in given.items()}
        self.asked: list[tuple[str, str, tuple[str, ...]]] = []

    def take(self, flow, question, possible):
        self.asked.append((flow, question, possible))
        words = self.given[f"q{question}"]
        return words.pop(0) if len(words) > 1 else words[0]


def labels(flow, called_from=None, **given):
    return [
        step.label for step in paths.work_through(FLOWS, flow, called_from, Said(**given)).steps
    ]


def test_branches_are_listed_merged_in_ascending_number():
    assert labels("1.8.1", q6="yes") == [f"1.8.1/{n}" for n in (1, 2, 3, 4, 5, 6, 8, 9)]


def test_two_parallel_sections_follow_each_other():
    assert labels("1.8.6", q4="no") == [f"1.8.6/{n}" for n in range(1, 17) if n != 5]


def test_unnumbered_questions_are_answers_but_3b_is_a_step():
    answers = Said(q3="software", q3a="no", q3c="no", q8="no", q9="fixed")
    path = paths.work_through(FLOWS, "1.8.5", None, answers)
    assert [step.id for step in path.steps] == ["1", "2", "3", "3b", "7", "8", "9", "10"]
    assert [question for _, question, _ in answers.asked] == ["3", "3a", "3c", "8", "9"]


def test_hand_back_can_be_answered_only_where_1_8_3_called():
    for caller, possible in (("1.8.3", True), ("1.8.4", False), (None, False)):
        answers = Said(q3="hardware", q3a="yes", q3c="no", q8="no", q9="fixed")
        paths.work_through(FLOWS, "1.8.5", caller, answers)
        assert ("hand_back" in answers.asked[-1][2]) is possible


def test_an_answer_that_cannot_be_given_is_refused():
    answers = Said(q3="hardware", q3a="yes", q3c="no", q8="no", q9="hand_back")
    with pytest.raises(AnswerError, match=r"unknown answer hand_back for 1\.8\.5/9"):
        paths.work_through(FLOWS, "1.8.5", "1.8.4", answers)


def test_the_returns_flow_stands_for_itself():
    assert labels("1.8.2", q2="yes", q4="no", q6="yes", q8="dead_on_arrival")[-3:] == [
        "1.8.2/13", "RETURNS", "1.8.2/26",
    ]  # fmt: skip


def test_a_called_flow_is_entered_where_its_callers_link_says():
    assert labels("1.8.4", "1.8.5", q6="yes", q8="yes", q14="yes")[0] == "1.8.4/5"
    assert labels("1.8.3", "1.8.4", q7="yes") == ["1.8.3/7", "1.8.3/12", "1.8.3/6"]


def test_who_hands_over_is_not_open_any_more():
    visit = {"q3": "hardware", "q3a": "yes", "q3c": "no", "q8": "yes"}
    repair = {"q6": "yes", "q8": "no", "q12": "yes", "q17": "no"}
    answers = Said(**{**visit, **repair, "q8": "yes no", "q7": "yes"})
    path = paths.work_through(FLOWS, "1.8.5", "1.8.4", answers)
    assert [step.label for step in path.steps][-4:] == [
        "1.8.4/22",
        "1.8.3/7",
        "1.8.3/12",
        "1.8.3/6",
    ]
    assert path.outcome == "solved"


def test_an_open_1_8_3_goes_on_at_its_own_step_5_after_an_unsolved_repair():
    answers = Said(
        q2="no", q3="yes hardware", q3a="yes", q3c="no", q8="yes no yes", q6="yes", q12="yes",
        q17="no", q7="no",
    )  # fmt: skip
    path = paths.work_through(FLOWS, "1.8.3", None, answers)
    tail = [step.label for step in path.steps]
    assert tail[tail.index("1.8.4/22") :] == [
        "1.8.4/22", "1.8.3/5", "1.8.3/7", "1.8.3/8", "1.8.3/11", "1.8.3/12", "1.8.3/6",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("flow", "caller", "said"),
    [
        ("1.8.9", None, "unknown flow 1.8.9"),
        ("1.8.5", "1.8.2", r"unknown caller 1.8.2 of 1.8.5 \(expected 1.8.3, 1.8.4\)"),
        ("1.8.1", "1.8.1", r"unknown caller 1.8.1 of 1.8.1 \(expected none\)"),
    ],
)
def test_unknown_flows_and_callers_are_told(flow, caller, said):
    with pytest.raises(AnswerError, match=said):
        paths.work_through(FLOWS, flow, caller, Said())


def test_who_calls_whom_is_r7s_list():
    assert {flow: list(paths.callers(FLOWS, flow)) for flow in FLOWS} == {
        "1.8.1": [], "1.8.2": [], "1.8.2m": [], "1.8.3": ["1.8.2", "1.8.4"],
        "1.8.4": ["1.8.2", "1.8.5"], "1.8.5": ["1.8.3", "1.8.4"], "1.8.6": [], "1.8.7": [],
        "1.8.8a": [], "1.8.8b": [],
    }  # fmt: skip


COUNTS = {
    ("1.8.1", None): 3, ("1.8.2", None): 17673, ("1.8.2m", None): 1, ("1.8.3", None): 1929,
    ("1.8.3", "1.8.4"): 4, ("1.8.4", None): 1727, ("1.8.4", "1.8.5"): 27, ("1.8.5", None): 1700,
    ("1.8.5", "1.8.3"): 1084, ("1.8.6", None): 3, ("1.8.7", None): 1,
}  # fmt: skip


@pytest.mark.parametrize(("entrance", "count"), COUNTS.items(), ids=map(str, COUNTS))
def test_every_combination_of_answers_comes_once(entrance, count):
    scripts = [str(script) for script, _ in paths.every_path(FLOWS, *entrance)]
    assert len(scripts) == count
    assert len(set(scripts)) == count


def test_a_plan_may_fail_twice_where_a_question_is_asked_three_times():
    # 6 is asked once, twice or three times: yes; no yes; no no yes
    found = [script["1.8.1"]["6"] for script, _ in paths.every_path(FLOWS, "1.8.1", None, most=3)]
    assert found == [["yes"], ["no", "yes"], ["no", "no", "yes"]]
    assert len(list(paths.every_path(FLOWS, "1.8.1", None, most=1))) == 1


def test_the_paths_from_one_visit_are_counted_by_hand():
    # warranty or consent (2 ways to 8, one refusal), then in the region: 14 yes, or 14 no and 12;
    # or not: 12. After 12: refused, 17 yes, or 17 no: four ways with HQ, one where 1.8.3 is open
    def repairs(after_22):
        return 1 + 2 * (1 + 2 * (1 + 1 + after_22))

    assert sum(1 for _ in paths.every_path(FLOWS, "1.8.4", "1.8.5")) == repairs(4)
    # hardware or software, contract or not: 4. The visit: to the workshop, handed back, fixed
    # (with parts in 4 settlements, without in one)
    found = sum(1 for _ in paths.every_path(FLOWS, "1.8.5", "1.8.3", most=1))
    assert found == 4 * ((repairs(1) + 1 + 4) + (repairs(1) + 1 + 1))


def test_every_outcome_has_a_path():
    outcomes = Counter(path.outcome for _, path in paths.every_path(FLOWS, "1.8.2", None))
    assert set(outcomes) == {"solved", "declined", "exchanged", "unsolved"}


BROKEN = """\
flow: odd
title: {zh: 怪, en: odd}
owner: {zh: 客服, en: service}
case: customer
nodes:
  start: {kind: start, zh: 开始, en: Start, next: %s}
  fork: {kind: split, branches: [meet, end]}
  meet: {kind: join, next: end}
  call: {kind: link, doers: [agent], zh: 转, en: Call, call: {flow: odd}, next: end}
  shut: {kind: link, doers: [agent], zh: 转, en: Go, next: [{when: {borrowed: true}, to: end}]}
  end: {kind: end, zh: 结束, en: End, outcome: solved}
"""


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("fork", "odd/fork: a branch ends before its join"),
        ("meet", "odd/meet: a join without a split"),
        ("call", r"odd calls odd, which is open already \(R7\)"),
        ("shut", "odd/shut: there is no way on"),
    ],
)
def test_a_graph_that_is_not_sound_is_no_endless_walk(tmp_path: Path, first, said):
    path = tmp_path / "odd.yaml"
    path.write_text(BROKEN % first, "utf-8")
    with pytest.raises(FlowError, match=said):
        paths.work_through({"odd": read.load(path)}, "odd", None, Said())
