"""How likely it is what a source's cases are, and what is answered at a decision.

By the weights that the scenario gives; of recorded cases, by how often a file has each word.
It knows nothing of where an answer leads.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cssim.basis import recorded
from cssim.errors import ScenarioError
from cssim.flows.graph import Effect, Flow, Node
from cssim.scenario import installed
from cssim.scenario.model import Scenario

STAYS = 1 - 1e-12  # a loop that nothing leaves is gone round a huge number of times, not for ever
NEW_PROBLEM = "new_problem"  # R93: no for a chaser, yes for all others
Known = tuple[tuple[str, str], ...]  # attributes that are settled, and their words
Drawn = tuple[str, float, Known]  # a word, its chance, what is settled then


class Chances:
    """The chances of one source's cases in some flows.

    An attribute is settled when it is first asked for, if something else depends on it: then
    all that ask agree (R92). `late` is the chance that a promise is not kept when a decision asks.
    """

    def __init__(
        self, scenario: Scenario, source: str, flows: Iterable[Flow], late: float = 0.0
    ) -> None:
        self.scenario = scenario
        self.source = source
        self.late = late
        self._shared = {name for name, times in Counter(self._asked(flows)).items() if times > 1}
        self._columns: dict[str, Counter[str]] = {}

    def _asked(self, flows: Iterable[Flow]) -> Iterator[str]:
        """Attributes, once for everything that depends on one."""
        for flow in flows:
            for node in flow.nodes.values():
                yield from (name for name in (node.effect.attribute,) if name)
                if entry := self.scenario.answers.get(f"{flow.id}/{node.id}"):
                    yield from entry.given or ()
                if work := self.scenario.work.get(f"{flow.id}/{node.id}"):
                    yield from work.factors or ()
        yield from (spec.given for spec in self.scenario.attributes.values() if spec.given)

    # ---- what a case is ---------------------------------------------------------------------

    def of(self, attribute: str, known: Known) -> list[Drawn]:
        """The words that an attribute may be, once some others are settled."""
        settled = dict(known)
        if attribute in settled:
            return [(settled[attribute], 1.0, known)]
        found = []
        for weights, chance, then in self._weights(attribute, known):
            for word, share in shares(weights).items():
                more = ((attribute, word),) if attribute in self._shared else ()
                found.append((word, chance * share, tuple(sorted((*then, *more)))))
        return found

    def _weights(
        self, attribute: str, known: Known
    ) -> Iterator[tuple[Mapping[str, float], float, Known]]:
        """Its weights, with the chance of each row of them and what is settled there."""
        source: Any = self.scenario.demand[self.source]
        own = (source.attributes or {}).get(attribute)
        told = self.told(own) if own is not None and source.kind == "file" else {}
        if told:
            yield told, 1.0, known
            return
        spec: Any = self.scenario.attributes[attribute]
        if own is not None and source.kind != "file":
            spec = own
        for own, of_all in self._by_arrival(attribute, spec):
            if not own.given:
                yield own.weights, of_all, known
                continue
            for word, chance, then in self.of(own.given, known):
                yield own.weights[word], of_all * chance, then

    def _by_arrival(self, attribute: str, spec: Any) -> Iterator[tuple[Any, float]]:
        """What an attribute is drawn by, with its share of all requests (see `installed`)."""
        source: Any = self.scenario.demand[self.source]
        told = getattr(source, "dead_on_arrival", None)
        if told is None or attribute not in told.attributes:
            yield spec, 1.0
            return
        failures, dead = installed.expected(source, self.scenario.time)
        if failures or not dead:
            yield spec, failures / (failures + dead) if dead else 1.0
        if dead:
            yield told.attributes[attribute], dead / (failures + dead)

    def told(self, column: Any) -> dict[str, float]:
        """How often the source's file says each word in a column."""
        file = self.scenario.demand[self.source].file  # type: ignore[union-attr]
        if column.column not in self._columns:
            self._columns[column.column] = Counter(cells(file, column.column))
        return _words_of(self._columns[column.column], column)

    # ---- what is answered -------------------------------------------------------------------

    def answers(
        self, flow: Flow, node: Node, got: str | None, visit: int, known: Known
    ) -> list[Drawn]:
        """The answers of a decision, where a called flow came back with an outcome or not."""
        effect = node.effect
        by_outcome = dict(effect.by_outcome).get(got or "")
        if by_outcome is not None:
            return [(by_outcome, 1.0, known)]
        if effect.attribute:
            return self.of(effect.attribute, known)
        if effect.by_clock:
            return self._kept(known)
        if effect.by_settlement:
            return self._settled(effect.by_settlement == "unused", known)
        drawn = self._drawn(f"{flow.id}/{node.id}", visit, known)
        wrong = self._wrong(effect)
        if not wrong:
            return drawn
        others = [(word, chance * (1 - wrong), then) for word, chance, then in drawn]
        return [("next_visit", wrong, known), *others]

    def _wrong(self, effect: Effect) -> float:
        """How likely a visit has the wrong parts, as if it always had borrowed some."""
        parts = self.scenario.parts
        return (parts.wrong or 0.0) if parts and effect.parts == "settle" else 0.0

    def _kept(self, known: Known) -> list[Drawn]:
        sla, flow = self.scenario.sla, self.scenario.demand[self.source].flow
        late = self.late if sla is not None and flow in sla.applies_to else 0.0
        return [("yes", 1 - late, known), ("no", late, known)]

    def _settled(self, unused: bool, known: Known) -> list[Drawn]:
        """R97, as if one unit had been lent."""
        parts = self.scenario.parts
        used = parts.used if parts else 0.0
        yes = 1 - used if unused else used * (parts.replaced if parts else 0.0)
        return [("yes", yes, known), ("no", 1 - yes, known)]

    def _drawn(self, key: str, visit: int, known: Known) -> list[Drawn]:
        entry = self.scenario.answers[key]
        rows = [(entry.weights, 1.0, known)]
        if entry.given:
            attribute, given = next(iter(entry.given.items()))
            rows = [
                (given.get(word, entry.weights), chance, then)
                for word, chance, then in self.of(attribute, known)
            ]
        later = {int(first): weights for first, weights in (entry.visits or {}).items()}
        since = max((first for first in later if first <= visit), default=0)
        return [
            (word, chance * share, then)
            for weights, chance, then in rows
            for word, share in shares(later.get(since, weights)).items()
        ]

    def last_visit(self, key: str) -> int:
        """From which visit on a decision's chances stay the same."""
        entry = self.scenario.answers.get(key)
        return max((int(visit) for visit in (entry.visits if entry else None) or ()), default=1)


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as shares of their sum."""
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items() if total}


def _words_of(rows: Counter[str], column: Any) -> dict[str, float]:
    """How often a file says each of the scenario's words; what it leaves blank is drawn."""
    values = column.values or {}
    counted: Counter[str] = Counter()
    for said, times in rows.items():
        counted[values.get(said, said if column.otherwise is None else column.otherwise)] += times
    del counted[""]
    return dict(counted)


def cells(file: str, heading: str) -> list[str]:
    """A column of a file of recorded cases.

    Raises:
        ScenarioError: the file cannot be read.
    """
    path = Path(file)
    try:
        with recorded.opened(path) as stream:
            return [row[heading] for row in csv.DictReader(stream, restval="")]
    except recorded.BROKEN:
        raise ScenarioError(f"{path.name}: no CSV file that can be read") from None
