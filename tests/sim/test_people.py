"""Persons: hours of their own, what they can and how fast, and when they are away."""

import math

import numpy as np
import pytest

from cssim.basis import moments
from cssim.eventlog import DUTY_KINDS
from cssim.kpi import summary
from tests.sim.worlds import (
    World,
    began,
    case,
    decision,
    doer,
    fixed,
    link,
    moment,
    pieces,
    pool,
    sittings,
    step,
    steps,
    told,
)  # fmt: skip

NIGHTS = {"nights": {"week": {"mon-sun": ["00:00-09:00", "17:00-24:00"]}}}
ABSENT = ("leave", "sick")


@pytest.fixture
def shop(world: World) -> World:
    """One worker from nine to five, and steps of two hours."""
    world.set(
        dispatch={"order": "fifo"},
        calendars=NIGHTS,
        pools={"worker": pool(1, "day", "pause")},
        work={name: {"time": fixed("2 h")} for name in ("work/1", "two/1", "two/2")},
    )
    world.flow("work", {"1": step("worker")})
    world.flow("two", {"1": step("worker", to="2"), "2": step("worker")})
    return world


def workers(world: World, people: int = 1, calendar: str = "day", **more: object) -> None:
    world.set(pools={"worker": {"national": {"people": people, "calendar": calendar, **more}}})


def duty(log, kind: str) -> list[tuple[str, str, str]]:
    """(who, from, to) of one kind of duty, in order; `-` is everybody of the pool."""
    rows = log["duty"][log["duty"]["kind"] == DUTY_KINDS.index(kind)]
    found = [(doer(log, row["agent"]), told(row["from_at"]), told(row["to_at"])) for row in rows]
    return sorted(found, key=lambda row: (moment(row[1]), row[0]))


# ---- groups and rosters ----------------------------------------------------------------------


def test_a_group_works_in_its_own_hours_beside_the_pools(shop: World) -> None:
    workers(shop, groups={"night": {"people": 1, "calendar": "nights"}})
    shop.cases("work", [case("mon 09:00"), case("mon 18:00"), case("mon 18:00")])
    assert steps(shop.run()) == [
        (0, "work/1", "worker#1", "mon 09:00", "mon 11:00"),
        (1, "work/1", "worker#2", "mon 18:00", "mon 20:00"),
        (2, "work/1", "worker#2", "mon 20:00", "mon 22:00"),
    ]


def test_one_group_goes_home_and_the_other_stays_on_duty(shop: World) -> None:
    workers(shop, groups={"early": {"people": 1, "calendar": "early"}}, shift_end="hand_over")
    shop.cases("work", [case("mon 08:00"), case("mon 11:00"), case("mon 11:30")])
    assert began(shop.run(), "work") == [(0, "mon 08:00"), (1, "mon 11:00"), (2, "mon 11:30")]


def test_a_shift_that_follows_at_once_takes_over_at_its_first_moment(shop: World) -> None:
    later = {"later": {"week": {"mon-fri": ["17:00-19:00"]}}}
    shop.set(calendars=later)
    workers(shop, groups={"later": {"people": 1, "calendar": "later"}}, shift_end="hand_over")
    shop.cases("work", [case("mon 16:00")])
    assert [row[2:] for row in steps(shop.run())] == [("worker#2", "mon 16:00", "mon 18:00")]


def test_the_log_tells_the_presence_of_each_person_where_they_differ(shop: World) -> None:
    workers(shop, groups={"early": {"people": 1, "calendar": "early"}})
    shop.cases("work", [case("mon 09:00")])
    assert duty(shop.run(), "shift")[:3] == [
        ("worker#2", "mon 08:00", "mon 12:00"),
        ("worker#1", "mon 09:00", "mon 17:00"),
        ("worker#2", "tue 08:00", "tue 12:00"),
    ]


