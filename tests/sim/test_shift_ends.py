"""Shift ends: what happens to work that was begun, and that nobody begins after it."""

import pytest

from tests.sim.worlds import (
    World,
    began,
    case,
    choice,
    fixed,
    pieces,
    pool,
    sittings,
    step,
    steps,
)  # fmt: skip


@pytest.fixture
def day(world: World) -> World:
    """One worker from nine to five; a step of two hours, and one of two such steps."""
    world.set(
        attributes={"channel": choice("web", "phone")},
        live={"channel": "phone"},
        dispatch={"order": "fifo"},  # severity, then arrival
        pools={"worker": pool(1, "day")},
        work={name: {"time": fixed("2 h")} for name in ("work/1", "two/1", "two/2")},
    )
    world.flow("work", {"1": step("worker")})
    world.flow("two", {"1": step("worker", to="2"), "2": step("worker")})
    return world


def rule(world: World, shift_end: str, people: int = 1, **more: str) -> None:
    world.set(pools={"worker": pool(people, "day", shift_end, **more)})


def test_nobody_begins_before_the_shift(day: World) -> None:
    day.cases("work", [case("mon 07:00")])
    assert began(day.run(), "work") == [(0, "mon 09:00")]


def test_nobody_begins_after_the_shift(day: World) -> None:
    day.cases("work", [case("fri 18:00")])
    assert began(day.run(), "work") == [(0, "2 mon 09:00")]


@pytest.mark.parametrize("shift_end", ["finish", "pause", "hand_over"])
def test_nobody_begins_at_the_very_end_of_the_shift(day: World, shift_end: str) -> None:
    rule(day, shift_end)
    day.cases("work", [case("mon 15:00"), case("mon 15:30"), case("mon 17:00")])
    assert began(day.run(), "work") == [
        (0, "mon 15:00"), (1, "tue 09:00"), (2, "tue 11:00"),
    ]  # fmt: skip


@pytest.mark.parametrize("shift_end", ["finish", "pause", "hand_over"])
def test_the_idle_begin_nothing_that_comes_to_them_at_the_end_of_the_shift(
    day: World, shift_end: str
) -> None:
    day.set(
        pools={"before": pool(1), "worker": pool(2, "day", shift_end)},
        work={"handed/1": {"time": fixed("1 h")}, "handed/2": {"time": fixed("1 h")}},
    )
    day.flow("handed", {"1": step("before", to="2"), "2": step("worker")})
    day.cases("handed", [case("mon 16:00")])  # comes to the idle workers at 17:00
    assert began(day.run(), "handed/2") == [(0, "tue 09:00")]


def test_finish_works_overtime_until_the_sitting_is_done(day: World) -> None:
    day.cases("two", [case("mon 14:00")])
    log = day.run()
    assert steps(log, 0) == [
        ("two/1", "worker#1", "mon 14:00", "mon 16:00"),
        ("two/2", "worker#1", "mon 16:00", "mon 18:00"),
    ]
    assert pieces(log) == []


def test_finish_goes_on_with_a_sitting_whose_step_ends_after_the_shift(day: World) -> None:
    day.cases("two", [case("mon 16:00")])
    assert steps(day.run(), 0) == [
        ("two/1", "worker#1", "mon 16:00", "mon 18:00"),
        ("two/2", "worker#1", "mon 18:00", "mon 20:00"),
    ]


def test_finish_begins_nothing_else_in_overtime(day: World) -> None:
    day.cases("work", [case("mon 16:00"), case("mon 16:30")])
    assert began(day.run(), "work") == [(0, "mon 16:00"), (1, "tue 09:00")]


def test_pause_goes_on_with_the_same_person_at_his_next_shift(day: World) -> None:
    rule(day, "pause", people=2)
    day.cases("work", [case("fri 16:00")])
    log = day.run()
    assert steps(log, 0) == [("work/1", "worker#1", "fri 16:00", "2 mon 10:00")]
    assert pieces(log) == [
        ("work", "work/1", "worker#1", "fri 16:00", "fri 17:00"),
        ("work", "work/1", "worker#1", "2 mon 09:00", "2 mon 10:00"),
    ]


