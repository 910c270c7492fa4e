"""A severity that is judged anew in mid-life: clocks keep what is used."""

import pytest

from tests.sim import handbook_worlds
from tests.sim.worlds import World, began, case, clocks, fixed, pool, told


@pytest.fixture
def desk(world: World) -> World:
    """After 1.8.3/2, at 10:10 if nobody waits, a case of severity 4 gets severity 1."""
    made = handbook_worlds.requests(world)
    made.set(sla={"reclassify": {"1.8.3/2": {"4": {"1": 1}}}})
    return made


def promise(desk: World, first: str, last: str) -> None:
    targets = {"1": first, "2": "2 d", "3": "3 d", "4": last}
    desk.set(sla={"contracts": {"standard": {"resolution": targets}}})


def test_its_clocks_keep_what_they_have_used(desk: World) -> None:
    promise(desk, "90 min", "4 d")
    desk.cases("1.8.2", [case("mon 09:00", problem="software", severity="4")])
    log = desk.run()
    assert clocks(log, 0)[:3] == [
        ("start", "mon 09:00", 0), ("change", "mon 10:10", 1.167), ("breach", "mon 10:30", 1.5),
    ]  # fmt: skip
    assert log["clocks"]["target"][log["clocks"]["event"] == 6].tolist() == [90 * 60_000]


def test_a_promise_of_which_more_is_used_than_is_left_is_broken_at_that_moment(desk: World) -> None:
    promise(desk, "1 h", "4 d")
    desk.cases("1.8.2", [case("mon 09:00", problem="software", severity="4")])
    assert ("breach", "mon 10:10", 1.167) in clocks(desk.run(), 0)


def test_a_promise_that_is_broken_stays_so(desk: World) -> None:
    promise(desk, "4 d", "1 h")
    desk.cases("1.8.2", [case("mon 09:00", problem="software", severity="4")])
    assert [row[0] for row in clocks(desk.run(), 0)][:3] == ["start", "breach", "stop"]


def test_a_milder_severity_gives_more_time(desk: World) -> None:
    promise(desk, "4 d", "75 min")
    desk.cases("1.8.2", [case("mon 09:00", problem="software", severity="4")])
    assert [row[0] for row in clocks(desk.run(), 0)] == ["start", "change", "stop"]


def test_a_clock_that_has_stopped_is_not_changed(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", problem="software", severity="4")])
    assert [row[0] for row in clocks(desk.run(), 0, "first_response")] == ["start", "stop"]


def test_it_is_told_what_the_case_is_from_then_on(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", problem="software", severity=s) for s in "34"])
    log = desk.run()
    rows = log["changes"]
    severity = list(log.terms["attributes"]).index("severity")
    assert rows[["case", "attribute", "value"]].tolist() == [(1, severity, 0)]
    assert told(rows["at"][0]) == "mon 10:10"
    assert log.attributes["severity"].tolist() == [2, 3]


def test_lines_rank_by_it_when_the_work_next_joins_one(desk: World) -> None:
    desk.set(pools={"hq_engineer": pool(1)}, work={"1.8.3/7": {"time": fixed("3 h")}})
    desk.cases("1.8.2", [case("mon 09:00", problem="software", severity="3"),
                         case("mon 09:01", problem="software", severity="3"),
                         case("mon 09:02", problem="software", severity="4")])  # fmt: skip
    assert [number for number, _ in began(desk.run(), "1.8.3/7")] == [0, 2, 1]


def test_the_draw_has_an_address_of_its_own(desk: World) -> None:
    weights = {"4": {"1": 1, "4": 1}}
    desk.set(sla={"reclassify": {"1.8.3/2": weights}})
    desk.cases("1.8.2", [case("mon 09:00", problem="software", severity="4") for _ in range(40)])
    some = desk.run()
    changed = set(some["changes"]["case"].tolist())
    assert 5 < len(changed) < 35
    desk.set(sla={"reclassify": {"1.8.2/8": weights}})
    others = desk.run()
    assert set(others["changes"]["case"].tolist()) not in (changed, set())