def test_named_people_work_as_their_roster_says(shop: World) -> None:
    (shop.folder / "roster.csv").write_text(
        "agent,date,start,end\nLi Wei,2025-01-06,10:00,12:00\nMa Lin,2025-01-06,22:00,02:00\n"
        "Li Wei,2025-01-07,09:00,12:00\n",
        "utf-8",
    )
    shop.set(pools={"worker": {"national": {"roster": {"from": "roster.csv"}}}})
    del shop.scenario["pools"]["worker"]["national"]["people"]
    shop.cases("work", [case("mon 11:00"), case("mon 21:00"), case("tue 01:00")])
    assert steps(shop.run()) == [
        (0, "work/1", "Li Wei", "mon 11:00", "tue 10:00"),  # paused at noon
        (1, "work/1", "Ma Lin", "mon 22:00", "tue 00:00"),
        (2, "work/1", "Li Wei", "tue 01:00", "tue 11:00"),  # of Ma Lin, who has no other shift
    ]


def test_a_roster_that_ends_before_the_run_is_warned_of(shop: World) -> None:
    (shop.folder / "roster.csv").write_text(
        "agent,date,start,end\nLi,2025-01-06,10:00,12:00\nLi,2025-01-10,10:00,12:00\n", "utf-8"
    )
    shop.set(pools={"worker": {"national": {"roster": {"from": "roster.csv"}}}})
    shop.cases("work", [case("mon 11:00")])
    key = "pools.worker.national.roster"
    (told,) = [one for one in shop.load().warnings if one.startswith(key)]
    assert told == f"{key}: its last shift is on 2025-01-10, and the run goes on until 2025-02-03"


# ---- skills and pace -------------------------------------------------------------------------


def test_work_that_asks_for_a_skill_waits_for_who_has_it(shop: World) -> None:
    workers(shop, groups={"benches": {"people": 1, "skills": {"bench": 1.5}}})
    shop.set(work={"work/1": {"skill": "bench"}})
    shop.cases("work", [case("mon 09:00"), case("mon 09:00")])
    assert [row[2:] for row in steps(shop.run())] == [
        ("worker#2", "mon 09:00", "mon 12:00"),
        ("worker#2", "mon 12:00", "mon 15:00"),
    ]


def test_who_lacks_a_skill_passes_over_what_asks_for_it(shop: World) -> None:
    shop.set(work={"work/1": {"skill": {"severity": {"1": "bench"}}}})
    workers(shop, groups={"late": {"people": 1, "calendar": "late", "skills": {"bench": 1}}})
    shop.cases("work", [case("mon 09:00", severity="1"), case("mon 09:00", severity="4")])
    assert began(shop.run(), "work") == [(1, "mon 09:00"), (0, "mon 11:00")]


def test_a_sitting_ends_where_its_agent_lacks_the_skill_for_the_next_step(shop: World) -> None:
    workers(shop, groups={"benches": {"people": 1, "skills": {"bench": 1}}})
    shop.set(work={"two/2": {"skill": "bench"}})
    shop.cases("two", [case("mon 09:00")])
    log = shop.run()
    assert sittings(log, 0) == [["two/1"], ["two/2"]]
    assert [row[1] for row in steps(log, case=0)] == ["worker#1", "worker#2"]


def test_a_sitting_goes_on_with_who_has_the_skill(shop: World) -> None:
    workers(shop, skills={"bench": 1})
    shop.set(work={"two/2": {"skill": "bench"}})
    shop.cases("two", [case("mon 09:00")])
    assert sittings(shop.run(), 0) == [["two/1", "two/2"]]


def test_proficiency_is_a_factor_on_what_asks_for_no_skill(shop: World) -> None:
    workers(shop, proficiency=1.25, skills={"bench": 0.5})
    shop.set(work={"two/2": {"skill": "bench"}})
    shop.cases("two", [case("mon 09:00")])
    assert [row[2:] for row in steps(shop.run(), case=0)] == [
        ("mon 09:00", "mon 11:30"), ("mon 11:30", "mon 12:30"),
    ]  # fmt: skip


