"""Benches: bad units that our own people repair, each as a case of a flow of ours."""

from pathlib import Path

import numpy as np
import pytest

from cssim.eventlog import CASE_KINDS, EventLog
from cssim.experiment import open_cases
from cssim.kpi import costs, money, people, summary
from cssim.scenario import read
from tests.sim import handbook_worlds
from tests.sim.chains import assert_goes_on
from tests.sim.runs import simulated
from tests.sim.worlds import World, case, decision, fixed, kept, moves, pool, sittings, step, steps

VISIT = {"problem": "software", "on_site_cover": "yes"}
REPAIR = CASE_KINDS.index("repair")


@pytest.fixture
def desk(world: World) -> World:
    """A visit replaces two boards; a technician needs an hour for one, if it is no scrap."""
    handbook_worlds.requests(world)
    world.flow("bench", {
        "1": step("technician", to="2"),
        "2": decision("technician", answers={"yes": "end", "no": "scrap"}),
        "scrap": {"kind": "end", "outcome": "declined"},
    }, kind="management")  # fmt: skip
    world.set(
        pools={"technician": pool(1)},
        work={"bench/1": {"time": fixed("1 h")}, "bench/2": {"time": fixed("0 s")}},
        answers={"bench/2": {"weights": {"yes": 1, "no": 0}}},
        demand={"repairs": {"kind": "bench", "flow": "bench", "parts": ["board"]}},
    )
    return world


def board(log: EventLog) -> list[tuple[int, str, str, str]]:
    """(units, from, to, when) of the boards, from quarantine on."""
    found = [row for row in moves(log) if row[0] == "board"]
    begin = next(i for i, row in enumerate(found) if row[3] == "quarantine@north")
    return [(row[1], row[2], row[3], row[5]) for row in found[begin:]]


