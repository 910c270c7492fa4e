"""The defects that have appeared when a run begins, read from a file: one row a defect.

All that is wrong with it is told at once, with its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cssim.basis import draws
from cssim.basis.moments import Epoch
from cssim.blueprint import tickets
from cssim.blueprint.backlog_cells import Cells
from cssim.blueprint.backlog_tables import DefectBefore
from cssim.blueprint.tables import Blueprint
from cssim.errors import ScenarioError
from cssim.eventlog import LINK_ENDS, NEVER
from cssim.scenario.model_backlog import DEFECT_COLUMNS

_HEAVIEST = 1e9


@dataclass(frozen=True, slots=True)
class Known:
    """The defects of before, by the moment at which they appeared, and what each is called."""

    ids: tuple[str, ...]
    defects: tuple[DefectBefore, ...]

    def linked(self, text: str, cells: Cells) -> tuple[int, tuple[int, int]]:
        """What a case says of its own: `D1`, or `D1; by_defect 2025-01-03 16:00`.

        Its place among them, and how and when its solution was found.

        Raises:
            ValueError: there is no such defect, or no such end.
        """
        name, _, end = (part.strip() for part in text.partition(";"))
        if name not in self.ids:
            raise ValueError(f"there is no defect {name} among those of backlog.defects")
        place = self.ids.index(name)
        if not end:
            return place, (0, NEVER)
        how, _, at = end.partition(" ")
        if how not in LINK_ENDS[1:]:
            raise ValueError(f"one of {', '.join(LINK_ENDS[1:])} and a moment is expected")
        return place, (LINK_ENDS.index(how), cells.past(at.strip()))


def opening(blueprint: Blueprint, said: Any, epoch: Epoch) -> Known | None:
    """What a file tells of them; None without one.

    Raises:
        ScenarioError: it says what cannot be.
    """
    if said is None:
        return None
    rows = tickets.rows(Path(said.file))
    missing = [name for name in DEFECT_COLUMNS if rows and name not in rows[0].cells]
    if missing:
        name = Path(said.file).name
        raise ScenarioError(f"{name}:1: the column {', '.join(missing)} is missing")
    found: dict[str, DefectBefore] = {}
    wrong: list[str] = []
    for row in rows:
        name = row.cells["id"]
        if not name or name in found or ";" in name:
            wrong.append(row.problem("id", "an id of its own, without a semicolon, is expected"))
        try:
            found[name] = _row(blueprint, row, epoch)
        except ScenarioError as error:
            wrong.append(str(error))
    if wrong:
        raise ScenarioError("\n".join(wrong))
    ids = sorted(found, key=lambda one: found[one].appears_at)
    return Known(tuple(ids), tuple(found[one] for one in ids))


def _row(blueprint: Blueprint, row: tickets.Row, epoch: Epoch) -> DefectBefore:
    families = [one["name"] for one in blueprint.terms["families"]]
    products: Sequence[str] = blueprint.terms["attributes"]["product"]
    cells = Cells(blueprint.terms, epoch)
    defect = DefectBefore(
        key=draws.text_key(f"defects/{row.cells['id']}"),
        family=row.one_of("family", families),
        product=row.one_of("product", products),
        weight=_weight(row),
        appears_at=_past(row, "appeared_at", cells),
        found_at=_past(row, "found_at", cells, NEVER),
        solved_at=_past(row, "solved_at", cells, NEVER),
    )
    for column, at, earliest, what in (
        ("found_at", defect.found_at, defect.appears_at, "a moment from appeared_at on"),
        ("solved_at", defect.solved_at, defect.found_at, "a moment from found_at on"),
    ):
        if at < NEVER and not defect.appears_at <= earliest <= at:
            raise ScenarioError(row.problem(column, f"{what} is expected"))
    return defect


def _weight(row: tickets.Row) -> float:
    try:
        weight = float(row.cells["weight"])
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= _HEAVIEST:
        raise ScenarioError(row.problem("weight", "a number from 0 to 1e9 is expected"))
    return weight


def _past(row: tickets.Row, column: str, cells: Cells, blank: int | None = None) -> int:
    if blank is not None and not row.cells[column]:
        return blank
    try:
        return cells.past(row.cells[column])
    except ValueError as error:
        raise ScenarioError(row.problem(column, str(error))) from None
