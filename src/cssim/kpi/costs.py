"""Lines of money: what one is, and how a quantity becomes an amount.

A line is what one row of the event log costs, or brings. Amounts are whole hundredths of the
currency (fen, cents): a line's quantity times its price, rounded once, halves up. So a total is
the sum of its lines, whatever they are added up by. What customers pay stands below nothing.

It knows nothing of what is paid for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import TABLES, EventLog
from cssim.kpi.spans import Moments, Window

KINDS_OF = {  # by what is priced in the scenario: the kinds of its lines
    "wages": ("work", "idle", "leave", "sickness", "overtime", "standby", "on_call"),
    "travel": ("travel",),
    "transport": ("transport",),
    "shipments": ("shipment",),
    "price": ("parts_used", "parts_restored"),
    "storage": ("storage",),
    "capital": ("capital",),
    "repair": ("repair",),
    "steps": ("steps",),
    "penalties": ("penalty", "credit"),
    "charges": ("charge",),
}
KINDS = tuple(kind for kinds in KINDS_OF.values() for kind in kinds)
CHARGE = KINDS.index("charge")
SOURCES = tuple(TABLES)

LINE = np.dtype(
    [
        ("kind", "i2"),
        ("table", "i2"),  # of its source, a position in `SOURCES`
        ("row", "i4"),
        ("case", "i4"),
        ("contract", "i4"),
        ("region", "i2"),
        ("quantity", "i8"),
        ("amount", "i8"),
        ("from_at", "i8"),
        ("to_at", "i8"),
    ]
)
Lines = np.ndarray  # of this layout


def rounded(
    quantity: NDArray[Any], price: NDArray[Any] | float, per: float = 1
) -> NDArray[np.int64]:
    """Quantity times price (in hundredths, per so much of it), as a whole number, halves up.

    Example:
        >>> rounded(np.array([30, 45]), 1001, per=60).tolist()
        [501, 751]
    """
    found: NDArray[np.int64] = np.floor(quantity * price / per + 0.5).astype(np.int64)
    return found


def lines(
    log: EventLog, kind: str, source: tuple[str, NDArray[np.integer]],
    quantity: NDArray[np.int64], amount: NDArray[np.int64], during: tuple[Moments, Moments], *,
    case: NDArray[np.integer] | None = None, contract: NDArray[np.integer] | None = None,
    region: NDArray[np.integer] | None = None,
) -> Lines:  # fmt: skip
    """Lines of one kind, for some rows of a table; what is of nothing is left out.

    Contract and region are those of the case where there is one. What begins and ends at one
    moment is of that moment.
    """
    table, row = source
    made = np.zeros(len(row), dtype=LINE)
    made["kind"], made["table"] = KINDS.index(kind), SOURCES.index(table)
    made["row"], made["quantity"], made["amount"] = row, quantity, amount
    made["from_at"], made["to_at"] = during
    for column, own in (("contract", contract), ("region", region)):
        made[column] = -1 if own is None else own
        if case is not None:
            of_case = np.append(log["cases"][column], -1)[case]  # the last is for no case
            made[column] = np.where(case >= 0, of_case, made[column])
    made["case"] = -1 if case is None else case
    some = quantity > 0
    return made if some.all() else made[some]


def within(found: Lines, window: Window) -> NDArray[np.int64]:
    """What of each line's amount is in a window: by time, where it lasts.

    Windows that follow each other have all of it together, to the hundredth.
    """
    at_once = found["from_at"] == found["to_at"]
    inside = (found["from_at"] >= window[0]) & (found["from_at"] < window[1])
    lasting = _until(found, window[1]) - _until(found, window[0])
    amount: NDArray[np.int64] = np.where(at_once, found["amount"] * inside, lasting)
    return amount


def _until(found: Lines, at: int) -> NDArray[np.int64]:
    """What of the amount of lines that last falls before a moment."""
    length = np.maximum(found["to_at"] - found["from_at"], 1)
    share = (np.clip(at, found["from_at"], found["to_at"]) - found["from_at"]) / length
    until: NDArray[np.int64] = np.floor(found["amount"] * share).astype(np.int64)
    return until
