"""Suppliers' hours and silences, the customer's own steps, and what is open at the end."""

import pytest

from cssim.eventlog import NEVER
from tests.sim import handbook_worlds
from tests.sim.handbook_worlds import likely
from tests.sim.worlds import (
    World,
    began,
    case,
    choice,
    fixed,
    moves,
    node,
    pieces,
    pool,
    step,
    steps,
    told,
)

UP = {"f183_7": "no", "f183_8": "no"}  # all the way up to the supplier


@pytest.fixture
def desk(world: World) -> World:
    """Acme works from nine to five, and takes four hours for each step."""
    world = handbook_worlds.requests(world)
    world.set(answers=likely(**UP))
    return world


SOFTWARE = case("mon 12:00", problem="software")


def test_a_suppliers_step_takes_time_of_his_hours_and_nobody_of_ours(desk: World) -> None:
    desk.cases("1.8.2", [SOFTWARE])
    log = desk.run()
    # 1.8.2 until 12:50, then 1.8.3/1, 2, 3, 7, 8 until 13:40
    assert steps(log, 0, only="1.8.3/9") == [("1.8.3/9", "-", "mon 13:40", "tue 09:40")]
    assert steps(log, 0, only="1.8.3/10") == [("1.8.3/10", "-", "tue 09:40", "tue 13:40")]
    assert began(log, "1.8.3/11") == [(0, "tue 13:40")]


def test_a_silence_stops_his_time(desk: World) -> None:
    desk.set(suppliers={"acme": {"silences": {"fair": {"from": "2025-01-07", "to": "2025-01-09"}}}})
    desk.cases("1.8.2", [SOFTWARE])
    assert steps(desk.run(), 0, only="1.8.3/9")[0][3] == "thu 09:40"


def test_a_product_names_its_supplier(desk: World) -> None:
    slow = {"calendar": "day", "times": {f"1.8.3/{n}": fixed("8 h") for n in ("9", "10", "13")}}
    desk.set(
        attributes={"product": choice("router", "server")},
        suppliers={"slow": slow},
        products={"server": {"supplier": "slow", "unit": "box",
                             "visit_parts": {"board": {"chance": 1}}}},
    )  # fmt: skip
    cases = [case("mon 12:00", problem="software", product=what) for what in ("router", "server")]
    desk.cases("1.8.2", cases)
    assert [row[4] for row in steps(desk.run(), only="1.8.3/9")] == ["tue 09:40", "tue 13:40"]


def test_a_product_names_its_supplier_also_where_there_are_no_parts(world: World) -> None:
    quick, slow = ({"calendar": "day", "times": {"ask/1": fixed(time)}} for time in ("1 h", "2 h"))
    world.set(
        attributes={"product": choice("router", "server")},
        suppliers={"quick": quick, "slow": slow},
        products={"router": {"supplier": "quick"}, "server": {"supplier": "slow"}},
    )
    world.flow("ask", {"1": step("supplier")})
    world.cases("ask", [case("mon 09:00", product=what) for what in ("router", "server")])
    assert [row[4] for row in steps(world.run())] == ["mon 10:00", "mon 11:00"]


def test_the_customers_steps_take_calendar_time_and_no_people(desk: World) -> None:
    desk.set(work={"1.8.4/4": {"time": fixed("3 d")}})
    desk.cases("1.8.2", [case("fri 20:00", problem="hardware")])
    assert steps(desk.run(), 0, only="1.8.4/4") == [("1.8.4/4", "-", "fri 21:10", "2 mon 21:10")]


# ---- open at the end of the run -----------------------------------------------------------


def open_rows(log):
    rows = log["activities"]
    return [
        (node(log, int(row["node"])), told(row["enabled_at"]), told(row["started_at"]))
        for row in rows[rows["completed_at"] == NEVER]
    ]


@pytest.fixture
def short(world: World) -> World:
    """A run of one day, one worker who takes five hours."""
    world.set(
        time={"window": "1 d"},
        pools={"worker": pool(1), "other": pool(1)},
        work={"work/1": {"time": fixed("5 h")}, "pair/1": {"time": fixed("5 h")}},
    )
    world.flow("work", {"1": step("worker")})
    world.flow("pair", {"1": step("worker", "other")})
    return world


