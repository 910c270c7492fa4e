"""Dotted keys: `pools.agent.national.people`, although ids have dots too.

`work.1.8.2/1.time` is split by what is there, the longest name first; a name may also be
quoted, `work."1.8.2/1".time`.
"""

from __future__ import annotations

import re

from cssim.basis import quantities
from cssim.scenario.value import Value

_NODE = re.compile(r"[^\"]*?/[A-Za-z0-9_-]+(?=\.|$)|RETURNS(?=\.|$)")
_FLOW = re.compile(r"\d[\w]*(\.\d[\w]*)*(?=\.|$)")
_BY_NODE = ("work", "answers", "surveys", "meetings", "times", "repair_parts", "attempts", "late")
_BY_FLOW = ("flows", "owners")


def split(key: str, root: Value) -> list[str]:
    """The names of a dotted key."""
    names: list[str] = []
    value: Value | None = root
    while key:
        name = _first(key, value, names[-1] if names else "")
        names.append(name.strip('"'))
        key = key[len(name) :].removeprefix(".")
        value = value.entries.get(names[-1]) if value else None
    return names or [""]


def in_unit(number: float, old: Value | None) -> str:
    """A number from code as the text that a file would have, by what stands there already."""
    text = quantities.format_number(number)
    said = old.content if old else None
    if not isinstance(said, str):
        return text
    if said.rpartition(" ")[2] in quantities.UNITS:
        return quantities.format_duration(round(number)) if number >= 0 else f"{text} ms"
    if " per " in said:
        return f"{text} per day"
    unit = said.rpartition(" ")[2]
    return f"{text} {unit}" if unit.isupper() and " " in said else text


def _first(key: str, value: Value | None, parent: str) -> str:
    """The first name of what is left of a dotted key."""
    if key.startswith('"') and '"' in key[1:]:
        return key[: key.index('"', 1) + 1]
    entries = value.entries if value else {}
    known = [name for name in entries if key == name or key.startswith(f"{name}.")]
    if known:
        return max(known, key=len)
    pattern = _NODE if parent in _BY_NODE else _FLOW if parent in _BY_FLOW else None
    found = pattern.match(key) if pattern else None
    return found[0] if found else key.partition(".")[0]
