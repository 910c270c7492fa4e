"""Journeys to visits: how long, from where, back when, and who goes."""

import pytest

from cssim.eventlog import PIECE_KINDS
from cssim.kpi import table, timelines
from cssim.kpi.timelines import CUSTOMER, TRAVEL, WORKING
from tests.sim.field_worlds import desk, journeys, minutes, visiting
from tests.sim.worlds import World, case, fixed, pieces, pool, step, steps

ONE, TWO = "engineer#1", "engineer#2"


# ---- how long the way is ----------------------------------------------------------------------


def test_the_way_is_as_long_as_the_sites_area_says(world: World) -> None:
    visiting(world).cases("visit", [case("mon 09:00", area="hills")])
    log = world.run()
    assert steps(log, 0) == [
        ("visit/call", ONE, "mon 09:00", "mon 09:10"),
        ("visit/go", ONE, "mon 10:10", "mon 11:40"),
    ]
    assert pieces(log, "travel", "work", "back") == [
        ("travel", "visit/go", ONE, "mon 10:10", "mon 11:10"),
        ("work", "visit/go", ONE, "mon 11:10", "mon 11:40"),
        ("back", "visit/go", ONE, "mon 11:40", "mon 12:40"),
    ]


def test_a_drawn_way_is_drawn_anew_each_time_and_is_the_same_in_every_run(world: World) -> None:
    drawn = {"time": {"kind": "uniform", "low": "10 min", "high": "50 min"}}
    visiting(world, areas={"town": drawn, "hills": drawn}).cases(
        "visit", [case("mon 09:00"), case("tue 09:00")]
    )
    found = minutes(world.run(seed=3))
    assert len(set(found)) == 4  # two there, two back
    assert all(10 <= one <= 50 for one in found)
    assert found == minutes(world.run(seed=3))
    assert found != minutes(world.run(seed=4))


def on_the_map(world: World, **areas: dict[str, str]) -> World:
    """Areas with coordinates; one gets along at 30 km/h."""
    visiting(world)
    world.scenario["travel"] = {"by": "area", "areas": areas, "speed": "30 km/h"}
    return world


def test_on_a_map_the_way_is_straight_and_takes_what_the_speed_says(world: World) -> None:
    on_the_map(world, town={"x": "3 km", "y": "-4 km"}, hills={"x": "15 km", "y": "5 km"})
    world.cases("visit", [case("mon 09:00"), case("mon 09:10", area="hills")])
    log = world.run()
    # 5 km to town, 15 km from there to the hills, 15.811 km back
    assert [one[:3] for one in journeys(log)] == [
        ("from_base", ONE, 0), ("from_site", ONE, 1), ("to_base", ONE, 1),
    ]  # fmt: skip
    assert minutes(log) == [10, 30, 31]
    assert log["journeys"]["metres"].tolist() == [5_000, 15_000, 15_811]


def test_sites_are_spread_over_their_area(world: World) -> None:
    on_the_map(
        world, town={"x": "0 km", "y": "0 km", "radius": "10 km"}, hills={"x": "1 km", "y": "0 km"}
    )
    days = [case(f"{week} {day} 09:00") for week in (1, 2, 3, 4) for day in ("mon", "tue", "wed")]
    world.cases("visit", days)
    there = [row["metres"] for row in world.run()["journeys"] if row["way"] == 0]
    assert len(set(there)) == 12
    assert max(there) <= 10_000
    # half of a disc lies further out than 0.7 of its radius
    assert 3 <= sum(one > 7_071 for one in there) <= 9


# ---- from where ---------------------------------------------------------------------------------


def test_who_is_on_a_site_goes_on_from_there_to_a_visit_that_waits(world: World) -> None:
    between = {"town": {"town": fixed("10 min"), "hills": fixed("45 min")},
               "hills": {"hills": fixed("30 min")}}  # fmt: skip
    visiting(world, between=between)
    world.cases("visit", [case("mon 09:00"), case("mon 09:10", area="hills"), case("mon 09:20")])
    assert journeys(world.run()) == [
        ("from_base", ONE, 0, "mon 10:10", "mon 10:30"),
        ("from_site", ONE, 1, "mon 11:00", "mon 11:45"),
        ("from_site", ONE, 2, "mon 12:15", "mon 13:00"),
        ("to_base", ONE, 2, "mon 13:30", "mon 13:50"),
    ]


