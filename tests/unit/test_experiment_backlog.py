"""Which pools' work piles up, by the figure `backlog_growth` of several replications."""

from cssim.experiment import backlog
from cssim.kpi.measure import Measure

GROWS = (4.0, 6.0, 5.0, 7.0, 5.0)
STAYS = (-3.0, 4.0, 0.0, 2.0, -2.0)
SHRINKS = (-4.0, -6.0, -5.0, -7.0, -5.0)


def replications(**growth: tuple[float, ...]) -> list[list[Measure]]:
    """One list of figures a replication; pools by name, and all of them together."""
    return [
        [Measure("backlog_growth", "all", 100.0, "activities"),
         *(Measure("backlog_growth", f"pool={pool}", value, "activities")
           for pool, value in zip(growth, values, strict=True))]
        for values in zip(*growth.values(), strict=True)
    ]  # fmt: skip


def test_a_pool_whose_backlog_grows_every_time_is_named() -> None:
    assert backlog.growing(replications(a=STAYS, b=GROWS)) == ["b"]


def test_one_whose_backlog_shrinks_is_not() -> None:
    assert backlog.growing(replications(a=STAYS, b=SHRINKS)) == []


def test_one_that_never_waits_is_not() -> None:
    assert backlog.growing(replications(a=(0.0,) * 5)) == []


def test_four_replications_do_not_tell() -> None:
    assert backlog.growing(replications(a=GROWS)[:4]) == []


def test_many_pools_need_more_than_one() -> None:
    weak = (0.0, 1.0, 3.0, 1.0, 1.0)  # one-sided p is 0.037
    alone = backlog.growing(replications(a=weak))
    among = backlog.growing(replications(a=weak, **{f"b{i}": STAYS for i in range(20)}))
    assert (alone, among) == (["a"], [])


def test_figures_of_a_short_window_have_no_growth() -> None:
    assert backlog.growing([[Measure("backlog", "all", 1.0, "cases")]] * 5) == []
