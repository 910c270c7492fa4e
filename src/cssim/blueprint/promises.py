"""Promises as tables: targets and hours by contract, tiers and suppliers, what pauses clocks.

Also what the log must say of them. It knows nothing of nodes: see `acts`.
"""

from __future__ import annotations

from typing import Any

from cssim.basis import draws
from cssim.basis.calendars import OpenHours
from cssim.blueprint import rules
from cssim.blueprint.rule_tables import (
    RETURNS,
    Contract,
    Judgement,
    Nested,
    Promises,
    Reopening,
)
from cssim.blueprint.rules import HoursOf
from cssim.blueprint.words import Words, cumulative
from cssim.eventlog import CAUSES, CLOCKS

OPENED = "opened"
TIER, SUPPLIER, RESOLUTION = (CLOCKS.index(clock) for clock in ("tier", "supplier", "resolution"))
OF_CUSTOMERS = CLOCKS[:TIER]
_ALWAYS = OF_CUSTOMERS[:2]  # every contract promises these, and the handbook says when they run


def promises_of(scenario: Any, words: Words, hours: HoursOf) -> Promises:
    """The rules of the clocks and of the lines; without `sla` there is only a dispatch order."""
    sla, dispatch = scenario.sla, scenario.dispatch
    severities = words.attribute_words.get("severity", [])
    return Promises(
        **_of_contracts(scenario, words, hours) if sla else _NOTHING,
        severity=words.attributes.index("severity") if severities else -1,
        order=rules.order_of(dispatch.order)[0],
        ageing=dispatch.ageing,
        no_promise_severity=severities.index(dispatch.no_promise.severity) if severities else 0,
        no_promise_due=dispatch.no_promise.due,
        key_account=_key_account(words),
    )


_NOTHING: dict[str, Any] = {
    "contracts": (), "attribute": -1, "contract_of": (), "flows": frozenset(), "pauses": (),
    "opening": (), "repeats": frozenset(), "tiers": (), "suppliers": (), "reopening": None,
    "judgements": {}, "renewal": -1,
}  # fmt: skip


def _of_contracts(scenario: Any, words: Words, hours: HoursOf) -> dict[str, Any]:
    sla = scenario.sla
    names = list(sla.contracts)
    chosen = [sla.contract.of[word] for word in words.attribute_words[sla.contract.by]]
    pauses = tuple(map(_mask, _pauses(sla).values()))
    more = sla.clocks or {}
    return {
        "contracts": tuple(
            Contract(
                tuple(_hours(hours, _calendars_of(scenario, one, clock)) for clock in OF_CUSTOMERS),
                tuple(_targets(getattr(one, clock), words) for clock in OF_CUSTOMERS),
            )
            for one in sla.contracts.values()
        ),
        "attribute": words.attributes.index(sla.contract.by),
        "contract_of": tuple(names.index(name) for name in chosen),
        "flows": frozenset(words.flows.index(f) for f in sla.applies_to if f in words.flows),
        "pauses": pauses,
        "opening": tuple(
            code
            for code, clock in enumerate(OF_CUSTOMERS)
            if clock in _ALWAYS or (clock in more and more[clock].start == OPENED)
        ),
        "repeats": frozenset(CLOCKS.index(clock) for clock, one in more.items() if one.repeats),
        "tiers": _tiers(scenario, words, hours, pauses[RESOLUTION]),
        "suppliers": _suppliers(scenario, words, hours, pauses[RESOLUTION]),
        "reopening": sla.reopen
        and Reopening(sla.reopen.chance, sla.reopen.after, sla.reopen.clock == "continue"),
        "judgements": _judgements(sla, words),
        "renewal": -1 if sla.renewal == "original" else sla.renewal,
    }


def _pauses(sla: Any) -> dict[str, list[str]]:
    """By clock of the customers', the causes that stop it."""
    more = sla.clocks or {}
    found = {clock: list(getattr(sla.pause, clock)) for clock in _ALWAYS}
    return found | {
        clock: list(more[clock].pause) if clock in more else []
        for clock in OF_CUSTOMERS
        if clock not in _ALWAYS
    }


def _mask(causes: list[str]) -> int:
    codes = (RETURNS if cause == "returns" else CAUSES.index(cause) for cause in causes)
    return sum(1 << code for code in codes)


def _targets(said: Any, words: Words) -> tuple[int, ...]:
    return tuple(said[word] for word in words.attribute_words["severity"]) if said else ()


def _calendars_of(scenario: Any, contract: Any, clock: str) -> list[str]:
    own = (contract.calendars or {}).get(clock)
    return rules.calendars(scenario, own or contract.calendar)


def _hours(hours: HoursOf, calendars: list[str]) -> tuple[OpenHours, ...]:
    return tuple(map(hours.of, calendars))


