"""Calendars: when somewhere is open, and business time counted in its open hours.

A calendar is a weekly pattern, the public holidays and moved working days of a country,
dated exceptions and a time zone. Over a horizon it becomes `OpenHours`: disjoint intervals
with prefix sums, in which business time is whole milliseconds and every question is a
bisection. It knows nothing of people, promises or demand.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Literal

import holidays
import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import NEVER, Epoch

Interval = tuple[int, int]
Moments = NDArray[np.int64]
DayKind = Literal["ordinary", "holiday", "after_holiday", "moved_working_day"]

_DAY = dt.timedelta(days=1)
_LONGEST_BREAK = 30  # days to look back for the holiday that a working day may follow


@dataclass(frozen=True)
class CalendarSpec:
    """A calendar as its pattern, before it is laid over a horizon.

    Attributes:
        week: weekday (0 = Monday) → open intervals in ms of the day, in order; absent is closed.
        zone: the zone its hours are in; None means the scenario's.
        country: whose public holidays close it and whose moved working days open it.
        subdivision: the part of the country, where holidays differ.
        exceptions: date → what holds that day instead of all other rules; empty is closed.
    """

    week: Mapping[int, Sequence[Interval]]
    zone: str | None = None
    country: str | None = None
    subdivision: str | None = None
    exceptions: Mapping[dt.date, Sequence[Interval]] = field(default_factory=dict)


class OpenHours:
    """Open intervals over a horizon; outside of it all is closed.

    The intervals are disjoint, merged and in order; each holds its start and not its end.

    Example:
        >>> hours = OpenHours([(0, 10), (20, 30)])
        >>> hours.open_time(5, 25), hours.add(5, 10), hours.next_open(12)
        (10, 25, 20)
    """

    __slots__ = ("_before", "_until", "ends", "starts")

    def __init__(self, intervals: Iterable[Interval]) -> None:
        merged = _merged(intervals)
        self.starts: list[int] = [start for start, _ in merged]
        self.ends: list[int] = [end for _, end in merged]
        # open time up to each interval's end, and up to its start
        self._until: list[int] = list(accumulate(end - start for start, end in merged))
        self._before: list[int] = [0, *self._until[:-1]] if merged else []

    def __len__(self) -> int:
        """How many intervals there are."""
        return len(self.starts)

    def is_open(self, at: int) -> bool:
        """Whether it is open at a moment (at its start yes, at its end no)."""
        i = bisect_right(self.starts, at) - 1
        return i >= 0 and at < self.ends[i]

    def open_time(self, from_at: int, to_at: int) -> int:
        """Open time between two moments."""
        return self._passed(to_at) - self._passed(from_at)

    def add(self, at: int, amount: int) -> int:
        """The first moment at which `amount` of open time has passed since `at`.

        An amount of nothing passes at once; one that the horizon does not hold, never.
        """
        if amount <= 0:
            return at
        target = self._passed(at) + amount
        until = self._until
        i = bisect_left(until, target)
        return self.ends[i] - (until[i] - target) if i < len(until) else NEVER

    def next_open(self, at: int) -> int:
        """`at` where it is open, else the start of the next interval; NEVER after the last."""
        i = bisect_right(self.starts, at)
        if i and at < self.ends[i - 1]:
            return at
        return self.starts[i] if i < len(self.starts) else NEVER

    def next_close(self, at: int) -> int:
        """The end of the interval that holds `at`, or of the next; NEVER after the last."""
        i = bisect_right(self.ends, at)
        return self.ends[i] if i < len(self.ends) else NEVER

    def intervals(self, from_at: int, to_at: int) -> Iterator[Interval]:
        """The open intervals between two moments, cut to them."""
        for i in range(bisect_right(self.ends, from_at), bisect_left(self.starts, to_at)):
            yield max(self.starts[i], from_at), min(self.ends[i], to_at)

    def open_time_many(self, from_at: Moments, to_at: Moments) -> Moments:
        """`open_time` for arrays of moments."""
        return self._passed_many(to_at) - self._passed_many(from_at)

    def add_many(self, at: Moments, amount: Moments) -> Moments:
        """`add` for arrays of moments and amounts."""
        at, amount = np.asarray(at, dtype=np.int64), np.asarray(amount, dtype=np.int64)
        until = np.array([*self._until, NEVER], dtype=np.int64)
        ends = np.array([*self.ends, NEVER], dtype=np.int64)
        target = self._passed_many(at) + amount
        i = np.searchsorted(until[:-1], target, side="left")
        found = np.where(i < len(self.ends), ends[i] - (until[i] - target), NEVER)
        return np.where(amount <= 0, at, found)

    def _passed(self, at: int) -> int:
        """Open time from the horizon's begin to a moment."""
        i = bisect_right(self.starts, at) - 1
        if i < 0:
            return 0
        end = self.ends[i]
        return self._until[i] if at >= end else self._until[i] - (end - at)

    def _passed_many(self, at: Moments) -> Moments:
        at = np.asarray(at, dtype=np.int64)
        if not self.starts:
            return np.zeros_like(at)
        i = np.searchsorted(np.array(self.starts, dtype=np.int64), at, side="right") - 1
        until, ends = np.array(self._until, dtype=np.int64), np.array(self.ends, dtype=np.int64)
        return np.where(i < 0, 0, until[i] - np.maximum(ends[i] - at, 0))


