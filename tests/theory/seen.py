"""What a log says about a row of the table: two sums a batch, whose ratio is the figure.

A batch is a stretch of the window (or the whole window, where replications are compared). A
figure is the sum of the numerators over the sum of the denominators, so that long and short
batches weigh as they should; see `estimate.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cssim.eventlog import STATES, EventLog

DAY = 86_400_000
ABANDONED, BLOCKED = 2, 3  # outcomes of a contact

Numbers = NDArray[np.float64]
Moments = NDArray[np.int64]
Sums = tuple[Numbers, Numbers]


@dataclass(frozen=True)
class Seen:
    """One run's log, and how many batches its window is cut into."""

    log: EventLog
    batches: int

    @cached_property
    def edges(self) -> Moments:
        """The moments at which batches begin, and the window's end."""
        window = self.log.terms["window"]
        return np.linspace(window["from_at"], window["to_at"], self.batches + 1).astype(np.int64)

    @cached_property
    def lengths(self) -> Numbers:
        """Of the batches, in ms."""
        return np.diff(self.edges).astype(float)

    def batch_of(self, at: Moments) -> Moments:
        """The batch of each moment; -1 and `batches` outside of the window."""
        return np.searchsorted(self.edges, at, side="right") - 1

    def summed(self, at: Moments, amounts: Numbers | None = None) -> Numbers:
        """Amounts (each 1 if they are not given) by the batch of their moments."""
        batch = self.batch_of(at)
        inside = (batch >= 0) & (batch < self.batches)
        weights = None if amounts is None else np.asarray(amounts, float)[inside]
        return np.bincount(batch[inside], weights, self.batches).astype(float)

    def present(self, since: Moments, until: Moments) -> Numbers:
        """By batch, the time that all spend in it between two moments of theirs, in ms."""
        return np.diff(self._passed(since) - self._passed(until))

    def _passed(self, moments: Moments) -> Numbers:
        """By edge, the time since all moments before it: exact, in whole ms."""
        ordered = np.sort(moments)
        sums = np.concatenate([[0], np.cumsum(np.minimum(ordered, self.edges[-1]))])
        before = np.searchsorted(ordered, self.edges)
        return np.asarray(before * self.edges - sums[before])


Reading = Callable[[Seen], Sums]


# ---- activities --------------------------------------------------------------------------------


def share_waiting(seen: Seen) -> Sums:
    """Of those who come, who are not served at once."""
    rows = seen.log["activities"]
    enabled = rows["enabled_at"]
    return seen.summed(enabled, rows["started_at"] > enabled), seen.summed(enabled)


def share_within(seconds: float) -> Reading:
    """Of those who come, who are served within so many seconds."""

    def reading(seen: Seen) -> Sums:
        rows = seen.log["activities"]
        enabled = rows["enabled_at"]
        met = rows["started_at"] - enabled <= seconds * 1000
        return seen.summed(enabled, met), seen.summed(enabled)

    return reading


def number_within(seconds: float) -> Reading:
    """How many are served within so many seconds, a batch."""

    def reading(seen: Seen) -> Sums:
        return share_within(seconds)(seen)[0], np.ones(seen.batches)

    return reading


def waiting_time(unit: float) -> Reading:
    """Mean wait of all who come, in units of so many ms."""

    def reading(seen: Seen) -> Sums:
        rows = seen.log["activities"]
        enabled = rows["enabled_at"]
        return seen.summed(enabled, (rows["started_at"] - enabled) / unit), seen.summed(enabled)

    return reading


def time_in_system(severity: int, unit: float) -> Reading:
    """Mean time from coming to leaving of those with a severity, in units of so many ms."""

    def reading(seen: Seen) -> Sums:
        rows = seen.log["activities"]
        rows = rows[seen.log.attributes["severity"][rows["case"]] == severity]
        enabled = rows["enabled_at"]
        return seen.summed(enabled, (rows["completed_at"] - enabled) / unit), seen.summed(enabled)

    return reading


