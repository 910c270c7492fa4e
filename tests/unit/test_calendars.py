"""Calendars: business time adds up, and days are what their country says."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cssim.basis import calendars
from cssim.basis.calendars import CalendarSpec, OpenHours
from cssim.basis.moments import DAY, HOUR, NEVER, WEEK, Epoch, time_of_day

OFFICE_DAY = ((time_of_day("08:30"), time_of_day("12:00")), (13 * HOUR, 17 * HOUR))
OFFICE = CalendarSpec(dict.fromkeys(range(5), OFFICE_DAY), country="CN")
ALWAYS = CalendarSpec(dict.fromkeys(range(7), ((0, DAY),)))
SHANGHAI = Epoch("Asia/Shanghai", dt.date(2025, 1, 6))
BERLIN = Epoch("Europe/Berlin", dt.date(2025, 3, 24))

BERLIN_NIGHTS = calendars.open_hours(
    CalendarSpec(dict.fromkeys(range(7), ((0, 6 * HOUR), (22 * HOUR, DAY)))), BERLIN, 0, 45 * WEEK
)
MAY = Epoch("UTC", dt.date(2024, 4, 22))
NINE_TO_FIVE = calendars.open_hours(
    CalendarSpec(
        dict.fromkeys(range(5), ((9 * HOUR, 17 * HOUR),)), exceptions={dt.date(2024, 5, 1): ()}
    ),
    MAY, 0, 3 * WEEK,
)  # fmt: skip

gaps_and_lengths = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), max_size=12)
moments = st.integers(-20, 1300)


@st.composite
def some_hours(draw):
    at, intervals = 0, []
    for gap, length in draw(gaps_and_lengths):
        intervals.append((at + gap, at + gap + length))
        at += gap + length
    return OpenHours(intervals)


def slowly(hours, from_at, to_at):
    return sum(hours.is_open(at) for at in range(from_at, to_at))


# ---- business time -----------------------------------------------------------------------------


@given(hours=some_hours(), from_at=moments, to_at=moments)
def test_open_time_is_what_counting_every_moment_gives(hours, from_at, to_at):
    if from_at <= to_at:
        assert hours.open_time(from_at, to_at) == slowly(hours, from_at, to_at)


@given(hours=some_hours(), at=moments, amount=st.integers(0, 400))
def test_adding_and_measuring_are_inverse(hours, at, amount):
    due = hours.add(at, amount)
    if due == NEVER:
        assert hours.open_time(at, 10**6) < amount
    else:
        assert hours.open_time(at, due) == amount


@given(hours=some_hours(), at=moments, amount=st.integers(1, 400))
def test_an_amount_has_passed_no_sooner_than_it_is_due(hours, at, amount):
    due = hours.add(at, amount)
    if due != NEVER:
        assert hours.open_time(at, due - 1) == amount - 1


@given(hours=some_hours(), at=moments, first=st.integers(0, 200), second=st.integers(0, 200))
def test_adding_in_two_parts_is_adding_at_once(hours, at, first, second):
    half_way = hours.add(at, first)
    if half_way != NEVER:
        assert hours.add(half_way, second) == hours.add(at, first + second)


@given(hours=some_hours(), a=moments, b=moments, c=moments)
def test_open_time_is_additive_over_splits(hours, a, b, c):
    assert hours.open_time(a, b) + hours.open_time(b, c) == hours.open_time(a, c)


@given(hours=some_hours(), at=moments, later=st.integers(0, 99), amount=st.integers(0, 300))
def test_who_starts_later_is_not_due_sooner(hours, at, later, amount):
    assert hours.add(at, amount) <= hours.add(at + later, amount)
    assert hours.add(at, amount) <= hours.add(at, amount + later)


@given(hours=some_hours(), at=moments)
def test_the_next_opening_is_the_first_open_moment(hours, at):
    following = [moment for moment in range(at, 1400) if hours.is_open(moment)]
    assert hours.next_open(at) == (following[0] if following else NEVER)


@given(hours=some_hours(), at=moments)
def test_the_next_close_ends_the_interval_that_is_open_next(hours, at):
    close = hours.next_close(at)
    opening = hours.next_open(at)
    if close == NEVER:
        assert opening == NEVER
    else:
        assert hours.open_time(opening, close) == close - opening
        assert not hours.is_open(close)


@given(hours=some_hours(), pairs=st.lists(st.tuples(moments, st.integers(0, 400)), min_size=1))
def test_many_at_once_give_the_same_as_one_by_one(hours, pairs):
    at, amount = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    assert hours.add_many(at, amount).tolist() == [hours.add(*pair) for pair in pairs]
    until = at + amount
    assert hours.open_time_many(at, until).tolist() == [
        hours.open_time(a, a + more) for a, more in pairs
    ]


@given(a=some_hours(), b=some_hours(), at=moments)
def test_common_hours_are_open_where_all_are(a, b, at):
    assert calendars.common(a, b).is_open(at) == (a.is_open(at) and b.is_open(at))


@given(a=some_hours(), b=some_hours(), at=moments)
def test_a_silence_closes_what_was_open(a, b, at):
    gaps = list(zip(b.starts, b.ends, strict=True))
    assert calendars.without(a, gaps).is_open(at) == (a.is_open(at) and not b.is_open(at))


@given(hours=some_hours(), from_at=moments, to_at=moments)
def test_intervals_between_two_moments_add_up_to_the_open_time(hours, from_at, to_at):
    found = list(hours.intervals(from_at, to_at))
    assert all(from_at <= start < end <= to_at for start, end in found)
    assert sum(end - start for start, end in found) == max(0, hours.open_time(from_at, to_at))


def test_intervals_that_touch_are_one():
    assert len(OpenHours([(5, 9), (0, 5), (9, 9)])) == 1


@given(
    hours=some_hours(), at=moments, amount=st.integers(1, 400), spans=st.tuples(moments, moments)
)
def test_a_pause_wholly_outside_the_hours_earns_nothing(hours, at, amount, spans):
    pause, resume = sorted(max(at, moment) for moment in spans)
    due = hours.add(at, amount)
    if pause < due:
        later = hours.add(resume, amount - hours.open_time(at, pause))
        earned = hours.open_time(pause, resume)
        assert later == hours.add(at, amount + earned)
        assert (later == due) or earned


# ---- over a horizon ----------------------------------------------------------------------------


def test_an_office_week_has_thirty_seven_and_a_half_hours():
    hours = calendars.open_hours(OFFICE, SHANGHAI, 0, WEEK)
    assert hours.open_time(0, WEEK) == 5 * 15 * HOUR // 2


@pytest.mark.parametrize(
    ("sunday", "length"), [(dt.date(2025, 3, 30), 23), (dt.date(2025, 10, 26), 25)]
)
def test_always_open_is_open_for_as_long_as_the_day_is(sunday, length):
    hours = calendars.open_hours(ALWAYS, BERLIN, 0, 40 * WEEK)
    midnight = BERLIN.midnight(sunday)
    assert len(hours) == 1
    assert hours.add(midnight, length * HOUR) == BERLIN.midnight(sunday + dt.timedelta(days=1))


berlin_moments = st.integers(0, 39 * WEEK)  # with the day of 23 hours and the one of 25 in it


@given(at=berlin_moments, amount=st.integers(1, 99 * HOUR), later=st.integers(0, WEEK))
def test_business_time_over_changes_of_the_clocks_is_inverse_additive_and_monotone(
    at, amount, later
):
    due = BERLIN_NIGHTS.add(at, amount)
    assert BERLIN_NIGHTS.open_time(at, due) == amount
    assert BERLIN_NIGHTS.open_time(at, due - 1) == amount - 1
    assert BERLIN_NIGHTS.add(at + later, amount) >= due
    half = BERLIN_NIGHTS.add(at, amount // 2)
    assert BERLIN_NIGHTS.add(half, amount - amount // 2) == due


@pytest.mark.parametrize(
    ("evening", "hours"), [("2025-03-28", 8), ("2025-03-29", 7), ("2025-10-25", 9)]
)
def test_a_night_shift_is_as_long_as_the_clocks_make_it(evening, hours):
    evening = dt.date.fromisoformat(evening)
    since = BERLIN.at(evening, 22 * HOUR)
    until = BERLIN.at(evening + dt.timedelta(days=1), 6 * HOUR)
    assert BERLIN_NIGHTS.open_time(since, until) == hours * HOUR == until - since


@given(days=st.integers(0, 260), start=st.integers(0, 23), hours=st.integers(1, 23))
def test_a_shift_keeps_its_wall_clock_times_when_the_clocks_change(days, start, hours):
    end = min(24, start + hours)
    spec = CalendarSpec(dict.fromkeys(range(7), ((start * HOUR, end * HOUR),)))
    date = dt.date(2025, 3, 24) + dt.timedelta(days=days)
    opens = BERLIN.at(date, start * HOUR)
    shifts = calendars.open_hours(spec, BERLIN, opens - DAY, opens + 2 * DAY)
    assert shifts.is_open(opens)
    assert shifts.next_close(opens) >= BERLIN.at(date, end * HOUR)


def test_a_calendar_of_another_zone_opens_at_its_own_time():
    spec = CalendarSpec(dict.fromkeys(range(7), ((9 * HOUR, 18 * HOUR),)), zone="Europe/Berlin")
    hours = calendars.open_hours(spec, SHANGHAI, 0, WEEK)
    assert hours.starts[:2] == [0, 16 * HOUR]  # 9 in Berlin is 16 in Shanghai; a shift is under way


def test_an_exception_holds_instead_of_all_other_rules():
    spring = dt.date(2025, 1, 29)
    spec = CalendarSpec(OFFICE.week, country="CN", exceptions={spring: ((0, HOUR),)})
    assert calendars.hours_of(spec, spring) == ((0, HOUR),)
    assert not calendars.hours_of(OFFICE, spring)


# ---- a week by hand: Mondays to Fridays 9 to 17, Wednesday 1 May 2024 closed -------------------


def in_may(text):
    local = dt.datetime.fromisoformat(f"2024-{text}")
    return MAY.at(local.date(), local.hour * HOUR + local.minute * HOUR // 60)


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("04-26 16:30", 8, "04-29 16:30"),  # from Friday over the weekend
        ("04-30 15:00", 4, "05-02 11:00"),  # over the holiday
        ("04-27 12:00", 1, "04-29 10:00"),  # from Saturday
        ("04-29 08:00", 8, "04-29 17:00"),  # from before the hours to their end
    ],
)
def test_a_promise_is_due_when_its_open_hours_have_passed(since, hours, due):
    assert NINE_TO_FIVE.add(in_may(since), hours * HOUR) == in_may(due)
    assert NINE_TO_FIVE.open_time(in_may(since), in_may(due)) == hours * HOUR


def test_a_pause_moves_the_due_moment_by_its_open_hours_only():
    opened, paused, resumed = (
        in_may(text) for text in ("04-22 10:00", "04-22 14:00", "04-23 11:00")
    )
    left = 8 * HOUR - NINE_TO_FIVE.open_time(opened, paused)
    assert NINE_TO_FIVE.add(resumed, left) == in_may("04-23 15:00")


def test_from_friday_to_thursday_over_a_holiday_are_eighteen_hours():
    since, until = in_may("04-26 16:00"), in_may("05-02 10:00")
    assert NINE_TO_FIVE.open_time(since, until) == 18 * HOUR


# ---- kinds of day ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "kind"),
    [
        ("2025-01-26", "moved_working_day"),  # a Sunday that is worked for the Spring Festival
        ("2025-01-27", "ordinary"),
        ("2025-01-28", "holiday"),
        ("2025-02-02", "ordinary"),  # a Sunday within the break
        ("2025-02-04", "holiday"),
        ("2025-02-05", "after_holiday"),
        ("2025-02-06", "ordinary"),
        ("2025-04-07", "after_holiday"),  # Monday: Friday was a holiday, the weekend lies between
        ("2026-01-05", "ordinary"),  # Monday: Sunday was worked
    ],
)
def test_days_are_of_the_kind_that_china_announced(date, kind):
    assert calendars.day_kind(OFFICE, dt.date.fromisoformat(date)) == kind


def test_a_moved_working_day_is_worked_like_a_weekday():
    assert calendars.hours_of(OFFICE, dt.date(2025, 1, 26)) == OFFICE_DAY


def test_without_a_country_every_day_is_ordinary():
    assert calendars.day_kind(ALWAYS, dt.date(2025, 1, 29)) == "ordinary"


def test_years_whose_moved_working_days_nobody_has_announced_are_told():
    first, last = dt.date(2025, 1, 1), dt.date(2099, 1, 1)
    sentences = calendars.unknown_years(OFFICE, first, last)
    assert sentences[-1].startswith("the moved working days of CN in 2099 are not known (the last")
    assert not calendars.unknown_years(OFFICE, first, dt.date(2025, 12, 31))
    assert not calendars.unknown_years(ALWAYS, first, last)


def test_years_outside_what_the_library_knows_are_told():
    sentences = calendars.unknown_years(OFFICE, dt.date(2101, 1, 1), dt.date(2101, 2, 1))
    assert sentences == ["the public holidays of CN in 2101 are not known"]


def test_a_country_that_is_none_is_refused():
    with pytest.raises(ValueError, match="the holidays of 'XX' are not known"):
        calendars.check_country("XX")
    calendars.check_country("DE", "BY")
