"""Orders: when a shelf orders more, from its supplier or another shelf, and when that is there.

A shelf without reviews looks at its inventory position whenever that has become less, another
one at its midnights. An order of another shelf waits there in the line of the part, and is sent
when all of it is kept. Lead times are drawn at the address of the shelf and its own number of
the order, so what happens at one shelf moves nothing at another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.sim.kernel import DELIVERY, REVIEW, Kernel
from cssim.sim.recorder import Recorder
from cssim.sim.shelves import BOUGHT, IN_TRANSIT, INITIAL, ON_SHELF, Request, Shelf, Shelves

Sent = tuple[Shelf, int, int, int]  # for whom, how many, which order of the shelf's and of all
_LEAD = addresses.text_key("stock/lead")


class Replenishment:
    """Orders of all shelves."""

    def __init__(self, shelves: Shelves, kernel: Kernel, recorder: Recorder, key: int) -> None:
        self._shelves = shelves
        self._kernel = kernel
        self._move = recorder.move
        self._key = key
        shelves.less = self._less
        for shelf in shelves.all:
            for moment in shelf.rule.reviews or ():
                kernel.at(moment, REVIEW, self._order, shelf)

    def _less(self, shelf: Shelf, now: int) -> None:
        if shelf.rule.reviews is None:
            self._order(shelf, now)

    def _order(self, shelf: Shelf, now: int) -> None:
        """Order when what is free and on order, less what is owed, is low."""
        rule = shelf.rule
        while shelf.position <= rule.reorder_point:
            count = rule.order_quantity or rule.order_up_to - shelf.position
            shelf.on_order += count
            shelf.orders += 1
            subject: Sent = shelf, count, shelf.orders, self._shelves.next_order()
            if rule.source < 0:
                self._leaves(subject, now)
            else:
                self._shelves.keep(self._request(subject), now)

    def _request(self, subject: Sent) -> Request:
        """What is ordered from another shelf."""
        shelf, count, _, order = subject
        request = Request(shelf.rule.source, {shelf.rule.part: count}, order=order)
        request.subject, request.came = subject, self._leaves
        return request

    def _leaves(self, subject: Sent, now: int) -> None:
        """The supplier has the order, or all of it lies ready at the other place."""
        shelf, count, ordinal, order = subject
        rule = shelf.rule
        origin = BOUGHT if rule.source < 0 else ON_SHELF + rule.source + 1
        self._move(now, rule.part, count, origin, IN_TRANSIT + rule.place + 1, order=order)
        u = addresses.uniform(self._key, addresses.fold(_LEAD, rule.address, rule.part, ordinal))
        lead = int(rule.transport.value(float(ndtri(u))) + 0.5)
        self._kernel.at(now + lead, DELIVERY, self._delivered, (shelf, count, order))

    def _delivered(self, subject: Any, now: int) -> None:
        shelf, count, order = subject
        rule = shelf.rule
        shelf.on_order -= count
        place = rule.place + 1
        self._move(now, rule.part, count, IN_TRANSIT + place, ON_SHELF + place, order=order)
        self._shelves.arrived(rule.place, rule.part, count, now)

    # ---- when a run begins and ends -------------------------------------------------------

    def is_coming(self, shelf: Shelf, count: int, at: int) -> None:
        """Units that are on their way when the run begins."""
        order = self._shelves.next_order()
        shelf.on_order += count
        to = IN_TRANSIT + shelf.rule.place + 1
        self._move(0, shelf.rule.part, count, INITIAL, to, order=order)
        self._kernel.at(at, DELIVERY, self._delivered, (shelf, count, order))

    def had_ordered(self, shelf: Shelf, count: int, at: int) -> None:
        """Units that another place had not yet sent when the run begins."""
        shelf.on_order += count
        shelf.orders += 1
        subject = shelf, count, shelf.orders, self._shelves.next_order()
        self._shelves.had_asked(self._request(subject), at)

    def ordered(self) -> Iterator[tuple[Shelf, int, int]]:
        """What shelves wait for at other shelves: how many, and since when; first come first."""
        for shelf in self._shelves.all:
            for request in shelf.waiting:
                if request.case < 0:
                    ordering, count, *_ = request.subject
                    yield ordering, count, request.asked_at[shelf.rule.part]

    def on_their_way(self) -> Iterator[tuple[Shelf, int, int]]:
        """What will lie on a shelf: how many, and when."""
        for moment, _, _, event in sorted(self._kernel.entries(), key=lambda entry: entry[:2]):
            if getattr(event, "what", None) == self._delivered:
                shelf, count, _ = event.subject
                yield shelf, count, moment
