"""Recorded cases: what a row says, and a sentence with its place where it says it wrongly."""

import datetime as dt
import gzip
from types import SimpleNamespace

import pytest

from cssim.basis.moments import HOUR, MINUTE, Epoch
from cssim.blueprint import tickets
from cssim.errors import ScenarioError

EPOCH = Epoch("Asia/Shanghai", dt.date(2025, 1, 6))
SEVERITIES = ("1", "2")


@pytest.fixture
def row(tmp_path):
    def make(text, heading="said"):
        path = tmp_path / "old.csv"
        path.write_text(f"{heading}\n{text}\n", encoding="utf-8")
        return tickets.rows(path)[0]

    return make


def column(values=None, otherwise=None):
    return SimpleNamespace(column="said", values=values, otherwise=otherwise)


@pytest.mark.parametrize("text", ["2025-01-07 09:30", "2025-01-07T09:30:00"])
def test_a_date_and_time_is_a_moment_of_the_scenario(row, text):
    assert row(text).moment("said", EPOCH) == 33 * HOUR + 30 * MINUTE


@pytest.mark.parametrize("text", ["7 January", '""', "2025-01-07T09:30:00+01:00"])
def test_anything_else_is_told_with_its_line(row, text):
    with pytest.raises(ScenarioError, match=r"^old.csv:2: said: a local date and time is expected"):
        row(text).moment("said", EPOCH)


@pytest.mark.parametrize(("text", "yes"), [("true", True), ("False", False)])
def test_a_verdict_is_true_or_false(row, text, yes):
    assert row(text).yes("said") is yes


def test_another_verdict_is_told_with_its_line(row):
    with pytest.raises(
        ScenarioError, match=r"^old.csv:2: said: true or false is expected \(got 'maybe'\)"
    ):
        row("maybe").yes("said")


@pytest.mark.parametrize(
    ("text", "told", "code"),
    [
        ("2", column(), 1),
        ("high", column({"high": "1"}), 0),
        ("low", column({"high": "1"}, "2"), 1),
        ("anything", column(otherwise="1"), 0),
    ],
)
def test_a_word_is_the_scenarios_own_or_one_that_stands_for_it(row, text, told, code):
    assert row(text).word(told, SEVERITIES) == code


@pytest.mark.parametrize(
    ("text", "told", "message"),
    [
        ("3", column(), r"one of 1, 2 is expected \(got '3'\)"),
        ("low", column({"high": "1"}), "no value is given for 'low'"),
    ],
)
def test_an_unknown_word_is_told_with_its_line(row, text, told, message):
    with pytest.raises(ScenarioError, match=f"^old.csv:2: said: {message}"):
        row(text).word(told, SEVERITIES)


def test_an_attribute_that_a_row_does_not_tell_is_drawn(row):
    assert row('""').word_or_none(column(), SEVERITIES) == -1
    assert row("1").word_or_none(column(), SEVERITIES) == 0


def test_a_packed_file_is_read_like_any_other(tmp_path):
    path = tmp_path / "old.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n3,4\n"))
    assert [(one.cells, one.place) for one in tickets.rows(path)] == [
        ({"a": "1", "b": "2"}, "old.csv.gz:2"),
        ({"a": "3", "b": "4"}, "old.csv.gz:3"),
    ]


def test_a_file_that_is_no_table_is_told_by_its_name(tmp_path):
    path = tmp_path / "old.csv.gz"
    path.write_bytes(b"no gzip")
    with pytest.raises(ScenarioError, match=r"^old.csv.gz: no CSV file that can be read"):
        tickets.rows(path)
