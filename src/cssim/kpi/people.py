"""People: how much of their time is on duty, busy, overtime, and away.

Busy is whatever occupies somebody: work, travel, being held for a meeting that gathers. On duty
is planned presence; what is worked outside of it is overtime, on call or not. Away is planned
presence less leave and illness, which are paid. Pools are the groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cssim.basis.calendars import OpenHours
from cssim.basis.moments import HOUR
from cssim.eventlog import CASE_KINDS, DUTY_KINDS, NEVER, PIECE_KINDS, EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Moments, Spans

WAITING = PIECE_KINDS.index("waiting")
_SHIFT, _LEAVE, _SICK = (DUTY_KINDS.index(kind) for kind in ("shift", "leave", "sick"))
_MANAGEMENT = CASE_KINDS.index("management")


@dataclass(frozen=True)
class Stretches:
    """Stretches of time of somebody, or of several people, of a pool; sorted by pool, then `who`.

    `who` shares one presence: a pool, or (a number from that of the pools on) a person whose
    duty is told by itself. `to_at` is NEVER for what was still going on when the run ended.
    """

    pool: NDArray[np.int64]
    who: NDArray[np.int64]
    people: NDArray[np.int64]
    from_at: Moments
    to_at: Moments

    def of(self, pool: int) -> slice:
        """Those of one pool."""
        return slice(*np.searchsorted(self.pool, [pool, pool + 1]).tolist())

    def each(self, pool: int) -> Iterator[tuple[int, slice]]:
        """Who there is in a pool, each with those of him."""
        rows = self.of(pool)
        who, first = np.unique(self.who[rows], return_index=True)
        edges = [*(first + rows.start).tolist(), rows.stop]
        for number, one in enumerate(who.tolist()):
            yield one, slice(edges[number], edges[number + 1])

    def at(self, which: NDArray[np.bool_]) -> Stretches:
        """Some of them."""
        columns = (self.pool, self.who, self.people, self.from_at, self.to_at)
        return Stretches(*(column[which] for column in columns))


@dataclass(frozen=True)
class People:
    """When people were busy, on duty, and away, and who was with the company.

    Attributes:
        pools: names, in the order of their numbers.
        busy: one entry a stretch, one person each; `management` are those of them that no
            customer's case took.
        duty: planned presence.
        away: leave and illness in what would have been presence.
        headcount: of each pool those who are there from begin to end.
        staff: when the others were with the company.
    """

    pools: tuple[str, ...]
    busy: Stretches
    management: Stretches
    duty: Stretches
    away: Stretches
    headcount: NDArray[np.int64]
    staff: Stretches


def read(log: EventLog) -> People:
    """Busy time and duty of everybody in a log."""
    pools = tuple(pool["name"] for pool in log.terms["pools"])
    rows, staff = log["duty"], log["staff"]
    alone = np.zeros(len(pools), dtype=np.bool_)
    alone[rows["pool"][(rows["agent"] >= 0) & (rows["kind"] == _SHIFT)]] = True
    duty = _told(rows[rows["kind"] == _SHIFT], alone)
    away = _told(rows[np.isin(rows["kind"], (_LEAVE, _SICK))], alone)
    busy, management = _busy(log, alone)
    headcount = np.array([pool["people"] for pool in log.terms["pools"]], dtype=np.int64)
    np.subtract.at(headcount, staff["pool"], 1)
    one = np.ones(len(staff), dtype=np.int64)
    moments = (staff[name].astype(np.int64) for name in ("from_at", "until_at"))
    with_us = _sorted(staff["pool"].astype(np.int64), 0 * one, one, *moments)
    return People(pools, busy, busy.at(management), duty, away, headcount, with_us)


def _told(rows: np.ndarray, alone: NDArray[np.bool_]) -> Stretches:
    """Duty as the log tells it."""
    pool, agent = rows["pool"].astype(np.int64), rows["agent"].astype(np.int64)
    who = np.where(alone[pool], len(alone) + agent, pool)
    columns = (rows[name].astype(np.int64) for name in ("people", "from_at", "to_at"))
    return _sorted(pool, who, *columns)


def _sorted(
    pool: NDArray[np.int64], who: NDArray[np.int64], people: NDArray[np.int64],
    from_at: Moments, to_at: Moments,
) -> Stretches:  # fmt: skip
    order = np.lexsort((from_at, who, pool))
    return Stretches(*(column[order] for column in (pool, who, people, from_at, to_at)))


def _busy(log: EventLog, alone: NDArray[np.bool_]) -> tuple[Stretches, NDArray[np.bool_]]:
    """Who was at something from when to when, and whether for no customer's case.

    Activities, or their pieces where they have some.
    """
    pool_of = np.array([agent["pool"] for agent in log.terms["agents"]] or [-1], dtype=np.int64)
    done, pieces = log["activities"], log["pieces"]
    begun = (done["agent"] >= 0) & (done["pieces"] == 0) & (done["started_at"] != NEVER)
    begun &= done["started_at"] < done["completed_at"]
    at_it = (pieces["agent"] >= 0) & (pieces["kind"] != WAITING)
    agent = np.concatenate([done["agent"][begun], pieces["agent"][at_it]])
    case = np.concatenate([done["case"][begun], pieces["case"][at_it]])
    pool = pool_of[agent]
    who = np.where(alone[pool], len(alone) + agent, pool) if len(pool) else pool
    order = measure.sorted_by(who, len(alone) + len(pool_of))
    order = order[measure.sorted_by(pool[order], len(alone))]
    from_at = np.concatenate([done["started_at"][begun], pieces["from_at"][at_it]])[order]
    to_at = np.concatenate([done["completed_at"][begun], pieces["to_at"][at_it]])[order]
    found = Stretches(pool[order], who[order], np.ones_like(pool), from_at, to_at)
    return found, log["cases"]["kind"][case[order]] == _MANAGEMENT


def presence(duty: Stretches, rows: slice) -> OpenHours:
    """When anybody of some entries is on duty."""
    return OpenHours(zip(duty.from_at[rows].tolist(), duty.to_at[rows].tolist(), strict=True))


@dataclass(frozen=True)
class Times:
    """Person-milliseconds, [pool][span]; `management` is of those on duty."""

    duty: NDArray[np.float64]
    busy: NDArray[np.float64]
    on_duty: NDArray[np.float64]
    management: NDArray[np.float64]
    away: NDArray[np.float64]

    @property
    def overtime(self) -> NDArray[np.float64]:
        """Busy and not on duty."""
        return self.busy - self.on_duty

    def together(self) -> Times:
        """All pools as one."""
        return Times(*(times.sum(axis=0, keepdims=True) for times in self._columns()))

    def _columns(self) -> tuple[NDArray[np.float64], ...]:
        return self.duty, self.busy, self.on_duty, self.management, self.away


def times(people: People, spans: Spans) -> Times:
    """How much of everybody's time is on duty, busy, both, and away, by pool and span."""
    duty, busy, on_duty, management, away = np.zeros((5, len(people.pools), len(spans.labels)))
    for pool in range(len(people.pools)):
        duty[pool] = _presence_in(people.duty, pool, spans)
        away[pool] = _presence_in(people.away, pool, spans)
        mine = people.busy.of(pool)
        busy[pool] = spans.time_in(people.busy.from_at[mine], people.busy.to_at[mine])
        for who, rows in people.duty.each(pool):
            hours = presence(people.duty, rows)
            on_duty[pool] += _within(people.busy, pool, who, hours, spans)
            management[pool] += _within(people.management, pool, who, hours, spans)
    return Times(duty, busy, on_duty, management, away)


