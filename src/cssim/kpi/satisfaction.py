"""Satisfaction: the scores that customers told, by a model that the scenario states.

A log without such a model has no such figure.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cssim.eventlog import EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Spans


def satisfaction(log: EventLog, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`satisfaction`: the mean score, in points, of requests closed in the span.

    Over those whose customers told theirs.
    """
    if not log.terms.get("satisfaction"):
        return
    told = np.flatnonzero(log["scores"]["told"])
    rows = log["scores"][told]
    at = rows["at"]
    yield from measure.means(
        "satisfaction", "points", rows["score"], by.at(rows["case"]), spans, at
    )
