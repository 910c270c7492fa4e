"""Facts: no case says at a question what it is not (R92), and no call answers otherwise (R28).

The third thing of a row that is known beforehand, who may do a step (R91), is judged here
too. Everything is counted over whole columns; it knows nothing of the order of steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim import eventlog
from cssim.conformance import laws_of_defects, sections
from cssim.flows import graph

CALL = eventlog.ANSWERED_BY.index("call")
FACT = eventlog.ANSWERED_BY.index("fact")


@dataclass(frozen=True, slots=True)
class Judged:
    """How many rows were judged, and what contradicts."""

    count: int
    contradictions: tuple[str, ...]


def judge(log: eventlog.EventLog, flows: Mapping[str, graph.Flow]) -> Judged:
    """All three kinds of facts of a log."""
    count, found = 0, []
    for code, node, rows in _rows_by_node(log, flows):
        for judged in (
            _attribute(log, node, rows),
            _call(log, node, rows),
            _doers(log, code, rows),
        ):
            if judged is not None:
                wrong, what = judged
                count += len(rows)
                found += [_told(log, code, rows, wrong, what)] if wrong.any() else []
    return Judged(count, tuple(found))


def _rows_by_node(
    log: eventlog.EventLog, flows: Mapping[str, graph.Flow]
) -> Iterator[tuple[int, graph.Node, NDArray[Any]]]:
    rows = log["activities"]
    rows = rows[np.argsort(rows["node"], kind="stable")]
    nodes = log.terms["nodes"]
    ends = np.searchsorted(rows["node"], np.arange(len(nodes) + 1))
    for code, told in enumerate(nodes):
        of_node = rows[ends[code] : ends[code + 1]]
        if len(of_node):
            yield code, flows[told["flow"]].nodes[told["id"]], of_node


Found = tuple[NDArray[np.bool_], str] | None


def _attribute(log: eventlog.EventLog, node: graph.Node, rows: NDArray[Any]) -> Found:
    """R92: which rows answer otherwise than the attribute says.

    A fact may: the published solution of the case's defect is known by then.
    """
    name = node.effect.attribute
    if name is None or name not in log.attributes:
        return None
    code = {word: number for number, word in enumerate(log.terms["answers"])}
    words = log.terms["attributes"][name]
    ought = np.array([code.get(word, -2) for word in words])[log.attributes[name][rows["case"]]]
    known = (rows["answered_by"] == FACT) & (
        rows["completed_at"] >= laws_of_defects.published_at(log, rows)
    )
    wrong = (rows["answer"] >= 0) & (rows["answer"] != ought) & ~known
    return wrong, f"contradicts the attribute {name}"


def _call(log: eventlog.EventLog, node: graph.Node, rows: NDArray[Any]) -> Found:
    """R28: which rows that a call answered do not answer as the called flow ended."""
    by_outcome = dict(node.effect.by_outcome)
    by_call = rows["answered_by"] == CALL
    if not by_call.any():
        return None
    got = _last_outcomes(log)[rows["instance"]]
    answers = log.terms["answers"]
    ought = [by_outcome.get(eventlog.OUTCOMES[code]) if code >= 0 else None for code in got]
    told = [answers[code] if code >= 0 else None for code in rows["answer"]]
    wrong = np.array([was != is_ for was, is_ in zip(ought, told, strict=True)])
    return by_call & wrong, "does not answer as the called flow ended"


def _last_outcomes(log: eventlog.EventLog) -> NDArray[Any]:
    """Per instance, the outcome of the last one that it called; -1 where it called none."""
    instances = log["instances"]
    found = np.full(len(instances), -1)
    closed = instances[(instances["caller"] >= 0) & (instances["closed_at"] < eventlog.NEVER)]
    closed = closed[np.argsort(closed["closed_at"], kind="stable")]
    found[closed["caller"]] = closed["outcome"]
    return found


def _doers(log: eventlog.EventLog, code: int, rows: NDArray[Any]) -> Found:
    """R91: which rows were worked by a pool whose role does not do this step.

    A row that was never begun was worked by nobody.
    """
    doers = log.terms["nodes"][code]["doers"]
    may = np.array([pool["role"] in doers for pool in log.terms["pools"]] + [True])
    begun = rows["started_at"] < eventlog.NEVER
    return begun & ~may[rows["pool"]], f"is not done by {' + '.join(doers)}"


def _told(
    log: eventlog.EventLog, code: int, rows: NDArray[Any], wrong: NDArray[np.bool_], what: str
) -> str:
    node = log.terms["nodes"][code]
    step = sections.label(node["flow"], node["id"])
    case = int(rows["case"][wrong][0])
    others = f" (and {int(wrong.sum()) - 1} like it)" if wrong.sum() > 1 else ""
    return f"case {case}{others}: {step} {what}"
