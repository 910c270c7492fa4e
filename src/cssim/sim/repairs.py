"""Repairs by the supplier: bad units leave in batches, and some come back to their shelf (R97).

Times and results are drawn at the address of the shelf and its own number of the batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.blueprint.rule_tables import Parts
from cssim.sim.kernel import CHANGED, Kernel
from cssim.sim.recorder import ACCOUNTS, Recorder
from cssim.sim.shelves import INITIAL, ON_SHELF, Shelf, Shelves

_REPAIR, _REPAIRED = (addresses.text_key(f"stock/{what}") for what in ("repair", "repaired"))
QUARANTINE, REPAIR, SCRAPPED = (ACCOUNTS[state] for state in ("quarantine", "repair", "scrapped"))


class Repairs:
    """Bad units of all shelves that may leave, and those that have left."""

    def __init__(
        self, parts: Parts | None, shelves: Shelves, kernel: Kernel, recorder: Recorder, key: int
    ) -> None:
        self._parts = parts
        self._shelves = shelves
        self._kernel = kernel
        self._move = recorder.move
        self._key = key
        self._released: dict[Shelf, int] = {}  # units that wait for a full batch
        self._batches: dict[Shelf, int] = {}  # sent so far

    def release(self, place: int, part: int, count: int, now: int) -> None:
        """Bad units may leave for their supplier; they do when a batch is full, or are scrap."""
        assert self._parts is not None
        if not self._parts.repairable[part]:
            self._move(now, part, count, QUARANTINE + place + 1, SCRAPPED)
            return
        shelf = self._shelves.of(place, part)
        batch = self._parts.batch
        waiting = self._released.get(shelf, 0) + count
        while waiting >= batch:
            waiting -= batch
            ordinal = self._next_batch(shelf)
            order = self._shelves.next_order()
            self._move(now, part, batch, QUARANTINE + place + 1, REPAIR, order=order)
            time = self._length(shelf, ordinal)
            subject = shelf, batch, ordinal, order
            self._kernel.at(now + time, CHANGED, self._repaired, subject)
        self._released[shelf] = waiting

    def _next_batch(self, shelf: Shelf) -> int:
        ordinal = self._batches[shelf] = self._batches.get(shelf, 0) + 1
        return ordinal

    def _length(self, shelf: Shelf, ordinal: int) -> int:
        assert self._parts is not None
        u = addresses.uniform(self._key, _address(shelf, _REPAIR, ordinal))
        time = self._parts.repair_time[self._parts.supplier[shelf.rule.part]]
        return int(time.value(float(ndtri(u))) + 0.5)

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
            self._shelves.come_back(place, part, good, now)

    # ---- when a run begins and ends -------------------------------------------------------

    def lie_there(self, shelf: Shelf, count: int, released: bool) -> None:
        """Bad units in quarantine when the run begins."""
        if released:
            self._released[shelf] = self._released.get(shelf, 0) + count
        self._move(0, shelf.rule.part, count, INITIAL, QUARANTINE + shelf.rule.place + 1)

    def are_away(self, shelf: Shelf, count: int, at: int) -> None:
        """A batch that is being repaired when the run begins."""
        order = self._shelves.next_order()
        self._move(0, shelf.rule.part, count, INITIAL, REPAIR, order=order)
        subject = shelf, count, self._next_batch(shelf), order
        self._kernel.at(at, CHANGED, self._repaired, subject)

    def away(self) -> Iterator[tuple[Shelf, int, int]]:
        """What is being repaired: how many, and when it is back."""
        for moment, _, _, event in sorted(self._kernel.entries(), key=lambda entry: entry[:2]):
            if getattr(event, "what", None) == self._repaired:
                shelf, count, *_ = event.subject
                yield shelf, count, moment

    def released(self) -> Iterator[tuple[Shelf, int]]:
        """What may leave with the next batch."""
        return ((one, self._released[one]) for one in self._shelves.all if self._released.get(one))


def _address(shelf: Shelf, stream: int, ordinal: int) -> int:
    return addresses.fold(stream, shelf.rule.address, shelf.rule.part, ordinal)
