"""Distributions: their moments, their quantiles, and one number per score."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from cssim.basis import distributions

ONE_OF_EACH = {
    "fixed": distributions.fixed(90),
    "lognormal": distributions.lognormal(median=180, p90=480),
    "lognormal by mean": distributions.lognormal(mean=300, cv=1.3),
    "exponential": distributions.exponential(50),
    "uniform": distributions.uniform(20, 60),
    "triangular": distributions.triangular(10, 30, 90),
    "gamma": distributions.gamma(1, 0.3),
    "gamma, wide": distributions.gamma(100, 2),
    "empirical": distributions.empirical([3, 1, 2, 2]),
}
each = pytest.mark.parametrize("made", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
scores = st.floats(-8.3, 8.3)


@each
@given(z=st.lists(scores, max_size=20))
def test_a_block_holds_the_same_numbers_to_the_bit(made, z):
    assert made.values(np.array(z)).tolist() == [made.value(score) for score in z]


@each
@given(a=scores, b=scores)
def test_a_higher_score_is_no_smaller_number(made, a, b):
    assert 0 <= made.value(min(a, b)) <= made.value(max(a, b)) < math.inf


@each
def test_the_mean_is_that_of_the_numbers(made):
    u = (np.arange(200_000) + 0.5) / 200_000
    assert np.mean(made.values(special.ndtri(u))) == pytest.approx(made.mean, rel=3e-3)


@each
@given(z=st.floats(-4, 4))
def test_quantiles_are_those_of_the_textbook(made, z):
    known = {
        "lognormal": stats.lognorm(math.log(480 / 180) / special.ndtri(0.9), scale=180),
        "exponential": stats.expon(scale=50),
        "uniform": stats.uniform(20, 40),
        "triangular": stats.triang(0.25, 10, 80),
        "gamma": stats.gamma(1 / 0.09, scale=0.09),
        "gamma, wide": stats.gamma(0.25, scale=400),
    }
    name = next(name for name, other in ONE_OF_EACH.items() if other is made)
    if name in known:
        expected = known[name].ppf(special.ndtr(z))
        assert made.value(z) == pytest.approx(expected, rel=1e-3, abs=1e-9)


def test_a_lognormal_has_the_median_and_90th_percentile_it_was_given():
    made = distributions.lognormal(median=180, p90=480)
    assert made.value(0) == pytest.approx(180)
    assert made.value(float(special.ndtri(0.9))) == pytest.approx(480)


def test_a_gamma_s_table_has_the_variance_it_was_given():
    u = (np.arange(200_000) + 0.5) / 200_000
    numbers = distributions.gamma(5, 0.4).values(special.ndtri(u))
    assert np.std(numbers) / np.mean(numbers) == pytest.approx(0.4, rel=1e-3)


def test_empirical_numbers_are_the_observed_ones_each_as_likely():
    made = distributions.empirical([3, 1, 2, 2])
    u = (np.arange(1000) + 0.5) / 1000
    numbers = made.values(special.ndtri(u)).tolist()
    assert [numbers.count(value) for value in (1, 2, 3)] == [250, 500, 250]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: distributions.fixed(-1), "a fixed value is not negative (got -1)"),
        (
            lambda: distributions.lognormal(median=3, cv=1),
            "a lognormal is given by median and p90, or by mean and cv",
        ),
        (lambda: distributions.lognormal(median=0, p90=1), "a lognormal's median is more than 0"),
        (lambda: distributions.lognormal(median=5, p90=4), "p90 is not less than the median"),
        (lambda: distributions.lognormal(mean=-5, cv=1), "a lognormal's mean is more than 0"),
        (lambda: distributions.lognormal(mean=5, cv=-1), "a coefficient of variation is not neg"),
        (lambda: distributions.exponential(0), "an exponential's mean is more than 0 (got 0)"),
        (lambda: distributions.uniform(3, 2), "low is not negative and not above high (got 3, 2)"),
        (lambda: distributions.triangular(1, 5, 4), "low, mode and high are in order"),
        (lambda: distributions.triangular(4, 4, 4), "low, mode and high are in order"),
        (lambda: distributions.gamma(0, 1), "a gamma's mean is more than 0 (got 0)"),
        (lambda: distributions.gamma(1, 0), "a coefficient of variation is more than 0 (got 0)"),
        (lambda: distributions.empirical([]), "an empirical distribution has at least one value"),
        (lambda: distributions.empirical([1, math.nan]), "every value of an empirical one is a nu"),
        (lambda: distributions.empirical([1, -2]), "no value of an empirical one is negative"),
    ],
)
def test_parameters_that_fit_no_distribution_are_refused(make, sentence):
    with pytest.raises(ValueError, match="^" + sentence.replace("(", r"\(").replace(")", r"\)")):
        make()
