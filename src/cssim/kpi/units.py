"""The installed base: how many units are in the field, and how often they fail.

A unit is in the field from its delivery (or from when it was told to be there) to its retirement.
Failures count whether or not their callers were answered. A log without units has no such figures.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cssim.basis.moments import DAY
from cssim.eventlog import EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Spans

YEAR = 365 * DAY
_PRODUCT = "product"
_ON_ARRIVAL = -1  # stands as the hazard of a unit that is dead on arrival


def figures(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """All figures of units; none of a log without."""
    if not len(log["units"]):
        return
    for by in groups(log):
        yield from units_in_field(log, by, spans)
        yield from unit_requests(log, by, spans)
        yield from failures_per_unit_year(log, by, spans)
        yield from dead_on_arrival_share(log, by, spans)


def groups(log: EventLog) -> list[Groups]:
    """All units together, by region, and by product where they keep theirs."""
    units, regions = log["units"], log.terms["regions"]
    found = [measure.everybody(len(units))]
    if regions:
        found.append(measure.one_by_one("region", regions, units["region"]))
    names = list(log.terms["attributes"])
    kept = log["unit_attributes"]
    mine = kept[kept["attribute"] == (names.index(_PRODUCT) if _PRODUCT in names else -1)]
    if len(mine):
        product = np.full(len(units), -1, dtype=np.int64)
        product[mine["unit"]] = mine["value"]
        found.append(measure.one_by_one(_PRODUCT, log.terms["attributes"][_PRODUCT], product))
    return found


def units_in_field(log: EventLog, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`units_in_field`: units in the field, on average over the span's time."""
    units = log["units"]
    return measure.levels("units_in_field", "units", by, spans, units["from_at"], units["until_at"])


def unit_requests(log: EventLog, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`unit_requests`: failures in the span, those on arrival included."""
    rows = log["failures"]
    return measure.counts("unit_requests", "cases", by.at(rows["unit"]), spans, rows["at"])


def failures_per_unit_year(log: EventLog, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`failures_per_unit_year`: failures in the span / years of 365 days in the field in it.

    Over all units; who is dead on arrival counts as a unit, and not as a failure.
    """
    units, rows = log["units"], log["failures"]
    rows = rows[rows["hazard"] != _ON_ARRIVAL]
    failed = _number(by.at(rows["unit"]), spans, rows["at"])
    times = measure.times_in(by, spans, units["from_at"], units["until_at"])
    years = times.astype(np.float64) / YEAR
    return measure.ratios("failures_per_unit_year", "failures", failed, years, by, spans)


def dead_on_arrival_share(log: EventLog, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`dead_on_arrival_share`: units dead on arrival / units delivered in the span."""
    units, rows = log["units"], log["failures"]
    rows = rows[rows["hazard"] == _ON_ARRIVAL]
    dead = _number(by.at(rows["unit"]), spans, rows["at"])
    delivered = np.flatnonzero(units["date"] > 0)
    all_ = _number(by.at(delivered), spans, units["from_at"][delivered])
    return measure.ratios("dead_on_arrival_share", "share", dead, all_, by, spans)


def _number(by: Groups, spans: Spans, at: np.ndarray) -> np.ndarray:
    """How many rows each cell has, [group][span]."""
    cells = by.cells(spans, at)
    size = len(by.labels), len(spans.labels)
    return np.bincount(cells[cells >= 0], minlength=size[0] * size[1]).reshape(size).astype(float)
