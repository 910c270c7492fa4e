"""Parts as tables: what products need of them, where they are kept, and how more comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from cssim.basis import draws
from cssim.basis.moments import DAY, Epoch
from cssim.blueprint.rule_tables import Bench, Need, Parts, Shipping, Stocking
from cssim.blueprint.words import Words, cumulative
from cssim.eventlog import NEVER

SUPPLIER = "supplier"  # among the places of `sourcing`


def places(scenario: Any) -> list[str]:
    """Where parts are kept: the regions, and after them the stock points."""
    return [*scenario.regions, *(scenario.parts.points if scenario.parts else ())]


def terms(scenario: Any) -> dict[str, Any]:
    """What a reader of the log must know of parts beside their names."""
    parts = scenario.parts
    if parts is None:
        return {}
    prices = [round(spec.price.amount * 100) for spec in parts.types.values()]
    window = parts.response_window
    told = {
        "part_prices": prices,
        "currency": next(iter(parts.types.values())).price.currency,
        "within_reach": list(_within_reach(scenario)),
        "asked_first": _asked_first(scenario),
    }
    return told if window is None else {**told, "response_window": window}


def parts_of(scenario: Any, words: Words, epoch: Epoch, end: int) -> Parts | None:
    """Part types, stock and what products need, of a run that ends then; none without parts."""
    parts = scenario.parts
    if parts is None or "product" not in words.attributes:
        return None
    names, suppliers = list(parts.types), list(scenario.suppliers)
    products = [scenario.products[word] for word in words.attribute_words["product"]]
    return Parts(
        supplier=tuple(suppliers.index(spec.supplier) for spec in parts.types.values()),
        product=words.attributes.index("product"),
        unit=tuple(names.index(p.unit) if p.unit else -1 for p in products),
        visit=tuple(_needs(product.visit_parts, names) for product in products),
        use=_use(products, names, words),
        repairable=tuple(spec.repairable for spec in parts.types.values()),
        substitutes=tuple(
            tuple(map(names.index, spec.substitutes)) for spec in parts.types.values()
        ),
        stock=_stock(scenario, epoch, end),
        sourcing=_sourcing(scenario, words),
        benches=_benches(scenario, names),
        components=tuple(_needs(spec.components, names) for spec in parts.types.values()),
        repair_time={suppliers.index(name): time for name, time in parts.repair_time.items()},
        wrong=parts.wrong or 0.0,
        used=parts.used,
        replaced=parts.replaced,
        repaired=parts.repaired,
        batch=parts.batch,
    )


# ---- where parts are kept --------------------------------------------------------------------


def _stock(scenario: Any, epoch: Epoch, end: int) -> tuple[Stocking, ...]:
    parts, where = scenario.parts, places(scenario)
    names = list(parts.types)
    return tuple(
        Stocking(
            place=where.index(place),
            part=names.index(part),
            address=_address(scenario, place),
            initial=spec.initial,
            **_policy(spec),
            source=where.index(source) if (source := getattr(spec, "ordered_from", None)) else -1,
            transport=getattr(spec, "transport", None)
            or parts.lead_time[parts.types[part].supplier],
            reviews=_reviews(getattr(spec, "review", None), epoch, end),
        )
        for place, by_part in parts.stock.items()
        for part, spec in by_part.items()
    )


def _address(scenario: Any, place: str) -> int:
    """A region's number, or the name of a stock point: another region moves no point's luck."""
    regions = list(scenario.regions)
    return regions.index(place) if place in regions else draws.text_key(f"point/{place}")


def _policy(spec: Any) -> dict[str, int]:
    if spec.kind == "fixed_quantity":
        point, quantity, level = spec.reorder_point, spec.order_quantity, 0
    elif spec.kind == "min_max":
        point, quantity, level = spec.reorder_point, 0, spec.order_up_to
    elif spec.kind == "base_stock":
        point, quantity, level = spec.order_up_to - 1, 0, spec.order_up_to
    else:
        point, quantity, level = -NEVER, 0, 0  # never anything
    return {"reorder_point": point, "order_quantity": quantity, "order_up_to": level}


def _reviews(every: int | None, epoch: Epoch, end: int) -> tuple[int, ...] | None:
    """The midnights at which a shelf is looked at, of a run that ends then."""
    if every is None:
        return None
    days, date = every // DAY, epoch.start
    while (date.toordinal() - 1) % days:
        date += dt.timedelta(days=1)
    found: list[int] = []
    while (at := epoch.midnight(date)) < end:
        found.append(at)
        date += dt.timedelta(days=days)
    return tuple(found)


def _within_reach(scenario: Any) -> Iterator[list[int]]:
    """Pairs of places, a region and another from which it has parts at once, as from a van."""
    where = places(scenario)
    for region, ways in scenario.parts.sourcing.items():
        for name, way in ways.items():
            if name not in (region, SUPPLIER) and way.time is None:
                yield [where.index(region), where.index(name)]


def _asked_first(scenario: Any) -> list[int]:
    """By place, which one is asked first for what its cases need; -1: the supplier."""
    where = places(scenario)
    first = list(range(len(where)))
    for region, ways in scenario.parts.sourcing.items():
        name = next((name for name, way in ways.items() if way.of is None), region)
        first[where.index(region)] = -1 if name == SUPPLIER else where.index(name)
    return first


def _sourcing(scenario: Any, words: Words) -> dict[int, tuple[Shipping, ...]]:
    where = places(scenario)
    return {
        where.index(region): tuple(
            Shipping(
                -1 if name == SUPPLIER else where.index(name),
                way.time,
                way.keeps,
                words.only(way.of),
            )
            for name, way in ways.items()
        )
        for region, ways in scenario.parts.sourcing.items()
    }


def _benches(scenario: Any, names: list[str]) -> tuple[Bench, ...]:
    where = places(scenario)
    return tuple(
        Bench(
            source,
            frozenset(map(names.index, spec.parts)),
            spec.exchanged,
            where.index(spec.to) if spec.to else -1,
            where.index(spec.at) if spec.at else -1,
            spec.transport,
        )
        for source, spec in enumerate(scenario.demand.values())
        if spec.kind == "bench"
    )


# ---- what products need ----------------------------------------------------------------------


def _use(products: list[Any], names: list[str], words: Words) -> dict[int, Any]:
    keys = {key for product in products for key in (product.repair_parts or {})}
    return {
        words.nodes[flow, node]: tuple(
            _needs((product.repair_parts or {}).get(key), names) for product in products
        )
        for key in sorted(keys)
        for flow, node in [key.split("/", 1)]
        if (flow, node) in words.nodes
    }


def _needs(needs: Any, names: list[str]) -> tuple[Need, ...]:
    return tuple(
        Need(names.index(part), need.chance, _units(need.units))
        for part, need in (needs or {}).items()
    )


def _units(units: dict[str, float] | None) -> tuple[float, ...]:
    if not units:
        return (1.0,)
    most = max(int(count) for count in units)
    return cumulative(
        {str(k): float(v) for k, v in units.items()}, [str(n + 1) for n in range(most)]
    )
