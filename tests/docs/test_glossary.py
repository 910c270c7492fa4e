"""The glossary has every figure, and no figure that there is not."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def defined() -> set[str]:
    """Names of the figures: functions of `kpi` whose docstring begins with their own name."""
    return {
        function.name
        for path in (ROOT / "src" / "cssim" / "kpi").glob("*.py")
        for function in ast.parse(path.read_text("utf-8")).body
        if isinstance(function, ast.FunctionDef)
        and (ast.get_docstring(function) or "").startswith(f"`{function.name}`")
    }


def explained() -> set[str]:
    """Names in the glossary's table of figures."""
    figures = (ROOT / "docs" / "glossary.md").read_text("utf-8").partition("\n## Figures")[2]
    return set(re.findall(r"^\| `(\w+)`", figures, re.MULTILINE))


def test_every_figure_is_in_the_glossary() -> None:
    assert defined() == explained()
