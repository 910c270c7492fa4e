"""Cross checks of field visits: areas and the ways between them, territories, and windows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from cssim.flows.graph import CUSTOMER, SUPPLIER, Node
from cssim.scenario.look import Look
from cssim.scenario.value import Value

_MAP = ("x", "y", "radius")


def tell(look: Look) -> None:
    """All that contradicts about where sites are, who goes there, and when."""
    for rule in (
        _areas_are_words_of_an_attribute,
        _areas_are_all_told_alike,
        _ways_between_are_told_once,
        _people_are_of_known_areas,
        _areas_have_somebody,
        _journeys_are_one_persons,
        _windows_can_be_booked,
    ):
        rule(look)


def _travel(look: Look) -> Value:
    return look.section("travel")


def _areas(look: Look) -> tuple[str, ...]:
    return tuple(look.section("travel", "areas").entries)


def _visits(look: Look) -> Iterator[tuple[str, Node]]:
    """The steps in use that keep an appointment, with their keys."""
    return ((key, node) for key, node in look.nodes_in_use if node.effect.appointment == "keep")


def _areas_are_words_of_an_attribute(look: Look) -> None:
    by = look.entry_must_be(_travel(look), "travel", "by", "attribute of words", look.choices)
    if by is None:
        return
    areas = look.section("travel", "areas")
    for name, value in areas.entries.items():
        what = f"word of the attribute {by}"
        look.key_must_be(value, f"travel.areas.{name}", name, what, look.choices[by])
    look.all_named(areas, "travel.areas", "the area", look.choices[by])


def _areas_are_all_told_alike(look: Look) -> None:
    """Either every area has a time, or all have coordinates, and then there is a speed."""
    speed = _travel(look).entries.get("speed")
    for key, area in look.each("travel", "areas"):
        if not isinstance(area.content, dict):
            continue
        on_map = [name for name in _MAP if name in area.entries]
        if speed is None and on_map:
            what = "with coordinates the key travel.speed is needed"
            look.problems.say(area.entries[on_map[0]], f"{key}.{on_map[0]}", what)
        elif speed is None and "time" not in area.entries:
            look.problems.say(area, key, "an area has a time, or coordinates and a speed")
        elif speed is not None and not {"x", "y"} <= {*area.entries}:
            look.problems.say(area, key, "with a speed, an area has coordinates, x and y")
        elif speed is not None and "time" in area.entries:
            what = "with coordinates, the way takes what the speed says"
            look.problems.say(area.entries["time"], f"{key}.time", what)
    between = _travel(look).entries.get("between")
    if speed is not None and between is not None:
        what = "with coordinates, the ways between sites are as the speed says"
        look.problems.say(between, "travel.between", what)


def _ways_between_are_told_once(look: Look) -> None:
    """Every two areas, and an area with itself, one way round."""
    between, areas = _travel(look).entries.get("between"), _areas(look)
    if between is None or not isinstance(between.content, dict):
        return
    told = set()
    for one, row in between.entries.items():
        look.key_must_be(row, f"travel.between.{one}", one, "area", areas)
        for other, key, value in look.within(between, "travel.between", one):
            look.key_must_be(value, key, other, "area", areas)
            if (other, one) in told and one != other:
                look.problems.say(value, key, f"the way is told twice, from {other} to {one} too")
            told.add((one, other))
    for one, other in itertools.combinations_with_replacement(areas, 2):
        if not {(one, other), (other, one)} & told:
            look.problems.say(
                between, "travel.between", f"the way from {one} to {other} is missing"
            )


def _people(look: Look) -> Iterator[tuple[str, str, Value]]:
    """Role, key and value of every pool and of every group."""
    for key, places in look.each("pools"):
        for _, pool_key, pool in look.within(places, key):
            yield key.rpartition(".")[2], pool_key, pool
            for _, group_key, group in look.within(pool, pool_key, "groups"):
                yield key.rpartition(".")[2], group_key, group


def _people_are_of_known_areas(look: Look) -> None:
    areas = _areas(look)
    for _, key, value in _people(look):
        look.entry_must_be(value, key, "home", "area", areas)
        territory = value.entries.get("territory")
        for number, area in enumerate(_items(territory)):
            look.must_be(area, f"{key}.territory[{number}]", "area", areas)


def _items(value: Value | None) -> list[Value]:
    return value.content if value is not None and isinstance(value.content, list) else []


def _areas_have_somebody(look: Look) -> None:
    """Every area is in the territory of somebody of each pool that makes visits."""
    if not _areas(look):
        return
    roles = {node.doers[0] for _, node in _visits(look)}
    for key, places in look.each("pools"):
        if key.rpartition(".")[2] not in roles:
            continue
        for _, pool_key, pool in look.within(places, key):
            served = _served(pool)
            missing = [area for area in _areas(look) if area not in served] if served else []
            if missing:
                what = f"nobody of this pool has {', '.join(missing)} in a territory"
                look.problems.say(pool, pool_key, what)


def _served(pool: Value) -> set[str]:
    """The areas of a pool's territories; empty if somebody of it serves all."""
    groups = pool.entries.get("groups")
    some = list(groups.entries.values()) if groups is not None else []
    people = pool.entries.get("people")
    if (people is not None and people.content != 0) or {"roster", "hiring"} & set(pool.entries):
        some.append(pool)
    found: set[str] = set()
    for one in some:
        territory = _items(one.entries.get("territory")) or _items(pool.entries.get("territory"))
        if not territory:
            return set()
        found |= {str(area.content) for area in territory}
    return found


def _journeys_are_one_persons(look: Look) -> None:
    """A visit is made by one person of ours who is somebody, and its way is told once."""
    if not _travel(look).entries:
        return
    for key, node in _visits(look):
        travel = look.section("work", key).entries.get("travel")
        if travel is not None:
            what = "the way to a visit is told by the section travel, so not here"
            look.problems.say(travel, f"work.{key}.travel", what)
        doers = [doer for doer in node.doers if doer not in (CUSTOMER, SUPPLIER)]
        if len(doers) != 1:
            what = f"{key} is made by several, and only one person's way can be told"
            look.say_in("travel", what)
        for pool_key, pool in look.each("pools", doers[0]):
            if pool.word("people") == "ample":
                what = f"{key} has a way from where somebody is, and ample people are nobody"
                look.problems.say(pool.entries["people"], f"{pool_key}.people", what)


def _windows_can_be_booked(look: Look) -> None:
    """Whoever promises windows knows the ways, and whose day it is."""
    windows = look.section("appointments").entries.get("windows")
    if windows is None:
        return
    if not _travel(look).entries:
        what = "a visit is booked where the ways leave room, and the section travel is missing"
        look.problems.say(windows, "appointments.windows", what)
    for flow in look.in_use.values():
        kept = [node for node in flow.nodes.values() if node.effect.appointment == "keep"]
        owner = flow.owned_by or look.section("owners", flow.id).word("role")
        if kept and owner not in kept[0].doers:
            what = f"{flow.id} has no owner whose day its visits are booked in"
            look.problems.say(windows, "appointments.windows", what)
