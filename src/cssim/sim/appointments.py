"""Appointments: visits that are agreed on for a moment, and the wait for it (R98).

Agreed on is the first moment, a drawn while ahead, that lies in the hours of visits and in the
engineer's own. Nobody's day is kept free for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER
from cssim.sim.pools import NOBODY
from cssim.sim.state import DUE, Case, Instance, Token

if TYPE_CHECKING:
    from cssim.sim.rare import Rare


class Appointments:
    """Agrees on moments, and lets a case wait for its own."""

    def __init__(self, blueprint: Blueprint, rare: Rare) -> None:
        self._rules = blueprint.appointments
        self._rare = rare
        self._walker = rare.walker
        self._people = rare.walker.people
        self._lead_key = [addresses.fold(key, -1) for key in blueprint.nodes.duration_key]

    def agree(self, token: Token, node: int, answer: int, now: int) -> None:
        """A moment for the visit: some time ahead, in hours for visits and the engineer's own.

        With somebody who has no such hours any more it is agreed on in those of his pool.
        """
        rules = self._rules
        if rules is None or token.pool is NOBODY:
            return
        visits = rules.hours[token.case.place if len(rules.hours) > 1 else 0]
        for hours in (self._people.hours[token.agent], token.pool.hours):
            at, before = now + self._lead(token, node), -1
            while before < at < NEVER:  # the first moment that is in both hours
                before, at = at, hours.next_open(visits.next_open(at))
            if at < NEVER:
                token.instance.agreed = at
                return

    def _lead(self, token: Token, node: int) -> int:
        """How far ahead the customer is free at the earliest."""
        assert self._rules is not None
        u = self._walker.draws.number(token.case.key, self._lead_key[node], token.visit)
        return int(self._rules.lead.value(float(ndtri(u))) + 0.5)

    def comes_later(self, token: Token, now: int) -> bool:
        """Whether a visit is agreed on for later: then its case waits for the moment."""
        moment = token.instance.agreed
        if moment <= now:
            return False
        self._rare.await_customer(token, now)
        self._walker.sleep(token, DUE, moment - now, token.order)
        return True

    def restored(self, case: Case, instance: Instance) -> None:
        """A case that is open when the run begins has an appointment: it stands as it is."""

    def write_open(self) -> None:
        """At the end of the run there is nothing to tell."""
