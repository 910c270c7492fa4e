"""The reference of the format: every key, what it means, how it is written, its default.

It is made from the sections' own docstrings, so that it cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cssim.basis import quantities
from cssim.errors import ScenarioError
from cssim.scenario import schema

_DISTRIBUTIONS = {"OfTime": "a distribution of times", "OfNumbers": "a distribution of numbers"}
_ANY = "*"
BEGIN = "<!-- keys: made by `cssim scenario docs` -->"
END = "<!-- end of keys -->"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the format.

    Attributes:
        path: the names that lead to it; `*` is an id of the scenario's own.
        kind: the `kind` that its mapping must have, where that matters.
        meaning: one or two sentences.
        form: how its value is written.
        default: the value that is taken where it is not given; empty where there is none.
        required: whether a complete scenario must have it.
    """

    path: tuple[str, ...]
    kind: str
    meaning: str
    form: str
    default: str
    required: bool


@cache
def entries() -> tuple[Entry, ...]:
    """Every key, in the order of the format."""
    whole = schema.strict()
    return tuple(_properties(whole, whole["$defs"], (), ""))


def meaning(key: str, kind: str = "") -> str:
    """What a dotted key means, in a mapping of a kind; empty where the format does not say."""
    found = [entry for entry in entries() if _matches(entry.path, key)]
    found.sort(key=lambda entry: entry.kind != kind)
    return found[0].meaning if found else ""


def markdown() -> str:
    """All keys as tables, one for each key of the top."""
    parts: list[str] = []
    for top in dict.fromkeys(entry.path[0] for entry in entries()):
        own = [entry for entry in entries() if entry.path[0] == top]
        optional = "" if own[0].required else " Optional."
        parts.append(f"### `{top}`\n\n{own[0].meaning}{optional}\n")
        if len(own) > 1:
            parts.append("| key | means | written |\n|---|---|---|")
            parts += [_row(entry) for entry in own[1:] if entry.path[-1] != "kind"]
            parts.append("")
    parts.append("### Distributions\n")
    parts.append("| kind | key | means | written |\n|---|---|---|---|")
    parts += [f"| `{e.kind}` | `{e.path[-1]}` | {e.meaning} | {_form(e)} |" for e in _forms()]
    return "\n".join(parts).replace("\n\n\n", "\n\n").strip() + "\n"