def throughput(pool: str, unit: float) -> Reading:
    """What a pool completes in a unit of so many ms."""

    def reading(seen: Seen) -> Sums:
        return seen.summed(_at(seen, pool)["completed_at"]), seen.lengths / unit

    return reading


def number_at(pool: str, of: float = 0) -> Reading:
    """Mean number that a pool serves or that wait for it; if `of` is given, of so many the rest."""

    def reading(seen: Seen) -> Sums:
        rows = _at(seen, pool)
        present = seen.present(rows["enabled_at"], rows["completed_at"])
        return of * seen.lengths - present if of else present, seen.lengths

    return reading


def number_without_case(source: str, of: int) -> Reading:
    """Of so many units, the mean number that have no open case."""

    def reading(seen: Seen) -> Sums:
        rows = seen.log["cases"]
        rows = rows[rows["source"] == seen.log.terms["sources"].index(source)]
        closed_at = np.minimum(rows["closed_at"], seen.edges[-1])
        return of * seen.lengths - seen.present(rows["opened_at"], closed_at), seen.lengths

    return reading


def occupancy(pool: str, people: int) -> Reading:
    """The share of its people that a pool keeps busy; nobody is interrupted."""

    def reading(seen: Seen) -> Sums:
        rows = _at(seen, pool)
        return seen.present(rows["started_at"], rows["completed_at"]), people * seen.lengths

    return reading


def little(pool: str) -> Reading:
    """Mean number present over arrivals times mean stay: 1, but for the edges of batches."""

    def reading(seen: Seen) -> Sums:
        rows = _at(seen, pool)
        enabled, completed = rows["enabled_at"], rows["completed_at"]
        return seen.present(enabled, completed), seen.summed(enabled, completed - enabled)

    return reading


def _at(seen: Seen, pool: str) -> NDArray[np.void]:
    rows = seen.log["activities"]
    names = [entry["name"] for entry in seen.log.terms["pools"]]
    return np.asarray(rows[rows["pool"] == names.index(pool)])


# ---- through the day ---------------------------------------------------------------------------


def number_at_time(minute: int) -> Reading:
    """Mean number present at a minute of the day, over the days of each batch."""

    def reading(seen: Seen) -> Sums:
        first, last = seen.edges[0] // DAY, seen.edges[-1] // DAY
        moments = np.arange(first, last) * DAY + minute * 60_000
        rows = seen.log["activities"]
        since, until = np.sort(rows["enabled_at"]), np.sort(rows["completed_at"])
        there = np.searchsorted(since, moments, "right") - np.searchsorted(until, moments, "right")
        return seen.summed(moments, there), seen.summed(moments)

    return reading


def lag_of_day(seen: Seen) -> Sums:
    """Sine and cosine part of the number present, behind a rate that goes like sin(2 pi t / day).

    The integral of exp(-i w t) over everybody's stay in the batch, which is whole days long.
    """
    rows, turn = seen.log["activities"], 2 * np.pi / DAY
    wave = np.zeros(seen.batches, complex)
    for moments, sign in ((rows["completed_at"], 1), (rows["enabled_at"], -1)):
        angle = turn * (moments % DAY)
        wave += sign * (
            seen.summed(moments, np.cos(angle)) - 1j * seen.summed(moments, np.sin(angle))
        )
        wave -= sign * np.diff(np.searchsorted(np.sort(moments), seen.edges))  # those at the edges
    behind = wave / -1j * 1j  # over -i w, and turned by a quarter: the rate is a sine
    return -behind.imag, behind.real


# ---- contacts ----------------------------------------------------------------------------------


def share_of_contacts(outcome: int) -> Reading:
    """Of all calls, those that ended so."""

    def reading(seen: Seen) -> Sums:
        rows = seen.log["contacts"]
        return seen.summed(rows["at"], rows["outcome"] == outcome), seen.summed(rows["at"])

    return reading


