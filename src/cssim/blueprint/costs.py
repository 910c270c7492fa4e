"""Prices as the log has them: all that money is computed from, beside its rows.

Prices are hundredths of the currency (fen, cents); by grade, part, node and contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cssim.basis.quantities import Money
from cssim.blueprint import parts
from cssim.blueprint.words import Words
from cssim.scenario.section import Section


def terms(scenario: Any, words: Words, grades: list[str]) -> dict[str, Any]:
    """What the log says of prices; nothing where the scenario has none.

    Args:
        scenario: the scenario.
        words: the words of nodes and answers.
        grades: of each person, in the order of their numbers.
    """
    said = scenario.costs
    if said is None:
        return {}
    found = {
        **_of_people(said, grades),
        **_of_parts(scenario, said),
        "steps": [
            [node, _hundredths(work.cost)]
            for key, work in scenario.work.items()
            if work.cost is not None
            for node in _nodes(words, key)
        ],
        "penalties": {name: _penalties(one) for name, one in (said.penalties or {}).items()},
        "charges": [
            charge
            for key, one in (said.charges or {}).items()
            for charge in _charge(words, key, one)
        ],
    }  # fmt: skip
    prices = {name: value for name, value in found.items() if value or name == "grades"}
    return {"costs": {"currency": next(_currencies(scenario), ""), **prices}}


def _of_people(said: Any, grades: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if said.wages:
        names = list(said.wages)
        found["grades"] = [names.index(grade) for grade in grades]
        found["wages"] = [
            {
                "grade": name,
                "hour": _hundredths(wage.hour),
                "overtime": wage.overtime,
                "standby": _hundredths(wage.standby),
                "on_call": wage.on_call,
            }
            for name, wage in said.wages.items()
        ]
    if said.travel:
        found["travel"] = {name: _hundredths(price) for name, price in said.travel}
    return found


def _of_parts(scenario: Any, said: Any) -> dict[str, Any]:
    """By part, in the order of the types."""
    if scenario.parts is None:
        return {}
    types = scenario.parts.types.values()
    found: dict[str, Any] = {"price": [_hundredths(part.price) for part in types]}
    for name in ("transport", "storage"):
        if prices := getattr(said, name):
            found[name] = [_hundredths(prices[part.weight]) for part in types]
    found["shipments"] = list(_shipments(scenario))
    if said.capital is not None:
        found["capital"] = said.capital
    if said.repair:
        found["repair"] = [_hundredths(said.repair[part.supplier]) for part in types]
    return found


def _shipments(scenario: Any) -> Iterator[list[float]]:
    """What a shipment for a case costs: to a place, from a place or (0) its supplier."""
    numbers = {name: number for number, name in enumerate(parts.places(scenario), 1)}
    for to, ways in scenario.parts.sourcing.items():
        for name, way in ways.items():
            if way.price is not None:
                yield [numbers[to], numbers.get(name, 0), _hundredths(way.price)]


def _penalties(said: Any) -> dict[str, Any]:
    return {
        "breach": {clock: _hundredths(price) for clock, price in said.breach.items()},
        "missed": _hundredths(said.missed),
        "cap": None if said.cap is None else _hundredths(said.cap),
        "cap_period": said.cap_period,
    }


def _charge(words: Words, key: str, said: Any) -> Iterator[dict[str, Any]]:
    node, _, answer = key.partition("=")
    code = words.answers.index(answer) if answer in words.answers else -1
    for number in _nodes(words, node):
        yield {"node": number, "answer": code, "price": _hundredths(said.price),
               "parts": said.parts}  # fmt: skip


def _nodes(words: Words, key: str) -> list[int]:
    """The nodes in force that a key names: the returns flow is a node of several flows (R6)."""
    flow, _, name = key.rpartition("/")
    return [code for of, code in words.nodes.items() if of[1] == name and flow in ("", of[0])]


def _hundredths(price: Money | None) -> float:
    return round(price.amount * 100, 6) if price is not None else 0.0


def _currencies(said: Any) -> Iterator[str]:
    """The currency of each price in a section."""
    if isinstance(said, Money):
        yield said.currency
    elif isinstance(said, Section):
        for _, value in said:
            yield from _currencies(value)
    elif isinstance(said, dict):
        for value in said.values():
            yield from _currencies(value)
