"""Bookings: visits that are promised for a window of a day.

Greedily, at the moment of agreeing: the first window in which somebody who makes such visits
can come. From then on he begins nothing that is planned to pass the moment at which he has to
set out. Whoever is early waits before the door; what nobody has set out for when its window is
over is booked anew with the same person.
"""

from __future__ import annotations

from collections.abc import Iterable

from cssim.basis.calendars import OpenHours
from cssim.blueprint.tables import Blueprint, Nodes
from cssim.eventlog import CAUSES, NEVER
from cssim.sim import in_hand
from cssim.sim.appointments import Appointments
from cssim.sim.days import MET, MOVED, OPEN, Booking, Days, Wish
from cssim.sim.journeys import Journeys
from cssim.sim.kernel import TIMER
from cssim.sim.pools import NOBODY
from cssim.sim.rare import Rare
from cssim.sim.state import DUE, Case, Instance, Token
from cssim.sim.walk import WAIT_PIECE

_CUSTOMER = CAUSES.index("customer")


def answers_before_visits(nodes: Nodes, visits: dict[int, int]) -> dict[tuple[int, int], bool]:
    """By node that agrees on a visit and answer (-1: none), whether a visit may follow."""
    found = {}
    for node, effects in enumerate(nodes.effects):
        if effects.agree:
            visit = visits.get(nodes.flow[node], -1)
            answers = nodes.answers[node] or (-1,)
            for answer, target in zip(answers, nodes.targets[node], strict=True):
                found[node, answer] = visit in _after(nodes, target)
    return found


def _after(nodes: Nodes, target: int) -> set[int]:
    """All nodes of its flow that a target (or its conditional ways) leads to."""
    found: set[int] = set()
    todo = [target]
    while todo:
        to = todo.pop()
        if to < 0:
            todo += [way.to for way in nodes.ways[~to]]
        elif to not in found:
            found.add(to)
            todo += nodes.branches[to] or nodes.targets[to]
    return found


