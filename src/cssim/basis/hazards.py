"""Hazards: how a unit's chance to fail depends on its age.

A hazard is a power of the age (Weibull 1951): by age a, (a / scale)^shape failures are expected
of a unit that is repaired as good as old. With shape 1 it is the same at every age (exponential),
below 1 it falls (infant mortality), above 1 it grows (wear-out). Several hazards of one unit add
up. Ages are in ms; it knows nothing of dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Hazard:
    """Expected failures by age: (age / scale)^shape.

    Example:
        >>> worn = Hazard(scale=1000.0, shape=2.0)
        >>> worn.by(3000.0), worn.age(9.0)
        (9.0, 3000.0)
    """

    scale: float
    shape: float

    def by(self, age: Number) -> Number:
        """How many failures are expected by an age."""
        expected: Number = (age / self.scale) ** self.shape
        return expected

    def age(self, expected: Number) -> Number:
        """By which age so many failures are expected."""
        age: Number = self.scale * expected ** (1 / self.shape)
        return age