def test_the_first_step_of_an_owned_flow_takes_its_owners_time(shop: World) -> None:
    shop.flow("visit", {"1": step("worker")}, owned_by="worker")
    shop.set(work={"visit/1": {"time": fixed("2 h")}})
    workers(shop, proficiency=2)
    shop.cases("visit", [case("mon 09:00")])
    assert steps(shop.run(), case=0)[0][3] == "mon 13:00"


# ---- helping other pools ----------------------------------------------------------------------


@pytest.fixture
def two_pools(shop: World) -> World:
    """A worker who helps the others, who are one from eleven to seven."""
    shop.flow("other", {"1": step("other")})
    shop.set(pools={"other": pool(1, "late")}, work={"other/1": {"time": fixed("2 h")}})
    workers(shop, helps=["other"])
    return shop


def test_somebody_idle_helps_another_pool_where_nobody_is(two_pools: World) -> None:
    two_pools.cases("other", [case("mon 09:30")])
    assert steps(two_pools.run(), case=0) == [("other/1", "worker#1", "mon 09:30", "mon 11:30")]


def test_nobody_helps_while_work_of_his_own_waits(two_pools: World) -> None:
    two_pools.cases("other", [case("mon 07:00")])
    two_pools.cases("work", [case("mon 08:00"), case("mon 08:00")])
    log = two_pools.run()
    assert [row[2:4] for row in steps(log, only="work")] == [
        ("worker#1", "mon 09:00"), ("worker#1", "mon 11:00"),
    ]  # fmt: skip
    assert steps(log, only="other")[0][2:4] == ("other#1", "mon 11:00")


def test_who_helps_comes_back_to_his_own_line(two_pools: World) -> None:
    two_pools.cases("other", [case("mon 09:00")])
    two_pools.cases("work", [case("mon 10:00")])
    log = two_pools.run()
    assert steps(log, only="other")[0][2:4] == ("worker#1", "mon 09:00")
    assert steps(log, only="work")[0][2:4] == ("worker#1", "mon 11:00")


def test_a_pools_own_people_go_before_those_who_help(two_pools: World) -> None:
    two_pools.cases("other", [case("mon 12:00")])
    assert steps(two_pools.run(), case=0)[0][1] == "other#1"


def test_who_helps_keeps_his_hours_and_his_pace(two_pools: World) -> None:
    workers(two_pools, proficiency=1.5, shift_end="hand_over")
    two_pools.cases("other", [case("mon 09:30")])
    assert steps(two_pools.run(), case=0)[0][3] == "mon 12:30"


# ---- joining, ramp-up, leaving ----------------------------------------------------------------


def test_who_joins_is_there_from_his_first_day(shop: World) -> None:
    workers(shop, 0, groups={"new": {"people": 1, "joins": "2025-01-08"}})
    shop.cases("work", [case("mon 09:00")])
    log = shop.run()
    assert began(log, "work") == [(0, "wed 09:00")]
    assert [told(row["from_at"]) for row in log["staff"]] == ["wed 00:00"]


def test_new_people_grow_into_their_work_in_a_straight_line(shop: World) -> None:
    """Three times as slow at first, over two weeks: after one they take twice the time."""
    ramp = {"from": 3, "over": "2 weeks"}
    workers(
        shop, 0, "always", groups={"new": {"people": 1, "joins": "2025-01-06"}}, ramp_up=ramp,
    )  # fmt: skip
    shop.cases("work", [case("mon 00:00"), case("2 mon 00:00"), case("4 mon 00:00")])
    assert [row[3:] for row in steps(shop.run())] == [
        ("mon 00:00", "mon 06:00"), ("2 mon 00:00", "2 mon 04:00"), ("4 mon 00:00", "4 mon 02:00"),
    ]  # fmt: skip


def test_hiring_brings_people_on_the_first_of_the_month(shop: World) -> None:
    shop.set(time={"window": "8 weeks"})
    workers(shop, 1, hiring={"2025-02": 2})
    shop.cases("work", [case("5 mon 09:00")] * 3)  # 3 February
    log = shop.run()
    assert {row[2] for row in steps(log)} == {"worker#1", "worker#2", "worker#3"}
    assert [told(row["from_at"]) for row in log["staff"]] == ["4 sat 00:00"] * 2


