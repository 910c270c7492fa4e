"""Knowledge: the more solutions are published, the likelier one answer is at one decision.

The chance goes from what `answers` says towards a limit, half of what is left of the way for
each `half` of them. The uniform that it is compared with is the one that would be drawn anyway,
so that nobody is worse off for what more is known.
"""

from __future__ import annotations

from collections.abc import Callable

from cssim.blueprint.fact_tables import Knowledge as Rules
from cssim.sim.answers import Answers
from cssim.sim.kernel import Kernel
from cssim.sim.state import Token
from cssim.sim.stations import Station


class Knowledge:
    """Changes the chances at its decision; `published` counts the solutions at a moment."""

    def __init__(
        self, rules: Rules, at: Station, kernel: Kernel, answers: Answers,
        published: Callable[[int], int],
    ) -> None:  # fmt: skip
        self._rules = rules
        self._kernel = kernel
        self._published = published
        answers.learn(at, self.chances)

    def chances(self, token: Token, cumulative: tuple[float, ...]) -> tuple[float, ...]:
        """Cumulative chances as they are now, for a case that it is about."""
        rules = self._rules
        if token.case.values[rules.attribute] not in rules.words:
            return cumulative
        return learnt(cumulative, rules, self._published(int(self._kernel.now)))


def learnt(cumulative: tuple[float, ...], rules: Rules, published: int) -> tuple[float, ...]:
    """Chances when so much is known: one grows towards the limit, the others share the rest.

    Example:
        >>> rules = Rules(node=0, position=0, attribute=0, words=frozenset(), limit=0.9, half=10)
        >>> learnt((0.5, 1.0), rules, 0), learnt((0.5, 1.0), rules, 10)
        ((0.5, 1.0), (0.7, 1.0))
    """
    before = (0.0, *cumulative[:-1])
    own = [total - below for total, below in zip(cumulative, before, strict=True)]
    chance = own[rules.position]
    if chance >= rules.limit or chance >= 1:
        return cumulative
    grown = rules.limit - (rules.limit - chance) * 2 ** (-published / rules.half)
    rest = (1 - grown) / (1 - chance)
    own = [grown if n == rules.position else one * rest for n, one in enumerate(own)]
    return (*(round(sum(own[: n + 1]), 15) for n in range(len(own) - 1)), 1.0)
