"""Tiny worlds: a flow of a few nodes, fixed times, cases at given moments.

Everything is written to files and read like any scenario, so that a test's world is what a
planner could have written; the whole log can then be told by hand.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cssim import blueprint
from cssim.basis import moments
from cssim.conformance import invariants
from cssim.eventlog import (
    ANSWERED_BY,
    CLOCK_EVENTS,
    CLOCKS,
    NEVER,
    PIECE_KINDS,
    STATES,
    EventLog,
)
from cssim.scenario import read as scenarios
from cssim.scenario.model import Scenario
from cssim.sim import run

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
START = "2025-01-06"  # a Monday; moment 0 is its midnight
CALENDARS = {
    "always": {"week": {"mon-sun": ["00:00-24:00"]}},
    "day": {"week": {"mon-fri": ["09:00-17:00"]}},
    "early": {"week": {"mon-fri": ["08:00-12:00"]}},
    "late": {"week": {"mon-fri": ["11:00-19:00"]}},
}
Case = tuple[str, Mapping[str, str]]


def fixed(value: str) -> dict[str, str]:
    """A time that is always the same."""
    return {"kind": "fixed", "value": value}


def pool(
    people: int | str, calendar: str = "always", shift_end: str = "finish", **more: Any
) -> Any:
    """A national pool."""
    return {"national": {"people": people, "calendar": calendar, "shift_end": shift_end, **more}}


def case(at: str, **attributes: str) -> Case:
    """A case that opens at a moment of the first weeks, like `mon 09:00` or `2 tue 09:00`."""
    return at, attributes


def step(*doers: str, to: str = "end", **more: Any) -> dict[str, Any]:
    """A step of some doers."""
    return {"kind": "step", "doers": list(doers), "next": to, **more}


def decision(*doers: str, answers: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A decision of some doers."""
    return {"kind": "decision", "doers": list(doers), "answers": dict(answers), **more}


def link(*doers: str, flow: str, to: str = "end") -> dict[str, Any]:
    """A call of another flow."""
    return {"kind": "link", "doers": list(doers), "call": {"flow": flow}, "next": to}


@dataclass
class World:
    """A scenario in the making: `run` writes it, reads it, builds it and lets it run."""

    folder: Path
    scenario: dict[str, Any] = field(default_factory=dict)
    lawful: bool = True

    def __post_init__(self) -> None:
        base: dict[str, Any] = {
            "version": 1,
            "name": "tiny",
            "time": {
                "zone": "Asia/Shanghai", "start": START, "warm_up": "0 d", "window": "4 weeks",
                "run_out": "0 d",
            },
            "regions": {"north": {"title": {"zh": "北", "en": "North"}, "calendar": "day"}},
            "calendars": CALENDARS,
            "attributes": {"severity": choice("1", "2", "3", "4")},
            "demand": {},
            "pools": {},
            "work": {},
            "dispatch": {"order": "due"},
        }  # fmt: skip
        self.scenario = merged(base, self.scenario)

    def flow(
        self, name: str, nodes: Mapping[str, Any], owned_by: str | None = None,
        kind: str = "customer",
    ) -> None:  # fmt: skip
        """A flow of one's own: a start, these nodes, and an end; times by `work`."""
        text = {"zh": "做", "en": "do"}
        made: dict[str, Any] = {
            "start": {"kind": "start", "next": next(iter(nodes))},
            **nodes,
            "end": {"kind": "end", "outcome": "solved" if kind == "customer" else "done"},
        }
        flow: dict[str, Any] = {
            "flow": name,
            "title": text,
            "owner": text,
            "case": kind,
            "nodes": {node: {**text, **said} for node, said in made.items()},
        }
        if owned_by:
            flow["owned_by"] = owned_by
        self._write(f"{name}.yaml", flow)
        self.set(flows={name: {"file": f"{name}.yaml"}})

    def set(self, **sections: Any) -> None:
        """Lay values over the scenario; mappings are merged."""
        self.scenario = merged(self.scenario, sections)

    def cases(self, flow: str, cases: Iterable[Case], chasers: str | None = None) -> None:
        """Customers' cases, one row of a file each; what is not told is an attribute's first word.

        A case with a region is told so by the attribute `region`; by default it is `north`.
        """
        attributes = [
            name
            for name, said in self.scenario["attributes"].items()
            if said["kind"] == "choice" and "given" not in said
        ]
        with (self.folder / f"{flow}.csv").open("w", encoding="utf-8", newline="") as stream:
            out = csv.writer(stream)
            out.writerow(["opened_at", "region", *attributes])
            for at, told in cases:
                words = {
                    name: next(iter(self.scenario["attributes"][name]["weights"]))
                    for name in attributes
                } | {"region": "north"}
                words |= told
                assert set(words) == {"region", *attributes}
                out.writerow([_date_time(at), words["region"], *(words[a] for a in attributes)])
        source: dict[str, Any] = {
            "kind": "file",
            "flow": flow,
            "file": f"{flow}.csv",
            "opened_at": "opened_at",
            "region": {"column": "region"},
            "attributes": {name: {"column": name} for name in attributes},
        }
        if chasers:
            source["chasers"] = chasers
        self.set(demand={flow.replace(".", "-"): source})

    def at(self, flow: str, *days: str, time: str = "09:00", **more: Any) -> None:
        """A management flow that begins on days of the first weeks."""
        dates = [_date_time(f"{day} 00:00")[:10] for day in days]
        name = f"{flow} at {time}".replace(".", "-").replace(":", "-").replace(" ", "_")
        self.set(demand={name: {"kind": "dates", "flow": flow, "dates": dates, "time": time,
                                **more}})  # fmt: skip

    def load(self) -> Scenario:
        """The scenario as it is now."""
        self._write("world.yaml", self.scenario)
        return scenarios.load(self.folder / "world.yaml")

    def run(self, seed: int = 1) -> EventLog:
        """The log of one run; every log obeys the laws."""
        log = run.simulate(blueprint.build(self.load()), seed)
        if self.lawful:
            assert [str(problem) for problem in invariants.check(log)] == []
        return log

    def _write(self, name: str, content: Any) -> None:
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (self.folder / name).write_text(text, encoding="utf-8")


