"""When units of populations ask next, read from a file: one row a unit without an open case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cssim.basis.moments import Epoch
from cssim.blueprint import tickets
from cssim.blueprint.backlog_tables import OpenCase
from cssim.blueprint.tables import Blueprint
from cssim.errors import ScenarioError
from cssim.scenario.model_backlog import UNIT_COLUMNS


def opening(
    blueprint: Blueprint, said: Any, cases: Sequence[OpenCase], epoch: Epoch
) -> tuple[tuple[int, int], ...]:
    """Source and moment of each unit that the file tells; none without one.

    Raises:
        ScenarioError: it says what cannot be.
    """
    if said is None:
        return ()
    free = [source.units for source in blueprint.sources]
    for case in cases:
        free[case.source] -= bool(case.branches)
    found: list[tuple[int, int]] = []
    wrong: list[str] = []
    told = Counter[int]()
    for row in tickets.rows(Path(said.file)):
        try:
            source, at = _row(blueprint, row, epoch)
        except ScenarioError as error:
            wrong.append(str(error))
            continue
        told[source] += 1
        if told[source] == free[source] + 1:
            name = f"demand.{blueprint.terms['sources'][source]}.units"
            what = f"{max(free[source], 0)} units of {name} have no open case, here are more"
            wrong.append(row.problem("source", what))
        found.append((source, at))
    if wrong:
        raise ScenarioError("\n".join(wrong))
    return tuple(found)


def _row(blueprint: Blueprint, row: tickets.Row, epoch: Epoch) -> tuple[int, int]:
    missing = [name for name in UNIT_COLUMNS if name not in row.cells]
    if missing:
        raise ScenarioError(f"{row.place}: the column {', '.join(missing)} is missing")
    source = row.one_of("source", blueprint.terms["sources"])
    if not blueprint.sources[source].units:
        raise ScenarioError(
            row.problem("source", "an entry of demand with a population is expected")
        )
    try:
        at = epoch.parsed(row.cells["asks_at"])
    except ValueError as error:
        raise ScenarioError(row.problem("asks_at", str(error))) from None
    if at < 0:
        raise ScenarioError(row.problem("asks_at", "a moment after the run's start is expected"))
    return source, at
