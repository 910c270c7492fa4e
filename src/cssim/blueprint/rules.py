"""Suppliers and other rules, as tables."""

from __future__ import annotations

from typing import Any, Protocol

from cssim.basis import formula, windows
from cssim.basis.calendars import OpenHours
from cssim.basis.moments import DAY, Epoch
from cssim.blueprint.rule_tables import (
    Appointments,
    Order,
    Quantity,
    Supplier,
    Telephone,
)
from cssim.blueprint.words import Words

_BEYOND = 60 * DAY  # after the run for which a visit may be booked
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


def calendars(scenario: Any, said: str) -> list[str]:
    """The calendar of a promise, or of visits: one for all, or each region's own."""
    if said == "region":
        return [region.calendar for region in scenario.regions.values()]
    return [said]


def order_of(said: Any) -> tuple[int, formula.Program]:
    """An order as its number and, where it is a formula, that one's program."""
    if isinstance(said, str):
        return getattr(Order, said.upper()), ()
    return Order.FORMULA, formula.compiled(said.formula, QUANTITIES)


def appointments_of(scenario: Any, hours: HoursOf, epoch: Epoch, end: int) -> Appointments | None:
    """How visits are agreed on; none where the scenario has no visits."""
    said = scenario.appointments
    if said is None:
        return None
    names = calendars(scenario, said.calendar)
    open_hours = tuple(map(hours.of, names))
    if said.windows is None:
        return Appointments(said.lead, open_hours)
    return Appointments(
        said.lead,
        open_hours,
        tuple(
            windows.of_days(said.windows, one, epoch, hours.zone(name), end + _BEYOND)
            for name, one in zip(names, open_hours, strict=True)
        ),
    )


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
