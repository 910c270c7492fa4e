"""How a broken law is told: the first rows that break it, and how many more do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import NEVER, EventLog

SHOWN = 5  # rows that are told of one law

Mask = NDArray[np.bool_]


def first(wrong: Mask, tell: Callable[[int], str]) -> Iterator[str]:
    """A sentence for each of the first wrong rows, and one for the rest."""
    places = np.flatnonzero(wrong)
    for place in places[:SHOWN].tolist():
        yield tell(place)
    if len(places) > SHOWN:
        yield f"and {len(places) - SHOWN:,} more"


def moment(at: int) -> str:
    """A moment for a reader of the log."""
    return "never" if at == NEVER else f"{at:,} ms"


def step(log: EventLog, node: int) -> str:
    """A step as flow/number."""
    where = log.terms["nodes"][node]
    return f"{where['flow']}/{where['id']}"


def activity(log: EventLog, place: int) -> str:
    """An activity by its row, case and step."""
    row = log["activities"][place]
    return f"activity {place} (case {row['case']}, {step(log, row['node'])})"
