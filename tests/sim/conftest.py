"""Short runs that the tests of the simulation share; each is made once."""

from pathlib import Path

import pytest

from cssim.conformance import invariants
from cssim.scenario import read
from tests.sim.runs import short, simulated
from tests.sim.worlds import World


@pytest.fixture(scope="session")
def tiny(root):
    return read.load(root / "tests/scenarios/valid/tiny.yaml")


@pytest.fixture(scope="session")
def baseline(root):
    return read.load(root / "scenarios/baseline.yaml")


@pytest.fixture(scope="session")
def tiny_log(tiny):
    return simulated(tiny)


@pytest.fixture(scope="session")
def baseline_log(baseline):
    return simulated(short(baseline))


@pytest.fixture(scope="session")
def lawful():
    """Runs a scenario and asks every law; returns the log."""

    def simulate_lawfully(scenario, seed=1):
        log = simulated(scenario, seed)
        assert not [str(problem) for problem in invariants.check(log)]
        return log

    return simulate_lawfully


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A tiny scenario in the making, in a folder of its own."""
    return World(tmp_path)
