"""Owners: what is done again when work changes hands, who keeps a flow, who takes it over."""

import pytest

from cssim.basis.moments import HOUR
from cssim.eventlog import TAKEOVERS
from tests.sim import handbook_worlds
from tests.sim.worlds import (
    World,
    began,
    case,
    doer,
    fixed,
    node,
    pieces,
    pool,
    step,
    steps,
    told,
)


def takeovers(log):
    """(step, why, from, to, at, hours done again) of every take-over."""
    return [
        (node(log, int(row["node"])), TAKEOVERS[row["why"]], doer(log, int(row["from_agent"])),
         doer(log, int(row["to_agent"])), told(row["at"]), row["again"] / HOUR)
        for row in log["takeovers"]
    ]  # fmt: skip


# ---- work that is handed over -------------------------------------------------------------


@pytest.fixture
def handing(world: World) -> World:
    """Two workers from nine to five who hand over; half of what was worked is done again."""
    world.set(
        dispatch={"order": "fifo"},  # severity, then arrival
        pools={"worker": pool(2, "day", "hand_over", rework=0.5)},
        work={"work/1": {"time": fixed("4 h")}},
    )
    world.flow("work", {"1": step("worker")})
    return world


def test_another_does_a_share_of_what_was_worked_again(handing: World) -> None:
    handing.cases("work", [case("mon 15:00", severity="4"), case("mon 15:30")])
    log = handing.run()
    # worker 1 comes first in the morning, and takes what is gravest
    assert takeovers(log) == [
        ("work/1", "handed_over", "worker#2", "worker#1", "tue 09:00", 0.75),
        ("work/1", "handed_over", "worker#1", "worker#2", "tue 09:00", 1.0),
    ]
    assert steps(log, 0) == [("work/1", "worker#2", "mon 15:00", "tue 12:00")]
    assert steps(log, 1) == [("work/1", "worker#1", "mon 15:30", "tue 12:15")]
    assert pieces(log)[-2:] == [
        ("work", "work/1", "worker#2", "tue 09:00", "tue 12:00"),
        ("work", "work/1", "worker#1", "tue 09:00", "tue 12:15"),
    ]


def test_the_same_person_does_nothing_again(handing: World) -> None:
    handing.set(pools={"worker": pool(1, "day", "hand_over", rework=0.5)})
    handing.cases("work", [case("mon 15:00")])
    log = handing.run()
    assert takeovers(log) == []
    assert steps(log, 0) == [("work/1", "worker#1", "mon 15:00", "tue 11:00")]


def test_what_was_interrupted_is_done_again_in_part_by_another(handing: World) -> None:
    handing.set(pools={"worker": pool(2, rework=0.5, interrupted_by=["1"])})
    handing.cases("work", [
        case("mon 09:00", severity="3"), case("mon 10:00", severity="4"),
        case("mon 12:00", severity="1"),
    ])  # fmt: skip
    log = handing.run()
    # worker 2 is interrupted after two hours; worker 1 comes free at one and goes on
    assert takeovers(log) == [("work/1", "handed_over", "worker#2", "worker#1", "mon 13:00", 1.0)]
    assert steps(log, 1) == [("work/1", "worker#1", "mon 10:00", "mon 16:00")]


# ---- a flow that belongs to somebody ------------------------------------------------------


@pytest.fixture
def desk(world: World) -> World:
    """A desk of two that asks an expert, twice; every step takes an hour."""
    world.set(
        dispatch={"order": "fifo"},
        pools={"desk": pool(2), "expert": pool(1)},
        work={
            **{f"ask/{n}": {"time": fixed("1 h")} for n in "12345"},
            "short/1": {"time": fixed("90 min")}, "long/1": {"time": fixed("8 h")},
            "hour/1": {"time": fixed("1 h")},
        },
        owners={"ask": {"role": "desk"}},
    )  # fmt: skip
    world.flow("ask", {
        "1": step("desk", to="2"), "2": step("expert", to="3"), "3": step("desk", to="4"),
        "4": step("expert", to="5"), "5": step("desk"),
    })  # fmt: skip
    for name in ("short", "long", "hour"):
        world.flow(name, {"1": step("desk")})
    return world


