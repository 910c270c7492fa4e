"""Starting from today: a run begins with open cases, and goes on as if it had never stopped."""

import csv
import datetime as dt
from itertools import repeat

import numpy as np
import pytest

from cssim.basis import moments
from cssim.basis.moments import Epoch
from cssim.blueprint import backlog_cells
from cssim.eventlog import CASE_KINDS, CLOCKS, EventLog
from cssim.kpi import breaches, promises, timelines
from tests.sim import handbook_worlds
from tests.sim.chains import assert_goes_on, cut
from tests.sim.handbook_worlds import steps_with_people
from tests.sim.worlds import World, case, choice, fixed, pool, step, steps

REOPENED = CASE_KINDS.index("reopened")
PROBLEMS = ("common", "hardware", "software", "return", "dead_on_arrival", "service")
RULES = ("finish", "pause", "hand_over")
PLANS = ("1.8.1", "1.8.6", "1.8.7", "1.8.8b")  # management flows with splits and meetings


@pytest.fixture
def desk(world: World) -> World:
    """Requests of all kinds, of which some thirty come in the evenings of one week."""
    handbook_worlds.requests(world)
    slow = {"1.8.4/4": "30 h", "1.8.4/12": "20 h", "1.8.5/5": "3 h"}
    world.set(
        work={name: {"time": fixed(time)} for name, time in slow.items()},
        answers=handbook_worlds.likely(f183_7="no", f183_8="no", f184_8="no"),
        sla={"pause": {"resolution": ["customer", "part"], "first_response": []}},
    )
    world.cases("1.8.2", [
        case(f"{day} {18 + n}:{7 * n + 3 * m + 1:02}", problem=problem, severity=str(n % 4 + 1),
             on_site_cover="yes" if (n + m) % 2 else "no", warranty="no" if n % 2 else "yes",
             contract_customer="yes" if n % 3 else "no", key_account="yes" if m % 3 == 0 else "no",
             channel="phone" if n == 1 else "web")
        for m, day in enumerate(("mon", "tue", "wed", "thu", "fri"))
        for n, problem in enumerate(PROBLEMS)
    ])  # fmt: skip
    return world


@pytest.fixture
def plans(world: World) -> World:
    """Management flows whose steps take seven hours each; they meet, and work in parallel."""
    roles = ("product_manager", "rnd", "hq_engineer", "finance", "board", "regional_sales",
             "regional_manager", "bu_manager", "product_review", "regional_engineer",
             "sales_director")  # fmt: skip
    world.set(
        pools={role: pool(2, calendar="day", shift_end="pause") for role in roles},
        work={name: {"time": fixed("7 h")} for name in steps_with_people(*PLANS)},
        answers=handbook_worlds.sure({"1.8.1/6": "yes", "1.8.6/4": "yes", "1.8.6/5": "yes"}),
        meetings={name: {"notice": "3 d", "summoned": {}}
                  for name in ("1.8.7/5", "1.8.7/6", "1.8.8b/2")},
    )  # fmt: skip
    for flow, day in zip(PLANS, ("mon", "tue", "wed", "thu"), strict=True):
        world.at(flow, day, time="10:00")
    return world


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("people", "calendar"), [(1, "always"), (3, "day")])
def test_a_run_that_is_cut_goes_on_to_the_minute(
    desk: World, rule: str, people: int, calendar: str
) -> None:
    """By day and night there is one of each: who has been idle longest is forgotten."""
    for role in desk.scenario["pools"]:
        desk.set(pools={role: pool(people, calendar, rule)})
    assert_goes_on(desk, 1, 2, 3, 4, 8, 15)


@pytest.mark.parametrize("rule", RULES)
def test_branches_several_doers_and_meetings_go_on(plans: World, rule: str) -> None:
    """Cut on two Fridays, with meetings ahead that have their three days' notice."""
    for role in plans.scenario["pools"]:
        plans.set(pools={role: {"national": {"shift_end": rule}}})
    assert_goes_on(plans, 4, 11)


@pytest.mark.parametrize("rule", RULES)
def test_parallel_branches_go_on_day_after_day(plans: World, rule: str) -> None:
    del plans.scenario["meetings"]
    for name in [*plans.scenario["demand"]]:
        if plans.scenario["demand"][name]["flow"] in ("1.8.7", "1.8.8b"):
            del plans.scenario["demand"][name]
    plans.set(work={name: {"enabled": False} for name in steps_with_people("1.8.7", "1.8.8b")})
    for role in plans.scenario["pools"]:
        plans.set(pools={role: {"national": {"shift_end": rule}}})
    assert_goes_on(plans, 1, 2, 3, 4, 7, 8, 9, 10, 11)


