"""Intervals and tests, against figures that anybody can look up."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from cssim.experiment import statistics


def test_the_interval_of_ten_values_is_students() -> None:
    values = [2.1, 2.5, 1.9, 2.2, 2.8, 2.4, 2.0, 2.6, 2.3, 2.2]
    half = 2.262157 * float(np.std(values, ddof=1)) / math.sqrt(10)  # t(0.975, 9)
    found = statistics.interval(values)
    assert found.mean == pytest.approx(2.3)
    assert (found.low, found.high) == pytest.approx((2.3 - half, 2.3 + half), rel=1e-6)


def test_one_value_has_no_interval() -> None:
    assert statistics.interval([0.5]) == statistics.Interval(0.5, None, None)


def test_what_was_not_measured_does_not_count() -> None:
    assert statistics.interval([0.5, math.nan]) == statistics.Interval(0.5, None, None)


def test_nothing_measured_has_no_mean() -> None:
    assert math.isnan(statistics.interval([]).mean)


def test_values_all_alike_have_an_interval_of_no_width() -> None:
    assert statistics.interval([0.25] * 4) == statistics.Interval(0.25, 0.25, 0.25)


def test_half_width_is_half_of_the_interval() -> None:
    found = statistics.interval([1.0, 2.0, 3.0])
    assert found.half_width == pytest.approx(2.484138)


def test_two_sided_p_is_the_t_tests() -> None:
    # t = 2.5 / (1.29099 / 2) = 3.87298 with 3 degrees of freedom
    assert statistics.p_differs([1.0, 2.0, 3.0, 4.0]) == pytest.approx(0.0304662, rel=1e-4)
    assert statistics.p_differs([-1.0, -2.0, -3.0, -4.0]) == pytest.approx(0.0304662, rel=1e-4)


def test_one_sided_p_is_half_of_it_on_its_side() -> None:
    assert statistics.p_above([1.0, 2.0, 3.0, 4.0]) == pytest.approx(0.0152331, rel=1e-4)
    assert statistics.p_above([-1.0, -2.0, -3.0, -4.0]) == pytest.approx(1 - 0.0152331, rel=1e-4)


def test_no_difference_at_all_is_no_difference() -> None:
    assert statistics.p_differs([0.0, 0.0, 0.0]) == 1.0


def test_the_same_difference_every_time_is_as_sure_as_its_signs() -> None:
    assert statistics.p_differs([-2.0, -2.0, -2.0]) == 0.25
    assert statistics.p_above([2.0] * 5) == 0.5**5
    assert statistics.p_above([-2.0] * 5) == 1.0


def test_holm_multiplies_the_least_by_all_and_the_largest_by_one() -> None:
    assert statistics.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(some.lists(some.floats(0, 1), min_size=1, max_size=20))
def test_holm_never_makes_anything_more_certain(p_values: list[float]) -> None:
    adjusted = statistics.holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))


def test_holm_keeps_the_order() -> None:
    adjusted = statistics.holm([0.2, 0.01, 0.5])
    assert sorted(range(3), key=adjusted.__getitem__) == [1, 0, 2]


def test_wilsons_interval_is_the_textbooks() -> None:
    found = statistics.wilson(9, 10)
    assert (found.low, found.high) == pytest.approx((0.5958, 0.9821), abs=1e-4)


def test_a_share_of_nothing_has_no_interval() -> None:
    assert statistics.wilson(0, 0).low is None
