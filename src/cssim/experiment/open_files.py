"""All files in which a run tells where it stands at its end, for another to go on from there."""

from __future__ import annotations

from pathlib import Path

from cssim.eventlog import EventLog
from cssim.experiment import (
    open_cases,
    open_defects,
    open_effects,
    open_renewed,
    open_stock,
    open_units,
)

CASES = open_cases.FILE
BESIDE = {  # by key of `backlog`; each is there only where there is something to tell
    "stock": open_stock,
    "units": open_units,
    "renewed": open_renewed,
    "defects": open_defects,
    "effects": open_effects,
}


def write(log: EventLog, folder: Path) -> None:
    """All of them, into a folder; what a run before has left there and this one has not, goes."""
    open_cases.write(log, folder)
    for one in BESIDE.values():
        (folder / one.FILE).unlink(missing_ok=True)
        one.write(log, folder)
