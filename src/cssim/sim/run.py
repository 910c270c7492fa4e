"""One run: a blueprint, a seed and a replication become an event log.

Put together here: the agenda of everything known beforehand (arrivals, shift changes), the
walker, and at the end the tables. The run goes from moment 0 to the run's end, which includes
the run-out after the window.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from cssim.basis import draws as addresses
from cssim.blueprint.backlog_tables import OpenCase
from cssim.blueprint.tables import Bit, Blueprint
from cssim.eventlog import NEVER, EventLog
from cssim.sim import closing, fieldwork, findings, knowing, leaving, stations, steering
from cssim.sim.benches import Benches
from cssim.sim.coming_again import ComingAgain
from cssim.sim.defects import Defects
from cssim.sim.draws import Draws
from cssim.sim.interruptions import Interruptions
from cssim.sim.kernel import (
    ARRIVAL,
    FIRST_CHASER,
    LEAVES,
    OFF_SHIFT,
    ON_SHIFT,
    Entry,
    Kernel,
)
from cssim.sim.pools import Crew
from cssim.sim.presence import Presence
from cssim.sim.promises import PromiseKeeper
from cssim.sim.rare import Rare
from cssim.sim.recorder import Recorder
from cssim.sim.restoring import Restoring
from cssim.sim.roster import Roster
from cssim.sim.state import Case
from cssim.sim.steering import Steering
from cssim.sim.stock import Stock
from cssim.sim.telephone import Telephone
from cssim.sim.walk import Walker


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
        self.kernel = Kernel()
        self.recorder = Recorder()
        self.roster = Roster(blueprint, key, script)
        nodes = blueprint.nodes
        self.draws = Draws(
            nodes.time, nodes.duration_key, nodes.answer_key,
            [not bits & (Bit.FACTOR | Bit.PACED | Bit.EASED | Bit.SCALED) for bits in nodes.bits],
        )  # fmt: skip
        self._presence = Presence(blueprint, key)
        self.walker = Walker(blueprint, self.kernel, self.recorder, self.draws, self._presence)
        self.people = self.walker.people
        self._crews = self._presence.crews(self.people.pools)
        self.promises = PromiseKeeper(blueprint.promises, self.recorder)
        later = self.roster.later_key
        stock = Stock(blueprint, self.kernel, self.recorder, self.draws, later)
        self.rare = Rare(blueprint, self.walker, self.promises, stock)
        self.walker.rare = self.rare
        fieldwork.put_up(blueprint, self.walker, self.rare)
        self.calls = self.rare.calls
        self.calls.closed_at = array("q", [NEVER]) * len(self.roster)
        self.calls.outcome = array("i", [-1]) * len(self.roster)
        self._scripted = script is not None
        special = self._scripted or _opens_specially(blueprint)
        opens = self._opens_specially if special else self.walker.begin
        self.again = ComingAgain(blueprint, self.kernel, self.roster, self.calls, self._begin)
        self.telephone = self._telephone()
        Interruptions(self.walker)
        self.calls.asks_again = self.again.gone
        if blueprint.promises.reopening is not None and script is None:
            self.calls.comes_back = self.again.may_come_back
        self._rules = blueprint.promises
        self._promised = [flow in blueprint.promises.flows for flow in range(len(nodes.flow))]
        self._calls_by, self._call = blueprint.live
        stations.choose_modes(self.walker.stations, nodes, self._scripted)
        self.defects: Defects | None = None
        if script is None:  # a script gives its answers whatever else is known
            self.defects = knowing.know_answers(blueprint, self.walker, self.rare, key)
            self._set_benches(stock)
        self.steering = self._steering()
        self._opens = self.steering.asked(opens, key) if self.steering is not None else opens

    def _set_benches(self, stock: Stock) -> None:
        parts = self.blueprint.parts
        if parts is not None and parts.benches:
            benches = Benches(self.blueprint, self.walker, self.roster, self.calls, stock.shelves)
            stock.benches, self.calls.is_mended = benches, benches.ended

    def _telephone(self) -> Telephone | None:
        """Who lets callers wait, if they do; a script's never do."""
        if self.blueprint.telephone is None or self._scripted:
            return None
        return Telephone(
            self.blueprint.telephone, self.walker, self.calls.closed_at, self._promise,
            self.again.gone,
        )  # fmt: skip

    def _steering(self) -> Steering | None:
        """What changes during the run, if anything does; nothing in a scripted one."""
        if self._scripted or not steering.is_needed(self.blueprint):
            return None
        comes = self.again.comes
        return Steering(self.blueprint, self.walker, self.rare, self.roster, comes, self.defects)

    # ---- the agenda -----------------------------------------------------------------------

    def agenda(self) -> Iterator[Entry]:
        """Everything known before the run, in order: cases, shift changes, first chasers."""
        return chain.from_iterable(self._agenda_by_hands())

    def _agenda_by_hands(self) -> Iterator[Iterable[Entry]]:
        """The agenda up to the last case of each hand, made when it is asked for."""
        rest = self._rest()
        known = self.roster.arrivals
        for cases, dealt, luck in self.draws.hands(known.keys):
            moments = known.at[cases.start : cases.stop].tolist()
            orders = range(ARRIVAL | cases.start, ARRIVAL | cases.stop)
            coming = self.roster.coming(cases, dealt, luck)
            entries = zip(moments, orders, repeat(self._opens), coming)
            due = bisect_left(rest, (moments[-1], orders[-1]))
            yield sorted(chain(rest[:due], entries)) if due else entries
            del rest[:due]
        yield rest

    def _rest(self) -> list[Entry]:
        """What is known beforehand besides the cases."""
        end = self.blueprint.window[2]
        entries: list[Entry] = []
        for crew in self._crews:
            for start, stop in crew.hours.intervals(0, end):
                entries += [
                    (start, ON_SHIFT | crew.number, self.people.shift_begins, crew),
                    (stop, OFF_SHIFT | crew.number, self._shift_ends, crew),
                ]
        for agent, until in enumerate(self._presence.until):
            if until < end:
                entries.append((until, LEAVES | agent, self.rare.owners.left, agent))
        entries += self.steering.agenda() if self.steering is not None else ()
        asked, asks = self.roster.first_chasers(end)
        orders = (FIRST_CHASER | asks).tolist()
        entries += zip(asked.tolist(), orders, repeat(self.again.first_chase), asks.tolist())
        return sorted(entries)

    def _shift_ends(self, crew: Crew, now: int) -> None:
        self.people.shift_ends(crew, now)
        self.rare.gathering.let_go(crew, now)

    # ---- cases ----------------------------------------------------------------------------

    def _opens_specially(self, case: Case, now: int) -> None:
        """A case opens in a world with regions, promises or calls, or one with a script."""
        roster = self.roster
        if self._scripted:
            roster.follow_script(case)
            self._promise(case, now)
            self.calls.open_within(case, now, self._is_live(case), *roster.entry(case.number))
            return
        if case.place < 0:
            case.place = roster.next_place(case)
        self._begin(case, now)

    def _begin(self, case: Case, now: int) -> None:
        """A case begins, or a caller rings who may become one."""
        if self.steering is not None:
            self.steering.opened(case)
        live = self._is_live(case)
        if self.telephone is not None and not self.roster.is_management(case.number):
            if live:
                self.telephone.ring(case, now)
                return
            self.telephone.receive(case, now)
        self._promise(case, now)
        self.walker.begin(case, now, live)

    def _promise(self, case: Case, now: int) -> None:
        """What was promised, and which defect it belongs to."""
        if self._promised[case.flow]:
            self._contract(case)
            self.promises.open(case, now, case.had)
        if self.defects is not None and self.roster.is_request(case.number):
            self.defects.link(case)

    def _promised_before(self, case: Case, told: OpenCase) -> None:
        """What was promised to a case that is open when the run begins, and its defect."""
        if self.steering is not None:
            self.steering.opened(case)
        if self._promised[case.flow]:
            self._contract(case)
            self.promises.reopen(case, told)
        if self.defects is not None:
            self.defects.had(case, told)

    def _contract(self, case: Case) -> None:
        rules = self._rules
        case.contract = rules.contract_of[case.values[rules.attribute]]
        self.roster.contract[case.number] = case.contract

    def _is_live(self, case: Case) -> bool:
        """Whether the customer is on the line."""
        is_call = self._calls_by >= 0 and case.values[self._calls_by] == self._call
        return is_call and not self.roster.is_management(case.number)

    # ---- the log --------------------------------------------------------------------------

    def log(self, seed: int, replication: int) -> EventLog:
        """Let it run, and make the tables."""
        end = self.blueprint.window[2]
        if self.steering is not None:
            self.steering.begin()
        if self.blueprint.backlog is not None and not self._scripted:
            Restoring(
                self.blueprint.backlog, self.walker, self.rare, self.roster,
                self._promised_before, self.again,
            ).restore()  # fmt: skip
        self.again.units_ask(self.blueprint.backlog.asks if self.blueprint.backlog else ())
        self.kernel.drive(self.agenda(), end)
        closing.write_open(self.walker, self.rare, end)
        leaving.write(self.walker, self.rare, end)
        self.again.write_open(self.recorder)
        if self.telephone is not None:
            self.telephone.write_waiting()
        cases, entered = self.roster.table(self.calls.closed_at, self.calls.outcome)
        tables = self.recorder.tables(cases, entered, end)
        tables["duty"] = self._presence.duty(self._crews)
        tables["staff"] = self._presence.staff()
        if self.defects is not None:
            tables |= self.defects.tables(cases)
        if self.roster.field is not None:
            tables |= self.roster.field.tables(cases)
        if self.steering is not None:
            tables |= self.steering.tables()
        attributes = self.roster.attributes()
        if self.telephone is not None or (self.steering and self.steering.some_stay_away):
            tables, attributes = closing.without_callers(tables, attributes)
        terms = {**self.blueprint.terms, "seed": seed, "replication": replication}
        return EventLog(tables, attributes, terms)


def _opens_specially(blueprint: Blueprint) -> bool:
    """Whether more than walking happens when a case opens."""
    return bool(
        len(blueprint.terms["regions"]) > 1
        or blueprint.promises.flows
        or blueprint.parts is not None
        or blueprint.live[0] >= 0
        or any(source.units for source in blueprint.sources)
        or any(source.base is not None and source.base.as_new for source in blueprint.sources)
        or blueprint.backlog is not None
        or blueprint.facts.families
        or findings.are_made(blueprint)
    )
