"""The installed base: which units are in the field when, what they are, and what they ask.

A unit's address is its source, its cohort (region and period of its delivery) and its number
there: so more units add failures and move none, and neither does another start of the run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from cssim.basis import draws
from cssim.basis.distributions import Distribution
from cssim.blueprint.demand_tables import Attribute, Cohort, InstalledBase, Source
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER, TABLES
from cssim.sim import failures
from cssim.sim.arrivals import Ints, Part, draw_attribute
from cssim.sim.failures import MOST, Failures, Lives
from cssim.sim.state import REQUEST

_COMES, _RETIRES, _DEAD = (draws.text_key(f"units/{what}") for what in ("comes", "retires", "dead"))
_ON_ARRIVAL = -1  # the number of a failure that is there when the unit comes
_PLACE = 2**20  # of a unit's number, what its region counts
_FURTHEST, _STEPS = 8.2, 4001  # scores at which a lifetime is tabulated


@dataclass(frozen=True)
class Units:
    """The units of one source: an entry each, in order of cohort and number.

    `born_at` is when it was new, `from_at` when it came into the field, or was told to be there.
    """

    keys: draws.Keys
    region: Ints
    date: Ints
    number: Ints
    born_at: Ints
    from_at: Ints
    until_at: Ints

    def band(self) -> Ints:
        """Region and number as one: with the date, the place of a unit's address."""
        return (self.region + 1) * _PLACE + self.number

    def lives(self, keys: draws.Keys, begin: int, end: int) -> Lives:
        """Their lives, as far as they lie between two moments."""
        return Lives(
            keys, self.born_at, np.maximum(self.from_at, begin), np.minimum(self.until_at, end)
        )


