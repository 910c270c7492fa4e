"""All figures of a log: for a window, for its weeks, for the hours of its weekdays.

Plain rows, made with numpy alone: this is what workers compute and replications are
summarised from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from cssim.eventlog import EventLog
from cssim.kpi import (
    breaches,
    cases,
    contacts,
    defects,
    field,
    ledger,
    lines,
    measure,
    money,
    parts,
    people,
    promises,
    repeats,
    risk,
    satisfaction,
    spans,
    spares,
    takeovers,
    transfers,
    units,
)
from cssim.kpi.measure import Groups, Measure, Weekly
from cssim.kpi.spans import Spans, Window

Dimensions = tuple[tuple[str, ...], ...]

_BY_REGION: Dimensions = ((), ("region",))
_BY_ALL: Dimensions = (*_BY_REGION, ("severity",), ("key_account",), ("region", "severity"))
_BY_PROMISE: Dimensions = (*_BY_ALL, ("contract",))


def measures(log: EventLog, window: Window | None = None) -> list[Measure]:
    """Every figure over a window of moments; by default the scenario's own.

    Raises:
        ResultsError: nothing of the window was simulated.
    """
    return Reading(log).measures(window)


def by_week(log: EventLog, window: Window | None = None) -> list[Weekly]:
    """Figures for each week of a window; the first and the last week may be cut by it."""
    return Reading(log).by_week(window)


def by_hour(log: EventLog, window: Window | None = None) -> list[Measure]:
    """People on duty, busy, and what waits for them, by weekday and hour; calls by half hour."""
    return Reading(log).by_hour(window)


def attainment_against(
    log: EventLog, terms: Mapping[str, Any], window: Window | None = None
) -> list[Measure]:
    """Both attainments measured against the promises that another log's terms hold."""
    reading = Reading(log)
    whole = spans.whole(spans.window_of(log.terms, window))
    resolution = promises.read(log, "resolution", terms)
    response = promises.read(log, "first_response", terms)
    return [
        one
        for groups in reading.groups(_BY_ALL)
        for one in (
            *promises.attainment(resolution, groups, whole),
            *promises.first_response_attainment(response, groups, whole),
        )
    ]


