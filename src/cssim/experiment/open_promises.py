"""What was promised to the cases that are open at a run's end, and how much of it is used up.

Of each clock of the customer's what its latest lap has used; of stays with a tier or a supplier
all that last, and those that ended early and fall due later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis import quantities
from cssim.basis.calendars import OpenHours
from cssim.eventlog import CLOCK_EVENTS, CLOCKS, NEVER, EventLog
from cssim.kpi import cases, laps, promises, spans

_START, _RESUME, _STOP, _RETARGET = (
    CLOCK_EVENTS.index(event) for event in ("start", "resume", "stop", "retarget")
)
_CHANGES = [CLOCK_EVENTS.index(event) for event in ("start", "pause", "resume", "stop")]


class OpenPromises:
    """The promises of a log at its end."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._terms = log.terms
        self._end = int(log.terms["window"]["end_at"])
        self._epoch = spans.epoch_of(log.terms)
        self._open: dict[str, OpenHours] = {}  # by calendar
        self._rows: dict[int, list[Any]] = defaultdict(list)
        self._stays: dict[int, list[tuple[int, str]]] = defaultdict(list)  # by case: since, words

    def still_due(self) -> NDArray[np.int64]:
        """Cases of which a clock has stopped, whose promise falls due after the run's end.

        With a request all cases in which it was reopened.
        """
        if not len(self._log["clocks"]):
            return np.empty(0, dtype=np.int64)
        found = [promises.read(self._log, clock) for clock in CLOCKS]
        due = [one.case[(one.due_at > self._end) & (one.stop_at < NEVER)] for one in found]
        return np.flatnonzero(np.isin(cases.first_of(self._log), np.concatenate(due)))

    def read(self, wanted: NDArray[np.int64]) -> None:
        """Look up what is to be told of some cases."""
        rows = self._log["clocks"]
        if not len(rows):
            return
        for row in rows[np.isin(rows["case"], wanted)]:
            self._rows[int(row["case"])].append(row)
        for clock in promises.NESTED:
            found, of = laps.read(self._log, CLOCKS.index(clock)), promises.read(self._log, clock)
            lasts = (of.stop_at == NEVER) | (of.due_at > self._end)
            ends = np.cumsum(np.bincount(found.number, minlength=len(found.starts)))
            for lap in np.flatnonzero(lasts & np.isin(of.case, wanted)):
                since, last = found.starts[lap], found.rows[ends[lap] - 1]
                self._stays[int(since["case"])].append(
                    (int(since["at"]), self._stay(clock, since, last))
                )

    def told(self, number: int, contract: int, place: int) -> dict[str, str]:
        """The cells of a case's promises; none where it has none."""
        rows = self._rows[number]
        if not rows:
            return {}
        due, told = self._renewed(rows, self._hours(contract, place, "resolution")), []
        for clock, name in enumerate(CLOCKS):
            mine = [r for r in rows if r["clock"] == clock and r["event"] in _CHANGES]
            if mine and name not in promises.NESTED:
                used = self._used(mine[-1], self._hours(contract, place, name))
                told.append(f"{name}={used}")
        return {
            "clocks": "; ".join(told),
            "renewed": self._epoch.text(due) if due < NEVER else "",
            "stays": "; ".join(words for _, words in sorted(self._stays[number])),
        }

    def _stay(self, clock: str, start: Any, last: Any) -> str:
        """`tier hq_engineer=2 h since 2025-01-03 10:00`."""
        whom = self._terms["nested"][clock][int(start["scope"]) - 1]
        region = int(self._log["cases"]["region"][start["case"]])
        used, *stopped = self._used(last, self._of(whom["calendars"], region)).split(" stopped ")
        words = f"{clock} {whom['name']}={used} since {self._epoch.text(int(start['at']))}"
        return " stopped ".join((words, *stopped))

    def _used(self, last: Any, hours: OpenHours) -> str:
        """What a clock has used up, and when it stopped."""
        used, at = int(last["used"]), int(last["at"])
        if last["event"] in (_START, _RESUME):
            used += hours.open_time(at, self._end)
        stopped = f" stopped {self._epoch.text(at)}" if last["event"] == _STOP else ""
        return f"{quantities.format_duration(used)}{stopped}"

    def _renewed(self, rows: Iterable[Any], hours: OpenHours) -> int:
        """When a promise is due that was agreed anew; NEVER where none was."""
        agreed = [row for row in rows if row["event"] == _RETARGET]
        return hours.add(int(agreed[-1]["at"]), int(agreed[-1]["target"])) if agreed else NEVER

    def _hours(self, contract: int, place: int, clock: str) -> OpenHours:
        name = self._terms["contracts"][contract]
        own = self._terms.get("clock_calendars", {}).get(name, {})
        return self._of(own.get(clock) or self._terms["contract_calendars"][name], place)

    def _of(self, calendars: Sequence[str], place: int) -> OpenHours:
        name = calendars[place if len(calendars) > 1 else 0]
        if name not in self._open:
            hours = self._terms["calendars"][name]
            self._open[name] = OpenHours(zip(hours["starts"], hours["ends"], strict=True))
        return self._open[name]
