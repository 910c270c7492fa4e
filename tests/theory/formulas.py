"""Exact values of queueing theory, each by the shortest function that gives it.

Rates and times are in whatever unit the caller keeps to; `offered` is the arrival rate times
the mean service. Nothing here knows of the simulation. `test_formulas.py` holds every function
to printed digits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special, stats

Numbers = NDArray[np.float64]
_ROOM = 400  # states beyond the last server that a chain without bound is cut at


# ---- birth and death ---------------------------------------------------------------------------


def stationary(births: Sequence[float], deaths: Sequence[float]) -> Numbers:
    """How likely each state of a birth-and-death chain is, in the long run.

    Args:
        births: rates from states 0, 1, 2 … upwards; deaths: from states 1, 2, 3 … downwards.
    """
    steps = np.log(np.asarray(births, float)) - np.log(np.asarray(deaths, float))
    weights = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(weights - weights.max())
    return np.asarray(weights / weights.sum())


def slowest(births: Sequence[float], deaths: Sequence[float]) -> float:
    """How long a birth-and-death chain remembers: one over the gap in its generator's spectrum.

    Source: Karlin and McGregor 1957; for M/M/1 it is 1 / (sqrt(mu) - sqrt(lambda))^2.
    """
    up, down = np.asarray(births, float), np.asarray(deaths, float)
    leaving = np.append(up, 0.0) + np.append(0.0, down)
    rates = linalg.eigvalsh_tridiagonal(
        leaving, -np.sqrt(up * down), select="i", select_range=(0, 1)
    )
    return float(1 / rates[1])


def relaxation_time(
    servers: int, rate: float, service_rate: float, places: int = 4 * _ROOM
) -> float:
    """How long M/M/c remembers, with so many places to wait (by default hardly any bound)."""
    states = np.arange(1, servers + places + 1)
    return slowest([rate] * len(states), np.minimum(states, servers) * service_rate)


def several_servers(servers: int, rate: float, service_rate: float, places: int) -> Numbers:
    """States of M/M/c with so many places to wait: how many are in the system."""
    states = np.arange(1, servers + places + 1)
    deaths = np.minimum(states, servers) * service_rate
    return stationary([rate] * (servers + places), deaths)


def with_places(servers: int, rate: float, service_rate: float, places: int) -> tuple[float, float]:
    """M/M/c with few places to wait: mean number in the system, share of arrivals lost.

    Source: Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory (2008), 2.5.
    """
    chance = several_servers(servers, rate, service_rate, places)
    return float(np.arange(len(chance)) @ chance), float(chance[-1])


def machines_with_spares(
    machines: int, spares: int, repairers: int, rate: float, service_rate: float
) -> float:
    """How many machines run, where a spare takes the place of one that has broken down."""
    broken = np.arange(machines + spares + 1)
    running = np.minimum(machines, machines + spares - broken)
    states = stationary(running[:-1] * rate, np.minimum(broken[1:], repairers) * service_rate)
    return float(states @ running)


def machines_running(machines: int, repairers: int, rate: float, repair_rate: float) -> float:
    """Mean number of machines that run, of those that a few people repair (Palm 1947)."""
    broken = np.arange(machines + 1)
    births = (machines - broken[:-1]) * rate
    deaths = np.minimum(broken[1:], repairers) * repair_rate
    return float((machines - broken) @ stationary(births, deaths))


# ---- the telephone -----------------------------------------------------------------------------


def erlang_b(servers: int, offered: float) -> float:
    """Share of calls lost when nobody can wait (Erlang 1917), by the recursion over servers."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked


def erlang_c(servers: int, offered: float) -> float:
    """Share of calls that wait in M/M/c (Erlang 1917)."""
    blocked = erlang_b(servers, offered)
    return blocked / (1 - offered / servers * (1 - blocked))


def service_level(servers: int, rate: float, service_rate: float, within: float) -> float:
    """Share answered within some time in M/M/c: 1 - C exp(-(c mu - lambda) t)."""
    spare = servers * service_rate - rate
    return 1 - erlang_c(servers, rate / service_rate) * math.exp(-spare * within)


