"""Scenarios side by side: luck alone is seen through, and a real difference is seen."""

from pathlib import Path

import pytest

from cssim.experiment import compare, directions, verdicts, worker
from cssim.experiment.verdicts import Named, Row
from cssim.kpi import summary
from cssim.kpi.measure import Measure
from cssim.scenario import read
from cssim.scenario.model import Scenario
from cssim.sim import run

TINY = Path(__file__).resolve().parents[2] / "tests" / "scenarios" / "valid" / "tiny.yaml"

MOVES = (0.01, -0.01, 0.03, 0.0, 0.02, 0.05, 0.04, 0.01, 0.02, 0.02)


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return read.load(TINY)


def rows_of(tiny: Scenario, other: Scenario, n: int = 6, **more: int) -> list[Row]:
    return compare.compare_all(tiny, [other], n, jobs=1, **more).rows


def row(rows: list[Row], kpi: str, scope: str) -> Row:
    return next(each for each in rows if (each.kpi, each.scope) == (kpi, scope))


def named(**values: float) -> Named:
    """One replication's figures of all cases."""
    return {(kpi, "all"): (value, "share") for kpi, value in values.items()}


def test_a_scenario_is_no_different_from_itself(tiny: Scenario) -> None:
    rows = rows_of(tiny, tiny, n=3)
    assert len(rows) > 50
    assert {each.verdict for each in rows} == {verdicts.SAME}
    assert {each.difference for each in rows} == {0.0}


def test_a_scenario_under_another_seed_is_no_different(tiny: Scenario) -> None:
    rows = rows_of(tiny, tiny, n=10, other_seed=7)
    assert {each.verdict for each in rows} == {verdicts.SAME}
    assert any(each.difference for each in rows), "it was other luck"


def test_the_same_luck_tells_more_than_other_luck(tiny: Scenario) -> None:
    more = tiny.with_({"pools.regional_engineer.north.people": 5})
    widths = []
    for luck in (1, 2):
        found = row(rows_of(tiny, more, other_seed=luck), "backlog", "region=north")
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high - found.low)
    assert widths[0] < widths[1]


def test_one_engineer_instead_of_four_is_worse(tiny: Scenario) -> None:
    few = tiny.with_({"pools.regional_engineer.north.people": 1})
    rows = rows_of(tiny, few)
    for kpi in ("attainment", "backlog", "queue_length"):
        assert row(rows, kpi, "all").verdict == verdicts.WORSE, kpi
    assert row(rows, "attainment", "all").difference < -0.1
    assert row(rows, "backlog", "all").difference > 0


def test_the_other_way_round_it_is_better(tiny: Scenario) -> None:
    few = tiny.with_({"pools.regional_engineer.north.people": 1})
    rows = rows_of(few, tiny)
    assert row(rows, "attainment", "all").verdict == verdicts.BETTER
    assert row(rows, "backlog", "all").verdict == verdicts.BETTER


def test_with_two_runs_nothing_is_said(tiny: Scenario) -> None:
    few = tiny.with_({"pools.regional_engineer.north.people": 1})
    assert {each.verdict for each in rows_of(tiny, few, n=2)} == {verdicts.TOO_FEW}


def test_other_promises_are_measured_both_ways(tiny: Scenario) -> None:
    strict = tiny.with_({"sla.contracts.standard.first_response.1": "5 min", "name": "strict"})
    rows = rows_of(tiny, strict)
    whose = {each.scope for each in rows if each.kpi == "first_response_attainment"}
    assert "all" not in whose
    assert {"measured_against=tiny", "measured_against=strict"} <= whose
    assert "measured_against=strict;severity=1" in whose
    ours = row(rows, "first_response_attainment", "measured_against=tiny;severity=1")
    theirs = row(rows, "first_response_attainment", "measured_against=strict;severity=1")
    assert theirs.base < ours.base, "what was enough for the one is not for the other"


def test_the_same_promises_are_measured_once(tiny: Scenario) -> None:
    more = tiny.with_({"pools.agent.national.people": 4})
    assert not any("measured_against" in each.scope for each in rows_of(tiny, more, n=3))


def test_the_rows_do_not_depend_on_the_workers(tiny: Scenario) -> None:
    few = tiny.with_({"pools.agent.national.people": 1})
    assert compare.compare_all(tiny, [few], 3, jobs=2).rows == rows_of(tiny, few, n=3)


def test_several_scenarios_are_told_apart_by_their_names(tiny: Scenario) -> None:
    rows = compare.compare_all(tiny, [tiny, tiny], 1, jobs=1).rows
    assert list(dict.fromkeys(each.scenario for each in rows)) == ["tiny #2", "tiny #3"]


def test_what_a_breach_avoided_costs_is_told_where_there_are_prices_and_the_same_promises(
    tiny: Scenario,
) -> None:
    assert compare.compare_all(tiny, [tiny], 3, jobs=1).avoided == []
    wages = {role: {"hour": "50 CNY"} for role in tiny.pools}
    paid = tiny.with_({"costs": {"wages": wages}, "pools.regional_engineer.north.people": 1})
    more = paid.with_({"pools.regional_engineer.north.people": 4})
    strict = more.with_({"sla.contracts.standard.resolution.1": "5 min"})
    rows, found, _ = compare.compare_all(paid, [more, strict], 6, jobs=1)
    assert {one.scenario for one in found} == {"tiny #2"}
    one = next(each for each in found if each.clock == "resolution")
    assert one.fewer > 10
    assert one.more == pytest.approx(row(rows, "cost", "all").difference)
    assert one.each is not None
    assert one.each.mean == pytest.approx(one.more / one.fewer)


