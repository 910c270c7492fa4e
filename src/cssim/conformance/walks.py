"""One way through a flow, and what is different between two.

A walk is what the reference, the graph and the simulation have in common: the steps in the
order they were entered, who does each, and the outcome. The comparators here are the only
ones; everything that compares in this folder ends in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cssim import reference
from cssim.flows import graph, paths


class Answers(Protocol):
    """Where a walk gets its answers from."""

    def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
        """The next answer at this question."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A step that was entered, and who does it."""

    label: str
    doers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps as entered, and how it ended."""

    steps: tuple[Visit, ...]
    outcome: str | None


Engine = Callable[[str, str | None, Answers], Walk]  # flow, called from, answers


class _Step(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def doers(self) -> tuple[str, ...]: ...


def _walk(steps: Iterable[_Step], outcome: str) -> Walk:
    return Walk(tuple(Visit(step.label, frozenset(step.doers)) for step in steps), outcome)


def by_reference(flow: str, called_from: str | None, answers: Answers) -> Walk:
    """The walk that the executable reference takes."""
    record = reference.work_through(flow, called_from, answers)
    return _walk(record.steps, record.outcome)


def by_graph(flows: Mapping[str, graph.Flow]) -> Engine:
    """The engine that walks these graphs."""

    def walk(flow: str, called_from: str | None, answers: Answers) -> Walk:
        return of_path(paths.work_through(flows, flow, called_from, answers))

    return walk


def of_path(path: paths.Path) -> Walk:
    """A path through the graphs as a walk."""
    return _walk(path.steps, path.outcome)


def difference(expected: Walk, seen: Walk, first: int = 1) -> str | None:
    """The first thing in which a walk is not the expected one; None if it is.

    `first` is the number that the first step is told by.
    """
    both = zip(expected.steps, seen.steps, strict=False)
    for place, (ought, is_) in enumerate(both, start=first):
        found = _step_difference(place, ought, is_)
        if found:
            return found
    return _length_difference(expected, seen) or _outcome_difference(expected, seen)


def _step_difference(place: int, ought: Visit, is_: Visit) -> str | None:
    if ought.label != is_.label:
        return f"step no. {place} is {is_.label}, expected {ought.label}"
    if ought.doers != is_.doers:
        return f"{is_.label} is done by {_names(is_.doers)}, expected {_names(ought.doers)}"
    return None


def _length_difference(expected: Walk, seen: Walk) -> str | None:
    if len(expected.steps) > len(seen.steps):
        return f"it ends before {expected.steps[len(seen.steps)].label}"
    if len(expected.steps) < len(seen.steps):
        return f"it goes on to {seen.steps[len(expected.steps)].label}, expected an end"
    return None


def _outcome_difference(expected: Walk, seen: Walk) -> str | None:
    if expected.outcome != seen.outcome:
        return f"the outcome is {seen.outcome}, expected {expected.outcome}"
    return None


def _names(doers: frozenset[str]) -> str:
    return " + ".join(sorted(doers)) or "nobody"