def mean_wait(servers: int, rate: float, service_rate: float) -> float:
    """Mean wait of all calls in M/M/c: C / (c mu - lambda)."""
    return erlang_c(servers, rate / service_rate) / (servers * service_rate - rate)


def erlang_a(
    servers: int, rate: float, service_rate: float, patience: float, within: float
) -> tuple[float, float, float]:
    """M/M/c whose callers hang up after an exponential patience (Palm 1957; Riordan 1962).

    Who finds k waiting before him is at the head when k + 1 have gone, at rates c mu + j theta;
    the density of that time v is prod (c mu + j theta) / (theta^k k!) exp(-c mu v)
    (1 - exp(-theta v))^k, and he is still there with exp(-theta v).

    Args:
        patience: its mean; within: the time of the service level.

    Returns:
        Shares of all calls: that wait, that hang up, that are answered within the time.
    """
    leaving, busy = 1 / patience, servers * service_rate
    states = np.arange(1, servers + _ROOM + 1)
    waiting = np.maximum(states - servers, 0)
    deaths = np.minimum(states, servers) * service_rate + waiting * leaving
    chance = stationary([rate] * len(states), deaths)
    gone = float(chance[1:] @ waiting) * leaving / rate
    before = np.arange(len(chance) - servers)  # how many wait before him
    power = busy / leaving
    scale = (
        special.gammaln(power + before + 1) - special.gammaln(power) - special.gammaln(before + 1)
    )
    shape = special.betaln(before + 1, power + 1)
    part = special.betainc(before + 1, power + 1, -math.expm1(-leaving * within))
    answered = np.exp(scale + shape) * part
    met = float(chance[:servers].sum() + chance[servers:] @ answered)
    return float(chance[servers:].sum()), gone, met


# ---- one server --------------------------------------------------------------------------------


def two_classes(
    urgent: float, other: float, service_rate: float, preemptive: bool
) -> tuple[float, float]:
    """Mean time in system of either class in M/M/1, the urgent before the others.

    Without interruption: Cobham 1954. With it, going on later where one stopped: White and
    Christie 1958.
    """
    first, both = urgent / service_rate, (urgent + other) / service_rate
    service = 1 / service_rate
    if preemptive:
        alone = service / (1 - first)
        return alone, alone / (1 - both)
    under_way = both * service
    return (
        service + under_way / (1 - first),
        service + under_way / ((1 - first) * (1 - both)),
    )


def any_service(occupancy: float, service: float, cv: float) -> float:
    """Mean wait in M/G/1 (Pollaczek 1930; Khinchine 1932), by the service's variation."""
    return occupancy * (1 + cv**2) * service / (2 * (1 - occupancy))


def variance_of_mean_wait(occupancy: float) -> float:
    """Limit of n times the variance of the mean wait of n customers in M/M/1, mu = 1.

    Source: Daley 1968; Whitt 1989, Planning queueing simulations, eq. 21.
    """
    rho = occupancy
    return rho * (2 + 5 * rho - 4 * rho**2 + rho**3) / (1 - rho) ** 4


# ---- networks ----------------------------------------------------------------------------------


def open_network(
    external: Sequence[float], onward: Sequence[Sequence[float]], service_rates: Sequence[float]
) -> tuple[Numbers, Numbers]:
    """Throughput and mean number at every single-server station (Jackson 1957).

    Args:
        external: arrivals from outside; onward: share of each station's departures by next one.
    """
    ways = np.asarray(onward, float)
    through = np.linalg.solve(np.eye(len(ways)) - ways.T, np.asarray(external, float))
    load = through / np.asarray(service_rates, float)
    return through, load / (1 - load)


# ---- time goes on ------------------------------------------------------------------------------


def swinging_number(
    rate: float, swing: float, frequency: float, service_rate: float
) -> tuple[float, float, float]:
    """M(t)/M/infinity with rate + swing sin(frequency t): least and greatest mean, lag of phase.

    Source: Eick, Massey, Whitt 1993, eq. 15.
    """
    lag = math.atan2(frequency, service_rate)
    reach = swing / math.hypot(service_rate, frequency)
    return rate / service_rate - reach, rate / service_rate + reach, lag


