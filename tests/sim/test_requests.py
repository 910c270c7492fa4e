"""Requests as the handbook's own flows work them: sittings, dedicated agents, visits."""

import pytest

from tests.sim import handbook_worlds
from tests.sim.handbook_worlds import likely, row
from tests.sim.worlds import (
    World,
    answers,
    began,
    case,
    choice,
    fixed,
    kept,
    node,
    pieces,
    pool,
    sittings,
    steps,
)


@pytest.fixture
def desk(world: World) -> World:
    return handbook_worlds.requests(world)


def names(log, number, flow=""):
    return [row[0] for row in steps(log, number, only=flow)]


# ---- key accounts (R21, R96) --------------------------------------------------------------


def test_a_request_that_one_agent_can_solve_is_one_sitting(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00")])
    assert sittings(desk.run(), 0) == [
        [f"1.8.2/{n}" for n in ("1", "2", "4", "6", "8", "9", "18", "23", "26")]
    ]


def test_a_key_account_goes_on_with_its_dedicated_agent(desk: World) -> None:
    desk.set(attributes={"customer": {"kind": "number", "count": 1}})  # all are customer 0
    desk.cases("1.8.2", [case("mon 09:00"), case("mon 09:01", key_account="yes")])
    log = desk.run()
    assert sittings(log, 1) == [
        ["1.8.2/1", "1.8.2/2", "1.8.2/4", "1.8.2/5"],
        [f"1.8.2/{n}" for n in ("6", "8", "9", "18", "23", "26")],
    ]
    mine = steps(log, 1)
    assert {row[1] for row in mine[:4]} == {"agent#2"}
    # agent 1 is the dedicated one, and has the first case until 10:30
    assert mine[4] == ("1.8.2/6", "agent#1", "mon 10:30", "mon 10:40")
    assert {row[1] for row in mine[4:]} == {"agent#1"}


def test_the_sitting_goes_on_if_the_dedicated_agent_took_the_call(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", key_account="yes")])
    log = desk.run()
    assert len(sittings(log, 0)) == 1
    assert {row[1] for row in steps(log, 0)} == {"agent#1"}


def test_a_live_call_is_still_one_in_the_dedicated_agents_line(desk: World) -> None:
    desk.set(pools={"agent": pool(2)})
    desk.cases("1.8.2", [
        case("mon 09:00", severity="4"),  # agent 1, until 10:30
        case("mon 09:01", key_account="yes", severity="1"),  # both wait for agent 1
        case("mon 09:45", key_account="yes", severity="4", channel="phone"),
    ])  # fmt: skip
    log = desk.run()
    assert began(log, "1.8.2/6") == [(0, "mon 09:30"), (2, "mon 10:30"), (1, "mon 11:30")]


def test_after_a_call_a_key_account_comes_back_to_its_dedicated_agent(desk: World) -> None:
    desk.cases("1.8.2", [
        case("mon 09:00", key_account="yes", problem="software"),
        case("mon 09:55"),  # agent 1 is the longest idle, and begins it
    ])  # fmt: skip
    log = desk.run()
    assert {row[1] for row in steps(log, 0, only="1.8.2")} == {"agent#1"}


# ---- calls (R5-R8) ------------------------------------------------------------------------


def test_after_a_hand_over_the_called_flow_comes_back_to_the_first_caller(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware", on_site_cover="yes")])
    log = desk.run()
    rows = [row for row in log["instances"] if row["case"] == 0]
    flows, nodes = log.terms["flows"], log.terms["nodes"]
    told = [
        (flows[row["flow"]], row["caller"], nodes[row["caller_node"]]["id"] if row["caller"] >= 0
         else None, log.terms.get("outcomes", None) or int(row["outcome"]))
        for row in rows
    ]  # fmt: skip
    assert [one[:3] for one in told] == [("1.8.2", -1, None), ("1.8.4", 0, "10"), ("1.8.5", 1, "3")]
    assert len({one[3] for one in told}) == 1  # one outcome for all (R7)
    assert rows[1]["closed_at"] == rows[2]["opened_at"]


def test_a_called_flow_answers_18_with_its_outcome(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware", warranty="no")])
    desk.set(answers=likely(f184_11="no"))  # the customer declines the repair
    log = desk.run()
    assert answers(log, 0)["1.8.2/18"] == ["no"]
    assert answers(log, 0)["1.8.2/18a"] == ["customer"]
    assert names(log, 0, "1.8.2")[-2:] == ["1.8.2/20", "1.8.2/26"]


# ---- visits (R96, R98) --------------------------------------------------------------------


AGAIN = "1.8.5/9"
VISIT = {"problem": "software", "on_site_cover": "yes"}


def test_all_of_one_visit_belongs_to_one_engineer(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    owned = {row[1] for row in steps(log, 0, only="1.8.5") if row[1].startswith("regional")}
    assert owned == {"regional_engineer#1"}
    owners = {int(row["owner"]) for row in log["instances"]}
    assert {log.terms["agents"][one]["name"] for one in owners if one >= 0} == owned


def test_an_engineers_steps_of_a_visit_are_one_sitting(desk: World) -> None:
    desk.set(pools={"regional_engineer": pool(1)}, answers=likely(f185_3c="no"))
    desk.cases("1.8.2", [
        case("mon 09:00", severity="4", **VISIT),
        case("mon 13:55", severity="1", problem="software"),  # comes to him during the visit
    ])  # fmt: skip
    found = sittings(desk.run(), 0)
    assert ["1.8.5/7", "1.8.5/8", "1.8.5/9"] in found


def test_the_owner_works_on_other_things_while_he_waits(desk: World) -> None:
    desk.set(pools={"regional_engineer": pool(1)})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT), case("mon 10:00", problem="software")])
    log = desk.run()
    # 1.8.5/4 ends at 11:10, its visit is agreed for 14:40 or so
    between = steps(log, 1, only="1.8.3")
    assert between[0][0] == "1.8.3/1"
    visit = began(log, "1.8.5/7")
    assert between[0][2] < visit[0][1]


@pytest.mark.parametrize("shift_end", ["finish", "pause", "hand_over"])
def test_the_owner_keeps_it_whatever_the_shift_end_says(desk: World, shift_end: str) -> None:
    desk.set(
        pools={"regional_engineer": pool(3, "day", shift_end)},
        appointments={"lead": fixed("10 min")},
        work={"1.8.5/4": {"time": fixed("3 h")}},
    )
    desk.cases("1.8.2", [
        case("mon 13:00", **VISIT), case("mon 13:01", problem="software"),
        case("mon 22:00", problem="software"), case("mon 22:00", problem="software"),
    ])  # fmt: skip
    log = desk.run()
    doers = {row[1] for row in steps(log, 0, only="1.8.5") if row[1].startswith("regional")}
    done = {piece[2] for piece in pieces(log, "work") if piece[1] == "1.8.5/4"}
    assert doers | done == {"regional_engineer#1"}


def test_a_visit_does_not_begin_before_the_agreed_moment(desk: World) -> None:
    desk.set(answers=likely(f185_3c="no"))
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    # 1.8.5/2 ends at 10:30, the visit is agreed four hours ahead
    assert steps(log, 0, only="1.8.5/2")[0][3] == "mon 10:40"
    assert began(log, "1.8.5/7") == [(0, "mon 14:40")]
    assert pieces(log, "waiting") == [("waiting", "1.8.5/7", "-", "mon 10:50", "mon 14:40")]


def test_an_agreed_moment_lies_in_the_engineers_shift(desk: World) -> None:
    desk.set(answers=likely(f185_3c="no"), pools={"regional_engineer": pool(1, "day", "pause")})
    desk.cases("1.8.2", [case("mon 14:00", **VISIT)])  # agreed at 15:40 for 19:40
    assert began(desk.run(), "1.8.5/7") == [(0, "tue 09:00")]


def test_an_agreed_moment_lies_in_the_hours_for_visits(desk: World) -> None:
    desk.set(
        answers=likely(f185_3c="no"),
        pools={"regional_engineer": pool(1, "day", "pause")},
        appointments={"calendar": "late"},  # 11 to 19
    )
    desk.cases("1.8.2", [case("mon 14:00", **VISIT)])
    assert began(desk.run(), "1.8.5/7") == [(0, "tue 11:00")]


def test_the_next_visit_is_agreed_before_the_engineer_leaves(desk: World) -> None:
    desk.set(answers={
        **likely(f185_3c="no"),
        "1.8.5/9": {"weights": row(AGAIN, next_visit=1), "visits": {"2": row(AGAIN, fixed=1)}},
    })  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    assert began(log, "1.8.5/7") == [(0, "mon 14:40"), (0, "mon 19:10")]
    assert answers(log, 0)["1.8.5/9"] == ["next_visit", "fixed"]


def test_a_visit_begins_with_the_journey(desk: World) -> None:
    desk.set(
        answers=likely(f185_3c="no"),
        work={"1.8.5/7": {"time": fixed("10 min"), "travel": fixed("1 h")}},
    )
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    assert steps(log, 0, only="1.8.5/7") == [
        ("1.8.5/7", "regional_engineer#1", "mon 14:40", "mon 15:50")
    ]
    assert [row for row in pieces(log) if row[0] != "waiting"] == [
        ("travel", "1.8.5/7", "regional_engineer#1", "mon 14:40", "mon 15:40"),
        ("work", "1.8.5/7", "regional_engineer#1", "mon 15:40", "mon 15:50"),
    ]


def test_the_visit_number_may_change_the_chances(desk: World) -> None:
    desk.set(answers={
        **likely(f185_3c="no"),
        "1.8.5/9": {"weights": row(AGAIN, next_visit=1), "visits": {"3": row(AGAIN, fixed=1)}},
    })  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert answers(desk.run(), 0)["1.8.5/9"] == ["next_visit", "next_visit", "fixed"]


def test_a_visit_can_be_handed_back_only_where_1_8_3_called(desk: World) -> None:
    desk.set(answers={
        **likely(f185_3c="no"),
        "1.8.5/9": {"weights": row(AGAIN, hand_back=9, fixed=1)},
    })  # fmt: skip
    called_by_hardware = [
        case("mon 09:00", problem="hardware", on_site_cover="yes") for _ in range(20)
    ]
    desk.cases("1.8.2", [*called_by_hardware, *[case("tue 09:00", **VISIT)] * 20])
    log = desk.run()
    given = [answers(log, number)["1.8.5/9"] for number in range(40)]
    assert given[:20] == [["fixed"]] * 20
    assert ["hand_back"] in given[20:]


# ---- attributes (R92) ---------------------------------------------------------------------


BY_ATTRIBUTE = {
    "1.8.2/2": "in_scope", "1.8.2/4": "key_account", "1.8.2/8": "problem",
    "1.8.3/3": "on_site_cover", "1.8.4/2": "on_site_cover", "1.8.4/6": "warranty",
    "1.8.5/3a": "contract_customer",
}  # fmt: skip


def test_decisions_agree_with_what_a_case_is(desk: World) -> None:
    desk.set(
        demand={"north": {"kind": "profile", "flow": "1.8.2", "region": "north",
                          "rate": "30 per day", "chasers": "0.5 per day"}},
        pools={role: pool(100) for role in handbook_worlds.ROLES},
        attributes={"product": choice("router")},
        parts={"stock": {"north": {
            name: kept(900, 0, 9)
            for name in ("board", "box")
        }}},
    )  # fmt: skip
    log = desk.run()
    words = log.terms["attributes"]
    asked = set()
    for one in log["activities"]:
        name = node(log, int(one["node"]))
        if name in BY_ATTRIBUTE and one["answer"] >= 0:
            asked.add(name)
            attribute = BY_ATTRIBUTE[name]
            value = words[attribute][log.attributes[attribute][one["case"]]]
            assert log.terms["answers"][one["answer"]] == value
    assert asked == set(BY_ATTRIBUTE)
