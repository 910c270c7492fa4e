"""Work that comes when nobody is idle: it waits, interrupts, or there is always somebody."""

import pytest

from cssim.eventlog import CAUSES, PIECE_KINDS
from tests.sim.worlds import World, began, case, choice, fixed, link, pool, step, steps, told


@pytest.fixture
def one(world: World) -> World:
    """One worker, jobs of an hour; severity 1 interrupts him."""
    world.set(
        attributes={"channel": choice("web", "phone")},
        live={"channel": "phone"},
        dispatch={"order": "fifo", "no_promise": {"severity": "4"}},
        pools={"worker": pool(1, interrupted_by=["1"])},
        work={"jobs/1": {"time": fixed("1 h")}},
    )
    world.flow("jobs", {"1": step("worker")})
    return world


def stretches(log, number):
    """(from, to) of the pieces of work of a case, in order."""
    rows = log["pieces"]
    rows = rows[(rows["case"] == number) & (rows["kind"] == PIECE_KINDS.index("work"))]
    assert set(rows["cause"]) <= {CAUSES.index("working")}
    return sorted((told(row["from_at"]), told(row["to_at"])) for row in rows)


def test_a_grave_case_interrupts_and_the_rest_is_done_afterwards(one):
    one.cases("jobs", [case("mon 09:00", severity="3"), case("mon 09:20", severity="1")])
    log = one.run()
    assert steps(log) == [
        (0, "jobs/1", "worker#1", "mon 09:00", "mon 11:00"),
        (1, "jobs/1", "worker#1", "mon 09:20", "mon 10:20"),
    ]
    assert stretches(log, 0) == [("mon 09:00", "mon 09:20"), ("mon 10:20", "mon 11:00")]
    assert stretches(log, 1) == []


def test_what_was_interrupted_can_be_interrupted_again(one):
    one.cases("jobs", [
        case("mon 09:00", severity="3"), case("mon 09:20", severity="1"),
        case("mon 10:30", severity="1"),
    ])  # fmt: skip
    log = one.run()
    assert stretches(log, 0) == [
        ("mon 09:00", "mon 09:20"), ("mon 10:20", "mon 10:30"), ("mon 11:30", "mon 12:00"),
    ]  # fmt: skip
    assert steps(log, 0)[0][3] == "mon 12:00"


def test_no_grave_case_interrupts_another(one):
    one.cases("jobs", [case("mon 09:00", severity="1"), case("mon 09:20", severity="1")])
    assert began(one.run(), "jobs") == [(0, "mon 09:00"), (1, "mon 10:00")]


def test_other_severities_wait(one):
    one.cases("jobs", [case("mon 09:00", severity="4"), case("mon 09:20", severity="2")])
    assert began(one.run(), "jobs") == [(0, "mon 09:00"), (1, "mon 10:00")]


def test_the_idle_come_before_any_interruption(one):
    one.set(pools={"worker": pool(2, interrupted_by=["1"])})
    one.cases("jobs", [case("mon 09:00", severity="3"), case("mon 09:20", severity="1")])
    log = one.run()
    assert steps(log, 0)[0][3] == "mon 10:00"
    assert len(log["pieces"]) == 0


def test_the_least_urgent_work_in_hand_is_interrupted(one):
    one.set(pools={"worker": pool(2, interrupted_by=["1"])})
    one.cases("jobs", [
        case("mon 09:00", severity="4"), case("mon 09:05", severity="3"),
        case("mon 09:20", severity="1"),
    ])  # fmt: skip
    log = one.run()
    assert stretches(log, 0)[0] == ("mon 09:00", "mon 09:20")
    assert stretches(log, 1) == []


def test_interrupted_work_goes_on_with_whoever_is_free_first(one):
    one.set(pools={"worker": pool(2, interrupted_by=["1"])})
    one.cases("jobs", [
        case("mon 09:00", severity="3"), case("mon 09:10", severity="4"),
        case("mon 09:20", severity="1"),
    ])  # fmt: skip
    log = one.run()
    assert stretches(log, 1) == [("mon 09:10", "mon 09:20"), ("mon 10:00", "mon 10:50")]
    assert steps(log, 1)[0][1] == "worker#1"


