"""A study in a results folder: the same bytes however it was made, and never half of one."""

import csv
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from cssim.errors import ResultsError
from cssim.experiment import folder, logfiles, statistics, study
from cssim.experiment.study import Plan
from cssim.scenario import read
from cssim.scenario.model import Scenario

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "scenarios" / "valid" / "tiny.yaml"
LONGER = "time.window=20 weeks"  # long enough to be killed half-way


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return read.load(TINY)


@pytest.fixture(scope="module")
def done(tiny: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of three replications, by one process."""
    made = tmp_path_factory.mktemp("study") / "one"
    study.run(tiny, Plan(made, replications=3, jobs=1))
    return made


def contents(where: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(where)): path.read_bytes()
        for path in sorted(where.rglob("*"))
        if path.is_file()
    }


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def cssim(*arguments: str, **more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cssim", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, **more,  # type: ignore[call-overload]
    )  # fmt: skip


def children(process: int) -> list[str]:
    """Processes that a process has begun (where the system tells)."""
    told = Path(f"/proc/{process}/task/{process}/children")
    return told.read_text().split() if told.exists() else []


def test_a_study_is_the_same_bytes_by_two_workers(
    tiny: Scenario, done: Path, tmp_path: Path
) -> None:
    study.run(tiny, Plan(tmp_path / "two", replications=3, jobs=2))
    assert contents(tmp_path / "two") == contents(done)


def test_a_study_has_its_files(done: Path) -> None:
    assert {path.name for path in done.iterdir()} == {
        "kpis.csv", "kpis-weekly.csv", "kpis-hourly.csv", "run.json", "scenario.resolved.yaml",
        "replication-00", "replication-01", "replication-02",
    }  # fmt: skip


def test_the_figures_are_sorted_and_have_their_intervals(done: Path) -> None:
    table = rows(done / "kpis.csv")
    assert list(table[0]) == ["kpi", "scope", "mean", "low", "high", "unit"]
    names = [(row["kpi"], row["scope"]) for row in table]
    assert names == sorted(set(names))
    of_each = [rows(done / f"replication-{n:02}" / "kpis.csv") for n in range(3)]
    found = Counter((row["kpi"], row["scope"]) for one in of_each for row in one)
    for row in table:
        if found[row["kpi"], row["scope"]] > 1:
            assert float(row["low"]) <= float(row["mean"]) <= float(row["high"])
        else:  # of one replication only: no interval
            assert row["low"] == row["high"] == ""


def test_a_figures_interval_is_that_of_the_replications(done: Path) -> None:
    values = [
        float(row["value"])
        for path in sorted(done.glob("replication-*/kpis.csv"))
        for row in rows(path)
        if (row["kpi"], row["scope"]) == ("attainment", "region=north")
    ]
    found = next(
        row
        for row in rows(done / "kpis.csv")
        if (row["kpi"], row["scope"]) == ("attainment", "region=north")
    )
    expected = statistics.interval(values)
    assert len(values) == 3
    assert [float(found[name]) for name in ("mean", "low", "high")] == [
        expected.mean, expected.low, expected.high,
    ]  # fmt: skip


def test_figures_by_week_have_their_week_in_a_column(done: Path) -> None:
    table = rows(done / "kpis-weekly.csv")
    assert list(table[0]) == ["kpi", "scope", "week", "mean", "low", "high", "unit"]
    assert {row["week"] for row in table} == {"2025-01-13", "2025-01-20"}


def test_one_replication_has_no_interval(tiny: Scenario, tmp_path: Path) -> None:
    study.run(tiny, Plan(tmp_path, replications=1))
    assert {(row["low"], row["high"]) for row in rows(tmp_path / "kpis.csv")} == {("", "")}


def test_the_log_that_was_written_is_there(done: Path) -> None:
    log = logfiles.read(done / "replication-01")
    assert log.terms["replication"] == 1
    assert len(log["activities"]) > 1_000


def test_no_file_tells_the_place(done: Path) -> None:
    for name, content in contents(done).items():
        assert str(ROOT).encode() not in content, name
        assert str(done.parent).encode() not in content, name


def test_a_dated_window_has_figures_of_its_own(tiny: Scenario, tmp_path: Path) -> None:
    first, last = tiny.time.start.replace(day=14), tiny.time.start.replace(day=20)
    study.run(tiny, Plan(tmp_path, replications=2, first=first, last=last))
    assert len(rows(tmp_path / "kpis-2025-01-14-2025-01-20.csv")) > 100


def test_a_window_that_was_not_simulated_is_one_line(tiny: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="what was simulated"):
        study.run(tiny, Plan(tmp_path / "a", first=tiny.time.start.replace(year=2031)))
    assert not (tmp_path / "a").exists()


def test_resume_does_only_what_is_missing(tiny: Scenario, done: Path, tmp_path: Path) -> None:
    study.run(tiny, Plan(tmp_path, replications=2))
    before = (tmp_path / "replication-01" / "cases.parquet").stat().st_mtime_ns
    told: list[tuple[int, int]] = []
    study.run(tiny, Plan(tmp_path, replications=3, resume=True), lambda *each: told.append(each))
    assert told == [(2, 3), (3, 3)]
    assert (tmp_path / "replication-01" / "cases.parquet").stat().st_mtime_ns == before
    assert contents(tmp_path) == contents(done)


def test_resume_mends_a_replication_that_is_not_whole(
    tiny: Scenario, done: Path, tmp_path: Path
) -> None:
    study.run(tiny, Plan(tmp_path, replications=3))
    inner = tmp_path / "replication-02"
    (inner / "pieces.parquet").unlink()
    (inner / "cases.parquet").write_bytes(b"cut")
    (inner / ".part-1-pieces.parquet").write_bytes(b"left")
    study.run(tiny, Plan(tmp_path, replications=3, resume=True))
    assert contents(tmp_path) == contents(done)


def test_resume_adds_a_window(tiny: Scenario, tmp_path: Path) -> None:
    first = tiny.time.start.replace(day=14)
    study.run(tiny, Plan(tmp_path / "later", replications=2))
    study.run(tiny, Plan(tmp_path / "later", replications=2, first=first, resume=True))
    study.run(tiny, Plan(tmp_path / "at once", replications=2, first=first))
    assert contents(tmp_path / "later") == contents(tmp_path / "at once")


def test_resume_refuses_another_seed(tiny: Scenario, tmp_path: Path) -> None:
    study.run(tiny, Plan(tmp_path, replications=1))
    with pytest.raises(ResultsError, match="belongs to another run"):
        study.run(tiny, Plan(tmp_path, replications=1, seed=2, resume=True))


def test_resume_refuses_another_value(tiny: Scenario, tmp_path: Path) -> None:
    study.run(tiny, Plan(tmp_path, replications=1))
    other = tiny.with_({"pools.agent.national.people": 4})
    with pytest.raises(ResultsError, match="belongs to another run"):
        study.run(other, Plan(tmp_path, replications=1, resume=True))


@pytest.mark.slow
def test_killed_and_resumed_it_is_the_same_bytes(tmp_path: Path) -> None:
    command = ["run", str(TINY), "--set", LONGER, "--replications", "6", "--jobs", "2"]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    study_of = cssim(*command, "-o", str(killed))
    deadline = time.monotonic() + 60
    while not list(killed.glob("replication-*/finished.json")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    workers = children(study_of.pid)
    study_of.send_signal(signal.SIGKILL)
    study_of.communicate()
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline, "a worker goes on without its study"
        time.sleep(0.05)
    assert not (killed / "kpis.csv").exists(), "killed too late to tell anything"
    for more in (["-o", str(killed), "--resume"], ["-o", str(whole)]):
        resumed = cssim(*command, *more)
        output, error = resumed.communicate(timeout=120)
        assert resumed.returncode == 0, error
        assert "resolved in time" in output
    assert contents(killed) == contents(whole)


def test_charts_are_written_and_known_as_ours(tmp_path: Path) -> None:
    """What --force may remove are these names and no others."""
    done = cssim("run", str(TINY), "-o", str(tmp_path), "--replications", "2", "--jobs", "1",
                 "--set", "sla.contracts.standard.attainment=0.9")  # fmt: skip
    output, error = done.communicate()
    assert done.returncode == 0, error
    assert {path.name for path in tmp_path.glob("*.png")} == set(folder.CHARTS)
    assert "95 % interval" in output


def test_work_that_piles_up_is_a_warning_with_its_pools(tmp_path: Path) -> None:
    done = cssim("run", str(TINY), "-o", str(tmp_path), "--replications", "5", "--jobs", "1",
                 "--set", "pools.regional_engineer.north.people=1",
                 "--set", "time.window=8 weeks")  # fmt: skip
    _, error = done.communicate()
    assert done.returncode == 0
    assert "work piles up, the backlog grows over the window: regional_engineer.north" in error


def test_a_disk_that_is_full_is_one_line_and_no_half_file(tmp_path: Path) -> None:
    """The system is told to let no file grow beyond 16 kB."""
    full = cssim(
        "run",
        str(TINY),
        "-o",
        str(tmp_path),
        "--replications",
        "2",
        "--quiet",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, 16_384)),
    )
    _, error = full.communicate()
    assert full.returncode == 2
    assert error.count("\n") == 1
    assert "File too large" in error
    assert not [path for path in tmp_path.rglob("*") if "activities" in path.name]


def test_a_folder_that_cannot_be_written_to_is_one_line_and_exit_2() -> None:
    refused = cssim("run", str(TINY), "-o", "/proc/nowhere", "--replications", "1")
    output, error = refused.communicate()
    assert (refused.returncode, output) == (2, "")
    assert error.startswith("/proc/nowhere: ")
    assert error.count("\n") == 1
