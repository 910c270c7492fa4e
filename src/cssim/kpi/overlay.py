"""Intervals of several branches laid over each other, so that each moment has one of them.

Plain arithmetic of intervals: it knows no cause by name, only that the lower code wins.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cssim.kpi.spans import Moments

SPAN = 2**42  # ms, longer than any run: a row's number times this, plus a moment, is one key
INTERVAL = np.dtype(
    [
        ("case", "i4"),
        ("cause", "i2"),
        ("pool", "i2"),
        ("node", "i2"),
        ("from_at", "i8"),
        ("to_at", "i8"),
    ]
)
Intervals = np.ndarray  # of this layout
_NOTHING = np.iinfo(np.int16).max


def table(rows: int) -> Intervals:
    """So many intervals that nothing is said of yet: no cause, no pool, no node."""
    made = np.zeros(rows, dtype=INTERVAL)
    for column in ("cause", "pool", "node"):
        made[column] = -1
    return made


def expanded(starts: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """Whole numbers that rise from each start, so many of each.

    Example:
        >>> expanded(np.array([5, 0]), np.array([2, 3])).tolist()
        [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    risen: NDArray[np.int64] = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    return risen


def united(from_at: Moments, to_at: Moments) -> tuple[Moments, Moments]:
    """Intervals in the order of their starts, with those that touch or overlap made one.

    Example:
        >>> starts, ends = united(np.array([0, 2, 9]), np.array([5, 3, 10]))
        >>> starts.tolist(), ends.tolist()
        ([0, 9], [5, 10])
    """
    until = np.maximum.accumulate(to_at)
    new = np.ones(len(from_at), dtype=np.bool_)
    new[1:] = from_at[1:] > until[:-1]
    first = np.flatnonzero(new)
    return from_at[first], until[np.append(first[1:], len(from_at))[: len(first)] - 1]


def first_that_holds(rows: Intervals, lives: Intervals, otherwise: int) -> Intervals:
    """At each moment of a case its interval with the lowest cause, of equals the earlier one.

    Args:
        rows: intervals, which may overlap; what lies outside of the case's life is cut off.
        lives: one interval a case, from its begin to its end, by case.
        otherwise: the cause of moments that no interval tells of.
    """
    base = lives.copy()
    base["cause"] = _NOTHING
    rows = np.concatenate([_together(rows), base])
    place = np.searchsorted(lives["case"], rows["case"])
    rows["from_at"] = np.maximum(rows["from_at"], lives["from_at"][place])
    rows["to_at"] = np.minimum(rows["to_at"], lives["to_at"][place])
    order = np.lexsort((rows["from_at"], rows["cause"]))  # from here on its number is its rank
    order = order[(rows["from_at"] < rows["to_at"])[order]]
    rows, offset = rows[order], place[order] * SPAN
    points, best = _winners(offset + rows["from_at"], offset + rows["to_at"])
    begin = np.flatnonzero(np.diff(best, prepend=-1))
    end = np.append(begin[1:], len(points) - 1)[: len(begin)]
    won = best[begin]
    begin, end, won = (one[won < len(rows)] for one in (begin, end, won))
    found = rows[won]
    found["from_at"], found["to_at"] = points[begin] - offset[won], points[end] - offset[won]
    found["cause"] = np.where(found["cause"] == _NOTHING, otherwise, found["cause"])
    return found


def _winners(from_at: Moments, to_at: Moments) -> tuple[Moments, NDArray[np.int64]]:
    """Every moment at which something begins or ends, and the first interval that is on then."""
    points = np.unique(np.concatenate([from_at, to_at]))
    low = np.searchsorted(points, from_at)
    counts = np.searchsorted(points, to_at) - low
    best = np.full(len(points), len(from_at))  # nothing is on
    np.minimum.at(best, expanded(low, counts), np.repeat(np.arange(len(from_at)), counts))
    return points, best


def _together(rows: Intervals) -> Intervals:
    """Intervals that touch and say the same, made one: only a few of a case overlap then."""
    says = ("node", "pool", "cause", "case")
    rows = rows[np.lexsort((rows["from_at"], *(rows[column] for column in says)))]
    new = np.zeros(len(rows), dtype=np.bool_)
    for column in says:
        new |= np.diff(rows[column], prepend=-2) != 0
    offset = np.cumsum(new) * SPAN
    keys = offset + rows["from_at"]
    starts, ends = united(keys, offset + rows["to_at"])
    which = np.searchsorted(keys, starts)
    found = rows[which]
    found["to_at"] = ends - offset[which]
    return found