def test_who_leaves_begins_nothing_from_his_last_day_on(shop: World) -> None:
    workers(shop, 0, groups={"old": {"people": 1, "leaves": "2025-01-07"}})
    shop.cases("work", [case("mon 09:00"), case("tue 09:00")])
    assert began(shop.run(), "work") == [(0, "mon 09:00"), (1, "never")]


def test_paused_work_of_who_has_left_is_handed_over_at_once(shop: World) -> None:
    workers(
        shop, 0, groups={"old": {"people": 1, "leaves": "2025-01-07"}, "new": {"people": 1}},
        shift_end="pause",
    )  # fmt: skip
    shop.cases("work", [case("mon 16:00"), case("mon 16:30")])
    log = shop.run()
    assert [(row[2], row[4]) for row in steps(log)] == [
        ("worker#2", "tue 11:30"),  # begun by the one, ended by the other
        ("worker#2", "tue 10:30"),  # his own, which he goes on with first
    ]


def test_attrition_is_the_share_of_people_who_leave_at_a_months_end(shop: World) -> None:
    shop.set(time={"window": "52 weeks"})
    workers(shop, 400, attrition=0.1)
    shop.cases("work", [case("mon 09:00")])
    staff = shop.run()["staff"]
    ends = np.unique(staff["until_at"])
    assert {told(at).split(" ", 2)[2] for at in ends} == {"00:00"}
    february = (staff["until_at"] == ends[0]).sum()
    assert abs(february - 40) < 4 * math.sqrt(400 * 0.1 * 0.9)
    stay = 0.9 ** len(ends)
    assert abs(len(staff) - 400 * (1 - stay)) < 4 * math.sqrt(400 * stay * (1 - stay))


# ---- leave and illness ------------------------------------------------------------------------


def test_who_is_on_leave_does_not_come(shop: World) -> None:
    away = {"winter": {"from": "2025-01-06", "to": "2025-01-08"}}
    workers(shop, 0, groups={"li": {"people": 1, "away": away}})
    shop.cases("work", [case("mon 09:00")])
    log = shop.run()
    assert began(log, "work") == [(0, "wed 09:00")]
    assert duty(log, "leave") == [
        ("worker#1", "mon 09:00", "mon 17:00"), ("worker#1", "tue 09:00", "tue 17:00"),
    ]  # fmt: skip


def test_paused_work_is_handed_over_when_its_person_is_missed(shop: World) -> None:
    """He would have gone on at nine; it is then that somebody else takes it up."""
    away = {"winter": {"from": "2025-01-07", "to": "2025-01-10"}}
    workers(
        shop, 0, groups={"li": {"people": 1, "away": away}, "ma": {"people": 1}}, shift_end="pause"
    )
    shop.cases("work", [case("mon 16:00"), case("mon 16:30")])
    assert [(row[2], row[4]) for row in steps(shop.run())] == [
        ("worker#2", "tue 11:30"),  # after his own, which he goes on with first
        ("worker#2", "tue 10:30"),
    ]


@pytest.fixture
def met(shop: World) -> World:
    """Two of three workers meet on Tuesday; Li has begun something on Monday."""
    shop.set(
        work={
            "meet/1": {"time": fixed("1 h")},
            "work/1": {"time": fixed("1 h"), "factors": {"severity": {"1": 12}}},  # unplanned
        },
        meetings={"meet/1": {"notice": "1 d", "summoned": {"worker": 2}}},
    )
    shop.flow("meet", {"1": step("worker", effect={"meeting": True})}, kind="management")
    shop.at("meet", "mon", time="09:00")
    return shop


GROUPS = {"li": {"people": 1}, "ma": {"people": 1}, "wu": {"people": 1}}


def who_met(log):
    return [row[2:4] for row in pieces(log, "work") if row[1] == "meet/1"]


