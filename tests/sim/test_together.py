"""What each example shows alone works together, too: the run of all of them breaks no law."""

from pathlib import Path

import pytest

from cssim import blueprint
from cssim.conformance import invariants
from cssim.eventlog import EventLog
from cssim.experiment import open_files
from cssim.kpi import summary
from cssim.scenario import read
from cssim.scenario.model import Scenario
from cssim.sim import run
from tests.sim.chains import backlog_in

pytestmark = pytest.mark.slow
ALL = ("field", "changes", "installed-base", "money")
# with units in the field, the requests that an effect would spare are not known beforehand
WITHOUT = ("effects.customers_trained.enabled=false", "effects.launched.enabled=false")
WEEKS = ("time.warm_up=0 d", "time.window=3 weeks", "time.run_out=0 d")
START, LATER = "2025-11-10", "2025-12-01"  # a winter begins in between


@pytest.fixture(scope="module")
def together(root: Path) -> Scenario:
    examples = root / "docs/examples"
    laid_over = [examples / f"{name}.yaml" for name in ALL]
    said = (*WITHOUT, *WEEKS, f"time.start={START}")
    return read.load(examples / "parts.yaml", with_=laid_over, set_=said)


@pytest.fixture(scope="module")
def log(together: Scenario) -> EventLog:
    return run.simulate(blueprint.build(together), 1)


def test_all_mechanisms_at_once_are_lawful(log: EventLog) -> None:
    """And each of them has something to tell."""
    assert [str(problem) for problem in invariants.check(log)] == []
    for table in ("wanted", "journeys", "bookings", "units", "failures", "writes", "scores"):
        assert len(log[table]), table
    figures = {one.kpi for one in summary.measures(log)}
    assert {"cost", "windows_kept", "units_in_field", "unit_fill_rate", "satisfaction"} <= figures


def test_a_run_from_where_all_of_them_stand_is_lawful(
    together: Scenario, log: EventLog, tmp_path: Path
) -> None:
    open_files.write(log, tmp_path)
    going_on = together.with_({"time.start": LATER, "backlog": backlog_in(tmp_path)})
    after = run.simulate(blueprint.build(going_on), 1)
    assert [str(problem) for problem in invariants.check(after)] == []
    assert (after["cases"]["opened_at"] < 0).sum() > 100