def inserted(text: str) -> str:
    """A document with the tables between its two marks.

    Raises:
        ScenarioError: it has no marks.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ScenarioError(f"the document has no marks, {BEGIN} and {END}")
    return f"{before}{begin}\n\n{markdown()}\n{end}{after}"


def _row(entry: Entry) -> str:
    key = ".".join(entry.path[1:])
    kind = f" (`{entry.kind}`)" if entry.kind else ""
    return f"| `{key}`{kind} | {entry.meaning} | {_form(entry)} |"


def _form(entry: Entry) -> str:
    return f"{entry.form or 'a mapping'}{_told(entry)}"


def _told(entry: Entry) -> str:
    """What follows on how a value is written."""
    if entry.default:
        return f"; `{entry.default}` if not given"
    return "" if entry.required else "; optional"


def _forms() -> Iterator[Entry]:
    """The keys of each kind of distribution of times."""
    definitions = schema.strict()["$defs"]
    for name, one in definitions.items():
        if name.endswith("OfTime") or name == "EmpiricalTime":
            yield from (
                entry
                for entry in _properties(one, definitions, (), one["properties"]["kind"]["const"])
                if entry.path[-1] != "kind"
            )


def _properties(
    one: dict[str, Any], definitions: dict[str, Any], path: tuple[str, ...], kind: str
) -> Iterator[Entry]:
    required = one.get("required", ())
    for name, value in one.get("properties", {}).items():
        said = _resolved(value, definitions)
        shown = _default(value.get("default"), said)
        told = value.get("description") or said.get("description", "")
        yield Entry(
            (*path, name), kind, " ".join(told.split()),
            _written(said, definitions), shown, name in required,
        )  # fmt: skip
        yield from _below(said, definitions, (*path, name))


def _default(default: Any, one: dict[str, Any]) -> str:
    """A default as a file would have it; empty where it says nothing."""
    if not isinstance(default, int | float) or isinstance(default, bool):
        return default if isinstance(default, str) else ""
    example = str(one.get("examples", [""])[0])
    if example.endswith(" h"):
        return quantities.format_duration(int(default))
    number = quantities.format_number(default)
    return f"{number} per day" if example.endswith("per day") else number


def _below(
    one: dict[str, Any], definitions: dict[str, Any], path: tuple[str, ...]
) -> Iterator[Entry]:
    one = _resolved(one, definitions)
    if _is_distribution(one):
        return
    if "oneOf" in one:
        for variant in one["oneOf"]:
            found = _resolved(variant, definitions)
            kind = found.get("properties", {}).get("kind", {}).get("const", "")
            yield from _properties(found, definitions, path, kind)
    elif isinstance(one.get("additionalProperties"), dict):
        below = _resolved(one["additionalProperties"], definitions)
        if "properties" in below or "oneOf" in below or "additionalProperties" in below:
            yield from _below(below, definitions, (*path, _ANY))
    else:
        yield from _properties(one, definitions, path, "")


def _resolved(one: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """What a schema stands for, without references and without `null`."""
    while "$ref" in one or "anyOf" in one:
        if "$ref" in one:
            one = definitions[one["$ref"].rpartition("/")[2]]
            continue
        others = [other for other in one["anyOf"] if other.get("type") != "null"]
        if len(others) != 1:
            return one
        one = others[0]
    return one


def _is_distribution(one: dict[str, Any]) -> bool:
    return any("Lognormal" in variant.get("$ref", "") for variant in one.get("oneOf", ()))


def _written(one: dict[str, Any], definitions: dict[str, Any]) -> str:
    """How a value is written, in few words."""
    if _is_distribution(one):
        form = str(one["oneOf"][1]["$ref"])
        return next(text for end, text in _DISTRIBUTIONS.items() if form.endswith(end))
    for variant in one.get("oneOf", ()):
        word = _resolved(variant, definitions)
        if word.get("type") == "string":
            words = _written(word, definitions) if "enum" in word else "a name"
            return f"{words}, or a mapping"
    if "enum" in one:
        return ", ".join(f"`{one_word}`" for one_word in one["enum"])
    if "const" in one:
        return f"`{one['const']}`"
    if one.get("type") == "array":
        return f"a list: {_written(_resolved(one['items'], definitions), definitions)}"
    if isinstance(one.get("additionalProperties"), dict):
        below = _resolved(one["additionalProperties"], definitions)
        inner = _written(below, definitions)
        return f"by name: {inner}" if inner else "by name"
    return _scalar(one)


def _scalar(one: dict[str, Any]) -> str:
    if one.get("type") == "boolean":
        return "`true` or `false`"
    if one.get("type") == "integer":
        return f"a whole number from {one['minimum']}" if "minimum" in one else "a whole number"
    if one.get("type") == "number":
        return "a share, 0 to 1" if one.get("maximum") == 1 else "a number"
    if one.get("examples"):
        example = one["examples"][-1]
        return example if example.startswith("a ") else f"like `{example}`"
    return ""


def _matches(path: tuple[str, ...], key: str) -> bool:
    """Whether a dotted key, whose ids may have dots, is one of this path."""
    if not path:
        return not key
    if path[0] != _ANY:
        rest = key.removeprefix(path[0])
        return rest != key and (not rest or rest[0] == ".") and _matches(path[1:], rest[1:])
    ends = [place for place, letter in enumerate(key) if letter == "."] + [len(key)]
    return any(end and _matches(path[1:], key[end + 1 :]) for end in ends)
