"""Rows of a file of recorded contacts: its columns, and what each row says.

A row is an interval with its count, or one contact with its moment. Its local time is in one
zone: a time that the clocks skip is a mistake, and of one that happens twice it is told so.
Every mistake has its line; none stops the reading.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from cssim.basis import recorded
from cssim.errors import ScenarioError
from cssim.experiment.demand_grid import Mistakes
from cssim.scenario import problems

ROLES = ("start", "count", "at", "region", "type")
_DATE = r"\d{4}-\d{2}-\d{2}"
_START = re.compile(rf"{_DATE}([ T]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?)?")
_AT = re.compile(rf"{_DATE}[ T]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?")
_COUNT = re.compile(r"\d{1,9}(\.0+)?")
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_ONE_DAY = dt.timedelta(days=1)

Cell = tuple[str, str]  # region and type; empty where the file has no such column


@dataclass(frozen=True)
class Columns:
    """What the file's columns are called where they have another name than their role."""

    start: str | None = None
    count: str | None = None
    at: str | None = None
    region: str | None = None
    type: str | None = None
    ignored: tuple[str, ...] = ()  # patterns of columns that tell nothing here


@dataclass
class Rows:
    """What the rows say, as columns."""

    line: list[int] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    minute: list[float] = field(default_factory=list)
    count: list[int] = field(default_factory=list)
    cell: list[int] = field(default_factory=list)
    twice: list[bool] = field(default_factory=list)  # its time happens twice
    cells: dict[Cell, int] = field(default_factory=dict)


@lru_cache(maxsize=50_000)
def clocks_change(zone: ZoneInfo, day: int) -> bool:
    """Whether a date (as its ordinal) has another length than 24 hours."""
    midnight = dt.datetime.combine(dt.date.fromordinal(day), dt.time(), tzinfo=zone)
    return midnight.utcoffset() != (midnight + _ONE_DAY).utcoffset()


def lines_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells; blank lines are left out."""
    try:
        with recorded.opened(path, "utf-8-sig") as stream:
            reader = csv.reader(stream, strict=True)
            for cells in reader:
                if cells:
                    yield reader.line_num, [cell.strip() for cell in cells]
    except FileNotFoundError:
        raise ScenarioError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: the file is no text in UTF-8") from None
    except csv.Error as error:
        raise ScenarioError(f"{path}:{reader.line_num}: no line of a CSV file ({error})") from None
    except recorded.BROKEN as error:
        reason = getattr(error, "strerror", None) or error
        raise ScenarioError(f"{path}: the file cannot be read ({reason})") from None


def places_of(heading: list[str], columns: Columns, mistakes: Mistakes) -> dict[str, int]:
    """Where each role's column stands."""
    places = {}
    for role in ROLES:
        named = getattr(columns, role)
        if (named or role) in heading:
            places[role] = heading.index(named or role)
        elif named:
            close = problems.nearest(named, heading)
            hint = f"did you mean {close}?" if close else f"there are {', '.join(heading)}"
            mistakes.add(1, f"--{role}", f"there is no such column, {hint}", named)
    for number, name in enumerate(heading):
        if name in heading[:number]:
            mistakes.add(1, name or "heading", "two columns have this name", name)
        elif number not in places.values() and not any(
            fnmatchcase(name, pattern) for pattern in columns.ignored
        ):
            close = problems.nearest(name, ROLES)
            hint = f"did you mean {close}? If not," if close else "if it tells nothing here,"
            mistakes.add(1, name or "heading", f"unknown column, {hint} --ignore it", name)
    ways = {"at"}, {"start", "count"}
    if places.keys() & {"at", "start", "count"} not in ways:
        what = "the columns start and count, or the column at, are expected"
        mistakes.add(1, "heading", what, ", ".join(heading))
    return places


class Reader:
    """Reads the rows of one file."""

    def __init__(
        self,
        heading: list[str],
        places: dict[str, int],
        zone: ZoneInfo,
        regions: Collection[str] | None,
        region: str,
        mistakes: Mistakes,
    ) -> None:
        self.heading = heading
        self.places = places
        self.zone = zone
        self.regions = regions
        self.region = region  # of all rows, where there is no column
        self.mistakes = mistakes
        self.strange: set[tuple[str, str]] = set()  # words that have been told

    def rows(self, lines: Iterator[tuple[int, list[str]]]) -> Rows:
        """What all rows say; what is wrong with them goes to the mistakes."""
        found = Rows()
        for line, cells in lines:
            if len(cells) != len(self.heading):
                what = f"the heading has {len(self.heading)} columns"
                self.mistakes.add(line, "row", what, f"{len(cells)}")
                continue
            moment = self._moment(line, cells, "at" if "at" in self.places else "start")
            count = self._count(line, cells)
            cell = self._word(line, cells, "region"), self._word(line, cells, "type")
            if moment is None:
                continue
            at, twice = moment
            found.line.append(line)
            found.day.append(at.toordinal())
            found.minute.append(at.hour * 60 + at.minute + (at.second + at.microsecond / 1e6) / 60)
            found.twice.append(twice)
            found.count.append(count)
            found.cell.append(found.cells.setdefault(cell, len(found.cells)))
        return found

    def _moment(self, line: int, cells: list[str], role: str) -> tuple[dt.datetime, bool] | None:
        """A local time, and whether it happens twice; None if it is none."""
        text = cells[self.places[role]]
        column = self.heading[self.places[role]]
        try:
            if not (_START if role == "start" else _AT).fullmatch(text):
                raise ValueError
            at = dt.datetime.fromisoformat(text)
        except ValueError:
            what = "a local date and time, like 2025-01-06 08:30, is expected"
            self.mistakes.add(line, column, what, text)
            return None
        if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            what = f"a date from {_FIRST_YEAR} to {_LAST_YEAR} is expected"
            self.mistakes.add(line, column, what, text)
            return None
        if not clocks_change(self.zone, at.toordinal()):
            return at, False
        first, second = at.replace(tzinfo=self.zone), at.replace(tzinfo=self.zone, fold=1)
        if first.astimezone(dt.UTC).astimezone(self.zone).replace(tzinfo=None) != at:
            what = f"the clocks of {self.zone.key} skip this time"
            self.mistakes.add(line, column, what, text)
            return None
        return at, first.utcoffset() != second.utcoffset()

    def _count(self, line: int, cells: list[str]) -> int:
        if "count" not in self.places:
            return 1
        text = cells[self.places["count"]]
        if not _COUNT.fullmatch(text):
            column = self.heading[self.places["count"]]
            self.mistakes.add(line, column, "a whole number from 0 is expected", text)
            return 0
        return int(text.partition(".")[0])

    def _word(self, line: int, cells: list[str], role: str) -> str:
        """A region or type; what is wrong with a word is told once."""
        if role not in self.places:
            return self.region if role == "region" else ""
        word = cells[self.places[role]]
        what = ""
        if not _WORD.fullmatch(word):
            what = "a name of letters, digits, - and _ is expected"
        elif role == "region" and self.regions is not None and word not in self.regions:
            what = problems.unknown("region", word, self.regions)
        if what and (role, word) not in self.strange:
            self.strange.add((role, word))
            self.mistakes.add(line, self.heading[self.places[role]], what, word)
        return word
