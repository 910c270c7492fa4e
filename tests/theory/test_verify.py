"""The proof against theory can fail: a planted difference in any of its parts is seen.

The table itself is made by `make verify`, which takes minutes; here are its rules.
"""

import dataclasses
import re

import numpy as np
import pytest

from cssim.eventlog import EventLog
from tests.theory import estimate, formulas, rows, seen, verify
from tests.theory.estimate import Estimate
from tests.theory.rows import MINUTE, Case, Value
from tests.theory.verify import Line

SHORT = {"time.warm_up": "1 d", "time.window": "40 d"}


def found(value, exact=10.0, error=0.1, kind="ratio"):
    return Estimate(exact, value, error, kind, 60)


def line(value, before=None, **more):
    return Line("calls_13", "mean wait, s", 11, found(value, **more), before)


# ---- a single value ----------------------------------------------------------------------------


@pytest.mark.parametrize("value", [10.39, 9.61])
def test_a_value_within_four_standard_errors_agrees(value):
    assert found(value).doubt == ""


@pytest.mark.parametrize("value", [10.41, 9.59, float("nan")])
def test_a_value_beyond_four_standard_errors_does_not(value):
    assert found(value).doubt == "more than 4 standard errors off"


@pytest.mark.parametrize(("kind", "largest"), [("ratio", 0.2), ("variance", 1.0)])
def test_a_blunt_value_proves_nothing(kind, largest):
    assert found(10, error=largest, kind=kind).doubt == ""
    assert found(10, error=largest * 1.01, kind=kind).doubt == "too few cases to tell"


def test_the_standard_error_is_that_of_independent_batches():
    luck = np.random.default_rng(5)
    z = [
        estimate.of("ratio", 3.0, luck.normal(3, 1, 60), np.ones(60)).z
        for _ in range(2000)
    ]  # fmt: skip
    assert np.std(z) == pytest.approx(1, abs=0.06)
    assert np.mean(z) == pytest.approx(0, abs=0.1)


def test_the_standard_error_of_a_ratio_knows_that_both_sides_vary_together():
    counts = np.random.default_rng(5).uniform(1, 9, 60)
    assert estimate.of("ratio", 2.0, 2 * counts, counts).error == pytest.approx(0, abs=1e-12)


def test_the_standard_error_of_a_variance_is_that_of_normal_means():
    luck = np.random.default_rng(5)
    z = [
        estimate.of("variance", 50.0, luck.normal(0, np.sqrt(5), 300), np.full(300, 10.0)).z
        for _ in range(1000)
    ]
    assert np.std(z) == pytest.approx(1, abs=0.1)


# ---- all of them together ----------------------------------------------------------------------


def scores(count=150, mean=0.0, deviation=1.0):
    z = np.random.default_rng(3).normal(size=count)
    return list((z - z.mean()) / z.std(ddof=1) * deviation + mean)


def test_values_that_look_normal_agree():
    assert estimate.whole(scores()).doubts == []


@pytest.mark.parametrize(
    ("z", "doubt"),
    [
        (scores(mean=0.31), "the mean of z is 0.31"),
        (scores(deviation=1.26), "the deviation of z is 1.26"),
        (scores(deviation=0.79), "the deviation of z is 0.79"),
        ([3.1, -3.1, 3.1, -3.1, *scores(deviation=0.9)], "2.6% of all values lie beyond 3"),
    ],
)
def test_values_that_do_not_look_normal_are_seen(z, doubt):
    assert [sentence for sentence in estimate.whole(z).doubts if doubt in sentence]


# ---- the command -------------------------------------------------------------------------------


def a_case(**more):
    return Case(
        "station", "M/M/1", (Value("occupancy", 0.5, seen.occupancy("server", 1)),),
        formulas.relaxation_time(1, 0.5, 1), changes=SHORT, **more,
    )  # fmt: skip


def test_a_simulation_that_agrees_is_run_once():
    lines, _ = verify.judged(a_case(), 11)
    assert [one.before for one in lines] == [None]
    assert verify.doubts(lines, all_of_it=False) == []


