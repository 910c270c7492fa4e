"""Spare parts by type and by place: what was there when it was asked for, and what is owed.

Counted in units that cases have asked for; what one place orders from another is left out. A
unit is *there* if it lies on the shelf of the place that the case asks, or of one from which it
comes at once. A log without parts has no such figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR
from cssim.eventlog import NEVER, STATES, EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Moments, Spans

_STATE = 1000  # an account is state * 1000 + place
_ON_SHELF, _REPAIR = STATES.index("on_shelf"), STATES.index("repair")


@dataclass(frozen=True)
class Asked:
    """Units that cases have asked for, one entry each.

    Attributes:
        part, place: what was asked for, and where.
        planned: whether it came from where it was to come from: that place's own shelf, the place
            that is asked first for it, or one within its reach.
        at, kept_at: when it was asked for, and kept for the case; NEVER if it still waits.
    """

    part: NDArray[np.int64]
    place: NDArray[np.int64]
    planned: NDArray[np.bool_]
    at: Moments
    kept_at: Moments


def read(log: EventLog) -> Asked:
    """What the log tells of units that were asked for."""
    rows = log["wanted"]
    rows = rows[rows["case"] >= 0]
    units = np.repeat(rows, rows["count"])
    return Asked(
        units["part"].astype(np.int64),
        units["place"].astype(np.int64),
        _is_planned(log, units["place"], units["from_place"]),
        units["at"],
        units["kept_at"],
    )


def _is_planned(
    log: EventLog, place: NDArray[np.integer], origin: NDArray[np.integer]
) -> NDArray[np.bool_]:
    planned: NDArray[np.bool_] = (origin == place) | (
        origin == np.array(log.terms["asked_first"])[place]
    )
    for one, other in log.terms["within_reach"]:
        planned |= (place == one) & (origin == other)
    return planned


def figures(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """All of them: together, by part, and by place."""
    if not log.terms.get("parts"):
        return
    asked = read(log)
    parts, places = log.terms["parts"], log.terms["places"]
    window = log.terms.get("response_window")
    for groups in (
        measure.everybody(len(asked.at)),
        measure.one_by_one("part", parts, asked.part),
        measure.one_by_one("place", places, asked.place),
    ):
        yield from unit_fill_rate(asked, groups, spans)
        if window is not None:
            yield from unit_fill_rate_in_time(asked, window, groups, spans)
        yield from units_owed(asked, groups, spans)
    yield from owed_for(asked, measure.everybody(len(asked.at)), spans)
    yield from turn_around_time(log, spans)
    yield from stock_value(log, spans)


def unit_fill_rate(asked: Asked, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`unit_fill_rate`: units that were there at once / units asked for in the span."""
    there = asked.kept_at == asked.at
    return measure.means("unit_fill_rate", "share", there, by, spans, asked.at)


def unit_fill_rate_in_time(
    asked: Asked, window: int, by: Groups, spans: Spans
) -> Iterator[Measure]:
    """`unit_fill_rate_in_time`: units as planned, in time / units asked for in the span.

    As planned: from the shelf of the place, the first place of its `sourcing`, or one from which it
    has parts at once. In time: within `parts.response_window` of the asking.
    """
    there = asked.planned & (asked.kept_at - asked.at <= window)
    return measure.means("unit_fill_rate_in_time", "share", there, by, spans, asked.at)


def units_owed(asked: Asked, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`units_owed`: units that are waited for, on average over the span's time."""
    return measure.levels("units_owed", "units", by, spans, asked.at, asked.kept_at)


def owed_for(asked: Asked, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`owed_for`: how long a unit that is waited for has been so, on average over that time.

    The integral of the ages of all that is owed / the integral of its number.
    """
    first, last = spans.edges[0], spans.edges[-1]
    mine = np.flatnonzero((asked.kept_at > asked.at) & (asked.at < last) & (asked.kept_at > first))
    cuts = [asked.at[mine], np.minimum(asked.kept_at[mine], last)]
    groups = by.at(mine)
    time = measure.times_in(groups, spans, *cuts).astype(np.float64)
    aged = np.zeros_like(time)
    for span, begin, end in zip(spans.slot, spans.edges[:-1], spans.edges[1:], strict=True):
        since, until = (np.clip(cut, begin, end) - asked.at[mine] for cut in cuts)
        ages = (until.astype(np.float64) ** 2 - since.astype(np.float64) ** 2) / 2 / HOUR
        np.add.at(aged[:, span], groups.codes, ages)
    return measure.ratios("owed_for", "h", aged, time, groups, spans)


def turn_around_time(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`turn_around_time`: how long a bad unit is away for repair, of those back in the span.

    From its leaving until it lies on a shelf again, or is scrapped; by part, too.
    """
    rows = log["stock"]
    left = rows[rows["to_account"] // _STATE == _REPAIR]
    back = rows[rows["from_account"] // _STATE == _REPAIR]
    if not len(left):
        return
    left_at = np.full(int(rows["order"].max()) + 1, NEVER)
    left_at[left["order"]] = left["at"]
    units = np.repeat(back, back["count"])
    hours = (units["at"] - left_at[units["order"]]) / HOUR
    for groups in (
        measure.everybody(len(units)),
        measure.one_by_one("part", log.terms["parts"], units["part"]),
    ):
        yield from measure.means("turn_around_time", "h", hours, groups, spans, units["at"])


def stock_value(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`stock_value`: what lies on shelves, at its price, on average over the span's time.

    By part, and by place, too. Kept units are on the shelf until they are taken.
    """
    parts, places = log.terms["parts"], log.terms["places"]
    rows, end = log["stock"], log.terms["window"]["end_at"]
    value = np.zeros((len(parts), len(places), len(spans.labels)))
    for column, sign in (("to_account", 1), ("from_account", -1)):
        mine = rows[rows[column] // _STATE == _ON_SHELF]
        units = np.repeat(mine, mine["count"])
        cell = units["part"].astype(np.int64) * len(places) + units[column] % _STATE - 1
        nobody: measure.Labels = ({},) * (len(parts) * len(places))
        groups = Groups(nobody, cell)
        times = measure.times_in(groups, spans, units["at"], np.full(len(units), end))
        value += sign * times.reshape(value.shape)
    value *= np.array(log.terms["part_prices"])[:, None, None] / 100 / spans.lengths
    unit = log.terms["currency"]
    for label, found in (
        *(({"part": part}, value[number].sum(axis=0)) for number, part in enumerate(parts)),
        *(({"place": place}, value[:, number].sum(axis=0)) for number, place in enumerate(places)),
        ({}, value.sum(axis=(0, 1))),
    ):
        for span, amount in zip(spans.labels, found.tolist(), strict=True):
            yield Measure("stock_value", measure.scope({**label, **span}), amount, unit)
