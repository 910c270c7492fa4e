"""Lines: how long work waits for people, how much of it waits, and whether that grows.

Waiting for people is what is left of an activity's wait once the waits for a part, an
appointment or the customer (rows of their own in the log) are taken away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR
from cssim.eventlog import NEVER, EventLog
from cssim.kpi import measure, spans
from cssim.kpi.cases import REQUEST
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.people import WAITING
from cssim.kpi.spans import Moments, Spans, Window


@dataclass(frozen=True)
class Lines:
    """Everything that waits for people, as stretches of time by pool.

    Attributes:
        groups: the pool of each stretch.
        from_at, to_at: the stretches; NEVER where a wait is not over.
        sign: 1, or -1 for a stretch that is to be taken away: it waited for something else.
    """

    groups: Groups
    from_at: Moments
    to_at: Moments
    sign: NDArray[np.int64]

    def of_all(self) -> Lines:
        """The same with all pools as one."""
        codes = np.where(self.groups.codes >= 0, 0, -1)
        return Lines(Groups(({},), codes), self.from_at, self.to_at, self.sign)


@dataclass(frozen=True)
class Sittings:
    """What requests wait for and are worked on: one entry a sitting, and one an activity.

    Attributes:
        case, pool: of each sitting; `wait`: for people, in ms, until its first step began.
        case_of, pool_of: of each activity that people have done; `service`: its length in ms.
    """

    case: NDArray[np.int64]
    pool: NDArray[np.int64]
    wait: NDArray[np.int64]
    case_of: NDArray[np.int64]
    pool_of: NDArray[np.int64]
    service: NDArray[np.int64]


def waiting_time(
    found: Sittings, opened_at: Moments, pools: Groups, window: Spans
) -> Iterator[Measure]:
    """`waiting_time`: from enabled to started, less what was not waiting for people; per sitting.

    Consecutive steps of one doer are queued for once (R96), so each sitting has one waiting
    time: its first step's. Over the sittings that began for requests opened in the window.
    """
    by = Groups(pools.labels, found.pool if len(pools.labels) > 1 else np.minimum(found.pool, 0))
    hours = found.wait / HOUR
    return measure.statistics("waiting_time", "h", hours, by, window, opened_at[found.case])


def service_time(
    found: Sittings, opened_at: Moments, pools: Groups, window: Spans
) -> Iterator[Measure]:
    """`service_time`: from started to completed, nights between two shifts included; per activity.

    Over the activities that people have done for requests opened in the window.
    """
    codes = found.pool_of if len(pools.labels) > 1 else np.minimum(found.pool_of, 0)
    hours = found.service / HOUR
    return measure.statistics(
        "service_time", "h", hours, Groups(pools.labels, codes), window, opened_at[found.case_of]
    )


def queue_length(found: Lines, within: Spans) -> Iterator[Measure]:
    """`queue_length`: activities that wait for people, on average over the span's time."""
    total = sum(
        sign * measure.times_in(_where(found, sign), within, found.from_at, found.to_at)
        for sign in (1, -1)
    )
    times = np.asarray(total, dtype=np.float64)
    under = np.broadcast_to(within.lengths.astype(np.float64), times.shape)
    return measure.ratios("queue_length", "activities", times, under, found.groups, within)


def backlog_growth(found: Lines, terms: Mapping[str, Any], window: Window) -> Iterator[Measure]:
    """`backlog_growth`: activities that wait at the window's end less those at its start.

    The end is the window's last moment with the weekday and the hour at which it begins, so
    that a week's ebb and flow is not taken for growth. No figure for a window below a week.
    """
    first, last = window[0], spans.same_hour_at_the_end(terms, window)
    if first == last:
        return
    change = np.zeros(len(found.groups.labels), dtype=np.int64)
    for at, direction in ((last, 1), (first, -1)):
        waits = (found.from_at <= at) & (at < found.to_at) & (found.groups.codes >= 0)
        np.add.at(change, found.groups.codes[waits], direction * found.sign[waits])
    for pairs, value in zip(found.groups.labels, change.tolist(), strict=True):
        yield Measure("backlog_growth", measure.scope(pairs), float(value), "activities")


def _where(found: Lines, sign: int) -> Groups:
    return Groups(found.groups.labels, np.where(found.sign == sign, found.groups.codes, -1))


