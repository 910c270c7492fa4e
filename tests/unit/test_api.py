"""The front door: four functions, frames as the document says, nothing loaded too early."""

import re
import subprocess
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd
import pytest

import cssim as cs
from cssim import errors, eventlog
from cssim.experiment.result import Result
from cssim.scenario.model import Scenario

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "scenarios" / "valid" / "tiny.yaml"
DOCUMENT = (ROOT / "docs" / "python-api.md").read_text("utf-8")
TABLES = [
    "cases",
    "instances",
    "activities",
    "pieces",
    "duty",
    "stock",
    "clocks",
    "changes",
    "contacts",
    "staff",
    "takeovers",
    "wanted",
    "open_facts",
]
ENGINEERS = "pools.regional_engineer.north.people"
HEAVY = "numpy pandas scipy matplotlib pydantic pyarrow simpy ruamel holidays joblib"


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return cs.load_scenario(TINY)


@pytest.fixture(scope="module")
def run(tiny: Scenario) -> Result:
    return cs.simulate(tiny, seed=1)


@pytest.fixture(scope="module")
def with_all(tiny: Scenario) -> Result:
    """A run that has rows in every table."""
    more = {
        "telephone.service_level": "20 s",
        "pools.agent.national.attrition": 0.5,
        "sla.reclassify": {"1.8.2/1": {"3": {"2": 1}}},
    }
    return cs.simulate(tiny.with_(more), seed=1)


def documented(table: str) -> dict[str, str]:
    """Column → type, as the document has them, in its order."""
    section = DOCUMENT.partition(f"\n### `{table}`")[2].partition("\n##")[0]
    rows = re.findall(r"^\| (`.*?) \| ([\w ]+) \|", section, re.MULTILINE)
    return {name: kind for names, kind in rows for name in re.findall(r"`(\w+)`", names)}


