"""Chasers (R93): contacts that ask about an open case."""

import math

import pytest

from tests.sim import handbook_worlds
from tests.sim.worlds import World, answers, case, choice, fixed, pool, steps

REQUEST, CHASER, MANAGEMENT = 0, 1, 2


@pytest.fixture
def desk(world: World) -> World:
    """Machines that customers take ten days to bring; two questions a day about each case."""
    world = handbook_worlds.requests(world)
    world.set(
        work={"1.8.4/4": {"time": fixed("10 d")}},
        attributes={"product": choice("router"), "customer": {"kind": "number", "count": 50}},
        time={"window": "2 weeks"},
        pools={role: pool(200) for role in handbook_worlds.ROLES},
    )
    world.cases(
        "1.8.2",
        [case(f"mon {h:02}:{m:02}", problem="hardware", severity="2")
         for h in range(24) for m in range(0, 60, 20)],
        chasers="2 per day",
    )  # fmt: skip
    return world


def test_they_come_at_their_rate_per_open_request_and_day(desk: World) -> None:
    cases = desk.run()["cases"]
    open_days = (cases["closed_at"] - cases["opened_at"])[cases["kind"] == REQUEST].sum() / 864e5
    expected = 2 * open_days
    found = int((cases["kind"] == CHASER).sum())
    assert abs(found - expected) < 4 * math.sqrt(expected)


def test_they_ask_about_a_case_that_is_open_then(desk: World) -> None:
    cases = desk.run()["cases"]
    chasers = cases[cases["kind"] == CHASER]
    about = cases[chasers["parent"]]
    assert (chasers["opened_at"] >= about["opened_at"]).all()
    assert (chasers["opened_at"] <= about["closed_at"]).all()


def test_they_are_linked_and_have_the_attributes_of_their_case(desk: World) -> None:
    log = desk.run()
    cases = log["cases"]
    chasers = cases[cases["kind"] == CHASER]
    assert len(chasers)
    for name, column in log.attributes.items():
        if name != "new_problem":
            assert (column[chasers["case"]] == column[chasers["parent"]]).all()
    for column in ("region", "source", "flow"):
        assert (chasers[column] == cases[column][chasers["parent"]]).all()
    links = list(zip(chasers["parent"].tolist(), chasers["link"].tolist(), strict=True))
    assert len(set(links)) == len(links)


def test_nobody_asks_about_a_chaser(desk: World) -> None:
    cases = desk.run()["cases"]
    about = cases[cases["parent"][cases["kind"] == CHASER]]
    assert (about["kind"] == REQUEST).all()
    assert (cases["parent"][cases["kind"] != CHASER] == -1).all()


def test_6_says_no_to_a_chaser_and_7_is_where_it_ends(desk: World) -> None:
    log = desk.run()
    cases = log["cases"]
    number = int(cases["case"][cases["kind"] == CHASER][0])
    assert [row[0] for row in steps(log, number)] == [
        f"1.8.2/{n}" for n in ("1", "2", "4", "6", "7", "7a")
    ]
    assert answers(log, number)["1.8.2/6"] == ["no"]
    assert answers(log, int(cases["parent"][number]))["1.8.2/6"] == ["yes"]


def test_6_says_no_even_if_the_case_has_closed_by_then(desk: World) -> None:
    desk.set(work={"1.8.2/1": {"time": fixed("2 d")}})  # so long does a contact take
    log = desk.run()
    cases = log["cases"]
    rows = log["activities"]
    names = [node["id"] for node in log.terms["nodes"]]
    late = 0
    for row in rows[rows["answer"] >= 0]:
        chaser = cases[row["case"]]
        if names[row["node"]] == "6" and chaser["kind"] == CHASER:
            assert log.terms["answers"][row["answer"]] == "no"
            late += int(cases["closed_at"][chaser["parent"]] < row["completed_at"])
    assert late


def test_none_without_a_rate(desk: World) -> None:
    desk.scenario["demand"]["1-8-2"].pop("chasers")
    assert (desk.run()["cases"]["kind"] == REQUEST).all()


def test_none_about_management_flows(world: World) -> None:
    world.set(pools={"agent": pool(1)}, work={f"1.8.2m/{n}": {"time": fixed("9 d")}
                                              for n in ("27", "28")})  # fmt: skip
    world.at("1.8.2m", "mon", time="09:00")
    assert world.run()["cases"]["kind"].tolist() == [MANAGEMENT]
