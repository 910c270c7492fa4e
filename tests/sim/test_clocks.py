"""Clocks beside first response and resolution: where they start and stop, and how often."""

import pytest

from tests.sim import handbook_worlds
from tests.sim.handbook_worlds import likely
from tests.sim.worlds import World, case, clocks, fixed, pool, step

VISIT = {"problem": "software", "on_site_cover": "yes"}
ANSWER = {"start": "opened", "stop": {"started": ["1.8.2/1"]}}
ON_SITE = {"start": {"reached": ["1.8.5/1"]}, "stop": {"arrived": ["1.8.5/7"]}}
RESTORE = {"start": "opened", "stop": {"completed": ["1.8.5/9=fixed", "1.8.4/14=yes"]}}
UPDATE = {"start": "opened", "stop": {"completed": ["1.8.2/6", "1.8.5/2"]}, "repeats": True}


@pytest.fixture
def desk(world: World) -> World:
    """All steps take ten minutes; a visit is agreed on four hours ahead."""
    return handbook_worlds.requests(world)


def promised(desk: World, name: str, rule: object, target: str, **more: object) -> None:
    """A clock, and the same target for all severities."""
    targets = dict.fromkeys("1234", target)
    desk.set(sla={"clocks": {name: rule}, "contracts": {"standard": {name: targets, **more}}})


def told(log, number, clock):
    """(event, at) of every change of a clock of a case."""
    return [row[:2] for row in clocks(log, number, clock)]


def test_the_answer_clock_stops_when_somebody_begins_with_the_case(desk: World) -> None:
    promised(desk, "answer", ANSWER, "1 h")
    desk.set(pools={"agent": pool(3, "day")})
    desk.cases("1.8.2", [case("mon 08:30")])
    assert clocks(desk.run(), 0, "answer") == [
        ("start", "mon 08:30", 0), ("stop", "mon 09:00", 0.5),
    ]  # fmt: skip


def test_a_promise_of_an_answer_is_broken_at_its_due_moment(desk: World) -> None:
    promised(desk, "answer", ANSWER, "20 min")
    desk.set(pools={"agent": pool(3, "day")})
    desk.cases("1.8.2", [case("mon 08:30")])
    assert told(desk.run(), 0, "answer")[1] == ("breach", "mon 08:50")


def test_a_caller_is_answered_after_he_has_waited(desk: World) -> None:
    promised(desk, "answer", ANSWER, "2 h")
    desk.set(pools={"agent": pool(1)}, telephone={})
    desk.cases("1.8.2", [case("mon 09:00", channel="phone"), case("mon 09:05", channel="phone")])
    log = desk.run()
    # he is the first until his sitting ends: 1, 2, 4, 6, 8, 9, 18, 23, 26
    assert told(log, 1, "answer") == [("start", "mon 09:05"), ("stop", "mon 10:30")]


def test_a_clock_may_start_and_stop_at_nodes(desk: World) -> None:
    promised(desk, "on_site", ON_SITE, "8 h")
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    # 1.8.5/1 is enabled after 1.8.3/1, 2, 3; the visit is four hours after 2
    assert clocks(log, 0, "on_site") == [
        ("start", "mon 10:20", 0), ("stop", "mon 14:40", 4.333),
    ]  # fmt: skip


def test_arrival_is_when_work_starts_after_the_journey(desk: World) -> None:
    promised(desk, "on_site", ON_SITE, "8 h")
    desk.set(work={"1.8.5/7": {"time": fixed("10 min"), "travel": fixed("35 min")}})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert told(desk.run(), 0, "on_site")[-1] == ("stop", "mon 15:15")


def test_a_visit_that_is_on_its_way_when_the_run_ends_has_not_arrived(desk: World) -> None:
    promised(desk, "on_site", ON_SITE, "8 h")
    desk.set(work={"1.8.5/7": {"time": fixed("10 min"), "travel": fixed("40 d")}})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert told(desk.run(), 0, "on_site") == [("start", "mon 10:20"), ("breach", "mon 18:20")]


