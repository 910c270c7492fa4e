"""From files to one value: a chain of parents, files laid over it, keys set by hand.

The precedence is: keys set by hand, files laid over (in order, no two may set one key), the
file's own keys, its parent's, and so on upwards. It knows nothing of what the keys mean.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cssim.scenario import document, keys, merge
from cssim.scenario.document import Document, Unreadable
from cssim.scenario.problems import Problem, Problems
from cssim.scenario.value import Place, Value, joined, names_file, scalar

OWN = ("version", "extends", "name", "description")  # a file's own; not inherited, not shared
SET = "--set"
CODE = "code"


@dataclass(frozen=True)
class Layers:
    """Everything merged, nothing removed yet.

    Attributes:
        root: the merged values.
        folder: the folder of the scenario's file.
    """

    root: Value
    folder: Path


def stacked(path: Path, with_: Sequence[Path], set_: Sequence[str], problems: Problems) -> Layers:
    """The file with its parents, those laid over it, and what is set by hand.

    What is wrong goes to the problems; they are raised where nothing can be read on.
    """
    chain = _chain(path, problems)
    root = chain[0].root
    for child in chain[1:]:
        root = merge.merged(root, child.root, problems)
    overlays = [_read(one, str(one), problems) for one in with_]
    _tell_conflicts(overlays, problems)
    for overlay in overlays:
        _tell_strange_parent(overlay, chain, problems)
        root = merge.merged(root, _without(overlay.root, OWN), problems)
    root = _named(root, chain[-1], overlays)
    folder = path.absolute().parent
    root = _set(root, set_, folder, problems)
    _tell_other_version(root, problems)
    return Layers(root, folder)


def changed(layers: Layers, overrides: Mapping[str, Any], problems: Problems) -> Layers:
    """The layers with values from code laid over, by dotted key."""
    root = layers.root
    for key, said in overrides.items():
        path = keys.split(key, root)
        value = _days_apart(_from_code(said, root.at(*path), layers.folder, path[-1]), path[-1])
        root = merge.merged(root, _nested(path, value), problems)
    _tell_other_version(root, problems)
    return replace(layers, root=root)


def _chain(path: Path, problems: Problems) -> list[Document]:
    """The file after its parent, after its parent …: the oldest first."""
    chain = [_read(path, str(path), problems)]
    seen = {path.resolve()}
    while extends := chain[0].root.entries.get("extends"):
        child = chain[0]
        if not isinstance(extends.content, str):
            problems.add(extends, "extends", "the name of a file is expected")
            problems.raise_if_any()
            break
        parent = child.path.parent / extends.content
        if parent.resolve() in seen:
            problems.add(extends, "extends", "a file cannot descend from itself")
            problems.raise_if_any()
        seen.add(parent.resolve())
        shown = os.path.normpath(Path(child.file).parent / extends.content)
        if not parent.is_file():
            problems.add(extends, "extends", "there is no such file")
            problems.raise_if_any()
        chain.insert(0, _read(parent, shown, problems))
    for one in chain:
        if "version" not in one.root.entries:
            problems.say(Value({}, Place(one.file, 1)), "", "the key version is missing")
    problems.settled.add("version")
    return chain


def _read(path: Path, file: str, problems: Problems) -> Document:
    try:
        read = document.load(path, file)
    except Unreadable as error:
        problems.know_lines(file, error.lines)
        problems.found.append(Problem(error.place, "", error.what))
        problems.raise_if_any()
        raise
    except OSError as error:
        reason = (error.strerror or "it is broken").lower()
        problems.found.append(Problem(Place(file, 0), "", f"the file cannot be read, {reason}"))
        problems.raise_if_any()
        raise
    problems.know(read)
    if not isinstance(read.root.content, dict):
        problems.add(read.root, "", "a scenario is a mapping of keys")
        problems.raise_if_any()
    _tell_other_version(read.root, problems)
    return read


def _tell_other_version(root: Value, problems: Problems) -> None:
    version = root.entries.get("version")
    if version and (version.content != 1 or isinstance(version.content, bool)):
        problems.add(version, "version", "1 is expected, the only version there is")
        problems.settled.add("version")


def _named(root: Value, last: Document, overlays: Sequence[Document]) -> Value:
    """The root with the last file's own name and description."""
    entries = {name: value for name, value in root.entries.items() if name not in OWN}
    own = {name: last.root.entries[name] for name in OWN if name in last.root.entries}
    own.pop("extends", None)
    name = own.get("name")
    said = name.content if name and isinstance(name.content, str) else None
    if name is None or (overlays and said is not None):
        names = [said or _stem(last.file)]
        names += [one.root.word("name") or _stem(one.file) for one in overlays]
        place = name.place if name else Place(last.file, 1)
        own["name"] = Value(" + ".join(names), place, " + ".join(names))
    version = own.pop("version", Value(1, Place(last.file, 1), "1"))
    ordered = {"version": version, "name": own.pop("name"), **own}
    return Value({**ordered, **entries}, last.root.place)


