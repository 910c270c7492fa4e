"""Lines: in which order work is taken, and who takes it."""

import pytest

from tests.sim.worlds import (
    World,
    began,
    case,
    choice,
    fixed,
    merged,
    pool,
    sittings,
    step,
    steps,
)  # fmt: skip

DUE = {"1": "1 h", "2": "1 h", "3": "8 h", "4": "40 h"}


@pytest.fixture
def one(world: World) -> World:
    """One worker, one step of an hour, promises by severity and contract."""
    world.set(
        attributes={"contract": choice("tight", "loose"), "channel": choice("web", "phone")},
        sla={
            "contract": {"by": "contract", "of": {"tight": "tight", "loose": "loose"}},
            "contracts": {
                "tight": {"calendar": "always", "first_response": DUE, "resolution": DUE},
                "loose": {
                    "calendar": "always",
                    "first_response": dict.fromkeys("1234", "50 h"),
                    "resolution": dict.fromkeys("1234", "50 h"),
                },
            },
            "applies_to": ["work"],
        },
        dispatch={"order": "due", "no_promise": {"severity": "4", "due": "2 h"}},
        live={"channel": "phone"},
        pools={"worker": pool(1)},
        work={"work/1": {"time": fixed("1 h")}, "plain/1": {"time": fixed("1 h")}},
    )
    world.flow("work", {"1": step("worker")})
    world.flow("plain", {"1": step("worker")})
    return world


FIRST = case("mon 08:00", severity="4")


def order(world: World, only: str = "work") -> list[int]:
    return [number for number, _ in began(world.run(), only)]


def test_the_graver_case_goes_first_whatever_is_due(one: World) -> None:
    one.cases("work", [
        FIRST, case("mon 08:10", severity="3"), case("mon 08:20", severity="1", contract="loose"),
    ])  # fmt: skip
    assert began(one.run(), "work") == [(0, "mon 08:00"), (2, "mon 09:00"), (1, "mon 10:00")]


def test_of_two_as_grave_what_is_due_first_goes_first(one: World) -> None:
    one.cases("work", [
        FIRST, case("mon 08:10", severity="3", contract="loose"), case("mon 08:20", severity="3"),
    ])  # fmt: skip
    assert order(one) == [0, 2, 1]


def test_of_two_due_at_the_same_moment_what_came_first_goes_first(one: World) -> None:
    one.cases("work", [FIRST, case("mon 08:10"), case("mon 08:10"), case("mon 08:10")])
    assert order(one) == [0, 1, 2, 3]


def test_fifo_takes_what_came_first_among_those_as_grave(one: World) -> None:
    one.set(dispatch={"order": "fifo"})
    one.cases("work", [
        FIRST, case("mon 08:10", severity="3", contract="loose"), case("mon 08:20", severity="3"),
        case("mon 08:30", severity="2", contract="loose"),
    ])  # fmt: skip
    assert order(one) == [0, 3, 1, 2]


def test_a_live_call_goes_before_the_gravest_deferred_work(one: World) -> None:
    one.cases("work", [
        FIRST, case("mon 08:10", severity="1"),
        case("mon 08:20", severity="4", contract="loose", channel="phone"),
    ])  # fmt: skip
    assert order(one) == [0, 2, 1]


def test_live_calls_among_themselves_go_by_severity(one: World) -> None:
    one.cases("work", [
        FIRST, case("mon 08:10", severity="4", channel="phone"),
        case("mon 08:20", severity="2", channel="phone"),
    ])  # fmt: skip
    assert order(one) == [0, 2, 1]


def test_a_live_call_does_not_interrupt_work_that_was_begun(one: World) -> None:
    one.cases("work", [FIRST, case("mon 08:10", channel="phone")])
    assert steps(one.run(), 0) == [("work/1", "worker#1", "mon 08:00", "mon 09:00")]


def test_work_without_a_promise_ranks_with_severity_4_and_its_due_key(one: World) -> None:
    one.cases("work", [
        FIRST,
        case("mon 08:10", severity="4"),  # due 2 tue 00:10
        case("mon 08:10", severity="3", contract="loose"),
    ])  # fmt: skip
    one.cases("plain", [case("mon 08:20", severity="1")])  # due mon 10:20, as of severity 4
    assert [row[0] for row in steps(one.run())] == [0, 2, 3, 1]


def test_work_without_a_promise_waits_for_what_is_due_before_its_key(one: World) -> None:
    one.set(dispatch={"no_promise": {"due": "60 h"}})
    one.cases("work", [FIRST, case("mon 08:10", severity="4")])
    one.cases("plain", [case("mon 08:05", severity="1")])
    assert [row[1:4:2] for row in steps(one.run())] == [
        ("work/1", "mon 08:00"), ("work/1", "mon 09:00"), ("plain/1", "mon 10:00"),
    ]  # fmt: skip


# ---- who takes it -------------------------------------------------------------------------


def test_idle_people_begin_in_the_order_of_their_numbers(one: World) -> None:
    one.set(pools={"worker": pool(3)})
    one.cases("work", [case("mon 08:00"), case("mon 08:01"), case("mon 08:02")])
    assert [row[2] for row in steps(one.run())] == ["worker#1", "worker#2", "worker#3"]


