"""The planner's first question, on a small scenario."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cssim.errors import ScenarioError
from cssim.experiment import plan, targets
from cssim.scenario import read
from cssim.scenario.model import Scenario

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "scenarios" / "valid" / "tiny.yaml"
TARGET = "attainment[region=*] >= 0.90"


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return read.load(TINY)


@pytest.fixture(scope="module")
def found(tiny: Scenario) -> plan.StaffingPlan:
    return plan.staff(tiny, TARGET, "regional_engineer.*", n=4, jobs=1)


def cssim(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cssim", "staff", str(TINY), *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip


def test_the_head_count_keeps_the_target_and_one_fewer_does_not(
    found: plan.StaffingPlan,
) -> None:
    (pool,) = found.pools
    assert pool.pool == "regional_engineer.north"
    assert pool.needed is not None
    curve = {point.people: point for point in pool.curve}
    assert curve[pool.needed].kept
    assert not curve[pool.needed - 1].kept
    low = curve[pool.needed].interval.low
    assert low is not None
    assert low >= 0.90


def test_the_plan_holds_when_it_is_run(tiny: Scenario, found: plan.StaffingPlan) -> None:
    (pool,) = found.pools
    again = plan.staff(
        tiny.with_({"pools.regional_engineer.north.people": pool.needed}),
        TARGET, "regional_engineer.*", n=4, jobs=1,
    )  # fmt: skip
    assert again.pools[0].needed == pool.needed
    assert again.pools[0].at.values == pool.at.values


def test_what_one_fewer_costs_is_the_paired_difference(found: plan.StaffingPlan) -> None:
    (pool,) = found.pools
    curve = {point.people: point for point in pool.curve}
    assert pool.needed is not None
    assert pool.loss is not None
    fewer = curve[pool.needed - 1].interval.mean
    assert pool.loss.mean == pytest.approx(fewer - pool.at.interval.mean)
    assert pool.loss.mean < 0


def test_the_trials_are_counted(found: plan.StaffingPlan) -> None:
    assert found.trials == len(found.pools[0].curve)
    assert found.replications == 4


def test_pools_with_one_figure_are_planned_together(tiny: Scenario) -> None:
    both = plan.staff(tiny, "attainment >= 0.9", "*engineer*", n=3, jobs=1)
    assert [pool.pool for pool in both.pools] == ["regional_engineer.north", "hq_engineer"]
    assert both.is_kept


def test_pools_that_there_are_not_are_told_with_the_nearest(tiny: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"no pool is called 'agents' \(nearest: agent\)"):
        plan.staff(tiny, TARGET, "agents")


def test_a_pool_pattern_unlike_any_lists_them(tiny: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"\(there are: agent, "):
        plan.staff(tiny, TARGET, "xyz")


def test_a_pool_of_groups_has_no_people_of_its_own_to_seek(tiny: Scenario) -> None:
    groups = {"day": {"people": 3}}
    pool = {"calendar": "desk", "shift_end": "finish", "groups": groups}
    scenario = tiny.with_({"pools.agent.national": {"people": {"enabled": False}, **pool}})
    with pytest.raises(ScenarioError, match="agent has groups or a roster only"):
        plan.staff(scenario, TARGET, "agent")


def test_a_target_of_another_region_is_no_pools_own(tiny: Scenario) -> None:
    pool = plan.PoolName("regional_engineer.south", "", "south", 3)
    with pytest.raises(ScenarioError, match="no figure for south"):
        plan.own_scopes(pool, targets.parse(TARGET), ["region=north"])


def test_a_national_pool_has_every_region() -> None:
    pool = plan.PoolName("hq_engineer", "", None, 3)
    scopes = ["region=north", "region=south"]
    assert plan.own_scopes(pool, targets.parse(TARGET), scopes) == scopes


def test_the_command_shows_the_plan_the_curve_and_the_runs(tmp_path: Path) -> None:
    curve = tmp_path / "curve.csv"
    done = cssim("--target", TARGET, "--pools", "regional_engineer.*", "--replications", "3",
                 "-o", str(curve))  # fmt: skip
    assert done.returncode == 0, done.stderr
    for words in ("Head-counts that keep attainment[region=*] >= 0.9", "points", "What was tried",
                  "trials of 3 replications"):  # fmt: skip
        assert words in done.stdout
    with curve.open(newline="") as source:
        rows = list(csv.DictReader(source))
    assert [row["proposed"] for row in rows].count("yes") == 1


def test_a_target_that_nobody_can_keep_is_exit_1() -> None:
    done = cssim("--target", "attainment >= 1.01", "--pools", "service_manager",
                 "--replications", "2")  # fmt: skip
    assert done.returncode == 1
    assert "not kept by any head-count tried of: service_manager" in done.stderr


def test_a_target_that_is_none_is_exit_2() -> None:
    done = cssim("--target", "attainment[region=* >= 0.90", "--pools", "*")
    assert done.returncode == 2
    assert done.stderr == (
        "--target: expected ; or ]\n  attainment[region=* >= 0.90\n                      ^\n"
    )
