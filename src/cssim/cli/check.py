"""The command `cssim check`: is the logic still the handbook's, and where not?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cssim.conformance.verdicts import Verdict
    from cssim.scenario.model import Scenario

Say = Callable[[str], None]


def check(
    scenarios: Annotated[
        list[Path] | None, typer.Argument(metavar="SCENARIO", help="Scenario files.")
    ] = None,
) -> None:
    """Check that graphs, reference and simulation agree, and that scenarios' runs replay.

    Without a scenario the handbook alone is checked. Exit code 0: all holds; 1: something
    does not; 2: bad input.
    """
    from cssim.scenario import read

    loaded = [(path, read.load(path)) for path in scenarios or ()]  # bad input before long work
    counts = {True: 0, False: 0}
    with _terminal() as (say, tell):
        for verdict in _verdicts(loaded, say):
            tell(_told(verdict))
            counts[verdict.holds] += 1
    typer.echo(f"{counts[True]} hold, {counts[False]} do not")
    if counts[False]:
        raise typer.Exit(1)


def _verdicts(loaded: Sequence[tuple[Path, Scenario]], say: Say) -> Iterator[Verdict]:
    """The handbook's verdicts, then each scenario's."""
    from cssim.conformance import verdicts
    from cssim.experiment import scripted
    from cssim.flows import read

    book = read.library()
    say("comparing graphs, reference and simulation")
    yield from verdicts.handbook(book, scripted.drive)
    for path, scenario in loaded:
        say(f"running {path.name}")
        log = scripted.short_run(scenario)
        say(f"replaying {path.name}")
        yield from verdicts.scenario(path.name, scenario.graphs, log, book)


def _told(verdict: Verdict) -> str:
    lines = [f"{'holds' if verdict.holds else 'FAILS'}  {verdict.what}"]
    return "\n".join([*lines, *(f"         {detail}" for detail in verdict.details)])


@contextmanager
def _terminal() -> Iterator[tuple[Say, Say]]:
    """What is being done (on a terminal only), and what was found."""
    if not sys.stdout.isatty():
        yield (lambda _: None), typer.echo
        return
    from rich.console import Console

    console = Console(highlight=False)
    with console.status("") as status:
        yield status.update, lambda text: console.print(text, markup=False, soft_wrap=True)
