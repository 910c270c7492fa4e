"""What happens when work comes and nobody of the pool is idle, where a line is not all.

In an ample pool there is always somebody. One that is helped takes somebody idle of another. In
one whose work may be interrupted, live calls or grave cases take the person whose work in hand
ranks last; that work goes back into the line and is resumed later, by whoever is free then, with
what is left of it.
"""

from __future__ import annotations

from cssim.blueprint.tables import Bit
from cssim.sim.kernel import Kernel
from cssim.sim.people import People
from cssim.sim.pools import Pool
from cssim.sim.state import CUT, RESTART, RESUMED, Token
from cssim.sim.walk import Walker


class Interruptions:
    """Handles work that comes to a pool with nobody idle, for `people`."""

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self._kernel: Kernel = walker.kernel
        self._people: People = walker.people
        walker.people.nobody_idle = self.come

    def come(self, token: Token, pool: Pool, now: int) -> None:
        """Begin with somebody there always is, interrupt somebody, or wait in the line."""
        if pool.ample:
            token.pool = pool
            token.sitting = -1
            self._walker.start(token, now, -1, pool)
            return
        helper = self._people.helper(token, pool, now)
        if helper >= 0:
            self._walker.start(token, now, helper, pool)
            return
        victim = self._last_in_hand(token, pool, now) if self._interrupts(token, pool) else None
        if victim is None:
            self._people.wait(token, pool)
        else:
            agent = victim.agent
            self._interrupt(victim, pool, now)
            self._walker.start(token, now, agent, pool)

    @staticmethod
    def _interrupts(token: Token, pool: Pool) -> bool:
        by_live, severities = pool.interrupted_by
        return (token.live and by_live) or token.case.severity in severities

    def _last_in_hand(self, by: Token, pool: Pool, now: int) -> Token | None:
        """Of the work in hand that may be interrupted for this, what ranks last."""
        in_hand = [
            token
            for moment, _, _, token in self._kernel.entries()
            if isinstance(token, Token)
            and token.pool is pool
            and moment > now
            and self._people.ends[token.agent] > now
            and self._can_be_interrupted(token, pool)
            and self._people.fits(by, token.agent, pool, now)
        ]
        return max(in_hand, key=lambda token: (pool.rank(token), token.number), default=None)

    def _can_be_interrupted(self, token: Token, pool: Pool) -> bool:
        """No call, visit or work of several, nothing that interrupts; no journey."""
        if token.agent < 0 or token.live or token.others is not None:
            return False
        if token.at.bits & Bit.ON_SITE or self._interrupts(token, pool):
            return False
        return token.phase in (CUT, RESUMED) or (token.phase == 0 and token.pieces == 0)

    def _interrupt(self, token: Token, pool: Pool, now: int) -> None:
        ends_at = self._kernel.withdraw(token)
        began = token.began if token.phase else token.started
        left = ends_at - now + (token.left if token.phase == CUT else 0)
        self._walker.shifts.lay_down(token, began, now)
        token.callbacks = self._walker.on_completed
        token.phase = RESTART
        token.left = left
        token.agent = -1
        self._walker.shifts.put_back(token, pool, now)
