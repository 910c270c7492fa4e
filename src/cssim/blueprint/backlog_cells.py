"""What stands in one cell of a file of open cases: names, moments, lists of pairs.

Each reader takes a text and raises a `ValueError` whose sentence says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cssim.basis import quantities
from cssim.basis.moments import DAY, Epoch
from cssim.blueprint.backlog_tables import OpenBranch, Stay
from cssim.blueprint.tables import Bit
from cssim.eventlog import CASE_KINDS, CLOCKS, NEVER, OUTCOMES
from cssim.scenario.model_backlog import PARTS

OLDEST = 400 * DAY  # how long ago a case may have been opened
_OF_CASES = [clock for clock in CLOCKS if clock not in ("tier", "supplier")]
_OF_CUSTOMERS = [kind for kind in CASE_KINDS if kind not in ("management", "repair")]
_STATE = ("since", "came", "began", "left", "until", "by", "live", "responds", "waiting")

Pairs = tuple[tuple[int, Any], ...]
Parts = tuple[tuple[tuple[str, int, int], ...], bool]  # word, part, count; whether any is lent


class Cells:
    """Reads the cells that name what a scenario has."""

    def __init__(self, terms: dict[str, Any], epoch: Epoch) -> None:
        self._terms = terms
        self._epoch = epoch
        self._agents = {agent["name"]: n for n, agent in enumerate(terms["agents"])}

    def agent(self, text: str) -> int:
        """Somebody by his name in the log."""
        if text not in self._agents:
            like = f", names are like {next(iter(self._agents))}" if self._agents else ""
            raise ValueError(f"nobody is called {text}{like}")
        return self._agents[text]

    def moment(self, text: str) -> int:
        """A local date and time; with its offset where it happens twice and is the second."""
        return self._epoch.parsed(text)

    def past(self, text: str) -> int:
        """A moment up to the run's start: what happens at the end of the run before is over."""
        at = self.moment(text)
        if at > 0:
            start = self._terms["start"]
            raise ValueError(f"a moment up to the run's start, {start}, is expected")
        return at

    def opened_at(self, text: str) -> int:
        """A moment before the run's start, and not too long before it."""
        at = self.moment(text)
        if at >= 0:
            start = self._terms["start"]
            raise ValueError(f"a moment before the run's start, {start}, is expected")
        if at < -OLDEST:
            raise ValueError(f"it was opened more than {OLDEST // DAY} days before the run's start")
        return at

    def closed(self, text: str) -> tuple[int, int]:
        """`closed 2025-01-03 10:00; returns 2025-01-09 11:00`, or without the return."""
        closed, *more = entries(text)
        at, returns_at = self.past(closed.removeprefix("closed ")), NEVER
        for name, said in map(_clause, more):
            if name != "returns":
                raise ValueError(f"closed and returns may be told, not {name}")
            returns_at = self.moment(said)
            if returns_at < 0:
                raise ValueError("returns is a moment before the run's start")
        return at, returns_at

    def clock(self, text: str) -> tuple[int, int]:
        """What a clock has used, and when it stopped: `2 h`, `2 h stopped 2025-01-03 16:00`."""
        used, _, stopped = text.partition("stopped")
        at = self.moment(stopped.strip()) if stopped else NEVER
        if 0 < at < NEVER:
            raise ValueError("it stopped after the run's start")
        return quantities.duration(used), at

    def stays(self, text: str) -> tuple[Stay, ...]:
        """`tier hq_engineer=2 h since 2025-01-03 10:00`, and whether it has `stopped`."""
        found = []
        for entry in entries(text):
            whom, _, said = (part.strip() for part in entry.partition("="))
            clock = whom.partition(" ")[0]
            promised = self._terms.get("nested", {}).get(clock, [])
            scope = word("promise of a", whom, [f"{clock} {one['name']}" for one in promised]) + 1
            told, _, since = said.partition(" since ")
            since, _, stopped = since.partition(" stopped ")
            stay = Stay(
                clock=CLOCKS.index(clock),
                scope=scope,
                used=quantities.duration(told),
                since=self.past(since.strip()),
                stopped_at=self.past(stopped.strip()) if stopped else NEVER,
            )
            if stay.stopped_at < stay.since:
                raise ValueError(f"{whom}: it stopped before it began")
            found.append(stay)
        return tuple(sorted(found, key=lambda stay: stay.since))

    def parts(self, text: str) -> Parts:
        """Units by what becomes of them, `lent board:2; asked disk:1`, and whether any is lent."""
        found, borrowed = [], False
        for entry in entries(text):
            what, _, units = entry.partition(" ")
            if entry == "borrowed":
                borrowed = True
                continue
            if what not in PARTS:
                raise ValueError(f"{' or '.join(PARTS)}, like lent board:2, is expected")
            part, _, units = units.strip().partition(":")
            found.append((what, word("part", part, self._terms["parts"]), count(units)))
        return tuple(found), borrowed or any(what == "lent" for what, _, _ in found)

    # ---- the state of a branch ------------------------------------------------------------

    def branch(self, path: tuple[int, ...], bits: int, state: str, opened_at: int) -> OpenBranch:
        """`since 2025-01-03 10:00; began 2025-01-03 16:30; left 25 min; by agent#2`, all of it."""
        said = dict(_clause(entry) for entry in entries(state))
        for name in said:
            if name not in _STATE:
                raise ValueError(f"{', '.join(_STATE)} may be told, not {name}")
        left = quantities.duration(said["left"]) if "left" in said else -1
        until = self.moment(said["until"]) if "until" in said else -1
        by = tuple(self.agent(name.strip()) for name in said.get("by", "").split("+") if name)
        since = self._between(said, "since", opened_at)
        began = self._between(said, "began", since)
        if until < 0 and "until" in said:
            raise ValueError("until is a moment after the run's start")
        if bits & (Bit.CUSTOMER | Bit.SUPPLIER):
            if left >= 0:
                raise ValueError("nobody of ours works there: until is expected, not left")
        elif left < 0 and "began" in said:
            raise ValueError("how much is left of what was begun is expected, like left 25 min")
        if left >= 0 and bits & (Bit.SEVERAL | Bit.MEETING) and not by:
            raise ValueError("by is expected, all who are at it, joined by +")
        flags = {name: name in said for name in ("live", "responds", "waiting")}
        came = self._between(said, "came", since) if "came" in said else NEVER
        return OpenBranch(path, since, came, began, left, until, by, **flags)

    def _between(self, said: dict[str, str], name: str, earliest: int) -> int:
        if name not in said:
            return earliest
        at = self.moment(said[name])
        if at > 0:
            raise ValueError(f"{name} is a moment after the run's start")
        if at < earliest:
            raise ValueError(f"{name} is a moment before it can have been")
        return at


