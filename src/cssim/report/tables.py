"""Tables of a study's figures, as words: which rows and columns, and how a figure is written.

A table is plain text in cells; whoever shows it decides how (a terminal, a page).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from cssim.experiment import risk
from cssim.experiment.avoided import Avoided
from cssim.kpi import measure

_SHARE = "share"
_PROMISES = {"resolved in time": "attainment", "answered in time": "first_response_attainment"}
_POOLS = {
    "occupancy": ("occupancy", {}),
    "overtime (h)": ("overtime", {}),
    "wait (h)": ("waiting_time", {"statistic": "mean"}),
    "nine of ten within (h)": ("waiting_time", {"statistic": "p90"}),
    "waiting": ("queue_length", {}),
    "growth": ("backlog_growth", {}),
}
_REGIONS = {
    "requests": ("requests", {}),
    "open": ("backlog", {}),
    "hours to close": ("cycle_time", {"statistic": "mean"}),
    "half within (h)": ("cycle_time", {"statistic": "p50"}),
    "nine of ten within (h)": ("cycle_time", {"statistic": "p90"}),
    "still open": ("open_share", {}),
    "stock-outs": ("stockouts", {}),
    "wait for a part (h)": ("stockout_time", {}),
    "parts at hand": ("fill_rate", {}),
}
_PARTS: dict[str, tuple[str, dict[str, str]]] = {
    "there at once": ("unit_fill_rate", {}),
    "in time": ("unit_fill_rate_in_time", {}),
    "owed": ("units_owed", {}),
    "turn-around (h)": ("turn_around_time", {}),
    "stock value": ("stock_value", {}),
}
_VISITS: dict[str, tuple[str, dict[str, str]]] = {
    "fixed at once": ("first_time_fix_rate", {}),
    "come again": ("repeat_visit_share", {}),
    "windows kept": ("windows_kept", {}),
    "windows moved": ("windows_moved", {}),
}
_CONTRACTS: dict[str, tuple[str, dict[str, str]]] = {
    "resolved in time": ("attainment", {}),
    "answered in time": ("first_response_attainment", {}),
}
_CALLS = {
    "offered": ("contacts_offered", {}),
    "answered": ("contacts_answered", {}),
    "hung up": ("contacts_abandoned", {}),
    "blocked": ("contacts_blocked", {}),
    "called back": ("contacts_called_back", {}),
    "service level": ("service_level", {}),
    "answered after (s)": ("answer_time", {"statistic": "mean"}),
    "nine of ten within (s)": ("answer_time", {"statistic": "p90"}),
}
_MONEY: dict[str, tuple[str, dict[str, str]]] = {
    "cost": ("cost", {}),
    "revenue": ("revenue", {}),
    "margin": ("margin", {}),
    "a request": ("cost_per_case", {"statistic": "mean"}),
}
_MONEY_OF = {"region": _MONEY, "contract": {**_MONEY, "beyond cap": ("beyond_cap", {})}}
_BESIDE = {
    "requests": ("requests", {}),
    "in time": ("attainment", {}),
    "half within (h)": ("cycle_time", {"statistic": "p50"}),
    "hours to close": ("cycle_time", {"statistic": "mean"}),
    "still open": ("open_share", {}),
}
_VERDICTS = ("kpi", "scope", "base", "other", "difference", "verdict")


@dataclass(frozen=True)
class Table:
    """A title, what the columns are, and rows of text; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Figure(NamedTuple):
    """One figure over all replications; `low` and `high` are missing for a single one."""

    mean: float
    low: float | None
    high: float | None
    unit: str

    def __str__(self) -> str:
        """With half of its interval; shares in per cent.

        Example:
            >>> str(Figure(0.912, 0.904, 0.92, "share")), str(Figure(3.5, None, None, "h"))
            ('91.2 % ± 0.8', '3.50')
        """
        half = None if self.high is None else self.high - self.mean
        share = " %" if self.unit == _SHARE else ""
        return (
            _number(self.mean, self.unit, self.mean)
            + share
            + (
                ""
                if half is None or math.isnan(half)
                else f" ± {_number(half, self.unit, self.mean)}"
            )
        )


Figures = Mapping[tuple[str, str], Figure]


def figures(rows: Iterable[Sequence[Any]]) -> Figures:
    """Rows of kpi, scope, mean, low, high, unit, to be looked up by kpi and scope."""
    return {(kpi, where): Figure(*values) for kpi, where, *values in rows}


def summary(found: Figures) -> list[Table]:
    """The overview, from promises and calls to money; a table without rows is left out."""
    paid = found.get(("cost", measure.ALL))
    money = f"Money, in {paid.unit}" if paid else ""
    made = [
        *(_by_region_and_severity(found, f"Requests {name}, of the promises that fell due", kpi)
          for name, kpi in _PROMISES.items()),
        _by("contract", found, "Requests in time, by contract", _CONTRACTS),
        _by("region", found, "The telephone: live calls", _CALLS),
        _by("pool", found, "People: how busy, and what waits for them", _POOLS),
        _by("region", found, "Cases and parts", _REGIONS),
        _without_empty(_by("part", found, "Parts, in units asked for", _PARTS)),
        _without_empty(_by("region", found, "Visits", _VISITS)),
        _by("kind", found, f"{money}, by kind", {"cost": _MONEY["cost"]}),
        *(_without_empty(_by(key, found, f"{money}, by {key}; what has none is in all", columns))
          for key, columns in _MONEY_OF.items()),
    ]  # fmt: skip
    return [table for table in made if table.rows]


