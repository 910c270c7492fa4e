"""How much an installed base asks, on average: by mean ages and mean lifetimes.

Dated factors make no ordinary week, and are left out; so is what is repaired as good as new, whose
units wait for their repair.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from cssim.basis import periods
from cssim.basis.hazards import Hazard
from cssim.basis.moments import Epoch
from cssim.scenario.model_base import InstalledBase
from cssim.scenario.model_time import Horizon


def by_region(spec: InstalledBase) -> dict[str | None, float]:
    """Which share of all units each region has; without regions they are nowhere."""
    found: dict[str | None, float] = {}
    for _, units in _cohorts(spec):
        told = units if isinstance(units, dict) else {None: units}
        for region, number in told.items():
            found[region] = found.get(region, 0.0) + number
    together = sum(found.values())
    return {region: number / together for region, number in found.items() if number}


def expected(spec: InstalledBase, time: Horizon) -> tuple[float, float]:
    """Failures in the whole run, and deliveries in it that are dead on arrival."""
    epoch = Epoch(time.zone, time.start)
    end = time.warm_up + time.window + time.run_out
    share = spec.dead_on_arrival.share if spec.dead_on_arrival else 0.0
    failures = dead = 0.0
    for (first, after), units in _cohorts(spec):
        number = sum(units.values()) if isinstance(units, dict) else units
        told_at = (epoch.midnight(first) + epoch.midnight(after)) / 2
        is_told = first == after  # to be in the field then
        age = spec.installed.age.mean if is_told and spec.installed else 0.0
        failures += number * _of_one(spec, told_at - age, max(told_at, 0.0), end)
        dead += number * share * (not is_told and 0 <= told_at < end)
    return failures, dead


def oldest(spec: InstalledBase, time: Horizon) -> float:
    """By the run's end, how often the oldest unit has failed for one reason, on average."""
    epoch = Epoch(time.zone, time.start)
    end = time.warm_up + time.window + time.run_out
    born = [
        epoch.midnight(first)
        - (spec.installed.age.value(8.3) if first == after and spec.installed else 0.0)
        for (first, after), _ in _cohorts(spec)
    ]
    age = end - min(born, default=end)
    return max(one.by(max(age, 0.0)) for one in _hazards(spec))


def _of_one(spec: InstalledBase, born_at: float, from_at: float, end: float) -> float:
    if spec.lifetime is not None:
        end = min(end, max(born_at + spec.lifetime.mean, from_at))
    if end <= from_at:
        return 0.0
    ages = end - born_at, max(from_at - born_at, 0.0)
    return sum(one.by(ages[0]) - one.by(ages[1]) for one in _hazards(spec))


def _hazards(spec: InstalledBase) -> list[Hazard]:
    return [Hazard(float(one.scale), float(one.shape)) for one in spec.hazards.values()]


def _cohorts(spec: InstalledBase) -> Iterator[tuple[tuple[dt.date, dt.date], Any]]:
    if spec.installed is not None:
        yield (spec.installed.on, spec.installed.on), spec.installed.units
    for period, units in spec.deliveries.items():
        yield periods.dates(period), units
