"""The command `cssim run`: a scenario, several times over, into a results folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cssim.cli import overrides, progress, screen
from cssim.cli.overrides import SetKeys, WithFiles

if TYPE_CHECKING:
    from cssim.experiment.replications import Replications
    from cssim.scenario.model import Scenario

_DATES = ["%Y-%m-%d"]


def run(  # noqa: PLR0913, PLR0917 - a parameter an option
    scenario: Annotated[
        Path, typer.Argument(metavar="SCENARIO", help="The scenario file.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FOLDER", help="Where the results go.",
            show_default="results/ and the scenario file's name",
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option(min=1, help="How many independent histories are simulated.")
    ] = 10,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes work.", show_default="one a processor"),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="The number that all draws of the study follow from.")
    ] = 1,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the replications finished there.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace what an older run has made there.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Have every log pass the laws of the log first.")
    ] = False,
    first: Annotated[
        datetime | None,
        typer.Option(
            "--from", metavar="DATE", formats=_DATES,
            help="Also measure a window of its own, from the start of this date.",
        ),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option(
            "--to", metavar="DATE", formats=_DATES, help="That window's last date, all of it."
        ),
    ] = None,
    with_: WithFiles = None,
    set_: SetKeys = None,
) -> None:  # fmt: skip
    """Run a scenario several times: figures, charts and the event logs go into a folder."""
    from cssim.experiment import study

    _check_together(resume, force, first, last)
    loaded = overrides.load(scenario, with_, set_)
    plan = study.Plan(
        folder=output or Path("results") / scenario.stem,
        replications=replications,
        seed=seed,
        jobs=jobs,
        resume=resume,
        force=force,
        first=first.date() if first else None,
        last=last.date() if last else None,
        check=check,
    )
    with progress.shown(f"{loaded.name}: replications", quiet) as told:
        done = study.run(loaded, plan, told)
    _finish(loaded, done, plan.folder)
    _beside(loaded, done)
    screen.warn(_doubts(done))


def _check_together(
    resume: bool, force: bool, first: datetime | None, last: datetime | None
) -> None:
    """What each option allows, and all together do not."""
    if resume and force:
        raise typer.BadParameter("either go on with an older run or replace it: not both",
                                 param_hint="--resume, --force")  # fmt: skip
    if first and last and last < first:
        raise typer.BadParameter("the window would end before it begins",
                                 param_hint="--from, --to")  # fmt: skip


def _finish(scenario: Scenario, done: Replications, folder: Path) -> None:
    """Charts into the folder, and the overview on the terminal."""
    from cssim.experiment import replicate, risk
    from cssim.report import charts, tables

    framed = replicate.framed(done)
    risks = risk.of(scenario, done)
    charts.write(folder, framed.kpis, framed.weekly, framed.hourly, risks)
    count = len(done.figures)
    typer.echo(f"{done.scenario}: {count} replication{'s'[: count > 1]}, seed {done.seed}\n")
    screen.show(tables.summary(tables.figures(done.rows)))
    screen.show([tables.risks(risks)] if risks else [])
    typer.echo("± is half of the 95 % interval over the replications.")
    typer.echo(f"Everything is in {folder}.")


def _beside(scenario: Scenario, done: Replications) -> None:
    """What really happened, where the scenario's files tell it."""
    from cssim.experiment import actual
    from cssim.report import tables

    if done.actual:
        screen.show([tables.beside(actual.beside(done.rows, done.actual))])
        for note in actual.notes(scenario):
            typer.echo(note)


def _doubts(done: Replications) -> list[str]:
    """What should make a reader doubt the figures."""
    if not done.growing:
        return []
    return [f"work piles up, the backlog grows over the window: {', '.join(done.growing)}"]