def kind_of(column: pd.Series) -> str:
    """The document's word for a column's type."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "word"
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return "moment"
    if pd.api.types.is_timedelta64_dtype(column.dtype):
        return "length"
    return "number" if pd.api.types.is_numeric_dtype(column.dtype) else "text"


# ---- the module --------------------------------------------------------------------------------


def test_importing_it_loads_nothing_heavy() -> None:
    script = f"import sys, cssim; sys.exit(' '.join(set({HEAVY!r}.split()) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.stderr.strip(), done.returncode) == ("", 1)  # the empty text is no success


def test_it_tells_what_it_has() -> None:
    assert set(cs.__all__) <= set(dir(cs))
    assert all(callable(getattr(cs, name)) for name in cs.__all__)


def test_it_has_nothing_else() -> None:
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = cs.simulat


# ---- scenarios ---------------------------------------------------------------------------------


def test_a_scenario_is_loaded_with_what_the_command_line_may_change() -> None:
    changed = cs.load_scenario(TINY, set_=[f"{ENGINEERS}=7"])
    assert changed.pools["regional_engineer"]["north"].people == 7


def test_a_change_makes_another_scenario(tiny: Scenario) -> None:
    more = tiny.with_({ENGINEERS: {"add": 2}})
    assert more.pools["regional_engineer"]["north"].people == 6
    assert tiny.pools["regional_engineer"]["north"].people == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({ENGINEERS: -1}, f"code: {ENGINEERS}: "),
        (
            {"pools.agent.national.poeple": 3},
            "code: pools.agent.national.poeple: there is no such key",
        ),
        ({"time.window": "a year"}, "code: time.window: a length of time"),
        ({"demand.north.region": "south"}, "code: demand.north.region: "),
    ],
)
def test_a_change_in_code_goes_through_the_same_checks(
    tiny: Scenario, change: dict[str, object], told: str
) -> None:
    with pytest.raises(errors.ScenarioError, match=re.escape(told)):
        tiny.with_(change)


def test_all_that_is_wrong_with_a_change_is_told_at_once(tiny: Scenario) -> None:
    with pytest.raises(errors.ScenarioError) as told:
        tiny.with_({ENGINEERS: -1, "time.window": "a year"})
    assert ENGINEERS in str(told.value)
    assert "time.window" in str(told.value)


# ---- one run -----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [*TABLES, "ledger", "breaches", "kpis"])
def test_a_frame_has_the_columns_and_types_of_the_document(with_all: Result, table: str) -> None:
    frame = getattr(with_all, table)
    found = {name: kind_of(frame[name]) for name in frame.columns}
    if table == "cases":
        found = {name: kind for name, kind in found.items() if name not in with_all.log.attributes}
    assert len(frame)
    assert found == documented(table)


@pytest.mark.parametrize(
    "name", [name for name, one in vars(Result).items() if isinstance(one, cached_property)]
)
def test_every_frame_is_in_the_document(run: Result, name: str) -> None:
    attributes = run.log.attributes if name == "cases" else ()
    columns = [column for column in getattr(run, name).columns if column not in attributes]
    assert set(columns) == set(documented(name))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("cases", eventlog.CASE_KINDS),
        ("activities", eventlog.ANSWERED_BY),
        ("pieces", eventlog.PIECE_KINDS),
        ("duty", eventlog.DUTY_KINDS),
        ("stock", eventlog.STATES),
        ("contacts", eventlog.CONTACT_OUTCOMES),
        ("takeovers", eventlog.TAKEOVERS),
        ("journeys", eventlog.JOURNEYS),
        ("bookings", eventlog.BOOKING_ENDS),
        ("open_facts", eventlog.OPEN_FACTS),
        ("linked", eventlog.LINK_ENDS),
        ("clocks", (*eventlog.CLOCKS, *eventlog.CLOCK_EVENTS)),
    ],
)
def test_every_word_of_a_frame_is_in_the_document(table: str, words: Sequence[str]) -> None:
    section = DOCUMENT.partition(f"\n### `{table}`")[2].partition("\n##")[0]
    assert [word for word in words if f"`{word}`" not in section] == []


def test_the_cases_have_their_attributes_as_words(run: Result) -> None:
    assert set(run.cases["severity"].cat.categories) == {"1", "2", "3", "4"}
    assert kind_of(run.cases["customer"]) == "number"


def test_moments_are_in_the_zone_of_the_scenario(run: Result) -> None:
    opened = run.cases["opened_at"]
    assert str(opened.dt.tz) == "Asia/Shanghai"
    assert str(opened.min())[:10] == "2025-01-06"


def test_what_was_promised_is_a_length_of_open_time(run: Result) -> None:
    clocks = run.clocks
    starts = clocks[(clocks["event"] == "start") & (clocks["clock"] == "first_response")]
    severities = starts["case"].map(run.cases["severity"])
    contracts = starts["case"].map(run.cases["contract"])
    worst = starts[(severities == "1") & (contracts == "standard")]
    assert set(worst["target"]) == {pd.Timedelta("1h")}


def test_the_same_seed_is_the_same_run_and_another_replication_is_not(
    tiny: Scenario, run: Result
) -> None:
    assert cs.simulate(tiny, seed=1).activities.equals(run.activities)
    assert not cs.simulate(tiny, seed=1, replication=1).cases.equals(run.cases)


# ---- several runs ------------------------------------------------------------------------------


def test_replications_have_their_intervals(tiny: Scenario, run: Result) -> None:
    study = cs.replicate(tiny, n=3, seed=1, jobs=1)
    assert list(study.kpis.columns) == ["kpi", "scope", "mean", "low", "high", "unit"]
    kept = study.kpis.set_index(["kpi", "scope"]).loc[("attainment", "all")]
    assert kept["low"] < kept["mean"] < kept["high"]
    first = study.values[study.values["replication"] == 0].drop(columns="replication")
    assert first.reset_index(drop=True).equals(run.kpis)


def test_one_replication_has_no_interval(tiny: Scenario) -> None:
    assert cs.replicate(tiny, n=1, jobs=1).kpis["low"].isna().all()


@pytest.mark.slow
def test_a_comparison_has_a_row_a_figure_and_a_verdict_each(tiny: Scenario) -> None:
    more = tiny.with_({"name": "more", ENGINEERS: {"add": 4}})
    rows = cs.compare(tiny, more, n=5, jobs=1)
    assert set(rows["scenario"]) == {"more"}
    overall = rows[rows["scope"] == "all"]
    assert set(overall["verdict"]) <= {"better", "worse", "no difference seen", "too few runs"}
    busy = rows.set_index(["kpi", "scope"]).loc[("occupancy", "pool=regional_engineer.north")]
    assert busy["difference"] == pytest.approx(busy["other"] - busy["base"])
    assert busy["verdict"] == "better"