@pytest.mark.parametrize("steady", [True, False])
def test_whose_work_goes_on_after_the_day_of_a_meeting_sends_another(
    met: World, steady: bool
) -> None:
    away = {"spring": {"from": "2025-03-03", "to": "2025-03-04"}}  # so nothing is told at once
    groups = {**GROUPS, "li": {"people": 1, **({} if steady else {"away": away})}}
    workers(met, 0, groups=groups, shift_end="pause")
    met.cases("work", [case("mon 16:00", severity="1")])  # twelve hours: until Wednesday
    log = met.run()
    assert not pieces(log, "held")
    assert who_met(log) == [("worker#2", "tue 09:00"), ("worker#3", "tue 09:00")]


def test_whose_work_ends_on_the_day_of_a_meeting_is_waited_for(met: World) -> None:
    workers(met, 0, groups=GROUPS, shift_end="pause")
    met.set(work={"work/1": {"factors": {"severity": {"1": 4}}}})
    met.cases("work", [case("mon 16:00", severity="1")])  # four hours: until Tuesday noon
    log = met.run()
    assert [row[2:] for row in pieces(log, "held")] == [("worker#2", "tue 09:00", "tue 12:00")]
    assert who_met(log) == [("worker#1", "tue 12:00"), ("worker#2", "tue 12:00")]


def test_where_all_have_work_that_goes_on_they_are_waited_for(met: World) -> None:
    workers(met, 0, groups={"li": {"people": 1}, "ma": {"people": 1}}, shift_end="pause")
    met.cases("work", [case("mon 16:00", severity="1")])
    log = met.run()
    assert who_met(log) == [("worker#1", "wed 12:00"), ("worker#2", "wed 12:00")]


def test_who_is_missed_on_the_second_day_of_a_meeting_sends_another(met: World) -> None:
    """Somebody is still at his work when it is due, and on leave from the next day on."""
    away = {"winter": {"from": "2025-01-08", "to": "2025-01-13"}}
    groups = {**GROUPS, "li": {"people": 1, "away": away}}
    workers(met, 0, groups=groups, shift_end="pause")
    met.flow("two", {"1": step("worker", to="2"), "2": step("worker")})
    met.set(work={"two/1": {"time": fixed("8 h")}, "two/2": {"time": fixed("8 h")}})
    met.cases("two", [case("mon 16:00")])  # the first is done on Tuesday at four
    log = met.run()
    assert [row[2:] for row in pieces(log, "held")] == [("worker#2", "tue 09:00", "tue 17:00")]
    assert who_met(log) == [("worker#2", "wed 09:00"), ("worker#3", "wed 09:00")]


def test_work_of_several_shifts_is_told_alike_of_who_may_be_away_and_who_may_not(
    shop: World,
) -> None:
    shop.set(work={"work/1": {"time": fixed("20 h")}})
    shop.cases("work", [case("mon 09:00")])
    steady = shop.run()
    away = {"later": {"from": "2025-01-20", "to": "2025-01-21"}}
    workers(shop, 0, groups={"li": {"people": 1, "away": away}})
    other = shop.run()
    assert steps(steady) == steps(other)
    columns = ["agent", "from_at", "to_at", "kind"]
    assert steady["pieces"][columns].tolist() == other["pieces"][columns].tolist()


def test_a_years_leave_has_the_days_that_are_asked_for(shop: World) -> None:
    shop.set(time={"window": "52 weeks"})
    workers(shop, 40, leave={"days": 20, "block": 5})
    shop.cases("work", [case("mon 09:00")])
    log = shop.run()
    hours = log["duty"][log["duty"]["kind"] == DUTY_KINDS.index("leave")]
    days = np.bincount(hours["agent"], minlength=40)
    assert abs(days.mean() - 20) < 1.5
    assert days.min() >= 15


