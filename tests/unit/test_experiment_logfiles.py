"""A log in files is the log, is small, and says nothing of when and where it was written."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from cssim import eventlog
from cssim.errors import ResultsError
from cssim.eventlog import NEVER, TABLES, EventLog
from cssim.experiment import logfiles

TERMS = {
    "flows": ["1.8.2"],
    "nodes": [{"flow": "1.8.2", "id": str(node)} for node in range(1, 41)],
    "answers": ["yes", "no"],
    "pools": [{"name": f"engineer.{place}", "role": "engineer"} for place in "abcdef"],
    "regions": list("abcdef"),
    "places": list("abcdef"),
    "sources": ["a"],
    "parts": ["board", "unit"],
    "contracts": ["standard"],
    "attributes": {"severity": ["1", "2", "3", "4"], "customer": []},
}


def filled(name: str, **columns: object) -> np.ndarray:
    """A table with some columns given; the others are 0."""
    length = max(len(np.atleast_1d(values)) for values in columns.values())  # type: ignore[call-overload]
    rows = np.zeros(length, dtype=TABLES[name])
    for column, values in columns.items():
        rows[column] = values
    return rows


def log_of(cases: int) -> EventLog:
    """A log like those of a year: some ten activities a case, waits and works in ms."""
    luck = np.random.default_rng(1)
    opened = np.sort(luck.integers(0, cases * 500_000, cases))
    lengths = luck.poisson(10, cases) + 1
    case = np.repeat(np.arange(cases), lengths)
    first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    place = np.arange(case.size) - np.repeat(first, lengths)
    begins = (place == 0) | (luck.random(case.size) < 0.35)
    waits = np.where(begins & (luck.random(case.size) < 0.5), luck.exponential(4e6, case.size), 0)
    works = np.where(luck.random(case.size) < 0.7, luck.lognormal(12, 1, case.size), 0)
    took = waits.astype(np.int64) + works.astype(np.int64)
    before = np.cumsum(took) - took
    enabled = opened[case] + before - np.repeat(before[first], lengths)
    activities = filled(
        "activities",
        case=case, instance=case, token=case, sitting=np.cumsum(begins), node=place % 40, visit=1,
        pool=case % 6, answer=np.where(luck.random(case.size) < 0.3, place % 2, -1),
        agent=np.cumsum(begins) % 90, wait_cause=6, enabled_at=enabled,
        started_at=enabled + waits.astype(np.int64), completed_at=enabled + took,
    )  # fmt: skip
    activities = activities[np.argsort(activities["completed_at"], kind="stable")]
    activities["completed_at"][-3:] = NEVER
    tables = {name: np.zeros(0, dtype=layout) for name, layout in TABLES.items()}
    tables["activities"] = activities
    tables["cases"] = filled(
        "cases", case=np.arange(cases), opened_at=opened, closed_at=opened + 5_000_000,
        parent=-1, contract=-1, region=np.arange(cases) % 6, outcome=np.arange(cases) % 5,
    )  # fmt: skip
    tables["stock"] = filled("stock", part=[0, 1], from_account=[10_000, 3], to_account=[1, 2_006])
    attributes = {"severity": opened % 4, "customer": opened % 5000}
    typed = {name: values.astype(np.int32) for name, values in attributes.items()}
    return EventLog(tables, typed, TERMS)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def log() -> EventLog:
    return log_of(3_000)


def test_what_is_read_is_what_was_written(tmp_path: Path, log: EventLog) -> None:
    logfiles.write(log, tmp_path)
    found = logfiles.read(tmp_path)
    assert found.terms == log.terms
    for name in TABLES:
        rows = log[name]
        if name in ("activities", "clocks", "pieces"):
            rows = rows[np.argsort(rows["case"], kind="stable")]
        assert (found[name] == rows).all(), name
    for name, values in log.attributes.items():
        assert (found.attributes[name] == values).all(), name


def test_written_twice_it_is_the_same_bytes(tmp_path: Path, log: EventLog) -> None:
    logfiles.write(log, tmp_path / "a")
    logfiles.write(log, tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_codes_are_words_and_what_has_not_come_is_null(tmp_path: Path, log: EventLog) -> None:
    logfiles.write(log, tmp_path)
    rows = pq.read_table(tmp_path / "activities.parquet").to_pylist()
    assert rows[0]["node"] == "1.8.2/1"
    assert rows[0]["pool"] == "engineer.a"
    assert {row["answer"] for row in rows} == {"yes", "no", None}
    assert sum(row["completed_at"] is None for row in rows) == 3
    moves = pq.read_table(tmp_path / "stock.parquet").to_pylist()
    assert [move["to_account"] for move in moves] == ["on_shelf@a", "lent@f"]


def test_the_files_know_no_place_and_no_time(tmp_path: Path, log: EventLog) -> None:
    logfiles.write(log, tmp_path)
    for path in tmp_path.glob("*.parquet"):
        assert set(pq.read_metadata(path).metadata) == {b"ARROW:schema"}
        assert str(tmp_path).encode() not in path.read_bytes()


def test_a_million_activities_need_at_most_20_mb(tmp_path: Path) -> None:
    log = log_of(20_000)
    logfiles.write(log, tmp_path)
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert size / len(log["activities"]) <= 20


def test_many_row_groups_are_one_table(
    tmp_path: Path, log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    logfiles.write(log, tmp_path / "one")
    monkeypatch.setattr(logfiles, "ROWS_AT_ONCE", 1_000)
    logfiles.write(log, tmp_path / "many")
    one, many = logfiles.read(tmp_path / "one"), logfiles.read(tmp_path / "many")
    assert all((one[name] == many[name]).all() for name in TABLES)


def test_every_column_of_every_table_has_its_words_or_is_a_number() -> None:
    worded = {
        f"{table}.{column}"
        for table, layout in TABLES.items()
        for column in layout.names or ()
        if logfiles.words_of(table, column, TERMS)
    }
    coded = {"kind", "flow", "node", "pool", "answer", "outcome", "cause", "event", "part"}
    for table, layout in eventlog.TABLES.items():
        for column in coded & set(layout.names or ()):
            assert f"{table}.{column}" in worded


def test_a_table_that_is_missing_is_one_line(tmp_path: Path, log: EventLog) -> None:
    logfiles.write(log, tmp_path)
    (tmp_path / "cases.parquet").unlink()
    with pytest.raises(ResultsError, match=r"cases\.parquet: "):
        logfiles.read(tmp_path)


def test_a_table_that_is_none_is_said_so(tmp_path: Path, log: EventLog) -> None:
    logfiles.write(log, tmp_path)
    (tmp_path / "cases.parquet").write_bytes(b"no")
    with pytest.raises(ResultsError, match="not a table of an event log"):
        logfiles.read(tmp_path)
