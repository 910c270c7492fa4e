"""The glossary has every figure, and no figure that there is not."""

import ast
import re
from pathlib import Path

import cssim

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


def explained() -> dict[str, str]:
    """Name → unit in the glossary's table of figures."""
    figures = (ROOT / "docs" / "glossary.md").read_text("utf-8").partition("\n## Figures")[2]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", figures, re.MULTILINE))


def test_every_figure_is_in_the_glossary() -> None:
    assert set(defined()) == set(explained())


def test_a_figure_has_the_unit_that_the_glossary_says() -> None:
    scenario = cssim.load_scenario(ROOT / "tests" / "scenarios" / "valid" / "tiny.yaml")
    study = cssim.replicate(scenario, n=1, jobs=1)
    rows = [*study.kpis.itertuples(), *study.hourly.itertuples()]
    assert {row.kpi: row.unit for row in rows} == explained()
