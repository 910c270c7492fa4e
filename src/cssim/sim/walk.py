"""The walker: how a token goes through the flows, one activity after another.

One queue event per timed activity. A node with nothing rare about it takes the common path:
`enter` (which pool?), `start` (how long?), `finish` (what answer, where to?). What is rare is
one bit field, tested once for zero; `rare` knows what each bit means.

The walker knows no flow by name: it reads the blueprint's tables.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from heapq import heappush
from typing import Any

from cssim.blueprint.tables import Bit, Blueprint, Kind, Mode
from cssim.eventlog import ANSWERED_BY, CAUSES, NEVER, PIECE_KINDS
from cssim.sim.draws import Draws
from cssim.sim.kernel import COMPLETION, Kernel
from cssim.sim.people import BUSY, People
from cssim.sim.pools import NOBODY, Pool
from cssim.sim.presence import Presence
from cssim.sim.promises import FIRST_RESPONSE
from cssim.sim.recorder import Recorder
from cssim.sim.shifts import ShiftEnds
from cssim.sim.state import ASLEEP, CUT, DELAYED, RESTART, RESUMED, RINGING, Case, Instance, Token
from cssim.sim.stations import Station, stations

QUEUEING = CAUSES.index("queueing")
WORKING = CAUSES.index("working")
TRAVEL = CAUSES.index("travel")
WORK_PIECE, WAIT_PIECE, TRAVEL_PIECE, HELD_PIECE = (
    PIECE_KINDS.index(kind) for kind in ("work", "waiting", "travel", "held")
)
BY_SCRIPT, BY_FACT, BY_CALL, BY_ATTRIBUTE, BY_CLOCK, BY_DRAW = (
    ANSWERED_BY.index(word) for word in ("script", "fact", "call", "attribute", "clock", "draw")
)
DRAW = Mode.DRAW


def _not_yet(*_: object) -> None:
    raise AssertionError("the walker is not put together yet")


class Walker:
    """Takes every token from node to node.

    `rare` is what handles the nodes with something rare about them; it is set once, when the
    run is put together, and calls back `start` and `finish`.
    """

    def __init__(
        self, blueprint: Blueprint, kernel: Kernel, recorder: Recorder, draws: Draws,
        presence: Presence,
    ) -> None:  # fmt: skip
        self.nodes = blueprint.nodes
        self.kernel = kernel
        self.recorder = recorder
        self.draws = draws
        self.people = People(blueprint, presence, self.start)
        self.stations = stations(blueprint, draws, self.people)
        # of each flow, the node after a start that has a single way on
        starts = [self.stations[start] for start in blueprint.starts]
        self.first = [start.ways[0][1] or start for start in starts]
        # shared by all tokens: what the queue calls when an activity completes, and when a
        # token wakes that was not at work
        self.on_completed: list[Callable[[Any], None]] = [self.finish]
        self.on_waking: list[Callable[[Any], None]] = [self._wake]
        self.shifts = ShiftEnds(self)
        self.rare: Any = None
        self.structure: Callable[[Token, Station, int], None] = _not_yet
        self.end: Callable[[Token, Station, int], None] = _not_yet
        self.answered: Callable[[Token, int], None] = _not_yet
        self.ease: Callable[[Case, int], float] = lambda case, now: 1.0
        self._tokens = 0
        self._slots: list[Token] = []
        self.free_slots: list[Token] = []
        self.sittings = 0
        self._state = self.people.state
        self._ends = self.people.ends
        self._queue: list[Any] = kernel._queue
        self._pack = recorder.pack_activity
        self._add = recorder.add_activity

    # ---- tokens ---------------------------------------------------------------------------

    def begin(self, case: Case, now: int, live: bool = False) -> None:
        """A case begins its flow, with its first token."""
        free = self.free_slots
        token = free.pop() if free else self._slot()
        self._tokens = token.number = number = self._tokens + 1
        token.order = COMPLETION | number
        token.case = token.instance = case
        token.live = live
        self.enter(token, self.first[case.flow], now)

    def branch(self, case: Case, instance: Instance) -> Token:
        """A token for one more branch of a case."""
        token = self.free_slots.pop() if self.free_slots else self._slot()
        self._tokens = token.number = number = self._tokens + 1
        token.order = COMPLETION | number
        token.case = case
        token.instance = instance
        token.live = False
        return token

    def _slot(self) -> Token:
        token = Token(self.on_completed, self.stations[0], NOBODY)
        self._slots.append(token)
        return token

    def forget(self, token: Token) -> None:
        """A token that has no further to go; it is in no line and not in the queue."""
        token.agent = -1
        self.free_slots.append(token)

    def open_tokens(self) -> list[Token]:
        """The tokens that have further to go, by number."""
        free = {id(token) for token in self.free_slots}
        tokens = [token for token in self._slots if id(token) not in free]
        return sorted(tokens, key=lambda token: token.number)

    # ---- the common path ------------------------------------------------------------------

    def enter(self, token: Token, at: Station, now: int) -> None:
        """Come to a node: go on with the sitting, or wait for its people."""
        token.at = at
        token.enabled = now
        token.started = NEVER
        token.pieces = 0
        if at.is_rare:
            if at.is_structure:
                self.structure(token, at, now)
            else:
                self.rare.enter(token, at, now)
            return
        case = token.case
        pool = at.pools[case.place]
        if token.agent >= 0:
            if token.pool is pool:
                self.start(token, now, token.agent, pool)
                return
            self.people.leave(token, now)
        if pool.idle and not pool.careful and case.dedicated < 0:
            self.start(token, now, pool.idle.popleft(), pool)
        else:
            self.people.join(token, pool, now)

    def start(self, token: Token, now: int, agent: int, pool: Pool) -> None:
        """Somebody begins the activity (or nobody of ours has to): how long will it take?

        An agent who is not the token's yet begins a sitting with it.
        """
        if token.agent != agent:
            self._state[agent] = BUSY
            token.agent = agent
            token.pool = pool
            self.sittings = token.sitting = self.sittings + 1
        elif now >= self._ends[agent] and self.shifts.off_shift(token, pool, now):
            return
        if token.phase:
            if token.phase == RESTART:
                self.shifts.restart(token, now)
                return
            first = self.answered if token.phase == RINGING else self.rare.owners.given
            token.phase = 0
            first(token, now)
        token.started = now
        at = token.at
        case = token.case
        if at.to_start:
            length = self._rare_length(token, at, now)
        else:
            token.visit = 1
            stream = at.length
            if stream.column < case.dealt:
                length = case.luck[stream.column]
            else:
                length = self.draws.length(case, stream, 1)  # type: ignore[assignment]
        if case.armed and self.nodes.kind[at.number] != Kind.LINK:  # R95: no link responds
            case.armed = False
            self.rare.promises.stop(case, FIRST_RESPONSE, now)
        if now + length > self._ends[agent]:
            self.shifts.passed(token, pool, now, length)
        else:
            # as simpy.Environment.schedule does it; the order is unique and needs no event id
            heappush(self._queue, (now + length, token.order, 0, token))

    def finish(self, token: Token) -> None:
        """An activity completes: its answer, its row, its effects, and the way on.

        Called by the queue when the token's time has come, and for what takes no time.
        """
        now: int = self.kernel._now  # type: ignore[assignment]
        at = token.at
        case = token.case
        mode = at.mode
        if mode == DRAW:
            stream = at.chance
            if stream.column < case.dealt:
                u = case.luck[stream.column]
            else:
                u = self.draws.uniform(case, stream, 1)
            position = bisect_right(at.cumulative, u)
            by = BY_DRAW
        elif mode:
            position, by = self.rare.answer(token, at)
        else:
            position = by = 0
        answer, to, ends = at.ways[position]
        rare = at.to_finish
        if rare:
            self.rare.settle(token, rare, now)
        pack, add = self._pack, self._add  # a callable in an attribute is called faster as a local
        add(
            pack(
                case.number, token.instance.number, token.number, token.sitting, at.number,
                token.visit, token.pool.number, answer, token.agent, by, QUEUEING, token.pieces,
                token.enabled, token.started, now,
            )
        )  # fmt: skip
        if rare:
            if rare & Bit.AFTER:
                self.rare.after(token, at, answer, now)
            if rare & Bit.CALL:
                self.rare.call(token, at, now)
                return
        if to is None:
            to = self.rare.choose(token, at, position)
            ends = to.is_end
        if ends:
            end = self.end
            end(token, to, now)
        else:
            self.enter(token, to, now)

    # ---- starts with something rare about them, and shift ends ----------------------------

    def _rare_length(self, token: Token, at: Station, now: int) -> int:
        """What happens when it starts, and its length with factors and the journey."""
        rare, case, node = at.to_start, token.case, at.number
        visit = token.visit = case.visit(node) if rare & Bit.REVISITS else 1
        stream = at.length
        dealt = visit == 1 and stream.column < case.dealt
        unit = case.luck[stream.column] if dealt else self.draws.length(case, stream, visit)
        if rare & Bit.AT_START:
            self.rare.at_start(token, at, now)
        if rare & Bit.PACED and token.agent >= 0:
            unit *= self.people.pace(token.agent, token, now)
        if rare & Bit.EASED:
            unit *= self.ease(case, now)
        if rare & Bit.SCALED:
            unit *= at.scale
        if rare & Bit.FACTOR:
            unit *= self.nodes.factors[node][case.values[self.nodes.factor_attribute[node]]]
        length = int(unit + 0.5)
        if rare & Bit.TRAVEL:
            arrived, begins = self.rare.travel(token, node, now)
            self.worked(token, WORK_PIECE, WORKING, token.agent, begins, begins + length)
            length += begins - now
        if rare & Bit.ARRIVAL:
            self.rare.arrives(token, node, arrived if rare & Bit.TRAVEL else now, now)
        return length

    def sleep(self, token: Token, phase: int, length: int, order: int) -> None:
        """Put a token into the queue that is not at work; `phase` says why it will wake."""
        token.phase = phase
        token.callbacks = self.on_waking
        self.kernel.schedule(token, order, length)  # type: ignore[arg-type]

    def _wake(self, token: Token) -> None:
        """A token wakes that was not at work: its shift begins, is over, or its moment is due."""
        now: int = self.kernel._now  # type: ignore[assignment]
        phase = token.phase
        token.phase = 0
        token.callbacks = self.on_completed
        if phase == DELAYED:
            self.start(token, now, token.agent, token.pool)
        elif phase == RESUMED:
            self.worked(token, WORK_PIECE, WORKING, token.agent, token.began, now)
            self.finish(token)
        elif phase == CUT:
            self.shifts.cut(token, token.pool, now)
        elif phase == ASLEEP:
            token.phase = RESTART
            self.start(token, now, token.agent, token.pool)
        else:
            self.rare.due(token, now)

    def worked(
        self, token: Token, kind: int, cause: int, agent: int, from_at: int, to_at: int
    ) -> None:
        """Write down a stretch that the activity's own row cannot say."""
        token.pieces += 1
        self.recorder.piece(
            token.sitting, token.case.number, token.at.number, token.visit, kind, cause, agent,
            from_at, to_at,
        )  # fmt: skip
