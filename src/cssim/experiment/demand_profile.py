"""A source's profile, fitted to recorded contacts: what its keys in a scenario should say.

The model is the one that the keys mean. On a day d of weekday w the number of contacts is
Poisson with mean rate · weight(w) · factor(kind of day) · F(d), where the F(d) are independent
with mean 1 and coefficient of variation c (the day factor); within a day all contacts follow
one profile of hours. From it come all standard errors, with Var N(d) = m + c²m².
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from cssim.basis import calendars
from cssim.basis.calendars import CalendarSpec
from cssim.errors import ScenarioError
from cssim.experiment.demand_counts import Recorded, Series
from cssim.scenario.document import DAYS

FEWEST_WEEKS = 4  # ordinary days of each weekday
FEWEST_DAYS = 2  # of a kind of day that has a factor
KINDS = ("holiday", "after_holiday", "moved_working_day")
_ORDINARY = "ordinary"
_SURE = 0.05  # how often a difference may be seen where there is none
_MINUTE = 60_000

Floats = NDArray[np.float64]
Days = NDArray[np.str_]


@dataclass(frozen=True)
class Estimate:
    """A value, its standard error, and from how many days it comes."""

    value: float
    error: float
    days: int


@dataclass(frozen=True)
class Stretch:
    """A stretch of the day, in ms, and its weight: 1 is the mean over the day."""

    start: int
    end: int
    weight: Estimate
    contacts: int


@dataclass(frozen=True)
class DayFactor:
    """How much more days differ than Poisson counts do.

    Attributes:
        cv: of the day factor; None if the counts are not above Poisson.
        dispersion: Pearson's χ² by its degrees of freedom; 1 is Poisson.
        limit: what 95 of 100 Poisson records stay below.
    """

    cv: Estimate | None
    dispersion: float
    limit: float
    days: int


@dataclass(frozen=True)
class Fit:
    """What one source's keys should say.

    Attributes:
        rate: contacts per day over a week of ordinary days.
        weekday: weights from Monday on, with mean 1.
        hours: empty where the file has counts of whole days.
        factors: by kind of day; None where there were too few of them.
        days: how many there were of each kind, ordinary ones included.
    """

    series: Series
    rate: Estimate
    weekday: tuple[Estimate, ...]
    hours: tuple[Stretch, ...]
    day_factor: DayFactor
    factors: dict[str, Estimate | None]
    days: dict[str, int]


def fits(recorded: Recorded, calendar: CalendarSpec | None) -> list[Fit]:
    """The profile of every series; days whose clocks change are left out.

    Args:
        recorded: The contacts.
        calendar: Says which days are holidays; without it all days are ordinary.

    Raises:
        ScenarioError: there are too few days, or no contacts; all series at once.
    """
    kinds = np.array([kind_of(calendar, date) for date in recorded.dates])
    keep = ~recorded.changing
    weekday = np.array([date.weekday() for date in recorded.dates])[keep]
    problems = []
    found = []
    for series in recorded.series:
        problem = _too_little(series, weekday, kinds[keep], keep)
        if problem:
            of = f" of {series.name}" if series.name else ""
            problems.append(f"{recorded.file}: rows{of}: {problem}")
        else:
            found.append(_fit(series, series.counts[keep], weekday, kinds[keep]))
    if problems:
        raise ScenarioError("\n".join(problems))
    return found


def kind_of(calendar: CalendarSpec | None, date: dt.date) -> str:
    """What kind of day a date is; ordinary without a calendar."""
    return _ORDINARY if calendar is None else calendars.day_kind(calendar, date)


def _too_little(
    series: Series, weekday: NDArray[np.int64], kinds: Days, keep: NDArray[np.bool_]
) -> str | None:
    ordinary = kinds == _ORDINARY
    days = [int((ordinary & (weekday == number)).sum()) for number in range(7)]
    fewest = min(days)
    if fewest < FEWEST_WEEKS:
        what = f"at least {FEWEST_WEEKS} ordinary days of each weekday are expected"
        return f"{what} (got {fewest} of {DAYS[days.index(fewest)]})"
    if not series.counts[keep][ordinary].sum():
        return "at least one contact on an ordinary day is expected (got none)"
    return None


def _fit(series: Series, counts: NDArray[np.int64], weekday: NDArray[np.int64], kinds: Days) -> Fit:
    daily = counts.sum(axis=1).astype(np.float64)
    ordinary = kinds == _ORDINARY
    of_weekday = [ordinary & (weekday == number) for number in range(7)]
    means = np.array([daily[days].mean() for days in of_weekday])
    # a moved working day is compared with the mean of Monday to Friday, as the key is meant
    plain = np.where(kinds == "moved_working_day", means[:5].mean(), means[weekday])
    factors = {kind: _ratio(daily, plain, kinds == kind) for kind in KINDS}
    factor = np.ones(len(daily))
    for kind, ratio in factors.items():
        factor[kinds == kind] = np.nan if ratio is None else ratio
    parameters = 7 + sum(ratio is not None for ratio in factors.values())
    day_factor = _day_factor(daily, plain * factor, parameters)
    square = day_factor.cv.value**2 if day_factor.cv else 0.0
    days = np.array([each.sum() for each in of_weekday])
    variances = (means + square * means**2) / days
    rate = Estimate(float(means.mean()), float(np.sqrt(variances.sum()) / 7), int(ordinary.sum()))
    return Fit(
        series=series,
        rate=rate,
        weekday=tuple(_weights(means, variances, days)),
        hours=tuple(_hours(counts)),
        day_factor=day_factor,
        factors={
            kind: None if ratio is None else _factor(ratio, plain, kinds, kind, variances, weekday,
                                                     square)
            for kind, ratio in factors.items()
        },
        days={kind: int((kinds == kind).sum()) for kind in (_ORDINARY, *KINDS)},
    )  # fmt: skip


def _weights(means: Floats, variances: Floats, days: NDArray[np.int64]) -> list[Estimate]:
    """Each weekday's mean by the mean of all seven; errors by the delta method."""
    mean = means.mean()
    found = []
    for number in range(7):
        weight = means[number] / mean
        slopes = np.full(7, -weight / 7)
        slopes[number] += 1
        error = math.sqrt(float((slopes**2 * variances).sum())) / mean
        found.append(Estimate(float(weight), float(error), int(days[number])))
    return found