def test_without_ways_between_sites_it_is_as_far_as_from_base(world: World) -> None:
    visiting(world)
    world.cases("visit", [case("mon 09:00"), case("mon 09:10", area="hills"), case("mon 09:20")])
    assert minutes(world.run()) == [20, 60, 20, 20]


def test_before_work_at_base_he_goes_back(world: World) -> None:
    desk(visiting(world))
    world.cases("visit", [case("mon 09:00")])
    world.cases("desk", [case("mon 10:30")])
    log = world.run()
    assert journeys(log)[1] == ("to_base", ONE, 0, "mon 11:00", "mon 11:20")
    assert steps(log, 1) == [("desk/1", ONE, "mon 11:20", "mon 11:30")]


def test_after_his_shift_he_goes_home_in_his_own_time(world: World) -> None:
    visiting(world).cases("visit", [case("mon 15:30", area="hills"), case("tue 09:00")])
    assert journeys(world.run()) == [
        ("from_base", ONE, 0, "mon 16:40", "mon 17:40"),
        ("from_base", ONE, 1, "tue 10:10", "tue 10:30"),
        ("to_base", ONE, 1, "tue 11:00", "tue 11:20"),
    ]


def test_the_first_journey_of_a_shift_begins_at_home(world: World) -> None:
    between = {"town": {"town": fixed("10 min"), "hills": fixed("45 min")},
               "hills": {"hills": fixed("30 min")}}  # fmt: skip
    visiting(world, pool(1, "day", home="hills"), between=between)
    world.cases("visit", [case("mon 09:00"), case("mon 13:00"), case("tue 09:00", area="hills")])
    assert [(one[0], one[3], one[4]) for one in journeys(world.run())] == [
        ("from_home", "mon 10:10", "mon 10:55"),
        ("to_base", "mon 11:25", "mon 11:45"),
        ("from_base", "mon 14:10", "mon 14:30"),
        ("to_base", "mon 15:00", "mon 15:20"),
        ("from_home", "tue 10:10", "tue 10:40"),
        ("to_base", "tue 11:10", "tue 12:10"),
    ]


def test_nothing_begins_that_does_not_fit_with_its_way(world: World) -> None:
    visiting(world, pool(1, "day", latest_start="fits"))
    world.cases("visit", [case("mon 14:25", area="hills"), case("mon 14:35", area="hills")])
    log = world.run()  # the first is done at 17:05 with its way: too late by five minutes
    assert [row[2] for row in steps(log, only="visit/go")] == [ONE, ONE]
    assert [row[3] for row in steps(log, only="visit/go")] == ["tue 09:00", "tue 10:30"]


# ---- what comes back with him -------------------------------------------------------------------


def test_a_machine_comes_to_the_workshop_with_who_has_it(world: World) -> None:
    visiting(world)
    world.flow("bench", {"1": step("engineer")})
    world.flow(
        "visit",
        {
            "call": step("engineer", to="go", effect={"appointment": "agree"}),
            "go": step("engineer", to="take", effect={"appointment": "keep", "on_site": True}),
            "take": {"kind": "link", "doers": ["engineer"], "call": {"flow": "bench"},
                     "next": "end"},
        },
        owned_by="engineer",
    )  # fmt: skip
    world.set(work={"bench/1": {"time": fixed("1 h")}})
    world.cases("visit", [case("mon 09:00", area="hills")])
    log = world.run()
    assert steps(log, 0)[-1] == ("bench/1", ONE, "mon 12:40", "mon 13:40")
    assert journeys(log)[-1] == ("to_base", ONE, 0, "mon 11:40", "mon 12:40")
    # until then the case is on the way, as it is on the way there
    assert ("waiting", "bench/1", "-", "mon 11:40", "mon 12:40") in pieces(log)


