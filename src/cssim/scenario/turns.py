"""Whose turn it is: the pools that a source's cases come to, and with which nodes.

It knows nothing of hours or of how many people there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cssim.basis.moments import WEEK, Epoch
from cssim.flows.graph import CUSTOMER, SUPPLIER, Flow, Node
from cssim.scenario import arrivals, installed
from cssim.scenario.chances import shares
from cssim.scenario.course import Course, Passage
from cssim.scenario.look import key_of
from cssim.scenario.model import Scenario
from cssim.scenario.model_pools import NATIONAL

PoolKey = tuple[str, str]  # role and place
_QUARTER = 13  # weeks
_A_WEEK = {"week": 1.0, "month": 12 / 52, "quarter": 4 / 52, "year": 1 / 52}
_LATE = 0.1  # any chance that a promise is missed: what is possible is asked for


@dataclass(frozen=True)
class Turn:
    """A node that cases of a source come to in a place, and the pools whose people it needs.

    `begins`: it is queued for; else whoever did the step before has it in hand.
    """

    source: str
    key: str
    node: Node
    place: str | None
    begins: bool
    pools: tuple[PoolKey, ...]


class Turns:
    """All that the cases of a scenario can come to."""

    def __init__(self, scenario: Scenario, graphs: dict[str, Flow]) -> None:
        self.scenario = scenario
        self.graphs = graphs
        self.nodes = {
            key_of(flow, node): node for flow in graphs.values() for node in flow.nodes.values()
        }
        self._courses: dict[str, Course] = {}

    @cached_property
    def possible(self) -> list[Turn]:
        """Every node that a case can come to, by source and place."""
        coming = [source for source in self.scenario.demand if self.cases(source)]
        return [turn for source in coming for turn in self._of(source)]

    def cases(self, source: str) -> float:
        """Cases that a source brings in a week, on average; its units at least; 0: none in the run.

        What comes on certain dates is spread over a quarter at least: a launch is no ordinary week.
        """
        spec: Any = self.scenario.demand[source]
        if spec.kind == "profile":
            return float(spec.rate) * 7 * (spec.day_factor.mean if spec.day_factor else 1.0)
        if spec.kind == "population":
            return float(spec.units)
        if spec.kind == "bench":
            return 0.0  # as many as break
        time = self.scenario.time
        whole = time.warm_up + time.window + time.run_out
        if spec.kind == "installed_base":
            return sum(installed.expected(spec, time)) * WEEK / whole
        last = Epoch(time.zone, time.start).date_of(whole - 1)
        number = len(arrivals.dates(spec, time.start, last))
        if spec.kind == "cadence":
            return _A_WEEK[spec.every] if number else 0.0
        weeks = whole / WEEK
        return number / (weeks if spec.kind == "file" else max(weeks, _QUARTER))

    def course(self, source: str, late: float) -> Course:
        """The course of a source's cases; those of sources that are alike are the same."""
        spec: Any = self.scenario.demand[source]
        own = spec.kind in ("file", "installed_base")
        alike = f"{late} {spec.flow} {source if own else spec.attributes}"
        if alike not in self._courses:
            self._courses[alike] = Course(self.scenario, self.graphs, source, late)
        return self._courses[alike]

    def passages(self, source: str) -> Iterator[Passage]:
        """The courses of its requests and, if there are any, of the chasers about them."""
        course = self.course(source, _LATE)
        yield course.of_requests()
        if getattr(self.scenario.demand[source], "chasers", 0):
            yield course.of_chasers()

    def _of(self, source: str) -> Iterator[Turn]:
        keys: dict[str, bool] = {}
        for passage in self.passages(source):
            for key, _ in passage.visits:
                keys[key] = keys.get(key, False) or key in passage.begins
        for place in self.places(source):
            for key, begins in keys.items():
                pools = tuple(self.pools(self.nodes[key], place))
                if pools and (begins or key in self.scenario.work):
                    yield Turn(source, key, self.nodes[key], place, begins, pools)

    def places(self, source: str) -> dict[str | None, float]:
        """Where a source's cases are, and which share of them; without regions it is nowhere."""
        spec: Any = self.scenario.demand[source]
        if spec.kind == "installed_base":
            return installed.by_region(spec)
        if isinstance(spec.region, str):
            return {spec.region: 1.0}
        if spec.region is not None:
            return dict(shares(self.course(source, 0.0).chances.told(spec.region)).items())
        places = self.everywhere()
        return dict.fromkeys(places, 1 / len(places))

    def everywhere(self) -> list[str | None]:
        """All regions; without any, nowhere."""
        return [*self.scenario.regions] or [None]

    def pools(self, node: Node, place: str | None) -> Iterator[PoolKey]:
        """The pools whose people a node needs, in the order of its doers (R90)."""
        for role in node.doers:
            if role in (CUSTOMER, SUPPLIER):
                continue
            places = self.scenario.pools[role]
            if NATIONAL in places:
                yield role, NATIONAL
            elif node.effect.everywhere:
                yield from ((role, one) for one in places)
            elif place in places:
                yield role, place
