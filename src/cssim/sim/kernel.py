"""The clock: SimPy's environment, with what is known beforehand merged beside its queue.

It orders moments and nothing else; it knows nothing of cases, people or parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from typing import Any

import simpy

# Simultaneous events happen in the order of one unique integer, rank << 40 | number; SimPy
# gets it as the event's priority, so its own event id never decides. A shift's end comes first:
# nobody who has gone home by then begins what comes free at that very moment.
OFF_SHIFT, DELIVERY, COMPLETION, CHANGED, ON_SHIFT, TIMER, ARRIVAL, REVIEW, END = (
    (10 * place + 10) << 40 for place in range(9)
)

LEAVES = OFF_SHIFT + (5 << 40)  # somebody has left the company
RESUME = ON_SHIFT + (5 << 40)  # the shift is on again for what was paused
FIRST_CHASER = TIMER + (5 << 40)
DATED = CHANGED + (5 << 40)
OVER = CHANGED + (7 << 40)  # after what begins: begun again at that moment, it goes on
AFTER_CALL = COMPLETION + (5 << 40)

# moment, order, what is told about whom (or what): known before the run
Entry = tuple[int, int, Callable[[Any, int], None], Any]


class Happening:
    """Something that will happen: the least that SimPy's queue asks of an event.

    It may be put into the queue again and again, each time with the same shared list of
    callbacks; it can never fail.
    """

    __slots__ = ("callbacks",)
    _ok = True

    def __init__(self, callbacks: list[Callable[[Any], None]]) -> None:
        self.callbacks = callbacks


class Timer(Happening):
    """A moment at which `what` is told `subject`, whatever has become of it since."""

    __slots__ = ("subject", "what")

    def __init__(
        self,
        callbacks: list[Callable[[Any], None]],
        what: Callable[[Any, int], None],
        subject: Any,
    ) -> None:
        self.callbacks = callbacks
        self.what = what
        self.subject = subject


class Kernel(simpy.Environment):
    """SimPy's environment, stepped between the entries of a sorted agenda.

    An entry of the agenda that falls on the same moment as an event in the queue comes
    first if its order is lower, exactly as if it had been scheduled with that priority.
    """

    def __init__(self) -> None:
        super().__init__(initial_time=0)
        self._timers = 0
        self._on_timer: list[Callable[[Any], None]] = [self._timer_rings]

    def drive(self, agenda: Iterable[Entry], until: int) -> None:
        """Let everything happen, agenda and queue merged, up to and with the moment `until`."""
        queue = self._queue
        for entry in agenda:
            # as simpy.Environment.step does it, less the question whether it failed
            while queue and queue[0] < entry:
                self._now, _, _, event = heappop(queue)
                event.callbacks[0](event)
            moment, _, what, subject = entry
            self._now = moment
            what(subject, moment)
        while queue and queue[0][0] <= until:
            self._now, _, _, event = heappop(queue)
            event.callbacks[0](event)
        self._now = until

    def entries(self) -> list[tuple[int, int, int, Any]]:
        """All that lies in the queue, in no certain order: moment, order, event id, event."""
        queue: list[Any] = self._queue
        return queue

    def withdraw(self, event: Happening) -> int:
        """Take something out of the queue again, and say for when it was; takes a while."""
        queue: list[Any] = self._queue
        place = next(i for i, entry in enumerate(queue) if entry[3] is event)
        moment: int = queue[place][0]
        queue[place] = queue[-1]
        queue.pop()
        heapify(queue)
        return moment

    def at(self, moment: int, rank: int, what: Callable[[Any, int], None], subject: Any) -> None:
        """Do something at a moment that was not known before the run."""
        self.put(Timer(self._on_timer, what, subject), moment, rank)

    def put(self, event: Happening, moment: int, rank: int) -> None:
        """Let something happen at a moment, after what has been put there with its rank."""
        self._timers += 1
        # as simpy.Environment.schedule does it; the order is unique and needs no event id
        heappush(self._queue, (moment, rank | self._timers, 0, event))  # type: ignore[misc]

    def _timer_rings(self, timer: Timer) -> None:
        timer.what(timer.subject, self._now)  # type: ignore[arg-type]
