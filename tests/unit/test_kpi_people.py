"""Figures about people and the lines before them, on a few stretches worked out by hand."""

import pytest

from cssim.kpi import summary
from tests.unit.small_log import WEEK, Log, figures, ms


def found(log, window=None):
    return figures(summary.measures(log.made(), window))


def at_work(*stretches, duty=((8, 16),), people=2, **window):
    """Agent A, of a pool of two, works; (from, to) in hours."""
    log = Log(**window)
    case = log.case(0)
    for begin, end in stretches:
        log.activity(case, "desk", begin, begin, end, agent="A")
    for begin, end in duty:
        log.duty("engineer.north", begin, end, people)
    return log


def north(log, kpi, window=None):
    return found(log, window).get((kpi, "pool=engineer.north"))


def test_occupancy_is_busy_while_on_duty_over_on_duty():
    assert north(at_work((9, 13)), "occupancy") == 4 / 16


def test_work_outside_duty_is_overtime_and_no_occupancy():
    log = at_work((6, 9), (15, 18))
    assert north(log, "occupancy") == 2 / 16
    assert north(log, "overtime") == 4


def test_utilisation_is_busy_over_paid_overtime_included_in_both():
    assert north(at_work((14, 18)), "utilisation") == pytest.approx(4 / 18)


def test_work_across_a_break_is_on_duty_on_both_sides_of_it():
    log = at_work((11, 15), duty=((8, 12), (13, 17)))
    assert north(log, "occupancy") == 3 / 16
    assert north(log, "overtime") == 1


def test_the_window_cuts_work_and_duty():
    log = at_work((9, 13), from_at=12, to_at=20)
    assert north(log, "occupancy") == 1 / 8


def test_a_pool_that_is_never_on_duty_has_no_occupancy():
    assert ("occupancy", "pool=hq") not in found(at_work((9, 13)))


def test_everybody_is_all_pools_together():
    log = at_work((8, 16))
    log.duty("hq", 8, 16)
    assert found(log)["occupancy", "all"] == 8 / 24


def test_pieces_tell_the_time_of_an_activity_that_has_some():
    log = at_work()
    case = log.case(0)
    log.activity(case, "fix", 8, 8, 40, agent="A", pieces=2)
    log.piece(case, "fix", "work", 8, 10, agent="A")
    log.piece(case, "fix", "travel", 12, 13, agent="A", cause="travel")
    assert north(log, "occupancy") == 3 / 16


def test_every_doer_of_a_step_is_busy():
    log = at_work()
    log.duty("hq", 8, 16)
    case = log.case(0)
    log.activity(case, "fix", 8, 8, 10, agent="A", pieces=2)
    for agent in "AD":
        log.piece(case, "fix", "work", 8, 10, agent=agent)
    values = found(log)
    assert values["occupancy", "pool=engineer.north"] == 2 / 16
    assert values["occupancy", "pool=hq"] == 2 / 8


def test_who_is_held_is_busy_and_who_is_waited_for_not():
    log = at_work()
    case = log.case(0)
    log.piece(case, "fix", "held", 8, 9, agent="A")
    log.piece(case, "fix", "waiting", 9, 12, cause="part", agent="A")
    assert north(log, "occupancy") == 1 / 16


def test_work_still_going_on_when_the_run_ends_counts_until_then():
    log = Log(to_at=10, end_at=12)
    log.activity(log.case(0), "desk", 8, 8, agent="A")
    log.duty("engineer.north", 0, 12, 1)
    assert north(log, "occupancy") == 2 / 10
    assert north(log, "occupancy", (0, ms(12))) == 4 / 12


def test_work_on_every_kind_of_case_keeps_people_busy():
    log = at_work()
    log.activity(log.case(0, 9, kind="chaser"), "desk", 8, 8, 9, agent="A")
    assert north(log, "occupancy") == 1 / 16


def waits(*rows, **window):
    """Activities at the north's desk: (enabled, started) in hours, each worked on for an hour."""
    log = Log(**window)
    case = log.case(0)
    for number, (enabled, started) in enumerate(rows):
        done = None if started is None else started + 1
        log.activity(case, "desk", enabled, started, done, agent="A", sitting=number)
    return log


def test_waiting_time_is_from_enabled_to_started():
    values = found(waits((0, 1), (0, 2), (0, 6)))
    assert values["waiting_time", "statistic=mean"] == 3
    assert values["waiting_time", "statistic=p50"] == 2
    assert values["waiting_time", "pool=engineer.north;statistic=mean"] == 3


def test_a_sitting_has_one_waiting_time_its_first_steps():
    log = waits((0, 4))
    log.activity(0, "fix", 5, 5, 6, agent="A", sitting=0)
    assert found(log)["waiting_time", "statistic=mean"] == 4
    assert found(log)["service_time", "statistic=mean"] == 1


