"""The exact values themselves: every function gives the digits that are printed elsewhere."""

import math

import numpy as np
import pytest

from tests.theory import formulas

CALLS = 100 / 30  # a minute, of 3 min each
SECONDS_20 = 1 / 3  # of a minute


def printed(digits, value):
    """Whether a value rounds to what is printed, to its last digit."""
    places = len(digits.partition(".")[2])
    assert f"{value:.{places}f}" == digits


@pytest.mark.parametrize(
    ("servers", "offered", "digits"),
    [
        (1, 1, "0.5"),
        (2, 1, "0.2"),
        (10, 10, "0.214582"),
        (17, 10, "0.0129489"),
        (20, 16, "0.0644109"),
    ],
)
def test_erlang_b(servers, offered, digits):
    printed(digits, formulas.erlang_b(servers, offered))


def test_erlang_c():
    printed("0.888350", formulas.service_level(14, CALLS, 1 / 3, SECONDS_20))
    printed("0.714286", CALLS * 3 / 14)
    printed("0.174132", formulas.erlang_c(14, CALLS * 3))
    printed("26.55689", formulas.mean_wait(13, 3.5, 1 / 3) * 60)


def test_erlang_a():
    waits, gone, met = formulas.erlang_a(14, CALLS, 1 / 3, 5, SECONDS_20)
    printed("0.14526", waits)
    printed("0.013984", gone)
    printed("0.916792", met)


def test_erlang_a_with_endless_patience_is_erlang_c():
    waits, gone, met = formulas.erlang_a(14, CALLS, 1 / 3, 1e6, SECONDS_20)
    assert waits == pytest.approx(formulas.erlang_c(14, CALLS * 3), rel=1e-4)
    assert gone == pytest.approx(0, abs=1e-5)
    assert met == pytest.approx(formulas.service_level(14, CALLS, 1 / 3, SECONDS_20), rel=1e-4)


def test_few_places_to_wait():
    present, lost = formulas.with_places(2, 3, 4, 1)
    printed("0.76234", present)
    printed("0.0493601", lost)


def test_without_places_to_wait_it_is_erlang_b():
    assert formulas.with_places(10, 10, 1, 0)[1] == pytest.approx(formulas.erlang_b(10, 10))


def test_two_classes():
    assert formulas.two_classes(0.2, 0.6, 1, preemptive=False) == pytest.approx((2.0, 6.0))
    assert formulas.two_classes(0.2, 0.6, 1, preemptive=True) == pytest.approx((1.25, 6.25))


def test_open_network():
    onward = [[0, 0.2, 0.56, 0.24], [1, 0, 0, 0], [0] * 4, [0] * 4]
    through, present = formulas.open_network([8, 0, 6, 0], onward, [14, 9, 17, 7])
    assert through == pytest.approx([10, 2, 11.6, 2.4])
    for digits, value in zip(("2.5", "0.285714", "2.148148", "0.521739"), present, strict=True):
        printed(digits, value)


def test_machines():
    printed("7.85418", formulas.machines_running(10, 1, 0.1, 1))
    printed("8.96136", formulas.machines_running(10, 2, 0.1, 1))
    printed("9.75911", formulas.machines_with_spares(10, 2, 2, 0.1, 1))
    assert formulas.machines_with_spares(10, 0, 2, 0.1, 1) == formulas.machines_running(
        10, 2, 0.1, 1
    )


def test_a_number_that_swings():
    least, greatest, lag = formulas.swinging_number(100, 20, 1, 1)
    printed("85.8579", least)
    printed("114.142", greatest)
    assert lag == pytest.approx(math.pi / 4)


def test_fine_steps_come_to_the_swinging_number():
    steps = 14_400
    rates = 100 + 20 * np.sin((np.arange(steps) + 0.5) * 2 * math.pi / steps)
    means = formulas.stepped_number(rates, 2 * math.pi / steps, 1)
    least, greatest, lag = formulas.swinging_number(100, 20, 1, 1)
    assert (means.min(), means.max()) == pytest.approx((least, greatest), abs=1e-5)
    assert formulas.stepped_lag(rates, 2 * math.pi / steps, 1) == pytest.approx(lag, abs=1e-5)


def test_a_constant_rate_in_steps_gives_its_constant_number():
    assert formulas.stepped_number([3.0] * 5, 0.1, 0.5) == pytest.approx([6.0] * 5)


def test_from_empty():
    answered, wait = formulas.from_empty(12, 4.2, 0.5, 480, SECONDS_20)
    printed("1815.272", answered)
    printed("0.100681", wait)


def test_long_after_it_was_empty_it_is_erlang_c():
    _, wait = formulas.from_empty(2, 1.0, 1.0, 1e4, SECONDS_20)
    assert wait == pytest.approx(formulas.mean_wait(2, 1.0, 1.0), rel=1e-3)


@pytest.mark.parametrize(("occupancy", "value"), [(0.5, 29), (0.8, 1976), (0.9, 35901)])
def test_variance_of_the_mean_wait(occupancy, value):
    assert formulas.variance_of_mean_wait(occupancy) == pytest.approx(value, abs=1e-6 * value)


def test_an_exponential_service_waits_as_in_erlang_c():
    assert formulas.any_service(0.65, 10, 1) == pytest.approx(formulas.mean_wait(1, 0.065, 0.1))


@pytest.mark.parametrize("occupancy", [0.5, 0.8, 0.9])
def test_one_server_remembers_as_long_as_its_spectrum_says(occupancy):
    longest = 1 / (1 - math.sqrt(occupancy)) ** 2
    assert formulas.relaxation_time(1, occupancy, 1) == pytest.approx(longest, rel=2e-3)


def test_ample_lines_remember_for_one_service():
    assert formulas.relaxation_time(100, 5, 0.5, places=0) == pytest.approx(2)


@pytest.mark.parametrize("until", [0.5, 1, 4])
def test_exponential_lives_are_renewed_as_two_states_alternate(until):
    rate, repair = 1, 10
    both = rate + repair
    settled = rate * repair / both * until
    exact = settled + (rate / both) ** 2 * (1 - math.exp(-both * until))
    assert formulas.renewals(until, 1, 1 / repair) == pytest.approx(exact, rel=2e-5)


def test_long_renewed_units_fail_once_in_a_mean_life_and_repair():
    rate = formulas.renewals(8, 2, 0.1) - formulas.renewals(7, 2, 0.1)
    assert rate == pytest.approx(1 / (math.gamma(1.5) + 0.1), rel=1e-3)
