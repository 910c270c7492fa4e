"""The effects that are in force when a run begins, or will be, read from a file: one row each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from cssim.basis.moments import Epoch
from cssim.blueprint import tickets
from cssim.blueprint.change_tables import Before, Effect
from cssim.blueprint.tables import Blueprint
from cssim.errors import ScenarioError
from cssim.eventlog import NEVER
from cssim.scenario.model_backlog import EFFECT_COLUMNS


def going_on(blueprint: Blueprint, said: Any, epoch: Epoch) -> Blueprint:
    """The blueprint of a run in which what the file tells goes on; the same without one.

    Raises:
        ScenarioError: it says what cannot be.
    """
    if said is None:
        return blueprint
    found: list[Before] = []
    wrong: list[str] = []
    for row in tickets.rows(Path(said.file)):
        try:
            found += _row(blueprint, row, epoch)
        except ScenarioError as error:
            wrong.append(str(error))
    if wrong:
        raise ScenarioError("\n".join(wrong))
    told = [list(astuple(one)) for one in found]
    return replace(
        blueprint,
        changes=replace(blueprint.changes, before=tuple(found)),
        terms={**blueprint.terms, "effects_before": told},
    )


def _row(blueprint: Blueprint, row: tickets.Row, epoch: Epoch) -> Iterator[Before]:
    missing = [name for name in EFFECT_COLUMNS if name not in row.cells]
    if missing:
        raise ScenarioError(f"{row.place}: the column {', '.join(missing)} is missing")
    effects = blueprint.terms["whys"][len(blueprint.changes.dated) :]
    number = row.one_of("effect", effects)
    from_at = _moment(row, "from", epoch)
    until = _moment(row, "until", epoch) if row.cells["until"] else NEVER
    if until <= max(from_at, 0):
        what = "a moment after the run's start, and after from, is expected"
        raise ScenarioError(row.problem("until", what))
    for cell in _cells(blueprint, row, blueprint.changes.effects[number]):
        yield Before(number, cell, max(from_at, 0), until)


def _cells(blueprint: Blueprint, row: tickets.Row, effect: Effect) -> list[int]:
    """The cells of the person who is named, or all that are no person's."""
    if not row.cells["person"]:
        return [cell for cell, _ in effect.factors]
    agents = {
        blueprint.terms["agents"][blueprint.changes.cells[cell].of]["name"]: cell
        for cell, _ in effect.persons
    }
    if row.cells["person"] not in agents:
        raise ScenarioError(row.problem("person", "somebody whom the effect is about is expected"))
    return [agents[row.cells["person"]]]


def _moment(row: tickets.Row, column: str, epoch: Epoch) -> int:
    try:
        return epoch.parsed(row.cells[column])
    except ValueError as error:
        raise ScenarioError(row.problem(column, str(error))) from None
