"""The command `cssim trace`: which steps a case goes through when its answers are these."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

if TYPE_CHECKING:
    from cssim.conformance import trace as traces
    from cssim.conformance import walks


class By(StrEnum):
    """Who walks the cases."""

    REFERENCE = "reference"
    FLOW = "flow"
    SIMULATION = "simulation"


def trace(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="JSON lines, one case each; - or none: stdin."),
    ] = None,
    by: Annotated[
        By, typer.Option(help="Who walks: the executable reference, the graphs, the simulation.")
    ] = By.REFERENCE,
) -> None:
    """Trace cases: JSON lines with their answers in, JSON lines with their steps out.

    A line in: {"flow": "1.8.4", "called_from": null, "answers": {"1.8.4": {"2": "no", ...}}};
    a line out: {"steps": ["1.8.4/1", ...], "outcome": "solved"}. A line that is wrong is told
    on standard error, the others are answered, and the exit code is 2.
    """
    from cssim.conformance import walks
    from cssim.flows import read

    flows = read.library()
    mistakes: list[int] = []
    with _opened(file) as source:
        cases = _cases(source, flows, mistakes)
        if by is By.SIMULATION:
            _print_simulated(list(cases))
        else:
            engine = walks.by_graph(flows) if by is By.FLOW else walks.by_reference
            _print_walked(cases, engine)
    if mistakes:
        raise typer.Exit(2)


@contextmanager
def _opened(file: Path | None) -> Iterator[BinaryIO]:
    if file is None or str(file) == "-":
        yield sys.stdin.buffer
    else:
        with file.open("rb") as source:
            yield source


def _cases(source: BinaryIO, flows: dict, mistakes: list[int]) -> Iterator[traces.Case]:  # type: ignore[type-arg]
    """The lines that are right; the others are told as they come."""
    from cssim.conformance import trace as traces
    from cssim.errors import AnswerError

    for number, line in traces.lines(source):
        try:
            yield traces.read(flows, line)
        except AnswerError as error:
            mistakes.append(number)
            typer.echo(f"line {number}: {error}", err=True)


def _print_walked(cases: Iterator[traces.Case], engine: walks.Engine) -> None:
    from cssim.conformance import trace as traces

    for case in cases:
        typer.echo(traces.text(traces.walk(engine, case)))


def _print_simulated(cases: list[traces.Case]) -> None:
    from cssim.conformance import trace as traces
    from cssim.experiment import scripted

    for walk in scripted.walks_of([case.script() for case in cases]):
        typer.echo(traces.text(walk))
