"""An event log as data frames for analysts: words for codes, dates for moments.

Moments are datetimes in the scenario's zone, exact to the millisecond, missing (`NaT`) where
something has not happened; lengths of open time (`used`, `target` of clocks) are timedeltas.
Words are categoricals, missing where there is none. Numbers of cases, instances, tokens and
sittings stay numbers, -1 for none; a case's, an instance's row is where its number says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cssim import eventlog
from cssim.eventlog import NEVER, EventLog
from cssim.kpi import breaches as whose
from cssim.kpi import risk, spans, timelines
from cssim.kpi import transfers as moves

_STATE = 1000  # an account is state * 1000 + place
_NUMBERS = ("value",)
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
    "from_tier": "tiers", "to_tier": "tiers", "family": "families",
}  # fmt: skip


def cases(log: EventLog) -> pd.DataFrame:
    """One matter a row, its attributes as columns of their own."""
    frame = _frame(log, "cases")
    words = log.terms["attributes"]
    for name, codes in log.attributes.items():
        frame[name] = _words(codes, words[name]) if words.get(name) else codes
    return frame


def instances(log: EventLog) -> pd.DataFrame:
    """One flow worked through for a case a row."""
    return _frame(log, "instances")


def activities(log: EventLog) -> pd.DataFrame:
    """One step, once, a row; `node` is flow and step, such as `1.8.2/5`."""
    return _frame(log, "activities")


def pieces(log: EventLog) -> pd.DataFrame:
    """What one activity row cannot say: interruptions, journeys, second doers, other waits."""
    return _frame(log, "pieces")


def duty(log: EventLog) -> pd.DataFrame:
    """Planned presence; without an agent it is everybody of the pool."""
    return _frame(log, "duty")


def staff(log: EventLog) -> pd.DataFrame:
    """Who joins or leaves during the run, one person a row; all others are there throughout."""
    return _frame(log, "staff")


def open_facts(log: EventLog) -> pd.DataFrame:
    """What the next run must know and no other table tells, one fact a row."""
    return _frame(log, "open_facts")


def stock(log: EventLog) -> pd.DataFrame:
    """One move of parts a row, from a state at a place to another.

    Columns `from_state`, `from_place`, `to_state`, `to_place` stand for the two accounts; a
    place is missing where the account has none.
    """
    columns: dict[str, Any] = {}
    for name, column in _columns(log, "stock").items():
        side, _, what = name.partition("_")
        if what == "account":
            columns[f"{side}_state"] = _words(column // _STATE, eventlog.STATES)
            columns[f"{side}_place"] = _words(column % _STATE - 1, log.terms["places"])
        else:
            columns[name] = column
    return pd.DataFrame(columns, copy=False)


def wanted(log: EventLog) -> pd.DataFrame:
    """Units that somebody asked for a row; `from_place` is missing where the supplier sent them."""
    return _frame(log, "wanted")


def clocks(log: EventLog) -> pd.DataFrame:
    """One change of a promise a row; `used` and `target` are open time.

    `whose` is the tier or supplier who promised it, missing where it is promised to a customer.
    """
    return _with_whose(log, log["clocks"], _frame(log, "clocks"))


def changes(log: EventLog) -> pd.DataFrame:
    """One change of what a case is a row: the attribute, its new value, and when."""
    rows, words = log["changes"], log.terms["attributes"]
    names = list(words)
    values = [words[names[row["attribute"]]][row["value"]] for row in rows]
    frame = pd.DataFrame({"case": rows["case"], "attribute": _words(rows["attribute"], names)})
    frame["value"] = pd.Categorical(values)
    frame["at"] = _moments(log, np.ascontiguousarray(rows["at"]))
    return frame


def contacts(log: EventLog) -> pd.DataFrame:
    """One attempt to reach us a row; without a case, it was not answered."""
    return _frame(log, "contacts")


def takeovers(log: EventLog) -> pd.DataFrame:
    """One take-over of another's work a row; `again` is how long of it is done again."""
    return _frame(log, "takeovers")


def journeys(log: EventLog) -> pd.DataFrame:
    """One way of somebody's to a visit, or back from it, a row; `after` is where he comes from."""
    return _frame(log, "journeys")


