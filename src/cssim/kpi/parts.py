"""Parts: how often a case had to wait for one, and for how long.

A case takes what it needs at once; if something is missing it waits until all of it has come
(R97). Everything is counted by the region of the case, whose logistics desk it asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR
from cssim.eventlog import CAUSES, STATES, EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.people import WAITING
from cssim.kpi.spans import Moments, Spans

PART = CAUSES.index("part")
_ON_SHELF, _LENT, _INSTALLED = (STATES.index(state) for state in ("on_shelf", "lent", "installed"))
_STATE = 1000  # an account is state * 1000 + place


@dataclass(frozen=True)
class Claims:
    """What cases asked of the shelves.

    Attributes:
        wait_case, from_at, to_at: waits for parts that were not there, and are over.
        case, taken_at: parts that were taken for a case at one moment, as one entry.
        waited: whether they had been waited for.
    """

    wait_case: NDArray[np.int64]
    from_at: Moments
    to_at: Moments
    case: NDArray[np.int64]
    taken_at: Moments
    waited: NDArray[np.bool_]


def read(log: EventLog) -> Claims:
    """Waits for parts, and what was taken from the shelves."""
    pieces, moves = log["pieces"], log["stock"]
    waits = pieces[(pieces["kind"] == WAITING) & (pieces["cause"] == PART)]
    taken = moves[
        (moves["case"] >= 0)
        & (moves["from_account"] // _STATE == _ON_SHELF)
        & np.isin(moves["to_account"] // _STATE, (_LENT, _INSTALLED))
    ]
    once = np.unique(np.stack([taken["case"].astype(np.int64), taken["at"]], axis=1), axis=0)
    case, taken_at = once[:, 0], once[:, 1]
    wait_case = waits["case"].astype(np.int64)
    waited = _next_taken(case, taken_at, wait_case, waits["to_at"])
    return Claims(wait_case, waits["from_at"], waits["to_at"], case, taken_at, waited)


def _next_taken(
    case: NDArray[np.int64], taken_at: Moments, wait_case: NDArray[np.int64], to_at: Moments
) -> NDArray[np.bool_]:
    """Which takings are the first of their case after a wait was over."""
    whose, at = np.concatenate([case, wait_case]), np.concatenate([taken_at, to_at])
    is_wait = np.arange(len(whose)) >= len(case)
    # a wait that is over at the moment of the taking comes before it
    order = np.lexsort((~is_wait, at, whose))
    before, after = order[:-1], order[1:]
    found = after[is_wait[before] & ~is_wait[after] & (whose[before] == whose[after])]
    waited = np.zeros(len(case), dtype=np.bool_)
    waited[found] = True
    return waited


def stockouts(claims: Claims, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`stockouts`: how often a case began to wait for a part in the span."""
    return measure.counts("stockouts", "waits", by.at(claims.wait_case), spans, claims.from_at)


def stockout_time(claims: Claims, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`stockout_time`: mean time of the waits for a part that began in the span and are over."""
    hours = (claims.to_at - claims.from_at) / HOUR
    rows = by.at(claims.wait_case)
    return measure.means("stockout_time", "h", hours, rows, spans, claims.from_at)


def backorders(claims: Claims, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`backorders`: cases that wait for a part, on average over the span's time."""
    rows = by.at(claims.wait_case)
    return measure.levels("backorders", "cases", rows, spans, claims.from_at, claims.to_at)


def fill_rate(claims: Claims, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`fill_rate`: takings from the shelf in the span without a wait / all takings in the span.

    A taking is all that a case takes at one moment.
    """
    rows = by.at(claims.case)
    return measure.means("fill_rate", "share", ~claims.waited, rows, spans, claims.taken_at)
