"""An event log as files: one parquet file a table, and the words in `terms.json`.

In the files codes are words (a node is `1.8.2/5`), a moment that has not come is null, and
numbers stay as they are (a case, an agent, -1 for none). The rows of a case lie together, in
the order in which they were written; so a million activities need less than 20 MB. What is
read back is the log that was written, in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cssim import eventlog
from cssim.errors import ResultsError
from cssim.eventlog import NEVER, EventLog
from cssim.experiment import files

ATTRIBUTES = "attributes"
TERMS = "terms.json"
_STATE = 1000  # an account is state * 1000 + place
_BY_CASE = ("activities", "clocks", "pieces")  # nobody refers to these rows by their number
_RISING = ("case", "token", "opened_at", "closed_at", "band", "ordinal", "caller")
ROWS_AT_ONCE = 2**18

Columns = Iterator[dict[str, pa.Array]]


def write(log: EventLog, folder: Path) -> None:
    """Every table of a log into a folder, which is made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.unusable(folder, error) from error
    for name in eventlog.TABLES:
        _write_table(folder / f"{name}.parquet", _columns(log, name))
    _write_table(folder / f"{ATTRIBUTES}.parquet", _attribute_columns(log))
    files.write_json(folder / TERMS, log.terms)


def read(folder: Path) -> EventLog:
    """The log that `write` wrote.

    Raises:
        ResultsError: a file is missing or is not one of ours.
    """
    terms = files.read_json(folder / TERMS)
    tables = {}
    for name, layout in eventlog.TABLES.items():
        stored = _stored(folder / f"{name}.parquet")
        rows = np.empty(stored.num_rows, dtype=layout)
        for column in layout.names or ():
            rows[column] = _codes(stored.column(column), words_of(name, column, terms))
        tables[name] = rows
    stored = _stored(folder / f"{ATTRIBUTES}.parquet")
    attributes = {
        name: _codes(stored.column(name), Words(terms["attributes"].get(name, []))).astype(np.int32)
        for name in stored.column_names
    }
    return EventLog(tables, attributes, terms)


class Words:
    """The words of a column's codes; codes are positions unless they are given."""

    def __init__(self, words: Sequence[str], codes: Sequence[int] | None = None) -> None:
        self.words = list(words)
        self.codes = np.arange(len(words)) if codes is None else np.array(codes)

    def __bool__(self) -> bool:
        return bool(self.words)

    def positions(self, codes: np.ndarray) -> np.ndarray:
        """Of each code its word's position; -1 where it has none."""
        at = np.searchsorted(self.codes, codes).clip(max=len(self.codes) - 1)
        return np.where(self.codes[at] == codes, at, -1).astype(np.int32)


def words_of(table: str, column: str, terms: dict[str, Any]) -> Words:
    """The words of a table's column; none for a column of plain numbers."""
    make = _WORDS.get((table, column)) or _WORDS.get(("", column))
    return make(terms) if make else Words([])


def _listed(key: str) -> Callable[[dict[str, Any]], Words]:
    def make(terms: dict[str, Any]) -> Words:
        return Words([eventlog.called(entry) for entry in terms.get(key, ())])

    return make


def _fixed(words: Sequence[str]) -> Callable[[dict[str, Any]], Words]:
    return lambda terms: Words(words)


def _accounts(terms: dict[str, Any]) -> Words:
    places = ["", *(f"@{place}" for place in terms.get("places", ()))]
    return Words(
        [f"{state}{place}" for state in eventlog.STATES for place in places],
        [s * _STATE + p for s in range(len(eventlog.STATES)) for p in range(len(places))],
    )