def pools(log: EventLog) -> Groups:
    """A group for each pool, without rows."""
    labels = tuple({"pool": pool["name"]} for pool in log.terms["pools"])
    return Groups(labels, np.empty(0, dtype=np.int64))


def read(log: EventLog) -> Lines:
    """Everything that waits for people in a log, of all kinds of cases."""
    done, pieces = log["activities"], log["pieces"]
    waits = done[done["started_at"] > done["enabled_at"]]
    others = pieces[pieces["kind"] == WAITING]
    doers = pool_of_node(log.terms)
    region = log["cases"]["region"]
    derived = doers[waits["node"], region[waits["case"]]]
    never = waits["started_at"] == NEVER  # whose pool is not known before it starts
    pool = np.where(never | (waits["pool"] < 0), derived, waits["pool"])
    other_pool = doers[others["node"], region[others["case"]]]
    labels = pools(log).labels
    return Lines(
        Groups(labels, np.concatenate([pool, other_pool]).astype(np.int64)),
        np.concatenate([waits["enabled_at"], others["from_at"]]),
        np.concatenate([waits["started_at"], others["to_at"]]),
        np.repeat(np.array([1, -1]), [len(waits), len(others)]),
    )


def sittings(log: EventLog) -> Sittings:
    """What the log's requests waited for people, and how long these worked."""
    table = log["activities"]
    started_at = table["started_at"]
    mine = (table["agent"] >= 0) & (started_at != NEVER)
    mine &= (log["cases"]["kind"] == REQUEST)[table["case"]]
    sitting = np.where(mine, table["sitting"], -1)
    first = _first_of_sitting(sitting)
    begun = table[first]
    over = np.flatnonzero(mine & (table["completed_at"] != NEVER))
    return Sittings(
        begun["case"].astype(np.int64),
        begun["pool"].astype(np.int64),
        begun["started_at"] - begun["enabled_at"] - _other_waits(log, begun),
        table["case"][over].astype(np.int64),
        table["pool"][over].astype(np.int64),
        table["completed_at"][over] - started_at[over],
    )


def pool_of_node(terms: Mapping[str, Any]) -> NDArray[np.int64]:
    """The pool of a node's first doer, [node][region]; the last column is for no region."""
    regions = [*terms["regions"], None]
    numbers = {
        (pool["role"], pool.get("region")): number for number, pool in enumerate(terms["pools"])
    }
    return np.array(
        [
            [_pool_of(numbers, node["doers"], region) for region in regions]
            for node in terms["nodes"]
        ],
        dtype=np.int64,
    ).reshape(len(terms["nodes"]), len(regions))


def _pool_of(numbers: Mapping[tuple[str, Any], int], doers: list[str], region: Any) -> int:
    if not doers:
        return -1
    return numbers.get((doers[0], region), numbers.get((doers[0], None), -1))


def _first_of_sitting(sitting: NDArray[np.integer]) -> NDArray[np.int64]:
    """The first row of each sitting, ascending; rows without a sitting are none."""
    rows = np.flatnonzero(sitting >= 0)
    if not len(rows):
        return rows
    first = np.full(int(sitting.max()) + 1, -1)
    first[sitting[rows[::-1]]] = rows[::-1]  # what is written last is what comes first
    return np.sort(first[first >= 0])


def _other_waits(log: EventLog, begun: np.ndarray) -> NDArray[np.int64]:
    """How much of each activity's wait was for a part, an appointment or the customer, in ms."""
    pieces = log["pieces"]
    pieces = pieces[pieces["kind"] == WAITING]
    found = np.zeros(len(begun), dtype=np.int64)
    if not len(pieces):
        return found
    nodes = np.zeros(len(log.terms["nodes"]), dtype=np.bool_)
    nodes[pieces["node"]] = True
    rows = np.flatnonzero(nodes[begun["node"]])
    keys, place = np.unique(_visit_key(pieces), return_inverse=True)
    length = np.zeros(len(keys), dtype=np.int64)
    np.add.at(length, place, pieces["to_at"] - pieces["from_at"])
    wanted = _visit_key(begun[rows])
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found[rows] = np.where(keys[at] == wanted, length[at], 0)
    return found


def _visit_key(rows: np.ndarray) -> NDArray[np.int64]:
    """One number for case, node and visit."""
    case, node = rows["case"].astype(np.int64), rows["node"].astype(np.int64)
    key: NDArray[np.int64] = case << 32 | node << 16 | rows["visit"]
    return key
