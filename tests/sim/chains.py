"""One run cut in two: the second starts from the cases that the first has left open."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

from cssim.basis.moments import DAY
from cssim.eventlog import CLOCK_EVENTS, CLOCKS, NEVER, OUTCOMES, EventLog
from cssim.experiment import open_files
from tests.sim.worlds import START, World, doer, moves, node

WHOLE = 28  # days


def backlog_in(folder: Path) -> dict[str, Any]:
    """The key `backlog` of a run that goes on from the files of a folder."""
    beside = {name: one.FILE for name, one in open_files.BESIDE.items()}
    there = {name: {"file": str(folder / file)} for name, file in beside.items()
             if (folder / file).exists()}  # fmt: skip
    return {"file": str(folder / open_files.CASES), **there}


def cut(world: World, *days: int, seed: int = 1) -> list[EventLog]:
    """The logs of a run that is cut after some days: what is open is written and read again."""
    edges = [0, *days, WHOLE]
    logs = []
    for first, last in pairwise(edges):
        start = dt.date.fromisoformat(START) + dt.timedelta(days=first)
        world.set(time={"start": start.isoformat(), "window": f"{last - first} d"})
        logs.append(world.run(seed))
        open_files.write(logs[-1], world.folder)
        world.scenario["backlog"] = backlog_in(world.folder)
    world.set(time={"start": START, "window": f"{WHOLE} d"})
    del world.scenario["backlog"]
    return logs


def happens(log: EventLog, start: int, since: int) -> dict[str, list[Any]]:
    """What happens from a day on, in absolute moments, told without the numbers of the log.

    Args:
        log: what happened.
        start: the day on which the log starts; since: the day from which it is told.
    """

    def at(moment: int) -> float:
        return (int(moment) + start * DAY) / 60_000 if moment < NEVER else NEVER

    begins = since * DAY / 60_000
    who = [at(row["opened_at"]) for row in log["cases"]]
    return {
        "steps": sorted(
            (who[row["case"]], node(log, row["node"]), int(row["visit"]), doer(log, row["agent"]),
             at(row["enabled_at"]), at(row["started_at"]), at(row["completed_at"]),
             int(row["answer"]))
            for row in log["activities"]
            if at(row["completed_at"]) > begins
            and not log.terms["nodes"][row["node"]]["collected"]  # told when all are in
        ),
        "closed": sorted(
            (who[row["case"]], at(row["closed_at"]), OUTCOMES[row["outcome"]])
            for row in log["cases"]
            if begins < at(row["closed_at"]) < NEVER
        ),
        "clocks": sorted(
            (who[row["case"]], CLOCKS[row["clock"]], CLOCK_EVENTS[row["event"]], at(row["at"]),
             int(row["used"]), int(row["target"]))
            for row in log["clocks"]
            if at(row["at"]) > begins
        ),
        "moves": sorted(
            (part, count, origin, to, at(row["at"]))
            for (part, count, origin, to, _, _), row in zip(moves(log), log["stock"], strict=True)
            if at(row["at"]) > begins
        ),
        "wanted": sorted(
            (*(int(row[n]) for n in ("part", "place", "given", "from_place", "count")),
             at(row["at"]), at(row["kept_at"]))
            for row in log["wanted"]
            if begins < at(row["kept_at"]) < NEVER
        ),
    }  # fmt: skip


def assert_goes_on(world: World, *days: int, seed: int = 1) -> None:
    """A run that is cut, again and again, goes on to the minute as if it had not been."""
    whole = world.run(seed)
    for start, log in zip((0, *days), cut(world, *days, seed=seed), strict=True):
        end = min(day for day in (*days, WHOLE) if day > start) * DAY / 60_000
        expected, found = happens(whole, 0, start), happens(log, start, start)
        for what, until in {"closed": 1, "clocks": 3, "moves": 4, "steps": 6, "wanted": 6}.items():
            first, second = (
                [one for one in told[what] if one[until] <= end] for told in (expected, found)
            )
            other = [one for one in second if one not in first]
            missing = [one for one in first if one not in second]
            assert (start, what, missing, other) == (start, what, [], [])
            assert first == second
