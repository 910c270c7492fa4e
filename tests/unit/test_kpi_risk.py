"""A contract's months and quarters, and open cases on their way to a breach, worked out by hand."""

import pytest

from cssim.kpi import frames, promises, risk, summary
from tests.unit.small_log import Log, figures, ms

# moment 0 is 6 January 2025; 1 February is 26 days later, 1 March 54, 1 April 85
FEBRUARY, MARCH, APRIL = (days * 24 for days in (26, 54, 85))
MONTH, QUARTER = ("month", 0.9), ("quarter", 0.8)


def told(targets=None, **window):
    """A log whose contract `standard` has a target for its months."""
    log = Log(**{"to_at": 90 * 24, "end_at": 100 * 24, **window})
    log.terms["attainment"] = {
        name: {"target": target, "period": period}
        for name, (period, target) in (targets or {"standard": MONTH}).items()
    }
    return log


def promise(log, due_at, stop=None, contract="standard"):
    """A case with a promise of 4 hours, in hours of all the day."""
    case = log.case(due_at - 4, stop, contract=contract)
    log.clock(case, ("start", due_at - 4), *([("stop", stop)] if stop else []))
    return case


def by_period(log, window=None):
    found = figures(summary.measures(log.made(), window))
    return {
        scope: value
        for (kpi, scope), value in found.items()
        if kpi == "attainment" and "period" in scope
    }


def of(contract, period):
    return f"contract={contract};period={period}"


def test_a_month_has_what_fell_due_in_it():
    log = told()
    promise(log, FEBRUARY - 1, FEBRUARY - 2)  # January, kept
    promise(log, FEBRUARY - 0.5, FEBRUARY)  # January, late
    promise(log, FEBRUARY, FEBRUARY - 1)  # due as February begins
    promise(log, MARCH - 1, MARCH + 9)  # February, late
    promise(log, MARCH - 2, MARCH + 9)
    assert by_period(log) == {
        of("standard", "2025-01"): 1 / 2,
        of("standard", "2025-02"): pytest.approx(1 / 3),
    }


def test_a_quarter_is_three_months_together():
    log = told({"standard": QUARTER})
    promise(log, FEBRUARY - 1, FEBRUARY - 2)
    promise(log, APRIL - 1, APRIL + 2)
    promise(log, APRIL, APRIL - 1)
    assert by_period(log) == {of("standard", "2025-Q1"): 0.5, of("standard", "2025-Q2"): 1}


def test_a_window_from_within_a_quarter_has_the_rest_of_it():
    log = told({"standard": QUARTER}, from_at=FEBRUARY + 24)
    promise(log, MARCH + 1, MARCH)
    promise(log, APRIL - 1, APRIL + 2)
    promise(log, APRIL, APRIL - 1)
    assert by_period(log) == {of("standard", "2025-Q1"): 0.5, of("standard", "2025-Q2"): 1}


def test_each_contract_has_its_own_kind_of_period():
    log = told({"standard": MONTH, "office": QUARTER})
    promise(log, FEBRUARY - 1, FEBRUARY - 2)
    promise(log, FEBRUARY + 1, FEBRUARY + 9)
    promise(log, 13, 10, contract="office")
    assert by_period(log) == {
        of("standard", "2025-01"): 1, of("standard", "2025-02"): 0, of("office", "2025-Q1"): 1,
    }  # fmt: skip


def test_a_contract_without_a_target_has_no_periods():
    log = told({"office": MONTH})
    promise(log, 20, 10)
    assert by_period(log) == {}


def test_without_targets_there_is_nothing_of_all_this():
    log = Log()
    promise(log, 20, 10)
    found = figures(summary.measures(log.made()))
    assert not [key for key in found if "period" in key[1] or key[0] == "early_warning"]


def test_an_open_case_that_is_late_counts_as_late():
    log = told()
    promise(log, 20)
    promise(log, 30, 28)
    assert by_period(log) == {of("standard", "2025-01"): 0.5}


def test_an_open_case_that_is_not_yet_due_counts_for_neither():
    log = told(to_at=48)
    promise(log, 50)
    assert by_period(log) == {}


def open_before(*promised, **window):
    """A log of cases that were there before the simulation began, and one kept later."""
    log = told(**window)
    log.terms["calendars"]["always"] = {"starts": [ms(-1000)], "ends": [ms(10_000)]}
    for due_at, stop in promised:
        promise(log, due_at, stop)
    promise(log, 60, 59)
    return log


def test_a_case_open_and_late_as_the_simulation_begins_is_late_in_the_first_period():
    log = open_before((-10, 49), (-20, None))
    assert by_period(log) == {of("standard", "2025-01"): pytest.approx(1 / 3)}


def test_it_is_not_if_it_closed_before_the_window():
    assert by_period(open_before((-10, 24), from_at=24)) == {of("standard", "2025-01"): 1}
    assert by_period(open_before((-10, 24.1), from_at=24)) == {of("standard", "2025-01"): 0.5}


def test_what_was_late_in_an_earlier_month_is_not_late_once_more():
    december, january = -5 * 24 - 0.5, -5 * 24
    assert by_period(open_before((december, 49))) == {of("standard", "2025-01"): 1}
    assert by_period(open_before((january, 49))) == {of("standard", "2025-01"): 0.5}


