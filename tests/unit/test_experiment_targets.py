"""Targets are read, refused with their place marked, and looked up among figures."""

import pytest

from cssim.errors import ScenarioError
from cssim.experiment import targets
from cssim.experiment.statistics import Interval
from cssim.kpi.measure import Measure

FIGURES = [
    Measure("attainment", "all", 0.9, "share"),
    Measure("attainment", "region=north", 0.9, "share"),
    Measure("attainment", "region=south", 0.9, "share"),
    Measure("attainment", "region=north;severity=1", 0.9, "share"),
    Measure("waiting_time", "pool=agent;statistic=mean", 0.9, "h"),
]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("attainment >= 0.9", "attainment >= 0.9"),
        ("attainment>=.9", "attainment >= 0.9"),
        ("  attainment [ region = * ] >= 90%  ", "attainment[region=*] >= 0.9"),
        ("attainment[severity=1;region=*] >= 90 %", "attainment[region=*;severity=1] >= 0.9"),
        ("waiting_time[pool=agent.*;statistic=p90] <= 2",
         "waiting_time[pool=agent.*;statistic=p90] <= 2"),
        ("cycle_time <= 1.5e2", "cycle_time <= 150"),
    ],
)  # fmt: skip
def test_a_target_is_read(text: str, told: str) -> None:
    assert str(targets.parse(text)) == told


@pytest.mark.parametrize(
    ("text", "expected", "at"),
    [
        ("", "a figure's name, such as attainment", 0),
        ("0.9", "a figure's name, such as attainment", 0),
        ("attainment", ">= or <=", 10),
        ("attainment > 0.9", ">= or <=", 11),
        ("attainment = 0.9", ">= or <=", 11),
        ("attainment >=", "a number", 13),
        ("attainment >= much", "a number", 14),
        ("attainment >= 0.9 and more", "the end", 18),
        ("attainment[] >= 0.9", "a key, such as region", 11),
        ("attainment[region] >= 0.9", "=", 17),
        ("attainment[region=] >= 0.9", "a value, or * for all", 18),
        ("attainment[region=* >= 0.9", "; or ]", 20),
        ("attainment[region=*;region=a] >= 1", "another key than region, which is there already",
         20),
    ],
)  # fmt: skip
def test_what_is_no_target_is_marked_where_it_goes_wrong(text: str, expected: str, at: int) -> None:
    with pytest.raises(ScenarioError) as caught:
        targets.parse(text)
    assert str(caught.value) == f"--target: expected {expected}\n  {text}\n  {' ' * at}^"


def test_a_star_is_every_value_that_there_is() -> None:
    target = targets.parse("attainment[region=*] >= 0.9")
    assert target.scopes(FIGURES) == ["region=north", "region=south"]


def test_without_a_scope_it_is_about_all() -> None:
    assert targets.parse("attainment >= 0.9").scopes(FIGURES) == ["all"]


def test_a_figure_that_there_is_not_is_told_with_its_nearest() -> None:
    with pytest.raises(ScenarioError) as caught:
        targets.parse("attainmnt >= 0.9").scopes(FIGURES)
    assert str(caught.value) == ("--target: no figure is called 'attainmnt' (nearest: attainment)")


def test_a_scope_that_there_is_not_is_told_with_its_nearest() -> None:
    with pytest.raises(ScenarioError, match=r"no scope \[region=nord\] \(nearest: region=north"):
        targets.parse("attainment[region=nord] >= 0.9").scopes(FIGURES)


def test_it_is_kept_by_the_whole_interval() -> None:
    target = targets.parse("attainment >= 0.9")
    assert target.is_kept(Interval(0.92, 0.9, 0.94))
    assert not target.is_kept(Interval(0.92, 0.89, 0.95))


def test_a_limit_is_kept_from_below() -> None:
    target = targets.parse("cycle_time <= 10")
    assert target.is_kept(Interval(9.0, 8.0, 10.0))
    assert not target.is_kept(Interval(9.0, 7.9, 10.1))
