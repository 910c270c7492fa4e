"""Units that have been as good as new before the run, read from a file: one row each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cssim.basis.moments import Epoch
from cssim.blueprint import tickets
from cssim.blueprint.backlog_tables import OpenCase, RenewedBefore
from cssim.blueprint.tables import Blueprint
from cssim.errors import ScenarioError
from cssim.eventlog import NEVER
from cssim.scenario.model_backlog import RENEWED_COLUMNS


def opening(
    blueprint: Blueprint, said: Any, known: Sequence[tickets.Row], cases: Sequence[OpenCase],
    epoch: Epoch,
) -> tuple[RenewedBefore, ...]:  # fmt: skip
    """The units that the file tells; none without one. `known` are the rows of the open cases.

    Raises:
        ScenarioError: it says what cannot be.
    """
    if said is None:
        return ()
    reader = _Reader(blueprint, [row.cells["id"] for row in known], cases, epoch)
    rows = tickets.rows(Path(said.file))
    told = {}
    for row in rows:
        unit = reader.unit(row)
        if unit is None:
            continue
        where = unit.source, unit.region, unit.date, unit.number
        if where in told:
            reader.wrong.append(row.problem("number", "this unit is told above"))
        told[where] = unit
    if reader.wrong:
        raise ScenarioError("\n".join(reader.wrong))
    return tuple(told.values())


class _Reader:
    """Reads the rows of one file."""

    def __init__(
        self, blueprint: Blueprint, ids: Sequence[str], cases: Sequence[OpenCase], epoch: Epoch
    ) -> None:
        self.blueprint = blueprint
        self.places = {one: place for place, one in enumerate(ids)}
        self.cases = cases
        self.epoch = epoch
        self.wrong: list[str] = []

    def unit(self, row: tickets.Row) -> RenewedBefore | None:
        """The unit of a row; None where something is wrong, which is told."""
        missing = [name for name in RENEWED_COLUMNS if name not in row.cells]
        if missing:
            self.wrong.append(f"{row.place}: the column {', '.join(missing)} is missing")
            return None
        try:
            source = row.one_of("source", self.blueprint.terms["sources"])
        except ScenarioError as error:
            self.wrong.append(str(error))
            return None
        found = list(self._problems(row, source))
        self.wrong += [row.problem(column, what) for column, what in found]
        return None if found else self._made(row, source)

    def _problems(self, row: tickets.Row, source: int) -> Iterator[tuple[str, str]]:
        base = self.blueprint.sources[source].base
        cells = row.cells
        if base is None or not base.as_new:
            yield "source", "an installed base whose units are as good as new is expected"
            return
        for column in ("number", "life"):
            if not cells[column].isdecimal():
                yield column, "a number is expected"
                return
        there = (
            one.units
            for one in base.cohorts
            if (one.region, one.date) == (self._region(row), self._date(row))
        )
        if int(cells["number"]) >= next(there, 0):
            yield "number", "there is no such unit of this region and day of delivery"
        if bool(cells["new_at"]) == bool(cells["case"]):
            yield "new_at", "either this or the open case is expected"
        elif cells["new_at"] and not self._new_at(row) <= 0:
            yield "new_at", "a local date and time before the run's start is expected"
        place = self.places.get(cells["case"], -1)
        is_open = place >= 0 and self.cases[place].source == source and self.cases[place].branches
        if cells["case"] and not is_open:
            yield "case", "the id of an open case of this source is expected"

    def _made(self, row: tickets.Row, source: int) -> RenewedBefore:
        number, life = int(row.cells["number"]), int(row.cells["life"])
        place = self.places.get(row.cells["case"], -1)
        return RenewedBefore(
            source, self._region(row), self._date(row), number, life,
            self._new_at(row) if place < 0 else NEVER, place,
        )  # fmt: skip

    def _region(self, row: tickets.Row) -> int:
        """Its region; -1 where there are none, and -2 for one that there is not."""
        regions = self.blueprint.terms["regions"]
        if not regions:
            return -1
        return regions.index(row.cells["region"]) if row.cells["region"] in regions else -2

    @staticmethod
    def _date(row: tickets.Row) -> int:
        """The day on which its period of delivery begins, 0 for none, -1 for what is no date."""
        said = row.cells["delivered"]
        try:
            return dt.date.fromisoformat(said).toordinal() if said else 0
        except ValueError:
            return -1

    def _new_at(self, row: tickets.Row) -> int:
        """When it was new; NEVER for what is no moment."""
        try:
            return self.epoch.parsed(row.cells["new_at"])
        except ValueError:
            return NEVER
