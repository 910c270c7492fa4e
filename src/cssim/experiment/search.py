"""How few people keep a target: the smallest head-count of each pool, found by trials.

Pools whose figures are their own are searched side by side, one trial moving all of them;
pools that share a figure one after the other. What was found apart is tried together, and
mended where it does not hold. It knows nothing of how a trial is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cssim.experiment import statistics
from cssim.experiment.statistics import Interval
from cssim.experiment.targets import Target

Counts = dict[str, int]  # pool → people
Values = Mapping[str, Sequence[float]]  # scope → the figure in each replication
Trial = Callable[[Counts], Values]

MOST = 4  # times the people there are: who needs more needs something else than people
_GROWS = 1.5
_TOGETHER = 40  # trials of all pools at once, at most


@dataclass(frozen=True)
class Point:
    """One head-count of a curve: the figure where it is tightest, in each replication."""

    people: int
    scope: str
    values: tuple[float, ...]
    kept: bool

    @property
    def interval(self) -> Interval:
        """Its mean and 95 % interval."""
        return statistics.interval(self.values)


@dataclass
class Search:
    """One pool on its way to its smallest head-count.

    It narrows down between the largest head-count seen to break the target (nobody at all
    surely does) and the smallest above it seen to keep it; it is over when they are neighbours.
    `least` is what the work alone needs: the first to be tried below the present head-count.
    """

    pool: str
    people: int
    scopes: tuple[str, ...]
    target: Target
    least: int = 1
    curve: dict[int, Point] = field(default_factory=dict)

    @property
    def most(self) -> int:
        """The largest head-count that is tried."""
        return max(MOST * self.people, self.people + 2 * MOST)

    @property
    def broken(self) -> int:
        """The largest head-count seen to break the target."""
        return max((point.people for point in self.curve.values() if not point.kept), default=0)

    @property
    def kept(self) -> int | None:
        """The smallest head-count seen to keep it, with none above seen to break it."""
        above = [p.people for p in self.curve.values() if p.kept and p.people > self.broken]
        return min(above, default=None)

    @property
    def is_over(self) -> bool:
        """Whether the smallest is found, or not even the most keep the target."""
        kept = self.kept
        return self.broken >= self.most if kept is None else kept - self.broken == 1

    @property
    def chosen(self) -> int:
        """The best so far: the smallest kept, or the largest tried."""
        kept = self.kept
        return max(self.broken, self.people) if kept is None else kept

    def next(self) -> int:
        """The head-count to be tried now."""
        kept, broken = self.kept, self.broken
        if not self.curve:
            return min(self.most, max(1, self.people))
        if kept is None:
            return min(self.most, max(broken + 1, math.ceil(broken * _GROWS)))
        if broken < self.least < kept:
            return self.least
        return (broken + kept) // 2

    def learn(self, people: int, values: Values) -> None:
        """Takes note of a trial."""
        points = [self._point(people, scope, values[scope]) for scope in self.scopes]
        self.curve[people] = min(points, key=lambda p: self.target.margin(p.interval))

    def _point(self, people: int, scope: str, values: Sequence[float]) -> Point:
        kept = self.target.is_kept(statistics.interval(values))
        return Point(people, scope, tuple(values), kept)


def find(searches: Sequence[Search], trial: Trial) -> None:
    """Narrows every search down; afterwards all `chosen` hold together, or one has failed."""
    _raise_together(searches, trial)
    for _ in range(_TOGETHER):
        _apart(searches, trial)
        counts = _chosen(searches)
        if all(search.kept is None for search in searches):
            return
        values = trial(counts)
        for search in searches:
            search.learn(counts[search.pool], values)
        if all(search.is_over for search in searches):
            return


def _raise_together(searches: Sequence[Search], trial: Trial) -> None:
    """The first trial; pools that share a figure grow together until it is kept.

    Otherwise the first of them would grow alone, for all. What they met on the way is
    forgotten: it was not about one of them.
    """
    counts = {search.pool: search.next() for search in searches}
    while True:
        values = trial(counts)
        for search in searches:
            search.learn(counts[search.pool], values)
        growing = [
            search
            for search in searches
            if search.kept is None and not search.is_over and _shares(search, searches)
        ]
        if not growing:
            break
        counts |= {search.pool: search.next() for search in growing}
    for search in searches:
        if search.kept is not None and _shares(search, searches):
            search.curve = {search.kept: search.curve[search.kept]}


def _apart(searches: Sequence[Search], trial: Trial) -> None:
    """Moves one pool of each figure at a time, the others held at their best."""
    while moving := _movable(searches):
        counts = _chosen(searches) | {search.pool: search.next() for search in moving}
        values = trial(counts)
        for search in moving:
            search.learn(counts[search.pool], values)


def _movable(searches: Sequence[Search]) -> list[Search]:
    moving: list[Search] = []
    taken: set[str] = set()
    for search in searches:
        if not search.is_over and taken.isdisjoint(search.scopes):
            moving.append(search)
            taken.update(search.scopes)
    return moving


def _shares(search: Search, searches: Sequence[Search]) -> bool:
    return any(
        other is not search and not set(search.scopes).isdisjoint(other.scopes)
        for other in searches
    )


def _chosen(searches: Sequence[Search]) -> Counts:
    return {search.pool: search.chosen for search in searches}