def test_the_share_of_days_ill_is_that_of_spells_that_may_overlap(shop: World) -> None:
    """Spells begin at rate 0.1 a day and last 3 days: away with 1 - exp(-0.3) of the time."""
    shop.set(time={"window": "52 weeks"})
    workers(shop, 100, "always", sickness={"rate": "0.1 per day", "length": fixed("3 d")})
    shop.cases("work", [case("mon 09:00")])
    log = shop.run()
    rows = log["duty"][log["duty"]["kind"] == DUTY_KINDS.index("sick")]
    share = (rows["to_at"] - rows["from_at"]).sum() / (100 * 364 * moments.DAY)
    assert share == pytest.approx(1 - math.exp(-0.3), abs=0.006)


def test_nobody_is_ill_or_on_leave_otherwise_because_of_somebody_else(shop: World) -> None:
    shop.set(time={"window": "26 weeks"})
    shop.cases("work", [case("mon 09:00")])
    away = {"leave": {"days": 20}, "sickness": {"rate": "0.1 per week", "length": fixed("2 d")}}
    found = []
    for people, more in ((2, {}), (3, {"groups": {"new": {"people": 2}}})):
        workers(shop, people, **away, **more)
        log = shop.run()
        found.append([row for kind in ABSENT for row in duty(log, kind) if row[0] < "worker#3"])
    assert found[0] == found[1]
    assert found[0]


# ---- on call ----------------------------------------------------------------------------------


def on_call(world: World, people: int = 2, **more: object) -> None:
    rota = {"calendar": "always", "severities": ["1"], **more}
    workers(world, people, "day", shift_end="finish", on_call=rota)


def test_on_call_takes_its_severities_and_leaves_all_else(shop: World) -> None:
    on_call(shop)
    shop.cases("work", [case("mon 20:00", severity="2"), case("mon 21:00", severity="1")])
    assert began(shop.run(), "work") == [(1, "mon 21:00"), (0, "tue 09:00")]


def test_each_week_the_next_in_turn_is_on_call_outside_his_own_shifts(shop: World) -> None:
    on_call(shop)
    shop.cases("work", [case("mon 09:00")])
    turns = duty(shop.run(), "on_call")
    assert turns[:2] == [
        ("worker#1", "mon 00:00", "mon 09:00"), ("worker#1", "mon 17:00", "tue 09:00"),
    ]  # fmt: skip
    of_week_two = [who for who, start, _ in turns if start.startswith("2 ")]
    assert set(of_week_two) == {"worker#2"}


def test_somebody_on_leave_in_that_week_is_passed_over(shop: World) -> None:
    away = {"winter": {"from": "2025-01-07", "to": "2025-01-08"}}
    workers(
        shop, 0, groups={"li": {"people": 1, "away": away}, "ma": {"people": 1}},
        shift_end="finish", on_call={"calendar": "always", "severities": ["1"]},
    )  # fmt: skip
    shop.cases("work", [case("mon 20:00", severity="1")])
    assert steps(shop.run())[0][2] == "worker#2"


def figures(world: World) -> dict[tuple[str, str], float]:
    return {(one.kpi, one.scope): one.value for one in summary.measures(world.run())}


def test_work_on_call_is_overtime_and_no_occupancy(shop: World) -> None:
    on_call(shop, 1)
    shop.cases("work", [case("mon 20:00", severity="1")])
    values = figures(shop)
    assert values["overtime", "all"] == 2
    assert values["occupancy", "all"] == 0


# ---- figures ----------------------------------------------------------------------------------


def test_on_the_payroll_on_duty_and_busy_are_three_figures(shop: World) -> None:
    """One of two leaves after a week of four; a third joins in the last."""
    groups = {
        "old": {"people": 1, "leaves": "2025-01-13"}, "new": {"people": 1, "joins": "2025-01-27"},
    }  # fmt: skip
    workers(shop, 1, groups=groups)
    shop.cases("work", [case("mon 09:00")])
    values = figures(shop)
    assert values["headcount", "pool=worker"] == 1 + 1 / 4 + 1 / 4
    assert values["on_duty", "pool=worker"] == pytest.approx((20 + 5 + 5) * 8 / (28 * 24))
    assert values["busy", "pool=worker"] == pytest.approx(2 / (28 * 24))


