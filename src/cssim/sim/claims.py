"""What a step of several people asks for."""

from __future__ import annotations

from cssim.blueprint.tables import Bit, Blueprint
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

    @property
    def is_complete(self) -> bool:
        """Whether everybody is held who is needed."""
        return not self.missing and self.persons <= {agent for agent, _, _ in self.held}

    def lose(self, entry: tuple[int, Pool, int]) -> None:
        """Somebody held is let go; one of a pool is missing again."""
        self.held.remove(entry)
        if entry[0] not in self.persons:
            self.missing.append(entry[1])


def doers(
    blueprint: Blueprint, all_pools: list[Pool], token: Token, node: int
) -> tuple[list[Pool], set[int]]:
    """The pools that a node takes one from, and the persons it must be: the owner (R96)."""
    tables = blueprint.pools
    instance = token.instance
    owner_role = blueprint.owned_by[instance.flow]
    pools: list[Pool] = []
    persons: set[int] = set()
    for role in blueprint.nodes.roles[node]:
        if role == owner_role and instance.owner >= 0:
            persons.add(instance.owner)
        elif blueprint.nodes.bits[node] & Bit.EVERYWHERE:
            everywhere = [all_pools[number] for number in tables.all_of_role[role]]
            pools += [pool for pool in everywhere if pool.agents]
        else:
            pools.append(all_pools[tables.of_role[role][token.case.place]])
    return pools, persons
