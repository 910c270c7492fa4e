"""Attainment and cases at risk, on clocks worked out by hand."""

import numpy as np
import pytest

from cssim.basis.moments import HOUR
from cssim.eventlog import NEVER
from cssim.kpi import cases, measure, promises, spans, summary
from tests.unit.small_log import WEEK, Log, figures, ms


def one(*changes, target=4, contract="standard", opened_at=0, **window):
    """The promise of a single case."""
    log = Log(**window)
    case = log.case(opened_at, contract=contract)
    log.clock(case, ("start", opened_at), *changes, target=target)
    return promises.read(log.made(), "resolution")


def test_what_would_fall_due_after_the_runs_end_has_no_due_moment():
    assert due(one(end_at=3)) is None


def due(found):
    return None if found.due_at[0] == NEVER else found.due_at[0] / HOUR


def attained(log, kpi="attainment", scope="all", window=None):
    return figures(summary.measures(log.made(), window)).get((kpi, scope))


def test_a_clock_that_runs_on_falls_due_when_its_target_is_used_up():
    assert due(one(("stop", 10))) == 4


def test_a_clock_that_stopped_early_falls_due_when_it_would_have():
    assert due(one(("stop", 1))) == 4


def test_what_is_left_of_an_early_stop_is_counted_in_open_hours():
    # open from 8 to 16; opened at 14, stopped at 15, 3 of 4 hours left: 1 today, 2 tomorrow
    assert due(one(("stop", 15), contract="office", opened_at=14)) == 24 + 10


def test_closed_hours_use_up_nothing():
    assert due(one(("stop", 47), contract="office", opened_at=14)) == 24 + 10


def test_a_pause_puts_the_due_moment_off():
    assert due(one(("pause", 1), ("resume", 3), ("stop", 20))) == 6


def test_a_pause_after_the_due_moment_changes_nothing():
    assert due(one(("pause", 5), ("resume", 30), ("stop", 31))) == 4


def test_a_clock_stopped_in_a_pause_falls_due_as_if_it_had_gone_on_then():
    assert due(one(("pause", 1), ("stop", 10))) == 13


def test_a_clock_that_stands_still_at_the_end_never_falls_due():
    assert due(one(("pause", 1))) is None


def test_a_clock_that_runs_at_the_end_falls_due_and_is_not_kept():
    found = one()
    assert due(found) == 4
    assert not found.kept[0]


@pytest.mark.parametrize(("stop", "kept"), [(3.9, True), (4, True), (4.001, False)])
def test_a_promise_is_kept_up_to_the_due_moment_itself(stop, kept):
    assert one(("stop", stop)).kept[0] == kept


def test_a_stop_in_closed_hours_after_the_target_was_used_up_is_late():
    # opened at 12, due at the close at 16
    assert not one(("stop", 17), contract="office", opened_at=12).kept[0]


def test_attainment_is_kept_over_fallen_due():
    log = Log()
    for stop in (1, 2, 3, 9):
        log.clock(log.case(0, stop), ("start", 0), ("stop", stop))
    assert attained(log) == 0.75
    assert attained(log, "promises_due") == 4


def test_what_is_not_yet_due_at_the_windows_end_counts_for_neither():
    log = Log()
    log.clock(log.case(0, 1), ("start", 0), ("stop", 1))
    log.clock(log.case(WEEK - 1), ("start", WEEK - 1))
    assert attained(log) == 1
    assert attained(log, "promises_due") == 1


def test_kept_before_the_windows_end_but_due_after_it_counts_for_neither():
    log = Log()
    log.clock(log.case(WEEK - 2, WEEK - 1), ("start", WEEK - 2), ("stop", WEEK - 1))
    assert attained(log) is None


def test_opened_before_the_window_but_due_in_it_counts():
    log = Log(from_at=24)
    log.clock(log.case(22, 23), ("start", 22), ("stop", 23))
    assert attained(log) == 1


