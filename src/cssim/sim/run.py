"""One run: a blueprint, a seed and a replication become an event log.

Put together here: the agenda of everything known beforehand (arrivals, shift changes), the
walker, and at the end the tables. The run goes from moment 0 to the run's end, which includes
the run-out after the window.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np

from cssim.basis import draws as addresses
from cssim.blueprint.tables import Bit, Blueprint, Mode
from cssim.eventlog import NEVER, TABLES, EventLog
from cssim.sim import closing
from cssim.sim.arrivals import Ints
from cssim.sim.draws import Draws
from cssim.sim.kernel import ARRIVAL, FIRST_CHASER, OFF_SHIFT, ON_SHIFT, TIMER, Entry, Kernel
from cssim.sim.people import Pool
from cssim.sim.promises import PromiseKeeper
from cssim.sim.rare import Rare
from cssim.sim.recorder import Recorder
from cssim.sim.roster import Roster
from cssim.sim.state import Case
from cssim.sim.stations import GUARDED, SCRIPT
from cssim.sim.stock import Stock
from cssim.sim.walk import Walker

_CHUNK = 4096


def simulate(
    blueprint: Blueprint,
    seed: int,
    replication: int = 0,
    script: list[dict[str, Any]] | None = None,
) -> EventLog:
    """Run once.

    Args:
        blueprint: what to run.
        seed: of the study; replication: which of its runs. Same numbers, same log.
        script: cases with scripted answers, run instead of the scenario's demand; the number
            of a case is its position in the list.

    Raises:
        AnswerError: a script lacks an answer that is asked for.
    """
    key = addresses.fold(addresses.mix(seed & addresses.MASK), replication)
    return Run(blueprint, key, script).log(seed, replication)


class Run:
    """One run, from its agenda to its log."""

    def __init__(
        self, blueprint: Blueprint, key: int, script: list[dict[str, Any]] | None = None
    ) -> None:
        self.blueprint = blueprint
        self.kernel = Kernel(self._happens)
        self.recorder = Recorder()
        self.roster = Roster(blueprint, key, script)
        nodes = blueprint.nodes
        draws = Draws(
            self.roster.arrivals.keys, self.roster.keys, nodes.time, nodes.duration_key,
            nodes.answer_key, [not bits & Bit.FACTOR for bits in nodes.bits],
        )  # fmt: skip
        self.walker = Walker(blueprint, self.kernel, self.recorder, draws)
        self.people = self.walker.people
        self.promises = PromiseKeeper(blueprint.promises, self.recorder)
        stock = Stock(blueprint, self.kernel, self.recorder, draws, key)
        self.rare = Rare(blueprint, self.walker, self.promises, stock)
        self.walker.rare = self.rare
        self.calls = self.rare.calls
        self._begin = self.calls.open_case
        self.calls.closed_at = array("q", [NEVER]) * len(self.roster)
        self.calls.outcome = array("i", [-1]) * len(self.roster)
        self._shifts: list[tuple[Pool, bool]] = []
        self._first_chasers: list[int] = []
        self._scripted = script is not None
        roster = self.roster
        self._values, self._flow, self._region = roster.values, roster.flow, roster.region
        self._special = bool(
            self._scripted
            or len(blueprint.terms["regions"]) > 1
            or blueprint.promises.flows
            or blueprint.parts is not None
            or blueprint.live[0] >= 0
        )
        self._rules = blueprint.promises
        self._severity = blueprint.promises.severity
        self._promised = [flow in blueprint.promises.flows for flow in range(len(nodes.flow))]
        self._calls_by, self._call = blueprint.live
        self._choose_modes(script is not None)

    def _choose_modes(self, scripted: bool) -> None:
        """Which decisions are scripted, and which cannot give every answer at every time."""
        nodes = self.blueprint.nodes
        for node, mode in enumerate(nodes.mode):
            if mode != Mode.NONE and scripted:
                self.walker.stations[node].mode = SCRIPT
            elif mode == Mode.DRAW and nodes.guarded[node]:
                self.walker.stations[node].mode = GUARDED

    # ---- the agenda -----------------------------------------------------------------------

    def agenda(self) -> Iterator[Entry]:
        """Everything known before the run, in order.

        Arrivals by their number; of the rest `~k` is the k-th, shift changes before first chasers.
        """
        end = self.blueprint.window[2]
        moments, orders = [], []
        for pool in self.people.pools:
            for start, stop in pool.hours.intervals(0, end):
                moments += [max(start, 0), stop]
                orders += [ON_SHIFT | pool.number, OFF_SHIFT | pool.number]
                self._shifts += [(pool, True), (pool, False)]
        asked, asks = self.roster.first_chasers(end)
        self._first_chasers = asks.tolist()
        other = np.concatenate([np.array(moments, dtype=np.int64), asked])
        order = np.concatenate([np.array(orders, dtype=np.int64), FIRST_CHASER | asks])
        sequence = np.lexsort((order, other))
        return self._merged(other[sequence], order[sequence], ~sequence)

    def _merged(self, at: Ints, order: Ints, subject: Ints) -> Iterator[Entry]:
        """Arrivals and the rest, which comes before an arrival of the same moment."""
        arrivals = self.roster.arrivals.at  # in order already
        place = np.searchsorted(arrivals, at, side="left")
        numbers = np.arange(len(arrivals))
        columns = (
            np.insert(arrivals, place, at),
            np.insert(numbers | ARRIVAL, place, order),
            np.insert(numbers, place, subject),
        )
        chunks = (
            zip(*(column[i : i + _CHUNK].tolist() for column in columns), strict=True)
            for i in range(0, len(columns[0]), _CHUNK)
        )
        return chain.from_iterable(chunks)

    def _happens(self, subject: int, now: int) -> None:
        """An entry of the agenda: mostly an arrival."""
        if subject < 0:
            self._other(~subject, now)
            return
        values = self._values[subject]
        case = Case(subject, self._flow[subject], values, self._region[subject], now)
        if self._severity >= 0:
            case.severity = values[self._severity]
        if self._special:
            self._open_specially(case, now)
        else:
            self._begin(case, now)

    def _other(self, number: int, now: int) -> None:
        """A shift change, or the first time that somebody may ask about a case."""
        if number >= len(self._shifts):
            self._chase((self._first_chasers[number - len(self._shifts)], 1), now)
            return
        pool, begins = self._shifts[number]
        if begins:
            self.people.shift_begins(pool, now)
        else:
            self.people.shift_ends(pool, now)
            self.rare.gathering.let_go(pool, now)

    # ---- cases ----------------------------------------------------------------------------

    def _open_specially(self, case: Case, now: int) -> None:
        """A case in a world with regions, promises or calls, or one with a script."""
        roster = self.roster
        if self._scripted:
            roster.follow_script(case)
            if self._severity >= 0:
                case.severity = case.values[self._severity]
            self._promise(case, now)
            self.calls.open_within(case, now, *roster.entry(case.number))
            return
        if case.place < 0:
            case.place = roster.next_place(case)
        self._promise(case, now)
        self._begin(case, now)

    def _promise(self, case: Case, now: int) -> None:
        """What was promised, and whether the customer is on the line."""
        values = case.values
        if self._promised[case.flow]:
            rules = self._rules
            case.contract = rules.contract_of[values[rules.attribute]]
            self.roster.contract[case.number] = case.contract
            self.promises.open(case, now)
        is_call = self._calls_by >= 0 and values[self._calls_by] == self._call
        case.live = is_call and not self.roster.is_management(case.number)

    def _chase(self, subject: tuple[int, int], now: int) -> None:
        """Somebody asks about a case, if it is still open; then perhaps somebody again."""
        parent, ordinal = subject
        if self.calls.closed_at[parent] < NEVER:
            return
        case = self.roster.chaser(parent, ordinal, now)
        self.calls.closed_at.append(NEVER)
        self.calls.outcome.append(-1)
        if self._severity >= 0:
            case.severity = case.values[self._severity]
        self._promise(case, now)
        self._begin(case, now)
        again = now + self.roster.next_chaser(parent, ordinal + 1)
        if again < self.blueprint.window[2]:
            self.kernel.at(again, TIMER, self._chase, (parent, ordinal + 1))

    # ---- the log --------------------------------------------------------------------------

    def log(self, seed: int, replication: int) -> EventLog:
        """Let it run, and make the tables."""
        end = self.blueprint.window[2]
        self.kernel.drive(self.agenda(), end)
        closing.write_open(self.walker, self.rare, end)
        cases, entered = self.roster.table(self.calls.closed_at, self.calls.outcome)
        tables = self.recorder.tables(cases, entered, end)
        tables["duty"] = self._duty(end)
        terms = {**self.blueprint.terms, "seed": seed, "replication": replication}
        return EventLog(tables, self.roster.attributes(), terms)

    def _duty(self, end: int) -> np.ndarray:
        rows = [
            (pool.number, -1, 0, len(pool.agents), max(start, 0), min(stop, end))
            for pool in self.people.pools
            for start, stop in pool.hours.intervals(0, end)
            if len(pool.agents)
        ]
        return np.array(rows, dtype=TABLES["duty"])
