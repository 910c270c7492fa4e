"""`cssim scenario`: look at scenario files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cssim import errors
from cssim.cli import overrides
from cssim.cli.overrides import SetKeys, WithFiles

app = typer.Typer()

BAD_INPUT = 2

File = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.")]


@app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files.")],
    with_: WithFiles = None,
    set_: SetKeys = None,
) -> None:
    """Check scenario files and the rows of files that they name: all that is wrong, by line."""
    from cssim import blueprint

    bad = 0
    for file in files:
        try:
            scenario = overrides.load(file, with_, set_)
            blueprint.build(scenario)  # reads the rows of the files that it names, too
        except errors.ScenarioError as error:
            typer.echo(str(error), err=True)
            bad += 1
        else:
            typer.echo(f"{file}: {scenario.name} is a complete scenario")
    if bad:
        raise typer.Exit(BAD_INPUT)


@app.command("resolve")
def resolve(file: File, with_: WithFiles = None, set_: SetKeys = None) -> None:
    """Print the complete form, with the origin of every value."""
    from cssim.scenario import written

    typer.echo(written.text(overrides.load(file, with_, set_)), nl=False)


@app.command("explain")
def explain(
    file: File,
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="A dotted key, like pools.agent.national.people.")
    ],
    with_: WithFiles = None,
    set_: SetKeys = None,
) -> None:
    """Tell what a key means, its value, where that was written, and what it replaced."""
    from cssim.scenario import explain

    typer.echo(explain.explain(overrides.load(file, with_, set_), key))


@app.command("diff")
def diff(
    one: Annotated[Path, typer.Argument(metavar="A", help="A scenario file.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="Another.")],
) -> None:
    """Tell the effective differences between two scenarios, and where they were written."""
    from cssim.scenario import explain

    lines = list(explain.differences(overrides.load(one), overrides.load(other)))
    typer.echo("\n".join(lines) if lines else "no difference")


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from cssim.scenario import schema

    typer.echo(json.dumps(schema.schema(), indent=2, ensure_ascii=False))


@app.command("docs")
def docs(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of the documents.")],
) -> None:
    """Write again what the documents say of the format: its tables of keys, and its schema."""
    from cssim.scenario import reference, schema

    text = json.dumps(schema.schema(), indent=2, ensure_ascii=False)
    (folder / "scenario.schema.json").write_text(f"{text}\n", "utf-8")
    document = folder / "scenario-format.md"
    document.write_text(reference.inserted(document.read_text("utf-8")), "utf-8")
    typer.echo(f"{document} and scenario.schema.json beside it")
