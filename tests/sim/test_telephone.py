"""The telephone: who waits, who hangs up, who finds no place, who calls again."""

import numpy as np
import pytest

from cssim.eventlog import CASE_KINDS, CONTACT_OUTCOMES, NEVER
from tests.sim.worlds import World, began, case, choice, clocks, fixed, node, pool, step, told


@pytest.fixture
def line(world: World) -> World:
    """One person on the telephone, calls of 20 minutes; nobody waits longer than 15."""
    world.set(
        attributes={"channel": choice("phone", "web")},
        live={"channel": "phone"},
        telephone={"patience": fixed("15 min")},
        pools={"worker": pool(1)},
        work={"calls/1": {"time": fixed("20 min")}},
    )
    world.flow("calls", {"1": step("worker")})
    return world


def contacts(log):
    """(person, attempt, outcome, at, until) of every contact, by its number."""
    rows = np.sort(log["contacts"], order="contact")
    return [
        (int(row["person"]), int(row["attempt"]), CONTACT_OUTCOMES[row["outcome"]],
         told(row["at"]), told(row["until"]))
        for row in rows
    ]  # fmt: skip


def test_a_caller_who_waits_longer_than_his_patience_hangs_up(line):
    line.cases("calls", [case("mon 09:00"), case("mon 09:01"), case("mon 09:10")])
    log = line.run()
    assert contacts(log) == [
        (0, 1, "answered", "mon 09:00", "mon 09:00"),
        (1, 1, "abandoned", "mon 09:01", "mon 09:16"),
        (2, 1, "answered", "mon 09:10", "mon 09:20"),
    ]
    assert began(log, "calls") == [(0, "mon 09:00"), (1, "mon 09:20")]


def test_only_who_is_answered_becomes_a_case_and_cases_are_numbered_anew(line):
    line.cases("calls", [
        case("mon 09:00"), case("mon 09:01"), case("mon 09:10", severity="3"),
        case("mon 09:11", channel="web", severity="2"),
    ])  # fmt: skip
    log = line.run()
    assert log["cases"]["case"].tolist() == [0, 1, 2]
    assert [told(at) for at in log["cases"]["opened_at"]] == ["mon 09:00", "mon 09:10", "mon 09:11"]
    assert log.attributes["severity"].tolist() == [0, 2, 1]
    assert log["instances"]["case"].tolist() == [0, 1, 2]
    assert log["instances"]["instance"].tolist() == [0, 1, 2]
    assert np.sort(log["contacts"], order="contact")["case"].tolist() == [0, -1, 1, 2]


def test_who_is_answered_at_the_moment_his_patience_ends_is_answered(line):
    line.cases("calls", [case("mon 09:00"), case("mon 09:05")])
    assert contacts(line.run())[1] == (1, 1, "answered", "mon 09:05", "mon 09:20")


def test_a_caller_who_finds_all_places_taken_is_turned_away(line):
    line.set(pools={"worker": pool(1, places=1)}, telephone={"patience": fixed("1 h")})
    line.cases("calls", [case("mon 09:00"), case("mon 09:01"), case("mon 09:02")])
    assert contacts(line.run())[2] == (2, 1, "blocked", "mon 09:02", "mon 09:02")


def test_a_place_is_free_again_when_its_caller_hangs_up_or_is_answered(line):
    line.set(pools={"worker": pool(1, places=1)})
    line.cases("calls", [
        case("mon 09:00"), case("mon 09:01"), case("mon 09:17"), case("mon 09:21"),
    ])  # fmt: skip
    outcomes = [row[2] for row in contacts(line.run())]
    assert outcomes == ["answered", "abandoned", "answered", "abandoned"]


def test_without_places_to_wait_only_those_whom_somebody_is_free_for_get_through(line):
    line.set(pools={"worker": pool(2, places=0)})
    line.cases("calls", [case("mon 09:00"), case("mon 09:00"), case("mon 09:01")])
    assert [row[2] for row in contacts(line.run())] == ["answered", "answered", "blocked"]


def test_deferred_work_takes_no_place_of_a_caller(line):
    line.set(pools={"worker": pool(1, places=1)}, telephone={"patience": fixed("1 h")})
    line.cases("calls", [
        case("mon 09:00"), case("mon 09:01", channel="web"), case("mon 09:02"),
    ])  # fmt: skip
    log = line.run()
    assert [row[2] for row in contacts(log)] == ["answered", "received", "answered"]
    assert began(log, "calls") == [(0, "mon 09:00"), (2, "mon 09:20"), (1, "mon 09:40")]