_WORDS: dict[tuple[str, str], Callable[[dict[str, Any]], Words]] = {
    ("", "flow"): _listed("flows"),
    ("", "node"): _listed("nodes"),
    ("", "caller_node"): _listed("nodes"),
    ("", "entered_at_node"): _listed("nodes"),
    ("", "answer"): _listed("answers"),
    ("", "pool"): _listed("pools"),
    ("", "region"): _listed("regions"),
    ("", "source"): _listed("sources"),
    ("", "part"): _listed("parts"),
    ("", "contract"): _listed("contracts"),
    ("contacts", "outcome"): _fixed(eventlog.CONTACT_OUTCOMES),
    ("takeovers", "why"): _fixed(eventlog.TAKEOVERS),
    ("linked", "how"): _fixed(eventlog.LINK_ENDS),
    ("journeys", "way"): _fixed(eventlog.JOURNEYS),
    ("bookings", "ending"): _fixed(eventlog.BOOKING_ENDS),
    ("defects", "family"): _listed("families"),
    ("writes", "cell"): _listed("cells"),
    ("writes", "why"): _listed("whys"),
    ("defects", "product"): lambda terms: Words(terms["attributes"].get("product", [])),
    ("failures", "hazard"): _listed("hazards"),
    ("", "outcome"): _fixed(eventlog.OUTCOMES),
    ("", "answered_by"): _fixed(eventlog.ANSWERED_BY),
    ("", "wait_cause"): _fixed(eventlog.CAUSES),
    ("", "cause"): _fixed(eventlog.CAUSES),
    ("cases", "kind"): _fixed(eventlog.CASE_KINDS),
    ("pieces", "kind"): _fixed(eventlog.PIECE_KINDS),
    ("duty", "kind"): _fixed(eventlog.DUTY_KINDS),
    ("clocks", "clock"): _fixed(eventlog.CLOCKS),
    ("clocks", "event"): _fixed(eventlog.CLOCK_EVENTS),
    ("open_facts", "fact"): _fixed(eventlog.OPEN_FACTS),
    ("open_facts", "place"): _listed("places"),
    ("wanted", "place"): _listed("places"),
    ("wanted", "from_place"): _listed("places"),
    ("wanted", "given"): _listed("parts"),
    ("stock", "from_account"): _accounts,
    ("stock", "to_account"): _accounts,
}


def _columns(log: EventLog, table: str) -> Columns:
    rows = log[table]
    order = np.argsort(rows["case"], kind="stable") if table in _BY_CASE else None
    names = rows.dtype.names or ()
    words = {column: words_of(table, column, log.terms) for column in names}
    for start in _starts(len(rows)):
        part = slice(start, start + ROWS_AT_ONCE)
        some = rows[part] if order is None else rows[order[part]]
        yield {
            column: _array(np.ascontiguousarray(some[column]), words[column]) for column in names
        }


def _attribute_columns(log: EventLog) -> Columns:
    words = {
        name: Words(log.terms.get("attributes", {}).get(name) or []) for name in log.attributes
    }
    for start in _starts(len(log["cases"])):
        part = slice(start, start + ROWS_AT_ONCE)
        yield {name: _array(values[part], words[name]) for name, values in log.attributes.items()}


def _starts(rows: int) -> range:
    """Where each part begins; a table without rows is one empty part."""
    return range(0, max(rows, 1), ROWS_AT_ONCE)


def _array(values: np.ndarray, words: Words) -> pa.Array:
    if words:
        at = words.positions(values)
        return pa.DictionaryArray.from_arrays(_numbers(at, at < 0), _texts(words.words))
    return _numbers(values, values == NEVER if values.dtype == np.int64 else None)


def _numbers(values: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Made from the memory as it lies: `pa.array` would load pandas."""
    bits = None
    if missing is not None and missing.any():
        bits = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)])


def _texts(words: Sequence[str]) -> pa.Array:
    coded = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, coded)], dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(coded), pa.py_buffer(ends), pa.py_buffer(b"".join(coded))
    )


def _write_table(path: Path, parts: Columns) -> None:
    """A table part by part, so that a large one is never copied whole."""
    with files.whole(path) as passing, ExitStack() as opened:
        target = None
        for columns in parts:
            table = pa.Table.from_arrays(list(columns.values()), names=list(columns))
            if target is None:
                target = opened.enter_context(_target(passing, table.schema))
            target.write_table(table)


def _target(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Differences for numbers that rise; others are smaller as they are (a year's log: by 15 %)."""
    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    rising = [name for name in schema.names if name in _RISING]
    return pq.ParquetWriter(
        path,
        schema,
        version="2.6",
        compression="zstd",
        compression_level=3,
        use_dictionary=words,
        column_encoding=dict.fromkeys(rising, "DELTA_BINARY_PACKED"),
    )


def _stored(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise ResultsError(f"{path}: not a table of an event log") from error
    except OSError as error:
        raise files.unusable(path, error) from error


def _codes(column: pa.ChunkedArray, words: Words) -> np.ndarray:
    if not words:
        return np.asarray(column.fill_null(NEVER) if column.null_count else column)
    values = column.unify_dictionaries().combine_chunks()
    at = np.asarray(values.indices.fill_null(-1))
    found = np.array([words.words.index(word) for word in values.dictionary.to_pylist()] or [0])
    return np.where(at >= 0, words.codes[found[at]], -1)
