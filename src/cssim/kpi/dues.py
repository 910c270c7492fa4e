"""Dues: what single steps cost, what broken promises cost, and what customers pay.

A breach counts as in `breaches`: of the resolution the first promise, of clocks with laps each.
A contract's period counts as in `attainment`: what fell due in it, within the scenario's window;
its credit is due at the period's end there, and its source is the last breach in it. What a cap
leaves out is told as a line of less, or of nothing; the window cuts a cap's period too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import CLOCK_EVENTS, CLOCKS, NEVER, EventLog
from cssim.kpi import costs, goods, promises, risk, spans
from cssim.kpi.cases import PROMISED
from cssim.kpi.costs import Lines
from cssim.kpi.overlay import SPAN

_BREACH = CLOCK_EVENTS.index("breach")
_RESOLUTION = CLOCKS.index("resolution")
_WITH_LAPS = CLOCKS.index("answer")  # and all after it
_PENALTY, _CREDIT = costs.KINDS.index("penalty"), costs.KINDS.index("credit")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def steps(log: EventLog, terms: Mapping[str, Any]) -> Iterator[Lines]:
    """What a step costs each time that it is completed, beside its people."""
    for node, price in terms["steps"]:
        rows = _completed(log, node, -1)
        yield _of_activities(log, "steps", rows, price)


def _completed(log: EventLog, node: int, answer: int) -> NDArray[np.int64]:
    """The activities of a node that were completed in the run, with an answer or (-1) any."""
    done = log["activities"]
    mine = (done["node"] == node) & (done["completed_at"] != NEVER) & (done["completed_at"] >= 0)
    return np.flatnonzero(mine & ((done["answer"] == answer) | (answer < 0)))


def _of_activities(log: EventLog, kind: str, rows: NDArray[np.int64], price: float) -> Lines:
    done = log["activities"][rows]
    one = np.ones(len(rows), dtype=np.int64)
    amount = costs.rounded(one, price)
    if kind == "charge":
        amount = -amount
    return costs.lines(
        log, kind, ("activities", rows), one, amount,
        (done["completed_at"], done["completed_at"]), case=done["case"],
    )  # fmt: skip


# ---- what customers pay ----------------------------------------------------------------------


def charges(log: EventLog, terms: Mapping[str, Any]) -> Iterator[Lines]:
    """What customers pay at steps: their prices, and the parts that the case has used up."""
    paying = []
    for charge in terms["charges"]:
        rows = _completed(log, charge["node"], charge["answer"])
        if charge["price"]:
            yield _of_activities(log, "charge", rows, charge["price"])
        if charge["parts"]:
            paying.append(rows)
    if paying and "price" in terms:
        yield _parts_paid(log, goods.used(log, terms), np.concatenate(paying))


def _parts_paid(log: EventLog, used: Lines, rows: NDArray[np.int64]) -> Lines:
    """The lines of parts that a case has used up, paid at the first of some steps after it."""
    done = log["activities"][rows]
    at = np.sort(done["case"].astype(np.int64) * SPAN + done["completed_at"])
    place = np.searchsorted(at, used["case"].astype(np.int64) * SPAN + used["from_at"])
    paid_at = np.append(at, -1)[place]
    is_paid = (used["case"] >= 0) & (paid_at // SPAN == used["case"])
    paid: Lines = used[is_paid]
    paid["kind"], paid["amount"] = costs.CHARGE, -paid["amount"]
    paid["from_at"] = paid["to_at"] = paid_at[is_paid] % SPAN
    return paid


# ---- what broken promises cost ---------------------------------------------------------------


def penalties(log: EventLog, terms: Mapping[str, Any]) -> Lines:
    """What we pay for each breach and each period that was missed, up to the contract's cap."""
    found = [_of_breaches(log, terms), *_of_periods(log, terms)]
    both = np.concatenate(found)
    both = both[np.lexsort((both["row"], both["kind"], both["from_at"]))]
    for name, said in terms["penalties"].items():
        if said["cap"] is not None:
            mine = np.flatnonzero(both["contract"] == log.terms["contracts"].index(name))
            period = _period_of(log, both["from_at"][mine], _MONTHS[said["cap_period"]])
            cap = int(costs.rounded(np.array([1]), said["cap"])[0])
            both["amount"][mine] = _capped(both["amount"][mine], period, cap)
    return both


