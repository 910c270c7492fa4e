"""A value of a scenario file: what was written, and in which line.

A scalar is typed by YAML 1.2's core schema, decimal and finite numbers only: `17:30`, `no`
and `010` are words.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]+|\.)?([eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: a file as messages name it and a line; 0 where there are no lines."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar, a list or a mapping with its place.

    Attributes:
        content: what it is; of a mapping its entries in the file's order.
        place: where it was written; of merged mappings, where last.
        text: a scalar as it was written.
        before: what it replaced, the newest first.
    """

    content: dict[str, Value] | list[Value] | Scalar
    place: Place
    text: str = ""
    before: tuple[Value, ...] = ()

    @property
    def entries(self) -> dict[str, Value]:
        """The entries of a mapping; none of anything else."""
        return self.content if isinstance(self.content, dict) else {}

    @property
    def items(self) -> list[Value]:
        """The items of a list; none of anything else."""
        return self.content if isinstance(self.content, list) else []

    @property
    def is_scalar(self) -> bool:
        """Whether it is neither a mapping nor a list."""
        return not isinstance(self.content, dict | list)

    def word(self, key: str) -> str | None:
        """An entry's content where that is a word."""
        found = self.entries.get(key)
        return found.content if found and isinstance(found.content, str) else None

    def at(self, *path: str) -> Value | None:
        """The value at a path, if there is one."""
        found: Value | None = self
        for key in path:
            found = found.entries.get(key) if found else None
        return found

    def described(self) -> str:
        """What it is, for a message."""
        if self.content is None:
            return "nothing"
        text = self._in_one_line()
        return text if len(text) <= 60 else f"{text[:57]}..."

    def _in_one_line(self) -> str:
        if isinstance(self.content, dict):
            entries = (f"{name}: {one._in_one_line()}" for name, one in self.content.items())
            return f"{{{', '.join(entries)}}}"
        if isinstance(self.content, list):
            return f"[{', '.join(one._in_one_line() for one in self.content)}]"
        quoted = isinstance(self.content, str) and not self.text[:1].isalpha()
        same = not quoted or scalar(self.text, self.place).content == self.text
        return self.text if same else f'"{self.text}"'


def scalar(text: str, place: Place) -> Value:
    """A plain scalar, typed by YAML 1.2's core schema (decimal and finite numbers only)."""
    if text in _WORDS:
        return Value(_WORDS[text], place, text)
    if _INT.fullmatch(text):
        return Value(int(text), place, text)
    if _FLOAT.fullmatch(text) and any(map(str.isdigit, text)) and math.isfinite(float(text)):
        return Value(float(text), place, text)
    return Value(text, place, text)


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def names_file(name: str, text: str) -> bool:
    """Whether a key's text is the name of a file: `file`, or a `from` that is no date."""
    return name == "file" or (name == "from" and not _DATE.fullmatch(text))


def joined(key: str, name: str) -> str:
    """A dotted key, one level deeper."""
    return f"{key}.{name}" if key else name
