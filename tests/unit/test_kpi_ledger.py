"""The ledger: every case's time in one cause at each moment, exactly as long as the case took."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cssim.basis.moments import HOUR
from cssim.eventlog import DUTY_KINDS, NEVER, PIECE_KINDS
from cssim.kpi import ledger, lines, overlay, timelines
from cssim.kpi.timelines import CAUSES
from tests.golden import renew
from tests.sim.handbook_worlds import requests
from tests.sim.worlds import World, case, fixed, pool, step
from tests.unit.small_log import NODES, POOLS, WEEK, Log


def told(log, number=0):
    """(cause, from, to, pool, node) of a case's intervals, in hours."""
    return [
        (CAUSES[row["cause"]], row["from_at"] / HOUR, row["to_at"] / HOUR,
         POOLS[row["pool"]] if row["pool"] >= 0 else None,
         NODES[row["node"]] if row["node"] >= 0 else None)
        for row in timelines.read(log.made(), np.array([number]))
    ]  # fmt: skip


# ---- by hand ------------------------------------------------------------------------------


def test_waiting_for_people_is_calendar_closed_while_nobody_of_the_pool_is_on_duty():
    log = Log()
    number = log.case(0, 40)
    log.activity(number, "desk", 0, 34, 40, agent="A")
    log.duty("engineer.north", 8, 16)
    log.duty("engineer.north", 32, 40)
    log.duty("hq", 0, 40)
    assert told(log) == [
        ("calendar_closed", 0, 8, "engineer.north", "desk"),
        ("queueing", 8, 16, "engineer.north", "desk"),
        ("calendar_closed", 16, 32, "engineer.north", "desk"),
        ("queueing", 32, 34, "engineer.north", "desk"),
        ("working", 34, 40, "engineer.north", "desk"),
    ]


def test_a_pool_is_on_duty_while_anybody_of_it_is():
    log = Log()
    number = log.case(0, 10)
    log.activity(number, "desk", 0, 10, 10, agent="A")
    for from_at, to_at in ((1, 4), (2, 3), (4, 6)):
        log.duty("engineer.north", from_at, to_at)
    assert [row[:3] for row in told(log)] == [
        ("calendar_closed", 0, 1), ("queueing", 1, 6), ("calendar_closed", 6, 10)
    ]  # fmt: skip


def test_work_for_a_pool_that_is_never_on_duty_queues():
    log = Log()
    log.activity(log.case(0), "hq", 0)
    log.duty("engineer.north", 0, 8)
    assert told(log) == [("queueing", 0, 2 * WEEK, "hq", "hq")]


def test_work_that_a_shift_end_cuts_waits_for_people_in_between():
    log = Log()
    number = log.case(0, 12)
    log.activity(number, "fix", 0, 1, 12, agent="A", pieces=2)
    log.piece(number, "fix", "work", 1, 4, agent="A")
    log.piece(number, "fix", "work", 10, 12, agent="B")
    log.duty("engineer.north", 0, 4)
    log.duty("engineer.north", 9, 16)
    assert [row[:3] for row in told(log)] == [
        ("queueing", 0, 1), ("working", 1, 4), ("calendar_closed", 4, 9), ("queueing", 9, 10),
        ("working", 10, 12),
    ]  # fmt: skip


def test_of_parallel_branches_the_first_cause_in_order_counts():
    log = Log()
    number = log.case(0, 10)
    log.activity(number, "bring", 0, 0, 6)  # the customer's
    log.activity(number, "hq", 0, 2, 4, agent="D")
    log.activity(number, "approve", 3, 5, 7, agent="D")
    log.activity(number, "supplier", 1, 1, 3)
    log.activity(number, "desk", 6, 9, 10, agent="A")
    assert [row[:3] for row in told(log)] == [
        ("customer", 0, 1), ("supplier", 1, 3), ("approval", 3, 7), ("queueing", 7, 9),
        ("working", 9, 10),
    ]  # fmt: skip


def test_a_closed_calendar_in_one_branch_goes_before_queueing_in_another():
    log = Log()
    number = log.case(0, 6)
    log.activity(number, "desk", 0, 6, 6, agent="A")
    log.activity(number, "hq", 0, 6, 6, agent="D")
    log.duty("engineer.north", 0, 10)
    log.duty("hq", 4, 10)
    assert [row[:4] for row in told(log)] == [
        ("calendar_closed", 0, 4, "hq"), ("queueing", 4, 6, "engineer.north")
    ]  # fmt: skip


def test_of_the_same_cause_in_two_branches_the_one_that_began_first_counts():
    log = Log()
    number = log.case(0, 9)
    log.activity(number, "hq", 0, 2, 9, agent="D")
    log.activity(number, "desk", 0, 1, 5, agent="A")
    assert [row[:4] for row in told(log)] == [
        ("queueing", 0, 1, "engineer.north"), ("working", 1, 5, "engineer.north"),
        ("working", 5, 9, "hq"),
    ]  # fmt: skip