def stepped_number(rates: Sequence[float], step: float, service_rate: float) -> Numbers:
    """M(t)/M/infinity whose rate is constant over steps and periodic: its mean at their starts.

    Within a step m' = rate - mu m, so m goes from m to r + (m - r) exp(-mu step), r = rate / mu.
    """
    kept = math.exp(-service_rate * step)
    levels = np.asarray(rates, float) / service_rate
    number = 0.0
    for level in levels:
        number = level + (number - level) * kept
    at = number / (
        1 - kept ** len(levels)
    )  # started at 0 a period ago; the rest is a geometric sum
    means = []
    for level in levels:
        means.append(at)
        at = level + (at - level) * kept
    return np.array(means)


def stepped_lag(rates: Sequence[float], step: float, service_rate: float) -> float:
    """By how much of a phase (radians) the mean number's first harmonic is behind the rate's."""
    period = step * len(rates)
    turn = 2 * math.pi / period
    starts = np.arange(len(rates)) * step
    means = stepped_number(rates, step, service_rate)
    levels = np.asarray(rates, float) / service_rate
    wave = 1j * turn  # integrals over each step of exp(-i turn t) times the mean number
    constant = (1 - np.exp(-wave * step)) / wave
    fading = (1 - np.exp(-(wave + service_rate) * step)) / (wave + service_rate)
    number = np.sum(np.exp(-wave * starts) * (levels * constant + (means - levels) * fading))
    rate = np.sum(np.exp(-wave * starts) * levels * constant)
    return float(np.angle(rate / number))


def from_empty(
    servers: int, rate: float, service_rate: float, until: float, within: float
) -> tuple[float, float]:
    """M/M/c that begins empty, takes calls until a moment and is then drained.

    By uniformisation (Jensen 1953): the time spent in each state up to `until` is the sum over
    the jumps of the chain, each weighed with the chance that it comes before.

    Returns:
        Expected number answered within the time; mean wait of all who call.
    """
    speed = rate + servers * service_rate
    states = np.arange(servers + _ROOM + 1)
    down = np.minimum(states, servers) * service_rate / speed
    up = np.full(len(states), rate / speed)
    up[-1] = 0.0
    chance, spent = np.zeros(len(states)), np.zeros(len(states))
    chance[0] = 1.0
    mean = speed * until
    for left in stats.poisson.sf(np.arange(int(mean + 12 * math.sqrt(mean)) + 30), mean):
        spent += chance * left / speed
        after = chance * (1 - up - down)
        after[1:] += chance[:-1] * up[:-1]
        after[:-1] += chance[1:] * down[1:]
        chance = after
    before = np.maximum(states - servers + 1, 0)  # departures that a call must see first
    busy = servers * service_rate
    answered = np.where(before == 0, 1.0, special.gammainc(np.maximum(before, 1), busy * within))
    return float(rate * spent @ answered), float(spent @ before / busy / until)


def renewals(until: float, shape: float, repair: float, steps: int = 4000) -> float:
    """Expected failures by a time of a unit with Weibull lives of scale 1 and exponential repairs.

    The renewal equation m = f + m * k, k being the density of a life and its repair, by the
    trapezoidal rule (Xie 1989); its error falls with the square of the step.
    """
    step = until / steps
    t = np.arange(steps + 1) * step
    life = shape * t ** (shape - 1) * np.exp(-(t**shape))
    passed = np.exp(-step / repair)
    both = np.zeros(steps + 1)  # a life, and then a repair that is over
    for n in range(1, steps + 1):
        both[n] = both[n - 1] * passed + step * (life[n - 1] * passed + life[n]) / (2 * repair)
    rate = life.copy()
    for n in range(1, steps + 1):  # both[0] is 0
        rate[n] += step * (both[n - 1 : 0 : -1] @ rate[1:n] + both[n] * rate[0] / 2)
    return float(step * (rate.sum() - (rate[0] + rate[-1]) / 2))