def doers(log, number=0):
    return [(row[0][-1], *row[1:3]) for row in steps(log, number)]


BUSY = {  # from 10:30 on desk 1 is at something long; desk 2 is idle from 11:00 on
    "short": [case("mon 09:30")], "long": [case("mon 10:30")],
}  # fmt: skip


def busy(world: World, **more) -> None:
    world.cases("ask", [case("mon 09:00")])
    for flow, cases in (BUSY | more).items():
        world.cases(flow, cases)


def owners(log):
    return [doer(log, int(row["owner"])) for row in log["instances"]]


def test_the_tier_that_hands_up_keeps_what_it_owns_and_gets_it_back(desk: World) -> None:
    desk.cases("ask", [case("mon 09:00")])
    log = desk.run()
    assert doers(log) == [
        ("1", "desk#1", "mon 09:00"), ("2", "expert#1", "mon 10:00"),
        ("3", "desk#1", "mon 11:00"), ("4", "expert#1", "mon 12:00"),
        ("5", "desk#1", "mon 13:00"),
    ]  # fmt: skip
    assert owners(log) == ["desk#1"]
    assert takeovers(log) == []


def test_without_an_owner_it_lets_go(desk: World) -> None:
    del desk.scenario["owners"]
    desk.cases("ask", [case("mon 09:00")])
    log = desk.run()
    assert [row[1] for row in doers(log)[::2]] == ["desk#1", "desk#2", "desk#1"]
    assert owners(log) == ["-"]


def test_what_waits_elsewhere_does_not_hold_its_owner(desk: World) -> None:
    desk.set(pools={"desk": pool(1)})
    desk.cases("ask", [case("mon 09:00")])
    desk.cases("hour", [case("mon 09:10")])
    assert steps(desk.run(), 1) == [("hour/1", "desk#1", "mon 10:00", "mon 11:00")]


def test_an_owner_is_waited_for_without_a_limit(desk: World) -> None:
    busy(desk)
    assert doers(desk.run())[2] == ("3", "desk#1", "mon 18:30")


def test_each_time_that_a_flow_is_worked_through_it_has_an_owner_of_its_own(desk: World) -> None:
    desk.cases("ask", [case("mon 09:00"), case("mon 09:00")])
    log = desk.run()
    assert owners(log) == ["desk#1", "desk#2"]
    assert {row[1] for number in (0, 1) for row in doers(log, number)[::2]} == {"desk#1", "desk#2"}


def test_of_several_at_once_the_owner_is_the_one_of_his_role(desk: World) -> None:
    desk.flow("ask", {
        "1": step("expert", "desk", to="2"), "2": step("expert", to="3"), "3": step("desk", to="4"),
        "4": step("expert", to="5"), "5": step("desk"),
    })  # fmt: skip
    desk.cases("hour", [case("mon 08:30")])  # desk 1 is at work
    desk.cases("ask", [case("mon 09:00")])
    log = desk.run()
    assert owners(log)[1] == "desk#2"
    assert doers(log, 1)[2] == ("3", "desk#2", "mon 11:00")


def test_interrupted_work_comes_back_to_its_owner(desk: World) -> None:
    desk.set(pools={"desk": pool(2, interrupted_by=["1"])})
    desk.cases("ask", [case("mon 09:00", severity="4")])
    desk.cases("hour", [case("mon 08:45", severity="2"), case("mon 09:30", severity="1")])
    log = desk.run()
    # desk 2 is interrupted; desk 1 comes free first, but it is not his
    assert doers(log, 1)[0] == ("1", "desk#2", "mon 09:00")
    assert [row[2:] for row in pieces(log, "work") if row[1] == "ask/1"] == [
        ("desk#2", "mon 09:00", "mon 09:30"), ("desk#2", "mon 10:30", "mon 11:00"),
    ]  # fmt: skip


# ---- how long an owner is waited for ------------------------------------------------------


