"""One merge rule: mappings merge, everything else replaces.

A mapping whose `kind` changes is replaced whole; a quantity may be relative to what it
replaces (`{add: 2}`, `{times: 1.2}`, which also scales a distribution); `enabled: false`
removes an entry, when all is merged. It knows nothing of what the keys mean.
"""

from __future__ import annotations

from dataclasses import replace

from cssim.basis import quantities
from cssim.scenario.problems import Problems
from cssim.scenario.value import Value, joined, scalar

RELATIVE = ("add", "times")
SCALED = ("median", "p90", "mean", "value", "low", "mode", "high")  # of a distribution
ENABLED = "enabled"


def merged(old: Value, new: Value, problems: Problems, key: str = "") -> Value:
    """The value of `new` laid over `old`."""
    if is_relative(new):
        return _relative(old, new, problems, key)
    if not isinstance(old.content, dict) or not isinstance(new.content, dict):
        return _remembering(new, old)
    if _kind_changes(old, new):
        return new
    entries = dict(old.content)
    for name, value in new.content.items():
        dotted = joined(key, name)
        entries[name] = merged(entries[name], value, problems, dotted) if name in entries else value
    return Value(entries, new.place)


def is_relative(value: Value) -> bool:
    """Whether it is `{add: X}` or `{times: X}`."""
    entries = value.entries
    return len(entries) == 1 and any(
        name in entries and entries[name].is_scalar for name in RELATIVE
    )


def removed(value: Value, problems: Problems, key: str = "") -> Value:
    """The value without the entries that are not enabled, and without the word itself."""
    if not isinstance(value.content, dict):
        return value
    if is_relative(value):
        how = next(iter(value.entries))
        problems.say(value, key, f"this is relative ({how}), but no parent gives a value here")
        problems.settled.add(key)
    elif set(value.content) == set(RELATIVE):
        problems.add(value, key, "add or times is expected, not both")
        problems.settled.add(key)
    kept = {
        name: removed(entry, problems, joined(key, name))
        for name, entry in value.content.items()
        if name != ENABLED and _enabled(entry, problems, joined(key, name))
    }
    return replace(value, content=kept)


def _enabled(value: Value, problems: Problems, key: str) -> bool:
    said = value.entries.get(ENABLED)
    if said is None:
        return True
    if not isinstance(said.content, bool):
        problems.add(said, joined(key, ENABLED), "true or false is expected")
    return said.content is not False


def _kind_changes(old: Value, new: Value) -> bool:
    before, after = old.entries.get("kind"), new.entries.get("kind")
    if before is None or after is None or not (before.is_scalar and after.is_scalar):
        return False
    return before.content != after.content


def _remembering(new: Value, old: Value) -> Value:
    return replace(new, before=(old, *old.before)) if old.is_scalar and new.is_scalar else new


def _relative(old: Value, new: Value, problems: Problems, key: str) -> Value:
    how, by = next(iter(new.entries.items()))
    if "kind" in old.entries and how == "times":
        return _scaled(old, by, problems, key)
    if is_relative(old):
        return new  # `removed` tells that there is nothing to be relative to
    if not old.is_scalar or isinstance(old.content, bool) or old.content is None:
        what = f"{how} needs a number or a quantity in the parent, which has {old.described()}"
        problems.say(new, key, what)
        problems.settled.add(key)
        return old
    return _computed(old, by, how, problems, key)


def _computed(old: Value, by: Value, how: str, problems: Problems, key: str) -> Value:
    change = quantities.plus if how == "add" else quantities.times
    try:
        text = change(old.text, by.text)
    except ValueError as error:
        problems.add(by, joined(key, how), f"{error}; the parent has {old.text}")
        problems.settled.add(key)
        return old
    return replace(scalar(text, by.place), before=(old, *old.before))


def _scaled(old: Value, by: Value, problems: Problems, key: str) -> Value:
    """A distribution whose times are all multiplied."""
    entries = {
        name: _computed(value, by, "times", problems, joined(key, name))
        if name in SCALED and value.is_scalar
        else value
        for name, value in old.entries.items()
    }
    if not any(name in SCALED for name in entries):
        problems.say(by, key, "only a distribution given by numbers can be multiplied")
    return Value(entries, by.place)