def test_what_was_interrupted_or_cut_goes_on_with_what_is_left_of_it(world: World) -> None:
    for calendar in ("always", "day"):
        for rule in RULES:
            world.set(
                pools={"worker": pool(2, calendar, rule, interrupted_by=["1"])},
                work={"jobs/1": {"time": fixed("7 h")}},
            )
            world.flow("jobs", {"1": step("worker")})
            world.cases("jobs", [
                case(f"{day} {time}", severity=severity)
                for day in ("mon", "tue", "wed")
                for time, severity in zip(("15:00", "16:07", "16:30", "20:00"), "3211", strict=True)
            ])  # fmt: skip
            assert_goes_on(world, 1, 2, 3, 4, 5)


def test_live_callers_and_dedicated_agents_go_on(world: World) -> None:
    """Without a telephone a caller is a case that waits; R21's one agent has his own line."""
    handbook_worlds.requests(world)
    world.set(
        pools={"agent": pool(2, "day", "pause")},
        attributes={"customer": {"kind": "number", "count": 2}},
    )
    world.cases("1.8.2", [
        case(f"{day} 16:{minute:02}", channel=channel, key_account=account)
        for day in ("mon", "tue")
        for minute in (31, 37, 41, 44, 48, 55)
        for channel in ("phone", "web")
        for account in ("yes", "no")
    ])  # fmt: skip
    world.scenario["demand"]["1-8-2"].pop("chasers", None)
    assert_goes_on(world, 1, 2, 3)


def test_stays_with_tiers_and_suppliers_go_on_with_what_they_have_used(desk: World) -> None:
    """Cut at night and by day in mid-stay; which promise of theirs was kept is the same."""
    slow(desk)
    hour = dict.fromkeys("1234", "9 h")
    desk.set(sla={
        "pause": {"resolution": ["customer"]},
        "tiers": {role: {"calendar": "day", "target": hour}
                  for role in ("agent", "regional_engineer", "hq_engineer")},
        "suppliers": {"acme": {"target": hour}},
    })  # fmt: skip
    days = [1, 2, 3, 4, 8, 15]
    nested = [CLOCKS.index(name) for name in promises.NESTED]
    for start, log in zip(days, cut(desk, *days)[1:], strict=True):
        begun = np.isin(log["clocks"]["clock"], nested) & (log["clocks"]["at"] < 0)
        assert begun.any() or start == 15
    assert_goes_on(desk, *days)
    chain = zip(cut(desk, *days), (0, *days), strict=True)
    assert kept(desk.run(), 0) == sorted(row for log, start in chain for row in kept(log, start))


def kept(log: EventLog, start: int) -> list[tuple[str, int, bool]]:
    """(clock, when it fell due, whether it was kept) of the nested promises due in a run."""
    found = []
    for name in promises.NESTED:
        of = promises.read(log, name)
        due = (of.due_at >= 0) & (of.due_at < log.terms["window"]["end_at"])
        at = (of.due_at[due] + start * moments.DAY).tolist()
        found += zip(repeat(name), at, of.kept[due].tolist())
    return sorted(found)


@pytest.mark.parametrize("clock", ["continue", "anew"])
def test_who_comes_back_with_a_closed_case_does_so_after_a_cut(desk: World, clock: str) -> None:
    """And what a promise has used is counted on, of open and of closed cases, over several cuts.

    No clock stands still: of one that has broken it is not told when it stood.
    """
    slow(desk)
    desk.scenario["sla"]["pause"]["resolution"] = []
    desk.set(sla={"reopen": {"chance": 1, "after": fixed("3307 min"), "clock": clock}})
    days = (1, 2, 3, 4, 8, 15)
    logs = cut(desk, *days)
    kinds = [set(log["cases"]["kind"][log["cases"]["opened_at"] > 0]) for log in logs]
    assert REOPENED in kinds[4] & kinds[5] & kinds[6]
    assert_goes_on(desk, *days)


