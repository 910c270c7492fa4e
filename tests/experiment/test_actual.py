"""Recorded tickets: what was simulated stands beside what really happened."""

import csv
from pathlib import Path

import pytest

from cssim.experiment import actual, study
from cssim.report import tables
from cssim.scenario import read

TINY = Path(__file__).resolve().parents[2] / "tests" / "scenarios" / "valid" / "tiny.yaml"
TICKETS = """\
opened,done,severity,kept
2025-01-07 09:00,2025-01-07 10:00,2,true
2025-01-13 09:00,2025-01-13 11:00,2,true
2025-01-14 09:00,2025-01-14 15:00,2,false
2025-01-15 09:00,,3,true
"""  # the first is warm-up; the window begins on 13 January
SCENARIO = f"""\
version: 1
extends: {TINY}
demand:
  north: {{enabled: false}}
  old:
    kind: file
    flow: "1.8.2"
    file: old.csv
    opened_at: opened
    region: north
    attributes: {{severity: {{column: severity}}}}
    actual: {{resolved_at: done, kept: kept, note: not calibrated yet}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("actual")
    (folder / "old.csv").write_text(TICKETS, encoding="utf-8")
    (folder / "old.yaml").write_text(SCENARIO, encoding="utf-8")
    scenario = read.load(folder / "old.yaml")
    return scenario, study.run(scenario, study.Plan(folder / "out", replications=2, jobs=1)), folder


def test_what_really_happened_is_worked_out_from_the_file(run):
    really = {(one.kpi, one.scope): one.value for one in run[1].actual}
    assert really["requests", "all"] == 3
    assert really["attainment", "all"] == pytest.approx(2 / 3)
    assert really["attainment", "severity=2"] == pytest.approx(1 / 2)
    assert really["open_share", "severity=3"] == 1
    assert really["cycle_time", "statistic=mean"] == pytest.approx(4)
    assert really["cycle_time", "severity=2;statistic=p50"] == pytest.approx(4)


def test_it_is_written_beside_what_was_simulated(run):
    with (run[2] / "out" / "actual.csv").open(newline="", encoding="utf-8") as stream:
        rows = {(row["kpi"], row["scope"]): row for row in csv.DictReader(stream)}
    assert list(rows["requests", "all"]) == list(actual.COLUMNS)
    assert float(rows["requests", "all"]["simulated"]) == 3
    assert float(rows["requests", "severity=2"]["actual"]) == 2
    assert rows["attainment", "severity=2"]["unit"] == "share"


def test_it_is_told_by_severity_and_in_all_with_the_scenarios_note(run):
    scenario, done, _ = run
    table = tables.beside(actual.beside(done.rows, done.actual))
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4", "all"]
    assert table.columns[3:5] == ("in time", "really")
    assert table.rows[1][4] == "50.0 %"
    assert table.rows[4][6] == "4.00"
    assert actual.notes(scenario) == ["not calibrated yet"]


def test_a_scenario_without_recorded_tickets_has_nothing_to_tell(tmp_path):
    done = study.run(read.load(TINY), study.Plan(tmp_path, replications=1, jobs=1))
    assert done.actual == ()
    assert not (tmp_path / "actual.csv").exists()
