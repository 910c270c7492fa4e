"""Folders are layers: the contracts hold, and each of them can fail."""

import itertools
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}
LAYERS = CONTRACTS["layers"]["layers"]
LEVELS = [[name.strip() for name in level.split("|")] for level in LAYERS]
STEPS_UP = [
    (lower, upper)
    for above, below in itertools.pairwise(LEVELS[1:])
    for lower in below
    for upper in above
]

# contract → where an import is planted that it forbids, and the import
PLANTS = {
    "layers": ("basis", "from cssim import scenario"),
    "reference-alone": ("reference", "from cssim import errors"),
    "reference-readers": ("kpi", "from cssim import reference"),
    "simpy": ("kpi", "import simpy"),
    "charts": ("experiment", "from matplotlib import pyplot"),
    "terminal": ("experiment", "from rich import progress"),
    "light": ("sim", "import pandas"),
    "front-door": ("kpi", "import cssim"),
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package and its rules, to plant things in."""
    copies = shutil.ignore_patterns("__pycache__", "library", "templates")
    shutil.copytree(ROOT / "src" / "cssim", tmp_path / "src" / "cssim", ignore=copies)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(house: Path, folder: str, line: str) -> None:
    """A file, or one more line of a module, with `line` in it."""
    module = house / "src" / "cssim" / f"{folder}.py"
    if module.exists():
        module.write_text(f"{module.read_text('utf-8')}\n{line}\n", "utf-8")
    else:
        (house / "src" / "cssim" / folder / "planted.py").write_text(f"{line}\n", "utf-8")


def lint(house: Path) -> tuple[int, str]:
    """Exit code and output of lint-imports there."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"],
        cwd=house,
        env=os.environ | {"PYTHONPATH": str(house / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def broken(output: str) -> set[str]:
    """Names of the contracts that the output calls broken."""
    names = {contract["name"] for contract in CONTRACTS.values()}
    return {name for name in names if f"{name} BROKEN" in output}


def test_the_house_keeps_its_contracts(house: Path) -> None:
    code, output = lint(house)
    assert code == 0, output


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_planted_import_breaks_the_contract_and_no_other(house: Path, contract: str) -> None:
    plant(house, *PLANTS[contract])
    code, output = lint(house)
    assert code == 1, output
    assert broken(output) == {CONTRACTS[contract]["name"]}, output


@pytest.mark.parametrize(("lower", "upper"), STEPS_UP)
def test_no_layer_may_import_the_one_above(house: Path, lower: str, upper: str) -> None:
    plant(house, lower, f"import cssim.{upper}")
    _, output = lint(house)
    assert f"cssim.{lower} is not allowed to import cssim.{upper}" in output


@pytest.mark.parametrize(("one", "other"), [("sim", "kpi"), ("kpi", "conformance")])
def test_neighbours_in_a_layer_do_not_know_each_other(house: Path, one: str, other: str) -> None:
    plant(house, one, f"import cssim.{other}")
    _, output = lint(house)
    assert f"cssim.{one} is not allowed to import cssim.{other}" in output


def test_a_new_folder_is_a_decision(house: Path) -> None:
    folder = house / "src" / "cssim" / "extras"
    folder.mkdir()
    (folder / "__init__.py").write_text("", "utf-8")
    code, output = lint(house)
    assert code == 1
    assert CONTRACTS["layers"]["name"] in broken(output)
    assert "cssim.extras" in output


def test_every_layer_is_there() -> None:
    there = {path.stem for path in (ROOT / "src" / "cssim").iterdir()}
    assert {name for level in LEVELS for name in level} <= there


@pytest.mark.parametrize("folder", [name for level in LEVELS for name in level] + ["reference"])
def test_every_folder_has_its_paragraph(folder: str) -> None:
    told = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert folder == "__main__" or f"\n**`{folder}" in told


def test_the_reference_may_know_no_folder_at_all() -> None:
    listed = set(CONTRACTS["reference-alone"]["forbidden_modules"])
    assert listed == {f"cssim.{name}" for level in LEVELS for name in level}