def _within(
    busy: Stretches, pool: int, who: int, hours: OpenHours, spans: Spans
) -> NDArray[np.int64]:
    """Busy time in somebody's presence, by span.

    In the time that counts only his presence a stretch across nights is one stretch.
    """
    mine = busy.of(pool)
    low, high = (np.searchsorted(busy.who[mine], [who, who + 1]) + mine.start).tolist()
    inside = Spans(_duty_time(hours, spans.edges), spans.labels, spans.slot)
    from_at, to_at = busy.from_at[low:high], busy.to_at[low:high]
    return inside.time_in(_duty_time(hours, from_at), _duty_time(hours, to_at))


def _duty_time(hours: OpenHours, at: Moments) -> Moments:
    return hours.open_time_many(np.zeros_like(at), at)


def _presence_in(duty: Stretches, pool: int, spans: Spans) -> NDArray[np.int64]:
    """Person-milliseconds of planned presence (or absence) in each span."""
    mine = duty.of(pool)
    people, from_at, to_at = duty.people[mine], duty.from_at[mine], duty.to_at[mine]
    total = np.zeros(len(spans.labels), dtype=np.int64)
    for number in np.unique(people).tolist():
        rows = people == number
        total += number * spans.time_in(from_at[rows], to_at[rows])
    return total


def groups(people: People) -> Groups:
    """A group for each pool, without rows."""
    none = np.empty(0, dtype=np.int64)
    return Groups(tuple({"pool": name} for name in people.pools), none)


def occupancy(found: Times, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`occupancy`: person-time busy while on duty / person-time on duty."""
    return measure.ratios("occupancy", "share", found.on_duty, found.duty, by, spans)


def utilisation(found: Times, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`utilisation`: person-time busy, overtime included / person-time paid.

    Paid is planned presence, leave, illness and overtime.
    """
    paid = found.duty + found.away + found.overtime
    return measure.ratios("utilisation", "share", found.busy, paid, by, spans)


def overtime(found: Times, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`overtime`: person-hours busy outside of planned presence, in all the span."""
    hours = np.full_like(found.busy, HOUR)
    return measure.ratios("overtime", "h", found.overtime, hours, by, spans)


def shrinkage(found: Times, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`shrinkage`: paid person-time that is not there for customers / person-time paid.

    Paid is planned presence, leave and illness. Not there for customers are leave, illness, and
    time on duty at flows that are no customer's case: meetings, training, reports.
    """
    paid = found.duty + found.away
    return measure.ratios("shrinkage", "share", found.away + found.management, paid, by, spans)


def headcount(people: People, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`headcount`: people on the payroll, on average over the span's time."""
    paid = np.outer(people.headcount, spans.lengths).astype(np.float64)
    for pool in range(len(people.pools)):
        paid[pool] += _presence_in(people.staff, pool, spans)
    if len(by.labels) == 1:
        paid = paid.sum(axis=0, keepdims=True)
    return _average("headcount", paid, by, spans)


def on_duty(found: Times, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`on_duty`: people on duty, on average over the span's time."""
    return _average("on_duty", found.duty, by, spans)


def busy(found: Times, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`busy`: people who are at something, overtime included, on average over the span's time."""
    return _average("busy", found.busy, by, spans)


def _average(kpi: str, time: NDArray[np.float64], by: Groups, spans: Spans) -> Iterator[Measure]:
    lengths = np.broadcast_to(spans.lengths.astype(np.float64), time.shape)
    return measure.ratios(kpi, "people", time, lengths, by, spans)
