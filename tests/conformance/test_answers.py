"""The answer sheet: what is said at every question, and what was never asked."""

import pytest

from cssim.conformance.answers import AnswerSheet, one_of, quoted
from cssim.errors import AnswerError

YES_NO = ("yes", "no")
LEAVE = " (expected a list whose last answer leaves the loop)"


def taken(sheet, times, question="23", possible=YES_NO):
    return [sheet.take("1.8.2", question, possible) for _ in range(times)]


def test_a_list_is_used_in_turn():
    assert taken(AnswerSheet({"1.8.2": {"23": ["no", "no", "yes"]}}), 3) == ["no", "no", "yes"]


def test_a_single_value_is_given_every_time():
    assert taken(AnswerSheet({"1.8.2": {"23": "no"}}), 3) == ["no", "no", "no"]


def test_a_list_goes_on_when_the_flow_is_entered_again():
    sheet = AnswerSheet({"1.8.2": {"23": ["no", "yes"]}})
    taken(sheet, 1)
    sheet.take("1.8.2", "23", YES_NO)
    sheet.check_used()


@pytest.mark.parametrize(
    ("given", "times", "message"),
    [
        ({}, 1, "missing answer for 1.8.2/23 (expected yes or no)"),
        ({"1.8.2": {}}, 1, "missing answer for 1.8.2/23 (expected yes or no)"),
        (
            {"1.8.2": {"23": ["no", "no"]}},
            3,
            "missing answer no. 3 for 1.8.2/23 (expected yes or no)",
        ),
        (
            {"1.8.2": {"23": "maybe"}},
            1,
            'unknown answer "maybe" for 1.8.2/23 (expected yes or no)',
        ),
        (
            {"1.8.2": {"23": "no"}},
            1000,
            'endless loop: 1.8.2/23 is answered "no" every time' + LEAVE,
        ),
    ],
)
def test_an_answer_that_cannot_be_given_says_what_was_expected(given, times, message):
    with pytest.raises(AnswerError) as error:
        taken(AnswerSheet(given), times)
    assert str(error.value) == message


def test_a_single_value_beside_a_long_list_is_no_endless_loop():
    sheet = AnswerSheet({"1.8.2": {"a": "yes", "b": ["no"] * 500}})
    for _ in range(500):
        sheet.take("1.8.2", "a", YES_NO)
        sheet.take("1.8.2", "b", YES_NO)
    sheet.check_used()


@pytest.mark.parametrize(
    ("given", "times", "message"),
    [
        ("yes", 0, "left-over answer for 1.8.2/23 (expected none: it is not asked)"),
        (["yes"], 0, "left-over answer for 1.8.2/23 (expected none: it is not asked)"),
        (["no", "yes", "yes"], 2, "left-over answer for 1.8.2/23: 3 given (expected 2)"),
    ],
)
def test_what_was_never_taken_is_left_over(given, times, message):
    sheet = AnswerSheet({"1.8.2": {"23": given}})
    taken(sheet, times)
    with pytest.raises(AnswerError) as error:
        sheet.check_used()
    assert str(error.value) == message


def test_words_are_listed_as_one_says_them():
    assert [one_of([]), one_of(["a"]), one_of(["a", "b"]), one_of(["a", "b", "c"])] == [
        "nothing",
        "a",
        "a or b",
        "a, b or c",
    ]


def test_a_quoted_value_is_short_printable_and_on_one_line():
    assert quoted("两\n") == '"两\\n"'
    assert quoted("\ud800\u2028") == '"\\ud800\\u2028"'
    assert len(quoted(["long"] * 100)) == 60