def test_units_of_a_population_ask_next_when_they_would_have(world: World) -> None:
    world.set(
        pools={"worker": pool(1, "day", "pause")},
        work={"jobs/1": {"time": fixed("3 h")}},
        demand={"machines": {"kind": "population", "flow": "jobs", "units": 4, "region": "north",
                             "time": fixed("17 h")}},
    )  # fmt: skip
    world.flow("jobs", {"1": step("worker")})
    assert len(cut(world, 1, 2)[1]["cases"]) > 3
    assert_goes_on(world, 1, 2, 3, 4, 8)


def test_a_survey_goes_on_collecting(world: World) -> None:
    roles = ("sales_director", "product_manager", "hq_engineer", "regional_manager", "bu_manager")
    world.set(
        pools={role: pool(1) for role in roles},
        work={
            name: {"time": fixed("1 h")}
            for name in steps_with_people("1.8.8a")
            if name not in ("1.8.8a/3", "1.8.8a/4")
        },
        surveys={"1.8.8a/3": {"asked": 9, "answering": 1, "period": "7 d", "time": fixed("1 d")}},
    )
    world.at("1.8.8a", "mon", time="09:00")
    assert_goes_on(world, 1, 5, 8)


# ---- files that somebody else has written ---------------------------------------------------


def told(world: World, *rows: dict[str, str]) -> None:
    """A run from these open cases of the flow `jobs`."""
    header = list(
        dict.fromkeys(["id", "source", "opened_at", "stack", *(n for r in rows for n in r)])
    )
    with (world.folder / "open.csv").open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, header)
        out.writeheader()
        for number, row in enumerate(rows):
            case_id = f"T{number}"
            usual = {"id": case_id, "source": "jobs", "opened_at": "2025-01-03 10:00",
                     "stack": "jobs/1"}  # fmt: skip
            out.writerow({**usual, **row})
    world.set(backlog={"file": "open.csv"})


@pytest.fixture
def jobs(world: World) -> World:
    """Two workers by day, jobs of an hour, and one new job on Monday at noon."""
    world.set(
        pools={"worker": pool(2, "day", "pause")},
        work={"jobs/1": {"time": fixed("1 h")}},
        dispatch={"order": "fifo", "no_promise": {"severity": "4"}},
    )
    world.flow("jobs", {"1": step("worker")})
    world.cases("jobs", [case("mon 12:00")])
    return world


def test_work_in_hand_is_resumed_first_by_the_first_who_has_none(jobs: World) -> None:
    told(jobs, {}, {"state": "left 30 min"}, {"state": "left 50 min"}, {"state": "left 40 min"})
    assert [row[1:] for row in steps(jobs.run())] == [
        ("jobs/1", "worker#1", "0 fri 10:00", "mon 09:30"),
        ("jobs/1", "worker#2", "0 fri 10:00", "mon 09:50"),
        ("jobs/1", "worker#2", "0 fri 10:00", "mon 10:30"),  # nobody had a hand free for it
        ("jobs/1", "worker#1", "mon 09:30", "mon 10:30"),
        ("jobs/1", "worker#1", "mon 12:00", "mon 13:00"),
    ]


def test_who_is_named_resumes_it_and_in_overtime_goes_on_at_once(jobs: World) -> None:
    jobs.set(pools={"worker": {"national": {"shift_end": "finish"}}})
    told(jobs, {"state": "left 30 min; by worker#2"}, {"state": "left 9 h; by worker#1"})
    assert [row[2:] for row in steps(jobs.run())][:2] == [
        ("worker#2", "0 fri 10:00", "mon 00:30"),
        ("worker#1", "0 fri 10:00", "mon 09:00"),
    ]


def test_what_nobody_is_named_for_is_resumed_by_who_has_no_work_of_his_name(jobs: World) -> None:
    told(jobs, {"state": "left 1 h"}, {"state": "left 1 h; by worker#1"})
    assert [row[2:] for row in steps(jobs.run())][:2] == [
        ("worker#2", "0 fri 10:00", "mon 10:00"),
        ("worker#1", "0 fri 10:00", "mon 10:00"),
    ]


def test_who_waits_keeps_his_place_in_the_line(jobs: World) -> None:
    jobs.set(pools={"worker": pool(1, "day", "pause")})
    late, early = "since 2025-01-03 16:00", "since 2025-01-03 12:00"
    told(jobs, {"state": late}, {"state": early}, {"state": f"{late}; began 2025-01-03 16:30; "
         "left 10 min; waiting"})  # fmt: skip
    assert [(row[0], row[4]) for row in steps(jobs.run())] == [
        (3, "mon 11:10"), (2, "mon 10:00"), (1, "mon 11:00"), (0, "mon 13:00"),
    ]  # fmt: skip


