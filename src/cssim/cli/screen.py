"""Tables and sentences on the terminal, or as wide as they are where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from cssim.report.tables import Table

_PIPED = 200  # columns where nobody's terminal sets a limit


def console(piped: int = _PIPED) -> Console:
    """Standard output; as wide as `piped` says where there is no terminal."""
    from rich.console import Console

    class Ours(Console):
        """Lets the command end as one whose reader has left, not with an exit of its own."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    found = Ours(highlight=False)
    return found if found.is_terminal else Ours(highlight=False, width=piped)


def show(tables: Iterable[Table]) -> None:
    """Tables one below the other, words to the left and figures to the right."""
    target = console()
    for table in tables:
        _show(target, table.title, table.columns, table.rows)


def _show(
    target: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD)
    for number, name in enumerate(columns):
        cells = [row[number] for row in rows]
        is_number = any(cells) and all(_is_number(cell) for cell in cells if cell)
        drawn.add_column(name, justify="right" if is_number else "left")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    target.print(drawn)


def _is_number(cell: str) -> bool:
    return cell.lstrip("-+")[:1].isdigit()


def warn(sentences: Iterable[str]) -> None:
    """Sentences on standard error, for whoever looks after the run."""
    for sentence in sentences:
        typer.echo(f"warning: {sentence}", err=True)
