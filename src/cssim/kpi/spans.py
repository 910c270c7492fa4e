"""Spans of time that figures are about: a window, its weeks, the hours of its weekdays.

And how long something lasted in each of them, as exact sums of milliseconds. Dates, weeks and
hours are those of the scenario's zone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR, MINUTE, Epoch
from cssim.errors import ResultsError

Moments = NDArray[np.int64]
Window = tuple[int, int]

HALF_HOUR = 30 * MINUTE
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Spans:
    """Bins of time one after the other, each belonging to a span.

    Attributes:
        edges: moments; a bin is from one (it included) to the next.
        labels: what each span is, as pairs; empty pairs are the window.
        slot: the span of each bin; a span may have many (every Monday at nine).
    """

    edges: Moments
    labels: tuple[Mapping[str, str], ...]
    slot: NDArray[np.int64]

    def of(self, at: Moments) -> NDArray[np.int64]:
        """The span that each moment falls into; -1 outside."""
        position = np.searchsorted(self.edges, at, side="right") - 1
        outside = (position < 0) | (position >= len(self.slot))
        slot: NDArray[np.int64] = self.slot[np.minimum(position, len(self.slot) - 1)]
        found: NDArray[np.int64] = np.where(outside, -1, slot)
        return found

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How long each span is, all its bins together, in ms."""
        return self.sums(np.diff(self.edges))

    def sums(self, by_bin: NDArray[np.int64]) -> NDArray[np.int64]:
        """What the bins hold, by span."""
        total = np.zeros(len(self.labels), dtype=np.int64)
        np.add.at(total, self.slot, by_bin)
        return total

    def time_in(self, from_at: Moments, to_at: Moments) -> NDArray[np.int64]:
        """How much of some intervals, all together, lies in each span (ms × intervals)."""
        return self.sums(time_between(from_at, to_at, self.edges))


def time_between(from_at: Moments, to_at: Moments, edges: Moments) -> NDArray[np.int64]:
    """How much of some intervals lies between each two edges, in ms; an exact sum."""
    first, last = edges[0], edges[-1]
    starts, ends = np.clip(from_at, first, last), np.clip(to_at, first, last)
    if len(edges) == 2:
        return np.array([(ends - starts).sum()], dtype=np.int64)
    first_bin = np.searchsorted(edges, starts, side="right")
    last_bin = np.searchsorted(edges, ends, side="right")
    crosses = first_bin != last_bin
    # most lie in one bin; their sums are whole and below 2**53, so exact in floats
    inside = np.bincount(first_bin, np.where(crosses, 0, ends - starts), len(edges) + 1)
    starts, ends = starts[crosses], ends[crosses]
    across: NDArray[np.int64] = np.diff(_passed(starts, edges) - _passed(ends, edges))
    return across + inside[1:-1].astype(np.int64)


def _passed(moments: Moments, edges: Moments) -> NDArray[np.int64]:
    """Time from every moment to each edge after it, summed."""
    ordered = np.sort(moments)
    before = np.concatenate([[0], np.cumsum(ordered)])
    number = np.searchsorted(ordered, edges, side="left")
    passed: NDArray[np.int64] = number * edges - before[number]
    return passed


def epoch_of(terms: Mapping[str, Any]) -> Epoch:
    """The border between a log's moments and local dates."""
    return Epoch(terms["zone"], dt.date.fromisoformat(terms["start"]))


def window_of(terms: Mapping[str, Any], window: Window | None = None) -> Window:
    """The window that is asked for, cut to what was simulated; by default the scenario's.

    Raises:
        ResultsError: nothing of it was simulated.
    """
    own = terms["window"]
    if window is None:
        return own["from_at"], own["to_at"]
    from_at, to_at = max(window[0], 0), min(window[1], own["end_at"])
    if from_at >= to_at:
        epoch = epoch_of(terms)
        first, last = epoch.date_of(0), epoch.date_of(own["end_at"] - 1)
        raise ResultsError(
            f"a window must hold some of what was simulated (from {first} to {last})"
        )
    return from_at, to_at


def dated(terms: Mapping[str, Any], first: dt.date | None, last: dt.date | None) -> Window:
    """The window from the first date's start to the last date's end; None: the scenario's own.

    Raises:
        ResultsError: nothing of it was simulated.
    """
    epoch = epoch_of(terms)
    from_at, to_at = window_of(terms)
    if first is not None:
        from_at = epoch.midnight(first)
    if last is not None:
        to_at = epoch.midnight(last + dt.timedelta(days=1))
    return window_of(terms, (from_at, to_at))