def _stem(file: str) -> str:
    return Path(file).name.partition(".")[0]


def _without(root: Value, names: Sequence[str]) -> Value:
    kept = {name: value for name, value in root.entries.items() if name not in names}
    return replace(root, content=kept)


def _tell_strange_parent(overlay: Document, chain: Sequence[Document], problems: Problems) -> None:
    extends = overlay.root.entries.get("extends")
    if extends is None or not isinstance(extends.content, str):
        return
    parent = (overlay.path.parent / extends.content).resolve()
    if parent not in [one.path.resolve() for one in chain]:
        what = f"it is laid over {chain[-1].file}, which does not descend from this file"
        problems.add(extends, "extends", what)


def _tell_conflicts(overlays: Sequence[Document], problems: Problems) -> None:
    """Two files laid over may not set one key, nor one remove what another sets."""
    first: dict[str, Value] = {}
    for overlay in overlays:
        own = list(_said(_without(overlay.root, OWN), ""))
        for key, value in own:
            for other, there in first.items():
                if other == key or _removes(other, there, key) or _removes(key, value, other):
                    problems.add(value, key, f"{there.place} sets this too, in another --with file")
                    break
        first.update((key, value) for key, value in own if key not in first)


def _removes(key: str, value: Value, other: str) -> bool:
    entry, _, name = key.rpartition(".")
    return name == merge.ENABLED and value.content is False and other.startswith(f"{entry}.")


def _said(value: Value, key: str) -> Iterator[tuple[str, Value]]:
    if isinstance(value.content, dict) and not merge.is_relative(value):
        for name, entry in value.content.items():
            yield from _said(entry, joined(key, name))
    else:
        yield key, value


def _set(root: Value, set_: Sequence[str], folder: Path, problems: Problems) -> Value:
    for text in set_:
        key, equals, said = text.partition("=")
        place = Place(f"{SET} {text}", 0)
        if not equals or not key.strip():
            problems.say(Value({}, place), "", "key=value is expected")
            continue
        try:
            value = document.parse(said, place.file, folder / "set").root
        except Unreadable:
            problems.say(Value({}, place), key, "the value is no YAML")
            continue
        if not said.strip():
            value = Value(None, place)
        path = keys.split(key.strip(), root)
        new = _days_apart(_relocated(_with_file(value, path[-1], folder), place), path[-1])
        root = merge.merged(root, _nested(path, new), problems)
    return root


def _with_file(value: Value, name: str, folder: Path) -> Value:
    if isinstance(value.content, str) and names_file(name, value.content):
        return replace(value, content=str(folder / value.content))
    return value


def _relocated(value: Value, place: Place) -> Value:
    if isinstance(value.content, dict):
        content = {name: _relocated(entry, place) for name, entry in value.content.items()}
        return Value(content, place)
    if isinstance(value.content, list):
        return Value([_relocated(item, place) for item in value.content], place)
    return replace(value, place=place)


def _days_apart(value: Value, name: str) -> Value:
    """The value with joined days (`mon-fri`) taken apart, as a file's are."""
    if not isinstance(value.content, dict):
        return value
    entries = {
        day: _days_apart(entry, day)
        for key, entry in value.content.items()
        for day in document.days_of(key, name)
    }
    return replace(value, content=entries)


def _nested(path: Sequence[str], value: Value) -> Value:
    for name in reversed(path):
        value = Value({name: value}, value.place)
    return value


def _from_code(said: Any, old: Value | None, folder: Path, name: str) -> Value:
    """A Python value as if it had been written, numbers in the unit of what stands there."""
    place = Place(CODE, 0)
    if isinstance(said, Mapping):
        entries = {
            str(key): _from_code(one, old.entries.get(str(key)) if old else None, folder, str(key))
            for key, one in said.items()
        }
        return Value(entries, place)
    if isinstance(said, list | tuple | set):
        return Value([_from_code(one, None, folder, "") for one in said], place)
    if isinstance(said, bool) or said is None:
        return Value(said, place, str(said).lower())
    if isinstance(said, int | float):
        return scalar(keys.in_unit(said, old), place)
    text = str(said)
    return _with_file(Value(text, place, text), name, folder)
