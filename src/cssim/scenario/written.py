"""The resolved form as text: YAML with the origin of every value beside it.

Whatever shares one origin stands in one line where it fits. What is written here is read
back as the same values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cssim.scenario.model import Scenario
from cssim.scenario.value import Place, joined, scalar

_WIDTH = 88
_PLAIN = re.compile(r"[\w+.][\w ./+-]*[\w.%+]|\w")
_NUMBERS = re.compile(r"[\d.]+")  # quoted, so that nobody takes 1.8.2 for one
_HERE = Place("", 0)


def text(scenario: Scenario) -> str:
    """The complete form of a scenario, origins as comments, relative to its folder."""
    lines: list[str] = []
    for name, value in scenario.resolved().items():
        if isinstance(value, dict) and value and lines:
            lines.append("")
        lines += _entry(name, value, name, scenario.origins, 0)
    return "\n".join(lines) + "\n"


def flow(value: Any) -> str:
    """A value in one line, as YAML.

    Example:
        >>> flow({"kind": "fixed", "value": "8 h", "1.8.2/1": ["yes", "17:30", 1, True]})
        '{kind: fixed, value: 8 h, "1.8.2/1": [yes, "17:30", 1, true]}'
    """
    if isinstance(value, dict):
        return (
            f"{{{', '.join(f'{_scalar(str(k), True)}: {flow(one)}' for k, one in value.items())}}}"
        )
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return _scalar(value)


def _entry(
    name: str, value: Any, key: str, origins: Mapping[str, str], depth: int
) -> Iterator[str]:
    start = f"{'  ' * depth}{_scalar(name, True)}:"
    line = f"{start} {flow(value)}"
    shared = _shared(value, key, origins)
    if shared is not None and (len(line) <= _WIDTH or not isinstance(value, dict) or not value):
        yield f"{line}  # {shared}"
        return
    yield start
    for below, one in value.items():
        yield from _entry(str(below), one, joined(key, str(below)), origins, depth + 1)


def _shared(value: Any, key: str, origins: Mapping[str, str]) -> str | None:
    """The one origin of all that stands below a key; None where there are several."""
    if not isinstance(value, dict) or not value:
        return origins.get(key, "default")
    found = {_shared(one, joined(key, str(name)), origins) for name, one in value.items()}
    return found.pop() if len(found) == 1 else None


def _scalar(value: Any, is_key: bool = False) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    same = is_key or scalar(value, _HERE).content == value
    number = _NUMBERS.fullmatch(value) or (is_key and not value.isidentifier())
    return value if same and not number and _PLAIN.fullmatch(value) else _quoted(value)


def _quoted(value: str) -> str:
    """In double quotes, with an escape for whatever no eye can see."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    letters = (one if one.isprintable() else f"\\U{ord(one):08x}" for one in escaped)
    return f'"{"".join(letters)}"'
