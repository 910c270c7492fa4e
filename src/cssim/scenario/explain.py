"""Explains a scenario: where a value comes from, and what differs between two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cssim.errors import ScenarioError
from cssim.scenario import reference, written
from cssim.scenario.model import Scenario, leaves
from cssim.scenario.problems import nearest
from cssim.scenario.value import joined, names_file

_WIDTH = 110
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
    yield from _differing(_effective(one), _effective(other), "", (one, other))


def _differing(
    before: dict[str, Any], after: dict[str, Any], key: str, scenarios: tuple[Scenario, Scenario]
) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        old, new, dotted = before.get(name), after.get(name), joined(key, name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differing(old, new, dotted, scenarios)
        elif old is None:
            yield from _alone("+", new, dotted, scenarios[1])
        elif new is None:
            yield from _alone("-", old, dotted, scenarios[0])
        elif old != new:
            origins = " | ".join(_origin(scenario, dotted) for scenario in scenarios)
            yield f"  {dotted}: {written.flow(old)} -> {written.flow(new)}  ({origins})"
    if list(before) != list(after) and set(before) == set(after):
        yield f"  {key}: the same entries in another order"  # which draws follow


def _alone(sign: str, value: Any, key: str, scenario: Scenario) -> Iterator[str]:
    """What only one scenario has, in one line where it fits."""
    line = f"{sign} {key}: {written.flow(value)}"
    if isinstance(value, dict) and len(line) > _WIDTH:
        for name, entry in value.items():
            yield from _alone(sign, entry, joined(key, name), scenario)
    else:
        yield f"{line}  ({_origin(scenario, key)})"


def _kind(key: str, values: dict[str, Any]) -> str:
    """The kind of the mapping that a key is in."""
    kinds = [values.get(f"{key[:end]}.kind") for end in _ends(key)]
    return next((str(one) for one in reversed(kinds) if one), "")


def _explained(scenario: Scenario, key: str, value: Any) -> Iterator[str]:
    yield f"{key}: {written.flow(value)}"
    yield f"    {_origin(scenario, key)}"
    for layer in scenario.layers.get(key, ()):
        yield f"    instead of {layer}"


def _effective(scenario: Scenario) -> dict[str, Any]:
    """What has an effect: no names, no empty mappings, and of files what is in them."""
    resolved = {key: one for key, one in scenario.resolved().items() if key not in _OWN}
    told: dict[str, Any] = _with_contents(resolved, scenario.folder)
    return told


def _with_contents(value: Any, folder: Path, name: str = "") -> Any:
    if isinstance(value, dict):
        found = {str(key): _with_contents(one, folder, str(key)) for key, one in value.items()}
        return {key: one for key, one in found.items() if one != {}}
    if isinstance(value, str) and names_file(name, value):
        return f"{value} [{hashlib.sha256((folder / value).read_bytes()).hexdigest()[:8]}]"
    return value


def _origin(scenario: Scenario, key: str) -> str:
    """Where a value was written, or the first of a mapping's."""
    if key in scenario.origins:
        return scenario.origins[key]
    below = (origin for one, origin in scenario.origins.items() if one.startswith(f"{key}."))
    return next(below, "default")


def _ends(key: str) -> Iterator[int]:
    """Where each name of a dotted key may end."""
    yield from (place for place, letter in enumerate(key) if letter == ".")
    yield len(key)
