"""Cross checks of stock: places, policies, where parts are ordered and taken from, substitutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from cssim.scenario.look import Look
from cssim.scenario.value import Value

_FROM = "ordered_from"
SUPPLIER = "supplier"  # among the places that a region's parts come from


def tell(look: Look) -> None:
    """All names of places and parts, and that what is ordered can come."""
    for rule in (
        _points_are_no_regions,
        _stock_is_of_parts_in_places,
        _orders_go_where_the_part_is_kept,
        _orders_go_in_no_circle,
        _a_level_is_above_its_reorder_point,
        _sourcing_is_of_places,
        _substitutes_are_parts,
        _components_are_parts,
    ):
        rule(look)


def places(look: Look) -> tuple[str, ...]:
    """Regions, and after them the stock points."""
    return (*look.regions, *look.section("parts", "points").entries)


def types(look: Look) -> tuple[str, ...]:
    """The types of part."""
    return tuple(look.section("parts", "types").entries)


def _points_are_no_regions(look: Look) -> None:
    for key, point in look.each("parts", "points"):
        name = key.rpartition(".")[2]
        if name in look.regions or name == SUPPLIER:
            whose = "a region's" if name in look.regions else "that of all suppliers"
            look.problems.say(point, key, f"this name is {whose} already")


def _kept(look: Look) -> Iterator[tuple[str, str, str, Value]]:
    """Place, part, key and value of everything that is kept somewhere."""
    for key, parts in look.each("parts", "stock"):
        for part, part_key, value in look.within(parts, key):
            yield key.rpartition(".")[2], part, part_key, value


def _stock_is_of_parts_in_places(look: Look) -> None:
    for key, parts in look.each("parts", "stock"):
        what = "region or stock point" if look.section("parts", "points").entries else "region"
        look.key_must_be(parts, key, key.rpartition(".")[2], what, places(look))
        for part, part_key, value in look.within(parts, key):
            look.key_must_be(value, part_key, part, "part", types(look))


def _orders_go_where_the_part_is_kept(look: Look) -> None:
    there = {(place, part) for place, part, _, _ in _kept(look)}
    known = places(look)
    for _, part, key, value in _kept(look):
        source = look.entry_must_be(value, key, _FROM, "region or stock point", known)
        if source is not None and (source, part) not in there:
            what = f"{source} keeps no {part}: say under parts.stock.{source} what it keeps of it"
            look.problems.say(value.entries[_FROM], f"{key}.{_FROM}", what)
        if source is not None and "transport" not in value.entries:
            look.problems.say(value, key, f"the key transport is missing: how long from {source}")


def _orders_go_in_no_circle(look: Look) -> None:
    for name in types(look):
        told = {
            place: (value, key)
            for place, part, key, value in _kept(look)
            if part == name and value.word(_FROM)
        }
        edges = {place: [value.word(_FROM) or ""] for place, (value, _) in told.items()}
        circle = _circle(edges)
        if circle:
            value, key = told[circle[0]]
            what = f"these order {name} from each other: {', '.join(circle)}"
            look.problems.add(value.entries[_FROM], f"{key}.{_FROM}", what)


def _a_level_is_above_its_reorder_point(look: Look) -> None:
    for _, _, key, value in _kept(look):
        if value.word("kind") != "min_max":
            continue
        low, high = (_number(value, name) for name in ("reorder_point", "order_up_to"))
        if low is not None and high is not None and low >= high:
            what = f"it is above the reorder point, which is {low}"
            look.problems.add(value.entries["order_up_to"], f"{key}.order_up_to", what)


def _number(value: Value, name: str) -> int | None:
    said = value.entries.get(name)
    return said.content if said is not None and isinstance(said.content, int) else None


def _sourcing_is_of_places(look: Look) -> None:
    known = (*places(look), SUPPLIER)
    for key, ways in look.each("parts", "sourcing"):
        look.key_must_be(ways, key, key.rpartition(".")[2], "region", look.regions)
        for name, way_key, way in look.within(ways, key):
            look.key_must_be(way, way_key, name, "region or stock point", known)
            look.only_words(way, way_key)
        last = next(reversed(ways.entries), SUPPLIER)
        supplier = ways.entries.get(SUPPLIER)
        if supplier is not None and last != SUPPLIER and "of" not in supplier.entries:
            what = "nothing is taken from a place after supplier, who has everything"
            look.problems.say(ways, key, what)


def _substitutes_are_parts(look: Look) -> None:
    edges: dict[str, list[str]] = {}
    said: dict[str, tuple[Value, str]] = {}
    for key, part in look.each("parts", "types"):
        name = key.rpartition(".")[2]
        for number, one in enumerate(listed(part, "substitutes")):
            said[name] = part.entries["substitutes"], f"{key}.substitutes"
            word = look.must_be(one, f"{key}.substitutes[{number}]", "part", types(look))
            if word is not None:
                edges.setdefault(name, []).append(word)
    circle = _circle(edges)
    if circle:
        value, key = said[circle[0]]
        look.problems.say(value, key, f"these stand in for each other: {', '.join(circle)}")


def substitutes(look: Look, part: str) -> list[str]:
    """What may be given for a part."""
    words = [one.content for one in listed(look.section("parts", "types", part), "substitutes")]
    return [word for word in words if isinstance(word, str)]


def listed(value: Value, name: str) -> list[Value]:
    """The items of a list below a value; none where there is no list."""
    found = value.entries.get(name)
    return found.content if found is not None and isinstance(found.content, list) else []


def _components_are_parts(look: Look) -> None:
    """A bill of materials leads to no part that it began with."""
    edges: dict[str, list[str]] = {}
    for key, part in look.each("parts", "types"):
        for name, name_key, value in look.within(part, key, "components"):
            if look.key_must_be(value, name_key, name, "part", types(look)):
                edges.setdefault(key.rpartition(".")[2], []).append(name)
    circle = _circle(edges)
    if circle:
        key = f"parts.types.{circle[0]}.components"
        value = look.section("parts", "types", circle[0], "components")
        look.problems.say(value, key, f"these are made of each other: {', '.join(circle)}")


def _circle(edges: Mapping[str, list[str]]) -> list[str]:
    """The first names that lead back to themselves; none where there are no such."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        circle = error.args[1][:-1]
        return sorted(circle, key=list(edges).index)
    return []
