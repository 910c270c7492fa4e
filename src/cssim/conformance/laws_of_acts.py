"""Laws of where clocks start and stop: found again from what was done, by the scenario's words.

They know nothing of how long a clock runs: see `laws_of_clocks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.conformance import laws_of_clocks, telling
from cssim.conformance.laws_of_clocks import START, STOP, SUPPLIER, TIER
from cssim.eventlog import CLOCKS, NEVER, PIECE_KINDS, EventLog

Laps = list[tuple[int, int]]  # from, to; NEVER while it runs

_MOMENTS = {
    "reached": "enabled_at",
    "started": "started_at",
    "arrived": "started_at",  # or the end of the journey
    "completed": "completed_at",
}
_TRAVEL = PIECE_KINDS.index("travel")
_RESOLUTION = CLOCKS.index("resolution")
_STOPS, _STARTS = 0, 1  # of one moment, in this order
_OUTSIDE = ("customer", "supplier")


def clocks_start_and_stop_where_the_scenario_says(log: EventLog) -> Iterator[str]:
    """The laps of a clock that the scenario defines are those that its conditions give."""
    rules = log.terms.get("clocks") or {}
    cases = log["cases"]
    asked = _promised(log) if rules else np.array([], int)
    by_case = _Activities(log) if len(asked) else None
    for name, rule in rules.items():
        found = _laps(log, CLOCKS.index(name))
        for case in asked.tolist():
            assert by_case is not None
            contract = log.terms["contracts"][cases["contract"][case]]
            ought: Laps = []
            if name in log.terms["targets"][contract]:
                happened = [*by_case.moments(case, rule["stop"], _STOPS)]
                if rule["start"] == "opened":
                    happened.append((int(cases["opened_at"][case]), -1, 0, _STARTS))
                else:
                    happened += by_case.moments(case, rule["start"], _STARTS)
                closed_at = int(cases["closed_at"][case])
                ought = _run(sorted(happened), bool(rule["repeats"]), closed_at)
            if found.get(case, []) != ought:
                yield _told(name, case, found.get(case, []), ought)
                break


def _promised(log: EventLog) -> NDArray[np.int64]:
    """Cases with promises, all of which is told: not those that were open before the run."""
    cases = log["cases"]
    return np.flatnonzero((cases["contract"] >= 0) & (cases["opened_at"] >= 0))


def stays_are_those_of_the_doers(log: EventLog) -> Iterator[str]:
    """A tier's clock runs while the case is with its people, a supplier's during his steps."""
    nested = log.terms.get("nested") or {}
    for name, code, stays in (("tier", TIER, _tiers), ("supplier", SUPPLIER, _suppliers)):
        if not nested.get(name):
            continue
        found, by_case = _laps(log, code), _Activities(log)
        until = _laps(log, _RESOLUTION)
        for case in _promised(log).tolist():
            rows = by_case.of(case)
            if len(np.unique(rows["token"])) > 1:
                continue  # in several branches it is with whoever it came to last
            end = until.get(case, [(0, NEVER)])[-1][1]
            ought = _lasting([(a, min(b, end)) for a, b in stays(log, rows)])
            ran = _lasting(found.get(case, []))
            if ran != ought:
                yield _told(name, case, ran, ought)
                break


def _lasting(laps: Laps) -> Laps:
    """Those that take time; where the resolution has stopped there are no others."""
    return [lap for lap in laps if lap[0] < lap[1]]


class _Activities:
    """The activities of a log case by case, as written; open ones last."""

    def __init__(self, log: EventLog) -> None:
        rows = log["activities"]
        self._rows = rows[np.argsort(rows["case"], kind="stable")]
        self._ends = np.searchsorted(self._rows["case"], np.arange(len(log["cases"]) + 1))
        self._nodes = [
            node["id"] if node["id"] == "RETURNS" else f"{node['flow']}/{node['id']}"
            for node in log.terms["nodes"]
        ]
        self._answers = log.terms["answers"]
        travel = log["pieces"][log["pieces"]["kind"] == _TRAVEL]
        end = log.terms["window"]["end_at"]  # who is still on his way then is told up to it
        self._arrived = {
            (case, node, visit): at if at < end else NEVER
            for case, node, visit, at in travel[["case", "node", "visit", "to_at"]].tolist()
        }

    def of(self, case: int) -> NDArray[Any]:
        """The rows of a case."""
        return self._rows[self._ends[case] : self._ends[case + 1]]

    def moments(
        self, case: int, when: dict[str, list[str]], what: int
    ) -> Iterator[tuple[int, int, int, int]]:
        """Moment, row, which of the row's moments, and what: wherever a condition holds."""
        for place, row in enumerate(self.of(case)):
            node = self._nodes[row["node"]]
            answer = self._answers[row["answer"]] if row["answer"] >= 0 else None
            for number, moment in enumerate(_MOMENTS):
                wanted = when.get(moment, ())
                told = node in wanted or (moment == "completed" and f"{node}={answer}" in wanted)
                at = self._at(row, moment) if told else NEVER
                if at < NEVER:
                    yield at, place, number, what

    def _at(self, row: Any, moment: str) -> int:
        if moment == "arrived" and row["started_at"] < NEVER:
            key = int(row["case"]), int(row["node"]), int(row["visit"])
            return self._arrived.get(key, int(row["started_at"]))
        return int(row[_MOMENTS[moment]])