class Bookings(Appointments):
    """Books visits, lets their cases wait, and sees to what is late."""

    def __init__(self, blueprint: Blueprint, rare: Rare, journeys: Journeys) -> None:
        super().__init__(blueprint, rare)
        assert self._rules is not None
        assert blueprint.travel is not None
        self._windows = self._rules.windows
        self._visits = blueprint.travel.visits
        self._leads_to_a_visit = answers_before_visits(blueprint.nodes, self._visits)
        self._planned = blueprint.nodes.planned
        self._end = blueprint.window[2]
        self._journeys = journeys
        self._days = Days(journeys, len(blueprint.agents))
        self._days.sets_out = self._will_set_out
        rare.appointments = self
        journeys.booked = self._days.next_departure
        journeys.may_go_back = self._days.may_go_back
        journeys.is_elsewhere = self._days.from_here
        journeys.meets = self.meets
        journeys.leaves_no_room = self.leaves_no_room

    # ---- agreeing ---------------------------------------------------------------------------

    def agree(self, token: Token, node: int, answer: int, now: int) -> None:
        """Book a visit: the first of a flow with anybody who makes it, later ones with its owner.

        Where nobody has room it is agreed on for a moment, as without windows; after an answer
        that leads to no other visit nothing is.
        """
        if token.pool is NOBODY or not self._leads_to_a_visit[node, answer]:
            return
        instance = token.instance
        owner = instance.owner if instance.owner >= 0 else token.agent
        able: Iterable[int] = (owner,)
        if instance.booking is None:
            able = [one for one in token.pool.agents if self._may_go(token, one)]
        elif instance.booking.ending == OPEN:
            self._ends(instance.booking, MOVED, now)
        earliest, hours = now + self._lead(token, node), self._people.presence.foreseen
        booking = self._book(token, able, owner, earliest, hours, now)
        if booking is None:
            super().agree(token, node, answer, now)
        elif booking.opening.agent != instance.owner >= 0:
            self._rare.owners.is_booked(token, booking.opening.agent, now)

    def _may_go(self, token: Token, agent: int) -> bool:
        return self._people.knows(token, agent, self._visits[token.instance.flow])

    def _book(
        self, token: Token, able: Iterable[int], owner: int, earliest: int,
        hours: list[OpenHours], now: int,
    ) -> Booking | None:  # fmt: skip
        """The first window in which one of some people can come."""
        case, instance = token.case, token.instance
        wish = self._wish(case, instance, owner, earliest)
        free_at = in_hand.done_at(self._walker.kernel)
        found = (
            self._days.first_opening(wish, agent, hours[agent], max(free_at.get(agent, now), now))
            for agent in able
        )
        best = min((one for one in found if one is not None), default=None)
        if best is None:
            return None
        booking = Booking(case.number, self._visits[instance.flow], best, wish, now)
        instance.booking, instance.agreed = booking, booking.arrives
        self._days.enter(booking, now)
        return booking

    def _wish(self, case: Case, instance: Instance, owner: int, earliest: int) -> Wish:
        windows = self._windows[case.place if len(self._windows) > 1 else 0]
        lasts = self._planned[self._visits[instance.flow]]
        return Wish(self._journeys.site(case), lasts, earliest, owner, windows)

    def restored(self, case: Case, instance: Instance) -> None:
        """A case that is open when the run begins is booked for the moment that is told.

        Where that moment is in no window, or nobody's yet, it is only agreed on.
        """
        at, owner = instance.agreed, instance.owner
        wish = self._wish(case, instance, owner, at)
        window = next((one for one in wish.windows if one[0] <= at < one[1]), None)
        hours = self._people.hours[owner]
        if owner < 0 or window is None or not hours.is_open(at):
            return
        opening = self._days.opening_at(at, window, owner, hours)
        instance.booking = Booking(case.number, self._visits[instance.flow], opening, wish, 0)
        self._days.enter(instance.booking, 0)

    # ---- setting out ------------------------------------------------------------------------

    def comes_later(self, token: Token, now: int) -> bool:
        """Whether a visit is booked for later; one whose window is over is booked anew."""
        booking = token.instance.booking
        if booking is None:
            return super().comes_later(token, now)
        if booking.ending == OPEN and booking.opening.to_at <= now:
            booking = self._again(token, booking, now)
        if booking is None or booking.ending != OPEN:
            return False
        booking.token = token
        if booking.departs <= now:
            self._until_its_end(booking)
            return False
        self._waits(token, booking, now)
        return True

    def _waits(self, token: Token, booking: Booking, now: int) -> None:
        """Its case waits for the customer until somebody has to set out (R98)."""
        self._rare.await_customer(token, now)
        token.phase = DUE
        booking.token = token
        booking.waits = True

    def _will_set_out(self, booking: Booking, now: int) -> None:
        self._walker.kernel.at(max(booking.departs, now), TIMER, self._sets_out, booking)

    def _sets_out(self, booking: Booking, now: int) -> None:
        """Now somebody has to set out, if its case has come to the visit by then."""
        if booking.departs > now or booking.ending != OPEN:
            return
        if booking.waits:
            booking.waits = False
            booking.token.phase = 0
            self._until_its_end(booking)
            self._rare.due(booking.token, now)
        elif booking.token is None:  # it has not come so far: he stays where he is
            self._days.from_here(booking.opening.agent, now)

    def meets(self, token: Token, arrives: int) -> int:
        """Somebody arrives for a visit: when does its work begin? Not before its window."""
        booking = token.instance.booking
        if booking is None or booking.ending != OPEN:
            return arrives
        begins = max(arrives, int(booking.opening.from_at))
        if begins > arrives:
            self._walker.worked(token, WAIT_PIECE, _CUSTOMER, token.agent, arrives, begins)
        booking.until += begins - booking.arrives
        self._ends(booking, MET, arrives, begins)
        return begins

    def leaves_no_room(self, token: Token, agent: int, way: int, now: int) -> bool:
        """Whether somebody would have to set out for a booked visit before it is done."""
        booking = self._days.next_of(agent, now)
        if booking is None or booking is token.instance.booking or self._is_visit(token):
            return False
        return now + way + self._planned[token.at.number] > booking.departs

    def _is_visit(self, token: Token) -> bool:
        return token.at.number in self._visits.values()

    # ---- what is late -----------------------------------------------------------------------

    def _until_its_end(self, booking: Booking) -> None:
        self._walker.kernel.at(booking.opening.to_at, TIMER, self._is_over, booking)

    def _is_over(self, booking: Booking, now: int) -> None:
        """The window is over: what still waits for its engineer is booked anew."""
        token = booking.token
        if booking.ending != OPEN or token.instance.booking is not booking:
            return
        if self._rare.owners.is_in_line(token) and self._again(token, booking, now) is not None:
            self._rare.owners.takes_out(token)
            self._waits(token, token.instance.booking, now)

    def _again(self, token: Token, booking: Booking, now: int) -> Booking | None:
        """The next window of who has it, by the hours that he really has; None there is none."""
        owner = token.instance.owner
        pool = token.at.pools[token.case.place]
        able: Iterable[int] = (owner,) if owner >= 0 else pool.agents
        self._ends(booking, MOVED, now)
        return self._book(token, able, owner, now, self._people.hours, now)

    # ---- the log ----------------------------------------------------------------------------

    def _ends(self, booking: Booking, ending: int, now: int, met_at: int = NEVER) -> None:
        booking.ending = ending if ending != MET or met_at < self._end else OPEN
        self._write(booking, met_at if met_at < self._end else NEVER)
        booking.ending = ending
        if ending == MOVED:
            self._days.strike(booking, now)

    def _write(self, booking: Booking, met_at: int) -> None:
        opening = booking.opening
        self._walker.recorder.booking(
            booking.case, opening.agent, booking.node, booking.ending, booking.booked_at,
            opening.from_at, opening.to_at, booking.arrives, met_at,
        )  # fmt: skip

    def write_open(self) -> None:
        """At the end of the run: the windows that are still promised."""
        for booking in sorted(self._days.all(), key=lambda one: (one.booked_at, one.case)):
            self._write(booking, NEVER)
