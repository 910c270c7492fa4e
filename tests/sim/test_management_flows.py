"""Flows that are no customer's case: surveys (R80), cadence (R81), roles by region (R90)."""

import datetime as dt

import pytest

from cssim.basis.moments import DAY, HOUR
from tests.sim.handbook_worlds import steps_with_people
from tests.sim.worlds import (
    World,
    began,
    case,
    fixed,
    moment,
    node,
    pieces,
    pool,
    step,
    steps,
    told,
)

SOUTH = {"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}}


def opened(log):
    return [told(at) for at in log["cases"]["opened_at"]]


# ---- surveys ------------------------------------------------------------------------------


@pytest.fixture
def survey(world: World) -> World:
    """The questionnaire: ten asked, each takes a day; a week to answer."""
    roles = ("sales_director", "product_manager", "hq_engineer", "regional_manager", "bu_manager")
    world.set(
        pools={role: pool(1) for role in roles},
        work={
            name: {"time": fixed("1 h")}
            for name in steps_with_people("1.8.8a")
            if name not in ("1.8.8a/3", "1.8.8a/4")
        },
        surveys={"1.8.8a/3": {"asked": 10, "answering": 1, "period": "7 d", "time": fixed("1 d")}},
    )  # fmt: skip
    world.at("1.8.8a", "mon", time="09:00")
    return world


def test_3_and_4_happen_once_per_answer_received(survey: World) -> None:
    log = survey.run()
    assert len(steps(log, 0, only="1.8.8a/3")) == len(steps(log, 0, only="1.8.8a/4")) == 10


def test_some_never_answer(survey: World) -> None:
    survey.set(surveys={"1.8.8a/3": {"answering": 0.5, "asked": 400}})
    log = survey.run()
    assert 160 < len(steps(log, 0, only="1.8.8a/3")) < 240


def test_the_flow_goes_on_at_5_when_the_collection_ends(survey: World) -> None:
    log = survey.run()
    assert steps(log, 0, only="1.8.8a/2")[0][3] == "mon 11:00"
    assert began(log, "1.8.8a/5") == [(0, "2 mon 11:00")]
    assert log["cases"]["closed_at"].tolist() == [moment("2 mon 17:00")]


def test_it_goes_on_even_if_nobody_answered(survey: World) -> None:
    survey.set(surveys={"1.8.8a/3": {"answering": 0}})
    log = survey.run()
    assert began(log, "1.8.8a/3") == []
    assert began(log, "1.8.8a/5") == [(0, "2 mon 11:00")]


def test_an_answer_that_comes_after_the_period_is_not_received(survey: World) -> None:
    survey.set(surveys={"1.8.8a/3": {"time": {"kind": "exponential", "mean": "10 d"},
                                     "asked": 400}})  # fmt: skip
    log = survey.run()
    rows = steps(log, 0, only="1.8.8a/4")
    assert 150 < len(rows) < 250  # 1 − exp(−0.7) of 400 is 201
    assert all(moment(row[3]) <= moment("2 mon 11:00") for row in rows)


# ---- cadence (R81) ------------------------------------------------------------------------


@pytest.fixture
def report(world: World) -> World:
    world.set(pools={"agent": pool(1)},
              work={f"1.8.2m/{n}": {"time": fixed("1 h")} for n in ("27", "28")})  # fmt: skip
    return world


def every(world: World, span: str, at: str, weeks: int = 60, **more: str) -> list[str]:
    source = {"kind": "cadence", "flow": "1.8.2m", "every": span, "at": at, **more}
    world.set(demand={"report": source}, time={"window": f"{weeks} weeks"})
    return opened(world.run())


def test_once_in_every_month_at_its_end(report: World) -> None:
    found = every(report, "month", "end", weeks=13, time="17:00")
    assert found == ["4 fri 17:00", "8 fri 17:00", "13 mon 17:00"]  # 31 Jan, 28 Feb, 31 Mar


def test_a_moment_at_which_nobody_works_moves_to_the_next(report: World) -> None:
    report.set(time={"start": "2025-08-04"})
    found = every(report, "month", "end", weeks=8, time="17:00", calendar="day")
    assert found == ["5 mon 09:00", "9 wed 09:00"][: len(found)]  # after 31 Aug, a Sunday


def test_once_in_every_quarter_within_it_also_in_the_one_that_has_begun(report: World) -> None:
    # 60 weeks from 6 January 2025: three whole quarters, and nearly all of two more
    source = {"kind": "cadence", "flow": "1.8.2m", "every": "quarter", "at": "within",
              "time": "10:00"}  # fmt: skip
    report.set(demand={"report": source}, time={"window": "60 weeks"})
    counts, dates = [], set()
    for seed in range(12):
        found = report.run(seed)["cases"]["opened_at"]
        days = [dt.date(2025, 1, 6) + dt.timedelta(int(at // DAY)) for at in found]
        quarters = [(day.year, (day.month - 1) // 3) for day in days]
        assert len(set(quarters)) == len(quarters)
        assert {(2025, 1), (2025, 2), (2025, 3)} <= set(quarters)
        assert all(at % DAY == 10 * HOUR for at in found)
        counts.append(len(found))
        dates |= set(days)
    assert max(counts) == 5
    assert len(dates) > 40  # another date in each run


def test_a_date_before_the_run_begins_is_none_of_its(report: World) -> None:
    source = {"kind": "cadence", "flow": "1.8.2m", "every": "month", "at": "within"}
    report.set(demand={"report": source}, time={"start": "2025-01-20", "window": "11 d"})
    counts = [len(report.run(seed)["cases"]) for seed in range(12)]  # 20 to 30 January
    assert set(counts) == {0, 1}


def test_a_launch_is_on_its_date(report: World) -> None:
    report.at("1.8.2m", "wed", "2 thu", time="14:30")
    assert opened(report.run()) == ["wed 14:30", "2 thu 14:30"]


# ---- places (R90) -------------------------------------------------------------------------


@pytest.fixture
def places(world: World) -> World:
    office = {"calendar": "always", "shift_end": "finish", "people": 1}
    world.set(
        regions=SOUTH,
        pools={"rep": {"north": office, "south": office}, "boss": pool(1)},
        work={"plan/1": {"time": fixed("1 h")}, "plan/2": {"time": fixed("1 h")}},
    )
    world.flow("plan", {"1": step("boss", to="2"), "2": step("rep")}, kind="management")
    return world


def test_a_flow_runs_in_the_region_that_its_entry_names(places: World) -> None:
    places.at("plan", "mon", "tue", time="09:00", region="south")
    assert [row[2] for row in steps(places.run(), only="plan/2")] == ["rep.south#1"] * 2


def test_without_a_region_a_role_is_taken_from_one_region_after_another(places: World) -> None:
    places.at("plan", "mon", "tue", "wed", time="09:00")
    log = places.run()
    assert [row[2] for row in steps(log, only="plan/2")] == [
        "rep.north#1", "rep.south#1", "rep.north#1",
    ]  # fmt: skip
    assert log["cases"]["region"].tolist() == [-1, -1, -1]


def training(world: World, flow: str, notice: str = "1 d") -> None:
    """The management flows with meetings, two people of each role in each region."""
    office = {"calendar": "day", "shift_end": "finish", "people": 2}
    roles = {"regional_engineer", "regional_manager", "regional_sales"}
    national = ("product_manager", "hq_engineer", "product_review", "bu_manager", "sales_director")
    world.set(
        regions=SOUTH,
        pools={
            **{role: {"north": office, "south": office} for role in roles},
            **{role: pool(2, "day") for role in national},
        },
        work={name: {"time": fixed("1 h")} for name in steps_with_people(flow)},
    )
    world.at(flow, "mon", time="09:00")


def doers(log, name: str) -> list[str]:
    return sorted(piece[2] for piece in pieces(log, "work") if piece[1] == name)


def test_the_training_of_regional_engineers_takes_them_from_all_regions(world: World) -> None:
    training(world, "1.8.7")
    world.set(meetings={
        "1.8.7/5": {"notice": "1 d", "summoned": {"hq_engineer": 2}},
        "1.8.7/6": {"notice": "1 d", "summoned": {"regional_engineer": 2}},
    })  # fmt: skip
    log = world.run()
    assert doers(log, "1.8.7/5") == ["hq_engineer#1", "hq_engineer#2", "product_manager#1"]
    assert doers(log, "1.8.7/6") == [
        "hq_engineer#1", "regional_engineer.north#1", "regional_engineer.north#2",
        "regional_engineer.south#1", "regional_engineer.south#2",
    ]  # fmt: skip
    assert log["cases"]["closed_at"][0] < 2**62


def test_the_forum_takes_managers_from_all_regions(world: World) -> None:
    training(world, "1.8.8b")
    world.set(meetings={"1.8.8b/2": {"notice": "1 d"}})
    log = world.run()
    managers = ["regional_manager.north#", "regional_manager.south#"]
    for number, others in (("1", 1), ("2", 2), ("6", 1)):
        found = doers(log, f"1.8.8b/{number}")
        assert len(found) == 2 + others
        assert all(any(one.startswith(who) for one in found) for who in managers)
    assert began(log, "1.8.8b/2") == [(0, "tue 10:00")]
    assert node(log, int(log["activities"]["node"][-1])) == "1.8.8b/8"


# ---- parallel branches --------------------------------------------------------------------


def test_branches_run_side_by_side_and_meet_when_all_are_done(world: World) -> None:
    roles = ("product_manager", "rnd", "hq_engineer", "finance", "board")
    world.set(
        pools={role: pool(2) for role in roles},
        work={name: {"time": fixed("1 h")} for name in steps_with_people("1.8.1")}
        | {"1.8.1/3": {"time": fixed("5 h")}},
        answers={"1.8.1/6": {"weights": {"yes": 1, "no": 0}}},
    )
    world.at("1.8.1", "mon", time="09:00")
    log = world.run()
    assert [(row[0], row[2], row[3]) for row in steps(log, 0)] == [
        ("1.8.1/1", "mon 09:00", "mon 10:00"),
        ("1.8.1/2", "mon 10:00", "mon 11:00"),
        ("1.8.1/3", "mon 10:00", "mon 15:00"),
        ("1.8.1/4", "mon 11:00", "mon 12:00"),
        ("1.8.1/5", "mon 15:00", "mon 16:00"),
        ("1.8.1/6", "mon 16:00", "mon 17:00"),
        ("1.8.1/8", "mon 17:00", "mon 18:00"),
        ("1.8.1/9", "mon 18:00", "mon 19:00"),
    ]
    assert len(set(log["activities"]["token"])) == 2


def test_management_work_has_no_promise_and_ranks_as_such(world: World) -> None:
    world.set(
        pools={"worker": pool(1)},
        work={"plan/1": {"time": fixed("1 h")}, "work/1": {"time": fixed("1 h")}},
        dispatch={"no_promise": {"severity": "4", "due": "3 d"}},
        sla={
            "contract": {"by": "severity", "of": dict.fromkeys("1234", "only")},
            "contracts": {"only": {
                "calendar": "always",
                "first_response": dict.fromkeys("1234", "100 h"),
                "resolution": dict.fromkeys("1234", "100 h"),
            }},
            "applies_to": ["work"],
        },
    )  # fmt: skip
    world.flow("plan", {"1": step("worker")}, kind="management")
    world.flow("work", {"1": step("worker")})
    world.at("plan", "mon", time="09:10")
    world.cases("work", [
        case("mon 09:00"), case("mon 09:20", severity="4"), case("mon 09:30", severity="3"),
    ])  # fmt: skip
    assert [row[1::2] for row in steps(world.run())] == [
        ("work/1", "mon 09:00"), ("work/1", "mon 10:00"), ("plan/1", "mon 11:00"),
        ("work/1", "mon 12:00"),
    ]  # fmt: skip