def beyond_caps(log: EventLog, terms: Mapping[str, Any], found: Lines) -> Lines:
    """What the caps leave out of each line of penalties and credits, among some lines."""
    rest: Lines = found[np.isin(found["kind"], (_PENALTY, _CREDIT))]
    missed = np.array([one.get("missed") or 0.0 for one in _said(log, terms)])
    price = np.where(
        rest["kind"] == _CREDIT,
        missed[rest["contract"]],
        _prices(log, terms)[rest["contract"], log["clocks"]["clock"][rest["row"]]],
    )
    rest["amount"] = costs.rounded(rest["quantity"], price) - rest["amount"]
    return rest


def _said(log: EventLog, terms: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The penalties of each contract; nothing of one that has none."""
    return [terms["penalties"].get(name, {}) for name in log.terms["contracts"]]


def _prices(log: EventLog, terms: Mapping[str, Any]) -> NDArray[np.float64]:
    """What a breach costs, by contract and clock; below 0: nothing is said of it."""
    said = _said(log, terms)
    return np.array([[one.get("breach", {}).get(clock, -1.0) for clock in CLOCKS] for one in said])


def _broken(log: EventLog) -> NDArray[np.int64]:
    """The rows of `clocks` that tell a breach of a promise to a customer, in the run."""
    rows = log["clocks"]
    mine = (rows["event"] == _BREACH) & (rows["scope"] == 0) & (rows["at"] >= 0)
    mine &= (rows["promise"] == 0) | (rows["clock"] >= _WITH_LAPS)  # R94: the first counts
    return np.flatnonzero(mine & np.isin(log["cases"]["kind"], PROMISED)[rows["case"]])


def _of_breaches(log: EventLog, terms: Mapping[str, Any]) -> Lines:
    rows = _broken(log)
    broken = log["clocks"][rows]
    price = _prices(log, terms)[log["cases"]["contract"][broken["case"]], broken["clock"]]
    rows, broken, price = (column[price >= 0] for column in (rows, broken, price))
    one = np.ones(len(rows), dtype=np.int64)
    amount = costs.rounded(one, price)
    return costs.lines(
        log, "penalty", ("clocks", rows), one, amount, (broken["at"], broken["at"]),
        case=broken["case"],
    )  # fmt: skip


def _of_periods(log: EventLog, terms: Mapping[str, Any]) -> Iterator[Lines]:
    """A credit for each period of a contract that was missed."""
    targets = risk.targets_of(log.terms)
    found = promises.read(log, "resolution")
    for groups, within, at in risk.due_in_periods(log, found, spans.window_of(log.terms)):
        cells = groups.cells(within, at)
        for cell in np.unique(cells[cells >= 0]).tolist():
            group, period = divmod(cell, len(within.labels))
            name = groups.labels[group][risk.CONTRACT]
            due = np.flatnonzero(cells == cell)
            price = terms["penalties"].get(name, {}).get("missed", 0.0)
            if price and found.kept[due].mean() < targets[name][0]:
                late = due[~found.kept[due]]
                last = found.case[late[at[late].argmax()]]
                until = int(within.edges[period + 1])
                yield _credit(log, int(last), log.terms["contracts"].index(name), price, until)


def _credit(log: EventLog, case: int, contract: int, price: float, until: int) -> Lines:
    """Its source is a case's breach; what its clock did last, if it broke before the run."""
    rows = log["clocks"]
    mine = np.flatnonzero((rows["case"] == case) & (rows["clock"] == _RESOLUTION))
    row = max(mine.tolist(), key=lambda i: (rows["event"][i] == _BREACH, i))
    one = np.ones(1, dtype=np.int64)
    return costs.lines(
        log, "credit", ("clocks", row * one), one, costs.rounded(one, price),
        ((until - 1) * one, (until - 1) * one), contract=contract * one,
    )  # fmt: skip


def _period_of(log: EventLog, at: NDArray[np.int64], together: int) -> NDArray[np.int64]:
    """A number for the calendar period of each moment, cut by the window."""
    own = log.terms["window"]
    months = spans.months(log.terms, (0, own["end_at"] + 1), 1)
    first = spans.epoch_of(log.terms).date_of(0)
    period = (first.month - 1 + months.of(at)) // together * 3
    cut: NDArray[np.int64] = period + (at >= own["from_at"]) + (at >= own["to_at"])
    return cut


def _capped(amount: NDArray[np.int64], period: NDArray[np.int64], cap: int) -> NDArray[np.int64]:
    """Amounts, in order, up to so much in each period."""
    found = np.zeros_like(amount)
    for one in np.unique(period).tolist():
        mine = period == one
        paid = np.minimum(np.cumsum(amount[mine]), cap)
        found[mine] = np.diff(paid, prepend=0)
    return found
