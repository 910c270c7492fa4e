"""What a log says about its cases, as walks: the steps as entered, the answers, the outcome.

Most cases of a run went a way that others went before them, so equal ones are put together
and told once, with the numbers of their cases. It knows nothing of what ought to have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim import eventlog
from cssim.conformance import sections, walks
from cssim.flows import graph

CALL = eventlog.ANSWERED_BY.index("call")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One way that was really gone, and the cases that went it.

    Attributes:
        cases: their numbers, ascending.
        flow: where they began.
        walk: the steps as entered; the outcome is None while they are open.
        answers: flow → decision → answers in turn, without those that a call gave (R28, R31).
        silent: decisions that were done without an answer: a fault of the log.
    """

    cases: tuple[int, ...]
    flow: str
    walk: walks.Walk
    answers: dict[str, dict[str, list[str]]]
    silent: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether the cases had not ended when the run did."""
        return self.walk.outcome is None


def read(log: eventlog.EventLog, flows: Mapping[str, graph.Flow]) -> list[Recorded]:
    """All cases of a log; `flows` are those that it was walked by."""
    teller = _Teller(log, flows)
    return [teller.tell(cases, rows) for cases, rows in _alike(log)]


def by_case(log: eventlog.EventLog, flows: Mapping[str, graph.Flow]) -> dict[int, Recorded]:
    """Case → what it did."""
    return {case: found for found in read(log, flows) for case in found.cases}


def _alike(log: eventlog.EventLog) -> list[tuple[tuple[int, ...], NDArray[Any]]]:
    """Cases whose rows say the same, with the rows of the first of them."""
    cases, rows = log["cases"], log["activities"]
    rows = rows[np.argsort(rows["case"], kind="stable")]
    ends = np.searchsorted(rows["case"], np.arange(len(cases) + 1))
    told = np.empty((len(rows), 4), dtype=np.int32)
    told[:, 0], told[:, 1], told[:, 2] = rows["node"], rows["answer"], rows["answered_by"]
    told[:, 3] = rows["completed_at"] < eventlog.NEVER
    heads = _heads(cases)
    begins = cases["opened_at"] >= 0  # else its beginning is not told: it was open before the run
    alike: dict[bytes, list[int]] = {}
    for case, (from_, to) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)):
        if not begins[case]:
            continue
        alike.setdefault(heads[case].tobytes() + told[from_:to].tobytes(), []).append(case)
    return [(tuple(same), rows[ends[same[0]] : ends[same[0] + 1]]) for same in alike.values()]


def _heads(cases: NDArray[Any]) -> NDArray[np.int32]:
    """What of a case's own row belongs to the way it went."""
    closed = cases["closed_at"] < eventlog.NEVER
    return np.stack([cases["flow"], np.where(closed, cases["outcome"], -1)], 1).astype(np.int32)


class _Teller:
    """Reads rows with the words of one log."""

    def __init__(self, log: eventlog.EventLog, flows: Mapping[str, graph.Flow]) -> None:
        self.cases = log["cases"]
        self.flows = log.terms["flows"]
        self.answers = log.terms["answers"]
        self.nodes = log.terms["nodes"]
        self.visits = [
            walks.Visit(sections.label(node["flow"], node["id"]), frozenset(node["doers"]))
            for node in self.nodes
        ]
        self.known = {visit.label: visit for visit in self.visits}
        self.places = sections.places(flows)
        self.collected = sections.collected(flows)

    def tell(self, cases: tuple[int, ...], rows: NDArray[Any]) -> Recorded:
        own = self.cases[cases[0]]
        is_open = own["closed_at"] == eventlog.NEVER
        outcome = None if is_open else eventlog.OUTCOMES[own["outcome"]]
        answers, silent = self._answers(rows)
        walk = walks.Walk(self._steps(rows["node"].tolist()), outcome)
        return Recorded(cases, self.flows[own["flow"]], walk, answers, silent)

    def _steps(self, codes: Iterable[int]) -> tuple[walks.Visit, ...]:
        steps = [self.visits[code] for code in codes if self.nodes[code]["numbered"]]
        steps = sections.once(steps, self.collected, self.known)
        return tuple(sections.merged(steps, self.places))

    def _answers(
        self, rows: NDArray[Any]
    ) -> tuple[dict[str, dict[str, list[str]]], tuple[str, ...]]:
        found: dict[str, dict[str, list[str]]] = {}
        silent = []
        columns = ("node", "answer", "answered_by", "completed_at")
        told = zip(*(rows[column].tolist() for column in columns), strict=True)
        for code, answer, by, completed_at in told:
            node = self.nodes[code]
            if answer >= 0 and by != CALL:
                of_flow = found.setdefault(node["flow"], {})
                of_flow.setdefault(node["id"], []).append(self.answers[answer])
            elif answer < 0 and completed_at < eventlog.NEVER and _decides(node):
                silent.append(sections.label(node["flow"], node["id"]))
        return found, tuple(silent)


def _decides(node: Mapping[str, Any]) -> bool:
    return bool(node["kind"] == graph.NodeKind.DECISION)
