"""Visits that find they have the wrong parts: the next one is agreed on, and asks for others (R53).

The chance is that of each visit whose engineer has borrowed units of which he does not know yet
that they are wrong. It is drawn at the address of the case, the settling decision and its visit.
What was wrong goes back good when the loan is settled.
"""

from __future__ import annotations

from cssim.basis import draws as addresses
from cssim.blueprint.tables import Blueprint
from cssim.sim.answers import Answers
from cssim.sim.state import Token
from cssim.sim.stations import Station
from cssim.sim.stock import Loan
from cssim.sim.walk import Walker

_WRONG = addresses.text_key("parts/wrong")


class WrongParts:
    """Knows the answers of visits that have the wrong parts, and of the questions after them."""

    def __init__(
        self, blueprint: Blueprint, walker: Walker, answers: Answers, wrong: float
    ) -> None:
        self._wrong = wrong
        self._nodes = blueprint.nodes
        self._words = blueprint.terms["answers"]
        self._number = walker.draws.number
        for node, effects in enumerate(blueprint.nodes.effects):
            if effects.parts == "settle":
                answers.know(walker.stations[node], self._has_the_wrong_ones)
            elif effects.parts == "draw":
                answers.know(walker.stations[node], self._asks_again)

    def _has_the_wrong_ones(self, token: Token, at: Station) -> int:
        loan: Loan | None = token.instance.loan
        if loan is None or token.case.script is not None or not loan.may_fit():
            return -1
        stream = addresses.fold(_WRONG, self._nodes.answer_key[at.number])
        if self._number(token.case.key, stream, token.visit) >= self._wrong:
            return -1
        loan.unused = dict(loan.borrowed)
        return self._position(at, "next_visit")

    def _asks_again(self, token: Token, at: Station) -> int:
        """After a visit with the wrong parts, parts are needed; else nobody knows."""
        loan: Loan | None = token.instance.loan
        if loan is None or not loan.borrowed or token.case.script is not None or loan.may_fit():
            return -1
        return self._position(at, "yes")

    def _position(self, at: Station, word: str) -> int:
        return self._nodes.answers[at.number].index(self._words.index(word))
