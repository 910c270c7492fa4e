"""Orders: when a shelf orders more, from its supplier or another shelf, and when that is there.

A shelf without reviews looks at its inventory position whenever that has become less, another
one at its midnights. An order of another shelf waits there in the line of the part, and is sent
when all of it is kept. Lead times are drawn at the address of the shelf and its own number of
the order, so what happens at one shelf moves nothing at another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.sim.kernel import DELIVERY, REVIEW, Kernel
from cssim.sim.recorder import Recorder
from cssim.sim.shelves import BOUGHT, IN_TRANSIT, INITIAL, ON_SHELF, Request, Shelf, Shelves

_LEAD = addresses.text_key("stock/lead")
_FEWEST, _MOST = 16, 1024  # lead times that are drawn together


class Order(Request):
    """Units that a shelf has ordered; once sent it is itself the event in SimPy's queue.

    `ordinal` is which order of the shelf's it is, `order` its number among all.
    """

    __slots__ = ("count", "ordinal", "shelf")

    came: Callable[[Any, int], None]

    def __init__(
        self, callbacks: list[Callable[[Any], None]], came: Callable[[Any, int], None],
        shelf: Shelf, count: int, ordinal: int, number: int,
    ) -> None:  # fmt: skip
        self.callbacks = callbacks
        self.shelf = shelf
        self.count = count
        self.ordinal = ordinal
        self.order = number
        self.case = -1
        if shelf.rule.source >= 0:
            self.place = shelf.rule.source
            self.missing = {shelf.rule.part: count}
            self.came = came

    def has_come(self, now: int) -> None:
        """All of it lies ready at the other place."""
        self.came(self, now)


class Replenishment:
    """Orders of all shelves."""

    def __init__(self, shelves: Shelves, kernel: Kernel, recorder: Recorder, key: int) -> None:
        self._shelves = shelves
        self._kernel = kernel
        self._move = recorder.move
        self._key = key
        self._on_delivery: list[Callable[[Any], None]] = [self._delivered]
        self._leave = self._leaves
        shelves.is_low = self._order
        for shelf in shelves.all:
            for moment in shelf.rule.reviews or ():
                kernel.at(moment, REVIEW, self._order, shelf)

    def _order(self, shelf: Shelf, now: int) -> None:
        """Order when what is free and on order, less what is owed, is low."""
        rule = shelf.rule
        while (position := shelf.position) <= rule.reorder_point:
            count = rule.order_quantity or rule.order_up_to - position
            order = self._ordered(shelf, count)
            if rule.source < 0:
                self._leaves(order, now)
            else:
                self._shelves.ask(order, rule.part, now)

    def _ordered(self, shelf: Shelf, count: int) -> Order:
        shelf.position += count
        shelf.orders += 1
        number = self._shelves.next_order()
        return Order(self._on_delivery, self._leave, shelf, count, shelf.orders, number)

    def _leaves(self, order: Order, now: int) -> None:
        """The supplier has the order, or all of it lies ready at the other place."""
        shelf, ordinal = order.shelf, order.ordinal
        rule = shelf.rule
        origin = BOUGHT if rule.source < 0 else ON_SHELF + rule.source + 1
        to = IN_TRANSIT + rule.place + 1
        self._move(now, rule.part, order.count, origin, to, -1, order.order)
        while len(shelf.lead_times) < ordinal:
            self._draw_more(shelf)
        self._kernel.put(order, now + shelf.lead_times[ordinal - 1], DELIVERY)

    def _draw_more(self, shelf: Shelf) -> None:
        """Lead times of the shelf's next orders, as many as it had, within bounds."""
        rule, known = shelf.rule, len(shelf.lead_times)
        ordinals = known + 1 + np.arange(min(max(known, _FEWEST), _MOST))
        streams = addresses.fold_many(addresses.fold(_LEAD, rule.address, rule.part), ordinals)
        times = rule.transport.values(ndtri(addresses.uniforms(streams, self._key)))
        shelf.lead_times += (times + 0.5).astype(np.int64).tolist()

    def _delivered(self, order: Order) -> None:
        now: int = self._kernel._now  # type: ignore[assignment]
        shelf, count = order.shelf, order.count
        rule = shelf.rule
        place = rule.place + 1
        self._move(now, rule.part, count, IN_TRANSIT + place, ON_SHELF + place, -1, order.order)
        self._shelves.delivered(shelf, count, now)

    # ---- when a run begins and ends -------------------------------------------------------

    def is_coming(self, shelf: Shelf, count: int, at: int) -> None:
        """Units that are on their way when the run begins; they are none of its orders."""
        number = self._shelves.next_order()
        order = Order(self._on_delivery, self._leave, shelf, count, 0, number)
        shelf.position += count
        to = IN_TRANSIT + shelf.rule.place + 1
        self._move(0, shelf.rule.part, count, INITIAL, to, -1, number)
        self._kernel.put(order, at, DELIVERY)

    def had_ordered(self, shelf: Shelf, count: int, at: int) -> None:
        """Units that another place had not yet sent when the run begins."""
        self._shelves.had_asked(self._ordered(shelf, count), at)

    def ordered(self) -> Iterator[tuple[Shelf, int, int]]:
        """What shelves wait for at other shelves: how many, and since when; first come first."""
        for shelf in self._shelves.all:
            for request in shelf.waiting:
                if isinstance(request, Order):
                    yield request.shelf, request.count, request.asked_at

    def on_their_way(self) -> Iterator[tuple[Shelf, int, int]]:
        """What will lie on a shelf: how many, and when."""
        for moment, _, _, event in sorted(self._kernel.entries(), key=lambda entry: entry[:2]):
            if isinstance(event, Order):
                yield event.shelf, event.count, moment
