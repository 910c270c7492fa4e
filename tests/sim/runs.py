"""Runs of a few weeks, and scenarios changed for them."""

from cssim import blueprint
from cssim.sim import run

WEEKS = {"time.warm_up": "0 d", "time.window": "5 weeks", "time.run_out": "1 week"}


def short(scenario, **changes):
    """A few weeks of a scenario."""
    return scenario.with_({**WEEKS, **changes})


def simulated(scenario, seed=1, replication=0):
    return run.simulate(blueprint.build(scenario), seed, replication)


def same_rule(scenario, rule):
    """The changes that give every pool the same rule for a shift's end."""
    return {
        f"pools.{role}.{place}.shift_end": rule
        for role, places in scenario.pools.items()
        for place in places
    }
