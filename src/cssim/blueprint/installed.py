"""The installed base of a source as tables: cohorts, hazards, and dated factors on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from cssim.basis import draws, periods
from cssim.basis.hazards import Hazard
from cssim.basis.moments import Epoch
from cssim.blueprint.demand_tables import Attribute, Cohort, InstalledBase
from cssim.blueprint.words import Words


def made(
    spec: Any, scenario: Any, words: Words, epoch: Epoch, dead: dict[int, Attribute]
) -> InstalledBase:
    """An entry of `demand` of kind `installed_base`; `dead`: its attributes of those on arrival."""
    regions, names = list(scenario.regions), hazards(scenario)
    edges, factors = _factors(spec.factors.values(), epoch)
    return InstalledBase(
        cohorts=tuple(_cohorts(spec, epoch, regions)),
        hazards=tuple(Hazard(float(one.scale), one.shape) for one in spec.hazards.values()),
        hazard_keys=tuple(draws.text_key(f"hazard/{name}") for name in spec.hazards),
        hazard_names=tuple(names.index(name) for name in spec.hazards),
        edges=np.array(edges, dtype=np.int64),
        factors=np.array(factors),
        lifetime=spec.lifetime,
        as_new=spec.repaired == "as_good_as_new",
        keeps=tuple(words.attributes.index(name) for name in spec.keeps),
        dead_on_arrival=spec.dead_on_arrival.share if spec.dead_on_arrival else 0.0,
        dead=dead,
    )


def _cohorts(spec: Any, epoch: Epoch, regions: list[str]) -> Iterator[Cohort]:
    """All of them, those in the field first, then by period; each by region."""
    if spec.installed is not None:
        at = epoch.midnight(spec.installed.on)
        for place, units in _by_region(spec.installed.units, regions):
            key = _key("installed", place, regions)
            yield Cohort(key, place, units, 0, at, at, spec.installed.age)
    for period in sorted(spec.deliveries, key=periods.dates):
        first, after = periods.dates(period)
        span = epoch.midnight(first), epoch.midnight(after)
        for place, units in _by_region(spec.deliveries[period], regions):
            key = _key(period, place, regions)
            yield Cohort(key, place, units, first.toordinal(), *span, None)


def _by_region(units: Any, regions: list[str]) -> list[tuple[int, int]]:
    if isinstance(units, int):
        return [(-1, units)]
    return sorted((regions.index(name), number) for name, number in units.items())


def _key(period: str, place: int, regions: list[str]) -> int:
    return draws.text_key(f"cohort/{period}/{regions[place] if place >= 0 else ''}")


def _factors(said: Any, epoch: Epoch) -> tuple[list[int], list[float]]:
    """Where the product of all factors that hold changes, and what it is between."""
    spans = [(epoch.midnight(one.from_), epoch.midnight(one.to), one.factor) for one in said]
    edges = sorted({edge for first, last, _ in spans for edge in (first, last)})
    factors = [1.0]
    for edge in edges:
        held = [factor for first, last, factor in spans if first <= edge < last]
        factors.append(float(np.prod(held)))
    return edges, factors


def hazards(scenario: Any) -> list[str]:
    """The names of all hazards of all sources."""
    bases = (spec for spec in scenario.demand.values() if spec.kind == "installed_base")
    return list(dict.fromkeys(name for spec in bases for name in spec.hazards))