def test_each_bad_unit_is_a_case_and_lies_on_the_shelf_again(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    assert board(log) == [
        (2, "taken_out", "quarantine@north", "mon 15:40"),
        (1, "quarantine@north", "repair@north", "mon 15:50"),  # 1.8.5/14
        (1, "quarantine@north", "repair@north", "mon 15:50"),
        (1, "repair@north", "on_shelf@north", "mon 16:50"),
        (1, "repair@north", "on_shelf@north", "mon 17:50"),
    ]
    kinds = log["cases"]["kind"].tolist()
    assert kinds == [0, REPAIR, REPAIR]
    assert [row[1:3] for row in steps(log, only="bench/1")] == [("bench/1", "technician#1")] * 2


def test_one_that_does_not_end_well_is_scrap(desk: World) -> None:
    desk.set(answers={"bench/2": {"weights": {"yes": 0, "no": 1}}})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert board(desk.run())[-1] == (1, "repair@north", "scrapped", "mon 17:50")


def test_they_wait_for_their_people_and_their_hours(desk: World) -> None:
    desk.set(pools={"technician": pool(1, "day", "pause")})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert [row[3] for row in board(desk.run())[-2:]] == ["mon 16:50", "tue 09:50"]


def test_a_repair_that_is_tested_and_done_again(desk: World) -> None:
    desk.flow("bench", {
        "1": step("technician", to="2"),
        "2": decision("technician", answers={"yes": "end", "no": "1"}),
    }, kind="management")  # fmt: skip
    desk.set(answers={"bench/2": {"weights": {"yes": 0, "no": 1},
                                  "visits": {"2": {"yes": 1, "no": 0}}}})  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert [row[3] for row in board(desk.run())[-2:]] == ["mon 17:50", "mon 19:50"]


def test_they_may_go_to_another_place(desk: World) -> None:
    desk.set(
        parts={"points": {"central": {"title": {"zh": "中心", "en": "Central"}}}},
        demand={"repairs": {"to": "central"}},
    )
    desk.scenario["parts"]["stock"]["central"] = {"board": {"kind": "rotable", "initial": 0}}
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert board(desk.run())[-1] == (1, "repair@north", "on_shelf@central", "mon 17:50")


def test_other_parts_leave_for_their_supplier(desk: World) -> None:
    desk.set(demand={"repairs": {"parts": ["box"], "exchanged": True}})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    assert set(log["cases"]["kind"].tolist()) == {0}
    assert board(log)[-1] == (2, "repair", "on_shelf@north", "2 mon 15:50")


@pytest.mark.parametrize(("exchanged", "repairs"), [(False, 0), (True, 1)])
def test_what_came_back_in_exchange_is_repaired_if_the_bench_says_so(
    desk: World, exchanged: bool, repairs: int
) -> None:
    desk.set(demand={"repairs": {"parts": ["box"], "exchanged": exchanged}})
    desk.cases("1.8.2", [case("mon 09:00", problem="return")])
    log = desk.run()
    assert (log["cases"]["kind"] == REPAIR).sum() == repairs
    assert [row[2:4] for row in moves(log) if row[0] == "box"][-1] == (
        ("repair@north", "on_shelf@north") if exchanged else ("taken_out", "quarantine@north")
    )


def test_a_repair_uses_up_the_components_of_its_part(desk: World) -> None:
    desk.flow("bench", {"1": step("technician", effect={"parts": "use"})}, kind="management")
    desk.set(
        answers={"bench/2": {"enabled": False}}, work={"bench/2": {"enabled": False}},
        parts={"types": {"chip": {"supplier": "acme", "price": "1 CNY"},
                         "board": {"components": {"chip": {"chance": 1}}}}},
    )  # fmt: skip
    desk.scenario["parts"]["stock"]["north"]["chip"] = kept(1, 0, 1)
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    # there is one chip: the second board waits five days for the next
    assert [row[3] for row in steps(log, only="bench/1")] == ["mon 15:50", "sat 15:50"]
    assert [row[1:4] for row in moves(log) if row[0] == "chip" and row[3] == "installed"] == [
        (1, "on_shelf@north", "installed")
    ] * 2


@pytest.fixture
def elsewhere(desk: World) -> World:
    """The bench is at headquarters, a day from the region."""
    desk.set(
        parts={"points": {"hq": {"title": {"zh": "总部", "en": "HQ"}}}},
        demand={"repairs": {"at": "hq", "transport": fixed("1 d")}},
    )
    return desk


def test_a_unit_is_on_its_way_to_a_bench_elsewhere_and_back(elsewhere: World) -> None:
    elsewhere.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = elsewhere.run()
    assert board(log)[1:] == [
        (1, "quarantine@north", "repair@hq", "mon 15:50"),
        (1, "quarantine@north", "repair@hq", "mon 15:50"),
        (1, "repair@hq", "on_shelf@north", "wed 16:50"),  # an hour on the bench, and a day back
        (1, "repair@hq", "on_shelf@north", "wed 17:50"),
    ]
    assert [row[3] for row in steps(log, only="bench/1")] == ["tue 15:50", "tue 16:50"]
    assert log["cases"]["kind"].tolist() == [0, REPAIR, REPAIR]


def test_its_transport_is_paid_both_ways_and_not_that_of_scrap(elsewhere: World) -> None:
    elsewhere.set(
        parts={"types": {name: {"weight": "light"} for name in ("board", "box")}},
        costs={"transport": {"light": "3 CNY"}},
    )
    elsewhere.cases("1.8.2", [case("mon 09:00", **VISIT)])

    def paid() -> float:
        lines = money.read(elsewhere.run())
        return sum(lines["amount"][lines["kind"] == costs.KINDS.index("transport")].tolist()) / 100

    assert paid() == 2 * 2 * 3
    elsewhere.set(answers={"bench/2": {"weights": {"yes": 0, "no": 1}}})
    assert paid() == 2 * 3


def test_components_are_taken_where_the_bench_is(elsewhere: World) -> None:
    elsewhere.flow("bench", {"1": step("technician", effect={"parts": "use"})}, kind="management")
    elsewhere.set(
        answers={"bench/2": {"enabled": False}}, work={"bench/2": {"enabled": False}},
        parts={"types": {"chip": {"supplier": "acme", "price": "1 CNY"},
                         "board": {"components": {"chip": {"chance": 1}}}}},
    )  # fmt: skip
    elsewhere.scenario["parts"]["stock"]["hq"] = {"chip": kept(9, 0, 1)}
    elsewhere.cases("1.8.2", [case("mon 09:00", **VISIT)])
    chips = [row[1:4] for row in moves(elsewhere.run()) if row[0] == "chip"]
    assert chips[1:] == [(1, "on_shelf@hq", "installed")] * 2


def test_a_repair_is_of_the_region_that_its_unit_came_from(desk: World, root: Path) -> None:
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert set(desk.run()["cases"]["region"].tolist()) == {0}
    # and units of several regions have cases with ids of their own
    weeks = {"time.warm_up": "2 weeks", "time.window": "2 weeks", "time.run_out": "0 s"}
    log = simulated(read.load(root / "scenarios" / "bench-at-hq.yaml").with_(weeks))
    repairs = np.flatnonzero(log["cases"]["kind"] == REPAIR).tolist()
    assert len(set(log["cases"]["region"][repairs].tolist())) == 6
    assert len(set(open_cases.ids(log, repairs))) == len(repairs) > 50


def test_repairs_are_work_and_no_shrinkage(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    found = people.read(log)
    assert not len(found.management.from_at)
    assert [len(one) for one in sittings(log, 1)] == [2]


@pytest.mark.parametrize(("parts", "paid"), [("board", 0), ("box", 200)])
def test_only_what_a_supplier_repairs_has_his_price(desk: World, parts: str, paid: float) -> None:
    desk.set(
        demand={"repairs": {"parts": [parts], "exchanged": parts == "box"}},
        costs={"repair": {"acme": "100 CNY"}},
    )
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    found = {(one.kpi, one.scope): one.value for one in summary.measures(desk.run())}
    assert found.get(("cost", "kind=repair"), 0) == paid


def test_a_run_that_is_cut_goes_on(desk: World) -> None:
    desk.set(pools={role: pool(1) for role in desk.scenario["pools"]},
             work={"bench/1": {"time": fixed("17 h")}})  # fmt: skip
    desk.cases("1.8.2", [case(f"{day} 09:07", **VISIT) for day in ("mon", "tue", "wed")])
    assert_goes_on(desk, 1, 2, 3, 4, 5, 8)


def test_a_run_that_is_cut_while_units_are_on_their_way_goes_on(elsewhere: World) -> None:
    elsewhere.set(pools={role: pool(1) for role in elsewhere.scenario["pools"]})
    elsewhere.cases("1.8.2", [case(f"{day} 09:07", **VISIT) for day in ("mon", "tue", "wed")])
    assert_goes_on(elsewhere, 1, 2, 3, 4, 5)
