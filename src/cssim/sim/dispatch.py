"""In which order work is taken from a line: the presets as ranks, and formulas.

A line is a heap of (rank, number of the token, token), the lowest first. A preset's rank holds
for as long as its token waits, because time passes alike for all who wait: it is taken once.
What a formula comes to may change at any moment, so its ranks are made anew whenever somebody
comes free. Live calls go before deferred work in every order.

It knows nothing of people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heapify
from typing import Any

from cssim.basis import formula
from cssim.basis.formula import Program
from cssim.basis.moments import HOUR
from cssim.blueprint.rule_tables import Order
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER
from cssim.sim.state import Token

Line = list[tuple[Any, int, Token]]  # a heap by (rank, number of the token)
Rank = Callable[[Token], Any]

_LIVE = 1 << 60
_SEVERITY = 50  # bits for the moment below the severity in a rank
_DIGITS = 9  # of a formula's value: less than that apart is no difference


class Dispatch:
    """Ranks work by the rules of one blueprint."""

    def __init__(self, blueprint: Blueprint) -> None:
        rules = blueprint.promises
        self._order = rules.order
        self._ageing = rules.ageing
        self._no_promise_due = rules.no_promise_due
        self._no_promise = rules.no_promise_severity << _SEVERITY
        self._key_account, self._is_key = rules.key_account
        self._planned = blueprint.nodes.planned
        self.way: Callable[[Token, int], int] | None = None  # somebody's to a visit
        self._visits = blueprint.travel.visits if blueprint.travel is not None else {}
        self._travel = tuple(time.mean if time else 0.0 for time in blueprint.nodes.travel)

    def general(self) -> Rank:
        """The rank of claims for several people: the scenario's order, `due` for a formula."""
        return self.by(self._order if self._order != Order.FORMULA else Order.DUE)

    def by(self, order: int) -> Rank:
        """The rank of work in a line of some order; of a formula's, until it is made anew."""
        ranks: dict[int, Rank] = {
            Order.DUE: self._due,
            Order.FIFO: self._fifo,
            Order.STRICT_FIFO: self._strict_fifo,
            Order.EDD: self._edd,
            Order.LEAST_SLACK: self._least_slack,
            Order.AGEING: self._with_ageing,
            Order.FORMULA: self._unvalued,
        }
        return ranks[order]

    # ---- presets: a moment of which the earlier goes first ----------------------------------

    def _due(self, token: Token) -> int:
        """Severity, then what is due first."""
        case = token.case
        if case.due != NEVER:
            rank = (case.severity << _SEVERITY) + case.due
        else:
            rank = self._no_promise + token.enabled + self._no_promise_due
        return rank - _LIVE if token.live else rank

    def _fifo(self, token: Token) -> int:
        """Severity, then what was enabled first."""
        rank = (token.case.severity << _SEVERITY) + token.enabled
        return rank - _LIVE if token.live else rank

    def _strict_fifo(self, token: Token) -> int:
        """What was enabled first."""
        return token.enabled - _LIVE if token.live else token.enabled

    def _edd(self, token: Token) -> int:
        """What is due first."""
        due = self._due_at(token)
        return due - _LIVE if token.live else due

    def _least_slack(self, token: Token) -> int:
        """What has to be begun first, to be done by its due moment as planned."""
        latest = self._due_at(token) - self._planned[token.at.number]
        return latest - _LIVE if token.live else latest

    def _with_ageing(self, token: Token) -> int:
        """Severity less waiting time, in steps of the ageing: lower by the same for all."""
        rank = token.case.severity * self._ageing + token.enabled
        return rank - _LIVE if token.live else rank

    def _due_at(self, token: Token) -> int:
        due = token.case.due
        return due if due != NEVER else token.enabled + self._no_promise_due

    # ---- formulas ---------------------------------------------------------------------------

    def _unvalued(self, token: Token) -> tuple[bool, float, int]:
        return not token.live, 0.0, token.enabled

    def renew(self, line: Line, program: Program, now: int, agent: int) -> None:
        """Rank all who wait in a line by what the formula comes to now, the highest first.

        It is somebody's line of the moment: `agent` takes from it.
        """
        for place, (_, number, token) in enumerate(line):
            value = formula.value(program, self.quantities(token, now, agent))
            rank = not token.live, -round(value, _DIGITS), token.enabled
            line[place] = rank, number, token
        heapify(line)

    def who_values_it(self, token: Token, agents: Iterable[int], program: Program, now: int) -> int:
        """For whom of some people the formula comes to most, the first of those; -1 nobody."""

        def value(agent: int) -> float:
            return round(formula.value(program, self.quantities(token, now, agent)), _DIGITS)

        return max(agents, key=value, default=-1)

    def _way_to(self, token: Token, agent: int) -> float:
        """The journey to a visit: of any step of a flow that makes one, since its doer goes."""
        if self.way is not None and token.instance.flow in self._visits:
            return self.way(token, agent)
        return self._travel[token.at.number]

    def quantities(self, token: Token, now: int, agent: int) -> tuple[float, ...]:
        """What a formula may name, in the order of `Quantity`; lengths of time in hours."""
        case = token.case
        node = token.at.number
        return (
            case.severity + 1,
            (now - token.enabled) / HOUR,
            (self._due_at(token) - now) / HOUR,
            self._planned[node] / HOUR,
            self._key_account >= 0 and case.values[self._key_account] == self._is_key,
            self._way_to(token, agent) / HOUR,
            token.live,
        )