def test_what_is_at_work_at_the_end_is_written_as_open(short: World) -> None:
    short.cases("work", [case("mon 20:00")])
    log = short.run()
    assert open_rows(log) == [("work/1", "mon 20:00", "mon 20:00")]
    assert log["cases"]["closed_at"].tolist() == [NEVER]
    assert log["cases"]["outcome"].tolist() == [-1]


def test_what_waits_in_a_line_at_the_end_is_written_as_open(short: World) -> None:
    short.cases("work", [case("mon 20:00"), case("mon 21:00")])
    assert open_rows(short.run())[1] == ("work/1", "mon 21:00", "never")


def test_what_ends_at_the_very_end_is_done(short: World) -> None:
    short.cases("work", [case("mon 19:00")])
    log = short.run()
    assert open_rows(log) == []
    assert told(log["cases"]["closed_at"][0]) == "tue 00:00"


def test_several_doers_are_busy_until_the_end(short: World) -> None:
    short.cases("pair", [case("mon 20:00")])
    assert pieces(short.run()) == [
        ("work", "pair/1", "other#1", "mon 20:00", "tue 00:00"),
        ("work", "pair/1", "worker#1", "mon 20:00", "tue 00:00"),
    ]


def test_who_is_held_at_the_end_has_been_held(short: World) -> None:
    short.cases("work", [case("mon 20:00")])
    short.cases("pair", [case("mon 21:00")])
    log = short.run()
    assert open_rows(log)[1] == ("pair/1", "mon 21:00", "never")
    assert pieces(log) == [("held", "pair/1", "other#1", "mon 21:00", "tue 00:00")]


def test_open_instances_are_written_up_to_the_outermost(desk: World) -> None:
    desk.set(time={"window": "1 d"}, work={"1.8.5/1": {"time": fixed("3 d")}})
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware", on_site_cover="yes")])
    log = desk.run()
    rows = log["instances"]
    flows = [log.terms["flows"][row["flow"]] for row in rows]
    assert flows == ["1.8.2", "1.8.4", "1.8.5"]
    assert [told(row["closed_at"]) for row in rows] == ["never", "mon 10:10", "never"]
    assert open_rows(log) == [("1.8.5/1", "mon 10:10", "mon 10:10")]


def test_waiting_for_a_part_at_the_end_is_told_as_such(desk: World) -> None:
    desk.set(time={"window": "1 d"}, parts={"stock": {"north": {"board": {"initial": 0}}}})
    desk.cases("1.8.2", [case("mon 09:00", problem="software", on_site_cover="yes")])
    log = desk.run()
    assert open_rows(log) == [("1.8.5/6", "mon 11:10", "never")]
    assert pieces(log) == [("waiting", "1.8.5/6", "-", "mon 11:10", "tue 00:00")]
    assert [one[2:4] for one in moves(log) if one[0] == "board"] == [("bought", "in_transit@north")]


def test_waiting_for_an_appointment_at_the_end_is_told_as_such(desk: World) -> None:
    desk.set(
        time={"window": "1 d"}, answers=likely(f185_3c="no"), appointments={"lead": fixed("2 d")}
    )
    desk.cases("1.8.2", [case("mon 09:00", problem="software", on_site_cover="yes")])
    assert pieces(desk.run()) == [("waiting", "1.8.5/7", "-", "mon 10:50", "tue 00:00")]


def test_what_was_handed_over_at_the_end_is_nobodys(short: World) -> None:
    short.set(pools={"worker": pool(1, "day", "hand_over")})
    short.cases("work", [case("mon 15:00")])
    log = short.run()
    assert open_rows(log) == [("work/1", "mon 15:00", "mon 15:00")]
    assert pieces(log) == [("work", "work/1", "worker#1", "mon 15:00", "mon 17:00")]
    assert log["activities"]["agent"].tolist() == [-1]
