"""Bookings: into which window a visit goes, with whom, and what becomes of it."""

from cssim.eventlog import TAKEOVERS
from cssim.kpi import table
from tests.sim.chains import assert_goes_on
from tests.sim.field_worlds import bookings, desk, journeys, visiting
from tests.sim.worlds import World, began, case, decision, fixed, pieces, pool, step, steps

ONE, TWO = "engineer#1", "engineer#2"
MORNING, AFTERNOON = "09:00-12:00", "13:00-17:00"
HALVES = [MORNING, AFTERNOON]
FAR = {"town": {"town": fixed("10 min"), "hills": fixed("60 min")},
       "hills": {"hills": fixed("10 min")}}  # fmt: skip


# ---- which window --------------------------------------------------------------------------------


def test_a_visit_is_booked_into_the_first_window_after_the_customers_earliest(world: World) -> None:
    visiting(world, windows=HALVES, lead="3 h").cases("visit", [case("mon 09:00")])
    log = world.run()
    assert bookings(log) == [(0, ONE, "met", "mon 13:00", "mon 13:00", "mon 13:00")]
    assert journeys(log)[0] == ("from_base", ONE, 0, "mon 12:40", "mon 13:00")


def test_one_more_goes_where_it_leaves_the_others_as_they_are(world: World) -> None:
    visiting(world, windows=HALVES, lead="30 min", between=FAR)
    world.cases("visit", [case("mon 09:00"), case("mon 09:10", area="hills"), case("mon 09:20")])
    assert bookings(world.run()) == [
        (0, ONE, "met", "mon 09:00", "mon 09:40", "mon 09:40"),
        # done there at 10:10; an hour to the hills
        (1, ONE, "met", "mon 09:00", "mon 11:10", "mon 11:10"),
        # agreed on when he is back, at 12:50
        (2, ONE, "met", "mon 13:00", "mon 13:20", "mon 13:20"),
    ]


def test_one_more_goes_before_another_where_there_is_room(world: World) -> None:
    apart = {"town": {"town": fixed("10 min"), "hills": fixed("90 min")},
             "hills": {"hills": fixed("10 min")}}  # fmt: skip
    visiting(world, windows=["09:00-10:00", "12:00-13:00"], lead="30 min", between=apart)
    world.cases("visit", [case("mon 09:00", area="hills"), case("mon 09:10")])
    log = world.run()
    assert bookings(log) == [
        (0, ONE, "met", "mon 12:00", "mon 12:00", "mon 12:00"),
        (1, ONE, "met", "mon 09:00", "mon 09:50", "mon 09:50"),
    ]
    # if it took until 10:35 in town, he would be five minutes late in the hills
    world.set(work={"visit/go": {"time": fixed("45 min")}})
    assert [row[3] for row in bookings(world.run())] == ["mon 12:00", "tue 09:00"]


def test_a_day_ends_with_the_shift(world: World) -> None:
    visiting(world, windows=[AFTERNOON], lead="0 s")
    world.set(work={"visit/go": {"time": fixed("100 min")}})
    world.cases("visit", [case(f"mon 09:{minute}0") for minute in range(3)])
    assert [row[4] for row in bookings(world.run())] == ["mon 13:00", "mon 15:00", "tue 13:00"]


def test_a_visit_that_fits_no_shift_is_agreed_on_without_a_booking(world: World) -> None:
    visiting(world, windows=HALVES)
    world.set(work={"visit/go": {"time": fixed("8 h")}})
    world.cases("visit", [case("mon 09:00")])
    log = world.run()
    assert bookings(log) == []
    assert began(log, "visit/go") == [(0, "mon 10:10")]


def test_a_visit_is_booked_into_hours_that_are_foreseen(world: World) -> None:
    away = {"trip": {"from": "2025-01-06", "to": "2025-01-08"}}
    groups = {"all": {"people": 1, "away": away}, "late": {"people": 1, "calendar": "late"}}
    visiting(
        world,
        {"national": {"calendar": "day", "shift_end": "finish", "groups": groups}},
        windows=HALVES,
    )
    world.cases("visit", [case("mon 10:30")])
    # who is on leave until Wednesday does not get it
    assert bookings(world.run())[0][:2] == (0, TWO)


# ---- with whom -----------------------------------------------------------------------------------


