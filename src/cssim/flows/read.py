"""Flow files: from YAML to graphs, all that is wrong with a file told at once.

Whether a graph makes sense is for `check` to say; here only its words are read.
"""

from __future__ import annotations

import functools
from pathlib import Path

from cssim.errors import FlowError
from cssim.flows import words
from cssim.flows.graph import NO_EFFECT, Call, Condition, Edge, Effect, Flow, Node, NodeKind, Text
from cssim.flows.located import Located, Problems, Reader, parse

LIBRARY = Path(__file__).parent / "library"
HANDBOOK = LIBRARY / "handbook-1.8.md"
KINDS = tuple(kind.value for kind in NodeKind)


@functools.cache
def library() -> dict[str, Flow]:
    """The ten flows of the handbook by id, in its order.

    Raises:
        FlowError: A file of the library is broken; the message names all that is.
    """
    found: dict[str, Flow] = {}
    problems: list[str] = []
    for path in sorted(LIBRARY.glob("*.yaml")):
        flow, wrong = _read(path, f"library/{path.name}")
        problems += wrong
        found[flow.id] = flow
    _raise(problems)
    return found


def load(path: str | Path) -> Flow:
    """The flow that stands in a file.

    Raises:
        FlowError: It cannot be opened, is no YAML, or has wrong words; all of them, located.
    """
    flow, problems = _read(Path(path), str(path))
    _raise(problems)
    return flow


def _raise(problems: list[str]) -> None:
    if problems:
        raise FlowError("\n".join(problems))


