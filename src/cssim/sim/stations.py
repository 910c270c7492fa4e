"""A node as the walker meets it: everything it asks for at each step, in one place.

The blueprint's columns are for any engine; a station gathers one node's cells for this one.
It is a run's own copy: what changes during a run changes here.
"""

from __future__ import annotations

from cssim.blueprint.tables import Bit, Blueprint, Kind, Mode, Nodes
from cssim.sim.draws import Draws
from cssim.sim.people import People
from cssim.sim.pools import NOBODY, Pool

# modes that only a run knows: a script, answers that cannot always be given, drawn ones
# whose chances depend on the case or the visit, those that something else may know, and those
# whose chances depend on what is known
SCRIPT, GUARDED, DEPENDS, KNOWN, LEARNT = 6, 7, 8, 9, 10


class Station:
    """One node: what is rare about it, who works there, where one goes from it.

    `ways` has for each answer its code, the station it leads to (None where that is
    conditional), and whether this is an end; `cumulative`
    are the chances of a first visit, unless they depend on the case; `pools` has the pool of
    the first doer for every place; `scale` is a factor on its time.
    """

    __slots__ = (
        "bits", "chance", "cumulative", "is_end", "is_rare", "is_structure", "length", "mode",
        "number", "outcome", "pools", "scale", "to_finish", "to_start", "ways",
    )  # fmt: skip

    def __init__(self, number: int, blueprint: Blueprint, draws: Draws) -> None:
        nodes = blueprint.nodes
        self.number = number
        self.bits = bits = nodes.bits[number]
        self.is_rare = bool(bits & Bit.TO_ENTER)
        self.to_start = bits & Bit.TO_START
        self.to_finish = bits & Bit.TO_FINISH
        self.is_structure = bool(bits & Bit.STRUCTURE)
        self.is_end = nodes.kind[number] == Kind.END
        self.outcome = nodes.outcome[number]
        self.mode = nodes.mode[number]
        chances = nodes.chances[number]
        self.cumulative = chances[0][0]
        if self.mode == Mode.DRAW and (len(chances) > 1 or bits & Bit.REVISITS):
            self.mode = DEPENDS
        self.length = draws.lengths[number]
        self.chance = draws.answers[number]
        self.ways: list[tuple[int, Station | None, bool]] = []
        self.pools: list[Pool] = []
        self.scale = 1.0


def stations(blueprint: Blueprint, draws: Draws, people: People) -> list[Station]:
    """All stations, joined up."""
    nodes = blueprint.nodes
    made = [Station(number, blueprint, draws) for number in range(len(nodes.name))]
    places = max(1, len(blueprint.terms["regions"]))
    for station in made:
        targets = [made[to] if to >= 0 else None for to in nodes.targets[station.number]]
        answers = nodes.answers[station.number] or [-1] * len(targets)
        station.ways = [
            (answer, to, to is not None and to.is_end)
            for answer, to in zip(answers, targets, strict=True)
        ]
        roles = nodes.roles[station.number]
        numbers = blueprint.pools.of_role[roles[0]] if roles else (-1,) * places
        station.pools = [people.pools[n] if n >= 0 else NOBODY for n in numbers]
    return made


def choose_modes(made: list[Station], nodes: Nodes, scripted: bool) -> None:
    """Which decisions are scripted, and which cannot give every answer at every time."""
    for node, mode in enumerate(nodes.mode):
        if mode != Mode.NONE and scripted:
            made[node].mode = SCRIPT
        elif mode == Mode.DRAW and nodes.guarded[node]:
            made[node].mode = GUARDED