def test_after_the_limit_another_takes_over_all_of_it(desk: World) -> None:
    desk.set(owners={"ask": {"wait": "1 h"}})
    busy(desk)
    log = desk.run()
    assert doers(log)[2:] == [
        ("3", "desk#2", "mon 12:00"), ("4", "expert#1", "mon 13:00"),
        ("5", "desk#2", "mon 14:00"),
    ]  # fmt: skip
    assert takeovers(log) == [("ask/3", "waited", "desk#1", "desk#2", "mon 12:00", 0)]
    assert owners(log)[0] == "desk#2"


def test_who_comes_free_at_the_limit_itself_takes_his_own_work(desk: World) -> None:
    desk.set(owners={"ask": {"wait": "450 min"}})
    busy(desk)
    log = desk.run()
    assert doers(log)[2] == ("3", "desk#1", "mon 18:30")
    assert takeovers(log) == []


def test_after_the_limit_the_owner_may_still_be_the_first(desk: World) -> None:
    desk.set(owners={"ask": {"wait": "1 h"}})
    busy(desk, long=[case("mon 10:30"), case("mon 10:40")])  # desk 2 is busy until 19:00, too
    log = desk.run()
    assert doers(log)[2] == ("3", "desk#1", "mon 18:30")
    assert takeovers(log) == []
    assert owners(log)[0] == "desk#1"


def test_a_limit_counts_the_hours_of_the_owners_pool(desk: World) -> None:
    desk.set(owners={"ask": {"wait": "4 h"}}, pools={"desk": pool(2, "day", "finish")})
    desk.cases("ask", [case("fri 13:00")])
    desk.cases("short", [case("fri 13:30")])
    desk.cases("long", [case("fri 14:45"), case("fri 14:46")])  # both work until 22:45 or later
    desk.set(work={"long/1": {"time": fixed("66 h")}})  # desk 1 until Monday 08:45
    log = desk.run()
    assert doers(log)[2] == ("3", "desk#1", "2 mon 09:00")
    desk.set(work={"long/1": {"time": fixed("80 h")}}, owners={"ask": {"wait": "3 h"}})
    desk.cases("long", [case("fri 14:45")])
    # from Friday 15:00: two hours until the evening, one on Monday
    assert doers(desk.run())[2] == ("3", "desk#2", "2 mon 10:00")


def test_the_end_of_an_earlier_wait_does_nothing(desk: World) -> None:
    desk.set(owners={"ask": {"wait": "3 h"}})
    busy(desk, hour=[case("mon 10:30"), case("mon 12:35")], long=[case("mon 12:40")])
    log = desk.run()
    assert doers(log)[2] == ("3", "desk#1", "mon 11:30")  # it waited from 11:00 on
    assert doers(log)[4] == ("5", "desk#2", "mon 16:30")  # from 13:30 on


def test_a_step_of_several_waits_no_longer_for_its_owner(desk: World) -> None:
    desk.set(owners={"ask": {"wait": "1 h"}})
    desk.flow("ask", {
        "1": step("desk", to="2"), "2": step("expert", to="3"), "3": step("desk", "expert", to="4"),
        "4": step("expert", to="5"), "5": step("desk"),
    })  # fmt: skip
    busy(desk)
    log = desk.run()
    assert doers(log)[2:] == [
        ("3", "desk#2", "mon 12:00"), ("4", "expert#1", "mon 13:00"),
        ("5", "desk#2", "mon 14:00"),
    ]  # fmt: skip
    assert takeovers(log) == [("ask/3", "waited", "desk#1", "desk#2", "mon 12:00", 0)]


def test_a_step_of_several_that_waits_for_others_keeps_its_owner(desk: World) -> None:
    desk.set(owners={"ask": {"wait": "1 h"}}, pools={"helper": pool(1)},
             work={"other/1": {"time": fixed("5 h")}})  # fmt: skip
    desk.flow("ask", {
        "1": step("desk", to="2"), "2": step("expert", to="3"), "3": step("desk", "helper", to="4"),
        "4": step("expert", to="5"), "5": step("desk"),
    })  # fmt: skip
    desk.flow("other", {"1": step("helper")})
    desk.cases("ask", [case("mon 09:00")])
    desk.cases("other", [case("mon 10:00")])
    log = desk.run()
    assert doers(log)[2] == ("3", "desk#1", "mon 15:00")  # held from 11:00 on
    assert takeovers(log) == []


