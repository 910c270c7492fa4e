"""The handbook's flows as graphs: nodes, edges, conditions, effects.

Everything here is a frozen value; `read` makes them from YAML, `check` judges them,
`blueprint` flattens them. The two closed lists of words that a simulation must know
stand here: the fields of `Effect` and those of `Condition`. A graph knows nothing of
people, time or chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

RETURNS = "RETURNS"  # R6: the returns flow is one activity
CUSTOMER = "customer"  # R90: takes time, never a pool
SUPPLIER = "supplier"  # R90: outside people
LATE, ELSEWHERE = "late", "solved_elsewhere"  # answers with which a step is cut


class NodeKind(StrEnum):
    """What a node is; the words are those of the flow files."""

    START = "start"
    STEP = "step"
    DECISION = "decision"
    SPLIT = "split"
    JOIN = "join"
    LINK = "link"
    END = "end"


class Outcome(StrEnum):
    """How a flow ended (R5, R8)."""

    SOLVED = "solved"
    DECLINED = "declined"
    EXCHANGED = "exchanged"
    UNSOLVED = "unsolved"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese (the document's own) and in English (ours)."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Condition:
    """When an edge may be taken; all that are given must hold. A closed list.

    Attributes:
        answered: node id → the latest answer given there in this flow instance.
        borrowed: whether the case holds borrowed parts in this flow instance.
        outcome: what this instance last got, from a call or an `outcome` effect, is one of these.
        called_from: this flow is open among the callers, near or far (R7).
    """

    answered: tuple[tuple[str, str], ...] = ()
    borrowed: bool | None = None
    outcome: tuple[str, ...] = ()
    called_from: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A way on, taken when its condition holds; without a condition, always."""

    to: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a node does beyond taking time. A closed list.

    Attributes:
        attribute: the answer is this attribute of the case (R92).
        by_clock: the answer is yes while this clock is within the promise in force (R93, R94).
        by_outcome: what this instance got from a call → the answer; asked where it got none (R28).
        by_settlement: `unused` or `replaced`: the answer is what the settlement says (R97).
        parts: `draw` what is needed, `claim` it, `lend` it, `settle` it (when the answer is
            `fixed`), `return_good`, `quarantine`, `ship` to the supplier, `use` up,
            `exchange` a unit.
        stop: clocks that stop here: `resolution` when the node is enabled,
            `first_response` when it starts (R95).
        arm: the clock that stops when the next step that is no link starts (R95).
        renew: the clock whose promise is agreed anew when the step ends (R94).
        outcome: what the instance has got once this step is done.
        dedicate: from here on the case belongs to the customer's dedicated agent (R96).
        appointment: `agree` on a moment when the step ends, `keep` it: not enabled before (R98).
        on_site: part of a visit: once begun it is finished.
        cause: `approval`: from enabled to done is time spent on an approval.
        collect: this step and those up to the named one happen once per customer asked (R80).
        meeting: an appointment of all its doers; those summoned are a scenario key (R91).
        everywhere: roles with regional pools are taken from all of them (R90).
        charge: further help is charged to the customer (R28); only recorded.
        late: it ends with the answer `late` when a limit is over (a scenario key); no ruling
            knows of it, only a scenario's own flow.
        cut_by_defect: it ends with the answer `solved_elsewhere` when the case's defect is
            solved; a scenario's own flow likewise.
    """

    attribute: str | None = None
    by_clock: str | None = None
    by_outcome: tuple[tuple[str, str], ...] = ()
    by_settlement: str | None = None
    parts: str | None = None
    stop: tuple[str, ...] = ()
    arm: str | None = None
    renew: str | None = None
    outcome: str | None = None
    dedicate: bool = False
    appointment: str | None = None
    on_site: bool = False
    cause: str | None = None
    collect: str | None = None
    meeting: bool = False
    everywhere: bool = False
    charge: bool = False
    late: bool = False
    cut_by_defect: bool = False


NO_EFFECT = Effect()


@dataclass(frozen=True, slots=True)
class Call:
    """What a link calls, where that flow is entered, and whether the caller ends there (R5, R7)."""

    flow: str
    at: str | None = None
    hand_over: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One box of a flow, with everything the document says of it.

    `edges` maps an answer to its ways on; nodes that are no decision have the single key "".
    A split's branches are the edges under "" without conditions, all taken.
    An answer none of whose edges may be taken cannot be given (R53: `hand_back`).
    """

    id: str
    kind: NodeKind
    doers: tuple[str, ...] = ()
    text: Text | None = None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    rulings: tuple[str, ...] = ()
    effect: Effect = NO_EFFECT
    edges: dict[str, tuple[Edge, ...]] = field(default_factory=dict)
    call: Call | None = None
    outcome: str | None = None  # of an end; "inherit": what the instance last got (R8)
    alias_of: str | None = None  # a table row that is another step, never visited (R42)
    line: int = 0  # in its file

    @property
    def numbered(self) -> bool:
        """Whether it is a step in a trace: unnumbered questions and links are silent."""
        return self.kind is NodeKind.STEP or (
            self.kind in (NodeKind.DECISION, NodeKind.LINK) and self.id.isdigit()
        )

    @property
    def answers(self) -> tuple[str, ...]:
        """What may be answered here, in the file's order; empty unless a decision."""
        return tuple(self.edges) if self.kind is NodeKind.DECISION else ()

    @property
    def drawn_answers(self) -> tuple[str, ...]:
        """The answers less those with which it is cut."""
        cut = {LATE: self.effect.late, ELSEWHERE: self.effect.cut_by_defect}
        return tuple(answer for answer in self.answers if not cut.get(answer))


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow of the handbook (or a user's own): its nodes by id, in the file's order.

    Attributes:
        customer_case: a customer's case (ends solved …), not a management flow (ends done).
        owned_by: the role whose first person at work here keeps the whole instance (R96).
        external: documents that come from outside the chapter.
        synonyms: a document's other name in this flow → the name it is made under.
        file: where it was read from, for messages.
    """

    id: str
    title: Text
    owner: Text
    customer_case: bool
    nodes: dict[str, Node]
    lanes: tuple[Text, ...] = ()
    owned_by: str | None = None
    external: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    file: str = ""

    @property
    def start(self) -> Node:
        """The one start node (soundness makes sure there is one)."""
        return next(node for node in self.nodes.values() if node.kind is NodeKind.START)
