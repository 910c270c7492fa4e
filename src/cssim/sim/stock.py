"""Parts at a node: what a step needs of them, loans, and how a visit settles them.

A unit that is kept for a case is still on the shelf until it is lent or used. Every move is a
row with two accounts, so that what there is of a part is always what came in. It knows
nothing of people; who waits for what stands in `shelves`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cssim.blueprint.backlog_tables import Coming, OpenCase
from cssim.blueprint.rule_tables import Parts
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER
from cssim.sim.benches import Benches
from cssim.sim.draws import Draws
from cssim.sim.kernel import Kernel
from cssim.sim.needs import Needs
from cssim.sim.recorder import ACCOUNTS, Recorder
from cssim.sim.repairs import QUARANTINE, Repairs
from cssim.sim.replenishment import Replenishment
from cssim.sim.shelves import INITIAL, ON_SHELF, Request, Shelf, Shelves
from cssim.sim.state import Case, Instance, Token

LENT, INSTALLED, TAKEN_OUT = (ACCOUNTS[state] for state in ("lent", "installed", "taken_out"))


class Loan:
    """What one instance of a visit has borrowed, needs next, and how it was settled."""

    __slots__ = ("bad", "borrowed", "needs", "request", "unused")

    def __init__(self) -> None:
        self.needs: dict[int, int] = {}
        self.request: Request | None = None
        self.borrowed: dict[int, int] = {}
        self.unused: dict[int, int] = {}
        self.bad: dict[int, int] = {}

    def may_fit(self) -> bool:
        """Whether something is borrowed of which nobody knows yet that it is wrong."""
        return any(count > self.unused.get(part, 0) for part, count in self.borrowed.items())

    def told(self) -> Iterator[tuple[str, int, int]]:
        """What it has, as part and count by word."""
        asked = self.request.wanted if self.request is not None else {}
        for word, units in (
            ("needs", self.needs), ("asked", asked), ("lent", self.borrowed),
            ("unused", self.unused), ("bad", self.bad),
        ):  # fmt: skip
            for part, count in units.items():
                yield word, part, count


class Stock:
    """All shelves, and what happens to parts at a node."""

    def __init__(
        self, blueprint: Blueprint, kernel: Kernel, recorder: Recorder, draws: Draws, key: int
    ) -> None:
        self.blueprint = blueprint
        self._move = recorder.move
        self._needs: Needs | None = None
        if blueprint.parts is not None:
            self._needs = Needs(blueprint.parts, draws, blueprint.nodes.answer_key)
        self.shelves = Shelves(blueprint.parts, kernel, recorder)
        self._orders = Replenishment(self.shelves, kernel, recorder, key)
        self._repairs = Repairs(blueprint.parts, self.shelves, kernel, recorder, key)
        self.write_open = self.shelves.write_open
        self.benches: Benches | None = None  # who repairs bad units, where some of our people do
        self._needed: dict[int, Request] = {}  # token → what it waits for before 13, 16, RETURNS
        self._fixed = -1
        if "fixed" in blueprint.terms["answers"]:
            self._fixed = blueprint.terms["answers"].index("fixed")

    @property
    def parts(self) -> Parts:
        """The rules; asked for only where the blueprint has some."""
        assert self.blueprint.parts is not None
        return self.blueprint.parts

    @property
    def needs(self) -> Needs:
        """What cases need of them."""
        assert self._needs is not None
        return self._needs

    def supplier_of(self, case: Case) -> int:
        """The supplier of the case's product."""
        product, suppliers = self.blueprint.supplied
        return suppliers[case.values[product]] if suppliers else 0

    # ---- what a node does with parts ------------------------------------------------------

    def all_kept(
        self, token: Token, node: int, now: int, came: Callable[[Token, int], None]
    ) -> bool:
        """Whether everything that this node needs is kept for it; if not, `came` is told later."""
        what = self.blueprint.nodes.effects[node].parts
        if what == "lend":
            loan = token.instance.loan
            request = loan.request if loan is not None else None
        else:
            request = self._ask_for_use(token, node, what, now)
        if request is None or not request.missing:
            return True
        request.subject = token
        request.came = came
        return False

    def _ask_for_use(self, token: Token, node: int, what: str, now: int) -> Request | None:
        case = token.case
        if self.blueprint.parts is None:
            return None
        if token.number in self._needed:  # it had asked before the run began
            return self._needed[token.number]
        if what == "exchange":
            unit = self.parts.unit[case.values[self.parts.product]]
            wanted = {unit: 1} if unit >= 0 else {}
        else:
            wanted = self.needs.of_step(token, node)
        if not wanted:
            return None
        request = Request(self._place_of(case), wanted, case.number, case.key, values=case.values)
        self._needed[token.number] = request
        self.shelves.keep(request, now)
        return request

    def _place_of(self, case: Case) -> int:
        """Where what a case uses up lies: in its region, or at the bench that repairs its unit."""
        return case.place if case.mends is None else int(case.mends.at)

    def at_start(self, token: Token, what: str, now: int) -> None:
        """Parts leave the shelf: lent to the engineer, used up, or given in exchange."""
        if what == "lend":
            loan: Loan = token.instance.loan
            request = loan.request
            if request is not None:
                self._take(request, LENT, now)
                for part, count in request.wanted.items():
                    loan.borrowed[part] = loan.borrowed.get(part, 0) + count
                loan.request = None
                token.instance.borrowed = True
        elif what in ("use", "exchange"):
            needed = self._needed.pop(token.number, None)
            if needed is not None:
                self._take(needed, INSTALLED, now)

    def after(self, token: Token, node: int, what: str, answer: int, now: int) -> None:
        """What else a node does with parts, once it is done."""
        if what == "use":
            return
        instance = token.instance
        if instance.loan is None:
            instance.loan = Loan()
        loan: Loan = instance.loan
        if what == "draw" and self.blueprint.terms["answers"][answer] == "yes":
            loan.needs = self.needs.of_visit(token, node) if self._needs else {}
        elif what == "claim" and loan.needs:
            case = token.case
            loan.request = Request(
                case.place, loan.needs, case.number, case.key, values=case.values
            )
            loan.needs = {}
            self.shelves.keep(loan.request, now)
        elif what == "settle" and answer == self._fixed:
            self.needs.settle(token, loan)
            self._settle_used(token.case, loan, now)
        elif what == "exchange":
            self._take_back(token.case, now)
        else:
            self._bring_back(token, loan, what, now)

    def _bring_back(self, token: Token, loan: Loan, what: str, now: int) -> None:
        """After a visit: good parts go back to the shelf, bad ones to their supplier (R97)."""
        case = token.case
        if what == "return_good":
            self._return_good(token, loan, now)
            token.instance.borrowed = False
        elif what == "quarantine":
            for part, count in loan.bad.items():
                self._quarantine(case, part, count, now)
        elif what == "ship":
            for part, count in loan.bad.items():
                bench = self.benches.of(part) if self.benches is not None else None
                if self.benches is not None and bench is not None:
                    self.benches.bring(bench, case.place, part, count, now)
                else:
                    self._repairs.release(case.place, part, count, now)
            loan.bad = {}

    def _take_back(self, case: Case, now: int) -> None:
        """A bad machine comes back for the one given in exchange; nobody releases it (R97)."""
        if self.blueprint.parts is None:
            return
        unit = self.parts.unit[case.values[self.parts.product]]
        if unit >= 0:
            self._quarantine(case, unit, 1, now)
            bench = self.benches.of(unit, exchanged=True) if self.benches is not None else None
            if self.benches is not None and bench is not None:
                self.benches.bring(bench, case.place, unit, 1, now)

    # ---- what was so before the run -------------------------------------------------------

    def is_coming(self, coming: Coming) -> None:
        """Units that are on their way to a shelf, or lie in quarantine, when the run begins."""
        shelf = self.shelves.of(coming.place, coming.part)
        if coming.state == "in_transit":
            self._orders.is_coming(shelf, coming.count, coming.at)
        elif coming.state == "repair":
            self._repairs.are_away(shelf, coming.count, coming.at)
        elif coming.state == "ordered":
            self._orders.had_ordered(shelf, coming.count, coming.at)
        elif coming.state in ("to_bench", "from_bench"):
            assert self.benches is not None
            self.benches.has_on_the_way(coming)
        else:
            self._repairs.lie_there(shelf, coming.count, coming.state == "released")

    def has_on_loan(self, case: Case, lender: Instance, told: OpenCase) -> None:
        """What a case has borrowed when the run begins, and how that was settled."""
        loan = lender.loan = Loan()
        lender.borrowed = told.borrowed
        of_word = {"lent": loan.borrowed, "unused": loan.unused, "bad": loan.bad,
                   "needs": loan.needs}  # fmt: skip
        for word, part, count in told.parts:
            if word in of_word:
                of_word[word][part] = count
            if word == "lent":
                self._move(0, part, count, INITIAL, LENT + case.place + 1, case.number)

    def has_asked(self, token: Token, node: int, wanted: dict[int, int]) -> None:
        """What a token waits for when the run begins: it takes its place in the lines."""
        case = token.case
        request = Request(self._place_of(case), wanted, case.number, case.key, values=case.values)
        if self.blueprint.nodes.effects[node].parts == "lend":
            if token.instance.loan is None:
                token.instance.loan = Loan()
            token.instance.loan.request = request
        else:
            self._needed[token.number] = request
        self.shelves.had_asked(request, token.enabled)

    def asked_by(self, token: Token) -> Iterable[tuple[int, int]]:
        """What a token waits for that is to be used up, part and count."""
        needed = self._needed.get(token.number)
        return needed.wanted.items() if needed is not None else ()

    def not_there(self) -> Iterator[tuple[str, Shelf, int, int]]:
        """What is on its way to a shelf, or may leave with the next batch: what, count, when."""
        away = [
            *(("in_transit", *one) for one in self._orders.on_their_way()),
            *(("in_transit", *one) for one in self.shelves.on_their_way()),
            *(("repair", *one) for one in self._repairs.away()),
        ]
        yield from sorted(away, key=lambda one: one[3])
        for shelf, count, at in self._orders.ordered():
            yield "ordered", shelf, count, at
        if self.benches is not None:
            yield from self.benches.on_their_way()
        for shelf, count in self._repairs.released():
            yield "released", shelf, count, NEVER

    def settled(self, token: Token, unused: bool) -> bool:
        """Whether good unused parts are left (11a), or bad ones were replaced (11b)."""
        loan: Loan | None = token.instance.loan
        return loan is not None and bool(loan.unused if unused else loan.bad)

    # ---- moves ----------------------------------------------------------------------------

    def _settle_used(self, case: Case, loan: Loan, now: int) -> None:
        """What was used stays in the customer's machine; the rest is still lent."""
        for part, count in loan.borrowed.items():
            used = count - loan.unused.get(part, 0)
            if used:
                self._move(now, part, used, LENT + case.place + 1, INSTALLED, case.number)
        loan.borrowed = dict(loan.unused)

    def _return_good(self, token: Token, loan: Loan, now: int) -> None:
        place = token.case.place
        for part, count in loan.borrowed.items():
            self._move(now, part, count, LENT + place + 1, ON_SHELF + place + 1, token.case.number)
            self.shelves.come_back(place, part, count, now)
        loan.borrowed = {}
        loan.unused = {}

    def _quarantine(self, case: Case, part: int, count: int, now: int) -> None:
        self._move(now, part, count, TAKEN_OUT, QUARANTINE + case.place + 1, case.number)

    def _take(self, request: Request, account: int, now: int) -> None:
        place = request.place
        to = account + (place + 1 if account == LENT else 0)
        for part, count in request.wanted.items():
            self._move(now, part, count, ON_SHELF + place + 1, to, request.case)
