"""People of a scenario: pools, the groups in them, and when each person is there."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from cssim.scenario.distribution_forms import Time
from cssim.scenario.kinds import (
    Chance,
    Date,
    File,
    Month,
    Number,
    Rate,
    Reference,
    SomeTime,
    Word,
)
from cssim.scenario.model_dispatch import Order
from cssim.scenario.section import Section

NATIONAL = "national"
AMPLE = -1  # in place of a number of people: always somebody free

Proficiency = Annotated[Number, Field(gt=0)]


def _people(value: Any) -> Any:
    if value == "ample":
        return AMPLE
    if isinstance(value, str):
        raise ValueError("a whole number, or ample, is expected")
    if isinstance(value, int) and value < 0:
        raise ValueError("a number of 0 or more is expected")
    return value


People = Annotated[
    int,
    BeforeValidator(_people),
    Field(ge=AMPLE, le=100_000),
    PlainSerializer(lambda people: "ample" if people == AMPLE else people),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 100_000}, {"const": "ample"}]}
    ),
]


class Roster(Section):
    """Shifts of named people from a file."""

    from_: Annotated[File, Field(alias="from")]
    """A CSV file with the columns agent, date, start, end: a row is one shift, in the zone of
    the pool's calendar; an end at or before the start is on the next day."""


class Away(Section):
    """Days on which somebody is on leave."""

    from_: Annotated[Date, Field(alias="from")]
    """The first such day."""
    to: Date
    """The first day on which he is there again."""


class Leave(Section):
    """Planned leave of every person, its days drawn."""

    days: Annotated[int, Field(ge=1, le=200)]
    """Working days a year."""
    block: Annotated[int, Field(ge=1, le=50)] = 5
    """How many of them are taken together; the blocks are spread over the year."""


class Sickness(Section):
    """Illness of every person, drawn."""

    rate: Rate
    """How often somebody falls ill; from the midnight before."""
    length: Time
    """How long he stays away."""


class RampUp(Section):
    """How new people grow into their work."""

    from_: Annotated[Proficiency, Field(alias="from")]
    """The factor on their times when they begin."""
    over: SomeTime
    """How long until it has become 1, in a straight line."""


class OnCall(Section):
    """A rota outside the shifts: each week the next in turn."""

    calendar: Reference
    """The hours to be covered; whoever is on a shift of his own then is not on call."""
    severities: Annotated[list[Word], Field(min_length=1)]
    """The cases that are taken then; all others wait."""
    people: Annotated[int, Field(ge=1)] = 1
    """How many are on call at once."""


Skills = dict[Word, Proficiency]


class Group(Section):
    """Some people of a pool who differ from the others; what is not said is as for the pool."""

    people: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """How many; or give a roster."""
    calendar: Reference | None = None
    """Their working hours."""
    roster: Roster | None = None
    """Their shifts from a file, instead of people and a calendar."""
    skills: Skills | None = None
    """What they can, each with the factor on the time of steps that ask for it."""
    proficiency: Proficiency | None = None
    """The factor on the time of all other steps."""
    helps: list[Reference] | None = None
    """Other pools (`hq_engineer`, `regional_engineer.north`) whose work they take when nothing
    waits in their own, in this order."""
    territory: list[Word] | None = None
    """The areas whose visits they make."""
    home: Word | None = None
    """The area from which they set out to the first visit of a shift."""
    joins: Date | None = None
    """The day on which they begin; without it they are there already."""
    leaves: Date | None = None
    """The first day on which they are with the company no more."""
    away: dict[Word, Away] | None = None
    """Leave with dates."""
    grade: Word | None = None
    """By which of `costs.wages` they are paid; without it, as for the pool."""


class Pool(Section):
    """People who can stand in for each other."""

    people: People | None = None
    """How many, beside those of `groups` and `roster`; or `ample`: always somebody free."""
    calendar: Reference | None = None
    """Their working hours."""
    roster: Roster | None = None
    """Named people with their shifts from a file."""
    groups: dict[Word, Group] | None = None
    """People of the pool with hours, skills or dates of their own."""
    shift_end: Literal["finish", "pause", "hand_over"]
    """What happens at a shift's end to work that was begun: it is finished as overtime, the same
    person goes on at his next shift, or the rest returns to the line."""
    latest_start: Literal["any", "fits"] = "any"
    """`fits`: nothing begins whose planned length passes the shift's end."""
    order: Order | None = None
    """In which order work is taken from its line; without it, as `dispatch.order` says."""
    places: Annotated[int, Field(ge=0)] | None = None
    """The most callers who may wait in its line; one more is turned away. Without it, all may."""
    ring_fenced: Annotated[int, Field(ge=1)] | None = None
    """How many of them take deferred work only, never a live call; without it, nobody."""
    interrupted_by: list[Word] | None = None
    """What interrupts work in hand, to be resumed: `live` calls, cases of these severities."""
    rework: Annotated[Number, Field(gt=0, lt=1)] | None = None
    """Where somebody else takes up work that was begun, the share of what the one before has
    worked that is done again; without it, nothing."""
    skills: Skills | None = None
    """What they can, each with the factor on the time of steps that ask for it."""
    proficiency: Proficiency | None = None
    """The factor on the time of all other steps; without it 1."""
    helps: list[Reference] | None = None
    """Other pools (`hq_engineer`, `regional_engineer.north`) whose work they take when nothing
    waits in their own, in this order; without it, none."""
    territory: list[Word] | None = None
    """The areas (of `travel`) whose visits they make; without it, all of them."""
    home: Word | None = None
    """The area (of `travel`) from which they set out to the first visit of a shift; without it,
    from base."""
    leave: Leave | None = None
    """Planned leave, drawn for each person; without it, nobody has any."""
    sickness: Sickness | None = None
    """Illness, drawn for each person; without it, nobody falls ill."""
    hiring: dict[Month, Annotated[int, Field(ge=1, le=10_000)]] | None = None
    """By month, how many more people begin on its first day."""
    attrition: Chance | None = None
    """The share of people who leave at a month's end; without it, nobody does."""
    ramp_up: RampUp | None = None
    """How those who join during the run, or shortly before, grow into their work."""
    on_call: OnCall | None = None
    """A rota outside the shifts; without it, nobody works then."""
    grade: Word | None = None
    """By which of `costs.wages` they are paid; without it, by that of their role's name."""
