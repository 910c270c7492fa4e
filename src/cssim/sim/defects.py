"""Defects: cases that have one fault in common, and what its solution is to all of them.

A case belongs to one of the defects that its product has when it opens, or to none; which one
is drawn at addresses of the case and the defect, whatever has become of the defect by then. Once
its cause is solved a linked case answers `yes` where it is asked whether it can be; once
that is published, it is known from the beginning. Nothing here waits, and no case is moved: all
is told when somebody comes to a decision, or starts a step.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable

import numpy as np

from cssim.basis import draws as addresses
from cssim.blueprint.backlog_tables import OpenCase
from cssim.blueprint.fact_tables import Family
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import LINK_ENDS, NEVER, OUTCOMES, TABLES
from cssim.sim import incidence
from cssim.sim.answers import Answers
from cssim.sim.incidence import Defect
from cssim.sim.state import MANAGEMENT, Case, Token
from cssim.sim.stations import Station
from cssim.sim.walk import BY_FACT, Walker

OPEN, BY_DEFECT, DEFLECTED, SOLVED_IT, ALONE, OTHERWISE = range(len(LINK_ENDS))
_LINK = addresses.text_key("defects/link")
_SOLVED = OUTCOMES.index("solved")


class Link:
    """That a case belongs to a defect, and how and when its solution was found."""

    __slots__ = ("at", "case", "defect", "how")

    def __init__(self, case: Case, defect: Defect) -> None:
        self.case = case
        self.defect = defect
        self.how = OPEN
        self.at = NEVER

    def ends(self, how: int, now: int) -> None:
        """Its solution is found; the first time counts."""
        if self.how == OPEN:
            self.how, self.at = how, now


class Defects:
    """All defects of a run, and the cases that belong to them."""

    def __init__(self, blueprint: Blueprint, walker: Walker, answers: Answers, key: int) -> None:
        self._nodes = blueprint.nodes
        self._families = blueprint.facts.families
        self._product = blueprint.facts.product
        self._kernel = walker.kernel
        self._end = blueprint.window[2]
        self._links: list[Link] = []
        before = blueprint.backlog.defects if blueprint.backlog is not None else None
        self._all = incidence.draw(self._families, blueprint.facts.days, key, self._end, before)
        self._of: dict[tuple[int, int], list[Defect]] = {}
        for defect in self._all:
            self._of.setdefault((defect.family, defect.product), []).append(defect)
        self._published = sorted(one.published_at for one in self._all if one.published_at < NEVER)
        self.solved: Callable[[Defect, int], None] = lambda defect, now: None
        stations = walker.stations
        asked = {node for family in self._families for node in family.asked_at}
        solving = {node for family in self._families for node in family.solved_at}
        known = {family.known_at for family in self._families if family.known_at >= 0}
        for node in sorted(asked):
            answers.know(stations[node], self._is_solved)
        for node in sorted(known):
            answers.know(stations[node], self._is_known)
        self._cut = blueprint.facts.cut_by_defect
        for node in sorted(asked | solving | known | set(self._cut)):
            answers.hear(stations[node], self._hears)
        if any(family.changes_times for family in self._families):
            walker.ease = self.factor

    # ---- cases ----------------------------------------------------------------------------

    def link(self, case: Case) -> None:
        """A request has come: does it belong to one of its product's defects?"""
        for number, family in enumerate(self._families):
            if case.values[family.attribute] in family.words:
                defect = self._chosen(case, number, family)
                if defect is not None:
                    case.link = Link(case, defect)
                    self._links.append(case.link)
                    defect.found_at = min(defect.found_at, int(self._kernel.now))
                return

    def had(self, case: Case, told: OpenCase) -> None:
        """A case that was open before the run belongs to a defect of then."""
        if told.defect >= 0:
            defect = self._all[told.defect]
            if told.kind == MANAGEMENT:
                case.seeks = defect
                return
            case.link = Link(case, defect)
            case.link.how, case.link.at = told.link
            self._links.append(case.link)
            defect.found_at = min(defect.found_at, case.opened_at)

    def seek(self, case: Case, product: int, now: int) -> None:
        """A search that a finding has begun is for the defect with most cases, if it may solve one.

        `product` is whose; -1 all of them. Who comes late to a defect that is solved solves none.
        """
        nodes = self._nodes
        cases = Counter(link.defect.number for link in self._links)
        found = [
            defect
            for defect in self._all
            if defect.found_at <= now < defect.solved_at
            and product in (-1, defect.product)
            and any(nodes.flow[n] == case.flow for n in self._families[defect.family].solved_at)
        ]
        case.seeks = max(found, key=lambda one: (cases[one.number], -one.number), default=None)

    def _chosen(self, case: Case, number: int, family: Family) -> Defect | None:
        """Each draws its time to come first, by its weight; the earliest has the case.

        So a defect that is added takes cases away, and moves none between the others.
        """
        at = case.opened_at
        first = _time(case, family.key, family.alone)
        chosen: Defect | None = None
        for defect in self._of.get((number, case.values[self._product]), ()):
            if defect.appears_at <= at < defect.appears_at + family.lasts:
                time = _time(case, defect.key, defect.weight)
                if time < first:
                    first, chosen = time, defect
        return chosen

    def factor(self, case: Case, now: int) -> float:
        """On the time of a step of our people that starts now."""
        link: Link | None = case.link
        if link is None or link.how == DEFLECTED:
            return 1.0
        defect, family = link.defect, self._families[link.defect.family]
        if defect.solved_at <= now:
            return family.short_call if case.opened_at < defect.solved_at else 1.0
        return family.workaround if defect.found_at + family.workaround_after <= now else 1.0

    def published(self, now: int) -> int:
        """How many solutions are published at a moment."""
        return bisect_right(self._published, now)

    # ---- answers --------------------------------------------------------------------------

    def _is_solved(self, token: Token, at: Station) -> int:
        """Whether it can be solved: yes, if its defect is."""
        link: Link | None = token.case.link
        if link is None or link.defect.solved_at > self._kernel.now:
            return -1
        return self._families[link.defect.family].asked_at.get(at.number, -1)

    def _is_known(self, token: Token, at: Station) -> int:
        """What the problem is: a known one, if its defect's solution is published."""
        link: Link | None = token.case.link
        if link is None or link.defect.published_at > self._kernel.now:
            return -1
        family = self._families[link.defect.family]
        return family.known if family.known_at == at.number else -1

    def _hears(self, token: Token, at: Station, position: int, by: int) -> None:
        """An answer was given: does it solve the defect, or has the defect given it?"""
        now = int(self._kernel.now)
        link: Link | None = token.case.link
        if link is None:
            sought: Defect | None = token.case.seeks
            if sought is not None and sought.solved_at > now:
                self._may_solve(sought, token.case, at, position, now)
            return
        defect, family = link.defect, self._families[link.defect.family]
        if at.number == family.known_at:
            if by == BY_FACT:
                link.ends(DEFLECTED, now)
        elif defect.solved_at <= now:
            known = family.asked_at.get(at.number, -1), self._cut.get(at.number, -1)
            if by == BY_FACT and position in known:
                link.ends(BY_DEFECT, now)
        elif self._may_solve(defect, token.case, at, position, now):
            link.ends(SOLVED_IT, now)

    def _may_solve(self, defect: Defect, case: Case, at: Station, position: int, now: int) -> bool:
        """Whether this answer solves a defect; then it is solved."""
        family = self._families[defect.family]
        if family.solved_at.get(at.number, -1) != position:
            return False
        defect.case, defect.node = case.number, at.number
        defect.is_solved(family, now)
        if defect.published_at < NEVER:
            insort(self._published, defect.published_at)
        self.solved(defect, now)
        return True

    # ---- the log --------------------------------------------------------------------------

    def tables(self, cases: np.ndarray) -> dict[str, np.ndarray]:
        """At the end of the run: all defects, and all cases that belong to one."""
        return {
            "defects": np.array(
                [
                    (one.number, one.family, one.product, one.node, one.case, one.weight,
                     one.appears_at, one.found_at, one.solved_at,
                     self._happened(one.published_at))
                    for one in self._all
                ],
                dtype=TABLES["defects"],
            ),
            "linked": np.array(
                [
                    (link.case.number, link.defect.number, *_ended(link, cases),
                     link.case.opened_at)
                    for link in self._links
                ],
                dtype=TABLES["linked"],
            ),
        }  # fmt: skip

    def _happened(self, at: int) -> int:
        return at if at <= self._end else NEVER


def _time(case: Case, key: int, weight: float) -> float:
    if weight <= 0:
        return math.inf
    return -math.log(addresses.uniform(case.key, addresses.fold(_LINK, key))) / weight


def _ended(link: Link, cases: np.ndarray) -> tuple[int, int]:
    """How and when: a case whose defect was not solved in time found its own way, if any."""
    row = cases[link.case.number]
    if link.how != OPEN or row["closed_at"] == NEVER:
        return link.how, link.at
    return (ALONE if row["outcome"] == _SOLVED else OTHERWISE), int(row["closed_at"])
