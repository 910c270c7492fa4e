"""Intervals of recorded counts: how long they are, and what does not fit among them.

Every interval begins at a multiple of its length since midnight, and an interval has one
row. A file that breaks this is told line by line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cssim.errors import ScenarioError

LENGTHS = (1440, 720, 480, 360, 240, 180, 120, 60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1)
_ON_GRID = 0.9  # of all rows: the others are mistakes
_RUN = 8  # rows one after the other with a longer distance than the rest
_MOST = 60  # more mistakes than this tell nobody more
_LONGEST = 7305  # days, 20 years


@dataclass
class Mistakes:
    """All that is wrong with a file, told at once."""

    file: str
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, column: str, what: str, got: str) -> None:
        """Something is wrong in a column of a line."""
        self.found.append((line, f"{self.file}:{line}: {column}: {what} (got {got or 'nothing'})"))

    def raise_if_any(self) -> None:
        """Tell them all, by line.

        Raises:
            ScenarioError: there is one.
        """
        if not self.found:
            return
        told = [what for _, what in sorted(self.found, key=lambda one: one[0])]
        more = [f"and {len(told) - _MOST} more"] if len(told) > _MOST else []
        raise ScenarioError("\n".join(told[:_MOST] + more))


@dataclass(frozen=True)
class Starts:
    """When the rows' intervals begin (or their contacts came), as columns.

    Attributes:
        line: of the file.
        day: the date's ordinal.
        minute: of the day, by the clock on the wall.
        cell: number of region and type.
        twice: whether this time happens twice.
    """

    line: NDArray[np.int64]
    day: NDArray[np.int64]
    minute: NDArray[np.float64]
    cell: NDArray[np.int64]
    twice: NDArray[np.bool_]


def interval_of(starts: Starts, column: str, mistakes: Mistakes) -> int:
    """The length of all intervals, in minutes; rows that do not fit are told.

    It is the longest of `LENGTHS` at whose multiples nine of ten rows begin.
    """
    length = next(
        (one for one in LENGTHS if (starts.minute % one == 0).mean() >= _ON_GRID), LENGTHS[-1]
    )
    for row in np.flatnonzero(starts.minute % length != 0):
        what = f"unequal intervals, a multiple of {length} min since midnight is expected"
        mistakes.add(int(starts.line[row]), column, what, _clock(float(starts.minute[row])))
    _tell_longer(starts, length, column, mistakes)
    return length


def tell_repeated(
    starts: Starts, column: str, cells: Sequence[tuple[str, str]], mistakes: Mistakes
) -> None:
    """Two rows of one interval are a mistake (three, where the clocks go through it twice)."""
    times: dict[tuple[int, float, int], list[int]] = {}
    for row in range(len(starts.line)):
        key = int(starts.day[row]), float(starts.minute[row]), int(starts.cell[row])
        lines = times.setdefault(key, [])
        lines.append(int(starts.line[row]))
        if len(lines) > (2 if starts.twice[row] else 1):
            of = " ".join(word for word in cells[key[2]] if word)
            what = f"line {lines[0]} has this interval{f' of {of}' if of else ''} too"
            got = f"{dt.date.fromordinal(key[0])} {_clock(key[1])}"
            mistakes.add(lines[-1], column, what, got)


def tell_span(starts: Starts, column: str, mistakes: Mistakes) -> None:
    """A file whose days lie further apart than 20 years has a wrong date."""
    first, last = int(starts.day.argmin()), int(starts.day.argmax())
    if starts.day[last] - starts.day[first] >= _LONGEST:
        what = f"more than 20 years after line {starts.line[first]}"
        got = str(dt.date.fromordinal(int(starts.day[last])))
        mistakes.add(int(starts.line[last]), column, what, got)


def tell_absent(
    dates: Sequence[dt.date], seen: NDArray[np.bool_], name: str, column: str, mistakes: Mistakes
) -> None:
    """Days without a row, as one mistake."""
    absent = [date for date, is_seen in zip(dates, seen, strict=True) if not is_seen]
    if absent:
        of = f" of {name}" if name else ""
        days = "1 day has" if len(absent) == 1 else f"{len(absent)} days have"
        what = f"{days} no row{of}, if there was no contact say --missing zero"
        mistakes.add(1, column, what, _spans(absent))


def _tell_longer(starts: Starts, length: int, column: str, mistakes: Mistakes) -> None:
    """A long run of rows at one greater distance: there the intervals are longer."""
    order = np.lexsort((starts.minute, starts.day, starts.cell))
    after = starts.day[order] * 1440 + starts.minute[order]
    distance = np.diff(after)
    distance[np.diff(starts.cell[order]) != 0] = 0
    run = 0
    for i, apart in enumerate(distance):
        run = run + 1 if length < apart < 1440 and (not run or apart == distance[i - 1]) else 0
        if run == _RUN:
            row = order[i - _RUN + 1]
            what = f"unequal intervals, from here on of {apart:.0f} min and elsewhere of {length}"
            mistakes.add(int(starts.line[row]), column, what, _clock(float(starts.minute[row])))


def _spans(dates: Sequence[dt.date]) -> str:
    """Dates, those that follow each other as `first to last`."""
    spans: list[list[dt.date]] = []
    for date in dates:
        if spans and date - spans[-1][-1] == dt.timedelta(days=1):
            spans[-1][1:] = [date]
        else:
            spans.append([date])
    return ", ".join(" to ".join(str(date) for date in span) for span in spans)


def _clock(minute: float) -> str:
    hours, rest = divmod(minute, 60)
    seconds = round(rest % 1 * 60)
    return f"{int(hours):02d}:{int(rest):02d}" + (f":{seconds:02d}" if seconds else "")
