"""Benches: bad units that our own people repair, each as a case that walks a flow.

The case opens when its unit is on the bench: at once, or when it has come to one elsewhere. If
it ends as `done` the unit lies on a shelf again (from elsewhere when it is back), otherwise it
is scrap. Ways are drawn at the address of the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.blueprint.backlog_tables import Coming, OpenCase
from cssim.blueprint.rule_tables import Bench
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER, OUTCOMES
from cssim.sim.calls import Calls
from cssim.sim.kernel import DELIVERY, TIMER
from cssim.sim.repairs import QUARANTINE, REPAIR, SCRAPPED
from cssim.sim.roster import Roster
from cssim.sim.shelves import INITIAL, ON_SHELF, Shelf, Shelves
from cssim.sim.state import REPAIR as REPAIRED
from cssim.sim.state import Case
from cssim.sim.walk import Walker

_DONE = OUTCOMES.index("done")
_THERE, _BACK = (addresses.text_key(f"benches/{way}") for way in ("there", "back"))


class Unit:
    """A bad unit: what it is, where it came from, its bench, and which of that place's it is.

    `at` is where it is repaired, `order` the number of its repair, `case` that of its case (-1:
    it is not on the bench yet), `key` its address.
    """

    __slots__ = ("at", "bench", "case", "key", "order", "ordinal", "part", "place")

    def __init__(
        self, bench: Bench, part: int, place: int, order: int, ordinal: int = 0, key: int = 0
    ) -> None:
        self.bench = bench
        self.part = part
        self.place = place
        self.at = bench.at if bench.at >= 0 else place
        self.order = order
        self.ordinal = ordinal
        self.key = key
        self.case = -1

    def way(self, which: int) -> int:
        """How long it is on its way."""
        transport = self.bench.transport
        if transport is None:
            return 0
        return int(transport.value(float(ndtri(addresses.uniform(self.key, which)))) + 0.5)


class Benches:
    """All benches of a run."""

    def __init__(
        self, blueprint: Blueprint, walker: Walker, roster: Roster, calls: Calls, shelves: Shelves
    ) -> None:
        assert blueprint.parts is not None
        self._benches = blueprint.parts.benches
        self._sources = blueprint.sources
        self._regions = len(blueprint.terms["regions"])
        self._walker = walker
        self._kernel = walker.kernel
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
            unit = self._unit(bench, place, part)
            way = unit.way(_THERE)
            if not way:
                self._opens(unit, now)
            self._move(
                now, part, 1, QUARANTINE + place + 1, REPAIR + unit.at + 1, unit.case, unit.order
            )
            if way:
                self._kernel.at(now + way, TIMER, self._comes, unit)

    def _unit(self, bench: Bench, place: int, part: int) -> Unit:
        """The next bad unit of a place's and a part's; that is its address."""
        ordinal = self._brought[place, part] = self._brought.get((place, part), 0) + 1
        source = self._sources[bench.source]
        key = addresses.fold(self._roster.later_key, source.key, place, part, ordinal)
        return Unit(bench, part, place, self._shelves.next_order(), ordinal, key)

    def _comes(self, unit: Unit, now: int) -> None:
        self._walker.begin(self._case(unit, now), now)

    def _opens(self, unit: Unit, now: int) -> None:
        self._kernel.at(now, TIMER, self._walker.begin, self._case(unit, now))

    def _case(self, unit: Unit, now: int) -> Case:
        """The case of a unit that has come to its bench."""
        number = unit.bench.source
        source = self._sources[number]
        region = unit.place if unit.place < self._regions else -1
        row = (REPAIRED, source.flow, number, region, 0, unit.part, unit.ordinal, -1, -1, now)
        values = self._roster.values_of(source, unit.key)
        case = self._roster.comes_later(row, unit.place, values, unit.key)
        self._roster.place_of[case.number] = unit.place
        case.simple = False
        self._calls.closed_at.append(NEVER)
        self._calls.outcome.append(-1)
        case.mends = unit
        unit.case = case.number
        return case

    def ended(self, case: Case, outcome: int, now: int) -> None:
        """A repair has ended, well or not."""
        unit: Unit = case.mends
        if outcome != _DONE:
            on_bench = REPAIR + unit.at + 1
            self._move(now, unit.part, 1, on_bench, SCRAPPED, unit.case, unit.order)
        elif way := unit.way(_BACK):
            self._kernel.at(now + way, DELIVERY, self._is_back, unit)
        else:
            self._is_back(unit, now)

    def _is_back(self, unit: Unit, now: int) -> None:
        to = self._shelf_of(unit).rule.place
        on_bench = REPAIR + unit.at + 1
        self._move(now, unit.part, 1, on_bench, ON_SHELF + to + 1, unit.case, unit.order)
        self._shelves.come_back(to, unit.part, 1, now)

    def _shelf_of(self, unit: Unit) -> Shelf:
        """The shelf that it comes back to."""
        to = unit.bench.to
        return self._shelves.of(to if to >= 0 else unit.place, unit.part)

    # ---- when a run begins and ends -------------------------------------------------------

    def had(self, case: Case, told: OpenCase) -> None:
        """A unit that was on a bench when the run begins."""
        for word, part, _ in told.parts:
            bench = self.of(part, exchanged=True) or self.of(part)
            if word == "mends" and bench is not None:
                unit = Unit(bench, part, case.place, self._shelves.next_order(), key=case.key)
                unit.case, case.mends = case.number, unit
                self._move(0, part, 1, INITIAL, REPAIR + unit.at + 1, case.number, unit.order)

    def has_on_the_way(self, coming: Coming) -> None:
        """Units that are on their way to a bench, or back from it, when the run begins."""
        bench = self.of(coming.part, exchanged=True) or self.of(coming.part)
        assert bench is not None
        for _ in range(coming.count):
            unit = self._unit(bench, coming.place, coming.part)
            self._move(0, unit.part, 1, INITIAL, REPAIR + unit.at + 1, -1, unit.order)
            if coming.state == "to_bench":
                self._kernel.at(coming.at, TIMER, self._comes, unit)
            else:
                self._kernel.at(coming.at, DELIVERY, self._is_back, unit)

    def on_their_way(self) -> Iterator[tuple[str, Shelf, int, int]]:
        """Units on their way: which, from or to which shelf, how many, and when they are there."""
        words: dict[Any, str] = {self._comes: "to_bench", self._is_back: "from_bench"}
        for moment, _, _, event in sorted(self._kernel.entries(), key=lambda entry: entry[:2]):
            word = words.get(getattr(event, "what", None))
            if word is not None:
                unit: Unit = event.subject
                yield word, self._shelves.of(unit.place, unit.part), 1, moment
