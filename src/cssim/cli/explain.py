"""The command `cssim explain`: the life of one case of a run, with its clocks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cssim.cli.handbook import Lang


def explain(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="The folder that cssim run has written.")
    ],
    case: Annotated[int, typer.Argument(metavar="CASE", help="The number of the case.")],
    replication: Annotated[int, typer.Option(min=0, help="In which of the run's histories.")] = 0,
    lang: Annotated[Lang, typer.Option("--lang", help="The language of the text.")] = Lang.EN,
) -> None:
    """Explain one case: what it is, its timeline, what its time went into, its clocks.

    At every moment a case has one cause; their times sum exactly to the time it took. A breach
    belongs to the cause and the pool that used up most of the promise.
    """
    from cssim.experiment import kept
    from cssim.report import explain as telling

    log = kept.log(results, replication)
    for line in telling.lines(log, case, kept.flows(results), lang.value):
        typer.echo(line)
