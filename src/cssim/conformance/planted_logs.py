"""Differences planted in the columns of a log, and logs of some cases, or of cases cut short.

It knows nothing of who will compare the log, and nothing of why anything differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim import eventlog
from cssim.conformance import sections
from cssim.errors import ConformanceError
from cssim.flows import graph


class Planter:
    """Changes one thing in a log at a time, in a case where it must show.

    Steps of parallel sections, and those that happen once per customer asked, are left
    alone: their order and number may be another one.
    """

    def __init__(self, log: eventlog.EventLog, flows: Mapping[str, graph.Flow]) -> None:
        self.log = log
        self.flows = flows
        self.rows = log["activities"]
        self.nodes = log.terms["nodes"]
        loose = set(sections.places(flows)).union(
            *(stretch.steps for stretch in sections.collected(flows))
        )
        numbered = np.array([bool(node["numbered"]) for node in self.nodes])
        loose_node = np.array([_label(node) in loose for node in self.nodes])
        self.divides = np.array([_divides(flows, node) for node in self.nodes])
        places = np.flatnonzero(numbered[self.rows["node"]])
        last = np.zeros(len(log["cases"]), dtype=np.int64)
        np.maximum.at(last, self.rows["case"][places], places)
        self.firm = (numbered & ~loose_node)[self.rows["node"]]
        self.firm &= self.rows["completed_at"] < eventlog.NEVER
        self.firm &= np.arange(len(self.rows)) < last[self.rows["case"]]

    def plants(self) -> Iterator[tuple[str, eventlog.EventLog]]:
        """Every planted difference that the log has a place for, with the log that has it."""
        yield "a step missing", self._with(np.delete(self.rows, self._last(self.firm)))
        yield "two steps swapped", self._with(self._swapped())
        yield "an answer mapped wrongly", self._with(self._answered())
        yield "another doer", self._other_doer()
        if (self.log["cases"]["closed_at"] < eventlog.NEVER).any():
            yield "another outcome", self._other_outcome()
        yield "one more round", self._with(self._another_round())

    def _with(self, rows: NDArray[Any]) -> eventlog.EventLog:
        return replace(self.log, tables={**self.log.tables, "activities": rows})

    def _last(self, which: NDArray[np.bool_]) -> int:
        places = np.flatnonzero(which)
        if not len(places):
            raise ConformanceError("the log has no row in which a difference could be planted")
        return int(places[-1])

    def _swapped(self) -> NDArray[Any]:
        """Two steps of one case that stand side by side, with their nodes exchanged."""
        rows = self.rows.copy()
        pair = self.firm[:-1] & self.firm[1:] & (rows["case"][:-1] == rows["case"][1:])
        place = self._last(pair & (rows["node"][:-1] != rows["node"][1:]))
        rows["node"][[place, place + 1]] = rows["node"][[place + 1, place]]
        return rows

    def _answered(self) -> NDArray[Any]:
        """A decision that was answered otherwise, where the other answer leads elsewhere."""
        rows = self.rows.copy()
        by_call = rows["answered_by"] == eventlog.ANSWERED_BY.index("call")
        asked = self.firm & self.divides[rows["node"]] & (rows["answer"] >= 0) & ~by_call
        place = self._last(asked)
        words = self.log.terms["answers"]
        node = self.nodes[rows["node"][place]]
        rows["answer"][place] = words.index(self._other_word(node, words[rows["answer"][place]]))
        return rows

    def _other_word(self, node: Mapping[str, Any], answer: str) -> str:
        """Another answer of a decision."""
        possible = self.flows[node["flow"]].nodes[node["id"]].answers
        return next(word for word in possible if word != answer)

    def _other_doer(self) -> eventlog.EventLog:
        code = self.rows["node"][self._last(self.firm)]
        nodes = [dict(node) for node in self.nodes]
        nodes[code]["doers"] = [*nodes[code]["doers"], "planted"]
        return replace(self.log, terms={**self.log.terms, "nodes": nodes})

    def _other_outcome(self) -> eventlog.EventLog:
        cases = self.log["cases"].copy()
        closed = np.flatnonzero(cases["closed_at"] < eventlog.NEVER)
        cases["outcome"][closed[-1:]] = (cases["outcome"][closed[-1:]] + 1) % 4
        return replace(self.log, tables={**self.log.tables, "cases": cases})

    def _another_round(self) -> NDArray[Any]:
        """From one visit of a decision to the next once more, though it was answered to leave.

        If nobody in the log went round, a step is done twice.
        """
        rows = self.rows
        places = np.flatnonzero(self.firm & (rows["answer"] >= 0))
        order = places[np.lexsort((places, rows["node"][places], rows["case"][places]))]
        one, other = rows[order[:-1]], rows[order[1:]]
        again = (one["case"] == other["case"]) & (one["node"] == other["node"])
        again &= one["answer"] != other["answer"]
        if not again.any():
            last = self._last(self.firm)
            return np.insert(rows, last, rows[last])
        place = int(np.flatnonzero(again)[0])
        start, end = int(order[place]), int(order[place + 1])
        own = np.flatnonzero(rows["case"] == rows["case"][start])
        stretch = rows[own[(own >= start) & (own < end)]].copy()
        stretch["answer"][0] = rows["answer"][end]
        return np.insert(rows, end, stretch)


def _label(node: Mapping[str, Any]) -> str:
    return sections.label(node["flow"], node["id"])


def _divides(flows: Mapping[str, graph.Flow], node: Mapping[str, Any]) -> bool:
    """Whether any two answers of a decision lead elsewhere."""
    edges = flows[node["flow"]].nodes[node["id"]].edges
    targets = list(edges.values())
    return len(targets) > 1 and all(one != targets[0] for one in targets[1:])


def only(log: eventlog.EventLog, wanted: NDArray[Any]) -> eventlog.EventLog:
    """A log of some of its cases, numbered anew."""
    number = np.full(len(log["cases"]), -1, dtype=np.int64)
    number[wanted] = np.arange(len(wanted))
    kept = number[log["instances"]["case"]] >= 0
    instance = np.cumsum(kept) - 1
    tables = dict(log.tables)
    tables["cases"] = _renumbered(log["cases"][wanted], case=number)
    tables["instances"] = _renumbered(
        log["instances"][kept], case=number, instance=instance, caller=instance
    )
    rows = log["activities"]
    tables["activities"] = _renumbered(
        rows[number[rows["case"]] >= 0], case=number, instance=instance
    )
    attributes = {name: values[wanted] for name, values in log.attributes.items()}
    return eventlog.EventLog(tables, attributes, log.terms)


def _renumbered(rows: NDArray[Any], **numbers: NDArray[Any]) -> NDArray[Any]:
    rows = rows.copy()
    for column, number in numbers.items():
        rows[column] = np.where(rows[column] >= 0, number[rows[column]], -1)
    return rows


def cut(log: eventlog.EventLog, share: float) -> eventlog.EventLog:
    """The log as if each case had been looked at when that share of its rows was done."""
    cases, rows = log["cases"].copy(), log["activities"].copy()
    place = np.zeros(len(rows), dtype=np.int64)
    order = np.argsort(rows["case"], kind="stable")
    counts = np.bincount(rows["case"], minlength=len(cases))
    starts = np.cumsum(counts) - counts
    place[order] = np.arange(len(rows)) - np.repeat(starts, counts)
    last = np.ceil(counts * share).astype(np.int64)[rows["case"]]
    is_last = place == last
    rows["completed_at"][is_last] = eventlog.NEVER
    rows["answer"][is_last] = -1
    cases["closed_at"] = eventlog.NEVER
    cases["outcome"] = -1
    tables = {**log.tables, "cases": cases, "activities": rows[place <= last]}
    return replace(log, tables=tables)


def in_facts(
    log: eventlog.EventLog, flows: Mapping[str, graph.Flow]
) -> Iterator[tuple[str, eventlog.EventLog]]:
    """A case that is not what it says, an answer that no call gave, a stranger at work."""
    rows = log["activities"]
    nodes = [flows[node["flow"]].nodes[node["id"]] for node in log.terms["nodes"]]
    by_attribute = [bool(node.effect.attribute) for node in nodes]
    by_outcome = [bool(node.effect.by_outcome) for node in nodes]
    done = [bool(node.doers) for node in nodes]
    for plant, which, column in (
        ("an attribute contradicted", by_attribute, "answer"),
        ("a call's answer contradicted", by_outcome, "answer"),
        ("another doer", done, "pool"),
    ):
        found = np.array(which)[rows["node"]] & (rows[column] >= 0)
        found &= rows["started_at"] < eventlog.NEVER
        if plant.startswith("a call"):
            found &= rows["answered_by"] == eventlog.ANSWERED_BY.index("call")
        if found.any():
            yield plant, _with_other(log, int(np.flatnonzero(found)[-1]), column)


def _with_other(log: eventlog.EventLog, place: int, column: str) -> eventlog.EventLog:
    """One cell of the activities with another code: one that does not belong there."""
    rows = log["activities"].copy()
    if column == "pool":
        doers = log.terms["nodes"][rows["node"][place]]["doers"]
        roles = [pool["role"] for pool in log.terms["pools"]]
        rows["pool"][place] = next(n for n, role in enumerate(roles) if role not in doers)
    else:
        rows[column][place] = (rows[column][place] + 1) % len(log.terms["answers"])
    return replace(log, tables={**log.tables, "activities": rows})