def kept(initial: int, reorder_point: int, order_quantity: int) -> dict[str, Any]:
    """What a place keeps of a part, with orders of one size."""
    return {
        "kind": "fixed_quantity", "initial": initial, "reorder_point": reorder_point,
        "order_quantity": order_quantity,
    }  # fmt: skip


def choice(*words: str, **weights: float) -> dict[str, Any]:
    """An attribute that is one of some words."""
    return {"kind": "choice", "weights": {**dict.fromkeys(words, 1), **weights}}


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two mappings as one; what stands in `above` wins."""
    found = dict(below)
    for key, value in above.items():
        inner = found.get(key)
        if isinstance(value, Mapping) and isinstance(inner, Mapping) and "kind" not in value:
            found[key] = merged(inner, value)
        else:
            found[key] = value
    return found


# ---- what a log says, in words ----------------------------------------------------------


def moment(text: str) -> int:
    """`mon 09:00` of the first week, or `2 mon 09:00:30` of the second, as a moment."""
    *week, day, time = text.split()
    days = DAYS.index(day) + 7 * (int(week[0]) - 1 if week else 0)
    clock = [int(part) for part in time.split(":")]
    seconds = sum(part * 60**place for part, place in zip(clock, (2, 1, 0), strict=False))
    return days * moments.DAY + seconds * moments.SECOND


def told(at: int) -> str:
    """A moment in words, the other way round; `never` if it has not come."""
    if at >= NEVER:
        return "never"
    days, rest = divmod(int(at), moments.DAY)
    seconds = rest / 1000
    week, day = divmod(days, 7)
    clock = f"{int(seconds // 3600):02}:{int(seconds // 60 % 60):02}"
    if seconds % 60:
        clock += f":{seconds % 60:02.0f}"
    return f"{week + 1} {DAYS[day]} {clock}" if week else f"{DAYS[day]} {clock}"


def _date_time(at: str) -> str:
    import datetime as dt

    days, rest = divmod(moment(at), moments.DAY)
    date = dt.date.fromisoformat(START) + dt.timedelta(days=days)
    return f"{date} {rest // moments.HOUR:02}:{rest // moments.MINUTE % 60:02}"


def doer(log: EventLog, agent: int) -> str:
    """The name of somebody of ours; `-` is nobody."""
    return str(log.terms["agents"][agent]["name"]) if agent >= 0 else "-"


def node(log: EventLog, number: int) -> str:
    """A node as flow/id."""
    said = log.terms["nodes"][number]
    return f"{said['flow']}/{said['id']}"


def steps(log: EventLog, case: int | None = None, only: str = "") -> list[tuple[Any, ...]]:
    """(case, node, doer, started, completed) of every activity, in the order of their starts.

    With `case`, those of one case without its number; with `only`, those of one flow or node.
    """
    rows = log["activities"]
    order = sorted(
        range(len(rows)), key=lambda i: (int(rows["started_at"][i]), int(rows["case"][i]), i)
    )
    found = []
    for i in order:
        row = rows[i]
        name = node(log, int(row["node"]))
        if (case is None or row["case"] == case) and (
            not only or name == only or name.startswith(f"{only}/")
        ):
            told_of = (name, doer(log, int(row["agent"])), told(row["started_at"]),
                       told(row["completed_at"]))  # fmt: skip
            found.append(told_of if case is not None else (int(row["case"]), *told_of))
    return found


def answered_by(log: EventLog, case: int, name: str) -> list[str]:
    """Who gave the answers of a case at a decision, in their order."""
    rows = log["activities"]
    return [
        ANSWERED_BY[row["answered_by"]]
        for row in rows[rows["case"] == case]
        if node(log, int(row["node"])) == name
    ]


def began(log: EventLog, only: str) -> list[tuple[int, str]]:
    """(case, started) of every activity of a flow or node, in order."""
    return [(row[0], row[3]) for row in steps(log, only=only)]


def sittings(log: EventLog, case: int) -> list[list[str]]:
    """The nodes of each sitting of a case, in order; without nobody's."""
    rows = log["activities"]
    found: dict[int, list[str]] = {}
    mine = rows[(rows["case"] == case) & (rows["sitting"] >= 0)]
    for row in sorted(mine, key=lambda row: (int(row["enabled_at"]), int(row["completed_at"]))):
        found.setdefault(int(row["sitting"]), []).append(node(log, int(row["node"])))
    return list(found.values())


