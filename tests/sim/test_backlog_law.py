"""Two weeks, write, read and two more follow the law of four, and nothing gets lost on the way."""

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from cssim import blueprint
from cssim.basis.moments import DAY
from cssim.conformance import invariants
from cssim.eventlog import NEVER, STATES, EventLog
from cssim.experiment import open_cases, open_files
from cssim.kpi import summary
from cssim.scenario import read
from cssim.sim import run
from tests.sim.chains import backlog_in

DAYS = 14
REPLICATIONS = 40
OURS = [STATES.index(state) for state in ("on_shelf", "in_transit", "lent", "quarantine", "repair")]
INITIAL = STATES.index("initial")
# of these a run knows only what happens in it, not what went before
OF_THE_PAST = ("breaches",)

Chain = tuple[EventLog, EventLog, EventLog]  # four weeks in one; two; two more


@pytest.fixture
def chains(root: Path, tmp_path: Path) -> Iterator[Chain]:
    """Replication by replication, the last two weeks of four in one run and in a second one."""
    return _chains(root / "tests/scenarios/valid/tiny.yaml", tmp_path)


def _chains(path: Path, folder: Path) -> Iterator[Chain]:
    start = read.load(path).time.start + dt.timedelta(days=DAYS)
    no_run_out = "time.run_out=0 d"
    whole, first = (
        blueprint.build(
            read.load(path, set_=(f"time.warm_up={warm_up} d", f"time.window={DAYS} d", no_run_out))
        )
        for warm_up in (DAYS, 0)
    )
    again = read.load(
        path, set_=(f"time.start={start}", "time.warm_up=0 d", f"time.window={DAYS} d", no_run_out)
    )
    for replication in range(REPLICATIONS):
        before = run.simulate(first, 1, replication)
        open_files.write(before, folder)
        going_on = again.with_({"backlog": backlog_in(folder)})
        after = run.simulate(blueprint.build(going_on), 1, replication)
        yield run.simulate(whole, 1, replication), before, after


def figures(log: EventLog) -> dict[tuple[str, str], float]:
    return {(one.kpi, one.scope): one.value for one in summary.measures(log)}


@pytest.mark.slow
@pytest.mark.parametrize("name", [
    "tiny", "owners-and-dedicated", "people-persons", "sla-tiers", "sla-reopened", "telephone",
    "defects", "demand-population", "demand-installed-base-renewed", "parts-in-echelons",
    "travel-by-class", "effects", "costs",
])  # fmt: skip
def test_two_weeks_and_two_more_follow_the_law_of_four(
    root: Path, tmp_path: Path, name: str
) -> None:
    """Every figure of the last two weeks agrees within its standard error (paired, |z| < 4)."""
    differences: dict[tuple[str, str], list[float]] = defaultdict(list)
    chains = _chains(root / f"tests/scenarios/valid/{name}.yaml", tmp_path)
    for whole, _, after in chains:
        one, other = figures(whole), figures(after)
        for figure in one.keys() & other.keys():
            differences[figure].append(other[figure] - one[figure])
    z = {}
    for figure, values in differences.items():
        if len(values) == REPLICATIONS and np.any(values) and figure[0] not in OF_THE_PAST:
            error = np.std(values, ddof=1) / REPLICATIONS**0.5  # 0: always off by as much
            z[figure] = float(np.mean(values) / error) if error else float("inf")
    assert {"attainment", "backlog", "waiting_time", "cycle_time", "fill_rate"} <= {k for k, _ in z}
    assert len(z) > 200
    assert {figure: round(value, 1) for figure, value in z.items() if abs(value) >= 4} == {}
    assert float(np.std(list(z.values()))) < 1.5  # figures that hang together are far fewer


def test_no_case_and_no_part_gets_lost_or_is_made(chains: Iterator[Chain], tmp_path: Path) -> None:
    for _, before, after in islice(chains, 4):
        assert [str(problem) for problem in invariants.check(after)] == []
        text = (tmp_path / open_cases.FILE).read_text("utf-8")
        written = list(csv.DictReader(text.splitlines()))
        is_open = before["cases"]["closed_at"] == NEVER
        assert sum(bool(row["stack"]) for row in written) == is_open.sum()
        came = after["cases"]["opened_at"] < 0
        assert sorted(after["cases"]["opened_at"][came & (after["cases"]["closed_at"] >= 0)]) == [
            at - DAYS * DAY for at in sorted(before["cases"]["opened_at"][is_open])
        ]
        assert initial(after) == ours(before)
        assert ours(before)


def ours(log: EventLog) -> Counter[tuple[int, int]]:
    """(state, part) → units that are ours when a run ends."""
    found: Counter[tuple[int, int]] = Counter()
    for row in log["stock"]:
        for side, sign in (("from_account", -1), ("to_account", 1)):
            if row[side] // 1000 in OURS:
                found[int(row[side]) // 1000, int(row["part"])] += sign * int(row["count"])
    return +found


def initial(log: EventLog) -> Counter[tuple[int, int]]:
    """(state, part) → units with which a run begins."""
    found: Counter[tuple[int, int]] = Counter()
    for row in log["stock"]:
        if row["from_account"] // 1000 == INITIAL:
            found[int(row["to_account"]) // 1000, int(row["part"])] += int(row["count"])
    return found


@pytest.mark.parametrize(
    "name", ["sla-clocks", "sla-tiers", "sla-reopened", "defects", "demand-population"]
)
def test_a_run_from_a_backlog_is_lawful(root: Path, tmp_path: Path, name: str) -> None:
    chain = _chains(root / f"tests/scenarios/valid/{name}.yaml", tmp_path)
    _, before, after = next(chain)
    assert (before["cases"]["closed_at"] == NEVER).sum() > 10
    assert [str(problem) for problem in invariants.check(after)] == []
