"""The share of histories that miss a target, its interval, and when it has a colour."""

import pytest
from scipy import stats

from cssim.experiment import risk
from cssim.kpi.measure import Measure


def attained(value, contract="gold", period="2025-01"):
    return Measure("attainment", f"contract={contract};period={period}", value, "share")


def histories(missed, of, target=0.9):
    return [[attained(target - 0.1 if n < missed else target)] for n in range(of)]


def only(missed, of):
    (row,) = risk.rows(histories(missed, of), {"gold": 0.9})
    return row


def test_the_risk_is_the_share_of_replications_below_the_target():
    row = only(3, 10)
    assert (row.contract, row.period, row.target) == ("gold", "2025-01", 0.9)
    assert (row.missed, row.replications, row.risk) == (3, 10, 0.3)


def test_a_share_just_as_high_as_the_target_is_no_miss():
    for kept, of in ((9, 10), (19, 20), (57, 60)):
        assert risk.rows([[attained(kept / of)]], {"gold": kept / of})[0].missed == 0
    assert risk.rows([[attained(19 / 20)]], {"gold": 0.95})[0].missed == 0


@pytest.mark.parametrize(("missed", "of"), [(0, 1), (1, 1), (3, 10), (0, 100), (50, 100), (7, 250)])
def test_its_interval_is_wilsons(missed, of):
    row = only(missed, of)
    exact = stats.binomtest(missed, of).proportion_ci(0.95, method="wilson")
    assert (row.low, row.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_none_or_all_missed_ends_the_interval_at_nothing_or_all():
    assert only(0, 30).low == 0.0
    assert only(30, 30).high == 1.0


@pytest.mark.parametrize(("of", "needed"), [(1, 99), (10, 90), (99, 1), (100, 0), (250, 0)])
def test_below_a_hundred_replications_it_says_how_many_more_are_needed(of, needed):
    assert only(0, of).more_needed == needed


@pytest.mark.parametrize(
    ("missed", "of", "colour"),
    [
        (0, 99, ""),
        (99, 99, ""),
        (0, 100, "green"),
        (9, 100, "green"),
        (10, 100, "amber"),
        (49, 100, "amber"),
        (50, 100, "red"),
        (100, 100, "red"),
    ],
)
def test_it_has_a_colour_from_a_hundred_replications_on(missed, of, colour):
    assert only(missed, of).colour == colour


def test_a_history_in_which_nothing_fell_due_has_not_missed():
    row = risk.rows([[attained(0.1)], [], [attained(1.0)], []], {"gold": 0.9})[0]
    assert (row.missed, row.replications) == (1, 4)


def test_contracts_stand_in_the_scenarios_order_and_periods_in_times():
    figures = [
        attained(1.0, contract, period)
        for contract in ("a", "b")
        for period in ("2025-02", "2024-12")
    ]
    told = [(row.contract, row.period) for row in risk.rows([figures], {"b": 0.9, "a": 0.5})]
    assert told == [("b", "2024-12"), ("b", "2025-02"), ("a", "2024-12"), ("a", "2025-02")]


def test_each_contract_is_held_to_its_own_target():
    figures = [attained(0.8, "gold"), attained(0.8, "basic")]
    told = {row.contract: row.missed for row in risk.rows([figures], {"gold": 0.9, "basic": 0.7})}
    assert told == {"gold": 1, "basic": 0}


def test_other_figures_are_left_alone():
    others = [
        Measure("attainment", "all", 0.1, "share"),
        Measure("attainment", "region=north", 0.1, "share"),
        Measure("early_warning", "contract=gold;used=late", 7.0, "cases"),
        attained(0.1, "silver"),
    ]
    assert risk.rows([others], {"gold": 0.9}) == []


def test_without_targets_there_are_no_risks():
    assert risk.rows(histories(1, 3), {}) == []