def test_a_value_that_is_far_off_is_run_again_with_the_next_seed_and_both_are_told():
    case = a_case()
    wrong = dataclasses.replace(case, values=(dataclasses.replace(case.values[0], exact=0.55),))
    (one,), _ = verify.judged(wrong, 11)
    assert one.before is not None
    assert one.counts == verify.estimates(wrong, 12, verify.LONGER)[0]
    assert one.counts.batches == 10 * one.before.batches
    assert verify.doubts([one], all_of_it=False) == [
        "station, occupancy, seed 11: more than 4 standard errors off"
    ]
    told = verify.table([wrong], [one])
    assert f"{one.before.z:.2f} then {one.counts.z:.2f} | more than 4 standard errors off" in told


def test_a_simulation_whose_services_are_a_twentieth_longer_does_not_pass():
    slower = dataclasses.replace(a_case(), changes=SHORT | {"work.station/1.time.mean": "63 s"})
    lines, _ = verify.judged(slower, 11)
    assert verify.doubts(lines, all_of_it=False) == [
        "station, occupancy, seed 11: more than 4 standard errors off"
    ]


def test_a_value_that_was_run_again_counts_as_it_is_then():
    once, again = found(10.5), line(10.1, before=found(10.5))
    assert verify.doubts([again], all_of_it=False) == []
    assert once.far


def test_a_case_that_does_not_exist_is_told(capsys):
    with pytest.raises(SystemExit):
        verify.main(["--only", "nothing"])
    assert "no such case: nothing (there are erlang_b_1," in capsys.readouterr().err


# ---- the table's cases -------------------------------------------------------------------------


@pytest.mark.parametrize("case", rows.CASES, ids=lambda case: case.scenario)
def test_a_steady_state_has_enough_batches_each_of_over_a_hundred_relaxation_times(case):
    if case.relaxation:
        scenario = case.load()
        batch = scenario.time.window / case.batches / MINUTE
        batches = case.batches * case.replications
        assert batches >= (200 if case.values[0].kind == "variance" else 30)
        assert batch > 100 * case.relaxation
        assert scenario.time.warm_up / MINUTE > 20 * case.relaxation
    else:
        assert case.replications >= 200


def test_every_scenario_belongs_to_the_table():
    files = {path.stem for path in rows.SCENARIOS.glob("*.yaml")}
    named = {case.scenario for case in rows.CASES}
    assert {name for name in files if not name.endswith("_flow")} == named | {"station", "parts"}
    assert len(named) == len(rows.CASES)


def test_time_in_batches_is_what_counting_gives():
    table = np.array([(2, 5), (4, 14), (9, 31)], dtype=[("since", "i8"), ("until", "i8")])
    log = EventLog({}, {}, {"window": {"from_at": 0, "to_at": 30}})
    counted = [
        sum(since <= at < until for since, until in table.tolist() for at in range(begin, end))
        for begin, end in ((0, 10), (10, 20), (20, 30))
    ]
    assert seen.Seen(log, 3).present(table["since"], table["until"]).tolist() == counted


# ---- the page ----------------------------------------------------------------------------------


def test_the_table_is_put_where_the_page_has_marks():
    page = f"before\n{verify.BEGIN}\nold\n{verify.END}\nafter\n"
    put = verify.put(page, "new")
    assert put == f"before\n{verify.BEGIN}\n\nnew\n\n{verify.END}\nafter\n"
    with pytest.raises(ValueError, match="no place for the table"):
        verify.put("before\nafter\n", "new")


def test_the_page_has_every_value_and_each_agrees():
    page = verify.PAGE.read_text("utf-8")
    told = page.partition(verify.BEGIN)[2].partition(verify.END)[0]
    for case in rows.CASES:
        for value in case.values:
            row = re.search(
                rf"^\| {re.escape(case.title)} \| {re.escape(value.name)} \|.*$", told, re.MULTILINE
            )
            assert row, f"{case.title}, {value.name}: run `python -m tests.theory.verify --write`"
            assert f"| {value.exact:.7g} |" in row.group()
            assert row.group().endswith("| agrees |")
