"""A results folder knows whose it is, what in it is ours, and what is finished."""

from pathlib import Path

import pytest

from cssim.errors import ResultsError
from cssim.experiment import folder

STUDY = {"hash": "abc", "seed": 1}


def finished(where: Path, study: str = "abc") -> Path:
    """A replication with two files and its marker."""
    target = folder.of_replication(where, 0)
    target.mkdir(parents=True)
    (target / "cases.parquet").write_bytes(b"cases")
    (target / "kpis.csv").write_bytes(b"kpis")
    folder.mark_finished(target, study)
    return target


def names(where: Path) -> set[str]:
    return {str(path.relative_to(where)) for path in where.rglob("*") if path.is_file()}


def test_a_new_folder_is_made(tmp_path: Path) -> None:
    folder.open_for(tmp_path / "a" / "b", STUDY, resume=False, force=False)
    assert names(tmp_path) == {"a/b/run.json"}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    folder.open_for(tmp_path, STUDY, resume=False, force=False)
    assert names(tmp_path) == {"run.json"}


def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ResultsError, match="not empty; --resume goes on with"):
        folder.open_for(tmp_path, STUDY, resume=False, force=False)
    assert names(tmp_path) == {"notes.txt"}


def test_force_removes_what_a_run_has_made_and_nothing_else(tmp_path: Path) -> None:
    folder.open_for(tmp_path, STUDY, resume=False, force=False)
    inner = finished(tmp_path)
    theirs = {"notes.txt", "mine.png", "mine.csv", "replication-00/mine.parquet",
              "replication-x/cases.parquet", "kpis-mine.csv"}  # fmt: skip
    ours = {"kpis.csv", "kpis-weekly.csv", "kpis-2025-01-01-2025-02-01.csv", "backlog.png",
            "scenario.resolved.yaml", "replication-00/.part-1-terms.json", ".part-77-kpis.csv",
            "replication-00/terms.json"}  # fmt: skip
    (tmp_path / "replication-x").mkdir()
    for name in theirs | ours:
        (tmp_path / name).touch()
    folder.open_for(tmp_path, STUDY, resume=False, force=True)
    assert names(tmp_path) == {*theirs, "run.json"}
    assert inner.is_dir()


def test_force_removes_a_replications_folder_that_is_empty_then(tmp_path: Path) -> None:
    finished(tmp_path)
    folder.open_for(tmp_path, STUDY, resume=False, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_resume_goes_on_with_the_same_study(tmp_path: Path) -> None:
    folder.open_for(tmp_path, STUDY, resume=False, force=False)
    finished(tmp_path)
    folder.open_for(tmp_path, STUDY, resume=True, force=False)
    assert folder.is_finished(folder.of_replication(tmp_path, 0), "abc")


def test_resume_in_a_folder_that_is_empty_begins(tmp_path: Path) -> None:
    (tmp_path / ".part-12-run.json").touch()
    folder.open_for(tmp_path, STUDY, resume=True, force=False)
    assert names(tmp_path) == {"run.json"}


def test_resume_refuses_another_study(tmp_path: Path) -> None:
    folder.open_for(tmp_path, STUDY, resume=False, force=False)
    with pytest.raises(ResultsError, match="belongs to another run"):
        folder.open_for(tmp_path, {"hash": "other"}, resume=True, force=False)


def test_resume_refuses_what_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ResultsError, match="no run to go on with"):
        folder.open_for(tmp_path, STUDY, resume=True, force=False)


def test_a_file_in_the_folders_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(ResultsError, match="a: File exists"):
        folder.open_for(tmp_path / "a", STUDY, resume=False, force=False)


def test_a_marked_replication_is_finished(tmp_path: Path) -> None:
    target = finished(tmp_path)
    assert folder.is_finished(target, "abc")
    assert folder.is_finished(target, "abc", ["kpis.csv"])


def test_one_without_a_file_that_is_needed_is_not(tmp_path: Path) -> None:
    assert not folder.is_finished(finished(tmp_path), "abc", ["kpis-2025-01-01-2025-02-01.csv"])


def test_one_of_another_study_is_not(tmp_path: Path) -> None:
    assert not folder.is_finished(finished(tmp_path, "other"), "abc")


def test_one_without_a_marker_is_not(tmp_path: Path) -> None:
    target = finished(tmp_path)
    (target / "finished.json").unlink()
    assert not folder.is_finished(target, "abc")


def test_one_whose_marker_is_cut_is_not(tmp_path: Path) -> None:
    target = finished(tmp_path)
    marker = target / "finished.json"
    marker.write_bytes(marker.read_bytes()[:-10])
    assert not folder.is_finished(target, "abc")


@pytest.mark.parametrize("content", [b"case", b"CASES", b""])
def test_one_with_a_file_that_is_not_as_it_was_is_not(tmp_path: Path, content: bytes) -> None:
    target = finished(tmp_path)
    (target / "cases.parquet").write_bytes(content)
    assert not folder.is_finished(target, "abc")


def test_one_with_a_file_missing_is_not(tmp_path: Path) -> None:
    target = finished(tmp_path)
    (target / "cases.parquet").unlink()
    assert not folder.is_finished(target, "abc")


def test_the_hash_is_of_scenario_and_seed() -> None:
    hashes = {folder.hash_of(*each) for each in [("a", 1), ("a", 2), ("b", 1)]}
    assert len(hashes) == 3
    assert folder.hash_of("a", 1) == folder.hash_of("a", 1)
