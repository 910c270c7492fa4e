"""A staffing plan: the smallest head-count per pool that keeps a target with 95 % confidence.

Every trial runs the scenario with other head-counts and the same luck, so that trials differ
by the people alone. A target for every region is, for a region's own pool, that region's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from cssim import blueprint
from cssim.errors import ScenarioError
from cssim.experiment import parallel, search, statistics, targets, worker
from cssim.experiment.search import Counts, Point, Search
from cssim.experiment.statistics import Interval
from cssim.experiment.targets import Target
from cssim.experiment.worker import Task
from cssim.kpi.measure import Measure
from cssim.scenario.model import Scenario
from cssim.scenario.model_pools import AMPLE


@dataclass(frozen=True)
class Proposal:
    """What one pool needs.

    Attributes:
        pool: its name; now: its people in the scenario.
        needed: the smallest head-count found to keep the target; none, if not even the largest
            tried does.
        at: the figure there (at the largest tried, if nothing keeps the target).
        loss: what one fewer changes in the figure, with its interval; none if never tried.
        curve: every head-count that was tried, ascending.
    """

    pool: str
    now: int
    needed: int | None
    at: Point
    loss: Interval | None
    curve: tuple[Point, ...]


@dataclass(frozen=True)
class StaffingPlan:
    """What all pools need, tried together, and how many runs it took; `unit` is the figure's."""

    target: Target
    unit: str
    pools: tuple[Proposal, ...]
    trials: int
    replications: int

    @property
    def is_kept(self) -> bool:
        """Whether the target can be kept."""
        return all(proposal.needed is not None for proposal in self.pools)

    def written(self, found: Interval, is_change: bool = False) -> str:
        """The figure as words: shares in per cent, their changes in points."""
        factor, unit = (100, " points" if is_change else " %") if self.unit == "share" else (1, "")
        half = "" if found.half_width is None else f" ± {found.half_width * factor:.1f}"
        return f"{found.mean * factor:{'+' if is_change else ''}.1f}{unit}{half}"


def staff(
    scenario: Scenario,
    target: str,
    pools: str,
    n: int = 5,
    seed: int = 1,
    jobs: int | None = None,
    progress: parallel.Progress = parallel.silent,
) -> StaffingPlan:
    """Find the smallest head-counts.

    Args:
        target: such as `attainment[region=*] >= 0.90`.
        pools: names of pools with `*` for any text, such as `regional_engineer.*`.
        n: replications of each trial, at least two: one has no interval.

    Raises:
        ScenarioError: target or pools are none.
    """
    wanted = targets.parse(target)
    chosen = _matching(scenario, pools)
    trials = Trials(scenario, wanted, n, seed, jobs, progress)
    try:
        figures = trials.first()
        searches = _searches(chosen, wanted, figures)
        search.find(searches, trials.values)
    finally:
        parallel.release()
    unit = next(row.unit for row in figures if row.kpi == wanted.kpi)
    return StaffingPlan(wanted, unit, tuple(map(_proposal, searches)), trials.count, n)


class Trials:
    """Runs of the scenario with other head-counts; none is made twice."""

    def __init__(
        self, scenario: Scenario, target: Target, n: int, seed: int, jobs: int | None,
        progress: parallel.Progress,
    ) -> None:  # fmt: skip
        self._scenario, self._target = scenario, target
        self._n, self._seed, self._jobs, self._progress = n, seed, jobs, progress
        self._known: dict[tuple[tuple[str, int], ...], list[list[Measure]]] = {}

    @property
    def count(self) -> int:
        """How many trials were made."""
        return len(self._known)

    def first(self) -> list[Measure]:
        """Figures with the people there are."""
        return self._run({})[0]

    def values(self, counts: Counts) -> Mapping[str, Sequence[float]]:
        """The target's figure, by scope, in each replication."""
        people = {pool.name: pool.people for pool in pools_of(self._scenario)}
        changed = {pool: count for pool, count in counts.items() if people[pool] != count}
        found: dict[str, list[float]] = {}
        for rows in self._run(changed):
            for row in rows:
                if row.kpi == self._target.kpi:
                    found.setdefault(row.scope, []).append(row.value)
        return found

    def _run(self, counts: Counts) -> list[list[Measure]]:
        key = tuple(sorted(counts.items()))
        if key not in self._known:
            self._known[key] = self._simulated(counts)
        return self._known[key]

    def _simulated(self, counts: Counts) -> list[list[Measure]]:
        keys = {pool.name: pool.key for pool in pools_of(self._scenario)}
        changes = {keys[pool]: people for pool, people in counts.items()}
        changed = self._scenario.with_(changes) if changes else self._scenario
        packed = worker.packed(blueprint.build(changed))
        tasks = [Task(packed, self._seed, number, {}) for number in range(self._n)]
        found = dict(parallel.each(worker.measure, tasks, self._jobs, self._progress, keep=True))
        return [found[number].kpis for number in range(self._n)]


