"""Two transcriptions of one handbook: do graph and reference say the same, whatever is answered?

Each of the two is asked for all the ways through a flow by itself, so a question, an answer
or a way that only one of them knows is seen as well. Every comparison is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cssim.conformance import trace, walks
from cssim.flows import graph, paths

MOST = 3  # so often a question is asked in one instance of a flow

Script = tuple[tuple[str, str, tuple[str, ...]], ...]  # flow, question, its answers in turn
Ways = dict[Script, walks.Walk]


@dataclass(frozen=True, slots=True)
class Compared:
    """One flow, entered one way: how many combinations of answers, and what differs."""

    flow: str
    called_from: str | None
    count: int
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether something was compared, and nothing differed."""
        return self.count > 0 and not self.differences


class _TooOften(Exception):
    """A question was asked once more than is looked at."""


class _Explorer:
    """Answers that try everything: those of `choices`, then the first possible ones."""

    def __init__(self, choices: list[int], most: int) -> None:
        self.choices = choices
        self.most = most
        self.widths: list[int] = []
        self.script: dict[tuple[str, str], list[str]] = {}

    def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
        """The answer that is being tried here."""
        before = self.script.setdefault((flow, question), [])
        if len(before) == self.most:
            raise _TooOften
        place = len(self.widths)
        if place == len(self.choices):
            self.choices.append(0)
        self.widths.append(len(possible))
        before.append(possible[self.choices[place]])
        return before[-1]

    def next(self) -> list[int] | None:
        """The choices to be tried after these; None when all have been."""
        choices = self.choices[: len(self.widths)]
        while choices and choices[-1] + 1 == self.widths[len(choices) - 1]:
            choices.pop()
        return [*choices[:-1], choices[-1] + 1] if choices else None


def script_of(answers: Mapping[str, Mapping[str, str | Sequence[str]]]) -> Script:
    """Answers in one normal form, so that equal ones are equal."""
    return tuple(
        sorted(
            (flow, question, (value,) if isinstance(value, str) else tuple(value))
            for flow, decisions in answers.items()
            for question, value in decisions.items()
            if value
        )
    )


def answers_of(script: Script) -> dict[str, dict[str, list[str]]]:
    """The script as a case's answers."""
    found: dict[str, dict[str, list[str]]] = {}
    for flow, question, values in script:
        found.setdefault(flow, {})[question] = list(values)
    return found


def every_way(
    engine: walks.Engine, flow: str, called_from: str | None, most: int = MOST
) -> Iterator[tuple[Script, walks.Walk]]:
    """All ways of an engine through a flow, by trying every answer that it says is possible."""
    choices: list[int] | None = []
    while choices is not None:
        explorer = _Explorer(choices, most)
        try:
            walk = engine(flow, called_from, explorer)
        except _TooOften:
            pass
        else:
            script = ((*where, tuple(taken)) for where, taken in explorer.script.items())
            yield tuple(sorted(script)), walk
        choices = explorer.next()


def graph_ways(
    flows: Mapping[str, graph.Flow], flow: str, called_from: str | None, most: int = MOST
) -> Ways:
    """All ways through a graph."""
    return {
        script_of(script): walks.of_path(path)
        for script, path in paths.every_path(flows, flow, called_from, most)
    }


def reference_ways(flow: str, called_from: str | None, most: int = MOST) -> Ways:
    """All ways through the reference."""
    return dict(every_way(walks.by_reference, flow, called_from, most))


def compare(expected: Ways, seen: Ways) -> tuple[int, list[str]]:
    """How many combinations of answers were compared, and a sentence per difference."""
    found = []
    for script, walk in expected.items():
        other = seen.get(script)
        what = walks.difference(walk, other) if other else "these answers lead nowhere"
        if what:
            found.append(f"{what}, when answered {said(script)}")
    found += [
        f"nobody expected an end when answered {said(script)}"
        for script in seen
        if script not in expected
    ]
    return len(expected), found


def said(script: Script) -> str:
    """A script in a message."""
    return ", ".join(f"{flow}/{q} {' then '.join(values)}" for flow, q, values in script) or "-"


def entrances(flows: Mapping[str, graph.Flow]) -> list[tuple[str, str | None]]:
    """Every flow with everyone who may have called it."""
    return [(id, caller) for id in flows for caller in trace.callers(flows, id)]


def graph_and_reference(
    flows: Mapping[str, graph.Flow], most: int = MOST
) -> Iterator[tuple[Compared, Ways]]:
    """Flow by flow and caller by caller: the comparison, and the graph's ways for further use."""
    for flow, called_from in entrances(flows):
        ways = graph_ways(flows, flow, called_from, most)
        count, differences = compare(reference_ways(flow, called_from, most), ways)
        yield Compared(flow, called_from, count, tuple(differences)), ways
