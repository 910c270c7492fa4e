"""On which dates of the run the cases of a source come, where that is known beforehand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from cssim.scenario import chances

_DAY = dt.timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def dates(spec: Any, first: dt.date, last: dt.date) -> list[dt.date]:
    """The dates from `first` to `last` on which a cadence, a file or dates bring a case.

    Of a day that is drawn within its period it is known that there is one: its first.
    """
    if spec.kind == "cadence":
        return list(_of_cadence(spec, first, last))
    said = spec.dates if spec.kind == "dates" else _recorded(spec)
    return [date for date in said if first <= date <= last]


def _of_cadence(spec: Any, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    date = first
    while date <= last:
        begins = _begins(spec.every, date + _DAY if spec.at == "end" else date)
        if begins or (spec.at == "within" and date == first):
            yield date
        date += _DAY


def _begins(every: str, date: dt.date) -> bool:
    """Whether a period begins on a date."""
    if every == "week":
        return date.weekday() == 0
    return date.day == 1 and (date.month - 1) % _MONTHS[every] == 0


def _recorded(spec: Any) -> Iterator[dt.date]:
    for said in chances.cells(spec.file, spec.opened_at):
        try:
            yield dt.date.fromisoformat(said[:10])
        except ValueError:
            continue  # whoever builds the run says so
