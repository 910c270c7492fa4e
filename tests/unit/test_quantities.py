"""Quantities: a number and its unit, read and written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cssim.basis import moments, quantities
from cssim.basis.quantities import Money


@given(st.integers(0, 10**12))
def test_a_length_of_time_is_read_back_as_it_was_written(length: int) -> None:
    assert quantities.duration(quantities.format_duration(length)) == length


@given(st.floats(0, 1e7))
def test_a_rate_is_read_back_as_it_was_written(per_day: float) -> None:
    assert quantities.rate(quantities.format_rate(per_day)) == per_day


@given(st.floats(0, 1e9))
def test_money_is_read_back_as_it_was_written(amount: float) -> None:
    assert quantities.money(str(Money(amount, "CNY"))) == Money(amount, "CNY")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("8 h", 8 * moments.HOUR),
        ("20 min", 20 * moments.MINUTE),
        ("30 s", 30_000),
        ("30s", 30_000),
        ("2 d", 48 * moments.HOUR),
        ("3 weeks", 21 * moments.DAY),
        ("1 week", 7 * moments.DAY),
        ("0.1 s", 100),
        ("0.0004 s", 0),
        ("0.0005 s", 1),
        ("250 ms", 250),
    ],
)
def test_units_of_time(text: str, length: int) -> None:
    assert quantities.duration(text) == length


@pytest.mark.parametrize(
    ("text", "per_day"),
    [("3 per day", 3.0), ("0.1 per hour", 2.4), ("7 per week", 1.0), ("1 per minute", 1440.0)],
)
def test_units_of_rates(text: str, per_day: float) -> None:
    assert quantities.rate(text) == per_day


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("8", "a length of time needs a unit, one of ms, s, min, h, d, week, weeks"),
        ("8 hours", "the unit of a length of time is one of ms, s, min, h, d, week, weeks"),
        ("-8 h", "a length of time is not negative"),
        ("eight h", "a length of time, like 20 min, is expected"),
        ("", "a length of time, like 20 min, is expected"),
    ],
)
def test_what_is_no_length_of_time_is_told(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="length") as caught:
        quantities.duration(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "more", "total"),
    [
        ("24", "2", "26"),
        ("0.1", "0.2", "0.3"),
        ("8 h", "30 min", "510 min"),
        ("1 week", "-1 d", "6 d"),
        ("3 per day", "0.5 per hour", "15 per day"),
        ("250 CNY", "50 CNY", "300 CNY"),
    ],
)
def test_what_is_added_may_be_in_another_unit_of_its_kind(text: str, more: str, total: str) -> None:
    assert quantities.plus(text, more) == total


@pytest.mark.parametrize("more", ["2", "2 d", "2 EUR", "2 per day"])
def test_what_is_added_is_of_the_same_kind(more: str) -> None:
    with pytest.raises(ValueError, match="the unit of what it is added to, CNY"):
        quantities.plus("250 CNY", more)
