"""Customers who come back with the same matter, and what their clocks have used by then."""

import pytest

from cssim.eventlog import CASE_KINDS
from cssim.kpi import measure, summary
from tests.sim import handbook_worlds
from tests.sim.handbook_worlds import likely
from tests.sim.worlds import World, answers, case, clocks, fixed, told

REOPENED = CASE_KINDS.index("reopened")


@pytest.fixture
def desk(world: World) -> World:
    """A common problem is solved within 100 minutes (70 of them until 23); all come back."""
    made = handbook_worlds.requests(world)
    comes_back(made, "continue")
    return made


def comes_back(desk: World, clock: str, chance: float = 1, after: str = "30 d") -> None:
    desk.set(sla={"reopen": {"chance": chance, "after": fixed(after), "clock": clock}})


def soon(desk: World, clock: str, target: str = "4 d") -> None:
    """They come back a day after the end, once within the run's four weeks and once more."""
    comes_back(desk, clock, after="1 d")
    targets = dict.fromkeys("1234", target)
    desk.set(sla={"contracts": {"standard": {"resolution": targets}}}, time={"window": "3 d"})


def figures(log):
    return {(one.kpi, one.scope): one.value for one in summary.measures(log)}


def test_the_same_matter_is_a_case_of_its_own_that_names_the_one_that_was_closed(
    desk: World,
) -> None:
    soon(desk, "anew")
    desk.cases("1.8.2", [case("mon 09:00", severity="3")])
    log = desk.run()
    cases = log["cases"]
    assert cases["kind"].tolist() == [0, REOPENED, REOPENED]
    assert cases["parent"].tolist() == [-1, 0, 1]
    assert cases["link"].tolist() == [-1, 1, 2]
    assert [told(at) for at in cases["opened_at"]] == ["mon 09:00", "tue 10:30", "wed 12:00"]
    assert log.attributes["severity"].tolist() == [2, 2, 2]
    assert answers(log, 1)["1.8.2/6"] == ["yes"]


def test_nobody_comes_back_who_was_not_solved(desk: World) -> None:
    soon(desk, "anew")
    desk.set(answers=likely(f182_18="no", f182_18a="customer"))
    desk.cases("1.8.2", [case("mon 09:00")])
    assert desk.run()["cases"]["kind"].tolist() == [0]


def test_nobody_comes_back_with_a_chaser(desk: World) -> None:
    soon(desk, "anew")
    desk.set(work={"1.8.2/9": {"time": fixed("20 h")}})
    desk.cases("1.8.2", [case("mon 09:00")], chasers="6 per day")
    cases = desk.run()["cases"]
    assert (cases["kind"] == 1).any()
    assert set(cases["kind"][cases["parent"][cases["kind"] == REOPENED]].tolist()) == {0}


def test_clocks_start_anew(desk: World) -> None:
    soon(desk, "anew")
    desk.cases("1.8.2", [case("mon 09:00")])
    assert clocks(desk.run(), 1)[0] == ("start", "tue 10:30", 0)


def test_clocks_go_on_with_what_they_had_used(desk: World) -> None:
    soon(desk, "continue", "2 h")
    desk.cases("1.8.2", [case("mon 09:00")])
    log = desk.run()
    # 70 of 120 minutes were used; the rest is used up 50 minutes later
    assert clocks(log, 0)[-1] == ("stop", "mon 10:10", 1.167)
    assert clocks(log, 1)[:2] == [("start", "tue 10:30", 1.167), ("breach", "tue 11:20", 2)]
    assert clocks(log, 1)[2][0] == "stop"


def test_a_promise_that_was_broken_is_broken_once(desk: World) -> None:
    soon(desk, "continue", "1 h")
    desk.cases("1.8.2", [case("mon 09:00")])
    log = desk.run()
    assert "breach" in [row[0] for row in clocks(log, 0)]
    assert [row[0] for row in clocks(log, 1)] == ["start", "stop", "retarget"]
    assert figures(log)["attainment", "all"] == 0
    assert figures(log)["promises_due", "all"] == 1


def test_one_that_goes_on_is_one_promise_and_one_anew_is_another(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00")])
    soon(desk, "continue", "2 h")
    one = figures(desk.run())
    assert one["promises_due", "all"] == 1
    assert one["attainment", "all"] == 0  # 70 minutes, 70, and 70
    soon(desk, "anew", "2 h")
    another = figures(desk.run())
    assert another["promises_due", "all"] == 3
    assert another["attainment", "all"] == 1


def test_they_are_a_figure_of_their_own(desk: World) -> None:
    soon(desk, "anew")
    desk.cases("1.8.2", [case("mon 09:00"), case("mon 09:00", problem="return")])
    found = figures(desk.run())
    assert found["requests", "all"] == 2
    assert found["reopened_share", "all"] == 1  # the other one was exchanged


def test_who_comes_back_is_drawn_at_an_address_of_its_own(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00") for _ in range(40)])
    soon(desk, "anew")
    comes_back(desk, "anew", chance=0.5, after="1 d")
    some = set(desk.run()["cases"]["parent"].tolist())
    comes_back(desk, "anew", chance=0.6, after="1 h")
    more = set(desk.run()["cases"]["parent"].tolist())
    assert 10 < len({one for one in some if 0 <= one < 40}) < 30
    assert {one for one in some if one < 40} <= more


def test_a_clock_that_stands_at_its_node_counts_on_where_it_was(desk: World) -> None:
    visit = {"problem": "software", "on_site_cover": "yes"}
    rule = {"start": {"reached": ["1.8.5/1"]}, "stop": {"arrived": ["1.8.5/7"]}}
    soon(desk, "continue")
    desk.set(sla={"clocks": {"on_site": rule}, "contracts": {"standard": {
        "on_site": dict.fromkeys("1234", "8 h")}}})  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00", **visit)])
    rows = desk.run()["clocks"]
    mine = rows[(rows["clock"] == 3) & (rows["event"] == 0)]
    assert mine[["case", "promise", "used"]].tolist() == [(0, 0, 0), (1, 1, 0)]


def test_of_several_groups_each_is_one(desk: World) -> None:
    soon(desk, "anew")
    desk.cases("1.8.2", [case("mon 09:00")])
    found = [one for one in summary.measures(desk.run()) if one.kpi == "reopened_share"]
    assert {one.scope for one in found} == {"all", measure.scope({"region": "north"})}
