"""What a breach avoided costs, worked out by hand; and the interval of a ratio."""

import math

import pytest

from cssim.experiment import avoided, statistics, verdicts
from cssim.kpi.measure import Measure
from cssim.report import tables


def figures(cost, breaches, penalty=0.0, clock="resolution"):
    """One replication; half of the breaches are told by cause, too."""
    return [
        Measure("cost", "all", cost + penalty, "CNY"),
        Measure("cost", "kind=penalty", penalty, "CNY"),
        Measure("breaches", f"clock={clock}", float(breaches), "promises"),
        Measure("breaches", f"cause=travel;clock={clock}", breaches / 2, "promises"),
    ]


BASE = [figures(1000, 50, 500), figures(1000, 48, 480), figures(1000, 52, 520),
        figures(1000, 50, 500)]  # fmt: skip


def test_it_is_the_difference_of_cost_without_penalties_over_that_of_breaches():
    other = [figures(1400, 30, 300), figures(1360, 30, 300), figures(1440, 30, 300),
             figures(1400, 30, 300)]  # fmt: skip
    (one,) = avoided.of("more", BASE, other)
    assert (one.scenario, one.clock, one.fewer, one.more) == ("more", "resolution", 20, 400)
    assert (one.each.low, one.each.mean, one.each.high) == pytest.approx((20, 20, 20), rel=1e-4)


def test_where_breaches_do_not_differ_it_is_said_in_words():
    other = [figures(1400, breaches) for breaches in (60, 38, 61, 41)]
    (one,) = avoided.of("more", BASE, other)
    assert one.each is None
    assert one.verdict == verdicts.SAME


def test_with_two_runs_nothing_is_said():
    (one,) = avoided.of("more", BASE[:2], [figures(1400, 3)] * 2)
    assert (one.each, one.verdict) == (None, verdicts.TOO_FEW)


def test_several_clocks_are_tested_together():
    """Alone its breaches would differ (p is 0.04), but not as one of two."""
    base = [[*figures(0, 10), figures(0, 10, clock="answer")[2]] for _ in range(4)]
    other = [[*figures(9, 10 - n), figures(0, 10, clock="answer")[2]] for n in (1, 4, 5, 2)]
    found = {one.clock: one for one in avoided.of("more", base, other)}
    assert found["resolution"].each is None
    (alone,) = avoided.of("more", base_of(base), base_of(other))
    assert alone.each is not None


def base_of(rows):
    return [[one for one in row if "answer" not in one.scope] for row in rows]


def test_without_prices_or_in_another_currency_there_is_nothing_to_say():
    free = [[row for row in rows if row.kpi != "cost"] for rows in BASE]
    dollars = [[row._replace(unit="USD") for row in rows] for rows in BASE]
    assert avoided.of("x", free, free) == []
    assert avoided.of("x", BASE, free) == []
    assert avoided.of("x", BASE, dollars) == []


def test_it_is_told_with_its_interval_or_in_words():
    rows = [
        avoided.Avoided("x", "answer", 0.5, 400.0, None, verdicts.SAME, "CNY"),
        avoided.Avoided("x", "resolution", 20.0, 400.0, statistics.Interval(20.0, 15.0, 30.0), "",
                        "CNY"),
    ]  # fmt: skip
    assert tables.avoided(rows).rows == (
        ("answer", "0.50", "400 CNY", "no difference seen"),
        ("resolution", "20.0", "400 CNY", "20.0 CNY (15.0 … 30.0)"),
    )


# ---- the interval of a ratio -------------------------------------------------------------------

OVER, UNDER = (12.0, 15.0, 11.0, 18.0, 13.0), (4.0, 6.0, 3.0, 7.0, 5.5)


def test_at_the_bounds_of_a_ratio_the_t_test_is_just_not_sure():
    found = statistics.ratio(OVER, UNDER)
    assert found.low < found.mean < found.high
    assert found.mean == pytest.approx(sum(OVER) / sum(UNDER))
    for bound in (found.low, found.high):
        rest = [a - bound * b for a, b in zip(OVER, UNDER, strict=True)]
        assert statistics.p_differs(rest) == pytest.approx(0.05)


def test_a_ratio_over_what_may_be_nothing_has_no_bounds():
    assert statistics.ratio(OVER, (4.0, -6.0, 3.0, -2.0, 1.0)).low is None
    assert statistics.ratio((1.0,), (2.0,)) == statistics.Interval(0.5, None, None)
    assert math.isnan(statistics.ratio((1.0, 2.0), (0.0, 0.0)).mean)


def test_the_interval_of_a_ratio_of_one_sign_holds_in_either_direction():
    found = statistics.ratio([-a for a in OVER], UNDER)
    other = statistics.ratio(OVER, UNDER)
    assert (found.low, found.high) == pytest.approx((-other.high, -other.low))