def share_of_contacts_waiting(seen: Seen) -> Sums:
    """Of all calls, those that are not answered at once."""
    rows = seen.log["contacts"]
    return seen.summed(rows["at"], rows["until"] > rows["at"]), seen.summed(rows["at"])


def share_answered_within(seconds: float) -> Reading:
    """Of all calls, those answered within so many seconds."""

    def reading(seen: Seen) -> Sums:
        rows = seen.log["contacts"]
        met = (rows["outcome"] == 1) & (rows["until"] - rows["at"] <= seconds * 1000)
        return seen.summed(rows["at"], met), seen.summed(rows["at"])

    return reading


# ---- customers in order ------------------------------------------------------------------------


def means_of_waits(unit: float) -> Reading:
    """Mean wait of equally many successive customers, in units of so many ms; how many they are."""

    def reading(seen: Seen) -> Sums:
        rows = seen.log["activities"]
        enabled = rows["enabled_at"]
        inside = np.flatnonzero((enabled >= seen.edges[0]) & (enabled < seen.edges[-1]))
        inside = inside[np.argsort(enabled[inside], kind="stable")]
        count = len(inside) // seen.batches
        inside = inside[: count * seen.batches]
        waits = (rows["started_at"][inside] - enabled[inside]) / unit
        return waits.reshape(seen.batches, count).mean(axis=1), np.full(seen.batches, float(count))

    return reading


# ---- parts -------------------------------------------------------------------------------------


def backorders(place: str) -> Reading:
    """Mean number of units that a place owes to cases and to other places."""

    def reading(seen: Seen) -> Sums:
        rows = _asked(seen, place)
        kept_at = np.minimum(rows["kept_at"], seen.edges[-1])
        assert (rows["count"] == 1).all()
        return seen.present(rows["at"], kept_at), seen.lengths

    return reading


def filled(place: str) -> Reading:
    """Of the units that are asked for at a place, those that are there."""

    def reading(seen: Seen) -> Sums:
        rows = _asked(seen, place)
        at = rows["at"]
        return seen.summed(at, rows["kept_at"] == at), seen.summed(at)

    return reading


def from_supplier(place: str) -> Reading:
    """Of the units that are asked for at a place, those that do not come from its shelf."""

    def reading(seen: Seen) -> Sums:
        rows = _asked(seen, place)
        return seen.summed(rows["at"], rows["from_place"] < 0), seen.summed(rows["at"])

    return reading


def on_shelf(place: str) -> Reading:
    """Mean number of units on a place's shelf."""

    def reading(seen: Seen) -> Sums:
        rows = seen.log["stock"]
        account = STATES.index("on_shelf") * 1000 + seen.log.terms["places"].index(place) + 1
        into, out_of = rows["to_account"] == account, rows["from_account"] == account
        change = np.where(into, rows["count"], 0) - np.where(out_of, rows["count"], 0)
        at = rows["at"]
        ends = np.full(len(at), seen.edges[-1])
        there = sum(
            sign * seen.present(np.repeat(at[mine], abs(change[mine])),
                                np.repeat(ends[mine], abs(change[mine])))
            for sign, mine in ((1, change > 0), (-1, change < 0))
        )  # fmt: skip
        return np.asarray(there), seen.lengths

    return reading


def _asked(seen: Seen, place: str) -> NDArray[np.void]:
    rows = seen.log["wanted"]
    return np.asarray(rows[rows["place"] == seen.log.terms["places"].index(place)])


# ---- units in the field ------------------------------------------------------------------------


def failures_by(share: float) -> Reading:
    """Failures in the first part of the window, a unit."""

    def reading(seen: Seen) -> Sums:
        begin, end = seen.edges[0], seen.edges[-1]
        at = seen.log["failures"]["at"]
        early = at[at < begin + share * (end - begin)]
        return seen.summed(early), np.full(seen.batches, float(len(seen.log["units"])))

    return reading
