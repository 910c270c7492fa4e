"""Who comes, where an effect changes how many do: a question to every candidate at his moment.

Candidates are known beforehand, as many as would come at the highest rate. One whose height in
his band is too great for the rate of his moment does not come; nor does one whose mark, a number
of his own for each attribute and word, is above the share that still comes. So nobody else moves.
By such a mark it is told, too, who comes as something else than he would have been.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

from cssim.basis import draws as addresses
from cssim.blueprint.change_tables import Cell, Quantity
from cssim.blueprint.tables import Blueprint
from cssim.sim import arrivals
from cssim.sim.cells import Cells
from cssim.sim.roster import Roster
from cssim.sim.state import Case
from cssim.sim.telephone import NO_CASE

_COMES, _STAYS = addresses.text_key("coming"), addresses.text_key("staying")


class Coming:
    """Lets candidates come, or not: those become no case."""

    def __init__(
        self, blueprint: Blueprint, cells: Cells, roster: Roster, closed_at: array[int], key: int,
        opens: Callable[[Case, int], None],
    ) -> None:  # fmt: skip
        self._cells = cells
        self._roster = roster
        self._closed_at = closed_at
        self._opens = opens
        self._source = roster.arrivals.source
        self._needs = arrivals.needs(blueprint, roster.arrivals, key)
        table = blueprint.changes.cells
        ceilings = [source.ceiling is not None for source in blueprint.sources]
        self._rates = {
            cell.of: number
            for number, cell in enumerate(table)
            if cell.quantity == Quantity.RATE and ceilings[cell.of]
        }
        self._words: list[tuple[Cell, int, int]] = []  # a cell, its number, the mark's key
        self._becoming: list[tuple[Cell, int, int]] = []
        for number, cell in enumerate(table):
            if cell.quantity == Quantity.COMING:
                mark = addresses.fold(_COMES, _text_key(blueprint, cell.of, cell.word))
                self._words.append((cell, number, mark))
            elif cell.quantity == Quantity.STAYING:
                words = (_text_key(blueprint, cell.of, word) for word in (cell.word, cell.to))
                self._becoming.append((cell, number, addresses.fold(_STAYS, *words)))

    def open(self, case: Case, now: int) -> None:
        """A candidate's moment has come."""
        if self._comes(case):
            if self._becoming and self._roster.is_request(case.number):
                self._become(case)
            self._opens(case, now)
        else:
            self._closed_at[case.number] = NO_CASE

    def _comes(self, case: Case) -> bool:
        value = self._cells.value
        rate = self._rates.get(int(self._source[case.number]))
        if rate is not None and self._needs[case.number] >= value[rate]:
            return False
        if not self._words or not self._roster.is_request(case.number):
            return True
        return all(
            case.values[cell.of] != cell.word or addresses.uniform(case.key, mark) < value[number]
            for cell, number, mark in self._words
        )

    def _become(self, case: Case) -> None:
        """Somebody comes with another word of an attribute than was drawn for him."""
        for cell, number, mark in self._becoming:
            attribute, words = cell.only
            mine = attribute < 0 or case.values[attribute] in words
            if not mine or case.values[cell.of] != cell.word:
                continue
            if addresses.uniform(case.key, mark) >= self._cells.value[number]:
                values = list(case.values)
                values[cell.of] = cell.to
                case.values = values
                self._roster.arrivals.values[case.number, cell.of] = cell.to


def _text_key(blueprint: Blueprint, attribute: int, word: int) -> int:
    """What stands for a word of an attribute, wherever it stands in the scenario."""
    name = list(blueprint.terms["attributes"])[attribute]
    return addresses.text_key(f"{name}/{blueprint.terms['attributes'][name][word]}")


def is_asked(blueprint: Blueprint) -> bool:
    """Whether anything may keep a candidate from coming."""
    return any(source.ceiling is not None for source in blueprint.sources) or any(
        cell.quantity in (Quantity.COMING, Quantity.STAYING) for cell in blueprint.changes.cells
    )
