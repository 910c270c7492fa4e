"""Flows that call flows: instances opened, handed over and closed; splits and joins.

A token carries its instance; a call puts a new one on top of it, an end goes back to the
caller with an outcome (R5-R8). When the outermost ends, the case is closed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

from cssim.blueprint.tables import Blueprint, Kind
from cssim.sim.pools import NOBODY
from cssim.sim.promises import PromiseKeeper
from cssim.sim.state import Case, Instance, Token
from cssim.sim.stations import Station
from cssim.sim.walk import Walker

# Outermost instances have their case's number; called ones count down from -2, and get their
# final numbers when the tables are made. One that a trace supposes above a case is neither.
VIRTUAL = -1


class Calls:
    """Opens and closes cases and instances, and writes their rows."""

    def __init__(
        self,
        blueprint: Blueprint,
        walker: Walker,
        promises: PromiseKeeper,
        choose: Callable[[Token, Station, int], Station],
    ) -> None:
        self.nodes = blueprint.nodes
        self.starts = blueprint.starts
        self.walker = walker
        self.people = walker.people
        self.promises = promises
        self.choose = choose
        self.closed_at = array("q")  # by case
        self.outcome = array("i")
        self.asks_again: Callable[[Case, int], None] = lambda case, now: None
        self.is_mended: Callable[[Case, int, int], None] = lambda case, outcome, now: None
        self.files: Callable[[Case, int], None] | None = None  # what has closed
        self.comes_back: Callable[[Case, int, int], None] | None = None
        self._called = 0
        self._slots = walker.free_slots

    def open_within(self, case: Case, now: int, live: bool, at: int, called_from: int) -> None:
        """A case begins at `at` (-1: the start), as if `called_from` (-1: nobody) had called it."""
        if called_from >= 0:
            case.caller = Instance(VIRTUAL, called_from, now)
            case.simple = False
        if at < 0:
            self.walker.begin(case, now, live)
            return
        case.entered = at
        self.walker.enter(self.walker.branch(case, case), self.walker.stations[at], now)

    def call(self, token: Token, link: Station, now: int) -> None:
        """A link calls a flow; with a hand-over the caller ends as the called begins (R7)."""
        token.case.simple = False
        token.instance = self.called(token.case, token.instance, link.number, now)
        self.walker.enter(token, self.walker.stations[token.instance.entered], now)

    def called(self, case: Case, caller: Instance, link: int, now: int) -> Instance:
        """The instance that a link opens; with a hand-over the caller's is closed."""
        flow, at, hand_over = self.nodes.call[link]
        self._called += 1
        instance = Instance(-1 - self._called, flow, now)
        instance.entered = at if at >= 0 else self.starts[flow]
        instance.called_by, instance.called_at = caller.number, link
        if hand_over:
            instance.caller = caller.caller
            instance.return_node = caller.return_node
            instance.handed = [*(caller.handed or ()), caller]
            caller.closed_at = now
            case.recorded = True
        else:
            instance.caller = caller
            instance.return_node = link
        return instance

    def structure(self, token: Token, at: Station, now: int) -> None:
        """Nodes that are nobody's work: start, end, split, join, a call that is no row."""
        kind = self.nodes.kind[at.number]
        if kind == Kind.END:
            self.end(token, at, now)
        elif kind == Kind.SPLIT:
            self._split(token, at.number, now)
        elif kind == Kind.JOIN:
            self._join(token, at, now)
        elif kind == Kind.LINK:
            self.call(token, at, now)
        else:
            self._go_on(token, at, now)

    def _go_on(self, token: Token, at: Station, now: int) -> None:
        self.walker.enter(token, at.ways[0][1] or self.choose(token, at, 0), now)

    def _split(self, token: Token, node: int, now: int) -> None:
        if token.agent >= 0:
            self.people.leave(token, now)
        token.pool = NOBODY
        branches = self.nodes.branches[node]
        instance = token.instance
        if instance.joined is None:
            instance.joined = {}
        instance.joined[self.nodes.join[node]] = len(branches)
        token.case.tokens += len(branches) - 1
        others = [self.walker.branch(token.case, instance) for _ in branches[1:]]
        for branch, one in zip(branches, [token, *others], strict=True):
            self.walker.enter(one, self.walker.stations[branch], now)

    def _join(self, token: Token, at: Station, now: int) -> None:
        joined = token.instance.joined
        assert joined is not None
        joined[at.number] -= 1
        if joined[at.number] == 0:
            self._go_on(token, at, now)
            return
        token.case.tokens -= 1
        self.promises.branch_ended(token.case, now)
        self._gone(token, now)

    def _gone(self, token: Token, now: int) -> None:
        if token.agent >= 0:
            self.people.leave(token, now)
        self.walker.forget(token)

    def end(self, token: Token, at: Station, now: int) -> None:
        """A flow ends: its instance closes, and the caller goes on; or the case closes."""
        outcome = at.outcome
        if outcome < 0:
            outcome = token.instance.got
        case = token.case
        if not case.simple and not self._ends_all(token, outcome, now):
            return
        number = case.number
        self.closed_at[number] = now
        self.outcome[number] = outcome
        agent = token.agent
        token.agent = -1
        self._slots.append(token)
        if agent >= 0:
            if token.live:
                self.people.hangs_up(token, agent, now)
            else:
                self.people.free(agent, self.people.pool_of[agent], now)

    def _ends_all(self, token: Token, outcome: int, now: int) -> bool:
        """Close an instance of a case that is not simple: was it the outermost?"""
        case = token.case
        instance = token.instance
        if instance is not case or case.recorded:
            self._close_instance(case, instance, outcome, now)
        caller = instance.caller
        if caller is not None and caller.number != VIRTUAL:
            caller.got = outcome
            token.instance = caller
            self._go_on(token, self.walker.stations[instance.return_node], now)
            return False
        self.promises.close(case, now)
        if self.files is not None:
            self.files(case, now)
        if case.promise is not None and self.comes_back is not None:
            self.comes_back(case, outcome, now)
        if case.unit is not None:
            self.asks_again(case, now)
        if case.mends is not None:
            self.is_mended(case, outcome, now)
        return True

    def _close_instance(self, case: Case, instance: Instance, outcome: int, now: int) -> None:
        instance.closed_at = now
        self.write_instance(case, instance, outcome)
        for handed in instance.handed or ():
            self.write_instance(case, handed, outcome)

    def write_instance(self, case: Case, instance: Instance, outcome: int) -> None:
        """The row of an instance that has ended, or is open at the end of the run.

        An outermost instance that nobody owns needs none: it is its case, see `Recorder`.
        """
        recorder = self.walker.recorder
        owner = instance.owner if instance.owner >= 0 else instance.former
        entered = instance.entered if instance.entered >= 0 else self.starts[instance.flow]
        recorder.add_instance(
            recorder.pack_instance(
                case.number, instance.number, instance.flow, outcome,
                instance.called_by, instance.called_at,
                entered, owner, instance.opened_at, instance.closed_at,
            )
        )  # fmt: skip

    def write_open(self) -> None:
        """At the end of the run: the rows of every instance that is still open."""
        instances: dict[int, tuple[Case, Instance]] = {}
        for token in self.walker.open_tokens():
            above: Instance | None = token.instance
            while above is not None and above.number != VIRTUAL:
                instances[above.number] = token.case, above
                for handed in above.handed or ():
                    instances[handed.number] = token.case, handed
                above = above.caller
        for case, instance in instances.values():
            if instance is not case or case.recorded:
                self.write_instance(case, instance, -1)
