"""Scenarios side by side: each run as often as the other, with the same luck for the same case.

Where promises differ, each scenario is measured against its own and the other's: a stricter
promise is broken more often by the same work. It knows nothing of how figures are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from cssim import blueprint
from cssim.blueprint.tables import Blueprint
from cssim.experiment import avoided, directions, parallel, verdicts, worker
from cssim.experiment.avoided import Avoided
from cssim.experiment.targets import pairs_of
from cssim.experiment.verdicts import Alone, Named, Row
from cssim.experiment.worker import Figures, Task
from cssim.kpi import measure
from cssim.kpi.measure import Measure
from cssim.scenario.model import Scenario

_STATISTICS = ("mean", "p90")  # of what has more than one
_PROMISED = ("contracts", "contract_calendars", "calendars", "targets")


def compare(
    base: Scenario,
    other: Scenario,
    n: int = 10,
    seed: int = 1,
    jobs: int | None = None,
    other_seed: int | None = None,
    progress: parallel.Progress = parallel.silent,
) -> pd.DataFrame:
    """Compare two scenarios over `n` replications: one row a figure, with its verdict.

    Columns are those of `Row`. With an `other_seed` the other scenario meets other luck.
    """
    rows = compare_all(base, [other], n, seed, jobs, other_seed, progress).rows
    return pd.DataFrame(rows, columns=Row._fields)


class Compared(NamedTuple):
    """What differs, what it costs to break fewer promises, and what only one has; in turn."""

    rows: list[Row]
    avoided: list[Avoided]
    alone: list[Alone]


def compare_all(
    base: Scenario,
    others: Sequence[Scenario],
    n: int = 10,
    seed: int = 1,
    jobs: int | None = None,
    other_seed: int | None = None,
    progress: parallel.Progress = parallel.silent,
) -> Compared:
    """Compare several scenarios with one; the rows of each are a family of tests."""
    names = _names([base, *others])
    built = [blueprint.build(scenario) for scenario in (base, *others)]
    promised = {name: _promises(made) for name, made in zip(names, built, strict=True)}
    seeds = [seed, *(seed if other_seed is None else other_seed for _ in others)]
    tasks = [
        Task(worker.packed(made), luck, number, {}, against=_against(name, promised))
        for name, made, luck in zip(names, built, seeds, strict=True)
        for number in range(n)
    ]
    found = dict(parallel.each(worker.measure, tasks, jobs, progress))
    runs = {name: [found[i * n + j] for j in range(n)] for i, name in enumerate(names)}
    first = names[0]
    made = Compared([], [], [])
    for name in names[1:]:
        both = (first, name) if promised[first] != promised[name] else ()
        of_base, of_other = ([_named(one, own, both) for one in runs[own]] for own in (first, name))
        made.rows.extend(verdicts.of(name, verdicts.pairs(of_base, of_other)))
        made.alone.extend(verdicts.alone(name, of_base, of_other))
        if not both:  # breaches of other promises are other breaches
            made.avoided.extend(avoided.of(name, *([one.kpis for one in runs[own]]
                                                   for own in (first, name))))  # fmt: skip
    return made


def is_compared(row: Measure) -> bool:
    """Whether a figure is worth a row: it is better or worse, and has at most one dimension."""
    scope = pairs_of(row.scope)
    is_told = scope.pop("statistic", _STATISTICS[0]) in _STATISTICS
    return is_told and len(scope) < 2 and directions.of(row.kpi) != directions.NEITHER


def _promises(made: Blueprint) -> dict[str, Any]:
    """What is promised to whom, and in which hours."""
    return {key: made.terms.get(key) for key in _PROMISED}


def _names(scenarios: Sequence[Scenario]) -> list[str]:
    """The scenarios' names, told apart where two have the same."""
    names: list[str] = []
    for scenario in scenarios:
        name, number = scenario.name, 2
        while name in names:
            name, number = f"{scenario.name} #{number}", number + 1
        names.append(name)
    return names


def _against(name: str, promised: Mapping[str, Any]) -> dict[str, Any]:
    """Whose promises a scenario is measured against besides its own.

    The first is compared with all others, the others with the first.
    """
    first = next(iter(promised))
    wanted = promised if name == first else {first: promised[first]}
    return {other: terms for other, terms in wanted.items() if terms != promised[name]}


def _named(figures: Figures, own: str, both: Sequence[str]) -> Named:
    """The figures that are compared; those of promises by whose they are, where they differ."""
    found = {
        (row.kpi, row.scope): (row.value, row.unit)
        for row in figures.kpis
        if is_compared(row) and not (both and row.kpi in directions.OF_PROMISES)
    }
    for whose in both:
        for row in figures.kpis if whose == own else figures.against[whose]:
            if is_compared(row) and row.kpi in directions.ATTAINMENTS:
                scope = {**pairs_of(row.scope), "measured_against": whose}
                found[row.kpi, measure.scope(scope)] = row.value, row.unit
    return found
