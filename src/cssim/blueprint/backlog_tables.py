"""The shapes of what a run starts from: open cases, and parts that are on their way.

All indices are positions in the lists of words in `Blueprint.terms`; -1 is "none". Moments are
those of the run that begins, so most of them are negative.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenBranch:
    """Where one branch of an open case stands, and since when.

    `path` are the calls it is in and, last, its node. `left` is what is left of work that was
    begun (-1: none was), `by` who has it in hand (nobody: `taken`, whoever is free first).
    `until` is the moment that the customer's or a supplier's step, a survey or a meeting ends or
    begins (-1: not known).
    """

    path: tuple[int, ...]
    since: int
    came: int  # when the last part came that it waited for; NEVER: it waits, or did not
    began: int
    left: int
    until: int
    by: tuple[int, ...]
    live: bool
    responds: bool
    waiting: bool  # what was begun lies in the line, not in somebody's hands


@dataclass(frozen=True, slots=True)
class Stay:
    """A case's stay with a tier, or a supplier; NEVER: it lasts."""

    clock: int
    scope: int  # as the log has it
    used: int  # of the time promised for it
    since: int
    stopped_at: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is open when the run begins; pairs are of a flow, a node or a part.

    One that has closed has no branches: its promise is still to fall due, or it comes back.
    """

    key: int
    kind: int
    source: int
    region: int
    place: int
    opened_at: int
    date: int
    values: tuple[int, ...]  # -1: drawn
    branches: tuple[OpenBranch, ...]
    joins: tuple[tuple[int, int], ...]  # join → branches that it still waits for
    answers: tuple[tuple[int, int], ...]
    visits: tuple[tuple[int, int], ...]
    outcomes: tuple[tuple[int, int], ...]
    owners: tuple[tuple[int, int], ...]
    agreed: tuple[tuple[int, int], ...]
    dedicated: int
    clocks: tuple[tuple[int, int, int], ...]  # clock, used, when it stopped (NEVER: it has not)
    stays: tuple[Stay, ...]  # with tiers and suppliers, who came first before the others
    renewed_due: int
    parts: tuple[tuple[str, int, int], ...]  # lent, asked … → part, count
    borrowed: bool
    chased: int
    defect: int  # a place among the defects of before; -1: it belongs to none
    link: tuple[int, int]  # how and when its solution was found, as the log's `linked` tells it
    closed_at: int  # NEVER: it is open
    returns_at: int  # when the customer comes back with it; NEVER: he does not
    parent: int  # a place among the open cases; -1: none of them


@dataclass(frozen=True, slots=True)
class Coming:
    """Units of a part that are not on the shelf when the run begins; `at`: when they come."""

    state: str
    place: int
    part: int
    count: int
    at: int


@dataclass(frozen=True, slots=True)
class DefectBefore:
    """A defect that has appeared before the run; NEVER: not found, or not solved."""

    key: int
    family: int
    product: int
    weight: float
    appears_at: int
    found_at: int
    solved_at: int


@dataclass(frozen=True, slots=True)
class RenewedBefore:
    """A unit, by its address, that has been as good as new before the run.

    `new_at`: the last time, NEVER while `case` (a place among the open cases, -1: none) is open.
    """

    source: int
    region: int
    date: int
    number: int
    life: int
    new_at: int
    case: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a run starts from; without `defects` those of before are drawn.

    `asks` are units of populations that have no open case: source, and when each asks next.
    """

    cases: tuple[OpenCase, ...]
    coming: tuple[Coming, ...]
    asks: tuple[tuple[int, int], ...]
    renewed: tuple[RenewedBefore, ...]
    defects: tuple[DefectBefore, ...] | None
