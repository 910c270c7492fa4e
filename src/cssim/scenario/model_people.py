"""People and work of a scenario: pools, times of steps, answers, appointments and surveys."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from cssim.scenario.distribution_forms import Time
from cssim.scenario.kinds import (
    Chance,
    Duration,
    LaterVisit,
    Number,
    Price,
    Reference,
    SomeTime,
    Weights,
    Word,
)
from cssim.scenario.model_dispatch import Order
from cssim.scenario.section import Section

NATIONAL = "national"
OWN_REGION = "region"  # the calendar of the case's region
AMPLE = -1  # in place of a number of people: always somebody free


def _one(entries: dict[str, Any]) -> dict[str, Any]:
    if len(entries) != 1:
        raise ValueError("exactly one attribute is expected")
    return entries


def _whole_or_share(number: float) -> float:
    if number <= 0 or (number >= 1 and number != int(number)):
        raise ValueError("a whole number from 1, or a share between 0 and 1, is expected")
    return number


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


class Pool(Section):
    """People who can stand in for each other."""

    people: People
    """How many; or `ample`: always somebody free, at all hours."""
    calendar: Reference
    """Their working hours."""
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


Factors = Annotated[dict[Word, dict[Word, Annotated[Number, Field(gt=0)]]], AfterValidator(_one)]


class Work(Section):
    """How long one step takes."""

    time: Time
    """The time of its doers."""
    travel: Time | None = None
    """A journey before it."""
    factors: Factors | None = None
    """By one attribute's words, a factor on the time; 1 for those that are not named."""
    cost: Price | None = None
    """What it costs each time, beside the people."""


class Answer(Section):
    """How likely each answer of a decision is."""

    weights: Weights
    """By answer, relative weights."""
    given: Annotated[dict[Word, dict[Word, Weights]], AfterValidator(_one)] | None = None
    """By one attribute's words, other weights."""
    visits: dict[LaterVisit, Weights] | None = None
    """By number of the visit, other weights from that visit on."""


class Appointments(Section):
    """Visits that are agreed on with the customer."""

    lead: Time
    """From agreeing to the visit's moment."""
    calendar: Reference = OWN_REGION
    """When visits can be: a calendar, or `region`, the case's region's own."""


class Survey(Section):
    """A questionnaire that goes to many customers."""

    asked: Annotated[int, Field(ge=1)]
    """How many customers are asked."""
    answering: Chance
    """The share of them who answer."""
    period: SomeTime
    """When the collection ends."""
    time: Time
    """How long a customer takes to answer."""


class Meeting(Section):
    """A step to which people are summoned beforehand."""

    notice: Duration
    """How long before it they are told."""
    summoned: dict[Word, Annotated[Number, AfterValidator(_whole_or_share)]] = {}
    """By role, how many people of each pool (a whole number) or which share of it (below 1);
    one where it is not named."""
