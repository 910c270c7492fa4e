"""Promises of a scenario: contracts, their targets, and what stops the clocks."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, PlainSerializer, Tag, WithJsonSchema

from cssim.basis import quantities
from cssim.eventlog import CAUSES
from cssim.scenario.distribution_forms import Time
from cssim.scenario.kinds import Chance, FlowId, NodeKey, Reference, SomeTime, Weights, Word
from cssim.scenario.problems import unknown
from cssim.scenario.section import Section

ORIGINAL = "original"


# what the clocks are told of as it begins and ends; the other causes are only measured
PAUSING = ("approval", "supplier", "part", "customer", "returns")
# clocks that a scenario may have beside the handbook's own, first response and resolution
MORE_CLOCKS = ("answer", "on_site", "restore", "update")
CLOCKS_OF_CUSTOMERS = ("first_response", "resolution", *MORE_CLOCKS)


def _cause(value: Any) -> str:
    if value not in (*CAUSES, *PAUSING):
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


def _node_and_answer(value: Any) -> str:
    if not isinstance(value, str) or not NODE_AND_ANSWER.fullmatch(value):
        raise ValueError("a node, like 1.8.2/1, or a node and its answer, like 1.8.2/18=yes,"
                         " is expected")  # fmt: skip
    return value


NODE_AND_ANSWER = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_-]+|RETURNS)(=\w+)?")
NodeAndAnswer = Annotated[
    str,
    BeforeValidator(_node_and_answer),
    WithJsonSchema({"type": "string", "examples": ["1.8.2/18=yes"]}),
]
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


class When(Section):
    """When something happens to a clock: at any of these moments of any of these nodes."""

    reached: list[NodeKey] = []
    """A node is enabled: the case comes to it."""
    started: list[NodeKey] = []
    """Somebody begins with it; with a journey, if there is one."""
    arrived: list[NodeKey] = []
    """Its work begins, after the journey."""
    completed: list[NodeAndAnswer] = []
    """It is completed; with `=ANSWER`, only with that answer."""

    def said(self) -> dict[str, list[str]]:
        """By moment, the nodes; without moments that name none."""
        return {name: list(nodes) for name, nodes in self if nodes}


def _start_tag(data: Any) -> str:
    return "@when" if isinstance(data, dict | When) else "@opened"


Start = Annotated[
    Annotated[Literal["opened"], Tag("@opened")] | Annotated[When, Tag("@when")],
    Discriminator(_start_tag),
]
ClockName = Literal["answer", "on_site", "restore", "update"]
ClockOfCustomers = Literal["first_response", "resolution", "answer", "on_site", "restore", "update"]
Targets = dict[Word, SomeTime]


class ClockRule(Section):
    """When a clock runs. It stops when the case closes at the latest."""

    start: Start
    """`opened` (when the customer first reached for us), or nodes by moment. It starts whenever
    that comes while it does not run."""
    stop: When
    """Nodes by moment."""
    pause: list[Cause] = []
    """Causes of waiting that stop it for a while."""
    repeats: bool = False
    """Whether it starts again, with the whole target, whenever it has stopped before the end."""


class Contract(Section):
    """What is promised, in open hours of a calendar, by severity."""

    calendar: Reference
    """Whose open hours count: a calendar, or `region`, the case's region's own."""
    first_response: Targets
    """By severity, until somebody works on it."""
    resolution: Targets
    """By severity, until it is solved."""
    answer: Targets | None = None
    """By severity, of the clock of this name in `clocks`; without it, that is not promised."""
    on_site: Targets | None = None
    """The same, of the clock `on_site`."""
    restore: Targets | None = None
    """The same, of the clock `restore`."""
    update: Targets | None = None
    """The same, of the clock `update`."""
    calendars: dict[ClockOfCustomers, Reference] | None = None
    """By clock, a calendar other than the contract's."""
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


class Tier(Section):
    """What a tier promises to the others (OLA): from a case's arrival until it leaves."""

    calendar: Reference
    """Whose open hours count: a calendar, or `region`, the case's region's own."""
    target: Targets
    """By severity, for each stay."""
    pause: list[Cause] = []
    """Causes that stop its clock, besides those that stop the customer's resolution."""


class Underpinning(Section):
    """What a supplier promises to us (an underpinning contract)."""

    calendar: Reference | None = None
    """Whose open hours count; without it the supplier's own."""
    target: Targets
    """By severity, for each stay of a case with him."""


class Reopening(Section):
    """Customers whose problem was solved, and who come back with the same matter."""

    chance: Chance
    """The share of the solved cases that are reopened."""
    after: Time
    """How long after the case closed."""
    clock: Literal["continue", "anew"]
    """Whether its clocks go on with what they had used, or start from nothing."""


class Sla(Section):
    """Promises to customers."""

    contract: ChosenBy
    """Which contract a case has."""
    contracts: Annotated[dict[Word, Contract], Field(min_length=1)]
    """The contracts."""
    pause: Pause = Pause()
    """What stops the clocks."""
    clocks: dict[ClockName, ClockRule] | None = None
    """Clocks beside first response and resolution, by their name; a contract gives the targets."""
    tiers: dict[Word, Tier] | None = None
    """By role, what that tier promises for each stay of a case with it (an OLA)."""
    suppliers: dict[Word, Underpinning] | None = None
    """By supplier, what he promises for each stay of a case with him (an underpinning contract)."""
    reclassify: dict[NodeKey, dict[Word, Weights]] | None = None
    """By node, after which a case's severity is judged anew: by the one it has, weights of the
    ones it may get; it keeps one that is not named."""
    reopen: Reopening | None = None
    """Who comes back with the same matter; without it nobody does."""
    renewal: Renewal = ORIGINAL
    """How long a promise is that is agreed anew; `original`: as long as the first."""
    applies_to: Annotated[list[FlowId], Field(min_length=1)]
    """Flows whose cases have promises."""