def test_who_was_paused_goes_on_before_anything_else(day: World) -> None:
    rule(day, "pause")
    day.cases("work", [case("mon 16:00", severity="4"), case("mon 20:00", severity="1")])
    assert steps(day.run()) == [
        (0, "work/1", "worker#1", "mon 16:00", "tue 10:00"),
        (1, "work/1", "worker#1", "tue 10:00", "tue 12:00"),
    ]


def test_pause_leaves_the_next_step_of_the_sitting_for_the_next_shift(day: World) -> None:
    rule(day, "pause")
    day.cases("two", [case("mon 15:00")])
    log = day.run()
    assert steps(log, 0) == [
        ("two/1", "worker#1", "mon 15:00", "mon 17:00"),
        ("two/2", "worker#1", "tue 09:00", "tue 11:00"),
    ]
    assert sittings(log, 0) == [["two/1", "two/2"]]


def test_hand_over_returns_the_rest_to_the_line(day: World) -> None:
    rule(day, "hand_over")
    day.cases("work", [case("mon 16:00", severity="4"), case("mon 20:00", severity="1")])
    log = day.run()
    assert steps(log) == [
        (0, "work/1", "worker#1", "mon 16:00", "tue 12:00"),
        (1, "work/1", "worker#1", "tue 09:00", "tue 11:00"),
    ]
    assert pieces(log) == [
        ("work", "work/1", "worker#1", "mon 16:00", "mon 17:00"),
        ("work", "work/1", "worker#1", "tue 11:00", "tue 12:00"),
    ]


def test_hand_over_lets_another_person_do_the_rest(day: World) -> None:
    rule(day, "hand_over", people=2)
    day.cases("work", [
        case("mon 09:00"), case("mon 16:00", severity="4"), case("mon 20:00", severity="1"),
    ])  # fmt: skip
    log = day.run()
    assert [row for row in pieces(log) if row[1] == "work/1"] == [
        ("work", "work/1", "worker#2", "mon 16:00", "mon 17:00"),
        ("work", "work/1", "worker#2", "tue 09:00", "tue 10:00"),
    ]
    assert steps(log, 2) == [("work/1", "worker#1", "tue 09:00", "tue 11:00")]


def test_hand_over_ends_the_sitting_with_the_shift(day: World) -> None:
    rule(day, "hand_over")
    day.cases("two", [case("mon 15:00", severity="4")])
    day.cases("work", [case("mon 20:00", severity="1")])
    log = day.run()
    assert sittings(log, 0) == [["two/1"], ["two/2"]]
    assert began(log, "two/2") == [(0, "tue 11:00")]


# ---- what is always finished --------------------------------------------------------------


@pytest.mark.parametrize("shift_end", ["pause", "hand_over"])
def test_a_live_call_is_always_finished(day: World, shift_end: str) -> None:
    rule(day, shift_end)
    day.cases("two", [case("mon 16:00", channel="phone")])
    log = day.run()
    assert steps(log, 0) == [
        ("two/1", "worker#1", "mon 16:00", "mon 18:00"),
        ("two/2", "worker#1", "mon 18:00", "mon 20:00"),
    ]
    assert pieces(log) == []


@pytest.mark.parametrize("shift_end", ["pause", "hand_over"])
def test_a_call_is_no_longer_live_once_somebody_else_has_it(day: World, shift_end: str) -> None:
    day.set(
        pools={"desk": pool(1, "day", "finish"), "worker": pool(1, "day", shift_end)},
        work={"call/1": {"time": fixed("1 h")}, "call/2": {"time": fixed("2 h")}},
    )
    day.flow("call", {"1": step("desk", to="2"), "2": step("worker")})
    day.cases("call", [case("mon 15:00", channel="phone")])
    assert steps(day.run(), 0)[1] == ("call/2", "worker#1", "mon 16:00", "tue 10:00")


