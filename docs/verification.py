"""Writes into verification.md how often everything happened, from a folder of results.

    python docs/verification.py results/baseline

What happened fewer than thirty times needs a reason below; without one it ends with 1.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from cssim.experiment import files, folder, logfiles
from cssim.kpi import visits
from cssim.kpi.visits import Count

PAGE = Path(__file__).with_name("verification.md")
BEGIN, END = "<!-- counts: written by verification.py -->", "<!-- end of counts -->"
REASONS = {
    ("step", "1.8.4/9"): "impossible: the row is the *yes* of 8, its work is 13 (R42)",
}
OTHERS = {
    "cause": "{} (what a case's time went into)",
    "late": "{} not kept in time",
    "stockout": "stock-out: a {} waited for",
}


def counted(results: Path) -> list[Count]:
    """All replications of a study together, each in its window."""
    study = files.read_json(results / folder.RUN)
    places = [folder.of_replication(results, n) for n in range(study["replications"])]
    return visits.together(visits.counts(logfiles.read(place)) for place in places)


def written(study: dict[str, object], counts: list[Count]) -> str:
    """The tables, as Markdown."""
    lines = [
        f"{study['replications']} replications of `{study['scenario']}`, seed {study['seed']}:",
        "",
        "| step | how often | its answers |",
        "|---|---|---|",
        *_steps(counts),
        "",
        "| what else | how often |",
        "|---|---|",
        *(f"| {OTHERS[one.what].format(one.name)} | {_number(one)} |"
          for one in counts if one.what in OTHERS),
        "",
        "Fewer than thirty times:",
        "",
        *([f"- {one.what} {one.name}: {REASONS.get((one.what, one.name), 'no reason is given')}"
           for one in visits.rare(counts)] or ["- nothing"]),
    ]  # fmt: skip
    return "\n".join(lines)


def put(page: str, tables: str) -> str:
    """The page with these tables between its marks.

    Raises:
        ValueError: it has no marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no place for the counts: {BEGIN} … {END}")
    return f"{before}{begin}\n\n{tables}\n\n{end}{after}"


def _steps(counts: Iterable[Count]) -> Iterator[str]:
    steps = {one.name: one for one in counts if one.what == "step"}
    answers: dict[str, list[str]] = {name: [] for name in steps}
    for one in counts:
        if one.what == "answer":
            name, _, word = one.name.partition("=")
            answers[name].append(f"{word} {_number(one)}")
    for name, step in steps.items():
        yield f"| {name} | {_number(step)} | {', '.join(answers[name])} |".replace("|  |", "| |")


def _number(one: Count) -> str:
    return f"{one.number:,}" if one.number >= visits.ENOUGH else f"**{one.number}**"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("results", type=Path, help="a folder that `cssim run` has written")
    results = parser.parse_args().results
    counts = counted(results)
    tables = written(files.read_json(results / folder.RUN), counts)
    PAGE.write_text(put(PAGE.read_text("utf-8"), tables), "utf-8")
    doubts = visits.doubts(counts, REASONS)
    for doubt in doubts:
        print(doubt, file=sys.stderr)
    return 1 if doubts else 0


if __name__ == "__main__":
    sys.exit(main())