def test_who_has_been_idle_longest_begins(one: World) -> None:
    one.set(pools={"worker": pool(2)})
    one.cases("work", [case("mon 08:00"), case("mon 08:30"), case("mon 09:40"), case("mon 11:00")])
    assert [(row[2], row[3]) for row in steps(one.run())] == [
        ("worker#1", "mon 08:00"),
        ("worker#2", "mon 08:30"),
        ("worker#1", "mon 09:40"),  # idle since 9:00, the other since 9:30
        ("worker#2", "mon 11:00"),  # idle since 9:30, the other since 10:40
    ]


def test_of_two_who_came_free_at_the_same_moment_the_lower_number_begins(one: World) -> None:
    one.set(pools={"worker": pool(2)}, work={"long/1": {"time": fixed("2 h")}})
    one.flow("long", {"1": step("worker")})
    one.cases("work", [case("mon 07:00"), case("mon 08:30"), case("mon 12:00")])
    one.cases("long", [case("mon 07:30")])
    assert [row[2:] for row in steps(one.run())] == [
        ("worker#1", "mon 07:00", "mon 08:00"),
        ("worker#2", "mon 07:30", "mon 09:30"),
        ("worker#1", "mon 08:30", "mon 09:30"),
        ("worker#1", "mon 12:00", "mon 13:00"),
    ]


def test_who_comes_free_takes_the_first_of_the_line_at_once(one: World) -> None:
    one.cases("work", [case("mon 08:00"), case("mon 08:30")])
    assert began(one.run(), "work") == [(0, "mon 08:00"), (1, "mon 09:00")]


# ---- sittings (R96) -----------------------------------------------------------------------


def test_consecutive_steps_of_one_doer_are_queued_for_once(one: World) -> None:
    one.set(work={"two/1": {"time": fixed("1 h")}, "two/2": {"time": fixed("1 h")}})
    one.flow("two", {"1": step("worker", to="2"), "2": step("worker")})
    one.cases("two", [case("mon 08:00", severity="4")])
    one.cases("work", [case("mon 08:10", severity="1")])
    log = one.run()
    assert steps(log) == [
        (0, "two/1", "worker#1", "mon 08:00", "mon 09:00"),
        (0, "two/2", "worker#1", "mon 09:00", "mon 10:00"),
        (1, "work/1", "worker#1", "mon 10:00", "mon 11:00"),
    ]
    assert sittings(log, 0) == [["two/1", "two/2"]]


def test_a_sitting_ends_where_somebody_else_must_act(one: World) -> None:
    one.set(
        pools={"other": pool(1)},
        work={f"three/{n}": {"time": fixed("1 h")} for n in "123"},
    )
    one.flow("three", {
        "1": step("worker", to="2"), "2": step("other", to="3"), "3": step("worker"),
    })  # fmt: skip
    one.cases("three", [case("mon 08:00", severity="4")])
    one.cases("work", [case("mon 08:10", severity="1"), case("mon 08:20", severity="1")])
    log = one.run()
    assert sittings(log, 0) == [["three/1"], ["three/2"], ["three/3"]]
    assert began(log, "three/3") == [(0, "mon 11:00")]  # behind the graver cases


@pytest.mark.parametrize("outsider", ["customer"])
def test_a_sitting_ends_where_the_customer_must_act(one: World, outsider: str) -> None:
    one.set(work={f"three/{n}": {"time": fixed("1 h")} for n in "123"})
    one.flow("three", {
        "1": step("worker", to="2"), "2": step(outsider, to="3"), "3": step("worker"),
    })  # fmt: skip
    one.cases("three", [case("mon 08:00", severity="4")])
    one.cases("work", [case("mon 08:10", severity="1")])
    log = one.run()
    assert steps(log, 0) == [
        ("three/1", "worker#1", "mon 08:00", "mon 09:00"),
        ("three/2", "-", "mon 09:00", "mon 10:00"),
        ("three/3", "worker#1", "mon 10:00", "mon 11:00"),
    ]
    assert sittings(log, 0) == [["three/1"], ["three/3"]]


def test_a_sitting_goes_on_across_calls_and_returns(one: World) -> None:
    one.set(
        work={name: {"time": fixed("1 h")} for name in ("outer/1", "outer/3", "inner/1")},
    )
    one.flow("inner", {"1": step("worker")})
    one.flow("outer", {
        "1": step("worker", to="2"),
        "2": {"kind": "link", "doers": ["worker"], "call": {"flow": "inner"}, "next": "3"},
        "3": step("worker"),
    })  # fmt: skip
    one.cases("outer", [case("mon 08:00", severity="4")])
    one.cases("work", [case("mon 08:10", severity="1")])
    log = one.run()
    assert sittings(log, 0) == [["outer/1", "outer/2", "inner/1", "outer/3"]]
    assert began(log, "work") == [(1, "mon 11:00")]


def test_a_step_with_the_customer_present_does_not_end_the_sitting(one: World) -> None:
    one.set(work={f"three/{n}": {"time": fixed("1 h")} for n in "123"})
    one.flow("three", {
        "1": step("worker", to="2"), "2": step("worker", "customer", to="3"), "3": step("worker"),
    })  # fmt: skip
    one.cases("three", [case("mon 08:00", severity="4")])
    assert sittings(one.run(), 0) == [["three/1", "three/2", "three/3"]]


def test_merging_lays_values_over() -> None:
    assert merged({"a": {"b": 1}}, {"a": {"c": 2}}) == {"a": {"b": 1, "c": 2}}