def test_waiting_time_leaves_out_waits_for_parts():
    log = Log()
    case = log.case(0)
    for visit, wait in ((1, 5), (2, 0)):
        log.activity(case, "parts", 0, 8, 10, agent="A", sitting=visit, visit=visit, pieces=wait)
    log.activity(case, "desk", 0, 8, 10, agent="A", sitting=3)
    log.piece(case, "parts", "waiting", 0, 2, cause="customer", visit=1)
    log.piece(case, "parts", "waiting", 2, 5, cause="part", visit=1)
    assert found(log)["waiting_time", "statistic=mean"] == pytest.approx((3 + 8 + 8) / 3)


def test_steps_that_nobody_of_ours_takes_have_no_waiting_time():
    log = waits((0, 4))
    log.activity(0, "bring", 5, 5, 50)
    values = found(log)
    assert values["waiting_time", "statistic=mean"] == 4
    assert values["service_time", "statistic=mean"] == 1


def test_waiting_times_are_of_requests_opened_in_the_window():
    log = Log(from_at=10, to_at=20)
    for opened_at, wait in ((9, 100), (10, 3), (20, 100)):
        case = log.case(opened_at)
        log.activity(case, "desk", opened_at, opened_at + wait, 300, agent="A", sitting=case)
    chaser = log.case(11, kind="chaser")
    log.activity(chaser, "desk", 11, 111, 112, agent="A", sitting=9)
    assert found(log)["waiting_time", "statistic=mean"] == 3


def test_queue_length_is_what_waits_for_people_on_average():
    log = waits((0, 5), (8, 20), from_at=0, to_at=10)
    values = found(log)
    assert values["queue_length", "all"] == pytest.approx(0.7)
    assert values["queue_length", "pool=engineer.north"] == pytest.approx(0.7)
    assert values["queue_length", "pool=hq"] == 0


def test_what_waits_for_a_part_waits_for_nobody():
    log = waits((0, 10), to_at=10)
    log.activity(0, "parts", 0, 10, 11, agent="A")
    log.piece(0, "parts", "waiting", 0, 4, cause="part")
    assert found(log)["queue_length", "pool=engineer.north"] == pytest.approx(1.6)


def test_what_has_not_started_waits_in_the_line_of_its_steps_doers():
    log = Log(to_at=10)
    log.activity(log.case(0, region="south"), "desk", 0, agent="A")  # a pool it was in before
    values = found(log)
    assert values["queue_length", "pool=engineer.south"] == 1
    assert values["queue_length", "pool=engineer.north"] == 0


def test_backlog_growth_compares_the_same_weekday_and_hour():
    log = waits((0, 9), from_at=5, to_at=2 * WEEK)  # the last Monday, 05:00, is a week later
    for enabled, started in ((WEEK + 4, WEEK + 6), (WEEK + 5, None), (WEEK + 6, None)):
        log.activity(0, "desk", enabled, started, agent="A")
    assert found(log)["backlog_growth", "pool=engineer.north"] == 2 - 1
    assert found(log)["backlog_growth", "all"] == 1
    assert found(log)["backlog_growth", "pool=hq"] == 0


def test_what_starts_at_the_moment_of_the_count_waits_no_more():
    log = waits((0, WEEK), (WEEK, WEEK + 1), (3, 3), to_at=2 * WEEK - 1)
    assert found(log)["backlog_growth", "all"] == 1 - 1


def test_a_window_shorter_than_a_week_has_no_backlog_growth():
    assert ("backlog_growth", "all") not in found(waits((0, 9), to_at=WEEK - 1))


def test_by_weekday_and_hour_everything_is_an_average_over_the_weeks():
    log = Log(to_at=2 * WEEK)
    case = log.case(0)
    for week in (0, WEEK):
        log.duty("engineer.north", week + 8, week + 16, 2)
    log.activity(case, "desk", 8, 8.5, 9, agent="A")  # the first Monday only
    values = figures(summary.by_hour(log.made()))
    assert values["on_duty", "hour=08;weekday=mon"] == 2
    assert values["on_duty", "hour=16;weekday=mon"] == 0
    assert values["busy", "hour=08;weekday=mon"] == 0.25
    assert values["queue_length", "hour=08;weekday=mon"] == 0.25
    assert values["busy", "hour=08;weekday=tue"] == 0
    assert len(values) == 3 * 168


def test_occupancy_by_week_is_the_weeks_own():
    log = at_work((8, 12), (WEEK + 8, WEEK + 10), duty=((8, 16), (WEEK + 8, WEEK + 16)),
                  people=1, to_at=2 * WEEK)  # fmt: skip
    rows = {
        row.week: row.value
        for row in summary.by_week(log.made())
        if (row.kpi, row.scope) == ("occupancy", "pool=engineer.north")
    }
    assert rows == {"2025-01-06": 0.5, "2025-01-13": 0.25}
