"""An event log as data frames for analysts: words for codes, dates for moments.

Moments are datetimes in the scenario's zone, exact to the millisecond, missing (`NaT`) where
something has not happened; lengths of open time (`used`, `target` of clocks) are timedeltas.
Words are categoricals, missing where there is none. Numbers of cases, instances, tokens and
sittings stay numbers, -1 for none; a case's, an instance's row is where its number says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cssim import eventlog
from cssim.eventlog import EventLog
from cssim.kpi import breaches as whose
from cssim.kpi import columns, money, risk, timelines
from cssim.kpi import transfers as moves

_STATE = 1000  # an account is state * 1000 + place


def cases(log: EventLog) -> pd.DataFrame:
    """One matter a row, its attributes as columns of their own."""
    frame = columns.frame(log, "cases")
    words = log.terms["attributes"]
    for name, codes in log.attributes.items():
        frame[name] = columns.words(codes, words[name]) if words.get(name) else codes
    return frame


def instances(log: EventLog) -> pd.DataFrame:
    """One flow worked through for a case a row."""
    return columns.frame(log, "instances")


def activities(log: EventLog) -> pd.DataFrame:
    """One step, once, a row; `node` is flow and step, such as `1.8.2/5`."""
    return columns.frame(log, "activities")


def pieces(log: EventLog) -> pd.DataFrame:
    """What one activity row cannot say: interruptions, journeys, second doers, other waits."""
    return columns.frame(log, "pieces")


def duty(log: EventLog) -> pd.DataFrame:
    """Planned presence; without an agent it is everybody of the pool."""
    return columns.frame(log, "duty")


def staff(log: EventLog) -> pd.DataFrame:
    """Who joins or leaves during the run, one person a row; all others are there throughout."""
    return columns.frame(log, "staff")


def open_facts(log: EventLog) -> pd.DataFrame:
    """What the next run must know and no other table tells, one fact a row."""
    return columns.frame(log, "open_facts")


def stock(log: EventLog) -> pd.DataFrame:
    """One move of parts a row, from a state at a place to another.

    Columns `from_state`, `from_place`, `to_state`, `to_place` stand for the two accounts; a
    place is missing where the account has none.
    """
    found: dict[str, Any] = {}
    for name, column in columns.columns(log, "stock").items():
        side, _, what = name.partition("_")
        if what == "account":
            found[f"{side}_state"] = columns.words(column // _STATE, eventlog.STATES)
            found[f"{side}_place"] = columns.words(column % _STATE - 1, log.terms["places"])
        else:
            found[name] = column
    return pd.DataFrame(found, copy=False)


def wanted(log: EventLog) -> pd.DataFrame:
    """Units that somebody asked for a row; `from_place` is missing where the supplier sent them."""
    return columns.frame(log, "wanted")


def clocks(log: EventLog) -> pd.DataFrame:
    """One change of a promise a row; `used` and `target` are open time.

    `whose` is the tier or supplier who promised it, missing where it is promised to a customer.
    """
    return _with_whose(log, log["clocks"], columns.frame(log, "clocks"))


def changes(log: EventLog) -> pd.DataFrame:
    """One change of what a case is a row: the attribute, its new value, and when."""
    rows = log["changes"]
    frame = pd.DataFrame({"case": rows["case"], **_told(log, "changes")})
    frame["at"] = columns.moments(log, np.ascontiguousarray(rows["at"]))
    return frame


def _told(log: EventLog, table: str) -> dict[str, Any]:
    """The attribute of each row of a table, and its value, as words (or a number)."""
    rows, words = log[table], log.terms["attributes"]
    names = list(words)
    values = [
        said[row["value"]] if (said := words[names[row["attribute"]]]) else int(row["value"])
        for row in rows
    ]
    return {"attribute": columns.words(rows["attribute"], names), "value": pd.Categorical(values)}


def contacts(log: EventLog) -> pd.DataFrame:
    """One attempt to reach us a row; without a case, it was not answered."""
    return columns.frame(log, "contacts")


def takeovers(log: EventLog) -> pd.DataFrame:
    """One take-over of another's work a row; `again` is how long of it is done again."""
    return columns.frame(log, "takeovers")


