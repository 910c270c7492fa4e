"""Money: what it all costs, what customers pay, and what is left.

Lines are made from the event log alone (`costs` says what one is). In a window counts what is of a
moment in it, and of what lasts (wages, storage, capital) the part of its time in it. What
is of a case belongs to the case's contract and region; of the rest, idle paid time has the region
of its pool, goods that of their place, a credit its contract, and what has none is in all alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import EventLog
from cssim.kpi import cases, costs, dues, goods, measure, spans, wages
from cssim.kpi.cases import Cases
from cssim.kpi.costs import CHARGE, KINDS, Lines
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Spans, Window

_HUNDREDTHS = 100


def read(log: EventLog) -> Lines:
    """Every line of money of a log, by kind; none where the scenario has no prices."""
    return np.concatenate([np.empty(0, dtype=costs.LINE), *_read(log, log.terms.get("costs", {}))])


def _read(log: EventLog, terms: Mapping[str, Any]) -> Iterator[Lines]:
    if "wages" in terms:
        yield from wages.read(log, terms)
    if "travel" in terms:
        yield from wages.journeys(log, terms)
    if "price" in terms:
        yield from goods.read(log, terms)
    if "steps" in terms:
        yield from dues.steps(log, terms)
    if "penalties" in terms:
        yield dues.penalties(log, terms)
    if "charges" in terms:
        yield from dues.charges(log, terms)


@dataclass(frozen=True)
class Money:
    """The lines of a log, and what of each is in one window, in hundredths."""

    lines: Lines
    amount: NDArray[np.int64]
    kinds: tuple[str, ...]
    currency: str


def of(log: EventLog, lines: Lines, window: Window) -> Money:
    """What of some lines is in a window."""
    terms = log.terms["costs"]
    kinds = tuple(kind for of, kinds in costs.KINDS_OF.items() if of in terms for kind in kinds)
    return Money(lines, costs.within(lines, window), kinds, terms["currency"])


def groups(log: EventLog, lines: Lines, name: str = "") -> Groups:
    """Lines by `region` or `contract`; by nothing: all."""
    if not name:
        return measure.everybody(len(lines))
    return measure.one_by_one(name, log.terms[f"{name}s"], lines[name])


def by_kind(found: Money) -> Groups:
    """The lines of what is paid, by those kinds that have a price."""
    number = np.full(len(KINDS), -1, dtype=np.int64)
    paid = [kind for kind in found.kinds if kind != KINDS[CHARGE]]
    number[[KINDS.index(kind) for kind in paid]] = np.arange(len(paid))
    return Groups(tuple({"kind": kind} for kind in paid), number[found.lines["kind"]])


def figures(log: EventLog, requests: Cases, window: Window) -> Iterator[Measure]:
    """All figures of money in a window, by contract and region, cost by kind too; or none.

    There are none where the scenario has no prices.
    """
    if "costs" not in log.terms:
        return
    lines = read(log)
    found = of(log, lines, window)
    of_case = _of_cases(lines, len(log["cases"]))
    for name in ("", "region", "contract"):
        by = groups(log, lines, name)
        yield from cost(found, by)
        if KINDS[CHARGE] in found.kinds:
            yield from revenue(found, by)
            yield from margin(found, by)
        by_case = cases.groups(log, *([name] if name else []))
        whole = spans.whole(window)
        yield from cost_per_case(of_case, requests, by_case, whole, found.currency)
    yield from cost(found, by_kind(found))
    if "penalties" in log.terms["costs"]:
        yield from beyond_cap(log, lines, window)


def cost(found: Money, by: Groups) -> Iterator[Measure]:
    """`cost`: what is paid in the span, penalties and credits included, charges not taken off."""
    return _sums("cost", found, by, found.lines["kind"] != CHARGE, 1)


def revenue(found: Money, by: Groups) -> Iterator[Measure]:
    """`revenue`: what customers are charged in the span."""
    return _sums("revenue", found, by, found.lines["kind"] == CHARGE, -1)


def margin(found: Money, by: Groups) -> Iterator[Measure]:
    """`margin`: revenue - cost in the span."""
    return _sums("margin", found, by, np.ones(len(found.lines), dtype=np.bool_), -1)


def beyond_cap(log: EventLog, lines: Lines, window: Window) -> Iterator[Measure]:
    """`beyond_cap`: what penalties and credits would be more in the span without their caps.

    By contract, of those that have a cap, and of all together; none where none has.
    """
    terms = log.terms["costs"]
    capped = [name for name, said in terms["penalties"].items() if said["cap"] is not None]
    if not capped:
        return
    found = of(log, dues.beyond_caps(log, terms, lines), window)
    number = np.full(len(log.terms["contracts"]), -1, dtype=np.int64)
    number[[log.terms["contracts"].index(name) for name in capped]] = np.arange(len(capped))
    of_contract = Groups(
        tuple({"contract": name} for name in capped), number[found.lines["contract"]]
    )
    whose = np.ones(len(found.lines), dtype=np.bool_)
    for by in (groups(log, found.lines), of_contract):
        yield from _sums("beyond_cap", found, by, whose, 1)


def cost_per_case(
    of_case: NDArray[np.float64], requests: Cases, by: Groups, within: Spans, currency: str
) -> Iterator[Measure]:
    """`cost_per_case`: what the lines of a request cost, whenever, charges not taken off.

    Over the requests opened in the span that had closed when the run ended. Idle time, stock and
    whatever else has no case is in none; chasers and reopened cases are cases of their own.
    """
    closed = requests.case[requests.closed]
    opened_at = requests.opened_at[requests.closed]
    return measure.statistics(
        "cost_per_case", currency, of_case[closed], by.at(closed), within, opened_at
    )


def _of_cases(lines: Lines, number: int) -> NDArray[np.float64]:
    """What the lines of each case cost; charges are none of it."""
    own = (lines["case"] >= 0) & (lines["kind"] != CHARGE)
    paid = np.bincount(lines["case"][own], lines["amount"][own], number)
    return np.asarray(paid / _HUNDREDTHS, dtype=np.float64)


def _sums(
    kpi: str, found: Money, by: Groups, which: NDArray[np.bool_], sign: int
) -> Iterator[Measure]:
    mine = which & (by.codes >= 0)
    total = np.zeros(len(by.labels), dtype=np.int64)
    np.add.at(total, by.codes[mine], found.amount[mine])
    for pairs, amount in zip(by.labels, total.tolist(), strict=True):
        yield Measure(kpi, measure.scope(pairs), sign * amount / _HUNDREDTHS, found.currency)