def test_begun_work_of_an_owner_is_taken_over_with_what_is_done_again(desk: World) -> None:
    desk.set(
        owners={"ask": {"wait": "1 h"}},
        pools={"desk": pool(2, "day", "hand_over", rework=0.5)},
        work={"ask/1": {"time": fixed("4 h")}},
    )
    desk.cases("ask", [case("mon 15:00", severity="4")])
    desk.cases("long", [case("mon 20:00", severity="1")])  # in the morning he takes it first
    log = desk.run()
    assert takeovers(log) == [("ask/1", "waited", "desk#1", "desk#2", "tue 10:00", 1.0)]
    assert steps(log, 0)[0] == ("ask/1", "desk#2", "mon 15:00", "tue 13:00")
    assert doers(log)[2][1] == "desk#2"


def test_an_owner_who_is_idle_is_not_what_is_waited_for(desk: World) -> None:
    desk.set(
        owners={"ask": {"wait": "1 h"}}, pools={"helper": pool(1), "third": pool(1)},
        work={"both/1": {"time": fixed("1 h")}, "third/1": {"time": fixed("7 h")}},
    )  # fmt: skip
    desk.flow("ask", {
        "1": step("desk", to="2"), "2": step("expert", to="3"), "3": step("desk", "helper", to="4"),
        "4": step("expert", to="5"), "5": step("desk"),
    })  # fmt: skip
    desk.flow("both", {"1": step("helper", "third")})
    desk.flow("third", {"1": step("third")})
    desk.cases("ask", [case("mon 09:00", severity="4")])
    desk.cases("third", [case("mon 08:00")])  # the helper is held from 10:00 until 16:00
    desk.cases("both", [case("mon 10:00")])
    log = desk.run()
    assert doers(log, 1)[2] == ("3", "desk#1", "mon 16:00")
    assert takeovers(log) == []


def test_an_owner_who_was_held_and_went_home_is_waited_for_anew(desk: World) -> None:
    desk.scenario["pools"]["desk"] = {"national": {
        "calendar": "day", "shift_end": "finish", "groups": {
            "first": {"people": 1, "away": {"holiday": {"from": "2025-01-07", "to": "2025-01-20"}}},
            "others": {"people": 1},
        },
    }}  # fmt: skip
    desk.set(owners={"ask": {"wait": "30 min"}}, pools={"helper": pool(1)},
             work={"other/1": {"time": fixed("5 h")}})  # fmt: skip
    desk.flow("ask", {
        "1": step("desk", to="2"), "2": step("expert", to="3"), "3": step("desk", "helper", to="4"),
        "4": step("expert", to="5"), "5": step("desk"),
    })  # fmt: skip
    desk.flow("other", {"1": step("helper")})
    desk.cases("ask", [case("mon 14:00")])
    desk.cases("other", [case("mon 15:00")])
    log = desk.run()
    # he is held from 16:00 on, at the limit too; then he is away
    assert doers(log)[2] == ("3", "desk#2", "tue 09:30")


def test_a_wait_that_is_over_touches_no_other_case(desk: World) -> None:
    desk.set(owners={"once": {"role": "desk", "wait": "3 h"}, "keep": {"role": "desk"}}, work={
        f"{flow}/{n}": {"time": fixed("1 h")} for flow in ("once", "keep") for n in "123"
    })  # fmt: skip
    for flow in ("once", "keep"):
        desk.flow(flow, {
            "1": step("desk", to="2"), "2": step("expert", to="3"), "3": step("desk")
        })  # fmt: skip
    desk.set(work={"keep/2": {"time": fixed("10 min")}})
    desk.cases("once", [case("mon 09:00")])  # waits at 11:00 for desk 1; is over at 12:30
    desk.cases("short", [case("mon 09:30")])
    desk.cases("hour", [case("mon 10:30")])
    desk.cases("long", [case("mon 12:29"), case("mon 13:35")])
    desk.cases("keep", [case("mon 12:31")])  # waits from 13:41 on for desk 1
    assert began(desk.run(), "keep/3") == [(4, "mon 21:35")]


