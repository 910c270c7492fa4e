"""Contacts: callers wait, hang up, are turned away and try again; whoever writes is received.

An attempt to reach us is a contact. Somebody who is answered becomes a case, opened when he
first tried; hang-ups and calls that found no place stay contacts. A caller keeps who he is when
he calls again: his address, and all that is drawn at it. What comes over another channel is a
contact and a case at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.basis.distributions import Distribution
from cssim.blueprint.rule_tables import Telephone as Rules
from cssim.blueprint.tables import Bit
from cssim.eventlog import CAUSES, CONTACT_OUTCOMES, NEVER, PIECE_KINDS
from cssim.sim.kernel import AFTER_CALL, TIMER
from cssim.sim.pools import Pool
from cssim.sim.state import RINGING, Call, Case, Token
from cssim.sim.timekeeping import REACHED
from cssim.sim.walk import Walker

WAITING, ANSWERED, ABANDONED, BLOCKED, CALLED_BACK, RECEIVED = range(len(CONTACT_OUTCOMES))
NO_CASE = -1  # stands as the closing moment of a caller who has not been answered
_PATIENCE, _REDIAL, _DELAY, _AFTER_CALL, _CALLBACK = (
    addresses.text_key(f"telephone/{what}")
    for what in ("patience", "redial", "delay", "after_call", "callback")
)
_WORKING = CAUSES.index("working")
_AFTER_CALL_PIECE = PIECE_KINDS.index("after_call")
_CUSTOMER = CAUSES.index("customer")
_WAIT_PIECE = PIECE_KINDS.index("waiting")


class Telephone:
    """Takes callers from their first attempt to an answer, or away.

    `opens` is told of a caller who is answered, with the moment of his first attempt; `gives_up`
    of one who will not call again.
    """

    def __init__(
        self,
        rules: Rules,
        walker: Walker,
        closed_at: array[int],
        opens: Callable[[Case, int], None],
        gives_up: Callable[[Case, int], None],
    ) -> None:
        self._rules = rules
        self._walker = walker
        self._closed_at = closed_at
        self._opens = opens
        self._gives_up = gives_up
        self._recorder = walker.recorder
        self._contacts = 0
        walker.answered = self.answered
        if rules.after_call is not None:
            walker.people.hangs_up = self._after_call

    def receive(self, case: Case, now: int) -> None:
        """A request comes in that nobody waits for on the line: contact and case at once."""
        pool = self._walker.first[case.flow].pools[case.place]
        self._recorder.contact(
            self._contacts, case.number, 1, RECEIVED, case.place, pool.number, now, now
        )
        self._contacts += 1

    def ring(self, case: Case, now: int) -> None:
        """Somebody calls: he is answered at once, waits, or finds no place."""
        if case.call is None:
            case.call = Call(now, case.place)
            self._closed_at[case.number] = NO_CASE
        call = case.call
        case.place = call.region
        call.number, call.at = self._contacts, now
        call.attempt += 1
        self._contacts += 1
        at = self._walker.first[case.flow]
        pool = at.pools[case.place]
        token = self._walker.branch(case, case)
        token.live = True
        token.phase = RINGING
        self._walker.enter(token, at, now)
        if call.answered:
            return
        if 0 <= pool.places <= pool.callers:
            self._leaves(token, pool, BLOCKED, now)
            return
        pool.callers += 1
        call.waits = True
        self._set_limits(token, case, call, now)

    def _set_limits(self, token: Token, case: Case, call: Call, now: int) -> None:
        """How long he waits as he does: until he hangs up, is asked, or put through."""
        rules, at = self._rules, self._walker.kernel.at
        subject = token, call.number
        if rules.patience is not None:
            which = 1 if rules.same_patience else call.attempt
            by = rules.factor_attribute
            factor = rules.factors[case.values[by]] if by >= 0 else 1.0
            patience = self._drawn(rules.patience, case, _PATIENCE, which, factor)
            at(now + patience, TIMER, self._hangs_up, subject)
        if rules.callback:
            at(now + rules.callback_after, TIMER, self._is_asked, subject)
        to = rules.overflow_to
        if case.place < len(to) and to[case.place] >= 0:
            at(now + rules.overflow_after, TIMER, self._overflows, subject)

    def answered(self, token: Token, now: int) -> None:
        """Somebody takes the call: it becomes a case."""
        case, pool = token.case, token.at.pools[token.case.place]
        call = case.call
        assert call is not None
        call.answered = True
        if call.waits:
            call.waits = False
            pool.callers -= 1
        if token.live:
            self._write(case, call, ANSWERED, pool, now)
        self._closed_at[case.number] = NEVER
        if call.attempt > 1:  # between his attempts we waited for him
            self._recorder.piece(
                token.sitting, case.number, token.at.number, 1, _WAIT_PIECE, _CUSTOMER, -1,
                call.first_at, call.at,
            )  # fmt: skip
            token.enabled = call.first_at
        self._opens(case, call.first_at)
        cuts = self._walker.rare.cuts
        if token.at.bits & Bit.CUTTABLE and cuts is not None:
            cuts.watch(token, token.at, now)
        if token.at.bits & Bit.AT_ENTRY:  # he was no case yet when he came to it
            self._walker.rare.timekeeping.act(token, token.at.number, REACHED, call.first_at)

    def _is_asked(self, subject: tuple[Token, int], now: int) -> None:
        """Shall we call back? Then he rings off, and is deferred work of the same line."""
        token, number = subject
        case = token.case
        if case.call is None or case.call.number != number or not case.call.waits:
            return
        accepts = addresses.fold(_CALLBACK, case.call.attempt)
        if addresses.uniform(case.key, accepts) >= self._rules.callback:
            return
        pool = token.at.pools[case.place]
        self._walker.people.withdraw(token, pool)
        case.call.waits = False
        pool.callers -= 1
        token.live = False
        self._write(case, case.call, CALLED_BACK, pool, now)
        self._walker.people.join(token, pool, now)

    def _overflows(self, subject: tuple[Token, int], now: int) -> None:
        """Put through to another region's people, once: there his case is worked on, too."""
        token, number = subject
        case = token.case
        if case.call is None or case.call.number != number or not case.call.waits:
            return
        there = self._rules.overflow_to[case.place]
        here, pool = token.at.pools[case.place], token.at.pools[there]
        if here is pool or (0 <= pool.places <= pool.callers and not pool.idle):
            return
        self._walker.people.withdraw(token, here)
        here.callers -= 1
        case.place = there
        pool.callers += 1  # whoever answers him takes him out again
        self._walker.people.join(token, pool, now)

    def _hangs_up(self, subject: tuple[Token, int], now: int) -> None:
        token, number = subject
        call = token.case.call
        if call is None or call.number != number or not call.waits:
            return
        pool = token.at.pools[token.case.place]
        call.waits = False
        pool.callers -= 1
        self._leaves(token, pool, ABANDONED, now)

    def _leaves(self, token: Token, pool: Pool, outcome: int, now: int) -> None:
        """He is gone, and may call again."""
        case = token.case
        call = case.call
        assert call is not None
        self._walker.people.withdraw(token, pool)
        token.phase = 0
        self._walker.forget(token)
        self._write(case, call, outcome, pool, now)
        redial = addresses.fold(_REDIAL, call.attempt)
        if addresses.uniform(case.key, redial) < self._rules.redial:
            assert self._rules.delay is not None
            delay = self._drawn(self._rules.delay, case, _DELAY, call.attempt)
            self._walker.kernel.at(now + delay, TIMER, self.ring, case)
        else:
            self._gives_up(case, now)

    def _after_call(self, token: Token, agent: int, now: int) -> None:
        """Whoever took the call is busy with it for a while after it.

        Its last activity has just been written; the token is on its way to the next node.
        """
        case, pool = token.case, self._walker.people.pool_of[agent]
        assert self._rules.after_call is not None
        ends_at = now + self._drawn(self._rules.after_call, case, _AFTER_CALL, 1)
        node, visit = self._recorder.last_activity()
        self._recorder.piece(
            token.sitting, case.number, node, visit, _AFTER_CALL_PIECE, _WORKING, agent,
            now, ends_at,
        )  # fmt: skip
        self._walker.kernel.at(ends_at, AFTER_CALL, self._over, (agent, pool))

    def _over(self, subject: tuple[int, Pool], now: int) -> None:
        self._walker.people.free(*subject, now)

    @staticmethod
    def _drawn(time: Distribution, case: Case, stream: int, which: int, factor: float = 1.0) -> int:
        u = addresses.uniform(case.key, addresses.fold(stream, which))
        return int(time.value(float(ndtri(u))) * factor + 0.5)

    def write_waiting(self) -> None:
        """At the end of the run: who is still waiting for an answer."""
        for token in self._walker.open_tokens():
            if token.phase == RINGING and token.live:  # not those who will be called back
                assert token.case.call is not None
                pool = token.at.pools[token.case.place]
                self._write(token.case, token.case.call, WAITING, pool, NEVER)

    def _write(self, case: Case, call: Call, outcome: int, pool: Pool, until: int) -> None:
        self._recorder.contact(
            call.number, case.number, call.attempt, outcome, call.region, pool.number, call.at,
            until,
        )  # fmt: skip
