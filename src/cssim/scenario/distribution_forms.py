"""Distributions as planners write them: a kind, and the numbers that the kind is known by.

Each form is a section that makes a `basis` distribution. There are two of every kind, one
whose numbers are lengths of time and one of plain numbers.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, Discriminator, PlainSerializer, Tag

from cssim.basis import distributions, recorded
from cssim.basis.distributions import Distribution
from cssim.basis.quantities import UNITS
from cssim.scenario.kinds import Duration, Factor, File, Line
from cssim.scenario.section import Section

Q = TypeVar("Q")
_FURTHEST = 8.3  # no score of a 53-bit uniform lies further out
_LARGEST = 2.0**61  # a length that may still be added to a moment, in ms


@dataclass(frozen=True, slots=True)
class Written(Distribution):
    """A distribution that remembers how it was written."""

    written: tuple[tuple[str, Any], ...] = ()


class Fixed(Section, Generic[Q]):
    """Always the same."""

    kind: Literal["fixed"]
    value: Q
    """What it always is."""

    def made(self) -> Distribution:
        """The distribution."""
        return distributions.fixed(float(self.value))  # type: ignore[arg-type]


class Lognormal(Section, Generic[Q]):
    """Lognormal, by median and 90th percentile, or by mean and coefficient of variation."""

    kind: Literal["lognormal"]
    median: Q | None = None
    """Half take no longer. With p90."""
    p90: Q | None = None
    """Nine of ten take no longer. With median."""
    mean: Q | None = None
    """The mean. With cv."""
    cv: Factor | None = None
    """Standard deviation by mean. With mean."""

    def made(self) -> Distribution:
        """The distribution."""
        return distributions.lognormal(
            median=self.median,  # type: ignore[arg-type]
            p90=self.p90,  # type: ignore[arg-type]
            mean=self.mean,  # type: ignore[arg-type]
            cv=self.cv,
        )


class Gamma(Section, Generic[Q]):
    """Gamma, by mean and coefficient of variation."""

    kind: Literal["gamma"]
    mean: Q
    """The mean."""
    cv: Factor
    """Standard deviation by mean."""

    def made(self) -> Distribution:
        """The distribution."""
        return _gamma(float(self.mean), self.cv)  # type: ignore[arg-type]


class Exponential(Section, Generic[Q]):
    """Exponential, by its mean."""

    kind: Literal["exponential"]
    mean: Q
    """The mean."""

    def made(self) -> Distribution:
        """The distribution."""
        return distributions.exponential(float(self.mean))  # type: ignore[arg-type]


class Triangular(Section, Generic[Q]):
    """Between two numbers, one in between the likeliest."""

    kind: Literal["triangular"]
    low: Q
    """The least."""
    mode: Q
    """The likeliest."""
    high: Q
    """The most."""

    def made(self) -> Distribution:
        """The distribution."""
        low, mode, high = (float(one) for one in (self.low, self.mode, self.high))  # type: ignore[arg-type]
        return distributions.triangular(low, mode, high)


class Uniform(Section, Generic[Q]):
    """Between two numbers, each as likely."""

    kind: Literal["uniform"]
    low: Q
    """The least."""
    high: Q
    """The most."""

    def made(self) -> Distribution:
        """The distribution."""
        return distributions.uniform(float(self.low), float(self.high))  # type: ignore[arg-type]


class Empirical(Section):
    """What was observed: the numbers in a column of a CSV file, each as likely."""

    kind: Literal["empirical"]
    file: File
    """A CSV file with a heading, `.gz` or not; relative to the file that names it."""
    column: Line
    """The heading of the column; empty cells are left out."""

    def made(self) -> Distribution:
        """The distribution."""
        return distributions.empirical(_column(self.file, self.column))


class EmpiricalTime(Empirical):
    """Lengths of time that were observed: the numbers in a column of a CSV file."""

    unit: Literal["ms", "s", "min", "h", "d", "week"]
    """What the file's numbers count."""

    def made(self) -> Distribution:
        """The distribution, in ms."""
        unit = UNITS[self.unit]
        return distributions.empirical(one * unit for one in _column(self.file, self.column))


def by_kind(data: Any) -> str | None:
    """The tag of the form that a mapping's `kind` names."""
    kind = data.get("kind") if isinstance(data, dict) else getattr(data, "kind", None)
    return f"@{kind}" if isinstance(kind, str) else None


def _written(form: Any) -> Written:
    """The distribution that a form makes; the form's own sentence where it cannot."""
    try:
        made = form.made()
        furthest = made.value(_FURTHEST)
    except ValueError as error:
        raise ValueError(str(error).partition(" (got ")[0]) from None
    except (OverflowError, ZeroDivisionError):
        furthest = math.inf
    if not furthest < _LARGEST:
        raise ValueError("it is too wide or too narrow to be computed")
    how = tuple(form.model_dump(exclude_none=True).items())
    return Written(made.kind, made.parameters, made.mean, made.table, how)


def _as_written(distribution: Any) -> dict[str, Any]:
    return dict(getattr(distribution, "written", ()))


@lru_cache(maxsize=64)
def _gamma(mean: float, cv: float) -> Distribution:
    return distributions.gamma(mean, cv)


@lru_cache(maxsize=32)
def _column(file: str, column: str) -> tuple[float, ...]:
    path = Path(file)
    try:
        return tuple(_numbers(path, column))
    except OSError as error:
        raise ValueError(
            f"the file cannot be read, {(error.strerror or 'it is broken').lower()}"
        ) from None
    except UnicodeDecodeError:
        raise ValueError("the file cannot be read, it is no UTF-8 text") from None
    except recorded.BROKEN:
        raise ValueError("the file cannot be read, it is broken") from None


def _numbers(path: Path, column: str) -> Iterator[float]:
    with recorded.opened(path) as stream:
        rows = csv.DictReader(stream)
        if column not in (rows.fieldnames or ()):
            raise ValueError(f"{path.name} has no column {column}")
        for line, row in enumerate(rows, 2):
            if cell := (row[column] or "").strip():
                yield _number(cell, path.name, line)


def _number(cell: str, file: str, line: int) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"{file}:{line} has {cell}, and not a number from 0")
    return number


if TYPE_CHECKING:
    Time = Distribution
    Plain = Distribution
else:
    _MADE = (Discriminator(by_kind), AfterValidator(_written), PlainSerializer(_as_written))
    Time = Annotated[
        Annotated[Fixed[Duration], Tag("@fixed")]
        | Annotated[Lognormal[Duration], Tag("@lognormal")]
        | Annotated[Gamma[Duration], Tag("@gamma")]
        | Annotated[Exponential[Duration], Tag("@exponential")]
        | Annotated[Triangular[Duration], Tag("@triangular")]
        | Annotated[Uniform[Duration], Tag("@uniform")]
        | Annotated[EmpiricalTime, Tag("@empirical")],
        *_MADE,
    ]
    Plain = Annotated[
        Annotated[Fixed[Factor], Tag("@fixed")]
        | Annotated[Lognormal[Factor], Tag("@lognormal")]
        | Annotated[Gamma[Factor], Tag("@gamma")]
        | Annotated[Exponential[Factor], Tag("@exponential")]
        | Annotated[Triangular[Factor], Tag("@triangular")]
        | Annotated[Uniform[Factor], Tag("@uniform")]
        | Annotated[Empirical, Tag("@empirical")],
        *_MADE,
    ]
