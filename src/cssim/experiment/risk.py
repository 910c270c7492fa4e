"""How likely each contract's month or quarter misses its target: the share of histories that do.

Every replication is one history. With fewer than a hundred the share is told with its interval and
with how many more are needed, and no colour is given: it would look surer than it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cssim.experiment import statistics
from cssim.experiment.replications import Replications
from cssim.experiment.targets import pairs_of
from cssim.kpi.measure import Measure
from cssim.kpi.risk import CONTRACT, PERIOD
from cssim.scenario.model import Scenario

ENOUGH = 100  # replications: with fewer no colour
GREEN, AMBER, RED = "green", "amber", "red"
AMBER_FROM, RED_FROM = 0.1, 0.5  # risk; from the second on a miss is as likely as not


class Risk(NamedTuple):
    """How likely one contract misses its target in one period.

    `missed` of `replications` fell below `target`; `risk` is their share, `low` and `high` its
    95 % interval (Wilson). A replication in which nothing fell due in the period has not missed.
    """

    contract: str
    period: str
    target: float
    replications: int
    missed: int
    risk: float
    low: float
    high: float
    more_needed: int

    @property
    def colour(self) -> str:
        """Green below a risk of 10 %, red from 50 % on; none before there are 100 replications.

        Example:
            >>> Risk("gold", "2025-01", 0.9, 100, 12, 0.12, 0.07, 0.2, 0).colour
            'amber'
        """
        if self.more_needed:
            return ""
        return GREEN if self.risk < AMBER_FROM else AMBER if self.risk < RED_FROM else RED


def of(scenario: Scenario, done: Replications) -> list[Risk]:
    """What a scenario's replications say of its contracts' targets; nothing where it has none."""
    return rows([each.kpis for each in done.figures], targets(scenario))


def targets(scenario: Scenario) -> dict[str, float]:
    """By contract that has a target: the share of its promises that is to be kept."""
    contracts = scenario.sla.contracts if scenario.sla else {}
    return {
        name: contract.attainment
        for name, contract in contracts.items()
        if contract.attainment is not None
    }


def rows(replications: Sequence[Sequence[Measure]], asked: Mapping[str, float]) -> list[Risk]:
    """A row for each contract with a target and each period in which anything fell due.

    Args:
        replications: the figures of each.
        asked: the contracts' targets.
    """
    missed: dict[tuple[str, str], int] = {}
    for figures in replications:
        for contract, period, attainment in _attainments(figures) if asked else ():
            if contract in asked:
                key = contract, period
                missed[key] = missed.get(key, 0) + (attainment < asked[contract])
    order = list(asked)
    keys = sorted(missed, key=lambda key: (order.index(key[0]), key[1]))
    return [_risk(*key, asked[key[0]], missed[key], len(replications)) for key in keys]


def _attainments(figures: Sequence[Measure]) -> Iterator[tuple[str, str, float]]:
    for kpi, scope, value, _ in figures:
        if kpi == "attainment" and scope.startswith(f"{CONTRACT}="):
            pairs = pairs_of(scope)
            if pairs.keys() == {CONTRACT, PERIOD}:
                yield pairs[CONTRACT], pairs[PERIOD], value


def _risk(contract: str, period: str, target: float, missed: int, of: int) -> Risk:
    share = statistics.wilson(missed, of)
    low = 0.0 if share.low is None or missed == 0 else share.low  # exactly, whatever is rounded
    high = 1.0 if share.high is None or missed == of else share.high
    needed = max(0, ENOUGH - of)
    return Risk(contract, period, target, of, missed, share.mean, low, high, needed)