def test_what_comes_over_another_channel_is_a_contact_and_a_case_as_it_arrives(line):
    line.cases("calls", [case("mon 09:00"), case("mon 09:01", channel="web")])
    log = line.run()
    assert contacts(log)[1] == (1, 1, "received", "mon 09:01", "mon 09:01")
    row = log["contacts"][log["contacts"]["contact"] == 1][0]
    assert (row["case"], log.terms["regions"][row["region"]]) == (1, "north")
    assert log.terms["pools"][row["pool"]]["name"] == "worker"
    assert told(log["cases"]["opened_at"][1]) == "mon 09:01"
    assert began(log, "calls")[1] == (1, "mon 09:20")


def test_what_nobody_has_begun_by_the_end_was_received_and_is_an_open_case(line):
    line.set(work={"calls/1": {"time": fixed("900 h")}})
    line.cases("calls", [case("mon 09:00"), case("mon 09:01", channel="web")])
    log = line.run()
    assert contacts(log)[1] == (1, 1, "received", "mon 09:01", "mon 09:01")
    assert log["cases"]["closed_at"].tolist() == [NEVER, NEVER]


def test_a_chaser_is_a_contact_over_the_channel_of_its_case(line):
    line.set(work={"calls/1": {"time": fixed("900 h")}}, pools={"worker": pool(2)})
    line.cases("calls", [case("mon 09:00", channel="web")], chasers="1 per day")
    log = line.run()
    chasers = log["cases"]["case"][log["cases"]["kind"] == CASE_KINDS.index("chaser")]
    assert len(chasers) > 0
    assert [row[2] for row in contacts(log)] == ["received"] * (1 + len(chasers))
    assert log["contacts"]["case"].tolist() == [0, *chasers]


def test_a_flow_that_is_no_customers_case_comes_by_no_contact(line):
    line.cases("calls", [case("mon 09:00")])
    line.flow("weekly", {"1": step("worker")}, kind="management")
    line.at("weekly", "mon", time="10:00")
    line.set(work={"weekly/1": {"time": fixed("1 h")}})
    log = line.run()
    assert len(log["cases"]) == 2
    assert [row[2] for row in contacts(log)] == ["answered"]


def test_who_calls_again_is_the_same_person_and_his_case_opened_when_he_first_tried(line):
    line.set(telephone={"redial": {"chance": 1, "delay": fixed("5 min")}})
    line.cases("calls", [case("mon 09:00"), case("mon 09:01", severity="2")])
    log = line.run()
    assert contacts(log) == [
        (0, 1, "answered", "mon 09:00", "mon 09:00"),
        (1, 1, "abandoned", "mon 09:01", "mon 09:16"),
        (1, 2, "answered", "mon 09:21", "mon 09:21"),
    ]
    assert told(log["cases"]["opened_at"][1]) == "mon 09:01"
    assert log.attributes["severity"].tolist() == [0, 1]
    assert log["activities"]["pieces"].tolist() == [0, 0], "pieces count people only"
    assert [(told(row["from_at"]), told(row["to_at"])) for row in log["pieces"]] == [
        ("mon 09:01", "mon 09:21")
    ]


def test_his_clocks_run_from_his_first_attempt(line):
    targets = dict.fromkeys("1234", "8 h")
    line.set(
        telephone={"redial": {"chance": 1, "delay": fixed("5 min")}},
        sla={
            "contract": {"by": "severity", "of": dict.fromkeys("1234", "all")},
            "contracts": {
                "all": {"calendar": "always", "first_response": targets, "resolution": targets}
            },
            "applies_to": ["calls"],
        },
    )
    line.cases("calls", [case("mon 09:00"), case("mon 09:01")])
    rows = line.run()["clocks"]
    started = {told(at) for at in rows[(rows["case"] == 1) & (rows["event"] == 0)]["at"]}
    assert started == {"mon 09:01"}


@pytest.mark.parametrize(("patience", "same"), [("same", True), ("new", False)])
def test_patience_is_drawn_anew_or_kept_as_the_key_says(line, patience, same):
    line.set(
        telephone={
            "patience": {"kind": "exponential", "mean": "10 min"},
            "redial": {"chance": 1, "delay": fixed("1 min"), "patience": patience},
        },
        work={"calls/1": {"time": fixed("5 h")}},
    )
    line.cases("calls", [case("mon 09:00"), case("mon 09:01")])
    waits = [
        row["until"] - row["at"]
        for row in line.run()["contacts"]
        if CONTACT_OUTCOMES[row["outcome"]] == "abandoned"
    ]
    assert len(waits) >= 3
    assert (len(set(waits)) == 1) is same


