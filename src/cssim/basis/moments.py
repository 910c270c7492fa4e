"""Moments and lengths of time: whole milliseconds since a scenario's start.

A moment is an `int` and may be negative; a length is an `int` too. Dates and hours of the
day exist only at the borders, and an `Epoch` is the border: it knows which instant is
moment 0 and in which zone the scenario's dates are. It knows nothing of opening hours.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
NEVER = 2**62

_MILLISECOND = dt.timedelta(milliseconds=1)
_NONE = dt.timedelta(0)
_EXPECTED = "a local date and time is expected"
_UNIX = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Epoch:
    """The border between moments and local dates: moment 0 is a date's midnight in a zone.

    Days of 23 and 25 hours are as long as they are: a wall-clock time that a change of the
    clocks skips means the instant as late after the last one before it; one that happens
    twice means the first.

    Example:
        >>> epoch = Epoch("Asia/Shanghai", dt.date(2025, 1, 6))
        >>> epoch.moment(dt.date(2025, 1, 7), "08:30") == DAY + 8 * HOUR + 30 * MINUTE
        True
        >>> epoch.local(-1).isoformat()
        '2025-01-05T23:59:59.999000+08:00'
    """

    def __init__(self, zone: str, start: dt.date) -> None:
        self.zone = zone
        self.start = start
        self._tz = ZoneInfo(zone)
        self._origin = 0
        self._origin = self.midnight(start)

    def midnight(self, date: dt.date, zone: str | None = None) -> int:
        """The moment at which a date begins, in the scenario's zone or another."""
        return self.at(date, 0, zone)

    def moment(self, date: dt.date, time: str, zone: str | None = None) -> int:
        """The moment of a wall-clock time `HH:MM` of a date; `24:00` is the next midnight.

        Raises:
            ValueError: the time is none.
        """
        return self.at(date, time_of_day(time), zone)

    def at(self, date: dt.date, time: int, zone: str | None = None) -> int:
        """The moment of a wall-clock time, given in ms of the day (0 to 24 h), of a date."""
        days, rest = divmod(time, DAY)
        wall = dt.datetime.combine(date, dt.time()) + dt.timedelta(days=days, milliseconds=rest)
        instant = wall.replace(tzinfo=ZoneInfo(zone) if zone else self._tz)
        return (instant - _UNIX) // _MILLISECOND - self._origin

    def local(self, moment: int) -> dt.datetime:
        """A moment as date and wall-clock time in the scenario's zone."""
        return (_UNIX + dt.timedelta(milliseconds=moment + self._origin)).astimezone(self._tz)

    def text(self, moment: int) -> str:
        """A moment as local date and time, as short as it can be.

        With its offset where clocks have gone back and the same time was an hour before.

        Example:
            >>> Epoch("Asia/Shanghai", dt.date(2025, 1, 6)).text(8 * HOUR)
            '2025-01-06 08:00'
        """
        spec = "milliseconds" if moment % 1000 else "seconds" if moment % MINUTE else "minutes"
        local = self.local(moment)
        told = local if local.fold else local.replace(tzinfo=None)
        return told.isoformat(sep=" ", timespec=spec)

    def parsed(self, text: str) -> int:
        """The moment of a local date and time, as `text` writes it.

        Raises:
            ValueError: it is none.
        """
        try:
            told = dt.datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(_EXPECTED) from None
        local = told.replace(tzinfo=None)
        since = local - dt.datetime.combine(local.date(), dt.time())
        at = self.at(local.date(), since // _MILLISECOND)
        if told.tzinfo is None:
            return at
        later = (self.local(at).utcoffset() or _NONE) - (told.utcoffset() or _NONE)
        again = at + later // _MILLISECOND
        if self.local(again).replace(tzinfo=None) != local:
            raise ValueError(_EXPECTED)
        return again

    def date_of(self, moment: int) -> dt.date:
        """The local date that a moment belongs to."""
        return self.local(moment).date()


@lru_cache(maxsize=1024)
def time_of_day(time: str) -> int:
    """Milliseconds of the day of a wall-clock time `HH:MM`, up to `24:00`.

    Example:
        >>> time_of_day("17:30") // MINUTE
        1050

    Raises:
        ValueError: it is no such time.
    """
    hours, colon, minutes = time.partition(":")
    if not (colon and len(hours) == 2 and len(minutes) == 2 and (hours + minutes).isdecimal()):
        raise ValueError(f"a time of day is written HH:MM (got {time!r})")
    total = int(hours) * HOUR + int(minutes) * MINUTE
    if int(minutes) > 59 or total > DAY:
        raise ValueError(f"a time of day lies between 00:00 and 24:00 (got {time!r})")
    return total
