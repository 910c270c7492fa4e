"""The laws of an event log hold of every run, and each is seen to fail when one row is changed."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from cssim.conformance import invariants
from cssim.conformance.laws_of_clocks import BREACH, CHANGE, PAUSE, RESUME, START, STOP
from cssim.eventlog import (
    ANSWERED_BY,
    CASE_KINDS,
    CLOCKS,
    CONTACT_OUTCOMES,
    NEVER,
    PIECE_KINDS,
    STATES,
    TAKEOVERS,
)
from cssim.scenario import read
from tests.sim import test_changes as of_changes
from tests.sim import test_defects as of_defects
from tests.sim import test_findings as of_findings
from tests.sim import test_installed_base as of_units
from tests.sim import test_laws_of_visits as of_visits
from tests.sim.runs import same_rule, short, simulated

RULES = ("finish", "pause", "hand_over")
HOUR = 3_600_000


# ---- every run is lawful ---------------------------------------------------------------------


def test_a_small_scenario_is_lawful(lawful, tiny):
    for seed in (1, 2, 3):
        lawful(tiny, seed)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_the_baseline_is_lawful_whatever_a_shifts_end_means(lawful, baseline, rule):
    log = lawful(short(baseline, **same_rule(baseline, rule)))
    assert len(log["activities"]) > 50_000


@pytest.mark.parametrize("rule", RULES)
def test_a_scenario_with_too_few_people_is_lawful(lawful, tiny, rule):
    few = {f"pools.{role}.{place}.people": 1 for role, by in tiny.pools.items() for place in by}
    log = lawful(tiny.with_({**few, **same_rule(tiny, rule), "demand.north.rate": "60 per day"}))
    assert (log["cases"]["closed_at"] == NEVER).sum() > 100


WITH_CALLS = {
    "telephone.patience": {"kind": "lognormal", "median": "3 min", "p90": "20 min"},
    "telephone.redial": {"chance": 0.6, "delay": {"kind": "exponential", "mean": "1 h"}},
    "telephone.after_call": {"kind": "exponential", "mean": "2 min"},
    "telephone.callback": {"after": "2 min", "accepting": 0.3},
    "pools.agent.national.places": 1,
    "demand.north.rate": "90 per day",
    "pools.agent.national.people": 2,
    "pools.agent.national.interrupted_by": ["live", "1"],
    "pools.regional_engineer.north.interrupted_by": ["1"],
    "pools.regional_engineer.north.people": 2,
}


@pytest.mark.parametrize("rule", RULES)
def test_a_scenario_with_a_telephone_and_interruptions_is_lawful(lawful, tiny, rule):
    for seed in (1, 2, 3):
        log = lawful(tiny.with_({**WITH_CALLS, **same_rule(tiny, rule)}), seed)
        contacts = log["contacts"]
        assert set(contacts["outcome"]) >= {1, 2, 3, 4, 5}
        answered = contacts[contacts["outcome"] == 1]
        assert len(set(answered["case"])) == len(answered)
        assert (answered["case"] >= 0).all()
        assert (contacts["case"][contacts["outcome"] == 3] < 0).sum() > 0
        assert (log["pieces"]["kind"] == PIECE_KINDS.index("after_call")).any()
        assert np.array_equal(log["cases"]["case"], np.arange(len(log["cases"])))


WITH_PERSONS = {
    "pools.regional_engineer.north": {
        "leave": {"days": 60, "block": 2},
        "sickness": {
            "rate": "0.3 per week",
            "length": {"kind": "lognormal", "mean": "2 d", "cv": 1},
        },
        "attrition": 0.5,
        "hiring": {"2025-02": 2},
        "ramp_up": {"from": 1.6, "over": "2 weeks"},
        "groups": {
            "late": {"people": 1, "calendar": "late", "skills": {"benches": 0.8}},
            "benches": {"people": 1, "skills": {"benches": 1.2}, "proficiency": 1.5},
        },
        "on_call": {"calendar": "nights", "severities": ["1", "2"]},
    },
    "pools.agent.national.helps": ["regional_engineer.north"],
    "pools.hq_engineer.national.helps": ["regional_engineer.north"],
    "calendars.late": {"week": {"mon-fri": ["12:00-15:00", "15:30-20:00"]}},
    "calendars.nights": {"week": {"mon-sun": ["00:00-24:00"]}},
    "work.1.8.4/13.skill": "benches",
    "attributes.severity.weights": {"1": 25, "2": 25, "3": 25, "4": 25},
    "demand.north.rate": "25 per day",
}


@pytest.mark.parametrize("rule", RULES)
def test_a_scenario_of_persons_is_lawful(lawful, tiny, rule):
    """Laws hold of people who are ill, on leave, on call, unskilled, join and leave."""
    persons = tiny.with_({"pools.hq_engineer.national.shift_end": "hand_over"})
    changes = {**WITH_PERSONS, **same_rule(persons, rule)}
    if rule == "pause":  # nobody is on call who may have something in hand
        changes["pools.regional_engineer.north.on_call"] = {"enabled": False}
    for seed in (1, 2, 3):
        log = lawful(persons.with_(changes), seed)
        assert set(log["duty"]["kind"]) == ({0, 2, 3} if rule == "pause" else {0, 1, 2, 3})
        assert len(log["staff"]) > 2


@pytest.mark.parametrize("outcome", ["answered", "called_back", "received"])
def test_a_contact_that_was_taken_later_or_not_at_all_is_against_a_law(lawful, tiny, outcome):
    log = lawful(tiny.with_(WITH_CALLS))
    contacts = log["contacts"]
    taken = contacts["outcome"] == CONTACT_OUTCOMES.index(outcome)
    place = last(taken & (contacts["case"] >= 0) & (contacts["attempt"] == 1))
    law = "customers cases come by a contact"
    for planted in (
        changed(log, "contacts", place, at=contacts["at"][place] + 1),
        changed(log, "contacts", place, outcome=CONTACT_OUTCOMES.index("abandoned")),
    ):
        assert law in {problem.law for problem in invariants.check(planted)}


def test_after_call_work_that_does_not_follow_its_activity_is_against_a_law(lawful, tiny):
    log = lawful(tiny.with_(WITH_CALLS))
    after = last(log["pieces"]["kind"] == PIECE_KINDS.index("after_call"))
    begun = int(log["pieces"]["from_at"][after])
    found = invariants.check(changed(log, "pieces", after, from_at=begun + 1))
    assert {problem.law for problem in found} == {"pieces lie within their activity"}


OWNED = {
    "owners.1.8.2": {"role": "agent", "wait": "20 min"},
    "owners.1.8.3": {"role": "regional_engineer", "wait": "1 h"},
    "owners.1.8.5": {"wait": "1 h"},
    "pools.agent.national.people": 2,
    "pools.regional_engineer.north.people": 2,
    "demand.north.rate": "40 per day",
}


@pytest.mark.parametrize("rule", RULES)
def test_a_scenario_with_owners_who_are_waited_for_is_lawful(lawful, tiny, rule):
    more = {"pools.regional_engineer.north.rework": 0.3} if rule == "hand_over" else {}
    for seed in (1, 2, 3):
        log = lawful(tiny.with_({**OWNED, **same_rule(tiny, rule), **more}), seed)
        why = set(log["takeovers"]["why"].tolist())
        assert {TAKEOVERS.index("waited"), TAKEOVERS.index("dedicated")} <= why


LEAVING = {
    f"pools.{role}.{place}.{key}": said
    for role, place in (("agent", "national"), ("regional_engineer", "north"))
    for key, said in (
        ("groups", {"a": {"people": 1, "leaves": "2025-01-10"}, "b": {"people": 2}}),
        ("attrition", 0.5),
        ("hiring", {"2025-02": 1}),
        ("sickness", {"rate": "0.1 per day", "length": {"kind": "exponential", "mean": "3 d"}}),
        ("interrupted_by", ["1"]),
        ("rework", 0.3),
    )
}


@pytest.mark.parametrize("rule", RULES)
def test_a_scenario_whose_owners_fall_ill_and_leave_is_lawful(lawful, tiny, rule):
    log = lawful(tiny.with_({**OWNED, **LEAVING, **same_rule(tiny, rule)}))
    why = np.bincount(log["takeovers"]["why"], minlength=len(TAKEOVERS))
    assert [word for word, often in zip(TAKEOVERS, why, strict=True) if not often] == ["booked"]


def test_a_take_over_that_is_left_out_is_against_a_law(lawful, tiny):
    log = lawful(tiny.with_(OWNED))
    rows = log["takeovers"]
    worked_on = np.isin(rows["instance"], log["activities"]["instance"])
    found = invariants.check(without(log, "takeovers", last(worked_on & (rows["why"] == 1))))
    assert "what is owned is done by its owner" in {problem.law for problem in found}


def test_a_scenario_without_parts_on_the_shelf_is_lawful(lawful, tiny):
    none = {f"parts.stock.north.{part}.initial": 0 for part in tiny.parts.types}
    lawful(tiny.with_({**none, "parts.lead_time.acme": {"kind": "fixed", "value": "9 d"}}))


def all_clocks(goes_on):
    """Every clock there can be, severities that change, and customers who come back."""
    hours = {"1": "2 h", "2": "4 h", "3": "8 h", "4": "16 h"}
    short = dict.fromkeys("1234", "1 h")
    on_site = {"start": {"reached": ["1.8.5/1"]}, "stop": {"arrived": ["1.8.5/7"]}}
    fixed = ["1.8.5/9=fixed", "1.8.4/14=yes", "1.8.4/17=yes", "1.8.2/18=yes"]
    told = ["1.8.2/9", "1.8.5/2", "1.8.4/7", "1.8.2/26"]
    clocks = {
        "answer": {"start": "opened", "stop": {"started": ["1.8.2/1"]}},
        "on_site": {**on_site, "pause": ["customer", "part", "approval"]},
        "restore": {"start": "opened", "stop": {"completed": fixed}, "pause": ["returns"]},
        "update": {"start": "opened", "stop": {"completed": told}, "repeats": True},
    }
    of_key = {"answer": short, "on_site": hours, "restore": hours, "update": hours}
    tiers = {role: {"calendar": "region", "target": hours, "pause": ["approval"]}
             for role in ("agent", "regional_engineer", "hq_engineer")}  # fmt: skip
    return {
        "sla.clocks": clocks,
        "sla.contracts.key.calendars": {"on_site": "office"},
        **{f"sla.contracts.key.{name}": targets for name, targets in of_key.items()},
        "sla.contracts.standard.answer": hours,
        "sla.contracts.standard.resolution": {"1": "2 h", "2": "4 h", "3": "9 h", "4": "30 h"},
        "sla.tiers": tiers,
        "sla.suppliers": {"acme": {"target": hours}},
        "sla.pause.resolution": ["customer", "part", "returns", "supplier"],
        "sla.reclassify": {"1.8.2/8": {"3": {"1": 1, "3": 4}}, "1.8.3/7": {"2": {"1": 1, "4": 1}}},
        "sla.reopen": {"chance": 0.4, "after": {"kind": "exponential", "mean": "2 d"},
                       "clock": "continue" if goes_on else "anew"},
        "demand.north.rate": "60 per day",
    }  # fmt: skip


@pytest.fixture(scope="module")
def clocks_log(tiny):
    return simulated(tiny.with_(all_clocks(goes_on=True)))


@pytest.mark.slow
@pytest.mark.parametrize("goes_on", [True, False])
@pytest.mark.parametrize("calls", [{}, WITH_CALLS])
def test_a_scenario_with_every_clock_is_lawful(lawful, tiny, goes_on, calls):
    for seed in (1, 2, 3):
        log = lawful(tiny.with_({**calls, **all_clocks(goes_on)}), seed)
        assert set(log["clocks"]["clock"]) == set(range(len(CLOCKS)))
        assert set(log["clocks"]["event"]) >= {START, PAUSE, RESUME, STOP, BREACH, CHANGE}
        assert (log["cases"]["kind"] == CASE_KINDS.index("reopened")).sum() > 50
        assert len(log["changes"]) > 50


SOONER = {"late": {"1.8.3/8": {"after": "1 h"}}}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "changes", "by"),
    [
        ("grave-cases-go-up", {}, "fact"),
        ("software-defects", {}, "fact"),
        ("on-to-supplier", SOONER, "clock"),
    ],
)
def test_what_ifs_that_know_answers_are_lawful(root, lawful, name, changes, by):
    what_if = read.load(root / f"scenarios/{name}.yaml")
    log = lawful(short(what_if, **{"time.window": "2 weeks"}, **changes))
    known = log["activities"][log["activities"]["answered_by"] == ANSWERED_BY.index(by)]
    assert np.isin(known["node"], node_numbers(log, flow="1.8.3", kind="decision")).any()


# ---- each law can fail -----------------------------------------------------------------------


def changed(log, table, place, **values):
    """A log with one row changed."""
    rows = log[table].copy()
    for column, value in values.items():
        rows[column][place] = value
    return replace(log, tables={**log.tables, table: rows})


def without(log, table, place):
    return replace(log, tables={**log.tables, table: np.delete(log[table], place)})


def last(mask):
    return int(np.flatnonzero(mask)[-1])


def node_numbers(log, **flags):
    nodes = log.terms["nodes"]
    return [i for i, n in enumerate(nodes) if all(n[k] == v for k, v in flags.items())]


def of_rule(log, rule):
    """Activities of pools with this rule that took a while, nothing special about them."""
    rows = log["activities"]
    pools = [i for i, pool in enumerate(log.terms["pools"]) if pool["shift_end"] == rule]
    return (
        np.isin(rows["pool"], pools)
        & (rows["agent"] >= 0)
        & (rows["pieces"] == 0)
        & (rows["completed_at"] < NEVER)
        & (rows["completed_at"] > rows["started_at"])
        & np.isin(rows["node"], node_numbers(log, on_site=False, several=False))
    )


def an_outcome_too_early(log):
    place = last(log["cases"]["closed_at"] == NEVER)
    return changed(log, "cases", place, outcome=0)


def an_activity_left_open(log):
    closed = log["cases"]["closed_at"][log["activities"]["case"]] < NEVER
    return changed(log, "activities", last(closed), completed_at=NEVER)


def a_case_closed_too_late(log):
    place = last(log["cases"]["closed_at"] < NEVER)
    return changed(log, "cases", place, closed_at=log["cases"]["closed_at"][place] + 1)


def a_case_without_its_contact(log):
    terms = {**log.terms, "telephone": {"service_level": 20_000}}
    return replace(log, terms=terms, tables={**log.tables, "contacts": log["contacts"][:0]})


def a_flow_after_its_case(log):
    rows = log["instances"]
    closed = log["cases"]["closed_at"][rows["case"]] < NEVER
    place = last((rows["caller"] >= 0) & closed)
    return changed(log, "instances", place, closed_at=log.terms["window"]["end_at"])


def started_before_enabled(log):
    place = last(log["activities"]["started_at"] < NEVER)
    before = log["activities"]["enabled_at"][place] - 1
    return changed(log, "activities", place, started_at=before)


def started_too_early(log):
    rows = log["activities"]
    place = last((rows["started_at"] < NEVER) & (rows["enabled_at"] == rows["started_at"]))
    at = rows["started_at"][place] - HOUR
    return changed(log, "activities", place, enabled_at=at, started_at=at)


def enabled_after_a_gap(log):
    rows = log["activities"]
    place = last(
        (rows["started_at"] < NEVER)
        & (rows["enabled_at"] > log["cases"]["opened_at"][rows["case"]])
        & (rows["started_at"] > rows["enabled_at"])
    )
    return changed(log, "activities", place, enabled_at=rows["enabled_at"][place] + 1)


def enabled_before_anything(log):
    rows = log["activities"]
    heads = np.unique(rows["token"], return_index=True)[1]
    place = int(heads[rows["started_at"][heads] > rows["enabled_at"][heads]][-1])
    return changed(log, "activities", place, enabled_at=rows["enabled_at"][place] + 1)


def a_piece_after_its_activity(log):
    pieces = log["pieces"]
    closed = log["cases"]["closed_at"][pieces["case"]] < NEVER
    place = last((pieces["kind"] == PIECE_KINDS.index("work")) & closed)
    return changed(log, "pieces", place, to_at=pieces["to_at"][place] + 10_000 * HOUR)


def a_stranger_at_an_owned_step(log):
    rows = log["activities"]
    place = last(
        np.isin(rows["instance"], np.flatnonzero(log["instances"]["owner"] >= 0))
        & (rows["agent"] == log["instances"]["owner"][rows["instance"]])
        & (rows["completed_at"] > rows["started_at"])
        & np.isin(rows["node"], node_numbers(log, several=False))
    )
    return changed(log, "activities", place, agent=rows["agent"][place] + 1)


def taken_over_by_nobody_known(log):
    owned = last(log["instances"]["owner"] >= 0)
    one = log["instances"][owned]
    row = (one["case"], owned, one["entered_at_node"], 1, one["owner"], one["owner"] + 1, 0, 0)
    taken = np.array([row], dtype=log["takeovers"].dtype)
    return replace(log, tables={**log.tables, "takeovers": taken})


def an_agent_in_two_places(log):
    rows = log["activities"]
    place = last(of_rule(log, "finish"))
    twin = rows[place : place + 1].copy()
    twin["node"] += 1
    return replace(log, tables={**log.tables, "activities": np.concatenate([rows, twin])})


def a_beginning_at_night(log):
    nightly = [number for number, pool in enumerate(log.terms["pools"]) if pool["role"] == "agent"]
    by_day = ~np.isin(log["activities"]["pool"], nightly)
    place = last(of_rule(log, "finish") & by_day)
    midnight = log["activities"]["started_at"][place] // (24 * HOUR) * 24 * HOUR
    new = log["activities"]["sitting"].max() + 1
    return changed(
        log, "activities", place, sitting=new, started_at=midnight, completed_at=midnight + 1
    )


def overtime_against_the_rule(log):
    rows = log["activities"]
    place = last(of_rule(log, "pause"))
    return changed(log, "activities", place, completed_at=rows["started_at"][place] + 24 * HOUR)


def a_move_of_nothing(log):
    return changed(log, "stock", -1, count=0)


def a_move_back_to_the_market(log):
    return changed(log, "stock", -1, to_account=STATES.index("bought") * 1000)


def more_than_there_was(log):
    place = last(log["stock"]["from_account"] // 1000 == STATES.index("on_shelf"))
    return changed(log, "stock", place, count=1000)


def given_back_by_another(log):
    place = last(log["stock"]["from_account"] // 1000 == STATES.index("lent"))
    return changed(log, "stock", place, case=0)


def an_order_that_loses_a_unit(log):
    place = last(log["stock"]["from_account"] // 1000 == STATES.index("in_transit"))
    return changed(log, "stock", place, count=log["stock"]["count"][place] - 1)


def a_move_out_of_order(log):
    return changed(log, "stock", -1, at=0)


def a_part_taken_that_was_not_kept(log):
    first = int(np.flatnonzero(log["wanted"]["kept_at"] < NEVER)[0])
    return changed(log, "wanted", first, kept_at=NEVER)


def somebody_passed_in_a_line(log):
    """Who stands in a line behind another is served before him."""
    rows = log["wanted"]
    order = np.lexsort((rows["kept_at"], rows["at"], rows["place"], rows["part"]))
    for one, behind in itertools.pairwise(order):
        alike = all(rows[name][one] == rows[name][behind] for name in ("part", "place", "given"))
        if alike and rows["at"][behind] < rows["kept_at"][one] < rows["kept_at"][behind] < NEVER:
            return changed(log, "wanted", behind, kept_at=rows["kept_at"][one] - 1)
    raise AssertionError("nobody stands in a line behind another")


def a_clock_that_never_started(log):
    return without(log, "clocks", last(log["clocks"]["event"] == START))


def a_clock_that_stops_twice(log):
    rows = log["clocks"]
    place = last(rows["event"] == STOP)
    twice = np.concatenate([rows, rows[place : place + 1]])
    return replace(log, tables={**log.tables, "clocks": twice})


def a_pause_left_out(log):
    rows = log["clocks"]
    resumed = np.isin(rows["case"], rows["case"][rows["event"] == RESUME])
    return without(log, "clocks", int(np.flatnonzero((rows["event"] == PAUSE) & resumed)[0]))


def time_used_while_paused(log):
    rows = log["clocks"]
    place = last(rows["event"] == PAUSE)
    return changed(log, "clocks", place, used=rows["used"][place] + 1)


def a_breach_left_out(log):
    rows = log["clocks"]
    clock = rows["case"].astype(np.int64) * 2 + rows["clock"]
    late = (rows["event"] == STOP) & (rows["used"] > rows["target"])
    return without(log, "clocks", last((rows["event"] == BREACH) & np.isin(clock, clock[late])))


def a_breach_before_it_is_due(log):
    place = last(log["clocks"]["event"] == BREACH)
    return changed(log, "clocks", place, at=log["clocks"]["at"][place] - HOUR)


def a_change_that_takes_something_back(log):
    rows = log["clocks"]
    return changed(log, "clocks", last((rows["event"] == CHANGE) & (rows["used"] > 0)), used=0)


def a_change_to_the_target_of_another_severity(log):
    return changed(log, "clocks", last(log["clocks"]["event"] == CHANGE), target=17)


def a_change_of_severity_left_out(log):
    changed_at = log["clocks"]["at"][log["clocks"]["event"] == CHANGE]
    return without(log, "changes", last(np.isin(log["changes"]["at"], changed_at)))


def a_reopened_case_whose_clock_starts_anew(log):
    rows, cases = log["clocks"], log["cases"]
    mine = (rows["event"] == START) & (rows["used"] > 0)
    mine &= cases["kind"][rows["case"]] == CASE_KINDS.index("reopened")
    return changed(log, "clocks", last(mine), used=0)


def reopened_before_it_was_closed(log):
    place = last(log["cases"]["kind"] == CASE_KINDS.index("reopened"))
    opened_at = log["cases"]["opened_at"][log["cases"]["parent"][place]]
    return changed(log, "cases", place, opened_at=opened_at)


def of_clock(log, name, event):
    return (log["clocks"]["clock"] == CLOCKS.index(name)) & (log["clocks"]["event"] == event)


def an_arrival_too_late(log):
    place = last(of_clock(log, "on_site", STOP))
    return changed(log, "clocks", place, at=log["clocks"]["at"][place] + 1)


def an_update_left_out(log):
    rows = log["clocks"]
    place = last(of_clock(log, "update", START) & (rows["promise"] > 0))
    mine = (rows["case"] == rows["case"][place]) & (rows["clock"] == rows["clock"][place])
    return without(log, "clocks", mine & (rows["promise"] == rows["promise"][place]))


def a_clock_of_a_contract_without_it(log):
    rows, standard = log["clocks"], log.terms["contracts"].index("standard")
    of_standard = log["cases"]["contract"][rows["case"]] == standard
    place = last(of_standard & of_clock(log, "resolution", START))
    return changed(log, "clocks", place, clock=CLOCKS.index("restore"))


def a_stay_too_long(log):
    rows = log["clocks"]
    stops = of_clock(log, "tier", STOP) & (rows["at"] < log["cases"]["closed_at"][rows["case"]])
    return changed(log, "clocks", last(stops), at=rows["at"][last(stops)] + HOUR)


def a_stay_with_a_supplier_left_out(log):
    rows = log["clocks"]
    supplier = rows["clock"] == CLOCKS.index("supplier")
    return without(log, "clocks", supplier & (rows["case"] == rows["case"][last(supplier)]))


PLANTS_OF_CLOCKS = {
    "breaches are at their due moment": [a_breach_before_it_is_due],
    "changes keep what is used": [
        a_change_that_takes_something_back, a_change_to_the_target_of_another_severity,
        a_change_of_severity_left_out,
    ],
    "reopened cases go on or start anew": [
        a_reopened_case_whose_clock_starts_anew, reopened_before_it_was_closed,
    ],
    "clocks start and stop where the scenario says": [
        an_arrival_too_late, an_update_left_out, a_clock_of_a_contract_without_it,
    ],
    "stays are those of the doers": [a_stay_too_long, a_stay_with_a_supplier_left_out],
}  # fmt: skip
PLANTS = {
    "closed cases have an outcome": [an_outcome_too_early],
    "open cases are somewhere": [an_activity_left_open],
    "cases close with their last activity": [a_case_closed_too_late],
    "customers cases come by a contact": [a_case_without_its_contact],
    "instances lie within their case": [a_flow_after_its_case],
    "moments are in order": [started_before_enabled],
    "nothing starts before its predecessor ended": [started_too_early],
    "enabled when the predecessor ended": [enabled_after_a_gap, enabled_before_anything],
    "pieces lie within their activity": [a_piece_after_its_activity],
    "what is owned is done by its owner": [a_stranger_at_an_owned_step],
    "what is taken over is the last owners": [taken_over_by_nobody_known],
    "nobody is in two places": [an_agent_in_two_places],
    "nobody begins off shift": [a_beginning_at_night],
    "nobody works off shift against the rule": [overtime_against_the_rule],
    "what there is is what came in": [a_move_of_nothing, a_move_back_to_the_market],
    "no account is negative": [more_than_there_was],
    "nobody gives back more than was lent": [given_back_by_another],
    "orders arrive whole": [an_order_that_loses_a_unit],
    "moves are in order": [a_move_out_of_order],
    "nobody takes what was not kept for him": [a_part_taken_that_was_not_kept],
    "nobody is passed in a line for a part": [somebody_passed_in_a_line],
    "promises have two clocks": [a_clock_that_never_started],
    "clocks stop at most once": [a_clock_that_stops_twice],
    "clocks pause and go on in turn": [a_pause_left_out],
    "clocks use up open time": [time_used_while_paused],
    "breaches are what was used": [a_breach_left_out],
}


def test_every_law_has_a_planted_violation():
    others = [*of_defects.PLANTS, *of_units.PLANTS, *of_changes.PLANTS, *of_findings.PLANTS]
    others += of_visits.PLANTS
    planted = [*PLANTS, *PLANTS_OF_CLOCKS, *others]
    assert [invariants.name_of(law) for law in invariants.LAWS] == planted


@pytest.mark.parametrize(
    ("law", "plant"), [(law, plant) for law, plants in PLANTS.items() for plant in plants]
)
def test_one_changed_row_breaks_the_law(baseline_log, law, plant):
    broken = {problem.law for problem in invariants.check(plant(baseline_log))}
    assert law in broken


@pytest.mark.parametrize(
    ("law", "plant"), [(law, plant) for law, plants in PLANTS_OF_CLOCKS.items() for plant in plants]
)
def test_one_changed_row_of_a_clock_breaks_the_law(clocks_log, law, plant):
    assert not invariants.check(clocks_log)
    broken = {problem.law for problem in invariants.check(plant(clocks_log))}
    assert law in broken


def test_a_problem_says_who_and_where(tiny_log):
    log = tiny_log
    place = last(of_rule(log, "pause"))
    problems = [
        problem
        for problem in invariants.check(overtime_against_the_rule(log))
        if problem.law == "nobody works off shift against the rule"
    ]
    row = log["activities"][place]
    agent = log.terms["agents"][row["agent"]]["name"]
    assert problems[0].text.startswith(f"{agent} is at ")
    assert f"for case {row['case']} from " in problems[0].text


# ---- what the laws rest on -------------------------------------------------------------------


def test_at_a_shifts_end_nobody_takes_over_what_is_handed_over(baseline, lawful):
    log = lawful(short(baseline, **same_rule(baseline, "hand_over")))
    work = log["pieces"][log["pieces"]["kind"] == PIECE_KINDS.index("work")]
    assert (work["to_at"] > work["from_at"]).all()


def test_what_is_open_at_the_runs_end_is_told_up_to_then(baseline_log):
    rows, pieces = baseline_log["activities"], baseline_log["pieces"]
    end = baseline_log.terms["window"]["end_at"]
    waits = pieces[(pieces["kind"] == PIECE_KINDS.index("waiting")) & (pieces["to_at"] == end)]
    still = rows[rows["started_at"] == NEVER]
    assert len(waits) > 0
    assert np.isin(waits["case"], still["case"]).all()
