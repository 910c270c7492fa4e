"""Promises, suppliers and parts, as tables."""

from __future__ import annotations

from typing import Any, Protocol

from cssim.basis import formula
from cssim.basis.calendars import OpenHours
from cssim.blueprint.rule_tables import (
    Appointments,
    Contract,
    Need,
    Order,
    Parts,
    Promises,
    Quantity,
    Stocking,
    Supplier,
    Telephone,
)
from cssim.blueprint.words import Words, cumulative
from cssim.eventlog import CAUSES, CLOCKS

QUANTITIES = {name.lower(): n for name, n in vars(Quantity).items() if name.isupper()}


class HoursOf(Protocol):
    """Gives the open hours of a calendar."""

    def of(self, calendar: str) -> OpenHours:
        """The open hours of one calendar."""
        ...

    def zone(self, calendar: str) -> str | None:
        """The zone of a calendar; None: the scenario's."""
        ...

    def without(self, calendar: str, silences: list[tuple[Any, Any]]) -> OpenHours:
        """The same, less dated silences."""
        ...


def _calendars(scenario: Any, said: Any) -> list[str]:
    """The calendar of a contract, or of visits: one for all, or each region's own."""
    if said.calendar == "region":
        return [region.calendar for region in scenario.regions.values()]
    return [said.calendar]


def promises_of(scenario: Any, words: Words, hours: HoursOf) -> Promises:
    """The rules of the clocks and of the lines; without `sla` there is only a dispatch order."""
    sla, dispatch = scenario.sla, scenario.dispatch
    severities = words.attribute_words.get("severity", [])
    severity = words.attributes.index("severity") if severities else -1
    contracts: list[Contract] = []
    attribute, renewal, pauses = -1, -1, (0, 0)
    contract_of: tuple[int, ...] = ()
    flows: frozenset[int] = frozenset()
    if sla is not None:
        names = list(sla.contracts)
        for contract in sla.contracts.values():
            targets = [getattr(contract, clock) for clock in CLOCKS]
            contracts.append(
                Contract(
                    tuple(hours.of(calendar) for calendar in _calendars(scenario, contract)),
                    tuple(tuple(target[word] for word in severities) for target in targets),
                )
            )
        attribute = words.attributes.index(sla.contract.by)
        chosen = [sla.contract.of[word] for word in words.attribute_words[sla.contract.by]]
        contract_of = tuple(names.index(name) for name in chosen)
        flows = frozenset(words.flows.index(f) for f in sla.applies_to if f in words.flows)
        first, second = (getattr(sla.pause, clock) for clock in CLOCKS)
        pauses = (_mask(first), _mask(second))
        renewal = -1 if sla.renewal == "original" else sla.renewal
    return Promises(
        contracts=tuple(contracts),
        attribute=attribute,
        contract_of=contract_of,
        severity=severity,
        flows=flows,
        pauses=pauses,
        renewal=renewal,
        order=order_of(dispatch.order)[0],
        ageing=dispatch.ageing,
        no_promise_severity=severities.index(dispatch.no_promise.severity) if severities else 0,
        no_promise_due=dispatch.no_promise.due,
        key_account=_key_account(words),
    )


def order_of(said: Any) -> tuple[int, formula.Program]:
    """An order as its number and, where it is a formula, that one's program."""
    if isinstance(said, str):
        return getattr(Order, said.upper()), ()
    return Order.FORMULA, formula.compiled(said.formula, QUANTITIES)


def _key_account(words: Words) -> tuple[int, int]:
    of = words.attribute_words.get("key_account", [])
    return (words.attributes.index("key_account"), of.index("yes")) if "yes" in of else (-1, -1)


def _mask(causes: Any) -> int:
    return sum(1 << CAUSES.index(cause) for cause in causes)


