"""A results folder: whose it is, what in it is ours, and which replications are finished.

The file `run.json` says whose: the hash of everything that the figures follow from. A
replication is finished when its marker, written last, agrees with every file beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from cssim import eventlog
from cssim.errors import ResultsError
from cssim.experiment import files

RUN = "run.json"
RESOLVED = "scenario.resolved.yaml"
ACTUAL = "actual.csv"
RISK = "risk.csv"
_MARKER = "finished.json"
_LIBRARIES = ("cssim", "numpy", "scipy", "simpy", "pandas", "pyarrow", "matplotlib", "holidays")
_REPLICATION = re.compile(r"replication-\d\d+")
_DATES = r"\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d"  # of a window
_OURS = re.compile(
    rf"run\.json|(actual|risk)\.csv|scenario\.resolved\.yaml|kpis(-weekly|-hourly|-{_DATES})?\.csv"
)
_OURS_INSIDE = re.compile(
    rf"({'|'.join([*eventlog.TABLES, 'attributes'])})\.parquet|terms\.json|finished\.json"
    r"|open-(cases|stock)\.csv"
    rf"|kpis(-weekly|-hourly|-{_DATES})?\.csv"
)
CHARTS = tuple(  # see `report.charts`
    f"{name}.png"
    for name in (
        "attainment-by-region",
        "backlog",
        "cases-at-risk",
        "occupancy-by-pool",
        "people-by-hour",
        "sla-risk",
    )
)


def hash_of(scenario_hash: str, seed: int) -> str:
    """Stands for everything that the figures follow from: scenario, seed and our version."""
    parts = "\n".join([scenario_hash, str(seed), metadata.version("cssim")])
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


def open_for(folder: Path, study: dict[str, Any], resume: bool, force: bool) -> None:
    """Makes the folder this study's: new, gone on with, or emptied of an older one.

    Args:
        folder: where; made if it is not there.
        study: what `run.json` is to say, its `hash` above all.
        resume: go on with what is finished there.
        force: remove what an older run made, and nothing else.

    Raises:
        ResultsError: it has something in it and neither was asked for, it is another
            study's, or it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if resume:
            _check_same(folder, study)
            files.remove_leftovers(folder)
        elif force:
            remove_ours(folder)
        elif any(folder.iterdir()):
            raise ResultsError(
                f"{folder}: not empty; --resume goes on with a run of the same scenario and "
                "seed, --force replaces what a run has made there"
            )
    except OSError as error:
        raise files.unusable(folder, error) from error
    files.write_json(folder / RUN, study)


def versions() -> dict[str, str]:
    """Of the libraries that the figures pass through."""
    return {name: metadata.version(name) for name in _LIBRARIES}


def of_replication(folder: Path, number: int) -> Path:
    """Where a replication's files are."""
    return folder / f"replication-{number:02d}"


def mark_finished(target: Path, study: str) -> None:
    """Writes the marker: from now on this replication need not be done again."""
    try:
        stands = _fingerprints(target)
    except OSError as error:
        raise files.unusable(target, error) from error
    files.write_json(target / _MARKER, {"study": study, "files": stands})


def is_finished(target: Path, study: str, needed: Iterable[str] = ()) -> bool:
    """Whether a replication is whole, of this study, and has the files that are needed."""
    try:
        marker = files.read_json(target / _MARKER)
        stands = _fingerprints(target)
    except (ResultsError, OSError):
        return False
    return (
        isinstance(marker, dict)
        and marker.get("study") == study
        and marker.get("files") == stands
        and set(needed) <= set(stands)
    )


def remove_ours(folder: Path) -> None:
    """Removes what a run has made, and nothing else."""
    files.remove_leftovers(folder)
    for inner in _replications(folder):
        for path in sorted(inner.iterdir()):
            if _OURS_INSIDE.fullmatch(path.name) and not path.is_dir():
                path.unlink()
        if not any(inner.iterdir()):
            inner.rmdir()
    for path in sorted(folder.iterdir()):
        is_ours = path.name in CHARTS or _OURS.fullmatch(path.name)
        if is_ours and not path.is_dir():
            path.unlink()


def _check_same(folder: Path, study: dict[str, Any]) -> None:
    if not any(not files.is_leftover(path) for path in folder.iterdir()):
        return
    if not (folder / RUN).exists():
        raise ResultsError(f"{folder}: no run to go on with ({RUN} is missing)")
    found = files.read_json(folder / RUN)
    if not isinstance(found, dict) or found.get("hash") != study["hash"]:
        raise ResultsError(
            f"{folder}: belongs to another run (other values, files, seed or version); "
            "choose another folder, or --force to replace it"
        )


def _replications(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if _REPLICATION.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            yield path


def _fingerprints(target: Path) -> dict[str, str]:
    """Of every file of a replication but its marker, what is in it."""
    return {
        path.name: _fingerprint(path)
        for path in sorted(target.iterdir())
        if _OURS_INSIDE.fullmatch(path.name) and path.name != _MARKER
    }


def _fingerprint(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