def entries(text: str) -> Iterator[str]:
    """The entries of a cell, parted by semicolons."""
    return (entry.strip() for entry in text.split(";") if entry.strip())


def _clause(entry: str) -> tuple[str, str]:
    name, _, value = entry.partition(" ")
    return name, value.strip()


def pairs(text: str, of: Callable[[str], int], value: Callable[[str], Any]) -> Pairs:
    """What stands before and behind the sign of each entry, `1.8.5/7=2; 1.8.5/9=1`."""
    found = []
    for entry in entries(text):
        name, equals, said = entry.partition("=")
        if not equals:
            raise ValueError("what and its value, joined by =, are expected")
        found.append((of(name.strip()), value(said.strip())))
    return tuple(found)


def word(what: str, text: str, words: Sequence[str]) -> int:
    """One of some words, by its number."""
    if text not in words:
        raise ValueError(f"there is no {what} {text}, known are {', '.join(words) or 'none'}")
    return list(words).index(text)


def count(text: str) -> int:
    """A whole number from 0."""
    if not text.isdecimal():
        raise ValueError("a whole number from 0 is expected")
    return int(text)


def value(text: str, words: Sequence[str], below: int) -> int:
    """An attribute's word, or its number below a count."""
    if words:
        return word("word", text, words)
    if not text.isdecimal() or int(text) >= below:
        raise ValueError(f"a whole number below {below} is expected")
    return int(text)


def kind(text: str) -> int:
    """Which kind of case; management flows have none to tell."""
    word("kind", text, _OF_CUSTOMERS)
    return CASE_KINDS.index(text)


def clock(text: str) -> int:
    """Which clock of a case."""
    word("clock", text, _OF_CASES)
    return CLOCKS.index(text)


def outcome(text: str) -> int:
    """Which outcome of a flow."""
    return word("outcome", text, OUTCOMES)
