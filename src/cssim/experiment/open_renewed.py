"""Units that have been as good as new in a run, as the file that another run may start from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from cssim.eventlog import NEVER, OPEN_FACTS, EventLog
from cssim.experiment import files, open_cases
from cssim.kpi import spans
from cssim.scenario.model_backlog import RENEWED_COLUMNS

FILE = "open-renewed.csv"
_RENEWED = OPEN_FACTS.index("renewed")


def write(log: EventLog, folder: Path) -> None:
    """The file, into a folder; none where no unit has been renewed."""
    rows = list(_rows(log))
    if rows:
        files.write_csv(folder / FILE, RENEWED_COLUMNS, rows)


def _rows(log: EventLog) -> Iterator[tuple[str | int, ...]]:
    facts = log["open_facts"]
    told = facts[facts["fact"] == _RENEWED]
    # whose caller waits for an answer at the end begins anew, and so does his unit
    told = told[(told["at"] < NEVER) | (told["case"] >= 0)]
    epoch, terms = spans.epoch_of(log.terms), log.terms
    ids = open_cases.ids(log, told["case"].tolist())
    for fact, case in zip(told, ids, strict=True):
        unit = log["units"][fact["of"]]
        region = terms["regions"][unit["region"]] if unit["region"] >= 0 else ""
        day = dt.date.fromordinal(int(unit["date"])).isoformat() if unit["date"] else ""
        new_at = epoch.text(int(fact["at"])) if fact["at"] < NEVER else ""
        source = terms["sources"][unit["source"]]
        yield source, region, day, int(unit["number"]), int(fact["value"]), new_at, case
