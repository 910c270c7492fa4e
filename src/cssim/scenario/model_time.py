"""Time, calendars and regions of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from cssim.basis import calendars
from cssim.basis.calendars import CalendarSpec
from cssim.scenario import kinds
from cssim.scenario.document import DAYS
from cssim.scenario.kinds import (
    Country,
    Date,
    Day,
    Duration,
    Line,
    Reference,
    SomeTime,
    Spans,
    Zone,
)
from cssim.scenario.section import Section

CLOSED = "closed"


class Horizon(Section):
    """When: the zone, the first day, and how long each part of a run lasts."""

    zone: Zone
    """The zone of all dates of the scenario and of its results."""
    start: Date
    """The first day of the run; moment 0 is its midnight."""
    warm_up: Duration
    """How long the run goes on before anything is counted."""
    window: SomeTime
    """How long is counted."""
    run_out: Duration
    """How long the cases of the window are followed after it."""


class Title(Section):
    """A name as reports show it."""

    en: Line
    """In English."""
    zh: Line
    """In Chinese."""


class Region(Section):
    """A place with people and customers of its own."""

    title: Title
    """Its name in reports."""
    calendar: Reference
    """When it is open: the calendar of contracts that say `region`."""


def _closed_is_none(value: Any) -> Any:
    if value == CLOSED:
        return []
    if not isinstance(value, list):
        raise ValueError('a list of stretches of the day, or "closed", is expected')
    return value


class CalendarForm(Section):
    """When somewhere is open."""

    week: dict[Day, Spans]
    """By day of the week (`mon`, or joined like `mon-fri`), the stretches of the day that are
    open. A day that is not named is closed."""
    holidays: Country | None = None
    """The country (two letters) whose public holidays close it, and whose moved working days
    open it."""
    subdivision: Line | None = None
    """The part of the country, where holidays differ."""
    zone: Zone | None = None
    """The zone of its hours; without it the scenario's."""
    exceptions: dict[
        Date,
        Annotated[
            Spans,
            BeforeValidator(_closed_is_none),
            WithJsonSchema(
                {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"const": CLOSED}]}
            ),
        ],
    ] = {}
    """By date, the stretches of that day that are open instead of all else, or `closed`."""

    def made(self) -> CalendarSpec:
        """The calendar.

        Raises:
            ValueError: it is never open, or its country's holidays are not known.
        """
        if not any(self.week.values()):
            raise ValueError("a week has at least one open stretch")
        if self.subdivision and not self.holidays:
            raise ValueError("a subdivision needs holidays, the country that it is a part of")
        if self.holidays:
            _check_country(self.holidays, self.subdivision)
        week = {DAYS.index(day): list(open_) for day, open_ in self.week.items()}
        return CalendarSpec(
            week={day: week[day] for day in sorted(week)},
            zone=self.zone,
            country=self.holidays,
            subdivision=self.subdivision,
            exceptions={date: list(open_) for date, open_ in self.exceptions.items()},
        )


def _check_country(country: str, subdivision: str | None) -> None:
    try:
        calendars.check_country(country, subdivision)
    except ValueError:
        place = f"{country}, {subdivision}" if subdivision else country
        raise ValueError(f"the public holidays of {place} are not known") from None


def _as_written(spec: CalendarSpec) -> dict[str, Any]:
    """The calendar as a file has it."""
    written: dict[str, Any] = {
        "week": {DAYS[day]: [kinds.format_span(one) for one in spec.week[day]] for day in spec.week}
    }
    rest = {"holidays": spec.country, "subdivision": spec.subdivision, "zone": spec.zone}
    written |= {key: value for key, value in rest.items() if value}
    if spec.exceptions:
        written["exceptions"] = {
            date.isoformat(): [kinds.format_span(one) for one in open_] if open_ else CLOSED
            for date, open_ in spec.exceptions.items()
        }
    return written


if TYPE_CHECKING:
    Calendar = CalendarSpec
else:
    Calendar = Annotated[
        CalendarForm, AfterValidator(CalendarForm.made), PlainSerializer(_as_written)
    ]
