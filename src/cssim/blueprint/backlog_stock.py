"""The parts that a run starts with, where it starts from open cases.

What is on loan is ours: without a file of its own for the stock it is taken out of what the
scenario says there is. A file tells what lies on the shelves, and what is on its way to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cssim.basis.moments import Epoch
from cssim.blueprint import tickets
from cssim.blueprint.backlog_tables import Coming, OpenCase
from cssim.blueprint.rule_tables import Stocking
from cssim.blueprint.tables import Blueprint
from cssim.errors import ScenarioError
from cssim.scenario.model_backlog import STOCK_COLUMNS

STATES = (
    "on_shelf", "in_transit", "quarantine", "released", "repair", "ordered", "to_bench",
    "from_bench",
)  # fmt: skip
_MOST = 10**9  # units in one row
_DATED = ("in_transit", "repair", "ordered", "to_bench", "from_bench")
_OF_BENCHES = ("to_bench", "from_bench")


def opening(
    blueprint: Blueprint, said: Any, cases: Sequence[OpenCase], epoch: Epoch
) -> tuple[tuple[Stocking, ...], tuple[Coming, ...]]:
    """What lies on every shelf, and what is not there yet.

    Raises:
        ScenarioError: more is on loan than there is, or the file says what cannot be.
    """
    if blueprint.parts is None:
        return (), ()
    stock = blueprint.parts.stock
    if said is None:
        return _less_loans(blueprint, stock, cases), ()
    coming = _read(blueprint, Path(said.file), epoch)
    lies = Counter[tuple[int, int]]()
    for one in coming:
        if one.state == "on_shelf":
            lies[one.place, one.part] += one.count
    return (
        tuple(replace(rule, initial=lies[rule.place, rule.part]) for rule in stock),
        tuple(one for one in coming if one.state != "on_shelf"),
    )


def _less_loans(
    blueprint: Blueprint, stock: Sequence[Stocking], cases: Sequence[OpenCase]
) -> tuple[Stocking, ...]:
    lent = Counter[tuple[int, int]]()
    for case in cases:
        for word, part, count in case.parts:
            lent[case.place, part] += count * (word == "lent")
    there = {(rule.place, rule.part): rule.initial for rule in stock}
    terms = blueprint.terms
    short = [
        f"parts.stock.{terms['regions'][place]}.{terms['parts'][part]}: {count} are on loan to "
        f"open cases, more than the opening stock of {there.get((place, part), 0)}"
        for (place, part), count in sorted(lent.items())
        if count > there.get((place, part), 0)
    ]
    if short:
        raise ScenarioError("\n".join(short))
    return tuple(
        replace(rule, initial=rule.initial - lent[rule.place, rule.part]) for rule in stock
    )


def _read(blueprint: Blueprint, path: Path, epoch: Epoch) -> list[Coming]:
    assert blueprint.parts is not None
    known = {(rule.place, rule.part) for rule in blueprint.parts.stock}
    found, wrong = [], []
    for row in tickets.rows(path):
        try:
            one = _row(blueprint, row, epoch)
        except ScenarioError as error:
            wrong.append(str(error))
            continue
        if (one.place, one.part) not in known:
            wrong.append(row.problem("part", "the scenario stocks none of it there"))
        benches = [bench for bench in blueprint.parts.benches if one.part in bench.parts]
        if one.state in _OF_BENCHES and not any(bench.at >= 0 for bench in benches):
            wrong.append(row.problem("part", "no bench elsewhere repairs it"))
        found.append(one)
    if wrong:
        raise ScenarioError("\n".join(wrong))
    return found


def _row(blueprint: Blueprint, row: tickets.Row, epoch: Epoch) -> Coming:
    missing = [name for name in STOCK_COLUMNS if name not in row.cells]
    if missing:
        raise ScenarioError(f"{row.place}: the column {', '.join(missing)} is missing")
    place, part = (
        row.one_of(heading, blueprint.terms[words])
        for heading, words in (("place", "places"), ("part", "parts"))
    )
    state = STATES[row.one_of("state", STATES)]
    count = row.cells["count"]
    if not count.isdecimal() or int(count) > _MOST:
        raise ScenarioError(row.problem("count", "a whole number from 0 to 1000000000 is expected"))
    try:
        at = epoch.parsed(row.cells["at"]) if state in _DATED else 0
    except ValueError as error:
        raise ScenarioError(row.problem("at", str(error))) from None
    if at and (at > 0) == (state == "ordered"):
        when = "up to" if state == "ordered" else "after"
        raise ScenarioError(row.problem("at", f"a moment {when} the run's start is expected"))
    return Coming(state, place, part, int(count), at)
