"""The defects that have appeared at a run's end, as the file that another run may start from.

Also those that nobody has found yet: the run that goes on from there has to have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cssim.eventlog import NEVER, EventLog
from cssim.experiment import files
from cssim.kpi import spans
from cssim.scenario.model_backlog import DEFECT_COLUMNS

FILE = "open-defects.csv"


def write(log: EventLog, folder: Path) -> None:
    """The file, into a folder; none where there are no families of defects."""
    if log.terms.get("families"):
        files.write_csv(folder / FILE, DEFECT_COLUMNS, _rows(log))


def _rows(log: EventLog) -> Iterator[Sequence[Any]]:
    epoch = spans.epoch_of(log.terms)
    products = log.terms["attributes"]["product"]
    for row in log["defects"]:
        yield (
            id_of(log, int(row["defect"])),
            log.terms["families"][row["family"]]["name"],
            products[row["product"]],
            repr(float(row["weight"])),
            *(
                epoch.text(int(at)) if at < NEVER else ""
                for at in (row["appears_at"], row["found_at"], row["solved_at"])
            ),
        )


def id_of(log: EventLog, defect: int) -> str:
    """The id that a defect came with, or its family, product, and when it appeared."""
    before = log.terms.get("defects_before", ())
    if defect < len(before):
        return str(before[defect])
    row = log["defects"][defect]
    family = log.terms["families"][row["family"]]["name"]
    product = log.terms["attributes"]["product"][row["product"]]
    at = spans.epoch_of(log.terms).text(int(row["appears_at"]))
    return f"{family}/{product}/{at}"