def common(*hours: OpenHours) -> OpenHours:
    """The hours in which all are open."""
    shared = list(zip(hours[0].starts, hours[0].ends, strict=True))
    for other in hours[1:]:
        shared = [piece for start, end in shared for piece in other.intervals(start, end)]
    return OpenHours(shared)


def within(hours: OpenHours, spans: Iterable[Interval]) -> OpenHours:
    """What of the hours lies in some intervals of time."""
    return OpenHours(piece for start, end in spans for piece in hours.intervals(start, end))


def without(hours: OpenHours, gaps: Iterable[Interval]) -> OpenHours:
    """The hours less some intervals of time in which they do not count."""
    kept: list[Interval] = []
    closed = _merged(gaps)
    for start, end in zip(hours.starts, hours.ends, strict=True):
        at = start
        for gap_start, gap_end in closed:
            if gap_end > at and gap_start < end:
                kept.append((at, gap_start))
                at = gap_end
        kept.append((at, end))
    return OpenHours(kept)


def open_hours(spec: CalendarSpec, epoch: Epoch, from_at: int, to_at: int) -> OpenHours:
    """Lay a calendar over the moments from `from_at` to `to_at`.

    Raises:
        ValueError: its country or subdivision is none that is known.
    """
    # a day more on both sides: the calendar's zone may be ahead of the scenario's, or behind
    date, last = epoch.date_of(from_at) - _DAY, epoch.date_of(to_at) + _DAY
    found: list[Interval] = []
    while date <= last:
        for start, end in hours_of(spec, date):
            opens = max(epoch.at(date, start, spec.zone), from_at)
            closes = min(epoch.at(date, end, spec.zone), to_at)
            found.append((opens, closes))
        date += _DAY
    return OpenHours(found)


def hours_of(spec: CalendarSpec, date: dt.date) -> Sequence[Interval]:
    """The open intervals of one date, in ms of its day.

    A moved working day is worked like the first weekday that has hours.
    """
    if date in spec.exceptions:
        return spec.exceptions[date]
    kind = _own_kind(spec, date)
    if kind == "holiday":
        return ()
    if kind == "moved_working_day":
        return next((spec.week[day] for day in range(7) if spec.week.get(day)), ())
    return spec.week.get(date.weekday(), ())


def day_kind(spec: CalendarSpec, date: dt.date) -> DayKind:
    """What kind of day a date is in the calendar's country.

    A day is after a holiday when it is worked and nothing but days off lie between the two.
    """
    kind = _own_kind(spec, date)
    if kind == "ordinary" and spec.country and spec.week.get(date.weekday()):
        return "after_holiday" if _follows_holiday(spec, date) else "ordinary"
    return kind


def unknown_years(spec: CalendarSpec, first: dt.date, last: dt.date) -> list[str]:
    """A sentence for every year of a span whose holidays or moved working days nobody knows.

    A country that moves working days announces them year by year; a later year has its
    holidays on their own dates only.
    """
    if not spec.country:
        return []
    known = _public_holidays(spec.country, spec.subdivision)
    announced = _announced(spec.country, spec.subdivision)
    sentences = []
    for year in range(first.year, last.year + 1):
        if not known.start_year <= year <= known.end_year:
            sentences.append(f"the public holidays of {spec.country} in {year} are not known")
        elif announced and year > announced:
            sentences.append(
                f"the moved working days of {spec.country} in {year} are not known "
                f"(the last year announced is {announced})"
            )
    return sentences


def check_country(country: str, subdivision: str | None = None) -> None:
    """Make sure that a country's holidays are known.

    Raises:
        ValueError: they are not.
    """
    _public_holidays(country, subdivision)


def _own_kind(spec: CalendarSpec, date: dt.date) -> DayKind:
    if not spec.country:
        return "ordinary"
    known = _public_holidays(spec.country, spec.subdivision)
    if date in known:
        return "holiday"
    return "moved_working_day" if date in _moved(known) else "ordinary"


def _follows_holiday(spec: CalendarSpec, date: dt.date) -> bool:
    for _ in range(_LONGEST_BREAK):
        date -= _DAY
        kind = _own_kind(spec, date)
        if kind == "holiday":
            return True
        if kind == "moved_working_day" or spec.week.get(date.weekday()):
            return False
    return False


@lru_cache(maxsize=64)
def _public_holidays(country: str, subdivision: str | None) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        place = f"{country}, {subdivision}" if subdivision else country
        raise ValueError(
            f"the holidays of {place!r} are not known (a country is two capital letters, like CN)"
        ) from None


def _moved(known: holidays.HolidayBase) -> set[dt.date]:
    """Weekend days that are worked instead of others; of the years looked at so far."""
    return getattr(known, "weekend_workdays", set())


@lru_cache(maxsize=64)
def _announced(country: str, subdivision: str | None) -> int | None:
    """The last year whose moved working days are known; None where no day is ever moved."""
    known = _public_holidays(country, subdivision)
    for year in range(known.start_year, min(known.end_year, 2100) + 1):
        _ = dt.date(year, 1, 1) in known
    return max((day.year for day in _moved(known)), default=None)


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(pair for pair in intervals if pair[0] < pair[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
