"""What a worker does: one replication, from a blueprint to figures and, if asked, files.

It hands back only figures: the log stays in the worker, or in the replication's folder. It
loads no data frames and no charts, so that a worker stays small.
"""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from cssim.blueprint.tables import Blueprint
from cssim.conformance import invariants
from cssim.errors import ConformanceError
from cssim.eventlog import EventLog
from cssim.experiment import (
    files,
    folder,
    logfiles,
    open_files,
)
from cssim.kpi import summary
from cssim.kpi.measure import Measure, Weekly
from cssim.kpi.spans import Window
from cssim.sim import run

WEEKLY = "kpis-weekly"
_SHOWN = 10  # broken laws that are told


@dataclass(frozen=True)
class Task:
    """One replication to be done.

    Attributes:
        blueprint: what to run, pickled once for all.
        windows: name → other stretches of time to be measured as well.
        folder: the study's folder; none, and nothing is written.
        study: hash of the study, for the marker of a finished replication.
        against: name → promises (of another blueprint's terms) to be measured against too.
        check: whether the log must pass all laws of `conformance.invariants`.
    """

    blueprint: bytes
    seed: int
    replication: int
    windows: dict[str, Window]
    folder: Path | None = None
    study: str = ""
    against: Mapping[str, Any] = field(default_factory=dict)
    check: bool = False


@dataclass(frozen=True)
class Figures:
    """What one replication says: over the window, by week, by hour of the week, over others."""

    replication: int
    kpis: list[Measure]
    weekly: list[Weekly]
    hourly: list[Measure]
    windows: dict[str, list[Measure]]
    against: dict[str, list[Measure]] = field(default_factory=dict)

    def by_name(self) -> dict[str, list[Measure] | list[Weekly]]:
        """Every list of figures, by the name of its file."""
        lists: dict[str, list[Measure] | list[Weekly]] = {
            "kpis": self.kpis,
            WEEKLY: self.weekly,
            "kpis-hourly": self.hourly,
        }
        return lists | {f"kpis-{name}": rows for name, rows in self.windows.items()}


def packed(blueprint: Blueprint) -> bytes:
    """A blueprint as it is sent to the workers."""
    return pickle.dumps(blueprint, protocol=pickle.HIGHEST_PROTOCOL)


@lru_cache(maxsize=2)
def unpacked(blueprint: bytes) -> Blueprint:
    """The blueprint again; made once in a worker."""
    made: Blueprint = pickle.loads(blueprint)
    return made


def replicate(task: Task) -> Figures:
    """Simulates and measures one replication; writes its files if the task has a folder.

    Raises:
        ConformanceError: the log is to be checked and breaks a law.
    """
    log = _simulated(task)
    if task.check:
        _check(log, task.replication)
    figures = figures_of(log, task)
    if task.folder is None:
        return figures
    target = folder.of_replication(task.folder, task.replication)
    logfiles.write(log, target)
    open_files.write(log, target)
    for name, rows in figures.by_name().items():
        header = Weekly._fields if name == WEEKLY else Measure._fields
        files.write_csv(target / f"{name}.csv", header, rows)
    folder.mark_finished(target, task.study)
    return figures


def measure(task: Task) -> Figures:
    """Simulates one replication and measures its window alone; nothing is written."""
    log = _simulated(task)
    against = {name: summary.attainment_against(log, other) for name, other in task.against.items()}
    return Figures(task.replication, summary.measures(log), [], [], {}, against)


def _check(log: EventLog, replication: int) -> None:
    problems = invariants.check(log)
    if problems:
        told = "\n".join(f"  {problem}" for problem in problems[:_SHOWN])
        raise ConformanceError(
            f"replication {replication} breaks {len(problems)} laws of the log, of which:\n{told}"
        )


def _simulated(task: Task) -> EventLog:
    gc.disable()  # a run makes next to nothing that refers to itself: looking for it takes a tenth
    try:
        log = run.simulate(unpacked(task.blueprint), task.seed, task.replication)
    finally:
        gc.enable()
    gc.collect()  # the run's own state, a third of all memory, refers to itself at the end
    return log


def figures_of(log: EventLog, task: Task) -> Figures:
    """All figures of a task's log."""
    reading = summary.Reading(log)
    return Figures(
        task.replication,
        reading.measures(),
        reading.by_week(),
        reading.by_hour(),
        {name: reading.measures(window) for name, window in task.windows.items()},
    )


def read_figures(target: Path, replication: int, windows: Iterable[str]) -> Figures:
    """The figures of a replication that was finished before."""
    weekly = files.read_csv(target / f"{WEEKLY}.csv")
    return Figures(
        replication,
        _read(target / "kpis.csv"),
        [Weekly(kpi, scope, week, float(value), unit) for kpi, scope, week, value, unit in weekly],
        _read(target / "kpis-hourly.csv"),
        {name: _read(target / f"kpis-{name}.csv") for name in windows},
    )


def _read(path: Path) -> list[Measure]:
    return [
        Measure(kpi, scope, float(value), unit) for kpi, scope, value, unit in files.read_csv(path)
    ]
