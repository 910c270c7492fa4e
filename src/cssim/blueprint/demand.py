"""Where cases come from, as tables: rates by segment of the horizon, or known moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis import calendars, draws
from cssim.basis.calendars import OpenHours
from cssim.basis.moments import Epoch
from cssim.blueprint import changes, installed, tickets
from cssim.blueprint.change_tables import Changes
from cssim.blueprint.demand_tables import Attribute, InstalledBase, Source
from cssim.blueprint.words import Words, cumulative

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NO_SEGMENTS = np.empty((0, 4))
_NO_MOMENTS = np.empty((0, 3), dtype=np.int64)


def attributes(specs: dict[str, Any], words: Words) -> dict[int, Attribute]:
    """Attributes as the scenario (or one source) gives them, by number."""
    made = {}
    for name, spec in specs.items():
        number = words.attributes.index(name)
        key = draws.text_key(f"attribute/{name}")
        if spec.kind == "number":
            made[number] = Attribute((), -1, (), spec.count, key)
            continue
        options = words.attribute_words[name]
        given = words.attributes.index(spec.given) if spec.given else -1
        rows = (
            [spec.weights[value] for value in words.attribute_words[spec.given]]
            if spec.given
            else [spec.weights]
        )
        made[number] = Attribute(
            tuple(options), given, tuple(cumulative(row, options) for row in rows), 0, key
        )
    return made


class Demand:
    """Makes the sources of one scenario."""

    def __init__(self, scenario: Any, words: Words, epoch: Epoch, end: int) -> None:
        self.scenario = scenario
        self.words = words
        self.epoch = epoch
        self.end = end
        self.regions = list(scenario.regions)
        self.last = epoch.date_of(end)

    def sources(self, hours: Callable[[str], OpenHours], changed: Changes) -> tuple[Source, ...]:
        """All entries of `demand`."""
        return tuple(
            self._source(name, spec, hours(spec.calendar) if spec.calendar else None, changed)
            for name, spec in self.scenario.demand.items()
        )

    def _source(self, name: str, spec: Any, hours: OpenHours | None, changed: Changes) -> Source:
        """One entry; `hours` are the open hours of the calendar it names."""
        management = not self.scenario.graphs[spec.flow].customer_case
        region = self.regions.index(spec.region) if isinstance(spec.region, str) else -1
        segments, moments, ceiling = _NO_SEGMENTS, _NO_MOMENTS, None
        regions: NDArray[np.int64] | None = None
        given: dict[int, NDArray[np.int64]] = {}
        if spec.kind == "profile":
            segments = np.array(list(self._segments(spec)), dtype=np.float64).reshape(-1, 4)
            number = list(self.scenario.demand).index(name)
            segments, ceiling = changes.rates(changed, number, segments)
        elif spec.kind == "file":
            moments, regions, given = self._file(spec)
        elif spec.kind in ("population", "installed_base", "bench"):
            pass  # who asks when comes of the run
        else:
            spans = self._cadence(spec) if spec.kind == "cadence" else self._dates(spec)
            moments = np.array(
                [span for span in spans if span[0] < self.end], dtype=np.int64
            ).reshape(-1, 3)
        return Source(
            flow=self.words.flows.index(spec.flow),
            region=region,
            management=management,
            key=draws.text_key(f"source/{name}"),
            segments=segments,
            day_factor=getattr(spec, "day_factor", None),
            moments=moments,
            hours=hours if spec.kind in ("cadence", "dates") else None,
            regions=regions,
            given=given,
            attributes=attributes(getattr(spec, "attributes", None) or {}, self.words)
            if spec.kind != "file"
            else {},
            chasers=getattr(spec, "chasers", None) or 0.0,
            units=getattr(spec, "units", 0),
            asks_after=spec.time if spec.kind == "population" else None,
            base=self._base(spec) if spec.kind == "installed_base" else None,
            ceiling=ceiling,
        )

    def _base(self, spec: Any) -> InstalledBase:
        dead = attributes(
            spec.dead_on_arrival.attributes if spec.dead_on_arrival else {}, self.words
        )
        return installed.made(spec, self.scenario, self.words, self.epoch, dead)

    # ---- profiles -------------------------------------------------------------------------

    def _segments(self, spec: Any) -> Iterator[tuple[int, int, float, int]]:
        """(from, to, cases per day, date) of every stretch of constant rate."""
        by_weekday = _normalised_weekdays(spec.weekday)
        pieces = _normalised_hours(spec.hours)
        calendar = self.scenario.calendars[spec.calendar] if spec.calendar else None
        date = self.epoch.date_of(0)
        while date <= self.last:
            weight = by_weekday[date.weekday()]
            if calendar is not None:
                weight = self._weight(spec, calendar, date, by_weekday)
            rate = spec.rate * weight
            midnight = self.epoch.midnight(date)
            length = self.epoch.midnight(date + dt.timedelta(days=1)) - midnight
            for start, stop, factor in pieces:
                begin = midnight + min(start, length)
                finish = midnight + (length if stop == 86_400_000 else min(stop, length))
                if finish > begin:
                    yield begin, finish, rate * factor, date.toordinal()
            date += dt.timedelta(days=1)

    def _weight(self, spec: Any, calendar: Any, date: dt.date, by_weekday: list[float]) -> float:
        kind = calendars.day_kind(calendar, date)
        if kind == "moved_working_day":  # a weekend day that is worked: like an ordinary weekday
            return float(spec.moved_working_day_factor * sum(by_weekday[:5]) / 5)
        factors = {"holiday": spec.holiday_factor, "after_holiday": spec.after_holiday_factor}
        return float(by_weekday[date.weekday()] * factors.get(kind, 1.0))

    # ---- known moments --------------------------------------------------------------------

    def _cadence(self, spec: Any) -> Iterator[tuple[int, int, int]]:
        date = self.epoch.date_of(0)
        first = _period_start(date, spec.every)
        while first <= self.last:
            after = _next_period(first, spec.every)
            last = after - dt.timedelta(days=1)
            if spec.at == "within":
                span = (self._moment(first, spec.time), self._moment(last, spec.time))
            else:
                moment = self._moment(first if spec.at == "start" else last, spec.time)
                span = (moment, moment)
            if span[1] >= 0:
                yield (*span, first.toordinal())
            first = after

    def _dates(self, spec: Any) -> Iterator[tuple[int, int, int]]:
        for date in spec.dates:
            moment = self._moment(date, spec.time)
            if moment >= 0:
                yield moment, moment, date.toordinal()

    def _moment(self, date: dt.date, time: Any) -> int:
        return self.epoch.moment(date, time if time is not None else "00:00")

    # ---- files ----------------------------------------------------------------------------

    def _file(
        self, spec: Any
    ) -> tuple[NDArray[np.int64], NDArray[np.int64] | None, dict[int, NDArray[np.int64]]]:
        """Rows of a table: opening moments, and what it tells of each case."""
        path = Path(spec.file)
        rows = tickets.rows(path)
        moments = np.empty((len(rows), 3), dtype=np.int64)
        given = {
            self.words.attributes.index(name): np.full(len(rows), -1, dtype=np.int64)
            for name in spec.attributes
        }
        regions = np.full(len(rows), -1, dtype=np.int64)
        for i, row in enumerate(rows):
            at = row.moment(spec.opened_at, self.epoch)
            moments[i] = at, at, self.epoch.date_of(at).toordinal()
            for name, column in spec.attributes.items():
                options = self.words.attribute_words[name]
                given[self.words.attributes.index(name)][i] = row.word_or_none(column, options)
            if isinstance(spec.region, str):
                regions[i] = self.regions.index(spec.region)
            elif spec.region is not None:
                regions[i] = row.word(spec.region, self.regions)
        return moments, regions, given


def _normalised_weekdays(weekday: dict[str, float] | None) -> list[float]:
    if not weekday:
        return [1.0] * 7
    factors = [float(weekday.get(day, 0.0)) for day in _DAYS]
    return [factor * 7 / sum(factors) for factor in factors]


def _normalised_hours(hours: Any) -> list[tuple[int, int, float]]:
    """(from, to, factor) of each stretch of a day, in ms, with mean 1 over the day."""
    if not hours:
        return [(0, 86_400_000, 1.0)]
    pieces = [(start, stop, float(weight)) for (start, stop), weight in hours.items()]
    mean = sum((stop - start) * weight for start, stop, weight in pieces) / 86_400_000
    return [(start, stop, weight / mean) for start, stop, weight in sorted(pieces)]


def _period_start(date: dt.date, every: str) -> dt.date:
    if every == "week":
        return date - dt.timedelta(days=date.weekday())
    if every == "month":
        return date.replace(day=1)
    if every == "quarter":
        return date.replace(month=(date.month - 1) // 3 * 3 + 1, day=1)
    return date.replace(month=1, day=1)


def _next_period(first: dt.date, every: str) -> dt.date:
    if every == "week":
        return first + dt.timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[every]
    month = first.month - 1 + months
    return first.replace(year=first.year + month // 12, month=month % 12 + 1)
