"""Explains a scenario: where a value comes from, and what differs between two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cssim.errors import ScenarioError
from cssim.scenario import reference, written
from cssim.scenario.document import joined
from cssim.scenario.model import Scenario, leaves
from cssim.scenario.problems import nearest

_OWN = ("version", "name", "description")  # what a scenario is called makes no difference


def explain(scenario: Scenario, key: str) -> str:
    """A key's values with their origins, what they replaced, and what the key means.

    Raises:
        ScenarioError: the scenario has no such key.
    """
    values = dict(leaves(scenario.resolved()))
    key = key.replace('"', "")
    below = [one for one in values if one == key or one.startswith(f"{key}.")]
    if not below:
        known = {one[:end] for one in values for end in _ends(one)}
        close = nearest(key, sorted(known))
        hint = f", did you mean {close}?" if close else ""
        raise ScenarioError(f"{scenario.name} has no key {key}{hint}")
    lines = [line for one in below for line in _explained(scenario, one, values[one])]
    meaning = reference.meaning(key, _kind(key, values))
    return "\n".join([meaning, "", *lines] if meaning else lines)


def differences(one: Scenario, other: Scenario) -> Iterator[str]:
    """A line for every value that differs in effect: changed, only in one, or in the other."""
    before, after = _effective(one), _effective(other)
    for key in dict.fromkeys([*before, *after]):
        if key not in after:
            yield f"- {key}: {before[key]}  ({_origin(one, key)})"
        elif key not in before:
            yield f"+ {key}: {after[key]}  ({_origin(other, key)})"
        elif before[key] != after[key]:
            origins = f"({_origin(one, key)} | {_origin(other, key)})"
            yield f"  {key}: {before[key]} -> {after[key]}  {origins}"
    yield from _reordered(one.resolved(), other.resolved(), "")


def _kind(key: str, values: dict[str, Any]) -> str:
    """The kind of the mapping that a key is in."""
    kinds = [values.get(f"{key[:end]}.kind") for end in _ends(key)]
    return next((str(one) for one in reversed(kinds) if one), "")


def _explained(scenario: Scenario, key: str, value: Any) -> Iterator[str]:
    yield f"{key}: {written.flow(value)}"
    yield f"    {_origin(scenario, key)}"
    for layer in scenario.layers.get(key, ()):
        yield f"    instead of {layer}"


def _effective(scenario: Scenario) -> dict[str, str]:
    """The leaves of a scenario as text; empty mappings say nothing, files what is in them."""
    found = {}
    for key, value in leaves(scenario.resolved()):
        if key.partition(".")[0] in _OWN or value == {}:
            continue
        found[key] = written.flow(value)
        if key.endswith(".file"):
            contents = (scenario.folder / Path(value)).read_bytes()
            found[key] += f" [{hashlib.sha256(contents).hexdigest()[:8]}]"
    return found


def _reordered(one: Any, other: Any, key: str) -> Iterator[str]:
    """Mappings whose entries are the same in another order, which draws follow."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return
    if list(one) != list(other) and set(one) == set(other):
        yield f"  {key}: the same entries in another order"
    for name in one:
        if name in other:
            yield from _reordered(one[name], other[name], joined(key, str(name)))


def _origin(scenario: Scenario, key: str) -> str:
    return scenario.origins.get(key, "default")


def _ends(key: str) -> Iterator[int]:
    """Where each name of a dotted key may end."""
    yield from (place for place, letter in enumerate(key) if letter == ".")
    yield len(key)
