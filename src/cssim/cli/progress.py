"""How far a long command is, on a terminal: a bar, what is done, and the time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

Told = Callable[[int, int], None]


class Estimate:
    """How long it still takes, if what is left goes on at the pace of what is done.

    Between two results the estimate runs down like a clock.

    Example:
        >>> estimate = Estimate()
        >>> estimate.told(0, 10, now=0.0)
        >>> estimate.left(now=5.0)  # nothing is done yet: nobody can tell
        >>> estimate.told(2, 10, now=20.0)
        >>> estimate.left(now=25.0)
        75.0
    """

    def __init__(self) -> None:
        self._begun: float | None = None
        self._ends: float | None = None
        self._before = 0  # done when it began: they say nothing about the pace

    def told(self, done: int, total: int, now: float) -> None:
        """So many are done now, of so many; a new round begins with none."""
        if self._begun is None or not done:
            self._begun, self._ends, self._before = now, None, done
        elif done > self._before:
            pace = (now - self._begun) / (done - self._before)
            self._ends = now + pace * (total - done)

    def left(self, now: float) -> float | None:
        """Seconds, or none while nobody can tell."""
        return None if self._ends is None else max(0.0, self._ends - now)


@contextmanager
def shown(what: str, quiet: bool) -> Iterator[Told]:
    """A bar for the block, silent when nobody watches; hands over whom to tell."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    estimate = Estimate()
    rounds = 0
    with _bar(estimate) as bar:
        task = bar.add_task(what, total=None)

        def told(done: int, total: int) -> None:
            nonlocal rounds
            rounds += not done
            again = f" (round {rounds})" if rounds > 1 else ""
            estimate.told(done, total, time.monotonic())
            bar.update(task, description=f"{what}{again}", completed=done, total=total)

        yield told


def _bar(estimate: Estimate) -> Progress:
    from rich import progress
    from rich.console import Console
    from rich.text import Text

    class Left(progress.ProgressColumn):
        """The time that is left."""

        def render(self, task: progress.Task) -> Text:
            left = estimate.left(time.monotonic())
            words = "estimating" if left is None else f"{left // 60:.0f}:{left % 60:02.0f} left"
            return Text(words, style="progress.remaining")

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        Left(),
        console=Console(stderr=True),
        transient=True,
    )
