"""Money of a scenario: what people, goods and broken promises cost, and what customers pay."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cssim.scenario.kinds import Chance, Factor, Price, Reference, Word
from cssim.scenario.model_promises import ClockOfCustomers, NodeAndAnswer
from cssim.scenario.section import Section


class Wage(Section):
    """What an hour of somebody of a grade costs. Paid is planned presence, leave and illness."""

    hour: Price
    """An hour of paid time."""
    overtime: Factor = 0.0
    """What is paid on top for work outside the planned presence, as a share of the hour."""
    standby: Price | None = None
    """An hour of a turn on call; without it, nothing."""
    on_call: Factor = 0.0
    """What is paid on top for work during a turn on call, as a share of the hour."""


class Travel(Section):
    """What journeys cost, beside the people's time."""

    hour: Price | None = None
    """An hour of a journey of one person."""
    km: Price | None = None
    """A kilometre of a way that has a length, as ways across a map have."""
    visit: Price | None = None
    """A visit to which somebody travels, once, however many people and stretches that takes."""


class Penalties(Section):
    """What we pay a contract's customers for what we did not keep."""

    breach: dict[ClockOfCustomers, Price] = {}
    """By clock, for each of its promises that is broken."""
    missed: Price | None = None
    """For each of the contract's periods whose attainment is below its target; a period is cut by
    the window."""
    cap: Price | None = None
    """The most that is paid in each calendar month, quarter or year; without it, all."""
    cap_period: Literal["month", "quarter", "year"] = "year"
    """What the cap is for."""


class Charge(Section):
    """What a customer pays when a step is completed."""

    price: Price | None = None
    """An amount each time."""
    parts: bool = False
    """Whether also the price of all parts that his case has used up and not yet paid."""


class Costs(Section):
    """Prices; figures and lines of money are made where they are given."""

    wages: Annotated[dict[Word, Wage], Field(min_length=1)] | None = None
    """By grade, what people cost; a pool or group says its grade, else it is its role's name."""
    travel: Travel | None = None
    """What journeys cost."""
    transport: dict[Word, Price] | None = None
    """By weight class of the part, what it costs to move one from place to place, suppliers
    included."""
    storage: dict[Word, Price] | None = None
    """By weight class of the part, what one on a shelf costs a day."""
    capital: Chance | None = None
    """The yearly rate on the price of all good parts of ours: on shelves, on their way, lent."""
    repair: dict[Reference, Price] | None = None
    """By supplier, what each unit costs that is sent to him for repair."""
    penalties: dict[Reference, Penalties] | None = None
    """By contract, what broken promises cost."""
    charges: dict[NodeAndAnswer, Charge] | None = None
    """By step (`1.8.4/20`), or decision and answer (`1.8.4/11=yes`), what a customer pays."""
