"""Work in hand: who is at something, and when he will be done.

It is what everybody says when asked, for those who fix a meeting or book a visit.
"""

from __future__ import annotations

from cssim.sim.kernel import Kernel
from cssim.sim.state import ASLEEP, CUT, Token


def done_at(kernel: Kernel) -> dict[int, int]:
    """By person who is at work, the moment before which he will not be done."""
    found: dict[int, int] = {}
    for moment, _, _, token in kernel.entries():
        if isinstance(token, Token) and token.agent >= 0:
            left = token.left if token.phase in (CUT, ASLEEP) else 0
            for person, _ in [(token.agent, token.pool), *(token.others or [])]:
                found[person] = max(found.get(person, 0), moment + left)
    return found
