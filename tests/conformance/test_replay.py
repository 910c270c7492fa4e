"""Replay: a log's cases go the handbook's ways again, and a deviation would be seen."""

from dataclasses import replace

import numpy as np
import pytest

from cssim.conformance import (
    equivalence,
    facts,
    planted_logs,
    recorded,
    replay,
    verdicts,
    walks,
)
from cssim.flows import read
from tests.conformance.logs import written

BOOK = read.library()


def some_ways():
    found = []
    for flow in BOOK:
        ways = list(equivalence.reference_ways(flow, None, 2).items())
        for script, walk in ways[:: max(1, len(ways) // 40)]:
            found.append(verdicts.Way(flow, None, equivalence.answers_of(script), walk))
    return found


@pytest.fixture(scope="module")
def ways():
    return some_ways()


@pytest.fixture(scope="module")
def log(ways):
    return written(ways, BOOK)


def expected(ways):
    return [(way.answers, way.walk) for way in ways]


def test_every_case_of_a_log_replays_on_the_reference(log, ways):
    found = replay.replay(log, BOOK, BOOK)
    assert found.deviations == ()
    assert (found.cases, found.still_open, found.by_own_graph) == (len(ways), 0, 0)
    assert found.holds


def test_every_case_of_a_log_can_be_replayed_by_its_own_graph(log, ways):
    flows = {**BOOK, "1.8.5": replace(BOOK["1.8.5"], owned_by="agent")}
    found = replay.replay(log, flows, BOOK)
    assert found.holds
    assert found.by_own_graph == sum(w.flow in ("1.8.2", "1.8.3", "1.8.4", "1.8.5") for w in ways)


def test_replaying_nothing_does_not_hold():
    assert not replay.Replayed(0, 0, 0, ()).holds


def test_cases_that_went_the_same_way_are_replayed_together(ways):
    log = written([*ways[:3], *ways[:3]], BOOK)
    groups = recorded.read(log, BOOK)
    assert [group.cases for group in groups] == [(0, 3), (1, 4), (2, 5)]


def test_scripted_cases_did_what_their_scripts_say(log, ways):
    assert list(replay.driven(expected(ways), log, BOOK)) == []


def test_a_scripted_case_that_is_not_in_the_log_is_seen(log, ways):
    more = [*expected(ways), expected(ways)[0]]
    assert [str(found) for found in replay.driven(more, log, BOOK)] == [
        f"case {len(ways)}: it is not in the log"
    ]


PLANTS = [
    "a step missing",
    "two steps swapped",
    "an answer mapped wrongly",
    "another doer",
    "another outcome",
    "one more round",
]


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_difference_is_seen_by_every_comparator_of_logs(log, ways, plant):
    changed = dict(planted_logs.Planter(log, BOOK).plants())
    assert list(changed) == PLANTS
    assert replay.replay(changed[plant], BOOK, BOOK).deviations
    assert list(replay.driven(expected(ways), changed[plant], BOOK))


def test_a_deviation_names_its_first_case_and_counts_the_others():
    assert str(replay.Deviation(3, 1, "it ends before 1.8.2/26")) == (
        "case 3: it ends before 1.8.2/26"
    )
    assert str(replay.Deviation(3, 5, "it ends")) == "case 3 (and 4 like it): it ends"


def test_a_decision_done_without_an_answer_is_a_deviation(log):
    rows = log["activities"].copy()
    nodes = log.terms["nodes"]
    place = next(
        n for n, row in enumerate(rows) if nodes[row["node"]]["id"] == "7" and row["answer"] >= 0
    )
    rows["answer"][place] = -1
    silent = replace(log, tables={**log.tables, "activities": rows})
    found = replay.replay(silent, BOOK, BOOK).deviations
    assert [deviation.what for deviation in found] == ["1.8.3/7 was done without an answer"]


def one_case(flow, answers):
    walk = walks.by_reference(flow, None, equivalence_sheet(answers))
    return written([verdicts.Way(flow, None, answers, walk)], BOOK)


def equivalence_sheet(answers):
    from cssim.conformance.answers import AnswerSheet

    return AnswerSheet(answers)


def test_an_open_case_is_a_beginning_whatever_would_be_answered_next():
    log = one_case("1.8.2", {"1.8.2": {q: ["yes"] for q in ("2", "4", "6")} | {"8": ["service"]}})
    for share in np.linspace(0, 0.99, 12):
        found = replay.replay(planted_logs.cut(log, share), BOOK, BOOK)
        assert (found.deviations, found.still_open) == ((), 1)


@pytest.mark.parametrize("plant", [plant for plant in PLANTS if plant != "another outcome"])
def test_a_planted_difference_is_seen_in_an_open_case(plant):
    log = one_case("1.8.2", {"1.8.2": {q: ["yes"] for q in ("2", "4", "6")} | {"8": ["service"]}})
    changed = dict(planted_logs.Planter(planted_logs.cut(log, 0.7), BOOK).plants())
    assert replay.replay(changed[plant], BOOK, BOOK).deviations


def test_an_attribute_contradicted_and_a_stranger_at_work_are_seen(ways):
    log = written([way for way in ways if way.flow == "1.8.2m"] + requests(ways), BOOK)
    judged = facts.judge(log, BOOK)
    assert judged.count > 0
    assert judged.contradictions == ()
    for plant, changed in planted_logs.in_facts(log, BOOK):
        assert facts.judge(changed, BOOK).contradictions, plant


def requests(ways):
    """Cases of 1.8.2 that called nobody: the fake log has no called flows."""
    return [way for way in ways if way.flow == "1.8.2" and set(way.answers) == {"1.8.2"}]
