"""Open cases when a run begins: each is put where it stands, before anything happens.

Whoever waits joins his line as of old, who is in somebody's hands is resumed by him, and what is
with a customer or a supplier comes when it comes. Cases are placed in the order in which their
branches began to wait, so that lines of parts are as they were.
"""

from __future__ import annotations

from collections.abc import Callable

from cssim.blueprint.backlog_tables import Backlog, OpenBranch, OpenCase
from cssim.blueprint.rule_tables import Deed
from cssim.blueprint.tables import Bit, Rule
from cssim.eventlog import NEVER
from cssim.sim.coming_again import ComingAgain
from cssim.sim.kernel import RESUME
from cssim.sim.people import BUSY, OFF
from cssim.sim.pools import NOBODY, Pool
from cssim.sim.rare import APPROVAL, CUSTOMER, PART, SUPPLIER, Rare
from cssim.sim.roster import Roster
from cssim.sim.state import ASLEEP, DELAYED, DUE, REPAIR, REQUEST, RESTART, Case, Instance, Token
from cssim.sim.stations import Station
from cssim.sim.timekeeping import REACHED
from cssim.sim.walk import WORK_PIECE, WORKING, Walker


class Restoring:
    """Puts the cases of a backlog where they are.

    `promise` opens a case's clocks with what they have used, `again` lets customers come again.
    """

    def __init__(
        self,
        backlog: Backlog,
        walker: Walker,
        rare: Rare,
        roster: Roster,
        promise: Callable[[Case, OpenCase], None],
        again: ComingAgain,
    ) -> None:
        self._backlog = backlog
        self._walker = walker
        self._people = walker.people
        self._rare = rare
        self._nodes = walker.nodes
        self._roster = roster
        self._promise = promise
        self._again = again
        # who is told to have something in hand
        self._named = {one for told in backlog.cases for b in told.branches for one in b.by}

    def restore(self) -> None:
        """Everything is as it was left: parts, cases and their clocks, branch by branch."""
        for coming in self._backlog.coming:
            self._rare.stock.is_coming(coming)
        standing: list[tuple[OpenBranch, OpenCase, Token]] = []
        for place, told in enumerate(self._backlog.cases):
            case = self._roster.restored[place]
            if not told.branches:
                self._has_closed(case, told)
                continue
            standing += [(branch, told, token) for branch, token in self._walks(case, told)]
            self._promise(case, told)
            if told.kind == REQUEST and self._roster.is_chased(case.number):
                self._again.chase_on(case.number, told.chased + 1, 0)
        for branch, told, token in sorted(standing, key=lambda one: one[0].since):
            self._place(token, branch, told)

    def _has_closed(self, case: Case, told: OpenCase) -> None:
        """Of a case that closed before the run there is its promise, and who comes back with it."""
        calls = self._rare.calls
        calls.closed_at[case.number] = told.closed_at
        calls.outcome[case.number] = dict(told.outcomes).get(case.flow, 0)
        self._promise(case, told)
        self._rare.promises.close(case, told.closed_at)
        if told.returns_at < NEVER:
            self._again.will_come_back(case, told.returns_at)

    # ---- what a case is in ----------------------------------------------------------------

    def _walks(self, case: Case, told: OpenCase) -> list[tuple[OpenBranch, Token]]:
        """Its instances, with what each has got, and a token for every branch."""
        case.simple = False
        case.tokens = len(told.branches)
        case.dedicated = told.dedicated
        case.visits = dict(told.visits)
        called: dict[int, Instance] = {}
        tokens = []
        for branch in told.branches:
            instance: Instance = case
            for link in branch.path[:-1]:
                if link not in called:
                    called[link] = self._rare.calls.called(case, instance, link, case.opened_at)
                instance = called[link]
            tokens.append((branch, self._walker.branch(case, instance)))
        of_flow = {instance.flow: instance for instance in (case, *called.values())}
        for flow, owner in told.owners:
            of_flow[flow].owner = owner
            case.recorded = True
        for flow, outcome in told.outcomes:
            of_flow[flow].got = outcome
        for flow, at in told.agreed:
            of_flow[flow].agreed = at
            self._rare.appointments.restored(case, of_flow[flow])
        self._remember(case, told, of_flow)
        if told.kind == REPAIR and self._rare.stock.benches is not None:
            self._rare.stock.benches.had(case, told)
        return tokens

    def _remember(self, case: Case, told: OpenCase, of_flow: dict[int, Instance]) -> None:
        """Answers, branches that have joined, and what is on loan."""
        for node, answer in told.answers:
            instance = of_flow.get(self._nodes.flow[node])
            if instance is not None:
                instance.answers = {**(instance.answers or {}), node: answer}
        for join, count in told.joins:
            instance = of_flow[self._nodes.flow[join]]
            instance.joined = {**(instance.joined or {}), join: count}
        if told.parts or told.borrowed:
            lender = next((one for one in of_flow.values() if self._lends(one.flow)), None)
            if lender is not None:
                self._rare.stock.has_on_loan(case, lender, told)

    def _lends(self, flow: int) -> bool:
        return any(
            effects.parts == "lend" and self._nodes.flow[node] == flow
            for node, effects in enumerate(self._nodes.effects)
        )

    # ---- where a token stands -------------------------------------------------------------

    def _place(self, token: Token, one: OpenBranch, told: OpenCase) -> None:
        at = self._walker.stations[one.path[-1]]
        token.at = at
        token.enabled = one.since
        token.live = one.live
        token.pool = NOBODY
        if one.responds:
            token.case.armed = True
        pool = at.pools[token.case.place]
        self._watch(token, at)
        if one.left >= 0:
            self._begun(token, one, pool)
        elif one.by:
            self._in_hand(token, one.by[0], pool, DELAYED)
        elif one.until >= 0 and at.bits & (Bit.CUSTOMER | Bit.SUPPLIER):
            self._outside(token, at, one)
        elif one.until >= 0 and at.bits & Bit.COLLECT:
            token.started = one.since
            self._walker.sleep(token, DUE, one.until, token.order)
        elif one.until >= 0 and at.bits & Bit.MEETING:
            token.visit = token.case.next_visit(at.number)
            self._rare.gathering.meetings.summon(token, at.number, 0, one.until)
        else:
            self._waits(token, one, told)

    def _watch(self, token: Token, at: Station) -> None:
        """What may end a step before it is done, or pauses clocks from when it is come to."""
        if at.bits & Bit.CUTTABLE and self._rare.cuts is not None:
            self._rare.cuts.watch(token, at, 0)
        for act in self._nodes.effects[at.number].acts[REACHED]:
            if act.deed == Deed.WAIT:
                self._rare.promises.wait(token, act.subject, 0)

    def _waits(self, token: Token, one: OpenBranch, told: OpenCase) -> None:
        at = token.at
        asked = {part: count for word, part, count in told.parts if word == "asked"}
        if asked and at.bits & Bit.PARTS:
            self._rare.stock.has_asked(token, at.number, asked)
        if at.is_rare:
            self._rare.enter(token, at, 0)
            token.began = token.enabled  # if it waits for what is not people: since then
            if one.came < NEVER:
                self._rare.write_wait(token, PART, one.came)
        else:
            self._people.join(token, at.pools[token.case.place], 0)

    def _outside(self, token: Token, at: Station, one: OpenBranch) -> None:
        cause = CUSTOMER if at.bits & Bit.CUSTOMER else SUPPLIER
        self._rare.promises.wait(token, cause, 0)
        token.started = one.began
        token.visit = self._visit(token, at)
        self._walker.kernel.schedule(token, token.order, one.until)  # type: ignore[arg-type]

    def _visit(self, token: Token, at: Station) -> int:
        return (token.case.visits or {}).get(at.number, 1) if at.bits & Bit.REVISITS else 1

    def _begun(self, token: Token, one: OpenBranch, pool: Pool) -> None:
        """Work that somebody has begun, or several: it is resumed with what is left of it."""
        at = token.at
        token.started = one.began
        token.visit = self._visit(token, at)
        token.left = one.left
        if at.bits & Bit.APPROVAL:
            self._rare.promises.wait(token, APPROVAL, 0)
        if at.bits & (Bit.SEVERAL | Bit.MEETING):
            self._together(token, one)
            return
        by = one.by[0] if one.by else self._someone(token, pool)
        # only what is worked from now on is told in this log, by pieces
        self._walker.worked(token, WORK_PIECE, WORKING, -1, 0, 0)
        if pool.ample:
            token.phase = RESTART
            token.pool = pool
            self._walker.start(token, 0, -1, pool)
        elif one.waiting or by < 0:
            token.phase = RESTART
            self._walker.shifts.put_back(token, pool, 0)
        else:
            self._in_hand(token, by, self._people.pool_of[by], ASLEEP)

    def _someone(self, token: Token, pool: Pool) -> int:
        """The owner, or the first of a pool who has nothing in hand; -1 if all have."""
        owner = token.instance.owner
        if owner >= 0 and token.at.bits & Bit.OWNED and self._people.knows(token, owner):
            return owner if self._people.state[owner] == OFF else -1
        off = self._people.state
        free = [one for one in pool.agents if off[one] == OFF and one not in self._named]
        able = [(self._comes_at(one), one) for one in free if self._people.can(token, one)]
        at, first = min(able, default=(NEVER, -1))
        return first if at < NEVER else -1

    def _comes_at(self, agent: int) -> int:
        return self._people.presence.planned[agent].next_open(0)

    def _in_hand(self, token: Token, agent: int, pool: Pool, phase: int) -> None:
        """Somebody goes on with it: at once in his shift or in overtime, else at his next."""
        goes_on = pool.rule == Rule.FINISH or self._walker.shifts.undisturbed(token)
        begins = 0 if goes_on else self._comes_at(agent)
        if begins == NEVER or self._people.state[agent] != OFF:  # he has left, or has other work
            token.phase = RESTART if phase == ASLEEP else 0
            self._walker.shifts.put_back(token, pool, 0)
            return
        self._takes(token, agent, pool)
        token.before = agent  # he does nothing of it again
        self._walker.sleep(token, phase, begins, RESUME | token.number)

    def _takes(self, token: Token, agent: int, pool: Pool) -> None:
        """Somebody has it in hand when the run begins: a sitting of his."""
        self._people.state[agent] = BUSY
        token.agent, token.pool = agent, pool
        self._walker.sittings = token.sitting = self._walker.sittings + 1

    def _together(self, token: Token, one: OpenBranch) -> None:
        first, *others = one.by
        self._takes(token, first, self._people.pool_of[first])
        for agent in others:
            self._people.state[agent] = BUSY
        token.others = [(agent, self._people.pool_of[agent]) for agent in others]
        self._walker.kernel.schedule(token, token.order, one.left)  # type: ignore[arg-type]
