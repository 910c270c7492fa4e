"""Windows: the same stretches of every day that is open for them, as moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cssim.basis.calendars import OpenHours
from cssim.basis.moments import Epoch

_DAY = dt.timedelta(days=1)
Window = tuple[int, int]


def of_days(
    spans: Sequence[Window], hours: OpenHours, epoch: Epoch, zone: str | None, to_at: int
) -> tuple[Window, ...]:
    """Every day's stretches that lie wholly in some hours, from moment 0 on."""
    date, last = epoch.date_of(0), epoch.date_of(to_at)
    found: list[Window] = []
    while date <= last:
        found += [(epoch.at(date, start, zone), epoch.at(date, end, zone)) for start, end in spans]
        date += _DAY
    return tuple(
        (start, end) for start, end in sorted(found) if hours.open_time(start, end) == end - start
    )
