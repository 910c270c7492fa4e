"""Recorded cases: a CSV file's rows, and what a scenario reads in them.

It knows the file and its words, nothing of what becomes of a row.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cssim.basis import recorded
from cssim.basis.moments import Epoch
from cssim.errors import ScenarioError

_SAID = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One recorded case: heading → what stands there, and where that is in the file."""

    cells: dict[str, str]
    place: str

    def moment(self, heading: str, epoch: Epoch) -> int:
        """A local date and time as a moment.

        Raises:
            ScenarioError: it is none.
        """
        text = self.cells[heading]
        try:
            local = dt.datetime.fromisoformat(text)
            since = local - dt.datetime.combine(local.date(), dt.time())
        except (TypeError, ValueError):  # no date, or one with a zone of its own
            raise self._wrong(heading, "a local date and time is expected") from None
        return epoch.at(local.date(), since // dt.timedelta(milliseconds=1))

    def word(self, column: Any, words: Sequence[str]) -> int:
        """Which of the scenario's words a row says, by its number.

        Raises:
            ScenarioError: it says a word that the scenario does not have.
        """
        said = self.cells[column.column]
        values = column.values or {}
        if values and said not in values and column.otherwise is None:
            hint = "name it under `values`, or give `otherwise`"
            raise self._wrong(column.column, f"no value is given for {said!r}", hint)
        word = values.get(said, said if column.otherwise is None else column.otherwise)
        if word not in words:
            raise self._wrong(column.column, f"one of {', '.join(words)} is expected")
        return words.index(word)

    def word_or_none(self, column: Any, words: Sequence[str]) -> int:
        """The same; -1 where a row says nothing, and it is drawn instead."""
        silent = not self.cells[column.column] and not column.values and column.otherwise is None
        return -1 if silent else self.word(column, words)

    def yes(self, heading: str) -> bool:
        """What a column of `true` and `false` says.

        Raises:
            ScenarioError: it says something else.
        """
        said = _SAID.get(self.cells[heading].lower())
        if said is None:
            raise self._wrong(heading, "true or false is expected")
        return said

    def one_of(self, heading: str, words: Sequence[str]) -> int:
        """Which of some words stands in a column.

        Raises:
            ScenarioError: none of them.
        """
        if self.cells[heading] not in words:
            raise self._wrong(heading, f"one of {', '.join(words)} is expected")
        return list(words).index(self.cells[heading])

    def problem(self, heading: str, what: str) -> str:
        """A sentence on a cell that is wrong."""
        return str(self._wrong(heading, what))

    def _wrong(self, heading: str, what: str, hint: str = "") -> ScenarioError:
        hint = hint or f"got {self.cells[heading]!r}"
        return ScenarioError(f"{self.place}: {heading}: {what} ({hint})")


def rows(path: Path) -> list[Row]:
    """The rows of a CSV file with a heading, `.gz` or not.

    Raises:
        ScenarioError: the file cannot be read.
    """
    try:
        with recorded.opened(path) as stream:
            reader = csv.DictReader(stream, restval="")
            return [Row(cells, f"{path.name}:{reader.line_num}") for cells in reader]
    except recorded.BROKEN:
        raise ScenarioError(f"{path.name}: no CSV file that can be read") from None