def test_due_at_the_windows_start_counts_and_at_its_end_not():
    log = Log(from_at=24)
    log.clock(log.case(20, 21), ("start", 20), ("stop", 21))
    log.clock(log.case(WEEK - 4), ("start", WEEK - 4))
    assert attained(log, "promises_due") == 1


def test_chasers_and_management_cases_have_no_part_in_attainment():
    log = Log()
    log.clock(log.case(0, 9), ("start", 0), ("stop", 9))
    for kind in ("chaser", "management"):
        log.clock(log.case(0, 1, kind=kind), ("start", 0), ("stop", 1))
    assert attained(log) == 0
    assert attained(log, "promises_due") == 1


def test_attainment_counts_the_first_promise_only():
    log = Log()
    for first_stop in (3, 9):
        case = log.case(0, 20)
        log.clock(case, ("start", 0), ("stop", first_stop))
        log.clock(case, ("retarget", 9), promise=1, target=100)
        log.clock(case, ("start", 9), ("stop", 20), promise=1, target=100)
    assert attained(log) == 0.5


def test_a_breach_row_changes_nothing():
    log = Log()
    log.clock(log.case(0, 9), ("start", 0), ("pause", 5), ("breach", 4), ("stop", 9))
    found = promises.read(log.made(), "resolution")
    assert due(found) == 4


def test_first_response_is_the_other_clock():
    log = Log()
    case = log.case(0, 9)
    log.clock(case, ("start", 0), ("stop", 9))
    log.clock(case, ("start", 0), ("stop", 1), clock="first_response")
    assert attained(log) == 0
    assert attained(log, "first_response_attainment") == 1


def test_attainment_is_told_by_region_severity_key_account_and_contract():
    log = Log()
    for region, severity, key_account, contract, stop in (
        ("north", "1", "yes", "standard", 1),
        ("north", "2", "no", "office", 40),
        ("south", "2", "no", "standard", 1),
    ):
        case = log.case(
            0, stop, region=region, severity=severity, key_account=key_account, contract=contract
        )
        log.clock(case, ("start", 0), ("stop", stop))
    found = {
        scope: value
        for (kpi, scope), value in figures(summary.measures(log.made())).items()
        if kpi == "attainment"
    }
    assert found == {
        "all": pytest.approx(2 / 3),
        "region=north": 0.5,
        "region=south": 1,
        "severity=1": 1,
        "severity=2": 0.5,
        "key_account=yes": 1,
        "key_account=no": 0.5,
        "contract=standard": 1,
        "contract=office": 0,
        "region=north;severity=1": 1,
        "region=north;severity=2": 0,
        "region=south;severity=2": 1,
    }


def test_a_week_has_the_promises_that_fell_due_in_it():
    log = Log(to_at=2 * WEEK)
    log.clock(log.case(0, 1), ("start", 0), ("stop", 1))
    log.clock(log.case(WEEK - 2, WEEK + 9), ("start", WEEK - 2), ("stop", WEEK + 9))
    found = {
        row.week: row.value
        for row in summary.by_week(log.made())
        if (row.kpi, row.scope) == ("attainment", "all")
    }
    assert found == {"2025-01-06": 1, "2025-01-13": 0}


def test_a_dated_window_counts_what_fell_due_in_it():
    log = Log()
    log.clock(log.case(0, 1), ("start", 0), ("stop", 1))
    log.clock(log.case(30, 99), ("start", 30), ("stop", 99))
    assert attained(log, window=(0, ms(24))) == 1
    assert attained(log, window=(ms(24), ms(48))) == 0


def test_other_promises_can_be_measured_on_the_same_log():
    log = Log()
    log.clock(log.case(0, 3), ("start", 0), ("stop", 3))
    made = log.made()
    stricter = {**log.terms, "targets": {"standard": {"resolution": {"1": 2 * HOUR}}}}
    assert figures(summary.measures(made))["attainment", "all"] == 1
    assert figures(summary.attainment_against(made, stricter))["attainment", "all"] == 0


