"""Timelines: the life of every case as intervals that follow each other, each with one cause.

At every moment a case has one cause, the first of `CAUSES` that holds of any of its branches.
So the intervals of a case have no gaps and no overlaps, and their lengths are exactly its
elapsed time: from `opened_at` (or the run's start, where it was open before) to `closed_at`, or
to the run's end while it is open.

Waiting for people is told in two: `calendar_closed` while nobody of the pool is on duty, and
`queueing` while somebody is. Work that a shift's end has cut waits for people in between. A
collecting period (R80) in which no customer's answer is under way is the customer's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cssim import eventlog
from cssim.eventlog import DUTY_KINDS, NEVER, PIECE_KINDS, EventLog
from cssim.kpi import lines, overlay
from cssim.kpi.overlay import INTERVAL, SPAN, Intervals

CAUSES = (
    "travel", "approval", "supplier", "working", "part", "customer", "calendar_closed", "queueing",
)  # fmt: skip
TRAVEL, APPROVAL, SUPPLIER, WORKING, PART, CUSTOMER, CALENDAR_CLOSED, QUEUEING = range(len(CAUSES))

_OF_LOG = np.array([CAUSES.index(cause) for cause in eventlog.CAUSES])
_WORK, _WAIT, _TRAVEL = (PIECE_KINDS.index(kind) for kind in ("work", "waiting", "travel"))
_SHIFT = DUTY_KINDS.index("shift")  # who is on call is there for a few, the others wait for a shift
_AT_ONCE = 2**16  # activities, so that little is copied at a time
_CASES_AT_ONCE = 2**15


def each(log: EventLog, cases: NDArray[np.integer] | None = None) -> Iterator[Intervals]:
    """The timelines of some cases (ascending; all by default), some thousands at a time.

    The rows have the layout `INTERVAL` (case; cause, a code of `CAUSES`; pool and node, -1 for
    none; from_at, to_at in ms), by case and moment.
    """
    wanted = np.arange(len(log["cases"])) if cases is None else np.asarray(cases)
    reader = _Reader(log)
    rows = np.cumsum(reader.activities.counts[wanted])
    first = 0
    while first < len(wanted):
        before = rows[first - 1] if first else 0
        last = int(np.searchsorted(rows, before + _AT_ONCE, side="right"))
        last = min(max(last, first + 1), first + _CASES_AT_ONCE)
        yield reader.of(wanted[first:last])
        first = last


def read(log: EventLog, cases: NDArray[np.integer] | None = None) -> Intervals:
    """The same as one table."""
    return np.concatenate([np.empty(0, dtype=INTERVAL), *each(log, cases)])


def of_steps(log: EventLog, case: int) -> list[tuple[np.void, Intervals]]:
    """The activities of one case as they were enabled, each with its own intervals.

    A branch is told as if it were alone: the intervals of an activity follow each other from
    enabled to completed (or the run's end), those of parallel branches overlap.
    """
    reader = _Reader(log)
    rows = reader.activities.of(np.array([case]))
    order = np.lexsort((rows["completed_at"], rows["enabled_at"]))
    return [(rows[i], reader.of_step(rows[i : i + 1])) for i in order]


class _ByCase:
    """A table whose rows can be had by case, each case's in the order they were written in."""

    def __init__(self, rows: np.ndarray, cases: int) -> None:
        self._rows = rows
        self._order = np.argsort(rows["case"], kind="stable").astype(np.int32)
        self.counts = np.bincount(rows["case"], minlength=cases)
        self._starts = np.cumsum(self.counts) - self.counts

    def of(self, cases: NDArray[np.integer]) -> np.ndarray:
        """The rows of some cases, by case in their order."""
        chosen: np.ndarray = self._rows[
            self._order[overlay.expanded(self._starts[cases], self.counts[cases])]
        ]
        return chosen


class _Reader:
    """What all timelines of a log need, worked out once."""

    def __init__(self, log: EventLog) -> None:
        self._cases = log["cases"]
        self.activities = _ByCase(log["activities"], len(self._cases))
        told = log["pieces"][np.isin(log["pieces"]["kind"], (_WORK, _WAIT, _TRAVEL))]
        self._pieces = _ByCase(told, len(self._cases))
        self._end = int(log.terms["window"]["end_at"])
        self._at_work = cause_of_node(log)
        self._doers = lines.pool_of_node(log.terms)
        self._pool_of = np.array([agent["pool"] for agent in log.terms["agents"]] + [-1])
        self._presence = _Presence(log)

    def of(self, cases: NDArray[np.integer]) -> Intervals:
        """The timelines of a few cases."""
        rows, pieces = self.activities.of(cases), self._pieces.of(cases)
        completed = np.minimum(rows["completed_at"], self._end)
        lives = self._lives(cases)
        place = np.searchsorted(cases, rows["case"])
        plain = _in_one_line(rows, completed, lives, place, len(cases))
        plain[np.searchsorted(cases, pieces["case"])] = False
        found = self._presence.split(
            np.concatenate([*self._of_rows(rows, completed), self._of_pieces(pieces)])
        )
        found["from_at"] = np.maximum(found["from_at"], 0)
        found = found[found["from_at"] < found["to_at"]]
        alone = plain[np.searchsorted(cases, found["case"])]
        merged = overlay.first_that_holds(found[~alone], lives[~plain], CUSTOMER)
        both = np.concatenate([found[alone], merged])
        key = np.searchsorted(cases, both["case"]) * SPAN + both["from_at"]
        return both[np.argsort(key, kind="stable")]

    def of_step(self, row: np.ndarray) -> Intervals:
        """The intervals of one activity, as if its case had no other branch."""
        completed = np.minimum(row["completed_at"], self._end)
        pieces = self._pieces.of(row["case"])
        mine = (pieces["node"] == row["node"]) & (pieces["visit"] == row["visit"])
        mine &= (pieces["from_at"] >= row["enabled_at"]) & (pieces["to_at"] <= completed)
        told = [*self._of_rows(row, completed), self._of_pieces(pieces[mine])]
        life = overlay.table(1)
        life["case"], life["from_at"], life["to_at"] = row["case"], row["enabled_at"], completed
        found = overlay.first_that_holds(self._presence.split(np.concatenate(told)), life, CUSTOMER)
        return found[np.argsort(found["from_at"])]

    def _lives(self, cases: NDArray[np.integer]) -> Intervals:
        lives = overlay.table(len(cases))
        lives["case"] = cases
        lives["from_at"] = np.maximum(self._cases["opened_at"][cases], 0)
        lives["to_at"] = np.clip(self._cases["closed_at"][cases], lives["from_at"], self._end)
        return lives

    def _of_rows(self, rows: np.ndarray, completed: NDArray[np.int64]) -> tuple[Intervals, ...]:
        """What rows of activities tell: a wait, and the time from started to completed.

        Where pieces tell who worked when, all other time of the row waits for people.
        """
        at_work = self._at_work[rows["node"]]
        cut = (rows["pieces"] > 0) & (at_work == WORKING)
        begun = np.where(cut, completed, np.minimum(rows["started_at"], self._end))
        waits, works = overlay.table(len(rows)), overlay.table(len(rows))
        region = self._cases["region"][rows["case"]]
        pool = np.where(rows["pool"] < 0, self._doers[rows["node"], region], rows["pool"])
        for part in (waits, works):
            part["case"], part["node"] = rows["case"], rows["node"]
        waits["from_at"], waits["to_at"] = rows["enabled_at"], begun
        works["from_at"], works["to_at"] = begun, completed
        causes = _OF_LOG[rows["wait_cause"]]
        waits["cause"] = np.where(at_work == APPROVAL, APPROVAL, causes)
        works["cause"] = at_work
        waits["pool"] = pool
        works["pool"] = rows["pool"]
        # of zero length, most of them
        waits, works = (part[part["from_at"] < part["to_at"]] for part in (waits, works))
        return waits, works

    def _of_pieces(self, pieces: np.ndarray) -> Intervals:
        found = overlay.table(len(pieces))
        for column in ("case", "node", "from_at"):
            found[column] = pieces[column]
        found["to_at"] = np.minimum(pieces["to_at"], self._end)
        kind = pieces["kind"]
        own = np.where(kind == _TRAVEL, TRAVEL, WORKING)
        found["cause"] = np.where(kind == _WAIT, _OF_LOG[pieces["cause"]], own)
        found["pool"] = np.where(kind == _WAIT, -1, self._pool_of[pieces["agent"]])
        return found


def cause_of_node(log: EventLog) -> NDArray[np.int64]:
    """What the time between started and completed is, by node."""
    outside = {"customer": CUSTOMER, "supplier": SUPPLIER}
    return np.array(
        [
            CAUSES.index(node["cause"])
            if node.get("cause")
            else outside.get((node["doers"] or [""])[0], WORKING)
            for node in log.terms["nodes"]
        ],
        dtype=np.int64,
    )


def _in_one_line(
    rows: np.ndarray,
    completed: NDArray[np.int64],
    lives: Intervals,
    place: NDArray[np.integer],
    cases: int,
) -> NDArray[np.bool_]:
    """Which cases are one chain of activities from beginning to end, without branches."""
    first = np.diff(place, prepend=-1) != 0
    before = np.concatenate([[0], completed])[:-1]
    joins = rows["enabled_at"] == np.where(first, lives["from_at"][place], before)
    last = np.diff(place, append=cases) != 0
    joins &= ~last | (completed == lives["to_at"][place])
    plain = np.zeros(cases, dtype=np.bool_)
    plain[place] = True
    plain[place[~joins]] = False
    return plain


class _Presence:
    """When anybody of each pool is on duty, all pools in one row of edges."""

    def __init__(self, log: EventLog) -> None:
        duty = log["duty"]
        duty = duty[(duty["kind"] == _SHIFT) & (duty["people"] > 0)]
        duty = duty[duty["from_at"] < duty["to_at"]]
        pool = duty["pool"].astype(np.int64) * SPAN
        order = np.argsort(pool + duty["from_at"], kind="stable")
        opens, shuts = overlay.united(
            (pool + duty["from_at"])[order], (pool + duty["to_at"])[order]
        )
        self._edges = np.column_stack([opens, shuts]).ravel()
        self._ever = np.zeros(len(log.terms["pools"]) + 1, dtype=np.bool_)
        self._ever[duty["pool"]] = True

    def split(self, rows: Intervals) -> Intervals:
        """Waits for people, cut where the first of their pool comes and the last one goes.

        A pool that is never on duty has no calendar that could be closed: its work queues.
        """
        waits = (rows["cause"] == QUEUEING) & self._ever[rows["pool"]]
        cut, others = rows[waits], rows[~waits]
        offset = cut["pool"].astype(np.int64) * SPAN
        low = np.searchsorted(self._edges, offset + cut["from_at"], side="right")
        counts = np.searchsorted(self._edges, offset + cut["to_at"], side="left") - low + 1
        edge = overlay.expanded(low, counts)  # the next one of each part
        which = np.repeat(np.arange(len(cut)), counts)
        found = cut[which]
        at = np.concatenate([[-NEVER], self._edges, [NEVER]])
        found["from_at"] = np.maximum(found["from_at"], at[edge] - offset[which])
        found["to_at"] = np.minimum(found["to_at"], at[edge + 1] - offset[which])
        found["cause"] = np.where(edge % 2 == 1, QUEUEING, CALENDAR_CLOSED)
        return np.concatenate([others, found])