def test_patience_may_depend_on_an_attribute(line):
    line.set(telephone={"factors": {"severity": {"1": 0.2, "4": 2}}})
    line.cases("calls", [
        case("mon 09:00", severity="2"), case("mon 09:01", severity="1"),
        case("mon 09:01", severity="2"),
    ])  # fmt: skip
    assert [row[4] for row in contacts(line.run())[1:]] == ["mon 09:04", "mon 09:16"]


def test_the_patience_of_one_who_was_answered_hangs_up_on_nobody_else(line):
    line.set(work={"calls/1": {"time": fixed("20 min"), "factors": {"severity": {"2": 0.05}}}})
    line.cases("calls", [
        case("mon 09:00"), case("mon 09:10", severity="2"), case("mon 09:12"), case("mon 09:22"),
    ])  # fmt: skip
    assert [(row[2], row[4]) for row in contacts(line.run())] == [
        ("answered", "mon 09:00"), ("answered", "mon 09:20"), ("answered", "mon 09:21"),
        ("abandoned", "mon 09:37"),
    ]  # fmt: skip


def test_a_unit_that_hangs_up_for_good_asks_again_after_its_time(line):
    line.set(
        demand={"units": {"kind": "population", "flow": "calls", "units": 2, "region": "north",
                          "time": fixed("1 h")}},
        work={"calls/1": {"time": fixed("900 h")}},
        time={"window": "4 h"},
    )  # fmt: skip
    line.scenario["attributes"]["channel"]["weights"] = {"phone": 1}  # everybody calls
    assert [row[2:] for row in contacts(line.run())] == [
        ("answered", "mon 01:00", "mon 01:00"),
        ("abandoned", "mon 01:00", "mon 01:15"),
        ("abandoned", "mon 02:15", "mon 02:30"),
        ("abandoned", "mon 03:30", "mon 03:45"),
    ]


def test_nobody_calls_again_without_redial(line):
    line.cases("calls", [case("mon 09:00"), case("mon 09:01")])
    assert len(contacts(line.run())) == 2


def test_who_still_waits_at_the_end_is_a_contact_without_an_end_and_no_case(line):
    line.set(telephone={"patience": fixed("900 h")}, work={"calls/1": {"time": fixed("900 h")}})
    line.cases("calls", [case("mon 09:00"), case("mon 09:01")])
    log = line.run()
    assert contacts(log)[1] == (1, 1, "waiting", "mon 09:01", "never")
    assert log["contacts"]["until"].tolist()[1] == NEVER
    assert len(log["cases"]) == 1
    assert len(log["activities"]) == 1


def test_nobody_asks_after_a_case_that_never_was_one(line):
    line.cases("calls", [case("sat 09:00"), case("sat 09:01")], chasers="40 per day")
    line.set(work={"calls/1": {"time": fixed("1 min")}}, pools={"worker": pool(1, "day")})
    assert len(line.run()["cases"]) == 0


def test_more_people_move_no_callers_patience(line):
    line.set(telephone={"patience": {"kind": "exponential", "mean": "10 min"}})
    callers = [case("mon 09:00"), *(case(f"mon 09:{minute:02}") for minute in range(1, 20))]
    line.cases("calls", callers)
    few = {row[0]: row for row in contacts(line.run()) if row[2] == "abandoned"}
    line.set(pools={"worker": pool(2)})
    more = {row[0]: row for row in contacts(line.run()) if row[2] == "abandoned"}
    assert few.keys() & more.keys()
    for person in few.keys() & more.keys():
        assert few[person] == more[person]


def test_after_a_call_its_agent_is_busy_with_it_for_a_while(line):
    line.set(telephone={"after_call": fixed("7 min"), "patience": fixed("1 h")})
    line.cases("calls", [case("mon 09:00"), case("mon 09:01"), case("mon 09:02", channel="web")])
    log = line.run()
    assert began(log, "calls") == [(0, "mon 09:00"), (1, "mon 09:27"), (2, "mon 09:54")]
    after = log["pieces"]
    assert [(row["case"], told(row["from_at"]), told(row["to_at"])) for row in after] == [
        (0, "mon 09:20", "mon 09:27"), (1, "mon 09:47", "mon 09:54"),
    ]  # fmt: skip
    assert told(log["cases"]["closed_at"][0]) == "mon 09:20"


