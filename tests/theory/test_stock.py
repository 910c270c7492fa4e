"""Inventory theory itself: every function gives the digits that are printed elsewhere."""

import numpy as np
import pytest
from scipy import stats

from tests.theory import stock
from tests.theory.verify import PAGE


def printed(digits: str, value: float) -> None:
    """That a value rounds to what is printed, to its last digit."""
    assert f"{value:.{len(digits.partition('.')[2])}f}" == digits


@pytest.mark.parametrize(
    ("pipeline", "owed", "fill"),
    [
        (1, "1 .36788 .10364 .02334 .00435", "0 .36788 .73576 .91970 .98101"),
        (2.5, "2.5 1.58208 .86938 .41320 .17077 .06195", "0 .08208 .28730 .54381 .75758 .89118"),
    ],
)
def test_base_stock(pipeline: float, owed: str, fill: str) -> None:
    on_order = stock.poisson(pipeline)
    for level, (first, second) in enumerate(zip(owed.split(), fill.split(), strict=True)):
        printed(f"{float(first):.5f}", stock.backorders(level, on_order))
        printed(f"{float(second):.5f}", stock.fill_rate(level, on_order))


def test_lost_sales() -> None:
    for level, digits in enumerate((".71429", ".47170", ".28217", ".14992", ".06973"), 1):
        printed(f"0{digits}", stock.lost(level, 2.5))
    assert stock.lost(0, 2.5) == 1


def test_a_shop_with_one_bench_is_geometric() -> None:
    assert stock.in_shop(1, 0.6, 1)[:3] == pytest.approx([0.4, 0.24, 0.144])
    assert stock.in_shop(50, 3, 1)[:6] == pytest.approx(stock.poisson(3)[:6], abs=1e-9)


def test_what_a_depot_owes_is_split_binomially_among_the_bases() -> None:
    """With a depot that has nothing all of its demand passes through; with plenty none waits."""
    at_depot = stock.poisson(8)
    nothing = stock.at_base(1.5, 0.25, 0, at_depot)
    assert nothing[:20] == pytest.approx(stock.poisson(1.5 + 8 / 4)[:20])
    plenty = stock.at_base(1.5, 0.25, 60, at_depot)
    assert plenty[:20] == pytest.approx(stock.poisson(1.5)[:20])
    some = stock.at_base(1.5, 0.25, 6, at_depot)
    mean = float(np.arange(len(some)) @ some)
    owed = stock.backorders(6, at_depot)
    assert mean == pytest.approx(1.5 + owed / 4)
    assert mean == pytest.approx(stock.metric(1.5, 1, 4, owed))


def test_metric_takes_too_little_spread_for_granted() -> None:
    """Graves 1985: it has the right mean on order, and so too few backorders."""
    at_depot = stock.poisson(8)
    exact = stock.at_base(0.5, 0.125, 6, at_depot)
    taken_for = stock.poisson(stock.metric(0.5, 0.5, 4, stock.backorders(6, at_depot)))
    assert stock.backorders(1, taken_for) < stock.backorders(1, exact)


def test_the_page_shows_how_far_metric_is_off() -> None:
    assert f"```\n{stock.table()}\n```\n" in PAGE.read_text("utf-8")


def test_a_review_at_once_of_single_units_is_the_base_stock() -> None:
    """Looked at all the time, (S - 1, S) has S less a Poisson number."""
    owed, there = stock.reviewed(2, 3, between=1e-7, lead=2.5)
    assert owed == pytest.approx(stock.backorders(3, stock.poisson(2.5)), abs=1e-6)
    assert there - owed == pytest.approx(3 - 2.5, abs=1e-6)


@pytest.mark.parametrize(("low", "high", "between", "lead"), [(2, 8, 3, 2), (0, 5, 1, 4)])
def test_a_review_agrees_with_its_chain_stepped_to_its_end(
    low: int, high: int, between: float, lead: float
) -> None:
    """To 1e-6, by another way: the chain stepped, the period cut into small steps."""
    owed, there = stock.reviewed(low, high, between, lead)
    position = np.zeros(high + 1)
    position[high] = 1.0
    demand = stats.poisson.pmf(np.arange(60), between)
    for _ in range(2000):
        after = np.zeros_like(position)
        for state in np.flatnonzero(position):
            for taken, chance in enumerate(demand):
                left = state - taken
                after[left if left > low else high] += position[state] * chance
        if np.abs(after - position).max() < 1e-14:
            break
        position = after / after.sum()
    steps = (np.arange(2000) + 0.5) / 2000
    taken = np.arange(120)
    chances = stats.poisson.pmf(taken[None, :], lead + steps[:, None] * between).mean(axis=0)
    net = np.arange(high + 1)[:, None] - taken[None, :]
    assert owed == pytest.approx(float(position @ np.maximum(-net, 0) @ chances), abs=1e-6)
    assert there == pytest.approx(float(position @ np.maximum(net, 0) @ chances), abs=1e-6)