def test_a_collecting_period_without_an_answer_under_way_is_the_customers():
    log = Log()
    number = log.case(0, 10)
    log.activity(number, "desk", 0, 0, 1, agent="A")
    log.activity(number, "bring", 1, 1, 3)
    log.activity(number, "bring", 1, 1, 4, visit=2)
    log.activity(number, "desk", 9, 9, 10, agent="A", visit=2)
    assert told(log) == [
        ("working", 0, 1, "engineer.north", "desk"), ("customer", 1, 4, None, "bring"),
        ("customer", 4, 9, None, None), ("working", 9, 10, "engineer.north", "desk"),
    ]  # fmt: skip


def test_a_collecting_period_that_a_case_ends_with_is_the_customers():
    log = Log()
    number = log.case(0, 10)
    log.activity(number, "desk", 0, 0, 1, agent="A")
    log.activity(number, "bring", 1, 1, 3)
    assert told(log)[-1] == ("customer", 3, 10, None, None)


def test_cases_keep_apart_and_one_that_closes_at_once_has_no_time():
    log = Log()
    first, second, third = log.case(0, 2), log.case(1, 1), log.case(1, 3)
    log.activity(third, "desk", 1, 2, 3, agent="A")
    log.activity(first, "desk", 0, 0, 2, agent="A")
    log.activity(second, "desk", 1, 1, 1, agent="A")
    rows = ledger.ledger(log.made()) / HOUR
    assert rows.sum(axis=1).tolist() == [2, 0, 2]
    assert rows[third, CAUSES.index("queueing")] == 1


# ---- any intervals ------------------------------------------------------------------------

INTERVALS = st.lists(
    st.tuples(
        st.integers(0, 2),  # case
        st.integers(0, 3),  # cause
        st.integers(-1, 1),  # pool
        st.integers(-2, 12),
        st.integers(0, 8),
    ),
    max_size=12,
)


@given(rows=INTERVALS, lengths=st.lists(st.integers(0, 10), min_size=3, max_size=3))
def test_laid_over_each_other_each_moment_has_the_first_cause_that_holds(rows, lengths):
    table, lives = overlay.table(len(rows)), overlay.table(3)
    for i, (number, cause, whose, from_at, length) in enumerate(rows):
        table[i] = number, cause, whose, 0, from_at, from_at + length
    for number, length in enumerate(lengths):
        lives[number] = number, -1, -1, -1, 0, length
    found = overlay.first_that_holds(table, lives, otherwise=9)
    for number, length in enumerate(lengths):
        mine = np.sort(found[found["case"] == number], order="from_at")
        assert (mine["from_at"] < mine["to_at"]).all()
        moments = [(at, r["cause"]) for r in mine for at in range(r["from_at"], r["to_at"])]
        expected = [
            (at, min((r[1] for r in rows if r[0] == number and r[3] <= at < r[3] + r[4]),
                     default=9))
            for at in range(length)
        ]  # fmt: skip
        assert moments == expected


@given(
    stretches=st.lists(st.tuples(st.integers(-5, 20), st.integers(0, 6)), max_size=8).map(sorted)
)
def test_united_intervals_hold_the_same_moments_and_keep_apart(stretches):
    from_at = np.array([a for a, _ in stretches], dtype=np.int64)
    to_at = np.array([a + length for a, length in stretches], dtype=np.int64)
    starts, ends = overlay.united(from_at, to_at)
    assert (starts[1:] > ends[:-1]).all()
    held = {at for a, length in stretches for at in range(a, a + length)}
    assert held == {at for a, b in zip(starts, ends, strict=True) for at in range(a, b)}


# ---- whole logs ---------------------------------------------------------------------------


def expect_exact(log):
    """A partition of every case's life: no gaps, no overlaps, the sum is its elapsed time."""
    rows, cases = timelines.read(log), log["cases"]
    end = np.minimum(cases["closed_at"], log.terms["window"]["end_at"])
    elapsed = end - cases["opened_at"]
    assert (ledger.ledger(log).sum(axis=1) == elapsed).all()
    assert (rows["from_at"] < rows["to_at"]).all()
    same = rows["case"][1:] == rows["case"][:-1]
    assert (rows["to_at"][:-1][same] == rows["from_at"][1:][same]).all()
    assert (np.diff(rows["case"]) >= 0).all()
    first = rows[np.flatnonzero(np.diff(rows["case"], prepend=-1))]
    last = rows[np.flatnonzero(np.diff(rows["case"], append=len(cases)))]
    assert (first["case"] == np.flatnonzero(elapsed)).all()
    assert (first["from_at"] == cases["opened_at"][first["case"]]).all()
    assert (last["to_at"] == end[last["case"]]).all()


def expect_rules(log, every=1):
    """Each interval's cause is the first that holds, asked row by row at both of its ends."""
    rows = timelines.read(log)
    asked = 0
    for row in rows[::every]:
        for at in (row["from_at"], row["to_at"] - 1):
            expected = min(holding(log, row["case"], at), key=CAUSES.index)
            assert CAUSES[row["cause"]] == expected, (row, at)
            asked += 1
    assert asked


