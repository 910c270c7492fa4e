"""Charts of a study's figures, as PNG.

They take the frames that replications are summarised in: `kpis` (kpi, scope, mean, low, high,
unit), `weekly` (the same with `week`) and `hourly` (weekday and hour in the scope). Intervals
are 95 % over the replications; a single replication has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cssim.experiment import files, risk
from cssim.experiment.risk import Risk
from cssim.kpi.measure import ALL
from cssim.kpi.spans import WEEKDAYS
from cssim.report import canvas

_WIDE = 9.0  # inches
_INTERVALS = "95 % intervals over the replications"
_COLOURS = {risk.GREEN: canvas.GREEN, risk.AMBER: canvas.ORANGE, risk.RED: canvas.VERMILION}


def write(
    folder: Path,
    kpis: pd.DataFrame,
    weekly: pd.DataFrame,
    hourly: pd.DataFrame,
    risks: Sequence[Risk] = (),
) -> None:
    """All charts that the figures allow, as files of a folder.

    Raises:
        ResultsError: the folder cannot be written to.
    """
    for name, picture in pictures(kpis, weekly, hourly, risks).items():
        with files.whole(folder / f"{name}.png") as passing:
            passing.write_bytes(picture)


def pictures(
    kpis: pd.DataFrame, weekly: pd.DataFrame, hourly: pd.DataFrame, risks: Sequence[Risk] = ()
) -> dict[str, bytes]:
    """Name → PNG; a chart whose figures are missing (a scenario without promises) is left out."""
    made = {
        "attainment-by-region": attainment_by_region(kpis),
        "backlog": backlog(weekly),
        "occupancy-by-pool": occupancy_by_pool(kpis),
        "people-by-hour": people_by_hour(hourly),
        "cases-at-risk": cases_at_risk(weekly),
        "sla-risk": sla_risk(risks),
    }
    return {name: picture for name, picture in made.items() if picture is not None}


def attainment_by_region(kpis: pd.DataFrame) -> bytes | None:
    """Share of promises kept by region, both clocks, worst region on top."""
    resolved = _by(kpis, "attainment", "region").sort_values("mean", ascending=False, kind="stable")
    if resolved.empty:
        return None
    answered = _by(kpis, "first_response_attainment", "region").reindex(resolved.index)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        places = np.arange(len(resolved), dtype=np.float64)
        canvas.dots(axes, resolved, list(places + 0.12), canvas.BLUE, "resolved in time")
        canvas.dots(axes, answered, list(places - 0.12), canvas.ORANGE, "first response in time")
        axes.set_yticks(places, resolved.index)
        axes.set_ylabel("region")
        axes.set_xlabel("promises kept, % of those that fell due")
        axes.set_xlim(right=100.5)
        axes.set_title("Promises kept, by region")
        figure.legend(loc="outside lower center", ncols=2, title=f"bars: {_INTERVALS}")

    return canvas.png(draw, _WIDE, 1.8 + 0.45 * len(resolved))


def backlog(weekly: pd.DataFrame) -> bytes | None:
    """Open requests week by week."""
    rows = _everywhere(weekly, "backlog")
    if rows.empty:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        canvas.band(axes, rows, canvas.BLUE)
        axes.set_ylabel("open requests, average of the week")
        axes.set_title("Backlog over the window")
        _weeks(axes)

    return canvas.png(draw, _WIDE, 4.0)


def cases_at_risk(weekly: pd.DataFrame) -> bytes | None:
    """Share of unresolved requests that have used up four fifths of their promise, by week."""
    rows = _everywhere(weekly, "at_risk")
    if rows.empty:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        canvas.band(axes, rows, canvas.VERMILION, 100)
        axes.set_ylabel("% of unresolved requests")
        axes.set_title("Cases at risk: 80 % or more of the resolution promise used up")
        _weeks(axes)

    return canvas.png(draw, _WIDE, 4.0)


def occupancy_by_pool(kpis: pd.DataFrame) -> bytes | None:
    """How busy each pool is while on duty, busiest on top."""
    rows = _by(kpis, "occupancy", "pool").sort_values("mean", kind="stable")
    if rows.empty:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        places = np.arange(len(rows))
        axes.barh(places, rows["mean"] * 100, color=canvas.BLUE, height=0.7)
        axes.errorbar(
            rows["mean"] * 100,
            places,
            xerr=canvas.half_widths(rows, 100),
            fmt="none",
            ecolor="black",
            capsize=2,
        )
        axes.set_yticks(places, rows.index)
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlim(0, 100)
        axes.grid(visible=False, axis="y")
        axes.set_ylabel("pool")
        axes.set_xlabel("time busy, % of time on duty")
        axes.set_title("Occupancy, by pool")
        axes.text(
            1, 0.005, f"bars: {_INTERVALS}", transform=axes.transAxes, ha="right", fontsize=8,
            color=canvas.GREY,
        )  # fmt: skip

    return canvas.png(draw, _WIDE, 1.5 + 0.24 * len(rows))


def people_by_hour(hourly: pd.DataFrame) -> bytes | None:
    """People on duty and busy, and activities waiting for them, over an average week."""
    if hourly.empty:
        return None
    on_duty, busy, waiting = (
        _over_the_week(hourly, k) for k in ("on_duty", "busy", "queue_length")
    )

    def draw(figure: Figure) -> None:
        above, below = figure.subplots(2, 1, sharex=True)
        hours = np.arange(len(on_duty) + 1)
        above.stairs(on_duty, hours, color=canvas.GREY, linewidth=1.5, label="on duty")
        above.stairs(busy, hours, color=canvas.BLUE, fill=True, alpha=0.6, label="busy")
        above.set_ylabel("people")
        above.set_title("People on duty and busy, and what waits for them: all pools, by hour")
        above.legend(loc="upper right", ncols=2)
        below.stairs(waiting, hours, color=canvas.ORANGE, fill=True, label="waiting")
        below.set_ylabel("activities waiting")
        below.set_xticks(np.arange(8) * 24, [])
        below.set_xticks(np.arange(7) * 24 + 12, [day.capitalize() for day in WEEKDAYS], minor=True)
        below.set_xlim(0, len(on_duty))
        below.set_xlabel("weekday, from midnight to midnight (average over the window)")
        for axes in (above, below):
            axes.set_ylim(bottom=0)
            axes.tick_params(axis="x", which="minor", length=0)

    return canvas.png(draw, _WIDE, 5.5)


def sla_risk(risks: Sequence[Risk]) -> bytes | None:
    """How likely each contract misses its target: a row a contract, its periods along it.

    Grey, without a colour, while there are too few replications for one.
    """
    if not risks:
        return None
    contracts = list(dict.fromkeys(each.contract for each in risks))

    def draw(figure: Figure) -> None:
        rows = figure.subplots(len(contracts), 1, squeeze=False)[:, 0]
        for axes, contract in zip(rows, contracts, strict=True):
            _risks_of(axes, [each for each in risks if each.contract == contract])
        rows[0].set_title("Risk that a contract misses its target")
        rows[-1].set_xlabel(
            "calendar month or quarter (the window may cut the first and the last)\n"
            f"bars: {_INTERVALS}; {_of_colours(risks[0].more_needed)}"
        )

    return canvas.png(draw, _WIDE, 1.4 + 1.9 * len(contracts))


def _of_colours(needed: int) -> str:
    if needed:
        return f"no colours: {needed} more replications needed"
    amber, red = (f"{share * 100:g} %" for share in (risk.AMBER_FROM, risk.RED_FROM))
    return f"{risk.GREEN} below {amber}, {risk.RED} from {red} on"


def _risks_of(axes: Axes, risks: Sequence[Risk]) -> None:
    """One contract's periods: the share of replications that miss, with its interval."""
    for place, each in enumerate(risks):
        reach = np.array([[each.risk - each.low], [each.high - each.risk]]).clip(min=0) * 100
        colour = _COLOURS.get(each.colour, canvas.GREY)
        axes.errorbar(place, each.risk * 100, yerr=reach, fmt="o", color=colour, capsize=3)
    axes.set_xticks(range(len(risks)), [each.period for each in risks], fontsize=8)
    axes.set_xlim(-0.6, len(risks) - 0.4)
    axes.set_ylim(-4, 104)
    axes.grid(visible=False, axis="x")
    target = f"target {risks[0].target * 100:g} %"
    axes.set_ylabel(f"{risks[0].contract} ({target})\n% missed", fontsize=9)


def _by(rows: pd.DataFrame, kpi: str, key: str) -> pd.DataFrame:
    """The figures whose scope is this key alone, indexed by its values."""
    found = rows[(rows["kpi"] == kpi) & rows["scope"].str.fullmatch(f"{key}=[^;]*")]
    return found.set_index(found["scope"].str.removeprefix(f"{key}="))


def _everywhere(weekly: pd.DataFrame, kpi: str) -> pd.DataFrame:
    found = weekly[(weekly["kpi"] == kpi) & (weekly["scope"] == ALL)]
    return found.sort_values("week")


def _over_the_week(hourly: pd.DataFrame, kpi: str) -> canvas.Numbers:
    """168 values, Monday's midnight first; nothing where there is no figure."""
    scopes = [f"hour={hour:02};weekday={day}" for day in WEEKDAYS for hour in range(24)]
    mean = hourly[hourly["kpi"] == kpi].set_index("scope")["mean"]
    return mean.reindex(scopes).fillna(0.0).to_numpy(dtype=np.float64)


def _weeks(axes: Axes) -> None:
    axes.set_xlabel(f"week beginning (band: {_INTERVALS})")
    locator = mdates.AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