def test_only_the_first_visit_counts(desk: World) -> None:
    promised(desk, "on_site", ON_SITE, "24 h")
    desk.set(answers={"1.8.5/9": {
        "weights": {"next_visit": 1, "fixed": 0, "hand_back": 0},
        "visits": {"2": {"fixed": 1, "next_visit": 0, "hand_back": 0}},
    }})  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert [event for event, _ in told(desk.run(), 0, "on_site")] == ["start", "stop"]


def test_a_clock_that_starts_again_at_its_node_has_another_lap(desk: World) -> None:
    rule = {"start": {"reached": ["1.8.5/7"]}, "stop": {"started": ["1.8.5/7"]}}
    promised(desk, "on_site", rule, "24 h")
    desk.set(answers={"1.8.5/9": {
        "weights": {"next_visit": 1, "fixed": 0, "hand_back": 0},
        "visits": {"2": {"fixed": 1, "next_visit": 0, "hand_back": 0}},
    }})  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    rows = desk.run()["clocks"]
    laps = rows["promise"][(rows["clock"] == 3) & (rows["event"] == 0)]
    assert laps.tolist() == [0, 1]


def test_restoring_ends_with_a_certain_answer(desk: World) -> None:
    promised(desk, "restore", RESTORE, "24 h")
    desk.cases("1.8.2", [case("mon 09:00", **VISIT), case("mon 09:00", problem="hardware")])
    desk.set(answers=likely(f184_14="no", f184_12="no"))
    log = desk.run()
    # fixed at the end of 9; the other is not repaired: with the end of the case
    assert told(log, 0, "restore")[-1] == ("stop", "mon 15:10")
    closed = [row for row in told(log, 1, "resolution") if row[0] == "stop"]
    assert told(log, 1, "restore")[-1][0] == "stop"
    assert told(log, 1, "restore")[-1][1] > closed[0][1]


def test_a_customers_update_starts_again_with_the_whole_target(desk: World) -> None:
    promised(desk, "update", UPDATE, "30 min")
    desk.cases("1.8.2", [case("mon 09:00")])
    log = desk.run()
    # 6 is completed at 9:40, then nobody tells him anything until the case closes
    assert clocks(log, 0, "update") == [
        ("start", "mon 09:00", 0), ("breach", "mon 09:30", 0.5), ("start", "mon 09:40", 0),
        ("stop", "mon 09:40", 0.667), ("breach", "mon 10:10", 0.5), ("stop", "mon 10:30", 0.833),
    ]  # fmt: skip
    rows = log["clocks"][log["clocks"]["clock"] == 5]
    assert rows["promise"].tolist() == [0, 0, 0, 1, 1, 1]


def test_a_contract_without_a_target_for_a_clock_does_not_promise_it(desk: World) -> None:
    promised(desk, "answer", ANSWER, "1 h")
    desk.set(sla={
        "contract": {"of": {"yes": "gold"}},
        "contracts": {"gold": {
            "calendar": "always", "first_response": dict.fromkeys("1234", "1 h"),
            "resolution": dict.fromkeys("1234", "1 d"),
        }},
    })  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00"), case("mon 09:00", key_account="yes")])
    log = desk.run()
    assert told(log, 0, "answer") == [("start", "mon 09:00"), ("stop", "mon 09:00")]
    assert told(log, 1, "answer") == []


def test_a_clock_may_have_a_calendar_of_its_own(desk: World) -> None:
    promised(desk, "restore", RESTORE, "24 h", calendars={"restore": "day"})
    desk.cases("1.8.2", [case("mon 16:00", **VISIT)])
    log = desk.run()
    assert clocks(log, 0, "restore")[-1] == ("stop", "mon 22:10", 1)
    assert clocks(log, 0)[-1] == ("stop", "mon 23:20", 7.333)


