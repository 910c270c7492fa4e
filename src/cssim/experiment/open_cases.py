"""The cases that are open at a run's end, as the file that another run may start from.

Its columns are those of the key `backlog`. Beside what is open it has those that have closed and
of which a promise falls due later, for attainment counts them too. It reads the event log and
nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cssim.basis import quantities
from cssim.eventlog import (
    CASE_KINDS,
    CAUSES,
    LINK_ENDS,
    NEVER,
    OPEN_FACTS,
    OUTCOMES,
    PIECE_KINDS,
    EventLog,
)
from cssim.experiment import files, open_defects
from cssim.experiment.open_promises import OpenPromises
from cssim.kpi import spans
from cssim.scenario.model_backlog import COLUMNS, PARTS

FILE = "open-cases.csv"
_NEW_PROBLEM = "new_problem"  # told by the kind
_CHASER, _REOPENED, _REPAIR = map(CASE_KINDS.index, ("chaser", "reopened", "repair"))
_WAITING, _PART = PIECE_KINDS.index("waiting"), CAUSES.index("part")
_FROM_FILE = -1  # stands as the band of a case that the run started from


def write(log: EventLog, folder: Path) -> None:
    """The file, into a folder."""
    attributes = [name for name in log.attributes if name != _NEW_PROBLEM]
    header = [*COLUMNS, *attributes]
    rows = ([row.get(name, "") for name in header] for row in _Open(log).rows())
    files.write_csv(folder / FILE, header, rows)


def ids(log: EventLog, cases: list[int]) -> list[str]:
    """The ids of some cases; blank for none (-1)."""
    found = _Open(log)
    return [found.id_of(case) if case >= 0 else "" for case in cases]


class _Open:
    """What a log says of its open cases."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._terms = log.terms
        self._epoch = spans.epoch_of(log.terms)
        self._end = int(log.terms["window"]["end_at"])
        self._nodes = [f"{node['flow']}/{node['id']}" for node in log.terms["nodes"]]
        self._known = log.terms.get("backlog", [])
        cases = log["cases"]
        # who comes at the very end comes again as the first of the next run
        is_open = (cases["closed_at"] == NEVER) & (cases["opened_at"] < self._end)
        self._promises = OpenPromises(log)
        is_open[self._promises.still_due()] = True
        comes_back = log["open_facts"]["fact"] == OPEN_FACTS.index("returns")
        is_open[log["open_facts"]["case"][comes_back]] = True
        self._open = np.flatnonzero(is_open)
        self._activities = self._of_open("activities")
        self._promises.read(self._open)
        pieces = log["pieces"]
        came = (pieces["kind"] == _WAITING) & (pieces["cause"] == _PART)
        self._pieces = self._of_open("pieces", came & (pieces["to_at"] < self._end))
        self._facts: dict[int, list[Any]] = defaultdict(list)
        for row in log["open_facts"]:
            self._facts[int(row["case"])].append(row)
        self._chased: dict[int, int] = defaultdict(int)
        self._links = {int(row["case"]): row for row in log.tables.get("linked", ())}
        for row in cases[(cases["kind"] == _CHASER) & (cases["parent"] >= 0)]:
            parent = int(row["parent"])
            self._chased[parent] = max(self._chased[parent], int(row["link"]))

    def _of_open(self, table: str, which: Any = slice(None)) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        rows = self._log[table][which]
        for row in rows[np.isin(rows["case"], self._open)]:
            found[int(row["case"])].append(row)
        return found

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """One mapping a case, who opened first before the others."""
        opened_at = self._log["cases"]["opened_at"][self._open]
        for number in self._open[np.argsort(opened_at, kind="stable")].tolist():
            yield self._row(number)

    def _row(self, number: int) -> dict[str, Any]:
        case, terms = self._log["cases"][number], self._terms
        facts = self._by_word(number)
        place = facts["place"][0][1] if facts["place"] else int(case["region"])
        own = int(case["region"]) if case["region"] >= 0 else place
        parent = self._parent(number)
        owners = [
            f"{terms['flows'][row['flow']]}={self._agent(row['owner'])}"
            for row in self._instances(number)
            if row["owner"] >= 0
        ]
        standing = [r for r in self._activities[number] if r["completed_at"] == NEVER]
        agreed = [at for _, at in facts["agreed"] if at > self._end]
        return {
            "id": self.id_of(number),
            "kind": CASE_KINDS[case["kind"]],
            "source": terms["sources"][case["source"]],
            "parent": parent,
            "region": terms["regions"][own] if terms["regions"] else "",
            "place": terms["regions"][place] if place != own else "",
            "opened_at": self._local(int(case["opened_at"])),
            "stack": " & ".join(" > ".join(self._path(row)) for row in standing),
            "state": " & ".join("; ".join(self._state(row, facts)) for row in standing)
            or self._closed(case, facts),
            "answers": _joined(
                (self._nodes[node], terms["answers"][answer]) for node, answer in facts["answer"]
            ),
            "visits": _joined((self._nodes[node], visits) for node, visits in facts["visits"]),
            "outcomes": _joined(
                (terms["flows"][flow], OUTCOMES[outcome])
                for flow, outcome in facts["got"] or _outcome(case)
            ),
            "owner": "; ".join(owners),
            "dedicated": "".join(self._agent(agent) for _, agent in facts["dedicated"]),
            **self._promises.told(number, int(case["contract"]), own),
            "chased": max(self._chased[number], self._before(number).get("chased", 0)) or "",
            "parts": "; ".join(self._parts(facts)),
            "appointment": self._local(agreed[0]) if agreed else "",
            "defect": self._defect(number, facts["seeks"]) if standing else "",
            **self._attributes(number),
        }

    def _by_word(self, number: int) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in self._facts[number]:
            found[OPEN_FACTS[row["fact"]]].append((int(row["of"]), int(row["value"])))
        return found

    # ---- who it is ------------------------------------------------------------------------

    def _before(self, number: int) -> dict[str, Any]:
        """What the file said from which the run started, if the case stood there."""
        row = self._log["cases"][number]
        told: dict[str, Any] = self._known[row["ordinal"]] if row["band"] == _FROM_FILE else {}
        return told if row["link"] < 0 else {}

    def id_of(self, number: int) -> str:
        """The id that a case came with, or its address: source, date, band and ordinal.

        Of a repair on a bench the address is the place and part of its unit, and which it is.
        """
        before = self._before(number)
        if before:
            return str(before["id"])
        row = self._log["cases"][number]
        if row["parent"] >= 0:
            sign = "~" if row["kind"] == _REOPENED else "+"
            return f"{self.id_of(int(row['parent']))}{sign}{row['link']}"
        source = self._terms["sources"][row["source"]]
        if row["kind"] == _REPAIR:  # the n-th unit of a part that came from there
            place = self._terms["places"][row["region"]] if row["region"] >= 0 else ""
            part = self._terms["parts"][row["band"]]
            return f"{source}/{self._terms['start']}/{place}/{part}/{row['ordinal']}"
        day = np.datetime64(0, "D") + (int(row["date"]) - 719163) if row["date"] else "unit"
        start = f"{self._terms['start']}/" if not row["date"] else ""
        return f"{source}/{start}{day}/{row['band']}/{row['ordinal']}"

    def _parent(self, number: int) -> str:
        parent = int(self._log["cases"]["parent"][number])
        return self.id_of(parent) if parent >= 0 else str(self._before(number).get("parent", ""))

    def _attributes(self, number: int) -> dict[str, Any]:
        words = self._terms["attributes"]
        last = {
            list(words)[row["attribute"]]: int(row["value"])
            for row in self._log["changes"]
            if row["case"] == number
        }
        return {
            name: words[name][last.get(name, codes[number])] if words[name] else int(codes[number])
            for name, codes in self._log.attributes.items()
        }

    def _agent(self, number: int) -> str:
        return str(self._terms["agents"][number]["name"])

    def _local(self, at: int) -> str:
        return self._epoch.text(at)

    def _defect(self, number: int, seeks: list[tuple[int, int]]) -> str:
        for _, defect in seeks:
            return open_defects.id_of(self._log, defect)
        link = self._links.get(number)
        if link is None:
            return ""
        words = open_defects.id_of(self._log, int(link["defect"]))
        if link["at"] < NEVER:
            words += f"; {LINK_ENDS[link['how']]} {self._local(int(link['at']))}"
        return words

    # ---- where it stands ------------------------------------------------------------------

    def _instances(self, number: int) -> list[Any]:
        """The instances that are open, of every branch, each once."""
        rows = self._log["instances"]
        found: dict[int, Any] = {}
        for activity in self._activities[number]:
            at = int(activity["instance"]) if activity["completed_at"] == NEVER else -1
            while at >= 0:
                if rows["closed_at"][at] == NEVER:
                    found[at] = rows[at]
                at = int(rows["caller"][at])
        return list(found.values())

    def _closed(self, case: Any, facts: Mapping[str, list[tuple[int, int]]]) -> str:
        closed = f"closed {self._local(int(case['closed_at']))}"
        return "; ".join([closed, *(f"returns {self._local(at)}" for _, at in facts["returns"])])

    def _path(self, activity: Any) -> list[str]:
        rows = self._log["instances"]
        path, at = [self._nodes[activity["node"]]], int(activity["instance"])
        while rows["caller"][at] >= 0:
            path.insert(0, self._nodes[rows["caller_node"][at]])
            at = int(rows["caller"][at])
        return path

    def _state(self, activity: Any, facts: Mapping[str, list[tuple[int, int]]]) -> Iterator[str]:
        token = int(activity["token"])
        yield f"since {self._local(int(activity['enabled_at']))}"
        left, until, by = (
            [value for of, value in facts[word] if of == token] for word in ("left", "until", "by")
        )
        for piece in self._pieces[int(activity["case"])]:
            if all(piece[name] == activity[name] for name in ("node", "visit")):
                yield f"came {self._local(int(piece['to_at']))}"
        for length in left:
            yield f"began {self._local(int(activity['started_at']))}"
            yield f"left {quantities.format_duration(length)}"
        for at in until:
            yield f"until {self._local(at)}"
        if by:
            yield f"by {' + '.join(map(self._agent, by))}"
        elif left:
            yield "waiting"
        for word in ("live", "responds"):
            if any(of == token for of, _ in facts[word]):
                yield word

    # ---- what parts it has ----------------------------------------------------------------

    def _parts(self, facts: Mapping[str, list[tuple[int, int]]]) -> Iterator[str]:
        for word in PARTS:
            for part, count in facts[word]:
                yield f"{word} {self._terms['parts'][part]}:{count}"
        if facts["borrowed"] and not facts["lent"]:
            yield "borrowed"


def _outcome(case: Any) -> list[tuple[int, int]]:
    return [(int(case["flow"]), int(case["outcome"]))] if case["outcome"] >= 0 else []


def _joined(pairs: Any) -> str:
    return "; ".join(f"{of}={value}" for of, value in pairs)
