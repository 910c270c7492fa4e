"""How fast is cssim, as a ratio to plain SimPy on the same ticket network?

One three-tier network (25 % of cases go on to tier 2, 20 % of those to tier 3, four priorities,
pools near 85 % occupied, about 200,000 cases) is described twice: as a user would write it in
plain SimPy, and as a flow and a scenario for cssim. Each run has a process of its own; the log
is complete in memory and not written; rounds alternate; the ratio is the median over rounds.

    python benchmarks/ticket_network.py [--rounds 5] [--json]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
DAYS = 82
PER_MINUTE = 2440 / 1440
MEANS = {1: 10.0, 2: 40.0, 3: 120.0}  # minutes
PEOPLE = {1: 20, 2: 20, 3: 12}
GOES_ON = {1: 0.25, 2: 0.20, 3: 0.0}
PRIORITIES, WEIGHTS = (1, 2, 3, 4), (10, 20, 30, 40)
TIERS = (1, 2, 3)


def plain_simpy(seed: int) -> dict[str, float]:
    """The network as a user of SimPy writes it: a process per case, a row per activity."""
    import simpy

    rng = random.Random(seed)
    began = time.perf_counter()
    env = simpy.Environment()
    tiers = {tier: simpy.PriorityResource(env, PEOPLE[tier]) for tier in TIERS}
    log: list[tuple[int, int, int, float, float, float]] = []

    def case(number: int, priority: int):  # type: ignore[no-untyped-def]
        tier = 1
        while True:
            enabled = env.now
            with tiers[tier].request(priority=priority) as request:
                yield request
                started = env.now
                yield env.timeout(rng.expovariate(1 / MEANS[tier]))
            log.append((number, tier, priority, enabled, started, env.now))
            if rng.random() >= GOES_ON[tier]:
                return
            tier += 1

    def arrivals():  # type: ignore[no-untyped-def]
        number = 0
        while True:
            yield env.timeout(rng.expovariate(PER_MINUTE))
            env.process(case(number, rng.choices(PRIORITIES, WEIGHTS)[0]))
            number += 1

    env.process(arrivals())
    env.run(until=DAYS * 1440)
    seconds = time.perf_counter() - began
    cases = 1 + max(row[0] for row in log)
    waits = {tier: [row[4] - row[3] for row in log if row[1] == tier] for tier in TIERS}
    return _figures(seconds, cases, len(log), waits)


def cssim(seed: int) -> dict[str, float]:
    """The same network as a custom flow and a scenario, with the whole event log."""
    from cssim import blueprint
    from cssim.scenario import read
    from cssim.sim import run

    scenario = read.load(HERE / "ticket_network.yaml")
    began = time.perf_counter()
    log = run.simulate(blueprint.build(scenario), seed)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = log["activities"]
    rows = rows[rows["completed_at"] < 2**62]
    names = [node["id"] for node in log.terms["nodes"]]
    waits = {
        tier: ((rows["started_at"] - rows["enabled_at"]) / 60_000)[
            rows["node"] == names.index(str(tier))
        ].tolist()
        for tier in TIERS
    }
    return {**_figures(seconds, len(log["cases"]), len(rows), waits), "peak_mb": peak}


def profiled(seed: int) -> dict[str, object]:
    """Where cssim's time goes: Python calls per activity, and the share of time by module."""
    import cProfile
    import pstats

    from cssim import blueprint
    from cssim.scenario import read
    from cssim.sim import run

    scenario = read.load(HERE / "ticket_network.yaml").with_({"time.window": "16 d"})
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
        "calls_per_activity": calls / len(log["activities"]),
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


def _figures(
    seconds: float, cases: int, activities: int, waits: dict[int, list[float]]
) -> dict[str, float]:
    figures = {"seconds": seconds, "cases": float(cases), "activities": float(activities)}
    for tier, tier_waits in waits.items():
        figures[f"wait_{tier}"] = statistics.fmean(tier_waits)
        figures[f"wait_{tier}_error"] = _batch_error(tier_waits)
    return figures


def _batch_error(values: list[float], batches: int = 20) -> float:
    """Standard error of the mean by batch means: neighbouring waits are not independent."""
    size = len(values) // batches
    means = [statistics.fmean(values[i * size : (i + 1) * size]) for i in range(batches)]
    return statistics.stdev(means) / batches**0.5


def _in_a_process(what: str, seed: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", what, "--seed", str(seed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def compare(rounds: int) -> dict[str, object]:
    """Alternating rounds; the ratio of activities per second, and the mean waits side by side."""
    ours, theirs = [], []
    for number in range(rounds):
        theirs.append(_in_a_process("plain", number))
        ours.append(_in_a_process("cssim", number))
    rate = [run["activities"] / run["seconds"] for run in ours]
    ratios = [
        mine / (other["activities"] / other["seconds"])
        for mine, other in zip(rate, theirs, strict=True)
    ]
    return {
        **_in_a_process("profile", 0),
        "ratio": statistics.median(ratios),
        "ratios": ratios,
        "peak_mb": max(run["peak_mb"] for run in ours),
        "cases_per_second": statistics.median(run["cases"] / run["seconds"] for run in ours),
        "activities_per_second": statistics.median(rate),
        "cases": ours[0]["cases"],
        "waits": {tier: _waits(tier, ours, theirs) for tier in TIERS},
    }


def _waits(
    tier: int, ours: list[dict[str, float]], theirs: list[dict[str, float]]
) -> dict[str, object]:
    mine, other = ([run[f"wait_{tier}"] for run in runs] for runs in (ours, theirs))
    squares = sum(run[f"wait_{tier}_error"] ** 2 for run in [*ours, *theirs])
    error = squares**0.5 / len(ours)
    difference = statistics.fmean(mine) - statistics.fmean(other)
    return {
        "cssim": statistics.fmean(mine),
        "plain": statistics.fmean(other),
        "difference_in_errors": difference / error,
        "agree": abs(difference) < 3 * error,
    }


ONE = {"plain": plain_simpy, "cssim": cssim, "profile": profiled}


def main() -> int:
    """Run the comparison and print it; 1 if the mean waits do not agree."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--one", choices=tuple(ONE), help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(ONE[arguments.one](arguments.seed)))
        return 0
    result = compare(arguments.rounds)
    if arguments.json:
        print(json.dumps(result))
    else:
        print(f"cssim / plain SimPy, activities per second: {result['ratio']:.2f} (median)")
        for name in ("peak_mb", "cases_per_second", "activities_per_second", "cases"):
            print(f"{name:22} {result[name]:12,.0f}")
        print(f"{'calls_per_activity':22} {result['calls_per_activity']:12.1f}")
        print("where the time goes, under a profiler:")
        for where, share in result["shares"].items():  # type: ignore[attr-defined]
            print(f"  {share:6.1%}  {where}")
        for tier, waits in result["waits"].items():  # type: ignore[attr-defined]
            print(
                f"tier {tier}: mean wait {waits['cssim']:.2f} min, plain {waits['plain']:.2f} min, "
                f"{waits['difference_in_errors']:+.1f} standard errors apart"
            )
    return 0 if all(w["agree"] for w in result["waits"].values()) else 1  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