@dataclass(frozen=True)
class PoolName:
    """A pool of the scenario: its name in figures, its key, its region and its people.

    `least` is the fewest that it can do with: those ring-fenced, and one who takes calls.
    """

    name: str
    key: str
    region: str | None
    people: int
    least: int = 1


def pools_of(scenario: Scenario) -> list[PoolName]:
    """Every pool of a scenario, in its order."""
    found = []
    for role, places in scenario.pools.items():
        for place, pool in places.items():
            if pool.people is None or pool.people == AMPLE:
                continue
            is_regional = place in scenario.regions
            name = f"{role}.{place}" if is_regional else role
            region = place if is_regional else None
            least = (pool.ring_fenced or 0) + 1
            key = f"pools.{role}.{place}.people"
            found.append(PoolName(name, key, region, pool.people, least))
    return found


def _without_people(scenario: Scenario) -> list[str]:
    """Pools that are groups, a roster, or always somebody free."""
    return [
        f"{role}.{place}" if place in scenario.regions else role
        for role, places in scenario.pools.items()
        for place, pool in places.items()
        if pool.people is None
    ]


def _matching(scenario: Scenario, pattern: str) -> list[PoolName]:
    known = pools_of(scenario)
    found = [pool for pool in known if fnmatchcase(pool.name, pattern)]
    if not found and any(fnmatchcase(name, pattern) for name in _without_people(scenario)):
        raise ScenarioError(
            f"--pools: {pattern} has groups or a roster only; people of a pool's own are sought"
        )
    if not found:
        names = [pool.name for pool in known]
        hint = targets.nearest(pattern, names) or f" (there are: {', '.join(names)})"
        raise ScenarioError(f"--pools: no pool is called {pattern!r}{hint}")
    return found


def _searches(
    pools: Sequence[PoolName], target: Target, figures: Sequence[Measure]
) -> list[Search]:
    """A search for each pool, with the scopes that are its own."""
    scopes = target.scopes(figures)
    busy = {row.scope: row.value for row in figures if row.kpi == "occupancy"}
    return [
        Search(
            pool.name,
            pool.people,
            tuple(own_scopes(pool, target, scopes)),
            target,
            least=max(pool.least, math.ceil(busy.get(f"pool={pool.name}", 0.0) * pool.people)),
        )
        for pool in pools
    ]


def own_scopes(pool: PoolName, target: Target, scopes: Sequence[str]) -> list[str]:
    """Of the target's scopes those of the pool's region, where the target tells regions apart."""
    if pool.region is None or "*" not in target.where.get("region", ""):
        return list(scopes)
    own = [scope for scope in scopes if targets.pairs_of(scope)["region"] == pool.region]
    if not own:
        raise ScenarioError(
            f"--target: {target.kpi} has no figure for {pool.region}, where {pool.name} is"
        )
    return own


def _proposal(one: Search) -> Proposal:
    curve = tuple(one.curve[people] for people in sorted(one.curve))
    at = one.curve.get(one.chosen, curve[-1])
    fewer = one.curve.get(one.chosen - 1)
    return Proposal(one.pool, one.people, one.kept, at, _loss(at, fewer), curve)


def _loss(at: Point, fewer: Point | None) -> Interval | None:
    """The change from a head-count to one fewer, replication by replication."""
    if fewer is None or fewer.scope != at.scope or len(fewer.values) != len(at.values):
        return None
    pairs: list[tuple[Any, Any]] = list(zip(fewer.values, at.values, strict=True))
    return statistics.interval([less - enough for less, enough in pairs])
