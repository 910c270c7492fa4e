"""The kinds of values that a scenario has: how each is written, and what it becomes.

Each kind is a type for the sections: its text is read by a function of `basis`, and written
back by another. Where a text is wrong the function raises a sentence, which becomes the
problem's. Here is also what a JSON Schema says of each kind.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
import zoneinfo
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from cssim.basis import moments, periods, quantities
from cssim.basis.quantities import Money
from cssim.scenario.document import DAYS
from cssim.scenario.problems import unknown

_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_FLOW = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_NODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_-]+|RETURNS")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_COUNT = re.compile(r"[1-9]\d*")


def _text(value: Any, what: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{what} is expected")
    return str(value)


def _pattern(pattern: re.Pattern[str], what: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            word = isinstance(value, int | float) and not isinstance(value, bool)
            quoted = f'; a number that is a word stands in quotes, "{value}"' if word else ""
            raise ValueError(f"{what} is expected{quoted}")
        return value

    return check


def _duration(value: Any) -> int:
    return quantities.duration(_text(value, "a length of time, like 20 min,"))


def _some_time(value: int) -> int:
    if value == 0:
        raise ValueError("a length of time above 0 is expected")
    return value


def _rate(value: Any) -> float:
    return quantities.rate(_text(value, "a rate, like 3 per day,"))


def _distance(value: Any) -> float:
    return quantities.distance(_text(value, "a distance, like 3 km,"))


def _speed(value: Any) -> float:
    return quantities.speed(_text(value, "a speed, like 40 km/h,"))


def _money(value: Any) -> Money:
    return quantities.money(_text(value, "an amount of money, like 250 CNY,"))


def date(value: Any) -> dt.date:
    """A date written like 2025-01-06.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("a date, like 2025-01-06, is expected")
    try:
        found = dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError("there is no such date") from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(f"a date from {_FIRST_YEAR} to {_LAST_YEAR} is expected")
    return found


def _month(value: Any) -> str:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise ValueError("a month, like 2025-05, is expected")
    return value


def _period(value: Any) -> str:
    text = _text(value, "a month, a week or a date")
    first, _ = periods.dates(text)
    if not _FIRST_YEAR <= first.year <= _LAST_YEAR:
        raise ValueError(f"a year from {_FIRST_YEAR} to {_LAST_YEAR} is expected")
    return text


def _time_of_day(value: Any) -> str:
    moments.time_of_day(_text(value, "a time of day, like 08:30,"))
    return str(value)


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def zone(value: Any) -> str:
    """A time zone by its name in the tz database.

    Raises:
        ValueError: there is none of that name.
    """
    known = _zones()
    if not isinstance(value, str) or value not in known:
        raise ValueError(
            unknown("time zone", str(value), sorted(known)).partition(", known")[0]
            + (", one is like Asia/Shanghai" if not isinstance(value, str) else "")
        )
    return value


def span(text: Any) -> tuple[int, int]:
    """A stretch of a day, `08:30-12:00`, in ms of the day.

    Raises:
        ValueError: it is none, or ends before it begins.
    """
    start, dash, end = _text(text, "a stretch of the day, like 08:30-12:00,").partition("-")
    if not dash:
        raise ValueError("a stretch of the day, like 08:30-12:00, is expected")
    from_time, to_time = moments.time_of_day(start.strip()), moments.time_of_day(end.strip())
    if to_time <= from_time:
        raise ValueError("a stretch of the day ends after it begins, the latest at 24:00")
    return from_time, to_time


def format_span(stretch: tuple[int, int]) -> str:
    """A stretch of a day as a file has it; `span` reads it back.

    Example:
        >>> format_span(span("08:30-12:00"))
        '08:30-12:00'
    """
    return "-".join(
        f"{time // moments.HOUR:02d}:{time % moments.HOUR // moments.MINUTE:02d}"
        for time in stretch
    )


def _list_of_spans(value: Any) -> Any:
    if not isinstance(value, list):
        raise ValueError('a list of stretches of the day, like ["08:30-12:00"], is expected')
    return value


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found = sorted(found)
    for (_, end), (start, _) in itertools.pairwise(found):
        if start < end:
            raise ValueError("two stretches of a day overlap")
    return found