def _read(path: Path, name: str) -> tuple[Flow, list[str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FlowError(f"{name}: the flow cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FlowError(f"{name}: the flow cannot be read: it is no UTF-8 text") from None
    problems = Problems(name)
    flow = _FlowReader(problems).flow(parse(text, problems))
    return flow, problems.found


class _FlowReader(Reader):
    """Takes located values for the parts of a flow."""

    __slots__ = ()

    def flow(self, root: Located) -> Flow:
        """The whole file."""
        top = self.mapping(root, words.FLOW)
        nodes = self.mapping(self.needed(top, "nodes", root))
        lanes = top.get("lanes")
        return Flow(
            id=self.word(self.needed(top, "flow", root)) or "",
            title=self.title(self.needed(top, "title", root)),
            owner=self.title(self.needed(top, "owner", root)),
            customer_case=self.word(self.needed(top, "case", root), words.CASES) == "customer",
            nodes={name: self.node(name, at) for name, at in nodes.items()},
            lanes=tuple(self.title(lane) for lane in self.listed(lanes)),
            owned_by=self.word(top.get("owned_by")),
            external=self.words(top.get("external")),
            synonyms=self.pairs(top.get("synonyms")),
            file=self.problems.file,
        )

    def listed(self, at: Located | None) -> list[Located]:
        """A list of anything."""
        if at is None:
            return []
        if not isinstance(at.value, list):
            self.problems.add(at, "a list is expected")
            return []
        return at.value

    def title(self, at: Located | None) -> Text:
        """A text in both languages, as a mapping."""
        entries = self.mapping(at, words.TEXT)
        if at is None:
            return Text("", "")
        said = [self.word(self.needed(entries, name, at)) or "" for name in words.TEXT]
        return Text(*said)

    def node(self, name: str, at: Located) -> Node:
        """One box of the flow."""
        own = self.mapping(at, words.NODE)
        kind = NodeKind(self.word(self.needed(own, "kind", at), KINDS) or "step")
        return Node(
            id=name,
            kind=kind,
            doers=self.words(own.get("doers")),
            text=self.text(own, at),
            inputs=self.words(own.get("inputs")),
            outputs=self.words(own.get("outputs")),
            forms=self.words(own.get("forms")),
            rulings=self.words(own.get("rulings")),
            effect=self.effect(own.get("effect")),
            edges=self.edges(kind, own, at),
            call=self.call(own.get("call")),
            outcome=self.word(own.get("outcome"), (*words.OUTCOMES, words.INHERIT)),
            alias_of=self.word(own.get("alias_of")),
            line=at.line,
        )

    def text(self, own: dict[str, Located], at: Located) -> Text | None:
        """Both sentences of a node, or neither."""
        if "zh" not in own and "en" not in own:
            return None
        said = [self.word(self.needed(own, name, at)) or "" for name in words.TEXT]
        return Text(*said)

    def edges(
        self, kind: NodeKind, own: dict[str, Located], at: Located
    ) -> dict[str, tuple[Edge, ...]]:
        """The ways on: by answer for a decision, otherwise under the empty answer."""
        key = {NodeKind.DECISION: "answers", NodeKind.SPLIT: "branches"}.get(kind, "next")
        for other in {"answers", "branches", "next"} - {key}:
            if other in own:
                self.problems.add(own[other], f"a {kind.value} has {key}, not {other}")
        if key not in own:
            if kind is not NodeKind.END and "alias_of" not in own:
                self.problems.add(at, f"the key {key} is missing")
            return {}
        if kind is NodeKind.DECISION:
            answers = self.mapping(own[key])
            return {answer: self.ways(ways) for answer, ways in answers.items()}
        return {"": self.ways(own[key])}

    def ways(self, at: Located) -> tuple[Edge, ...]:
        """One way on, or a list of them."""
        if isinstance(at.value, list):
            return tuple(edge for one in at.value if (edge := self.edge(one)))
        edge = self.edge(at)
        return (edge,) if edge else ()

    def edge(self, at: Located) -> Edge | None:
        """A node's id, or `{when: …, to: id}`."""
        if not isinstance(at.value, dict):
            to = self.word(at)
            return Edge(to) if to else None
        own = self.mapping(at, words.EDGE)
        to = self.word(self.needed(own, "to", at))
        return Edge(to, self.condition(own.get("when"))) if to else None

    def condition(self, at: Located | None) -> Condition | None:
        """When the way may be taken."""
        if at is None:
            return None
        own = self.mapping(at, words.CONDITION)
        if at.value == {}:
            self.problems.add(at, f"a condition is expected: {', '.join(words.CONDITION)}")
        return Condition(
            answered=self.pairs(own.get("answered")),
            borrowed=self.flag(own.get("borrowed")),
            outcome=self.words(own.get("outcome"), words.OUTCOMES),
            called_from=self.word(own.get("called_from")),
        )

    def call(self, at: Located | None) -> Call | None:
        """The flow that a link calls."""
        if at is None:
            return None
        own = self.mapping(at, words.CALL)
        flow = self.word(self.needed(own, "flow", at)) or ""
        return Call(flow, self.word(own.get("at")), bool(self.flag(own.get("hand_over"))))

    def effect(self, at: Located | None) -> Effect:
        """What a node does beyond taking time."""
        if at is None:
            return NO_EFFECT
        own = self.mapping(at, words.EFFECT)
        return Effect(
            attribute=self.word(own.get("attribute")),
            by_clock=self.word(own.get("by_clock"), words.CLOCKS),
            by_outcome=self.pairs(own.get("by_outcome"), words.OUTCOMES),
            by_settlement=self.word(own.get("by_settlement"), words.SETTLEMENTS),
            parts=self.word(own.get("parts"), words.PARTS),
            stop=self.words(own.get("stop"), words.CLOCKS),
            arm=self.word(own.get("arm"), words.CLOCKS),
            renew=self.word(own.get("renew"), words.CLOCKS),
            outcome=self.word(own.get("outcome"), words.OUTCOMES),
            dedicate=bool(self.flag(own.get("dedicate"))),
            appointment=self.word(own.get("appointment"), words.APPOINTMENTS),
            on_site=bool(self.flag(own.get("on_site"))),
            cause=self.word(own.get("cause"), words.EFFECT_CAUSES),
            collect=self.word(own.get("collect")),
            meeting=bool(self.flag(own.get("meeting"))),
            everywhere=bool(self.flag(own.get("everywhere"))),
            charge=bool(self.flag(own.get("charge"))),
            late=bool(self.flag(own.get("late"))),
            cut_by_defect=bool(self.flag(own.get("cut_by_defect"))),
        )
