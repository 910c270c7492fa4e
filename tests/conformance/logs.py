"""Logs as a simulation would write them, made from ways through the graphs.

The steps of a way become rows in their order; a decision's row carries its answer, questions
that are no step stand before the rest. It is no second simulation: there is no time in it.
"""

import numpy as np

from cssim import eventlog
from cssim.conformance import recorded

CALL = eventlog.ANSWERED_BY.index("call")
SCRIPT = eventlog.ANSWERED_BY.index("script")


def terms(flows):
    nodes = [
        {
            "flow": flow.id,
            "id": node.id,
            "kind": str(node.kind),
            "numbered": node.numbered or node.id == "RETURNS",
            "doers": list(node.doers),
        }
        for flow in flows.values()
        for node in flow.nodes.values()
    ]
    words = dict.fromkeys(
        word for flow in flows.values() for node in flow.nodes.values() for word in node.answers
    )
    roles = dict.fromkeys(role for node in nodes for role in node["doers"])
    return {
        "flows": list(flows),
        "nodes": nodes,
        "answers": list(words),
        "pools": [{"name": role, "role": role} for role in roles],
        "attributes": {"in_scope": ["yes", "no"], "problem": list(words)},
    }


class Writer:
    def __init__(self, flows):
        self.terms = terms(flows)
        self.code = {(n["flow"], n["id"]): i for i, n in enumerate(self.terms["nodes"])}
        self.label = {}
        for (flow, id), code in self.code.items():
            self.label.setdefault(id if id == "RETURNS" else f"{flow}/{id}", code)
        self.rows, self.cases, self.instances = [], [], []

    def write(self, way):
        """One case that went this way."""
        case = len(self.cases)
        left = {
            (flow, question): list(values)
            for flow, decisions in way.answers.items()
            for question, values in decisions.items()
        }
        told = []
        for step in way.walk.steps:
            node = self.terms["nodes"][self.label[step.label]]
            given = left.get((node["flow"], node["id"]))
            told.append((self.label[step.label], given.pop(0) if given else None))
        asked = [(self.code[where], word) for where, given in left.items() for word in given]
        for code, word in [*asked, *told]:
            self._row(case, code, word)
        flow = self.terms["flows"].index(way.flow)
        outcome = eventlog.OUTCOMES.index(way.walk.outcome)
        at = case * 1000
        self.cases.append((case, 0, flow, 0, 0, outcome, 0, 0, 0, -1, -1, -1, at, at + 1000))
        self.instances.append((case, case, flow, outcome, -1, -1, 0, -1, at, at + 1000))

    def _row(self, case, code, word):
        doers = self.terms["nodes"][code]["doers"]
        roles = [pool["role"] for pool in self.terms["pools"]]
        pool = roles.index(doers[0]) if doers else -1
        answer, by = (self.terms["answers"].index(word), SCRIPT) if word else (-1, 0)
        if word is None and self.terms["nodes"][code]["kind"] == "decision":
            answer, by = 0, CALL
        at = len(self.rows)
        self.rows.append((case, case, case, -1, code, 1, pool, answer, -1, by, -1, 0, at, at, at))

    def log(self):
        tables = {
            name: np.array(rows, dtype=eventlog.TABLES[name])
            for name, rows in (
                ("cases", self.cases),
                ("instances", self.instances),
                ("activities", self.rows),
            )
        }
        return eventlog.EventLog(tables, self._attributes(), self.terms)

    def _attributes(self):
        """What the answers say that the cases are."""
        found = {
            name: np.zeros(len(self.cases), dtype=np.int32) for name in ("in_scope", "problem")
        }
        words = self.terms["attributes"]
        for row in self.rows:
            node = self.terms["nodes"][row[4]]
            name = {"2": "in_scope", "8": "problem"}.get(node["id"])
            if node["flow"] == "1.8.2" and name:
                found[name][row[0]] = words[name].index(self.terms["answers"][row[7]])
        return found


def written(ways, flows):
    """The log of cases that went these ways; a case's number is its way's place."""
    writer = Writer(flows)
    for way in ways:
        writer.write(way)
    return writer.log()


def silent_decisions_are_answered(log, flows):
    return all(not found.silent for found in recorded.read(log, flows))
