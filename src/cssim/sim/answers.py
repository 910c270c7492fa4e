"""Answers that are not simply drawn, and where an answer leads when that has a condition.

An answer comes from a script, an attribute, a clock, a settlement of parts, the outcome of a
call, or a draw among those that can be given now.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from cssim.blueprint.tables import Blueprint, Mode, Way
from cssim.sim.promises import PromiseKeeper
from cssim.sim.state import Instance, Token
from cssim.sim.stations import DEPENDS, GUARDED, KNOWN, LEARNT, SCRIPT, Station
from cssim.sim.stock import Stock
from cssim.sim.walk import (
    BY_ATTRIBUTE,
    BY_CALL,
    BY_CLOCK,
    BY_DRAW,
    BY_FACT,
    BY_SCRIPT,
    Walker,
)

# gives the position of an answer that it knows, -1 where it knows none
Knows = Callable[[Token, Station], int]
# is told the position of an answer that was given, and who gave it
Hears = Callable[[Token, Station, int, int], None]
# makes other cumulative chances of those that the scenario says
Learns = Callable[[Token, tuple[float, ...]], tuple[float, ...]]


class Answers:
    """Gives answers and ways on, for the walker.

    `know` tells of what may know the answer at a station: whoever comes first is asked first.
    """

    def __init__(
        self, blueprint: Blueprint, walker: Walker, promises: PromiseKeeper, stock: Stock
    ) -> None:
        self._nodes = blueprint.nodes
        self._walker = walker
        self._promises = promises
        self._stock = stock
        self._by_mode = {
            SCRIPT: self._scripted,
            GUARDED: self._draw_possible,
            DEPENDS: self._drawn,
            Mode.DRAW: self._drawn,
            Mode.ATTRIBUTE: self._by_attribute,
            Mode.CLOCK: self._by_clock,
            Mode.SETTLEMENT: self._by_settlement,
            Mode.OUTCOME: self._by_outcome,
            KNOWN: self._known,
            LEARNT: self._learnt,
        }
        self._knows: dict[int, list[tuple[Knows, int]]] = {}
        self._hears: dict[int, Hears] = {}
        self._learns: dict[int, Learns] = {}
        self._rows = list(blueprint.nodes.chances)  # a run's own
        self._otherwise: dict[int, int] = {}  # station → its mode where nobody knows

    def know(self, at: Station, knows: Knows, by: int = BY_FACT) -> None:
        """From now on, ask this too before an answer is given here."""
        self._attend(at)
        self._knows[at.number].append((knows, by))

    def hear(self, at: Station, hears: Hears) -> None:
        """From now on, tell this of every answer here."""
        self._attend(at)
        self._hears[at.number] = hears

    def learn(self, at: Station, learns: Learns) -> None:
        """From now on, answers that are drawn here have the chances that this makes."""
        self._learns[at.number], at.mode = learns, LEARNT

    def weigh(self, at: Station, factors: Sequence[float]) -> None:
        """From now on, the weight of each answer here is times its factor."""
        self._rows[at.number] = rows = weighed(self._nodes.chances[at.number], factors)
        at.cumulative = rows[0][0]

    def _attend(self, at: Station) -> None:
        if at.mode != KNOWN:
            self._otherwise[at.number], at.mode = at.mode, KNOWN
            self._knows[at.number] = []

    def answer(self, token: Token, at: Station) -> tuple[int, int]:
        """Position of the answer and who gave it, where it is not simply drawn."""
        return self._by_mode[at.mode](token, at)

    def _scripted(self, token: Token, at: Station) -> tuple[int, int]:
        called = self._nodes.mode[at.number] == Mode.OUTCOME and token.instance.got >= 0
        if called:
            return self._by_outcome(token, at)
        return token.case.script.take(at.number), BY_SCRIPT

    def _known(self, token: Token, at: Station) -> tuple[int, int]:
        """What somebody knows, or else as it would be answered without."""
        position, by = self._asked(token, at)
        hears = self._hears.get(at.number)
        if hears is not None:
            hears(token, at, position, by)
        return position, by

    def _asked(self, token: Token, at: Station) -> tuple[int, int]:
        """A call's outcome stands whatever is known; what cannot be given now is not."""
        called = self._nodes.mode[at.number] == Mode.OUTCOME and token.instance.got >= 0
        for knows, by in () if called else self._knows[at.number]:
            position = knows(token, at)
            if position >= 0 and self._possible(token, at, position):
                return position, by
        return self._by_mode[self._otherwise[at.number]](token, at)

    def _possible(self, token: Token, at: Station, position: int) -> bool:
        target = self._nodes.targets[at.number][position]
        return target >= 0 or self._way(token.instance, target) >= 0

    def _drawn(self, token: Token, at: Station) -> tuple[int, int]:
        """A uniform against the chances for this case and this visit."""
        case, stream = token.case, at.chance
        if token.visit == 1 and stream.column < case.dealt:
            u = case.luck[stream.column]
        else:
            u = self._walker.draws.uniform(case, stream, token.visit)
        return bisect_right(self._chances(token, at), u), BY_DRAW

    def _learnt(self, token: Token, at: Station) -> tuple[int, int]:
        if self._nodes.mode[at.number] == Mode.OUTCOME and token.instance.got >= 0:
            return self._by_outcome(token, at)
        u = self._walker.draws.uniform(token.case, at.chance, token.visit)
        chances = self._learns[at.number](token, self._chances(token, at))
        return bisect_right(chances, u), BY_DRAW

    def _chances(self, token: Token, at: Station) -> tuple[float, ...]:
        """Cumulative chances of the answers."""
        attribute = self._nodes.chance_attribute[at.number]
        value = token.case.values[attribute] if attribute >= 0 else 0
        by_visit = self._rows[at.number][value]
        return by_visit[min(token.visit, len(by_visit)) - 1]

    def _by_attribute(self, token: Token, at: Station) -> tuple[int, int]:
        value = token.case.values[self._nodes.answer_attribute[at.number]]
        return self._nodes.answer_map[at.number][value], BY_ATTRIBUTE

    def _by_clock(self, token: Token, at: Station) -> tuple[int, int]:
        kept = self._promises.kept(token.case, token.enabled)
        return self._nodes.answer_map[at.number][0 if kept else 1], BY_CLOCK

    def _by_settlement(self, token: Token, at: Station) -> tuple[int, int]:
        is_so = self._stock.settled(token, self._nodes.effects[at.number].unused)
        return self._nodes.answer_map[at.number][0 if is_so else 1], BY_FACT

    def _by_outcome(self, token: Token, at: Station) -> tuple[int, int]:
        got = token.instance.got
        if got < 0:
            return self._drawn(token, at)
        return self._nodes.answer_map[at.number][got], BY_CALL

    def _draw_possible(self, token: Token, at: Station) -> tuple[int, int]:
        """A drawn answer among those that can be given now, in proportion to their chances."""
        cumulative = self._chances(token, at)
        possible = []
        for position in range(len(cumulative)):
            chance = cumulative[position] - (cumulative[position - 1] if position else 0.0)
            if chance > 0 and self._possible(token, at, position):
                possible.append((position, chance))
        u = self._walker.draws.uniform(token.case, at.chance, token.visit)
        u *= sum(chance for _, chance in possible)
        for position, chance in possible:
            u -= chance
            if u < 0:
                return position, BY_DRAW
        return possible[-1][0], BY_DRAW

    def choose(self, token: Token, at: Station, position: int) -> Station:
        """The station that the conditional ways of an answer lead to."""
        to = self._way(token.instance, self._nodes.targets[at.number][position])
        assert to >= 0, "soundness lets no node be without a way on"
        return self._walker.stations[to]

    def _way(self, instance: Instance, target: int) -> int:
        for way in self._nodes.ways[~target]:
            if _holds(way, instance):
                return way.to
        return -1