@pytest.mark.parametrize("on_call", [True, False])
def test_who_is_on_call_has_his_own_work_when_he_is_on_shift(desk: World, on_call: bool) -> None:
    desk.set(pools={"desk": pool(2, "day")}, work={"ask/2": {"time": fixed("3 h")}})
    if on_call:
        desk.set(pools={"desk": pool(
            2, "day", on_call={"calendar": "always", "severities": ["1"]}
        )})  # fmt: skip
    desk.cases("ask", [case("mon 15:00", severity="4")])  # comes back at 19:00
    desk.cases("hour", [case("mon 20:00", severity="2")])  # desk 1 takes it first
    assert doers(desk.run())[2] == ("3", "desk#1", "tue 10:00")


# ---- dedicated agents (R21, R96) ----------------------------------------------------------


@pytest.fixture
def keys(world: World) -> World:
    """Key accounts are agent 1's; he is busy from 09:41 to 11:11 while agent 2 is free."""
    handbook_worlds.requests(world)
    world.set(pools={"agent": pool(2)})
    return world


def by(log, number):
    return {row[0].partition("/")[2]: row[1] for row in steps(log, number, only="1.8.2")}


KEY = {"key_account": "yes"}


def test_a_step_whose_skill_the_dedicated_agent_lacks_is_somebody_elses(keys: World) -> None:
    keys.scenario["attributes"]["customer"] = {"kind": "number", "count": 1}
    others = {"french": {"people": 1, "calendar": "always", "skills": {"french": 1}}}
    keys.set(
        pools={"agent": {"national": {"people": 2, "groups": others}}},
        work={"1.8.2/6": {"skill": "french"}},
    )
    keys.cases("1.8.2", [case("mon 09:00", key_account="yes")])
    done = {row[0]: row[1] for row in steps(keys.run(), 0)}
    assert done["1.8.2/6"] == "agent#3"


def test_a_dedicated_agent_is_waited_for_without_a_limit(keys: World) -> None:
    keys.cases("1.8.2", [case("mon 09:00"), case("mon 09:01", **KEY)])
    assert began(keys.run(), "1.8.2/6")[1] == (1, "mon 10:30")


def test_a_dedicated_agent_is_one_who_takes_calls(keys: World) -> None:
    keys.set(
        attributes={"customer": {"kind": "number", "count": 6000}},
        pools={"agent": {"national": {"people": 3, "ring_fenced": 2}}},
    )
    keys.cases("1.8.2", [case(f"mon {hour}:00", channel="phone", **KEY) for hour in (10, 14, 18)])
    log = keys.run()
    assert [by(log, number)["6"] for number in range(3)] == ["agent#1"] * 3


def test_after_the_limit_another_agent_is_the_dedicated_one(keys: World) -> None:
    keys.set(owners={"1.8.2": {"wait": "20 min"}})
    keys.cases("1.8.2", [
        case("mon 09:00"), case("mon 09:01", problem="software", **KEY),
        case("mon 10:25"), case("mon 10:26"),
    ])  # fmt: skip
    log = keys.run()
    mine = steps(log, 1, only="1.8.2")
    assert mine[4] == ("1.8.2/6", "agent#2", "mon 10:01", "mon 10:11")
    assert {row[1] for row in mine[4:]} == {"agent#2"}
    assert takeovers(log) == [("1.8.2/6", "waited", "agent#1", "agent#2", "mon 10:01", 0)]