def test_who_agrees_keeps_it_where_he_has_room_in_the_same_window(world: World) -> None:
    visiting(world, pool(2, "day"), windows=HALVES)
    world.cases("visit", [case("mon 09:00")])
    log = world.run()
    assert bookings(log)[0][1] == ONE
    assert len(log["takeovers"]) == 0


def test_another_who_has_room_in_an_earlier_window_takes_it_over(world: World) -> None:
    groups = {"here": {"people": 1}, "late": {"people": 1, "calendar": "late"}}
    pools = {"national": {"calendar": "day", "shift_end": "finish", "groups": groups}}
    visiting(world, pools, windows=["09:00-10:00", "12:00-13:00"], lead="2 h")
    world.set(work={"visit/go": {"time": fixed("90 min")}})
    world.cases("visit", [case("mon 09:00"), case("mon 09:10")])
    log = world.run()
    # the first has the only room of engineer 1; the second one's would be on Tuesday
    assert [row[1:4] for row in bookings(log)] == [
        (ONE, "met", "mon 12:00"), (TWO, "met", "mon 12:00"),
    ]  # fmt: skip
    assert [TAKEOVERS[row["why"]] for row in log["takeovers"]] == ["booked"]
    assert steps(log, 1) == [
        ("visit/call", ONE, "mon 09:10", "mon 09:20"),
        ("visit/go", TWO, "mon 11:40", "mon 13:30"),
    ]


def test_who_is_at_work_is_booked_for_when_he_will_be_done(world: World) -> None:
    desk(visiting(world, pool(2, "day"), windows=["09:00-11:00"], lead="23 h"), "30 h")
    world.set(work={"visit/go": {"time": fixed("90 min")}})
    world.cases("desk", [case("mon 09:00")])
    world.cases("visit", [case("mon 09:00"), case("mon 09:01")])
    # engineer 1 will be at it until Tuesday, 15:00; the other has room for one visit that morning
    assert [row[:4] for row in bookings(world.run())] == [
        (1, TWO, "met", "tue 09:00"), (2, TWO, "met", "wed 09:00"),
    ]  # fmt: skip


def test_a_visit_goes_to_nobody_whose_territory_it_is_not_in(world: World) -> None:
    groups = {"all": {"people": 1}, "town": {"people": 1, "territory": ["town"]}}
    pools = {"national": {"calendar": "day", "shift_end": "finish", "groups": groups}}
    visiting(world, pools, windows=["09:00-10:00", "12:00-13:00"], lead="2 h")
    world.set(work={"visit/go": {"time": fixed("90 min")}})
    world.cases("visit", [case("mon 09:00", area="hills"), case("mon 09:10", area="hills")])
    assert [row[1:4:2] for row in bookings(world.run())] == [(ONE, "mon 12:00"), (ONE, "tue 12:00")]


# ---- what he does until then ---------------------------------------------------------------------


def test_nothing_begins_that_is_planned_to_pass_the_moment_to_set_out(world: World) -> None:
    desk(visiting(world, windows=HALVES, lead="2 h"), "60 min")
    world.cases("visit", [case("mon 09:00")])
    world.cases("desk", [case("mon 09:05"), case("mon 09:06")])
    log = world.run()
    assert bookings(log)[0][4:] == ("mon 11:10", "mon 11:10")
    # from 09:10 to 10:50 there is room for one of the two
    assert began(log, "desk") == [(1, "mon 09:10"), (2, "mon 12:00")]


def test_its_own_case_may_be_worked_on_up_to_it(world: World) -> None:
    visiting(world, windows=HALVES)
    world.flow(
        "visit",
        {
            "call": step("engineer", to="order", effect={"appointment": "agree"}),
            "order": step("clerk", to="pack"),
            "pack": step("engineer", to="go"),
            "go": step("engineer", effect={"appointment": "keep", "on_site": True}),
        },
        owned_by="engineer",
    )
    world.set(
        pools={"clerk": pool(1)},
        work={"visit/order": {"time": fixed("30 min")}, "visit/pack": {"time": fixed("15 min")}},
    )
    world.cases("visit", [case("mon 09:00")])
    log = world.run()
    assert steps(log, 0)[2:] == [
        ("visit/pack", ONE, "mon 09:40", "mon 09:55"),  # he ought to set out at 09:50
        ("visit/go", ONE, "mon 09:55", "mon 10:45"),
    ]
    assert bookings(log) == [(0, ONE, "met", "mon 09:00", "mon 10:10", "mon 10:15")]


