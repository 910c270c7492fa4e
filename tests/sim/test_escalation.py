"""Escalation: rules that answer a decision, by severity, attempts and time on a clock."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from cssim import blueprint
from cssim.conformance import facts, replay
from cssim.eventlog import ANSWERED_BY, EventLog
from cssim.flows import read as flows
from cssim.scenario import read as scenarios
from cssim.sim import run
from tests.sim.handbook_worlds import likely, requests, row
from tests.sim.worlds import World, answered_by, answers, case, node


@pytest.fixture
def desk(world: World) -> World:
    """The handbook's requests; HQ can solve whatever comes."""
    world.set(answers=likely(f185_3c="no"))
    return requests(world)


def rule(at: str, answer: str, **when: Any) -> dict[str, Any]:
    return {"one": {"at": at, "answer": answer, **when}}


# ---- conditions ---------------------------------------------------------------------------


def test_a_case_of_the_severity_named_goes_up_and_no_other(desk: World) -> None:
    desk.set(escalation=rule("1.8.3/7", "no", severity=["1"]))
    desk.cases("1.8.2", [
        case("mon 09:00", problem="software", severity="1"),
        case("mon 09:00", problem="software", severity="2"),
    ])  # fmt: skip
    log = desk.run()
    assert answers(log, 0)["1.8.3/7"] == ["no"]
    assert answers(log, 0)["1.8.3/8"] == ["yes"]
    assert answers(log, 1)["1.8.3/7"] == ["yes"]
    assert answered_by(log, 0, "1.8.3/7") == ["fact"]
    assert answered_by(log, 1, "1.8.3/7") == ["draw"]


@pytest.mark.parametrize(("target", "answer"), [("180 min", "no"), ("181 min", "yes")])
def test_a_case_goes_up_once_the_share_of_its_target_is_used_up(
    desk: World, target: str, answer: str
) -> None:
    desk.set(
        escalation=rule("1.8.3/7", "no", used={"resolution": 0.5}),
        sla={"contracts": {"standard": {"resolution": {"1": target}}}},
    )
    desk.cases("1.8.2", [case("mon 09:00", problem="software")])  # 7 is answered at 10:30
    assert answers(desk.run(), 0)["1.8.3/7"] == [answer]


def test_time_in_which_the_clock_stands_still_is_not_used_up(desk: World) -> None:
    desk.set(
        answers=likely(f183_7="no", f183_8="no", f183_9="no"),
        escalation=rule("1.8.3/9", "yes", used={"resolution": 0.9}),
        sla={"contracts": {"standard": {"resolution": {"1": "6 h"}}},
             "pause": {"resolution": ["supplier"]}},
    )  # fmt: skip
    cases = [case("mon 09:00", problem="software")]  # at the supplier from 10:40 to 14:40
    desk.cases("1.8.2", cases)
    assert answers(desk.run(), 0)["1.8.3/9"] == ["no"]
    desk.set(sla={"pause": {"resolution": []}})
    assert answers(desk.run(), 0)["1.8.3/9"] == ["yes"]


def test_a_case_goes_up_after_the_attempts_named_have_failed(desk: World) -> None:
    desk.set(
        answers={"1.8.5/9": {"weights": row("1.8.5/9", next_visit=1)}},
        escalation=rule("1.8.5/9", "hand_back", attempts={"1.8.5/9": 2}),
    )
    desk.cases("1.8.2", [case("mon 09:00", problem="software", on_site_cover="yes")])
    log = desk.run()
    assert answers(log, 0)["1.8.5/9"] == ["next_visit", "next_visit", "hand_back"]
    assert answered_by(log, 0, "1.8.5/9") == ["draw", "draw", "fact"]


def test_attempts_of_another_step_count_even_where_a_case_comes_there_once(desk: World) -> None:
    desk.set(
        answers=likely(f182_12="no"),  # a return that is refused goes to 18
        escalation=rule("1.8.2/18", "no", attempts={"1.8.2/12": 1}),
    )
    desk.cases("1.8.2", [case("mon 09:00", problem="return"), case("mon 09:00")])
    log = desk.run()
    assert answers(log, 0)["1.8.2/18"] == ["no"]
    assert answers(log, 1)["1.8.2/18"] == ["yes"]