def _run(happened: list[tuple[int, int, int, int]], repeats: bool, closed_at: int) -> Laps:
    """The laps of a clock that is started and stopped at these moments."""
    found: Laps = []
    since: int | None = None
    for at, _, _, what in happened:
        if what == _STARTS and since is None:
            since = at
        elif what == _STOPS and since is not None:
            found.append((since, at))
            since = at if repeats else None
    if since is not None:
        found.append((since, closed_at))
    return found


def _laps(log: EventLog, clock: int) -> dict[int, Laps]:
    """By case, when each lap of a clock started and stopped, in order."""
    rows = log["clocks"][log["clocks"]["clock"] == clock]
    lap = laws_of_clocks.laps(rows)
    stop_at = np.full(int(lap.max(initial=-1)) + 1, NEVER)
    stops = rows["event"] == STOP
    stop_at[lap[stops]] = rows["at"][stops]
    found: dict[int, Laps] = {}
    for place in np.flatnonzero(rows["event"] == START):
        lap_of = int(rows["at"][place]), int(stop_at[lap[place]])
        found.setdefault(int(rows["case"][place]), []).append(lap_of)
    return found


def _tiers(log: EventLog, rows: NDArray[Any]) -> Laps:
    """When a case was in the hands, or the line, of each tier that has promised something."""
    names = [one["name"] for one in log.terms["nested"]["tier"]]
    stays: list[tuple[int, str]] = []
    for row in rows:
        ours = [doer for doer in _doers(log, row) if doer not in _OUTSIDE]
        if ours and (not stays or stays[-1][1] != ours[0]):
            stays.append((int(row["enabled_at"]), ours[0]))
    ends = [at for at, _ in stays[1:]] + [NEVER]
    return [(at, end) for (at, who), end in zip(stays, ends, strict=True) if who in names]


def _suppliers(log: EventLog, rows: NDArray[Any]) -> Laps:
    """When a case was with its supplier, if he has promised something."""
    if not len(rows) or not _is_promised(log, int(rows["case"][0])):
        return []
    found: Laps = []
    since: int | None = None
    for row in rows:
        his = _doers(log, row) == ["supplier"]
        if his and since is None:
            since = int(row["enabled_at"])
        elif not his and since is not None:
            found.append((since, int(row["enabled_at"])))
            since = None
    return found if since is None else [*found, (since, NEVER)]


def _is_promised(log: EventLog, case: int) -> bool:
    """Whether the supplier of a case's product has promised something."""
    words = log.terms["attributes"].get("product")
    suppliers = log.terms["nested"]["supplier"]
    if not words:
        return bool(suppliers)
    product = words[log.attributes["product"][case]]
    return any(product in one["products"] for one in suppliers)


def _doers(log: EventLog, row: Any) -> list[str]:
    return list(log.terms["nodes"][row["node"]]["doers"])


def _told(clock: str, case: int, found: Laps, ought: Laps) -> str:
    def words(laps: Laps) -> str:
        told = (f"{telling.moment(a)} to {telling.moment(b)}" for a, b in laps)
        return "; ".join(told) or "never"

    return f"the {clock} clock of case {case} ran {words(found)}; it ought to: {words(ought)}"
