"""The command `cssim`: which commands there are, and how a command ends.

A command ends with 0 (it holds, it is done), 1 (it does not hold) or 2 (bad input, an
unusable place). Bad input is one message on standard error and never a traceback.

Command modules import nothing but typer at their top; what a command needs it imports when
it is called, so that help is instant.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from cssim import errors
from cssim.cli import check, compare, demand, explain, handbook, run, scenario, staff, trace

BAD_INPUT = 2
INTERRUPTED = 130  # as a shell reports SIGINT
NOBODY_READS = 141  # as a shell reports SIGPIPE


class Boundary(TyperGroup):
    """The one place where an error becomes a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that was asked for; see the module for how it may end."""
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except errors.CssimError as error:
            _end(str(error), BAD_INPUT)
        except BrokenPipeError:
            _close_quietly()
            raise typer.Exit(NOBODY_READS) from None
        except OSError as error:
            _end(_in_one_line(error), BAD_INPUT)
        except MemoryError:
            _end("there is not enough memory for so many cases at once", BAD_INPUT)
        except KeyboardInterrupt:
            _end("interrupted", INTERRUPTED)
        return answer


app = typer.Typer(
    cls=Boundary,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib import metadata

        typer.echo(f"cssim {metadata.version('cssim')}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
    ),
]


@app.callback()
def cssim(version: Version = False) -> None:
    """Simulates a customer-service organisation exactly as its handbook says it works."""


def _end(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _in_one_line(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename is not None else reason


def _close_quietly() -> None:
    """Leaves nothing to be flushed into a pipe that nobody reads."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


for command in (
    run.run,
    compare.compare,
    staff.staff,
    explain.explain,
    check.check,
    trace.trace,
):
    app.command()(command)
for group, name, help_text in (
    (scenario.app, "scenario", "Look at scenario files: check, resolve, explain and compare them."),
    (demand.app, "demand", "Fit demand to recorded contacts, and write its scenario keys."),
    (handbook.app, "handbook", "Look at the handbook's flows: list, show and draw them."),
):
    app.add_typer(group, name=name, help=help_text, no_args_is_help=True)
