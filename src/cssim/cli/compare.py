"""The command `cssim compare`: what a change makes better or worse, and how sure that is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cssim.cli import overrides, progress, screen
from cssim.cli.overrides import SetKeys, WithFiles

if TYPE_CHECKING:
    from cssim.experiment.avoided import Avoided
    from cssim.experiment.verdicts import Alone, Row


def compare(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="The scenario to compare with.")],
    others: Annotated[list[Path], typer.Argument(metavar="OTHER", help="What is compared.")],
    replications: Annotated[
        int, typer.Option(min=1, help="How many independent histories of each are simulated.")
    ] = 10,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes work.", show_default="one a processor"),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="The number that all draws of the study follow from.")
    ] = 1,
    other_seed: Annotated[
        int | None,
        typer.Option(
            help="Give the others another luck, to see what luck alone does.",
            show_default="the same luck for the same case",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="All rows, as CSV.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    with_: WithFiles = None,
    set_: SetKeys = None,
) -> None:
    """Compare scenarios with one: paired differences, their intervals, and a verdict per figure.

    Files and values from --with and --set change all of the scenarios.
    """
    from cssim.experiment import compare as comparing
    from cssim.experiment import files

    if output is not None:
        files.expect_folder(output)
    first, *loaded = [overrides.load(path, with_, set_) for path in (base, *others)]
    with progress.shown("replications", quiet) as told:
        rows, avoided, alone = comparing.compare_all(
            first, loaded, replications, seed, jobs, other_seed, progress=told
        )
    if output is not None:
        _write(output, rows)
    for name in dict.fromkeys(row.scenario for row in rows):
        _show(first.name, name, [row for row in rows if row.scenario == name])
        _show_alone(first.name, name, [one for one in alone if one.scenario == name])
        _show_avoided([one for one in avoided if one.scenario == name])


def _write(path: Path, rows: list[Row]) -> None:
    from cssim.experiment import files
    from cssim.experiment.verdicts import Row

    files.write_csv(path, Row._fields, rows)


def _show_alone(base: str, name: str, found: list[Alone]) -> None:
    """Of what only one scenario has figures."""
    for whose, of in (("base", base), ("other", name)):
        mine = [one for one in found if one.whose == whose]
        if mine:
            kpis: dict[str, list[str]] = {}
            for one in mine:
                kpis.setdefault(one.scope, []).append(one.kpi)
            typer.echo(f"{len(mine)} more figures are of {of} alone, and not compared:")
            for scope, names in kpis.items():
                typer.echo(f"  {scope}: {', '.join(names)}")
            typer.echo()


def _show_avoided(rows: list[Avoided]) -> None:
    """What it costs to break fewer promises, where something has a price."""
    from cssim.report import tables

    if rows:
        screen.show([tables.avoided(rows)])
        typer.echo("Cost is without penalties and credits; with its 95 % interval (Fieller), where")
        typer.echo("breaches differ (Holm).\n")


def _show(base: str, name: str, rows: list[Row]) -> None:
    """The rows of all cases together, and every other that differs."""
    from cssim.experiment import verdicts
    from cssim.report import tables

    shown = [row for row in rows if row.is_overall or row.verdict in verdicts.SEEN]
    table = tables.comparison((row._asdict() for row in shown), f"{name}, compared with {base}")
    screen.show([table])
    counts = dict.fromkeys(verdicts.WORDS, 0)
    for row in rows:
        counts[row.verdict] += 1
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    typer.echo(f"{len(rows)} figures: {told}. Differences with their 95 % intervals; verdicts are")
    typer.echo("adjusted for the number of rows (Holm).")
    if counts[verdicts.TOO_FEW]:
        typer.echo(f"Too few runs: take {verdicts.enough_for(len(rows))} replications or more.")
    typer.echo()
