"""The glossary has every figure, and no figure that there is not."""

import ast
import re
from pathlib import Path

import numpy as np

import cssim
from cssim.eventlog import CONTACT_OUTCOMES, TABLES
from cssim.kpi import spans, spares, summary
from cssim.kpi.measure import Measure
from tests.unit import test_kpi_defects, test_kpi_spares, test_kpi_units
from tests.unit.small_log import Log

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
    scenario = cssim.load_scenario(ROOT / "tests/scenarios/valid/travel-by-class.yaml")
    hours = dict.fromkeys("1234", "2 h")
    held = scenario.with_({
        "sla.contracts.standard.attainment": 0.9,
        "owners.1.8.5": {"wait": "4 h"},
        "sla.clocks": {"answer": {"start": "opened", "stop": {"started": ["1.8.2/1"]}}},
        "sla.contracts.standard.answer": hours,
        "sla.tiers": {"agent": {"calendar": "desk", "target": hours}},
        "sla.suppliers": {"acme": {"target": hours}},
        "costs": {"capital": 0.1, "charges": {"1.8.2/20": {"price": "9 CNY"}},
                  "penalties": {"standard": {"missed": "9 CNY", "cap": "9 CNY"}}},
        "satisfaction": {"best": 9, "loses": {"day": 1}, "answering": 1},
        "sla.reopen": {"chance": 0.1, "after": {"kind": "fixed", "value": "1 d"}, "clock": "anew"},
    })  # fmt: skip
    study = cssim.replicate(held, n=1, jobs=1)
    rows = [*study.kpis.itertuples(), *study.hourly.itertuples(), *of_a_telephone(), *of_a_defect(),
            *of_units(), *of_parts()]  # fmt: skip
    assert {row.kpi: row.unit for row in rows} == explained()


def of_parts() -> list[Measure]:
    """The figures of a log with a few units that are asked for, and repaired."""
    log = test_kpi_spares.made()
    return list(spares.figures(log, spans.whole((0, 36_000_000))))


def of_units() -> list[Measure]:
    """The figures of a log with one unit, which is dead on arrival."""
    return summary.measures(test_kpi_units.made([("north", "router", 1, None, 20)], [(0, -1, 1)]))


def of_a_defect() -> list[Measure]:
    """The figures of a log with one defect, which is solved."""
    return summary.measures(test_kpi_defects.made([("router", 0, 1)], [(0, 0, "open", 0)]))


def of_a_telephone() -> list[Measure]:
    """The figures of a log with one contact."""
    log = Log()
    log.terms["telephone"] = {"service_level": 20_000}
    log.terms["live"] = {"severity": "1"}
    made = log.made()
    contact = (0, -1, 0, 1, CONTACT_OUTCOMES.index("answered"), 0, 0, 1_000, 2_000)
    made.tables["contacts"] = np.array([contact], dtype=TABLES["contacts"])
    return summary.measures(made)
