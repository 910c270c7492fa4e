"""Supply of a scenario: suppliers, products, parts and their stock."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from cssim.scenario.distribution_forms import Time
from cssim.scenario.kinds import (
    Chance,
    Date,
    Factor,
    NodeKey,
    Price,
    Reference,
    UnitCount,
    Word,
)
from cssim.scenario.section import Section


class Silence(Section):
    """Days on which a supplier does not answer."""

    from_: Annotated[Date, Field(alias="from")]
    """The first such day."""
    to: Date
    """The first day on which he answers again."""


class Supplier(Section):
    """Somebody outside who takes time and no pay."""

    calendar: Reference
    """His working hours."""
    times: dict[NodeKey, Time] = {}
    """By step of his, how long it takes in his working hours."""
    silences: dict[Word, Silence] = {}
    """Spans in which his time does not run."""


def _positive(units: dict[str, float]) -> dict[str, float]:
    if sum(units.values()) <= 0:
        raise ValueError("at least one weight is above 0")
    return units


class Need(Section):
    """A part that may be needed."""

    chance: Chance
    """How likely it is needed."""
    units: Annotated[dict[UnitCount, Factor], AfterValidator(_positive)] | None = None
    """By number of units, relative weights; without it one unit."""


class Product(Section):
    """What a product needs when it breaks."""

    supplier: Reference
    """Who supplies it."""
    unit: Reference | None = None
    """The part that a whole unit is, for the returns flow."""
    visit_parts: dict[Word, Need] = {}
    """By part, what a visit may need."""
    repair_parts: dict[NodeKey, dict[Word, Need]] = {}
    """By step of a repair and part, what it may use up."""


class PartType(Section):
    """A type of part."""

    supplier: Reference
    """Who supplies it."""
    price: Price
    """What one costs."""


class Stock(Section):
    """What one place keeps of one part."""

    initial: Annotated[int, Field(ge=0)]
    """On the shelf when the run begins."""
    reorder_point: Annotated[int, Field(ge=0)]
    """At so many, or fewer, on the shelf and on order, more are ordered."""
    order_quantity: Annotated[int, Field(ge=1)]
    """How many an order is."""


class Parts(Section):
    """Parts: their types, where they are kept, and how they come and go."""

    types: dict[Word, PartType]
    """The types of part."""
    stock: dict[Word, dict[Word, Stock]]
    """By region and part, what is kept."""
    lead_time: dict[Word, Time]
    """By supplier, from an order to its arrival."""
    used: Chance
    """How likely a lent unit is used on a visit that fixed it."""
    replaced: Chance
    """How likely a used unit replaced a bad one."""
    batch: Annotated[int, Field(ge=1)]
    """How many bad units leave for the supplier together."""
    repair_time: dict[Word, Time]
    """By supplier, from a bad unit's leaving to its return."""
    repaired: Chance
    """The share of bad units that come back to the shelf; the others are scrapped."""
