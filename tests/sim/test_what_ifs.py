"""What-ifs of management go the way that their file says, with the same luck for the same case."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest

from cssim.conformance import invariants
from cssim.eventlog import CASE_KINDS, NEVER, EventLog
from cssim.kpi import summary
from cssim.scenario import read
from tests.sim.runs import short, simulated

pytestmark = pytest.mark.slow


class Run:
    """The log of a run, and its figures."""

    def __init__(self, log: EventLog) -> None:
        self.log = log

    @cached_property
    def figures(self) -> dict[tuple[str, str], float]:
        return {(one.kpi, one.scope): one.value for one in summary.measures(self.log)}

    def __getitem__(self, kpi: str) -> float:
        return self.figures[kpi, "all"]

    def of(self, kpi: str, scope: str) -> float:
        return self.figures[kpi, scope]

    def done(self, flow: str, node: str) -> int:
        """How often a step was done."""
        names = [(one["flow"], one["id"]) for one in self.log.terms["nodes"]]
        rows = self.log["activities"]
        mine = rows[rows["node"] == names.index((flow, node))]
        return int((mine["completed_at"] < NEVER).sum())


Runs = Callable[..., tuple[Run, Run]]


@pytest.fixture(scope="module")
def runs(root: Path) -> Runs:
    """A what-if's run, and before it that of what it extends, both of the same weeks."""
    known: dict[tuple[str, int], Run] = {}

    def run(file: str, weeks: int, changes: dict[str, str]) -> Run:
        if (file, weeks) not in known:
            scenario = read.load(root / f"scenarios/{file}.yaml")
            changed = short(scenario, **{"time.window": f"{weeks} weeks"}, **changes)
            known[file, weeks] = Run(simulated(changed))
            assert not invariants.check(known[file, weeks].log)
        return known[file, weeks]

    def of(
        name: str, weeks: int = 14, extends: str = "baseline", **changes: str
    ) -> tuple[Run, Run]:
        return run(extends, weeks, {}), run(name, weeks, changes)

    return of


def test_a_strike_of_logistics_breaks_promises(runs: Runs) -> None:
    before, after = runs(
        "strike-of-logistics", 5,
        **{"dated.strike.from": "2025-02-03", "dated.strike.to": "2025-02-17"},
    )  # fmt: skip
    assert after["attainment"] < before["attainment"]
    pools = [pool["name"] for pool in before.log.terms["pools"] if pool["role"] == "logistics"]
    assert pools
    for pool in pools:
        assert after.of("on_duty", f"pool={pool}") < before.of("on_duty", f"pool={pool}")


def test_a_training_programme_spares_work(runs: Runs) -> None:
    before, after = runs("training-programme")
    problem = before.log.terms["attributes"]["problem"].index("common")
    common, others = (
        [int((mask(run.log.attributes["problem"] == problem)).sum()) for run in (before, after)]
        for mask in (lambda is_so: is_so, np.logical_not)
    )
    assert common[1] < common[0]
    busy = [
        sum(run.of("busy", f"pool={pool['name']}") for pool in run.log.terms["pools"]
            if pool["role"] == "regional_engineer")
        for run in (before, after)
    ]  # fmt: skip
    assert busy[1] < busy[0]
    assert abs(others[1] / others[0] - 1) < 0.01  # chasers follow what is open


def test_after_a_launch_fewer_repairs_are_charged(runs: Runs) -> None:
    before, after = runs("launch")
    words, products = (before.log.terms["attributes"][name] for name in ("warranty", "product"))
    routers = [run.log.attributes["product"] == products.index("router") for run in (before, after)]
    covered = [
        (run.log.attributes["warranty"][mine] == words.index("yes")).mean()
        for run, mine in zip((before, after), routers, strict=True)
    ]
    assert covered[1] > covered[0] + 0.01
    assert after.done("1.8.4", "20") < before.done("1.8.4", "20")


def test_on_site_cover_for_all_makes_visits_and_breaks_promises(runs: Runs) -> None:
    before, after = runs("on-site-for-all")
    assert after.done("1.8.5", "7") > 1.2 * before.done("1.8.5", "7")
    assert after["attainment"] < before["attainment"] - 0.05


def test_one_board_more_in_each_region_spares_waiting(runs: Runs) -> None:
    before, after = runs("one-spare-more")
    assert after.of("units_owed", "part=board") < before.of("units_owed", "part=board")
    more = [run.of("stock_value", "part=board") for run in (before, after)]
    assert 2000 < more[1] - more[0] < 8000  # six boards at 820


def test_a_central_store_ties_up_less_and_is_further_away(runs: Runs) -> None:
    before, after = runs("central-stock")
    assert after["stock_value"] < 0.9 * before["stock_value"]
    for part in ("part=router_unit", "part=server_unit"):
        there = [run.of("unit_fill_rate", part) for run in (before, after)]
        assert there[1] < there[0] - 0.1


def test_a_second_supplier_of_boards_spares_waiting(runs: Runs) -> None:
    before, after = runs("second-supplier")
    assert after.of("units_owed", "part=board") < before.of("units_owed", "part=board")
    assert after["stock_value"] > before["stock_value"]


def test_a_bench_at_headquarters_pays_for_its_transport(runs: Runs) -> None:
    before, after = runs("bench-at-hq")
    assert after["cost"] < 0.7 * before["cost"]
    for kind in ("kind=transport", "kind=work"):
        assert after.of("cost", kind) > before.of("cost", kind)
    parts = [run.of("cost", "kind=parts_used") for run in (before, after)]
    restored = [run.of("cost", "kind=parts_restored") for run in (before, after)]
    assert parts[1] + restored[1] < 0.4 * (parts[0] + restored[0])


def test_while_the_bench_is_closed_machines_wait_and_are_bought(runs: Runs) -> None:
    before, after = runs(
        "bench-at-hq-closed", extends="bench-at-hq",
        **{"dated.closed.from": "2025-02-17", "dated.closed.to": "2025-03-17"},
    )  # fmt: skip
    away = [run.of("turn_around_time", "part=router_unit") for run in (before, after)]
    assert away[1] > away[0] + 5 * 24
    assert after["cost"] > before["cost"]


def test_a_cold_winter_makes_hardware_requests(runs: Runs) -> None:
    before, after = runs(
        "cold-winter", extends="installed-base",
        **{"demand.units.factors.winter.from": "2025-02-10",
           "demand.units.factors.winter.to": "2025-03-24"},
    )  # fmt: skip
    failures = [len(run.log["failures"]) for run in (before, after)]
    assert 1.15 < failures[1] / failures[0] < 1.25  # six weeks of fifteen
    assert after["busy"] > before["busy"]
    assert after["attainment"] < before["attainment"]


def test_a_fifth_more_units_make_a_fifth_more_hardware(runs: Runs) -> None:
    before, after = runs("units-plus-20", extends="installed-base")
    failures = [len(run.log["failures"]) for run in (before, after)]
    assert failures[1] / failures[0] == pytest.approx(1.2, abs=0.04)
    for part in ("part=board", "part=disk"):
        assert after.of("units_owed", part) > before.of("units_owed", part)


def test_complaints_that_are_looked_into_have_their_defects_solved(runs: Runs) -> None:
    before, after = runs("complaints-looked-into", extends="software-defects")
    defects = after.log["defects"]
    solvers = defects["case"][defects["solved_at"] < NEVER]
    kinds = after.log["cases"]["kind"][solvers]
    assert (kinds == CASE_KINDS.index("management")).any()
    assert after["defects_open"] < before["defects_open"]
