"""`cssim trace`: a line of answers in, a line of steps out, and every mistake in its words."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cssim.cli.main import app

HARDWARE = {
    "flow": "1.8.2",
    "called_from": None,
    "answers": {
        "1.8.2": {"2": "yes", "4": "no", "6": "yes", "8": "hardware", "23": ["no", "yes"]},
        "1.8.4": {"2": "no", "6": "yes", "8": "yes", "14": "yes"},
    },
}
HARDWARE_STEPS = [
    *[f"1.8.2/{n}" for n in (1, 2, 4, 6, 8, 10)],
    *[f"1.8.4/{n}" for n in (1, 2, 4, 5, 6, 8, 13, 14, 19, 21)],
    *[f"1.8.2/{n}" for n in (18, 23, 24, 25, 23, 26)],
]
LEAVE = " (expected a list whose last answer leaves the loop)"
EVERYBODY = ("reference", "flow", "simulation")
ALL_FLOWS = "1.8.1, 1.8.2, 1.8.2m, 1.8.3, 1.8.4, 1.8.5, 1.8.6, 1.8.7, 1.8.8a or 1.8.8b"
OF_1_8_2 = "2, 4, 6, 7a, 8, 12, 15a, 18, 18a or 23"


def trace(text, by="reference"):
    return CliRunner().invoke(app, ["trace", "-", "--by", by], input=text)


def line(**case):
    return json.dumps({"called_from": None, **case})


@pytest.mark.parametrize("by", EVERYBODY)
@pytest.mark.parametrize(
    ("case", "steps", "outcome"),
    [
        (HARDWARE, HARDWARE_STEPS, "solved"),
        (
            {"flow": "1.8.2", "answers": {"1.8.2": {"2": "no"}}},
            ["1.8.2/1", "1.8.2/2", "1.8.2/3", "1.8.2/26"],
            "solved",
        ),
        (
            {
                "flow": "1.8.2",
                "answers": {
                    "1.8.2": {"2": "yes", "4": "no", "6": "yes", "8": "dead_on_arrival"}
                },
            },
            [*[f"1.8.2/{n}" for n in (1, 2, 4, 6, 8, 13)], "RETURNS", "1.8.2/26"],
            "exchanged",
        ),
        (
            {"flow": "1.8.1", "answers": {"1.8.1": {"6": ["no", "yes"]}}},
            [f"1.8.1/{n}" for n in (1, 2, 3, 4, 5, 6, 7, 6, 8, 9)],
            "done",
        ),
        (
            {
                "answers": {"1.8.5": {"3a": "no", "3": "hardware", "3c": "no", "9": "hand_back",
                                      "8": "no"}},
                "flow": "1.8.5",
                "called_from": "1.8.3",
            },
            [f"1.8.5/{n}" for n in (1, 2, 3, "3b", 7, 8, 9)],
            "unsolved",
        ),
        (
            {"flow": "1.8.8a", "answers": {}},
            [f"1.8.8a/{n}" for n in range(1, 11)],
            "done",
        ),
    ],
)  # fmt: skip
def test_a_case_is_answered_with_its_steps_and_outcome(case, steps, outcome, by):
    result = trace(json.dumps(case), by)
    assert result.stdout == json.dumps({"steps": steps, "outcome": outcome}) + "\n"
    assert (result.stderr, result.exit_code) == ("", 0)


WRONG = {
    "not json": ("{", "bad JSON: column 2 (expected one JSON object a line)"),
    "NaN": ('{"flow": NaN}', "bad JSON: NaN is no JSON (expected one JSON object a line)"),
    "deep": ("[" * 100_000, "bad JSON: nested too deeply (expected one JSON object a line)"),
    "array": ("[]", "not an object: [] (expected flow, called_from and answers)"),
    "number": ("1" * 5000, "not an object: Infinity (expected flow, called_from and answers)"),
    "twice": (
        '{"flow": "1.8.2", "flow": "1.8.3", "answers": {}}',
        'duplicate member "flow" (expected it once)',
    ),
    "member": (
        line(flow="1.8.2", answers={}, caller=None),
        'unknown member "caller" (expected flow, called_from or answers)',
    ),
    "no flow": (line(answers={}), 'missing member "flow" (expected a flow\'s id)'),
    "no answers": (line(flow="1.8.2"), 'missing member "answers" (expected an object)'),
    "flow": (line(flow="1.8.9", answers={}), f'unknown flow "1.8.9" (expected {ALL_FLOWS})'),
    "ill-typed flow": (line(flow=2, answers={}), f"unknown flow 2 (expected {ALL_FLOWS})"),
    "caller": (
        line(flow="1.8.5", called_from="1.8.2", answers={}),
        'unknown caller "1.8.2" of 1.8.5 (expected null, 1.8.3 or 1.8.4)',
    ),
    "caller of none": (
        line(flow="1.8.1", called_from="1.8.2", answers={}),
        'unknown caller "1.8.2" of 1.8.1 (expected null)',
    ),
    "ill-typed caller": (
        line(flow="1.8.3", called_from=[], answers={}),
        "unknown caller [] of 1.8.3 (expected null, 1.8.2 or 1.8.4)",
    ),
    "ill-typed answers": (
        line(flow="1.8.2", answers=[]),
        "ill-typed answers [] (expected an object: flow, decision, answer)",
    ),
    "ill-typed decisions": (
        line(flow="1.8.2", answers={"1.8.2": "yes"}),
        'ill-typed answers for 1.8.2: "yes" (expected an object: decision, answer)',
    ),
    "answers of a flow": (
        line(flow="1.8.2", answers={"1.9": {}}),
        f'unknown flow "1.9" in answers (expected {ALL_FLOWS})',
    ),
    "decision": (
        line(flow="1.8.2", answers={"1.8.2": {"1": "yes"}}),
        f'unknown decision "1" of 1.8.2 (expected {OF_1_8_2})',
    ),
    "alias": (
        line(flow="1.8.4", answers={"1.8.4": {"9": "yes"}}),
        'unknown decision "9" of 1.8.4 (expected 2, 6, 8, 11, 12, 14 or 17)',
    ),
    "boolean": (
        line(flow="1.8.2", answers={"1.8.2": {"2": True}}),
        "ill-typed answer for 1.8.2/2: true (expected a word or a list of words)",
    ),
    "empty list": (
        line(flow="1.8.2", answers={"1.8.2": {"2": []}}),
        "ill-typed answer for 1.8.2/2: [] (expected a word or a list of words)",
    ),
    "list of numbers": (
        line(flow="1.8.2", answers={"1.8.2": {"2": ["no", 1]}}),
        'ill-typed answer for 1.8.2/2: ["no", 1] (expected a word or a list of words)',
    ),
    "answer": (
        line(flow="1.8.2", answers={"1.8.2": {"2": "No"}}),
        'unknown answer "No" for 1.8.2/2 (expected yes or no)',
    ),
    "hand_back": (
        line(
            flow="1.8.5",
            called_from="1.8.4",
            answers={"1.8.5": {"3a": "yes", "3": "software", "3c": "no", "8": "no",
                               "9": "hand_back"}},
        ),
        'unknown answer "hand_back" for 1.8.5/9 (expected fixed or next_visit)',
    ),
    "missing": (
        line(flow="1.8.2", answers={"1.8.2": {"2": "yes"}}),
        "missing answer for 1.8.2/4 (expected yes or no)",
    ),
    "missing again": (
        line(flow="1.8.1", answers={"1.8.1": {"6": ["no", "no"]}}),
        "missing answer no. 3 for 1.8.1/6 (expected yes or no)",
    ),
    "endless": (
        line(flow="1.8.1", answers={"1.8.1": {"6": "no"}}),
        'endless loop: 1.8.1/6 is answered "no" every time' + LEAVE,
    ),
    "left over": (
        line(flow="1.8.1", answers={"1.8.1": {"6": ["yes", "yes"]}}),
        "left-over answer for 1.8.1/6: 2 given (expected 1)",
    ),
    "a call's answer": (
        line(
            flow="1.8.2",
            answers={
                "1.8.2": {**HARDWARE["answers"]["1.8.2"], "18": "yes"},
                "1.8.4": HARDWARE["answers"]["1.8.4"],
            },
        ),
        "left-over answer for 1.8.2/18 (expected none: it is not asked)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("by", EVERYBODY)
@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_in_the_same_words_whoever_traces(text, message, by):
    result = trace(text, by)
    assert result.stderr == f"line 1: {message}\n"
    assert (result.stdout, result.exit_code) == ("", 2)


def test_text_that_is_not_utf_8_is_a_mistake_of_its_line():
    good = json.dumps(HARDWARE).encode()
    result = trace(b'{"flow": "\xff"}\n' + good)
    assert result.stderr == "line 1: bad JSON: not UTF-8 (expected one JSON object a line)\n"
    assert len(result.stdout.splitlines()) == 1


def test_blank_lines_are_skipped_but_counted_and_the_other_lines_answered_in_order():
    plan = line(flow="1.8.1", answers={"1.8.1": {"6": "yes"}})
    result = trace("\n".join([plan, "", "  ", "{}", json.dumps(HARDWARE)]))
    assert [json.loads(text)["outcome"] for text in result.stdout.splitlines()] == [
        "done",
        "solved",
    ]
    assert result.stderr == 'line 4: missing member "flow" (expected a flow\'s id)\n'
    assert result.exit_code == 2


def test_nothing_in_is_nothing_out():
    assert (trace("").output, trace("").exit_code) == ("", 0)


def test_a_file_is_read_and_a_missing_one_is_bad_input(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(HARDWARE))
    assert CliRunner().invoke(app, ["trace", str(file)]).exit_code == 0
    missing = CliRunner().invoke(app, ["trace", str(tmp_path / "none.jsonl")])
    assert missing.exit_code == 2
    assert missing.stderr.endswith("none.jsonl: No such file or directory\n")


NAMES = st.sampled_from(["flow", "called_from", "answers", "1.8.2", "1.8.5", "2", "9", "x"])
WORDS = st.sampled_from(["yes", "no", "hand_back", "1.8.3", "1.8.5", "hardware", "\ud800", "是"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=60) | VALUES.map(lambda v: json.dumps(v).encode()), max_size=3))
def test_whatever_comes_in_each_line_is_answered_or_told_and_nothing_breaks(lines):
    text = b"\n".join(lines)
    said = sum(1 for part in text.split(b"\n") if part.strip())
    result = trace(text)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code in (0, 2)
    told = [part for part in result.output.splitlines() if part]
    assert len(told) == said


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_answers_give_reference_and_flow_the_same_lines(data):
    asked = {"2": ["yes", "no"], "4": ["yes", "no"], "6": ["yes", "no"], "7a": ["yes", "no"],
             "8": ["common", "service", "suggestion"], "15a": ["yes", "no"],
             "18": ["yes", "no"], "18a": ["company", "customer"], "23": ["yes", "no"]}  # fmt: skip
    answers = {
        question: data.draw(st.sampled_from(words) | st.lists(st.sampled_from(words), max_size=3))
        for question, words in asked.items()
        if data.draw(st.booleans())
    }
    text = line(flow="1.8.2", answers={"1.8.2": answers})
    by_reference, by_flow = trace(text, "reference"), trace(text, "flow")
    assert by_reference.output == by_flow.output
