"""The event log of a replication that a run has kept in its results folder."""

from __future__ import annotations

from pathlib import Path

from cssim import eventlog
from cssim.errors import CssimError, ResultsError
from cssim.eventlog import EventLog
from cssim.experiment import files, folder, logfiles
from cssim.flows import read as flow_files
from cssim.flows.graph import Flow
from cssim.scenario import read as scenarios


def log(results: Path, replication: int = 0) -> EventLog:
    """The log of one replication, as `cssim run` has written it.

    Raises:
        ResultsError: there is no such folder, no run in it, no such replication, or no log.
    """
    if not results.is_dir():
        raise ResultsError(f"{results}: there is no such folder")
    if not (results / folder.RUN).is_file():
        raise ResultsError(
            f"{results}: no results of a run ({folder.RUN} is missing); cssim run makes some"
        )
    target = folder.of_replication(results, replication)
    if not target.is_dir():
        number = files.read_json(results / folder.RUN).get("replications", 0)
        raise ResultsError(
            f"{results}: there is no replication {replication} (the run was asked for {number}, "
            "from 0)"
        )
    names = [f"{name}.parquet" for name in (*eventlog.TABLES, logfiles.ATTRIBUTES)]
    for name in (logfiles.TERMS, *names):
        if not (target / name).is_file():
            raise ResultsError(f"{target}: no event log there ({name} is missing)")
    return logfiles.read(target)


def flows(results: Path) -> dict[str, Flow]:
    """The flows that the run's scenario has; the handbook's where its own files have gone."""
    try:
        return dict(scenarios.load(results / folder.RESOLVED).graphs)
    except CssimError:
        return dict(flow_files.library())
