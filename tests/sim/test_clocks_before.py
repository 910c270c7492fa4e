"""Clocks that are opened with what they had used before, as those of a case that was open then."""

import pytest

from cssim import blueprint
from cssim.eventlog import NEVER
from cssim.scenario import read
from cssim.sim.clocks import BREACH, START, STOP, Before
from cssim.sim.promises import FIRST_RESPONSE, RESOLUTION, PromiseKeeper
from cssim.sim.recorder import Recorder
from cssim.sim.state import Case

HOUR = 3_600_000
NOON = 12 * HOUR  # on a Monday; the promise is 8 hours of a calendar from 8:30 to 17:30


@pytest.fixture(scope="module")
def rules(root):
    scenario = read.load(root / "tests/scenarios/valid/tiny.yaml")
    targets = dict.fromkeys("1234", "8 h")
    changes = {"calendar": "desk", "resolution": targets, "first_response": targets}
    return blueprint.build(
        scenario.with_({f"sla.contracts.key.{name}": value for name, value in changes.items()})
    ).promises


def opened(rules, had):
    """A case with the first contract, and (clock, event, used in hours) of what was told."""
    recorder = Recorder()
    case = Case(0, 0, 0, 0, (), 0, 0, (), NOON)
    case.contract = 0
    PromiseKeeper(rules, recorder).open(case, NOON, had)
    rows = recorder.table("clocks")
    return case, [
        (int(row["clock"]), int(row["event"]), row["used"] / HOUR) for row in rows
    ]  # fmt: skip


def test_what_was_used_before_is_not_left(rules):
    case, told = opened(rules, Before({RESOLUTION: 5 * HOUR, FIRST_RESPONSE: HOUR}))
    assert told == [(FIRST_RESPONSE, START, 1), (RESOLUTION, START, 5)]
    assert case.due == rules.contracts[0].hours[RESOLUTION][0].add(NOON, 3 * HOUR)


def test_a_clock_that_had_stopped_stays_so(rules):
    used = {RESOLUTION: 0, FIRST_RESPONSE: 7 * HOUR}
    case, told = opened(rules, Before(used, stopped=frozenset({FIRST_RESPONSE})))
    assert told[:2] == [(FIRST_RESPONSE, START, 7), (FIRST_RESPONSE, STOP, 7)]
    assert case.due == rules.contracts[0].hours[RESOLUTION][0].add(NOON, 8 * HOUR)


def test_what_was_past_its_target_is_broken_when_it_is_opened_unless_that_was_told(rules):
    late = {RESOLUTION: 9 * HOUR}
    assert (RESOLUTION, BREACH, 9) in opened(rules, Before(late))[1]
    told = opened(rules, Before(late, broken=frozenset({RESOLUTION})))[1]
    assert BREACH not in [event for _, event, _ in told]


def test_a_promise_that_was_agreed_anew_is_in_force(rules):
    agreed = NOON + HOUR
    case, _ = opened(rules, Before({RESOLUTION: HOUR}, renewed_due=agreed))
    keeper = PromiseKeeper(rules, Recorder())
    assert case.due == agreed < NEVER
    assert [keeper.kept(case, at) for at in (agreed, agreed + 1)] == [True, False]