def whole(window: Window) -> Spans:
    """The window as one span."""
    return Spans(np.array(window, dtype=np.int64), ({},), np.zeros(1, dtype=np.int64))


def weeks(terms: Mapping[str, Any], window: Window) -> Spans:
    """The weeks of a window, named by their Mondays; the first and the last may be cut."""
    epoch = epoch_of(terms)
    date = epoch.date_of(window[0])
    monday = date - dt.timedelta(days=date.weekday())
    edges, labels = [window[0]], [{"week": monday.isoformat()}]
    while (at := epoch.midnight(monday := monday + dt.timedelta(days=7))) < window[1]:
        edges.append(at)
        labels.append({"week": monday.isoformat()})
    edges.append(window[1])
    return Spans(np.array(edges, dtype=np.int64), tuple(labels), np.arange(len(labels)))


def hours_of_week(terms: Mapping[str, Any], window: Window) -> Spans:
    """The 168 hours of the week, each on average over all that the window has of it."""
    epoch = epoch_of(terms)
    edges = np.append(np.arange(window[0], window[1], HOUR, dtype=np.int64), window[1])
    local = [epoch.local(int(at)) for at in edges[:-1]]
    slot = np.array([moment.weekday() * 24 + moment.hour for moment in local], dtype=np.int64)
    labels = tuple(
        {"weekday": weekday, "hour": f"{hour:02}"} for weekday in WEEKDAYS for hour in range(24)
    )
    return Spans(edges, labels, slot)


def half_hours_of_day(terms: Mapping[str, Any], window: Window) -> Spans:
    """The 48 half hours of the day, each with all that the window has of it."""
    epoch = epoch_of(terms)
    first = window[0] // HALF_HOUR * HALF_HOUR + HALF_HOUR
    inner = np.arange(first, window[1], HALF_HOUR, dtype=np.int64)
    edges = np.concatenate([window[:1], inner, window[1:]]).astype(np.int64)
    local = [epoch.local(int(at)) for at in edges[:-1]]
    slot = np.array([at.hour * 2 + at.minute // 30 for at in local], dtype=np.int64)
    labels = tuple({"half_hour": f"{half // 2:02}:{half % 2 * 30:02}"} for half in range(48))
    return Spans(edges, labels, slot)


def months(terms: Mapping[str, Any], window: Window, together: int = 1) -> Spans:
    """The calendar months of a window, or (three together) its quarters: `2025-01`, `2025-Q1`.

    The first and the last may be cut by the window.
    """
    epoch = epoch_of(terms)
    edges, labels = [window[0]], list[dict[str, str]]()
    for first in _firsts(epoch.date_of(window[0]), together):
        quarter = (first.month + 2) // 3
        labels.append({"period": f"{first:%Y-%m}" if together == 1 else f"{first.year}-Q{quarter}"})
        at = epoch.midnight(_months_later(first, together))
        edges.append(min(at, window[1]))
        if at >= window[1]:
            break
    return Spans(np.array(edges, dtype=np.int64), tuple(labels), np.arange(len(labels)))


def start_of_month(terms: Mapping[str, Any], at: int, together: int = 1) -> int:
    """When the calendar month, or (three together) the quarter, of a moment begins."""
    epoch = epoch_of(terms)
    return epoch.midnight(next(_firsts(epoch.date_of(at), together)))


def _firsts(date: dt.date, together: int) -> Iterator[dt.date]:
    """First days of months (or of several together): of a date's own, and of all after it."""
    first = date.replace(month=(date.month - 1) // together * together + 1, day=1)
    while True:
        yield first
        first = _months_later(first, together)


def _months_later(first: dt.date, months: int) -> dt.date:
    years, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + years, month=month + 1)


def same_hour_at_the_end(terms: Mapping[str, Any], window: Window) -> int:
    """The last moment of a window with the weekday and the hour at which it begins."""
    epoch = epoch_of(terms)
    first = epoch.local(window[0])
    clock = dt.timedelta(hours=first.hour, minutes=first.minute, seconds=first.second)
    time = clock // dt.timedelta(milliseconds=1) + first.microsecond // 1000
    date, found = first.date(), window[0]
    while (at := epoch.at(date, time)) <= window[1]:
        found, date = at, date + dt.timedelta(days=7)
    return found
