"""Cells: the numbers that may change during a run, each with the factors that are in force.

A cell's value is the product of these factors, taken anew whenever one begins or ends, in the
order of what they are from: so what ends leaves nothing behind, not even a rounding. Every
write is a row of the log. It knows nothing of what the numbers are used for.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cssim.eventlog import TABLES


class Cells:
    """All cells of a run, by number; `takes` is told of a new value.

    Example:
        >>> cells = Cells(1, lambda cell, value: print(value))
        >>> cells.begin(0, why=1, factor=1.5, now=10)
        1.5
        >>> cells.begin(0, why=0, factor=0.5, now=20)
        0.75
        >>> cells.end(0, why=1, now=30)
        0.5
    """

    def __init__(self, count: int, takes: Callable[[int, float], None]) -> None:
        self.value = [1.0] * count
        self._in_force: list[dict[int, float]] = [{} for _ in range(count)]
        self._takes = takes
        self._rows: list[tuple[int, int, int, float, float, int]] = []

    def begin(self, cell: int, why: int, factor: float, now: int, case: int = -1) -> None:
        """A factor begins, perhaps with a case's step."""
        self._in_force[cell][why] = factor
        self._write(cell, why, now, case)

    def end(self, cell: int, why: int, now: int) -> None:
        """A factor is over."""
        del self._in_force[cell][why]
        self._write(cell, why, now, -1)

    def _write(self, cell: int, why: int, now: int, case: int) -> None:
        old = self.value[cell]
        new = math.prod(factor for _, factor in sorted(self._in_force[cell].items()))
        self.value[cell] = new
        self._rows.append((cell, why, case, old, new, now))
        self._takes(cell, new)

    def table(self) -> np.ndarray:
        """Every write, in order."""
        return np.array(self._rows, dtype=TABLES["writes"])