def test_each_clock_has_causes_of_its_own_that_pause_it(desk: World) -> None:
    promised(desk, "on_site", {**ON_SITE, "pause": ["customer"]}, "8 h")
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    # parts are lent at 11:20; the visit is agreed for 14:40
    assert told(log, 0, "on_site") == [
        ("start", "mon 10:20"), ("pause", "mon 11:20"), ("resume", "mon 14:40"),
        ("stop", "mon 14:40"),
    ]  # fmt: skip
    assert "pause" not in [event for event, _ in told(log, 0, "resolution")]


def test_the_returns_flow_may_pause_a_clock(desk: World) -> None:
    desk.set(sla={"pause": {"resolution": ["returns"]}}, work={"RETURNS": {"time": fixed("2 h")}})
    desk.cases("1.8.2", [case("mon 09:00", problem="return")])
    log = desk.run()
    assert clocks(log, 0)[1:3] == [
        ("pause", "mon 10:00", 1), ("resume", "mon 12:00", 1),
    ]  # fmt: skip


def test_a_lap_that_begins_while_the_case_waits_stands_still_at_once(desk: World) -> None:
    rule = {"start": {"started": ["1.8.5/5"]}, "stop": {"arrived": ["1.8.5/7"]},
            "pause": ["approval"]}  # fmt: skip
    promised(desk, "on_site", rule, "8 h")
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert told(desk.run(), 0, "on_site")[:3] == [
        ("start", "mon 11:00"), ("pause", "mon 11:00"), ("resume", "mon 11:10"),
    ]  # fmt: skip


def test_what_is_due_next_counts_every_open_clock(desk: World) -> None:
    desk.set(pools={"agent": pool(1)}, work={"1.8.2/1": {"time": fixed("30 min")}})
    desk.cases("1.8.2", [case("mon 09:00"), case("mon 09:01", key_account="no"),
                         case("mon 09:02", key_account="yes")])  # fmt: skip
    desk.set(sla={
        "clocks": {"answer": ANSWER},
        "contract": {"of": {"yes": "gold"}},
        "contracts": {"gold": {**desk.scenario["sla"]["contracts"]["standard"],
                               "answer": dict.fromkeys("1234", "5 min")}},
    })  # fmt: skip
    rows = desk.run()["clocks"]
    answered = rows[(rows["clock"] == 2) & (rows["event"] == 3)]
    assert answered["case"].tolist() == [2]
    first = rows[(rows["clock"] == 0) & (rows["event"] == 3)]
    assert first["case"].tolist() == [0, 2, 1]


def branches(world: World) -> World:
    """A case is with the customer for three hours, and at the same time one hour at work."""
    world.flow("own", {
        "both": {"kind": "split", "branches": ["1", "2"]},
        "1": step("worker", to="met"),
        "2": step("customer", to="met"),
        "met": {"kind": "join", "next": "3"},
        "3": step("worker"),
    })  # fmt: skip
    hours = dict.fromkeys("1234", "9 h")
    world.set(
        pools={"worker": pool(1)},
        work={"own/1": {"time": fixed("1 h")}, "own/2": {"time": fixed("3 h")},
              "own/3": {"time": fixed("1 h")}},
        sla={
            "contract": {"by": "severity", "of": dict.fromkeys("1234", "standard")},
            "contracts": {"standard": {
                "calendar": "always", "first_response": hours, "resolution": hours}},
            "pause": {"resolution": ["customer"]},
            "applies_to": ["own"],
        },
    )  # fmt: skip
    world.cases("own", [case("mon 09:00")])
    return world


def test_a_clock_stands_still_when_the_last_branch_that_did_not_wait_has_ended(
    world: World,
) -> None:
    assert told(branches(world).run(), 0, "resolution") == [
        ("start", "mon 09:00"), ("pause", "mon 10:00"), ("resume", "mon 12:00"),
        ("stop", "mon 13:00"),
    ]  # fmt: skip
