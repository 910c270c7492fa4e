"""Where parts are at a run's end, as the file that another run may start from.

What is on loan stands with the open cases, and what was used up is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cssim.eventlog import NEVER, OPEN_FACTS, STATES, EventLog
from cssim.experiment import files
from cssim.kpi import spans
from cssim.scenario.model_backlog import STOCK_COLUMNS

FILE = "open-stock.csv"
_PLACES = 1000  # an account is state * PLACES + place
_REPAIR = STATES.index("repair")


def write(log: EventLog, folder: Path) -> None:
    """The file, into a folder; none where there are no parts."""
    if log.terms["parts"]:
        files.write_csv(folder / FILE, STOCK_COLUMNS, _rows(log))


def _rows(log: EventLog) -> Iterator[Sequence[Any]]:
    """What lies where, and what is on its way: region, part, state, count, when it comes."""
    epoch = spans.epoch_of(log.terms)
    places, parts = log.terms["places"], log.terms["parts"]
    facts = [row for row in log["open_facts"] if row["case"] < 0 and row["place"] >= 0]
    released = {
        (int(row["place"]), int(row["of"])): int(row["value"])
        for row in facts
        if OPEN_FACTS[row["fact"]] == "released"
    }
    lies = _balances(log)
    stocked = {
        (account % _PLACES - 1, part)
        for account, part in lies
        if account % _PLACES and account // _PLACES != _REPAIR  # a bench need not keep its units
    }
    for place, part in sorted(stocked):
        here = places[place], parts[part]
        shelf, bad = (lies[_account(state, place), part] for state in ("on_shelf", "quarantine"))
        leaving = released.get((place, part), 0)
        yield *here, "on_shelf", shelf, ""
        for state, count in (("quarantine", bad - leaving), ("released", leaving)):
            if count:
                yield *here, state, count, ""
    for row in facts:
        state = OPEN_FACTS[row["fact"]]
        if row["at"] < NEVER:
            here = places[row["place"]], parts[row["of"]]
            yield *here, state, int(row["value"]), epoch.text(int(row["at"]))


def _account(state: str, place: int) -> int:
    return STATES.index(state) * _PLACES + place + 1


def _balances(log: EventLog) -> dict[tuple[int, int], int]:
    """Account and part → units."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    for row in log["stock"]:
        count, part = int(row["count"]), int(row["part"])
        found[int(row["from_account"]), part] -= count
        found[int(row["to_account"]), part] += count
    return found
