"""`cssim explain`: one case of a results folder as a reader meets it."""

import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from cssim.basis.moments import HOUR, MINUTE, SECOND
from cssim.cli import main
from cssim.eventlog import NEVER
from cssim.experiment import kept, study
from cssim.flows import read as flows
from cssim.kpi import breaches, timelines
from cssim.report import explain, explain_words
from cssim.scenario import read
from tests.sim.handbook_worlds import likely, requests
from tests.sim.worlds import World, case, fixed, pool, step
from tests.unit.small_log import Log

LIBRARY = flows.library()


@pytest.fixture(scope="module")
def results(root, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("explain") / "results"
    scenario = read.load(root / "tests/scenarios/valid/tiny.yaml")
    study.run(scenario, study.Plan(folder, replications=2, jobs=1))
    return folder


@pytest.fixture(scope="module")
def log(results):
    return kept.log(results)


def cssim(*arguments):
    return CliRunner().invoke(main.app, ["explain", *map(str, arguments)])


def text(log, number, lang="en"):
    return "\n".join(explain.lines(log, number, LIBRARY, lang))


def ms(written):
    """A length as it is written, in ms."""
    hours, minutes, seconds = written.split(":")
    whole, _, part = seconds.partition(".")
    return int(hours) * HOUR + int(minutes) * MINUTE + int(whole) * SECOND + int(part or 0)


CASE = """\
case 0  a customer's request
  flow=1.8.2 Service-request handling  region=north  contract=standard
  severity=1  channel=web  product=router  customer=0  in_scope=yes  key_account=no  problem=common\
  on_site_cover=no  warranty=yes  contract_customer=yes  new_problem=yes
  opened Mon 2025-01-06 08:30:00
  closed Mon 2025-01-06 10:30:00  solved
  elapsed 2:00:00.000

Timeline (local time; lengths in h:mm:ss)
  Mon 2025-01-06 08:30:00  1.8.2/1  {1}
         0:30:00  nobody on duty: agent
         0:10:00  worked on: agent#1
  Mon 2025-01-06 09:10:00  1.8.2/2  {2}
         0:10:00  worked on: agent#1
      answer: yes (the case is so)
"""
SUMS = """\
What the time went into (h:mm:ss)
       1:30:00.000   75.0%  worked on
                             1:30:00.000  agent
       0:30:00.000   25.0%  nobody on duty
                             0:30:00.000  agent
       2:00:00.000  100.0%  together: the elapsed time

Clocks
  first response: target 1:00:00 of the contract's hours, used 1:20:00
      due Mon 2025-01-06 09:30:00
      broken: stopped Mon 2025-01-06 09:50:00
      the breach is of: worked on, 0:30:00 of the target
      in the hands of: agent, 1:00:00 of the target
  resolution: target 24:00:00 of the contract's hours, used 1:40:00
      due Tue 2025-01-07 08:30:00
      kept: stopped Mon 2025-01-06 10:10:00"""


def test_it_tells_what_a_case_is_its_steps_its_sums_and_its_clocks(tmp_path):
    world = requests(World(tmp_path))
    world.set(pools={"agent": {"national": {"people": 1, "calendar": "day"}}})
    world.cases("1.8.2", [case("mon 08:30", problem="common")])
    told = text(world.run(), 0)
    sentences = {f"{{{id_}}}": LIBRARY["1.8.2"].nodes[id_].text.en for id_ in ("1", "2")}
    expected = CASE
    for hole, sentence in sentences.items():
        expected = expected.replace(hole, sentence)
    assert told.startswith(expected)
    assert told.endswith(SUMS)


def test_the_sum_by_cause_is_the_elapsed_time_to_the_millisecond(log):
    for number in range(0, len(log["cases"]), 7):
        told = text(log, number)
        elapsed = re.search(r"elapsed ([\d:.]+)", told)[1]
        sums = re.findall(r"^  ([ \d:.]{16}) +[\d.]+%  (.*)", told, re.MULTILINE)
        *causes, (together, _) = [(ms(time.strip()), name) for time, name in sums]
        assert sum(time for time, _ in causes) == together == ms(elapsed)


def test_a_broken_promise_tells_when_it_was_due_and_whose_breach_it_is(log):
    row = breaches.read(log)[0]
    told = text(log, int(row["case"]))
    due = explain_words.Names(log.terms, "en").moment(row["at"])
    cause = explain_words.cause(timelines.CAUSES[row["cause"]], "en")
    spent = explain_words.length(row["time_in_cause"])
    assert f"      due {due}\n      broken" in told
    assert f"      the breach is of: {cause}, {spent} of the target" in told


def test_a_promise_that_was_kept_tells_its_pauses_and_when_it_would_have_fallen_due():
    log = Log()
    number = log.case(0, 10)
    log.activity(number, "desk", 0, 0, 1, agent="A")
    log.activity(number, "bring", 1, 1, 9)
    log.activity(number, "desk", 9, 9, 10, agent="A", visit=2)
    log.clock(number, ("start", 0), ("pause", 1), ("resume", 9), ("stop", 10))
    told = text(log.made(), number)
    assert told.splitlines()[-4:] == [
        "  resolution: target 4:00:00 of the contract's hours, used 2:00:00",
        "      paused  Mon 2025-01-06 01:00:00 – Mon 2025-01-06 09:00:00  8:00:00",
        "      due Mon 2025-01-06 12:00:00",
        "      kept: stopped Mon 2025-01-06 10:00:00",
    ]


def test_a_case_that_is_still_open_is_told_up_to_the_end_of_the_run():
    log = Log()
    number = log.case(300)
    log.activity(number, "desk", 300)
    log.clock(number, ("start", 300), ("breach", 304))
    told = text(log.made(), number)
    assert "still open when the run ended, at Mon 2025-01-20 00:00:00" in told
    assert "      not done when the run ended" in told
    assert "      broken, and still running when the run ended" in told
    assert "36:00:00.000  100.0%  queueing" in told


def test_a_case_without_a_promise_says_so():
    log = Log()
    log.activity(log.case(0, 1), "desk", 0, 0, 1, agent="A")
    assert text(log.made(), 0).splitlines()[-1] == "  nothing was promised"


def test_a_promise_agreed_anew_is_told():
    log = Log()
    number = log.case(0, 9)
    log.activity(number, "desk", 0, 0, 9, agent="A")
    log.clock(number, ("start", 0), ("stop", 9), ("breach", 4))
    log.clock(number, ("retarget", 5), target=6, promise=1)
    assert text(log.made(), 0).splitlines()[-1] == (
        "      promised anew Mon 2025-01-06 05:00:00: 6:00:00 of the contract's hours from then on"
    )


def test_in_chinese_it_has_the_documents_own_sentences(log):
    told = text(log, 20, "zh")
    assert LIBRARY["1.8.2"].nodes["26"].text.zh in told
    assert not re.search(r"\b(opened|closed|waiting|worked|target|due)\b", told)


def test_every_phrase_is_in_both_languages_with_the_same_values():
    for words in (*explain_words._WORDS.values(), *explain_words.CAUSES.values()):
        assert set(words) == {"en", "zh"}
        holes = [set(re.findall(r"{(\w+)}", told)) for told in words.values()]
        assert holes[0] == holes[1]
    assert tuple(explain_words.CAUSES) == timelines.CAUSES


def test_the_command_prints_the_case_of_the_replication_that_is_asked_for(results):
    found = cssim(results, 3, "--replication", 1, "--lang", "zh")
    assert found.exit_code == 0, found.output
    assert found.output == text(kept.log(results, 1), 3, "zh") + "\n"
    assert found.output != cssim(results, 3, "--lang", "zh").output


def test_every_kind_of_case_can_be_told(log):
    cases = log["cases"]
    for kind in np.unique(cases["kind"]):
        for is_open in (False, True):
            of = np.flatnonzero(
                (cases["kind"] == kind) & ((cases["closed_at"] == NEVER) == is_open)
            )
            for number in of[:3].tolist():
                assert text(log, number).startswith(f"case {number}  ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{folder}/nothing", 1], "{folder}/nothing: there is no such folder"),
        (["{folder}", 1],
         "{folder}: no results of a run (run.json is missing); cssim run makes some"),
        (["{results}", 1, "--replication", 5],
         "{results}: there is no replication 5 (the run was asked for 2, from 0)"),
        (["{results}", 9999], "case 9999: there is no such case (expected 0 … {last})"),
    ],
)  # fmt: skip
def test_what_cannot_be_explained_is_told_in_one_line(results, log, arguments, message):
    names = {"folder": results.parent, "results": results, "last": len(log["cases"]) - 1}
    found = cssim(*(str(one).format(**names) for one in arguments))
    assert found.exit_code == 2
    assert found.stderr == message.format(**names) + "\n"


