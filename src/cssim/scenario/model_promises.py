"""Promises of a scenario: contracts, their targets, and what stops the clocks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from cssim.basis import quantities
from cssim.eventlog import CAUSES
from cssim.scenario.kinds import Chance, FlowId, Reference, SomeTime, Word
from cssim.scenario.problems import unknown
from cssim.scenario.section import Section

ORIGINAL = "original"


# what the clocks are told of as it begins and ends; the other causes are only measured
PAUSING = ("approval", "supplier", "part", "customer")


def _cause(value: Any) -> str:
    if value not in CAUSES:
        raise ValueError(unknown("cause of waiting", str(value), PAUSING))
    if value not in PAUSING:
        raise ValueError(f"this cause stops no clock, only {', '.join(PAUSING)} can")
    return str(value)


def _renewal(value: Any) -> str | int:
    if value == ORIGINAL:
        return ORIGINAL
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("a length of time, or original, is expected")
    if isinstance(value, str) and not value[:1].isdigit():
        raise ValueError("a length of time, or original, is expected")
    length = quantities.duration(str(value))
    if length == 0:
        raise ValueError("a length of time above 0 is expected")
    return length


def _renewal_as_written(value: str | int) -> str:
    return value if isinstance(value, str) else quantities.format_duration(value)


Cause = Annotated[str, BeforeValidator(_cause), WithJsonSchema({"enum": list(PAUSING)})]
Renewal = Annotated[
    str | int,
    BeforeValidator(_renewal),
    PlainSerializer(_renewal_as_written),
    WithJsonSchema({"type": "string", "examples": [ORIGINAL, "8 h"]}),
]


class ChosenBy(Section):
    """Which contract a case has."""

    by: Word
    """The attribute that decides."""
    of: dict[Word, Reference]
    """By word of it, the contract."""


class Contract(Section):
    """What is promised, in open hours of a calendar, by severity."""

    calendar: Reference
    """Whose open hours count: a calendar, or `region`, the case's region's own."""
    first_response: dict[Word, SomeTime]
    """By severity, until somebody works on it."""
    resolution: dict[Word, SomeTime]
    """By severity, until it is solved."""
    attainment: Chance | None = None
    """Share of the resolution promises that is to be kept, of those that fall due in a period."""
    attainment_period: Literal["month", "quarter"] = "month"
    """The calendar period over which that share is counted."""


class Pause(Section):
    """What stops a clock: by clock, the causes of waiting."""

    first_response: list[Cause] = []
    """Causes that stop the first response's clock."""
    resolution: list[Cause] = []
    """Causes that stop the resolution's clock."""


class Sla(Section):
    """Promises to customers."""

    contract: ChosenBy
    """Which contract a case has."""
    contracts: Annotated[dict[Word, Contract], Field(min_length=1)]
    """The contracts."""
    pause: Pause = Pause()
    """What stops the clocks."""
    renewal: Renewal = ORIGINAL
    """How long a promise is that is agreed anew; `original`: as long as the first."""
    applies_to: Annotated[list[FlowId], Field(min_length=1)]
    """Flows whose cases have promises."""
