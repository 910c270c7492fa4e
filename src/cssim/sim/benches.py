"""Benches: bad units that our own people repair, each as a case that walks a flow.

The case opens when its unit may leave quarantine. If it ends as `done` the unit lies on a shelf
again, otherwise it is scrap.
"""

from __future__ import annotations

from cssim.basis import draws as addresses
from cssim.blueprint.backlog_tables import OpenCase
from cssim.blueprint.rule_tables import Bench
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER, OUTCOMES
from cssim.sim.calls import Calls
from cssim.sim.kernel import TIMER
from cssim.sim.repairs import QUARANTINE, REPAIR, SCRAPPED
from cssim.sim.roster import Roster
from cssim.sim.shelves import INITIAL, ON_SHELF, Shelves
from cssim.sim.state import REPAIR as REPAIRED
from cssim.sim.state import Case
from cssim.sim.walk import Walker

_DONE = OUTCOMES.index("done")


class Unit:
    """A bad unit on a bench: what it is, where it came from, and the number of its repair."""

    __slots__ = ("order", "part", "place")

    def __init__(self, part: int, place: int, order: int) -> None:
        self.part = part
        self.place = place
        self.order = order


class Benches:
    """All benches of a run."""

    def __init__(
        self, blueprint: Blueprint, walker: Walker, roster: Roster, calls: Calls, shelves: Shelves
    ) -> None:
        assert blueprint.parts is not None
        self._benches = blueprint.parts.benches
        self._sources = blueprint.sources
        self._walker = walker
        self._roster = roster
        self._shelves = shelves
        self._calls = calls
        self._move = walker.recorder.move
        self._brought: dict[tuple[int, int], int] = {}  # by place and part

    def of(self, part: int, exchanged: bool = False) -> Bench | None:
        """Who repairs a part; nobody of ours repairs what came back in exchange unless he says."""
        for bench in self._benches:
            if part in bench.parts and (bench.exchanged or not exchanged):
                return bench
        return None

    def bring(self, bench: Bench, place: int, part: int, count: int, now: int) -> None:
        """Bad units leave quarantine for a bench, where each is a case."""
        for _ in range(count):
            ordinal = self._brought[place, part] = self._brought.get((place, part), 0) + 1
            case = self._case(bench, place, part, ordinal, now)
            self._calls.closed_at.append(NEVER)
            self._calls.outcome.append(-1)
            order = self._shelves.next_order()
            case.mends = Unit(part, place, order)
            here = place + 1  # of what is with a supplier the account has no place
            self._move(now, part, 1, QUARANTINE + here, REPAIR + here, case.number, order)
            self._walker.kernel.at(now, TIMER, self._walker.begin, case)

    def _case(self, bench: Bench, place: int, part: int, ordinal: int, now: int) -> Case:
        """The slot of a repair of a place's n-th bad unit of a part; that is its address."""
        source = self._sources[bench.source]
        key = addresses.fold(self._roster.later_key, source.key, place, part, ordinal)
        row = (REPAIRED, source.flow, bench.source, -1, 0, part, ordinal, -1, -1, now)
        case = self._roster.comes_later(row, place, self._roster.values_of(source, key), key)
        self._roster.place_of[case.number] = place
        case.simple = False
        return case

    def ended(self, case: Case, outcome: int, now: int) -> None:
        """A repair has ended, well or not."""
        unit: Unit = case.mends
        on_bench = REPAIR + unit.place + 1
        if outcome != _DONE:
            self._move(now, unit.part, 1, on_bench, SCRAPPED, case.number, unit.order)
            return
        bench = self.of(unit.part, exchanged=True) or self.of(unit.part)
        to = unit.place if bench is None or bench.to < 0 else bench.to
        self._move(now, unit.part, 1, on_bench, ON_SHELF + to + 1, case.number, unit.order)
        self._shelves.come_back(to, unit.part, 1, now)

    def had(self, case: Case, told: OpenCase) -> None:
        """A unit that was on a bench when the run begins."""
        for word, part, _ in told.parts:
            if word == "mends":
                order = self._shelves.next_order()
                case.mends = Unit(part, case.place, order)
                self._move(0, part, 1, INITIAL, REPAIR + case.place + 1, case.number, order)
