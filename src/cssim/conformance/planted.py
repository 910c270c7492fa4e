"""Planted differences: a comparator that sees nothing is decoration, so each must see these.

One thing is changed in what was compared, here in the ways of an engine, and the comparator is
asked again. It knows nothing of why anything differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from cssim.conformance import equivalence, walks
from cssim.errors import ConformanceError

Ways = equivalence.Ways
Steps = tuple[walks.Visit, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether a comparator saw one planted difference, and what it said."""

    comparator: str
    plant: str
    said: str | None

    @property
    def holds(self) -> bool:
        """Whether it was seen."""
        return self.said is not None


def _missing(steps: Steps) -> Steps | None:
    return steps[:-1] if steps else None


def _swapped(steps: Steps) -> Steps | None:
    for place, (one, other) in enumerate(pairwise(steps)):
        if one != other:
            return (*steps[:place], other, one, *steps[place + 2 :])
    return None


def _another_doer(steps: Steps) -> Steps | None:
    if not steps:
        return None
    return (walks.Visit(steps[0].label, steps[0].doers ^ {"planted"}), *steps[1:])


def _one_more_round(steps: Steps) -> Steps | None:
    """The stretch from one visit of a step to the next, once more."""
    last: dict[str, int] = {}
    for place, step in enumerate(steps):
        before = last.setdefault(step.label, place)
        if before < place:
            return (*steps[:place], *steps[before:place], *steps[place:])
    return None


def _one_step_more(steps: Steps) -> Steps | None:
    return (*steps, steps[-1]) if steps else None


IN_STEPS: dict[str, Callable[[Steps], Steps | None]] = {
    "a step missing": _missing,
    "two steps swapped": _swapped,
    "another doer": _another_doer,
    "one more round": _one_more_round,
    "one step more": _one_step_more,
}


def _in_steps(ways: Ways, change: Callable[[Steps], Steps | None]) -> Ways:
    """The ways with one of them changed: the first in which the difference can be."""
    for script, walk in ways.items():
        steps = change(walk.steps)
        if steps is not None:
            return {**ways, script: replace(walk, steps=steps)}
    raise ConformanceError("there is no way in which this difference could be planted")


def _other_outcome(ways: Ways) -> Ways:
    script, walk = next(iter(ways.items()))
    return {**ways, script: replace(walk, outcome="planted")}


def _other_answer(ways: Ways) -> Ways:
    """Two ways change places that differ in one answer: it is taken for the other one."""
    for script, walk in ways.items():
        for place, (flow, question, values) in enumerate(script):
            rest = (*script[:place], *script[place + 1 :])
            for other, way in ways.items():
                same = (*other[:place], *other[place + 1 :]) == rest and len(other) == len(script)
                if same and other[place] != (flow, question, values) and way != walk:
                    return {**ways, script: way, other: walk}
    raise ConformanceError("there are no two ways that one answer divides")


def in_ways(ways: Ways) -> Iterator[tuple[str, Ways]]:
    """Every planted difference, with the ways that have it."""
    for name, change in IN_STEPS.items():
        yield name, _in_steps(ways, change)
    yield "another outcome", _other_outcome(ways)
    yield "an answer mapped wrongly", _other_answer(ways)
    script = next(iter(ways))
    yield "a way left out", {key: walk for key, walk in ways.items() if key != script}
