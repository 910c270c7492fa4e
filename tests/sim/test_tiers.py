"""What tiers and suppliers promise: a clock for each stay, nested in the customer's."""

import pytest

from tests.sim import handbook_worlds
from tests.sim.handbook_worlds import likely
from tests.sim.worlds import World, case, clocks, fixed, pool, told

ALL = dict.fromkeys("1234", "1 h")
TIER, SUPPLIER = 6, 7


@pytest.fixture
def desk(world: World) -> World:
    """All steps take ten minutes; the agents, the engineers and acme have promised an hour."""
    made = handbook_worlds.requests(world)
    made.set(sla={
        "tiers": {
            "agent": {"calendar": "always", "target": ALL},
            "regional_engineer": {"calendar": "always", "target": ALL},
        },
        "suppliers": {"acme": {"target": ALL}},
    })  # fmt: skip
    return made


def stays(log, number, clock=TIER):
    """(whose, which stay, event, at) of a case's nested clocks."""
    rows = log["clocks"][(log["clocks"]["case"] == number) & (log["clocks"]["clock"] == clock)]
    names = [one["name"] for one in log.terms["nested"]["tier" if clock == TIER else "supplier"]]
    events = ("start", "pause", "resume", "stop", "retarget", "breach", "change")
    return [
        (names[row["scope"] - 1], int(row["promise"]), events[row["event"]], told(row["at"]))
        for row in rows
    ]


def test_a_tiers_clock_runs_from_arrival_until_the_case_leaves(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", problem="software")])
    log = desk.run()
    # 1 to 8 at the agents', 1.8.3/1, 2, 3 at the engineers', 7 and 12 at headquarters
    assert stays(log, 0)[:4] == [
        ("agent", 0, "start", "mon 09:00"), ("agent", 0, "stop", "mon 09:50"),
        ("regional_engineer", 0, "start", "mon 09:50"),
        ("regional_engineer", 0, "stop", "mon 10:20"),
    ]  # fmt: skip
    assert stays(log, 0)[4:] == [
        ("regional_engineer", 1, "start", "mon 10:40"),
        ("regional_engineer", 1, "stop", "mon 10:50"),
        ("agent", 1, "start", "mon 10:50"), ("agent", 1, "stop", "mon 11:00"),
    ]  # fmt: skip


def test_it_runs_while_the_case_waits_in_the_tiers_line(desk: World) -> None:
    desk.set(pools={"regional_engineer": pool(3, "late")})
    desk.cases("1.8.2", [case("mon 09:00", problem="software")])
    assert stays(desk.run(), 0)[2:5] == [
        ("regional_engineer", 0, "start", "mon 09:50"),
        ("regional_engineer", 0, "breach", "mon 10:50"),
        ("regional_engineer", 0, "stop", "mon 11:30"),
    ]


def test_with_the_customer_it_is_still_the_tiers_who_waits_for_him(desk: World) -> None:
    desk.set(work={"1.8.4/4": {"time": fixed("3 h")}})
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    found = [row for row in stays(desk.run(), 0) if row[0] == "regional_engineer"]
    assert found[0] == ("regional_engineer", 0, "start", "mon 09:50")
    assert [row[1] for row in found] == [0, 0, 0]


def test_it_stands_still_whenever_the_customers_clock_does(desk: World) -> None:
    desk.set(work={"1.8.4/4": {"time": fixed("3 h")}}, sla={"pause": {"resolution": ["customer"]}})
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    log = desk.run()
    paused = [row[3] for row in stays(log, 0) if row[2] in ("pause", "resume")]
    assert paused == ["mon 10:10", "mon 13:10"]
    assert ("pause", "mon 10:10") in [row[:2] for row in clocks(log, 0)]


def test_a_tier_may_have_causes_of_its_own_that_stop_its_clock(desk: World) -> None:
    desk.set(work={"1.8.4/4": {"time": fixed("3 h")}},
             sla={"tiers": {"regional_engineer": {"pause": ["customer"]}}})  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    log = desk.run()
    assert "pause" in [row[2] for row in stays(log, 0)]
    assert "pause" not in [row[0] for row in clocks(log, 0)]


def test_nothing_is_promised_to_us_once_the_customers_clock_has_stopped(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", problem="service")])
    log = desk.run()
    # the other department has it from 10:00 (17, 21); then 22 is enabled and stops all
    assert clocks(log, 0)[-1][:2] == ("stop", "mon 10:20")
    assert stays(log, 0)[-1] == ("agent", 0, "stop", "mon 10:00")


def test_a_case_that_is_passed_within_a_tier_stays_there(desk: World) -> None:
    desk.set(attributes={"key_account": {"kind": "choice", "weights": {"yes": 1}}})
    desk.set(sla={"contract": {"of": {"no": {"enabled": False}}}})
    desk.set(pools={"agent": pool(2)})
    desk.cases("1.8.2", [case("mon 09:00"), case("mon 09:05")])
    assert [row[1:3] for row in stays(desk.run(), 1)] == [(0, "start"), (0, "breach"), (0, "stop")]


def test_a_suppliers_clock_runs_over_his_consecutive_steps_in_his_hours(desk: World) -> None:
    desk.set(answers=likely(f183_7="no", f183_8="no"), sla={"contracts": {"standard": {
        "resolution": dict.fromkeys("1234", "9 d")}}})  # fmt: skip
    desk.cases("1.8.2", [case("mon 06:00", problem="software")])
    log = desk.run()
    # 9 from 7:40, four of his hours from 9; 10 the next four
    assert stays(log, 0, SUPPLIER) == [
        ("acme", 0, "start", "mon 07:40"), ("acme", 0, "breach", "mon 10:00"),
        ("acme", 0, "stop", "mon 17:00"),
    ]  # fmt: skip


def test_his_own_work_stops_the_customers_clock_and_not_his(desk: World) -> None:
    desk.set(answers=likely(f183_7="no", f183_8="no"), sla={"pause": {"resolution": ["supplier"]}})
    desk.cases("1.8.2", [case("mon 09:00", problem="software")])
    log = desk.run()
    assert "pause" in [row[0] for row in clocks(log, 0)]
    assert [row[2] for row in stays(log, 0, SUPPLIER)] == ["start", "breach", "stop"]


def test_a_caller_is_with_the_agents_from_his_first_attempt(desk: World) -> None:
    desk.set(pools={"agent": pool(1)}, telephone={})
    desk.cases("1.8.2", [case("mon 09:00", channel="phone"), case("mon 09:05", channel="phone")])
    assert stays(desk.run(), 1)[0] == ("agent", 0, "start", "mon 09:05")


def test_of_two_suppliers_one_may_have_promised_nothing(desk: World) -> None:
    """The laws, too, ask nothing of the other's stays."""
    times = {f"1.8.3/{node}": fixed("4 h") for node in ("9", "10", "13")}
    desk.set(
        attributes={"product": {"kind": "choice", "weights": {"router": 1, "server": 1}}},
        suppliers={"borealis": {"calendar": "day", "times": times}},
        products={"server": {"supplier": "borealis", "unit": "box"}},
        parts={"lead_time": {"borealis": fixed("5 d")}, "repair_time": {"borealis": fixed("7 d")}},
        answers=likely(f183_2="no", f183_7="no", f183_8="no"),
    )
    desk.cases("1.8.2", [
        case("mon 09:00", problem="software", product="router"),
        case("mon 09:00", problem="software", product="server"),
    ])  # fmt: skip
    log = desk.run()
    assert stays(log, 0, SUPPLIER)
    assert not stays(log, 1, SUPPLIER)
