"""What a shift's end does to work that was begun: overtime, a pause, or another person.

Live calls, visits and work of several people are finished whatever the rule says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cssim.blueprint.tables import Bit, Rule
from cssim.eventlog import CAUSES, NEVER, PIECE_KINDS
from cssim.sim.kernel import RESUME
from cssim.sim.pools import Pool
from cssim.sim.state import ASLEEP, CUT, DELAYED, RESTART, RESUMED, Token

if TYPE_CHECKING:
    from cssim.sim.walk import Walker

WORKING = CAUSES.index("working")
WORK_PIECE = PIECE_KINDS.index("work")


class ShiftEnds:
    """Handles activities that meet the end of their agent's shift, for the walker.

    `taken_up` is told of begun work that somebody goes on with, perhaps another than before.
    """

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self._people = walker.people
        self.taken_up: Callable[[Token, int], None] = lambda token, now: None

    def off_shift(self, token: Token, pool: Pool, now: int) -> bool:
        """The sitting would go on after the shift's end: may it? If not, it waits."""
        if pool.rule == Rule.FINISH or self.undisturbed(token):
            return False
        self._stop(token, pool, DELAYED, now)
        return True

    def cut(self, token: Token, pool: Pool, now: int) -> None:
        """The shift is over, the work is not: it sleeps with its person, or is handed over."""
        self.lay_down(token, token.began, now)
        token.phase = RESTART
        self._stop(token, pool, ASLEEP, now)

    def _stop(self, token: Token, pool: Pool, phase: int, now: int) -> None:
        """Until the same person's next planned shift, or by the rule to anybody of the pool.

        Whoever is missed when that shift begins, or has left, hands over, too.
        """
        if pool.rule == Rule.PAUSE:
            again = self._people.presence.planned[token.agent].next_open(now)
            if now < again < NEVER:
                self._walker.sleep(token, phase, again - now, RESUME | token.number)
                return
        self.back_in_line(token, pool, now)

    def lay_down(self, token: Token, began: int, now: int) -> None:
        """Write down a stretch of work that is not over, and remember whose it was."""
        agent = token.agent
        goes_on = began > token.started and token.before == agent
        token.worked = now - began + (token.worked if goes_on else 0)
        token.before = agent
        self._walker.worked(token, WORK_PIECE, WORKING, agent, began, now)

    def back_in_line(self, token: Token, pool: Pool, now: int) -> None:
        """What is handed over waits again."""
        self._people.leave(token, now)
        self.put_back(token, pool, now)

    def put_back(self, token: Token, pool: Pool, now: int) -> None:
        """Begun work waits in its owner's own line, if it has an owner who can do it."""
        owner = token.instance.owner
        if owner >= 0 and token.at.bits & Bit.OWNED and self._people.knows(token, owner):
            self._people.join_own(token, owner, now)
        else:
            self._people.join(token, pool, now)

    def undisturbed(self, token: Token) -> bool:
        """Whether it is finished whatever a shift's end says: calls, visits, several doers."""
        return bool(token.live or token.others is not None or token.at.bits & Bit.ON_SITE)

    def passed(self, token: Token, pool: Pool, now: int, length: int) -> None:
        """The activity would pass the shift's end: overtime, a pause, or a cut."""
        if pool.rule == Rule.FINISH or self.undisturbed(token):
            self._walker.kernel.schedule(token, token.order, length)  # type: ignore[arg-type]
        elif self._is_told_at_once(token, pool, now, length):
            self._worked_in_shifts(token, now, length)
        else:
            in_shift = self._people.ends[token.agent] - now
            token.began = now
            token.left = length - in_shift
            self._walker.sleep(token, CUT, in_shift, token.order)

    def _is_told_at_once(self, token: Token, pool: Pool, now: int, length: int) -> bool:
        """Whether nothing can come between: the same person goes on shift after shift."""
        if pool.rule != Rule.PAUSE or self._may_be_cut(token, pool):
            return False
        steady = self._people.presence.is_steady(token.agent)
        steady = steady and token.agent not in self._people.serves
        return steady and self._people.hours[token.agent].add(now, length) < NEVER

    @staticmethod
    def _may_be_cut(token: Token, pool: Pool) -> bool:
        """Whether something may come between: an interruption, a limit, a solution."""
        return any(pool.interrupted_by) or bool(token.at.bits & Bit.CUTTABLE)

    def _worked_in_shifts(self, token: Token, now: int, length: int) -> None:
        hours = self._people.hours[token.agent]
        end = hours.add(now, length)
        at = now
        while at < end:
            stop = min(hours.next_close(at), end)
            self._walker.worked(token, WORK_PIECE, WORKING, token.agent, at, stop)
            at = hours.next_open(stop)
        self._walker.kernel.schedule(token, token.order, end - now)  # type: ignore[arg-type]

    def restart(self, token: Token, now: int) -> None:
        """What was cut goes on with what is left of it, perhaps with another agent."""
        token.phase = 0
        self.taken_up(token, now)
        pool = token.pool
        passes = now + token.left > self._people.ends[token.agent]
        if self._may_be_cut(token, pool) and (not passes or pool.rule == Rule.FINISH):
            token.began = now  # it may be cut again: written down when it is over
            self._walker.sleep(token, RESUMED, token.left, token.order)
            return
        if passes and not (pool.rule == Rule.FINISH or self.undisturbed(token)):
            self.passed(token, pool, now, token.left)
            return
        self._walker.worked(token, WORK_PIECE, WORKING, token.agent, now, now + token.left)
        self._walker.kernel.schedule(token, token.order, token.left)  # type: ignore[arg-type]
