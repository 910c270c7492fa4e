"""What every command that reads a scenario lets one change: `--with FILE`, `--set key=value`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cssim.scenario.model import Scenario

WithFiles = Annotated[
    list[Path] | None,
    typer.Option("--with", metavar="FILE", help="Lay this file over the scenario; repeatable."),
]
SetKeys = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Set one value of it; repeatable."),
]


def load(
    path: Path, with_: Sequence[Path] | None = None, set_: Sequence[str] | None = None
) -> Scenario:
    """The scenario of a file, with what the options change; its warnings on standard error.

    Raises:
        ScenarioError: it is none.
    """
    from cssim.scenario import dry, offered, read

    scenario = read.load(path, tuple(with_ or ()), tuple(set_ or ()))
    for warning in (*scenario.warnings, *offered.overloads(scenario), *dry.shelves(scenario)):
        typer.echo(f"{path}: warning: {warning}", err=True)
    return scenario
