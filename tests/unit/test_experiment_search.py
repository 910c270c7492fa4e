"""The smallest head-counts, on figures that are known beforehand."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cssim.experiment import search, targets
from cssim.experiment.search import Counts, Search, Values

TARGET = targets.parse("attainment[region=*] >= 0.9")
SPREAD = (-0.001, 0.0, 0.001)


class Trials:
    """Figures from a formula: head-counts → scope → mean; counts how often it is asked."""

    def __init__(self, formula: Callable[[Counts], dict[str, float]]) -> None:
        self.formula = formula
        self.asked: list[Counts] = []

    def __call__(self, counts: Counts) -> Values:
        if counts not in self.asked:
            self.asked.append(dict(counts))
        found = self.formula(counts)
        return {scope: [mean + by for by in SPREAD] for scope, mean in found.items()}


def alone(need: int) -> Callable[[Counts], dict[str, float]]:
    """One pool that keeps the target from `need` people on."""
    return lambda counts: {"a": 0.95 if counts["a"] >= need else 0.5}


def one(people: int, least: int = 1) -> Search:
    return Search("a", people, ("a",), TARGET, least)


@pytest.mark.parametrize("need", [1, 2, 5, 6, 7, 12, 20])
def test_the_smallest_head_count_is_found(need: int) -> None:
    pool = one(6)
    search.find([pool], Trials(alone(need)))
    assert pool.kept == need
    assert need == 1 or not pool.curve[need - 1].kept


def test_it_is_found_in_few_trials() -> None:
    trials = Trials(alone(61))
    search.find([one(100)], trials)
    assert len(trials.asked) <= 9


def test_what_the_work_alone_needs_is_tried_first() -> None:
    trials = Trials(alone(38))
    search.find([one(60, least=37)], trials)
    assert [asked["a"] for asked in trials.asked] == [60, 37, 48, 42, 39, 38]


def test_who_cannot_keep_it_is_told_so_after_the_most() -> None:
    pool = one(6)
    search.find([pool], Trials(lambda counts: {"a": 0.5}))
    assert pool.kept is None
    assert max(pool.curve) == pool.most == 24


def test_nobody_at_all_can_be_made_somebody() -> None:
    pool = one(0)
    search.find([pool], Trials(alone(3)))
    assert pool.kept == 3


def test_a_wide_interval_does_not_keep_the_target() -> None:
    pool = one(1)
    pool.learn(1, {"a": [0.99, 0.89, 0.94]})
    assert pool.kept is None


def test_the_tightest_scope_counts() -> None:
    pool = Search("a", 1, ("x", "y"), TARGET)
    pool.learn(1, {"x": [0.95] * 3, "y": [0.8] * 3})
    assert (pool.curve[1].scope, pool.curve[1].kept) == ("y", False)


def test_pools_with_figures_of_their_own_are_searched_side_by_side() -> None:
    needs = {"a": 4, "b": 9, "c": 2}
    trials = Trials(lambda counts: {p: 0.95 if counts[p] >= n else 0.5 for p, n in needs.items()})
    pools = [Search(pool, 6, (pool,), TARGET) for pool in needs]
    search.find(pools, trials)
    assert {pool.pool: pool.kept for pool in pools} == needs
    assert len(trials.asked) <= 6


def test_pools_that_share_a_figure_keep_it_together_and_none_can_go() -> None:
    trials = Trials(lambda counts: {"all": 0.95 if counts["a"] + 2 * counts["b"] >= 14 else 0.5})
    pools = [Search(pool, 4, ("all",), TARGET) for pool in "ab"]
    search.find(pools, trials)
    a, b = (pool.kept or 0 for pool in pools)
    assert a + 2 * b >= 14
    assert (a - 1) + 2 * b < 14
    assert a + 2 * (b - 1) < 14


def test_what_holds_apart_and_not_together_is_mended() -> None:
    def formula(counts: Counts) -> dict[str, float]:
        helped = counts["a"] + counts["b"] >= 7  # b helps out at a's
        return {"a": 0.95 if counts["a"] >= 3 and helped else 0.5,
                "b": 0.95 if counts["b"] >= 2 else 0.5}  # fmt: skip

    pools = [Search(pool, 6, (pool,), TARGET) for pool in "ab"]
    trials = Trials(formula)
    search.find(pools, trials)
    final = {pool.pool: pool.chosen for pool in pools}
    assert all(pool.kept == pool.chosen for pool in pools)
    assert all(mean >= 0.9 for mean in formula(final).values())


@given(some.integers(1, 40), some.integers(1, 40))
def test_any_need_within_reach_is_found(people: int, need: int) -> None:
    pool = one(people)
    search.find([pool], Trials(alone(need)))
    assert pool.kept == (need if need <= pool.most else None)