def journeys(log: EventLog) -> pd.DataFrame:
    """One way of somebody's to a visit, or back from it, a row; `after` is where he comes from."""
    return columns.frame(log, "journeys")


def bookings(log: EventLog) -> pd.DataFrame:
    """One window that was promised for a visit a row, and what became of it."""
    return columns.frame(log, "bookings")


def defects(log: EventLog) -> pd.DataFrame:
    """One defect a row; `case` is whose answer at `node` solved it, -1 while nobody's has."""
    frame = columns.frame(log, "defects")
    products = log.terms["attributes"].get("product", [])
    frame["product"] = columns.words(log["defects"]["product"], products)
    return frame


def linked(log: EventLog) -> pd.DataFrame:
    """One case that belongs to a defect a row: how and when its solution was found."""
    return columns.frame(log, "linked")


def units(log: EventLog) -> pd.DataFrame:
    """One unit of an installed base a row: when it is in the field, and the attributes it keeps."""
    frame, kept = columns.frame(log, "units"), log["unit_attributes"]
    for number, (name, words) in enumerate(log.terms["attributes"].items()):
        mine = kept[kept["attribute"] == number]
        if len(mine):
            codes = np.full(len(frame), -1)
            codes[mine["unit"]] = mine["value"]
            frame[name] = columns.words(codes, words) if words else codes
    return frame


def unit_attributes(log: EventLog) -> pd.DataFrame:
    """What a unit is, in one respect that it keeps, a row."""
    return pd.DataFrame({"unit": log["unit_attributes"]["unit"], **_told(log, "unit_attributes")})


def failures(log: EventLog) -> pd.DataFrame:
    """One failure of a unit a row; without a case, its caller was not answered."""
    return columns.frame(log, "failures")


def writes(log: EventLog) -> pd.DataFrame:
    """One change of a number of the scenario a row: a factor on it that begins, or is over."""
    frame = columns.frame(log, "writes")
    frame["why"] = columns.words(log["writes"]["why"], log.terms.get("whys", []))
    return frame


def scores(log: EventLog) -> pd.DataFrame:
    """One request that was closed a row: its score, and whether its customer told it."""
    frame = columns.frame(log, "scores")
    frame["told"] = frame["told"].astype(bool)
    return frame


def ledger(log: EventLog) -> pd.DataFrame:
    """One interval of a case's life a row, with its one cause; they sum to its elapsed time."""
    return columns.frame(EventLog({"ledger": timelines.read(log)}, terms=log.terms), "ledger")


def breaches(log: EventLog) -> pd.DataFrame:
    """One broken promise a row: the cause and the pool that used up most of its open time."""
    found = whose.read(log)
    frame = columns.frame(EventLog({"breaches": found}, terms=log.terms), "breaches")
    return _with_whose(log, found, frame)


def transfers(log: EventLog) -> pd.DataFrame:
    """One change of hands a row: up to another tier, back down, or to another person of a tier.

    `returned`: to a tier that the case had already left.
    """
    found = EventLog({"transfers": moves.read(log).moves}, terms=log.terms)
    return columns.frame(found, "transfers")


def costs(log: EventLog) -> pd.DataFrame:
    """One line of money a row, each with the `table` and `row` of the log that it is for.

    `amount` is in hundredths of the `currency`, below 0 what customers pay; `quantity` is what was
    priced: person- or unit-milliseconds, or a number of units.
    """
    frame = columns.frame(EventLog({"costs": money.read(log)}, terms=log.terms), "costs")
    frame["currency"] = log.terms.get("costs", {}).get("currency", "")
    return frame


def early_warnings(log: EventLog) -> pd.DataFrame:
    """One request open when the run ends a row: the share of its target used up, and its level.

    Amber from `half` and from `four_fifths` on; `late` is all of it used up.
    """
    found = risk.open_promises(log)
    return pd.DataFrame({
        "case": found.case,
        "contract": columns.words(found.contract, log.terms["contracts"]),
        "used": found.share,
        "level": columns.words(found.level, risk.LEVELS),
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
    frame["whose"] = columns.words(codes, names)
    return frame
