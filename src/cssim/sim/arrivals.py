"""Who comes when: all cases that are known before the run, in order of their moments.

A profile's cases are candidates in bands of a fixed height that no scenario value changes; a
candidate is kept if its height is below the rate of its moment (thinning: Lewis and Shedler
1979). Its address is (source, absolute local date, band, ordinal), so more demand adds cases
and moves none, and neither does another warm-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, pdtr

from cssim.basis import draws
from cssim.basis.moments import DAY
from cssim.blueprint.demand_tables import Attribute, Source
from cssim.blueprint.tables import Blueprint
from cssim.sim.state import MANAGEMENT, REQUEST

_SPACING = 1_000  # ms between scripted cases
BAND = 16.0  # height of a band in cases per day; part of every address: never change it
_COUNT, _MOMENT, _HEIGHT, _DAY, _WITHIN = (
    draws.text_key(f"arrivals/{what}") for what in ("count", "moment", "height", "day", "within")
)

Ints = NDArray[np.int64]
# of cases of one source, as in `Arrivals`
Part = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, draws.Keys, Ints]


@dataclass(frozen=True)
class Arrivals:
    """Cases that are known before the run: one entry each, by moment.

    `values` has one column per attribute of the blueprint; `keys` are their addresses.
    """

    at: Ints
    source: Ints
    region: Ints
    kind: Ints
    date: Ints
    band: Ints
    ordinal: Ints
    keys: draws.Keys
    values: Ints

    def __len__(self) -> int:
        return len(self.at)


def draw(
    blueprint: Blueprint, key: int, of_units: Mapping[int, list[Part]] | None = None
) -> Arrivals:
    """All cases of a run with this key (of seed and replication).

    Args:
        blueprint: with the sources.
        key: of seed and replication.
        of_units: by source, the cases of an installed base.
    """
    made = of_units or {}
    parts = [
        part
        for number, source in enumerate(blueprint.sources)
        for part in made.get(number) or [_of_source(blueprint, number, source, key)]
    ]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    # cases of one moment stay in order of source, date, band and ordinal, as they were made
    count = len(columns[0])
    order = np.sort(columns[0] * count + np.arange(count)) % max(count, 1)
    return Arrivals(*(column[order] for column in columns))


def _of_source(blueprint: Blueprint, number: int, source: Source, key: int) -> Part:
    source_key = draws.fold(key, source.key)
    if len(source.segments):
        at, date, band, ordinal = _profile(source, source_key, blueprint.window[2])
        region = np.full(len(at), source.region)
        row = np.arange(len(at))
    else:
        at, date, band, ordinal = _known(source, source_key)
        region = source.regions if source.regions is not None else np.full(len(at), source.region)
        keep = np.flatnonzero((at >= 0) & (at <= blueprint.window[2]))
        at, date, band, ordinal, region = (c[keep] for c in (at, date, band, ordinal, region))
        row = keep
    keys = draws.fold_many(source_key, date, band, ordinal)
    kind = np.full(len(at), MANAGEMENT if source.management else REQUEST)
    values = attributes_of(blueprint, source, keys, row)
    return at, np.full(len(at), number), region, kind, date, band, ordinal, keys, values


def _known(source: Source, key: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Moments from a file or a cadence; where only a span is known one of its days is drawn."""
    earliest, latest, date = source.moments.T
    ordinal = np.zeros(len(date), dtype=np.int64)
    for i in range(1, len(date)):
        if date[i] == date[i - 1]:
            ordinal[i] = ordinal[i - 1] + 1
    keys = draws.fold_many(key, date, np.zeros_like(date), ordinal)
    u = draws.uniforms(keys, _WITHIN)
    days = (latest - earliest + DAY // 2) // DAY + 1
    at = earliest + np.floor(u * days).astype(np.int64) * DAY
    if source.hours is not None:
        at = np.array([source.hours.next_open(int(moment)) for moment in at], dtype=np.int64)
    return at, date, np.zeros_like(date), ordinal


def _profile(source: Source, key: int, end: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Candidates of every date and band, thinned to the rate of their moments."""
    starts, ends, rates, dates = source.segments.T
    days, first = np.unique(dates.astype(np.int64), return_index=True)
    last = np.append(first[1:], len(starts)) - 1
    factor = _day_factors(source, key, days)
    top = np.maximum.reduceat(rates, first) * factor
    bands = np.ceil(top / BAND).astype(np.int64)
    day = np.repeat(np.arange(len(days)), bands)
    band = np.arange(len(day)) - np.repeat(np.cumsum(bands) - bands, bands)
    cell = draws.fold_many(key, days[day], band)
    length = (ends[last] - starts[first])[day]
    count = poisson(draws.uniforms(cell, _COUNT), BAND * length / DAY)
    at_cell = np.repeat(np.arange(len(cell)), count)
    ordinal = np.arange(len(at_cell)) - np.repeat(np.cumsum(count) - count, count)
    keys = draws.fold_many(cell[at_cell], ordinal)
    moment = draws.uniforms(keys, _MOMENT) * length[at_cell] + starts[first][day[at_cell]]
    height = (band[at_cell] + draws.uniforms(keys, _HEIGHT)) * BAND
    segment = np.searchsorted(starts, moment, side="right") - 1
    kept = height < rates[segment] * factor[day[at_cell]]
    at = np.floor(moment).astype(np.int64)
    kept &= (at < end) & (at < ends[segment])
    chosen = day[at_cell][kept]
    return at[kept], days[chosen], band[at_cell][kept], ordinal[kept]


def needs(blueprint: Blueprint, known: Arrivals, key: int) -> NDArray[np.float64]:
    """Of each case, the factor on its source's own rate above which it comes; 0: it always does.

    It is told of sources whose rate may change during the run.
    """
    found = np.zeros(len(known))
    for number, source in enumerate(blueprint.sources):
        if source.ceiling is None:
            continue
        mine = np.flatnonzero(known.source == number)
        days, day = np.unique(known.date[mine], return_inverse=True)
        factor = _day_factors(source, draws.fold(key, source.key), days)[day]
        segment = np.searchsorted(source.segments[:, 0], known.at[mine], side="right") - 1
        rate = source.segments[segment, 2] / source.ceiling[segment] * factor
        height = (known.band[mine] + draws.uniforms(known.keys[mine], _HEIGHT)) * BAND
        found[mine] = height / rate
    return found


def poisson(u: NDArray[np.float64], mean: NDArray[np.float64]) -> Ints:
    """Poisson counts by inverting the distribution function; few different means."""
    count = np.zeros(len(u), dtype=np.int64)
    for one in np.unique(mean):
        cumulative = pdtr(np.arange(int(one * 4) + 40), one)
        here = mean == one
        count[here] = np.searchsorted(cumulative, u[here])
    return count


def _day_factors(source: Source, key: int, days: Ints) -> NDArray[np.float64]:
    if source.day_factor is None:
        return np.ones(len(days))
    u = draws.uniforms(draws.fold_many(key, days), _DAY)
    return source.day_factor.values(ndtri(u))


def attributes_of(blueprint: Blueprint, source: Source, keys: draws.Keys, row: Ints) -> Ints:
    """What each case is (R92): one column per attribute, drawn in order of dependence."""
    values = np.zeros((len(keys), len(blueprint.attributes)), dtype=np.int64)
    for number in blueprint.order:
        attribute = source.attributes.get(number, blueprint.attributes[number])
        drawn = draw_attribute(attribute, keys, values)
        if number in source.given:
            known = source.given[number][row]
            drawn = np.where(known >= 0, known, drawn)
        values[:, number] = drawn
    return values


def draw_attribute(attribute: Attribute, keys: draws.Keys, values: Ints) -> Ints:
    """Codes of one attribute; `values` holds those that it may be given."""
    u = draws.uniforms(keys, attribute.key)
    if attribute.count:
        return np.minimum((u * attribute.count).astype(np.int64), attribute.count - 1)
    cumulative = np.array(attribute.cumulative)
    rows = cumulative[values[:, attribute.given] if attribute.given >= 0 else 0]
    drawn: Ints = (u[:, None] >= rows).sum(axis=1).astype(np.int64)
    return np.minimum(drawn, len(attribute.words) - 1)


def scripted(blueprint: Blueprint, count: int) -> Arrivals:
    """Arrivals for a script: evenly spaced, with attributes that answer nothing."""
    at = np.arange(count, dtype=np.int64) * _SPACING
    zero = np.zeros(count, dtype=np.int64)
    keys = draws.fold_many(draws.text_key("script"), at)
    values = np.zeros((count, len(blueprint.attributes)), dtype=np.int64)
    return Arrivals(at, zero, zero, zero, zero, zero, at, keys, values)
