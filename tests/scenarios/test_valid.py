"""Valid files, one idea each, with what they change of their ancestor beside them.

What a file changes is what `differences` tells between it and `tiny.yaml`. Run as a program,
it writes what is really told; read it before you keep it.
"""

import pickle
import sys
from functools import cache
from pathlib import Path

import pytest

from cssim import blueprint
from cssim.scenario import explain, read, written
from cssim.scenario.model import Scenario

FOLDER = Path(__file__).parent / "valid"
TINY = FOLDER / "tiny.yaml"
FILES = sorted(FOLDER.glob("*.yaml"))
CHANGES = [path for path in FILES if "extends: " in path.read_text("utf-8")]


@cache
def loaded(path: Path) -> Scenario:
    return read.load(path)


def every(files: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", files, ids=[path.stem for path in files])


def changes(path: Path) -> str:
    lines = list(explain.differences(loaded(TINY), loaded(path)))
    return "".join(f"{line}\n" for line in lines) or "no difference\n"


@every(CHANGES)
def test_a_valid_file_changes_what_it_says_and_nothing_else(path: Path) -> None:
    assert changes(path) == path.with_suffix(".txt").read_text("utf-8")


@every(FILES)
def test_resolving_what_is_resolved_changes_nothing(path: Path, tmp_path: Path) -> None:
    scenario = loaded(path)
    beside = path.with_name(f"resolved-{path.stem}.tmp")  # files are relative to this folder
    beside.write_text(written.text(scenario), "utf-8")
    try:
        again = read.load(beside)
    finally:
        beside.unlink()
    assert again.resolved() == scenario.resolved()
    assert again.hash == scenario.hash


@every(FILES)
def test_every_value_has_an_origin(path: Path) -> None:
    scenario = loaded(path)
    known = {one.name for one in FOLDER.glob("*.yaml")}
    for origin in scenario.origins.values():
        file, _, line = origin.partition(":")
        assert origin == "default" or (file in known and int(line) > 0)


@every(FILES)
def test_a_valid_scenario_goes_to_workers_and_becomes_a_blueprint(path: Path) -> None:
    scenario = pickle.loads(pickle.dumps(loaded(path)))
    assert scenario.hash == loaded(path).hash
    assert blueprint.build(scenario).terms["scenario"] == scenario.name


def test_there_are_many_of_them_and_each_has_its_changes() -> None:
    assert len(FILES) >= 40
    assert {path.stem for path in CHANGES} == {path.stem for path in FOLDER.glob("*.txt")}


if __name__ == "__main__":
    for file in CHANGES:
        file.with_suffix(".txt").write_text(changes(file), "utf-8")
        sys.stdout.write(f"== {file.stem}\n{changes(file)}")
