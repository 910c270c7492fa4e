"""People: how much of their time is on duty, busy, and overtime.

Busy is whatever occupies somebody: work, travel, being held for a meeting that gathers. On duty
is planned presence; what is worked outside of it is overtime. Pools are the groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.calendars import OpenHours
from cssim.basis.moments import HOUR
from cssim.eventlog import NEVER, PIECE_KINDS, EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Moments, Spans

WAITING = PIECE_KINDS.index("waiting")


@dataclass(frozen=True)
class Stretches:
    """Stretches of time of somebody, or of several people, of a pool; sorted by pool.

    `to_at` is NEVER for what was still going on when the run ended.
    """

    pool: NDArray[np.int64]
    people: NDArray[np.int64]
    from_at: Moments
    to_at: Moments

    def of(self, pool: int) -> slice:
        """Those of one pool."""
        return slice(*np.searchsorted(self.pool, [pool, pool + 1]).tolist())


@dataclass(frozen=True)
class People:
    """When people were busy, when they were on duty, and their busy time while on duty.

    Attributes:
        pools: names, in the order of their numbers.
        busy: one entry a stretch, one person each.
        duty: planned presence.
        on_duty: the parts of `busy` that lie within `duty`.
    """

    pools: tuple[str, ...]
    busy: Stretches
    duty: Stretches
    on_duty: Stretches


def read(log: EventLog) -> People:
    """Busy time and duty of everybody in a log."""
    pools = tuple(pool["name"] for pool in log.terms["pools"])
    rows = np.sort(log["duty"], order=("pool", "from_at"))
    columns = (rows[name].astype(np.int64) for name in ("pool", "people", "from_at", "to_at"))
    duty = Stretches(*columns)
    busy = _busy(log)
    return People(pools, busy, duty, _within(busy, duty, len(pools)))


def _busy(log: EventLog) -> Stretches:
    """Who was at something from when to when: activities, or their pieces where they have some."""
    pool_of = np.array([agent["pool"] for agent in log.terms["agents"]] or [-1], dtype=np.int64)
    done, pieces = log["activities"], log["pieces"]
    begun = (done["agent"] >= 0) & (done["pieces"] == 0) & (done["started_at"] != NEVER)
    begun &= done["started_at"] < done["completed_at"]
    at_it = (pieces["agent"] >= 0) & (pieces["kind"] != WAITING)
    pool = pool_of[np.concatenate([done["agent"][begun], pieces["agent"][at_it]])]
    order = measure.sorted_by(pool, len(log.terms["pools"]))
    from_at = np.concatenate([done["started_at"][begun], pieces["from_at"][at_it]])[order]
    to_at = np.concatenate([done["completed_at"][begun], pieces["to_at"][at_it]])[order]
    return Stretches(pool[order], np.ones_like(pool), from_at, to_at)


def _within(busy: Stretches, duty: Stretches, pools: int) -> Stretches:
    """Busy time in a pool's presence, in the time that counts only its presence.

    That time makes a stretch across nights one stretch; `_duty_time` takes edges into it.
    """
    from_at, to_at = np.zeros_like(busy.from_at), np.zeros_like(busy.to_at)
    for pool in range(pools):
        rows = busy.of(pool)
        hours = presence(duty, pool)
        from_at[rows] = _duty_time(hours, busy.from_at[rows])
        to_at[rows] = _duty_time(hours, busy.to_at[rows])
    return Stretches(busy.pool, busy.people, from_at, to_at)


def presence(duty: Stretches, pool: int) -> OpenHours:
    """When anybody of a pool is on duty."""
    mine = duty.of(pool)
    pairs = zip(duty.from_at[mine].tolist(), duty.to_at[mine].tolist(), strict=True)
    return OpenHours(pairs)


def _duty_time(hours: OpenHours, at: Moments) -> Moments:
    return hours.open_time_many(np.zeros_like(at), at)


@dataclass(frozen=True)
class Times:
    """Person-milliseconds, [pool][span]."""

    duty: NDArray[np.float64]
    busy: NDArray[np.float64]
    on_duty: NDArray[np.float64]

    @property
    def overtime(self) -> NDArray[np.float64]:
        """Busy and not on duty."""
        return self.busy - self.on_duty

    def together(self) -> Times:
        """All pools as one."""
        return Times(*(times.sum(axis=0, keepdims=True) for times in self._columns()))

    def _columns(self) -> tuple[NDArray[np.float64], ...]:
        return self.duty, self.busy, self.on_duty


def times(people: People, spans: Spans) -> Times:
    """How much of everybody's time is on duty, busy, and both, by pool and span."""
    duty, busy, on_duty = np.zeros((3, len(people.pools), len(spans.labels)))
    for pool in range(len(people.pools)):
        duty[pool] = _presence_in(people.duty, pool, spans)
        mine = people.busy.of(pool)
        busy[pool] = spans.time_in(people.busy.from_at[mine], people.busy.to_at[mine])
        edges = _duty_time(presence(people.duty, pool), spans.edges)
        inside = Spans(edges, spans.labels, spans.slot)
        on_duty[pool] = inside.time_in(people.on_duty.from_at[mine], people.on_duty.to_at[mine])
    return Times(duty, busy, on_duty)


def _presence_in(duty: Stretches, pool: int, spans: Spans) -> NDArray[np.int64]:
    """Person-milliseconds of planned presence in each span."""
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

    Paid is planned presence and overtime.
    """
    paid = found.duty + found.overtime
    return measure.ratios("utilisation", "share", found.busy, paid, by, spans)


def overtime(found: Times, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`overtime`: person-hours busy outside of planned presence, in all the span."""
    hours = np.full_like(found.busy, HOUR)
    return measure.ratios("overtime", "h", found.overtime, hours, by, spans)


def on_duty(people: People, spans: Spans) -> Iterator[Measure]:
    """`on_duty`: people on duty, all pools together, on average over the span's time."""
    pools = range(len(people.pools))
    return _average("on_duty", sum(_presence_in(people.duty, pool, spans) for pool in pools), spans)


def busy(people: People, spans: Spans) -> Iterator[Measure]:
    """`busy`: people who are at something, overtime included, on average over the span's time."""
    return _average("busy", spans.time_in(people.busy.from_at, people.busy.to_at), spans)


def _average(kpi: str, time: Any, spans: Spans) -> Iterator[Measure]:
    everybody = measure.everybody(0)
    over, under = (np.asarray(column, dtype=np.float64) for column in (time, spans.lengths))
    return measure.ratios(kpi, "people", over, under, everybody, spans)
