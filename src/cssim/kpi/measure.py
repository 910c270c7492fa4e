"""Figures: what each row of a table of figures is, and how rows of a log become some.

Rows are put into groups (a region, a pool, everybody) and into spans of time (the window, its
weeks); every figure has one value for each group and span that holds anything. A share of
nothing is no figure: it is left out, not called zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cssim.kpi.spans import Moments, Spans

Codes = NDArray[np.int64]
Values = NDArray[np.float64]
Labels = tuple[Mapping[str, str], ...]

ALL = "all"
PERCENTILES = (50, 90, 95)


class Measure(NamedTuple):
    """One figure: a name of the glossary, where it holds, its value and unit; shares are 0 … 1."""

    kpi: str
    scope: str
    value: float
    unit: str


class Weekly(NamedTuple):
    """One figure of one week, which is named by its Monday's date."""

    kpi: str
    scope: str
    week: str
    value: float
    unit: str


def scope(pairs: Mapping[str, str]) -> str:
    """Where a figure holds: sorted `key=value` pairs joined by `;`, or `all`.

    Example:
        >>> scope({"severity": "2", "region": "north"}), scope({})
        ('region=north;severity=2', 'all')
    """
    return ";".join(f"{key}={value}" for key, value in sorted(pairs.items())) or ALL


def of_week(one: Measure) -> Weekly:
    """A figure whose scope names a week, as one of that week.

    Example:
        >>> of_week(Measure("backlog", "region=north;week=2025-01-06", 4.0, "cases"))
        Weekly(kpi='backlog', scope='region=north', week='2025-01-06', value=4.0, unit='cases')
    """
    pairs = dict(pair.split("=", 1) for pair in one.scope.split(";"))
    week = pairs.pop("week")
    return Weekly(one.kpi, scope(pairs), week, one.value, one.unit)


@dataclass(frozen=True)
class Groups:
    """Rows of a table, each in one group or (-1) in none.

    Attributes:
        labels: what each group is, as pairs; empty pairs are everybody.
        codes: the group of each row.
    """

    labels: Labels
    codes: Codes

    def at(self, rows: NDArray[np.integer]) -> Groups:
        """The groups of some rows only, in their order."""
        return Groups(self.labels, self.codes[rows])

    def cells(self, spans: Spans, at: Moments) -> Codes:
        """The cell (group and span) of each row with its moment; -1 outside of both."""
        span = spans.of(at)
        inside = (self.codes >= 0) & (span >= 0)
        return np.where(inside, self.codes * len(spans.labels) + span, -1)

    def scopes(self, spans: Spans) -> list[dict[str, str]]:
        """What each cell is, as pairs."""
        return [{**label, **span} for label in self.labels for span in spans.labels]


def everybody(rows: int) -> Groups:
    """All rows in one group."""
    return Groups(({},), np.zeros(rows, dtype=np.int64))


def one_by_one(name: str, words: Sequence[str], codes: NDArray[np.integer]) -> Groups:
    """A group for each word of a column of codes."""
    return Groups(tuple({name: word} for word in words), codes.astype(np.int64))


def crossed(one: Groups, other: Groups) -> Groups:
    """A group for each pair of groups."""
    labels = tuple({**a, **b} for a in one.labels for b in other.labels)
    inside = (one.codes >= 0) & (other.codes >= 0)
    return Groups(labels, np.where(inside, one.codes * len(other.labels) + other.codes, -1))


def counts(kpi: str, unit: str, groups: Groups, spans: Spans, at: Moments) -> Iterator[Measure]:
    """How many rows fall into each cell; none is a figure too."""
    cells = groups.cells(spans, at)
    scopes = groups.scopes(spans)
    found = np.bincount(cells[cells >= 0], minlength=len(scopes))
    for pairs, number in zip(scopes, found.tolist(), strict=True):
        yield Measure(kpi, scope(pairs), float(number), unit)


def means(
    kpi: str, unit: str, values: NDArray[np.generic], groups: Groups, spans: Spans, at: Moments
) -> Iterator[Measure]:
    """The mean of a value (of yes and no: the share) over the rows of each cell."""
    cells = groups.cells(spans, at)
    inside = cells >= 0
    scopes = groups.scopes(spans)
    rows = np.bincount(cells[inside], minlength=len(scopes))
    sums = np.bincount(cells[inside], values[inside].astype(np.float64), len(scopes))
    for cell in np.flatnonzero(rows).tolist():
        yield Measure(kpi, scope(scopes[cell]), float(sums[cell] / rows[cell]), unit)


def statistics(
    kpi: str, unit: str, values: Values, groups: Groups, spans: Spans, at: Moments
) -> Iterator[Measure]:
    """Mean and percentiles (linear between the neighbours) of a value over each cell's rows."""
    cells = groups.cells(spans, at)
    inside = np.flatnonzero(cells >= 0)
    scopes = groups.scopes(spans)
    order = inside[sorted_by(cells[inside], len(scopes))]
    sizes = np.bincount(cells[inside], minlength=len(scopes))
    ends = np.cumsum(sizes)
    for cell in np.flatnonzero(sizes).tolist():
        rows = values[order[ends[cell] - sizes[cell] : ends[cell]]]
        found = [("mean", rows.mean())]
        found += zip((f"p{p}" for p in PERCENTILES), np.percentile(rows, PERCENTILES), strict=True)
        for statistic, value in found:
            pairs = {**scopes[cell], "statistic": statistic}
            yield Measure(kpi, scope(pairs), float(value), unit)


def levels(
    kpi: str, unit: str, groups: Groups, spans: Spans, from_at: Moments, to_at: Moments
) -> Iterator[Measure]:
    """How many of some intervals are on at once, on average over the time of each cell."""
    times = times_in(groups, spans, from_at, to_at).astype(np.float64)
    under = np.broadcast_to(spans.lengths.astype(np.float64), times.shape)
    return ratios(kpi, unit, times, under, groups, spans)


def times_in(groups: Groups, spans: Spans, from_at: Moments, to_at: Moments) -> Codes:
    """How much of some intervals lies in each cell, [group][span], in ms; an exact sum."""
    first, last = spans.edges[0], spans.edges[-1]
    touching = np.flatnonzero((groups.codes >= 0) & (from_at < last) & (to_at > first))
    codes = groups.codes[touching]
    order = touching[sorted_by(codes, len(groups.labels))]
    ends = np.cumsum(np.bincount(codes, minlength=len(groups.labels)))
    parts = np.split(order, ends[:-1])
    return np.array([spans.time_in(from_at[rows], to_at[rows]) for rows in parts])


def sorted_by(codes: Codes, number: int) -> Codes:
    """The order that brings equal codes (below `number`) together, each in its own order."""
    # numpy sorts numbers of 16 bits in one pass
    narrow = codes.astype(np.int16) if number < 2**15 else codes
    return np.argsort(narrow, kind="stable")


def ratios(
    kpi: str, unit: str, over: Values, under: Values, groups: Groups, spans: Spans
) -> Iterator[Measure]:
    """One array [group][span] divided by another, where the other is more than nothing."""
    scopes = groups.scopes(spans)
    for pairs, a, b in zip(scopes, over.ravel().tolist(), under.ravel().tolist(), strict=True):
        if b > 0:
            yield Measure(kpi, scope(pairs), a / b, unit)
