"""Rosters: the shifts of named people, as planners keep them in a CSV file.

A row is one shift: agent, date, start, end; further columns tell nothing here. Every mistake
has its line, and none stops the reading. It knows nothing of pools.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from cssim.basis import moments
from cssim.scenario import kinds

COLUMNS = ("agent", "date", "start", "end")


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift: a date and its first and last ms of the day, the last perhaps on the next day."""

    date: dt.date
    start: int
    end: int
    line: int

    @property
    def whole(self) -> tuple[int, int]:
        """From when to when, in ms since the first of all days, clocks unchanged."""
        midnight = self.date.toordinal() * moments.DAY
        return midnight + self.start, midnight + self.end


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one line of a roster."""

    line: int
    column: str
    what: str
    got: str | None = None


@dataclass
class Roster:
    """The shifts of each agent in the order of the file, the agents in order of their first."""

    shifts: dict[str, list[Shift]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    lines: tuple[str, ...] = ()


def read(path: Path) -> Roster:
    """Read a roster.

    Raises:
        OSError: the file cannot be read.
    """
    found = Roster()
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        found.mistakes.append(Mistake(1, "", "a CSV file in UTF-8 is expected"))
        return found
    found.lines = tuple(text.splitlines())
    reader = csv.reader(found.lines)
    heading = [cell.strip() for cell in next(reader, [])]
    missing = [column for column in COLUMNS if column not in heading]
    if missing:
        what = f"the column {', '.join(missing)} is missing, a roster has {', '.join(COLUMNS)}"
        found.mistakes.append(Mistake(1, "", what))
        return found
    places = [heading.index(column) for column in COLUMNS]
    for cells in reader:
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * len(heading)]
            _row(found, reader.line_num, *(padded[place].strip() for place in places))
    if not found.shifts and not found.mistakes:
        found.mistakes.append(Mistake(1, "", "at least one shift is expected"))
    _tell_overlaps(found)
    return found


def _row(found: Roster, line: int, agent: str, date: str, start: str, end: str) -> None:
    """Add a shift, or what is wrong with its row."""
    wrong = len(found.mistakes)
    if not agent:
        found.mistakes.append(Mistake(line, "agent", "a name is expected", agent))
    day: dt.date | None = None
    try:
        day = kinds.date(date)
    except ValueError as error:
        found.mistakes.append(Mistake(line, "date", str(error), date))
    times = []
    for column, text in (("start", start), ("end", end)):
        try:
            times.append(moments.time_of_day(text))
        except ValueError:
            what = "a time of day, like 08:30, is expected"
            found.mistakes.append(Mistake(line, column, what, text))
    if len(found.mistakes) > wrong or day is None:
        return
    begins, ends = times
    if ends <= begins:  # past midnight
        ends += moments.DAY
    found.shifts.setdefault(agent, []).append(Shift(day, begins, ends, line))


def _tell_overlaps(found: Roster) -> None:
    """Nobody is on two shifts at once."""
    for agent, shifts in found.shifts.items():
        latest: Shift | None = None
        for shift in sorted(shifts, key=lambda one: (one.whole, one.line)):
            if latest is not None and shift.whole[0] < latest.whole[1]:
                line, other = max(shift.line, latest.line), min(shift.line, latest.line)
                what = f"{agent} is on another shift then, that of line {other}"
                found.mistakes.append(Mistake(line, "start", what))
            if latest is None or shift.whole[1] > latest.whole[1]:
                latest = shift
    found.mistakes.sort(key=lambda one: one.line)
