"""Invalid files, one idea each, with the exact message that stands beside them.

Run as a program, it writes what is really told; read it before you keep it.
"""

import os
import sys
from pathlib import Path

import pytest

from cssim.errors import ScenarioError
from cssim.scenario import read

FOLDER = Path(__file__).parent / "invalid"
FILES = sorted(FOLDER.glob("*.yaml"))
LIBRARY_WORDS = ("Input should be", "valid dictionary", "pydantic", "ruamel", "found character")


def message(path: Path) -> str:
    """What is told of a file, named as it is called in its folder."""
    os.chdir(FOLDER)
    try:
        read.load(Path(path.name))
    except ScenarioError as error:
        return f"{error}\n"
    return ""


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_an_invalid_file_is_told_of_exactly(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    assert message(path) == path.with_suffix(".txt").read_text("utf-8")


def test_there_are_many_of_them_and_each_has_its_message() -> None:
    assert len(FILES) >= 120
    assert {path.stem for path in FILES} == {path.stem for path in FOLDER.glob("*.txt")}


def test_messages_are_in_our_own_words() -> None:
    told = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.txt"))
    assert not [words for words in LIBRARY_WORDS if words in told]
    assert "something else is expected" not in told


if __name__ == "__main__":
    for file in FILES:
        file.with_suffix(".txt").write_text(message(file), "utf-8")
        sys.stdout.write(f"== {file.stem}\n{message(file)}")
