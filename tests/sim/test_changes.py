"""Values that change during a run: for dated spans, and by what management does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cssim.basis.moments import DAY
from cssim.conformance import invariants
from cssim.eventlog import DUTY_KINDS, EventLog
from cssim.experiment import open_effects
from cssim.kpi import summary
from tests.sim import chains
from tests.sim.handbook_worlds import requests, row, steps_with_people
from tests.sim.worlds import (
    World,
    answers,
    case,
    choice,
    decision,
    fixed,
    moment,
    moves,
    pool,
    step,
    steps,
    told,
)

MON, TUE, WED, THU, SECOND = (
    "2025-01-06", "2025-01-07", "2025-01-08", "2025-01-09", "2025-01-13"
)  # fmt: skip


@pytest.fixture
def job(world: World) -> World:
    """A step, a question, and another step if its answer is no; each takes an hour."""
    world.flow(
        "job",
        {
            "a": step("agent", to="q"),
            "q": decision("agent", answers={"yes": "end", "no": "b"}),
            "b": step("agent"),
        },
    )
    world.set(
        pools={"agent": pool(5)},
        work={f"job/{node}": {"time": fixed("1 h")} for node in "aqb"},
        answers={"job/q": {"weights": {"yes": 1, "no": 1}}},
    )
    return world


def writes(log: EventLog) -> list[tuple[str, str, float, float, str]]:
    """(cell, why, old, new, at) of every write."""
    return [
        (log.terms["cells"][row["cell"]], log.terms["whys"][row["why"]], float(row["old"]),
         float(row["new"]), told(row["at"]))
        for row in log["writes"]
    ]  # fmt: skip


def lengths(log: EventLog, node: str) -> list[tuple[str, str]]:
    """Start and end of every time that a step was done."""
    return [row[3:] for row in steps(log, only=node)]


# ---- dated: times ----------------------------------------------------------------------------


def test_a_step_that_starts_in_the_span_takes_longer_by_the_factor(job: World) -> None:
    job.cases("job", [case(f"{day} 09:00") for day in ("mon", "tue", "wed")])
    job.set(dated={"slow": {"from": TUE, "to": WED, "times": {"job/a": 1.5}}})
    log = job.run()
    assert lengths(log, "job/a") == [
        ("mon 09:00", "mon 10:00"), ("tue 09:00", "tue 10:30"), ("wed 09:00", "wed 10:00"),
    ]  # fmt: skip
    assert writes(log) == [
        ("time of job/a", "slow", 1.0, 1.5, "tue 00:00"),
        ("time of job/a", "slow", 1.5, 1.0, "wed 00:00"),
    ]


def test_what_has_begun_goes_on_as_it_was(job: World) -> None:
    job.cases("job", [case("mon 23:30"), case("tue 23:30")])
    job.set(dated={"slow": {"from": TUE, "to": WED, "times": {"job/a": 2}}})
    assert lengths(job.run(), "job/a") == [("mon 23:30", "tue 00:30"), ("tue 23:30", "wed 01:30")]


def test_at_the_very_moment_what_a_completion_brings_comes_before_and_an_arrival_after(
    job: World,
) -> None:
    job.cases("job", [case("mon 23:00"), case("tue 00:00")])
    job.set(dated={"slow": {"from": TUE, "times": {"job/a": 2, "job/q": 2}}})
    log = job.run()
    assert lengths(log, "job/q")[0] == ("tue 00:00", "tue 01:00")
    assert lengths(log, "job/a")[1] == ("tue 00:00", "tue 02:00")


def test_factors_multiply_and_leave_nothing_behind(job: World) -> None:
    job.cases("job", [case(f"{day} 09:00") for day in ("mon", "tue", "wed", "thu")])
    job.set(
        dated={
            "one": {"from": MON, "to": WED, "times": {"job/a": 0.1}},
            "two": {"from": TUE, "to": THU, "times": {"job/a": 30}},
        }
    )
    log = job.run()
    assert [row[2:4] for row in writes(log)] == [(1, 0.1), (0.1, 3), (3, 30), (30, 1)]
    assert [row[1] for row in lengths(log, "job/a")] == [
        "mon 09:06", "tue 12:00", "thu 15:00", "thu 10:00",
    ]  # fmt: skip


def test_a_customers_own_step_changes_too(job: World) -> None:
    job.flow("job", {"a": step("customer")})
    job.set(answers={"job/q": {"enabled": False}}, work={"job/a": {"time": fixed("1 h")}})
    job.scenario["answers"] = {}
    job.scenario["work"] = {"job/a": {"time": fixed("1 h")}}
    job.cases("job", [case("mon 09:00")])
    job.set(dated={"slow": {"from": MON, "times": {"job/a": 3}}})
    assert lengths(job.run(), "job/a") == [("mon 09:00", "mon 12:00")]


# ---- dated: answers --------------------------------------------------------------------------


@pytest.mark.slow
def test_an_answers_weight_is_times_the_factor_while_it_is_in_force(job: World) -> None:
    moments = [f"mon {hour:02}:{minute:02}" for hour in range(20) for minute in range(60)]
    job.set(pools={"agent": pool("ample")})
    job.cases("job", [case(at) for at in moments + [at.replace("mon", "wed") for at in moments]])
    job.set(dated={"kind": {"from": WED, "to": THU, "answers": {"job/q": {"yes": 3}}}})
    log = job.run()
    share = [np.mean([answers(log, n)["job/q"] == ["yes"] for n in range(*part)])
             for part in ((0, 1200), (1200, 2400))]  # fmt: skip
    assert abs(share[0] - 1 / 2) < 0.04
    assert abs(share[1] - 3 / 4) < 0.04


def test_who_answered_yes_still_does_when_yes_is_likelier(job: World) -> None:
    job.cases("job", [case(f"mon 09:{minute:02}") for minute in range(60)])
    before = job.run()
    job.set(dated={"kind": {"from": MON, "answers": {"job/q": {"yes": 2}}}})
    after = job.run()
    was, now = ([answers(log, n)["job/q"][0] for n in range(60)] for log in (before, after))
    assert {(a, b) for a, b in zip(was, now, strict=True)} == {
        ("yes", "yes"), ("no", "no"), ("no", "yes"),
    }  # fmt: skip


# ---- dated: demand ---------------------------------------------------------------------------


def profile(world: World, **changes: Any) -> EventLog:
    world.set(pools={"agent": pool(200)}, demand={"customers": {
        "kind": "profile", "flow": "job", "region": "north", "rate": "40 per day",
        "hours": {"08:00-18:00": 1}, "day_factor": {"kind": "gamma", "mean": 1, "cv": 0.3},
    }}, **changes)  # fmt: skip
    return world.run()


def addresses(log: EventLog) -> set[tuple[int, ...]]:
    return {tuple(int(n) for n in row) for row in log["cases"][
        ["source", "date", "band", "ordinal", "opened_at"]].tolist()}  # fmt: skip


def test_more_demand_in_a_span_adds_cases_there_and_moves_none(job: World) -> None:
    before = profile(job)
    after = profile(
        job, dated={"winter": {"from": "2025-01-10", "to": SECOND, "demand": {"customers": 1.5}}}
    )
    assert addresses(before) < addresses(after)
    added = [row[4] // DAY for row in addresses(after) - addresses(before)]
    assert set(added) == {4, 5, 6}
    inside = [row for row in addresses(before) if 4 <= row[4] // DAY < 7]
    assert 0.3 < len(added) / len(inside) < 0.7
    assert writes(after)[0] == ("rate of customers", "winter", 1.0, 1.5, "fri 00:00")


def test_less_demand_in_a_span_takes_cases_there_and_moves_none(job: World) -> None:
    before = profile(job)
    after = profile(
        job, dated={"quiet": {"from": "2025-01-10", "to": SECOND, "demand": {"customers": 0}}}
    )
    assert addresses(after) == {row for row in addresses(before) if not 4 <= row[4] // DAY < 7}


def test_a_case_that_was_over_before_a_change_is_told_alike(job: World) -> None:
    before = profile(job)
    after = profile(job, dated={"late": {"from": SECOND, "times": {"job/a": 3}}})
    assert steps(before)[:200] == steps(after)[:200]
    assert steps(before) != steps(after)


# ---- dated: a strike -------------------------------------------------------------------------


def test_nobody_of_a_role_on_strike_is_there_and_the_duty_says_so(job: World) -> None:
    job.cases("job", [case("tue 09:00"), case("wed 09:00")])
    job.set(dated={"strike": {"from": WED, "to": THU, "absent": ["agent"]}})
    log = job.run()
    assert [row[0] for row in lengths(log, "job/a")] == ["tue 09:00", "thu 00:00"]
    away = log["duty"][log["duty"]["kind"] == DUTY_KINDS.index("leave")]
    assert {(told(row["from_at"]), told(row["to_at"])) for row in away} == {
        ("wed 00:00", "thu 00:00")
    }
    figures = {(one.kpi, one.scope): one.value for one in summary.measures(log)}
    assert figures["on_duty", "all"] == pytest.approx(5 * 27 / 28)


def test_only_the_pool_that_is_named_is_on_strike(job: World) -> None:
    south = {"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}}
    job.scenario["pools"]["agent"] = {
        place: {"people": 1, "calendar": "always", "shift_end": "finish"}
        for place in ("north", "south")
    }
    job.set(regions=south)
    job.cases("job", [case("wed 09:00"), case("wed 09:00", region="south")])
    job.set(dated={"strike": {"from": WED, "to": THU, "absent": ["agent.north"]}})
    found = {row[0]: row[3] for row in steps(job.run(), only="job/a")}
    assert found == {0: "thu 00:00", 1: "wed 09:00"}


# ---- effects ---------------------------------------------------------------------------------


@pytest.fixture
def managed(job: World) -> World:
    """The same, and a meeting of an agent and two of HQ each morning that is asked for."""
    job.flow(
        "meeting",
        {"m": step("agent", "hq_engineer", to="d"),
         "d": decision("agent", answers={"good": "end", "bad": "end"})},
        kind="management",
    )  # fmt: skip
    job.set(
        pools={"hq_engineer": pool(2)},
        work={f"meeting/{node}": {"time": fixed("1 h")} for node in "md"},
        answers={"meeting/d": {"weights": {"good": 1, "bad": 0}}},
    )
    return job


def effect(**said: Any) -> dict[str, Any]:
    return {"one": {"at": "meeting/d", **said}}


def test_an_effect_begins_when_its_step_is_done_and_lasts_as_long_as_is_said(
    managed: World,
) -> None:
    managed.at("meeting", "mon", time="08:00")  # done at 10:00
    managed.cases("job", [case("mon 13:59"), case("mon 14:00"), case("tue 01:59"),
                          case("tue 02:00")])  # fmt: skip
    managed.set(effects=effect(times={"job/a": 2}, after="4 h", lasts="12 h"))
    log = managed.run()
    assert lengths(log, "job/a") == [
        ("mon 13:59", "mon 14:59"), ("mon 14:00", "mon 16:00"), ("tue 01:59", "tue 03:59"),
        ("tue 02:00", "tue 03:00"),
    ]  # fmt: skip
    assert writes(log) == [
        ("time of job/a", "one", 1.0, 2.0, "mon 14:00"),
        ("time of job/a", "one", 2.0, 1.0, "tue 02:00"),
    ]
    assert log["writes"]["case"].tolist() == [0, -1]  # the meeting's is the first case


def test_it_begins_with_the_answer_that_is_named_and_no_other(managed: World) -> None:
    managed.at("meeting", "mon", time="08:00")
    managed.cases("job", [case("mon 13:00")])
    managed.set(effects=effect(times={"job/a": 2}, answer="bad"))
    assert writes(managed.run()) == []
    managed.set(effects=effect(times={"job/a": 2}, answer="good"))
    assert [row[4] for row in writes(managed.run())] == ["mon 10:00"]


@pytest.mark.parametrize(("word", "begins"), [("1", ["mon 10:00"]), ("2", [])])
def test_it_begins_where_the_case_is_of_the_words_that_are_named(
    managed: World, word: str, begins: list[str]
) -> None:
    managed.at("meeting", "mon", time="08:00")
    managed.cases("job", [case("mon 13:00")])
    gravest = {"severity": {"weights": {"1": 1, "2": 0, "3": 0, "4": 0}}}
    managed.set(
        effects=effect(times={"job/a": 2}, of={"severity": [word]}),
        attributes=gravest,
    )
    log = managed.run()
    assert [row[4] for row in writes(log)] == begins
    assert not invariants.check(log)


def test_begun_again_it_lasts_from_then_on_and_is_no_stronger(managed: World) -> None:
    managed.at("meeting", "mon", "tue", time="08:00")
    managed.cases("job", [case("tue 12:00")])
    managed.set(effects=effect(times={"job/a": 2}, lasts="24 h"))
    assert [row[2:] for row in writes(managed.run())] == [
        (1, 2, "mon 10:00"), (2, 1, "wed 10:00"),
    ]  # fmt: skip


def test_dates_and_effects_multiply(managed: World) -> None:
    managed.at("meeting", "mon", time="08:00")
    managed.cases("job", [case("mon 12:00")])
    managed.set(
        effects=effect(times={"job/a": 2}),
        dated={"slow": {"from": MON, "to": TUE, "times": {"job/a": 1.5}}},
    )
    assert lengths(managed.run(), "job/a") == [("mon 12:00", "mon 15:00")]


def test_without_its_meeting_nothing_changes(managed: World) -> None:
    managed.at("meeting", "3 mon", time="08:00")
    before = profile(managed)
    changes = {"times": {"job/a": 2}, "demand": {"customers": 2}}
    after = profile(managed, effects=effect(**changes))
    until = 14 * DAY  # the third Monday
    early = [{row for row in addresses(log) if row[4] < until} for log in (before, after)]
    assert early[0] == early[1]
    assert addresses(before) < addresses(after)
    more = addresses(after) - addresses(before)
    assert all(row[4] >= until for row in more)
    late = len(addresses(before)) - len(early[0])
    assert 0.8 < len(more) / late < 1.2


def test_demand_that_an_effect_lowers_loses_cases_and_moves_none(managed: World) -> None:
    managed.at("meeting", "3 mon", time="08:00")
    before = profile(managed)
    after = profile(managed, effects=effect(demand={"customers": 0.5}))
    assert addresses(after) < addresses(before)
    gone = [row[4] for row in addresses(before) - addresses(after)]
    assert min(gone) > 14 * DAY


# ---- training --------------------------------------------------------------------------------


def test_those_who_were_trained_are_faster_and_no_others(managed: World) -> None:
    managed.at("meeting", "mon", time="08:00")  # agent#1 and hq_engineer#1
    managed.cases("job", [case("tue 09:00"), case("tue 09:00")])
    managed.set(
        pools={"agent": pool(2)},
        effects=effect(
            at="meeting/m", proficiency={"agent": 0.5}, only_those_there=True, after="1 d"
        ),
    )
    log = managed.run()
    trained = next(row[2] for row in steps(log, only="meeting/m"))
    ends = {row[2]: row[4] for row in steps(log, only="job/a")}
    other = ({"agent#1", "agent#2"} - {trained}).pop()
    assert ends == {trained: "tue 09:30", other: "tue 10:00"}


def test_a_whole_role_is_faster_after_its_training(managed: World) -> None:
    managed.at("meeting", "mon", time="08:00")
    managed.cases("job", [case("tue 09:00"), case("tue 09:00")])
    managed.set(effects=effect(proficiency={"agent": 0.5}))
    log = managed.run()
    assert [row[1] for row in lengths(log, "job/a")] == ["tue 09:30", "tue 09:30"]
    assert len(writes(log)) == 5


def test_customers_who_were_trained_ask_fewer_common_questions(managed: World) -> None:
    managed.set(attributes={"problem": {"kind": "choice", "weights": {"common": 1, "other": 1}}})
    managed.at("meeting", "mon", time="08:00")
    before = profile(managed)
    after = profile(managed, effects=effect(requests={"problem": {"common": 0.4}}))
    rows = {}
    for log in (before, after):
        common = log.attributes["problem"] == 0
        rows[id(log)] = [
            {row for row, is_so in zip(cells(log), common == kind, strict=True) if is_so}
            for kind in (True, False)
        ]
    was, now = rows[id(before)], rows[id(after)]
    assert now[0] < was[0]  # common ones are lost, and none comes instead
    assert now[1] == was[1]  # no other moves or becomes another
    assert abs(len(now[0]) / len(was[0]) - 0.4) < 0.08


def cells(log: EventLog) -> list[tuple[int, ...]]:
    rows = log["cases"][["source", "date", "band", "ordinal", "opened_at"]].tolist()
    return [tuple(row) for row in rows]


def test_the_handbooks_training_makes_those_trained_faster(world: World) -> None:
    roles = ("product_manager", "hq_engineer", "product_review", "regional_engineer")
    world.set(
        pools={role: pool(3) for role in roles},
        work={name: {"time": fixed("1 h")} for name in steps_with_people("1.8.7")},
        meetings={"1.8.7/5": {"notice": "1 h", "summoned": {"hq_engineer": 2}},
                  "1.8.7/6": {"notice": "1 h", "summoned": {"regional_engineer": 2}}},
        effects={"trained": {"at": "1.8.7/6", "after": "1 week", "only_those_there": True,
                             "proficiency": {"regional_engineer": 0.9}}},
    )  # fmt: skip
    world.at("1.8.7", "mon")
    log = world.run()
    assert [row[1:4] for row in writes(log)] == [("trained", 1.0, 0.9)] * 2


# ---- a launch --------------------------------------------------------------------------------


def test_requests_of_one_product_come_with_another_word_and_no_others(managed: World) -> None:
    managed.set(attributes={"warranty": choice("yes", "no"), "product": choice("old", "new")})
    managed.at("meeting", "mon", time="08:00")
    before = profile(managed)
    after = profile(managed, effects=effect(becomes={"warranty": {
        "word": "no", "to": "yes", "share": 0.75, "of": {"product": ["new"]},
    }}))  # fmt: skip
    assert cells(before) == cells(after)
    assert before.attributes["product"].tolist() == after.attributes["product"].tolist()
    was, now = (log.attributes["warranty"] for log in (before, after))
    changed_ones = was != now
    assert set(before.attributes["product"][changed_ones]) == {1}
    assert set(now[changed_ones]) == {0}
    late = (before["cases"]["opened_at"] > DAY) & (before.attributes["product"] == 1) & (was == 1)
    assert abs(changed_ones[late].mean() - 0.75) < 0.08


def test_a_plan_raises_the_levels_of_its_part_when_it_is_approved(world: World) -> None:
    desk = requests(world)
    desk.flow("meeting", {"m": step("agent")}, kind="management")
    board = {"kind": "fixed_quantity", "initial": 4, "reorder_point": 2, "order_quantity": 5}
    desk.set(
        work={"meeting/m": {"time": fixed("1 h")}},
        effects=effect(at="meeting/m", stock={"north": {"board": 3}}),
        parts={"stock": {"north": {"board": board}}},
    )
    desk.at("meeting", "tue", time="08:00")
    log = desk.run()
    bought = [(row[0], row[1], row[5]) for row in moves(log) if row[2] == "bought"]
    assert bought == [("board", 5, "tue 09:00")]


def test_a_plan_that_is_rejected_comes_later(world: World) -> None:
    roles = ("product_manager", "rnd", "hq_engineer", "finance", "board")
    world.set(
        pools={role: pool(1) for role in roles},
        work={name: {"time": fixed("1 h")} for name in steps_with_people("1.8.1")},
        effects={"one": {"at": "1.8.1/9", "times": {"1.8.1/1": 2}}},
    )
    world.at("1.8.1", "mon")
    found = []
    for rejected in (0, 1):
        no_first = {"weights": row("1.8.1/6", no=rejected, yes=1 - rejected),
                    "visits": {"2": row("1.8.1/6", yes=1)}}  # fmt: skip
        world.set(answers={"1.8.1/6": no_first})
        found += [moment(one[4]) for one in writes(world.run())]
    assert found[1] - found[0] == moment("mon 02:00")  # 7, and 6 again


# ---- a run that is cut ----------------------------------------------------------------------


@pytest.mark.parametrize("days", [(1,), (2, 9), (3, 4, 5)])
def test_effects_and_dates_go_on_where_a_run_is_cut(managed: World, days: tuple[int, ...]) -> None:
    managed.set(
        pools={"agent": pool(1)},
        effects={
            "faster": {"at": "meeting/m", "only_those_there": True, "lasts": "5 d",
                       "proficiency": {"agent": 0.5}},
            "slower": {"at": "meeting/d", "after": "36 h", "lasts": "3 d", "times": {"job/q": 2}},
            "kinder": {"at": "meeting/d", "after": "2 d", "answers": {"job/q": {"yes": 3}}},
        },
        dated={"slow": {"from": TUE, "to": "2025-01-11", "times": {"job/a": 1.5}}},
    )  # fmt: skip
    managed.at("meeting", "mon", "tue", "2 mon", time="08:00")
    managed.cases("job", [case(f"{week}{day} 09:00") for week in ("", "2 ")
                          for day in ("mon", "tue", "wed", "thu", "fri")])  # fmt: skip
    chains.assert_goes_on(managed, *days)


def test_who_does_not_come_stays_away_where_a_run_is_cut(managed: World) -> None:
    managed.set(attributes={"problem": choice("common", "other"), "product": choice("old", "new")},
                answers={"job/q": {"weights": {"yes": 3, "no": 1}}},
                effects=effect(requests={"problem": {"common": 0.4}}, demand={"customers": 1.4},
                               becomes={"product": {"word": "old", "to": "new",
                                                    "share": 0.5}}))  # fmt: skip
    managed.at("meeting", "tue", time="08:00")
    managed.set(pools={"agent": pool(300)}, demand={"customers": {
        "kind": "profile", "flow": "job", "region": "north", "rate": "20 per day",
    }})  # fmt: skip
    whole = managed.run()
    logs = chains.cut(managed, 3, 9)
    parts = [log["cases"][log["cases"]["opened_at"] >= 0] for log in logs]
    starts = [0, 3 * DAY, 9 * DAY]
    found = [at + start for part, start in zip(parts, starts, strict=True)
             for at in part["opened_at"].tolist()]  # fmt: skip
    assert found == whole["cases"]["opened_at"].tolist()


def test_what_goes_on_is_told_with_the_person_and_until_when(managed: World) -> None:
    managed.set(effects=effect(at="meeting/m", only_those_there=True, lasts="5 d",
                               proficiency={"agent": 0.5}, times={"job/a": 2}))  # fmt: skip
    managed.at("meeting", "mon", time="08:00")
    managed.set(time={"window": "1 d"})
    managed.cases("job", [])
    open_effects.write(managed.run(), managed.folder)
    assert (managed.folder / open_effects.FILE).read_text().splitlines() == [
        "effect,person,from,until",
        "one,,2025-01-06 09:00,2025-01-11 09:00",
        "one,agent#1,2025-01-06 09:00,2025-01-11 09:00",
    ]


# ---- laws ------------------------------------------------------------------------------------


@pytest.fixture
def changing_log(managed: World) -> EventLog:
    managed.at("meeting", "mon", "tue", time="08:00")
    managed.cases("job", [case("mon 12:00")])
    managed.set(
        effects=effect(times={"job/a": 2}, lasts="24 h"),
        dated={"slow": {"from": TUE, "to": THU, "times": {"job/a": 1.5}}},
    )
    return managed.run()


def changed(log: EventLog, place: int, **values: Any) -> EventLog:
    rows = log["writes"].copy()
    for column, value in values.items():
        rows[column][place] = value
    return replace(log, tables={**log.tables, "writes": rows})


def without(log: EventLog, place: int) -> EventLog:
    return replace(log, tables={**log.tables, "writes": np.delete(log["writes"], place)})


PLANTS: dict[str, list[Callable[[EventLog], EventLog]]] = {
    "writes are those that dates and steps say": [
        lambda log: without(log, 0),
        lambda log: without(log, len(log["writes"]) - 1),
        lambda log: changed(log, 1, at=int(log["writes"]["at"][1]) + 1),
        lambda log: changed(log, 1, why=1),
    ],
    "cells are the product of what is in force": [
        lambda log: changed(log, 1, new=2.9),
        lambda log: changed(log, 2, old=1.0),
        lambda log: changed(log, len(log["writes"]) - 1, new=1.0000001),
    ],
}


@pytest.mark.parametrize(
    ("law", "plant"), [(law, plant) for law, plants in PLANTS.items() for plant in plants]
)
def test_one_changed_row_breaks_the_law(
    changing_log: EventLog, law: str, plant: Callable[[EventLog], EventLog]
) -> None:
    assert not invariants.check(changing_log)
    assert law in {problem.law for problem in invariants.check(plant(changing_log))}
