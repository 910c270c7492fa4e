"""What is rare about a node: each bit of `blueprint.tables.Bit`, in the order it is looked at.

A token that comes to such a node may wait for its appointment, for parts, for several people
or for one certain person; or it is outside our people's hands, with the customer or a supplier.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.blueprint.tables import Bit, Blueprint, Mode
from cssim.eventlog import CAUSES
from cssim.sim.answers import Answers
from cssim.sim.appointments import Appointments
from cssim.sim.calls import Calls
from cssim.sim.gathering import Gathering
from cssim.sim.owners import Owners
from cssim.sim.pools import NOBODY
from cssim.sim.promises import PromiseKeeper
from cssim.sim.state import FOR_PART, Token
from cssim.sim.stations import Station
from cssim.sim.stock import Stock
from cssim.sim.surveys import Surveys
from cssim.sim.timekeeping import COMPLETED, REACHED, STARTED, Timekeeping
from cssim.sim.walk import TRAVEL, TRAVEL_PIECE, WAIT_PIECE, WORK_PIECE, WORKING, Walker

APPROVAL, SUPPLIER, PART, CUSTOMER = (
    CAUSES.index(cause) for cause in ("approval", "supplier", "part", "customer")
)


def cause_of_wait(token: Token) -> int:
    """What a case waits for until a moment: who carries its machine, or its customer."""
    return TRAVEL if token.agent >= 0 else CUSTOMER


class Rare:
    """Handles the nodes with something rare about them, for the walker."""

    def __init__(
        self, blueprint: Blueprint, walker: Walker, promises: PromiseKeeper, stock: Stock
    ) -> None:
        self.blueprint = blueprint
        self.nodes = blueprint.nodes
        self.walker = walker
        self.people = walker.people
        self.promises = promises
        self.stock = stock
        self.answers = Answers(blueprint, walker, promises, stock)
        self.answer = self.answers.answer
        self.choose = self.answers.choose
        self.calls = Calls(blueprint, walker, promises, self.answers.choose)
        self.timekeeping = Timekeeping(blueprint, walker, promises, stock)
        self.arrives = self.timekeeping.arrives
        self.gathering = Gathering(blueprint, walker)
        self.owners = Owners(blueprint, walker, self.gathering)
        self.surveys = Surveys(blueprint, walker, self.answers.choose)
        self.call = self.calls.call
        self.begins: Any = lambda token, at, answer, now: None  # of effects
        self.travel = self._travel
        self.is_carried: Callable[[Token, int], bool] = lambda token, now: False
        self.appointments = Appointments(blueprint, self)
        self.cuts: Any = None  # who ends steps before they are done; nobody in a scripted run
        walker.structure = self.calls.structure
        walker.end = self.calls.end
        self._travel_key = [addresses.fold(key, -1) for key in self.nodes.duration_key]

    # ---- coming to a node -----------------------------------------------------------------

    def enter(self, token: Token, at: Station, now: int) -> None:
        """What must be before anybody starts; `walker.enter` has put the token there."""
        bits = at.bits
        node = at.number
        if bits & Bit.CUTTABLE and self.cuts is not None:
            self.cuts.watch(token, at, now)
        if bits & Bit.AT_ENTRY:
            self.timekeeping.act(token, node, REACHED, now)
        if bits & Bit.QUESTION or (bits & Bit.LINK and self._in_hand(token, at)):
            self._at_once(token, at, now)
        elif bits & Bit.COLLECT:
            self._let_go(token, now)
            self.surveys.ask(token, node, now)
        elif bits & (Bit.CUSTOMER | Bit.SUPPLIER):
            self._outside(token, at, now)
        elif bits & (Bit.APPOINTMENT | Bit.BACK) and self._comes_later(token, bits, now):
            return
        else:
            self._with_parts(token, at, now)

    def _comes_later(self, token: Token, bits: int, now: int) -> bool:
        """Whether it waits for its appointment, or for who still has the machine on the way."""
        if bits & Bit.APPOINTMENT:
            return self.appointments.comes_later(token, now)
        return self.is_carried(token, now)

    def _with_parts(self, token: Token, at: Station, now: int) -> None:
        needs = at.bits & Bit.PARTS
        if needs and not self.stock.all_kept(token, at.number, now, self.part_came):
            self._let_go(token, now)
            self.promises.wait(token, PART, now)
            token.phase = FOR_PART
            token.began = now
            return
        self._with_people(token, at, now)

    def _with_people(self, token: Token, at: Station, now: int) -> None:
        bits = at.bits
        if bits & Bit.APPROVAL:
            self.promises.wait(token, APPROVAL, now)
        pool = at.pools[token.case.place]
        if token.others is not None:
            self.walker.start(token, now, token.agent, token.pool)
        elif bits & (Bit.SEVERAL | Bit.MEETING):
            self._let_go(token, now)
            self.gathering.claim(token, at.number, bits, now)
        elif bits & Bit.OWNED and self._is_the_owners(token):
            self._with_owner(token, now)
        elif token.agent >= 0 and token.pool is pool and self._goes_on(token, bits):
            self.walker.start(token, now, token.agent, pool)
        else:
            self._let_go(token, now)
            self.people.join(token, pool, now)

    def _is_the_owners(self, token: Token) -> bool:
        owner = token.instance.owner
        return owner >= 0 and self.people.knows(token, owner)

    def _goes_on(self, token: Token, bits: int) -> bool:
        """Whether the next step is for who has the case: a skill that he lacks ends a sitting."""
        return not bits & Bit.SKILL or self.people.can(token, token.agent)

    def _with_owner(self, token: Token, now: int) -> None:
        owner = token.instance.owner
        if token.agent == owner:
            self.walker.start(token, now, owner, token.pool)
        else:
            self._let_go(token, now)
            self.people.join_own(token, owner, now)

    def _in_hand(self, token: Token, at: Station) -> bool:
        """Whether a link's doer is the one who has the case, so that it takes no time."""
        untimed = self.nodes.time[at.number] is None
        return untimed and token.agent >= 0 and token.pool is at.pools[token.case.place]

    def _at_once(self, token: Token, at: Station, now: int) -> None:
        self._count(token, at)
        token.started = now
        self.walker.finish(token)

    def _count(self, token: Token, at: Station) -> None:
        token.visit = token.case.visit(at.number) if at.bits & Bit.REVISITS else 1

    def _let_go(self, token: Token, now: int) -> None:
        if token.agent >= 0:
            self.people.leave(token, now)
        token.pool = NOBODY
        token.sitting = -1

    # ---- waiting for what is not people ---------------------------------------------------

    def await_customer(self, token: Token, now: int) -> None:
        """Until the agreed moment the case is waiting for the customer (R98)."""
        self._let_go(token, now)
        self.promises.wait(token, CUSTOMER, now)
        token.began = now

    def due(self, token: Token, now: int) -> None:
        """The agreed moment has come (or a survey's end, or a machine with who carries it)."""
        if token.at.number in self.blueprint.surveys:
            self.surveys.ends(token, now)
            return
        self._waited(token, cause_of_wait(token), now)
        self._with_parts(token, token.at, now)

    def part_came(self, token: Token, now: int) -> None:
        """The last unit that it waited for has come: now it is enabled (R97)."""
        token.phase = 0
        self._waited(token, PART, now)
        self._with_people(token, token.at, now)

    def _waited(self, token: Token, cause: int, now: int) -> None:
        self.promises.go_on(token, cause, now)
        self.write_wait(token, cause, now)

    def write_wait(self, token: Token, cause: int, until: int) -> None:
        """A wait since `began` that is not for people."""
        number, node = token.case.number, token.at.number
        visit = token.case.next_visit(node)
        self.walker.recorder.piece(
            -1, number, node, visit, WAIT_PIECE, cause, -1, token.began, until
        )

    def _outside(self, token: Token, at: Station, now: int) -> None:
        """The customer's own step, or a supplier's: time without our people."""
        self._let_go(token, now)
        if at.bits & Bit.CUSTOMER:
            self.promises.wait(token, CUSTOMER, now)
            self.walker.start(token, now, -1, NOBODY)
            return
        node = at.number
        self.promises.wait(token, SUPPLIER, now)
        self._count(token, at)
        token.started = now
        supplier = self.blueprint.suppliers[self.stock.supplier_of(token.case)]
        z = self._score(token, self.nodes.duration_key[node])
        length = int(supplier.times[node].value(z) + 0.5)
        end = supplier.hours.add(now, length)
        self.walker.kernel.schedule(token, token.order, end - now)  # type: ignore[arg-type]

    def _score(self, token: Token, stream: int) -> float:
        return float(ndtri(self.walker.draws.number(token.case.key, stream, token.visit)))

    # ---- starting and completing ----------------------------------------------------------

    def at_start(self, token: Token, at: Station, now: int) -> None:
        """Effects when somebody starts: a first response, an owner, parts that leave the shelf."""
        effects = self.nodes.effects[at.number]
        if effects.acts[STARTED]:
            self.timekeeping.act(token, at.number, STARTED, now)
        if at.bits & Bit.OWNED:
            self.owners.begins(token, now)
        if effects.parts:
            self.stock.at_start(token, effects.parts, now)

    def _travel(self, token: Token, node: int, now: int) -> tuple[int, int]:
        """The journey to the customer: when somebody arrives, and when the work there begins."""
        time = self.nodes.travel[node]
        assert time is not None
        arrived = now + int(time.value(self._score(token, self._travel_key[node])) + 0.5)
        self.walker.worked(token, TRAVEL_PIECE, TRAVEL, token.agent, now, arrived)
        return arrived, arrived

    def settle(self, token: Token, bits: int, now: int) -> None:
        """Before the row is written: causes that end here, and everybody who took part."""
        if bits & Bit.CUSTOMER:
            self.promises.go_on(token, CUSTOMER, now)
        elif bits & Bit.SUPPLIER:
            self.promises.go_on(token, SUPPLIER, now)
        elif bits & Bit.APPROVAL:
            self.promises.go_on(token, APPROVAL, now)
        if token.others is not None:
            self.write_together(token, now)
        if bits & Bit.CUTTABLE and self.cuts is not None:
            self.cuts.forget(token)

    def write_together(self, token: Token, until: int) -> None:
        """What several doers at once have worked."""
        for agent in (token.agent, *(agent for agent, _ in token.others or ())):
            self.walker.worked(token, WORK_PIECE, WORKING, agent, token.started, until)

    def after(self, token: Token, at: Station, answer: int, now: int) -> None:
        """After the row is written: what the node does beyond taking time."""
        node = at.number
        effects = self.nodes.effects[node]
        instance = token.instance
        if self.nodes.remember[node]:
            if instance.answers is None:
                instance.answers = {}
            instance.answers[node] = answer
        if effects.acts[COMPLETED]:
            self.timekeeping.act(token, node, COMPLETED, now, answer)
        if effects.outcome >= 0:
            instance.got = effects.outcome
        if effects.parts:
            self.stock.after(token, node, effects.parts, answer, now)
        if effects.agree:
            self.appointments.agree(token, node, answer, now)
        if effects.dedicate:
            self.owners.dedicate(token, at, now)
        if at.bits & Bit.BEGINS:
            self.begins(token, at, answer, now)
        if token.others is not None and not self._stay_together(token, at, answer):
            self.gathering.part_ways(token, now)

    def _stay_together(self, token: Token, at: Station, answer: int) -> bool:
        """Whether the next step has the same doers, so that it belongs to their sitting (R91)."""
        position = self.nodes.answers[at.number].index(answer) if answer >= 0 else 0
        to = at.ways[position][1] or self.answers.choose(token, at, position)
        if to.mode == Mode.SETTLEMENT:  # a question whose answer is known
            position, _ = self.answers.answer(token, to)
            to = to.ways[position][1] or self.answers.choose(token, to, position)
        alone = Bit.MEETING | Bit.PARTS | Bit.APPOINTMENT
        doers = [(self.nodes.roles[one.number], one.bits & Bit.EVERYWHERE) for one in (at, to)]
        return bool(to.bits & Bit.SEVERAL and not to.bits & alone and doers[0] == doers[1])
