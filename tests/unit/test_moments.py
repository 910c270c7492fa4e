"""Moments: wall-clock times and back, days of 23 and 25 hours included."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cssim.basis.moments import DAY, HOUR, MINUTE, Epoch, time_of_day

BERLIN = Epoch("Europe/Berlin", dt.date(2025, 3, 1))
SHANGHAI = Epoch("Asia/Shanghai", dt.date(2025, 1, 6))


def test_moment_zero_is_the_midnight_that_the_scenario_starts_with():
    assert SHANGHAI.moment(dt.date(2025, 1, 6), "00:00") == 0
    assert SHANGHAI.local(0).isoformat() == "2025-01-06T00:00:00+08:00"


def test_a_day_has_23_hours_when_the_clocks_go_forward():
    sunday = dt.date(2025, 3, 30)
    assert BERLIN.midnight(sunday + dt.timedelta(1)) - BERLIN.midnight(sunday) == 23 * HOUR


def test_a_day_has_25_hours_when_the_clocks_go_back():
    sunday = dt.date(2025, 10, 26)
    assert BERLIN.midnight(sunday + dt.timedelta(1)) - BERLIN.midnight(sunday) == 25 * HOUR


def test_a_skipped_time_is_as_late_after_the_last_one_before_it():
    sunday = dt.date(2025, 3, 30)
    skipped = BERLIN.moment(sunday, "02:30")
    assert skipped == BERLIN.moment(sunday, "01:59") + 31 * MINUTE


def test_a_time_that_happens_twice_means_the_first():
    sunday = dt.date(2025, 10, 26)
    assert BERLIN.moment(sunday, "02:30") == BERLIN.midnight(sunday) + 150 * MINUTE


def test_a_place_in_another_zone_has_its_own_midnight():
    date = dt.date(2025, 1, 7)
    assert SHANGHAI.midnight(date, "Europe/Berlin") == SHANGHAI.midnight(date) + 7 * HOUR


def test_twenty_four_o_clock_is_the_next_midnight():
    date = dt.date(2025, 1, 7)
    assert SHANGHAI.moment(date, "24:00") == SHANGHAI.midnight(dt.date(2025, 1, 8)) == 2 * DAY


@pytest.mark.parametrize("time", ["8:30", "0830", "08:3", "ab:cd", "08:30:00", "", "８:30"])
def test_a_time_of_day_is_written_hh_mm(time):
    with pytest.raises(ValueError, match="a time of day is written HH:MM"):
        time_of_day(time)


@pytest.mark.parametrize("time", ["24:01", "25:00", "08:60"])
def test_a_time_of_day_lies_within_the_day(time):
    with pytest.raises(ValueError, match="lies between 00:00 and 24:00"):
        time_of_day(time)


@given(moment=st.integers(-(10**11), 10**11), epoch=st.sampled_from([BERLIN, SHANGHAI]))
def test_every_moment_belongs_to_the_day_between_two_midnights(moment, epoch):
    date = epoch.date_of(moment)
    assert epoch.midnight(date) <= moment < epoch.midnight(date + dt.timedelta(days=1))
