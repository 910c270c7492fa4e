"""What really happened, as figures: recorded cases measured like simulated ones.

The figures have the names and scopes that a simulation's have, so that one can stand beside
the other. It knows nothing of the file that the records came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import HOUR
from cssim.eventlog import NEVER
from cssim.kpi import measure, spans
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Moments, Spans, Window


@dataclass(frozen=True)
class Recorded:
    """Cases as a file tells them, one entry each.

    Attributes:
        opened_at: when each was opened.
        resolved_at: when it was resolved; NEVER while it is open.
        kept: whether its promise was kept, in the verdict of whoever recorded it.
        groups: whom it counts with: everybody, or those of its severity.
    """

    opened_at: Moments
    resolved_at: Moments
    kept: NDArray[np.bool_]
    groups: tuple[Groups, ...]


def measures(recorded: Recorded, window: Window) -> list[Measure]:
    """The figures of the cases that were opened in a window.

    `attainment` is the share whose promise was kept, by the record's own verdict, of all that
    were opened, open ones included. `cycle_time` is resolved_at - opened_at, over those that
    were resolved; `open_share` says how many were not.
    """
    whole = spans.whole(window)
    return [one for groups in recorded.groups for one in _measures(recorded, groups, whole)]


def _measures(recorded: Recorded, groups: Groups, whole: Spans) -> Iterator[Measure]:
    opened_at = recorded.opened_at
    still_open = recorded.resolved_at == NEVER
    resolved = np.flatnonzero(~still_open)
    hours = (recorded.resolved_at - opened_at)[resolved] / HOUR
    mine = groups.at(resolved)
    yield from measure.counts("requests", "cases", groups, whole, opened_at)
    yield from measure.means("attainment", "share", recorded.kept, groups, whole, opened_at)
    yield from measure.statistics("cycle_time", "h", hours, mine, whole, opened_at[resolved])
    yield from measure.means("open_share", "share", still_open, groups, whole, opened_at)
