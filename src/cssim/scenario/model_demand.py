"""Demand of a scenario: where cases come from."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
)

from cssim.scenario import kinds
from cssim.scenario.distribution_forms import Plain, Time, by_kind
from cssim.scenario.kinds import (
    Date,
    Day,
    Factor,
    File,
    FlowId,
    Line,
    Rate,
    Reference,
    TimeOfDay,
    Word,
)
from cssim.scenario.model_attributes import Attribute
from cssim.scenario.model_base import InstalledBase
from cssim.scenario.section import Section


def _positive(weights: dict[Any, float]) -> dict[Any, float]:
    if sum(weights.values()) <= 0:
        raise ValueError("at least one weight is above 0")
    return weights


def _apart(hours: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    ordered = sorted(hours)
    for (_, end), (start, _) in itertools.pairwise(ordered):
        if start < end:
            raise ValueError("two stretches of the day overlap")
    return _positive(hours)


def _hours_as_written(hours: dict[tuple[int, int], float]) -> dict[str, float | int]:
    return {kinds.format_span(one): kinds.shown_number(weight) for one, weight in hours.items()}


Hours = Annotated[
    dict[Annotated[tuple[int, int], BeforeValidator(kinds.span)], Factor],
    AfterValidator(_apart),
    PlainSerializer(_hours_as_written),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "number"}}),
]


class Profile(Section):
    """Customers who come at a rate that follows week, day and calendar."""

    kind: Literal["profile"]
    flow: FlowId
    """The flow that a case of this source begins with."""
    region: Reference | None = None
    """Where its cases are."""
    rate: Rate
    """Cases per day, on average over a week of ordinary days."""
    weekday: Annotated[dict[Day, Factor], AfterValidator(_positive)] | None = None
    """By day of the week, relative weights; a day that is not named has none."""
    hours: Hours | None = None
    """By stretch of the day, relative weights; a time that is not named has none."""
    day_factor: Plain | None = None
    """A random factor of each day, drawn anew every day."""
    calendar: Reference | None = None
    """The calendar that says which days are holidays."""
    holiday_factor: Factor = 1.0
    """A factor for public holidays."""
    after_holiday_factor: Factor = 1.0
    """A factor for the first working day after them."""
    moved_working_day_factor: Factor = 1.0
    """A factor for weekend days that are worked instead of others."""
    chasers: Rate = 0.0
    """Contacts about an open case, per case and day."""
    attributes: dict[Word, Attribute] = {}
    """Attributes that are drawn otherwise for this source."""


class Cadence(Section):
    """A management flow that begins once in every period."""

    attributes: ClassVar[dict[str, Any]] = {}

    kind: Literal["cadence"]
    flow: FlowId
    """The flow that begins."""
    region: Reference | None = None
    """Where it runs; without it, one region after another."""
    every: Literal["week", "month", "quarter", "year"]
    """The period."""
    at: Literal["start", "end", "within"]
    """Its first day, its last day, or a day drawn within it."""
    time: TimeOfDay = "00:00"
    """When on that day."""
    calendar: Reference | None = None
    """Moved to the next moment at which this calendar is open."""


class Dates(Section):
    """A management flow that begins on given dates."""

    attributes: ClassVar[dict[str, Any]] = {}

    kind: Literal["dates"]
    flow: FlowId
    """The flow that begins."""
    region: Reference | None = None
    """Where it runs; without it, one region after another."""
    dates: Annotated[list[Date], Field(min_length=1)]
    """The dates."""
    time: TimeOfDay = "00:00"
    """When on those days."""
    calendar: Reference | None = None
    """Moved to the next moment at which this calendar is open."""


class Column(Section):
    """What a column of a file tells of each case."""

    column: Line
    """The heading of the column."""
    values: dict[str, Line] | None = None
    """By what stands there, the scenario's word for it; without it they are the same."""
    otherwise: Line | None = None
    """The word for all that `values` does not name."""


class Actual(Section):
    """What really became of recorded cases, told beside what is simulated."""

    resolved_at: Line
    """The heading of the column with the moment of its resolution; empty while it is open."""
    kept: Line
    """The heading of the column that says whether its promise was kept: `true` or `false`."""
    note: Line | None = None
    """A line that is told with the comparison."""


def _column_tag(data: Any) -> str:
    return "@column" if isinstance(data, dict | Column) else "@region"


class Tickets(Section):
    """Cases that were recorded, one row of a file each."""

    calendar: ClassVar[None] = None

    kind: Literal["file"]
    flow: FlowId
    """The flow that a case of this source begins with."""
    file: File
    """A CSV file with a heading, `.gz` or not; relative to the file that names it."""
    opened_at: Line
    """The heading of the column with the opening moment, in the scenario's zone."""
    attributes: dict[Word, Column] = {}
    """Attributes that the file tells; the others are drawn."""
    region: (
        Annotated[
            Annotated[Reference, Tag("@region")] | Annotated[Column, Tag("@column")],
            Discriminator(_column_tag),
        ]
        | None
    ) = None
    """Where its cases are: a region, or the column that tells it."""
    actual: Actual | None = None
    """What really became of them, if the file tells that too."""
    chasers: Rate = 0.0
    """Contacts about an open case, per case and day."""


class Population(Section):
    """A number of units, each of which asks again some time after its last case has ended."""

    calendar: ClassVar[None] = None

    kind: Literal["population"]
    flow: FlowId
    """The flow that a case of this source begins with."""
    region: Reference | None = None
    """Where its cases are."""
    units: Annotated[int, Field(ge=1, le=1_000_000)]
    """How many units there are."""
    time: Time
    """From the run's beginning, and from the end of a unit's case, to its next."""
    attributes: dict[Word, Attribute] = {}
    """Attributes that are drawn otherwise for this source."""


class Bench(Section):
    """Bad units of parts that our own people repair: each is a case, when it may leave quarantine.

    A case that ends as `done` puts its unit back on the shelf, one that is `declined` scraps it.
    """

    calendar: ClassVar[None] = None
    region: ClassVar[None] = None

    kind: Literal["bench"]
    flow: FlowId
    """The flow of a repair, one of ours (`case: management`)."""
    parts: Annotated[list[Reference], Field(min_length=1)]
    """The parts that are repaired here, and not by their supplier."""
    exchanged: bool = False
    """Whether units that came back in exchange are repaired too."""
    to: Reference | None = None
    """The place where repaired units lie then; without it where they came from."""
    at: Reference | None = None
    """The stock point where the bench is, and its components lie; without it, the bench is in the
    region that a unit came from."""
    transport: Time | None = None
    """How long a unit is on its way there, and from there back."""
    attributes: dict[Word, Attribute] = {}
    """Attributes that are drawn otherwise for this source."""


Source = Annotated[
    Annotated[Profile, Tag("@profile")]
    | Annotated[Cadence, Tag("@cadence")]
    | Annotated[Dates, Tag("@dates")]
    | Annotated[Tickets, Tag("@file")]
    | Annotated[Population, Tag("@population")]
    | Annotated[Bench, Tag("@bench")]
    | Annotated[InstalledBase, Tag("@installed_base")],
    Discriminator(by_kind),
]
