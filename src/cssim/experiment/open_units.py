"""When units of populations ask next, as the file that another run may start from.

Units with an open case are told with it.
"""

from __future__ import annotations

from pathlib import Path

from cssim.eventlog import OPEN_FACTS, EventLog
from cssim.experiment import files
from cssim.kpi import spans
from cssim.scenario.model_backlog import UNIT_COLUMNS

FILE = "open-units.csv"
_ASKS = OPEN_FACTS.index("asks")


def write(log: EventLog, folder: Path) -> None:
    """The file, into a folder; none where no unit will ask."""
    facts = log["open_facts"]
    rows = facts[facts["fact"] == _ASKS]
    if len(rows):
        epoch, sources = spans.epoch_of(log.terms), log.terms["sources"]
        told = ((sources[row["of"]], epoch.text(int(row["value"]))) for row in rows)
        files.write_csv(folder / FILE, UNIT_COLUMNS, told)