def test_an_agent_who_owns_the_request_hands_it_to_the_dedicated_one(keys: World) -> None:
    keys.set(owners={"1.8.2": {"role": "agent", "wait": "20 min"}})
    keys.cases("1.8.2", [case("mon 09:00"), case("mon 09:01", problem="software", **KEY)])
    log = keys.run()
    assert takeovers(log) == [
        ("1.8.2/5", "dedicated", "agent#2", "agent#1", "mon 09:41", 0),
        ("1.8.2/6", "waited", "agent#1", "agent#2", "mon 10:01", 0),
    ]
    assert {row[1] for row in steps(log, 1, only="1.8.2")} == {"agent#2"}


# ---- who leaves the company ---------------------------------------------------------------


def of_two(leaves: str, **more):
    """A pool of two of whom the first leaves at a day's end."""
    alone = {"people": 1}
    return {"national": {"calendar": "always", "shift_end": "finish", **more, "groups": {
        "first": {**alone, "leaves": leaves}, "others": alone,
    }}}  # fmt: skip


@pytest.fixture
def leaving(desk: World) -> World:
    """Desk 1 leaves at Monday's end."""
    desk.scenario["pools"]["desk"] = of_two("2025-01-07")
    return desk


def late(world: World, hour: int) -> None:
    """As in `busy`, but later on the day; desk 1 works overtime on something long."""
    world.cases("ask", [case(f"mon {hour}:00")])
    world.cases("short", [case(f"mon {hour}:30")])
    world.cases("long", [case(f"mon {hour + 1}:30")])


def test_all_that_waits_for_who_has_left_goes_to_others(leaving: World) -> None:
    late(leaving, 21)
    log = leaving.run()
    assert doers(log)[2:] == [
        ("3", "desk#2", "tue 00:00"), ("4", "expert#1", "tue 01:00"),
        ("5", "desk#2", "tue 02:00"),
    ]  # fmt: skip
    assert takeovers(log) == [("ask/3", "left", "desk#1", "desk#2", "tue 00:00", 0)]
    assert owners(log)[0] == "desk#2"


def test_what_comes_back_to_who_has_left_meanwhile_goes_to_others(leaving: World) -> None:
    leaving.set(work={"ask/2": {"time": fixed("3 h")}})
    late(leaving, 21)
    log = leaving.run()
    assert doers(log)[2] == ("3", "desk#2", "tue 01:00")
    assert takeovers(log) == [("ask/3", "left", "desk#1", "desk#2", "tue 01:00", 0)]


def test_a_step_of_several_is_gathered_without_who_has_left(leaving: World) -> None:
    leaving.flow("ask", {
        "1": step("desk", to="2"), "2": step("expert", to="3"), "3": step("desk", "expert", to="4"),
        "4": step("expert", to="5"), "5": step("desk"),
    })  # fmt: skip
    late(leaving, 21)
    log = leaving.run()
    assert doers(log)[2] == ("3", "desk#2", "tue 00:00")
    assert takeovers(log) == [("ask/3", "left", "desk#1", "desk#2", "tue 00:00", 0)]


def test_who_leaves_finishes_his_sitting_and_owns_no_more(leaving: World) -> None:
    leaving.flow("ask", {
        "1": step("desk", to="2"), "2": step("desk", to="3"), "3": step("expert", to="4"),
        "4": step("desk", to="5"), "5": step("expert"),
    })  # fmt: skip
    leaving.cases("ask", [case("mon 23:30")])
    log = leaving.run()
    assert doers(log) == [
        ("1", "desk#1", "mon 23:30"), ("2", "desk#1", "tue 00:30"), ("3", "expert#1", "tue 01:30"),
        ("4", "desk#2", "tue 02:30"), ("5", "expert#1", "tue 03:30"),
    ]  # fmt: skip
    assert takeovers(log) == [("ask/4", "left", "desk#1", "desk#2", "tue 02:30", 0)]


def test_what_was_paused_by_who_has_left_is_taken_up_by_another(leaving: World) -> None:
    leaving.scenario["pools"]["desk"] = of_two(
        "2025-01-07", calendar="day", shift_end="pause", interrupted_by=["1"], rework=0.5
    )
    leaving.set(work={"ask/1": {"time": fixed("3 h")}})
    leaving.cases("ask", [case("mon 15:00")])
    log = leaving.run()
    assert steps(log, 0)[0] == ("ask/1", "desk#2", "mon 15:00", "tue 11:00")
    assert takeovers(log) == [("ask/1", "left", "desk#1", "desk#2", "tue 09:00", 1.0)]


