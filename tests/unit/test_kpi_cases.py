"""Figures about cases, on a handful of them worked out by hand."""

import pytest

from cssim.basis.moments import HOUR
from cssim.kpi import ledger, summary
from cssim.kpi.timelines import CAUSES
from tests.unit.small_log import WEEK, Log, figures, ms


def found(log, window=None):
    return figures(summary.measures(log.made(), window))


def test_cycle_time_has_mean_and_percentiles_in_hours():
    log = Log()
    for hours in (1, 2, 3, 6):
        log.case(0, hours)
    values = found(log)
    assert values["cycle_time", "statistic=mean"] == 3
    assert values["cycle_time", "statistic=p50"] == 2.5
    assert values["cycle_time", "statistic=p90"] == pytest.approx(5.1)
    assert values["cycle_time", "statistic=p95"] == pytest.approx(5.55)


def test_cycle_time_is_of_cases_opened_in_the_window_and_followed_beyond_it():
    log = Log(from_at=10, to_at=20)
    log.case(9, 12)  # opened before
    log.case(10, 110)  # closed in the run-out
    log.case(20, 21)  # opened after
    assert found(log)["cycle_time", "statistic=mean"] == 100


def test_open_share_is_what_had_not_closed_when_the_run_ended():
    log = Log()
    log.case(0, WEEK + 50)
    for _ in range(3):
        log.case(1)
    values = found(log)
    assert values["open_share", "all"] == 0.75
    assert values["cycle_time", "statistic=mean"] == WEEK + 50


@pytest.mark.parametrize("kind", ["chaser", "management"])
def test_other_kinds_of_cases_have_no_part_in_figures_about_requests(kind):
    log = Log()
    log.case(0, 4)
    plain = found(log)
    log.case(0, 99, kind=kind, parent=0)
    other = found(log)
    del plain["chasers_per_request", "all"], other["chasers_per_request", "all"]
    del plain["chasers_per_request", "region=north"], other["chasers_per_request", "region=north"]
    assert other == plain


def test_chasers_per_request():
    log = Log()
    for _ in range(4):
        log.case(0, 4)
    log.case(5, 6, kind="chaser", parent=0)
    assert found(log)["chasers_per_request", "all"] == 0.25


def test_requests_are_counted_where_there_are_none_too():
    log = Log()
    log.case(0, 4)
    values = found(log)
    assert values["requests", "region=north"] == 1
    assert values["requests", "region=south"] == 0
    assert ("cycle_time", "region=south;statistic=mean") not in values


def test_throughput_is_closed_requests_per_week():
    log = Log(to_at=WEEK / 2)
    log.case(0, 4)
    log.case(0, 5)
    log.case(0, WEEK)
    assert found(log)["throughput", "all"] == 4


def test_backlog_is_the_average_number_of_open_requests():
    log = Log(from_at=10, to_at=20)
    log.case(0, 15)  # open for 5 of 10 hours
    log.case(12)  # for 8
    assert found(log)["backlog", "all"] == pytest.approx(1.3)


def test_backlog_by_week_follows_the_weeks():
    log = Log(to_at=2 * WEEK)
    log.case(0, WEEK)
    log.case(0, 1.5 * WEEK)
    rows = {
        row.week: row.value
        for row in summary.by_week(log.made())
        if (row.kpi, row.scope) == ("backlog", "all")
    }
    assert rows == {"2025-01-06": 2, "2025-01-13": 0.5}


def test_outcome_shares_are_of_closed_requests():
    log = Log()
    log.case(0, 1, outcome="solved")
    log.case(0, 1, outcome="declined")
    log.case(0, 1, outcome="solved")
    log.case(0)
    values = found(log)
    assert values["outcome_share", "outcome=solved"] == pytest.approx(2 / 3)
    assert values["outcome_share", "outcome=declined"] == pytest.approx(1 / 3)


def spent(log, case=0):
    row = ledger.ledger(log.made())[case] / HOUR
    return {cause: hours for cause, hours in zip(CAUSES, row.tolist(), strict=True) if hours}


def test_the_ledger_tells_queueing_from_working():
    log = Log()
    case = log.case(0, 5)
    log.activity(case, "desk", 0, 2, 5, agent="A")
    assert spent(log) == {"queueing": 2, "working": 3}


def test_the_customers_and_the_suppliers_steps_are_theirs():
    log = Log()
    case = log.case(0, 5)
    log.activity(case, "bring", 0, 0, 3)
    log.activity(case, "supplier", 3, 3, 5)
    assert spent(log) == {"customer": 3, "supplier": 2}


def test_a_wait_with_a_row_of_its_own_is_not_queueing():
    log = Log()
    case = log.case(0, 10)
    log.activity(case, "parts", 0, 8, 10, agent="A")
    log.piece(case, "parts", "waiting", 0, 5, cause="part")
    assert spent(log) == {"part": 5, "queueing": 3, "working": 2}


