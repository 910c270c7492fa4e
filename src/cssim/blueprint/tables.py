"""The shapes of the blueprint: what each table holds, in which unit, indexed by what.

All indices are positions in the lists of words in `Blueprint.terms`; -1 is "none". Times are
whole milliseconds, chances are in 0 … 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cssim.basis.distributions import Distribution
from cssim.blueprint.backlog_tables import Backlog
from cssim.blueprint.change_tables import Changes
from cssim.blueprint.demand_tables import Attribute, Source
from cssim.blueprint.fact_tables import Facts
from cssim.blueprint.people_tables import Agent, Almanac, Pools
from cssim.blueprint.rule_tables import (
    Act,
    Appointments,
    Meeting,
    Parts,
    Promises,
    Supplier,
    Survey,
    Telephone,
)
from cssim.blueprint.travel_tables import Travel


class Bit:
    """What is rare about a node; a node with none of them takes the common path.

    Plain integers, not an enumeration: they are tested millions of times.
    """

    STRUCTURE = 1 << 0  # start, end, split, join, a call that is no row of the handbook
    QUESTION = 1 << 1  # unnumbered: takes no time, asks nobody
    LINK = 1 << 2  # takes no time, unless the scenario says so
    CUSTOMER = 1 << 3  # the customer's own step
    SUPPLIER = 1 << 4  # a supplier's step, in his hours
    SEVERAL = 1 << 5  # several doers at once
    PARTS = 1 << 6  # waits for parts before it is enabled
    APPOINTMENT = 1 << 7  # not before the agreed moment
    MEETING = 1 << 8  # an appointment of all its doers
    COLLECT = 1 << 9  # once per customer asked
    AT_ENTRY = 1 << 10  # something happens when it is enabled
    AT_START = 1 << 11  # something happens when it starts
    AFTER = 1 << 12  # something happens when it ends
    OWNED = 1 << 13  # its instance belongs to one person
    APPROVAL = 1 << 14  # from enabled to done is time spent on an approval
    ON_SITE = 1 << 15  # a visit: once begun it is finished
    FACTOR = 1 << 16  # its time depends on an attribute
    CALL = 1 << 17  # calls another flow
    TRAVEL = 1 << 18  # begins with a journey
    EVERYWHERE = 1 << 19  # a role with regional pools is taken from all of them
    REVISITS = 1 << 20  # one case may come here more than once, or its visits are counted
    SKILL = 1 << 21  # asks for a skill
    PACED = 1 << 22  # its time depends on who does it
    ARRIVAL = 1 << 23  # a clock asks when its work starts after the journey
    EASED = 1 << 24  # its time is another one for cases of some defects
    CUTTABLE = 1 << 25  # it may end before it is done
    SCALED = 1 << 26  # its time may change during the run
    BEGINS = 1 << 27  # something changes once it is done
    BACK = 1 << 28  # work at base: whoever is on a site goes back first

    # which of them matter when
    TO_START = AT_START | FACTOR | TRAVEL | REVISITS | PACED | ARRIVAL | EASED | SCALED
    TO_FINISH = CUSTOMER | SUPPLIER | APPROVAL | SEVERAL | AFTER | CALL | CUTTABLE
    TO_ENTER = (
        STRUCTURE | QUESTION | LINK | CUSTOMER | SUPPLIER | SEVERAL | PARTS | APPOINTMENT | MEETING
        | COLLECT | AT_ENTRY | OWNED | APPROVAL | SKILL | CUTTABLE | BACK
    )  # fmt: skip


class Mode:
    """Where a decision's answer comes from."""

    NONE = 0
    DRAW = 1
    ATTRIBUTE = 2
    CLOCK = 3
    OUTCOME = 4
    SETTLEMENT = 5


class Kind:
    """What a node is, as a number."""

    START = 0
    STEP = 1
    DECISION = 2
    SPLIT = 3
    JOIN = 4
    LINK = 5
    END = 6


class Rule:
    """What happens at a shift's end to work that was begun."""

    FINISH = 0
    PAUSE = 1
    HAND_OVER = 2


@dataclass(frozen=True, slots=True)
class Way:
    """A conditional edge: taken if all of it holds; `to` is a node."""

    to: int
    answered: tuple[tuple[int, int], ...] = ()  # (node, answer)
    borrowed: int = -1  # 1 yes, 0 no, -1 either
    outcomes: int = 0  # bit mask over eventlog.OUTCOMES; 0: any
    called_from: int = -1  # a flow that must be open above


