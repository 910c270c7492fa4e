"""Examples in the documents: found, run as a reader would, compared with what they show.

A fence of kind `console` holds commands (`$ cssim …`) and what they print; `...` stands for any
text, alone in a line for any lines. A fence of kind `python` is run, with `>>>` as a doctest. The
examples of one document share a folder and their Python names. A comment before a fence may say:

    <!-- not run: why -->       <!-- exit: 1 -->

Run as a program, it writes what is really printed into the documents that are named; with
`--paste NAME` what comes on standard input, after the command of the fence between the comments
`<!-- NAME -->` and `<!-- end of NAME -->`.
"""

import doctest
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = "100"
ORDERS = r"(?:<!-- (?P<order>not run|exit): (?P<value>[^\n]*?) -->\n+)?"
FENCE = re.compile(
    rf"^{ORDERS}```(?P<kind>console|python)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Example:
    """One fence of a document."""

    document: Path
    line: int
    kind: str
    text: str
    reason_not_to_run: str
    exit_code: int

    @property
    def commands(self) -> list[tuple[str, str]]:
        """(command, what the document shows) of a console; only ours are run."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        pairs = [part.partition("\n") for part in parts]
        return [(command, shown) for command, _, shown in pairs if "cssim" in command.split()]


def documents() -> list[Path]:
    """Every document that may hold examples, the generated ones aside."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path for path in found if "flows" not in path.relative_to(ROOT).parts)


def examples(document: Path) -> list[Example]:
    """The fences of one document, in order."""
    text = document.read_text("utf-8")
    return [
        Example(
            document=document,
            line=text.count("\n", 0, fence.start("text")) + 1,
            kind=fence["kind"],
            text=fence["text"],
            reason_not_to_run=fence["value"] if fence["order"] == "not run" else "",
            exit_code=int(fence["value"]) if fence["order"] == "exit" else 0,
        )
        for fence in FENCE.finditer(text)
    ]


def printed(command: str, folder: Path) -> tuple[int, str]:
    """Exit code and what a reader in `folder` sees (standard output, then standard error)."""
    beside = str(Path(sys.executable).parent)
    screen = {"COLUMNS": COLUMNS, "TERMINAL_WIDTH": COLUMNS, "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | screen | {"PATH": f"{beside}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, tidy(done.stdout + done.stderr)


def tidy(text: str) -> str:
    """Without blanks at the ends of lines and empty lines at the end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")


def matches(shown: str, real: str) -> bool:
    """Whether the document shows what was printed, `...` standing for anything."""
    pattern = ""
    for line in tidy(shown).split("\n"):
        whole = line.strip() == "..."
        pattern += r"(?:.*\n)*?" if whole else re.escape(line).replace(r"\.\.\.", ".*") + "\n"
    return re.fullmatch(pattern, tidy(real) + "\n") is not None


def run_python(example: Example, names: dict[str, object]) -> None:
    """Runs a fence with the names that those before it made.

    Raises:
        AssertionError: a doctest that prints something else.
    """
    if ">>>" not in example.text:
        place = f"{example.document.name}:{example.line}"
        exec(compile(example.text, place, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(
        example.text, names, example.document.name, str(example.document), example.line
    )
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=report.append, clear_globs=False)
    names.update(test.globs)
    assert runner.failures == 0, "".join(report)


def furnish(folder: Path) -> Path:
    """A reader's folder: the repository's files, and results of its own."""
    for name in ("scenarios", "docs", "notebooks", "benchmarks"):
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


def rewrite(document: Path, folder: Path) -> int:
    """Puts what is really printed into a document where it shows something else; how often."""
    text = document.read_text("utf-8")
    changed = 0
    for example in examples(document):
        if example.kind != "console" or example.reason_not_to_run:
            continue
        for command, shown in example.commands:
            real = printed(command, folder)[1]
            if not matches(shown, real):
                old, new = f"$ {command}\n{shown}", f"$ {command}\n{real}\n"
                text = text.replace(old, new, 1)
                changed += 1
    document.write_text(text, "utf-8")
    return changed


def pasted(text: str, name: str, output: str) -> str:
    """The document with this output in the fence of that name.

    Raises:
        ValueError: there is no such fence.
    """
    fence = re.compile(
        rf"(<!-- {name} -->.*?```console\n\$ [^\n]*\n).*?(^```\n+<!-- end of {name} -->)",
        re.MULTILINE | re.DOTALL,
    )
    if not fence.search(text):
        raise ValueError(f"there is no fence between <!-- {name} --> and <!-- end of {name} -->")
    return fence.sub(lambda found: f"{found[1]}{tidy(output)}\n{found[2]}", text)


if __name__ == "__main__":
    import tempfile

    if sys.argv[1:2] == ["--paste"]:
        document = Path(sys.argv[3])
        text = pasted(document.read_text("utf-8"), sys.argv[2], sys.stdin.read())
        document.write_text(text, "utf-8")
        sys.exit()
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name}: {rewrite(Path(name), furnish(Path(folder)))} outputs written")
