"""YAML whose every word knows its line, and a list of all that is wrong with it.

Scalars stay as they were written (`yes`, `1` and `1.8` are words); whoever reads a file
says what kind of thing is expected where. It knows nothing of flows.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from cssim.errors import FlowError

NOTHING = {"", "~", "null"}
TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Located:
    """A word, a list, a mapping or nothing, with its line and its dotted key."""

    value: str | list[Located] | dict[str, Located] | None
    line: int
    key: str

    def described(self) -> str:
        """What it is, for a message."""
        if isinstance(self.value, str):
            return self.value if len(self.value) <= 60 else f"{self.value[:57]}..."
        kinds = {dict: "a mapping", list: "a list", type(None): "nothing"}
        return kinds[type(self.value)]


@dataclass(slots=True)
class Problems:
    """All that is wrong with one file, in the order it was found."""

    file: str
    found: list[str] = field(default_factory=list)

    def add(self, at: Located, what: str) -> None:
        """Notes what is wrong here."""
        where = f"{at.key}: " if at.key else ""
        self.found.append(f"{self.file}:{at.line}: {where}{what} (got {at.described()})")

    def add_key(self, at: Located, name: str, known: Iterable[str]) -> None:
        """Notes a key that nobody knows, or an expected one with another spelling."""
        self.found.append(
            f"{self.file}:{at.line}: {at.key}: no such key{nearest(name, known)} (got {name})"
        )


def nearest(word: str, known: Iterable[str]) -> str:
    """`, did you mean X?` where there is such an X; otherwise nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f", did you mean {close[0]}?" if close else ""


def parse(text: str, problems: Problems) -> Located:
    """The file as located values; duplicate keys become problems.

    Raises:
        FlowError: It is not YAML at all.
    """
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise FlowError(f"{problems.file}:{line}: this is no YAML: {_hint(text, line)}") from None
    except YAMLError:
        raise FlowError(f"{problems.file}:1: this is no YAML: a character is not allowed") from None
    if root is None:
        return Located(None, 1, "")
    return _located(root, "", problems)


def _hint(text: str, line: int) -> str:
    lines = text.splitlines()
    shown = lines[min(line, len(lines)) - 1].strip() if lines else ""
    return f"look at indentation, quotes and brackets at or before `{shown}`"


def _located(node: Any, key: str, problems: Problems, line: int | None = None) -> Located:
    line = node.start_mark.line + 1 if line is None else line
    if isinstance(node, ScalarNode):
        plain = not node.style
        return Located(None if plain and node.value in NOTHING else node.value, line, key)
    if isinstance(node, SequenceNode):
        items = [_located(one, f"{key}[{n}]", problems) for n, one in enumerate(node.value)]
        return Located(items, line, key)
    assert isinstance(node, MappingNode)
    entries: dict[str, Located] = {}
    for name_node, value_node in node.value:
        name, at = str(name_node.value), name_node.start_mark.line + 1
        dotted = f"{key}.{name}" if key else name
        value = _located(value_node, dotted, problems, at)
        if name in entries:
            problems.add(value, f"this key stands already in line {entries[name].line}")
        entries.setdefault(name, value)
    return Located(entries, line, key)


@dataclass(frozen=True, slots=True)
class Reader:
    """Takes located values for what they ought to be; notes a problem where they are not.

    What cannot be used becomes the empty value of its kind, so that reading goes on and
    all problems come at once.
    """

    problems: Problems

    def mapping(
        self, at: Located | None, known: Collection[str] | None = None
    ) -> dict[str, Located]:
        """A mapping; with `known`, of these keys only."""
        if at is None:
            return {}
        if not isinstance(at.value, dict):
            self.problems.add(at, "a mapping is expected")
            return {}
        if known is not None:
            for name, value in at.value.items():
                if name not in known:
                    self.problems.add_key(value, name, known)
        return at.value

    def word(self, at: Located | None, known: Collection[str] | None = None) -> str | None:
        """One word; with `known`, one of these."""
        if at is None:
            return None
        if not isinstance(at.value, str):
            self.problems.add(at, "a word is expected")
            return None
        if known is not None and at.value not in known:
            hint = nearest(at.value, known) or f", expected {', '.join(known)}"
            self.problems.add(at, f"no such word{hint}")
            return None
        return at.value

    def needed(self, entries: dict[str, Located], name: str, parent: Located) -> Located | None:
        """The entry of that name, which must be there."""
        if name not in entries and isinstance(parent.value, dict):
            self.problems.add(parent, f"the key {name} is missing")
        return entries.get(name)

    def words(self, at: Located | None, known: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of words."""
        if at is None:
            return ()
        if not isinstance(at.value, list):
            self.problems.add(at, "a list is expected")
            return ()
        return tuple(word for one in at.value if (word := self.word(one, known)) is not None)

    def flag(self, at: Located | None) -> bool | None:
        """`true` or `false`."""
        if at is None:
            return None
        if not isinstance(at.value, str) or at.value not in TRUTH:
            self.problems.add(at, "true or false is expected")
            return None
        return TRUTH[at.value]

    def pairs(
        self, at: Located | None, known: Collection[str] | None = None
    ) -> tuple[tuple[str, str], ...]:
        """A mapping from word to word; with `known`, from these words."""
        entries = self.mapping(at, known)
        found = ((name, self.word(value)) for name, value in entries.items())
        return tuple((name, word) for name, word in found if word is not None)