def test_who_would_be_early_waits_before_the_door(world: World) -> None:
    slow = {"time": {"kind": "uniform", "low": "10 min", "high": "50 min"}}
    visiting(world, windows=[AFTERNOON], areas={"town": slow, "hills": slow})
    world.cases("visit", [case("mon 09:00"), case("tue 09:00"), case("wed 09:00")])
    log = world.run(seed=2)
    rows = bookings(log)
    for (_, _, _, _, arrives), row in zip(journeys_there(log), rows, strict=True):
        assert row[4].endswith("13:00")
        assert row[5] == max(arrives, row[4])
    doors = [one for one in pieces(log, "waiting") if one[2] == ONE]
    assert [one[4][-5:] for one in doors] == ["13:00"] * len(doors)
    assert 0 < len(doors) < 3


def journeys_there(log):
    return [one for one in journeys(log) if one[0] != "to_base"]


def test_he_stays_out_where_there_is_no_time_for_base(world: World) -> None:
    visiting(world, windows=["09:00-11:00", "12:00-17:00"], lead="90 min", between=FAR)
    world.cases("visit", [case("mon 09:00", area="hills"), case("mon 09:10", area="hills")])
    log = world.run()
    assert bookings(log) == [
        (0, ONE, "met", "mon 09:00", "mon 10:40", "mon 10:40"),
        (1, ONE, "met", "mon 12:00", "mon 12:00", "mon 12:00"),
    ]
    # done at 11:10, an hour back and another out again: he waits for 11:50
    assert journeys(log)[1] == ("from_site", ONE, 1, "mon 11:50", "mon 12:00")


def test_who_has_gone_back_sets_out_from_base(world: World) -> None:
    visiting(world, windows=["09:00-11:00", "14:00-17:00"], lead="90 min", between=FAR)
    world.cases("visit", [case("mon 09:00", area="hills"), case("mon 09:10", area="hills")])
    log = world.run()
    assert journeys(log)[1:3] == [
        ("to_base", ONE, 0, "mon 11:10", "mon 12:10"),
        ("from_base", ONE, 1, "mon 13:00", "mon 14:00"),
    ]


# ---- what is late --------------------------------------------------------------------------------


def slow_ones(world: World, *, windows: list[str], **more: str) -> World:
    """Visits and work at the desk that take as much longer as the severity says."""
    visiting(world, windows=windows, **more)
    times = {"severity": {"4": 4.0}}
    world.set(work={"visit/go": {"factors": times}})
    return world


def test_who_is_kept_by_another_visit_comes_late_and_in_his_window(world: World) -> None:
    slow_ones(world, windows=HALVES, lead="30 min", between=FAR)
    world.cases("visit", [case("mon 09:00", severity="4"), case("mon 09:10")])
    log = world.run()
    assert bookings(log) == [
        (0, ONE, "met", "mon 09:00", "mon 09:40", "mon 09:40"),
        (1, ONE, "met", "mon 09:00", "mon 10:20", "mon 11:50"),
    ]


def test_what_nobody_has_set_out_for_when_its_window_is_over_is_booked_anew(world: World) -> None:
    slow_ones(world, windows=["09:00-11:00", "12:00-17:00"], lead="30 min", between=FAR)
    world.cases("visit", [case("mon 09:00", severity="4"), case("mon 09:10")])
    log = world.run()
    assert bookings(log) == [
        (0, ONE, "met", "mon 09:00", "mon 09:40", "mon 09:40"),
        (1, ONE, "moved", "mon 09:00", "mon 10:20", "never"),
        (1, ONE, "met", "mon 12:00", "mon 12:00", "mon 12:00"),
    ]
    # his other visits wait for their customers again
    waits = [one for one in pieces(log, "waiting") if one[2] == "-"]
    assert waits[-1] == ("waiting", "visit/go", "-", "mon 11:00", "mon 11:50")


def test_it_is_booked_anew_for_when_its_engineer_will_be_done(world: World) -> None:
    slow_ones(
        world, windows=["09:00-11:00", "11:00-11:30", "11:30-17:00"], lead="30 min", between=FAR
    )
    world.cases("visit", [case("mon 09:00", severity="4"), case("mon 09:10")])
    assert bookings(world.run())[1:] == [
        (1, ONE, "moved", "mon 09:00", "mon 10:20", "never"),
        (1, ONE, "met", "mon 11:30", "mon 11:50", "mon 11:50"),
    ]


