"""The shapes of the blueprint's journeys: areas, and the ways to them."""

from __future__ import annotations

from dataclasses import dataclass

from cssim.basis.distributions import Distribution


@dataclass(frozen=True, slots=True)
class Disc:
    """Where the sites of an area are, in km east and north of the region's base."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Travel:
    """How somebody gets to a visit; an area is a value of the attribute `by`.

    With discs ways are straight and take their length at `speed` (km per ms); without, they are
    drawn: from base by area (`times`), between sites by both (`between`, () as from base).
    """

    by: int
    times: tuple[Distribution, ...]
    between: tuple[tuple[Distribution, ...], ...]
    discs: tuple[Disc, ...]
    speed: float
    visits: dict[int, int]  # by flow, the node that keeps its appointments
    roles: frozenset[int]  # whose people make visits
