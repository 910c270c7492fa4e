"""Quantities as planners write them: a number and its unit, `8 h`, `3 per day`, `250 CNY`.

Lengths of time become whole milliseconds, rates become numbers per day, money keeps its
currency. A quantity is never guessed from a bare number. It knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from cssim.basis import moments

UNITS = {  # d is 24 h, whatever the clocks do; days of business are hours of a calendar
    "ms": 1,
    "s": moments.SECOND,
    "min": moments.MINUTE,
    "h": moments.HOUR,
    "d": moments.DAY,
    "week": moments.WEEK,
    "weeks": moments.WEEK,
}
DISTANCES = {"km": Fraction(1), "m": Fraction(1, 1000)}
PER = {"minute": Fraction(1440), "hour": Fraction(24), "day": Fraction(1), "week": Fraction(1, 7)}

_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,30})?(e[+-]?\d{1,3})?")
_QUANTITY = re.compile(rf"({_NUMBER.pattern})\s*(\S.*)?")
_LARGEST = 10**15
_LONGEST = 36525 * moments.DAY
_OFTENEST = 10**7
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, named by its three letters.

    Example:
        >>> money("250 CNY")
        Money(amount=250.0, currency='CNY')
    """

    amount: float
    currency: str

    def __str__(self) -> str:
        return f"{format_number(self.amount)} {self.currency}"


def duration(text: str) -> int:
    """A length of time in ms.

    Example:
        >>> duration("1.5 h") == 90 * moments.MINUTE
        True

    Raises:
        ValueError: it is none; the sentence says why.
    """
    amount, unit = _split(text, "a length of time, like 20 min, is expected")
    if not unit:
        raise ValueError(f"a length of time needs a unit, one of {_listed(UNITS)}")
    if unit not in UNITS:
        raise ValueError(f"the unit of a length of time is one of {_listed(UNITS)}")
    length = _rounded(_not_negative(amount, "a length of time") * UNITS[unit])
    if length > _LONGEST:
        raise ValueError("a length of time is not longer than a hundred years")
    return length


def rate(text: str) -> float:
    """A rate, per day.

    Example:
        >>> rate("0.1 per hour")
        2.4

    Raises:
        ValueError: it is none; the sentence says why.
    """
    amount, unit = _split(text, "a rate, like 3 per day, is expected")
    word, _, period = unit.partition(" ")
    if not unit:
        raise ValueError(f"a rate needs a unit, one of {_listed([f'per {one}' for one in PER])}")
    if word != "per" or period not in PER:
        raise ValueError(f"the unit of a rate is one of {_listed([f'per {one}' for one in PER])}")
    per_day = float(_not_negative(amount, "a rate") * PER[period])
    if per_day > _OFTENEST:
        raise ValueError("a rate is not more than ten million per day")
    return per_day


def money(text: str) -> Money:
    """An amount of money.

    Raises:
        ValueError: it is none; the sentence says why.
    """
    amount, unit = _split(text, "an amount of money, like 250 CNY, is expected")
    if not unit:
        raise ValueError("an amount of money needs a currency, like CNY")
    if not _CURRENCY.fullmatch(unit):
        raise ValueError("a currency is three capital letters, like CNY")
    return Money(float(_not_negative(amount, "an amount of money")), unit)


def distance(text: str) -> float:
    """A distance in km.

    Example:
        >>> distance("-2.5 km"), distance("800 m")
        (-2.5, 0.8)

    Raises:
        ValueError: it is none; the sentence says why.
    """
    amount, unit = _split(text, "a distance, like 3 km, is expected")
    if unit not in DISTANCES:
        raise ValueError(f"a distance needs a unit, one of {_listed(DISTANCES)}")
    return float(amount * DISTANCES[unit])


def speed(text: str) -> float:
    """A speed in km/h.

    Raises:
        ValueError: it is none; the sentence says why.
    """
    amount, unit = _split(text, "a speed, like 40 km/h, is expected")
    if unit != "km/h":
        raise ValueError("the unit of a speed is km/h")
    if amount <= 0:
        raise ValueError("a speed is above 0")
    return float(amount)


def format_duration(length: int) -> str:
    """A length of time in the largest unit that divides it; `duration` reads it back.

    Example:
        >>> format_duration(90 * moments.MINUTE), format_duration(moments.WEEK)
        ('90 min', '1 week')
    """
    if length == 0:
        return "0 s"
    for unit in ("weeks", "d", "h", "min", "s"):
        if length % UNITS[unit] == 0:
            count = length // UNITS[unit]
            return f"{count} {'week' if unit == 'weeks' and count == 1 else unit}"
    return f"{length} ms"


def format_rate(per_day: float) -> str:
    """A rate; `rate` reads it back.

    Example:
        >>> format_rate(2.4)
        '2.4 per day'
    """
    return f"{format_number(per_day)} per day"


def format_distance(km: float) -> str:
    """A distance; `distance` reads it back."""
    return f"{format_number(km)} km"


def format_speed(km_per_hour: float) -> str:
    """A speed; `speed` reads it back."""
    return f"{format_number(km_per_hour)} km/h"


def format_number(number: float) -> str:
    """A number as short as it can be without being another."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def times(text: str, factor: str) -> str:
    """A number or quantity, multiplied by a number.

    Example:
        >>> times("55 per day", "1.2"), times("24", "1.5")
        ('66 per day', '36')

    Raises:
        ValueError: one of the two is no number.
    """
    amount, unit = _split(text, "only a number or a quantity can be multiplied")
    by, nothing = _split(factor, "a number to multiply by is expected")
    if nothing:
        raise ValueError("a number to multiply by has no unit")
    return _joined(amount * by, unit)


def plus(text: str, more: str) -> str:
    """A number or quantity, and another of its kind added.

    Example:
        >>> plus("24", "2"), plus("8 h", "30 min"), plus("3 per day", "-1 per day")
        ('26', '510 min', '2 per day')

    Raises:
        ValueError: they are not of one kind, or no quantities.
    """
    amount, unit = _split(text, "only to a number or a quantity can be added")
    added, other = _split(more, "a number or a quantity to add is expected")
    if unit == other:
        return _joined(amount + added, unit)
    if unit in UNITS and other in UNITS:
        total = _rounded(amount * UNITS[unit] + added * UNITS[other])
        return format_duration(total) if total >= 0 else f"{total} ms"
    per, other_per = unit.removeprefix("per "), other.removeprefix("per ")
    if per in PER and other_per in PER:
        return _joined(amount + added * PER[other_per] / PER[per], unit)
    raise ValueError(f"what is added has the unit of what it is added to, {unit or 'none'}")


def _split(text: str, otherwise: str) -> tuple[Fraction, str]:
    """Number and unit; the unit may be empty."""
    found = _QUANTITY.fullmatch(text.strip())
    if not found:
        raise ValueError(otherwise)
    amount = Fraction(found[1])
    if abs(amount) > _LARGEST:
        raise ValueError("a smaller number is expected")
    return amount, " ".join((found[4] or "").split())


def _not_negative(amount: Fraction, what: str) -> Fraction:
    if amount < 0:
        raise ValueError(f"{what} is not negative")
    return amount


def _rounded(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2)) if amount >= 0 else -int(Fraction(1, 2) - amount)


def _joined(amount: Fraction, unit: str) -> str:
    return f"{format_number(float(amount))} {unit}".strip()


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
