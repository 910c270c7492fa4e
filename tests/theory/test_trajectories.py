"""Trajectories that can be told by hand: every customer begins and ends at his exact moment.

`trajectories/*.yaml`: who comes when and how long his service takes, what differs from
`trajectories/world.yaml`, and when each begins and ends, in the order in which they come. A
moment is local time, or a number of minutes since the start.
"""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from cssim import blueprint
from cssim.basis.moments import Epoch
from cssim.eventlog import NEVER
from cssim.scenario import read
from cssim.sim import run

FOLDER = Path(__file__).with_name("trajectories")
ABANDONED = 2
MINUTE = 60_000


def cases():
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.stem != "world":
            for case in YAML(typ="safe").load(path):
                yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def loaded(case, folder):
    """The scenario of a case, written into a folder and read from there."""
    columns = ["severity", "service"]
    services = sorted({str(one["service"]) for one in case["arrivals"]})
    attributes = {"service": _words(services)}
    factors = {"service": {word: float(word) for word in services}}
    world = {"version": 1, "name": "customers", "extends": str(FOLDER / "world.yaml")}
    if any("channel" in one for one in case["arrivals"]):
        columns.append("channel")
        attributes["channel"] = _words(["web", "call"])
        world["live"] = {"channel": "call"}
    patience = sorted({str(one["patience"]) for one in case["arrivals"] if "patience" in one})
    if patience:
        columns.append("patience")
        attributes["patience"] = _words(patience)
        world["telephone"] = {"factors": {"patience": {word: float(word) for word in patience}}}
    world["attributes"] = attributes
    world["work"] = {"station/1": {"time": {"kind": "fixed", "value": "1 min"}, "factors": factors}}
    world["demand"] = {
        "customers": {
            "kind": "file",
            "flow": "station",
            "file": "arrivals.csv",
            "opened_at": "opened_at",
            "attributes": {name: {"column": name} for name in columns},
        }
    }
    _write_arrivals(folder / "arrivals.csv", case, columns)
    _write(folder / "customers.yaml", world)
    asked = {"version": 1, "name": "trajectory", "extends": "customers.yaml"}
    _write(folder / "case.yaml", asked | case.get("scenario", {}))
    return read.load(folder / "case.yaml")


def _write(path, content):
    path.write_text(json.dumps(content, default=str), "utf-8")


def _words(words):
    return {"kind": "choice", "weights": dict.fromkeys(words, 1)}


def _write_arrivals(path, case, columns):
    begin = dt.datetime.fromisoformat(_start(case))
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["opened_at", *columns])
        for one in case["arrivals"]:
            at = one["at"]
            if not isinstance(at, str):
                at = (begin + dt.timedelta(minutes=at)).isoformat()
            told = {"severity": "2", "channel": "web"} | one
            out.writerow([at, *(told[name] for name in columns)])


def _start(case):
    return str(case.get("scenario", {}).get("time", {}).get("start", "2024-04-22"))


def moment(told, epoch):
    """What a case says of a moment, in ms since the start; NEVER where it says nothing."""
    if told is None:
        return NEVER
    if not isinstance(told, str):
        return round(told * MINUTE)
    local = dt.datetime.fromisoformat(told)
    return epoch.at(local.date(), (local.hour * 60 + local.minute) * MINUTE)


def seen(log):
    """(begin, end, hung up) of everybody who came, in ms, in the order in which they came."""
    steps = {int(row["case"]): row for row in log["activities"]}
    contacts = log.tables.get("contacts", ())
    callers = {int(row["case"]) for row in contacts}
    came = [(int(row["at"]), row) for row in contacts]
    came += [
        (int(one["opened_at"]), one) for one in log["cases"] if int(one["case"]) not in callers
    ]
    found = []
    for _, row in sorted(came, key=lambda entry: entry[0]):
        step = steps.get(int(row["case"]))
        hung_up = "until" in row.dtype.names and row["outcome"] == ABANDONED
        served = (int(step["started_at"]), int(step["completed_at"])) if step is not None else None
        found.append((*(served or (NEVER, NEVER)), int(row["until"]) if hung_up else NEVER))
    return found


@pytest.mark.parametrize("case", list(cases()))
def test_everybody_begins_and_ends_at_his_exact_moment(case, tmp_path):
    scenario = loaded(case, tmp_path)
    log = run.simulate(blueprint.build(scenario), seed=1)
    epoch = Epoch(scenario.time.zone, scenario.time.start)
    nobody = [None] * len(case["arrivals"])
    wanted = zip(case["begins"], case["ends"], case.get("hung_up", nobody), strict=True)
    assert seen(log) == [tuple(moment(one, epoch) for one in told) for told in wanted]
