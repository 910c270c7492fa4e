"""Supply of a scenario: suppliers, products, parts and their stock."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from cssim.basis.moments import DAY
from cssim.scenario.distribution_forms import Time, by_kind
from cssim.scenario.kinds import (
    Chance,
    Date,
    Duration,
    Factor,
    NodeKey,
    Price,
    Reference,
    UnitCount,
    Word,
)
from cssim.scenario.model_people import Only
from cssim.scenario.model_time import Title
from cssim.scenario.section import Section

Count = Annotated[int, Field(ge=0, le=1_000_000)]
SomeUnits = Annotated[int, Field(ge=1, le=1_000_000)]


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
    repairable: bool = True
    """Whether bad units are repaired; if not, they are scrap once they may leave quarantine."""
    substitutes: list[Reference] = []
    """Parts that do as well, given where it is not there; the first that is there."""
    components: dict[Word, Need] = {}
    """By part, what a repair of one on a bench may use up."""
    weight: Word | None = None
    """Its weight class, by which transport and storage are priced."""


class StockPoint(Section):
    """A place that keeps parts and is no region: a central store, a van."""

    title: Title
    """Its name in reports."""


def _days(length: int) -> int:
    if length < DAY or length % DAY:
        raise ValueError("whole days are expected")
    return length


class _Kept(Section):
    """What one place keeps of one part."""

    initial: Count
    """On the shelf when the run begins."""


class _Ordered(_Kept):
    ordered_from: Reference | None = None
    """The place that it is ordered from; without it the part's supplier."""
    transport: Time | None = None
    """From there to here, once it is there; of a supplier it is his lead time."""

    review: Annotated[Duration, AfterValidator(_days)] | None = None
    """How many days lie between the midnights at which the shelf is looked at; every seventh is a
    Monday's. Without it that is done at once."""


class FixedQuantity(_Ordered):
    """An order of one size whenever little is left: (r, Q)."""

    kind: Literal["fixed_quantity"]
    reorder_point: Count
    """At so many, or fewer, on the shelf and on order, more are ordered."""
    order_quantity: SomeUnits
    """How many an order is."""


class MinMax(_Ordered):
    """An order up to a level whenever little is left: (s, S)."""

    kind: Literal["min_max"]
    reorder_point: Count
    """At so many, or fewer, on the shelf and on order, more are ordered."""
    order_up_to: SomeUnits
    """As many as bring it up to this."""


class BaseStock(_Ordered):
    """An order for each unit that is taken: (S - 1, S)."""

    kind: Literal["base_stock"]
    order_up_to: Count
    """How many there are meant to be, on the shelf and on order, less those that are owed."""


class Rotable(_Kept):
    """Nothing is ordered: what there is comes back from repair."""

    kind: Literal["rotable"]


Stock = Annotated[
    Annotated[FixedQuantity, Tag("@fixed_quantity")]
    | Annotated[MinMax, Tag("@min_max")]
    | Annotated[BaseStock, Tag("@base_stock")]
    | Annotated[Rotable, Tag("@rotable")],
    Discriminator(by_kind),
]


class Shipment(Section):
    """How a place gets parts that lie elsewhere, for a case that needs them now."""

    time: Time | None = None
    """How long they are on their way; without it they are there at once."""
    price: Price | None = None
    """What one shipment costs."""
    keeps: Count = 0
    """So many the other place does not give away."""
    of: Only | None = None
    """One attribute and its words: only for these cases, as in emergencies; without it, for all."""


class Parts(Section):
    """Parts: their types, where they are kept, and how they come and go."""

    types: dict[Word, PartType]
    """The types of part."""
    points: dict[Word, StockPoint] = {}
    """Places that keep parts beside the regions."""
    stock: dict[Word, dict[Word, Stock]]
    """By place (a region or a stock point) and part, what is kept."""
    sourcing: dict[Word, dict[Word, Shipment]] = {}
    """By region, the places that a case's parts are taken from (`supplier`: theirs), in this order:
    the first that has all it needs of a part. Where none has, the case waits for its own
    region's shelf. Without it there is only that."""
    response_window: Duration | None = None
    """How soon a part has to be there, from where it was to come: for a figure."""
    lead_time: dict[Word, Time]
    """By supplier, from an order to its arrival."""
    wrong: Annotated[Chance, Field(lt=1)] | None = None
    """How likely a visit that has parts finds that they are the wrong ones: the next visit is
    agreed on, with others. The answers' weights are for other reasons then; without it, for all."""
    used: Chance
    """How likely a lent unit is used on a visit that fixed it."""
    replaced: Chance
    """How likely a used unit replaced a bad one."""
    batch: SomeUnits
    """How many bad units leave for the supplier together."""
    repair_time: dict[Word, Time]
    """By supplier, from a bad unit's leaving to its return."""
    repaired: Chance
    """The share of bad units that come back to the shelf; the others are scrapped."""
