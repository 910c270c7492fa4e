"""All that is wrong with a scenario, told at once.

A problem is `file:line: dotted.key: what is wrong (got X)`, with the line quoted below it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cssim.errors import ScenarioError
from cssim.scenario.document import Document
from cssim.scenario.value import Place, Value

_MOST = 60  # more problems than this tell nobody more
_LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where."""

    place: Place
    key: str
    what: str
    got: str | None = None

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        got = f" (got {self.got})" if self.got is not None else ""
        return f"{self.place}: {key}{self.what}{got}"


@dataclass
class Problems:
    """Collects problems while a scenario is read."""

    found: list[Problem] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)  # keys of which nothing more is to be said
    _files: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)

    def know(self, document: Document) -> None:
        """Remember a file, to quote its lines, and take over its faults."""
        self.know_lines(document.file, document.lines)
        for fault in document.faults:
            self.found.append(Problem(fault.place, fault.key, fault.what))
            if fault.final:
                self.settled.add(fault.key)

    def know_lines(self, file: str, lines: tuple[str, ...]) -> None:
        """Remember a file's lines, to quote them."""
        self._files.setdefault(file, (len(self._files), lines))

    def add(self, value: Value, key: str, what: str) -> None:
        """A value is wrong."""
        self.found.append(Problem(value.place, key, what, value.described()))

    def say(self, value: Value, key: str, what: str) -> None:
        """Something is wrong here that is no value (a missing key, say)."""
        self.found.append(Problem(value.place, key, what))

    def unknown_key(self, value: Value, key: str, name: str, known: Iterable[str]) -> None:
        """A key that there is not; the nearest is suggested, and not missed any more."""
        close = nearest(name, known)
        hint = f", did you mean {close}?" if close else f", known are {_shown(known)}"
        what = f"there is no such key{hint}"
        self.found.append(Problem(value.place, f"{key}.{name}" if key else name, what, name))
        if close:
            self.settled.add(f"{key}.{close}" if key else close)

    def raise_if_any(self) -> None:
        """Tell them all, in order of files and lines.

        Raises:
            ScenarioError: there is a problem.
        """
        if self.found:
            raise ScenarioError(self.told())

    def told(self) -> str:
        """Every problem with its line quoted."""
        unique = list(dict.fromkeys(self.found))
        unique.sort(key=lambda one: (self._files.get(one.place.file, (99,))[0], one.place.line))
        parts = [self._quoted(problem) for problem in unique[:_MOST]]
        if len(unique) > _MOST:
            parts.append(f"and {len(unique) - _MOST} more")
        return "\n".join(parts)

    def _quoted(self, problem: Problem) -> str:
        _, lines = self._files.get(problem.place.file, (0, ()))
        if not 0 < problem.place.line <= len(lines):
            return str(problem)
        line = re.sub(r"[^ -￿]", " ", lines[problem.place.line - 1]).strip()
        return (
            f"{problem}\n    {line if len(line) <= _LONGEST_LINE else f'{line[:_LONGEST_LINE]}…'}"
        )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like it, if one is."""
    words = list(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.7)
    if close:
        return close[0]
    begun = [one for one in words if len(word) > 2 and one.startswith(word)]
    return begun[0] if begun else None


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """A sentence on a word that stands for nothing, with the nearest or all that do."""
    words = list(known)
    close = nearest(word, words)
    if close:
        return f"there is no such {what}, did you mean {close}?"
    return f"there is no such {what}, {f'known are {_shown(words)}' if words else 'none is given'}"


def _shown(words: Iterable[str]) -> str:
    listed = list(words)
    return ", ".join(listed[:12]) + (", …" if len(listed) > 12 else "")
