"""What changes a run while it goes on, put together: dates, effects, findings, and who comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from cssim.blueprint.change_tables import Effect
from cssim.blueprint.tables import Blueprint
from cssim.sim import arrivals, coming, findings
from cssim.sim.calls import Calls
from cssim.sim.changes import Changes
from cssim.sim.coming import Coming
from cssim.sim.defects import Defects
from cssim.sim.findings import Findings
from cssim.sim.kernel import Entry
from cssim.sim.rare import Rare
from cssim.sim.roster import Roster
from cssim.sim.state import MANAGEMENT, Case
from cssim.sim.walk import Walker


def is_needed(blueprint: Blueprint) -> bool:
    """Whether anything changes in a run, or is found in it."""
    table = blueprint.changes
    return bool(table.cells or table.effects) or findings.are_made(blueprint)


class Steering:
    """Changes of one run, and what they go by; a part that it does not need is None."""

    def __init__(
        self, blueprint: Blueprint, walker: Walker, rare: Rare, roster: Roster,
        comes: Callable[[Case, int], None], defects: Defects | None,
    ) -> None:  # fmt: skip
        self._blueprint = blueprint
        self._roster = roster
        self._calls: Calls = rare.calls
        self._changes = Changes(blueprint, walker, rare)
        self._comes = comes
        self._defects = defects
        self._changes.one_more = self._one_more
        self._findings: Findings | None = None
        if findings.are_made(blueprint):
            self._findings = Findings(blueprint, roster)
            self._changes.called_for = self._findings.call_for
            self._calls.files = self._findings.closed
        self.some_stay_away = coming.is_asked(blueprint)

    def asked(self, opens: Callable[[Case, int], None], key: int) -> Callable[[Case, int], None]:
        """What lets a case open, where that is not sure: it is asked whether it comes."""
        if not self.some_stay_away:
            return opens
        closed_at, cells = self._calls.closed_at, self._changes.cells
        return Coming(self._blueprint, cells, self._roster, closed_at, key, opens).open

    def _one_more(self, effect: Effect, of: Case, key: int, now: int) -> None:
        """One more case of a source of management; it seeks a defect of what was found."""
        source, roster = effect.source, self._roster
        one = self._blueprint.sources[source]
        keys, rows = np.array([key], dtype=np.uint64), np.zeros(1, dtype=np.int64)
        values = arrivals.attributes_of(self._blueprint, one, keys, rows)[0].tolist()
        place = one.region if one.region >= 0 else roster.turn(len(roster), source)
        row = (MANAGEMENT, one.flow, source, one.region, 0, 0, 0, -1, -1, now)
        case = roster.comes_later(row, place, values, key)
        if self._defects is not None:
            product = -1
            if self._findings is not None and effect.repeated:
                product = self._findings.product_of(effect, of)
            self._defects.seek(case, product, now)
        self._comes(case, now)

    def begin(self) -> None:
        """What is in force when the run begins."""
        self._changes.begin()

    def agenda(self) -> Iterable[Entry]:
        """What is known to change later."""
        return self._changes.agenda()

    def opened(self, case: Case) -> None:
        """A case opens, or goes on from before the run."""
        if self._findings is not None:
            self._findings.opened(case)

    def tables(self) -> dict[str, np.ndarray]:
        """What the log tells of it."""
        scores = {"scores": self._findings.table()} if self._findings is not None else {}
        return {"writes": self._changes.table(), **scores}
