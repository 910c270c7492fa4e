"""Periods that a plan is made by: a month `2025-03`, a week `2025-W10`, a day `2025-03-03`.

Weeks are those of ISO 8601. It knows nothing of moments or zones.
"""

from __future__ import annotations

import datetime as dt
import re

_MONTH = re.compile(r"\d{4}-\d{2}")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMS = "a month like 2025-03, a week like 2025-W10 or a date like 2025-03-03 is expected"


def dates(period: str) -> tuple[dt.date, dt.date]:
    """The first day of a period, and the first day after it.

    Example:
        >>> dates("2025-W10")
        (datetime.date(2025, 3, 3), datetime.date(2025, 3, 10))

    Raises:
        ValueError: it is none.
    """
    week = _WEEK.fullmatch(period)
    try:
        if week:
            first = dt.date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return first, first + dt.timedelta(days=7)
        if _MONTH.fullmatch(period):
            first = dt.date.fromisoformat(f"{period}-01")
            return first, (first + dt.timedelta(days=31)).replace(day=1)
        if _DAY.fullmatch(period):
            first = dt.date.fromisoformat(period)
            return first, first + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        raise ValueError(f"there is no such month, week or date; {_FORMS}") from None
    raise ValueError(_FORMS)