def test_a_journey_is_travel_and_the_rest_work():
    log = Log()
    case = log.case(0, 4)
    log.activity(case, "fix", 0, 0, 4, agent="A", pieces=2)
    log.piece(case, "fix", "travel", 0, 1, cause="travel", agent="A")
    log.piece(case, "fix", "work", 1, 4, agent="A")
    assert spent(log) == {"travel": 1, "working": 3}


def test_a_step_that_approves_is_approval_from_enabled_to_completed():
    log = Log()
    case = log.case(0, 4)
    log.activity(case, "approve", 0, 3, 4, agent="D")
    assert spent(log) == {"approval": 4}


def test_causes_sum_to_the_cycle_time():
    log = Log()
    case = log.case(0, 20)
    log.activity(case, "desk", 0, 1, 2, agent="A")
    log.activity(case, "bring", 2, 2, 6)
    log.activity(case, "parts", 6, 10, 11, agent="A")
    log.piece(case, "parts", "waiting", 6, 9, cause="part")
    log.activity(case, "approve", 11, 15, 16, agent="D")
    log.activity(case, "supplier", 16, 16, 20)
    values = found(log)
    causes = [value for (kpi, scope), value in values.items()
              if kpi == "time_in_cause" and "region" not in scope]  # fmt: skip
    assert sum(causes) == pytest.approx(values["cycle_time", "statistic=mean"])
    assert values["time_in_cause", "cause=part"] == 3


def test_what_is_still_open_has_no_part_in_the_time_in_causes():
    log = Log()
    case = log.case(0)
    log.activity(case, "desk", 0, 1, 2, agent="A")
    log.activity(case, "parts", 2)
    log.piece(case, "parts", "waiting", 2, 5, cause="part")
    assert spent(log) == {"queueing": 2 * WEEK - 4, "working": 1, "part": 3}
    assert ("time_in_cause", "cause=queueing") not in found(log)


def test_stockouts_count_waits_that_begin_in_the_window_and_how_long_they_last():
    log = Log(from_at=10, to_at=20)
    for begin, end in ((9, 12), (12, 14), (19, 25), (20, 22)):
        case = log.case(0, 30)
        log.activity(case, "parts", begin, end, 30, agent="A")
        log.piece(case, "parts", "waiting", begin, end, cause="part")
    values = found(log)
    assert values["stockouts", "all"] == 2
    assert values["stockout_time", "all"] == 4
    assert values["backorders", "all"] == pytest.approx((2 + 2 + 1) / 10)


def test_a_wait_for_the_customer_is_no_stockout():
    log = Log()
    case = log.case(0, 30)
    log.activity(case, "parts", 0, 9, 30, agent="A")
    log.piece(case, "parts", "waiting", 0, 9, cause="customer")
    assert found(log)["stockouts", "all"] == 0


def test_fill_rate_is_takings_without_a_wait_over_all_takings():
    log = Log()
    for wait_until, taken in ((5, 5), (None, 5), (5, 8), (None, 9)):
        case = log.case(0, 30)
        if wait_until is not None:
            log.piece(case, "parts", "waiting", 0, wait_until, cause="part")
        log.move(taken, "on_shelf", "lent", case)
        log.move(taken, "on_shelf", "lent", case)  # another part at the same moment: one taking
        log.move(taken + 1, "lent", "installed", case)
    assert found(log)["fill_rate", "all"] == 0.5


def test_a_taking_before_a_wait_was_not_waited_for():
    log = Log()
    case = log.case(0, 30)
    log.move(1, "on_shelf", "lent", case)
    log.piece(case, "parts", "waiting", 2, 4, cause="part")
    log.move(4, "on_shelf", "lent", case)
    log.move(9, "on_shelf", "installed", case)
    assert found(log)["fill_rate", "all"] == pytest.approx(2 / 3)


def test_a_taking_was_waited_for_by_its_own_case_alone():
    log = Log()
    waiting, other = log.case(0, 30), log.case(0, 30)
    log.piece(waiting, "parts", "waiting", 2, 4, cause="part")
    log.move(9, "on_shelf", "lent", other)
    assert found(log)["fill_rate", "all"] == 1


def test_a_log_without_parts_has_no_figures_about_them():
    log = Log()
    log.case(0, 1)
    log.terms["parts"] = []
    assert not [kpi for kpi, _ in found(log) if kpi in ("stockouts", "fill_rate")]


def test_a_log_of_nothing_has_figures_all_the_same():
    values = found(Log())
    assert values["requests", "all"] == 0
    assert values["backlog", "all"] == 0


def test_a_dated_window_cuts_the_cases_to_it():
    log = Log()
    log.case(1, 2)
    log.case(30, 32)
    assert found(log, (ms(24), ms(48)))["requests", "all"] == 1


def test_the_reopened_share_is_over_what_closed_as_solved():
    log = Log()
    log.terms["reopening"] = "anew"
    cases = [log.case(0, 5), log.case(0, 6), log.case(0, 7, outcome="declined"), log.case(0)]
    log.case(20, 21, kind="reopened", parent=cases[1])
    found = figures(summary.measures(log.made()))
    assert found["reopened_share", "all"] == 0.5
    assert found["requests", "all"] == 4
