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
from cssim.basis.hazards import Hazard


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
class Cohort:
    """Units that come into the field in the same period and region.

    `date` is the local date on which the period begins, 0 for those that are in the field at
    `from_at` and have an `age` then; the others are delivered from `from_at` to `to_at`.
    """

    key: int
    region: int
    units: int
    date: int
    from_at: int
    to_at: int
    age: Distribution | None


@dataclass(frozen=True, slots=True)
class InstalledBase:
    """The units of one source.

    `factors[n]` is on the hazards from `edges[n - 1]` to `edges[n]`. `keeps` are the attributes
    that are the unit's and not the failure's; `dead` those with which the share `dead_on_arrival`
    of all deliveries asks at once.
    """

    cohorts: tuple[Cohort, ...]
    hazards: tuple[Hazard, ...]
    hazard_keys: tuple[int, ...]
    hazard_names: tuple[int, ...]  # positions in terms["hazards"]
    edges: NDArray[np.int64]
    factors: NDArray[np.float64]
    lifetime: Distribution | None
    as_new: bool
    keeps: tuple[int, ...]
    dead_on_arrival: float
    dead: dict[int, Attribute]


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
    base: InstalledBase | None = None  # of units that fail
    # by segment, what its rate was multiplied by: dated factors and the most that effects add;
    # None where no effect changes the rate
    ceiling: NDArray[np.float64] | None = None
