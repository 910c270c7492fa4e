"""The shapes of demand in the blueprint: what a case is, and where cases come from.

All indices are positions in the lists of words in `Blueprint.terms`; -1 is "none". Times are
whole milliseconds, chances are in 0 … 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cssim.basis.calendars import OpenHours
from cssim.basis.distributions import Distribution


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a case is, in one respect; drawn when it opens.

    `cumulative[value of given]` are cumulative chances over the words (a single row where it
    depends on nothing); `count` > 0: a plain number below it.
    """

    words: tuple[str, ...]
    given: int
    cumulative: tuple[tuple[float, ...], ...]
    count: int
    key: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where cases come from.

    A profile: `segments` (from, to, cases per day, local date) and a day factor. Known
    moments: `moments` (earliest, latest, local date); where they differ one is drawn.
    `given` are attribute columns that are known beforehand (one value per moment, -1: drawn).
    """

    flow: int
    region: int
    management: bool
    key: int
    segments: NDArray[np.float64]  # (n, 4)
    day_factor: Distribution | None
    moments: NDArray[np.int64]  # (n, 3)
    hours: OpenHours | None  # known moments are moved to the next open one
    regions: NDArray[np.int64] | None  # per moment, for a file
    given: dict[int, NDArray[np.int64]]
    attributes: dict[int, Attribute]  # this source's own
    chasers: float  # per open request and day
    units: int = 0  # of a population: each asks again when its case has ended
    asks_after: Distribution | None = None  # ms
    # by segment, what its rate was multiplied by: dated factors and the most that effects add;
    # None where no effect changes the rate
    ceiling: NDArray[np.float64] | None = None