# ---- who goes -----------------------------------------------------------------------------------


def test_visits_are_begun_by_who_has_their_area_in_his_territory(world: World) -> None:
    groups = {"town": {"people": 1, "territory": ["town"]},
              "hills": {"people": 1, "territory": ["hills"]}}  # fmt: skip
    visiting(world, {"national": {"calendar": "day", "shift_end": "finish", "groups": groups}})
    world.cases("visit", [case("mon 09:00", area="hills"), case("mon 09:01", area="hills"),
                          case("mon 09:02")])  # fmt: skip
    log = world.run()
    assert [row[2] for row in steps(log, only="visit/go")] == [TWO, ONE, TWO]


def test_a_formula_sends_the_nearest(world: World) -> None:
    groups = {"near": {"people": 1, "home": "town"}, "far": {"people": 1, "home": "hills"}}
    between = {"town": {"town": fixed("10 min"), "hills": fixed("50 min")},
               "hills": {"hills": fixed("15 min")}}  # fmt: skip
    pools = {"national": {"calendar": "day", "shift_end": "finish", "groups": groups,
                          "order": {"formula": "0 - travel"}}}  # fmt: skip
    visiting(world, pools, between=between)
    world.cases("visit", [case("mon 09:00", area="hills"), case("tue 09:00")])
    assert [row[2] for row in steps(world.run(), only="visit/go")] == [TWO, ONE]


def test_a_formula_lets_who_comes_free_take_what_is_near_him(world: World) -> None:
    order = {"formula": "0 - travel"}
    between = {"town": {"town": fixed("10 min"), "hills": fixed("50 min")},
               "hills": {"hills": fixed("15 min")}}  # fmt: skip
    visiting(world, pool(1, "day", order=order), between=between)
    world.cases("visit", [case("mon 09:00", area="hills"), case("mon 09:10"),
                          case("mon 09:20", area="hills")])  # fmt: skip
    log = world.run()
    assert [row[0] for row in steps(log, only="visit/go")] == [0, 2, 1]


# ---- the figures of a run, and its end ----------------------------------------------------------


def test_journeys_are_busy_time_and_the_way_there_is_the_cases(world: World) -> None:
    visiting(world).cases("visit", [case("mon 09:00", area="hills")])
    log = world.run()
    found = table.table(log).set_index(["kpi", "scope"])["value"]
    busy = found["utilisation", "pool=engineer"] * 20 * 8
    assert busy == pytest.approx((10 + 60 + 30 + 60) / 60)
    assert timelines.read(log)["cause"].tolist() == [WORKING, CUSTOMER, TRAVEL, WORKING]


def test_who_is_still_on_his_way_when_the_run_ends_is_told_up_to_it(world: World) -> None:
    always = pool(1, "always")
    visiting(world, always, lead="0 s").cases("visit", [case("4 sun 23:20", area="hills")])
    world.set(appointments={"calendar": "always"})
    log = world.run()
    assert pieces(log, "travel") == [
        ("travel", "visit/go", ONE, "4 sun 23:30", "5 mon 00:00"),
    ]
    assert journeys(log) == [("from_base", ONE, 0, "4 sun 23:30", "5 mon 00:30")]


def test_another_way_moves_no_other_draw(world: World) -> None:
    visiting(world).cases("visit", [case("mon 09:00")])
    world.set(work={"visit/go": {"time": {"kind": "exponential", "mean": "30 min"}}})
    before = world.run()
    drawn = {"time": {"kind": "exponential", "mean": "20 min"}}
    world.set(travel={"areas": {"town": drawn}})
    after = world.run()
    assert minutes(before) != minutes(after)
    assert worked(before) == worked(after)


def worked(log):
    """How long the work on site took."""
    pieces = log["pieces"]
    work = pieces[pieces["kind"] == PIECE_KINDS.index("work")]
    return (work["to_at"] - work["from_at"]).tolist()