def pieces(log: EventLog, *kinds: str) -> list[tuple[str, str, str, str, str]]:
    """(kind, node, doer, from, to) of the pieces of some kinds."""
    return sorted(
        (
            (PIECE_KINDS[row["kind"]], node(log, int(row["node"])), doer(log, int(row["agent"])),
             told(row["from_at"]), told(row["to_at"]))
            for row in log["pieces"]
            if not kinds or PIECE_KINDS[row["kind"]] in kinds
        ),
        key=lambda row: (moment(row[3]), moment(row[4]), row[2], row[0]),
    )  # fmt: skip


def clocks(log: EventLog, case: int, clock: str = "resolution") -> list[tuple[str, str, float]]:
    """(event, at, hours used) of one clock of a case, in order of moments."""
    rows = log["clocks"]
    rows = rows[(rows["case"] == case) & (rows["clock"] == CLOCKS.index(clock))]
    return [
        (CLOCK_EVENTS[row["event"]], told(row["at"]), round(row["used"] / moments.HOUR, 3))
        for row in sorted(rows, key=lambda row: (int(row["at"]), int(row["event"]) == 3))
    ]


def moves(log: EventLog) -> list[tuple[str, int, str, str, int, str]]:
    """(part, count, from, to, case, at) of every move of stock; accounts are `state@place`."""
    parts = log.terms["parts"]
    names = [part["id"] if isinstance(part, dict) else part for part in parts]
    return [
        (names[row["part"]], int(row["count"]), _account(log, int(row["from_account"])),
         _account(log, int(row["to_account"])), int(row["case"]), told(row["at"]))
        for row in log["stock"]
    ]  # fmt: skip


def _account(log: EventLog, account: int) -> str:
    state, place = divmod(account, 1000)
    return STATES[state] + (f"@{log.terms['places'][place - 1]}" if place else "")


def answers(log: EventLog, case: int) -> dict[str, list[str]]:
    """What was answered at each decision of a case, in turn."""
    found: dict[str, list[str]] = {}
    for row in log["activities"]:
        if row["case"] == case and row["answer"] >= 0:
            found.setdefault(node(log, int(row["node"])), []).append(
                log.terms["answers"][row["answer"]]
            )
    return found
