"""Laws of parts: what there is of each type is what came in, and nothing is less than none.

On the shelf + in transit + lent + installed + in quarantine + in repair + scrapped + sold
= initial + bought + taken out of customers' machines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.conformance import telling
from cssim.eventlog import STATES, EventLog

PLACES = 1000  # an account is state * PLACES + place
_SOURCES = [STATES.index(state) for state in ("bought", "taken_out", "initial")]
_AWAY = [STATES.index(state) for state in ("in_transit", "repair")]
_LENT = STATES.index("lent")
_ON_SHELF = STATES.index("on_shelf")
_TAKEN = [_LENT, STATES.index("installed")]


def what_there_is_is_what_came_in(log: EventLog) -> Iterator[str]:
    """Per part type, the units in all states are those that came from the sources."""
    rows = log["stock"]
    states = _states(rows)
    known = np.logical_and.reduce((states >= 0) & (states < len(STATES)))
    count = rows["count"].astype(np.int64)
    for part, name in enumerate(log.terms["parts"]):
        mine = rows["part"] == part
        into = np.bincount(states[1][mine & known], count[mine & known], len(STATES))
        out_of = np.bincount(states[0][mine & known], count[mine & known], len(STATES))
        balance = into - out_of
        came = -balance[_SOURCES].sum()
        there = np.delete(balance, _SOURCES).sum()
        if came != there:
            yield f"part {name}: {there:.0f} units in all, but {came:.0f} came in"
    yield from _unbooked(log, states, known)


def _unbooked(log: EventLog, states: NDArray[np.int64], known: NDArray[np.bool_]) -> Iterator[str]:
    """Moves that are none: of nothing, of no part, or back to where parts come from."""
    rows = log["stock"]
    wrong = ~known | (rows["count"] <= 0) | np.isin(states[1], _SOURCES)
    wrong |= (rows["part"] < 0) | (rows["part"] >= len(log.terms["parts"]))
    for column in ("from_account", "to_account"):
        wrong |= rows[column] % PLACES > len(log.terms["places"])
    return telling.first(wrong, lambda i: f"{_move(log, i)} is no move of parts")


def no_account_is_negative(log: EventLog) -> Iterator[str]:
    """Nowhere is there ever less than nothing of a part."""
    rows = log["stock"]
    places = np.concatenate([np.arange(len(rows))] * 2)
    count = np.concatenate([-rows["count"], rows["count"]]).astype(np.int64)
    account = np.concatenate([rows["from_account"], rows["to_account"]])
    part = np.concatenate([rows["part"], rows["part"]])
    keep = ~np.isin(account // PLACES, _SOURCES)
    group = part.astype(np.int64) * 1_000_000 + account
    yield from _negative(log, places[keep], group[keep], count[keep], "leaves less than none there")


def nobody_gives_back_more_than_was_lent(log: EventLog) -> Iterator[str]:
    """A case has no more of a part to settle or give back than was lent to it."""
    rows = log["stock"]
    into, out_of = (_states(rows)[way] == _LENT for way in (1, 0))
    places = np.flatnonzero(into | out_of)
    count = np.where(into, rows["count"], -rows["count"]).astype(np.int64)[places]
    group = rows["part"][places].astype(np.int64) << 32 | rows["case"][places]
    return _negative(log, places, group, count, "is more than the case had on loan")


def orders_arrive_whole(log: EventLog) -> Iterator[str]:
    """What an order or a repair brings back is what left, no more, and all of it at once."""
    rows = log["stock"]
    states = _states(rows)
    orders: dict[int, list[int]] = {}
    for place in np.flatnonzero(rows["order"] >= 0).tolist():
        side = 0 if states[1][place] in _AWAY else 1
        balance = orders.setdefault(int(rows["order"][place]), [0, 0, 0])
        balance[side] += int(rows["count"][place])
        balance[2] = place
    for order, (left, came, place) in orders.items():
        if came not in (0, left):
            yield f"order {order}: {left} units left, {came} came ({_move(log, place)})"


def moves_are_in_order(log: EventLog) -> Iterator[str]:
    """Moves are written as they happen, from the run's start to its end."""
    at = log["stock"]["at"]
    wrong = (at < 0) | (at > log.terms["window"]["end_at"])
    wrong[1:] |= at[1:] < at[:-1]
    return telling.first(wrong, lambda i: f"{_move(log, i)} is out of order")


