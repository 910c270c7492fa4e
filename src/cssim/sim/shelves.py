"""Shelves: what lies there, who waits for which part, and what is taken from another place.

Every unit that comes is kept for the first in its part's line, nobody passes (R97). Only what a
case finds nowhere that it may take from makes it wait, in the line of its own region's shelf. It
knows nothing of what parts are needed for, and nothing of when more is ordered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.blueprint.rule_tables import Parts, Shipping, Stocking
from cssim.eventlog import NEVER
from cssim.sim.kernel import DELIVERY, Happening, Kernel
from cssim.sim.recorder import ACCOUNTS, Recorder

_SHIPPED = addresses.text_key("stock/shipped")
ON_SHELF, IN_TRANSIT, BOUGHT, INITIAL = (
    ACCOUNTS[state] for state in ("on_shelf", "in_transit", "bought", "initial")
)
NEVER_LOW = -NEVER
SUPPLIER = -1  # among the places that parts come from


class Request(Happening):
    """Units of parts that a case, or an order of another shelf, waits for at one place.

    `wanted` is by part what it gets, `missing` what of that is not kept for it yet. `came` is
    told of `subject` when all of it has come.
    """

    __slots__ = (
        "asked_at", "came", "case", "key", "missing", "order", "place", "subject", "values",
        "wanted",
    )  # fmt: skip

    def __init__(
        self,
        place: int,
        wanted: dict[int, int],
        case: int = -1,
        key: int = 0,
        order: int = -1,
        values: Sequence[int] = (),
    ) -> None:
        self.place = place
        self.wanted = wanted
        self.missing = dict(wanted)
        self.case = case
        self.key = key  # of the case's draws
        self.values = values  # of the case's attributes
        self.order = order
        self.subject: Any = None
        self.came: Callable[[Any, int], None] | None = None
        self.asked_at = 0

    def has_come(self, now: int) -> None:
        """All of it is kept."""
        if self.came is not None:
            self.came(self.subject, now)


class Shelf:
    """One part at one place: what is free, who waits, and how the shelf stands.

    `position` is the inventory position: what is free and on order, less what is owed to those
    who wait; when it falls to `low`, more is ordered at once (`NEVER_LOW` with reviews). `orders`
    are those made so far, `lead_times` of the first so many orders.
    """

    __slots__ = ("free", "lead_times", "low", "orders", "position", "rule", "waiting")

    def __init__(self, rule: Stocking) -> None:
        self.goes_by(rule)
        self.free = self.position = rule.initial
        self.orders = 0
        self.lead_times: list[int] = []
        self.waiting: deque[Request] = deque()

    def goes_by(self, rule: Stocking) -> None:
        """From now on it is kept by this rule."""
        self.rule = rule
        self.low = rule.reorder_point if rule.reviews is None else NEVER_LOW


class Shelves:
    """All shelves. `is_low` is told whenever too little is left of what one will have."""

    def __init__(self, parts: Parts | None, kernel: Kernel, recorder: Recorder) -> None:
        self._parts = parts
        self._kernel = kernel
        self._move = recorder.move
        self._wanted = recorder.wanted
        self.is_low: Callable[[Shelf, int], None] = lambda shelf, now: None
        self.orders = 0  # of all shelves, shipments and repairs
        self.all = [Shelf(rule) for rule in (parts.stock if parts else ())]
        self._of = {(shelf.rule.place, shelf.rule.part): shelf for shelf in self.all}
        for shelf in self.all:
            rule = shelf.rule
            if rule.initial:
                self._move(0, rule.part, rule.initial, INITIAL, ON_SHELF + rule.place + 1)

    def of(self, place: int, part: int) -> Shelf:
        """The shelf of a part at a place."""
        return self._of[place, part]

    def plan(self, number: int, factor: float, now: int) -> None:
        """From now on the levels of a shelf are those of the scenario times a factor."""
        assert self._parts is not None
        shelf, rule = self.all[number], self._parts.stock[number]
        point, level = (int(n * factor + 0.5) for n in (rule.reorder_point, rule.order_up_to))
        if rule.order_up_to:  # an order for each unit stays so
            gap = rule.order_up_to - rule.reorder_point
            point = level - 1 if gap == 1 else min(point, level - 1)
        shelf.goes_by(replace(rule, reorder_point=point, order_up_to=level))
        self._less(shelf, now)

    def next_order(self) -> int:
        """A number for what is on its way."""
        self.orders += 1
        return self.orders

    # ---- asking ---------------------------------------------------------------------------

    def keep(self, request: Request, now: int) -> None:
        """Take what there is for a case, or enter the line of each part that is not there."""
        assert self._parts is not None
        ways = self._parts.sourcing.get(request.place)
        for part in tuple(request.missing):
            if (request.place, part) in self._of:  # else the scenario's check says so
                if ways is not None or self._parts.substitutes[part]:
                    request.asked_at = now
                    self._from_somewhere(request, part, ways or (), now)
                else:
                    self.ask(request, part, now)

    def had_asked(self, request: Request, since: int) -> None:
        """Who has waited since before the run takes his place in the lines again."""
        for part in tuple(request.missing):
            if (request.place, part) in self._of:
                self.ask(request, part, 0, since)

    def ask(self, request: Request, part: int, now: int, since: int | None = None) -> None:
        """Take what is on the shelf of the place that is asked, or stand in the part's line."""
        request.asked_at = now if since is None else since
        shelf = self._of[request.place, part]
        count = request.missing[part]
        shelf.position -= count
        if shelf.free >= count and not shelf.waiting:
            shelf.free -= count
            self._is_kept(request, part, part, request.place, count, now)
        else:
            shelf.waiting.append(request)
            if shelf.free:
                self._serve(shelf, now)
        self._less(shelf, now)

    def _less(self, shelf: Shelf, now: int) -> None:
        if shelf.position <= shelf.low:
            self.is_low(shelf, now)

    def come_back(self, place: int, part: int, count: int, now: int) -> None:
        """Units lie on the shelf again that were not on order."""
        shelf = self._of[place, part]
        shelf.position += count
        self.delivered(shelf, count, now)

    def delivered(self, shelf: Shelf, count: int, now: int) -> None:
        """Units that were on order lie on the shelf."""
        shelf.free += count
        if shelf.waiting:
            self._serve(shelf, now)

    def _serve(self, shelf: Shelf, now: int) -> None:
        """Keep what is free for those who wait, the first first."""
        part, waiting = shelf.rule.part, shelf.waiting
        while shelf.free and waiting:
            request = waiting[0]
            kept = min(shelf.free, request.missing[part])
            shelf.free -= kept
            if kept == request.missing[part]:
                waiting.popleft()
            self._is_kept(request, part, part, shelf.rule.place, kept, now)

    # ---- from somewhere else, or something else -------------------------------------------

    def _from_somewhere(
        self, request: Request, part: int, ways: Iterable[Shipping], now: int
    ) -> None:
        """From the first place that has all of it, or of a part that does as well."""
        assert self._parts is not None
        count = request.missing[part]
        for way in ways or (Shipping(request.place, None, 0),):
            attribute, words = way.of
            if attribute >= 0 and request.values[attribute] not in words:
                continue
            if way.place == SUPPLIER:
                self._ship(request, part, part, way, count, now)
                return
            for given in (part, *self._parts.substitutes[part]):
                shelf = self._of.get((way.place, given))
                if given != part and given in request.wanted:
                    continue  # it waits for some of these already
                if shelf is not None and not shelf.waiting and shelf.free - count >= way.keeps:
                    shelf.free -= count
                    shelf.position -= count
                    self._ship(request, part, given, way, count, now)
                    self._less(shelf, now)
                    return
        self.ask(request, part, now)

    def _ship(
        self, request: Request, part: int, given: int, way: Shipping, count: int, now: int
    ) -> None:
        """Units of a part are given for another (or itself); they may be on their way a while."""
        if given != part:
            del request.wanted[part], request.missing[part]
            request.wanted[given] = request.wanted.get(given, 0) + count
            request.missing[given] = request.missing.get(given, 0) + count
        if way.place == request.place and way.time is None:
            self._is_kept(request, part, given, way.place, count, now)
            return
        origin = BOUGHT if way.place == SUPPLIER else ON_SHELF + way.place + 1
        order = self.next_order()
        to = IN_TRANSIT + request.place + 1
        self._move(now, given, count, origin, to, request.case, order)
        time = 0
        if way.time is not None:
            u = addresses.uniform(request.key, addresses.fold(_SHIPPED, given, way.place + 1))
            time = int(way.time.value(float(ndtri(u))) + 0.5)
        subject = request, part, given, way.place, count, order
        if time:
            self._kernel.at(now + time, DELIVERY, self._shipped, subject)
        else:
            self._shipped(subject, now)

    def _shipped(self, subject: Any, now: int) -> None:
        request, part, given, place, count, order = subject
        here = request.place + 1
        self._move(now, given, count, IN_TRANSIT + here, ON_SHELF + here, request.case, order)
        self._is_kept(request, part, given, place, count, now)

    def _is_kept(
        self, request: Request, part: int, given: int, place: int, count: int, now: int
    ) -> None:
        """Units of a part, or of what is given for it, are kept for who asked."""
        self._wanted(
            request.case, request.order, part, given, request.place, place, count,
            request.asked_at, now,
        )  # fmt: skip
        missing = request.missing
        if missing[given] > count:
            missing[given] -= count
            return
        del missing[given]
        if not missing:
            request.has_come(now)

    # ---- when a run ends ------------------------------------------------------------------

    def write_open(self) -> None:
        """At the run's end: what is still waited for."""
        for shelf in self.all:
            part, place = shelf.rule.part, shelf.rule.place
            for request in shelf.waiting:
                self._wanted(
                    request.case, request.order, part, part, place, place,
                    request.missing[part], request.asked_at, NEVER,
                )  # fmt: skip
        for (request, part, given, place, count, _), _ in self._shipments():
            self._wanted(
                request.case, request.order, part, given, request.place, place, count,
                request.asked_at, NEVER,
            )  # fmt: skip

    def on_their_way(self) -> Iterator[tuple[Shelf, int, int]]:
        """Shipments for cases: the shelf that they come to, how many, and when."""
        for (request, _, given, _, count, _), moment in self._shipments():
            yield self._of[request.place, given], count, moment

    def _shipments(self) -> Iterator[tuple[Any, int]]:
        for moment, _, _, event in sorted(self._kernel.entries(), key=lambda entry: entry[:2]):
            if getattr(event, "what", None) == self._shipped:
                yield event.subject, moment