def beside(rows: Iterable[Sequence[Any]]) -> Table:
    """What was simulated beside what really happened, by severity and in all.

    Args:
        rows: each with kpi, scope, simulated, low, high, actual, unit.
    """
    rows = list(rows)
    simulated = figures((*row[:5], row[6]) for row in rows if row[2] is not None)
    really = figures((row[0], row[1], row[5], None, None, row[6]) for row in rows)
    wheres = [{"severity": one} for one in _values(really, "requests", "severity")] + [{}]
    told = tuple(
        (where.get("severity", "all"), *(_text(found, kpi, {**where, **more})
                                         for kpi, more in _BESIDE.values()
                                         for found in (simulated, really)))
        for where in wheres
    )  # fmt: skip
    columns = [text for name in _BESIDE for text in (name, "really")]
    return Table("Simulated, and beside it what really happened", ("severity", *columns), told)


def risks(rows: Iterable[risk.Risk]) -> Table:
    """How likely each contract's periods miss their targets, with 95 % intervals.

    The last column is a colour, or how many replications are needed before there is one.
    """
    told = tuple(
        (
            each.contract,
            each.period,
            f"{each.target * 100:g} %",
            f"{each.missed} of {each.replications}",
            f"{each.risk * 100:.1f} % ({each.low * 100:.1f} … {each.high * 100:.1f})",
            each.colour or f"{each.more_needed} more replications needed",
        )
        for each in rows
    )
    columns = ("contract", "period", "target", "missed in", "risk", "")
    return Table("Risk that a contract misses its target", columns, told)


def comparison(rows: Iterable[Mapping[str, Any]], title: str) -> Table:
    """Verdicts on paired differences.

    Args:
        rows: each with kpi, scope, base, other, difference, low, high, unit, verdict.
        title: what was compared.
    """
    return Table(title, _VERDICTS, tuple(_compared(row) for row in rows))


def avoided(rows: Iterable[Avoided]) -> Table:
    """What a breach avoided costs, by clock; in words where that cannot be said."""
    columns = ("clock", "breaches avoided", "costs more", "each")
    return Table("What a breach avoided costs", columns, tuple(_avoided(row) for row in rows))


def _avoided(row: Avoided) -> tuple[str, ...]:
    told = [_number(value, "", value) for value in (row.fewer, row.more)]
    if row.each is None:
        return row.clock, told[0], f"{told[1]} {row.unit}", row.verdict
    each = (row.each.mean, row.each.low or 0.0, row.each.high or 0.0)
    mean, low, high = (_number(value, "", row.each.mean) for value in each)
    return row.clock, told[0], f"{told[1]} {row.unit}", f"{mean} {row.unit} ({low} … {high})"


def _compared(row: Mapping[str, Any]) -> tuple[str, ...]:
    unit = row["unit"]
    base, other = (str(Figure(row[name], None, None, unit)) for name in ("base", "other"))
    points = " points" if unit == _SHARE else ""
    told = _number(row["difference"], unit, row["difference"]) + points
    if row["low"] is not None:
        low, high = (_number(row[name], unit, row["difference"]) for name in ("low", "high"))
        told = f"{told} ({low} … {high})"
    return row["kpi"], row["scope"], base, other, told, row["verdict"]


def _by_region_and_severity(found: Figures, title: str, kpi: str) -> Table:
    severities = _values(found, kpi, "severity")
    wheres = [{"region": region} for region in _values(found, kpi, "region")]
    if (kpi, measure.scope({})) in found:
        wheres.append({})
    rows = tuple(
        (
            where.get("region", "everywhere"),
            *(_text(found, kpi, {**where, "severity": severity}) for severity in severities),
            _text(found, kpi, where),
        )
        for where in wheres
    )
    return Table(title, ("region", *(f"severity {one}" for one in severities), "all"), rows)


def _by(
    key: str, found: Figures, title: str, columns: Mapping[str, tuple[str, dict[str, str]]]
) -> Table:
    """A row for each value of a key, and one for all together."""
    first = next(iter(columns.values()))[0]
    wheres: list[dict[str, str]] = [{key: value} for value in _values(found, first, key)]
    if wheres:
        wheres.append({})
    rows = tuple(
        (where.get(key, "all"), *(_text(found, kpi, {**where, **more})
                                  for kpi, more in columns.values()))
        for where in wheres
    )  # fmt: skip
    return Table(title, (key, *columns), rows)


def _without_empty(table: Table) -> Table:
    """The table without columns in which nothing stands."""
    kept = [n for n in range(len(table.columns)) if any(row[n] for row in table.rows)]
    columns = tuple(table.columns[n] for n in kept)
    return Table(table.title, columns, tuple(tuple(row[n] for n in kept) for row in table.rows))


def _text(found: Figures, kpi: str, where: Mapping[str, str]) -> str:
    figure = found.get((kpi, measure.scope(where)))
    return "" if figure is None else str(figure)


def _values(found: Figures, kpi: str, key: str) -> list[str]:
    """The values of a key among the scopes that have that key alone."""
    start = f"{key}="
    return [
        where.removeprefix(start)
        for name, where in found
        if name == kpi and where.startswith(start) and ";" not in where
    ]


def _number(value: float, unit: str, like: float) -> str:
    """With as many digits as a figure of the size of `like` has: at most three that count."""
    if unit == _SHARE:
        return f"{value * 100:.1f}"
    digits = 0 if abs(like) >= 100 else 1 if abs(like) >= 10 else 2
    return f"{value:,.{digits}f}"
