"""Replay: what every case of a run did, done again by the handbook.

The answers that a log tells are handed to an engine, and its walk is compared with the
log's. A case that is still open must have begun as the handbook begins; where it went no
further, any answer will do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cssim import eventlog
from cssim.conformance import answers, departures, recorded, sections, walks
from cssim.errors import AnswerError
from cssim.flows import graph


@dataclass(frozen=True, slots=True)
class Deviation:
    """What some cases did that they ought not; the first stands for all."""

    case: int
    count: int
    what: str

    def __str__(self) -> str:
        others = f" (and {self.count - 1} like it)" if self.count > 1 else ""
        return f"case {self.case}{others}: {self.what}"


@dataclass(frozen=True, slots=True)
class Replayed:
    """How a replay went.

    Attributes:
        cases: how many were replayed, the open ones among them included.
        still_open: how many of them were compared as a beginning.
        by_own_graph: how many went ways that a scenario changed, and were replayed by its graph.
    """

    cases: int
    still_open: int
    by_own_graph: int
    deviations: tuple[Deviation, ...]

    @property
    def holds(self) -> bool:
        """Whether something was compared, and nothing deviated."""
        return self.cases > 0 and not self.deviations


class _Retold:
    """The answers of a log; for an open case, after its last one, whatever leads on."""

    def __init__(self, given: answers.Given, is_open: bool) -> None:
        self.sheet = answers.AnswerSheet(given)
        self.given = given
        self.is_open = is_open

    def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
        """The answer that the log tells, or would do."""
        asked = self.sheet.asked.get((flow, question), 0)
        told = len(self.given.get(flow, {}).get(question, ()))
        if not self.is_open or asked < told:
            return self.sheet.take(flow, question, possible)
        self.sheet.asked[flow, question] = asked + 1
        return possible[(asked - told) % len(possible)]  # in turn: so every loop is left


def replay(
    log: eventlog.EventLog, flows: Mapping[str, graph.Flow], handbook: Mapping[str, graph.Flow]
) -> Replayed:
    """Every case of a log by the reference, or by its own graph where a scenario changed it.

    Args:
        log: what happened.
        flows: the flows in force in it.
        handbook: the flows that the reference transcribes.
    """
    own = departures.touched(flows, handbook)
    places = sections.places(flows)
    found, cases, still_open, by_own = [], 0, 0, 0
    for group in recorded.read(log, flows):
        engine = walks.by_graph(flows) if group.flow in own else walks.by_reference
        what = deviation(engine, group, places)
        if what:
            found.append(Deviation(group.cases[0], len(group.cases), what))
        cases += len(group.cases)
        still_open += len(group.cases) * group.is_open
        by_own += len(group.cases) * (group.flow in own)
    return Replayed(cases, still_open, by_own, tuple(found))


def deviation(
    engine: walks.Engine, group: recorded.Recorded, places: sections.Places
) -> str | None:
    """In what one recorded way is not the engine's; None if it is."""
    if group.silent:
        return f"{group.silent[0]} was done without an answer"
    sheet = _Retold(group.answers, group.is_open)
    try:
        expected = engine(group.flow, None, sheet)
        if group.is_open:
            found = sections.prefix_difference(expected, group.walk, places)
        else:
            found = walks.difference(expected, group.walk)
        if found is None:
            sheet.sheet.check_used()
    except AnswerError as error:
        return str(error)
    return found


def driven(
    expected: Sequence[tuple[answers.Given, walks.Walk]],
    log: eventlog.EventLog,
    flows: Mapping[str, graph.Flow],
) -> Iterator[Deviation]:
    """What scripted cases did otherwise than their scripts' walks; a case's number is its place."""
    done = recorded.by_case(log, flows)
    for case, (script, walk) in enumerate(expected):
        if case not in done:
            yield Deviation(case, 1, "it is not in the log")
            continue
        what = walks.difference(walk, done[case].walk) or _other_answers(script, done[case].answers)
        if what:
            yield Deviation(case, 1, what)


def _other_answers(
    script: answers.Given, told: Mapping[str, Mapping[str, list[str]]]
) -> str | None:
    """The first answer that a log tells otherwise than the script gave it."""
    given = {(f, q): v for f, decisions in script.items() for q, v in decisions.items() if v}
    logged = {(f, q): v for f, decisions in told.items() for q, v in decisions.items()}
    for where in sorted({*given, *logged}):
        ought, is_ = given.get(where), logged.get(where)
        if ought is None or is_ is None:
            return f"{'/'.join(where)} was answered {is_ or '-'}, expected {ought or '-'}"
        if is_ != ([ought] * len(is_) if isinstance(ought, str) else list(ought)):
            return f"{'/'.join(where)} was answered {is_}, expected {ought}"
    return None
