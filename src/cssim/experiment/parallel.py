"""Many independent pieces of work over a few worker processes, results as they come.

A worker ends when its study has been killed, so that nothing goes on writing into a folder
that somebody may already be working on again. It knows nothing of what the work is.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import joblib
from joblib.externals.loky import get_reusable_executor, process_executor

from cssim.errors import ResultsError

Task = TypeVar("Task")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]  # how many are done, of how many

_LOOKS_EVERY = 0.5  # seconds
# joblib's cleaner warns on the terminal of files that the system has taken away before it
_QUIET = "ignore:resource_tracker"
_guarded = threading.Event()


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def each(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    jobs: int | None = None,
    progress: Progress = silent,
    keep: bool = False,
) -> Iterator[tuple[int, Result]]:
    """The results of `work`, each with its task's place, in the order in which they come.

    With one job, or one task, the work is done in this process.

    Args:
        work: a function of a module, told by its name to the workers.
        jobs: how many processes at most; if it is not given, one a processor.
        progress: called with (done, of) at the start and after each result.
        keep: leave the workers for the next time; whoever says so calls `release` at last.

    Raises:
        ResultsError: a worker was killed from outside (by the system, when memory is short).
    """
    workers = min(jobs or joblib.cpu_count(), len(tasks))
    results = _here(work, tasks) if workers < 2 else _there(work, tasks, workers, keep)
    progress(0, len(tasks))
    for done, result in enumerate(results, start=1):
        progress(done, len(tasks))
        yield result


def release() -> None:
    """Ends the workers and gives their memory back."""
    get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _here(work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
    for place, task in enumerate(tasks):
        yield place, work(task)


def _there(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int, keep: bool
) -> Iterator[tuple[int, Result]]:
    said = os.environ.get("PYTHONWARNINGS", "")
    if _QUIET not in said:
        os.environ["PYTHONWARNINGS"] = f"{said},{_QUIET}".lstrip(",")
    workers = joblib.Parallel(
        n_jobs=jobs,
        return_as="generator_unordered",
        pre_dispatch="n_jobs",
        batch_size=1,
        max_nbytes=None,
    )
    parent = os.getpid()
    try:
        yield from workers(
            joblib.delayed(_guarded_work)(work, place, task, parent)
            for place, task in enumerate(tasks)
        )
    except process_executor.TerminatedWorkerError as error:
        raise ResultsError("a worker process was stopped; is there too little memory?") from error
    except BaseException:
        release()
        raise
    if not keep:
        release()


def _guarded_work(
    work: Callable[[Task], Result], place: int, task: Task, parent: int
) -> tuple[int, Result]:
    if not _guarded.is_set():
        _guarded.set()
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    return place, work(task)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY)
    os._exit(1)
