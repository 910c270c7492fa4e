"""When units fail: a Poisson process of their age, whose points no other scenario value moves.

The expected failures of a unit are cut into cells of one each. How many points a cell has, and
where, is drawn at its address (unit, hazard, layer, cell); so it needs nothing of what went before.
Points of layer n have a height from n to n + 1, and one is kept if its height is below the
factor on the hazards of its moment (thinning: Lewis and Shedler 1979): a factor of 1.5 keeps
all that would have come anyway, and adds some of layer 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from scipy.special import pdtr

from cssim.basis import draws
from cssim.basis.hazards import Hazard
from cssim.blueprint.demand_tables import InstalledBase
from cssim.eventlog import NEVER
from cssim.sim.arrivals import Ints

MOST = 8  # hazards, and layers, of a base at most: part of a failure's number, never change it
_CHANCES = pdtr(np.arange(40), 1.0)  # of so many points in a cell, or fewer
_AHEAD = 4.0  # cells that are looked through at a time for a first failure
_COUNT, _PLACE, _HEIGHT = (
    draws.text_key(f"failures/{what}") for what in ("count", "place", "height")
)


@dataclass(frozen=True)
class Lives:
    """Units as they grow older: their keys, when they were new, and between when they may fail."""

    keys: draws.Keys
    born_at: Ints
    from_at: Ints
    until_at: Ints


@dataclass(frozen=True)
class Failures:
    """One failure an entry: whose (its position in the lives), of which hazard, when.

    `number` tells it from the unit's others, whatever else there is.
    """

    unit: Ints
    hazard: Ints
    number: Ints
    at: Ints
    keys: draws.Keys

    def these(self, rows: Ints) -> Failures:
        """Some of them, in this order."""
        told = self.unit[rows], self.hazard[rows], self.number[rows], self.at[rows]
        return Failures(*told, self.keys[rows])

    def first_of_each(self) -> Failures:
        """The earliest of every unit that has one."""
        order = np.lexsort((self.at, self.unit))
        unit = self.unit[order]
        return self.these(order[np.flatnonzero(np.diff(unit, prepend=-1))])


def of(base: InstalledBase, lives: Lives) -> Failures:
    """All failures between two moments of each life."""
    layers = ceil(max(base.factors))
    parts = [
        _of_layer(base, lives, number, layer)
        for number in range(len(base.hazards))
        for layer in range(layers)
    ]
    return _together(parts)


def _together(parts: list[Failures]) -> Failures:
    columns = ("unit", "hazard", "number", "at", "keys")
    return Failures(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


def _of_layer(base: InstalledBase, lives: Lives, number: int, layer: int) -> Failures:
    hazard = base.hazards[number]
    unit, cell = _cells(hazard, lives)
    cell_keys = draws.fold_many(lives.keys[unit] ^ np.uint64(base.hazard_keys[number]), layer, cell)
    count = np.searchsorted(_CHANCES, draws.uniforms(cell_keys, _COUNT))
    row = np.repeat(np.arange(len(cell)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    keys = draws.fold_many(cell_keys[row], within)
    age = hazard.age(cell[row] + draws.uniforms(keys, _PLACE))
    unit = unit[row]
    at = lives.born_at[unit] + np.floor(age).astype(np.int64)
    factor = base.factors[np.searchsorted(base.edges, at, side="right")]
    kept = (at >= lives.from_at[unit]) & (at < lives.until_at[unit])
    kept &= layer + draws.uniforms(keys, _HEIGHT) < factor
    told = ((cell[row] * 2 * MOST + within) * MOST + layer) * MOST + number
    rows = np.flatnonzero(kept)
    return Failures(unit[rows], np.full(len(rows), number), told[rows], at[rows], keys[rows])


def _cells(hazard: Hazard, lives: Lives) -> tuple[Ints, Ints]:
    """Unit and number of each cell that touches the ages between two moments of a life."""
    ages = (np.maximum(at - lives.born_at, 0) for at in (lives.from_at, lives.until_at))
    first, last = (np.floor(hazard.by(age.astype(np.float64))).astype(np.int64) for age in ages)
    cells = np.where(lives.until_at > lives.from_at, last - first + 1, 0)
    unit = np.repeat(np.arange(len(cells)), cells)
    return unit, np.arange(len(unit)) - np.repeat(np.cumsum(cells) - cells, cells) + first[unit]


def first(base: InstalledBase, lives: Lives) -> Failures:
    """The earliest failure of each life that has one, looked for a few cells at a time."""
    parts: list[Failures] = []
    rest = np.arange(len(lives.keys))
    from_at = lives.from_at
    while not parts or len(rest):
        born_at, end = lives.born_at[rest], lives.until_at[rest]
        until_at = np.minimum(end, _ahead(base, born_at, from_at))
        part = of(base, Lives(lives.keys[rest], born_at, from_at, until_at)).first_of_each()
        over = until_at >= end
        over[part.unit] = True
        parts.append(replace(part, unit=rest[part.unit]))
        rest, from_at = rest[~over], until_at[~over]
    return _together(parts)


def _ahead(base: InstalledBase, born_at: Ints, from_at: Ints) -> Ints:
    """When the next few cells of some hazard are over."""
    age = np.maximum(from_at - born_at, 0).astype(np.float64)
    ages = [hazard.age(hazard.by(age) + _AHEAD) for hazard in base.hazards]
    soonest = np.minimum(np.min(ages, axis=0), float(NEVER) / 4)
    until_at: Ints = np.maximum(born_at + np.ceil(soonest).astype(np.int64), from_at + 1)
    return until_at


def first_from_now_on(base: InstalledBase, lives: Lives) -> Iterator[tuple[Failures, Ints, Ints]]:
    """Of units that are new after each failure: the first from moment 0 on, and its life's number.

    Before the run their repair took no time. Yields failures, the units they are of, their lives.
    """
    unit, life = np.arange(len(lives.keys)), 0
    born_at, from_at = lives.born_at, lives.from_at
    while len(unit):
        keys = draws.fold_many(lives.keys[unit], life)
        now = Lives(keys, born_at, from_at, lives.until_at[unit])
        found = first(base, now)
        coming = np.flatnonzero(found.at >= 0)
        yield found.these(coming), unit[found.unit[coming]], np.full(len(coming), life)
        over = found.these(np.flatnonzero(found.at < 0))
        unit, born_at, from_at, life = unit[over.unit], over.at, over.at, life + 1
