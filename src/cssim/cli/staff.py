"""The command `cssim staff`: how few people keep a target, and what one fewer would cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cssim.cli import overrides, progress, screen
from cssim.cli.overrides import SetKeys, WithFiles

if TYPE_CHECKING:
    from cssim.experiment.plan import Proposal, StaffingPlan
    from cssim.report.tables import Table

_NOT_KEPT = 1


def staff(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file.")],
    target: Annotated[
        str,
        typer.Option(help=r"What is to be kept, such as 'attainment\[region=*] >= 0.90'."),
    ],
    pools: Annotated[
        str, typer.Option(help="Whose head-count is sought, such as 'regional_engineer.*'.")
    ],
    replications: Annotated[
        int, typer.Option(min=2, help="How many independent histories each trial simulates.")
    ] = 5,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes work.", show_default="one a processor"),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="The number that all draws of the study follow from.")
    ] = 1,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The curves, as CSV.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    with_: WithFiles = None,
    set_: SetKeys = None,
) -> None:
    """Find the smallest head-count per pool that keeps a target with 95 % confidence.

    Exit code 0: the target is kept with the people proposed; 1: no head-count that was tried
    keeps it; 2: bad input.
    """
    from cssim.experiment import files, plan

    if output is not None:
        files.expect_folder(output)
    loaded = overrides.load(scenario, with_, set_)
    with progress.shown("trying head-counts", quiet) as told:
        found = plan.staff(loaded, target, pools, replications, seed, jobs, told)
    if output is not None:
        _write(output, found)
    screen.show([_proposals(found), _curves(found)])
    typer.echo(
        f"{found.trials} trials of {found.replications} replications "
        f"({found.trials * found.replications} runs), seed {seed}; ± is half of a 95 % interval."
    )
    if not found.is_kept:
        missing = [each.pool for each in found.pools if each.needed is None]
        typer.echo(f"not kept by any head-count tried of: {', '.join(missing)}", err=True)
        raise typer.Exit(_NOT_KEPT)


def _proposals(found: StaffingPlan) -> Table:
    from cssim.report.tables import Table

    columns = ("pool", "now", "needed", "figure", "then", "one fewer costs")
    rows = [
        (
            each.pool,
            str(each.now),
            "-" if each.needed is None else str(each.needed),
            f"{found.target.kpi}[{each.at.scope}]",
            found.written(each.at.interval),
            _cost(found, each),
        )
        for each in found.pools
    ]
    return Table(f"Head-counts that keep {found.target}", columns, tuple(rows))


def _cost(found: StaffingPlan, each: Proposal) -> str:
    if each.loss is not None:
        return found.written(each.loss, is_change=True)
    return "nobody would be left" if each.needed == 1 else ""


def _curves(found: StaffingPlan) -> Table:
    from cssim.report.tables import Table

    rows = [
        (each.pool, str(point.people), found.written(point.interval), "yes" if point.kept else "no")
        for each in found.pools
        for point in each.curve
    ]
    return Table("What was tried", ("pool", "people", found.target.kpi, "kept"), tuple(rows))


def _write(path: Path, found: StaffingPlan) -> None:
    from cssim.experiment import files

    header = ("pool", "people", "kpi", "scope", "mean", "low", "high", "kept", "proposed")
    rows = [
        (
            each.pool, point.people, found.target.kpi, point.scope, point.interval.mean,
            point.interval.low, point.interval.high, "yes" if point.kept else "no",
            "yes" if point.people == each.needed else "no",
        )
        for each in found.pools
        for point in each.curve
    ]  # fmt: skip
    files.write_csv(path, header, rows)