def holding(log, number, at):
    """The causes that hold for a case at a moment, by the words of the rule."""
    found = set()
    pieces = [p for p in log["pieces"] if p["case"] == number and p["from_at"] <= at < p["to_at"]]
    for row in log["activities"][log["activities"]["case"] == number]:
        if not row["enabled_at"] <= at < row["completed_at"]:
            continue
        node = log.terms["nodes"][row["node"]]
        mine = [p for p in pieces if (p["node"], p["visit"]) == (row["node"], row["visit"])]
        kinds = {PIECE_KINDS[p["kind"]] for p in mine}
        waits = {CAUSES[p["cause"]] for p in mine if PIECE_KINDS[p["kind"]] == "waiting"}
        doer = (node["doers"] or [""])[0]
        if node.get("cause"):
            found.add(node["cause"])
        elif at >= row["started_at"] and doer in ("customer", "supplier"):
            found.add(doer)
        elif at < row["started_at"]:
            found |= waits or {waiting(log, row, at)}
        elif not row["pieces"] or kinds & {"work", "travel"}:
            found.add("travel" if "travel" in kinds else "working")
        else:
            found.add(waiting(log, row, at))
    return found or {"customer"}


def waiting(log, row, at):
    region = log["cases"]["region"][row["case"]]
    number = row["pool"] if row["pool"] >= 0 else lines.pool_of_node(log.terms)[row["node"], region]
    duty = log["duty"][(log["duty"]["pool"] == number) & (log["duty"]["kind"] == 0)]
    duty = duty[duty["people"] > 0]
    present = ((duty["from_at"] <= at) & (at < duty["to_at"])).any()
    return "queueing" if present or not len(duty) else "calendar_closed"


@pytest.fixture(scope="module")
def studies():
    return {study: renew.simulated(study) for study in renew.STUDIES}


@pytest.mark.parametrize("study", renew.STUDIES)
def test_the_causes_of_a_case_sum_exactly_to_its_elapsed_time(studies, study):
    expect_exact(studies[study])


@pytest.mark.parametrize("study", renew.STUDIES)
def test_each_moment_has_the_first_cause_that_holds(studies, study):
    expect_rules(studies[study], every=1 + len(studies[study]["activities"]) // 300)


@pytest.mark.parametrize("rule", ["finish", "pause", "hand_over"])
def test_shift_ends_leave_no_gap_in_the_ledger(tmp_path, rule):
    world = World(tmp_path)
    world.flow("9.1", {"1": step("desk", to="2"), "2": step("back")})
    world.set(
        pools={"desk": pool(1, "day", rule), "back": pool(1, "late", rule)},
        work={"9.1/1": {"time": fixed("3 h")}, "9.1/2": {"time": fixed("5 h")}},
    )
    world.cases("9.1", [case(f"mon {hour:02}:00") for hour in range(9, 18)])
    log = world.run()
    expect_exact(log)
    expect_rules(log)


def test_a_paused_night_is_calendar_closed_and_no_work(tmp_path):
    world = World(tmp_path)
    world.flow("9.1", {"1": step("desk")})
    world.set(pools={"desk": pool(1, "day", "pause")}, work={"9.1/1": {"time": fixed("3 h")}})
    world.cases("9.1", [case("mon 15:00")])
    row = ledger.ledger(world.run())[0] / HOUR
    assert {c: h for c, h in zip(CAUSES, row.tolist(), strict=True) if h} == {
        "working": 3, "calendar_closed": 16
    }  # fmt: skip


def test_visits_parts_suppliers_and_customers_leave_no_gap_in_the_ledger(tmp_path):
    world = requests(World(tmp_path))
    problems = ("hardware", "software", "return", "dead_on_arrival", "common")
    world.cases("1.8.2", [
        case(f"{day} {hour:02}:00", problem=problem, key_account=account)
        for day in ("mon", "thu") for hour, problem in enumerate(problems, start=8)
        for account in ("no", "yes")
    ])  # fmt: skip
    log = world.run()
    spent = {c for c, hours in zip(CAUSES, ledger.ledger(log).sum(axis=0), strict=True) if hours}
    assert {"working", "customer", "queueing", "part"} <= spent
    expect_exact(log)
    expect_rules(log)


def test_what_is_read_case_by_case_is_what_is_read_at_once(studies):
    log = studies["1.8.2"]
    whole = timelines.read(log)
    alone = [timelines.read(log, np.array([number])) for number in range(len(log["cases"]))]
    assert (np.concatenate(alone) == whole).all()


def test_an_activity_alone_is_told_from_enabled_to_completed(studies):
    log = studies["1.8.5"]
    end = log.terms["window"]["end_at"]
    for number in range(min(len(log["cases"]), 30)):
        for row, parts in timelines.of_steps(log, number):
            times = parts["to_at"] - parts["from_at"]
            assert times.sum() == min(row["completed_at"], end) - row["enabled_at"]


def test_duty_is_what_the_ledger_takes_it_for():
    there, others = DUTY_KINDS[:1], DUTY_KINDS[1:]
    assert there == ("shift",)
    assert others == ("on_call", "leave", "sick"), "a new kind: is somebody there, or is he away?"
    assert NEVER == 2**62
