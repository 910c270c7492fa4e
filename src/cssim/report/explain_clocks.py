"""The clocks of one case in words: target, pauses, due moment, kept or broken, and by whom."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cssim.eventlog import CLOCK_EVENTS, CLOCKS, NEVER, EventLog
from cssim.kpi import breaches, promises
from cssim.kpi.timelines import CAUSES
from cssim.report import explain_words
from cssim.report.explain_words import Names, length, say

START, PAUSE, STOP, RETARGET = (
    CLOCK_EVENTS.index(event) for event in ("start", "pause", "stop", "retarget")
)


def lines(log: EventLog, names: Names) -> Iterator[str]:
    """Every clock of one case, line by line.

    Args:
        log: what happened; of its clocks only the rows of this case.
        names: how moments and pools are written, and in which language.
    """
    rows = log["clocks"]
    starts = rows[(rows["event"] == START) & (rows["promise"] == 0)]
    broken = breaches.read(log)
    for start in starts:
        same = (rows["clock"] == start["clock"]) & (rows["scope"] == start["scope"])
        of_clock = (broken["clock"] == start["clock"]) & (broken["scope"] == start["scope"])
        yield from _Clock(log, rows[same], broken[of_clock], names).lines()
    if not len(starts):
        yield f"  {say('no_clocks', names.lang)}"


class _Clock:
    """One clock of a case: its rows, its breach if it has one."""

    def __init__(self, log: EventLog, rows: np.ndarray, broken: np.ndarray, names: Names) -> None:
        self._log = log
        self._first = rows[rows["promise"] == 0]
        self._later = rows[(rows["promise"] > 0) & (rows["event"] == RETARGET)]
        self._broken = broken
        self._names = names
        self._start = self._first[self._first["event"] == START][:1]
        stops = self._first["at"][self._first["event"] == STOP]
        self._stop_at = int(stops[0]) if len(stops) else NEVER
        self._until = min(self._stop_at, int(log.terms["window"]["end_at"]))

    def lines(self) -> Iterator[str]:
        """What there is to say of it."""
        lang = self._names.lang
        name = say(CLOCKS[self._start["clock"][0]], lang)
        scope = int(self._start["scope"][0])
        asked = self._start.copy()
        asked["at"] = self._until
        used = int(breaches.spent(self._log, asked).by_cause.sum())
        target = length(int(self._start["target"][0]))
        told = say("target", lang, target=target, used=length(used))
        yield f"  {name}{f' ({scope})' if scope else ''}: {told}"
        yield from self._pauses()
        yield f"      {self._due()}"
        yield f"      {self._ended()}"
        yield from self._whose()
        for row in self._later:
            at, more = self._names.moment(row["at"]), length(row["target"])
            yield f"      {say('renewed', lang, at=at, target=more)}"

    def _pauses(self) -> Iterator[str]:
        runs = self._first[self._first["event"] <= STOP]
        ends = np.append(runs["at"][1:], self._until)
        for row, end in zip(runs, ends.tolist(), strict=True):
            if row["event"] == PAUSE:
                from_at, to_at = self._names.moment(row["at"]), self._names.moment(end)
                told = length(end - int(row["at"]))
                text = say("pause", self._names.lang, from_at=from_at, to_at=to_at, length=told)
                yield f"      {text}"

    def _due(self) -> str:
        lang = self._names.lang
        if len(self._broken):
            return say("due", lang, at=self._names.moment(self._broken["at"][0]))
        at = NEVER
        if not self._start["scope"][0]:
            found = promises.read(self._log, CLOCKS[self._start["clock"][0]])
            at = int(found.due_at[0]) if len(found.due_at) else NEVER
        return say("not_due", lang) if at == NEVER else say("due", lang, at=self._names.moment(at))

    def _ended(self) -> str:
        lang = self._names.lang
        if self._stop_at == NEVER:
            return say("broken_open" if len(self._broken) else "running", lang)
        at = self._names.moment(self._stop_at)
        return say("broken" if len(self._broken) else "kept", lang, at=at)

    def _whose(self) -> Iterator[str]:
        """The cause, and the pool, with the most counted time up to the target."""
        lang = self._names.lang
        for row in self._broken:
            cause = explain_words.cause(CAUSES[row["cause"]], lang)
            yield f"      {say('whose', lang, cause=cause, time=length(row['time_in_cause']))}"
            if row["pool"] >= 0:
                pool, time = self._names.pool(row["pool"]), length(row["time_in_pool"])
                yield f"      {say('whose_pool', lang, pool=pool, time=time)}"
