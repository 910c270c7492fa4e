"""Risk: is a contract's month or quarter below its target, and which open cases are on the way.

A contract may say which share of its resolution promises is to be kept in each calendar month or
quarter. What one history says of that is here; how likely a miss is, is for many histories to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import EventLog
from cssim.kpi import measure, promises, spans
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.promises import Promises
from cssim.kpi.spans import Moments, Spans, Window

CONTRACT, PERIOD, USED = "contract", "period", "used"
MONTHS = {"month": 1, "quarter": 3}  # months in each kind of period
WARNED_FROM = (0.5, 0.8, 1.0)  # shares of the promise used up from which a level begins
LEVELS = ("below_half", "half", "four_fifths", "late")


@dataclass(frozen=True)
class OpenPromises:
    """The resolution promises that are open at a moment, one entry each.

    Attributes:
        case: whose; contract: code into the terms' contracts.
        share: of the promise used up; 1 and above is late.
    """

    case: NDArray[np.int64]
    contract: NDArray[np.int64]
    share: NDArray[np.float64]

    @property
    def level(self) -> NDArray[np.int64]:
        """Of each, how near it is to its end: a position in `LEVELS`."""
        level: NDArray[np.int64] = np.searchsorted(WARNED_FROM, self.share, side="right")
        return level


def targets_of(terms: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """By contract that has a target: the share to be kept, and of what (`month`, `quarter`)."""
    found = (terms.get("attainment") or {}).items()
    return {name: (float(said["target"]), str(said["period"])) for name, said in found}


def attainment_by_period(log: EventLog, found: Promises, window: Window) -> Iterator[Measure]:
    """The attainment of each contract that has a target, in each of its periods in the window.

    Counted as `promises.attainment` does: what fell due in the period, within the window. A
    promise that fell due before the simulation's start (of a case that was open then), in the
    same period, counts as late in the first one if it is still open when the window begins.
    What fell due in the warm-up counts for nothing; nothing due, no figure.
    """
    for groups, within, at in due_in_periods(log, found, window):
        yield from measure.means("attainment", "share", found.kept, groups, within, at)


def due_in_periods(
    log: EventLog, found: Promises, window: Window
) -> Iterator[tuple[Groups, Spans, Moments]]:
    """The contracts that have a target, their periods, and the moment at which each promise counts.

    Months and quarters apart; see `attainment_by_period`.
    """
    targets = targets_of(log.terms)
    contract = log["cases"]["contract"][found.case]
    for period, together in MONTHS.items():
        names = [name for name, (_, of) in targets.items() if of == period]
        if not names:
            continue
        codes = np.full(len(found.case), -1, dtype=np.int64)
        for number, name in enumerate(names):
            codes[contract == log.terms["contracts"].index(name)] = number
        begun = spans.start_of_month(log.terms, window[0], together)
        is_late = (found.due_at >= begun) & (found.due_at < 0)
        is_late &= found.stop_at > window[0]
        at = np.where(is_late, window[0], found.due_at)
        groups = Groups(tuple({CONTRACT: name} for name in names), codes)
        yield groups, spans.months(log.terms, window, together), at


def early_warning(log: EventLog, window: Window) -> Iterator[Measure]:
    """`early_warning`: requests open at the window's end, by how much of the promise is used up.

    Levels: below half, from half, from four fifths, and late (all of it used up); of the contracts
    that have an attainment target. None is a figure too.
    """
    found = open_promises(log, window[1])
    names = list(targets_of(log.terms))
    for name in names:
        levels = found.level[found.contract == log.terms["contracts"].index(name)]
        for level, number in zip(LEVELS, np.bincount(levels, minlength=4).tolist(), strict=True):
            scope = measure.scope({CONTRACT: name, USED: level})
            yield Measure("early_warning", scope, float(number), "cases")


def open_promises(log: EventLog, at: int | None = None) -> OpenPromises:
    """How much of its promise each open request has used up, as an early warning.

    Args:
        log: what happened.
        at: the moment; by default the end of the run.
    """
    moment = int(log.terms["window"]["end_at"]) if at is None else at
    case, used, target = promises.used(log, "resolution", moment)
    contract = log["cases"]["contract"][case].astype(np.int64)
    return OpenPromises(case, contract, used / np.maximum(target, 1))
