"""Flows as tables: every node of every flow in force becomes a number.

Conditions and effects become numbers too; chances and times come from the scenario. It knows
nothing of people's calendars, demand or parts.
"""

from __future__ import annotations

from typing import Any

from cssim.basis import draws
from cssim.basis.distributions import Distribution
from cssim.blueprint import changes, facts, returns
from cssim.blueprint.acts import ActsOfNodes
from cssim.blueprint.people import paced_roles
from cssim.blueprint.planned import planned_lengths
from cssim.blueprint.tables import Bit, Effects, Kind, Mode, Nodes, Way
from cssim.blueprint.travel import OfNodes
from cssim.blueprint.words import Words, by_visit
from cssim.eventlog import OUTCOMES
from cssim.flows import graph

_KINDS = {kind: getattr(Kind, kind.name) for kind in graph.NodeKind}
_NOWHERE = (-1, -1, False)


class NodeTables:
    """Fills the columns of `Nodes`, one node after another."""

    def __init__(self, scenario: Any, graphs: dict[str, graph.Flow], words: Words) -> None:
        self.scenario = scenario
        self.graphs = graphs
        self.words = words
        self.acts = ActsOfNodes(scenario, graphs, words)
        self.columns: dict[str, list[Any]] = {name: [] for name in Nodes.__dataclass_fields__}
        self.ways: list[tuple[Way, ...]] = []
        self._paced = paced_roles(scenario)
        self._travel = OfNodes(scenario, graphs, words)
        self._eased = facts.changes_times(scenario)
        self._scaled = changes.changed(scenario, "times")
        self._beginning = changes.beginning(scenario)

    def build(self) -> Nodes:
        """All nodes, in order of flow and file."""
        asked = returns.asked(self.graphs)
        counted = facts.counted(self.scenario)
        for flow_id in self.words.flows:
            flow = self.graphs[flow_id]
            again = returns.revisited(flow, self.graphs) | counted.get(flow_id, set())
            for node in flow.nodes.values():
                self._add(flow, node, (flow_id, node.id) in asked, node.id in again)
        self.columns["planned"] = planned_lengths(self.columns, self.ways, self._travel.apart())
        columns = {name: tuple(column) for name, column in self.columns.items()}
        columns["ways"] = tuple(self.ways)
        return Nodes(**columns)

    # ---- one node -------------------------------------------------------------------------

    def _add(self, flow: graph.Flow, node: graph.Node, asked: bool, again: bool) -> None:
        add = {name: column.append for name, column in self.columns.items()}
        key = graph.RETURNS if node.id == graph.RETURNS else f"{flow.id}/{node.id}"
        targets = [self._target(flow, edges) for edges in node.edges.values()]
        time, journey, factor = self._time(node, key)
        add["flow"](self.words.flows.index(flow.id))
        add["name"](node.id)
        add["kind"](_KINDS[node.kind])
        add["targets"](tuple(targets if node.kind is not graph.NodeKind.SPLIT else [-1]))
        add["branches"](self._branches(flow, node))
        add["join"](self._join(flow, node))
        add["answers"](tuple(self.words.answer(word) for word in node.answers))
        add["roles"](
            tuple(
                self.words.roles.index(role)
                for role in node.doers
                if role not in (graph.CUSTOMER, graph.SUPPLIER)
            )
        )
        add["call"](self._call(node))
        add["outcome"](_code(OUTCOMES, node.outcome) if node.outcome != "inherit" else -1)
        add["time"](time)
        add["travel"](journey)
        add["factor_attribute"](factor[0])
        add["factors"](factor[1])
        skill_attribute, skills = self._skills(node, key)
        add["skill_attribute"](skill_attribute)
        add["skills"](skills)
        add["remember"](asked)
        add["duration_key"](draws.text_key(f"duration/{flow.id}/{node.id}"))
        add["answer_key"](draws.text_key(f"answer/{flow.id}/{node.id}"))
        add["effects"](self._effects(flow, node))
        self._add_answers(flow, node)
        bits = self._bits(flow, node, asked, time, journey, factor[0], again)
        if time is not None and not bits & Bit.STRUCTURE:
            bits |= self._travel.bits(flow, node)
            bits |= Bit.SKILL if skills else 0
            bits |= Bit.PACED if self._paced.intersection(node.doers) else 0
            bits |= Bit.SCALED if key in self._scaled else 0
        if key in self._beginning:
            bits |= Bit.BEGINS | Bit.AFTER
        add["bits"](bits)

    def _target(self, flow: graph.Flow, edges: tuple[graph.Edge, ...]) -> int:
        """A node, or `~k` for the k-th list of conditional ways."""
        if len(edges) == 1 and edges[0].when is None:
            return self.words.nodes[flow.id, edges[0].to]
        self.ways.append(tuple(self._way(flow, edge) for edge in edges))
        return ~(len(self.ways) - 1)

    def _way(self, flow: graph.Flow, edge: graph.Edge) -> Way:
        to = self.words.nodes[flow.id, edge.to]
        when = edge.when
        if when is None:
            return Way(to)
        return Way(
            to,
            tuple(
                (self.words.nodes[flow.id, node], self.words.answer(word))
                for node, word in when.answered
            ),
            -1 if when.borrowed is None else int(when.borrowed),
            sum(1 << OUTCOMES.index(word) for word in when.outcome),
            self.words.flows.index(when.called_from)
            if when.called_from in self.words.flows
            else (-1 if when.called_from is None else len(self.words.flows)),
        )

    def _branches(self, flow: graph.Flow, node: graph.Node) -> tuple[int, ...]:
        if node.kind is not graph.NodeKind.SPLIT:
            return ()
        return tuple(self.words.nodes[flow.id, edge.to] for edge in node.edges[""])

    def _join(self, flow: graph.Flow, node: graph.Node) -> int:
        """Where the branches of a split meet: the first join at its own depth."""
        if node.kind is not graph.NodeKind.SPLIT:
            return -1
        depth, at = 0, flow.nodes[node.edges[""][0].to]
        while True:
            if at.kind is graph.NodeKind.JOIN:
                if depth == 0:
                    return self.words.nodes[flow.id, at.id]
                depth -= 1
            elif at.kind is graph.NodeKind.SPLIT:
                depth += 1
            at = flow.nodes[next(iter(at.edges.values()))[-1].to]

    def _call(self, node: graph.Node) -> tuple[int, int, bool]:
        call = node.call
        if call is None:
            return _NOWHERE
        at = self.words.nodes[call.flow, call.at] if call.at is not None else -1
        return self.words.flows.index(call.flow), at, call.hand_over

    def _effects(self, flow: graph.Flow, node: graph.Node) -> Effects:
        effect = node.effect
        return Effects(
            acts=self.acts.of(flow, node),
            outcome=_code(OUTCOMES, effect.outcome),
            parts=effect.parts or "",
            dedicate=effect.dedicate,
            agree=effect.appointment == "agree",
            collect_until=self.words.nodes[flow.id, effect.collect] if effect.collect else -1,
            unused=effect.by_settlement == "unused",
        )

    def _time(
        self, node: graph.Node, key: str
    ) -> tuple[Distribution | None, Distribution | None, tuple[int, tuple[float, ...]]]:
        work = self.scenario.work.get(key)
        if work is None or not node.doers:
            return None, None, (-1, ())
        factor: tuple[int, tuple[float, ...]] = (-1, ())
        if work.factors:
            attribute, by_value = next(iter(work.factors.items()))
            words = self.words.attribute_words[attribute]
            factor = (
                self.words.attributes.index(attribute),
                tuple(float(by_value.get(word, 1.0)) for word in words),
            )
        return work.time, work.travel, factor

    def _skills(self, node: graph.Node, key: str) -> tuple[int, tuple[int, ...]]:
        """The attribute that tells which skill is asked for, and the skills by its values."""
        work = self.scenario.work.get(key)
        if work is None or work.skill is None or not node.doers:
            return -1, ()
        numbers = {skill: number for number, skill in enumerate(self.words.skills)}
        if isinstance(work.skill, str):
            return -1, (numbers[work.skill],)
        attribute, by_word = next(iter(work.skill.items()))
        words = self.words.attribute_words[attribute]
        return self.words.attributes.index(attribute), tuple(
            numbers[by_word[word]] if word in by_word else -1 for word in words
        )

    # ---- answers --------------------------------------------------------------------------

    def _add_answers(self, flow: graph.Flow, node: graph.Node) -> None:
        add = {name: column.append for name, column in self.columns.items()}
        effect, words = node.effect, list(node.answers)
        mode, attribute = Mode.NONE, -1
        answer_map: tuple[int, ...] = ()
        if effect.attribute is not None:
            mode, attribute = Mode.ATTRIBUTE, self.words.attributes.index(effect.attribute)
            values = self.words.attribute_words[effect.attribute]
            answer_map = tuple(words.index(value) if value in words else -1 for value in values)
        elif effect.by_clock is not None:
            mode, answer_map = Mode.CLOCK, (words.index("yes"), words.index("no"))
        elif effect.by_settlement is not None:
            mode, answer_map = Mode.SETTLEMENT, (words.index("yes"), words.index("no"))
        elif effect.by_outcome:
            by_outcome = dict(effect.by_outcome)
            mode = Mode.OUTCOME
            answer_map = tuple(
                words.index(by_outcome[word]) if word in by_outcome else -1 for word in OUTCOMES
            )
        elif words:
            mode = Mode.DRAW
        add["mode"](mode)
        add["answer_attribute"](attribute)
        add["answer_map"](answer_map)
        add["guarded"](
            mode == Mode.DRAW and any(edges[-1].when is not None for edges in node.edges.values())
        )
        given, chances = self._chances(flow, node, words)
        add["chance_attribute"](given)
        add["chances"](chances)

    def _chances(self, flow: graph.Flow, node: graph.Node, words: list[str]) -> tuple[int, Any]:
        entry = self.scenario.answers.get(f"{flow.id}/{node.id}")
        if entry is None or not words:
            return -1, ((tuple(1.0 for _ in words),),)
        rows = [entry.weights]
        given = -1
        if entry.given:
            attribute, by_value = next(iter(entry.given.items()))
            given = self.words.attributes.index(attribute)
            values = self.words.attribute_words[attribute]
            rows = [by_value.get(value, entry.weights) for value in values]
        later = {int(visit): weights for visit, weights in (entry.visits or {}).items()}
        return given, tuple(by_visit(row, later, words) for row in rows)

    # ---- what is rare ---------------------------------------------------------------------

    def _bits(
        self, flow: graph.Flow, node: graph.Node, asked: bool, time: Distribution | None,
        journey: Distribution | None, factor: int, again: bool,
    ) -> int:  # fmt: skip
        kind, effect = node.kind, node.effect
        people = [role for role in node.doers if role not in (graph.CUSTOMER, graph.SUPPLIER)]
        if kind in (graph.NodeKind.START, graph.NodeKind.END, graph.NodeKind.SPLIT) or (
            kind is graph.NodeKind.JOIN or (kind is graph.NodeKind.LINK and not node.numbered)
        ):
            return Bit.STRUCTURE
        question = kind is graph.NodeKind.DECISION and not node.numbered and time is None
        owned = flow.owned_by is not None and flow.owned_by in people
        enabled, started, arrived, completed = map(bool, self.columns["effects"][-1].acts)
        takes = effect.parts in ("lend", "use", "exchange")
        after = asked or effect.outcome or effect.dedicate
        tests: dict[int, bool] = {
            Bit.QUESTION: question,
            Bit.LINK: kind is graph.NodeKind.LINK and time is None,
            Bit.CALL: node.call is not None,
            Bit.CUSTOMER: not people and graph.CUSTOMER in node.doers and not effect.collect,
            Bit.SUPPLIER: not people and graph.SUPPLIER in node.doers,
            Bit.SEVERAL: (len(people) > 1 or effect.everywhere or effect.meeting) and not question,
            Bit.PARTS: takes,
            Bit.APPOINTMENT: effect.appointment == "keep",
            Bit.MEETING: effect.meeting,
            Bit.COLLECT: bool(effect.collect),
            Bit.AT_ENTRY: enabled,
            Bit.AT_START: started or owned or takes,
            Bit.AFTER: bool(
                after or completed or effect.parts or effect.appointment == "agree"
                or len(people) > 1 or effect.everywhere or effect.meeting
            ),
            Bit.OWNED: owned and not question,
            Bit.APPROVAL: effect.cause == "approval",
            Bit.ON_SITE: effect.on_site or journey is not None,
            Bit.FACTOR: factor >= 0,
            Bit.TRAVEL: journey is not None,
            Bit.ARRIVAL: arrived,
            Bit.EVERYWHERE: effect.everywhere,
            Bit.REVISITS: again,
            Bit.CUTTABLE: effect.late or effect.cut_by_defect,
            Bit.EASED: self._eased and bool(people) and time is not None,
        }  # fmt: skip
        return sum(bit for bit, holds in tests.items() if holds)


def _code(words: tuple[str, ...], word: str | None) -> int:
    return words.index(word) if word else -1
