"""Findings: what a survey or a report says of the requests that were closed, so that steps follow.

Every request that closes is filed with what its customer's score would be, and whether he tells
it. A finding is of the time from the opening of the case before of its flow (or from the run's
begin) until the opening of this one. The score is a model: whoever has a better one replaces it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

import numpy as np

from cssim.basis import draws as addresses
from cssim.basis.moments import DAY
from cssim.blueprint.change_tables import Effect, Satisfaction
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER, TABLES
from cssim.sim.promises import FIRST_RESPONSE, RESOLUTION
from cssim.sim.roster import Roster
from cssim.sim.state import Case

_ANSWERS = addresses.text_key("satisfaction/answers")


class Findings:
    """Everything that was filed, and what is found in it."""

    def __init__(self, blueprint: Blueprint, roster: Roster) -> None:
        self._rules = blueprint.changes.satisfaction
        self._product = blueprint.facts.product
        self._roster = roster
        self._at: list[int] = []
        self._values: list[Sequence[int]] = []
        self._rows: list[tuple[int, int, float, int]] = []
        self._openings: dict[int, list[int]] = {}  # by flow, when its cases opened

    def opened(self, case: Case) -> None:
        """A case opens: its end is to be filed, or the openings of its flow part what is found."""
        case.simple = False
        if self._roster.is_management(case.number):
            self._openings.setdefault(case.flow, []).append(case.opened_at)

    def closed(self, case: Case, now: int) -> None:
        """A case is closed; a request is filed."""
        if not self._roster.is_request(case.number):
            return
        self._at.append(now)
        self._values.append(case.values)
        if self._rules is not None:
            told = addresses.uniform(case.key, _ANSWERS) < self._rules.answering
            self._rows.append((case.number, int(told), score(case, self._rules, now), now))

    def call_for(self, effect: Effect, case: Case) -> bool:
        """Whether an effect follows from what a case of management has found."""
        filed = self._filed(case)
        if not self._is_below(effect.below, filed):
            return False
        return not effect.repeated or self._most(effect, filed)[1] > effect.more_than

    def product_of(self, effect: Effect, case: Case) -> int:
        """The product of the sort that a case of management found most often; -1 of none."""
        sort, _ = self._most(effect, self._filed(case))
        return dict(zip(effect.repeated, sort, strict=False)).get(self._product, -1)

    def _filed(self, case: Case) -> slice:
        """What was filed since the opening of its flow's case before."""
        before = [at for at in self._openings.get(case.flow, ()) if at < case.opened_at]
        first = bisect_left(self._at, max(before, default=0))
        return slice(first, bisect_left(self._at, case.opened_at))

    def _is_below(self, limit: float, filed: slice) -> bool:
        if limit == NEVER:
            return True
        scores = [score for _, told, score, _ in self._rows[filed] if told]
        return math.fsum(scores) < limit * len(scores)

    def _most(self, effect: Effect, filed: slice) -> tuple[tuple[int, ...], int]:
        """The sort of which most was filed (of several the first that was), and how much."""
        attribute, words = effect.only
        sorts = Counter(
            tuple(values[number] for number in effect.repeated)
            for values in self._values[filed]
            if attribute < 0 or values[attribute] in words
        )
        return sorts.most_common(1)[0] if sorts else ((), 0)

    def table(self) -> np.ndarray:
        """The score of every request that was closed."""
        return np.array(self._rows, dtype=TABLES["scores"])


def score(case: Case, rules: Satisfaction, now: int) -> float:
    """What a customer would give: the best, less days, broken promises, and visits again."""
    clocks = case.promise.clocks if case.promise is not None else {}
    breaches = sum(clocks[c].broken for c in (FIRST_RESPONSE, RESOLUTION) if c in clocks)
    visits = max(((case.visits or {}).get(node, 1) for node in rules.visits), default=1)
    days = (now - case.opened_at) / DAY
    lost = rules.day * days + rules.breach * breaches + rules.visit * (visits - 1)
    return max(0.0, rules.best - lost)


def are_made(blueprint: Blueprint) -> bool:
    """Whether anything is asked of what was filed."""
    changes = blueprint.changes
    return changes.satisfaction is not None or any(one.repeated for one in changes.effects)