def test_a_live_call_interrupts_deferred_work_where_the_pool_says_so(one):
    one.set(pools={"worker": pool(1, interrupted_by=["live"])})
    one.cases("jobs", [
        case("mon 09:00", severity="1"), case("mon 09:20", severity="4", channel="phone"),
        case("mon 09:30", severity="4", channel="phone"),
    ])  # fmt: skip
    assert began(one.run(), "jobs") == [(0, "mon 09:00"), (1, "mon 09:20"), (2, "mon 10:20")]


def test_what_ends_at_that_very_moment_is_not_interrupted(one):
    one.cases("jobs", [case("mon 09:00", severity="3"), case("mon 10:00", severity="1")])
    log = one.run()
    assert [row[3:] for row in steps(log)] == [
        ("mon 09:00", "mon 10:00"), ("mon 10:00", "mon 11:00"),
    ]  # fmt: skip
    assert len(log["pieces"]) == 0


def test_what_ends_later_in_that_very_moment_is_not_interrupted_either(one):
    one.set(
        pools={"other": pool(1)},
        work={"both/1": {"time": fixed("1 h")}, "both/2": {"time": fixed("1 h")}},
    )
    one.flow("both", {"1": step("other", to="2"), "2": step("worker")})
    one.cases("both", [case("mon 09:00", severity="1")])
    one.cases("jobs", [case("mon 09:00", severity="3")])
    log = one.run()
    assert [at for _, at in began(log, "both/2")] == ["mon 10:00"]
    assert len(log["pieces"]) == 0


@pytest.mark.parametrize("rule", ["pause", "hand_over"])
def test_work_that_will_pass_the_shifts_end_keeps_all_that_is_left_of_it(one, rule):
    one.set(
        pools={"worker": pool(1, "day", rule, interrupted_by=["1"])},
        work={"jobs/1": {"time": fixed("3 h"), "factors": {"severity": {"1": 0.1666666667}}}},
    )
    one.cases("jobs", [case("mon 15:00", severity="3"), case("mon 15:30", severity="1")])
    assert stretches(one.run(), 0) == [
        ("mon 15:00", "mon 15:30"), ("mon 16:00", "mon 17:00"), ("tue 09:00", "tue 10:30"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "ends"),
    [("finish", "mon 17:20"), ("pause", "tue 09:20"), ("hand_over", "tue 09:20")],
)
def test_what_is_resumed_meets_the_shifts_end_by_the_pools_rule(one, rule, ends):
    one.set(
        pools={"worker": pool(1, "day", rule, interrupted_by=["1"])},
        work={"jobs/1": {"time": fixed("70 min")}},
    )
    one.cases("jobs", [case("mon 15:00", severity="3"), case("mon 15:10", severity="1")])
    log = one.run()
    assert steps(log, 0)[0][3] == ends
    assert sum(row["to_at"] - row["from_at"] for row in log["pieces"]) == 70 * 60_000


def test_work_that_would_have_slept_over_night_is_interrupted_too(one):
    one.set(
        pools={"worker": pool(1, "day", "pause", interrupted_by=["1"])},
        work={"jobs/1": {"time": fixed("3 h")}},
    )
    one.cases("jobs", [case("mon 15:00", severity="3"), case("tue 09:30", severity="1")])
    log = one.run()
    assert stretches(log, 0) == [
        ("mon 15:00", "mon 17:00"), ("tue 09:00", "tue 09:30"), ("tue 12:30", "tue 13:00"),
    ]  # fmt: skip
    assert steps(log, 1)[0][2:] == ("tue 09:30", "tue 12:30")


def test_nothing_interrupts_that_does_not_fit_before_the_shifts_end(one):
    one.set(pools={"worker": pool(1, "day", interrupted_by=["1"], latest_start="fits")})
    one.cases("jobs", [case("mon 15:50", severity="3"), case("mon 16:10", severity="1")])
    log = one.run()
    assert began(log, "jobs") == [(0, "mon 15:50"), (1, "tue 09:00")]
    assert len(log["pieces"]) == 0


