"""The simulation driven by scripts, and short random runs: what conformance is shown.

Scripted cases run in a world with ample people and parts, where nothing but the script
decides. It compares nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cssim import blueprint, eventlog
from cssim.basis import moments
from cssim.conformance import recorded, walks
from cssim.errors import ConformanceError
from cssim.scenario import read as scenarios
from cssim.scenario.model import Scenario
from cssim.sim import run

AMPLE = Path(__file__).with_name("ample.yaml")
SHORT = 13 * moments.WEEK  # long enough for a quarter's questionnaire and forum
SEED = 1

Script = Mapping[str, Any]  # flow, called_from, answers


def drive(scripts: Sequence[Script]) -> eventlog.EventLog:
    """The log of scripted cases, all in one run; a case's number is its script's place."""
    return run.simulate(blueprint.build(ample()), SEED, script=[dict(script) for script in scripts])


@cache
def ample() -> Scenario:
    """People and parts for everything, at all hours, in one region."""
    return scenarios.load(AMPLE)


def walks_of(scripts: Sequence[Script]) -> list[walks.Walk]:
    """Where the simulation went with each script.

    Raises:
        ConformanceError: The simulation did not bring a case to its end.
    """
    if not scripts:
        return []
    done = recorded.by_case(drive(scripts), ample().graphs)
    for place in range(len(scripts)):
        if place not in done or done[place].is_open:
            raise ConformanceError(f"the simulation did not end case {place + 1}")
    return [done[place].walk for place in range(len(scripts))]


def short_run(scenario: Scenario) -> eventlog.EventLog:
    """A random run of a scenario, a quarter of a year at most, without a warm-up."""
    time = scenario.time
    length = min(SHORT, time.warm_up + time.window + time.run_out)
    short = scenario.with_({"time.warm_up": 0, "time.window": length, "time.run_out": 0})
    return run.simulate(blueprint.build(short), SEED)
