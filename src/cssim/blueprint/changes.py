"""What changes during a run, as tables: cells, the spans that are dated, and effects of steps."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import Epoch
from cssim.blueprint.change_tables import (
    Cell,
    Changes,
    Dated,
    Effect,
    Factors,
    Quantity,
    Satisfaction,
)
from cssim.blueprint.tables import Bit, Nodes
from cssim.blueprint.words import Words
from cssim.eventlog import NEVER
from cssim.flows import graph

_NAMES = (
    "time of",
    "weight of",
    "rate of",
    "requests with",
    "time needed by",
    "requests left with",
    "levels of",
)


def changed(scenario: Any, what: str) -> set[str]:
    """The names that stand below one key of all that changes: steps, sources, roles."""
    return {
        name
        for one in (*scenario.dated.values(), *scenario.effects.values())
        for name in getattr(one, what) or ()
    }


def beginning(scenario: Any) -> set[str]:
    """The steps that begin an effect."""
    return {effect.at for effect in scenario.effects.values()}


class Changing:
    """Makes the tables of one scenario; `roles` are those of all persons."""

    def __init__(
        self, scenario: Any, words: Words, graphs: dict[str, graph.Flow], roles: list[str]
    ) -> None:
        self._scenario = scenario
        self._words = words
        self._graphs = graphs
        self._roles = roles
        self._cells: dict[Cell, int] = {}

    def changes(self, epoch: Epoch, end: int, nodes: Nodes) -> Changes:
        """All of it, of a run that ends then."""
        dated = tuple(
            Dated(*span_of(spec, epoch, end), (*self._factors(spec), *self._persons(spec)))
            for spec in self._scenario.dated.values()
        )
        effects = tuple(map(self._effect, self._scenario.effects.values()))
        return Changes(tuple(self._cells), dated, effects, self._satisfaction(nodes))

    def _satisfaction(self, nodes: Nodes) -> Satisfaction | None:
        said = self._scenario.satisfaction
        if said is None:
            return None
        visits = [n for n, bits in enumerate(nodes.bits) if bits & Bit.ON_SITE]
        loses = (float(said.loses.day), float(said.loses.breach), float(said.loses.visit))
        return Satisfaction(float(said.best), *loses, float(said.answering), tuple(visits))

    def _effect(self, spec: Any) -> Effect:
        flow, _, node = spec.at.partition("/")
        found = spec.repeated
        return Effect(
            node=self._words.nodes[flow, node],
            answer=-1 if spec.answer is None else self._words.answer(spec.answer),
            of=self._words.only(spec.of),
            after=spec.after,
            lasts=NEVER if spec.lasts is None else spec.lasts,
            factors=tuple(self._factors(spec)),
            persons=tuple(self._persons(spec)),
            only_those_there=spec.only_those_there,
            below=NEVER if spec.below is None else float(spec.below),
            repeated=tuple(map(self._words.attributes.index, found.by if found else ())),
            only=self._words.only(found.of if found else None),
            more_than=found.more_than if found else 0,
            source=-1 if spec.begins is None else list(self._scenario.demand).index(spec.begins),
        )

    def _cell(self, quantity: int, of: int, word: int = -1) -> int:
        return self._cells.setdefault(Cell(quantity, of, word), len(self._cells))

    def _factors(self, spec: Any) -> Iterator[tuple[int, float]]:
        """The cells of all but persons, each with its factor."""
        yield from self._of_steps(spec)
        yield from self._of_demand(spec)
        yield from self._becoming(spec)
        for place, by_part in (spec.stock or {}).items():
            for part, factor in by_part.items():
                yield self._cell(Quantity.LEVEL, self._shelf(place, part)), float(factor)

    def _of_steps(self, spec: Any) -> Iterator[tuple[int, float]]:
        for key, factor in (spec.times or {}).items():
            for node in self._nodes(key):
                yield self._cell(Quantity.TIME, node), float(factor)
        for key, by_word in (spec.answers or {}).items():
            for node in self._nodes(key):
                flow, _, name = key.partition("/")
                answers = self._graphs[flow].nodes[name].answers
                for word, factor in by_word.items():
                    cell = self._cell(Quantity.WEIGHT, node, answers.index(word))
                    yield cell, float(factor)

    def _of_demand(self, spec: Any) -> Iterator[tuple[int, float]]:
        for source, factor in (spec.demand or {}).items():
            number = list(self._scenario.demand).index(source)
            yield self._cell(Quantity.RATE, number), float(factor)
        for attribute, by_word in (spec.requests or {}).items():
            words = self._words.attribute_words[attribute]
            for word, share in by_word.items():
                number = self._words.attributes.index(attribute)
                yield self._cell(Quantity.COMING, number, words.index(word)), float(share)

    def _becoming(self, spec: Any) -> Iterator[tuple[int, float]]:
        for attribute, said in (spec.becomes or {}).items():
            words, number = self._words.attribute_words, self._words.attributes.index
            before, to = (words[attribute].index(word) for word in (said.word, said.to))
            only = self._words.only(said.of)
            cell = Cell(Quantity.STAYING, number(attribute), before, to, only)
            yield self._cells.setdefault(cell, len(self._cells)), 1 - float(said.share)

    def _shelf(self, place: str, part: str) -> int:
        """The number of a shelf: they stand in the scenario's order."""
        kept = self._scenario.parts.stock.items()
        return [(p, q) for p, by_part in kept for q in by_part].index((place, part))

    def _nodes(self, key: str) -> list[int]:
        """The nodes in force that a key means: one, or every place of the returns flow (R6)."""
        flow, slash, node = key.partition("/")
        return [
            number
            for (of, name), number in self._words.nodes.items()
            if ((of, name) == (flow, node) if slash else name == key)
        ]

    def _persons(self, spec: Any) -> Iterator[tuple[int, float]]:
        for role, factor in (spec.proficiency or {}).items():
            for number, of in enumerate(self._roles):
                if of == role:
                    yield self._cell(Quantity.PACE, number), float(factor)