def units_of(base: InstalledBase, key: int, end: int) -> Units:
    """All units that are in the field some time between moment 0 and the run's end."""
    parts = [_of_cohort(base, cohort, draws.fold(key, cohort.key)) for cohort in base.cohorts]
    units = Units(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    there = np.flatnonzero((units.until_at > np.maximum(units.from_at, 0)) & (units.from_at < end))
    return Units(*(getattr(units, name)[there] for name in Units.__dataclass_fields__))


def _of_cohort(
    base: InstalledBase, cohort: Cohort, key: int
) -> tuple[draws.Keys, Ints, Ints, Ints, Ints, Ints, Ints]:
    number = np.arange(cohort.units)
    keys = draws.fold_many(key, number)
    u = draws.uniforms(keys, _COMES)
    if cohort.age is None:
        from_at = cohort.from_at + np.floor(u * (cohort.to_at - cohort.from_at)).astype(np.int64)
        born_at = from_at
    else:
        from_at = np.full(cohort.units, cohort.from_at)
        born_at = from_at - np.floor(cohort.age.values(ndtri(u)) + 0.5).astype(np.int64)
    until_at = np.full(cohort.units, NEVER)
    if base.lifetime is not None:
        u = draws.uniforms(keys, _RETIRES)
        until_at = born_at + _life(base.lifetime, u, (from_at - born_at).astype(np.float64))
    region, date = (np.full(cohort.units, one) for one in (cohort.region, cohort.date))
    return keys, region, date, number, born_at, from_at, until_at


def _life(lifetime: Distribution, u: NDArray[np.float64], age: NDArray[np.float64]) -> Ints:
    """How old units become that are so old by now; those older than any are retired now."""
    if age.any():
        scores = np.linspace(-_FURTHEST, _FURTHEST, _STEPS)
        by_score = lifetime.values(scores)
        lived = ndtr(np.interp(age, by_score, scores, left=-np.inf, right=np.inf))
        u = np.minimum(lived + (1 - lived) * u, 1 - 2.0**-53)
    life: Ints = np.floor(np.maximum(lifetime.values(ndtri(u)), age) + 0.5).astype(np.int64)
    return life


@dataclass(frozen=True, slots=True)
class Renewed:
    """A failure that ends a unit's (source, unit, life) life."""

    unit: tuple[int, int, int]
    hazard: int
    at: int
    key: int


def _renewed(source: int, found: Failures, unit: Ints, life: Ints) -> list[Renewed]:
    columns = (column.tolist() for column in (unit, life, found.hazard, found.at, found.keys))
    return [Renewed((source, u, n), h, at, key) for u, n, h, at, key in zip(*columns, strict=True)]


class Field:
    """All units of a run's installed base."""

    def __init__(self, blueprint: Blueprint, key: int) -> None:
        self._blueprint = blueprint
        self._end = blueprint.window[2]
        self._bases = {
            number: (source, source.base)
            for number, source in enumerate(blueprint.sources)
            if source.base is not None
        }
        self._units = {
            number: units_of(base, draws.fold(key, source.key), self._end)
            for number, (source, base) in self._bases.items()
        }

    # ---- what is known before the run -----------------------------------------------------

    def known(self) -> dict[int, list[Part]]:
        """By source, the cases that are known beforehand: those of renewed units are not."""
        return {number: self._known(number) for number in self._bases}

    def _known(self, number: int) -> list[Part]:
        base, units = self._bases[number][1], self._units[number]
        dead = self._dead_on_arrival(base, units)
        parts = [self._part(number, dead, base.dead)]
        if not base.as_new:
            lives = units.lives(draws.fold_many(units.keys, 0), 0, self._end)
            parts.append(self._part(number, failures.of(base, lives), {}))
        return parts

    def _dead_on_arrival(self, base: InstalledBase, units: Units) -> Failures:
        is_dead = draws.uniforms(units.keys, _DEAD) < base.dead_on_arrival
        rows = np.flatnonzero(is_dead & (units.date > 0) & (units.from_at >= 0))
        none = np.full(len(rows), _ON_ARRIVAL)
        keys = draws.fold_many(units.keys[rows], _ON_ARRIVAL)
        return Failures(rows, none, none, units.from_at[rows], keys)

    def _part(self, number: int, found: Failures, more: Mapping[int, Attribute]) -> Part:
        source, units = self._blueprint.sources[number], self._units[number]
        unit, count = found.unit, len(found.unit)
        values = self._values(source, units.keys[unit], found.keys, more)
        return (
            found.at, np.full(count, number), units.region[unit], np.full(count, REQUEST),
            units.date[unit], units.band()[unit], found.number, found.keys, values,
        )  # fmt: skip

    def _values(
        self, source: Source, own: draws.Keys, keys: draws.Keys, more: Mapping[int, Attribute]
    ) -> Ints:
        """What each case is: what its unit keeps at the unit's address, the rest at its own."""
        assert source.base is not None
        drawn = {**source.attributes, **more}
        values = np.zeros((len(keys), len(self._blueprint.attributes)), dtype=np.int64)
        for number in self._blueprint.order:
            attribute = drawn.get(number, self._blueprint.attributes[number])
            at = own if number in source.base.keeps else keys
            values[:, number] = draw_attribute(attribute, at, values)
        return values

    # ---- units that are renewed -----------------------------------------------------------

    @property
    def renews(self) -> bool:
        """Whether some of its units are as good as new after a failure."""
        return any(base.as_new for _, base in self._bases.values())

    def place_of(self, source: int, region: int, date: int, number: int) -> int:
        """A unit by its address; -1 for one that is not in the field any more."""
        units = self._units[source]
        is_it = (units.region == region) & (units.date == date) & (units.number == number)
        return int(np.flatnonzero(is_it)[0]) if is_it.any() else -1

    def number_of(self, source: int, unit: int) -> int:
        """A unit's number in the log."""
        before = (len(self._units[one].keys) for one in self._bases if one < source)
        return sum(before) + unit

    def first_renewals(self, told: Collection[tuple[int, int]]) -> list[Renewed]:
        """Of each renewed unit that fails, its first failure from moment 0 on.

        Args:
            told: units (source and place) of which something else is known.
        """
        found = []
        for number, (_, base) in self._bases.items():
            if base.as_new:
                units = self._units[number]
                lives = units.lives(units.keys, -NEVER, self._end)
                for some, unit, life in failures.first_from_now_on(base, lives):
                    found += _renewed(number, some, unit, life)
        return [one for one in found if one.unit[:2] not in told]

    def next_renewal(self, whose: tuple[int, int, int], new_at: int, now: int) -> Renewed | None:
        """With which failure from now on a life (source, unit, life) ends; None: with none."""
        number, unit, life = whose
        base, units, one = self._bases[number][1], self._units[number], slice(unit, unit + 1)
        until_at = np.minimum(units.until_at[one], self._end)
        keys = draws.fold_many(units.keys[one], life)
        some = failures.first(base, Lives(keys, np.array([new_at]), np.array([now]), until_at))
        same = (np.full(len(some.at), of) for of in (unit, life))
        return next(iter(_renewed(number, some, *same)), None)

    def case_of(self, renewed: Renewed) -> tuple[int, tuple[int, int, int, int], list[int], int]:
        """Its flow, region and place of its address (date, band, number), values and key."""
        number, unit, life = renewed.unit
        source, units = self._bases[number][0], self._units[number]
        own, keys = units.keys[unit : unit + 1], np.array([renewed.key], dtype=np.uint64)
        values = self._values(source, own, keys, {})[0].tolist()
        place = int(units.region[unit]), int(units.date[unit]), int(units.band()[unit])
        return source.flow, (*place, life * MOST + renewed.hazard), values, renewed.key

    # ---- at the end of the run ------------------------------------------------------------

    def tables(self, cases: np.ndarray) -> dict[str, np.ndarray]:
        """All units, what they keep, and all their failures."""
        offset, parts = 0, []
        for number in self._bases:
            parts.append(self._tables_of(number, cases, offset))
            offset += len(self._units[number].keys)
        names = ("units", "unit_attributes", "failures")
        return dict(zip(names, map(np.concatenate, zip(*parts, strict=True)), strict=True))

    def _tables_of(self, number: int, cases: np.ndarray, offset: int) -> tuple[np.ndarray, ...]:
        units = self._units[number]
        rows = np.empty(len(units.keys), dtype=TABLES["units"])
        rows["unit"], rows["source"] = offset + np.arange(len(rows)), number
        for name in ("region", "date", "number", "from_at"):
            rows[name] = getattr(units, name)
        rows["until_at"] = np.where(units.until_at < self._end, units.until_at, NEVER)
        return rows, self._kept(number, offset), self._failures(number, cases, offset)

    def _kept(self, number: int, offset: int) -> np.ndarray:
        source, base = self._bases[number]
        keys = self._units[number].keys
        values = self._values(source, keys, keys, {})[:, list(base.keeps)]
        rows = np.empty(values.size, dtype=TABLES["unit_attributes"])
        rows["unit"] = np.repeat(offset + np.arange(len(keys)), len(base.keeps))
        rows["attribute"] = np.tile(np.array(base.keeps, dtype=np.int64), len(keys))
        rows["value"] = values.ravel()
        return rows

    def _failures(self, number: int, cases: np.ndarray, offset: int) -> np.ndarray:
        """From the cases: a case's address is its unit's and its number."""
        mine = (cases["source"] == number) & (cases["kind"] == REQUEST) & (cases["band"] >= 0)
        found = cases[mine]
        units = self._units[number]
        place = units.date * 2**32 + units.band()
        order = np.argsort(place, kind="stable")
        told = found["date"].astype(np.int64) * 2**32 + found["band"]
        at = np.searchsorted(place[order], told)
        rows = np.empty(len(found), dtype=TABLES["failures"])
        rows["case"], rows["at"] = found["case"], found["opened_at"]
        rows["unit"] = offset + order[at]
        names = np.array([*self._bases[number][1].hazard_names, -1])
        rows["hazard"] = names[np.where(found["ordinal"] >= 0, found["ordinal"] % MOST, -1)]
        return rows


def of(blueprint: Blueprint, key: int) -> Field | None:
    """The installed base of a run with this key (of seed and replication); None without one."""
    if all(source.base is None for source in blueprint.sources):
        return None
    return Field(blueprint, key)