def contracts_terms(scenario: Any, hours: HoursOf) -> dict[str, Any]:
    """What the log says of promises: contracts, their targets, and their hours by region."""
    if scenario.sla is None:
        return {"contracts": [], "targets": {}, "calendars": {}}
    calendars: dict[str, list[str]] = {}
    used: dict[str, dict[str, list[int]]] = {}
    for name, contract in scenario.sla.contracts.items():
        calendars[name] = _calendars(scenario, contract)
        for calendar in calendars[name]:
            open_hours = hours.of(calendar)
            used[calendar] = {"starts": list(open_hours.starts), "ends": list(open_hours.ends)}
    return {
        "contracts": list(scenario.sla.contracts),
        "contract_calendars": calendars,
        "calendars": used,
        "targets": {
            name: {clock: dict(getattr(contract, clock)) for clock in CLOCKS}
            for name, contract in scenario.sla.contracts.items()
        },
        "attainment": {
            name: {"target": contract.attainment, "period": contract.attainment_period}
            for name, contract in scenario.sla.contracts.items()
            if contract.attainment is not None
        },
    }


def appointments_of(scenario: Any, hours: HoursOf) -> Appointments | None:
    """How visits are agreed on; none where the scenario has no visits."""
    said = scenario.appointments
    if said is None:
        return None
    return Appointments(said.lead, tuple(hours.of(name) for name in _calendars(scenario, said)))


def supplied_by(scenario: Any, words: Words) -> tuple[int, tuple[int, ...]]:
    """The attribute product, and which supplier each of its words names."""
    if "product" not in words.attributes or not scenario.suppliers:
        return -1, ()
    names = list(scenario.suppliers)
    products = [scenario.products.get(word) for word in words.attribute_words["product"]]
    return words.attributes.index("product"), tuple(
        names.index(product.supplier) if product else 0 for product in products
    )


def suppliers_of(scenario: Any, words: Words, hours: HoursOf) -> tuple[Supplier, ...]:
    """Outside people, in the scenario's order."""
    return tuple(
        Supplier(
            hours.without(
                spec.calendar,
                [(gap.from_, gap.to) for gap in (spec.silences or {}).values()],
            ),
            {
                words.nodes[flow, node]: time
                for key, time in spec.times.items()
                for flow, node in [key.split("/", 1)]
                if (flow, node) in words.nodes
            },
        )
        for spec in (scenario.suppliers or {}).values()
    )


def parts_of(scenario: Any, words: Words) -> Parts | None:
    """Part types, stock and what products need; none where the scenario has no parts."""
    parts = scenario.parts
    if parts is None or "product" not in words.attributes:
        return None
    names, suppliers = list(parts.types), list(scenario.suppliers)
    products = [scenario.products[word] for word in words.attribute_words["product"]]
    regions = list(scenario.regions)
    return Parts(
        supplier=tuple(suppliers.index(spec.supplier) for spec in parts.types.values()),
        product=words.attributes.index("product"),
        unit=tuple(names.index(p.unit) if p.unit else -1 for p in products),
        visit=tuple(_needs(product.visit_parts, names) for product in products),
        use=_use(products, names, words),
        stock=tuple(
            Stocking(
                regions.index(place), names.index(part), spec.initial, spec.reorder_point,
                spec.order_quantity,
            )
            for place, by_part in parts.stock.items()
            for part, spec in by_part.items()
        ),
        lead_time={suppliers.index(name): time for name, time in parts.lead_time.items()},
        repair_time={suppliers.index(name): time for name, time in parts.repair_time.items()},
        used=parts.used,
        replaced=parts.replaced,
        repaired=parts.repaired,
        batch=parts.batch,
    )  # fmt: skip


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


def telephone_of(scenario: Any, words: Words) -> Telephone | None:
    """How callers wait; None where nobody waits on the telephone."""
    said = scenario.telephone
    if said is None:
        return None
    redial, overflow, callback = said.redial, said.overflow, said.callback
    regions = list(scenario.regions)
    to = overflow.to if overflow else {}
    nothing: dict[str, float] = {}
    by, factors = next(iter((said.factors or {}).items()), ("", nothing))
    return Telephone(
        patience=said.patience,
        factor_attribute=words.attributes.index(by) if by else -1,
        factors=tuple(factors.get(word, 1.0) for word in words.attribute_words.get(by, ())),
        redial=redial.chance if redial else 0.0,
        delay=redial.delay if redial else None,
        same_patience=bool(redial and redial.patience == "same"),
        after_call=said.after_call,
        callback_after=callback.after if callback else 0,
        callback=callback.accepting if callback else 0.0,
        overflow_after=overflow.after if overflow else 0,
        overflow_to=tuple(regions.index(to[name]) if name in to else -1 for name in regions),
    )