def test_after_call_work_begun_is_finished_after_the_shifts_end(line):
    line.set(
        telephone={"after_call": fixed("30 min")},
        pools={"worker": pool(1, "day", "hand_over")},
    )
    line.cases("calls", [case("mon 16:20"), case("tue 09:00")])
    log = line.run()
    assert [told(row["to_at"]) for row in log["pieces"]] == ["mon 17:10", "tue 09:50"]
    assert began(log, "calls") == [(0, "mon 16:20"), (1, "tue 09:00")]


def test_live_work_of_one_call_has_one_after_call_stretch(line):
    line.set(telephone={"after_call": fixed("5 min")}, work={"calls/2": {"time": fixed("5 min")}})
    line.flow("calls", {"1": step("worker", to="2"), "2": step("worker")})
    line.cases("calls", [case("mon 09:00")])
    assert [told(row["from_at"]) for row in line.run()["pieces"]] == ["mon 09:25"]


@pytest.fixture
def two(line: World) -> World:
    """The same line with people in two regions; who waits 5 minutes in the north goes south."""
    place = {"people": 1, "calendar": "always", "shift_end": "finish"}
    line.set(
        regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}},
        telephone={"overflow": {"after": "5 min", "to": {"north": "south"}}},
    )
    line.scenario["pools"] = {"worker": {"north": place, "south": dict(place)}}
    return line


def who(log):
    """(caller, outcome, whose line, until) of every contact."""
    pools = [pool["name"] for pool in log.terms["pools"]]
    rows = np.sort(log["contacts"], order="contact")
    return [
        (int(row["person"]), CONTACT_OUTCOMES[row["outcome"]], pools[row["pool"]],
         told(row["until"]))
        for row in rows
    ]  # fmt: skip


def test_who_waits_too_long_is_put_through_to_another_region(two):
    two.cases("calls", [case("mon 09:00"), case("mon 09:01"), case("mon 09:02")])
    assert who(two.run()) == [
        (0, "answered", "worker.north", "mon 09:00"),
        (1, "answered", "worker.south", "mon 09:06"),
        (2, "abandoned", "worker.south", "mon 09:17"),
    ]


def test_a_contact_has_the_region_where_he_called_and_he_calls_there_again(two):
    two.set(
        telephone={"patience": fixed("8 min"), "redial": {"chance": 1, "delay": fixed("5 min")}},
        work={"calls/1": {"time": fixed("40 min"), "factors": {"severity": {"2": 0.4}}}},
    )
    two.cases("calls", [
        case("mon 09:00", severity="2"), case("mon 09:00", region="south"), case("mon 09:01"),
    ])  # fmt: skip
    log = two.run()
    assert who(log)[2:] == [
        (2, "abandoned", "worker.south", "mon 09:09"),
        (2, "answered", "worker.north", "mon 09:16"),
    ]
    mine = log["contacts"][log["contacts"]["person"] == 2]
    assert set(mine["region"]) == {log.terms["regions"].index("north")}


def test_whoever_answers_a_caller_is_promised_the_hours_of_his_own_region(two):
    two.set(
        regions={"south": {"calendar": "late"}},
        sla={
            "contract": {"by": "severity", "of": dict.fromkeys("1234", "standard")},
            "contracts": {"standard": {
                "calendar": "region", "first_response": dict.fromkeys("1234", "9 h"),
                "resolution": dict.fromkeys("1234", "9 h"),
            }},
            "applies_to": ["calls"],
        },
    )  # fmt: skip
    two.cases("calls", [case("mon 09:00"), case("mon 09:01")])
    # answered in the south at 9:06, and done 20 minutes later; open in the north from 9
    assert clocks(two.run(), 1)[-1] == ("stop", "mon 09:26", 0.417)


def test_from_the_other_region_nobody_is_put_through_again(two):
    two.cases("calls", [case("mon 09:00", region="south"), case("mon 09:01", region="south")])
    assert who(two.run())[1] == (1, "abandoned", "worker.south", "mon 09:16")


def test_who_is_put_through_keeps_the_patience_he_has_left(two):
    two.cases("calls", [
        case("mon 09:00"), case("mon 09:00", region="south"), case("mon 09:03"),
    ])  # fmt: skip
    assert who(two.run())[2] == (2, "abandoned", "worker.south", "mon 09:18")


def test_a_full_line_takes_nobody_over(two):
    two.scenario["pools"]["worker"]["south"]["places"] = 0
    two.cases("calls", [
        case("mon 09:00"), case("mon 09:00", region="south"), case("mon 09:10"),
    ])  # fmt: skip
    assert who(two.run())[2] == (2, "answered", "worker.north", "mon 09:20")