def test_what_is_not_told_is_drawn_at_the_address_of_the_id(jobs: World) -> None:
    jobs.set(
        attributes={"colour": choice(*"abcdefgh"), "customer": {"kind": "number", "count": 999}}
    )
    told(jobs, {"id": "X"}, {"id": "Y"})
    first = jobs.run().attributes
    told(jobs, {"id": "Y", "severity": "4"}, {"id": "Z"})
    second = jobs.run().attributes
    for name in ("colour", "customer"):
        assert first[name][2] == second[name][1]
        assert first[name][1] != second[name][2]
    assert second["severity"][1] == 3


def test_an_open_request_is_chased_as_any_other(jobs: World) -> None:
    jobs.set(demand={"jobs": {"chasers": "30 per day"}}, pools={"worker": pool(1, "day", "pause")})
    told(jobs, {"chased": "7", "state": "left 40 h"})
    log = jobs.run()
    chasers = log["cases"][log["cases"]["kind"] == 1]
    mine = chasers[chasers["parent"] == 1]
    assert len(mine) > 60
    assert sorted(mine["link"]) == list(range(8, 8 + len(mine)))


def slow(world: World) -> None:
    """One of everybody, by day: much is left open."""
    for role in world.scenario["pools"]:
        world.set(pools={role: pool(1, "day", "pause")})


def test_the_ledger_is_told_from_the_runs_start(desk: World) -> None:
    slow(desk)
    for log in cut(desk, 2, 4)[1:]:
        before = np.flatnonzero((log["cases"]["opened_at"] < 0) & (log["cases"]["closed_at"] > 0))
        assert len(before) > 5
        rows = timelines.read(log, before)
        for number in before:
            mine = rows[rows["case"] == number]
            until = min(log["cases"]["closed_at"][number], log.terms["window"]["end_at"])
            assert (mine["from_at"][0], mine["to_at"][-1]) == (0, until)
            assert (mine["from_at"][1:] == mine["to_at"][:-1]).all()


def test_a_promise_used_up_before_the_run_is_broken_then_by_nobody_of_the_run(desk: World) -> None:
    slow(desk)
    log = cut(desk, 5)[1]
    found = breaches.read(log)
    early = found[found["at"] < 0]
    assert len(early)
    assert set(early["cause"]) == {-1}
    assert (found["cause"][found["at"] > 0] >= 0).any()


def test_a_moment_that_happens_twice_is_written_and_read_as_the_one_it_was() -> None:
    """On 27 October 2024 it was 02:50 in Berlin twice."""
    epoch = Epoch("Europe/Berlin", dt.date(2024, 10, 21))
    at = moments.HOUR * (6 * 24 + 3) + 50 * moments.MINUTE  # the second time
    told = epoch.text(at)
    assert told == "2024-10-27 02:50+01:00"
    assert epoch.text(at - moments.HOUR) == "2024-10-27 02:50"
    say = backlog_cells.Cells({"agents": []}, epoch)
    assert (say.moment(told), say.moment("2024-10-27 02:50")) == (at, at - moments.HOUR)
    with pytest.raises(ValueError, match="a local date and time is expected"):
        say.moment("2024-10-27 12:50+05:00")


def test_who_was_put_through_keeps_his_own_regions_promises(world: World) -> None:
    """North is closed at ten, so its caller is answered, and worked for, in the south."""
    handbook_worlds.requests(world)
    north = {"people": 1, "calendar": "late", "shift_end": "finish"}
    world.scenario["pools"]["agent"] = {"north": north, "south": {**north, "calendar": "always"}}
    world.scenario["parts"]["stock"]["south"] = world.scenario["parts"]["stock"]["north"]
    world.set(
        regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "always"}},
        sla={"contracts": {"standard": {"calendar": "region"}}},
        telephone={"overflow": {"after": "1 min", "to": {"north": "south"}}},
        work={"1.8.2/6": {"time": fixed("30 h")}},
    )
    world.cases("1.8.2", [case("mon 10:00", channel="phone")])
    assert_goes_on(world, 1)
