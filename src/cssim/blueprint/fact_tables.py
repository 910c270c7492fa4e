"""The shapes of what may know an answer instead of chance: rules of escalation, defects, knowledge.

All indices are positions in the lists of words in `Blueprint.terms`; -1 is "none". Times are
whole milliseconds, chances are in 0 … 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cssim.basis.distributions import Distribution
from cssim.eventlog import NEVER


@dataclass(frozen=True, slots=True)
class Escalation:
    """An answer that is given when all conditions hold; an empty condition holds."""

    position: int  # among the node's answers
    severities: frozenset[int]
    attempts: tuple[tuple[int, int], ...]  # (node, times before)
    used: tuple[tuple[int, float], ...]  # (clock, share of its target)


@dataclass(frozen=True, slots=True)
class Family:
    """Defects of one kind: who may belong to one, where they are solved, and what that does.

    `asked_at` and `solved_at` are by node the position of the answer that says so.
    """

    key: int
    attribute: int
    words: frozenset[int]  # of the attribute
    incidence: tuple[tuple[int, float], ...]  # (product, defects per day)
    product_keys: tuple[int, ...]  # of every product
    lasts: int  # ms
    weight: Distribution
    alone: float
    asked_at: dict[int, int]
    solved_at: dict[int, int]
    known_at: int = -1  # the decision at which a published solution is known; -1 none
    known: int = -1  # the position of its answer
    published_after: int = 0  # ms
    workaround_after: int = NEVER
    workaround: float = 1.0
    short_call: float = 1.0

    @property
    def changes_times(self) -> bool:
        """Whether it changes how long any step takes."""
        return self.workaround != 1 or self.short_call != 1


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A decision at which one answer is likelier the more is known."""

    node: int
    position: int  # of the answer
    attribute: int
    words: frozenset[int]  # of the attribute: the cases that it is about
    limit: float
    half: float  # solutions


@dataclass(frozen=True, slots=True)
class Limit:
    """When a step is late: so long after the case came, or a share of a target is used up."""

    position: int  # of the answer `late`
    after: int  # ms; -1: never
    used: tuple[tuple[int, float], ...]  # (clock, share of its target)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that may know an answer.

    `escalation` are by decision the rules that answer it, the first that holds. Defects of the
    `families` appear on `days` (begin, end, date) in a word of the attribute `product`. Steps
    that may be cut: `late`, by node, and `cut_by_defect`, node → the position of its answer.
    """

    escalation: dict[int, tuple[Escalation, ...]]
    families: tuple[Family, ...]
    days: NDArray[np.int64]
    product: int
    knowledge: Knowledge | None
    late: dict[int, Limit]
    cut_by_defect: dict[int, int]
