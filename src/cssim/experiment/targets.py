"""What is to be kept: `attainment[region=*] >= 0.90`, read and looked up among figures.

A target is a figure's name, perhaps a scope in brackets, `>=` or `<=`, and a number; a value
in the scope may be `*`, which means every one that the figures have. Shares are 0 … 1, and
`90 %` is 0.9.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NoReturn

from cssim.errors import ScenarioError
from cssim.experiment import statistics
from cssim.kpi import measure
from cssim.kpi.measure import Measure

_NAME = re.compile(r"[A-Za-z_]\w*")
_VALUE = re.compile(r"[^;\]=\s]+")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True)
class Target:
    """A figure that must not fall below, or rise above, a number.

    Example:
        >>> target = parse("attainment[region=*;severity=1] >= 90 %")
        >>> target.kpi, target.where, target.at_least, target.number
        ('attainment', {'region': '*', 'severity': '1'}, True, 0.9)
        >>> print(target)
        attainment[region=*;severity=1] >= 0.9
    """

    kpi: str
    where: Mapping[str, str]
    at_least: bool
    number: float

    def __str__(self) -> str:
        scope = f"[{measure.scope(self.where)}]" if self.where else ""
        return f"{self.kpi}{scope} {'>=' if self.at_least else '<='} {self.number:g}"

    def is_kept(self, found: statistics.Interval) -> bool:
        """Whether it is kept with 95 % confidence: by the whole interval."""
        return self.margin(found) >= 0

    def margin(self, found: statistics.Interval) -> float:
        """How far the interval is on the right side of the number; below 0 on the wrong one."""
        low = found.mean if found.low is None else found.low
        high = found.mean if found.high is None else found.high
        return low - self.number if self.at_least else self.number - high

    def scopes(self, figures: Iterable[Measure]) -> list[str]:
        """The scopes among the figures that it is about.

        Raises:
            ScenarioError: there is no such figure, or none with such a scope.
        """
        named = [row.scope for row in figures if row.kpi == self.kpi]
        found = [scope for scope in named if self.fits(pairs_of(scope))]
        if not found:
            raise ScenarioError(self._missing(named, {row.kpi for row in figures}))
        return found

    def fits(self, pairs: Mapping[str, str]) -> bool:
        """Whether a scope is one that it is about."""
        return pairs.keys() == self.where.keys() and all(
            fnmatchcase(pairs[key], wanted) for key, wanted in self.where.items()
        )

    def _missing(self, scopes: list[str], kpis: set[str]) -> str:
        if not scopes:
            return f"--target: no figure is called {self.kpi!r}{nearest(self.kpi, kpis)}"
        wanted = measure.scope(self.where)
        return f"--target: {self.kpi} has no scope [{wanted}]{nearest(wanted, scopes)}"


def pairs_of(scope: str) -> dict[str, str]:
    """A scope's pairs; `all` has none."""
    if scope == measure.ALL:
        return {}
    return dict(pair.split("=", 1) for pair in scope.split(";"))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one, to be put after an error's sentence."""
    found = difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.5)
    return f" (nearest: {', '.join(found)})" if found else ""


def parse(text: str) -> Target:
    """Reads a target.

    Raises:
        ScenarioError: it is none; the place is marked.
    """
    return _Reader(text).target()


class _Reader:
    """Reads a target from left to right; `at` is how far it has come."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def target(self) -> Target:
        """All of it."""
        self._skip()
        kpi = self._take(_NAME, "a figure's name, such as attainment")
        where = self._scope() if self._next("[") else {}
        at_least = self._comparison()
        number = float(self._take(_NUMBER, "a number"))
        if self._next("%"):
            number /= 100
        if self.at < len(self.text):
            self._fail("the end")
        return Target(kpi, where, at_least, number)

    def _scope(self) -> dict[str, str]:
        where: dict[str, str] = {}
        while True:
            key = self._take(_NAME, "a key, such as region")
            if key in where:
                self.at -= len(key)
                self._fail(f"another key than {key}, which is there already")
            if not self._next("="):
                self._fail("=")
            where[key] = self._take(_VALUE, "a value, or * for all")
            if self._next("]"):
                return where
            if not self._next(";"):
                self._fail("; or ]")

    def _comparison(self) -> bool:
        if self._next(">="):
            return True
        if not self._next("<="):
            self._fail(">= or <=")
        return False

    def _take(self, pattern: re.Pattern[str], what: str) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            self._fail(what)
        self.at = found.end()
        self._skip()
        return found[0]

    def _next(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        self._skip()
        return True

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _fail(self, expected: str) -> NoReturn:
        raise ScenarioError(f"--target: expected {expected}\n  {self.text}\n  {' ' * self.at}^")
