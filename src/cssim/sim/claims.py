"""What a step of several people asks for."""

from __future__ import annotations

from cssim.sim.pools import Pool
from cssim.sim.state import Token


class Claim:
    """Who is needed at once: so many of some pools, and certain persons.

    It may wait, gather (`locked`), and is over when everybody has begun.
    """

    __slots__ = ("held", "locked", "missing", "persons", "place", "pools", "token")

    def __init__(self, token: Token, pools: list[Pool], persons: set[int], rank: int) -> None:
        self.token = token
        self.pools = pools
        self.missing = list(pools)
        self.persons = persons
        self.place = rank, token.number
        self.held: list[tuple[int, Pool, int]] = []
        self.locked = False
