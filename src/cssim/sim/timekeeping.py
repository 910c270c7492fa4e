"""What happens to clocks at the nodes that a token comes to, as the blueprint's acts say.

It knows no node by name, and nothing of how clocks count.
"""

from __future__ import annotations

from bisect import bisect_right

from cssim.blueprint.rule_tables import Act, Deed, Moment
from cssim.blueprint.tables import Blueprint
from cssim.sim.kernel import TIMER
from cssim.sim.promises import PromiseKeeper
from cssim.sim.state import Token
from cssim.sim.stock import Stock
from cssim.sim.walk import Walker

REACHED, STARTED, ARRIVED, COMPLETED = (
    Moment.REACHED, Moment.STARTED, Moment.ARRIVED, Moment.COMPLETED,
)  # fmt: skip


class Timekeeping:
    """Does the acts of nodes, for `rare`."""

    def __init__(
        self, blueprint: Blueprint, walker: Walker, promises: PromiseKeeper, stock: Stock
    ) -> None:
        self._acts = [effects.acts for effects in blueprint.nodes.effects]
        self._judgements = blueprint.promises.judgements
        self._walker = walker
        self._promises = promises
        self._stock = stock

    def act(self, token: Token, node: int, moment: int, now: int, answer: int = -1) -> None:
        """All that happens to clocks at a moment of a node."""
        for one in self._acts[node][moment]:
            if one.answer < 0 or one.answer == answer:
                self._do(token, node, one, now)

    def _do(self, token: Token, node: int, one: Act, now: int) -> None:
        promises, case, deed = self._promises, token.case, one.deed
        if deed == Deed.STOP:
            promises.stop(case, one.subject, now)
        elif deed == Deed.START:
            promises.start(case, one.subject, now)
        elif deed == Deed.TIER:
            promises.with_tier(case, one.subject, now)
        elif deed == Deed.SUPPLIER:
            promises.with_supplier(case, self._stock.supplier_of(case) if one.subject else -1, now)
        elif deed == Deed.WAIT:
            promises.wait(token, one.subject, now)
        elif deed == Deed.GO_ON:
            promises.go_on(token, one.subject, now)
        elif deed == Deed.ARM:
            case.armed = True
        elif deed == Deed.RENEW:
            promises.renew(case, now)
        else:
            self._classify(token, node, now)

    def arrives(self, token: Token, node: int, at: int, now: int) -> None:
        """Work on a node starts after the journey: what is on site is begun once, and finished."""
        if at == now:
            self.act(token, node, ARRIVED, now)
        else:
            self._walker.kernel.at(at, TIMER, self._arrived, (token, node))

    def _arrived(self, subject: tuple[Token, int], now: int) -> None:
        self.act(*subject, ARRIVED, now)

    def _classify(self, token: Token, node: int, now: int) -> None:
        """The severity is judged anew: drawn by the one that the case has."""
        judged = self._judgements[node]
        chances = judged.chances[token.case.severity]
        if chances:
            u = self._walker.draws.number(token.case.key, judged.key, token.visit)
            self._promises.classify(token.case, bisect_right(chances, u), now)
