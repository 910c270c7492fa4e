"""What-ifs of management go the way that their file says, with the same luck for the same case."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cssim.conformance import invariants
from cssim.eventlog import NEVER, EventLog
from cssim.kpi import summary
from cssim.scenario import read
from tests.sim.runs import short, simulated

pytestmark = pytest.mark.slow

Pair = tuple[EventLog, EventLog]


@pytest.fixture(scope="module")
def logs(root: Path) -> Callable[..., Pair]:
    """The baseline's log and a what-if's, both of the same weeks."""
    known: dict[str, EventLog] = {}

    def of(name: str, weeks: int, **changes: str) -> Pair:
        said = {"time.window": f"{weeks} weeks"}
        for file, more in (("baseline", {}), (name, changes)):
            scenario = read.load(root / f"scenarios/{file}.yaml")
            known.setdefault(f"{file}/{weeks}", simulated(short(scenario, **said, **more)))
        found = known[f"baseline/{weeks}"], known[f"{name}/{weeks}"]
        assert not invariants.check(found[1])
        return found

    return of


def figure(log: EventLog, kpi: str, scope: str = "all") -> float:
    return next(m.value for m in summary.measures(log) if (m.kpi, m.scope) == (kpi, scope))


def done(log: EventLog, flow: str, node: str) -> int:
    """How often a step was done."""
    number = next(
        i for i, n in enumerate(log.terms["nodes"]) if (n["flow"], n["id"]) == (flow, node)
    )
    rows = log["activities"]
    return int(((rows["node"] == number) & (rows["completed_at"] < NEVER)).sum())


def test_a_strike_of_logistics_breaks_promises(logs: Callable[..., Pair]) -> None:
    before, after = logs(
        "strike-of-logistics", 5,
        **{"dated.strike.from": "2025-02-03", "dated.strike.to": "2025-02-17"},
    )  # fmt: skip
    assert figure(after, "attainment") < figure(before, "attainment")
    pools = [pool["name"] for pool in before.terms["pools"] if pool["role"] == "logistics"]
    assert pools
    for pool in pools:
        assert figure(after, "on_duty", f"pool={pool}") < figure(before, "on_duty", f"pool={pool}")


def test_a_training_programme_spares_work(logs: Callable[..., Pair]) -> None:
    before, after = logs("training-programme", 14)
    problem = before.terms["attributes"]["problem"].index("common")
    common, others = (
        [int((mask(log.attributes["problem"] == problem)).sum()) for log in (before, after)]
        for mask in (lambda is_so: is_so, np.logical_not)
    )
    assert common[1] < common[0]
    busy = [
        sum(figure(log, "busy", f"pool={pool['name']}") for pool in log.terms["pools"]
            if pool["role"] == "regional_engineer")
        for log in (before, after)
    ]  # fmt: skip
    assert busy[1] < busy[0]
    assert abs(others[1] / others[0] - 1) < 0.01  # chasers follow what is open


def test_after_a_launch_fewer_repairs_are_charged(logs: Callable[..., Pair]) -> None:
    before, after = logs("launch", 14)
    words, products = (before.terms["attributes"][name] for name in ("warranty", "product"))
    routers = [log.attributes["product"] == products.index("router") for log in (before, after)]
    covered = [
        (log.attributes["warranty"][mine] == words.index("yes")).mean()
        for log, mine in zip((before, after), routers, strict=True)
    ]
    assert covered[1] > covered[0] + 0.01
    assert done(after, "1.8.4", "20") < done(before, "1.8.4", "20")
