"""A small event log by hand: hours as numbers, words for codes, everything else in order.

Moment 0 is Monday 6 January 2025, 00:00 in Shanghai. Two regions, `north` and `south`; agent
`A` and `B` are engineers in the north, `C` in the south, `D` at headquarters.
"""

import numpy as np

from cssim import eventlog
from cssim.basis.moments import HOUR
from cssim.eventlog import NEVER, EventLog

REGIONS = ["north", "south"]
POOLS = ["engineer.north", "engineer.south", "hq"]
AGENTS = {"A": 0, "B": 1, "C": 2, "D": 3}
NODES = ["desk", "fix", "parts", "bring", "supplier", "approve", "hq"]
DOERS = [["engineer"], ["engineer"], ["engineer"], ["customer"], ["supplier"], ["hq"], ["hq"]]
WEEK = 168


def terms():
    always = {"starts": [0], "ends": [10_000 * HOUR]}
    days = [day * 24 for day in range(100)]
    office = {"starts": [(d + 8) * HOUR for d in days], "ends": [(d + 16) * HOUR for d in days]}
    targets = {"1": 4 * HOUR, "2": 8 * HOUR}
    return {
        "scenario": "small",
        "zone": "Asia/Shanghai",
        "start": "2025-01-06",
        "window": {"from_at": 0, "to_at": WEEK * HOUR, "end_at": 2 * WEEK * HOUR},
        "flows": ["1.8.2"],
        "nodes": [
            {"flow": "1.8.2", "id": name, "kind": "step", "numbered": True, "doers": doers,
             "cause": "approval" if name == "approve" else None}
            for name, doers in zip(NODES, DOERS, strict=True)
        ],
        "answers": ["yes", "no"],
        "regions": REGIONS,
        "places": REGIONS,
        "within_reach": [],
        "asked_first": list(range(len(REGIONS))),
        "sources": ["demand"],
        "parts": ["board"],
        "part_prices": [2000],
        "currency": "CNY",
        "pools": [
            {"name": "engineer.north", "role": "engineer", "region": "north", "people": 2},
            {"name": "engineer.south", "role": "engineer", "region": "south", "people": 1},
            {"name": "hq", "role": "hq", "region": None, "people": 1},
        ],
        "agents": [
            {"name": name, "pool": pool} for name, pool in zip("ABCD", [0, 0, 1, 2], strict=True)
        ],
        "attributes": {"severity": ["1", "2"], "key_account": ["yes", "no"]},
        "contracts": ["standard", "office"],
        "contract_calendars": {"standard": ["always"], "office": ["office"]},
        "calendars": {"always": always, "office": office},
        "targets": {
            name: {clock: dict(targets) for clock in eventlog.CLOCKS}
            for name in ("standard", "office")
        },
    }  # fmt: skip


def ms(hours):
    return NEVER if hours is None else round(hours * HOUR)


class Log:
    """What is told to it, in order; `made` is the log."""

    def __init__(self, **window):
        self.terms = terms()
        self.terms["window"] |= {name: ms(hours) for name, hours in window.items()}
        self.rows = {name: [] for name in eventlog.TABLES}
        self.values = {"severity": [], "key_account": []}

    def case(
        self, opened_at, closed_at=None, *, kind="request", region="north", severity="1",
        key_account="no", outcome="solved", contract="standard", parent=-1,
    ):  # fmt: skip
        """Returns the number of the case."""
        number = len(self.rows["cases"])
        self._add(
            "cases", case=number, kind=eventlog.CASE_KINDS.index(kind),
            region=REGIONS.index(region) if region else -1, parent=parent,
            outcome=-1 if closed_at is None else eventlog.OUTCOMES.index(outcome),
            contract=self.terms["contracts"].index(contract),
            opened_at=ms(opened_at), closed_at=ms(closed_at),
        )  # fmt: skip
        self.values["severity"].append(["1", "2"].index(severity))
        self.values["key_account"].append(["yes", "no"].index(key_account))
        return number

    def clock(self, case, *changes, clock="resolution", target=4, promise=0, scope=0, used=0):
        """Changes are (event, hour); `used` are the hours used before the start."""
        for event, at in changes:
            self._add(
                "clocks", case=case, clock=eventlog.CLOCKS.index(clock),
                event=eventlog.CLOCK_EVENTS.index(event), promise=promise, at=ms(at),
                target=ms(target), scope=scope, used=ms(used) if event == "start" else 0,
            )  # fmt: skip

    def activity(
        self, case, node, enabled_at, started_at=None, completed_at=None, *, agent=None,
        sitting=-1, visit=1, pieces=0, answer=None, cause="queueing",
    ):  # fmt: skip
        pool = -1 if agent is None else self.terms["agents"][AGENTS[agent]]["pool"]
        self._add(
            "activities", case=case, instance=case, token=case, sitting=sitting,
            node=NODES.index(node), visit=visit, pool=pool, pieces=pieces,
            answer=-1 if answer is None else self.terms["answers"].index(answer),
            agent=-1 if agent is None else AGENTS[agent],
            answered_by=0 if answer is None else eventlog.ANSWERED_BY.index("draw"),
            wait_cause=eventlog.CAUSES.index(cause), enabled_at=ms(enabled_at),
            started_at=ms(started_at), completed_at=ms(completed_at),
        )  # fmt: skip

    def piece(self, case, node, kind, from_at, to_at, *, cause="working", agent=None, visit=1):
        self._add(
            "pieces", sitting=-1, case=case, node=NODES.index(node), visit=visit, detail=-1,
            kind=eventlog.PIECE_KINDS.index(kind), cause=eventlog.CAUSES.index(cause),
            agent=-1 if agent is None else AGENTS[agent], from_at=ms(from_at), to_at=ms(to_at),
        )  # fmt: skip

    def duty(self, pool, from_at, to_at, people=1, kind="shift", agent=None):
        self._add(
            "duty", pool=POOLS.index(pool), agent=-1 if agent is None else AGENTS[agent],
            kind=eventlog.DUTY_KINDS.index(kind), people=people,
            from_at=ms(from_at), to_at=ms(to_at),
        )  # fmt: skip

    def move(self, at, source, target, case=-1, count=1, place=1, to=None):
        account = {state: code * 1000 for code, state in enumerate(eventlog.STATES)}
        to = place if to is None else to
        self._add(
            "stock", part=0, count=count, from_account=account[source] + place,
            to_account=account[target] + to, case=case, order=-1, at=ms(at),
        )  # fmt: skip

    def made(self):
        tables = {
            name: np.array(
                [tuple(row.get(column, 0) for column in layout.names) for row in self.rows[name]],
                dtype=layout,
            )
            for name, layout in eventlog.TABLES.items()
        }
        attributes = {
            name: np.array(values, dtype=np.int32) for name, values in self.values.items()
        }
        return EventLog(tables, attributes, self.terms)

    def _add(self, table, **row):
        self.rows[table].append(row)


def figures(measures):
    """(kpi, scope) → value."""
    found = {(one.kpi, one.scope): one.value for one in measures}
    assert len(found) == len(measures), "a figure stands once"
    return found
