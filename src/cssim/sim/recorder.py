"""The log as it is being written: rows packed one by one, tables made at the end.

It knows the layout of `eventlog` and nothing of why a row is written.
"""

from __future__ import annotations

import struct

import numpy as np

from cssim import eventlog
from cssim.eventlog import NEVER, TABLES

_ACTIVITY = TABLES["activities"]
_FORMATS = {"i1": "b", "i2": "h", "i4": "i", "i8": "q"}


def packer(table: str) -> struct.Struct:
    """What packs one row of a table, in the order of its columns."""
    dtype = TABLES[table]
    codes = [_FORMATS[dtype[name].str[1:]] for name in dtype.names or ()]
    return struct.Struct("<" + "".join(codes))


class Recorder:
    """Rows of every table, appended as things complete.

    The `pack_…` and `add_…` pairs are handed out for the busiest writers; the methods below
    are for the others.
    """

    def __init__(self) -> None:
        self.rows = {table: bytearray() for table in TABLES}
        self.pack_activity = packer("activities").pack
        self.add_activity = self.rows["activities"].extend
        self.pack_clock = packer("clocks").pack
        self.add_clock = self.rows["clocks"].extend
        self.pack_instance = packer("instances").pack
        self.add_instance = self.rows["instances"].extend
        self._pack_piece = packer("pieces").pack
        self._pack_stock = packer("stock").pack
        self._pack_wanted = packer("wanted").pack
        self._pack_contact = packer("contacts").pack
        self._pack_takeover = packer("takeovers").pack
        self._pack_journey = packer("journeys").pack
        self._pack_booking = packer("bookings").pack
        self._pack_change = packer("changes").pack
        self._pack_open = packer("open_facts").pack

    def last_activity(self) -> tuple[int, int]:
        """Node and visit of the row of `activities` that was written last."""
        row = np.frombuffer(self.rows["activities"][-_ACTIVITY.itemsize :], dtype=_ACTIVITY)[0]
        return int(row["node"]), int(row["visit"])

    def piece(
        self, sitting: int, case: int, node: int, visit: int, kind: int, cause: int, agent: int,
        from_at: int, to_at: int, detail: int = -1,
    ) -> None:  # fmt: skip
        """What one activity row cannot say: a stretch of somebody's time, or of a wait."""
        row = self._pack_piece(
            sitting, case, node, visit, kind, cause, agent, detail, from_at, to_at
        )
        self.rows["pieces"].extend(row)

    def move(
        self, at: int, part: int, count: int, from_account: int, to_account: int,
        case: int = -1, order: int = -1,
    ) -> None:  # fmt: skip
        """Units of a part that change their account."""
        self.rows["stock"].extend(
            self._pack_stock(part, count, from_account, to_account, case, order, at)
        )

    def contact(
        self, contact: int, person: int, attempt: int, outcome: int, region: int, pool: int,
        at: int, until: int,
    ) -> None:  # fmt: skip
        """An attempt to reach us; who it is stands for his case, too, until the end."""
        self.rows["contacts"].extend(
            self._pack_contact(contact, person, person, attempt, outcome, region, pool, at, until)
        )

    def takeover(
        self, case: int, instance: int, node: int, why: int, from_agent: int, to_agent: int,
        at: int, again: int,
    ) -> None:  # fmt: skip
        """Somebody goes on with what another had, and does some of it again."""
        self.rows["takeovers"].extend(
            self._pack_takeover(case, instance, node, why, from_agent, to_agent, at, again)
        )

    def wanted(
        self, case: int, order: int, part: int, given: int, place: int, from_place: int,
        count: int, at: int, kept_at: int,
    ) -> None:  # fmt: skip
        """Units that somebody had asked for are kept for him, or are not yet."""
        self.rows["wanted"].extend(
            self._pack_wanted(case, order, part, given, place, from_place, count, at, kept_at)
        )

    def journey(
        self, case: int, after: int, agent: int, node: int, visit: int, way: int, metres: int,
        from_at: int, to_at: int,
    ) -> None:  # fmt: skip
        """Somebody's way to a visit, or back from it."""
        row = self._pack_journey(case, after, agent, node, visit, way, metres, from_at, to_at)
        self.rows["journeys"].extend(row)

    def booking(
        self, case: int, agent: int, node: int, ending: int, booked_at: int, from_at: int,
        to_at: int, arrives_at: int, met_at: int,
    ) -> None:  # fmt: skip
        """A window that was promised for a visit, and what became of it."""
        row = self._pack_booking(
            case, agent, node, ending, booked_at, from_at, to_at, arrives_at, met_at
        )
        self.rows["bookings"].extend(row)

    def change(self, case: int, attribute: int, value: int, at: int) -> None:
        """A case is no longer what it was in one respect."""
        self.rows["changes"].extend(self._pack_change(case, attribute, value, at))

    def open(
        self, fact: int, case: int, of: int, value: int, place: int = -1, at: int = NEVER
    ) -> None:
        """Something that whoever goes on from the run's end must know."""
        self.rows["open_facts"].extend(self._pack_open(case, fact, place, of, value, at))

    def table(self, name: str) -> np.ndarray:
        """What has been written to a table so far, as its structured array."""
        return np.frombuffer(self.rows[name], dtype=TABLES[name])

    def tables(self, cases: np.ndarray, entered: np.ndarray, end: int) -> dict[str, np.ndarray]:
        """All tables, with final instance numbers, and pieces clipped at the run's end.

        An outermost instance is its case: same number, moments and outcome; it is made here,
        unless a row of its own tells its owner.
        """
        tables = {name: self.table(name) for name in TABLES}
        tables["cases"] = cases
        count = len(cases)
        activities = tables["activities"]  # a view of the rows: numbered in place
        activities["instance"] = _final(activities["instance"], count)
        taken = tables["takeovers"]
        taken["instance"] = _final(taken["instance"], count)
        tables["instances"] = _instances(tables["instances"], cases, entered)
        pieces = tables["pieces"]
        pieces = pieces[pieces["from_at"] < end].copy()
        np.minimum(pieces["to_at"], end, out=pieces["to_at"])
        tables["pieces"] = pieces
        return tables


def _final(numbers: np.ndarray, count: int) -> np.ndarray:
    """Instances that were called come after the outermost ones."""
    return np.where(numbers < -1, count - 2 - numbers, numbers)


def _instances(written: np.ndarray, cases: np.ndarray, entered: np.ndarray) -> np.ndarray:
    """All instances by number; a row that was written wins over the one made from the case."""
    count = len(cases)
    numbers = _final(written["instance"], count)
    rows = np.empty(max(count, int(numbers.max(initial=-1)) + 1), dtype=TABLES["instances"])
    outermost = rows[:count]
    for column in ("caller", "caller_node", "owner"):
        outermost[column] = -1
    for column in ("case", "flow", "outcome", "opened_at", "closed_at"):
        outermost[column] = cases[column]
    outermost["instance"] = cases["case"]
    outermost["entered_at_node"] = entered
    rows[numbers] = written
    rows["instance"][numbers] = numbers
    rows["caller"][numbers] = _final(written["caller"], count)
    return rows


ACCOUNTS = {state: code * 1000 for code, state in enumerate(eventlog.STATES)}