class Reading:
    """A log that is being read: what several figures need is worked out once.

    Whoever wants more than one of the tables below from the same log keeps it.
    """

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self._has_promises = bool(log.terms.get("contracts"))
        self._has_parts = bool(log.terms.get("parts"))

    def measures(self, window: Window | None = None) -> list[Measure]:
        """See the function of this name."""
        asked = spans.window_of(self.log.terms, window)
        whole = spans.whole(asked)
        return [
            *self._kept(whole, _BY_PROMISE),
            *self._lived(whole, _BY_ALL),
            *self._spent(whole),
            *transfers.figures(self.log, self._requests, self.groups(_BY_REGION), whole),
            *defects.figures(self.log, self._requests, self.groups(_BY_REGION), whole),
            *self._busy(whole),
            *self._queued(whole, asked),
            *self._waited(whole),
            *self._stocked(whole),
            *spares.figures(self.log, whole),
            *repeats.figures(self.log, self.groups(_BY_REGION), whole),
            *self._called(whole),
            *takeovers.figures(self.log, whole),
            *field.figures(self.log, whole),
            *self._risked(asked),
            *money.figures(self.log, self._requests, asked),
        ]

    def by_week(self, window: Window | None = None) -> list[Weekly]:
        """See the function of this name."""
        asked = spans.window_of(self.log.terms, window)
        weeks = spans.weeks(self.log.terms, asked)
        found = [
            *self._kept(weeks, _BY_REGION),
            *self._lived(weeks, _BY_REGION),
            *self._busy(weeks),
            *self._queued(weeks),
            *self._stocked(weeks),
        ]
        return [measure.of_week(one) for one in found]

    def by_hour(self, window: Window | None = None) -> list[Measure]:
        """See the function of this name."""
        asked = spans.window_of(self.log.terms, window)
        hours = spans.hours_of_week(self.log.terms, asked)
        everybody = measure.everybody(0)
        present = people.times(self._people, hours).together()
        return [
            *people.on_duty(present, everybody, hours),
            *people.busy(present, everybody, hours),
            *lines.queue_length(self._lines.of_all(), hours),
            *self._called_by_half_hour(asked),
        ]

    def groups(self, by: Dimensions) -> list[Groups]:
        """The log's cases by each of some combinations of dimensions that it has."""
        wanted = [names for names in by if all(cases.has(self.log, name) for name in names)]
        return [self._groups(names) for names in wanted]

    # ---- figures --------------------------------------------------------------------------

    def _kept(self, within: Spans, by: Dimensions) -> Iterator[Measure]:
        if not self._has_promises:
            return
        for groups in self.groups(by):
            yield from promises.attainment(self._resolution, groups, within)
            yield from promises.first_response_attainment(self._response, groups, within)
            yield from promises.promises_due(self._resolution, groups, within)
            for clock, found in self._more_clocks.items():
                yield from promises.clock_attainment(clock, found, groups, within)
        for groups in self.groups(_BY_REGION):
            yield from promises.at_risk(self._resolution, groups, within)
            for (who, names), found in self._nested.items():
                attainment = getattr(promises, f"{who}_attainment")
                yield from attainment(found, names, groups, within)

    def _lived(self, within: Spans, by: Dimensions) -> Iterator[Measure]:
        for groups in self.groups(by):
            yield from cases.requests(self._requests, groups, within)
            yield from cases.cycle_time(self._requests, groups, within)
            yield from cases.open_share(self._requests, groups, within)
        for groups in self.groups(_BY_REGION):
            yield from cases.throughput(self._requests, groups, within)
            yield from cases.backlog(self._requests, groups, within)
            yield from cases.chasers_per_request(self._chasers, self._requests, groups, within)
            yield from cases.outcome_share(self._requests, groups, within)
            yield from satisfaction.satisfaction(self.log, groups, within)
            if "reopening" in self.log.terms:
                yield from cases.reopened_share(self._reopened, self._requests, groups, within)
        yield from units.figures(self.log, within)

    def _spent(self, within: Spans) -> Iterator[Measure]:
        total = ledger.ledger(self.log)
        for groups in self.groups(_BY_REGION):
            yield from ledger.time_in_cause(total, self._requests, groups, within)
        if self._has_promises:
            broken = breaches.read(self.log)
            yield from breaches.breaches(broken, cases.groups(self.log), self.log, within)

    def _busy(self, within: Spans) -> Iterator[Measure]:
        by_pool = people.times(self._people, within)
        pools = people.groups(self._people)
        for found, groups in ((by_pool.together(), Groups(({},), pools.codes)), (by_pool, pools)):
            yield from people.occupancy(found, groups, within)
            yield from people.utilisation(found, groups, within)
            yield from people.overtime(found, groups, within)
            yield from people.shrinkage(found, groups, within)
            yield from people.headcount(self._people, groups, within)
            yield from people.on_duty(found, groups, within)
            yield from people.busy(found, groups, within)

    def _queued(self, within: Spans, window: Window | None = None) -> Iterator[Measure]:
        for found in (self._lines.of_all(), self._lines):
            yield from lines.queue_length(found, within)
            if window is not None:
                yield from lines.backlog_growth(found, self.log.terms, window)

    def _waited(self, within: Spans) -> Iterator[Measure]:
        found = lines.sittings(self.log)
        opened_at = self.log["cases"]["opened_at"]
        pools = lines.pools(self.log)
        for groups in (Groups(({},), pools.codes), pools):
            yield from lines.waiting_time(found, opened_at, groups, within)
            yield from lines.service_time(found, opened_at, groups, within)

    def _stocked(self, within: Spans) -> Iterator[Measure]:
        if not self._has_parts:
            return
        for groups in self.groups(_BY_REGION):
            yield from parts.stockouts(self._claims, groups, within)
            yield from parts.stockout_time(self._claims, groups, within)
            yield from parts.backorders(self._claims, groups, within)
            yield from parts.fill_rate(self._claims, groups, within)

    def _called(self, within: Spans) -> Iterator[Measure]:
        if self._contacts is None:
            return
        for groups in (contacts.everywhere(self._contacts), contacts.by_region(self._contacts)):
            yield from contacts.figures(self._contacts, groups, within)
        by_channel = contacts.by_channel(self._contacts)
        yield from contacts.contacts_made(self._contacts, by_channel, within)

    def _called_by_half_hour(self, window: Window) -> Iterator[Measure]:
        if self._contacts is None:
            return
        halves = spans.half_hours_of_day(self.log.terms, window)
        yield from contacts.figures(self._contacts, contacts.everywhere(self._contacts), halves)

    def _risked(self, window: Window) -> Iterator[Measure]:
        if risk.targets_of(self.log.terms):
            yield from risk.attainment_by_period(self.log, self._resolution, window)
            yield from risk.early_warning(self.log, window)

    # ---- what is read once ----------------------------------------------------------------

    @cached_property
    def _resolution(self) -> promises.Promises:
        return promises.read(self.log, "resolution")

    @cached_property
    def _response(self) -> promises.Promises:
        return promises.read(self.log, "first_response")

    @cached_property
    def _more_clocks(self) -> dict[str, promises.Promises]:
        """The clocks that the scenario has defined."""
        return {name: promises.read(self.log, name) for name in self.log.terms.get("clocks", ())}

    @cached_property
    def _nested(self) -> dict[tuple[str, tuple[str, ...]], promises.Promises]:
        """By what they are, and their names: the promises of tiers and of suppliers."""
        told = self.log.terms.get("nested", {})
        return {
            (who, tuple(one["name"] for one in told[who])): promises.read(self.log, who)
            for who in promises.NESTED
            if told.get(who)
        }

    @cached_property
    def _requests(self) -> cases.Cases:
        return cases.of_kind(self.log, cases.REQUEST)

    @cached_property
    def _reopened(self) -> Any:
        """The cases that were reopened."""
        table = self.log["cases"]
        return table["parent"][table["kind"] == cases.REOPENED]

    @cached_property
    def _chasers(self) -> cases.Cases:
        return cases.of_kind(self.log, cases.CHASER)

    @cached_property
    def _people(self) -> people.People:
        return people.read(self.log)

    @cached_property
    def _lines(self) -> lines.Lines:
        return lines.read(self.log)

    @cached_property
    def _claims(self) -> parts.Claims:
        return parts.read(self.log)

    @cached_property
    def _contacts(self) -> contacts.Contacts | None:
        return contacts.read(self.log)

    def _groups(self, names: tuple[str, ...]) -> Groups:
        return cases.groups(self.log, *names)
