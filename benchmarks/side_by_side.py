"""A model beside plain SimPy: the ratio of their speeds, whether they agree, and where time goes.

A case is one model described twice: as a user would write it in plain SimPy, and as a scenario
for cssim. Each run has a process of its own; the log is complete in memory and not written;
rounds alternate; the ratio is the median over rounds. What both sides say of the model is a
series per quantity, in the order of time; their means have to agree within their errors.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cssim.eventlog import EventLog

HERE = Path(__file__).parent
Series = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Case:
    """One model, described twice.

    Attributes:
        script: the file that is run again for each run.
        scenario: what cssim simulates, a file beside it.
        counted: what is counted per second.
        plain: from a seed, how many there were and the series, as plain SimPy has them.
        seen: the same, from cssim's log.
        shorter: the window of a run under a profiler.
    """

    script: str
    scenario: str
    counted: str
    plain: Callable[[int], tuple[int, Series]]
    seen: Callable[[EventLog], tuple[int, Series]]
    shorter: str


def _plain(case: Case, seed: int) -> dict[str, Any]:
    began = time.perf_counter()
    count, series = case.plain(seed)
    return _figures(time.perf_counter() - began, count, series)


def _cssim(case: Case, seed: int) -> dict[str, Any]:
    from cssim import blueprint
    from cssim.scenario import read
    from cssim.sim import run

    scenario = read.load(HERE / case.scenario)
    began = time.perf_counter()
    log = run.simulate(blueprint.build(scenario), seed)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    count, series = case.seen(log)
    return {**_figures(seconds, count, series), "peak_mb": peak}


def _profiled(case: Case, seed: int) -> dict[str, Any]:
    """Where cssim's time goes: Python calls for each, and the share of time by module."""
    import cProfile
    import pstats

    from cssim import blueprint
    from cssim.scenario import read
    from cssim.sim import run

    scenario = read.load(HERE / case.scenario).with_({"time.window": case.shorter})
    built = blueprint.build(scenario)
    profile = cProfile.Profile()
    log = profile.runcall(run.simulate, built, seed)
    shares: dict[str, float] = {}
    calls = 0
    for (file, _, name), (_, count, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        calls += count if file != "~" else 0
        where = _part(file, name)
        shares[where] = shares.get(where, 0.0) + own
    total = sum(shares.values())
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    return {
        "calls": calls / case.seen(log)[0],
        "shares": {where: round(own / total, 3) for where, own in ordered if own > total / 100},
    }


def _part(file: str, name: str) -> str:
    """The module a function belongs to, as a reader knows it."""
    if file == "~":
        return "the queue's heap" if "heapq" in name else "built-in functions"
    parts = Path(file).parts
    for package in ("cssim", "simpy", "numpy", "scipy"):
        if package in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(package) - 1 :])
    return "other"


def _figures(seconds: float, count: int, series: Series) -> dict[str, Any]:
    means = {name: (statistics.fmean(one), _batch_error(one)) for name, one in series.items()}
    return {"seconds": seconds, "count": count, "means": means}


def _batch_error(values: Sequence[float], batches: int = 20) -> float:
    """Standard error of the mean by batch means: neighbours are not independent."""
    size = len(values) // batches
    means = [statistics.fmean(values[i * size : (i + 1) * size]) for i in range(batches)]
    return float(statistics.stdev(means) / batches**0.5)


ONE = {"plain": _plain, "cssim": _cssim, "profile": _profiled}


def _in_a_process(case: Case, what: str, seed: int) -> dict[str, Any]:
    command = [sys.executable, case.script, "--one", what, "--seed", str(seed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def compare(case: Case, rounds: int) -> dict[str, Any]:
    """Alternating rounds; the ratio of what is done per second, and the means side by side."""
    ours, theirs = [], []
    for number in range(rounds):
        theirs.append(_in_a_process(case, "plain", number))
        ours.append(_in_a_process(case, "cssim", number))
    rate = [run["count"] / run["seconds"] for run in ours]
    ratios = [
        mine / (other["count"] / other["seconds"]) for mine, other in zip(rate, theirs, strict=True)
    ]
    return {
        **_in_a_process(case, "profile", 0),
        "ratio": statistics.median(ratios),
        "ratios": ratios,
        "peak_mb": max(run["peak_mb"] for run in ours),
        "count": ours[0]["count"],
        "per_second": statistics.median(rate),
        "means": {name: _beside(name, ours, theirs) for name in ours[0]["means"]},
    }


def _beside(name: str, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> dict[str, Any]:
    mine, other = ([run["means"][name][0] for run in runs] for runs in (ours, theirs))
    squares = sum(run["means"][name][1] ** 2 for run in [*ours, *theirs])
    error = squares**0.5 / len(ours)
    difference = statistics.fmean(mine) - statistics.fmean(other)
    return {
        "cssim": statistics.fmean(mine),
        "plain": statistics.fmean(other),
        "difference_in_errors": difference / error,
        "agree": abs(difference) < 3 * error,
    }


def main(case: Case, title: str) -> int:
    """Run the comparison and print it; 1 if the means do not agree."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--one", choices=tuple(ONE), help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(ONE[arguments.one](case, arguments.seed)))
        return 0
    result = compare(case, arguments.rounds)
    agree = all(one["agree"] for one in result["means"].values())
    if arguments.json:
        print(json.dumps(result))
        return 0 if agree else 1
    print(f"cssim / plain SimPy, {case.counted} per second: {result['ratio']:.2f} (median)")
    for words, value in (
        ("peak_mb", f"{result['peak_mb']:,.0f}"),
        (case.counted, f"{result['count']:,}"),
        (f"{case.counted} per second", f"{result['per_second']:,.0f}"),
        ("Python calls for each", f"{result['calls']:.1f}"),
    ):
        print(f"{words:24} {value:>12}")
    print("where the time goes, under a profiler:")
    for where, share in result["shares"].items():
        print(f"  {share:6.1%}  {where}")
    for name, one in result["means"].items():
        print(
            f"{name}: {one['cssim']:.4g}, plain {one['plain']:.4g}, "
            f"{one['difference_in_errors']:+.1f} standard errors apart"
        )
    return 0 if agree else 1