def span_of(spec: Any, epoch: Epoch, end: int) -> tuple[int, int]:
    """From when to when a dated change is in force in a run; NEVER: past its end."""
    from_at = max(epoch.midnight(spec.from_), 0)
    to_at = NEVER if spec.to is None else epoch.midnight(spec.to)
    return from_at, to_at if to_at <= end else NEVER


def rates(
    changes: Changes, source: int, segments: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """A source's stretches of constant rate, times what is dated and the most that effects add.

    Returns:
        The segments, cut where a dated change begins or ends, and by segment what their rates
        were multiplied by; None where no effect changes them during the run.
    """
    cell = Cell(Quantity.RATE, source)
    if cell not in changes.cells:
        return segments, None
    number = changes.cells.index(cell)
    spans = [(one.from_at, one.to_at, dict(one.factors).get(number, 1.0)) for one in changes.dated]
    most = [dict(one.factors).get(number) for one in changes.effects]
    rows, factors = [], []
    for start, stop, rate, date in segments.tolist():
        for begin, finish in _cut(start, stop, spans):
            factor = 1.0
            for from_at, to_at, own in spans:
                factor *= own if from_at <= begin < to_at else 1.0
            for own_most in most:
                factor *= max(1.0, own_most or 1.0)
            rows.append((begin, finish, rate * factor, date))
            factors.append(factor)
    by_effects = any(one is not None for one in most)
    return np.array(rows).reshape(-1, 4), np.array(factors) if by_effects else None


def _cut(
    start: float, stop: float, spans: list[tuple[int, int, float]]
) -> Iterator[tuple[float, float]]:
    edges = {float(edge) for span in spans for edge in span[:2] if start < edge < stop}
    points = [start, *sorted(edges), stop]
    yield from itertools.pairwise(points)


def absences(
    scenario: Any, epoch: Epoch, pools: dict[str, int]
) -> dict[int, tuple[tuple[int, int], ...]]:
    """By number of a pool, the dated spans in which nobody of it is there."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for spec in scenario.dated.values():
        until = NEVER if spec.to is None else epoch.midnight(spec.to)
        for name in spec.absent or ():
            for pool, number in pools.items():
                if pool == name or pool.startswith(f"{name}."):
                    gap = epoch.midnight(spec.from_), until
                    found[number] = (*found.get(number, ()), gap)
    return found


def terms(
    scenario: Any, changes: Changes, words: Words, agents: list[dict[str, Any]]
) -> dict[str, Any]:
    """What a reader of the log must know; nothing where nothing changes."""
    scoring = changes.satisfaction
    scored = {"satisfaction": dataclasses.asdict(scoring)} if scoring else {}
    if not (scenario.dated or scenario.effects):
        return scored
    return {
        **scored,
        "cells": [_told(cell, scenario, words, agents) for cell in changes.cells],
        "whys": [*scenario.dated, *scenario.effects],
        "dated": [
            {"from_at": one.from_at, "to_at": one.to_at, "factors": _listed(one.factors)}
            for one in changes.dated
        ],
        "effects": [
            {
                "node": one.node, "answer": one.answer, "after": one.after, "lasts": one.lasts,
                "factors": _listed(one.factors),
                "persons": [
                    [changes.cells[cell].of, cell, factor] for cell, factor in one.persons
                ],
                "only_those_there": one.only_those_there, "below": one.below,
                "repeated": [words.attributes[number] for number in one.repeated],
                "of": _named(words, one.of), "only": _named(words, one.only),
                "more_than": one.more_than,
            }
            for one in changes.effects
        ],
    }  # fmt: skip


def _named(words: Words, only: tuple[int, frozenset[int]]) -> list[tuple[str, list[int]]]:
    """An attribute by name with the codes of its words; nothing for any."""
    attribute, of = only
    return [(words.attributes[attribute], sorted(of))] if attribute >= 0 else []


def _listed(factors: Factors) -> list[list[float]]:
    return [[cell, factor] for cell, factor in factors]


def _told(cell: Cell, scenario: Any, words: Words, agents: list[dict[str, Any]]) -> str:
    """What a cell is called, like `weight of 1.8.2/18 yes`."""
    what = _NAMES[cell.quantity]
    if cell.quantity in (Quantity.TIME, Quantity.WEIGHT):
        flow, node = next(key for key, number in words.nodes.items() if number == cell.of)
        word = ""
        if cell.quantity == Quantity.WEIGHT:
            word = f" {scenario.graphs[flow].nodes[node].answers[cell.word]}"
        return f"{what} {flow}/{node}{word}"
    if cell.quantity == Quantity.RATE:
        return f"{what} {list(scenario.demand)[cell.of]}"
    if cell.quantity in (Quantity.COMING, Quantity.STAYING):
        name = words.attributes[cell.of]
        return f"{what} {name} {words.attribute_words[name][cell.word]}"
    if cell.quantity == Quantity.LEVEL:
        kept = [f"{place} {part}" for place, of in scenario.parts.stock.items() for part in of]
        return f"{what} {kept[cell.of]}"
    return f"{what} {agents[cell.of]['name']}"
