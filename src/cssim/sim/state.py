"""What a run is made of: cases, instances of flows, and the tokens that walk.

Each is a numbered slot of plain values. They do nothing by themselves. Most values of most
slots are never touched, so they stand as defaults in the class, and making a slot is cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cssim.eventlog import CASE_KINDS, NEVER
from cssim.sim.kernel import Happening

if TYPE_CHECKING:
    from cssim.sim.clocks import Before, Promise
    from cssim.sim.pools import Pool
    from cssim.sim.stations import Station

# why a token that lies in the queue will wake; 0: its activity completes. One that waits for a
# part lies in no queue, nor does a caller who has not been answered, or who waits for anybody
# now because his dedicated agent was waited for long enough.
DELAYED, CUT, RESTART, DUE, FOR_PART, RINGING, RESUMED, ASLEEP, GIVEN_UP = range(1, 10)

# what a case is
REQUEST, CHASER, MANAGEMENT, REOPENED, REPAIR = range(len(CASE_KINDS))


class Instance:
    """One flow worked through for a case.

    `caller` is where it returns to (with `return_node` the link there); `called_by` and
    `called_at` tell who called it, also where that instance has handed over to it (R7). `got`
    is the outcome it last got from a call or a step, `handed` the instances that ended by
    handing over to it and share its outcome. `former` was its `owner` and is so no more, as long
    as nobody has taken it over.
    """

    caller: Instance | None = None
    called_by = -1
    called_at = -1
    return_node = -1
    entered = -1
    got = -1
    owner = -1
    former = -1
    answers: dict[int, int] | None = None
    borrowed = False
    loan: Any = None
    agreed = -1
    booking: Any = None
    closed_at = NEVER
    handed: list[Instance] | None = None
    joined: dict[int, int] | None = None

    def __init__(self, number: int, flow: int, opened_at: int) -> None:
        self.number = number
        self.flow = flow
        self.opened_at = opened_at

    def open_above(self, flow: int) -> bool:
        """Whether an instance of the flow is open among the callers, near or far (R7)."""
        above = self.caller
        while above is not None:
            if above.flow == flow:
                return True
            above = above.caller
        return False


class Call:
    """A caller's attempts: the number and moment of the latest, and whether it waits.

    `region` is where he calls, wherever he is put through to.
    """

    __slots__ = ("answered", "at", "attempt", "first_at", "number", "region", "waits")

    def __init__(self, first_at: int, region: int) -> None:
        self.first_at = self.at = first_at
        self.region = region
        self.number = self.attempt = 0
        self.answered = self.waits = False


class Case(Instance):
    """One customer's matter (or one run of a management flow), from opening to closing.

    It is its own outermost instance. `values` are its attributes as codes, `due` the moment of
    the promise that runs out next (`NEVER`: none), `place` the region whose people work on it,
    `key` its address, `luck` the `dealt` numbers that were drawn for it in advance.
    The rest of what it is stands in the roster. `simple`: its end is nobody else's business
    (no promise, no calls). `recorded`: as an instance it has a row of its own, because the table
    of cases does not tell all (its owner, a hand-over).
    """

    contract = -1
    recorded = False
    dedicated = -1
    formerly_dedicated = -1
    due = NEVER
    armed = False
    tokens = 1
    chased = 0
    promise: Promise | None = None
    had: Before | None = None  # of a case that goes on: what its clocks had used up
    call: Call | None = None
    unit: tuple[int, int, int] | None = None  # of a population: source, unit, which of its cases
    visits: dict[int, int] | None = None
    link: Any = None  # to a defect
    seeks: Any = None  # of a search that a finding has begun: the defect that it is for
    mends: Any = None  # of a case of a bench: the unit that it repairs
    script: Any = None

    def __init__(
        self, number: int, flow: int, place: int, severity: int, values: Sequence[int],
        key: int, dealt: int, luck: Sequence[Any], opened_at: int,
    ) -> None:  # fmt: skip
        self.number = number
        self.flow = flow
        self.place = place
        self.severity = severity
        self.values = values
        self.key = key
        self.dealt = dealt
        self.luck = luck
        self.opened_at = opened_at
        # asked for at every step: reading a default from the class costs more than setting it
        self.simple = True
        self.dedicated = -1
        self.armed = False

    def visit(self, node: int) -> int:
        """Count one more visit to a node, and say which it is."""
        if self.visits is None:
            self.visits = {}
        visit = self.visits[node] = self.visits.get(node, 0) + 1
        return visit

    def next_visit(self, node: int) -> int:
        """Which visit to a node would be the next."""
        return (self.visits.get(node, 0) if self.visits else 0) + 1


class Token(Happening):
    """Where a case, or one branch of it, stands.

    It is itself the event in SimPy's queue: entered for a node, it waits (in a line, for a
    part, for an appointment; never in the queue for people), is started by somebody, lies in
    the queue until its activity completes, and goes on. `at` is its station; `pool` and
    `agent` are whose sitting it is in.
    """

    __slots__ = (
        "agent", "at", "began", "before", "case", "enabled", "instance", "left", "live", "number",
        "order", "others", "phase", "pieces", "pool", "sitting", "started", "visit", "worked",
    )  # fmt: skip

    def __init__(self, callbacks: list[Callable[[Any], None]], at: Station, pool: Pool) -> None:
        self.callbacks = callbacks
        self.at = at
        self.pool = pool
        self.agent = self.sitting = -1
        self.visit = 1
        self.others: list[tuple[int, Pool]] | None = None
        self.enabled = self.began = self.phase = self.left = self.pieces = 0
        self.before = -1  # of begun work that waits: who laid it down, and how long he worked
        self.worked = 0
        self.started = NEVER
        self.live = False
        self.number = self.order = 0
        self.case: Case
        self.instance: Instance
