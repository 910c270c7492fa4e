"""Field visits of a scenario: where customers' sites are, and how long the way there is."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from cssim.scenario.distribution_forms import Time
from cssim.scenario.kinds import Distance, Reference, Speed, Word
from cssim.scenario.section import Section

_FURTHEST = 20_000  # km: half-way round the world


def _on_earth(km: float) -> float:
    if abs(km) > _FURTHEST:
        raise ValueError(f"no site is further than {_FURTHEST:,} km")
    return km


def _not_negative(km: float) -> float:
    if km < 0:
        raise ValueError("a radius is not negative")
    return km


Coordinate = Annotated[Distance, AfterValidator(_on_earth)]
Radius = Annotated[Coordinate, AfterValidator(_not_negative)]


class Area(Section):
    """Where some sites are: so long a way from base, or a disc on the map."""

    time: Time | None = None
    """The way from base to a site here, and back; or give coordinates."""
    x: Coordinate | None = None
    """How far east of its region's base the middle is; to the west it is negative."""
    y: Coordinate | None = None
    """How far north of its region's base the middle is; to the south it is negative."""
    radius: Radius | None = None
    """How far from the middle sites are at most, spread evenly; without it, all are there."""


class Travel(Section):
    """How engineers get to their visits, from base, from home or from the last site."""

    by: Reference
    """The attribute that tells the area of a case's site."""
    areas: dict[Word, Area]
    """By its words, where the area is."""
    between: dict[Word, dict[Word, Time]] | None = None
    """By two areas, the way from a site of one to a site of the other, each pair once and each area
    with itself; without all of it, the way to a site is as long as from base."""
    speed: Speed | None = None
    """With coordinates, how fast one gets along, as the crow flies."""
