"""What the next run must know to go on from here, and the other tables do not tell.

Written once, when everything has stopped: how much is left of what was begun, what is agreed
on, visits and answers that a later step asks for, parts that are asked for or on their way.
"""

from __future__ import annotations

from collections.abc import Iterator

from cssim.blueprint.tables import Bit, Rule
from cssim.eventlog import NEVER, OPEN_FACTS
from cssim.sim.rare import Rare
from cssim.sim.state import ASLEEP, CUT, RESTART, RINGING, Case, Instance, Token
from cssim.sim.walk import Walker

Fact = tuple[str, int, int]  # word, of what, value


def write(walker: Walker, rare: Rare, end: int) -> None:
    """Everything about tokens, their cases and instances, and parts that are not on a shelf."""
    put = walker.recorder.open
    wakes = {id(event): moment for moment, _, _, event in walker.kernel.entries()}
    of_case: dict[int, list[Token]] = {}
    for token in walker.open_tokens():
        if token.phase != RINGING:
            of_case.setdefault(token.case.number, []).append(token)
    for number, tokens in of_case.items():
        facts = list(_of_case(tokens[0].case, tokens, rare))
        for token in tokens:
            facts += _of_token(token, walker, rare, wakes.get(id(token), end), end)
        for word, of, value in facts:
            put(OPEN_FACTS.index(word), number, of, value)
    for word, shelf, count, at in rare.stock.not_there():
        put(OPEN_FACTS.index(word), -1, shelf.rule.part, count, shelf.rule.place, at)


def _of_token(token: Token, walker: Walker, rare: Rare, wakes_at: int, end: int) -> Iterator[Fact]:
    number, bits = token.number, token.at.bits
    if token.live:
        yield "live", number, 1
    if token.case.armed:
        yield "responds", number, 1
    if bits & Bit.MEETING and token.started == NEVER:
        yield "until", number, max(rare.gathering.meetings.start_of(token), end)
    elif token.started < NEVER and bits & (Bit.CUSTOMER | Bit.SUPPLIER | Bit.COLLECT):
        yield "until", number, wakes_at
    elif token.started < NEVER:
        yield "left", number, _left(token, walker, wakes_at, end)
    if token.agent >= 0:
        yield "by", number, token.agent
        for agent, _ in token.others or ():
            yield "by", number, agent


def _left(token: Token, walker: Walker, wakes_at: int, end: int) -> int:
    """How much is left of the work that a token has begun."""
    if token.phase in (RESTART, ASLEEP):
        return token.left
    if token.phase == CUT:
        return wakes_at - end + token.left
    if token.pool.rule == Rule.PAUSE and not walker.shifts.undisturbed(token):
        return walker.people.hours[token.agent].open_time(end, wakes_at)
    return wakes_at - end


def _of_case(case: Case, tokens: list[Token], rare: Rare) -> Iterator[Fact]:
    yield "place", -1, case.place
    if case.dedicated >= 0:
        yield "dedicated", -1, case.dedicated
    if case.seeks is not None:
        yield "seeks", -1, case.seeks.number
    if case.mends is not None:
        yield "mends", case.mends.part, 1
    for node, visits in (case.visits or {}).items():
        yield "visits", node, visits
    instances: dict[int, Instance] = {}
    for token in tokens:
        above: Instance | None = token.instance
        while above is not None:
            instances[above.number] = above
            above = above.caller
        for part, count in rare.stock.asked_by(token):
            yield "asked", part, count
    for instance in instances.values():
        yield from _of_instance(instance)


def _of_instance(instance: Instance) -> Iterator[Fact]:
    if instance.got >= 0:
        yield "got", instance.flow, instance.got
    if instance.agreed >= 0:
        yield "agreed", instance.flow, instance.agreed
    if instance.borrowed:
        yield "borrowed", instance.flow, 1
    for node, answer in (instance.answers or {}).items():
        yield "answer", node, answer
    if instance.loan is not None:
        yield from instance.loan.told()
