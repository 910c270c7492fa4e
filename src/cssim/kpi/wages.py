"""Wages: what people are paid for, and the journeys that they make.

Paid is the time that is planned, worked or not: every row of duty of the kinds shift, leave and
sick. What is worked of it is told by the stretch of work and belongs to its case; the rest of the
row is idle and belongs to nobody. Work outside of the person's planned presence is paid beside
that: as work on call during a turn of his, else as overtime. A turn on call is paid whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR
from cssim.eventlog import DUTY_KINDS, NEVER, PIECE_KINDS, EventLog
from cssim.kpi import costs, overlay
from cssim.kpi.costs import Lines
from cssim.kpi.overlay import SPAN
from cssim.kpi.people import WAITING
from cssim.kpi.spans import Moments

_SHIFT, _ON_CALL, _LEAVE, _SICK = (
    DUTY_KINDS.index(kind) for kind in ("shift", "on_call", "leave", "sick")
)
_TRAVEL, _BACK = PIECE_KINDS.index("travel"), PIECE_KINDS.index("back")


@dataclass(frozen=True)
class Stretches:
    """When people were at something, a person each, up to the run's end.

    `row` is one of `activities`, or (from their number on) of `pieces`.
    """

    row: NDArray[np.int64]
    case: NDArray[np.int64]
    agent: NDArray[np.int64]
    from_at: Moments
    to_at: Moments

    def at(self, rows: NDArray[Any]) -> Stretches:
        """Some of them."""
        columns = (self.row, self.case, self.agent, self.from_at, self.to_at)
        return Stretches(*(column[rows] for column in columns))


def read(log: EventLog, terms: Mapping[str, Any]) -> Iterator[Lines]:
    """Everything that people are paid, line by line."""
    grades = np.array(terms["grades"], dtype=np.int64)
    worked = stretches(log)
    presence = _Presence(log, _SHIFT)
    inside, row = presence.cut(worked)
    here = row >= 0
    yield from _of_work(log, terms, grades, "work", inside.at(here))
    yield from _idle(log, terms, grades, inside.at(here), row[here])
    inside, row = _Presence(log, _ON_CALL).cut(inside.at(~here))
    yield from _of_work(log, terms, grades, "on_call", inside.at(row >= 0))
    yield from _of_work(log, terms, grades, "overtime", inside.at(row < 0))
    for kind, code in (("leave", _LEAVE), ("sickness", _SICK), ("standby", _ON_CALL)):
        rows = np.flatnonzero(log["duty"]["kind"] == code)
        grade = grades[log["duty"]["agent"][rows]]
        price = _prices(terms, "standby" if kind == "standby" else "hour")
        yield _of_duty(log, kind, rows, _length(log)[rows], price[grade])


def stretches(log: EventLog) -> Stretches:
    """What people were at: activities, or their pieces where they have some."""
    done, pieces = log["activities"], log["pieces"]
    begun = (done["agent"] >= 0) & (done["pieces"] == 0) & (done["started_at"] != NEVER)
    at_it = (pieces["agent"] >= 0) & (pieces["kind"] != WAITING)
    first, second = np.flatnonzero(begun), np.flatnonzero(at_it)
    end = int(log.terms["window"]["end_at"])
    columns = (
        np.concatenate([first, len(done) + second]),
        *(np.concatenate([done[name][first], pieces[name][second]]).astype(np.int64)
          for name in ("case", "agent")),
        np.maximum(np.concatenate([done["started_at"][first], pieces["from_at"][second]]), 0),
        np.minimum(np.concatenate([done["completed_at"][first], pieces["to_at"][second]]), end),
    )  # fmt: skip
    found = Stretches(*columns)
    return found.at(found.from_at < found.to_at)


class _Presence:
    """Rows of duty of one kind, one after the other, by whose they are."""

    def __init__(self, log: EventLog, kind: int) -> None:
        duty = log["duty"]
        self._pool_of = np.array([one["pool"] for one in log.terms["agents"]], dtype=np.int64)
        self._pools = len(log.terms["pools"])
        rows = np.flatnonzero((duty["kind"] == kind) & (duty["from_at"] < duty["to_at"]))
        mine = duty[rows]
        self._alone = np.zeros(self._pools, dtype=np.bool_)
        self._alone[mine["pool"][mine["agent"] >= 0]] = True
        who = np.where(mine["agent"] < 0, mine["pool"], self._pools + mine["agent"].astype("i8"))
        order = np.lexsort((mine["from_at"], who))
        edges = [who * SPAN + mine[name] for name in ("from_at", "to_at")]
        self._edges = np.column_stack(edges)[order].ravel()
        self._rows = rows[order]

    def cut(self, found: Stretches) -> tuple[Stretches, NDArray[np.int64]]:
        """Stretches cut where a row begins or ends, and the row that each lies in; -1 none."""
        pool = self._pool_of[found.agent]
        who = np.where(self._alone[pool], self._pools + found.agent, pool) * SPAN
        low = np.searchsorted(self._edges, who + found.from_at, side="right")
        counts = np.searchsorted(self._edges, who + found.to_at, side="left") - low + 1
        counts = np.maximum(counts, 1)
        edge = overlay.expanded(low, counts)  # the next one of each part
        of = np.repeat(np.arange(len(low)), counts)
        at = np.concatenate([[-NEVER], self._edges, [NEVER]])
        from_at = np.maximum(found.from_at[of], at[edge] - who[of])
        to_at = np.minimum(found.to_at[of], at[edge + 1] - who[of])
        row = np.append(self._rows, -1)[np.where(edge % 2 == 1, edge // 2, -1)]
        parts = Stretches(found.row[of], found.case[of], found.agent[of], from_at, to_at)
        some = from_at < to_at
        return parts.at(some), row[some]


def _prices(terms: Mapping[str, Any], name: str) -> NDArray[np.float64]:
    """What a grade is paid an hour, by grade; for work outside of hours with what is on top."""
    found = [
        one["standby"] if name == "standby"
        else one["hour"] if name in ("hour", "work")
        else one["hour"] * (1 + one[name])
        for one in terms["wages"]
    ]  # fmt: skip
    return np.array(found, dtype=np.float64)


def _of_work(
    log: EventLog, terms: Mapping[str, Any], grades: NDArray[np.int64], kind: str, found: Stretches
) -> Iterator[Lines]:
    """Lines of stretches of work, by the table that tells them."""
    length = found.to_at - found.from_at
    amount = costs.rounded(length, _prices(terms, kind)[grades[found.agent]], HOUR)
    activities = len(log["activities"])
    told = found.row < activities
    for table, mine, first in (("activities", told, 0), ("pieces", ~told, activities)):
        yield costs.lines(
            log, kind, (table, found.row[mine] - first), length[mine], amount[mine],
            (found.from_at[mine], found.to_at[mine]), case=found.case[mine],
        )  # fmt: skip


def _idle(
    log: EventLog, terms: Mapping[str, Any], grades: NDArray[np.int64], worked: Stretches,
    row: NDArray[np.int64],
) -> Iterator[Lines]:  # fmt: skip
    """What is not worked of each shift: a line for each grade that is there."""
    duty, number = log["duty"], len(terms["wages"])
    pool_of = np.array([one["pool"] for one in log.terms["agents"]], dtype=np.int64)
    of_pool = np.zeros((len(log.terms["pools"]), number), dtype=np.int64)
    np.add.at(of_pool, (pool_of, grades), 1)
    people = of_pool[duty["pool"]]
    alone = duty["agent"] >= 0
    people[alone] = np.arange(number) == grades[duty["agent"][alone]][:, None]
    people[duty["kind"] != _SHIFT] = 0
    left = people * _length(log)[:, None]
    np.subtract.at(left, (row, grades[worked.agent]), worked.to_at - worked.from_at)
    rows, grade = np.nonzero(people)
    yield _of_duty(log, "idle", rows, left[rows, grade], _prices(terms, "hour")[grade])


def _length(log: EventLog) -> NDArray[np.int64]:
    length: NDArray[np.int64] = log["duty"]["to_at"] - log["duty"]["from_at"]
    return length


def _of_duty(
    log: EventLog, kind: str, rows: NDArray[np.integer], time: NDArray[np.int64],
    price: NDArray[np.float64],
) -> Lines:  # fmt: skip
    """Lines of rows of duty; their region is that of the pool."""
    duty = log["duty"][rows]
    names = log.terms["regions"]
    region = np.array([
        names.index(pool["region"]) if pool.get("region") else -1 for pool in log.terms["pools"]
    ])  # fmt: skip
    amount = costs.rounded(time, price, HOUR)
    return costs.lines(
        log, kind, ("duty", rows), time, amount, (duty["from_at"], duty["to_at"]),
        region=region[duty["pool"]],
    )  # fmt: skip


def _kilometres(log: EventLog, price: int) -> Lines:
    """Each way by its length, while it lasts."""
    ways = log["journeys"]
    rows = np.flatnonzero(ways["metres"] > 0)
    ways = ways[rows]
    metres = ways["metres"].astype(np.int64)
    until = np.minimum(ways["to_at"], log.terms["window"]["end_at"])
    return costs.lines(
        log, "travel", ("journeys", rows), metres, costs.rounded(metres, price, 1000),
        (np.maximum(ways["from_at"], 0), until), case=ways["case"],
    )  # fmt: skip


def journeys(log: EventLog, terms: Mapping[str, Any]) -> Iterator[Lines]:
    """What journeys cost: each hour of each person, each kilometre, and each visit once.

    Hours and kilometres are those of the way there and of the way back; a visit is paid at its
    first journey.
    """
    if terms["travel"]["km"]:
        yield _kilometres(log, terms["travel"]["km"])
    rows = np.flatnonzero(np.isin(log["pieces"]["kind"], (_TRAVEL, _BACK)))
    pieces = log["pieces"][rows]
    end = int(log.terms["window"]["end_at"])
    from_at = np.maximum(pieces["from_at"], 0)
    to_at = np.minimum(pieces["to_at"], end)
    prices = terms["travel"]
    amount = costs.rounded(to_at - from_at, prices["hour"], HOUR)
    yield costs.lines(
        log, "travel", ("pieces", rows), to_at - from_at, amount, (from_at, to_at),
        case=pieces["case"],
    )  # fmt: skip
    there = pieces["kind"] == _TRAVEL
    rows, pieces = rows[there], pieces[there]
    order = np.argsort(pieces["from_at"], kind="stable")
    _, first = np.unique(pieces[["case", "node", "visit"]][order], return_index=True)
    rows = rows[order[first]]
    begun = log["pieces"][rows]
    rows, begun = rows[begun["from_at"] >= 0], begun[begun["from_at"] >= 0]
    one = np.ones(len(rows), dtype=np.int64)
    amount = costs.rounded(one, prices["visit"])
    yield costs.lines(
        log, "travel", ("pieces", rows), one, amount, (begun["from_at"], begun["from_at"]),
        case=begun["case"],
    )  # fmt: skip
