"""Days: which visits somebody is booked for, and where one more fits between them.

A visit fits where its engineer can arrive in a window of the customer's, between what he is
booked for already, with the ways between them, and be done before his shift is over. It knows
nothing of cases; a shift is an unbroken stretch of somebody's hours.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from cssim.basis.calendars import OpenHours
from cssim.eventlog import BOOKING_ENDS, NEVER
from cssim.sim.journeys import BASE, Journeys, Site

OPEN, MET, MOVED = range(len(BOOKING_ENDS))

Window = tuple[int, int]


class Wish(NamedTuple):
    """A visit to be booked: where, how long on site, from when on, whose it is, which windows."""

    site: Site
    lasts: int
    earliest: int
    owner: int
    windows: tuple[Window, ...]


class Opening(NamedTuple):
    """Where a visit fits somebody's day; the least is the best: in a window its owner's."""

    from_at: int
    is_anothers: bool
    arrives: int
    agent: int
    to_at: int
    shift: int  # its beginning


class Booking:
    """A visit in somebody's day: when he sets out (`departs`), arrives, and is done (`until`).

    `token` is what comes to it; it `waits` there until somebody has to set out.
    """

    __slots__ = (
        "arrives", "booked_at", "case", "departs", "ending", "node", "opening", "site", "token",
        "until", "waits",
    )  # fmt: skip

    def __init__(self, case: int, node: int, opening: Opening, wish: Wish, now: int) -> None:
        self.case = case
        self.node = node
        self.opening = opening
        self.site = wish.site
        self.arrives = opening.arrives
        self.until = opening.arrives + wish.lasts
        self.booked_at = now
        self.departs = NEVER
        self.ending = OPEN
        self.token: Any = None
        self.waits = False


class Days:
    """The bookings of everybody; `sets_out` is told of each whose departure is (another) moment."""

    def __init__(self, journeys: Journeys, people: int) -> None:
        self._journeys = journeys
        self._days: list[list[Booking]] = [[] for _ in range(people)]
        self.sets_out: Callable[[Booking, int], None] = lambda booking, now: None

    def all(self) -> Iterator[Booking]:
        """Every booking that is open."""
        for day in self._days:
            yield from (booking for booking in day if booking.ending == OPEN)

    def next_of(self, agent: int, now: int) -> Booking | None:
        """The visit that somebody has to set out for next."""
        day = (one for one in self._days[agent] if one.ending == OPEN)
        return next((one for one in day if one.waits or one.departs > now), None)

    def next_departure(self, agent: int, now: int) -> int:
        """When somebody has to set out next; NEVER, if he is booked for nothing."""
        booking = self.next_of(agent, now)
        return booking.departs if booking is not None else NEVER

    def may_go_back(self, agent: int, now: int) -> bool:
        """Whether somebody on a site has time for base before he is to be at the next."""
        booking = self.next_of(agent, now)
        if booking is None:
            return True
        way, here = self._journeys.way, self._journeys.place_of(agent)
        return now + way(here, BASE) + way(BASE, booking.site) <= booking.arrives

    def from_here(self, agent: int, now: int) -> None:
        """Somebody is elsewhere than was planned: he sets out from there for what is next."""
        booking = self.next_of(agent, now)
        if booking is not None:
            self._departs_from(self._journeys.place_of(agent), booking, now)

    def first_opening(self, wish: Wish, agent: int, hours: OpenHours, now: int) -> Opening | None:
        """The first window in which a visit fits the hours of somebody who is free from `now`."""
        earliest = max(wish.earliest, now)
        first = bisect_right(wish.windows, earliest, key=lambda window: window[1])
        for from_at, to_at in wish.windows[first:]:
            at = hours.next_open(max(from_at, earliest))
            while at < to_at:
                shift = hours.starts[bisect_right(hours.starts, at) - 1], hours.next_close(at)
                arrives = self._arrives(wish, agent, at, to_at, shift, now)
                if arrives < NEVER:
                    another = agent != wish.owner
                    return Opening(from_at, another, arrives, agent, to_at, shift[0])
                at = hours.next_open(shift[1])
        return None

    @staticmethod
    def opening_at(at: int, window: Window, agent: int, hours: OpenHours) -> Opening:
        """The place in somebody's day that a certain arrival has."""
        shift = hours.starts[bisect_right(hours.starts, at) - 1]
        return Opening(window[0], False, at, agent, window[1], shift)

    def _arrives(self, wish: Wish, agent: int, at: int, to_at: int, shift: Window, now: int) -> int:
        """The first arrival from a moment on that leaves all bookings of a shift as they are."""
        way, site = self._journeys.way, wish.site
        ready, place = max(shift[0], now), self._sets_out_from(agent, shift[0], now)
        for booking in self._days[agent]:
            is_done = booking.ending != OPEN and booking.until <= now
            if booking.opening.shift == shift[0] and not is_done:
                arrives = max(at, ready + way(place, site))
                done = arrives + wish.lasts + way(site, booking.site)
                if arrives < to_at and done <= booking.arrives:
                    return arrives
                ready, place = max(booking.until, now), booking.site
        arrives = max(at, ready + way(place, site))
        return arrives if arrives < to_at and arrives + wish.lasts <= shift[1] else NEVER

    def _sets_out_from(self, agent: int, shift: int, now: int) -> Site:
        """Where somebody is at a shift's begin, or in a shift that has begun."""
        return self._journeys.place_of(agent) if shift <= now else self._journeys.start(agent)

    def enter(self, booking: Booking, now: int) -> None:
        """A visit is booked; whoever comes after it may have to set out at another moment."""
        day = self._days[booking.opening.agent]
        day[:] = [one for one in day if one.ending == OPEN or one.until > now]
        insort(day, booking, key=lambda one: one.arrives)
        place = day.index(booking)
        self._departs(day, place, now)
        self._departs(day, place + 1, now)

    def strike(self, booking: Booking, now: int) -> None:
        """A visit that is booked no more: who comes after it sets out from the one before."""
        day = self._days[booking.opening.agent]
        place = day.index(booking)
        del day[place]
        self._departs(day, place, now)

    def _departs(self, day: list[Booking], place: int, now: int) -> None:
        if place >= len(day) or day[place].ending != OPEN:
            return
        booking, before = day[place], day[place - 1] if place else None
        shift, agent = booking.opening.shift, booking.opening.agent
        if before is not None and before.opening.shift == shift:
            start = before.site
        else:
            start = self._sets_out_from(agent, shift, now)
        self._departs_from(start, booking, now)

    def _departs_from(self, start: Site, booking: Booking, now: int) -> None:
        departs = booking.arrives - self._journeys.way(start, booking.site)
        if departs != booking.departs:
            booking.departs = departs
            self.sets_out(booking, now)