def test_all_that_one_rule_says_must_hold_and_the_first_rule_that_holds_answers(
    desk: World,
) -> None:
    desk.set(
        escalation={
            "grave": {"at": "1.8.3/7", "answer": "yes", "severity": ["1"],
                      "used": {"resolution": 0.5}},
            "any": {"at": "1.8.3/7", "answer": "no", "severity": ["1", "2"]},
        },
        sla={"contracts": {"standard": {"resolution": {"1": "3 h", "2": "3 h"}}}},
        answers=likely(f183_7="no", f183_8="no", f183_9="yes"),
    )  # fmt: skip
    desk.cases("1.8.2", [
        case("mon 09:00", problem="software", severity="1"),
        case("mon 09:00", problem="software", severity="2"),
    ])  # fmt: skip
    log = desk.run()
    assert answers(log, 0)["1.8.3/7"] == ["yes"]
    assert answers(log, 1)["1.8.3/7"] == ["no"]
    desk.set(sla={"contracts": {"standard": {"resolution": {"1": "4 h"}}}})
    assert answers(desk.run(), 0)["1.8.3/7"] == ["no"]


# ---- what stands above a rule --------------------------------------------------------------


def test_an_answer_that_cannot_be_given_now_is_drawn_as_ever(desk: World) -> None:
    desk.set(
        answers={"1.8.5/9": {"weights": row("1.8.5/9", next_visit=1),
                             "visits": {"2": row("1.8.5/9", fixed=1)}}},
        escalation=rule("1.8.5/9", "hand_back", attempts={"1.8.5/9": 1}),
    )  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware", on_site_cover="yes")])
    assert answers(desk.run(), 0)["1.8.5/9"] == ["next_visit", "fixed"]  # R53


def test_a_scripted_answer_wins(desk: World) -> None:
    desk.set(escalation=rule("1.8.3/7", "no", severity=["1", "2", "3", "4"]))
    desk.cases("1.8.2", [case("mon 09:00")])
    desk.run()
    made = blueprint.build(scenarios.load(desk.folder / "world.yaml"))
    script: list[dict[str, Any]] = [
        {"flow": "1.8.3", "answers": {"1.8.3": {"2": ["no"], "3": ["no"], "7": ["yes"]}}}
    ]
    log = run.simulate(made, 1, script=script)
    assert answers(log, 0)["1.8.3/7"] == ["yes"]


def test_the_outcome_of_a_call_wins(desk: World) -> None:
    desk.set(escalation=rule("1.8.2/18", "no", severity=["1"]))
    desk.cases("1.8.2", [case("mon 09:00", problem="software"), case("mon 09:00")])
    log = desk.run()
    assert answers(log, 0)["1.8.2/18"] == ["yes"]  # R28
    assert answers(log, 1)["1.8.2/18"] == ["no"]


# ---- what it does not touch ---------------------------------------------------------------


def same(one: EventLog, other: EventLog) -> bool:
    """Alike but for the counts of visits that whoever goes on from the end is told."""
    names = [name for name in one.tables if name != "open_facts"]
    return all(np.array_equal(one[name], other[name]) for name in names)


def busy(tiny: Any, escalation: Mapping[str, Any]) -> EventLog:
    scenario = tiny.with_({"escalation": escalation})
    return run.simulate(blueprint.build(scenario), 3)


def test_a_rule_that_never_holds_moves_nothing(tiny: Any) -> None:
    never = rule("1.8.3/7", "no", attempts={"1.8.2/12": 100})
    assert same(busy(tiny, never), run.simulate(blueprint.build(tiny), 3))


def test_cases_with_facts_replay_on_the_reference(tiny: Any) -> None:
    log = busy(tiny, {
        "grave": {"at": "1.8.3/7", "answer": "no", "severity": ["1", "2"]},
        "late": {"at": "1.8.4/14", "answer": "no", "used": {"resolution": 0.5}},
        "again": {"at": "1.8.5/9", "answer": "hand_back", "attempts": {"1.8.5/7": 2}},
    })  # fmt: skip
    given = log["activities"]["answered_by"] == ANSWERED_BY.index("fact")
    ruled = {node(log, one) for one in log["activities"]["node"][given].tolist()}
    assert {"1.8.3/7", "1.8.4/14"} <= ruled
    book = flows.library()
    assert replay.replay(log, book, book).holds
    assert not facts.judge(log, book).contradictions
