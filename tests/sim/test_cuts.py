"""Steps that end before they are done: late by a limit, or solved elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import ruamel.yaml

from cssim.conformance import departures, facts, invariants, replay
from cssim.flows import read as flows
from cssim.scenario import read as scenarios
from tests.sim.handbook_worlds import ONE_DEFECT as SEED
from tests.sim.handbook_worlds import one_defect
from tests.sim.runs import same_rule, simulated
from tests.sim.test_defects import MANY, software
from tests.sim.worlds import (
    World,
    answered_by,
    answers,
    began,
    case,
    decision,
    fixed,
    node,
    pieces,
    pool,
    step,
    steps,
)


@pytest.fixture
def jobs(world: World) -> World:
    """Jobs of three hours, done by one worker; the boss takes over what is late after two."""
    world.set(
        pools={"worker": pool(1), "boss": pool(3)},
        work={"jobs/1": {"time": fixed("3 h")}, "jobs/2": {"time": fixed("10 min")}},
        answers={"jobs/1": {"weights": {"done": 1}}},
        late={"jobs/1": {"after": "2 h"}},
    )
    world.flow("jobs", {
        "1": decision("worker", answers={"done": "end", "late": "2"}, effect={"late": "true"}),
        "2": step("boss"),
    })  # fmt: skip
    return world


# ---- late ----------------------------------------------------------------------------------


def test_what_is_worked_on_when_it_is_late_ends_and_its_person_is_free(jobs: World) -> None:
    jobs.cases("jobs", [case("mon 09:00"), case("mon 10:30")])
    log = jobs.run()
    assert steps(log, 0) == [
        ("jobs/1", "worker#1", "mon 09:00", "mon 11:00"),
        ("jobs/2", "boss#1", "mon 11:00", "mon 11:10"),
    ]
    assert began(log, "jobs/1")[1] == (1, "mon 11:00")
    assert answered_by(log, 0, "jobs/1") == ["clock"]


def test_what_still_waits_when_it_is_late_leaves_the_line(jobs: World) -> None:
    jobs.set(dispatch={"order": {"formula": "0 - severity"}})
    jobs.cases("jobs", [
        case("mon 09:00"), case("mon 09:30", severity="4"), case("mon 10:50"), case("mon 11:20"),
    ])  # fmt: skip
    log = jobs.run()  # at eleven the third, which is graver, goes before the second
    assert steps(log, 1) == [
        ("jobs/1", "-", "mon 11:30", "mon 11:30"), ("jobs/2", "boss#2", "mon 11:30", "mon 11:40")
    ]  # fmt: skip
    assert steps(log, 3)[0] == ("jobs/1", "worker#1", "mon 12:50", "mon 13:20")


def test_who_begins_at_the_very_moment_is_free_again_at_once(jobs: World) -> None:
    jobs.cases("jobs", [case("mon 09:00"), case("mon 09:00")])
    log = jobs.run()
    assert steps(log, 1)[0] == ("jobs/1", "worker#1", "mon 11:00", "mon 11:00")
    assert answers(log, 1) == {"jobs/1": ["late"]}


def test_what_completes_at_the_very_moment_is_done(jobs: World) -> None:
    jobs.set(late={"jobs/1": {"after": "3 h"}})
    jobs.cases("jobs", [case("mon 09:00")])
    assert answers(jobs.run(), 0) == {"jobs/1": ["done"]}


def test_a_limit_of_another_visit_ends_nothing(jobs: World) -> None:
    jobs.flow("jobs", {
        "1": decision("worker", answers={"done": "2", "late": "2"}, effect={"late": "true"}),
        "2": decision("worker", answers={"again": "1", "out": "end"}),
    })  # fmt: skip
    jobs.set(
        work={"jobs/1": {"time": fixed("90 min")}},
        answers={"jobs/2": {"weights": {"again": 1, "out": 0},
                            "visits": {"2": {"again": 0, "out": 1}}}},
    )  # fmt: skip
    jobs.cases("jobs", [case("mon 09:00")])
    assert answers(jobs.run(), 0)["jobs/1"] == ["done", "done"]


@pytest.mark.parametrize(
    ("rule", "worked"),
    [
        ("pause", [("mon 16:00", "mon 17:00")]),
        ("hand_over", [("mon 16:00", "mon 17:00")]),
        ("finish", []),
    ],
)
def test_a_limit_at_night_ends_what_a_shifts_end_has_cut(
    jobs: World, rule: str, worked: list[tuple[str, str]]
) -> None:
    jobs.set(pools={"worker": pool(1, "day", rule)})
    jobs.cases("jobs", [case("mon 16:00"), case("2 mon 09:00")])
    log = jobs.run()
    assert steps(log, 0)[0][2:] == ("mon 16:00", "mon 18:00")
    assert answers(log, 0) == {"jobs/1": ["late"]}
    assert [piece[3:] for piece in pieces(log, "work") if piece[3][:3] == "mon"] == worked
    assert began(log, "jobs/1")[1] == (1, "2 mon 09:00"), "its person is there for others"


def test_a_job_that_was_laid_down_may_be_late_while_it_waits_again(jobs: World) -> None:
    jobs.set(pools={"worker": pool(1, interrupted_by=["1"])})
    jobs.cases("jobs", [case("mon 09:00", severity="3"), case("mon 10:00", severity="1")])
    log = jobs.run()
    assert steps(log, 0)[0][2:] == ("mon 09:00", "mon 11:00")
    assert [piece[3:] for piece in pieces(log, "work")][:1] == [("mon 09:00", "mon 10:00")]
    assert answers(log, 0) == {"jobs/1": ["late"]}


def test_what_waits_for_its_owner_leaves_his_line(world: World) -> None:
    world.set(
        pools={"worker": pool(2)},
        work={f"jobs/{n}": {"time": fixed("3 h")} for n in "13"} | {
            "jobs/2": {"time": fixed("1 h")}},
        answers={"jobs/3": {"weights": {"done": 1}}},
        late={"jobs/3": {"after": "1 h"}},
    )  # fmt: skip
    world.flow("jobs", {
        "1": step("worker", to="2"),
        "2": step("customer", to="3"),
        "3": decision("worker", answers={"done": "end", "late": "end"}, effect={"late": "true"}),
    }, owned_by="worker")  # fmt: skip
    world.cases("jobs", [case("mon 09:00"), case("mon 10:00"), case("mon 12:30")])
    log = world.run()
    assert steps(log, 0, only="jobs/3") == [("jobs/3", "-", "mon 14:00", "mon 14:00")]


SLA: Mapping[str, Any] = {
    "contract": {"by": "severity", "of": dict.fromkeys("1234", "all")},
    "contracts": {"all": {"calendar": "day", **dict.fromkeys(
        ("first_response", "resolution"), dict.fromkeys("1234", "4 h"))}},
    "applies_to": ["jobs"],
}  # fmt: skip


def test_a_share_of_a_target_counts_open_time(jobs: World) -> None:
    jobs.set(sla=SLA, work={"jobs/1": {"time": fixed("90 h")}})
    jobs.scenario["late"] = {"jobs/1": {"used": {"resolution": 0.75}}}
    jobs.cases("jobs", [case("mon 16:00")])
    assert steps(jobs.run(), 0)[0][3] == "tue 11:00"
    jobs.scenario["late"] = {"jobs/1": {"used": {"resolution": 0.75}, "after": "17 h"}}
    assert steps(jobs.run(), 0)[0][3] == "tue 09:00", "what comes first counts"


def test_a_clock_that_stands_still_makes_nothing_late(jobs: World) -> None:
    jobs.set(
        sla={**SLA, "pause": {"resolution": ["customer"]}},
        answers={"jobs/1": {"weights": {"done": 1}}},
    )
    jobs.flow("jobs", {
        "1": decision("customer", answers={"done": "end", "late": "2"}, effect={"late": "true"}),
        "2": step("boss"),
    })  # fmt: skip
    jobs.scenario["late"] = {"jobs/1": {"used": {"resolution": 0.25}}}
    jobs.cases("jobs", [case("mon 09:00")])
    assert answers(jobs.run(), 0) == {"jobs/1": ["done"]}
    jobs.set(sla={"pause": {"resolution": []}})
    assert steps(jobs.run(), 0)[0][3] == "mon 10:00"


# ---- a variant of the handbook's flow --------------------------------------------------------


def write_variant(folder: Path, ways: Mapping[str, Mapping[str, str]]) -> Path:
    """1.8.3 with more ways on: by node, an answer with which it is cut, and where that leads."""
    yaml = ruamel.yaml.YAML()
    flow = yaml.load((flows.LIBRARY / "1.8.3.yaml").read_text("utf-8"))
    for name, more in ways.items():
        flow["nodes"][name]["effect"] = {EFFECTS[answer]: True for answer in more}
        flow["nodes"][name]["answers"].update(more)
    path = folder / "1.8.3.yaml"
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(flow, stream)
    return path


EFFECTS = {"late": "late", "solved_elsewhere": "cut_by_defect"}


def variant(world: World) -> World:
    """1.8.3 that goes on to the supplier when the centre is late, and back when it is solved."""
    write_variant(world.folder, {"8": {"late": "9"}, "9": {"solved_elsewhere": "11"}})
    one_defect(world)
    said = {
        "1.8.3/8": {"weights": {"yes": 1, "no": 0}},
        "1.8.3/9": {"weights": {"yes": 1, "no": 0}},
    }
    world.set(
        flows={"1.8.3": {"file": "1.8.3.yaml"}},
        answers=said,
        late={"1.8.3/8": {"after": "1 h"}},
    )
    return world


def test_a_wait_at_the_supplier_is_cut_when_the_defect_is_solved_elsewhere(world: World) -> None:
    variant(world)
    # both come to the centre 90 minutes after they open; it needs two hours for the first
    world.cases("1.8.2", [software("mon 09:00", severity="1"), software("mon 10:00", severity="4")])
    world.set(work={"1.8.3/8": {"time": fixed("59 min"), "factors": {"severity": {"1": 2}}}})
    log = world.run(SEED)
    assert answers(log, 0)["1.8.3/8"] == ["late"]
    assert answered_by(log, 0, "1.8.3/8") == ["clock"]
    # it is with the supplier from 11:30, and the second solves their defect at 12:29
    assert answers(log, 0)["1.8.3/9"] == ["solved_elsewhere"]
    assert answered_by(log, 0, "1.8.3/9") == ["fact"]
    assert steps(log, 0, only="1.8.3/9") == [("1.8.3/9", "-", "mon 11:30", "mon 12:29")]
    assert began(log, "1.8.3/11")[0][1] == "mon 12:29"
    assert sorted(log["linked"]["how"].tolist()) == [1, 3]


def test_the_variant_is_told_as_a_departure_and_replays_on_its_own_graph(world: World) -> None:
    variant(world)
    world.cases("1.8.2", [software("mon 09:00", severity="1"), software("mon 10:00")])
    world.set(work={"1.8.3/8": {"time": fixed("59 min"), "factors": {"severity": {"1": 2}}}})
    log = world.run(SEED)
    graphs = scenarios.load(world.folder / "world.yaml").graphs
    told = [str(one) for one in departures.find(graphs, flows.library())]
    assert "1.8.3/8: effect late: yes instead of no (R32)" in told
    assert "1.8.3/9: on solved_elsewhere: 11 instead of nothing (R32, R90)" in told
    replayed = replay.replay(log, graphs, flows.library())
    assert replayed.holds
    assert replayed.by_own_graph == 2
    assert not facts.judge(log, graphs).contradictions


@pytest.mark.parametrize("rule", ["finish", "pause", "hand_over"])
def test_busy_runs_in_which_much_is_cut_are_lawful_and_replay(
    tiny: Any, tmp_path: Path, rule: str
) -> None:
    ways = {"2": {"late": "3"}, "7": {"late": "8"}, "8": {"late": "9"},
            "9": {"late": "13", "solved_elsewhere": "11"}}  # fmt: skip
    log = simulated(scenario := tiny.with_({
        "flows": {"1.8.3": {"file": str(write_variant(tmp_path, ways))}},
        "late": {"1.8.3/2": {"after": "90 min"}, "1.8.3/7": {"after": "3 h"},
                 "1.8.3/8": {"used": {"resolution": 0.2}},
                 "1.8.3/9": {"after": "2 d", "used": {"resolution": 1.5}}},
        "defects": {"all": MANY},
        "demand.north.rate": "60 per day",
        "pools.regional_engineer.north.interrupted_by": ["1"],
        "pools.agent.national.people": 9,
        **same_rule(tiny, rule),
    }))  # fmt: skip
    words = log.terms["answers"]
    cut = {
        (node(log, int(row["node"]))[-1], words[row["answer"]])
        for row in log["activities"]
        if words[row["answer"]] in EFFECTS
    }
    assert cut == {(name, answer) for name, more in ways.items() for answer in more}
    assert [str(problem) for problem in invariants.check(log)] == []
    assert replay.replay(log, scenario.graphs, flows.library()).holds
    assert not facts.judge(log, scenario.graphs).contradictions


@pytest.mark.parametrize("channel", ["web", "phone"])
def test_a_callers_limit_counts_from_when_he_came_to_the_step(jobs: World, channel: str) -> None:
    jobs.set(
        attributes={"channel": {"kind": "choice", "weights": {"web": 1, "phone": 1}}},
        live={"channel": "phone"}, telephone={"service_level": "20 s"},
    )  # fmt: skip
    jobs.cases("jobs", [case("mon 09:00"), case("mon 09:30", channel=channel)])
    log = jobs.run()  # the first is late at eleven, and frees the worker half an hour before
    assert began(log, "jobs/1")[1] == (1, "mon 11:00")
    assert answers(log, 1)["jobs/1"] == ["late"]
    assert began(log, "jobs/2")[1] == (1, "mon 11:30")