def nobody_takes_what_was_not_kept_for_him(log: EventLog) -> Iterator[str]:
    """A case takes from a shelf no more of a part than was kept there for it."""
    moves, kept = log["stock"], log["wanted"]
    taken = (moves["case"] >= 0) & np.isin(moves["to_account"] // PLACES, _TAKEN)
    taken &= moves["from_account"] // PLACES == _ON_SHELF
    places = np.flatnonzero(taken)
    kept = kept[(kept["case"] >= 0) & (kept["kept_at"] <= log.terms["window"]["end_at"])]
    of_moves = moves[places]
    count = np.concatenate([kept["count"], -of_moves["count"]]).astype(np.int64)
    at = np.concatenate([kept["kept_at"], of_moves["at"]])
    case = np.concatenate([kept["case"], of_moves["case"]]).astype(np.int64)
    part = np.concatenate([kept["given"], of_moves["part"]])
    place = np.concatenate([kept["place"], of_moves["from_account"] % PLACES - 1])
    order = np.lexsort((count < 0, at, case, part, place))  # what is kept then may be taken then
    group = np.stack([case, part, place])[:, order]
    new = np.append(True, (np.diff(group, axis=1) != 0).any(axis=0))[: len(order)]
    running = np.cumsum(count[order])
    starts = np.flatnonzero(new)
    lengths = np.diff(np.append(starts, len(order)))
    before = np.repeat(running[starts] - count[order][starts], lengths)
    short = order[running - before < 0]
    wrong = np.zeros(len(moves), dtype=bool)
    wrong[places[short[short >= len(kept)] - len(kept)]] = True
    yield from telling.first(wrong, lambda i: f"{_move(log, i)} takes what was not kept")


def nobody_is_passed_in_a_line_for_a_part(log: EventLog) -> Iterator[str]:
    """Units of a part at a place are kept in the order in which they were asked for (R97)."""
    rows = log["wanted"]
    mine = np.flatnonzero((rows["from_place"] == rows["place"]) & (rows["given"] == rows["part"]))
    some = rows[mine]
    order = np.lexsort((some["kept_at"], some["at"], some["part"], some["place"]))
    some = some[order]
    same = (np.diff(some["part"]) == 0) & (np.diff(some["place"]) == 0)
    wrong = np.zeros(len(rows), dtype=bool)
    wrong[mine[order[1:]]] = same & (np.diff(some["kept_at"]) < 0)
    yield from telling.first(
        wrong,
        lambda i: (
            f"case {rows['case'][i]} has its {log.terms['parts'][rows['part'][i]]}, asked for at "
            f"{telling.moment(rows['at'][i])}, before who had asked before"
        ),
    )


def _negative(
    log: EventLog, places: NDArray[Any], group: NDArray[Any], count: NDArray[Any], what: str
) -> Iterator[str]:
    """Where the running sum of a group falls below zero, in order of the rows."""
    order = np.lexsort((count > 0, places, group))
    running = np.cumsum(count[order])
    starts = np.flatnonzero(np.append(True, np.diff(group[order]) != 0))[: len(order)]
    before = np.repeat(
        running[starts] - count[order][starts], np.diff(np.append(starts, len(order)))
    )
    wrong = np.zeros(len(log["stock"]), dtype=bool)
    wrong[places[order][running - before < 0]] = True
    return telling.first(wrong, lambda i: f"{_move(log, i)} {what}")


def _states(rows: NDArray[Any]) -> NDArray[np.int64]:
    """States from and to, one row each."""
    return np.array([rows["from_account"] // PLACES, rows["to_account"] // PLACES], dtype=np.int64)


def _move(log: EventLog, place: int) -> str:
    row = log["stock"][place]
    names = log.terms["parts"]
    part = names[row["part"]] if 0 <= row["part"] < len(names) else row["part"]
    ways = [_account(int(row[column])) for column in ("from_account", "to_account")]
    moved = f"{row['count']} x {part} from {' to '.join(ways)}"
    return f"move {place} ({moved} at {telling.moment(row['at'])})"


def _account(account: int) -> str:
    state, place = divmod(account, PLACES)
    return f"{STATES[state] if 0 <= state < len(STATES) else state}/{place}"
