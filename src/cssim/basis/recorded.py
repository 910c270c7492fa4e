"""Recorded tables: CSV files in UTF-8, `.gz` or not, and what reading one may end with."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

# whatever is wrong with a file: not there, not whole, not packed, no text, no table
BROKEN = (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error)


def opened(path: Path, encoding: str = "utf-8") -> TextIO:
    """A file to read, unpacked if its name ends in `.gz`."""
    way: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    return way(path, "rt", encoding=encoding, newline="")  # type: ignore[no-any-return]
