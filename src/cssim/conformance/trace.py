"""Traces: a line of JSON says what is answered in a case, a line of JSON says where it went.

A line is judged by the graphs before anybody walks it, so the same mistake is told in the
same words whoever was asked to trace. It knows nothing of files and of simulation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from cssim.conformance import answers, walks
from cssim.errors import AnswerError
from cssim.flows import graph

MEMBERS = ("flow", "called_from", "answers")


@dataclass(frozen=True, slots=True)
class Case:
    """What one line asks for; it has been walked once and fits."""

    flow: str
    called_from: str | None
    answers: answers.Given

    def script(self) -> dict[str, Any]:
        """The case as the scripted simulation takes it."""
        return {"flow": self.flow, "called_from": self.called_from, "answers": self.answers}


def callers(flows: Mapping[str, graph.Flow], flow: str) -> list[str | None]:
    """Who may call a flow (R7); None first: a case may begin with it."""
    links = (
        (caller.id, node.call)
        for caller in flows.values()
        for node in caller.nodes.values()
        if node.call is not None
    )
    found: list[str | None] = [None]
    for caller, call in links:
        if call.flow == flow and caller not in found:
            found.append(caller)
    return found


def lines(source: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that say something, with their numbers from 1; blank ones only count."""
    for number, line in enumerate(source, start=1):
        if line.strip():
            yield number, line


def read(flows: Mapping[str, graph.Flow], line: bytes) -> Case:
    """One line as a case that can be walked.

    Raises:
        AnswerError: What is wrong with it, and what was expected.
    """
    members = _members(_parsed(line))
    flow = _flow(flows, members["flow"])
    called_from = _caller(flows, flow, members.get("called_from"))
    case = Case(flow, called_from, answers.check(flows, members["answers"]))
    walk(walks.by_graph(flows), case)
    return case


def walk(engine: walks.Engine, case: Case) -> walks.Walk:
    """The case's way, all its answers used.

    Raises:
        AnswerError: An answer is missing, cannot be given, or is left over.
    """
    sheet = answers.AnswerSheet(case.answers)
    found = engine(case.flow, case.called_from, sheet)
    sheet.check_used()
    return found


def text(walk: walks.Walk) -> str:
    """A walk as the line that is printed."""
    steps = [step.label for step in walk.steps]
    return json.dumps({"steps": steps, "outcome": walk.outcome}, ensure_ascii=False)


def _parsed(line: bytes) -> object:
    try:
        return json.loads(
            line.rstrip().decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_int=_whole,
        )
    except UnicodeDecodeError:
        raise AnswerError("bad JSON: not UTF-8 (expected one JSON object a line)") from None
    except json.JSONDecodeError as error:
        _bad_json(f"column {error.colno}")
    except RecursionError:
        _bad_json("nested too deeply")


def _bad_json(what: str) -> NoReturn:
    raise AnswerError(f"bad JSON: {what} (expected one JSON object a line)") from None


def _no_constant(word: str) -> NoReturn:
    _bad_json(f"{word} is no JSON")


def _whole(digits: str) -> float:
    return int(digits) if len(digits) < 20 else float(digits)  # no number is of use here


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise AnswerError(f"duplicate member {answers.quoted(name)} (expected it once)")
        found[name] = value
    return found


def _members(parsed: object) -> dict[str, object]:
    if not isinstance(parsed, dict):
        raise AnswerError(
            f"not an object: {answers.quoted(parsed)} (expected flow, called_from and answers)"
        )
    for name in parsed:
        if name not in MEMBERS:
            raise AnswerError(
                f"unknown member {answers.quoted(name)} (expected {answers.one_of(MEMBERS)})"
            )
    for name, expected in (("flow", "a flow's id"), ("answers", "an object")):
        if name not in parsed:
            raise AnswerError(f"missing member {answers.quoted(name)} (expected {expected})")
    return parsed


def _flow(flows: Mapping[str, graph.Flow], value: object) -> str:
    if not isinstance(value, str) or value not in flows:
        raise AnswerError(
            f"unknown flow {answers.quoted(value)} (expected {answers.one_of(list(flows))})"
        )
    return value


def _caller(flows: Mapping[str, graph.Flow], flow: str, value: object) -> str | None:
    possible = callers(flows, flow)
    if value is None or (isinstance(value, str) and value in possible):
        return value
    expected = answers.one_of(["null", *(name for name in possible if name)])
    raise AnswerError(f"unknown caller {answers.quoted(value)} of {flow} (expected {expected})")
