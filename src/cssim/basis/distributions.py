"""Distributions: how long something takes, as a function of one normal score.

A drawn number is the quantile at u = Phi(z) of a standard normal score z, by a closed form
or by a table, with the functions of `math` alone: the same score gives the same number to
the bit, drawn alone or in a block. It knows nothing of units; whoever makes one says whether
its numbers are milliseconds or shares. It draws nothing itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

FIXED, LOGNORMAL, UNIFORM, EXPONENTIAL, TRIANGULAR, QUANTILES, EMPIRICAL = range(7)

_Z90 = 1.2815515655446004  # 90 % of a standard normal lie below
_ROOT_HALF = math.sqrt(0.5)
_FURTHEST = 8.5  # no score of a 53-bit uniform lies further out
_PER_UNIT = 128  # entries of a quantile table per unit of the score


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of numbers that are never negative.

    Attributes:
        kind: which closed form, or which kind of table.
        parameters: those of the closed form.
        table: quantiles at equally spaced scores, or sorted observations.
        mean: the expected number.

    Example:
        >>> uniform(2.0, 4.0).value(0.0)
        3.0
    """

    kind: int
    parameters: tuple[float, ...]
    mean: float
    table: tuple[float, ...] = ()

    def value(self, z: float) -> float:
        """The quantile at the normal score `z`."""
        kind = self.kind
        if kind == LOGNORMAL:
            mu, sigma = self.parameters
            return math.exp(mu + sigma * z)
        if kind == FIXED:
            return self.parameters[0]
        if kind == EXPONENTIAL:
            return -self.parameters[0] * float(special.log_ndtr(-z))
        if kind == UNIFORM:
            low, width = self.parameters
            return low + width * (0.5 * math.erfc(-z * _ROOT_HALF))
        if kind == TRIANGULAR:
            return _triangular(self.parameters, z)
        return _interpolated(self.table, z) if kind == QUANTILES else _observed(self.table, z)

    def values(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """`value` of many scores, the same numbers to the bit."""
        if self.kind == EXPONENTIAL:
            return np.asarray(-self.parameters[0] * special.log_ndtr(-z))
        scores = np.asarray(z, dtype=np.float64).tolist()
        if self.kind == LOGNORMAL:
            mu, sigma = self.parameters
            exp = math.exp
            return np.array([exp(mu + sigma * score) for score in scores])
        value = self.value
        return np.array([value(score) for score in scores])


def fixed(value: float) -> Distribution:
    """Always the same number."""
    _check(value >= 0, f"a fixed value is not negative (got {value:g})")
    return Distribution(FIXED, (float(value),), float(value))


def lognormal(
    *,
    median: float | None = None,
    p90: float | None = None,
    mean: float | None = None,
    cv: float | None = None,
) -> Distribution:
    """Lognormal, by median and 90th percentile or by mean and coefficient of variation.

    Raises:
        ValueError: it is not one of the two pairs, or they fit no lognormal.
    """
    if median is not None and p90 is not None and mean is None and cv is None:
        _check(median > 0, f"a lognormal's median is more than 0 (got {median:g})")
        _check(p90 >= median, f"p90 is not less than the median (got {p90:g} and {median:g})")
        mu, sigma = math.log(median), math.log(p90 / median) / _Z90
        mean = math.exp(mu + sigma * sigma / 2)
    elif mean is not None and cv is not None and median is None and p90 is None:
        _check(mean > 0, f"a lognormal's mean is more than 0 (got {mean:g})")
        _check(cv >= 0, f"a coefficient of variation is not negative (got {cv:g})")
        sigma = math.sqrt(math.log1p(cv * cv))
        mu = math.log(mean) - sigma * sigma / 2
    else:
        raise ValueError("a lognormal is given by median and p90, or by mean and cv")
    return Distribution(LOGNORMAL, (mu, sigma), float(mean))


def exponential(mean: float) -> Distribution:
    """Exponential, by its mean."""
    _check(mean > 0, f"an exponential's mean is more than 0 (got {mean:g})")
    return Distribution(EXPONENTIAL, (float(mean),), float(mean))


def uniform(low: float, high: float) -> Distribution:
    """Every number between two is as likely."""
    _check(0 <= low <= high, f"low is not negative and not above high (got {low:g}, {high:g})")
    return Distribution(UNIFORM, (float(low), float(high) - float(low)), (low + high) / 2)


def triangular(low: float, mode: float, high: float) -> Distribution:
    """Between two numbers, most likely at a third."""
    _check(
        0 <= low <= mode <= high and low < high,
        f"low, mode and high are in order, and low is below high (got {low:g}, {mode:g}, {high:g})",
    )
    parameters = (float(low), float(mode), float(high))
    return Distribution(TRIANGULAR, parameters, (low + mode + high) / 3)


def gamma(mean: float, cv: float) -> Distribution:
    """Gamma, by mean and coefficient of variation; a table of quantiles.

    The table stands at equally spaced scores, 128 to the unit, and is read by straight lines:
    its mean is right to about one part in a hundred thousand.
    """
    _check(mean > 0, f"a gamma's mean is more than 0 (got {mean:g})")
    _check(cv > 0, f"a coefficient of variation is more than 0 (got {cv:g})")
    shape = 1 / (cv * cv)
    z = np.linspace(-_FURTHEST, _FURTHEST, round(2 * _FURTHEST * _PER_UNIT) + 1)
    lower = special.gammaincinv(shape, special.ndtr(np.minimum(z, 0.0)))
    upper = special.gammainccinv(shape, special.ndtr(-np.maximum(z, 0.0)))
    quantiles = np.where(z < 0, lower, upper) * (mean / shape)
    return Distribution(QUANTILES, (), float(mean), tuple(quantiles.tolist()))


def empirical(values: Iterable[float]) -> Distribution:
    """The observed numbers themselves, each as likely as another."""
    observed = tuple(sorted(float(value) for value in values))
    _check(bool(observed), "an empirical distribution has at least one value")
    _check(all(map(math.isfinite, observed)), "every value of an empirical one is a number")
    _check(observed[0] >= 0, f"no value of an empirical one is negative (got {observed[0]:g})")
    return Distribution(EMPIRICAL, (), math.fsum(observed) / len(observed), observed)


def _triangular(parameters: tuple[float, ...], z: float) -> float:
    low, mode, high = parameters
    u, above = 0.5 * math.erfc(-z * _ROOT_HALF), 0.5 * math.erfc(z * _ROOT_HALF)
    if u * (high - low) < mode - low:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt(above * (high - low) * (high - mode))


def _interpolated(table: tuple[float, ...], z: float) -> float:
    place = (min(max(z, -_FURTHEST), _FURTHEST) + _FURTHEST) * _PER_UNIT
    i = min(int(place), len(table) - 2)
    return table[i] + (place - i) * (table[i + 1] - table[i])


def _observed(table: tuple[float, ...], z: float) -> float:
    u = 0.5 * math.erfc(-z * _ROOT_HALF)
    return table[min(int(u * len(table)), len(table) - 1)]


def _check(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)
