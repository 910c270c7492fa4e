"""`cssim handbook`: look at the handbook's flows."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cssim import errors
from cssim.cli import screen

if TYPE_CHECKING:
    from cssim.flows.graph import Flow

app = typer.Typer()

WIDE = 140  # letters to a line where nobody's terminal says


class Lang(StrEnum):
    """The languages that the flows stand in."""

    ZH = "zh"
    EN = "en"


FlowId = Annotated[str, typer.Argument(metavar="FLOW", help="The flow's id, 1.8.2 for one.")]
LangOption = Annotated[Lang, typer.Option("--lang", help="The document's words, or English.")]

HEADINGS = {
    Lang.EN: ("step", "kind", "doers", "work", "inputs", "outputs", "forms", "goes on to"),
    Lang.ZH: (
        "步骤",
        "类型",
        "执行",
        "工作内容的简要描述",
        "重要输入",
        "重要输出",
        "相关表单",
        "下一步",
    ),
}


@app.command("list")
def list_flows() -> None:
    """Lists the flows of the chapter."""
    from cssim.flows import read

    table = _table(("flow", "title", "", "owner", "steps", "calls"))
    for flow in read.library().values():
        steps = sum(1 for node in flow.nodes.values() if node.numbered)
        calls = sorted({node.call.flow for node in flow.nodes.values() if node.call})
        table.add_row(
            flow.id, flow.title.en, flow.title.zh, flow.owner.zh, str(steps), ", ".join(calls)
        )
    _print(table)


@app.command()
def show(flow: FlowId, lang: LangOption = Lang.EN) -> None:
    """Shows a flow's steps as a table."""
    from rich.markup import escape

    from cssim.flows import describe

    found = _find(flow)
    table = _table(HEADINGS[lang], title=f"{found.id} {describe.say(found.title, lang.value)}")
    for node in describe.rows(found):
        ways = f"= {node.alias_of}" if node.alias_of else "\n".join(describe.ways(node))
        cells = (
            node.id,
            describe.say(describe.KINDS[node.kind], lang.value),
            describe.doers(node, lang.value),
            describe.say(node.text, lang.value),
            *("\n".join(names) for names in (node.inputs, node.outputs, node.forms)),
            ways,
        )
        table.add_row(*map(escape, cells))
    _print(table)


@app.command()
def draw(flow: FlowId, lang: LangOption = Lang.EN) -> None:
    """Draws a flow as a swim-lane picture, in Mermaid's text."""
    from cssim.flows import draw as picture

    typer.echo(picture.mermaid(_find(flow), lang.value), nl=False)


@app.command()
def docs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the pages go.")],
) -> None:
    """Writes a page of documentation for every flow."""
    from cssim.flows import draw as picture
    from cssim.flows import read

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in picture.documents(read.library()).items():
        (folder / name).write_text(text, encoding="utf-8")
        typer.echo(str(folder / name))


def _find(name: str) -> Flow:
    from cssim.flows import located, read

    flows = read.library()
    if name not in flows:
        hint = located.nearest(name, flows)
        raise errors.FlowError(f"unknown flow {name}{hint} (expected one of {', '.join(flows)})")
    return flows[name]


def _table(headings: tuple[str, ...], title: str | None = None) -> Any:
    from rich import box
    from rich.table import Column, Table

    columns = (Column(heading, overflow="fold") for heading in headings)
    return Table(*columns, title=title, box=box.SIMPLE_HEAD)


def _print(table: Any) -> None:
    screen.console(WIDE).print(table)