@dataclass(frozen=True, slots=True)
class Effects:
    """What a node does; the compiled form of `flows.graph.Effect` (clocks as numbers).

    `acts` are what clocks do there, by moment (`rule_tables.Moment`).
    """

    acts: tuple[tuple[Act, ...], ...] = ((), (), (), ())
    outcome: int = -1
    parts: str = ""
    dedicate: bool = False
    agree: bool = False
    collect_until: int = -1
    unused: bool = False  # of a settlement's answer: the question is 11a, not 11b


@dataclass(frozen=True, slots=True)
class Nodes:
    """One entry per node of every flow in force, in order of flow and file.

    `targets[n]` has one target per answer (one in all for what is no decision): a node, or
    `~k` for the conditional ways `ways[k]`. `answers[n]` are codes in `terms["answers"]`.
    `chances[n]` is indexed [attribute value][visit - 1] (the last stands for all later ones)
    and holds cumulative chances over `answers[n]`.
    """

    flow: tuple[int, ...]
    name: tuple[str, ...]
    kind: tuple[int, ...]
    bits: tuple[int, ...]
    targets: tuple[tuple[int, ...], ...]
    ways: tuple[tuple[Way, ...], ...]
    branches: tuple[tuple[int, ...], ...]  # of a split
    join: tuple[int, ...]  # of a split: where its branches meet
    answers: tuple[tuple[int, ...], ...]
    mode: tuple[int, ...]
    answer_attribute: tuple[int, ...]
    answer_map: tuple[tuple[int, ...], ...]  # attribute value or outcome → position in answers
    chance_attribute: tuple[int, ...]
    chances: tuple[tuple[tuple[tuple[float, ...], ...], ...], ...]
    guarded: tuple[bool, ...]  # drawn, but not every answer can always be given
    remember: tuple[bool, ...]  # some edge asks what was answered here
    roles: tuple[tuple[int, ...], ...]
    effects: tuple[Effects, ...]
    call: tuple[tuple[int, int, bool], ...]  # flow, node entered, hand over; (-1, -1, False)
    outcome: tuple[int, ...]  # of an end; -1: what the instance last got
    time: tuple[Distribution | None, ...]  # ms
    travel: tuple[Distribution | None, ...]  # ms
    factor_attribute: tuple[int, ...]
    factors: tuple[tuple[float, ...], ...]
    skill_attribute: tuple[int, ...]  # whose value tells the skill; -1: one for all cases
    skills: tuple[tuple[int, ...], ...]  # by its value, or a single one; -1 none; () none at all
    planned: tuple[int, ...]  # ms: expected length of a sitting that begins here
    duration_key: tuple[int, ...]  # stream keys
    answer_key: tuple[int, ...]


@dataclass(frozen=True)
class Blueprint:
    """Everything that a run needs; see the module's head for units and indices.

    Attributes:
        window: moments (window begins, window ends, run ends); the run begins at 0.
        starts: of each flow its start node.
        owned_by: of each flow the role whose person keeps an instance; -1 none.
        owner_waits: of each flow how long its owner is waited for, in his pool's hours; -1 ever.
        live: attribute and value that make a case begin as a live call; (-1, -1) none.
        dedicated_by: the attribute by which a customer's own person is found; -1 none.
        new_problem: the attribute that tells chasers apart; -1 where no flow asks.
        supplied: the attribute product, and the supplier of each of its values; (-1, ()) none.
        terms: the words behind the numbers, and what goes into the log's terms.
    """

    window: tuple[int, int, int]
    nodes: Nodes
    starts: tuple[int, ...]
    owned_by: tuple[int, ...]
    owner_waits: tuple[int, ...]
    pools: Pools
    agents: tuple[Agent, ...]
    almanac: Almanac
    attributes: tuple[Attribute, ...]
    order: tuple[int, ...]  # in which attributes are drawn
    sources: tuple[Source, ...]
    promises: Promises
    suppliers: tuple[Supplier, ...]
    parts: Parts | None
    surveys: dict[int, Survey]
    meetings: dict[int, Meeting]
    appointments: Appointments | None
    travel: Travel | None
    telephone: Telephone | None
    backlog: Backlog | None
    facts: Facts
    changes: Changes
    live: tuple[int, int]
    dedicated_by: int
    new_problem: int
    supplied: tuple[int, tuple[int, ...]]
    terms: dict[str, Any]
