"""From sums by batch to an estimate, its standard error, and whether theory agrees.

Batches of a long run and independent replications are treated alike: each gives a numerator
and a denominator, and they are taken to be independent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Kind = Literal["ratio", "angle", "variance"]

FAR = 4.0  # standard errors: a value beyond is run once more, longer
LARGEST_ERROR = {"ratio": 0.02, "angle": 0.02, "variance": 0.1}  # of the value


@dataclass(frozen=True)
class Estimate:
    """A value from simulation, and the exact one."""

    exact: float
    value: float
    error: float
    kind: Kind
    batches: int

    @property
    def z(self) -> float:
        """By how many standard errors it lies off."""
        return (self.value - self.exact) / self.error

    @property
    def far(self) -> bool:
        """Whether it disagrees with theory, or says nothing at all."""
        return not abs(self.z) <= FAR  # not a number is far, too

    @property
    def doubt(self) -> str:
        """What is wrong with it; nothing if it agrees and is sharp enough."""
        if self.far:
            return f"more than {FAR:g} standard errors off"
        if not self.error <= LARGEST_ERROR[self.kind] * abs(self.exact):
            return "too few cases to tell"
        return ""


def of(kind: Kind, exact: float, numerators: Numbers, denominators: Numbers) -> Estimate:
    """The estimate from one numerator and one denominator a batch."""
    made = {"ratio": _ratio, "angle": _angle, "variance": _variance}[kind]
    value, error = made(numerators, denominators)
    return Estimate(exact, value, error, kind, len(numerators))


def _ratio(numerators: Numbers, denominators: Numbers) -> tuple[float, float]:
    """Ratio of sums, with its linearised standard error (Cochran 1977, 6.3)."""
    count, total = len(numerators), denominators.sum()
    ratio = numerators.sum() / total
    residuals = numerators - ratio * denominators
    return float(ratio), float(math.sqrt(count / (count - 1) * (residuals**2).sum()) / abs(total))


def _angle(numerators: Numbers, denominators: Numbers) -> tuple[float, float]:
    """The angle (radians) whose tangent the ratio is."""
    ratio, error = _ratio(numerators, denominators)
    return math.atan(ratio), error / (1 + ratio**2)


def _variance(means: Numbers, counts: Numbers) -> tuple[float, float]:
    """The variance of means of so many each, times how many; its error from their fourth moment."""
    count = len(means)
    variance = means.var(ddof=1)
    fourth = ((means - means.mean()) ** 4).mean()
    error = math.sqrt((fourth - (count - 3) / (count - 1) * variance**2) / count)
    return float(counts.mean() * variance), float(counts.mean() * error)


@dataclass(frozen=True)
class Whole:
    """All z of the table together: they must look like draws from a normal distribution."""

    count: int
    beyond_three: float  # share
    mean: float
    deviation: float

    @property
    def doubts(self) -> list[str]:
        """What is wrong with them."""
        return [
            sentence
            for sentence, well in {
                f"{self.beyond_three:.1%} of all values lie beyond 3": self.beyond_three <= 0.02,
                f"the mean of z is {self.mean:.2f}, not within 0.3 of 0": abs(self.mean) <= 0.3,
                f"the deviation of z is {self.deviation:.2f}, not from 0.8 to 1.25": (
                    0.8 <= self.deviation <= 1.25
                ),
            }.items()
            if not well
        ]


def whole(scores: list[float]) -> Whole:
    """All z of a table over its seeds."""
    z = np.array(scores)
    return Whole(len(z), float((abs(z) > 3).mean()), float(z.mean()), float(z.std(ddof=1)))