def test_what_fell_due_in_the_warm_up_counts_for_nothing():
    log = told(from_at=48)
    promise(log, 20, 49)
    promise(log, 21, 10)
    promise(log, 60, 59)
    assert by_period(log) == {of("standard", "2025-01"): 1}


def test_a_dated_window_cuts_its_months():
    log = told()
    promise(log, FEBRUARY - 1, FEBRUARY - 2)
    promise(log, FEBRUARY + 20, FEBRUARY + 19)
    promise(log, FEBRUARY + 60, FEBRUARY + 99)
    window = ms(FEBRUARY), ms(FEBRUARY + 48)
    assert by_period(log, window) == {of("standard", "2025-02"): 1}


def test_a_month_begins_at_local_midnight_also_when_clocks_have_changed():
    log = told()
    log.terms.update(zone="Europe/Berlin", start="2025-03-29")  # 30 March has 23 hours
    promise(log, 3 * 24 - 1.01, 99)
    promise(log, 3 * 24 - 1, 60)
    assert by_period(log) == {of("standard", "2025-03"): 0, of("standard", "2025-04"): 1}


def used(log, at):
    found = risk.open_promises(log.made(), ms(at))
    levels = [risk.LEVELS[level] for level in found.level]
    return list(zip(found.case.tolist(), found.share.tolist(), levels, strict=True))


def test_an_open_case_is_warned_of_from_half_and_four_fifths_of_its_target():
    log = Log()
    for target in (12, 10, 6, 4, 5):  # 5 hours used of each
        log.clock(log.case(0), ("start", 0), target=target)
    assert used(log, 5) == [
        (0, pytest.approx(5 / 12), "below_half"),
        (1, 0.5, "half"),
        (2, pytest.approx(5 / 6), "four_fifths"),
        (3, 1.25, "late"),
        (4, 1, "late"),
    ]


@pytest.mark.parametrize(("at", "level"), [(4.999, "below_half"), (5, "half"), (7.999, "half"),
                                           (8, "four_fifths")])  # fmt: skip
def test_a_level_begins_at_its_share_itself(at, level):
    log = Log()
    log.clock(log.case(0), ("start", 0), target=10)
    assert [row[2] for row in used(log, at)] == [level]


def test_what_is_used_is_open_hours_without_pauses():
    log = Log()
    office = log.case(14, contract="office")  # open from 8 to 16
    log.clock(office, ("start", 14), target=8)
    paused = log.case(0)
    log.clock(paused, ("start", 0), ("pause", 1), ("resume", 32), target=8)
    assert used(log, 33) == [(office, 3 / 8, "below_half"), (paused, 2 / 8, "below_half")]
    assert used(log, 20) == [(office, 2 / 8, "below_half"), (paused, 1 / 8, "below_half")]


def test_cases_that_are_not_open_then_are_not_warned_of():
    log = Log()
    log.clock(log.case(0, 3), ("start", 0), ("stop", 3))
    later = log.case(3)
    log.clock(later, ("start", 3))
    assert used(log, 2)[0][0] == 0
    assert used(log, 3) == [(later, 0, "below_half")]
    assert used(log, 1)[0][1] == 0.25


def test_by_default_it_is_the_runs_end():
    log = Log(end_at=2)
    log.clock(log.case(0), ("start", 0))
    assert risk.open_promises(log.made()).share.tolist() == [0.5]


def test_an_analyst_has_a_row_for_each_open_case():
    log = Log(end_at=2)
    log.clock(log.case(0, contract="office"), ("start", 0))
    log.clock(log.case(0), ("start", 0))
    frame = frames.early_warnings(log.made())
    assert list(frame) == ["case", "contract", "used", "level"]
    assert frame.values.tolist() == [[0, "office", 0, "below_half"], [1, "standard", 0.5, "half"]]


def test_early_warning_counts_the_open_cases_of_each_level_at_the_windows_end():
    log = told({"standard": MONTH}, to_at=5)
    for target in (12, 10, 9, 4):
        log.clock(log.case(0), ("start", 0), target=target)
    log.clock(log.case(0, contract="office"), ("start", 0), target=4)
    found = figures(summary.measures(log.made()))
    warned = {scope: value for (kpi, scope), value in found.items() if kpi == "early_warning"}
    assert warned == {
        "contract=standard;used=below_half": 1,
        "contract=standard;used=half": 2,
        "contract=standard;used=four_fifths": 0,
        "contract=standard;used=late": 1,
    }


def test_what_is_used_agrees_with_the_moment_at_which_it_falls_due():
    log = Log()
    case = log.case(14, contract="office")
    log.clock(case, ("start", 14), ("pause", 15), ("resume", 40), target=6)
    due_at = int(promises.read(log.made(), "resolution").due_at[0])
    assert due_at == ms(2 * 24 + 13)  # 1 h on the first day, 5 from 8 on the third
    for moment, share in ((due_at - 1, 1 - 1 / ms(6)), (due_at, 1)):
        assert risk.open_promises(log.made(), moment).share[0] == pytest.approx(share, abs=1e-12)
