"""What a golden file says, and the command that writes them anew.

    python -m tests.golden.renew

A golden file that changes is a change of results: say what and why in CHANGELOG.md, under
*Results*.
"""

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np

from cssim import blueprint
from cssim.eventlog import ANSWERED_BY, CASE_KINDS, NEVER, OUTCOMES
from cssim.scenario import read
from cssim.sim import run

HERE = Path(__file__).parent
STUDIES = sorted(path.stem for path in HERE.glob("1.8.*.yaml"))
SEED = 1
STEPS = 45  # on a page


def simulated(study):
    return run.simulate(blueprint.build(read.load(HERE / f"{study}.yaml")), SEED)


def told(study, log):
    """The golden file of a study: every table's size and hash, and one case as a reader sees it."""
    return "\n".join([f"{study}, seed {SEED}", "", *_tables(log), "", *_excerpt(study, log), ""])


def _tables(log):
    columns = {**log.tables, **{f"attribute {name}": c for name, c in log.attributes.items()}}
    yield f"{'table':<28}{'rows':>7}  sha256"
    for name, column in sorted(columns.items()):
        yield f"{name:<28}{len(column):>7}  {hashlib.sha256(column.tobytes()).hexdigest()[:32]}"


def _excerpt(study, log):
    """The closed case with the most of the flow's activities, of those that fit on a page."""
    terms, cases, rows = log.terms, log["cases"], log["activities"]
    of_flow = np.array([node["flow"] == study for node in terms["nodes"]])[rows["node"]]
    most = np.bincount(rows["case"][of_flow], minlength=len(cases))
    fits = np.bincount(rows["case"], minlength=len(cases)) <= STEPS
    case = int(np.argmax(most * (fits & (cases["closed_at"] < NEVER))))
    row = cases[case]
    told = [f"{name} {_value(log, name, case)}" for name in sorted(log.attributes)]
    yield f"case {case}, a {CASE_KINDS[row['kind']]}, {OUTCOMES[row['outcome']]}: {', '.join(told)}"
    yield f"{'enabled':<24}{'started':<24}{'completed':<24}{'step':<10}{'who':<26}answer"
    for activity in rows[rows["case"] == case]:
        yield _activity(log, activity).rstrip()


def _value(log, name, case):
    words, value = log.terms["attributes"][name], int(log.attributes[name][case])
    return words[value] if words else value


def _activity(log, row):
    terms = log.terms
    moments = "".join(f"{_local(terms, int(row[name])):<24}" for name in MOMENTS)
    node = terms["nodes"][row["node"]]
    who = terms["agents"][row["agent"]]["name"] if row["agent"] >= 0 else "/".join(node["doers"])
    answer = ""
    if row["answer"] >= 0:
        answer = f"{terms['answers'][row['answer']]} ({ANSWERED_BY[row['answered_by']]})"
    return f"{moments}{node['flow'] + '/' + node['id']:<10}{who:<26}{answer}"


MOMENTS = ("enabled_at", "started_at", "completed_at")


def _local(terms, at):
    if at == NEVER:
        return "never"
    start = dt.datetime.fromisoformat(terms["start"])
    return (start + dt.timedelta(milliseconds=at)).isoformat(sep=" ", timespec="milliseconds")


def main():
    for study in STUDIES:
        text = told(study, simulated(study))
        (HERE / f"{study}.txt").write_text(text, "utf-8")
        print(f"{study}.txt: {len(text.splitlines())} lines")


if __name__ == "__main__":
    main()