def test_the_frame_has_a_verdict_per_row(tiny: Scenario) -> None:
    frame = compare.compare(tiny, tiny, n=3, jobs=1)
    assert list(frame.columns) == list(Row._fields)
    assert set(frame["verdict"]) == {verdicts.SAME}


def test_every_figure_has_its_direction(tiny: Scenario) -> None:
    task = worker.Task(worker.packed(compare.blueprint.build(tiny)), 1, 0, {})
    log = run.simulate(worker.unpacked(task.blueprint), 1)
    assert {each.kpi for each in summary.measures(log)} <= directions.DIRECTIONS.keys()


def test_what_few_runs_hint_at_among_many_rows_needs_more_runs() -> None:
    others = {(f"k{i}", "all"): (0.0, "h") for i in range(200)}
    base = [named(attainment=0.5) | others] * 5
    other = [named(attainment=value) | others for value in (0.51, 0.53, 0.52, 0.55, 0.54)]
    rows = verdicts.of("x", verdicts.pairs(base, other))
    assert row(rows, "attainment", "all").verdict == verdicts.TOO_FEW
    assert row(rows, "k7", "all").verdict == verdicts.SAME


@pytest.mark.parametrize(
    ("difference", "sure"), [(1188.0, True), (0.345, True), (-10.0, True), (2.0, False), (0, False)]
)
def test_what_differs_by_the_same_in_every_run_is_no_luck_unless_it_is_a_few(
    difference: float, sure: bool
) -> None:
    others = {(f"k{i}", "all"): (0.0, "h") for i in range(200)}
    base = [named(cost=float(100 * i)) | others for i in range(3)]
    other = [named(cost=100 * i + difference) | others for i in range(3)]
    rows = verdicts.of("x", verdicts.pairs(base, other))
    assert (row(rows, "cost", "all").verdict in verdicts.SEEN) == sure


def test_with_as_many_runs_as_are_told_to_be_enough_none_are_too_few() -> None:
    others = {(f"k{i}", "all"): (0.0, "h") for i in range(200)}
    runs = [named(attainment=value) | others for value in (0.51, 0.53, 0.52, 0.55, 0.54) * 2]
    enough = verdicts.enough_for(1 + len(others))
    for n, is_told in ((enough - 1, True), (enough, False)):
        rows = verdicts.of("x", verdicts.pairs([named(attainment=0.5) | others] * n, runs[:n]))
        assert (verdicts.TOO_FEW in {each.verdict for each in rows}) == is_told


def test_many_rows_need_more_than_one() -> None:
    some = [named(attainment=0.5) | {(f"k{i}", "all"): (0.0, "h") for i in range(200)}] * len(MOVES)
    moved = [
        {**one, ("attainment", "all"): (0.5 + by, "share")}
        for one, by in zip(some, MOVES, strict=True)
    ]
    many = verdicts.of("x", verdicts.pairs(some, moved))
    alone = verdicts.of("x", [pair for pair in verdicts.pairs(some, moved)
                              if pair.kpi == "attainment"])  # fmt: skip
    assert [each.verdict for each in alone] == [verdicts.BETTER]
    assert row(many, "attainment", "all").verdict == verdicts.SAME


def test_a_figure_counts_where_both_have_it() -> None:
    base = [named(backlog=1.0), named(backlog=2.0), named()]
    other = [named(backlog=3.0), named(), named(backlog=9.0)]
    assert [pair.differences for pair in verdicts.pairs(base, other)] == [[2.0]]


def test_of_an_amount_that_only_one_knows_the_other_has_none() -> None:
    shipped = ("cost", "kind=shipment")
    base = [{("cost", "all"): (9.0, "CNY")}] * 3
    other = [{("cost", "all"): (12.0, "CNY"), shipped: (2.0, "CNY")}] * 3
    for one, two, sign in ((base, other, 1), (other, base, -1)):
        found = {pair.scope: pair.differences for pair in verdicts.pairs(one, two)}
        assert found == {"all": [3.0 * sign] * 3, "kind=shipment": [2.0 * sign] * 3}
        assert not list(verdicts.alone("x", one, two))


def test_where_a_scenario_has_no_such_figure_at_all_there_is_no_pair() -> None:
    base, other = [{}] * 3, [{("cost", "all"): (12.0, "CNY")}] * 3
    assert verdicts.pairs(base, other) == []
    assert [one[1:] for one in verdicts.alone("x", base, other)] == [("other", "cost", "all")]


def test_what_is_no_amount_and_only_one_has_is_told_and_not_compared() -> None:
    mine, theirs = ("occupancy", "pool=agent"), ("occupancy", "pool=technician")
    base, other = [{mine: (0.5, "share")}] * 3, [{theirs: (0.7, "share")}] * 3
    assert verdicts.pairs(base, other) == []
    assert [one[1:] for one in verdicts.alone("x", base, other)] == [
        ("base", *mine), ("other", *theirs),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kpi", "scope", "compared"),
    [
        ("attainment", "all", True),
        ("attainment", "region=north", True),
        ("attainment", "region=north;severity=1", False),
        ("waiting_time", "pool=agent;statistic=mean", True),
        ("waiting_time", "pool=agent;statistic=p90", True),
        ("waiting_time", "pool=agent;statistic=p50", False),
        ("requests", "all", False),
    ],
)
def test_which_figures_are_worth_a_row(kpi: str, scope: str, compared: bool) -> None:
    assert compare.is_compared(Measure(kpi, scope, 0.0, "x")) == compared
