"""Laws of what changes during a run: a write is said by a date or a step, by nothing else."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import DAY
from cssim.conformance import telling
from cssim.eventlog import CASE_KINDS, CLOCK_EVENTS, CLOCKS, NEVER, PIECE_KINDS, EventLog

_WORK = PIECE_KINDS.index("work")
_REQUEST, _MANAGEMENT = CASE_KINDS.index("request"), CASE_KINDS.index("management")
_BREACH = CLOCK_EVENTS.index("breach")
_PROMISES = [CLOCKS.index(name) for name in ("first_response", "resolution")]
Stretch = tuple[int, int, int, float]  # why, from, to, factor


def writes_are_those_that_dates_and_steps_say(log: EventLog) -> Iterator[str]:
    """Every factor begins and ends when the scenario's dates, and steps that were done, say."""
    if not len(log["writes"]) and "cells" not in log.terms:
        return
    end = log.terms["window"]["end_at"]
    said: Counter[tuple[int, int, int]] = Counter()
    for cell, stretches in in_force(log).items():
        for why, from_at, to_at, _ in stretches:
            said.update((at, cell, why) for at in (from_at, to_at) if at <= end)
    rows = log["writes"][["at", "cell", "why"]].tolist()
    for at, cell, why in sorted((Counter(rows) - said) + (said - Counter(rows))):
        number = rows.count((at, cell, why))
        yield f"{_name(log, cell, why)}: {number} writes at {telling.moment(at)}"


def cells_are_the_product_of_what_is_in_force(log: EventLog) -> Iterator[str]:
    """A write takes up the value before it; after a moment it is the product of all factors."""
    value: dict[int, float] = {}
    after: dict[tuple[int, int], float] = {}
    for row in log["writes"]:
        cell, at = int(row["cell"]), int(row["at"])
        if row["old"] != value.get(cell, 1.0):
            yield f"{_name(log, cell, row['why'])}: {row['old']} at {telling.moment(at)}"
        value[cell] = after[cell, at] = float(row["new"])
    stretches = in_force(log) if after else {}
    for (cell, at), new in after.items():
        factors = [one[3] for one in stretches.get(cell, ()) if one[1] <= at < one[2]]
        if new != math.prod(factors):
            yield f"{log.terms['cells'][cell]} is {new} at {telling.moment(at)}"


def _name(log: EventLog, cell: int, why: int) -> str:
    return f"{log.terms['cells'][cell]} by {log.terms['whys'][why]}"


def in_force(log: EventLog) -> dict[int, list[Stretch]]:
    """By cell, what is in force from when to when, in the order of the scenario."""
    found: dict[int, list[Stretch]] = {}
    for why, one in enumerate(log.terms["dated"]):
        if one["from_at"] < one["to_at"]:
            for cell, factor in one["factors"]:
                stretch = why, one["from_at"], one["to_at"], factor
                found.setdefault(cell, []).append(stretch)
    first = len(log.terms["dated"])
    for number, one in enumerate(log.terms["effects"]):
        for cell, begins in sorted(_begins(log, number).items()):
            factor = dict([*one["factors"], *(person[1:] for person in one["persons"])])[cell]
            for from_at, to_at in _joined(begins):
                found.setdefault(cell, []).append((first + number, from_at, to_at, factor))
    return found


def _begins(log: EventLog, number: int) -> dict[int, list[tuple[int, int]]]:
    """By cell, from when an effect is begun until when, once or again."""
    effect = log.terms["effects"][number]
    rows = log["activities"]
    there = (rows["node"] == effect["node"]) & (rows["completed_at"] < NEVER)
    if effect["answer"] >= 0:
        there &= rows["answer"] == effect["answer"]
    for name, words in effect["of"]:
        there &= np.isin(log.attributes[name][rows["case"]], words)
    found: dict[int, list[tuple[int, int]]] = {}
    for told, cell, from_at, until in log.terms.get("effects_before", ()):
        if told == number:
            found.setdefault(cell, []).append((from_at, until))
    for row in rows[there]:
        if not _is_called_for(log, effect, int(row["case"])):
            continue
        at = int(row["completed_at"]) + effect["after"]
        doers = _doers(log, row) if effect["only_those_there"] else None
        cells = [cell for cell, _ in effect["factors"]]
        cells += [cell for who, cell, _ in effect["persons"] if doers is None or who in doers]
        for cell in cells:
            found.setdefault(cell, []).append((at, at + effect["lasts"]))
    return found


