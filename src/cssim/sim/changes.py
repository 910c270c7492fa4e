"""What changes the cells of a run: spans that are dated, and steps of management flows.

A write holds from its moment on: for what starts, is answered or would come after it. What has
begun goes on as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from cssim.basis import draws as addresses
from cssim.blueprint.change_tables import Before, Effect, Factors, Quantity
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER
from cssim.sim.cells import Cells
from cssim.sim.kernel import CHANGED, DATED, OVER, Entry
from cssim.sim.rare import Rare
from cssim.sim.state import Case, Token
from cssim.sim.stations import Station
from cssim.sim.walk import Walker

_ONE_MORE = addresses.text_key("changes/one more")


class Changes:
    """Writes to the cells of a run when their moment comes."""

    def __init__(self, blueprint: Blueprint, walker: Walker, rare: Rare) -> None:
        self._table = blueprint.changes
        self._begins = self._table.begins
        self._effects = self._table.effects
        self._end = blueprint.window[2]
        self._kernel = walker.kernel
        self._stations = walker.stations
        self._answers = rare.answers
        self._people = walker.people
        self._shelves = rare.stock.shelves
        self.cells = Cells(len(self._table.cells), self._take)
        self._weights = {
            (cell.of, cell.word): number
            for number, cell in enumerate(self._table.cells)
            if cell.quantity == Quantity.WEIGHT
        }
        self._until: dict[tuple[int, int], int] = {}  # (effect, cell) → when it is over
        rare.begins = self.done
        self.called_for: Callable[[Effect, Case], bool] = lambda effect, case: True
        self.one_more: Callable[[Effect, Case, int, int], None] = lambda *_: None

    def _take(self, number: int, value: float) -> None:
        """A cell has another value: from now on it is this one."""
        cell = self._table.cells[number]
        if cell.quantity == Quantity.TIME:
            self._stations[cell.of].scale = value
        elif cell.quantity == Quantity.WEIGHT:
            self._answers.weigh(self._stations[cell.of], self._factors_at(cell.of))
        elif cell.quantity == Quantity.PACE:
            self._people.practice[cell.of] = value
        elif cell.quantity == Quantity.LEVEL:
            self._shelves.plan(cell.of, value, int(self._kernel.now))

    def _factors_at(self, node: int) -> list[float]:
        """The factor on the weight of every answer of a node."""
        cells = [self._weights.get((node, n)) for n in range(len(self._stations[node].ways))]
        return [1.0 if cell is None else self.cells.value[cell] for cell in cells]

    # ---- dated ----------------------------------------------------------------------------

    def begin(self) -> None:
        """What is in force when the run begins."""
        for why, dated in enumerate(self._table.dated):
            if dated.from_at == 0 < dated.to_at:
                self._dated_begins(why, 0)
        for one in self._table.before:
            if one.from_at:
                self._kernel.at(one.from_at, CHANGED, self._goes_on, one)
            else:
                self._goes_on(one, 0)

    def _goes_on(self, one: Before, now: int) -> None:
        """What a run before has begun on one cell is in force from now on."""
        factors = dict((*self._effects[one.effect].factors, *self._effects[one.effect].persons))
        why = len(self._table.dated) + one.effect
        self._is_in_force(why, one.cell, factors[one.cell], one.until, now)
        if one.until < NEVER:
            ends = why, ((one.cell, factors[one.cell]),)
            self._kernel.at(one.until, OVER, self._effect_ends, ends)

    def _is_in_force(
        self, why: int, cell: int, factor: float, until: int, now: int, case: int = -1
    ) -> None:
        """A factor of an effect begins, or is in force already and lasts until then."""
        if (why, cell) not in self._until:
            self.cells.begin(cell, why, factor, now, case)
        self._until[why, cell] = until

    def agenda(self) -> Iterator[Entry]:
        """What begins and ends later."""
        for why, dated in enumerate(self._table.dated):
            if 0 < dated.from_at < dated.to_at and dated.from_at <= self._end:
                yield dated.from_at, DATED | 2 * why + 1, self._dated_begins, why
            if dated.from_at < dated.to_at < NEVER:
                yield dated.to_at, DATED | 2 * why, self._dated_ends, why

    def _dated_begins(self, why: int, now: int) -> None:
        for cell, factor in self._table.dated[why].factors:
            self.cells.begin(cell, why, factor, now)

    def _dated_ends(self, why: int, now: int) -> None:
        for cell, _ in self._table.dated[why].factors:
            self.cells.end(cell, why, now)

    # ---- effects --------------------------------------------------------------------------

    def done(self, token: Token, at: Station, answer: int, now: int) -> None:
        """A step is done that begins effects."""
        for number in self._begins[at.number]:
            effect, case = self._effects[number], token.case
            attribute, words = effect.of
            if attribute >= 0 and case.values[attribute] not in words:
                continue
            if effect.answer in (-1, answer) and self.called_for(effect, case):
                factors = (*effect.factors, *self._persons(effect, token))
                subject = number, factors, case
                if effect.after:
                    self._kernel.at(now + effect.after, CHANGED, self._effect_begins, subject)
                else:
                    self._effect_begins(subject, now)

    def _persons(self, effect: Effect, token: Token) -> Factors:
        """The cells of the persons whom an effect is about: all of them, or who took part."""
        if not effect.only_those_there:
            return effect.persons
        there = {token.agent, *(agent for agent, _ in token.others or ())}
        cells = self._table.cells
        return tuple((cell, factor) for cell, factor in effect.persons if cells[cell].of in there)

    def _effect_begins(self, subject: tuple[int, Factors, Case], now: int) -> None:
        """An effect begins, or is in force already and lasts from now on."""
        number, factors, case = subject
        effect, why = self._effects[number], len(self._table.dated) + number
        for cell, factor in factors:
            self._is_in_force(why, cell, factor, now + effect.lasts, now, case.number)
        if effect.source >= 0:
            self.one_more(effect, case, addresses.fold(case.key, _ONE_MORE, number), now)
        if effect.lasts < NEVER:
            ends = why, factors
            self._kernel.at(now + effect.lasts, OVER, self._effect_ends, ends)

    def _effect_ends(self, subject: tuple[int, Factors], now: int) -> None:
        """An effect is over, unless it has been begun again meanwhile."""
        why, factors = subject
        for cell, _ in factors:
            if self._until.get((why, cell)) == now:
                del self._until[why, cell]
                self.cells.end(cell, why, now)

    def table(self) -> np.ndarray:
        """All writes of the run."""
        return self.cells.table()
