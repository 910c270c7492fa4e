"""Files are whole or not there, and the same content is the same bytes."""

import errno
from pathlib import Path

import pytest

from cssim.errors import ResultsError
from cssim.experiment import files


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    with files.whole(tmp_path / "a.csv") as passing:
        passing.write_text("x")
        assert "a.csv" not in names(tmp_path)
    assert names(tmp_path) == ["a.csv"]


def fail_half_way(path: Path) -> None:
    with files.whole(path) as passing:
        passing.write_text("half")
        raise ZeroDivisionError


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_half_way(tmp_path / "a.csv")
    assert names(tmp_path) == []


def test_a_writer_that_fails_leaves_the_older_file(tmp_path: Path) -> None:
    files.write_text(tmp_path / "a.csv", "old")
    with pytest.raises(ZeroDivisionError):
        fail_half_way(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "old"


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(ResultsError) as caught, files.whole(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert str(caught.value) == f"{path}: No space left on device"


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"a\.json: No such file or directory"):
        files.write_json(tmp_path / "nowhere" / "a.json", {})


def test_a_folder_that_is_not_there_is_told_before_the_work(tmp_path: Path) -> None:
    files.expect_folder(tmp_path / "a.csv")
    with pytest.raises(ResultsError, match="there is no folder"):
        files.expect_folder(tmp_path / "nowhere" / "a.csv")


def test_csv_has_exact_floats_and_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [("x", 0.1 + 0.2, None), ("y;z", float("nan"), 3)]
    files.write_csv(path, ["name", "value", "more"], rows)
    assert path.read_bytes() == b"name,value,more\nx,0.30000000000000004,\ny;z,,3\n"
    assert files.read_csv(path) == [["x", "0.30000000000000004", ""], ["y;z", "", "3"]]


def test_json_reads_back(tmp_path: Path) -> None:
    files.write_json(tmp_path / "a.json", {"b": [1, "北区"], "a": None})
    assert files.read_json(tmp_path / "a.json") == {"b": [1, "北区"], "a": None}


def test_what_is_no_json_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(ResultsError, match=r"a\.json: not a JSON file"):
        files.read_json(tmp_path / "a.json")


def test_leftovers_are_removed_and_nothing_else(tmp_path: Path) -> None:
    inner = tmp_path / "replication-00"
    inner.mkdir()
    for path in (".part-12-kpis.csv", "kpis.csv", ".part-x", ".hidden"):
        (tmp_path / path).touch()
        (inner / path).touch()
    files.remove_leftovers(tmp_path)
    assert names(inner) == [".hidden", ".part-x", "kpis.csv"]
    assert names(tmp_path) == [".hidden", ".part-x", "kpis.csv", "replication-00"]