def _doers(log: EventLog, row: Any) -> set[int]:
    """Everybody who was at a step when it was done."""
    pieces = log["pieces"]
    mine = (pieces["case"] == row["case"]) & (pieces["node"] == row["node"])
    mine &= (pieces["visit"] == row["visit"]) & (pieces["kind"] == _WORK)
    mine &= pieces["to_at"] == row["completed_at"]
    return {int(row["agent"]), *pieces["agent"][mine].tolist()}


def _joined(begins: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of time; begun again while it lasts, it lasts from then on."""
    stretch: tuple[int, int] | None = None
    for at, until in sorted(begins):
        if stretch is not None and at <= stretch[1]:
            stretch = stretch[0], until
            continue
        if stretch is not None:
            yield stretch
        stretch = at, until
    if stretch is not None:
        yield stretch


# ---- what is found ---------------------------------------------------------------------------


def _is_called_for(log: EventLog, effect: dict[str, Any], case: int) -> bool:
    """Whether what a case of management has found is what an effect asks for."""
    cases = log["cases"]
    opened_at = int(cases["opened_at"][case])
    flow = (cases["flow"] == cases["flow"][case]) & (cases["kind"] == _MANAGEMENT)
    before = cases["opened_at"][flow & (cases["opened_at"] < opened_at)]
    since = int(before.max(initial=0))

    def filed(at: NDArray[np.int64]) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = (at >= since) & (at < opened_at)
        return inside

    if effect["below"] < NEVER:
        rows = log["scores"]
        told = rows["score"][filed(rows["at"]) & (rows["told"] > 0)]
        if not math.fsum(told) < effect["below"] * len(told):
            return False
    most = 0
    if effect["repeated"]:
        mine = filed(cases["closed_at"]) & (cases["kind"] == _REQUEST)
        for name, words in effect["only"]:
            mine &= np.isin(log.attributes[name], words)
        columns = [log.attributes[name][mine].tolist() for name in effect["repeated"]]
        sorts = Counter(zip(*columns, strict=True))
        most = max(sorts.values(), default=0)
    return not effect["repeated"] or most > int(effect["more_than"])


def scores_are_what_the_requests_went_through(log: EventLog) -> Iterator[str]:
    """A closed request has one score: the best, less days, broken promises and visits."""
    rules, rows = log.terms.get("satisfaction"), log["scores"]
    if rules is None:
        return
    cases = log["cases"]
    closed = (cases["kind"] == _REQUEST) & (cases["closed_at"] < NEVER)
    one = np.bincount(rows["case"], minlength=len(cases)) == 1
    before = (cases["opened_at"] < 0) & (cases["closed_at"] <= 0)  # all of it was before the run
    wrong = np.flatnonzero((closed != one) & ~before)
    yield from (f"case {case} has no score, or not one" for case in wrong[: telling.SHOWN])
    breaches, visits = _breaches(log), _visits(log, rules["visits"])
    for row in rows:
        case = int(row["case"])
        if cases["opened_at"][case] < 0:  # what it went through before the run is not told here
            continue
        days = int(cases["closed_at"][case] - cases["opened_at"][case]) / DAY
        lost = rules["day"] * days + rules["breach"] * int(breaches[case])
        lost += rules["visit"] * int(visits[case])
        if row["at"] != cases["closed_at"][case] or row["score"] != max(0.0, rules["best"] - lost):
            yield f"case {case} has the score {row['score']} at {telling.moment(row['at'])}"


def _breaches(log: EventLog) -> NDArray[np.int64]:
    """How many of its two promises each case has broken."""
    rows = log["clocks"]
    rows = rows[(rows["event"] == _BREACH) & np.isin(rows["clock"], _PROMISES)]
    broken = np.unique(rows["case"].astype(np.int64) * len(CLOCKS) + rows["clock"])
    return np.bincount(broken // len(CLOCKS), minlength=len(log["cases"]))


def _visits(log: EventLog, nodes: list[int]) -> NDArray[np.int64]:
    """How many visits on site each case had after the first."""
    rows = log["activities"]
    rows = rows[np.isin(rows["node"], nodes)]
    visits = np.ones(len(log["cases"]), dtype=np.int64)
    np.maximum.at(visits, rows["case"], rows["visit"])
    return visits - 1
