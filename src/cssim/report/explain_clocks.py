"""The clocks of one case in words: target, pauses, due moment, kept or broken, and by whom."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cssim.eventlog import CLOCK_EVENTS, CLOCKS, NEVER, EventLog
from cssim.kpi import breaches, laps, promises
from cssim.kpi.timelines import CAUSES
from cssim.report import explain_words
from cssim.report.explain_words import Names, length, say

START, PAUSE, RESUME, STOP, RETARGET, CHANGE = (
    CLOCK_EVENTS.index(event)
    for event in ("start", "pause", "resume", "stop", "retarget", "change")
)
_LAP = ["clock", "scope", "promise"]


def lines(log: EventLog, names: Names, broken: np.ndarray) -> Iterator[str]:
    """Every clock of one case, lap by lap, line by line.

    Args:
        log: what happened; of its clocks only the rows of this case.
        names: how moments and pools are written, and in which language.
        broken: its breaches, as `kpi.breaches` has them.
    """
    rows = log["clocks"]
    starts = rows[rows["event"] == START]
    for start in starts[np.argsort(starts["clock"], kind="stable")]:
        yield from _Clock(log, start, broken[broken[_LAP] == start[_LAP]], names).lines()
    if not len(starts):
        yield f"  {say('no_clocks', names.lang)}"


class _Clock:
    """One lap of a clock of a case: its rows, its breach if it has one."""

    def __init__(self, log: EventLog, start: np.void, broken: np.ndarray, names: Names) -> None:
        rows = log["clocks"]
        same = (rows["clock"] == start["clock"]) & (rows["scope"] == start["scope"])
        self._log = log
        self._start = start
        self._rows = rows[same & (rows["promise"] == start["promise"])]
        self._renewed = rows[same & (rows["event"] == RETARGET)]
        self._broken = broken
        self._is_broken = len(broken) > 0 or start["used"] > start["target"]
        self._names = names
        stops = self._rows["at"][self._rows["event"] == STOP]
        self._stop_at = int(stops[0]) if len(stops) else NEVER
        self._until = min(self._stop_at, int(log.terms["window"]["end_at"]))

    def lines(self) -> Iterator[str]:
        """What there is to say of it."""
        lang = self._names.lang
        asked = np.array([self._start])
        asked["at"] = self._until
        had = int(self._start["used"])
        used = had + self._before() + int(breaches.spent(self._log, asked).by_cause.sum())
        target = length(int(self._start["target"]))
        yield f"  {self._name()}: {say('target', lang, target=target, used=length(used))}"
        if had:
            yield f"      {say('goes_on', lang, used=length(had))}"
        yield from self._pauses()
        for row in self._rows[self._rows["event"] == CHANGE]:
            yield f"      {self._other_target('changed', row)}"
        yield f"      {self._due()}"
        yield f"      {self._ended()}"
        yield from self._whose()
        for row in self._renewed:
            yield f"      {self._other_target('renewed', row)}"

    def _name(self) -> str:
        """Which clock it is, whose, and in which lap."""
        clock, scope = CLOCKS[self._start["clock"]], int(self._start["scope"])
        name = explain_words.clock(clock, self._names.lang)
        if scope:
            name += f" {self._log.terms['nested'][clock][scope - 1]['name']}"
        lap = int(self._start["promise"])
        return f"{name} ({lap + 1})" if lap else name

    def _other_target(self, what: str, row: np.void) -> str:
        at, target = self._names.moment(row["at"]), length(row["target"])
        return say(what, self._names.lang, at=at, target=target)

    def _before(self) -> int:
        """What it had used up when the run began, of a case that was open then."""
        rows = self._rows[(self._rows["event"] <= STOP) & (self._rows["at"] < 0)]
        if not len(rows):
            return 0
        last = rows[-1]
        used = int(last["used"])
        if last["event"] in (START, RESUME):
            hours, _ = next(laps.by_hours(self._log, rows[-1:], self._log.terms))
            used += hours.open_time(int(last["at"]), 0)
        return used

    def _pauses(self) -> Iterator[str]:
        runs = self._rows[self._rows["event"] <= STOP]
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
        log = EventLog({**self._log.tables, "clocks": self._rows}, terms=self._log.terms)
        found = promises.read(log, CLOCKS[self._start["clock"]])
        at = int(found.due_at[0]) if len(found.due_at) else NEVER
        return say("not_due", lang) if at == NEVER else say("due", lang, at=self._names.moment(at))

    def _ended(self) -> str:
        lang = self._names.lang
        if self._stop_at == NEVER:
            return say("broken_open" if self._is_broken else "running", lang)
        at = self._names.moment(self._stop_at)
        return say("broken" if self._is_broken else "kept", lang, at=at)

    def _whose(self) -> Iterator[str]:
        """The cause, and the pool, with the most counted time up to the target."""
        lang = self._names.lang
        for row in self._broken[self._broken["cause"] >= 0]:
            cause = explain_words.cause(CAUSES[row["cause"]], lang)
            yield f"      {say('whose', lang, cause=cause, time=length(row['time_in_cause']))}"
            if row["pool"] >= 0:
                pool, time = self._names.pool(row["pool"]), length(row["time_in_pool"])
                yield f"      {say('whose_pool', lang, pool=pool, time=time)}"