def _holds(way: Way, instance: Instance) -> bool:
    for node, answer in way.answered:
        if instance.answers is None or instance.answers.get(node) != answer:
            return False
    if way.borrowed >= 0 and way.borrowed != instance.borrowed:
        return False
    if way.outcomes and not (instance.got >= 0 and way.outcomes >> instance.got & 1):
        return False
    return way.called_from < 0 or instance.open_above(way.called_from)


Rows = tuple[tuple[tuple[float, ...], ...], ...]


def weighed(rows: Rows, factors: Sequence[float]) -> Rows:
    """Cumulative chances, by value and visit, with each answer's weight times its factor.

    Example:
        >>> weighed((((0.5, 1.0),),), [3.0, 1.0])
        (((0.75, 1.0),),)
    """
    if all(factor == 1 for factor in factors):
        return rows
    return tuple(tuple(_weighed(row, factors) for row in by_visit) for by_visit in rows)


def _weighed(row: tuple[float, ...], factors: Sequence[float]) -> tuple[float, ...]:
    before = (0.0, *row[:-1])
    own = [(up - to) * f for up, to, f in zip(row, before, factors, strict=True)]
    total = sum(own)
    return (*(min(sum(own[: n + 1]) / total, 1.0) for n in range(len(own) - 1)), 1.0)
