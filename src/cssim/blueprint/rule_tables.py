"""The shapes of the blueprint's rules: promises, suppliers, parts, surveys, meetings.

All indices are positions in the lists of words in `Blueprint.terms`; -1 is "none". Times are
whole milliseconds, chances are in 0 … 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from cssim.basis.calendars import OpenHours
from cssim.basis.distributions import Distribution
from cssim.eventlog import CAUSES

RETURNS = len(CAUSES)  # the returns flow as a cause that pauses; the log has no such cause


class Moment:
    """When, of a node, something happens to clocks."""

    REACHED = 0  # it is enabled
    STARTED = 1
    ARRIVED = 2  # work starts after the journey
    COMPLETED = 3


class Deed:
    """What happens to clocks at a node; of one moment, in this order."""

    STOP = 0  # of a clock
    GO_ON = 1  # after waiting for a cause
    CLASSIFY = 2  # its severity is judged anew
    RENEW = 3  # a new promise is agreed (R94)
    ARM = 4  # the next step that is started stops the first response (R95)
    TIER = 5  # the case is with a tier
    SUPPLIER = 6  # the case is with its supplier (1), or no longer (0)
    WAIT = 7  # for a cause, until the node is completed
    START = 8  # of a clock


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happens to clocks at a node, perhaps only after one answer.

    `subject` is the clock, the cause or the tier (-1: one to which nothing is promised).
    """

    deed: int
    subject: int = -1
    answer: int = -1


@dataclass(frozen=True, slots=True)
class Contract:
    """Which promise: targets by clock and severity, in open ms of each clock's hours."""

    hours: tuple[tuple[OpenHours, ...], ...]  # [clock]: one per region, or one for all
    targets: tuple[tuple[int, ...], ...]  # [clock][severity value]; () is not promised


@dataclass(frozen=True, slots=True)
class Nested:
    """What a tier, or a supplier, has promised for each stay of a case with it."""

    scope: int  # as the log has it; 0: nothing is promised
    hours: tuple[OpenHours, ...]  # one per region, or a single one for all
    targets: tuple[int, ...]  # by severity value, open ms
    pauses: int  # bit mask over causes


@dataclass(frozen=True, slots=True)
class Reopening:
    """Who comes back with the same matter, how long after, and whether the clocks go on."""

    chance: float
    after: Distribution
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a severity is judged anew: cumulative chances by the one before; () it stays."""

    key: int
    chances: tuple[tuple[float, ...], ...]


class Order:
    """In which order work is taken from a line."""

    DUE = 0
    FIFO = 1
    STRICT_FIFO = 2
    EDD = 3
    LEAST_SLACK = 4
    AGEING = 5
    FORMULA = 6


class Quantity:
    """What a formula of an order names, as positions among its values."""

    SEVERITY = 0
    WAITING = 1
    TIME_LEFT = 2
    PLANNED = 3
    KEY_ACCOUNT = 4
    TRAVEL = 5
    LIVE = 6


@dataclass(frozen=True, slots=True)
class Promises:
    """The rules of the service-level clocks."""

    contracts: tuple[Contract, ...]
    attribute: int  # its value chooses the contract
    contract_of: tuple[int, ...]
    severity: int  # the attribute
    flows: frozenset[int]
    pauses: tuple[int, ...]  # per clock: bit mask over causes, `RETURNS` the last of them
    opening: tuple[int, ...]  # clocks that start when a case opens
    repeats: frozenset[int]  # clocks of which a lap begins when one ends
    tiers: tuple[Nested, ...]
    suppliers: tuple[Nested, ...]  # one for every supplier; () none has promised anything
    reopening: Reopening | None
    judgements: dict[int, Judgement]  # by node
    renewal: int  # ms; -1: the original target
    order: int  # an `Order`: of claims for several people
    ageing: int  # ms of waiting that count as one step of severity
    no_promise_severity: int
    no_promise_due: int  # ms after it is enabled
    key_account: tuple[int, int]  # the attribute and its word; (-1, -1) none


@dataclass(frozen=True, slots=True)
class Supplier:
    """Outside people: their hours without their silences, and how long each step takes them."""

    hours: OpenHours
    times: dict[int, Distribution]  # by node


@dataclass(frozen=True, slots=True)
class Need:
    """A part that may be needed: how likely, and how many units (cumulative over 1, 2, …)."""

    part: int
    chance: float
    units: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Stocking:
    """What one place keeps of one part, when more is ordered, and how it comes."""

    place: int  # a region, or after them a stock point
    part: int
    address: int  # of the place's draws
    initial: int
    reorder_point: int
    order_quantity: int  # 0: up to a level
    order_up_to: int
    source: int  # the place that it is ordered from; -1: the supplier
    transport: Distribution
    reviews: tuple[int, ...] | None  # when it is looked at; None: at once


@dataclass(frozen=True, slots=True)
class Shipping:
    """How a case gets parts from one place; -1 is the supplier."""

    place: int
    time: Distribution | None
    keeps: int
    # an attribute and its words, for whose cases alone it is; -1: for all
    of: tuple[int, frozenset[int]] = (-1, frozenset())


@dataclass(frozen=True, slots=True)
class Bench:
    """Where bad units of some parts are repaired by our own people."""

    source: int  # of its cases
    parts: frozenset[int]
    exchanged: bool
    to: int  # a place; -1: where they came from
    at: int  # the place where it is; -1: where they came from
    transport: Distribution | None  # there, and back


@dataclass(frozen=True, slots=True)
class Parts:
    """Part types, what products need of them, and how they come and go."""

    supplier: tuple[int, ...]  # of each part
    product: int  # the attribute
    unit: tuple[int, ...]  # of each product: the part that RETURNS exchanges; -1 none
    visit: tuple[tuple[Need, ...], ...]  # of each product
    use: dict[int, tuple[tuple[Need, ...], ...]]  # node → by product
    repairable: tuple[bool, ...]  # of each part
    substitutes: tuple[tuple[int, ...], ...]
    stock: tuple[Stocking, ...]
    sourcing: dict[int, tuple[Shipping, ...]]  # by region; without one its own shelf alone
    benches: tuple[Bench, ...]
    components: tuple[tuple[Need, ...], ...]  # of each part
    repair_time: dict[int, Distribution]  # by supplier, ms
    wrong: float
    used: float
    replaced: float
    repaired: float
    batch: int


@dataclass(frozen=True, slots=True)
class Survey:
    """How many are asked, how many answer, and how long one waits for them."""

    asked: int
    answering: float
    period: int
    time: Distribution


@dataclass(frozen=True, slots=True)
class Meeting:
    """How long before it is called, and who is summoned: people, or a share below one, by role."""

    notice: int
    summoned: dict[int, float]


@dataclass(frozen=True, slots=True)
class Appointments:
    """From agreeing on a visit to the agreed moment, and when visits can be."""

    lead: Distribution
    hours: tuple[OpenHours, ...]  # one per region, or a single one for all
    windows: tuple[tuple[tuple[int, int], ...], ...] = ()  # the same, moments; () no bookings


@dataclass(frozen=True, slots=True)
class Telephone:
    """How callers wait, and who of them calls again."""

    patience: Distribution | None
    factor_attribute: int  # -1: none
    factors: tuple[float, ...]  # on the patience, by the attribute's value
    redial: float  # chance; 0: nobody
    delay: Distribution | None
    same_patience: bool
    after_call: Distribution | None
    callback_after: int  # ms
    callback: float  # chance; 0: nobody
    overflow_after: int  # ms
    overflow_to: tuple[int, ...]  # by region; -1: nowhere
