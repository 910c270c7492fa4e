"""Work over several processes: the same results, and clear words when a process dies."""

import os
import signal
import time

import pytest

from cssim.errors import ResultsError, ScenarioError
from cssim.experiment import parallel


def squared(number: int) -> int:
    return number * number


def refused(number: int) -> int:
    raise ScenarioError(f"{number} is none")


def killed(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def slow_first(number: int) -> int:
    time.sleep(0.0 if number else 1.5)
    return number


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_has_its_result_and_its_place(jobs: int) -> None:
    found = dict(parallel.each(squared, [3, 4, 5], jobs))
    assert found == {0: 9, 1: 16, 2: 25}


def test_results_come_as_they_are_finished() -> None:
    assert [place for place, _ in parallel.each(slow_first, [0, 1, 2], 2)][-1] == 0


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_told_from_none_to_all(jobs: int) -> None:
    told: list[tuple[int, int]] = []
    list(parallel.each(squared, [1, 2, 3], jobs, lambda *each: told.append(each)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_no_tasks_have_no_results() -> None:
    assert list(parallel.each(squared, [], 2)) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_bad_input_found_by_a_worker_is_bad_input(jobs: int) -> None:
    with pytest.raises(ScenarioError, match="is none"):
        list(parallel.each(refused, [1, 2], jobs))


def test_a_worker_that_is_killed_is_one_line() -> None:
    with pytest.raises(ResultsError, match="a worker process was stopped"):
        list(parallel.each(killed, [1, 2], 2))


def test_workers_can_be_kept_for_the_next_time() -> None:
    try:
        for _ in range(2):
            assert dict(parallel.each(squared, [3, 4], 2, keep=True)) == {0: 9, 1: 16}
    finally:
        parallel.release()
