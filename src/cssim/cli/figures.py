"""The figures of a study as tables for the terminal: what a planner looks at first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rich.console import Console

_SHARE = "share"
_PIPED = 140  # columns where nobody's terminal sets a limit


class Cell(NamedTuple):
    """One figure over all replications."""

    mean: float
    low: float | None
    high: float | None
    unit: str

    def __str__(self) -> str:
        """As `91.2 % ± 0.8`; shares in per cent."""
        factor, digits, unit = (100, 1, " %") if self.unit == _SHARE else (1, 2, "")
        half = "" if self.high is None else f" ± {(self.high - self.mean) * factor:.{digits}f}"
        return f"{self.mean * factor:.{digits}f}{unit}{half}"


Cells = Mapping[tuple[str, str], Cell]  # by kpi and scope


def cells(rows: Iterable[Sequence[Any]]) -> Cells:
    """Rows of kpi, scope, mean, low, high, unit, to be looked up."""
    return {(kpi, scope): Cell(*values) for kpi, scope, *values in rows}


def console() -> Console:
    """Standard output; where it is no terminal, wide enough for every table."""
    from rich.console import Console

    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=_PIPED)


def show(target: Console, found: Cells, title: str) -> None:
    """Prints the overview: promises, people, cases and parts."""
    for name, kpi in (("resolved in time", "attainment"),
                      ("answered in time", "first_response_attainment")):  # fmt: skip
        _by_region_and_severity(target, found, f"{title}: {name}, of the promises due", kpi)
    _by_pool(target, found)
    _by_region(target, found)


def _values(found: Cells, kpi: str, key: str) -> list[str]:
    """The values of a key among the scopes that have that key alone."""
    start = f"{key}="
    return [
        scope.removeprefix(start)
        for name, scope in found
        if name == kpi and scope.startswith(start) and ";" not in scope
    ]


def _by_region_and_severity(target: Console, found: Cells, title: str, kpi: str) -> None:
    severities = _values(found, kpi, "severity")
    if (kpi, "all") not in found:
        return
    rows = [
        [region, *(found.get((kpi, f"region={region};severity={s}")) for s in severities),
         found.get((kpi, f"region={region}"))]
        for region in _values(found, kpi, "region")
    ]  # fmt: skip
    everywhere = [found.get((kpi, f"severity={s}")) for s in severities]
    rows.append(["everywhere", *everywhere, found[kpi, "all"]])
    _print(target, title, ["region", *(f"severity {s}" for s in severities), "all"], rows)


def _by_pool(target: Console, found: Cells) -> None:
    columns = {
        "occupancy": ("occupancy", ""),
        "wait (h)": ("waiting_time", ";statistic=mean"),
        "nine of ten within (h)": ("waiting_time", ";statistic=p90"),
        "waiting": ("queue_length", ""),
        "growth": ("backlog_growth", ""),
    }
    rows = [
        [pool, *(found.get((kpi, f"pool={pool}{more}")) for kpi, more in columns.values())]
        for pool in _values(found, "occupancy", "pool")
    ]
    _print(target, "People: how busy, and what waits for them", ["pool", *columns], rows)


def _by_region(target: Console, found: Cells) -> None:
    columns = {
        "requests": ("requests", ""),
        "open cases": ("backlog", ""),
        "hours to close": ("cycle_time", ";statistic=mean"),
        "still open": ("open_share", ""),
        "stock-outs": ("stockouts", ""),
        "parts at hand": ("fill_rate", ""),
    }
    rows: list[list[Any]] = []
    for region in [*_values(found, "requests", "region"), ""]:
        scope = f"region={region}" if region else "all"
        row = [found.get((kpi, (scope + more).removeprefix("all;") or "all"))
               for kpi, more in columns.values()]  # fmt: skip
        rows.append([region or "everywhere", *row])
    _print(target, "Cases and parts", ["region", *columns], rows)


def _print(
    target: Console, title: str, header: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for number, name in enumerate(header):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    target.print(table)