def _tiers(scenario: Any, words: Words, hours: HoursOf, customers: int) -> tuple[Nested, ...]:
    """A tier's clock stands still whenever the customer's does, and for causes of its own."""
    return tuple(
        Nested(
            scope,
            _hours(hours, rules.calendars(scenario, tier.calendar)),
            _targets(tier.target, words),
            customers | _mask(tier.pause),
        )
        for scope, tier in enumerate((scenario.sla.tiers or {}).values(), 1)
    )


def _suppliers(scenario: Any, words: Words, hours: HoursOf, customers: int) -> tuple[Nested, ...]:
    """Also a supplier's: but not for his own work, though that may pause the customer's."""
    promised = scenario.sla.suppliers or {}
    pauses = customers & ~_mask(["supplier"])
    scopes = {name: scope for scope, name in enumerate(promised, 1)}
    return tuple(
        Nested(
            scopes[name],
            _hours(hours, _of_supplier(scenario, name)),
            _targets(promised[name].target, words),
            pauses,
        )
        if name in scopes
        else Nested(0, (), (), 0)
        for name in (scenario.suppliers if promised else ())
    )


def _of_supplier(scenario: Any, name: str) -> list[str]:
    said = scenario.sla.suppliers[name]
    return rules.calendars(scenario, said.calendar or scenario.suppliers[name].calendar)


def _judgements(sla: Any, words: Words) -> dict[int, Judgement]:
    severities = words.attribute_words["severity"]
    found = {}
    for key, rows in (sla.reclassify or {}).items():
        node = words.nodes.get(tuple(key.split("/", 1)), -1)
        chances = tuple(
            cumulative(rows[word], severities) if word in rows else () for word in severities
        )
        if node >= 0:
            found[node] = Judgement(draws.text_key(f"reclassify/{key}"), chances)
    return found


def _key_account(words: Words) -> tuple[int, int]:
    of = words.attribute_words.get("key_account", [])
    return (words.attributes.index("key_account"), of.index("yes")) if "yes" in of else (-1, -1)


# ---- what the log says -----------------------------------------------------------------------


def terms(scenario: Any, hours: HoursOf) -> dict[str, Any]:
    """What the log says of promises: contracts, their targets, their hours by region, rules."""
    sla = scenario.sla
    if sla is None:
        return {"contracts": [], "targets": {}, "calendars": {}}
    by_contract = {
        name: rules.calendars(scenario, one.calendar) for name, one in sla.contracts.items()
    }
    by_clock = {
        name: {clock: _calendars_of(scenario, one, clock) for clock in one.calendars}
        for name, one in sla.contracts.items()
        if one.calendars
    }
    nested = _nested_terms(scenario)
    named = [*by_contract.values(), *(c for by in by_clock.values() for c in by.values())]
    named += [one["calendars"] for of in nested.values() for one in of]
    return {
        "contracts": list(sla.contracts),
        "contract_calendars": by_contract,
        "calendars": _calendars_told(hours, named),
        "targets": {
            name: {
                clock: dict(said) for clock in OF_CUSTOMERS if (said := getattr(one, clock))
            }
            for name, one in sla.contracts.items()
        },
        "attainment": {
            name: {"target": contract.attainment, "period": contract.attainment_period}
            for name, contract in sla.contracts.items()
            if contract.attainment is not None
        },
        **({"clock_calendars": by_clock} if by_clock else {}),
        **({"clocks": {name: _rule_terms(one) for name, one in sla.clocks.items()}}
           if sla.clocks else {}),
        **({"nested": nested} if any(nested.values()) else {}),
        **({"reopening": sla.reopen.clock} if sla.reopen else {}),
    }  # fmt: skip


def _calendars_told(hours: HoursOf, named: list[list[str]]) -> dict[str, dict[str, list[int]]]:
    told = {}
    for calendar in dict.fromkeys(name for names in named for name in names):
        of = hours.of(calendar)
        told[calendar] = {"starts": list(of.starts), "ends": list(of.ends)}
    return told


def _rule_terms(rule: Any) -> dict[str, Any]:
    """When a clock runs, as the file has it: for who checks the log."""
    return {
        "start": rule.start if rule.start == OPENED else rule.start.said(),
        "stop": rule.stop.said(),
        "repeats": rule.repeats,
    }


def _nested_terms(scenario: Any) -> dict[str, list[dict[str, Any]]]:
    """Of each nested clock the tiers, or suppliers: a row's scope is a position here, plus 1."""
    sla = scenario.sla
    tiers, suppliers = sla.tiers or {}, sla.suppliers or {}
    return {
        "tier": [
            _promised(name, one, rules.calendars(scenario, one.calendar))
            for name, one in tiers.items()
        ],
        "supplier": [
            {
                **_promised(name, one, _of_supplier(scenario, name)),
                "products": [p for p, of in scenario.products.items() if of.supplier == name],
            }
            for name, one in suppliers.items()
        ],
    }


def _promised(name: str, one: Any, calendars: list[str]) -> dict[str, Any]:
    return {"name": name, "calendars": calendars, "target": dict(one.target)}
