"""What stands in the repository is everybody's: locks with hashes, no place of one machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [ROOT / "requirements" / "run.txt", ROOT / "requirements" / "dev.txt"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TEXT = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".ipynb", ".csv", ".html", ""}
PLACES = re.compile("/wor[k]/|/roo[t]/|/home/[a-z]|pypi[.]org|pythonhoste[d]")


def pins(lock: Path) -> dict[str, str]:
    """Package → version."""
    return dict(
        re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    )


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[><=\[ ]", text)[0].replace(".", "-").lower() for text in requirements}


def tracked() -> list[Path]:
    """Files of the repository that are text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if Path(name).suffix in TEXT and (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_of_a_lock_has_hashes(lock: Path) -> None:
    blocks = re.split(r"\n(?=[\w.-]+==)", lock.read_text("utf-8"))[1:]
    assert blocks
    assert not [block.split()[0] for block in blocks if "--hash=sha256:" not in block]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_address_and_no_folder(lock: Path) -> None:
    found = re.findall(r".*(?:://|^-|file:/| /\w|index|find-links).*", lock.read_text("utf-8"))
    assert not found


def test_who_develops_has_what_runs_in_the_same_versions() -> None:
    run, dev = (pins(lock) for lock in LOCKS)
    assert run.items() <= dev.items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = PROJECT["project"]
    asked = names(project["dependencies"]) | names(PROJECT["build-system"]["requires"])
    extras = names(project["optional-dependencies"]["dev"]) - {"cssim"}
    assert asked <= {name.replace(".", "-") for name in pins(LOCKS[0])}
    assert extras | asked <= {name.replace(".", "-") for name in pins(LOCKS[1])}


def test_every_dependency_has_a_lower_bound() -> None:
    project = PROJECT["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["dev"]
    assert not [text for text in asked if ">=" not in text and not text.startswith("cssim[")]


def test_nothing_names_a_place_of_one_machine_or_a_registry() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        for match in PLACES.finditer(path.read_text("utf-8"))
    }
    assert not found


def test_ci_runs_what_everybody_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert [line for line in script if "make" in line] == ["make test"]
