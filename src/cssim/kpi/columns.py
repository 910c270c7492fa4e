"""Columns of data frames from those of a log's tables: words for codes, dates for moments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cssim import eventlog
from cssim.eventlog import NEVER, EventLog
from cssim.kpi import costs as prices
from cssim.kpi import spans, timelines
from cssim.kpi import transfers as moves

_NUMBERS = ("value", "quantity", "amount")
_LENGTHS = ("used", "target", "again", "time_in_cause", "time_in_pool")
_FIXED: dict[tuple[str, str], Sequence[str]] = {
    ("cases", "kind"): eventlog.CASE_KINDS,
    ("open_facts", "fact"): eventlog.OPEN_FACTS,
    ("pieces", "kind"): eventlog.PIECE_KINDS,
    ("duty", "kind"): eventlog.DUTY_KINDS,
    ("clocks", "event"): eventlog.CLOCK_EVENTS,
    ("contacts", "outcome"): eventlog.CONTACT_OUTCOMES,
    ("takeovers", "why"): eventlog.TAKEOVERS,
    ("linked", "how"): eventlog.LINK_ENDS,
    ("journeys", "way"): eventlog.JOURNEYS,
    ("bookings", "ending"): eventlog.BOOKING_ENDS,
    ("ledger", "cause"): timelines.CAUSES,
    ("breaches", "cause"): timelines.CAUSES,
    ("transfers", "kind"): moves.KINDS,
    ("costs", "kind"): prices.KINDS,
    ("costs", "table"): prices.SOURCES,
    ("", "clock"): eventlog.CLOCKS,
    ("", "outcome"): eventlog.OUTCOMES,
    ("", "answered_by"): eventlog.ANSWERED_BY,
    ("", "wait_cause"): eventlog.CAUSES,
    ("", "cause"): eventlog.CAUSES,
}
_TERMS = {
    "flow": "flows", "source": "sources", "region": "regions", "contract": "contracts",
    "node": "nodes", "caller_node": "nodes", "entered_at_node": "nodes", "answer": "answers",
    "pool": "pools", "agent": "agents", "owner": "agents", "part": "parts",
    "from_agent": "agents", "to_agent": "agents",
    "place": "places", "from_place": "places", "given": "parts",
    "from_tier": "tiers", "to_tier": "tiers", "family": "families", "hazard": "hazards",
    "cell": "cells",
}  # fmt: skip


def frame(log: EventLog, table: str) -> pd.DataFrame:
    """A table as a frame."""
    return pd.DataFrame(columns(log, table), copy=False)


def columns(log: EventLog, table: str) -> dict[str, Any]:
    """All columns of a table, by name."""
    names = log[table].dtype.names or ()
    return {name: column(log, table, name) for name in names}


def column(log: EventLog, table: str, name: str) -> Any:
    """One column: words, moments, lengths of time or plain numbers."""
    values = np.ascontiguousarray(log[table][name])
    if name in _NUMBERS:
        return values
    if name in _LENGTHS:
        return values.astype("timedelta64[ms]")
    if values.dtype == np.int64:
        return moments(log, values)
    fixed = _FIXED.get((table, name)) or _FIXED.get(("", name))
    if fixed is not None:
        return words(values, fixed)
    if name in _TERMS:
        return words(values, [eventlog.called(entry) for entry in log.terms.get(_TERMS[name], [])])
    return values


def moments(log: EventLog, values: NDArray[np.int64]) -> pd.DatetimeIndex:
    """Moments as local datetimes; NEVER is `NaT`."""
    zone = log.terms["zone"]
    origin = round(spans.epoch_of(log.terms).local(0).timestamp() * 1000)
    missing = np.datetime64("NaT", "ms").astype(np.int64)
    instants = np.where(values == NEVER, missing, values + origin).view("datetime64[ms]")
    return pd.DatetimeIndex(instants, tz="UTC").tz_convert(zone)


def words(codes: Any, known: Sequence[str]) -> Any:
    """Codes as the words that they stand for, missing where they stand for none."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(known), dtype="str"))
