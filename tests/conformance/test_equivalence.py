"""Graphs and reference agree on every combination of answers, and a difference would be seen."""

import pytest

from cssim.conformance import equivalence, planted, walks
from cssim.flows import read

COMBINATIONS = {  # each question up to three times; a changed number is a changed handbook
    ("1.8.1", None): 3,
    ("1.8.2", None): 17673,
    ("1.8.2m", None): 1,
    ("1.8.3", None): 1929,
    ("1.8.3", "1.8.2"): 1929,
    ("1.8.3", "1.8.4"): 4,
    ("1.8.4", None): 1727,
    ("1.8.4", "1.8.2"): 1727,
    ("1.8.4", "1.8.5"): 27,
    ("1.8.5", None): 1700,
    ("1.8.5", "1.8.3"): 1084,
    ("1.8.5", "1.8.4"): 1700,
    ("1.8.6", None): 3,
    ("1.8.7", None): 1,
    ("1.8.8a", None): 1,
    ("1.8.8b", None): 1,
}


@pytest.fixture(scope="module")
def ways():
    return equivalence.reference_ways("1.8.5", None)


@pytest.mark.slow
def test_graph_and_reference_agree_on_every_combination_of_answers():
    found = [compared for compared, _ in equivalence.graph_and_reference(read.library())]
    assert [compared.differences for compared in found] == [()] * len(found)
    assert {(c.flow, c.called_from): c.count for c in found} == COMBINATIONS
    assert all(compared.holds for compared in found)


def test_graph_and_reference_agree_with_each_question_asked_once():
    found = [compared for compared, _ in equivalence.graph_and_reference(read.library(), most=1)]
    assert all(compared.holds for compared in found)


def test_every_flow_is_entered_by_everyone_who_may_call_it():
    assert set(equivalence.entrances(read.library())) == set(COMBINATIONS)


def test_the_two_transcriptions_are_not_one(ways):
    assert walks.by_reference is not walks.by_graph(read.library())
    graphs = equivalence.graph_ways(read.library(), "1.8.5", None)
    assert graphs == ways
    assert all(graphs[script] is not ways[script] for script in ways)


def test_comparing_nothing_does_not_hold():
    assert not equivalence.Compared("1.8.1", None, 0, ()).holds


def test_ways_are_equal_to_themselves(ways):
    assert equivalence.compare(ways, dict(ways)) == (1700, [])


PLANTS = [
    "a step missing",
    "two steps swapped",
    "another doer",
    "one more round",
    "one step more",
    "another outcome",
    "an answer mapped wrongly",
    "a way left out",
]


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_difference_is_seen(ways, plant):
    changed = dict(planted.in_ways(ways))
    assert list(changed) == PLANTS
    count, found = equivalence.compare(ways, changed[plant])
    assert count == 1700
    assert len(found) == (2 if plant == "an answer mapped wrongly" else 1)


def test_a_way_that_nobody_expected_is_seen(ways):
    script = next(iter(ways))
    rest = {key: walk for key, walk in ways.items() if key != script}
    _, found = equivalence.compare(rest, ways)
    assert found == [f"nobody expected an end when answered {equivalence.said(script)}"]


def test_an_answer_that_only_one_of_them_thinks_possible_is_seen():
    def generous(flow, called_from, answers):
        class More:
            def take(self, flow, question, possible):
                more = (*possible, "later") if question == "6" else possible
                return answers.take(flow, question, more).replace("later", "no")

        return walks.by_reference(flow, called_from, More())

    expected = equivalence.reference_ways("1.8.1", None, 1)
    seen = dict(equivalence.every_way(generous, "1.8.1", None, 1))
    assert equivalence.compare(expected, seen) == (1, [])  # asked once it can only be yes
    seen = dict(equivalence.every_way(generous, "1.8.1", None, 2))
    assert equivalence.compare(equivalence.reference_ways("1.8.1", None, 2), seen)[1] == [
        "nobody expected an end when answered 1.8.1/6 later then yes"
    ]
