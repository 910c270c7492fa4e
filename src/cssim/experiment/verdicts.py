"""What a difference between two scenarios is worth: better, worse, or nothing one can be sure of.

Replication by replication, since in each the same case meets the same luck; all figures of a
scenario are tested together (Holm), so that many rows do not find differences by chance.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cssim.experiment import directions, statistics
from cssim.experiment.targets import pairs_of

ENOUGH = 3  # replications: with fewer nothing is tested
_SURE = 0.05
_PARTS = {"region", "severity", "key_account", "pool", "contract"}
_FEW = 10
_BLUNT = 2.5  # how much more a test may ask for than with any number of runs

WORDS = BETTER, WORSE, SAME, TOO_FEW = "better", "worse", "no difference seen", "too few runs"
SEEN = (BETTER, WORSE)

Named = dict[tuple[str, str], tuple[float, str]]  # value and unit, by kpi and scope


class Row(NamedTuple):
    """One figure in two scenarios.

    `difference` is other - base on average over the replications, `low` and `high` its 95 %
    interval, `p` how likely it is by luck alone among that many rows (Holm).
    """

    scenario: str
    kpi: str
    scope: str
    base: float
    other: float
    difference: float
    low: float | None
    high: float | None
    p: float | None
    verdict: str
    unit: str

    @property
    def is_overall(self) -> bool:
        """Whether it is about all cases, or all people, together."""
        return not _PARTS & pairs_of(self.scope).keys()


@dataclass(frozen=True)
class Pair:
    """A figure's values in both scenarios, replication by replication."""

    kpi: str
    scope: str
    unit: str
    base: tuple[float, ...]
    other: tuple[float, ...]

    @property
    def differences(self) -> list[float]:
        """Other - base."""
        return [other - base for base, other in zip(self.base, self.other, strict=True)]


class Alone(NamedTuple):
    """A figure that only one of two scenarios has: `whose`."""

    scenario: str
    whose: str
    kpi: str
    scope: str


def alone(scenario: str, base: Sequence[Named], other: Sequence[Named]) -> Iterator[Alone]:
    """Figures without a pair; sorted.

    Args:
        scenario: the other scenario's name; base, other: the figures of each replication.
    """
    keys = _keys(_filled(base, other)), _keys(_filled(other, base))
    for kpi, scope in sorted(keys[0] ^ keys[1]):
        yield Alone(scenario, "base" if (kpi, scope) in keys[0] else "other", kpi, scope)


def _keys(named: Sequence[Named]) -> set[tuple[str, str]]:
    return {key for one in named for key in one}


def _filled(named: Sequence[Named], by: Sequence[Named]) -> list[Named]:
    """With 0 of the amounts that a replication does not know, if the scenario has such a figure."""
    kpis = {kpi for kpi, _ in _keys(named)} & directions.AMOUNTS
    units = {key: unit for one in (*named, *by) for key, (_, unit) in one.items()}
    none = {key: (0.0, unit) for key, unit in units.items() if key[0] in kpis}
    return [{**none, **one} for one in named]


def pairs(base: Sequence[Named], other: Sequence[Named]) -> list[Pair]:
    """Figures that both have, with the replications in which both have them; sorted.

    Of an amount that only one knows (the cost of a kind, the stock of a place) the other has 0.
    """
    first, second = _filled(base, other), _filled(other, base)
    keys = _keys(first) & _keys(second)
    found = []
    for kpi, scope in sorted(keys):
        key = kpi, scope
        both = [
            (a[key], b[key]) for a, b in zip(first, second, strict=True) if key in a and key in b
        ]
        if both:
            values = zip(*((a[0], b[0]) for a, b in both), strict=True)
            found.append(Pair(kpi, scope, both[0][0][1], *values))
    return found


def of(scenario: str, found: Sequence[Pair]) -> list[Row]:
    """What each pair says, all of them tested together.

    *Too few runs*: a figure that fewer than three replications have; and one that by itself
    seems to differ where so few runs cannot be sure of anything among that many rows.
    """
    tested = [place for place, pair in enumerate(found) if len(pair.base) >= ENOUGH]
    p_values = [_p_of(found[place].differences) for place in tested]
    sure = dict(zip(tested, statistics.holm(p_values), strict=True))
    too_few = {
        place
        for place, p in zip(tested, p_values, strict=True)
        if p < _SURE and is_blunt(len(found[place].base), len(tested))
    }
    return [
        _row(scenario, pair, sure.get(place), place in too_few) for place, pair in enumerate(found)
    ]


def _p_of(differences: Sequence[float]) -> float:
    """The p of a figure; 0 where luck has no part in what differs: it is the same in every run.

    So few cases more or fewer may be the same by luck.
    """
    first = differences[0]
    is_same = all(math.isclose(one, first, rel_tol=1e-12) for one in differences)
    if is_same and not (first.is_integer() and abs(first) < _FEW):
        return 0.0
    return statistics.p_differs(differences)


def is_blunt(replications: int, rows: int) -> bool:
    """Whether so few runs ask for a far larger difference than many would, among so many rows.

    Student's quantile against the normal one, both at the level of the strictest test.
    """
    level = 1 - _SURE / 2 / rows
    needed = statistics.t_quantile(level, replications - 1)
    return needed > _BLUNT * statistics.normal_quantile(level)


def enough_for(rows: int) -> int:
    """The fewest replications that are not too few for so many rows."""
    return next(n for n in itertools.count(ENOUGH) if not is_blunt(n, rows))


def _row(scenario: str, pair: Pair, p: float | None, is_too_few: bool) -> Row:
    spread = statistics.interval(pair.differences)
    base, other = (sum(values) / len(values) for values in (pair.base, pair.other))
    if p is not None and p < _SURE:
        verdict = BETTER if spread.mean * directions.of(pair.kpi) > 0 else WORSE
    else:
        verdict = TOO_FEW if p is None or is_too_few else SAME
    return Row(
        scenario, pair.kpi, pair.scope, base, other, spread.mean, spread.low, spread.high, p,
        verdict, pair.unit,
    )  # fmt: skip