def test_a_case_that_comes_too_late_for_its_window_is_booked_anew(world: World) -> None:
    visiting(world, windows=HALVES, lead="30 min")
    world.flow(
        "visit",
        {
            "call": step("engineer", to="part", effect={"appointment": "agree"}),
            "part": step("clerk", to="go"),
            "go": step("engineer", effect={"appointment": "keep", "on_site": True}),
        },
        owned_by="engineer",
    )
    world.set(pools={"clerk": pool(1)}, work={"visit/part": {"time": fixed("4 h")}})
    world.cases("visit", [case("mon 09:00")])
    assert bookings(world.run()) == [
        (0, ONE, "moved", "mon 09:00", "mon 09:40", "never"),
        (0, ONE, "met", "mon 13:00", "mon 13:30", "mon 13:30"),
    ]


def test_who_is_ill_when_he_ought_to_set_out_is_booked_anew_for_when_he_is_back(
    world: World,
) -> None:
    ill = {"rate": "0.2 per day", "length": fixed("1 d")}
    visiting(world, pool(1, "day", sickness=ill), windows=HALVES, lead="1 d")
    world.cases("visit", [case(f"{week} {day} 09:00") for week in (1, 2, 3)
                          for day in ("mon", "tue", "wed", "thu")])  # fmt: skip
    log = world.run(seed=2)
    endings = [row[2] for row in bookings(log)]
    assert "moved" in endings
    assert all(endings.count(word) for word in ("met", "moved"))
    met = {row[0] for row in bookings(log) if row[2] == "met"}
    assert {row[0] for row in bookings(log) if row[2] == "moved"} <= met


def test_figures_tell_visits_ways_and_windows(world: World) -> None:
    slow_ones(world, windows=["09:00-11:00", "12:00-17:00"], lead="30 min", between=FAR)
    world.cases("visit", [case("mon 09:00", severity="4"), case("mon 09:10")])
    found = {row.kpi: row.value for row in table.table(world.run()).itertuples()}
    assert (found["visits"], found["visits_per_day"]) == (2, 2)
    # 20 minutes there, 10 to the next, 20 back; two hours and half an hour on site
    assert found["travel_share"] == 50 / 200
    # the second one's first window is not kept
    assert (found["windows_kept"], found["windows_moved"]) == (2 / 3, 1 / 3)


# ---- the next visit, and the run's end -----------------------------------------------------------


def test_the_next_visit_is_booked_with_the_same_engineer_and_none_where_there_is_none(
    world: World,
) -> None:
    visiting(world, pool(2, "day"), windows=HALVES)
    world.flow(
        "visit",
        {
            "call": step("engineer", to="go", effect={"appointment": "agree"}),
            "go": step("engineer", to="done", effect={"appointment": "keep", "on_site": True}),
            "done": decision("engineer", answers={"yes": "end", "no": "go"},
                             effect={"appointment": "agree", "on_site": True}),
        },
        owned_by="engineer",
    )  # fmt: skip
    world.set(
        work={"visit/done": {"time": fixed("5 min")}},
        answers={
            "visit/done": {"weights": {"yes": 0, "no": 1}, "visits": {"2": {"yes": 1, "no": 0}}}
        },
    )
    world.cases("visit", [case("mon 09:00")])
    log = world.run()
    assert [row[1:3] for row in bookings(log)] == [(ONE, "met"), (ONE, "met")]


def test_a_window_that_is_still_to_come_is_told_at_the_runs_end(world: World) -> None:
    visiting(world, windows=HALVES, lead="2 d").cases("visit", [case("4 fri 09:00")])
    assert bookings(world.run()) == [(0, ONE, "open", "5 mon 09:00", "5 mon 09:20", "never")]


def test_what_is_booked_when_a_run_is_cut_stays_booked(world: World) -> None:
    visiting(world, pool(2, "day"), windows=HALVES, lead="20 h", between=FAR)
    days = ("mon", "tue", "wed", "thu", "fri")
    world.cases("visit", [
        case(f"{day} {9 + 2 * n}:1{n}", area="hills" if (n + m) % 2 else "town")
        for m, day in enumerate(days) for n in range(3)
    ])  # fmt: skip
    assert_goes_on(world, 1, 2, 3, 4, 8)