def _day(value: Any) -> str:
    if value not in DAYS:
        raise ValueError(unknown("day", str(value), DAYS))
    return str(value)


def _positive_sum(weights: dict[str, float]) -> dict[str, float]:
    if math.fsum(weights.values()) <= 0:
        raise ValueError("at least one weight is above 0")
    return weights


def _visit(value: Any) -> str:
    if not isinstance(value, str) or not _COUNT.fullmatch(value) or value == "1":
        raise ValueError("the number of a later visit, 2 or more, is expected")
    return value


def shown_number(number: float) -> float | int:
    """A number without needless decimals."""
    return int(number) if number == int(number) else number


def _quantity(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": [example], "quantity": True})


def _word(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": [example]})


Word = Annotated[
    str,
    BeforeValidator(_pattern(_WORD, "a name of letters, digits, - and _")),
    _word("router"),
]
FlowId = Annotated[
    str,
    BeforeValidator(_pattern(_FLOW, "the id of a flow, like 1.8.2,")),
    _word("1.8.2"),
]
NodeKey = Annotated[
    str,
    BeforeValidator(_pattern(_NODE, "a node, like 1.8.2/18, or RETURNS")),
    _word("1.8.2/18"),
]
Reference = Annotated[
    str, BeforeValidator(_pattern(_FLOW, "a name of this scenario")), _word("a name")
]
File = Annotated[
    str, BeforeValidator(_pattern(re.compile(".+"), "the name of a file")), _word("a file")
]
Line = Annotated[str, BeforeValidator(lambda value: _text(value, "a text")), _word("a text")]

Duration = Annotated[
    int, BeforeValidator(_duration), PlainSerializer(quantities.format_duration), _quantity("8 h")
]
SomeTime = Annotated[Duration, AfterValidator(_some_time)]
Rate = Annotated[
    float, BeforeValidator(_rate), PlainSerializer(quantities.format_rate), _quantity("3 per day")
]
Distance = Annotated[
    float,
    BeforeValidator(_distance),
    PlainSerializer(quantities.format_distance),
    _quantity("3 km"),
]
Speed = Annotated[
    float, BeforeValidator(_speed), PlainSerializer(quantities.format_speed), _quantity("40 km/h")
]
Price = Annotated[Money, BeforeValidator(_money), PlainSerializer(str), _quantity("250 CNY")]
Date = Annotated[
    dt.date, BeforeValidator(date), PlainSerializer(dt.date.isoformat), _word("2025-01-06")
]
Month = Annotated[str, BeforeValidator(_month), _word("2025-05")]
Period = Annotated[str, BeforeValidator(_period), _word("2025-03")]
TimeOfDay = Annotated[str, BeforeValidator(_time_of_day), _word("08:30")]
Zone = Annotated[str, BeforeValidator(zone), _word("Asia/Shanghai")]
Day = Annotated[
    str, BeforeValidator(_day), WithJsonSchema({"enum": [*DAYS, "mon-fri", "sat-sun", "mon-sun"]})
]
Number = Annotated[float, PlainSerializer(shown_number)]
Factor = Annotated[Number, Field(ge=0, le=10**12)]
Chance = Annotated[Number, Field(ge=0, le=1)]
Weights = Annotated[dict[Word, Factor], AfterValidator(_positive_sum)]
LaterVisit = Annotated[str, BeforeValidator(_visit), _word("2")]
UnitCount = Annotated[
    str, BeforeValidator(_pattern(_COUNT, "a number of units, 1 or more,")), _word("1")
]
Span = Annotated[tuple[int, int], BeforeValidator(span), _word("08:30-12:00")]
Spans = Annotated[list[Span], BeforeValidator(_list_of_spans), AfterValidator(_apart)]
Country = Annotated[
    str,
    BeforeValidator(_pattern(re.compile(r"[A-Z]{2}"), "a country as two capitals, like CN,")),
    _word("CN"),
]
