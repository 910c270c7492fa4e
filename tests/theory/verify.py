"""Compares the simulation with exact theory, and prints the table.

    python -m tests.theory.verify                  all of it, three seeds: `make verify`
    python -m tests.theory.verify --only network   one case, by its scenario
    python -m tests.theory.verify --write          also into docs/verification.md

The rule: each value lies within 4 standard errors, and its standard error is at most 2 % of it
(10 % for a variance). One that lies beyond is run once more, ten times as long, with the next
seed, and that counts; the table shows both. Over all values and seeds no more than 2 % lie
beyond 3, the mean of z is within 0.3 of 0 and its deviation from 0.8 to 1.25. It ends with 1
where something of that does not hold.
"""

from __future__ import annotations

import argparse
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np

from cssim import blueprint
from cssim.sim import run
from tests.theory import estimate, rows
from tests.theory.estimate import Estimate
from tests.theory.rows import Case
from tests.theory.seen import Seen

SEEDS = (11, 21, 31)
LONGER = 10
PAGE = Path(__file__).resolve().parents[2] / "docs" / "verification.md"
BEGIN, END = "<!-- theory: written by tests.theory.verify -->", "<!-- end of theory -->"
# the longest first, so that no process is left with one at the end
_HEAVY = ("nine_tenths_busy", "swinging", "from_empty", "four_fifths_busy", "erlang_b_17")


@dataclass(frozen=True)
class Line:
    """One value with one seed: what counts, and what came before it if it was run again."""

    case: str
    name: str
    seed: int
    counts: Estimate
    before: Estimate | None = None


def estimates(case: Case, seed: int, longer: int = 1) -> list[Estimate]:
    """Every value of a case, from as many runs as it wants (or so many times more).

    Cases with the same flow would meet the same luck, and then all of them be a little high or
    all a little low: so a case adds a number of its own to the seed.
    """
    plan = blueprint.build(case.load())
    seed += zlib.crc32(case.scenario.encode())
    sums: list[list[tuple[np.ndarray, np.ndarray]]] = [[] for _ in case.values]
    for replication in range(case.replications * longer):
        log = Seen(run.simulate(plan, seed, replication), case.batches)
        for parts, value in zip(sums, case.values, strict=True):
            parts.append(value.reading(log))
    found = []
    for parts, value in zip(sums, case.values, strict=True):
        above, below = (np.concatenate(side) for side in zip(*parts, strict=True))
        found.append(estimate.of(value.kind, value.exact, above, below))
    return found


def judged(case: Case, seed: int) -> tuple[list[Line], float]:
    """A case's lines with one seed, those that are far off run again; and the time it took."""
    begun = time.perf_counter()
    first = estimates(case, seed)
    again = estimates(case, seed + 1, LONGER) if any(one.far for one in first) else first
    lines = [
        Line(case.scenario, value.name, seed, later if one.far else one, one if one.far else None)
        for value, one, later in zip(case.values, first, again, strict=True)
    ]
    return lines, time.perf_counter() - begun


def everything(cases: Sequence[Case], seeds: Sequence[int], jobs: int) -> list[Line]:
    """All lines of all cases, in the order of the table, seed by seed."""
    weight = {scenario: place for place, scenario in enumerate(_HEAVY)}
    tasks = [(case, seed) for seed in seeds for case in cases]
    tasks.sort(key=lambda task: weight.get(task[0].scenario, len(weight)))
    work = (joblib.delayed(_named)(case.scenario, seed) for case, seed in tasks)
    lines: dict[tuple[str, int], list[Line]] = {}
    for found, took in joblib.Parallel(jobs, return_as="generator", batch_size=1)(work):
        lines[found[0].case, found[0].seed] = found
        print(f"{found[0].case}, seed {found[0].seed}: {took:.1f} s", file=sys.stderr)
    return [line for seed in seeds for case in cases for line in lines[case.scenario, seed]]


def _named(scenario: str, seed: int) -> tuple[list[Line], float]:
    return judged(next(case for case in rows.CASES if case.scenario == scenario), seed)


# ---- what is told ------------------------------------------------------------------------------


def doubts(lines: Sequence[Line], all_of_it: bool = True) -> list[str]:
    """Everything that is wrong, a sentence each; the whole-table rule only on the whole table."""
    single = [
        f"{line.case}, {line.name}, seed {line.seed}: {line.counts.doubt}"
        for line in lines
        if line.counts.doubt
    ]
    together = estimate.whole([line.counts.z for line in lines]).doubts if all_of_it else []
    return single + together


def table(cases: Iterable[Case], lines: Sequence[Line]) -> str:
    """The table, as Markdown: a row a value, with its first seed's estimate and every seed's z."""
    seeds = list(dict.fromkeys(line.seed for line in lines))
    at = {(line.case, line.name, line.seed): line for line in lines}
    told = [
        "| case | value | exact | estimate | standard error | z, by seed | verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for case in cases:
        for value in case.values:
            mine = [at[case.scenario, value.name, seed] for seed in seeds]
            told.append(f"| {case.title} | {value.name} | {_cells(mine)} |")
    return "\n".join(told)


def _cells(mine: Sequence[Line]) -> str:
    first = mine[0].counts
    scores = ", ".join(_score(line) for line in mine)
    wrong = next((line.counts.doubt for line in mine if line.counts.doubt), "")
    numbers = f"{first.exact:.7g} | {first.value:.7g} | {first.error:.2g}"
    return f"{numbers} | {scores} | {wrong or 'agrees'}"


def _score(line: Line) -> str:
    """`-0.52`; for one that was run again both, `4.10 then 0.33`."""
    now = f"{line.counts.z:.2f}"
    return f"{line.before.z:.2f} then {now}" if line.before else now


def together(lines: Sequence[Line]) -> str:
    """What holds of all z, as one sentence."""
    whole = estimate.whole([line.counts.z for line in lines])
    return (
        f"{whole.count} values of z over seeds {', '.join(map(str, _seeds(lines)))}: "
        f"{whole.beyond_three:.1%} beyond 3, mean {whole.mean:.2f}, deviation "
        f"{whole.deviation:.2f}."
    )


def _seeds(lines: Sequence[Line]) -> list[int]:
    return list(dict.fromkeys(line.seed for line in lines))


def put(page: str, text: str) -> str:
    """The page with this text between its marks.

    Raises:
        ValueError: it has no marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no place for the table: {BEGIN} … {END}")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.theory.verify", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, metavar="SEED")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="cases, by their scenario")
    parser.add_argument("--jobs", type=int, default=min(2, joblib.cpu_count()))
    parser.add_argument("--write", action="store_true", help="also into docs/verification.md")
    asked = parser.parse_args(arguments)
    names = [case.scenario for case in rows.CASES]
    unknown = [name for name in asked.only or () if name not in names]
    if unknown:
        parser.error(f"no such case: {', '.join(unknown)} (there are {', '.join(names)})")
    cases = [
        case
        for case in rows.CASES
        if (case.scenario in asked.only if asked.only else case.scenario not in rows.LATER)
    ]
    lines = everything(cases, asked.seeds, asked.jobs)
    text = f"{table(cases, lines)}\n\n{together(lines)}"
    print(text)
    wrong = doubts(lines, all_of_it=not asked.only)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if asked.write:
        PAGE.write_text(put(PAGE.read_text("utf-8"), text), "utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
