"""Laws of people: nobody is in two places, and nobody works off shift unless the rule says so."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.conformance import telling
from cssim.eventlog import CASE_KINDS, DUTY_KINDS, NEVER, PIECE_KINDS, EventLog

Hours = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]

_PRESENT = [DUTY_KINDS.index(kind) for kind in ("shift", "on_call")]
HELD = PIECE_KINDS.index("held")
_OF_PEOPLE = [PIECE_KINDS.index(kind) for kind in ("work", "travel", "held", "after_call", "back")]
_STRETCH = np.dtype([
    ("agent", "i4"), ("sitting", "i4"), ("case", "i4"), ("node", "i2"), ("kind", "i2"),
    ("from_at", "i8"), ("to_at", "i8"),
])  # fmt: skip


def stretches(log: EventLog) -> NDArray[Any]:
    """All that our people were at, one row a stretch without a break.

    An activity without pieces is one stretch; one with pieces is told by them alone.
    """
    rows, pieces = log["activities"], log["pieces"]
    end = log.terms["window"]["end_at"]
    plain = rows[(rows["pieces"] == 0) & (rows["agent"] >= 0) & (rows["started_at"] < NEVER)]
    told = pieces[np.isin(pieces["kind"], _OF_PEOPLE) & (pieces["agent"] >= 0)]
    made = np.empty(len(plain) + len(told), dtype=_STRETCH)
    for name in ("agent", "sitting", "case", "node"):
        made[name] = np.concatenate([plain[name], told[name]])
    made["kind"] = np.concatenate([np.zeros(len(plain), dtype=np.int16), told["kind"]])
    made["from_at"] = np.concatenate([plain["started_at"], told["from_at"]])
    made["to_at"] = np.concatenate([np.minimum(plain["completed_at"], end), told["to_at"]])
    return made


def nobody_is_in_two_places(log: EventLog) -> Iterator[str]:
    """No agent is at two things at once."""
    lived = stretches(log)
    lived = lived[lived["to_at"] > lived["from_at"]]
    lived = lived[np.lexsort((lived["from_at"], lived["agent"]))]
    twice = (lived["agent"][1:] == lived["agent"][:-1]) & (
        lived["from_at"][1:] < lived["to_at"][:-1]
    )
    return telling.first(
        twice,
        lambda i: (
            f"{_name(log, lived['agent'][i])} is at {_at(log, lived[i])} and, from "
            f"{telling.moment(lived['from_at'][i + 1])} on, at {_at(log, lived[i + 1])}"
        ),
    )


def nobody_begins_off_shift(log: EventLog) -> Iterator[str]:
    """A sitting begins while its agent's pool is on duty; one begun before the run goes on."""
    rows, lived = log["activities"], stretches(log)
    before = np.unique(rows["sitting"][rows["started_at"] < 0])
    lived = lived[(lived["sitting"] >= 0) & (lived["kind"] != HELD)]
    lived = lived[~np.isin(lived["sitting"], before)]
    lived = lived[np.lexsort((lived["from_at"], lived["sitting"], lived["agent"]))]
    new = np.ones(len(lived), dtype=bool)
    new[1:] = (lived["sitting"][1:] != lived["sitting"][:-1]) | (
        lived["agent"][1:] != lived["agent"][:-1]
    )
    begun = lived[new & (lived["from_at"] < log.terms["window"]["end_at"])]
    wrong = ~Duty(log).on_duty(begun["agent"], begun["from_at"])
    return telling.first(
        wrong,
        lambda i: (
            f"{_name(log, begun['agent'][i])} begins {_at(log, begun[i])} at "
            f"{telling.moment(begun['from_at'][i])}, off shift"
        ),
    )


def nobody_works_off_shift_against_the_rule(log: EventLog) -> Iterator[str]:
    """Overtime is for what was begun, by the pool's rule, or for calls, visits, several doers."""
    lived = stretches(log)
    lived = lived[lived["to_at"] > lived["from_at"]]
    duty = Duty(log)
    lived = lived[duty.off_duty(lived) > 0]
    nodes = log.terms["nodes"]
    free = np.array([bool(node["on_site"] or node["several"]) for node in nodes], dtype=bool)
    finishes = np.array([pool["shift_end"] == "finish" for pool in log.terms["pools"]], dtype=bool)
    allowed = free[lived["node"]] | finishes[_pool_of_work(log, lived, duty)]
    allowed |= np.isin(lived["sitting"], _live_sittings(log))
    wrong = ~allowed | (lived["kind"] == HELD)
    return telling.first(
        wrong,
        lambda i: (
            f"{_name(log, lived['agent'][i])} is at {_at(log, lived[i])} from "
            f"{telling.moment(lived['from_at'][i])} to {telling.moment(lived['to_at'][i])}, "
            "in part off shift"
        ),
    )


