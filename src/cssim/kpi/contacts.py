"""The telephone: how many attempts to reach us came, what became of them, and how soon.

A contact is one attempt to reach us; whoever redials is a contact again. It counts in the span in
which it came. Those received over a deferred channel are counted, and that is all: every other
figure is about live calls. Blocked ones, which found no free line, are told apart: they were never
offered to anybody, and no share is over them. A log without a telephone has no such figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.basis.moments import SECOND
from cssim.eventlog import CONTACT_OUTCOMES, EventLog
from cssim.kpi import measure
from cssim.kpi.measure import Groups, Measure
from cssim.kpi.spans import Moments, Spans

_TABLE = "contacts"
ANSWERED, ABANDONED, BLOCKED, CALLED_BACK, RECEIVED = (
    CONTACT_OUTCOMES.index(outcome)
    for outcome in ("answered", "abandoned", "blocked", "called_back", "received")
)


@dataclass(frozen=True)
class Contacts:
    """Attempts to reach us, one entry each.

    Attributes:
        at: when each came.
        until: when it was answered, hung up, blocked or received; NEVER for who waits when the
            run ends.
        outcome: codes of `eventlog.CONTACT_OUTCOMES`.
        channel: how it came, a code of `channels`, which are the words of the attribute `by`.
        region: of the caller, -1 for none; regions: their names.
        limit: within which an answer is soon enough for the service level, in ms.
    """

    at: Moments
    until: Moments
    outcome: NDArray[np.int64]
    channel: NDArray[np.int64]
    by: str
    channels: tuple[str, ...]
    region: NDArray[np.int64]
    regions: tuple[str, ...]
    limit: int

    @property
    def offered(self) -> NDArray[np.bool_]:
        """Which are calls that got a line."""
        offered: NDArray[np.bool_] = (self.outcome != BLOCKED) & (self.outcome != RECEIVED)
        return offered

    def within(self, outcome: int) -> NDArray[np.bool_]:
        """Which had this outcome, and had it within the limit (the limit itself included)."""
        found: NDArray[np.bool_] = (self.outcome == outcome) & (self.until - self.at <= self.limit)
        return found


def read(log: EventLog) -> Contacts | None:
    """The contacts of a log; None where it tells of no telephone."""
    rows = log.tables.get(_TABLE)
    limit = (log.terms.get("telephone") or {}).get("service_level")
    if rows is None or limit is None:
        return None
    by, live = next(iter(log.terms["live"].items()))
    channels = tuple(log.terms["attributes"][by])
    return Contacts(
        rows["at"].copy(),
        rows["until"].copy(),
        rows["outcome"].astype(np.int64),
        _channel(rows, log.attributes[by], channels.index(live)),
        by,
        channels,
        rows["region"].astype(np.int64),
        tuple(log.terms["regions"]),
        int(limit),
    )


def _channel(rows: NDArray[Any], of_case: NDArray[np.integer], live: int) -> NDArray[np.int64]:
    """How each contact came: as its case says, where it was received, else live."""
    channel = np.full(len(rows), live)
    received = np.flatnonzero(rows["outcome"] == RECEIVED)
    channel[received] = of_case[rows["case"][received]]
    return channel


def figures(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """All figures of the telephone."""
    yield from contacts_made(contacts, by, spans)
    yield from contacts_offered(contacts, by, spans)
    yield from contacts_answered(contacts, by, spans)
    yield from contacts_abandoned(contacts, by, spans)
    yield from contacts_blocked(contacts, by, spans)
    yield from contacts_called_back(contacts, by, spans)
    yield from service_level(contacts, by, spans)
    yield from service_level_less_hang_ups(contacts, by, spans)
    yield from answer_time(contacts, by, spans)


def everywhere(contacts: Contacts) -> Groups:
    """All contacts in one group."""
    return measure.everybody(len(contacts.at))


def by_region(contacts: Contacts) -> Groups:
    """A group for each region."""
    return measure.one_by_one("region", contacts.regions, contacts.region)


def by_channel(contacts: Contacts) -> Groups:
    """A group for each channel."""
    return measure.one_by_one(contacts.by, contacts.channels, contacts.channel)


def contacts_made(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`contacts_made`: contacts that came in the span, over whatever channel.

    They are the offered, the blocked, and those received over a deferred channel.
    """
    return measure.counts("contacts_made", "contacts", by, spans, contacts.at)


def contacts_offered(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`contacts_offered`: live calls that came in the span and got a line.

    They are the answered, the abandoned, those who accepted to be called back, and those still
    waiting when the run ended.
    """
    return _counts("contacts_offered", contacts, contacts.offered, by, spans)


def contacts_answered(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`contacts_answered`: contacts that came in the span and were answered, however late."""
    return _counts("contacts_answered", contacts, contacts.outcome == ANSWERED, by, spans)


def contacts_abandoned(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`contacts_abandoned`: contacts that came in the span and hung up before an answer."""
    return _counts("contacts_abandoned", contacts, contacts.outcome == ABANDONED, by, spans)


def contacts_blocked(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`contacts_blocked`: contacts that came in the span and found no free line."""
    return _counts("contacts_blocked", contacts, contacts.outcome == BLOCKED, by, spans)


def contacts_called_back(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`contacts_called_back`: contacts that came in the span and accepted to be called back."""
    return _counts("contacts_called_back", contacts, contacts.outcome == CALLED_BACK, by, spans)


def service_level(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`service_level`: contacts answered within the limit / contacts offered in the span.

    Whoever hung up counts as not answered, and so does who still waits when the run ends.
    """
    return _shares("service_level", contacts, contacts.offered, by, spans)


def service_level_less_hang_ups(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`service_level_less_hang_ups`: answered within the limit / (offered - hung up within it).

    The other usual rule: who gave up before the limit could be missed says nothing about us.
    """
    over = contacts.offered & ~contacts.within(ABANDONED)
    return _shares("service_level_less_hang_ups", contacts, over, by, spans)


def answer_time(contacts: Contacts, by: Groups, spans: Spans) -> Iterator[Measure]:
    """`answer_time`: from the call to its answer, in seconds.

    Over the contacts that came in the span and were answered: who hung up has no answer time.
    """
    rows = np.flatnonzero(contacts.outcome == ANSWERED)
    seconds = (contacts.until - contacts.at)[rows] / SECOND
    return measure.statistics("answer_time", "s", seconds, by.at(rows), spans, contacts.at[rows])


def _counts(
    kpi: str, contacts: Contacts, which: NDArray[np.bool_], by: Groups, spans: Spans
) -> Iterator[Measure]:
    rows = np.flatnonzero(which)
    return measure.counts(kpi, "contacts", by.at(rows), spans, contacts.at[rows])


def _shares(
    kpi: str, contacts: Contacts, over: NDArray[np.bool_], by: Groups, spans: Spans
) -> Iterator[Measure]:
    rows = np.flatnonzero(over)
    soon = contacts.within(ANSWERED)[rows]
    return measure.means(kpi, "share", soon, by.at(rows), spans, contacts.at[rows])
