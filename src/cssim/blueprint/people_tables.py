"""The shapes of the blueprint's people: pools, persons, and what takes them away.

All indices are positions in the lists of words in `Blueprint.terms`; -1 is "none". Times are
whole milliseconds, chances are in 0 … 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from cssim.basis.calendars import OpenHours
from cssim.basis.distributions import Distribution


@dataclass(frozen=True, slots=True)
class Almanac:
    """The scenario's dates: their midnights, and the first days of months, as moments.

    `first` is the ordinal of the first date; a month or a year is its number.
    """

    first: int
    midnights: tuple[int, ...]
    months: tuple[tuple[int, int], ...]  # number, moment at which it begins
    years: tuple[tuple[int, int], ...]  # number, moment at which it ends


@dataclass(frozen=True, slots=True)
class Leave:
    """Working days of leave a year, of so many, and how many are taken together."""

    days: int
    of: int
    block: int


@dataclass(frozen=True, slots=True)
class Sickness:
    """How often somebody falls ill, per day, and for how long; ms."""

    rate: float
    length: Distribution


@dataclass(frozen=True, slots=True)
class OnCall:
    """A rota: the hours to be covered, by how many, for which severities, week by week."""

    hours: OpenHours
    severities: frozenset[int]
    people: int
    weeks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pools:
    """People who can stand in for each other, one entry per pool."""

    role: tuple[int, ...]
    region: tuple[int, ...]
    first: tuple[int, ...]  # its first agent; they stand one after another
    people: tuple[int, ...]
    hours: tuple[OpenHours, ...]  # when anybody is planned to be there
    rule: tuple[int, ...]
    fits: tuple[bool, ...]
    ample: tuple[bool, ...]
    places: tuple[int, ...]  # for callers who wait; -1: any number
    ring_fenced: tuple[int, ...]  # people for deferred work only
    interrupted_by: tuple[tuple[bool, frozenset[int]], ...]  # live calls, severities
    rework: tuple[float, ...]  # share of what was worked that another does again
    order: tuple[int, ...]  # an `Order`
    formula: tuple[tuple[float, ...], ...]  # a program of `basis.formula`; () none
    choosy: tuple[bool, ...]  # not everybody of it takes the same
    helped: tuple[bool, ...]  # people of other pools take its work, too
    on_call: tuple[OnCall | None, ...]
    of_role: tuple[tuple[int, ...], ...]  # [role][region] → pool, -1 where there is none
    all_of_role: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Agent:
    """One person: when he is planned to be there, what he can and how fast.

    `skills` maps what he can to a factor on times, `pace` is the factor on all other steps;
    both start `ramp_from` times as high when he joins, for `ramp_over` ms falling to 1.
    `attrition` is the chance to leave at a month's end, `away` is leave with dates, `key`
    makes the address of what is drawn for him.
    """

    pool: int
    key: int
    hours: OpenHours
    from_at: int
    until_at: int
    pace: float
    skills: dict[int, float]
    territory: frozenset[int]  # the areas whose visits he makes; empty: all
    home: int  # the area where he lives; -1: he sets out from base
    helps: tuple[int, ...]  # other pools whose work he takes when nothing waits in his own
    ramp_from: float
    ramp_over: int
    attrition: float
    away: tuple[tuple[int, int], ...]
    leave: Leave | None
    sickness: Sickness | None
