"""Field visits: how many are made in a day, how much of it is the way, and which windows are kept.

A log has these figures where its scenario tells ways by place (`travel`), those of windows
where visits are booked.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import BOOKING_ENDS, JOURNEYS, NEVER, PIECE_KINDS, EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Measure
from cssim.kpi.spans import Moments, Spans, epoch_of

_TO_BASE = JOURNEYS.index("to_base")
_MET, _MOVED = BOOKING_ENDS.index("met"), BOOKING_ENDS.index("moved")
_WORK, _TRAVEL, _BACK = (PIECE_KINDS.index(kind) for kind in ("work", "travel", "back"))


def figures(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """All figures of visits; none where ways are not told by place."""
    if "travel" not in log.terms:
        return
    yield from visits(log, spans)
    yield from visits_per_day(log, spans)
    yield from travel_share(log, spans)
    if log.terms["travel"]:
        yield from windows_kept(log, spans)
        yield from windows_moved(log, spans)


def _arrivals(log: EventLog) -> NDArray[np.void]:
    rows = log["journeys"]
    end = log.terms["window"]["end_at"]
    found: NDArray[np.void] = rows[(rows["way"] != _TO_BASE) & (rows["to_at"] < end)]
    return found


def visits(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`visits`: visits to which somebody came in the span."""
    rows = _arrivals(log)
    yield from measure.counts(
        "visits", "visits", measure.everybody(len(rows)), spans, rows["to_at"]
    )


def visits_per_day(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`visits_per_day`: visits / days on which somebody made one, each person's counted."""
    rows = _arrivals(log)
    epoch = epoch_of(log.terms)
    days = np.array([epoch.date_of(at).toordinal() for at in rows["to_at"].tolist()], dtype=int)
    order = np.lexsort((rows["to_at"], rows["agent"]))
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (np.diff(days[order]) != 0) | (np.diff(rows["agent"][order]) != 0)
    everybody, at = measure.everybody(len(rows)), rows["to_at"][order]
    made = _counted(everybody.cells(spans, at), spans)
    begun = _counted(everybody.cells(spans, at)[first], spans)
    yield from measure.ratios("visits_per_day", "per day", made, begun, everybody, spans)


def _counted(cells: NDArray[np.int64], spans: Spans) -> NDArray[np.float64]:
    found = np.bincount(cells[cells >= 0], minlength=len(spans.labels))
    return found.astype(np.float64)


def travel_share(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`travel_share`: time on the way to visits and back / the same and time at work on site."""
    pieces = log["pieces"]
    on_site = np.array([bool(node["on_site"]) for node in log.terms["nodes"]], dtype=bool)
    rows = log["activities"]
    plain = rows[(rows["pieces"] == 0) & on_site[rows["node"]] & (rows["started_at"] < NEVER)]
    way = pieces[np.isin(pieces["kind"], (_TRAVEL, _BACK))]
    work = pieces[(pieces["kind"] == _WORK) & on_site[pieces["node"]]]
    on_way = spans.time_in(way["from_at"], way["to_at"]).astype(np.float64)
    there = spans.time_in(work["from_at"], work["to_at"])
    there += spans.time_in(plain["started_at"], _up_to(log, plain["completed_at"]))
    everybody = measure.everybody(0)
    yield from measure.ratios("travel_share", "share", on_way, on_way + there, everybody, spans)


def _up_to(log: EventLog, at: Moments) -> Moments:
    found: Moments = np.minimum(at, log.terms["window"]["end_at"])
    return found


def windows_kept(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`windows_kept`: windows that ended in the span and in which work began / all that ended.

    A window whose visit was booked anew, or is still to be made, is not kept.
    """
    rows = log["bookings"]
    kept = (rows["ending"] == _MET) & (rows["met_at"] < rows["to_at"])
    everybody = measure.everybody(len(rows))
    yield from measure.means("windows_kept", "share", kept, everybody, spans, rows["to_at"])


def windows_moved(log: EventLog, spans: Spans) -> Iterator[Measure]:
    """`windows_moved`: windows that ended in the span whose visit was booked anew / all."""
    rows = log["bookings"]
    moved = rows["ending"] == _MOVED
    everybody = measure.everybody(len(rows))
    yield from measure.means("windows_moved", "share", moved, everybody, spans, rows["to_at"])