def test_who_accepts_to_be_called_back_rings_off_and_waits_as_deferred_work(line):
    line.set(telephone={"callback": {"after": "5 min", "accepting": 1}})
    line.cases("calls", [case("mon 09:00"), case("mon 09:01"), case("mon 09:18")])
    log = line.run()
    assert contacts(log) == [
        (0, 1, "answered", "mon 09:00", "mon 09:00"),
        (1, 1, "called_back", "mon 09:01", "mon 09:06"),
        (2, 1, "answered", "mon 09:18", "mon 09:20"),
    ]
    assert began(log, "calls") == [(0, "mon 09:00"), (2, "mon 09:20"), (1, "mon 09:40")]
    assert told(log["cases"]["opened_at"][1]) == "mon 09:01"
    assert log["contacts"]["case"].tolist().count(1) == 1


def test_who_does_not_accept_waits_on_and_hangs_up(line):
    line.set(telephone={"callback": {"after": "5 min", "accepting": 0}})
    line.cases("calls", [case("mon 09:00"), case("mon 09:01")])
    assert contacts(line.run())[1] == (1, 1, "abandoned", "mon 09:01", "mon 09:16")


def test_who_is_to_be_called_back_at_the_end_is_no_case_yet(line):
    line.set(
        telephone={"callback": {"after": "5 min", "accepting": 1}},
        work={"calls/1": {"time": fixed("900 h")}},
    )
    line.cases("calls", [case("mon 09:00"), case("mon 09:01")])
    log = line.run()
    assert [row[2] for row in contacts(log)] == ["answered", "called_back"]
    assert len(log["cases"]) == 1


def test_a_call_that_is_handed_on_has_its_after_call_work_with_the_step_before(line):
    line.set(
        telephone={"after_call": fixed("5 min")},
        pools={"worker": pool(1), "expert": pool(1)},
        work={"calls/2": {"time": fixed("1 h")}},
    )
    line.flow("calls", {"1": step("worker", to="2"), "2": step("expert")})
    line.cases("calls", [case("mon 09:00"), case("mon 09:21")])
    log = line.run()
    assert [(node(log, row["node"]), told(row["from_at"])) for row in log["pieces"]] == [
        ("calls/1", "mon 09:20"), ("calls/1", "mon 09:45"),
    ]  # fmt: skip
    assert began(log, "calls/1") == [(0, "mon 09:00"), (1, "mon 09:25")]


@pytest.fixture
def fenced(line: World) -> World:
    """Two people, one of them for deferred work only."""
    line.set(pools={"worker": pool(2, ring_fenced=1)}, telephone={"patience": fixed("1 h")})
    return line


def test_who_is_ring_fenced_takes_no_live_call_though_he_is_idle(fenced):
    fenced.cases("calls", [case("mon 09:00"), case("mon 09:01")])
    log = fenced.run()
    assert began(log, "calls") == [(0, "mon 09:00"), (1, "mon 09:20")]
    assert set(log["activities"]["agent"]) == {0}


def test_who_is_ring_fenced_takes_deferred_work_before_calls_that_wait(fenced):
    fenced.cases("calls", [
        case("mon 09:00"), case("mon 09:00", channel="web"), case("mon 09:01"),
        case("mon 09:02", channel="web"),
    ])  # fmt: skip
    log = fenced.run()
    assert began(log, "calls") == [
        (0, "mon 09:00"), (1, "mon 09:00"), (2, "mon 09:20"), (3, "mon 09:20"),
    ]  # fmt: skip


def test_the_others_take_deferred_work_too(fenced):
    fenced.cases("calls", [case("mon 09:00", channel="web"), case("mon 09:01", channel="web")])
    assert began(fenced.run(), "calls") == [(0, "mon 09:00"), (1, "mon 09:01")]


def test_a_call_does_not_interrupt_who_is_ring_fenced(fenced):
    fenced.set(pools={"worker": pool(2, ring_fenced=1, interrupted_by=["live"])})
    fenced.cases("calls", [
        case("mon 09:00", channel="web"), case("mon 09:00", channel="web"),
        case("mon 09:01"), case("mon 09:02"),
    ])  # fmt: skip
    log = fenced.run()
    assert began(log, "calls")[2:] == [(2, "mon 09:01"), (3, "mon 09:21")]
    assert set(log["pieces"]["case"]) == {0}