def bookings(log: EventLog) -> pd.DataFrame:
    """One window that was promised for a visit a row, and what became of it."""
    return _frame(log, "bookings")


def defects(log: EventLog) -> pd.DataFrame:
    """One defect a row; `case` is whose answer at `node` solved it, -1 while nobody's has."""
    frame = _frame(log, "defects")
    products = log.terms["attributes"].get("product", [])
    frame["product"] = _words(log["defects"]["product"], products)
    return frame


def linked(log: EventLog) -> pd.DataFrame:
    """One case that belongs to a defect a row: how and when its solution was found."""
    return _frame(log, "linked")


def ledger(log: EventLog) -> pd.DataFrame:
    """One interval of a case's life a row, with its one cause; they sum to its elapsed time."""
    return _frame(EventLog({"ledger": timelines.read(log)}, terms=log.terms), "ledger")


def breaches(log: EventLog) -> pd.DataFrame:
    """One broken promise a row: the cause and the pool that used up most of its open time."""
    found = whose.read(log)
    frame = _frame(EventLog({"breaches": found}, terms=log.terms), "breaches")
    return _with_whose(log, found, frame)


def transfers(log: EventLog) -> pd.DataFrame:
    """One change of hands a row: up to another tier, back down, or to another person of a tier.

    `returned`: to a tier that the case had already left.
    """
    return _frame(EventLog({"transfers": moves.read(log).moves}, terms=log.terms), "transfers")


def early_warnings(log: EventLog) -> pd.DataFrame:
    """One request open when the run ends a row: the share of its target used up, and its level.

    Amber from `half` and from `four_fifths` on; `late` is all of it used up.
    """
    found = risk.open_promises(log)
    return pd.DataFrame({
        "case": found.case,
        "contract": _words(found.contract, log.terms["contracts"]),
        "used": found.share,
        "level": _words(found.level, risk.LEVELS),
    })  # fmt: skip


def _with_whose(log: EventLog, rows: np.ndarray, frame: pd.DataFrame) -> pd.DataFrame:
    """The same with the name of the tier, or supplier, whose clock each row is of."""
    nested = log.terms.get("nested", {})
    names = [str(one["name"]) for of in nested.values() for one in of]
    codes = np.full(len(rows), -1)
    first = 0
    for clock, of in nested.items():
        mine = rows["clock"] == eventlog.CLOCKS.index(clock)
        codes[mine] = first + rows["scope"][mine] - 1
        first += len(of)
    frame["whose"] = _words(codes, names)
    return frame


def _frame(log: EventLog, table: str) -> pd.DataFrame:
    return pd.DataFrame(_columns(log, table), copy=False)


def _columns(log: EventLog, table: str) -> dict[str, Any]:
    names = log[table].dtype.names or ()
    return {name: _column(log, table, name) for name in names}


def _column(log: EventLog, table: str, name: str) -> Any:
    values = np.ascontiguousarray(log[table][name])
    if name in _NUMBERS:
        return values
    if name in _LENGTHS:
        return values.astype("timedelta64[ms]")
    if values.dtype == np.int64:
        return _moments(log, values)
    fixed = _FIXED.get((table, name)) or _FIXED.get(("", name))
    if fixed is not None:
        return _words(values, fixed)
    if name in _TERMS:
        return _words(values, [_name(entry) for entry in log.terms.get(_TERMS[name], [])])
    return values


def _moments(log: EventLog, values: NDArray[np.int64]) -> pd.DatetimeIndex:
    """Moments as local datetimes; NEVER is `NaT`."""
    zone = log.terms["zone"]
    origin = round(spans.epoch_of(log.terms).local(0).timestamp() * 1000)
    missing = np.datetime64("NaT", "ms").astype(np.int64)
    instants = np.where(values == NEVER, missing, values + origin).view("datetime64[ms]")
    return pd.DatetimeIndex(instants, tz="UTC").tz_convert(zone)


def _words(codes: Any, words: Sequence[str]) -> Any:
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(words), dtype="str"))


def _name(entry: Any) -> str:
    """What an entry of the terms is called: a text itself, or a mapping's name or id."""
    if not isinstance(entry, dict):
        return str(entry)
    if "flow" in entry:
        return f"{entry['flow']}/{entry['id']}"
    return str(entry["name"] if "name" in entry else entry["id"])
