"""One run: a blueprint, a seed and a replication become an event log.

Put together here: the agenda of everything known beforehand (arrivals, shift changes), the
walker, and at the end the tables. The run goes from moment 0 to the run's end, which includes
the run-out after the window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np

from cssim.basis import draws as addresses
from cssim.basis.moments import DAY
from cssim.blueprint.tables import Blueprint, Mode
from cssim.eventlog import NEVER, TABLES, EventLog
from cssim.sim.draws import Draws
from cssim.sim.kernel import ARRIVAL, OFF_SHIFT, ON_SHIFT, TIMER, Entry, Kernel
from cssim.sim.people import Pool
from cssim.sim.promises import PromiseKeeper
from cssim.sim.rare import GUARDED, SCRIPT, Rare
from cssim.sim.recorder import Recorder
from cssim.sim.roster import Roster
from cssim.sim.state import MANAGEMENT, Case
from cssim.sim.stock import Stock
from cssim.sim.walk import QUEUEING, Walker

_CHUNK = 4096
_CHASER = addresses.text_key("chaser")


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
        self.kernel = Kernel(self._arrives)
        self.recorder = Recorder()
        self.roster = Roster(blueprint, key, script)
        nodes = blueprint.nodes
        draws = Draws(
            self.roster.arrivals.keys,
            self.roster.keys,
            nodes.time,
            nodes.duration_key,
            nodes.answer_key,
        )
        self.walker = Walker(blueprint, self.kernel, self.recorder, draws)
        self.people = self.walker.people
        self.promises = PromiseKeeper(blueprint.promises, self.recorder)
        stock = Stock(blueprint, self.kernel, self.recorder, draws, key)
        self.rare = Rare(blueprint, self.walker, self.promises, stock)
        self.walker.rare = self.rare
        self.calls = self.rare.calls
        self.calls.closed_at = [NEVER] * len(self.roster)
        self.calls.outcome = [-1] * len(self.roster)
        self._shifts: list[tuple[Pool, bool]] = []
        self._scripted = script is not None
        self._in_turn = len(blueprint.terms["regions"]) > 1
        self._rules = blueprint.promises
        self._severity = blueprint.promises.severity if blueprint.promises else -1
        self._chasers = [source.chasers for source in blueprint.sources]
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
        """Everything known before the run, in order: arrivals (by number), shift changes (~k)."""
        end = self.blueprint.window[2]
        moments, orders = [], []
        for pool in self.people.pools:
            for start, stop in pool.hours.intervals(0, end):
                moments += [max(start, 0), stop]
                orders += [ON_SHIFT | pool.number, OFF_SHIFT | pool.number]
                self._shifts += [(pool, True), (pool, False)]
        arrivals = self.roster.arrivals.at  # in order already
        sequence = np.lexsort((orders, moments)) if moments else np.array([], dtype=np.int64)
        at, order = (np.array(column, dtype=np.int64)[sequence] for column in (moments, orders))
        # a shift change comes before an arrival of the same moment
        place = np.searchsorted(arrivals, at, side="left")
        numbers = np.arange(len(arrivals))
        columns = (
            np.insert(arrivals, place, at),
            np.insert(numbers | ARRIVAL, place, order),
            np.insert(numbers, place, ~sequence),
        )
        chunks = (
            zip(*(column[i : i + _CHUNK].tolist() for column in columns), strict=True)
            for i in range(0, len(columns[0]), _CHUNK)
        )
        return chain.from_iterable(chunks)

    def _shift_changes(self, subject: int, now: int) -> None:
        pool, begins = self._shifts[~subject]
        if begins:
            self.people.shift_begins(pool, now)
        else:
            self.people.shift_ends(pool, now)
            self.rare.gathering.let_go(pool, now)

    # ---- cases ----------------------------------------------------------------------------

    def _arrives(self, number: int, now: int) -> None:
        if number < 0:
            self._shift_changes(number, now)
            return
        roster = self.roster
        case = Case(number, roster.flow[number], roster.values[number], roster.region[number], now)
        if self._scripted:
            roster.follow_script(case)
            self._open(case, now, *roster.entry(number))
            return
        if case.place < 0 and self._in_turn:
            case.place = roster.next_place(case)
        self._open(case, now)
        if self._chasers[roster.source[number]]:
            self._next_chaser(case, now)

    def _open(self, case: Case, now: int, at: int = -1, called_from: int = -1) -> None:
        values = case.values
        if self._severity >= 0:
            case.severity = values[self._severity]
        rules = self._rules
        if rules is not None and case.flow in rules.flows:
            case.contract = rules.contract_of[values[rules.attribute]]
            self.roster.contract[case.number] = case.contract
            self.promises.open(case, now)
        attribute, live = self.blueprint.live
        if attribute >= 0 and values[attribute] == live and self._is_call(case):
            case.live = True
        self.calls.open_case(case, now, at, called_from)

    def _is_call(self, case: Case) -> bool:
        return self.roster.kind[case.number] != MANAGEMENT

    # ---- chasers (R93) --------------------------------------------------------------------

    def _next_chaser(self, parent: Case, now: int) -> None:
        """When somebody next asks "where is my case?": at a rate per open request and day."""
        parent.chased += 1
        rate = self._chasers[self.roster.source[parent.number]]
        key = self.roster.keys[parent.number]
        u = addresses.uniform(key, addresses.fold(_CHASER, parent.chased))
        gap = int(-math.log1p(-u) * DAY / rate)
        if now + gap < self.blueprint.window[2]:
            self.kernel.at(now + gap, TIMER, self._chase, parent)

    def _chase(self, parent: Case, now: int) -> None:
        if self.calls.closed_at[parent.number] < NEVER:
            return
        case = self.roster.chaser(parent, now)
        self.calls.closed_at.append(NEVER)
        self.calls.outcome.append(-1)
        self._open(case, now)
        self._next_chaser(parent, now)

    # ---- the log --------------------------------------------------------------------------

    def log(self, seed: int, replication: int) -> EventLog:
        """Let it run, and make the tables."""
        end = self.blueprint.window[2]
        self.kernel.drive(self.agenda(), end)
        self._flush(end)
        cases, entered = self.roster.table(self.calls.closed_at, self.calls.outcome)
        tables = self.recorder.tables(cases, entered, end)
        tables["duty"] = self._duty(end)
        terms = {**self.blueprint.terms, "seed": seed, "replication": replication}
        return EventLog(tables, self.roster.attributes(), terms)

    def _flush(self, end: int) -> None:
        """What is open when the run ends: its rows, with what has not happened as `NEVER`."""
        recorder = self.recorder
        for token in self.walker.open_tokens():
            recorder.add_activity(
                recorder.pack_activity(
                    token.case.number, token.instance.number, token.number, token.sitting,
                    token.at.number, token.visit, token.pool.number, -1,
                    token.agent, 0, QUEUEING, token.pieces, token.enabled, token.started,
                    NEVER,
                )
            )  # fmt: skip
            self.promises.settle(token.case, end)
        self.calls.write_open()

    def _duty(self, end: int) -> np.ndarray:
        rows = [
            (pool.number, -1, 0, len(pool.agents), max(start, 0), min(stop, end))
            for pool in self.people.pools
            for start, stop in pool.hours.intervals(0, end)
            if len(pool.agents)
        ]
        return np.array(rows, dtype=TABLES["duty"])
