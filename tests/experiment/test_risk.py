"""Breach risk of a whole study: its file, and what the command tells."""

import csv
from pathlib import Path

from typer.testing import CliRunner

from cssim.cli.main import app
from cssim.experiment import study
from cssim.experiment.study import Plan
from cssim.scenario import read

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "scenarios" / "valid" / "tiny.yaml"
COLUMNS = ["contract", "period", "target", "replications", "missed", "risk", "low", "high",
           "more_needed"]  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def test_a_study_has_the_risk_of_each_contract_with_a_target(tmp_path: Path) -> None:
    held = read.load(TINY).with_({"sla.contracts.standard.attainment": 0.8})
    study.run(held, Plan(tmp_path, replications=3, jobs=1))
    (row,) = rows(tmp_path / "risk.csv")
    assert list(row) == COLUMNS
    assert (row["contract"], row["period"], row["target"]) == ("standard", "2025-01", "0.8")
    assert (row["replications"], row["more_needed"]) == ("3", "97")
    attained = [
        float(each["value"])
        for path in sorted(tmp_path.glob("replication-*/kpis.csv"))
        for each in rows(path)
        if (each["kpi"], each["scope"]) == ("attainment", "contract=standard;period=2025-01")
    ]
    assert len(attained) == 3
    assert int(row["missed"]) == sum(value < 0.8 for value in attained)
    assert float(row["risk"]) == int(row["missed"]) / 3
    before = (tmp_path / "risk.csv").read_bytes()
    study.run(held, Plan(tmp_path, replications=3, jobs=1, resume=True))
    assert (tmp_path / "risk.csv").read_bytes() == before


def test_a_study_without_targets_has_none(tmp_path: Path) -> None:
    study.run(read.load(TINY), Plan(tmp_path, replications=1, jobs=1))
    assert not (tmp_path / "risk.csv").exists()


def test_the_command_tells_the_risk_and_no_colour_below_a_hundred(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        app,
        ["run", str(TINY), "-o", str(tmp_path), "--replications", "2", "--jobs", "1", "--quiet",
         "--set", "sla.contracts.key.attainment=0.5"],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    (line,) = [line for line in told.output.splitlines() if " of 2 " in line]
    assert "98 more replications needed" in line
    assert not {"green", "amber", "red"} & set(told.output.split())
    assert (tmp_path / "sla-risk.png").exists()
