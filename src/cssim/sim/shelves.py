"""Shelves: who waits for which part, orders that are on their way, repairs by the supplier.

Every unit that comes is kept for the first in its part's line, nobody passes (R97). Lead times
and repairs are drawn at the address of the shelf and its own number of the order, so what
happens at one shelf moves nothing at another. It knows nothing of what parts are needed for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.basis.distributions import Distribution
from cssim.blueprint.backlog_tables import Coming
from cssim.blueprint.rule_tables import Parts, Stocking
from cssim.eventlog import NEVER
from cssim.sim.kernel import CHANGED, DELIVERY, Kernel
from cssim.sim.recorder import ACCOUNTS, Recorder
from cssim.sim.state import Case, Token

_LEAD, _REPAIR, _REPAIRED = (
    addresses.text_key(f"stock/{what}") for what in ("lead", "repair", "repaired")
)
ON_SHELF, IN_TRANSIT, QUARANTINE, REPAIR, SCRAPPED, BOUGHT, INITIAL = (
    ACCOUNTS[state]
    for state in (
        "on_shelf", "in_transit", "quarantine", "repair", "scrapped", "bought", "initial",
    )
)  # fmt: skip


class Request:
    """What one activity waits for: units of parts, some of them already kept for it."""

    __slots__ = ("case", "came", "missing", "place", "token", "wanted")

    def __init__(self, case: Case, place: int, wanted: dict[int, int]) -> None:
        self.case = case
        self.place = place
        self.wanted = wanted
        self.missing = dict(wanted)
        self.token: Token | None = None
        self.came: Callable[[Token, int], None] | None = None


class Shelf:
    """One part at one place: what is free, who waits, what is on order or waits for repair."""

    __slots__ = ("batches", "free", "on_order", "orders", "released", "rule", "waiting")

    def __init__(self, rule: Stocking) -> None:
        self.rule = rule
        self.free = rule.initial
        self.on_order = 0
        self.orders = 0  # made so far
        self.released = 0  # bad units that wait for a full batch
        self.batches = 0  # sent to be repaired so far
        self.waiting: deque[Request] = deque()


class Shelves:
    """All shelves, and what is on its way to them."""

    def __init__(self, parts: Parts | None, kernel: Kernel, recorder: Recorder, key: int) -> None:
        self._parts = parts
        self._kernel = kernel
        self._move = recorder.move
        self._key = key
        self._orders = 0
        self._shelves: dict[tuple[int, int], Shelf] = {}
        for rule in parts.stock if parts else ():
            self._shelves[rule.place, rule.part] = Shelf(rule)
            if rule.initial:
                self._move(0, rule.part, rule.initial, INITIAL, ON_SHELF + rule.place + 1)

    def keep(self, request: Request, now: int) -> None:
        """Enter the line of each part; take what is there if nobody is before."""
        for part in list(request.missing):
            shelf = self._shelves.get((request.place, part))
            if shelf is None:
                continue  # a part that nobody stocks here: the scenario's check says so
            shelf.waiting.append(request)
            self._serve(shelf, now)
            self._reorder(shelf, now)

    def arrived(self, place: int, part: int, count: int, now: int) -> None:
        """Units lie on the shelf that were not there before."""
        shelf = self._shelves[place, part]
        shelf.free += count
        self._serve(shelf, now)

    def _serve(self, shelf: Shelf, now: int) -> None:
        part = shelf.rule.part
        while shelf.free and shelf.waiting:
            request = shelf.waiting[0]
            kept = min(shelf.free, request.missing[part])
            shelf.free -= kept
            request.missing[part] -= kept
            if request.missing[part]:
                return
            del request.missing[part]
            shelf.waiting.popleft()
            if not request.missing and request.token is not None and request.came is not None:
                request.came(request.token, now)

    # ---- orders ---------------------------------------------------------------------------

    def _reorder(self, shelf: Shelf, now: int) -> None:
        """Purchasing orders when what is free and on order, less what is owed, is low."""
        rule = shelf.rule
        owed = sum(request.missing.get(rule.part, 0) for request in shelf.waiting)
        while shelf.free + shelf.on_order - owed <= rule.reorder_point:
            count = rule.order_quantity
            shelf.on_order += count
            shelf.orders += 1
            order = self._next_order()
            self._move(now, rule.part, count, BOUGHT, IN_TRANSIT + rule.place + 1, order=order)
            assert self._parts is not None
            lead = self._length(self._parts.lead_time, shelf, _LEAD, shelf.orders)
            self._kernel.at(now + lead, DELIVERY, self._delivered, (shelf, count, order))

    def _delivered(self, subject: Any, now: int) -> None:
        shelf, count, order = subject
        rule = shelf.rule
        shelf.on_order -= count
        place = rule.place + 1
        self._move(now, rule.part, count, IN_TRANSIT + place, ON_SHELF + place, order=order)
        self.arrived(rule.place, rule.part, count, now)

    def _next_order(self) -> int:
        self._orders += 1
        return self._orders

    def _length(
        self, times: dict[int, Distribution], shelf: Shelf, stream: int, ordinal: int
    ) -> int:
        u = addresses.uniform(self._key, _address(shelf, stream, ordinal))
        assert self._parts is not None
        return int(times[self._parts.supplier[shelf.rule.part]].value(float(ndtri(u))) + 0.5)

    def is_coming(self, coming: Coming) -> None:
        """Units that are somewhere else when the run begins."""
        shelf, place = self._shelves[coming.place, coming.part], coming.place + 1
        part, count, at = coming.part, coming.count, coming.at
        if coming.state == "in_transit":
            order = self._next_order()
            shelf.on_order += count
            self._move(0, part, count, INITIAL, IN_TRANSIT + place, order=order)
            self._kernel.at(at, DELIVERY, self._delivered, (shelf, count, order))
        elif coming.state == "repair":
            order = self._next_order()
            shelf.batches += 1
            self._move(0, part, count, INITIAL, REPAIR, order=order)
            self._kernel.at(at, CHANGED, self._repaired, (shelf, count, shelf.batches, order))
        else:
            shelf.released += count * (coming.state == "released")
            self._move(0, part, count, INITIAL, QUARANTINE + place)

    def not_there(self) -> Iterator[tuple[str, Shelf, int, int]]:
        """What is on its way to shelves, or may leave with the next batch: what, count, when."""
        for moment, _, _, event in sorted(self._kernel.entries(), key=lambda entry: entry[:2]):
            what = getattr(event, "what", None)
            if what in (self._delivered, self._repaired):
                shelf, count, *_ = event.subject
                yield "in_transit" if what == self._delivered else "repair", shelf, count, moment
        for shelf in self._shelves.values():
            if shelf.released:
                yield "released", shelf, shelf.released, NEVER

    # ---- repairs --------------------------------------------------------------------------

    def release(self, place: int, part: int, count: int, now: int) -> None:
        """Bad units may leave for their supplier; they do when a batch is full (R97)."""
        assert self._parts is not None
        shelf = self._shelves[place, part]
        batch = self._parts.batch
        shelf.released += count
        while shelf.released >= batch:
            shelf.released -= batch
            shelf.batches += 1
            order = self._next_order()
            self._move(now, part, batch, QUARANTINE + place + 1, REPAIR, order=order)
            time = self._length(self._parts.repair_time, shelf, _REPAIR, shelf.batches)
            self._kernel.at(
                now + time, CHANGED, self._repaired, (shelf, batch, shelf.batches, order)
            )

    def _repaired(self, subject: Any, now: int) -> None:
        """A batch comes back: what could be repaired goes to the shelf, the rest is scrap."""
        shelf, batch, ordinal, order = subject
        assert self._parts is not None
        stream = _address(shelf, _REPAIRED, ordinal)
        good = sum(
            addresses.uniform(self._key, addresses.fold(stream, unit)) < self._parts.repaired
            for unit in range(batch)
        )
        place, part = shelf.rule.place, shelf.rule.part
        if batch > good:
            self._move(now, part, batch - good, REPAIR, SCRAPPED, order=order)
        if good:
            self._move(now, part, good, REPAIR, ON_SHELF + place + 1, order=order)
            self.arrived(place, part, good, now)


def _address(shelf: Shelf, stream: int, ordinal: int) -> int:
    return addresses.fold(stream, shelf.rule.place, shelf.rule.part, ordinal)