def test_without_anybody_who_left_nothing_changes_hands(desk: World) -> None:
    late(desk, 21)
    assert doers(desk.run())[2] == ("3", "desk#1", "tue 06:30")


def test_customers_of_a_dedicated_agent_who_has_left_are_the_next_ones(keys: World) -> None:
    keys.scenario["pools"]["agent"] = of_two("2025-01-07")
    keys.scenario["pools"]["agent"]["national"]["groups"]["others"]["people"] = 2
    keys.cases("1.8.2", [
        case("mon 23:00"), case("mon 23:01", **KEY), case("tue 03:00", **KEY),
    ])  # fmt: skip
    log = keys.run()
    # agent 1 is at work until 00:30; his open case goes to agent 2, and so does a later one
    assert takeovers(log) == [("1.8.2/6", "left", "agent#1", "agent#2", "tue 00:00", 0)]
    assert by(log, 1)["6"] == "agent#2"
    assert (by(log, 2)["5"], by(log, 2)["6"]) == ("agent#3", "agent#2")


def test_who_has_not_come_yet_is_nobodys_dedicated_agent(keys: World) -> None:
    keys.scenario["pools"]["agent"] = of_two("2025-02-01")
    keys.scenario["pools"]["agent"]["national"]["groups"]["first"] = {
        "people": 1, "joins": "2025-01-08"
    }  # fmt: skip
    keys.cases("1.8.2", [case("mon 09:00", **KEY), case("thu 09:00", **KEY)])
    log = keys.run()
    assert by(log, 0)["6"] == "agent#2"
    assert by(log, 1)["6"] == "agent#1"


# ---- skills -------------------------------------------------------------------------------


def test_an_owner_who_cannot_do_a_step_leaves_it_to_who_can(desk: World) -> None:
    desk.scenario["pools"]["desk"] = {"national": {
        "calendar": "always", "shift_end": "finish",
        "groups": {"plain": {"people": 1}, "able": {"people": 1, "skills": {"parts": 1}}},
    }}  # fmt: skip
    desk.set(work={"ask/3": {"skill": "parts"}})
    desk.cases("ask", [case("mon 09:00")])
    log = desk.run()
    assert [row[1] for row in doers(log)[::2]] == ["desk#1", "desk#2", "desk#1"]
    assert owners(log) == ["desk#1"]


def test_begun_work_is_handed_over_to_who_can_do_it_and_not_to_its_owner(desk: World) -> None:
    desk.scenario["pools"]["desk"] = {"national": {
        "calendar": "day", "shift_end": "hand_over",
        "groups": {"plain": {"people": 1}, "able": {"people": 1, "skills": {"parts": 1}}},
    }}  # fmt: skip
    desk.set(work={"ask/3": {"skill": "parts", "time": fixed("2 h")}})
    desk.cases("ask", [case("mon 14:00")])
    assert steps(desk.run(), 0, only="ask/3") == [
        ("ask/3", "desk#2", "mon 16:00", "tue 10:00")
    ]  # fmt: skip


@pytest.mark.parametrize("idle", [True, False])
def test_a_helper_who_has_begun_a_flow_owns_it_and_has_all_of_it(desk: World, idle: bool) -> None:
    desk.set(pools={"other": pool(1, helps=["desk"])}, work={"own/1": {"time": fixed("1 h")}})
    desk.flow("own", {"1": step("other")})
    desk.cases("long", [case("mon 08:50"), case("mon 08:50")])  # the desk is at work until 16:50
    desk.cases("ask", [case("mon 09:00")])
    if not idle:
        desk.cases("own", [case("mon 10:30")])
    log = desk.run()
    assert doers(log, 2)[2] == ("3", "other#1", "mon 11:00" if idle else "mon 11:30")
    assert {row["pool"] for row in log["activities"] if node(log, row["node"]) == "ask/3"} == {0}