def _pool_of_work(log: EventLog, lived: NDArray[Any], duty: Duty) -> NDArray[np.int64]:
    """The pool whose work each stretch is: a helper goes by the rule of those whom he helps."""
    rows = log["activities"][log["activities"]["sitting"] >= 0]
    of_sitting = np.full(
        int(max(rows["sitting"].max(initial=0), lived["sitting"].max(initial=0))) + 1, -1
    )
    of_sitting[rows["sitting"]] = rows["pool"]
    told = np.where(lived["sitting"] >= 0, of_sitting[lived["sitting"]], -1)
    return np.where(told >= 0, told, duty.pool_of[lived["agent"]])


class Duty:
    """Who is on duty or on call when, as the log tells it: a whole pool, or person by person."""

    def __init__(self, log: EventLog) -> None:
        self.pool_of = np.array([agent["pool"] for agent in log.terms["agents"]], dtype=np.int64)
        rows = log["duty"][np.isin(log["duty"]["kind"], _PRESENT)]
        alone = np.unique(rows["pool"][rows["agent"] >= 0])
        pools = len(log.terms["pools"])
        # whose presence an agent's is: his pool's, or (from the number of pools on) his own
        own = pools + np.arange(len(self.pool_of))
        self._who = np.where(np.isin(self.pool_of, alone), own, self.pool_of)
        told = np.where(rows["agent"] >= 0, pools + rows["agent"], rows["pool"])
        order = np.lexsort((rows["from_at"], told))
        self._rows, self._told = rows[order], told[order]

    def on_duty(self, agents: NDArray[Any], at: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether each agent is on duty at his moment."""
        found = np.zeros(len(agents), dtype=bool)
        for mine, (starts, ends, _) in self._each(agents):
            place = np.searchsorted(starts, at[mine], side="right") - 1
            within = place >= 0
            within[within] = at[mine][within] < ends[place[within]]
            found[mine] = within
        return found

    def off_duty(self, lived: NDArray[Any]) -> NDArray[np.int64]:
        """How much of each stretch lies outside the duty of its agent, in ms."""
        off: NDArray[np.int64] = lived["to_at"] - lived["from_at"]
        for mine, hours in self._each(lived["agent"]):
            one = lived[mine]
            off[mine] -= open_before(hours, one["to_at"]) - open_before(hours, one["from_at"])
        return off

    def _each(self, agents: NDArray[Any]) -> Iterator[tuple[NDArray[np.int64], Hours]]:
        """The places of those who share a presence, and its starts, ends and running sum."""
        whose = self._who[agents]
        order = np.argsort(whose, kind="stable")
        edges = np.flatnonzero(np.diff(whose[order], prepend=-1, append=-1))
        for low, high in itertools.pairwise(edges.tolist()):
            mine = order[low:high]
            first, last = np.searchsorted(self._told, [whose[mine[0]], whose[mine[0]] + 1])
            rows = self._rows[first:last]
            passed = np.concatenate([[0], np.cumsum(rows["to_at"] - rows["from_at"])])
            yield mine, (rows["from_at"], rows["to_at"], passed)


def open_before(hours: Hours, at: NDArray[Any]) -> NDArray[np.int64]:
    """Open time before each moment, in ms; `hours` are starts, ends and their running sum."""
    starts, ends, passed = hours
    if not len(starts):
        return np.zeros(len(at), dtype=np.int64)
    place = np.searchsorted(starts, at, side="right") - 1
    began = np.maximum(place, 0)
    inside = np.clip(at - starts[began], 0, (ends - starts)[began])
    return np.where(place >= 0, passed[began] + inside, 0)


def _live_sittings(log: EventLog) -> NDArray[np.int64]:
    """Sittings of live calls: a case's first, and the next if the first passed the call on."""
    rows, cases, terms = log["activities"], log["cases"], log.terms
    live = ~np.isin(cases["kind"], [CASE_KINDS.index(kind) for kind in ("management", "repair")])
    for name, word in terms["live"].items():
        live &= log.attributes[name] == terms["attributes"][name].index(word)
    if not terms["live"] or not live.any():
        return np.empty(0, dtype=np.int64)
    mine = rows[live[rows["case"]] & (rows["sitting"] >= 0)]
    first = _first_sitting(mine, len(cases))
    dedicates = np.array([bool(node["dedicates"]) for node in terms["nodes"]], dtype=bool)
    of_first = mine["sitting"] == first[mine["case"]]
    passed_on = np.zeros(len(cases), dtype=bool)
    passed_on[mine["case"][of_first & dedicates[mine["node"]]]] = True
    second = _first_sitting(mine[~of_first & passed_on[mine["case"]]], len(cases))
    return np.concatenate([first, second])


def _first_sitting(rows: NDArray[Any], cases: int) -> NDArray[np.int64]:
    first = np.full(cases, NEVER, dtype=np.int64)
    np.minimum.at(first, rows["case"], rows["sitting"])
    return first


def _name(log: EventLog, agent: int) -> str:
    return str(log.terms["agents"][agent]["name"])


def _at(log: EventLog, stretch: Any) -> str:
    return f"{telling.step(log, stretch['node'])} for case {stretch['case']}"
