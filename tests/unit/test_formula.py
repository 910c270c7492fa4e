"""Small formulas of named quantities: their values, and all that may be wrong with one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cssim.basis import formula

NAMES = {"age": 0, "price": 1, "weight": 2}
VALUES = (7.0, 5.0, 0.0)


def worth(text: str) -> float:
    return formula.value(formula.compiled(text, NAMES), VALUES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("2.50", 2.5),
        (".5", 0.5),
        ("1e3", 1000),
        ("1.5e-2", 0.015),
        ("age", 7),
        ("age + price", 12),
        ("age - price - 1", 1),  # from the left
        ("age - (price - 1)", 3),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("8 / 4 / 2", 1),
        ("8 / (4 / 2)", 4),
        ("-age", -7),
        ("--age", 7),
        ("2 - -3", 5),
        ("2 * -3", -6),
        ("-2 * 3 + 1", -5),
        ("min(age, price)", 5),
        ("max(age, price)", 7),
        ("min(max(age, 9), 2 * price)", 9),
        ("min(age, price) + max(1, 2) * 2", 9),
        ("\n age\n + 1 ", 8),
    ],
)
def test_a_formula_has_the_value_that_arithmetic_gives_it(text: str, value: float) -> None:
    assert worth(text) == value


@pytest.mark.parametrize(
    ("sign", "less", "same", "more"),
    [
        ("<", 1, 0, 0),
        ("<=", 1, 1, 0),
        (">", 0, 0, 1),
        (">=", 0, 1, 1),
        ("==", 0, 1, 0),
        ("!=", 1, 0, 1),
    ],
)
def test_a_comparison_is_1_or_0(sign: str, less: int, same: int, more: int) -> None:
    assert [worth(f"{left} {sign} 5") for left in (4, 5, 6)] == [less, same, more]
    assert all(type(worth(f"{left} {sign} 5")) is float for left in (4, 5, 6))


def test_a_comparison_binds_more_loosely_than_a_sum() -> None:
    assert worth("age + 1 < price + 4") == 1
    assert worth("age + (1 < price) + 4") == 12


@pytest.mark.parametrize("text", ["age / weight", "weight / weight", "-age / (price - 5)"])
def test_anything_divided_by_zero_is_zero(text: str) -> None:
    assert worth(text) == 0


def test_what_is_too_large_to_tell_is_zero() -> None:
    assert worth("1e300 * 1e300") == math.inf
    assert worth("1e300 * 1e300 - 1e300 * 1e300") == 0


def test_a_formula_is_compiled_to_flat_numbers() -> None:
    program = formula.compiled("2 * age - min(price, -1) / 3", NAMES)
    assert all(isinstance(number, int | float) for number in program)
    assert program == (0, 2, 1, 0, 5, 1, 1, 0, 1, 2, 13, 0, 3, 6, 4)


def test_a_name_stands_for_the_value_whose_number_it_is_given() -> None:
    assert formula.value(formula.compiled("b - a", {"a": 3, "b": 1}), (0, 10, 0, 4)) == 6


NUMBERS = st.integers(0, 99).map(str)
TEXTS = st.recursive(
    NUMBERS | st.sampled_from(list(NAMES)),
    lambda below: (
        st.tuples(below, st.sampled_from(["+", "-", "*"]), below).map(" ".join)
        | below.map(lambda text: f"({text})")
        | below.map(lambda text: f"-({text})")
        | st.tuples(below, below).map(lambda two: f"max({two[0]}, {two[1]})")
        | st.tuples(below, st.sampled_from(["<", ">=", "!="]), below).map(
            lambda three: f"({' '.join(three)})"
        )
    ),
    max_leaves=12,
)


@given(TEXTS, st.tuples(*[st.integers(-50, 50)] * 3))
def test_it_comes_to_what_python_makes_of_the_same_text(
    text: str, values: tuple[int, int, int]
) -> None:
    python = eval(text, {}, {**dict(zip(NAMES, values, strict=True)), "max": max})
    assert formula.value(formula.compiled(text, NAMES), values) == float(python)


# ---- what is wrong ------------------------------------------------------------------------

FAULTS = [
    ("", "a number, a name or a bracket is expected at the end", "nothing more"),
    ("   ", "a number, a name or a bracket is expected at the end", "nothing more"),
    ("age +", "a number, a name or a bracket is expected at the end", "nothing more"),
    ("+ age", "a number, a name or a bracket is expected at character 1", "+"),
    ("2 ** 3", "a number, a name or a bracket is expected at character 4", "*"),
    ("()", "a number, a name or a bracket is expected at character 2", ")"),
    ("max()", "a number, a name or a bracket is expected at character 5", ")"),
    ("min(1,, 2)", "a number, a name or a bracket is expected at character 7", ","),
    ("age price", "an operator is expected at character 5", "price"),
    ("2age", "an operator is expected at character 2", "age"),
    ("1.2.3", "an operator is expected at character 4", ".3"),
    ("1, 2", "an operator is expected at character 2", ","),
    ("(1 + 2))", "an operator is expected at character 8", ")"),
    ("(age + 1", "an operator or a closing bracket is expected at the end", "nothing more"),
    ("min(1 2)", "an operator or a closing bracket is expected at character 7", "2"),
    ("1 < 2 < 3", "brackets around the first comparison are expected at character 7", "<"),
    ("min", "min with its arguments, like min(1, 2), is expected at character 1", "min"),
    ("2 * max + 1", "max with its arguments, like max(1, 2), is expected at character 5", "max"),
    ("max(age)", "max has 2 arguments, at character 1", "1"),
    ("1 + min(age, 2, 3)", "min has 2 arguments, at character 5", "3"),
    ("age / 0", "a divisor that is not 0 is expected at character 7", "0"),
    ("age / -0.0", "a divisor that is not 0 is expected at character 7", "0"),
    ("age / (2 - 2) + 1", "a divisor that is not 0 is expected at character 7", "0"),
    ("age ^ 2", "there is no such sign at character 5", "^"),
    ("age = 2", "there is no such sign at character 5, equal is written ==", "="),
    ("1e999", "a smaller number is expected at character 1", "1e999"),
    (
        "(" * 41 + "1" + ")" * 41,
        "at most 40 brackets and signs within each other are expected at character 41",
        "(",
    ),
    ("1" + " + 1" * 250, "at most 1000 characters are expected", "1001"),
]


@pytest.mark.parametrize(("text", "what", "got"), FAULTS, ids=[text[:20] for text, *_ in FAULTS])
def test_what_is_wrong_is_told_with_its_place(text: str, what: str, got: str) -> None:
    told = formula.faults(text, NAMES)
    assert [(fault.what, fault.got, fault.known) for fault in told] == [(what, got, None)]


def test_a_word_that_stands_for_nothing_comes_with_those_that_do() -> None:
    (name,) = formula.faults("2 * agee", NAMES)
    assert (name.at, name.what, name.got, name.known) == (5, "quantity", "agee", tuple(NAMES))
    (function,) = formula.faults("abs(age)", NAMES)
    assert (function.what, function.got, function.known) == ("function", "abs", ("min", "max"))


def test_a_quantity_is_no_function() -> None:
    assert [fault.got for fault in formula.faults("age(2)", NAMES)] == ["age"]


def test_everything_that_is_wrong_is_told_at_once_in_order() -> None:
    told = formula.faults("min(agee) + prise / 0 - abs(1) + (waight ^ 2", NAMES)
    assert [fault.got for fault in told] == ["1", "agee", "prise", "0", "abs", "waight", "^"]


def test_names_behind_broken_syntax_are_told_too() -> None:
    assert [fault.got for fault in formula.faults("age 2 + prise", NAMES)] == ["2", "prise"]


@pytest.mark.parametrize("text", ["(" * 40 + "1" + ")" * 40, "-" * 40 + "1"])
def test_forty_levels_are_not_too_many(text: str) -> None:
    assert formula.faults(text, NAMES) == []
    assert worth(text) == 1


@pytest.mark.parametrize("one", ["(1)", "-1", "max(0, 1)"])
def test_brackets_and_signs_one_after_the_other_are_not_within_each_other(one: str) -> None:
    assert formula.faults(" + ".join([one] * 60), NAMES) == []


def test_of_a_function_with_too_few_arguments_only_that_is_told() -> None:
    assert [fault.got for fault in formula.faults("age / min(0)", NAMES)] == ["1"]


@pytest.mark.parametrize("text", [text for text, *_ in FAULTS])
def test_what_is_wrong_is_not_compiled(text: str) -> None:
    with pytest.raises(ValueError, match="see its character"):
        formula.compiled(text, NAMES)


@given(st.text("()+-*/<>=!, .0123ageminx^e", max_size=30))
def test_any_text_is_compiled_or_told_of(text: str) -> None:
    if formula.faults(text, NAMES):
        with pytest.raises(ValueError, match="see its character"):
            formula.compiled(text, NAMES)
    else:
        assert not math.isnan(worth(text))
