"""A scenario file as located values: what was written, and in which line.

YAML 1.2, read strictly: `17:30` and `no` are words, a key may stand once, and there are no
anchors, tags or second documents. It knows nothing of what the keys mean, but for two habits
of the format: a key `file` names a file relative to the one that says it, and days of the
week may be joined (`mon-fri`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from cssim.scenario.value import Place, Value, joined, names_file, scalar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that no file may hold, wherever it stands.

    Attributes:
        final: nothing more is to be said of this key.
    """

    place: Place
    key: str
    what: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read: its values, its lines, and what no file may hold."""

    file: str
    path: Path
    root: Value
    lines: tuple[str, ...]
    faults: tuple[Fault, ...]


class Unreadable(Exception):
    """It is not YAML at all; holds where and why."""

    def __init__(self, place: Place, what: str, lines: tuple[str, ...]) -> None:
        super().__init__(what)
        self.place, self.what, self.lines = place, what, lines


def load(path: Path, file: str) -> Document:
    """Read one file; `file` is what messages call it.

    Raises:
        Unreadable: it is not YAML.
        OSError: it cannot be opened.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Unreadable(Place(file, line), "this is no UTF-8 text", ()) from None
    return parse(text, file, path.absolute())


@lru_cache(maxsize=64)
def parse(text: str, file: str, path: Path) -> Document:
    """Read a text; `path` is the file that it is in, whose folder relative names start at.

    Raises:
        Unreadable: it is not YAML.
    """
    lines = tuple(text.splitlines())
    try:
        reader = _Reader(file, path.parent, YAML(typ="safe", pure=True).parse(text))
        root = reader.document()
    except MarkedYAMLError as error:
        raise Unreadable(*_unreadable(error, file, lines), lines) from None
    except YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        what = "a character stands here that no YAML file may hold"
        raise Unreadable(Place(file, line), what, lines) from None
    except RecursionError:
        raise Unreadable(Place(file, 1), "this is nested too deeply", lines) from None
    return Document(file, path, root, lines, tuple(reader.faults))


def _unreadable(error: Any, file: str, lines: tuple[str, ...]) -> tuple[Place, str]:
    mark = error.problem_mark or error.context_mark
    if error.context_mark and (not mark or mark.line >= len(lines)):
        mark = error.context_mark  # an open quote or bracket: where it was opened
    line = min(mark.line + 1 if mark else 1, max(len(lines), 1))
    shown = lines[line - 1] if lines else ""
    if "\t" in shown[: len(shown) - len(shown.lstrip())]:
        return Place(file, line), "a tab cannot indent a line, use spaces"
    return Place(file, line), "this is no YAML, look at indentation, quotes, colons and brackets"


class _Reader:
    """Builds values from the parser's events."""

    def __init__(self, file: str, folder: Path, stream: Iterator[Any]) -> None:
        self.file, self.folder, self.stream = file, folder, stream
        self.faults: list[Fault] = []

    def document(self) -> Value:
        """The one document of the stream."""
        root = Value({}, Place(self.file, 1))
        documents = 0
        for event in self.stream:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if event.version or event.tags:
                    self._fault(event, "", "a scenario file has no directives, it is YAML 1.2")
                if documents == 2:
                    self._fault(event, "", "a file holds one scenario, and no second one after ---")
            elif isinstance(event, events.NodeEvent):
                value = self._value(event, "")
                if documents == 1 and value.content is not None:
                    root = value
        return root

    def _value(self, event: Any, key: str, place: Place | None = None) -> Value:
        place = place or self._place(event)
        if isinstance(event, events.AliasEvent):
            self._fault(event, key, "there are no anchors and no aliases in a scenario file", True)
            return Value({}, place)
        if event.anchor:
            self._fault(event, key, "there are no anchors and no aliases in a scenario file")
        if event.tag:
            self._fault(event, key, "there are no tags in a scenario file")
        if isinstance(event, events.ScalarEvent):
            plain = not event.style
            return scalar(event.value, place) if plain else Value(event.value, place, event.value)
        if isinstance(event, events.SequenceStartEvent):
            return Value(self._items(key), place)
        return Value(self._entries(key), place)

    def _items(self, key: str) -> list[Value]:
        items: list[Value] = []
        for event in self.stream:
            if isinstance(event, events.SequenceEndEvent):
                break
            items.append(self._value(event, f"{key}[{len(items)}]"))
        return items

    def _entries(self, key: str) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        for event in self.stream:
            if isinstance(event, events.MappingEndEvent):
                break
            self._entry(event, key, entries)
        return entries

    def _entry(self, event: Any, key: str, entries: dict[str, Value]) -> None:
        """One key and its value; the key is a word as it was written."""
        place = self._place(event)
        name = event.value if isinstance(event, events.ScalarEvent) else "?"
        dotted = joined(key, name)
        if not isinstance(event, events.ScalarEvent):
            self._fault(event, key, "a key is a word")
            self._value(event, dotted)
            self._value(next(self.stream), dotted)
            return
        if name == "<<":
            self._fault(event, key, "there are no merge keys, a file has one parent: extends")
        value = self._value(next(self.stream), dotted, place)
        if name == "<<":
            return
        days = days_of(name, key.rpartition(".")[2])
        for day in days:
            if day in entries:
                first = entries[day].place.line
                self._fault(event, joined(key, day), f"this key stands already in line {first}")
            entries.setdefault(day, self._file(name, value))

    def _file(self, name: str, value: Value) -> Value:
        """Names of files start at the folder of the file that says them."""
        if isinstance(value.content, str) and names_file(name, value.content):
            return dataclasses.replace(value, content=str(self.folder / value.content))
        return value

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1)

    def _fault(self, event: Any, key: str, what: str, final: bool = False) -> None:
        self.faults.append(Fault(self._place(event), key, what, final))


def days_of(name: str, within: str) -> tuple[str, ...]:
    """The days that `mon-fri` stands for in a mapping by days; of others the word itself."""
    if within not in ("week", "weekday"):
        return (name,)
    first, dash, last = name.partition("-")
    if dash and first in DAYS and last in DAYS and DAYS.index(first) < DAYS.index(last):
        return DAYS[DAYS.index(first) : DAYS.index(last) + 1]
    return (name,)