def test_other_promises_may_count_in_other_hours():
    log = Log()
    log.clock(log.case(0, 9), ("start", 0), ("stop", 9))
    made = log.made()
    daytime = {**log.terms, "contract_calendars": {"standard": ["office"]}}
    assert figures(summary.measures(made))["attainment", "all"] == 0
    assert figures(summary.attainment_against(made, daytime))["attainment", "all"] == 1


def test_a_contract_that_the_other_terms_do_not_know_is_not_measured():
    log = Log()
    log.clock(log.case(0, 9), ("start", 0), ("stop", 9))
    other = {**log.terms, "contract_calendars": {}, "targets": {}}
    assert summary.attainment_against(log.made(), other) == []


def test_measured_against_its_own_promises_a_log_says_the_same():
    log = Log()
    for hour, stop in ((0, 3), (1, 9), (2, 40)):
        case = log.case(hour, stop, contract="office", severity="2")
        log.clock(case, ("start", hour), ("pause", 9), ("resume", 10), ("stop", stop), target=8)
    made = log.made()
    own = promises.read(made, "resolution")
    again = promises.read(made, "resolution", log.terms)
    assert np.array_equal(own.due_at, again.due_at)


def test_a_case_is_at_risk_from_four_fifths_until_its_clock_stops():
    log = Log(to_at=20)
    log.clock(log.case(0, 10), ("start", 0), ("stop", 10), target=5)  # at risk from 4 to 10
    log.clock(log.case(0, 2), ("start", 0), ("stop", 2), target=5)  # never
    assert attained(log, "at_risk") == pytest.approx(6 / 12)


def test_a_pause_does_not_bring_the_risk_nearer():
    log = Log(to_at=20)
    log.clock(log.case(0, 20), ("start", 0), ("pause", 1), ("resume", 11), ("stop", 20), target=5)
    assert attained(log, "at_risk") == pytest.approx(6 / 20)  # from 14


def test_a_log_without_promises_has_no_attainment():
    log = Log()
    log.case(0, 1)
    log.terms["contracts"] = []
    assert attained(log) is None


def test_promises_of_many_calendars_do_not_mix():
    log = Log()
    for contract, closed in (("office", 40), ("standard", 3), ("office", 3), ("standard", 40)):
        log.clock(log.case(0, closed, contract=contract), ("start", 0), ("stop", closed))
    found = promises.read(log.made(), "resolution")
    assert (found.due_at / HOUR).tolist() == [12, 4, 12, 4]
    assert found.kept.tolist() == [False, True, True, False]


def test_groups_leave_out_cases_without_a_region():
    log = Log()
    log.case(0, 1, region=None)
    log.case(0, 1)
    groups = cases.groups(log.made(), "region")
    assert groups.codes.tolist() == [-1, 0]
    whole = spans.whole((0, ms(WEEK)))
    found = list(measure.counts("requests", "cases", groups, whole, np.array([0, 0])))
    assert [row.value for row in found] == [1, 0]


# ---- other clocks ---------------------------------------------------------------------------


def with_rules(log, **terms):
    log.terms |= terms
    return log


def test_every_lap_of_another_clock_counts():
    log = with_rules(Log(), clocks={"update": {}})
    case = log.case(0, 20)
    log.clock(case, ("start", 0), ("stop", 3), clock="update")
    log.clock(case, ("start", 3), ("stop", 9), clock="update", promise=1)
    log.clock(case, ("start", 9), ("stop", 12), clock="update", promise=2)
    found = figures(summary.measures(log.made()))
    assert found["clock_attainment", "clock=update"] == 2 / 3
    assert found["clock_attainment", "clock=update;region=north"] == 2 / 3


def test_a_clock_that_no_scenario_defines_has_no_figure():
    log = Log()
    log.clock(log.case(0, 20), ("start", 0), ("stop", 3))
    assert "clock_attainment" not in {kpi for kpi, _ in figures(summary.measures(log.made()))}


