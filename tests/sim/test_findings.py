"""Surveys and reports find something in what was closed, and effects follow from it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cssim import blueprint
from cssim.conformance import invariants
from cssim.eventlog import CASE_KINDS, TABLES, EventLog
from cssim.kpi import frames, summary
from cssim.sim import run
from tests.sim.handbook_worlds import likely, requests
from tests.sim.test_changes import changed, writes
from tests.sim.worlds import World, case, choice, fixed, pool, step, steps, told


@pytest.fixture
def job(world: World) -> World:
    """A step of an hour for requests of two products, and a report of an hour."""
    world.flow("job", {"a": step("agent")})
    world.flow("report", {"r": step("agent")}, kind="management")
    world.flow("training", {"t": step("agent")}, kind="management")
    world.set(
        pools={"agent": pool(5)},
        attributes={"product": choice("router", "server")},
        work={name: {"time": fixed("1 h")} for name in ("job/a", "report/r", "training/t")},
    )
    world.at("report", "wed", "fri", time="08:00")
    return world


SCORES = {"best": 9, "loses": {"day": 24}, "answering": 1}  # a point an hour


def effect(**said: Any) -> dict[str, Any]:
    return {"one": {"at": "report/r", "times": {"job/a": 2}, **said}}


# ---- scores ----------------------------------------------------------------------------------


def test_a_request_loses_points_for_the_time_it_took(job: World) -> None:
    job.cases("job", [case("mon 09:00"), case("tue 09:00")])
    job.set(satisfaction=SCORES, dated={"slow": {"from": "2025-01-07", "times": {"job/a": 3.5}}})
    log = job.run()
    assert log["scores"]["score"].tolist() == [8.0, 5.5]
    assert [told(at) for at in log["scores"]["at"]] == ["mon 10:00", "tue 12:30"]


def test_a_score_is_never_below_0(job: World) -> None:
    job.cases("job", [case("mon 09:00")])
    job.set(satisfaction={**SCORES, "loses": {"day": 100}, "best": 3})
    assert job.run()["scores"]["score"].tolist() == [0.0]


def test_broken_promises_and_visits_after_the_first_lose_points(world: World) -> None:
    desk = requests(world)
    desk.set(
        answers=likely(f185_3c="no"),
        satisfaction={"best": 10, "loses": {"breach": 2, "visit": 1}, "answering": 1},
        sla={"contracts": {"standard": {"resolution": {"1": "1 h"}}}},
    )
    desk.scenario["answers"]["1.8.5/9"]["visits"] = {
        "3": desk.scenario["answers"]["1.8.5/9"]["weights"]
    }
    desk.scenario["answers"]["1.8.5/9"]["weights"] = {
        "fixed": 0, "next_visit": 1, "hand_back": 0
    }  # fmt: skip
    desk.cases("1.8.2", [
        case("mon 09:00", problem="hardware", on_site_cover="yes"), case("mon 09:00", severity="4"),
    ])  # fmt: skip
    log = desk.run()
    assert len(steps(log, 0, only="1.8.5/9")) == 3
    scores = dict(zip(log["scores"]["case"].tolist(), log["scores"]["score"].tolist(), strict=True))
    assert scores == {0: 10 - 2 - 2, 1: 10}


def test_the_share_that_is_said_tells_its_score(job: World) -> None:
    job.set(pools={"agent": pool(500)})
    job.cases("job", [case(f"mon 09:{n % 60:02}") for n in range(1000)])
    job.set(satisfaction={**SCORES, "answering": 0.3})
    log = job.run()
    assert 250 < log["scores"]["told"].sum() < 350
    assert len(frames.scores(log)) == 1000


def test_the_figure_is_the_mean_of_those_who_told(job: World) -> None:
    job.cases("job", [case("mon 09:00"), case("tue 09:00")])
    job.set(satisfaction=SCORES, dated={"slow": {"from": "2025-01-07", "times": {"job/a": 3.5}}})
    figures = {(one.kpi, one.scope): one.value for one in summary.measures(job.run())}
    assert figures["satisfaction", "all"] == 6.75


def test_who_is_no_request_has_no_score(job: World) -> None:
    job.set(satisfaction=SCORES)
    assert len(job.run()["scores"]) == 0


def test_scores_change_nothing_else(job: World) -> None:
    job.cases("job", [case("mon 09:00"), case("tue 09:00")])
    before = job.run()
    job.set(satisfaction=SCORES)
    after = job.run()
    for name in TABLES:
        assert name == "scores" or before[name].tobytes() == after[name].tobytes()


# ---- measures of a survey --------------------------------------------------------------------


@pytest.mark.parametrize(("below", "begun"), [(8, []), (8.1, ["wed 09:00"])])
def test_a_measure_is_begun_when_the_score_found_is_below_its_limit(
    job: World, below: float, begun: list[str]
) -> None:
    job.cases("job", [case("mon 09:00"), case("tue 09:00")])
    job.set(satisfaction=SCORES, effects=effect(below=below))
    assert [row[4] for row in writes(job.run())] == begun


def test_what_was_closed_before_the_last_survey_or_after_this_one_opened_counts_nothing(
    job: World,
) -> None:
    job.cases("job", [case("mon 09:00"), case("thu 09:00"), case("fri 07:30")])
    job.set(
        satisfaction=SCORES,
        effects=effect(below=8, lasts="1 h"),
        dated={"slow": {"from": "2025-01-06", "to": "2025-01-07", "times": {"job/a": 5}},
               "later": {"from": "2025-01-10", "times": {"job/a": 9}}},
    )  # fmt: skip
    found = [row[4] for row in writes(job.run()) if row[1] == "one"]
    assert found == ["wed 09:00", "wed 10:00"]  # on Friday: one of 8 points, one not yet closed


def test_where_nobody_told_a_score_nothing_is_begun(job: World) -> None:
    job.cases("job", [case("mon 09:00")])
    job.set(satisfaction={**SCORES, "answering": 0}, effects=effect(below=9))
    assert writes(job.run()) == []


# ---- repeated complaints ---------------------------------------------------------------------


@pytest.mark.parametrize(("more_than", "begun"), [(1, ["wed 09:00"]), (2, [])])
def test_what_is_repeated_is_of_one_sort(job: World, more_than: int, begun: list[str]) -> None:
    job.cases("job", [case("mon 09:00"), case("mon 10:00"), case("tue 09:00", product="server"),
                      case("thu 10:00"), case("thu 10:00", product="server")])  # fmt: skip
    job.set(effects=effect(repeated={"by": ["product"], "more_than": more_than}))
    assert [row[4] for row in writes(job.run())] == begun


@pytest.mark.parametrize(("word", "begun"), [("router", ["wed 09:00"]), ("server", [])])
def test_what_is_repeated_may_be_of_some_requests_only(
    job: World, word: str, begun: list[str]
) -> None:
    job.cases("job", [case("mon 09:00"), case("mon 10:00"), case("tue 09:00", product="server")])
    only = {"by": ["severity"], "of": {"product": [word]}, "more_than": 1}
    job.set(effects=effect(repeated=only))
    log = job.run()
    assert [row[4] for row in writes(log)] == begun
    assert not invariants.check(log)


def test_a_report_that_finds_something_begins_one_more_case_of_management(job: World) -> None:
    job.at("training", "4 fri")
    training = next(name for name in job.scenario["demand"] if name.startswith("training"))
    job.cases("job", [case("mon 09:00"), case("mon 10:00")])
    job.set(effects={"one": {
        "at": "report/r", "after": "1 d", "begins": training,
        "repeated": {"by": ["product"], "more_than": 1},
    }})  # fmt: skip
    log = job.run()
    assert [row[3:] for row in steps(log, only="training/t")] == [
        ("thu 09:00", "thu 10:00"), ("4 fri 09:00", "4 fri 10:00"),
    ]  # fmt: skip
    rows = log["cases"][log["cases"]["flow"] == log.terms["flows"].index("training")]
    assert set(rows["kind"]) == {CASE_KINDS.index("management")}


# ---- laws ------------------------------------------------------------------------------------


@pytest.fixture
def found_log(job: World) -> EventLog:
    job.cases("job", [case("mon 09:00"), case("tue 09:00")])
    job.set(satisfaction=SCORES, effects=effect(below=9))
    return job.run()


def scored(log: EventLog, place: int, **values: Any) -> EventLog:
    rows = log["scores"].copy()
    for column, value in values.items():
        rows[column][place] = value
    return replace(log, tables={**log.tables, "scores": rows})


PLANTS: dict[str, list[Callable[[EventLog], EventLog]]] = {
    "scores are what the requests went through": [
        lambda log: scored(log, 0, score=7.9),
        lambda log: scored(log, 1, at=0),
        lambda log: replace(
            log, tables={**log.tables, "scores": np.delete(log["scores"], 0)}
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("law", "plant"), [(law, plant) for law, plants in PLANTS.items() for plant in plants]
)
def test_one_changed_row_breaks_the_law(
    found_log: EventLog, law: str, plant: Callable[[EventLog], EventLog]
) -> None:
    assert not invariants.check(found_log)
    assert law in {problem.law for problem in invariants.check(plant(found_log))}


def test_a_measure_that_was_not_called_for_breaks_a_law(found_log: EventLog) -> None:
    content = scored(scored(found_log, 0, score=9), 1, score=9)
    broken = {problem.law for problem in invariants.check(content)}
    assert "writes are those that dates and steps say" in broken


def test_the_law_sees_an_effect_begun_too_early(found_log: EventLog) -> None:
    early = changed(found_log, 0, at=int(found_log["writes"]["at"][0]) - 1)
    assert invariants.check(early)


def test_a_measure_at_a_decision_counts_from_its_own_moment(job: World) -> None:
    job.cases("job", [case("mon 09:00"), case("wed 08:59"), case("wed 09:00")])
    job.set(satisfaction=SCORES, effects=effect(below=9))
    log = run.simulate(blueprint.build(job.load()), 1)
    assert [row[3:] for row in steps(log, only="job/a")] == [
        ("mon 09:00", "mon 10:00"), ("wed 08:59", "wed 09:59"), ("wed 09:00", "wed 11:00"),
    ]  # fmt: skip
