"""A run with a results folder: replications that are kept, and gone on with if they were cut.

The figures are read from the files of finished replications and computed for the others;
both give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cssim import blueprint
from cssim.experiment import actual, files, folder, parallel, replications, risk, worker
from cssim.experiment.replications import Replications
from cssim.experiment.worker import Figures
from cssim.kpi import spans
from cssim.kpi.spans import Window
from cssim.scenario import written
from cssim.scenario.model import Scenario


@dataclass(frozen=True)
class Plan:
    """What a run is asked for.

    Attributes:
        folder: where the results go.
        replications: how many; seed: what their draws follow from.
        jobs: worker processes; one a processor if it is not given.
        resume: go on with what is finished in the folder.
        force: replace what an older run has made there.
        first, last: dates of a window of its own to be measured as well.
        check: whether every log must pass all laws of the log before it counts.
    """

    folder: Path
    replications: int = 10
    seed: int = 1
    jobs: int | None = None
    resume: bool = False
    force: bool = False
    first: date | None = None
    last: date | None = None
    check: bool = False


def run(
    scenario: Scenario, plan: Plan, progress: parallel.Progress = parallel.silent
) -> Replications:
    """Runs what is not finished yet, and writes the figures of all.

    Raises:
        ResultsError: the folder is another run's, not empty or cannot be written to.
    """
    built = blueprint.build(scenario)
    windows = _windows(built.terms, plan)
    really = actual.measures(scenario, built.terms)
    marker = folder.hash_of(scenario.hash, plan.seed)
    study = {
        "scenario": scenario.name,
        "hash": marker,
        "seed": plan.seed,
        "replications": plan.replications,
        "versions": folder.versions(),
    }
    folder.open_for(plan.folder, study, plan.resume, plan.force)
    files.write_text(plan.folder / folder.RESOLVED, written.text(scenario))
    packed = worker.packed(built)
    tasks = [
        worker.Task(packed, plan.seed, i, windows, plan.folder, marker, check=plan.check)
        for i in range(plan.replications)
    ]
    figures = _figures(tasks, plan, progress)
    done = replications.gathered(scenario, plan.seed, figures, really)
    _write_tables(done, plan.folder)
    if risks := risk.of(scenario, done):
        files.write_csv(plan.folder / folder.RISK, risk.Risk._fields, risks)
    return done


def _windows(terms: dict[str, Any], plan: Plan) -> dict[str, Window]:
    """The dated window that is asked for, by its name in file names."""
    if plan.first is None and plan.last is None:
        return {}
    window = spans.dated(terms, plan.first, plan.last)
    epoch = spans.epoch_of(terms)
    return {f"{epoch.date_of(window[0])}-{epoch.date_of(window[1] - 1)}": window}


def _figures(
    tasks: list[worker.Task], plan: Plan, progress: parallel.Progress
) -> Iterator[Figures]:
    """Of every replication: read where it is finished, computed where it is not."""
    missing = []
    for task in tasks:
        place = folder.of_replication(plan.folder, task.replication)
        needed = [f"kpis-{name}.csv" for name in task.windows]
        if plan.resume and folder.is_finished(place, task.study, needed):
            yield worker.read_figures(place, task.replication, task.windows)
        else:
            missing.append(task)
    before = len(tasks) - len(missing)

    def all_told(done: int, new: int) -> None:
        progress(before + done, before + new)

    for _, figures in parallel.each(worker.replicate, missing, plan.jobs, all_told):
        yield figures


def _write_tables(done: Replications, target: Path) -> None:
    """The figures over all replications: of the window, by week, by hour, of dated windows."""
    lists = [figures.by_name() for figures in done.figures]
    for name in lists[0]:
        rows = replications.together([each[name] for each in lists])
        is_weekly = name == worker.WEEKLY
        header = replications.WEEKLY_COLUMNS if is_weekly else replications.KPI_COLUMNS
        files.write_csv(target / f"{name}.csv", header, rows)
    if done.actual:
        rows = actual.beside(done.rows, done.actual)
        files.write_csv(target / folder.ACTUAL, actual.COLUMNS, rows)