def test_shrinkage_is_leave_illness_and_management_work_of_all_that_is_paid(shop: World) -> None:
    """Two people, twenty days each: two days of leave, and eight hours of somebody's report."""
    away = {"winter": {"from": "2025-01-07", "to": "2025-01-09"}}
    workers(shop, 1, groups={"li": {"people": 1, "away": away}})
    shop.flow("report", {"1": step("worker")}, kind="management")
    shop.set(work={"report/1": {"time": fixed("8 h")}})
    shop.at("report", "thu")
    shop.cases("work", [case("mon 09:00")])
    values = figures(shop)
    assert values["shrinkage", "pool=worker"] == pytest.approx((16 + 8) / (2 * 20 * 8))
    assert values["utilisation", "pool=worker"] == pytest.approx((2 + 8) / (2 * 20 * 8))
    assert values["occupancy", "pool=worker"] == pytest.approx((2 + 8) / (2 * 20 * 8 - 16))


# ---- the others that plan with people -----------------------------------------------------------


def test_those_summoned_are_the_next_in_turn_who_will_be_there(world: World) -> None:
    away = {"winter": {"from": "2025-01-07", "to": "2025-01-09"}}
    world.set(
        pools={"worker": {"national": {
            "people": 0, "calendar": "day", "shift_end": "pause",
            "groups": {"li": {"people": 1, "away": away}, "ma": {"people": 1}},
        }}},
        work={"talk/1": {"time": fixed("1 h")}},
        meetings={"talk/1": {"notice": "1 d", "summoned": {"worker": 1}}},
    )  # fmt: skip
    world.flow("talk", {"1": step("worker", effect={"meeting": True})}, kind="management")
    world.at("talk", "mon")
    assert steps(world.run())[0][2:] == ("worker#2", "tue 09:00", "tue 10:00")


def test_a_visit_is_agreed_on_in_the_engineers_own_hours(world: World) -> None:
    world.set(
        pools={"worker": {"national": {
            "people": 0, "calendar": "day", "shift_end": "pause",
            "groups": {"late": {"people": 1, "calendar": "late"}},
        }}},
        work={"visit/1": {"time": fixed("1 h")}, "visit/2": {"time": fixed("1 h")}},
        appointments={"lead": fixed("12 h"), "calendar": "always"},
    )  # fmt: skip
    agree, keep = {"appointment": "agree"}, {"appointment": "keep"}
    world.flow(
        "visit",
        {"1": step("worker", to="2", effect=agree), "2": step("worker", effect=keep)},
        owned_by="worker",
    )
    world.cases("visit", [case("mon 11:00")])
    assert steps(world.run(), case=0)[1][2] == "tue 11:00"


def test_a_visit_agreed_with_who_leaves_before_it_is_his_pools(world: World) -> None:
    """There is no moment in his hours any more, so it is one of the others' who are there."""
    world.set(
        pools={"worker": {"national": {
            "people": 0, "calendar": "day", "shift_end": "pause",
            "groups": {"old": {"people": 1, "leaves": "2025-01-07"},
                       "new": {"people": 1, "joins": "2025-01-07"}},
        }}},
        work={"visit/1": {"time": fixed("1 h")}, "visit/2": {"time": fixed("1 h")}},
        appointments={"lead": fixed("20 h"), "calendar": "day"},
    )  # fmt: skip
    agree, keep = {"appointment": "agree"}, {"appointment": "keep"}
    world.flow(
        "visit",
        {"1": step("worker", to="2", effect=agree), "2": step("worker", effect=keep)},
        owned_by="worker",
    )
    world.cases("visit", [case("mon 15:00")])
    assert steps(world.run(), case=0)[1] == ("visit/2", "worker#2", "tue 12:00", "tue 13:00")


