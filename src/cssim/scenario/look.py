"""A scenario's values as the cross checks see them: what there is, by kind, however broken.

Cross checks look at the file's values and not at the finished scenario, so that they say
all they can while other things are still wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from cssim.flows.graph import Flow, Node, NodeKind
from cssim.scenario.problems import Problems, unknown
from cssim.scenario.value import Place, Value, joined

_NOTHING = Value({}, Place("", 0))


@dataclass
class Look:
    """The merged values, the flows in force, and where to say what is wrong."""

    root: Value
    graphs: dict[str, Flow]
    problems: Problems

    def section(self, *path: str) -> Value:
        """The value at a path; an empty mapping where there is none."""
        return self.root.at(*path) or _NOTHING

    def each(self, *path: str) -> Iterator[tuple[str, Value]]:
        """The entries of a section with their dotted keys."""
        for name, value in self.section(*path).entries.items():
            yield ".".join((*path, name)), value

    def within(self, value: Value, key: str, *path: str) -> Iterator[tuple[str, str, Value]]:
        """Name, dotted key and value of each entry of a mapping below a value."""
        found = value.at(*path)
        for name, entry in found.entries.items() if found else ():
            yield name, ".".join((key, *path, name)), entry

    def must_be(
        self, value: Value | None, key: str, what: str, known: Collection[str]
    ) -> str | None:
        """The word of a value, which must be one of those known; tells where it is not."""
        if value is None or not isinstance(value.content, str):
            return None  # that a word is missing is the section's to say
        if value.content not in known:
            self.problems.add(value, key, unknown(what, value.content, known))
            return None
        return value.content

    def entry_must_be(
        self, value: Value, key: str, name: str, what: str, known: Collection[str]
    ) -> str | None:
        """The same for an entry of a mapping."""
        return self.must_be(value.entries.get(name), joined(key, name), what, known)

    def only_words(self, value: Value, key: str, name: str = "of") -> None:
        """Cases are chosen by words of an attribute that there are."""
        for attribute, where, words in self.within(value, key, name):
            known = tuple(self.choices)
            if self.key_must_be(words, where, attribute, "attribute of words", known):
                for number, word in enumerate(words.items):
                    self.must_be(word, f"{where}[{number}]", attribute, self.choices[attribute])

    def key_must_be(
        self, value: Value, key: str, name: str, what: str, known: Collection[str]
    ) -> bool:
        """Whether a mapping's key is one of those known; tells where it is not."""
        if name in known:
            return True
        self.problems.say(value, key, f"{unknown(what, name, known)} (got {name})")
        return False

    def say_in(self, section: str, what: str, *below: str) -> None:
        """Something is missing in a section: told there, or at the file's root without it."""
        path = (section, *below)
        value = self.root.at(*path)
        self.problems.say(value or self.root, ".".join(path) if value else "", what)

    def all_named(self, value: Value, key: str, what: str, wanted: Collection[str]) -> None:
        """Tells which of the words that a mapping must name it does not."""
        if not isinstance(value.content, dict):
            return
        missing = [word for word in wanted if word not in value.content]
        if missing:
            self.problems.say(value, key, f"{what} {', '.join(missing)} is missing")

    @cached_property
    def calendars(self) -> tuple[str, ...]:
        """The calendars."""
        return tuple(self.section("calendars").entries)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The regions."""
        return tuple(self.section("regions").entries)

    @cached_property
    def attributes(self) -> dict[str, tuple[str, ...] | None]:
        """The attributes and their words; None for one that is a number."""
        return {name: words_of(value) for name, value in self.section("attributes").entries.items()}

    @cached_property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """The attributes that are words."""
        return {name: words for name, words in self.attributes.items() if words is not None}

    @cached_property
    def severities(self) -> tuple[str, ...]:
        """The words of the attribute `severity`."""
        return self.choices.get("severity", ())

    @cached_property
    def in_use(self) -> dict[str, Flow]:
        """The flows that some source begins, and those that they call."""
        return self.reached([entry.word("flow") or "" for _, entry in self.each("demand")])

    def reached(self, flows: list[str]) -> dict[str, Flow]:
        """These flows and those that they call, in the order of the flows in force."""
        todo, found = list(flows), set()
        while todo:
            name = todo.pop()
            if name in self.graphs and name not in found:
                found.add(name)
                todo += [n.call.flow for n in self.graphs[name].nodes.values() if n.call]
        return {name: flow for name, flow in self.graphs.items() if name in found}

    def regions_of(self, source: Value) -> list[str]:
        """The regions that a source's cases may be in."""
        region = source.entries.get("region")
        if source.word("kind") == "installed_base":
            return self._regions_of_units(source)
        if region is None:
            return []
        said = [region.content] if region.is_scalar else []
        said += [value.content for value in (region.at("values") or _NOTHING).entries.values()]
        said += [value.content for value in (region.at("otherwise"),) if value]
        return [name for name in self.regions if name in said]

    def _regions_of_units(self, source: Value) -> list[str]:
        deliveries = (source.at("deliveries") or _NOTHING).entries.values()
        counted = (source.at("installed", "units") or _NOTHING, *deliveries)
        return [name for name in self.regions if any(name in one.entries for one in counted)]

    @cached_property
    def nodes_in_use(self) -> list[tuple[str, Node]]:
        """Every node that a case may come to, with its key in `work` and `answers`."""
        found = {}
        for flow in self.in_use.values():
            for node in flow.nodes.values():
                if node.alias_of is None:
                    found[key_of(flow, node)] = node
        return list(found.items())

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Every node of every flow in force, by its key."""
        return {
            key_of(flow, node): node
            for flow in self.graphs.values()
            for node in flow.nodes.values()
            if node.alias_of is None and node.kind not in _SILENT
        }


_SILENT = (NodeKind.START, NodeKind.END, NodeKind.SPLIT, NodeKind.JOIN)


def key_of(flow: Flow, node: Node) -> str:
    """A node's key in a scenario: the returns flow is the same everywhere (R6)."""
    return node.id if node.id == "RETURNS" else f"{flow.id}/{node.id}"


def words_of(attribute: Value) -> tuple[str, ...] | None:
    """The words of an attribute; None where it is a number."""
    if attribute.word("kind") == "number":
        return None
    weights = attribute.entries.get("weights")
    if weights is None:
        return ()
    if "given" not in attribute.entries:
        return tuple(weights.entries)
    rows = weights.entries.values()
    return tuple(dict.fromkeys(word for row in rows for word in row.entries))
