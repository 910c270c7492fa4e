"""What is drawn of parts: which a step needs, and how a loan is settled (R97).

Every draw has the address of the case, the step, its visit and the part; another part moves none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cssim.basis import draws as addresses
from cssim.blueprint.rule_tables import Need, Parts
from cssim.sim.draws import Draws
from cssim.sim.state import Token

if TYPE_CHECKING:
    from cssim.sim.stock import Loan

_NEEDS, _UNITS, _USED, _REPLACED = (
    addresses.text_key(f"parts/{what}") for what in ("needs", "units", "used", "replaced")
)


class Needs:
    """Draws what cases need of parts; `answer_key` are the nodes' streams."""

    def __init__(self, parts: Parts, draws: Draws, answer_key: tuple[int, ...]) -> None:
        self._parts = parts
        self._number = draws.number
        self._answer_key = answer_key

    def of_visit(self, token: Token, node: int) -> dict[int, int]:
        """What a visit needs, at least one unit: part → units."""
        rows = self._parts.visit[token.case.values[self._parts.product]]
        if token.case.script is not None:  # a scripted yes lends two units of one part type
            return {rows[0].part: 2}
        wanted = self._drawn(token, rows, node)
        if not wanted and rows:
            likeliest = max(rows, key=lambda need: need.chance)
            wanted[likeliest.part] = self._units(token, likeliest, node)
        return wanted

    def of_step(self, token: Token, node: int) -> dict[int, int]:
        """What a step of a repair uses up, perhaps nothing: part → units."""
        case = token.case
        if case.mends is not None:
            return self._drawn(token, self._parts.components[case.mends.part], node)
        rows = self._parts.use.get(node, ())
        return self._drawn(token, rows[case.values[self._parts.product]] if rows else (), node)

    def _stream(self, node: int) -> int:
        return addresses.fold(_NEEDS, self._answer_key[node] >> 1)

    def _drawn(self, token: Token, needs: tuple[Need, ...], node: int) -> dict[int, int]:
        """Each part by its chance."""
        return {
            need.part: self._units(token, need, node)
            for need in needs
            if need.chance == 1 or self._of(token, self._stream(node), need) < need.chance
        }

    def _units(self, token: Token, need: Need, node: int) -> int:
        if len(need.units) == 1:
            return 1
        u = self._of(token, _UNITS ^ self._stream(node), need)
        return 1 + sum(u >= chance for chance in need.units[:-1])

    def _of(self, token: Token, stream: int, need: Need) -> float:
        return self._number(token.case.key, addresses.fold(stream, need.part), token.visit)

    def settle(self, token: Token, loan: Loan) -> None:
        """How many of the borrowed were used, and how many of those replaced a bad one (R97).

        What was wrong on an earlier visit is unused already.
        """
        script = token.case.script
        if script is not None:
            loan.unused, loan.bad = script.settlement(loan.borrowed)
            return
        key = token.case.key
        for part, count in sorted(loan.borrowed.items()):
            for unit in range(count - loan.unused.get(part, 0)):
                used, replaced = (
                    self._number(key, addresses.fold(stream, part, unit), token.visit)
                    for stream in (_USED, _REPLACED)
                )
                if used < self._parts.used:
                    if replaced < self._parts.replaced:
                        loan.bad[part] = loan.bad.get(part, 0) + 1
                else:
                    loan.unused[part] = loan.unused.get(part, 0) + 1
