"""The installed base of a scenario: units in the field, how they fail, come and go."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from cssim.basis import periods
from cssim.scenario.distribution_forms import Time, by_kind
from cssim.scenario.kinds import (
    Chance,
    Date,
    Factor,
    FlowId,
    Number,
    Period,
    Rate,
    Reference,
    SomeTime,
    Word,
)
from cssim.scenario.model_attributes import Attribute
from cssim.scenario.section import Section

Units = Annotated[int, Field(ge=0, le=1_000_000)]


def _counted_tag(data: Any) -> str:
    return "@by_region" if isinstance(data, dict) else "@units"


Counted = Annotated[
    Annotated[Units, Tag("@units")]
    | Annotated[dict[Reference, Units], Field(min_length=1), Tag("@by_region")],
    Discriminator(_counted_tag),
]


def _once(deliveries: dict[str, Any]) -> dict[str, Any]:
    """A plan whose periods lie apart.

    Raises:
        ValueError: something is told twice.
    """
    ordered = sorted(deliveries, key=periods.dates)
    for one, other in itertools.pairwise(ordered):
        if periods.dates(other)[0] < periods.dates(one)[1]:
            raise ValueError(f"{one} and {other} overlap: what is delivered then is told twice")
    return deliveries


class ExponentialHazard(Section):
    """As likely at every age."""

    kind: Literal["exponential"]
    mean: SomeTime
    """The mean time between two failures of a unit."""

    shape: ClassVar[float] = 1.0

    @property
    def scale(self) -> int:
        """The age by which one failure is expected."""
        return self.mean


class WeibullHazard(Section):
    """By age a, (a / scale)^shape failures are expected."""

    kind: Literal["weibull"]
    scale: SomeTime
    """The age by which one failure is expected."""
    shape: Annotated[Number, Field(gt=0, le=20)]
    """Below 1 the hazard falls with age (infant mortality), above 1 it grows (wear-out)."""


Hazard = Annotated[
    Annotated[ExponentialHazard, Tag("@exponential")] | Annotated[WeibullHazard, Tag("@weibull")],
    Discriminator(by_kind),
]


class Installed(Section):
    """Units that are in the field on a date."""

    on: Date
    """The date, not after the run's start."""
    units: Counted
    """How many, by region; a plain number where the scenario has no regions."""
    age: Time
    """How old each of them is on that date; of units that are repaired as good as new, how long ago
    the last time was."""


class DeadOnArrival(Section):
    """Deliveries that do not work."""

    share: Chance
    """The share of all deliveries."""
    attributes: dict[Word, Attribute] = {}
    """Attributes that are drawn otherwise for their requests."""


class HazardFactor(Section):
    """A span in which all hazards are greater, or smaller."""

    from_: Annotated[Date, Field(alias="from")]
    """The first such day."""
    to: Date
    """The first day on which they are as ever."""
    factor: Factor
    """On the hazards; where spans overlap, all their factors."""


class InstalledBase(Section):
    """Units in the field, each of which asks when it fails."""

    calendar: ClassVar[None] = None
    region: ClassVar[None] = None

    kind: Literal["installed_base"]
    flow: FlowId
    """The flow that a case of this source begins with."""
    installed: Installed | None = None
    """Those that are in the field when the run begins; without it, only what is delivered."""
    deliveries: Annotated[dict[Period, Counted], AfterValidator(_once)] = {}
    """By month (`2025-03`), week (`2025-W10`) or date, how many are delivered, by region: the sales
    plan, and what was sold before."""
    lifetime: Time | None = None
    """How long after its delivery a unit is retired; without it, never."""
    hazards: Annotated[dict[Word, Hazard], Field(min_length=1, max_length=8)]
    """Why a unit fails: hazards by age, which add up."""
    repaired: Literal["as_good_as_old", "as_good_as_new"]
    """What a failure leaves behind: a unit of its age, or from the end of its case on a new one."""
    factors: dict[Word, HazardFactor] = {}
    """Dated factors on all hazards: a cold winter."""
    dead_on_arrival: DeadOnArrival | None = None
    """Deliveries that do not work and ask at once; without it, there are none."""
    keeps: list[Word] = []
    """Attributes that are the unit's: drawn once for it, and the same for all that it asks."""
    attributes: dict[Word, Attribute] = {}
    """Attributes that are drawn otherwise for this source."""
    chasers: Rate = 0.0
    """Contacts about an open case, per case and day; of units as good as old."""
