"""Recorded contacts as a planner's file has them: counts per interval, or a row per contact.

Out come whole days of counts, one series per region and type, and every mistake of the file
with its line. The local times are in one zone; a time that the clocks skip is a mistake, one
that happens twice may stand there twice. It knows nothing of what is fitted to the counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cssim.errors import ScenarioError
from cssim.experiment import demand_grid, demand_rows
from cssim.experiment.demand_grid import Mistakes, Starts
from cssim.experiment.demand_rows import Columns, Rows

OF_MOMENTS = 30  # minutes: the intervals that contacts with a moment each are counted in
UNNAMED = "calls"  # the source of a file with neither regions nor types


@dataclass(frozen=True)
class Series:
    """The contacts of one region and type.

    Attributes:
        name: `REGION`, `TYPE` or `REGION-TYPE`; `calls` where the file has neither.
        counts: contacts by day of the span and interval of the day.
        seen: by day of the span, whether the file has a row of it.
        silent: intervals without a row on days that have one; they count as 0.
    """

    name: str
    region: str
    type: str
    counts: NDArray[np.int64]
    seen: NDArray[np.bool_]
    rows: int
    silent: int


@dataclass(frozen=True)
class Recorded:
    """A file of contacts: its series over the days from its first to its last.

    Attributes:
        interval: minutes.
        is_counts: rows are intervals with a count, not contacts.
        changing: days of 23, 25 … hours, whose clocks change.
    """

    file: str
    rows: int
    interval: int
    is_counts: bool
    dates: tuple[dt.date, ...]
    changing: NDArray[np.bool_]
    series: tuple[Series, ...]


def read(
    path: Path,
    columns: Columns,
    zone: str,
    regions: Collection[str] | None = None,
    missing_is_zero: bool = False,
    region: str | None = None,
) -> Recorded:
    """The contacts of a CSV file with a heading, `.gz` or not, in UTF-8.

    Args:
        path: The file.
        columns: The names of its columns.
        zone: The time zone of its dates and times.
        regions: The regions that there are; any if None.
        missing_is_zero: Days without a row are days without a contact.
        region: Where all contacts are, in a file that has no column for it.

    Raises:
        ScenarioError: all that is wrong with it, a line each.
    """
    mistakes = Mistakes(str(path))
    lines = demand_rows.lines_of(path)
    number, heading = next(lines, (1, []))
    if not heading:
        raise ScenarioError(f"{path}:1: the file is empty, a heading is expected")
    places = demand_rows.places_of(heading, columns, mistakes)
    if region is not None and "region" in places:
        mistakes.add(1, heading[places["region"]], "this tells the region, not --in", region)
    mistakes.raise_if_any()
    reader = demand_rows.Reader(heading, places, ZoneInfo(zone), regions, region or "", mistakes)
    rows = reader.rows(lines)
    mistakes.raise_if_any()
    if not rows.line:
        raise ScenarioError(f"{path}:{number}: there is no row below the heading")
    _tell_same_names(rows, mistakes)
    is_moments = "at" in places
    starts = Starts(
        *(np.array(column) for column in (rows.line, rows.day, rows.minute, rows.cell, rows.twice))
    )
    column = heading[places["at" if is_moments else "start"]]
    interval = OF_MOMENTS
    if not is_moments:
        interval = demand_grid.interval_of(starts, column, mistakes)
        mistakes.raise_if_any()
        demand_grid.tell_repeated(starts, column, list(rows.cells), mistakes)
    demand_grid.tell_span(starts, column, mistakes)
    mistakes.raise_if_any()
    made = _recorded(str(path), rows, starts, interval, is_moments, zone)
    if not missing_is_zero:
        for series in made.series:
            demand_grid.tell_absent(made.dates, series.seen, series.name, column, mistakes)
        mistakes.raise_if_any()
    return made


def _recorded(
    file: str, rows: Rows, starts: Starts, interval: int, is_moments: bool, zone: str
) -> Recorded:
    first, last = int(starts.day.min()), int(starts.day.max())
    days = last - first + 1
    slots = (starts.minute // interval).astype(np.int64)
    count = np.array(rows.count, dtype=np.int64)
    by_file: NDArray[np.bool_] = np.zeros(days, dtype=np.bool_)
    by_file[starts.day - first] = True
    series = []
    for (region, kind), number in sorted(rows.cells.items()):
        own = starts.cell == number
        counts = np.zeros((days, 1440 // interval), dtype=np.int64)
        told: NDArray[np.bool_] = np.zeros(counts.shape, dtype=np.bool_)
        np.add.at(counts, (starts.day[own] - first, slots[own]), count[own])
        told[starts.day[own] - first, slots[own]] = True
        # a contact shows that contacts were recorded that day; a count, that this series was
        seen: NDArray[np.bool_] = by_file if is_moments else np.asarray(told.any(axis=1))
        silent = 0 if is_moments else int((~told[seen]).sum())
        name = _name((region, kind))
        series.append(Series(name, region, kind, counts, seen, int(own.sum()), silent))
    dates = tuple(dt.date.fromordinal(day) for day in range(first, last + 1))
    changing = np.array(
        [demand_rows.clocks_change(ZoneInfo(zone), day.toordinal()) for day in dates]
    )
    return Recorded(file, len(rows.line), interval, not is_moments, dates, changing, tuple(series))


def _name(cell: demand_rows.Cell) -> str:
    return "-".join(word for word in cell if word) or UNNAMED


def _tell_same_names(rows: Rows, mistakes: Mistakes) -> None:
    """`a-b` of type `c` and `a` of type `b-c` cannot both be sources."""
    names: dict[str, demand_rows.Cell] = {}
    for cell, number in rows.cells.items():
        other = names.setdefault(_name(cell), cell)
        if other != cell:
            line = rows.line[rows.cell.index(number)]
            what = f"two sources would have the name {_name(cell)}"
            mistakes.add(line, "row", what, f"{' '.join(other)} and {' '.join(cell)}")
