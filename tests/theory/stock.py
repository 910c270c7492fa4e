"""Exact values of inventory theory, each by the shortest function that gives it.

Times are in whatever unit the caller keeps to; `pipeline` is the mean number on order where
everything is ordered at once: demand rate times mean lead time. Nothing here knows of the
simulation. `test_stock.py` holds every function to printed digits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]
_ROOM = 400  # units on order at which a distribution without bound is cut


# ---- one shelf ---------------------------------------------------------------------------------


def backorders(level: int, on_order: Numbers) -> float:
    """Mean number owed with a base stock, from the distribution of the number on order."""
    return float((np.maximum(np.arange(len(on_order)) - level, 0) * on_order).sum())


def fill_rate(level: int, on_order: Numbers) -> float:
    """The share of demands that find a unit there."""
    return float(on_order[:level].sum())


def poisson(mean: float) -> Numbers:
    """How many are on order with Poisson demand, whatever the lead time's form (Palm 1938)."""
    return np.asarray(stats.poisson.pmf(np.arange(_ROOM), mean))


def lost(level: int, pipeline: float) -> float:
    """The share of demands lost where nobody waits: Erlang's loss, the level as lines."""
    chance = 1.0
    for units in range(1, level + 1):
        chance = pipeline * chance / (units + pipeline * chance)
    return chance


# ---- two echelons ------------------------------------------------------------------------------


def at_base(transit: float, share: float, depot_level: int, at_depot: Numbers) -> Numbers:
    """How many a base has on order from a depot, with fixed transport: exact.

    What the depot owed a transport time ago is split binomially among the bases, and what was
    asked for since is Poisson (Simon 1971, Graves 1985).

    Args:
        transit: the base's demand in a transport time.
        share: of the depot's demand that is the base's.
        depot_level: the depot's base stock; at_depot: how many it has on order.
    """
    owed = np.append(at_depot[: depot_level + 1].sum(), at_depot[depot_level + 1 :])
    counts = np.arange(len(owed))
    split = stats.binom.pmf(counts[:, None], counts[None, :], share) @ owed
    return np.convolve(split, stats.poisson.pmf(np.arange(_ROOM), transit))[:_ROOM]


def metric(transit: float, rate: float, depot_rate: float, depot_owes: float) -> float:
    """Mean number on order at a base; METRIC takes it for Poisson (Sherbrooke 1968).

    Args:
        transit: the base's demand in a transport time; rate: its demand rate.
        depot_rate, depot_owes: the depot's demand rate and mean backorders.
    """
    return transit + rate * depot_owes / depot_rate


def in_shop(servers: int, rate: float, service_rate: float) -> Numbers:
    """How many are in a repair shop with so many benches: M/M/c."""
    states = np.arange(1, 4 * _ROOM)
    steps = np.log(rate) - np.log(np.minimum(states, servers) * service_rate)
    weights = np.exp(np.concatenate([[0.0], np.cumsum(steps)]))
    return np.asarray(weights / weights.sum())[:_ROOM]


# ---- periodic review ---------------------------------------------------------------------------


def reviewed(low: int, high: int, between: float, lead: float) -> tuple[float, float]:
    """Mean backorders and mean stock with (s, S), reviewed, Poisson demand and a fixed lead time.

    The inventory position just after a review is a Markov chain on s+1 … S: at the next review
    it has come down by a Poisson number, and starts from S again where that leads to s or below.
    What is there a lead time after a moment is the position of that moment less the demand since
    (Hadley and Whitin 1963, 5-2).

    Args:
        low: s; high: S.
        between: mean demand from one review to the next.
        lead: mean demand in a lead time.
    """
    positions = np.arange(low + 1, high + 1)
    down = positions[:, None] - positions[None, :]
    chain = np.where(down >= 0, stats.poisson.pmf(np.maximum(down, 0), between), 0.0)
    chain[:, -1] += 1 - chain.sum(axis=1)  # to S
    values = np.linalg.solve(
        np.vstack([(chain.T - np.eye(len(chain)))[:-1], np.ones(len(chain))]),
        np.append(np.zeros(len(chain) - 1), 1.0),
    )
    nodes, weights = np.polynomial.legendre.leggauss(64)
    owed = there = 0.0
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        demand = stats.poisson.pmf(np.arange(_ROOM), lead + node * between)
        net = positions[:, None] - np.arange(_ROOM)[None, :]
        owed += weight * float(values @ (np.maximum(-net, 0) @ demand))
        there += weight * float(values @ (np.maximum(net, 0) @ demand))
    return owed, there


def table() -> str:
    """Backorders of the bases of two_echelons.yaml, exact and by METRIC."""
    at_depot = poisson(8)
    owed = backorders(6, at_depot)
    lines = ["base    backorders   METRIC"]
    for name, rate, transport, level in (
        ("small", 0.5, 1.0, 1), ("middle", 1.0, 0.5, 2), ("large", 2.5, 0.5, 4),
    ):  # fmt: skip
        exact = backorders(level, at_base(rate * transport, rate / 4, 6, at_depot))
        taken_for = backorders(level, poisson(metric(rate * transport, rate, 4, owed)))
        lines.append(f"{name:<8}{exact:>10.4f}{taken_for:>9.4f}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
