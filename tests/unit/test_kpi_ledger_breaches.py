"""Whose breach: the cause and the pool with the most counted time up to the target."""

import numpy as np
import pytest

from cssim.basis.moments import HOUR
from cssim.eventlog import CLOCK_EVENTS, CLOCKS
from cssim.kpi import breaches, promises, summary
from cssim.kpi.timelines import CAUSES
from tests.golden import renew
from tests.unit.small_log import POOLS, Log, figures


def told(log):
    """(cause, its hours, pool, its hours) of every breach."""
    return [
        (CAUSES[row["cause"]], row["time_in_cause"] / HOUR,
         POOLS[row["pool"]] if row["pool"] >= 0 else None, row["time_in_pool"] / HOUR)
        for row in breaches.read(log.made())
    ]  # fmt: skip


def late(log, number, *changes, at, target=4):
    """A resolution promise that is broken at a moment."""
    log.clock(number, ("start", 0), *changes, ("breach", at), target=target)


def test_a_breach_belongs_to_the_cause_and_the_pool_with_the_most_time_up_to_the_target():
    log = Log()
    number = log.case(0, 20)
    log.activity(number, "desk", 0, 2.5, 3, agent="A")
    log.activity(number, "hq", 3, 3, 20, agent="D")  # late before most of this
    late(log, number, ("stop", 20), at=4)
    assert told(log) == [("queueing", 2.5, "engineer.north", 3)]


def test_the_cause_and_the_pool_are_each_for_themselves():
    log = Log()
    number = log.case(0, 20)
    log.activity(number, "desk", 0, 0, 1.5, agent="A")
    log.activity(number, "hq", 1.5, 2.5, 3.25, agent="D")
    log.activity(number, "desk", 3.25, 4, 20, agent="A")
    late(log, number, ("stop", 20), at=4)
    assert told(log) == [("working", 2.25, "engineer.north", 2.25)]


def test_a_pause_of_the_clock_does_not_count():
    log = Log()
    number = log.case(0, 30)
    log.activity(number, "desk", 0, 2.5, 3, agent="A")
    log.activity(number, "bring", 3, 3, 13)
    log.activity(number, "desk", 13, 13, 30, agent="A")
    late(log, number, ("pause", 3), ("resume", 13), ("stop", 30), at=14)
    assert told(log) == [("queueing", 2.5, "engineer.north", 4)]


def test_only_open_time_of_the_contracts_hours_counts():
    log = Log()
    number = log.case(0, 40, contract="office")  # open from 8 to 16
    log.activity(number, "desk", 0, 9, 40, agent="A")
    late(log, number, ("stop", 40), at=12)
    assert told(log) == [("working", 3, "engineer.north", 4)]


def test_a_breach_that_nobody_of_ours_had_time_of_has_no_pool():
    log = Log()
    number = log.case(0, 10)
    log.activity(number, "supplier", 0, 0, 10)
    late(log, number, ("stop", 10), at=4)
    assert told(log) == [("supplier", 4, None, 0)]


def test_of_equal_times_the_first_cause_in_order_counts():
    log = Log()
    number = log.case(0, 10)
    log.activity(number, "desk", 0, 2, 10, agent="A")
    late(log, number, ("stop", 10), at=4)
    assert told(log) == [("working", 2, "engineer.north", 4)]


def test_a_clock_that_still_runs_at_the_end_of_the_run_has_its_breach():
    log = Log()
    number = log.case(300)
    log.activity(number, "desk", 300)
    log.clock(number, ("start", 300), ("breach", 304))
    assert told(log) == [("queueing", 4, "engineer.north", 4)]


def test_a_log_without_breaches_has_none():
    log = Log()
    log.clock(log.case(0, 1), ("start", 0), ("stop", 1))
    assert told(log) == []
    assert len(breaches.read(Log().made())) == 0


def test_breaches_are_counted_in_the_span_they_fall_into_by_clock_cause_and_pool():
    log = Log(from_at=5, to_at=50)
    for opened_at, kind in ((0, "request"), (10, "request"), (20, "chaser"), (30, "request")):
        number = log.case(opened_at, opened_at + 9, kind=kind)
        node, agent = ("hq", "D") if opened_at == 30 else ("desk", "A")
        log.activity(number, node, opened_at, opened_at + 3, opened_at + 9, agent=agent)
        log.clock(number, ("start", opened_at), ("stop", opened_at + 9), ("breach", opened_at + 4))
    values = figures(summary.measures(log.made()))
    assert values["breaches", "clock=resolution"] == 2  # the first one was before the window
    assert values["breaches", "clock=first_response"] == 0
    assert values["breaches", "cause=queueing;clock=resolution"] == 2
    assert values["breaches", "cause=working;clock=resolution"] == 0
    assert values["breaches", "clock=resolution;pool=engineer.north"] == 1
    assert values["breaches", "clock=resolution;pool=hq"] == 1


@pytest.fixture(scope="module")
def logs():
    return [renew.simulated(study) for study in ("1.8.2", "1.8.3", "1.8.4", "1.8.5")]


def test_what_was_counted_up_to_a_breach_is_exactly_the_target(logs):
    found = 0
    for log in logs:
        rows = log["clocks"][log["clocks"]["event"] == CLOCK_EVENTS.index("breach")]
        assert (breaches.spent(log, rows).by_cause.sum(axis=1) == rows["target"]).all()
        found += len(rows)
    assert found


def test_what_was_counted_up_to_a_stop_is_what_the_clock_says_is_used(logs):
    for log in logs:
        rows = log["clocks"]
        rows = rows[(rows["event"] == CLOCK_EVENTS.index("stop")) & (rows["promise"] == 0)]
        assert (breaches.spent(log, rows).by_cause.sum(axis=1) == rows["used"]).all()
        assert len(rows)


def test_there_are_as_many_breaches_as_promises_not_kept(logs):
    for log in logs:
        broken = breaches.read(log)
        for number, clock in enumerate(CLOCKS):
            found = promises.read(log, clock)
            missed = (found.due_at < log.terms["window"]["end_at"]) & ~found.kept
            mine = broken[broken["clock"] == number]
            of_requests = np.isin(mine["case"], found.case)
            assert sorted(mine["case"][of_requests]) == sorted(found.case[missed])
