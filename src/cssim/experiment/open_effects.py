"""The effects that go on at a run's end, or will begin, as the file that another may start from.

Those of dates are not among them: they have their dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cssim.conformance import laws_of_changes
from cssim.eventlog import NEVER, EventLog
from cssim.experiment import files
from cssim.kpi import spans
from cssim.scenario.model_backlog import EFFECT_COLUMNS

FILE = "open-effects.csv"


def write(log: EventLog, folder: Path) -> None:
    """The file, into a folder; none where no effect goes on."""
    told = list(dict.fromkeys(_rows(log)))
    if told:
        files.write_csv(folder / FILE, EFFECT_COLUMNS, told)


def _rows(log: EventLog) -> Iterator[Sequence[Any]]:
    """Effect, person, from when and until when; of all that it changes together once."""
    if not log.terms.get("effects"):
        return
    epoch, end = spans.epoch_of(log.terms), log.terms["window"]["end_at"]
    first = len(log.terms["dated"])
    persons = {cell: who for one in log.terms["effects"] for who, cell, _ in one["persons"]}
    for cell, stretches in sorted(laws_of_changes.in_force(log).items()):
        who = log.terms["agents"][persons[cell]]["name"] if cell in persons else ""
        for why, from_at, to_at, _ in stretches:
            if why >= first and to_at > end:
                until = "" if to_at >= NEVER else epoch.text(to_at)
                yield log.terms["whys"][why], who, epoch.text(from_at), until
