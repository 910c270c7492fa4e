"""What a section's types find wrong, in our words and at its place in the file.

The path of a finding is followed only as far as the file goes; a key that is missing is
told at its parent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from cssim.scenario.problems import Problems, nearest
from cssim.scenario.value import Value, joined

_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "model_type": lambda _: "a mapping is expected",
    "dict_type": lambda _: "a mapping is expected",
    "list_type": lambda _: "a list is expected",
    "string_type": lambda _: "a word is expected",
    "int_type": lambda _: "a whole number is expected",
    "int_from_float": lambda _: "a whole number is expected",
    "float_type": lambda _: "a number is expected",
    "finite_number": lambda _: "a finite number is expected",
    "greater_than_equal": lambda context: f"a number of {context['ge']:g} or more is expected",
    "greater_than": lambda context: f"a number above {context['gt']:g} is expected",
    "less_than": lambda context: f"a number below {context['lt']:g} is expected",
    "less_than_equal": lambda context: f"a number of {context['le']:,.15g} or less is expected",
    "too_short": lambda _: "at least one entry is expected",
    "value_error": lambda context: str(context["error"]).partition(" (got ")[0],
}


def tell(findings: Sequence[Any], root: Value, problems: Problems) -> None:
    """Add every finding to the problems."""
    for finding in findings:
        path = [str(one) for one in finding["loc"] if not str(one).startswith("@")]
        value, key, rest = _followed(root, path)
        if finding["type"] == "missing":
            _tell_missing(value, key, joined(key, rest[-1]) if rest else key, problems)
        elif not _is_settled(key, problems):
            _tell(finding, value, key, rest, problems)


def _tell(finding: Any, value: Value, key: str, rest: list[str], problems: Problems) -> None:
    kind, context = finding["type"], finding.get("ctx", {})
    if kind.startswith("union_tag"):
        _tell_kind(value, key, context, problems)
    elif kind == "literal_error":
        _tell_word(value, key, re.findall(r"'([^']*)'", context["expected"]), problems, context)
    elif rest == ["[key]"]:
        problems.say(value, key, f"{_sentence(kind, context)} (got {finding['input']})")
    else:
        problems.add(value, key, _sentence(kind, context) + _share(kind, value))


def _share(kind: str, value: Value) -> str:
    """How somebody who thinks in per cent says it."""
    said = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *%", str(value.content))
    return f", {float(said[1]) / 100:g} for {said[0]}" if said and kind == "float_type" else ""


def _sentence(kind: str, context: dict[str, Any]) -> str:
    say = _SENTENCES.get(kind)
    return say(context) if say else "something else is expected here"


def _tell_missing(value: Value, key: str, wanted: str, problems: Problems) -> None:
    if wanted not in problems.settled and not _is_settled(key, problems):
        name = wanted[len(key) + 1 :] if key else wanted
        problems.say(value, key, f"the key {name} is missing")


def _tell_kind(value: Value, key: str, context: dict[str, Any], problems: Problems) -> None:
    words = re.findall(r"'@(\w+)'", context.get("expected_tags", ""))
    words = [word for word in words if word != "given"]  # a form of choice
    said = value.entries.get("kind")
    if not isinstance(value.content, dict):
        problems.add(value, key, "a mapping with a kind is expected")
    elif said is None:
        problems.say(value, key, "the key kind is missing")
    elif not words:  # it is no word at all, so nobody knows of which kinds it could be
        problems.add(said, joined(key, "kind"), "a word is expected")
    else:
        _tell_word(said, joined(key, "kind"), list(dict.fromkeys(words)), problems)


def _tell_word(
    value: Value, key: str, words: list[str], problems: Problems, context: Any = None
) -> None:
    if not words:  # the format's version, a number
        problems.add(value, key, f"{context['expected']} is expected")
        return
    close = nearest(str(value.content), words)
    hint = f", did you mean {close}?" if close else ""
    problems.add(value, key, f"one of {', '.join(words)} is expected{hint}")


def _followed(root: Value, path: list[str]) -> tuple[Value, str, list[str]]:
    """The value that a path leads to, its dotted key, and what of the path the file has not."""
    value, key, rest = root, "", list(path)
    while rest:
        name = rest[0]
        if name in value.entries:
            value, key = value.entries[name], joined(key, name)
        elif name.isdigit() and int(name) < len(value.items):
            value, key = value.items[int(name)], f"{key}[{name}]"
        else:
            break
        rest = rest[1:]
    return value, key, rest


def _is_settled(key: str, problems: Problems) -> bool:
    return any(key == one or key.startswith(f"{one}.") for one in problems.settled if one)
