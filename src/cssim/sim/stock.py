"""Parts: shelves, lines of cases that wait for them, loans, orders and repairs.

Every unit that comes is kept for the first in its part's line, nobody passes (R97); a kept
unit is still on the shelf until it is lent or used. Every move is a row with two accounts, so
that what there is of a part is always what came in. It knows nothing of people.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.basis.distributions import Distribution
from cssim.blueprint.rule_tables import Need, Parts, Stocking
from cssim.blueprint.tables import Blueprint
from cssim.sim.draws import Draws
from cssim.sim.kernel import CHANGED, DELIVERY, Kernel
from cssim.sim.recorder import ACCOUNTS, Recorder
from cssim.sim.state import Case, Token

_NEEDS, _UNITS, _USED, _REPLACED = (
    addresses.text_key(f"parts/{what}") for what in ("needs", "units", "used", "replaced")
)
_LEAD, _REPAIR, _REPAIRED = (
    addresses.text_key(f"stock/{what}") for what in ("lead", "repair", "repaired")
)
ON_SHELF, IN_TRANSIT, LENT, INSTALLED, QUARANTINE, REPAIR, SCRAPPED, BOUGHT, TAKEN_OUT, INITIAL = (
    ACCOUNTS[state]
    for state in (
        "on_shelf", "in_transit", "lent", "installed", "quarantine", "repair", "scrapped",
        "bought", "taken_out", "initial",
    )
)  # fmt: skip


class Request:
    """What one activity waits for: units of parts, some of them already kept for it."""

    __slots__ = ("case", "came", "missing", "place", "token", "wanted")

    def __init__(self, case: Case, place: int, wanted: dict[int, int]) -> None:
        self.case = case
        self.place = place
        self.wanted = wanted
        self.missing = dict(wanted)
        self.token: Token | None = None
        self.came: Callable[[Token, int], None] | None = None


class Loan:
    """What one instance of a visit has borrowed, needs next, and how it was settled."""

    __slots__ = ("bad", "borrowed", "needs", "request", "unused")

    def __init__(self) -> None:
        self.needs: dict[int, int] = {}
        self.request: Request | None = None
        self.borrowed: dict[int, int] = {}
        self.unused: dict[int, int] = {}
        self.bad: dict[int, int] = {}


class Shelf:
    """One part at one place: what is free, who waits, what is on order."""

    __slots__ = ("free", "on_order", "rule", "waiting")

    def __init__(self, rule: Stocking) -> None:
        self.rule = rule
        self.free = rule.initial
        self.on_order = 0
        self.waiting: deque[Request] = deque()


class Stock:
    """All shelves, and what happens to parts at a node."""

    def __init__(
        self, blueprint: Blueprint, kernel: Kernel, recorder: Recorder, draws: Draws, key: int
    ) -> None:
        self.blueprint = blueprint
        self._kernel = kernel
        self._move = recorder.move
        self._draws = draws
        self._key = key
        self._orders = 0
        self._shelves: dict[tuple[int, int], Shelf] = {}
        self._released: dict[tuple[int, int], int] = {}  # bad units that wait for a full batch
        self._needed: dict[int, Request] = {}  # token → what it waits for before 13, 16, RETURNS
        self._fixed = -1
        if "fixed" in blueprint.terms["answers"]:
            self._fixed = blueprint.terms["answers"].index("fixed")
        parts = blueprint.parts
        for rule in parts.stock if parts else ():
            self._shelves[rule.place, rule.part] = Shelf(rule)
            if rule.initial:
                self._move(0, rule.part, rule.initial, INITIAL, ON_SHELF + rule.place + 1)

    @property
    def parts(self) -> Parts:
        """The rules; asked for only where the blueprint has some."""
        assert self.blueprint.parts is not None
        return self.blueprint.parts

    def supplier_of(self, case: Case) -> int:
        """The supplier of the case's product."""
        parts = self.blueprint.parts
        return parts.supplier_of[case.values[parts.product]] if parts else 0

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
        request.token = token
        request.came = came
        return False

    def _ask_for_use(self, token: Token, node: int, what: str, now: int) -> Request | None:
        case = token.case
        if self.blueprint.parts is None:
            return None
        product = case.values[self.parts.product]
        if what == "exchange":
            unit = self.parts.unit[product]
            wanted = {unit: 1} if unit >= 0 else {}
        else:
            needs = self.parts.use.get(node, ())
            wanted = self._drawn(token, needs[product] if needs else (), node, at_least_one=False)
        if not wanted:
            return None
        request = Request(case, case.place, wanted)
        self._needed[token.number] = request
        self._keep(request, now)
        return request

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
        instance = token.instance
        if instance.loan is None:
            instance.loan = Loan()
        loan: Loan = instance.loan
        case = token.case
        if what == "draw" and self.blueprint.terms["answers"][answer] == "yes":
            loan.needs = self._visit_needs(token, node)
        elif what == "claim" and loan.needs:
            loan.request = Request(case, case.place, loan.needs)
            loan.needs = {}
            self._keep(loan.request, now)
        elif what == "settle" and answer == self._fixed:
            self._settle(token, loan)
            self._settle_used(case, loan, now)
        elif what == "return_good":
            self._return_good(token, loan, now)
            instance.borrowed = False
        elif what == "quarantine":
            for part, count in loan.bad.items():
                self._quarantine(case, part, count, now)
        elif what == "ship":
            self._release(case, loan.bad, now)
            loan.bad = {}
        elif what == "exchange" and self.blueprint.parts is not None:
            unit = self.parts.unit[case.values[self.parts.product]]
            if unit >= 0:
                self._quarantine(case, unit, 1, now)
                self._release(case, {unit: 1}, now)

    # ---- what is drawn --------------------------------------------------------------------

    def _visit_needs(self, token: Token, node: int) -> dict[int, int]:
        if self.blueprint.parts is None:
            return {}
        if token.case.script is not None:  # a scripted yes lends two units of one part type
            return {self._first_part(token.case): 2}
        product = token.case.values[self.parts.product]
        return self._drawn(token, self.parts.visit[product], node, at_least_one=True)

    def _first_part(self, case: Case) -> int:
        return self.parts.visit[case.values[self.parts.product]][0].part

    def _drawn(
        self, token: Token, needs: tuple[Need, ...], node: int, at_least_one: bool
    ) -> dict[int, int]:
        """Part → units, each part by its chance; if one is sure to be needed, the likeliest."""
        stream = addresses.fold(_NEEDS, self.blueprint.nodes.answer_key[node] >> 1)
        visit = token.visit
        key = self._draws.key(token.case)
        number = self._draws.number
        wanted: dict[int, int] = {}
        for need in needs:
            if number(key, addresses.fold(stream, need.part), visit) < need.chance:
                wanted[need.part] = self._units(key, need, stream, visit)
        if at_least_one and not wanted and needs:
            likeliest = max(needs, key=lambda need: need.chance)
            wanted[likeliest.part] = self._units(key, likeliest, stream, visit)
        return wanted

    def _units(self, key: int, need: Need, stream: int, visit: int) -> int:
        u = self._draws.number(key, addresses.fold(_UNITS ^ stream, need.part), visit)
        return 1 + sum(u >= chance for chance in need.units[:-1])

    def _settle(self, token: Token, loan: Loan) -> None:
        """How many of the borrowed were used, and how many of those replaced a bad one (R97)."""
        script = token.case.script
        if script is not None:
            loan.unused, loan.bad = script.settlement(loan.borrowed)
            return
        key = self._draws.key(token.case)
        for part, count in sorted(loan.borrowed.items()):
            for unit in range(count):
                if self._chance(key, _USED, part, unit) < self.parts.used:
                    if self._chance(key, _REPLACED, part, unit) < self.parts.replaced:
                        loan.bad[part] = loan.bad.get(part, 0) + 1
                else:
                    loan.unused[part] = loan.unused.get(part, 0) + 1

    def _chance(self, key: int, stream: int, part: int, unit: int) -> float:
        return addresses.uniform(key, addresses.fold(stream, part, unit))

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
            self._arrived(place, part, count, now)
        loan.borrowed = {}
        loan.unused = {}

    def _quarantine(self, case: Case, part: int, count: int, now: int) -> None:
        self._move(now, part, count, TAKEN_OUT, QUARANTINE + case.place + 1, case.number)

    def _take(self, request: Request, account: int, now: int) -> None:
        place = request.place
        to = account + (place + 1 if account == LENT else 0)
        for part, count in request.wanted.items():
            self._move(now, part, count, ON_SHELF + place + 1, to, request.case.number)

    # ---- lines, orders, repairs -----------------------------------------------------------

    def _keep(self, request: Request, now: int) -> None:
        """Enter the line of each part; take what is there if nobody is before."""
        for part in list(request.missing):
            shelf = self._shelves.get((request.place, part))
            if shelf is None:
                continue  # a part that nobody stocks here: the scenario's check says so
            shelf.waiting.append(request)
            self._serve(shelf, now)
            self._reorder(shelf, now)

    def _arrived(self, place: int, part: int, count: int, now: int) -> None:
        shelf = self._shelves[place, part]
        shelf.free += count
        self._serve(shelf, now)

    def _serve(self, shelf: Shelf, now: int) -> None:
        part = shelf.rule.part
        while shelf.free and shelf.waiting:
            request = shelf.waiting[0]
            kept = min(shelf.free, request.missing[part])
            shelf.free -= kept
            request.missing[part] -= kept
            if request.missing[part]:
                return
            del request.missing[part]
            shelf.waiting.popleft()
            if not request.missing and request.token is not None and request.came is not None:
                request.came(request.token, now)

    def _reorder(self, shelf: Shelf, now: int) -> None:
        """Purchasing orders when what is free and on order, less what is owed, is low."""
        rule = shelf.rule
        owed = sum(request.missing.get(rule.part, 0) for request in shelf.waiting)
        while shelf.free + shelf.on_order - owed <= rule.reorder_point:
            self._orders += 1
            count = rule.order_quantity
            shelf.on_order += count
            to = IN_TRANSIT + rule.place + 1
            self._move(now, rule.part, count, BOUGHT, to, order=self._orders)
            lead = self._length(self.parts.lead_time, rule.part, _LEAD, self._orders)
            self._kernel.at(now + lead, DELIVERY, self._delivered, (shelf, count, self._orders))

    def _delivered(self, subject: Any, now: int) -> None:
        shelf, count, order = subject
        rule = shelf.rule
        shelf.on_order -= count
        place = rule.place + 1
        self._move(now, rule.part, count, IN_TRANSIT + place, ON_SHELF + place, order=order)
        self._arrived(rule.place, rule.part, count, now)

    def _length(self, times: dict[int, Distribution], part: int, stream: int, order: int) -> int:
        u = addresses.uniform(self._key, addresses.fold(stream, part, order))
        return int(times[self.parts.supplier[part]].value(float(ndtri(u))) + 0.5)

    def _release(self, case: Case, bad: dict[int, int], now: int) -> None:
        """Bad units may leave for their supplier; they do when a batch is full (R97)."""
        for part, count in bad.items():
            waiting = self._released.get((case.place, part), 0) + count
            while waiting >= self.parts.batch:
                waiting -= self.parts.batch
                self._orders += 1
                where = QUARANTINE + case.place + 1
                self._move(now, part, self.parts.batch, where, REPAIR, order=self._orders)
                time = self._length(self.parts.repair_time, part, _REPAIR, self._orders)
                self._kernel.at(
                    now + time, CHANGED, self._repaired, (case.place, part, self._orders)
                )
            self._released[case.place, part] = waiting

    def _repaired(self, subject: Any, now: int) -> None:
        place, part, order = subject
        good = sum(
            self._chance(self._key, _REPAIRED, order, unit) < self.parts.repaired
            for unit in range(self.parts.batch)
        )
        scrapped = self.parts.batch - good
        if scrapped:
            self._move(now, part, scrapped, REPAIR, SCRAPPED, order=order)
        if good:
            self._move(now, part, good, REPAIR, ON_SHELF + place + 1, order=order)
            self._arrived(place, part, good, now)
