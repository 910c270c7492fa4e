"""What parts cost: used up, moved from place to place, stored, tied up, repaired by suppliers.

Good parts of ours lie on shelves, are on their way, or lent. One that leaves these has cost its
price (it stays with a customer, or is bad), one that comes to them from elsewhere but a purchase
gives it back (a bad one that was repaired). So what parts cost is what was bought less what the
stock has grown by. Storage and capital are told for each span in which a level stood still; their
source is the move that brought the level about. A place's region is that of its shelf.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import DAY
from cssim.eventlog import STATES, EventLog
from cssim.kpi import costs
from cssim.kpi.costs import Lines

_STATE = 1000  # an account is state * 1000 + place
_ON_SHELF, _IN_TRANSIT, _REPAIR = (
    STATES.index(state) for state in ("on_shelf", "in_transit", "repair")
)
_GOOD = [STATES.index(state) for state in ("on_shelf", "in_transit", "lent")]
_NEW = [STATES.index(state) for state in ("bought", "initial")]
# between places of these a part is sent; engineers bring, and customers fetch, all others
_SENT = [
    STATES.index(state) for state in ("bought", "on_shelf", "in_transit", "quarantine", "repair")
]
_YEAR = 365 * DAY


def read(log: EventLog, terms: Mapping[str, Any]) -> Iterator[Lines]:
    """Everything that parts cost, line by line."""
    yield used(log, terms)
    from_state, to_state = _states(log)
    comes = np.isin(to_state, _GOOD) & ~np.isin(from_state, [*_GOOD, *_NEW])
    yield _moved(log, "parts_restored", comes, -np.array(terms["price"]))
    if "transport" in terms:
        yield _moved(log, "transport", _is_sent(log), np.array(terms["transport"]))
    if "shipments" in terms:
        yield from _shipped(log, terms)
    if "repair" in terms:
        sent = log["stock"]["to_account"] == _REPAIR * _STATE
        sent &= ~np.isin(from_state, _NEW)  # what was there when the run began was paid before
        yield _moved(log, "repair", sent, np.array(terms["repair"]))
    if "storage" in terms:
        prices = np.array(terms["storage"])
        yield _kept(log, "storage", [_ON_SHELF], prices, DAY)
    if "capital" in terms:
        prices = np.array(terms["price"]) * terms["capital"]
        yield _kept(log, "capital", _GOOD, prices, _YEAR)


def used(log: EventLog, terms: Mapping[str, Any]) -> Lines:
    """The parts that leave what is good and ours, at their price."""
    from_state, to_state = _states(log)
    leaves = np.isin(from_state, _GOOD) & ~np.isin(to_state, _GOOD)
    return _moved(log, "parts_used", leaves, np.array(terms["price"]))


def _states(log: EventLog) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The state that each move is from, and to."""
    moves = log["stock"]
    return moves["from_account"] // _STATE, moves["to_account"] // _STATE


def _is_sent(log: EventLog) -> NDArray[np.bool_]:
    """Which moves are from place to place, not within reach; 0 is outside: the suppliers'."""
    moves = log["stock"]
    from_state, to_state = _states(log)
    elsewhere = moves["from_account"] % _STATE != moves["to_account"] % _STATE
    found: NDArray[np.bool_] = elsewhere & np.isin(from_state, _SENT) & np.isin(to_state, _SENT)
    ends = np.sort([moves["from_account"] % _STATE, moves["to_account"] % _STATE], axis=0)
    for pair in log.terms["within_reach"]:  # as between a van and its region
        found &= (ends != np.sort(pair)[:, None] + 1).any(axis=0)
    return found


def _shipped(log: EventLog, terms: Mapping[str, Any]) -> Iterator[Lines]:
    """What each shipment of a part for a case costs, however many units it is."""
    moves = log["stock"]
    begins = (moves["case"] >= 0) & (moves["to_account"] // _STATE == _IN_TRANSIT)
    for to, origin, price in terms["shipments"]:
        way = (moves["to_account"] % _STATE == to) & (moves["from_account"] % _STATE == origin)
        rows = np.flatnonzero(begins & way)
        one, at = np.ones(len(rows), dtype=np.int64), moves["at"][rows]
        yield costs.lines(
            log, "shipment", ("stock", rows), one, costs.rounded(one, price), (at, at),
            case=moves["case"][rows],
        )  # fmt: skip


def _moved(
    log: EventLog, kind: str, which: NDArray[np.bool_], prices: NDArray[np.float64]
) -> Lines:
    """A line for each of some moves, by its number of units; at the place of ours."""
    rows = np.flatnonzero(which)
    moves = log["stock"][rows]
    count = moves["count"].astype(np.int64)
    place = np.where(
        moves["to_account"] % _STATE > 0, moves["to_account"] % _STATE,
        moves["from_account"] % _STATE,
    )  # fmt: skip
    return costs.lines(
        log, kind, ("stock", rows), count, costs.rounded(count, prices[moves["part"]]),
        (moves["at"], moves["at"]), case=moves["case"], region=_region(log, place),
    )  # fmt: skip


def _kept(
    log: EventLog, kind: str, states: list[int], prices: NDArray[np.float64], per: int
) -> Lines:
    """A line for each span in which the level of a part in an account stood still, above 0."""
    moves = log["stock"]
    number = np.concatenate([np.arange(len(moves))] * 2)
    account = np.concatenate([moves["from_account"], moves["to_account"]])
    change = np.concatenate([-moves["count"], moves["count"]]).astype(np.int64)
    key = np.concatenate([moves["part"]] * 2).astype(np.int64) << 32 | account
    order = np.lexsort((number, key))
    order = order[np.isin(account[order] // _STATE, states)]
    row, key = number[order], key[order]
    level = np.cumsum(change[order])  # of all before it together ...
    new = np.diff(key, prepend=-1) != 0
    before = (level - change[order])[new]
    level -= before[np.cumsum(new) - 1] if len(new) else 0  # ... less of other accounts
    from_at = moves["at"][row]
    last = np.diff(key, append=-1) != 0
    to_at = np.where(last, log.terms["window"]["end_at"], np.append(from_at[1:], 0))
    quantity = level * (to_at - from_at)
    amount = costs.rounded(quantity, prices[moves["part"][row]], per)
    place = account[order] % _STATE
    return costs.lines(
        log, kind, ("stock", row), quantity, amount, (from_at, to_at), region=_region(log, place)
    )


def _region(log: EventLog, place: NDArray[np.integer]) -> NDArray[np.int64]:
    """The region of a place; -1 for one that is none's."""
    found: NDArray[np.int64] = np.where(place <= len(log.terms["regions"]), place - 1, -1)
    return found
