"""The shapes of what changes during a run: cells, and what writes to them when.

All indices are positions in the lists of words in `Blueprint.terms`; -1 is "none". Times are
whole milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass


class Quantity:
    """What a cell is a factor on."""

    TIME = 0  # of a node's work
    WEIGHT = 1  # of an answer at a node, against the others
    RATE = 2  # of a source
    COMING = 3  # the share of requests with a word of an attribute that come
    PACE = 4  # on the times of one person
    STAYING = 5  # the share of requests with a word of an attribute that do not become another
    LEVEL = 6  # of a shelf: when, and up to what, more is ordered


@dataclass(frozen=True, slots=True)
class Cell:
    """One number that may change: a factor, 1 as long as nothing is in force."""

    quantity: int
    of: int  # a node, source, attribute, agent or shelf
    word: int = -1  # the position of an answer, the word of an attribute
    to: int = -1  # the word that it becomes
    only: tuple[int, frozenset[int]] = (-1, frozenset())  # of an attribute, these words alone


Factors = tuple[tuple[int, float], ...]  # (cell, factor)


@dataclass(frozen=True, slots=True)
class Dated:
    """Factors for a span of the run."""

    from_at: int
    to_at: int
    factors: Factors


@dataclass(frozen=True, slots=True)
class Effect:
    """Factors that begin when a step is done.

    `persons` are the cells of persons: those of them who took part, if `only_those_there`.
    """

    node: int
    answer: int  # a code; -1: whatever is answered
    of: tuple[int, frozenset[int]]  # an attribute and its words: whose case it is; -1: any
    after: int
    lasts: int  # NEVER: for good
    factors: Factors
    persons: Factors
    only_those_there: bool
    below: float  # it begins if the score found is below this; NEVER: whatever it is
    repeated: tuple[int, ...]  # attributes by which requests are of one sort; () none
    only: tuple[int, frozenset[int]]  # an attribute and its words: what counts; -1: all
    more_than: int  # of one sort
    source: int  # of which one more case begins; -1: none


@dataclass(frozen=True, slots=True)
class Before:
    """An effect on one cell that a run before has begun, or will have; NEVER: for good."""

    effect: int
    cell: int
    from_at: int
    until: int


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How a request's score comes about: the best, what it loses, who tells it."""

    best: float
    day: float  # of 24 h from opening to closing
    breach: float  # of the first response, of the resolution
    visit: float  # on site, after the first
    answering: float
    visits: tuple[int, ...]  # nodes whose visits are counted


@dataclass(frozen=True, slots=True)
class Changes:
    """All that may change; a dated change is numbered before the effects.

    `begins` are by node the effects that it begins.
    """

    cells: tuple[Cell, ...] = ()
    dated: tuple[Dated, ...] = ()
    effects: tuple[Effect, ...] = ()
    satisfaction: Satisfaction | None = None
    before: tuple[Before, ...] = ()

    @property
    def begins(self) -> dict[int, tuple[int, ...]]:
        """By node, the effects that it begins."""
        nodes = sorted({effect.node for effect in self.effects})
        return {
            node: tuple(n for n, effect in enumerate(self.effects) if effect.node == node)
            for node in nodes
        }