def _ratio(daily: Floats, plain: Floats, days: NDArray[np.bool_]) -> float | None:
    """Contacts of some days by what as many ordinary ones would have had."""
    expected = plain[days].sum()
    return float(daily[days].sum() / expected) if days.sum() >= FEWEST_DAYS and expected else None


def _factor(
    ratio: float,
    plain: Floats,
    kinds: Days,
    kind: str,
    variances: Floats,
    weekday: NDArray[np.int64],
    square: float,
) -> Estimate:
    """A factor with its error: that of its own days, and of the weekdays it is measured by."""
    days = kinds == kind
    means = ratio * plain[days]
    own = float((means + square * means**2).sum())
    if kind == "moved_working_day":
        shares = np.array([days.sum() / 5] * 5 + [0.0, 0.0])
    else:
        shares = np.bincount(weekday[days], minlength=7).astype(np.float64)
    compared = float((shares**2 * variances).sum()) * ratio**2
    error = math.sqrt(own + compared) / float(plain[days].sum())
    return Estimate(ratio, error, int(days.sum()))


def _day_factor(daily: Floats, expected: Floats, parameters: int) -> DayFactor:
    """The excess of the daily counts' variance over Poisson.

    Pearson's X² = Σ (N - m)² / (m + v m²) is set to its degrees of freedom, and v is the square
    of the cv (the moment estimator of an overdispersed Poisson regression: Breslow 1984); its
    error is the sandwich's. X² at v = 0 is Fisher's index of dispersion: of Poisson counts it is
    χ², also where they are small, since their means are fitted; the test is at 5 %.
    """
    used = expected > 0  # nan, where a kind of day has no factor, is not
    count, mean = daily[used], expected[used]
    degrees = max(len(count) - parameters, 1)
    squares = (count - mean) ** 2
    statistic = float((squares / mean).sum())
    limit = float(special.chdtri(degrees, _SURE)) / degrees
    dispersion = statistic / degrees
    if dispersion <= limit:
        return DayFactor(None, dispersion, limit, len(count))

    def excess(v: float) -> float:
        return float((squares / (mean + v * mean**2)).sum()) - degrees

    highest = 1.0
    while excess(highest) > 0:
        highest *= 2
    square = float(optimize.brentq(excess, 0.0, highest))
    spread = mean + square * mean**2
    slope = float((squares * mean**2 / spread**2).sum())
    each = squares / spread
    error = math.sqrt(float(((each - each.mean()) ** 2).sum())) / slope
    cv = math.sqrt(square)
    return DayFactor(Estimate(cv, error / (2 * cv), len(count)), dispersion, limit, len(count))


def _hours(counts: NDArray[np.int64]) -> list[Stretch]:
    """Stretches of the day whose neighbours differ significantly.

    Given a day's number its contacts are spread by the profile alone, so the day factor plays
    no part. The two neighbouring stretches that differ least are merged again and again, until
    all neighbours differ: the exact binomial test of equal rates, two-sided at 5 % by the number
    of pairs of neighbouring intervals (Bonferroni).
    """
    total = counts.sum(axis=0)
    length = 24 * 60 * _MINUTE // len(total)
    if len(total) == 1 or not total.sum():
        return []
    edges = _merged(total)
    contacts = int(total.sum())
    found = []
    for start, end in itertools.pairwise(edges):
        own = int(total[start:end].sum())
        share, per_share = own / contacts, len(total) / (end - start)
        error = math.sqrt(share * (1 - share) / contacts) * per_share
        weight = Estimate(share * per_share, error, len(counts))
        found.append(Stretch(start * length, end * length, weight, own))
    return found


def _merged(total: NDArray[np.int64]) -> list[int]:
    """The first interval of each stretch, and the number of intervals."""
    edges = list(range(len(total) + 1))
    level = _SURE / (len(total) - 1)
    passed = np.concatenate([[0], np.cumsum(total)])
    alike = [_alike(passed, edges[i : i + 3]) for i in range(len(edges) - 2)]
    while alike and max(alike) > level:
        here = alike.index(max(alike))
        del edges[here + 1], alike[here]
        for i in (here - 1, here):
            if 0 <= i < len(alike):
                alike[i] = _alike(passed, edges[i : i + 3])
    return edges


def _alike(passed: NDArray[np.int64], edges: Sequence[int]) -> float:
    """How likely two stretches of one rate differ at least as much; two-sided, at most 1."""
    first, second, third = edges
    left, both = int(passed[second] - passed[first]), int(passed[third] - passed[first])
    share = (second - first) / (third - first)
    below = special.bdtr(left, both, share)
    above = special.bdtrc(left - 1, both, share) if left else 1.0
    return float(min(1.0, 2 * min(below, above)))