def test_a_replication_without_its_log_is_told(results, tmp_path):
    target = tmp_path / "replication-00"
    target.mkdir()
    for name in ("run.json", "scenario.resolved.yaml"):
        (tmp_path / name).write_bytes((results / name).read_bytes())
    found = cssim(tmp_path, 1)
    assert found.exit_code == 2
    assert found.stderr == f"{target}: no event log there (terms.json is missing)\n"


CLOCKS_OF_ALL_KINDS = """\
Clocks
  first response: target 2:00:00 of the contract's hours, used 1:40:00
      goes on with 0:50:00 used before
      due Tue 2025-01-07 11:40:00
      kept: stopped Tue 2025-01-07 11:20:00
  resolution: target 2:00:00 of the contract's hours, used 2:20:00
      goes on with 1:10:00 used before
      due Tue 2025-01-07 11:20:00
      broken: stopped Tue 2025-01-07 11:40:00
      the breach is of: worked on, 2:00:00 of the target
      in the hands of: agent, 2:00:00 of the target
      promised anew Tue 2025-01-07 12:10:00: 2:00:00 of the contract's hours from then on
  informing the customer (2): target 1:00:00 of the contract's hours, used 1:30:00
      goes on with 0:50:00 used before
      due Tue 2025-01-07 10:40:00
      broken: stopped Tue 2025-01-07 11:10:00
      the breach is of: worked on, 1:00:00 of the target
      in the hands of: agent, 1:00:00 of the target
  informing the customer (3): target 1:00:00 of the contract's hours, used 1:20:00
      due Tue 2025-01-07 12:10:00
      broken: stopped Tue 2025-01-07 12:30:00
      the breach is of: worked on, 1:00:00 of the target
      in the hands of: agent, 1:00:00 of the target
  stay at tier agent (2): target 1:00:00 of the contract's hours, used 1:10:00
      due Tue 2025-01-07 11:30:00
      broken: stopped Tue 2025-01-07 11:40:00
      the breach is of: worked on, 1:00:00 of the target
      in the hands of: agent, 1:00:00 of the target"""