def test_several_doers_go_home_one_by_one_with_their_own_shifts(world: World) -> None:
    """Who is held is let go at his own shift's end; the other stays held."""
    world.set(
        pools={
            "worker": {"national": {
                "people": 0, "calendar": "day", "shift_end": "pause",
                "groups": {"early": {"people": 1, "calendar": "early"},
                           "late": {"people": 1, "calendar": "late"}},
            }},
            "other": pool(1, "late"),
        },
        work={"both/1": {"time": fixed("1 h")}, "busy/1": {"time": fixed("2 h")}},
    )  # fmt: skip
    world.flow("both", {"1": step("worker", "other")})
    world.flow("busy", {"1": step("other")})
    world.cases("busy", [case("mon 11:00")])
    world.cases("both", [case("mon 11:10")])
    rows = steps(world.run(), only="both")
    assert rows[0][2:] == ("worker#2", "mon 13:00", "mon 14:00")


def test_decisions_and_links_ask_for_skills_too(shop: World) -> None:
    shop.flow("inner", {"1": decision("worker", answers={"yes": "end", "no": "end"})})
    shop.flow("outer", {"1": link("worker", flow="inner")})
    shop.set(
        answers={"inner/1": {"weights": {"yes": 1, "no": 1}}},
        work={"inner/1": {"time": fixed("1 h"), "skill": "bench"}},
    )
    workers(shop, groups={"benches": {"people": 1, "skills": {"bench": 2}}})
    shop.cases("outer", [case("mon 09:00")])
    assert steps(shop.run(), only="inner")[0][2:] == ("worker#2", "mon 09:00", "mon 11:00")


def test_an_ample_pool_works_at_nobodys_pace(world: World) -> None:
    world.set(
        regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}},
        pools={"worker": {
            "north": {"people": "ample", "calendar": "always", "shift_end": "finish"},
            "south": {"people": 1, "calendar": "always", "shift_end": "finish", "proficiency": 2},
        }},
        work={"work/1": {"time": fixed("2 h")}},
    )  # fmt: skip
    world.flow("work", {"1": step("worker")})
    world.cases("work", [case("mon 09:00"), case("mon 09:00", region="south")])
    assert [row[2:] for row in steps(world.run())] == [
        ("-", "mon 09:00", "mon 11:00"), ("worker.south#1", "mon 09:00", "mon 13:00"),
    ]  # fmt: skip


@pytest.mark.parametrize(("own", "helped"), [("pause", "finish"), ("finish", "pause")])
def test_what_a_helper_does_ends_by_the_rule_of_those_whom_he_helps(
    world: World, own: str, helped: str
) -> None:
    worker = {"people": 1, "calendar": "day", "shift_end": own, "helps": ["boss"]}
    world.set(
        dispatch={"order": "fifo"},
        pools={"worker": {"national": worker}, "boss": pool(1, "day", helped)},
        work={"work/1": {"time": fixed("3 h")}},
    )
    world.flow("work", {"1": step("boss")})
    world.cases("work", [case("mon 15:00"), case("mon 15:00")])
    ends = "mon 18:00" if helped == "finish" else "tue 10:00"
    assert [row[2:] for row in steps(world.run())] == [
        ("boss#1", "mon 15:00", ends), ("worker#1", "mon 15:00", ends),
    ]  # fmt: skip


def test_a_meeting_goes_without_who_has_left_where_nobody_else_can_come(world: World) -> None:
    world.set(
        pools={
            "boss": {"national": {
                "people": 1, "calendar": "day", "shift_end": "finish",
                "groups": {"old": {"people": 1, "leaves": "2025-01-08"}},
            }},
            "worker": pool(1, "day", "finish"),
        },
        work={"talk/1": {"time": fixed("2 h")}},
        meetings={"talk/1": {"notice": "4 d", "summoned": {"boss": 2}}},
    )  # fmt: skip
    world.flow("talk", {"1": step("boss", "worker", effect={"meeting": True})}, kind="management")
    world.at("talk", "mon")
    assert steps(world.run())[0][2:] == ("boss#1", "fri 09:00", "fri 11:00")
