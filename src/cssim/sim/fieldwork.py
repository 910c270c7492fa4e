"""Puts up what visits need beyond the walker: journeys, and bookings into windows."""

from __future__ import annotations

from cssim.blueprint.tables import Blueprint
from cssim.sim.bookings import Bookings
from cssim.sim.journeys import Journeys
from cssim.sim.rare import Rare
from cssim.sim.walk import Walker


def put_up(blueprint: Blueprint, walker: Walker, rare: Rare) -> None:
    """Journeys where the scenario has places, nothing where it has none."""
    if blueprint.travel is None:
        return
    journeys = Journeys(blueprint, blueprint.travel, walker, rare)
    if blueprint.appointments is not None and blueprint.appointments.windows:
        Bookings(blueprint, rare, journeys)