@pytest.fixture
def with_all_clocks(tmp_path):
    hour = dict.fromkeys("1234", "1 h")
    update = {"start": "opened", "stop": {"completed": ["1.8.2/6"]}, "repeats": True}
    world = requests(World(tmp_path))
    world.set(
        time={"window": "2 d"},
        sla={
            "clocks": {"update": update},
            "contracts": {"standard": {
                "update": hour, "resolution": {**hour, "2": "2 h", "4": "5 h"}}},
            "tiers": {"agent": {"calendar": "always", "target": hour}},
            "reclassify": {"1.8.2/8": {"4": {"2": 1}}},
            "reopen": {"chance": 1, "after": fixed("1 d"), "clock": "continue"},
        },
    )  # fmt: skip
    world.cases("1.8.2", [case("mon 09:00", severity="4")])
    return world.run()


def test_every_clock_is_told_in_all_its_laps_and_with_what_it_had_before(with_all_clocks):
    told = text(with_all_clocks, 1)
    assert told.startswith("case 1  case 0 once more\n")
    assert told.endswith(CLOCKS_OF_ALL_KINDS)


def test_a_changed_severity_is_told_with_its_new_target(with_all_clocks):
    changed = "severity changed Mon 2025-01-06 09:50:00: target 2:00:00 from then on"
    assert f"  resolution: target 5:00:00 of the contract's hours, used 1:10:00\n      {changed}" \
        in text(with_all_clocks, 0)  # fmt: skip


def test_the_causes_of_a_breach_that_went_on_are_together_the_target(with_all_clocks):
    found = breaches.read(with_all_clocks)
    parts = breaches.spent(with_all_clocks, found)
    assert set(found["case"]) == {0, 1}
    assert parts.by_cause.sum(axis=1).tolist() == found["target"].tolist()


# ---- who took it over, and what it has in common with others -------------------------------


def test_a_takeover_is_told_at_the_step_at_which_it_was(tmp_path):
    world = World(tmp_path)
    world.set(
        pools={"worker": pool(2, "day", "hand_over")},
        work={"work/1": {"time": fixed("5 h")}},
        owners={"work": {"role": "worker", "wait": "1 h"}},
    )
    world.set(pools={"worker": {"national": {"people": 1, "groups": {
        "old": {"people": 1, "calendar": "early"}}}}})  # fmt: skip
    world.flow("work", {"1": step("worker")})
    world.cases("work", [case("mon 08:00")])
    told = text(world.run(), 0)
    assert "      worker#1 takes over from worker#2: waited for too long\n" in told


def test_the_defect_of_a_case_is_told_with_who_solved_it(tmp_path):
    world = requests(World(tmp_path))
    world.set(
        defects={"firmware": {
            "cases": {"problem": ["software"]}, "incidence": {"router": "5 per day"},
            "lasts": "20 weeks", "weight": {"kind": "fixed", "value": 1}, "alone": 0,
            "asked_at": ["1.8.3/2"], "solved_at": ["1.8.3/8"],
        }},
        answers=likely(f183_2="yes"),
    )  # fmt: skip
    world.cases("1.8.2", [case("mon 09:00", problem="software")])
    log = world.run()
    number = int(log["linked"]["defect"][0])
    assert f"\n  belongs to defect {number}: solved alone, before the defect was\n" in text(log, 0)
