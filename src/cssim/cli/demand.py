"""`cssim demand`: what recorded contacts say of a scenario's demand."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cssim.cli import overrides

if TYPE_CHECKING:
    from cssim.basis.calendars import CalendarSpec
    from cssim.experiment.demand_counts import Recorded
    from cssim.experiment.demand_profile import Fit
    from cssim.scenario.model import Scenario

app = typer.Typer()


class Missing(StrEnum):
    """What a day without a row is."""

    ERROR = "error"
    ZERO = "zero"


@app.callback()
def demand() -> None:
    """Keeps `profile` a command of its own while it is the only one."""


@app.command("profile")
def profile(  # noqa: PLR0913, PLR0917 - a parameter an option
    calls: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV file of counts per interval or moments.")
    ],
    scenario: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The scenario that the keys are for: they extend it."),
    ] = None,
    calendar: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The scenario's calendar that tells the holidays."),
    ] = None,
    country: Annotated[
        str | None, typer.Option(metavar="CN", help="Whose holidays they are, instead of it.")
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            metavar="ZONE", help="The zone of the file's times.", show_default="the scenario's, UTC"
        ),
    ] = None,
    flow: Annotated[str, typer.Option(metavar="FLOW", help="What a case begins with.")] = "1.8.2",
    missing: Annotated[
        Missing, typer.Option(help="What a day without a row is: a mistake, or no contact.")
    ] = Missing.ERROR,
    start: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="An interval's local date and time.")
    ] = None,
    count: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="How many contacts came in it.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The local moment of one contact.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Where: a source for each region.")
    ] = None,
    place: Annotated[
        str | None,
        typer.Option("--in", metavar="REGION", help="Where all were, if there is no such column."),
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="COLUMN", help="A source for each type.")
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A column (or `*`) that tells nothing; repeatable."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The keys.", show_default="stdout"),
    ] = None,
) -> None:
    """Fit demand to recorded contacts, and write its scenario keys.

    Weekdays, hours of the day, the random day factor and the factors of holidays, with
    standard errors. Exit code 2: the file is wrong, all its mistakes are told.
    """
    from cssim.experiment import demand_counts, demand_keys, demand_profile, files
    from cssim.experiment.demand_rows import Columns

    if calendar is not None and country is not None:
        raise typer.BadParameter("it excludes --calendar", param_hint="--country")
    if calendar is not None and scenario is None:
        raise typer.BadParameter("it needs --scenario", param_hint="--calendar")
    if output is not None:
        files.expect_folder(output)
    loaded = None if scenario is None else overrides.load(scenario)
    _check_flow(flow, loaded)
    name, spec = _holidays(loaded, calendar, country)
    recorded = demand_counts.read(
        calls,
        Columns(start, count, at, region, type_, tuple(ignore or ())),
        _zone(zone, loaded),
        None if loaded is None else tuple(loaded.regions),
        missing is Missing.ZERO,
        _region(place, loaded),
    )
    fits = demand_profile.fits(recorded, spec)
    folder = Path() if output is None else output.parent
    text = demand_keys.text(
        recorded, fits, flow, name, country,
        None if scenario is None else demand_keys.relative(scenario, folder),
        {} if loaded is None else loaded.demand,
    )  # fmt: skip
    if output is not None:
        files.write_text(output, text)
    else:
        typer.echo(text, nl=False)
    _tell(recorded, fits, spec)


def _holidays(
    scenario: Scenario | None, calendar: str | None, country: str | None
) -> tuple[str | None, CalendarSpec | None]:
    """The calendar of the factors, and the name that the keys give it."""
    from cssim.basis import calendars
    from cssim.basis.calendars import CalendarSpec
    from cssim.basis.moments import DAY
    from cssim.scenario import problems

    if calendar is not None and scenario is not None:
        if calendar not in scenario.calendars:
            what = problems.unknown("calendar", calendar, scenario.calendars)
            raise typer.BadParameter(f"{what} (got {calendar})", param_hint="--calendar")
        return calendar, scenario.calendars[calendar]
    if country is None:
        return None, None
    try:
        if not (len(country) == 2 and country.isascii() and country.isupper()):
            raise ValueError(f"a country as two capitals, like CN, is expected (got {country})")
        calendars.check_country(country)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--country") from None
    return f"holidays-{country}", CalendarSpec({day: [(0, DAY)] for day in range(5)}, None, country)


def _region(region: str | None, scenario: Scenario | None) -> str | None:
    from cssim.scenario import problems

    if region is not None and scenario is not None and region not in scenario.regions:
        what = problems.unknown("region", region, scenario.regions)
        raise typer.BadParameter(f"{what} (got {region})", param_hint="--in")
    return region


def _zone(zone: str | None, scenario: Scenario | None) -> str:
    from cssim.scenario import kinds

    if zone is None:
        return "UTC" if scenario is None else scenario.time.zone
    try:
        return kinds.zone(zone)
    except ValueError as error:
        raise typer.BadParameter(f"{error} (got {zone})", param_hint="--zone") from None


def _check_flow(flow: str, scenario: Scenario | None) -> None:
    from cssim.flows import read
    from cssim.scenario import problems

    graphs = read.library() if scenario is None else scenario.graphs
    if flow not in graphs:
        what = problems.unknown("flow", flow, graphs)
    elif not graphs[flow].customer_case:
        what = "it is no customer's case"
    else:
        return
    raise typer.BadParameter(f"{what} (got {flow})", param_hint="--flow")


def _tell(recorded: Recorded, fits: Sequence[Fit], calendar: CalendarSpec | None) -> None:
    """What was read and how much of it there was, on standard error."""
    from cssim.basis import calendars

    of = f" of {recorded.interval} min" if recorded.is_counts else ", a contact each"
    dates, changing = recorded.dates, int(recorded.changing.sum())
    say = _on_standard_error
    say(f"{recorded.file}: {recorded.rows} rows{of}, {dates[0]} to {dates[-1]}")
    heading = ["rows", "contacts", "days", "ordinary", "holiday", "after", "moved", "no row"]
    table = [("source", heading), *((fit.series.name, _numbers(fit, len(dates))) for fit in fits)]
    name_width = max(len(name) for name, _ in table)
    for name, cells in table:
        told = (cell.rjust(9) for cell in cells)
        say(" ".join((name.ljust(name_width), *told)))
    if any((~fit.series.seen).any() for fit in fits):
        say("days without a row are taken as days without a contact")
    if silent := sum(fit.series.silent for fit in fits):
        say(f"{silent} intervals without a row, on days that have one, are taken as 0")
    if changing:
        say(f"{changing} days on which the clocks change are left out")
    for sentence in calendars.unknown_years(calendar, dates[0], dates[-1]) if calendar else ():
        say(f"warning: {sentence}")


def _numbers(fit: Fit, days: int) -> list[str]:
    """What a source has: rows, contacts, days, those of each kind, those without a row."""
    from cssim.experiment import demand_profile

    series = fit.series
    of_kind = [fit.days[kind] for kind in ("ordinary", *demand_profile.KINDS)]
    numbers = [series.rows, series.counts.sum(), days, *of_kind, (~series.seen).sum()]
    return [str(number) for number in numbers]


def _on_standard_error(sentence: str) -> None:
    typer.echo(sentence, err=True)