def test_an_open_stretch_at_the_runs_end_is_written_up_to_it(one):
    one.set(time={"window": "9 h"}, work={"jobs/1": {"time": fixed("3 h")}})
    one.cases("jobs", [case("mon 01:00", severity="3"), case("mon 02:00", severity="1")])
    log = one.run()
    one.set(time={"window": "6 h"})
    assert stretches(log, 0) == [("mon 01:00", "mon 02:00"), ("mon 05:00", "mon 07:00")]
    assert stretches(one.run(), 0) == [("mon 01:00", "mon 02:00"), ("mon 05:00", "mon 06:00")]


def test_in_an_ample_pool_nobody_waits_at_any_hour(one):
    one.set(pools={"worker": pool("ample", "day")})
    one.cases("jobs", [case("sun 03:00"), case("sun 03:00"), case("sun 03:30")])
    log = one.run()
    assert began(log, "jobs") == [(0, "sun 03:00"), (1, "sun 03:00"), (2, "sun 03:30")]
    assert set(log["activities"]["agent"]) == {-1}


def test_a_flow_that_somebody_of_an_ample_pool_calls_is_called_at_once(one):
    one.set(pools={"worker": pool("ample")}, work={"inner/1": {"time": fixed("30 min")}})
    one.flow("inner", {"1": step("worker")})
    one.flow("jobs", {
        "1": step("worker", to="2"), "2": link("worker", flow="inner", to="3"),
        "3": step("worker"),
    })  # fmt: skip
    one.set(work={"jobs/3": {"time": fixed("15 min")}})
    one.cases("jobs", [case("mon 09:00")])
    log = one.run()
    assert [row[1:] for row in steps(log)] == [
        ("jobs/1", "-", "mon 09:00", "mon 10:00"), ("jobs/2", "-", "mon 10:00", "mon 10:00"),
        ("inner/1", "-", "mon 10:00", "mon 10:30"), ("jobs/3", "-", "mon 10:30", "mon 10:45"),
    ]  # fmt: skip


def test_a_unit_of_a_population_asks_again_after_its_case_has_ended(one):
    one.set(
        demand={"machines": {"kind": "population", "flow": "jobs", "units": 1, "region": "north",
                             "time": fixed("2 h")}},
        time={"window": "10 h"},
    )  # fmt: skip
    assert [row[3] for row in steps(one.run())] == ["mon 02:00", "mon 05:00", "mon 08:00"]


def test_a_case_of_a_population_has_its_unit_as_address(one):
    one.set(
        demand={"machines": {"kind": "population", "flow": "jobs", "units": 3, "region": "north",
                             "time": {"kind": "exponential", "mean": "5 h"}}},
    )  # fmt: skip
    cases = one.run()["cases"]
    for unit in range(3):
        mine = cases[cases["band"] == unit]
        assert mine["ordinal"].tolist() == list(range(1, len(mine) + 1))
    assert len(cases) > 100


def test_another_unit_moves_no_units_first_case(one):
    def firsts(units):
        one.set(
            demand={"machines": {"kind": "population", "flow": "jobs", "units": units,
                                 "region": "north",
                                 "time": {"kind": "exponential", "mean": "5 h"}}},
        )  # fmt: skip
        cases = one.run()["cases"]
        return {row["band"]: row["opened_at"] for row in cases if row["ordinal"] == 1}

    few, more = firsts(3), firsts(4)
    assert more.keys() - few.keys() == {3}
    assert all(more[unit] == few[unit] for unit in few)


def test_who_takes_no_calls_takes_up_at_once_what_a_call_has_interrupted(one):
    one.set(pools={"worker": pool(2, interrupted_by=["live"], ring_fenced=1)})
    one.cases("jobs", [case("mon 09:00"), case("mon 09:20", channel="phone")])
    log = one.run()
    assert steps(log) == [
        (0, "jobs/1", "worker#2", "mon 09:00", "mon 10:00"),
        (1, "jobs/1", "worker#1", "mon 09:20", "mon 10:20"),
    ]
    assert stretches(log, 0) == [("mon 09:00", "mon 09:20"), ("mon 09:20", "mon 10:00")]
