"""Laws of visits: who makes journeys is where they lead, and bookings are kept or told of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.conformance import telling
from cssim.eventlog import BOOKING_ENDS, DUTY_KINDS, JOURNEYS, PIECE_KINDS, EventLog

_FROM_SITE, _TO_BASE = JOURNEYS.index("from_site"), JOURNEYS.index("to_base")
_WORK = PIECE_KINDS.index("work")
_ON_THE_WAY = [PIECE_KINDS.index(kind) for kind in ("travel", "back")]
_PRESENT = [DUTY_KINDS.index(kind) for kind in ("shift", "on_call")]
_MET = BOOKING_ENDS.index("met")


def journeys_are_what_people_are_busy_with(log: EventLog) -> Iterator[str]:
    """Where ways are told by place, every stretch on the way is a journey, and the other way."""
    if "travel" not in log.terms:
        return
    end = log.terms["window"]["end_at"]
    pieces = log["pieces"][np.isin(log["pieces"]["kind"], _ON_THE_WAY)]
    journeys = log["journeys"][log["journeys"]["from_at"] < end]
    told, busy = (
        {
            (case, node, visit, agent, from_at, min(to_at, end))
            for case, node, visit, agent, from_at, to_at in rows[
                ["case", "node", "visit", "agent", "from_at", "to_at"]
            ].tolist()
        }
        for rows in (journeys, pieces)
    )
    for case, node, _, agent, from_at, _ in sorted(told ^ busy)[:1]:
        yield (
            f"agent {agent} is on the way for case {case}, {telling.step(log, node)}, at "
            f"{telling.moment(from_at)} only by {'journeys' if told - busy else 'pieces'}"
        )


def journeys_connect(log: EventLog) -> Iterator[str]:
    """A journey begins where the one before has led, unless a shift has begun in between."""
    rows = log["journeys"][log["journeys"]["agent"] >= 0]
    rows = rows[np.lexsort((rows["from_at"], rows["agent"]))]
    same = np.zeros(len(rows), dtype=bool)
    same[1:] = rows["agent"][1:] == rows["agent"][:-1]
    before = np.roll(rows, 1)
    on_site = same & (before["way"] != _TO_BASE)
    leaves = np.isin(rows["way"], (_FROM_SITE, _TO_BASE))
    wrong = leaves & ~(on_site & (rows["after"] == before["case"]))
    wrong |= same & (rows["from_at"] < before["to_at"])
    wrong |= on_site & ~leaves & ~_shift_begins(log, rows, before["to_at"])
    return telling.first(
        wrong,
        lambda i: (
            f"agent {rows['agent'][i]} sets out at {telling.moment(rows['from_at'][i])} for case "
            f"{rows['case'][i]} from where he is not"
        ),
    )


def _shift_begins(log: EventLog, rows: NDArray[Any], since: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether a shift of its agent begins after a moment and before each row."""
    duty = log["duty"][np.isin(log["duty"]["kind"], _PRESENT)]
    pool_of = np.array([agent["pool"] for agent in log.terms["agents"]], dtype=np.int64)
    found = np.zeros(len(rows), dtype=bool)
    for agent in np.unique(rows["agent"]).tolist():
        mine = np.flatnonzero(rows["agent"] == agent)
        own = (duty["agent"] == agent) | ((duty["agent"] < 0) & (duty["pool"] == pool_of[agent]))
        starts = np.sort(duty["from_at"][own])
        last = np.searchsorted(starts, rows["from_at"][mine], side="right")
        found[mine] = last > np.searchsorted(starts, since[mine], side="right")
    return found


def booked_visits_begin_in_or_after_their_window(log: EventLog) -> Iterator[str]:
    """A booking is met when work begins on site, and never before its window does."""
    rows, pieces = log["bookings"], log["pieces"]
    work = pieces[pieces["kind"] == _WORK]
    begun = {*work[["case", "node", "from_at"]].tolist()}
    met = rows["ending"] == _MET
    moments = rows[["case", "node", "met_at"]].tolist()
    worked = np.array([moment in begun for moment in moments], dtype=bool)
    wrong = met & ((rows["met_at"] < rows["from_at"]) | ~worked)
    return telling.first(
        wrong,
        lambda i: (
            f"the visit of case {rows['case'][i]} that is booked for "
            f"{telling.moment(rows['from_at'][i])} is met at {telling.moment(rows['met_at'][i])}"
        ),
    )
