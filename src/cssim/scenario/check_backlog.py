"""Cross checks of the open cases that a run starts from: their files, and names of columns."""

from __future__ import annotations

from pathlib import Path

from cssim.scenario import model_backlog
from cssim.scenario.look import Look


def tell(look: Look) -> None:
    """Files that are not there, parts of nowhere, attributes called like a column."""
    said = look.section("backlog")
    if not said.entries:
        return
    for path in (
        ("file",),
        ("stock", "file"),
        ("units", "file"),
        ("renewed", "file"),
        ("defects", "file"),
        ("effects", "file"),
    ):
        file = said.at(*path)
        if file is not None and isinstance(file.content, str) and not Path(file.content).is_file():
            look.problems.add(file, ".".join(("backlog", *path)), "there is no such file")
    if said.at("stock") is not None and not look.section("parts").entries:
        look.problems.say(said, "backlog.stock", "the scenario has no parts")
    if said.at("defects") is not None and not look.section("defects").entries:
        look.problems.say(said, "backlog.defects", "the scenario has no defects")
    if said.at("effects") is not None and not look.section("effects").entries:
        look.problems.say(said, "backlog.effects", "the scenario has no effects")
    for name, value in look.section("attributes").entries.items():
        if name in model_backlog.COLUMNS:
            what = "a backlog tells something else in a column of this name"
            look.problems.say(value, f"attributes.{name}", what)