@pytest.mark.parametrize("shift_end", ["pause", "hand_over"])
def test_a_visit_that_was_begun_is_finished(day: World, shift_end: str) -> None:
    rule(day, shift_end)
    visit = {"on_site": True}
    day.set(work={
        "visit/1": {"time": fixed("1 h"), "travel": fixed("30 min")},
        "visit/2": {"time": fixed("2 h")},
        "visit/3": {"time": fixed("1 h")},
    })  # fmt: skip
    day.flow("visit", {
        "1": step("worker", to="2", effect=visit), "2": step("worker", to="3", effect=visit),
        "3": step("worker"),
    })  # fmt: skip
    day.cases("visit", [case("mon 16:00")])
    log = day.run()
    assert steps(log, 0) == [
        ("visit/1", "worker#1", "mon 16:00", "mon 17:30"),
        ("visit/2", "worker#1", "mon 17:30", "mon 19:30"),
        ("visit/3", "worker#1", "tue 09:00", "tue 10:00"),
    ]
    assert pieces(log)[:2] == [
        ("travel", "visit/1", "worker#1", "mon 16:00", "mon 16:30"),
        ("work", "visit/1", "worker#1", "mon 16:30", "mon 17:30"),
    ]


@pytest.mark.parametrize("shift_end", ["pause", "hand_over"])
def test_a_journey_is_logged_once_whatever_the_rule(day: World, shift_end: str) -> None:
    rule(day, shift_end)
    day.set(work={"trip/1": {"time": fixed("1 h"), "travel": fixed("1 h")}})
    day.flow("trip", {"1": step("worker")})
    day.cases("trip", [case("mon 15:30")])
    assert pieces(day.run()) == [
        ("travel", "trip/1", "worker#1", "mon 15:30", "mon 16:30"),
        ("work", "trip/1", "worker#1", "mon 16:30", "mon 17:30"),
    ]


# ---- what fits ----------------------------------------------------------------------------


def test_fits_begins_nothing_that_is_planned_to_pass_the_shift(day: World) -> None:
    rule(day, "finish", latest_start="fits")
    day.cases("work", [case("mon 15:00"), case("tue 15:01")])
    assert began(day.run(), "work") == [(0, "mon 15:00"), (1, "wed 09:00")]


def test_fits_counts_the_whole_sitting(day: World) -> None:
    rule(day, "finish", latest_start="fits")
    day.cases("two", [case("mon 13:00"), case("tue 13:01")])
    assert began(day.run(), "two/1") == [(0, "mon 13:00"), (1, "wed 09:00")]


def test_fits_takes_shorter_work_that_stands_behind(day: World) -> None:
    rule(day, "finish", latest_start="fits")
    day.set(work={"short/1": {"time": fixed("30 min")}})
    day.flow("short", {"1": step("worker")})
    day.cases("work", [case("mon 14:30"), case("mon 14:40", severity="1")])
    day.cases("short", [case("mon 14:50", severity="4")])
    assert [row[1:] for row in steps(day.run())] == [
        ("work/1", "worker#1", "mon 14:30", "mon 16:30"),
        ("short/1", "worker#1", "mon 16:30", "mon 17:00"),
        ("work/1", "worker#1", "tue 09:00", "tue 11:00"),
    ]


def test_people_on_two_shifts_a_day_break_between_them(day: World) -> None:
    day.set(
        calendars={"split": {"week": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}},
        pools={"worker": pool(1, "split", "pause")},
    )
    day.cases("work", [case("mon 11:00")])
    assert pieces(day.run()) == [
        ("work", "work/1", "worker#1", "mon 11:00", "mon 12:00"),
        ("work", "work/1", "worker#1", "mon 13:00", "mon 14:00"),
    ]
