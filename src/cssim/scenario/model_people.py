"""Work of a scenario: times of steps, answers, appointments, surveys and meetings."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, PlainSerializer, Tag

from cssim.scenario import kinds
from cssim.scenario.distribution_forms import Time
from cssim.scenario.kinds import (
    Chance,
    Duration,
    LaterVisit,
    Number,
    Price,
    Reference,
    SomeTime,
    Spans,
    Weights,
    Word,
)
from cssim.scenario.section import Section

OWN_REGION = "region"  # the calendar of the case's region


def one_attribute(entries: dict[str, Any]) -> dict[str, Any]:
    """A mapping by the words of one attribute.

    Raises:
        ValueError: it names none, or several.
    """
    if len(entries) != 1:
        raise ValueError("exactly one attribute is expected")
    return entries


Only = Annotated[
    dict[Word, Annotated[list[Word], Field(min_length=1)]], AfterValidator(one_attribute)
]  # some words of one attribute


def _whole_or_share(number: float) -> float:
    if number <= 0 or (number >= 1 and number != int(number)):
        raise ValueError("a whole number from 1, or a share between 0 and 1, is expected")
    return number


Factors = Annotated[
    dict[Word, dict[Word, Annotated[Number, Field(gt=0)]]], AfterValidator(one_attribute)
]


def _skill_tag(data: Any) -> str:
    return "@by_attribute" if isinstance(data, dict) else "@skill"


Skill = Annotated[
    Annotated[Word, Tag("@skill")]
    | Annotated[dict[Word, dict[Word, Word]], AfterValidator(one_attribute), Tag("@by_attribute")],
    Discriminator(_skill_tag),
]


class Work(Section):
    """How long one step takes."""

    time: Time
    """The time of its doers."""
    travel: Time | None = None
    """A journey before it."""
    factors: Factors | None = None
    """By one attribute's words, a factor on the time; 1 for those that are not named."""
    skill: Skill | None = None
    """The skill that whoever does it must have: one for all cases, or by one attribute's words."""
    cost: Price | None = None
    """What it costs each time, beside the people."""


class Answer(Section):
    """How likely each answer of a decision is."""

    weights: Weights
    """By answer, relative weights."""
    given: Annotated[dict[Word, dict[Word, Weights]], AfterValidator(one_attribute)] | None = None
    """By one attribute's words, other weights."""
    visits: dict[LaterVisit, Weights] | None = None
    """By number of the visit, other weights from that visit on."""


class Owner(Section):
    """Who keeps a flow that is worked through, and how long his work waits for him."""

    role: Word | None = None
    """All steps of this role belong to the first of its people who works on one of them."""
    wait: SomeTime | None = None
    """How long work waits for its owner, or for a key account's dedicated agent, in the hours of
    his pool; then another takes all of it over. Without it, for ever."""


Windows = Annotated[
    Spans,
    Field(min_length=1),
    PlainSerializer(lambda spans: [kinds.format_span(one) for one in spans]),
]


class Appointments(Section):
    """Visits that are agreed on with the customer."""

    lead: Time
    """From agreeing to the visit's moment."""
    calendar: Reference = OWN_REGION
    """When visits can be: a calendar, or `region`, the case's region's own."""
    windows: Windows | None = None
    """The parts of a day that a customer may be promised, like `["08:30-12:00", "13:30-17:30"]`:
    a visit is booked into one of them, where it fits an engineer's day; without it, it is agreed
    on for a moment and nobody's day is asked. It needs `travel`."""


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
