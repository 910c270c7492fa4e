"""Small files, short functions, modules named after what they are about."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "cssim"
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 50
NAMES_OF_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "base", "tools"}


def folder_of(path: Path) -> str:
    """The layer that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def is_module_elsewhere(name: str, path: Path) -> bool:
    """Whether `name` is a module (no package) of another folder than the file's."""
    return (SOURCE.parent / f"{name.replace('.', '/')}.py").exists() and name.split(".")[1:2] != [
        folder_of(path)
    ]


def every(files: list[Path]) -> pytest.MarkDecorator:
    """A test for each file."""
    return pytest.mark.parametrize(
        "path", files, ids=[str(path.relative_to(SOURCE)) for path in files]
    )


def outside(*folders: str) -> list[Path]:
    """All files but theirs."""
    return [path for path in FILES if folder_of(path) not in folders]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = function.body[0]
    tells = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    told = (first.end_lineno or 0) - first.lineno + 1 if tells else 0
    return (function.end_lineno or 0) - function.lineno + 1 - told


def lines_of_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The same without the signature, which in a command is its list of options."""
    return lines_of(function) - (function.body[0].lineno - function.lineno)


@every(FILES)
def test_a_file_has_at_most_300_lines(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    assert lines <= LONGEST_FILE


@every(FILES)
def test_a_function_fits_on_the_screen(path: Path) -> None:
    length = lines_of_body if folder_of(path) == "cli" else lines_of
    too_long = {f.name: length(f) for f in functions(path) if length(f) > LONGEST_FUNCTION}
    assert not too_long


@every(FILES)
def test_a_module_says_what_it_is_about(path: Path) -> None:
    assert ast.get_docstring(tree(path)), "a module begins with what it is about"


@every(FILES)
def test_across_folders_functions_are_called_by_their_modules_name(path: Path) -> None:
    """Types and constants may be imported as they are: they say what they are."""
    names = [
        f"line {node.lineno}: from {node.module} import {alias.name}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and is_module_elsewhere(node.module or "", path)
        for alias in node.names
        if alias.name.islower()
    ]
    assert not names


@every(outside("cli"))
def test_only_the_command_line_prints(path: Path) -> None:
    talks = [
        f"line {node.lineno}"
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Name) and node.id in {"print", "input"})
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"})
    ]
    assert not talks


@every(outside("cli", "__init__"))
def test_imports_inside_functions_are_the_command_lines_alone(path: Path) -> None:
    inside = [
        f"{function.name}, line {node.lineno}"
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inside


def test_no_module_is_named_after_nothing() -> None:
    folders = {path.name for path in SOURCE.rglob("*") if path.is_dir()}
    assert not NAMES_OF_NOTHING & (folders | {path.stem for path in FILES})


def test_functions_are_short_as_a_rule() -> None:
    lengths = sorted(lines_of(function) for path in FILES for function in functions(path))
    assert lengths[len(lengths) // 2] <= 10, "the median"
    assert lengths[len(lengths) * 9 // 10] <= 30, "nine of ten"
