"""Files that are whole or not there: text, JSON and CSV tables of a results folder.

A file is written under a passing name in its own folder and gets its final name only when
all of it is there. A place that cannot be written to is a `ResultsError` of one line. No
file holds a wall-clock time, a host or a path, so the same content is the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cssim.errors import ResultsError

_PASSING = ".part-"  # and the writer's number: `.part-4711-kpis.csv`
_LEFTOVER = re.compile(r"\.part-\d+-.+")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write so that `path` appears only when the block has ended well.

    Raises:
        ResultsError: the disk is full, the folder cannot be written to, ….
    """
    passing = path.with_name(f"{_PASSING}{os.getpid()}-{path.name}")
    try:
        yield passing
        passing.replace(path)
    except OSError as error:
        _discard(passing)
        raise unusable(path, error) from error
    except BaseException:
        _discard(passing)
        raise


def expect_folder(path: Path) -> None:
    """Tells before long work that a file could not be written after it.

    Raises:
        ResultsError: the folder that the file is to be in is not there.
    """
    if not path.parent.is_dir():
        raise ResultsError(f"{path}: there is no folder {path.parent}")


def unusable(path: Path, error: OSError) -> ResultsError:
    """One line that says which file or folder cannot be used, and why."""
    return ResultsError(f"{path}: {error.strerror or error}")


def write_text(path: Path, text: str) -> None:
    """A text file in UTF-8 with the line ends it has."""
    with whole(path) as passing:
        passing.write_bytes(text.encode())


def write_json(path: Path, value: Any) -> None:
    """A value as indented JSON, keys in their own order."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def read_json(path: Path) -> Any:
    """What `write_json` wrote.

    Raises:
        ResultsError: the file cannot be read or is no JSON.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise unusable(path, error) from error
    except ValueError as error:
        raise ResultsError(f"{path}: not a JSON file ({error})") from error


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table as CSV: floats in the shortest form that is exact, `None` and nan as empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    write_text(path, text.getvalue())


def read_csv(path: Path) -> list[list[str]]:
    """The rows that `write_csv` wrote, without the header.

    Raises:
        ResultsError: the file cannot be read.
    """
    try:
        with path.open(newline="", encoding="utf-8") as source:
            return list(csv.reader(source))[1:]
    except OSError as error:
        raise unusable(path, error) from error


def is_leftover(path: Path) -> bool:
    """Whether a writer that was killed has left this under a passing name."""
    return _LEFTOVER.match(path.name) is not None


def remove_leftovers(folder: Path) -> None:
    """Removes leftovers in a folder and in the folders in it."""
    for path in sorted(folder.rglob(f"{_PASSING}*")):
        if is_leftover(path):
            _discard(path)


def _cell(value: Any) -> Any:
    if value is None or value != value:  # noqa: PLR0124 - true of nan alone
        return ""
    return repr(float(value)) if isinstance(value, float) else value


def _discard(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the folder itself is gone or read-only: there is nothing to tidy
