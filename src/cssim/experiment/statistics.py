"""What a few replications say: intervals, tests, and many tests at once.

Replications are independent and few, so intervals are Student's t; scenarios are compared
replication by replication, since each pair met the same luck. It knows nothing of KPIs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean and where it lies with 95 % confidence; no bounds (`None`) for one value."""

    mean: float
    low: float | None
    high: float | None

    @property
    def half_width(self) -> float | None:
        """Half of the interval's length."""
        return None if self.high is None else self.high - self.mean


def interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The mean with its two-sided t interval.

    mean ± t(1 - (1 - confidence) / 2, n - 1) · s / √n. Values that are nan (nothing to
    measure in that replication) are left out.

    Example:
        >>> interval([1.0, 2.0, 3.0])
        Interval(mean=2.0, low=-0.484..., high=4.484...)
    """
    known = [float(value) for value in values if not math.isnan(value)]
    if not known:
        return Interval(math.nan, None, None)
    mean = math.fsum(known) / len(known)
    if len(known) < 2:
        return Interval(mean, None, None)
    half = t_quantile((1 + confidence) / 2, len(known) - 1) * standard_error(known)
    return Interval(mean, mean - half, mean + half)


def standard_error(values: Sequence[float]) -> float:
    """The standard error s / √n of at least two values."""
    mean = math.fsum(values) / len(values)
    squares = math.fsum((value - mean) ** 2 for value in values)
    return math.sqrt(squares / (len(values) - 1) / len(values))


def t_quantile(share: float, degrees: int) -> float:
    """The value that Student's t stays below with a probability of `share`."""
    return float(special.stdtrit(degrees, share))


def normal_quantile(share: float) -> float:
    """The value that a standard normal number stays below with a probability of `share`."""
    return float(special.ndtri(share))


def p_differs(values: Sequence[float]) -> float:
    """Two-sided p of "the mean is 0", by the t test.

    Values all alike, which leave it nothing to go by, get the p of the sign test.

    Example:
        >>> p_differs([0.0, 0.0, 0.0]), p_differs([1.0, 1.0, 1.0])
        (1.0, 0.25)
    """
    return min(1.0, 2 * min(p_above(values), p_above([-value for value in values])))


def p_above(values: Sequence[float]) -> float:
    """One-sided p of "the mean is not above 0", by the same tests: small where it is."""
    mean = math.fsum(values) / len(values)
    error = standard_error(values)
    if error <= 1e-12 * abs(mean):
        return 0.5 ** len(values) if mean > 0 else 1.0
    return float(special.stdtr(len(values) - 1, -mean / error))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p values of tests made together (Holm 1979): none is wrong with 95 % as a whole.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        [0.03, 0.06, 0.06]
    """
    adjusted = [1.0] * len(p_values)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        least = max(least, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = least
    return adjusted


def ratio(
    over: Sequence[float], under: Sequence[float], confidence: float = CONFIDENCE
) -> Interval:
    """The ratio of the means of two paired rows of numbers, with its interval (Fieller 1954).

    All ratios r for which the mean of over - r · under does not differ from 0 by the t test. They
    have bounds only where the mean of `under` differs from 0 by that test; otherwise, and for
    fewer than two pairs, there are none.

    Source: E. C. Fieller, Some problems in interval estimation, J. R. Statist. Soc. B 16 (1954).

    Example:
        >>> ratio([10.0, 14.0, 12.0, 16.0], [5.0, 7.0, 6.0, 8.0])
        Interval(mean=2.0, low=2.0, high=2.0)
    """
    n = len(over)
    a, b = math.fsum(over) / n, math.fsum(under) / n
    mean = a / b if b else math.nan
    if n < 2:
        return Interval(mean, None, None)
    t = t_quantile((1 + confidence) / 2, n - 1) ** 2 / (n - 1) / n
    aa, ab, bb = (
        t * math.fsum((x - p) * (y - q) for x, y in zip(one, other, strict=True))
        for one, other, p, q in ((over, over, a, a), (over, under, a, b), (under, under, b, b))
    )
    if b * b <= bb:
        return Interval(mean, None, None)
    middle, under_root = a * b - ab, (a * b - ab) ** 2 - (b * b - bb) * (a * a - aa)
    root = math.sqrt(max(0.0, under_root))
    return Interval(mean, (middle - root) / (b * b - bb), (middle + root) / (b * b - bb))


def wilson(kept: float, of: float, confidence: float = CONFIDENCE) -> Interval:
    """A share of independent cases with its interval (Wilson 1927).

    Example:
        >>> wilson(9, 10)
        Interval(mean=0.9, low=0.595..., high=0.982...)
    """
    if of <= 0:
        return Interval(math.nan, None, None)
    z = normal_quantile((1 + confidence) / 2)
    share, shrink = kept / of, 1 + z * z / of
    middle = (share + z * z / (2 * of)) / shrink
    half = z / shrink * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return Interval(share, middle - half, middle + half)
