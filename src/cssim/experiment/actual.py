"""What really happened beside what was simulated, where a file of recorded cases tells it.

A source of demand of the kind `file` says by its key `actual` which columns do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cssim.blueprint import tickets
from cssim.eventlog import NEVER
from cssim.kpi import actual, measure, spans
from cssim.kpi.measure import Measure
from cssim.scenario.model import Scenario

COLUMNS = ("kpi", "scope", "simulated", "low", "high", "actual", "unit")
_SEVERITY = "severity"

Row = tuple[Any, ...]


def notes(scenario: Scenario) -> list[str]:
    """What a scenario says of the comparison."""
    return [spec.actual.note for spec in _sources(scenario) if spec.actual.note]


def measures(scenario: Scenario, terms: Mapping[str, Any]) -> list[Measure]:
    """What really happened to the recorded cases opened in the window; nothing where none tells.

    Raises:
        ScenarioError: a row cannot be read.
    """
    specs = _sources(scenario)
    return actual.measures(_recorded(specs, terms), spans.window_of(terms)) if specs else []


def beside(simulated: Iterable[Sequence[Any]], really: Iterable[Measure]) -> list[Row]:
    """One row a figure of what really happened, with the simulated one of the same name.

    Args:
        simulated: rows of kpi, scope, mean, low, high, unit.
        really: what happened.
    """
    found = {(kpi, scope): (mean, low, high) for kpi, scope, mean, low, high, _ in simulated}
    nothing = (None, None, None)
    return [
        (kpi, scope, *found.get((kpi, scope), nothing), value, unit)
        for kpi, scope, value, unit in sorted(really)
    ]


def _sources(scenario: Scenario) -> list[Any]:
    return [spec for spec in scenario.demand.values() if getattr(spec, "actual", None) is not None]


def _recorded(specs: Iterable[Any], terms: Mapping[str, Any]) -> actual.Recorded:
    """The rows of all files together, in groups of everybody and of each severity."""
    epoch = spans.epoch_of(terms)
    words = terms["attributes"].get(_SEVERITY) or []
    opened_at, resolved_at, kept, severity = [], [], [], []
    for spec in specs:
        column = spec.attributes.get(_SEVERITY)
        for row in tickets.rows(Path(spec.file)):
            opened_at.append(row.moment(spec.opened_at, epoch))
            is_open = not row.cells[spec.actual.resolved_at]
            resolved_at.append(NEVER if is_open else row.moment(spec.actual.resolved_at, epoch))
            kept.append(row.yes(spec.actual.kept))
            severity.append(-1 if column is None else row.word_or_none(column, words))
    groups = [measure.everybody(len(kept))]
    if words:
        groups.append(measure.one_by_one(_SEVERITY, words, np.array(severity, dtype=np.int64)))
    return actual.Recorded(
        np.array(opened_at, dtype=np.int64),
        np.array(resolved_at, dtype=np.int64),
        np.array(kept, dtype=np.bool_),
        tuple(groups),
    )
