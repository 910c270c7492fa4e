"""Every example in a document runs and prints what it shows; every link leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs import examples

ALL = [example for path in examples.documents() for example in examples.examples(path)]
SHORTEST_REASON = 3  # words


def place(example: examples.Example) -> str:
    return f"{example.document.relative_to(examples.ROOT)}:{example.line}"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """A reader's folder for each document."""
    return {
        path: examples.furnish(tmp_path_factory.mktemp(path.stem)) for path in examples.documents()
    }


@pytest.fixture(scope="module")
def names() -> dict[Path, dict[str, object]]:
    """The Python names of each document."""
    return {path: {"__name__": "__example__"} for path in examples.documents()}


@pytest.mark.parametrize("example", [e for e in ALL if not e.reason_not_to_run], ids=place)
def test_an_example_does_what_it_shows(
    example: examples.Example,
    folders: dict[Path, Path],
    names: dict[Path, dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = folders[example.document]
    monkeypatch.chdir(folder)
    if example.kind == "python":
        examples.run_python(example, names[example.document])
    for command, shown in example.commands:
        code, real = examples.printed(command, folder)
        assert examples.matches(shown, real), f"$ {command}\n{real}"
        assert code == example.exit_code, f"$ {command} ended with {code}"


@pytest.mark.parametrize("example", [e for e in ALL if e.reason_not_to_run], ids=place)
def test_an_example_that_is_not_run_says_why(example: examples.Example) -> None:
    assert len(example.reason_not_to_run.split()) >= SHORTEST_REASON


@pytest.mark.parametrize(
    "document", examples.documents(), ids=lambda p: str(p.relative_to(examples.ROOT))
)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", document.read_text("utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize(
    "document", examples.documents(), ids=lambda p: str(p.relative_to(examples.ROOT))
)
def test_no_place_is_left_to_be_filled(document: Path) -> None:
    assert "<!-- fill" not in document.read_text("utf-8")


@pytest.mark.parametrize(
    ("shown", "real", "same"),
    [
        ("a\nb\n", "a\nb", True),
        ("a\nb\n", "a\nc", False),
        ("a\n...\nz\n", "a\nb\nc\nz", True),
        ("a\n...\nz\n", "a\nb\nc", False),
        ("took ... s\n", "took 12.3 s", True),
        ("took ... s\n", "took 12.3 min", False),
        ("a\n", "a\nmore", False),
        ("", "something", False),
    ],
)
def test_a_comparison_sees_a_difference(shown: str, real: str, same: bool) -> None:
    assert examples.matches(shown, real) is same


def test_an_output_is_put_where_its_name_stands() -> None:
    page = "a\n<!-- x -->\n```console\n$ make x\nold\n```\n\n<!-- end of x -->\nb\n"
    assert examples.pasted(page, "x", "new \n\n") == page.replace("old", "new")
    with pytest.raises(ValueError, match="no fence between <!-- y -->"):
        examples.pasted(page, "y", "new")


def test_python_that_shows_something_else_is_seen() -> None:
    wrong = examples.Example(Path("x.md"), 1, "python", ">>> 1 + 1\n3\n", "", 0)
    with pytest.raises(AssertionError, match="Got:"):
        examples.run_python(wrong, {})


def test_every_scenario_stands_in_the_list_with_its_question() -> None:
    listed = (examples.ROOT / "scenarios/README.md").read_text("utf-8")
    for path in sorted((examples.ROOT / "scenarios").glob("*.yaml")):
        question = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        (row,) = (line for line in listed.splitlines() if f"({path.name})" in line)
        assert row.split(" | ")[-1].removesuffix(" |") == question.partition("? ")[0] + (
            "?" if "? " in question else ""
        )