def test_each_stay_at_a_tier_counts_in_the_tiers_own_hours():
    nested = {"tier": [
        {"name": "engineer", "calendars": ["always"], "target": {}},
        {"name": "hq", "calendars": ["office"], "target": {}},
    ]}  # fmt: skip
    log = with_rules(Log(), nested={**nested, "supplier": []})
    case = log.case(0, 60)
    log.clock(case, ("start", 0), ("stop", 3), clock="tier", scope=1)
    log.clock(case, ("start", 3), ("stop", 12), clock="tier", scope=2)  # open from 8: 4 hours
    log.clock(case, ("start", 12), ("stop", 20), clock="tier", scope=1, promise=1)
    found = figures(summary.measures(log.made()))
    assert found["tier_attainment", "tier=engineer"] == 0.5
    assert found["tier_attainment", "tier=hq"] == 1
    assert found["tier_attainment", "region=north;tier=hq"] == 1


def test_a_supplier_has_a_figure_of_his_own():
    nested = {"tier": [], "supplier": [{"name": "acme", "calendars": ["always"], "target": {}}]}
    log = with_rules(Log(), nested=nested)
    log.clock(log.case(0, 60), ("start", 0), ("stop", 5), clock="supplier", scope=1)
    assert figures(summary.measures(log.made()))["supplier_attainment", "supplier=acme"] == 0


def test_a_promise_that_was_changed_is_measured_against_what_it_was_last():
    log = Log()
    case = log.case(0, 20)
    log.clock(case, ("start", 0))
    log.clock(case, ("change", 2), target=7)
    log.clock(case, ("stop", 6), target=7)
    found = promises.read(log.made(), "resolution")
    assert due(found) == 7
    assert found.kept.tolist() == [True]


def test_one_that_a_change_has_broken_falls_due_at_the_change():
    log = Log()
    case = log.case(0, 20)
    log.clock(case, ("start", 0))
    log.clock(case, ("change", 3), ("breach", 3), ("stop", 6), target=2)
    found = promises.read(log.made(), "resolution")
    assert due(found) == 3
    assert found.kept.tolist() == [False]


def test_what_was_used_before_the_start_is_not_left():
    log = Log()
    log.clock(log.case(0, 20), ("start", 0), ("stop", 1), used=3)
    assert due(promises.read(log.made(), "resolution")) == 1


def test_what_goes_on_in_a_reopened_case_is_one_promise():
    log = with_rules(Log(), reopening="continue")
    case = log.case(0, 2)
    again = log.case(10, 20, kind="reopened", parent=case)
    log.clock(case, ("start", 0), ("stop", 2))
    log.clock(again, ("start", 10), ("stop", 13), used=2)
    found = promises.read(log.made(), "resolution")
    assert found.case.tolist() == [case]
    assert due(found) == 12
    assert found.kept.tolist() == [False]


def test_what_starts_anew_is_another_promise():
    log = with_rules(Log(), reopening="anew")
    case = log.case(0, 2)
    again = log.case(10, 20, kind="reopened", parent=case)
    log.clock(case, ("start", 0), ("stop", 2))
    log.clock(again, ("start", 10), ("stop", 13))
    found = promises.read(log.made(), "resolution")
    assert found.case.tolist() == [case, again]
    assert found.kept.tolist() == [True, True]


def test_what_an_open_promise_has_used_counts_what_it_had_before():
    log = with_rules(Log(), reopening="continue")
    case = log.case(0, 2)
    again = log.case(10, kind="reopened", parent=case)
    log.clock(case, ("start", 0), ("stop", 2))
    log.clock(again, ("start", 10), used=2)
    whose, used, target = promises.used(log.made(), "resolution", ms(11))
    assert (whose.tolist(), used.tolist(), target.tolist()) == ([case], [ms(3)], [ms(4)])


def test_what_an_open_promise_is_at_a_moment_does_not_know_of_later_changes():
    log = Log()
    case = log.case(0)
    log.clock(case, ("start", 0))
    log.clock(case, ("change", 2), target=7)
    made = log.made()
    assert [promises.used(made, "resolution", ms(at))[2].tolist() for at in (1, 3)] == [
        [ms(4)], [ms(7)],
    ]  # fmt: skip
