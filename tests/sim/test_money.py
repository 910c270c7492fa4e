"""Money: what is paid when, in tiny worlds; and that every line is some row's and none is lost.

The totals are worked out by hand; single kinds of lines are in `tests/unit/test_kpi_money.py`.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from cssim.eventlog import DUTY_KINDS, EventLog
from cssim.kpi import costs, money, summary
from cssim.scenario import read
from tests.sim import field_worlds, handbook_worlds
from tests.sim.runs import same_rule, simulated
from tests.sim.worlds import World, case, choice, decision, fixed, pool, step, told

EVERYTHING = "tests/scenarios/valid/costs.yaml"
Law = Callable[[EventLog, costs.Lines], Iterator[str]]
VISIT = {"problem": "software", "on_site_cover": "yes"}


def lines(log: EventLog, *kinds: str) -> list[tuple[str, str, int, float]]:
    """(kind, from, case, amount) of every line that is of something, or of some kinds."""
    return sorted(
        (costs.KINDS[one["kind"]], told(one["from_at"]), int(one["case"]), one["amount"] / 100)
        for one in money.read(log)
        if not kinds or costs.KINDS[one["kind"]] in kinds
    )


def total(log: EventLog, *kinds: str) -> float:
    return sum(one[3] for one in lines(log, *kinds))


def sums(log: EventLog) -> dict[str, float]:
    """By kind, what all lines of it are; without those of nothing."""
    found = {kind: total(log, kind) for kind in costs.KINDS}
    return {kind: amount for kind, amount in found.items() if amount}


# ---- people ------------------------------------------------------------------------------------


@pytest.fixture
def shop(world: World) -> World:
    """One worker from nine to five at 60 an hour; steps of two hours; one week."""
    world.flow("job", {"a": step("worker")})
    world.set(
        time={"window": "1 week"},
        pools={"worker": pool(1, "day")},
        work={"job/a": {"time": fixed("2 h")}},
        costs={"wages": {"worker": {"hour": "60 CNY", "overtime": 0.5}}},
    )
    return world


def test_a_week_is_paid_whether_there_is_work_or_not(shop: World) -> None:
    shop.cases("job", [case("mon 10:00")])
    assert sums(shop.run()) == {"work": 2 * 60, "idle": 38 * 60}


def test_what_is_finished_after_the_shift_is_overtime(shop: World) -> None:
    shop.cases("job", [case("tue 16:30")])
    log = shop.run()
    assert lines(log, "work", "overtime") == [
        ("overtime", "tue 17:00", 0, 1.5 * 90), ("work", "tue 16:30", 0, 0.5 * 60),
    ]  # fmt: skip
    assert sums(log) == {"work": 30, "idle": 39.5 * 60, "overtime": 135}


@pytest.mark.parametrize("rule", ["pause", "hand_over"])
def test_what_waits_over_a_night_is_paid_for_what_is_worked(shop: World, rule: str) -> None:
    shop.set(pools={"worker": pool(1, "day", rule)})
    shop.cases("job", [case("tue 16:30")])
    assert lines(shop.run(), "work", "overtime") == [
        ("work", "tue 16:30", 0, 30), ("work", "wed 09:00", 0, 90),
    ]  # fmt: skip


def test_work_at_the_runs_end_is_paid_up_to_it(shop: World) -> None:
    shop.set(pools={"worker": pool(1, "always")})
    shop.cases("job", [case("sun 23:00")])
    assert sums(shop.run()) == {"work": 60, "idle": 167 * 60}


def test_who_is_on_leave_is_paid_and_a_turn_on_call_whole(shop: World) -> None:
    gone = {"gone": {"people": 1, "away": {"some": {"from": "2025-01-07", "to": "2025-01-08"}}}}
    shop.set(
        pools={"worker": pool(1, "day", groups=gone, on_call={
            "calendar": "always", "severities": ["1"],
        })},
        costs={"wages": {"worker": {"standby": "10 CNY", "on_call": 1}}},
    )  # fmt: skip
    shop.cases("job", [case("mon 20:00", severity="1"), case("mon 20:00", severity="2")])
    log = shop.run()
    assert sums(log) == {
        "work": 2 * 60, "idle": (80 - 2 - 8) * 60, "leave": 8 * 60,
        "standby": (168 - 40) * 10, "on_call": 2 * 120,
    }  # fmt: skip


def test_who_is_alone_in_his_pool_and_once_on_leave_works_in_his_shifts(shop: World) -> None:
    gone = {"one": {"people": 1, "away": {"some": {"from": "2025-01-07", "to": "2025-01-08"}}}}
    shop.set(pools={"worker": pool(0, "day", groups=gone)})
    shop.cases("job", [case("mon 10:00")])
    assert sums(shop.run()) == {"work": 2 * 60, "idle": 30 * 60, "leave": 8 * 60}


def test_the_people_of_a_group_are_paid_by_its_grade(shop: World) -> None:
    shop.set(
        pools={"worker": pool(1, "day", groups={"old": {"people": 1, "grade": "senior"}})},
        costs={"wages": {"senior": {"hour": "100 CNY"}}},
    )
    shop.cases("job", [case("mon 09:00"), case("mon 09:00")])
    log = shop.run()
    assert [one[3] for one in lines(log, "work")] == [2 * 60, 2 * 100]
    assert total(log) == 40 * 160


def test_what_a_helper_does_is_paid_by_his_own_grade_and_shift(shop: World) -> None:
    shop.flow("other", {"b": step("helped")})
    shop.set(
        pools={"helped": pool(1, "early"), "worker": pool(1, "day", helps=["helped"])},
        work={"other/b": {"time": fixed("2 h")}},
        costs={"wages": {"helped": {"hour": "7 CNY"}}},
    )
    shop.cases("other", [case("mon 16:00")])
    assert lines(shop.run(), "work", "overtime") == [
        ("overtime", "mon 17:00", 0, 90), ("work", "mon 16:00", 0, 60),
    ]  # fmt: skip


def test_ample_people_are_paid_nothing(shop: World) -> None:
    shop.set(pools={"worker": pool("ample")})
    shop.cases("job", [case("mon 09:00")])
    assert lines(shop.run()) == []


# ---- promises and charges ----------------------------------------------------------------------


def promised(world: World, **penalties: object) -> None:
    hours = dict.fromkeys("1234", "1 h")
    world.set(
        sla={
            "contract": {"by": "severity", "of": dict.fromkeys("1234", "all")},
            "contracts": {"all": {
                "calendar": "always", "first_response": hours, "resolution": hours,
                "attainment": 0.9,
            }},
            "applies_to": ["job"],
        },
        costs={"penalties": {"all": penalties}},
    )  # fmt: skip


def test_breaches_and_a_missed_month_are_paid_up_to_the_cap(shop: World) -> None:
    shop.set(time={"window": "4 weeks"})
    promised(shop, breach={"resolution": "100 CNY"}, missed="500 CNY", cap="650 CNY")
    shop.cases("job", [case("mon 09:00"), case("tue 09:00")])
    log = shop.run()
    assert lines(log, "penalty", "credit") == [
        ("credit", "4 fri 23:59:60", -1, 450), ("penalty", "mon 10:00", 0, 100),
        ("penalty", "tue 10:00", 1, 100),
    ]  # fmt: skip
    found = {(one.kpi, one.scope): one.value for one in summary.measures(log)}
    assert found["beyond_cap", "all"] == found["beyond_cap", "contract=all"] == 50


def test_without_a_cap_nothing_is_beyond_it(shop: World) -> None:
    promised(shop, breach={"resolution": "100 CNY"})
    shop.cases("job", [case("mon 09:00")])
    assert not [one for one in summary.measures(shop.run()) if one.kpi == "beyond_cap"]


def test_a_customer_pays_with_the_answer_that_is_named(shop: World) -> None:
    shop.flow("job", {"a": decision("worker", answers={"yes": "end", "no": "end"})})
    shop.set(
        attributes={"will_pay": {"kind": "choice", "weights": {"yes": 1, "no": 1}}},
        answers={"job/a": {"weights": {"yes": 1, "no": 1}, "given": {"will_pay": {
            "yes": {"yes": 1, "no": 0}, "no": {"yes": 0, "no": 1},
        }}}},
        costs={"charges": {"job/a=yes": {"price": "300 CNY"}}},
    )  # fmt: skip
    shop.cases("job", [case("mon 09:00", will_pay="no"), case("mon 12:00", will_pay="yes")])
    log = shop.run()
    assert lines(log, "charge") == [("charge", "mon 14:00", 1, -300)]


# ---- a repair, from the call to the shelf ------------------------------------------------------


def test_a_visit_and_its_parts_cost_what_they_are_told_to(world: World) -> None:
    """Worked out by hand, from the steps and moves that `test_parts.py` tells of this case."""
    handbook_worlds.requests(world)
    wages = {role: {"hour": "30 CNY"} for role in handbook_worlds.ROLES}
    world.set(
        work={"1.8.5/7": {"travel": fixed("1 h")}},
        parts={"types": {name: {"weight": "light"} for name in ("board", "box")}},
        costs={
            "wages": wages, "travel": {"hour": "20 CNY", "visit": "5 CNY"},
            "transport": {"light": "3 CNY"}, "storage": {"light": "1 CNY"}, "capital": 0.365,
            "repair": {"acme": "40 CNY"},
            "charges": {"1.8.2/26": {"price": "9 CNY", "parts": True}},
        },
    )  # fmt: skip
    world.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = world.run()
    found = sums(log)
    moved = [(int(one["count"]), told(one["at"])) for one in log["stock"][2:]]
    assert moved == [
        (2, "mon 11:10"), (2, "mon 16:10"), (2, "mon 16:40"), (2, "mon 16:50"), (2, "2 mon 16:50"),
    ]  # fmt: skip
    paid = 4 * 7 * 24 * 3 * len(handbook_worlds.ROLES)  # hours of 3 people of each role
    assert found["work"] + found["idle"] == paid * 30
    assert {kind: found[kind] for kind in ("travel", "parts_used", "parts_restored", "repair",
                                           "transport", "charge")} == {
        "travel": 25, "parts_used": 200, "parts_restored": -200, "repair": 80,
        "transport": 12,  # to the supplier and back
        "charge": -209,
    }  # fmt: skip
    good = 8 * 28 - 2 * (7 + 40 / 60 / 24)  # unit-days: two are used until they are repaired
    on_shelf = good - 2 * (5 / 24)  # and lent before that
    assert found["storage"] == pytest.approx(on_shelf, abs=0.02)
    assert found["capital"] == pytest.approx(good * 100 * 0.365 / 365, abs=0.02)
    assert total(log) == pytest.approx(423_360 + 25 + 80 + 12 - 209 + 209.53 + 20.99, abs=0.05)


def test_a_kilometre_of_a_way_across_a_map_has_a_price(world: World) -> None:
    field_worlds.visiting(world)
    world.scenario["travel"] = {"by": "area", "speed": "30 km/h", "areas": {
        "town": {"x": "3 km", "y": "-4 km"}, "hills": {"x": "15 km", "y": "5 km"},
    }}  # fmt: skip
    world.set(costs={"travel": {"km": "2 CNY", "hour": "6 CNY"}})
    world.cases("visit", [case("mon 09:00"), case("mon 09:10", area="hills")])
    paid = sorted(amount for *_, amount in lines(world.run(), "travel") if amount)
    # 10, 30 and 31.6 minutes; 5, 15 and 15.811 kilometres
    assert paid == [1.0, 3.0, 3.16, 10.0, 30.0, 31.62]


def test_an_emergency_shipment_costs_its_price_beside_its_transport(world: World) -> None:
    world.flow("jobs", {"1": step("worker", effect={"parts": "use"})})
    world.set(
        regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}},
        pools={"worker": pool("ample")},
        attributes={"product": choice("router")},
        work={"jobs/1": {"time": fixed("0 s")}},
        suppliers={"acme": {"calendar": "always"}},
        products={"router": {"supplier": "acme",
                             "repair_parts": {"jobs/1": {"board": {"chance": 1}}}}},
        parts={
            "types": {"board": {"supplier": "acme", "price": "10 CNY", "weight": "light"}},
            "stock": {"north": {"board": {"kind": "rotable", "initial": 1}},
                      "south": {"board": {"kind": "rotable", "initial": 1}}},
            "sourcing": {"north": {
                "north": {}, "south": {"time": fixed("2 h"), "price": "70 CNY"},
                "supplier": {"time": fixed("1 d"), "price": "90 CNY"},
            }},
            "lead_time": {"acme": fixed("2 d")},
            "used": 1, "replaced": 1, "batch": 1, "repair_time": {"acme": fixed("7 d")},
            "repaired": 1,
        },
        costs={"transport": {"light": "3 CNY"}},
    )  # fmt: skip
    world.cases("jobs", [case(f"mon {hour}:00") for hour in ("09", "10", "11")])
    assert lines(world.run(), "shipment", "transport", "parts_used") == [
        ("parts_used", "mon 09:00", 0, 10), ("parts_used", "mon 12:00", 1, 10),
        ("parts_used", "tue 11:00", 2, 10), ("shipment", "mon 10:00", 1, 70),
        ("shipment", "mon 11:00", 2, 90), ("transport", "mon 10:00", 1, 3),
        ("transport", "mon 11:00", 2, 3),
    ]  # fmt: skip


# ---- laws --------------------------------------------------------------------------------------


def _without_a_source(log: EventLog, found: costs.Lines) -> Iterator[str]:
    for table in np.unique(found["table"]).tolist():
        rows = log[costs.SOURCES[table]]
        mine = found[found["table"] == table]
        if ((mine["row"] < 0) | (mine["row"] >= len(rows))).any():
            yield "a line has no source"
        elif "case" in rows.dtype.names:
            owned = mine[mine["case"] >= 0]
            if (rows["case"][owned["row"]] != owned["case"]).any():
                yield "a line is of another case than its source"


def _not_the_duty(log: EventLog, found: costs.Lines) -> Iterator[str]:
    """Ordinary paid time is the duty, pool by pool."""
    duty, planned = log["duty"], [DUTY_KINDS.index(kind) for kind in ("shift", "leave", "sick")]
    rows = duty[np.isin(duty["kind"], planned)]
    wanted = np.zeros(len(log.terms["pools"]), dtype=np.int64)
    np.add.at(wanted, rows["pool"], rows["people"] * (rows["to_at"] - rows["from_at"]))
    pool_of = np.array([one["pool"] for one in log.terms["agents"]])
    paid = np.zeros_like(wanted)
    for kind in ("work", "idle", "leave", "sickness"):
        for one in found[found["kind"] == costs.KINDS.index(kind)]:
            source = log[costs.SOURCES[one["table"]]][one["row"]]
            named = "pool" in source.dtype.names and kind != "work"
            paid[source["pool"] if named else pool_of[source["agent"]]] += one["quantity"]
    if (wanted != paid).any():
        yield "paid time is not the duty"


def _not_the_total(log: EventLog, found: costs.Lines) -> Iterator[str]:
    told_of = {(one.kpi, one.scope): one.value for one in summary.measures(log)}
    window = log.terms["window"]["from_at"], log.terms["window"]["to_at"]
    by_kind = sum(round(value * 100) for (kpi, scope), value in told_of.items()
                  if kpi == "cost" and scope.startswith("kind="))  # fmt: skip
    inside = costs.within(found, window)
    is_charge = found["kind"] == costs.CHARGE
    if not by_kind == round(told_of["cost", "all"] * 100) == inside[~is_charge].sum():
        yield "the total is not the sum of its lines"
    if round(told_of["margin", "all"] * 100) != -inside.sum():
        yield "the margin is not what is left"


LAWS = (_without_a_source, _not_the_duty, _not_the_total)


def busy(**changes: object) -> EventLog:
    """A run in which everything is paid for but turns on call."""
    return simulated(read.load(EVERYTHING).with_({
        "pools.regional_engineer.north.leave": {"days": 60, "block": 2},
        "pools.regional_engineer.north.sickness": {
            "rate": "0.1 per day", "length": {"kind": "fixed", "value": "2 d"},
        },
        "demand.north.rate": "60 per day",
        **changes,
    }))  # fmt: skip


@pytest.mark.parametrize("rule", ["finish", "pause", "hand_over"])
def test_lines_have_a_source_pay_the_duty_and_sum_to_the_total(rule: str) -> None:
    log = busy(**same_rule(read.load(EVERYTHING), rule))
    found = money.read(log)
    assert [text for law in LAWS for text in law(log, found)] == []
    kinds = {costs.KINDS[kind] for kind in found["kind"]}
    assert kinds >= {*costs.KINDS} - {"standby", "on_call", "parts_restored", "shipment"}


@pytest.fixture(scope="module")
def whole() -> EventLog:
    """All of it is in the window."""
    return busy(**{"time.warm_up": "0 d", "time.run_out": "0 d"})


@pytest.mark.parametrize(
    ("kind", "column", "by", "law", "told_of"),
    [
        ("work", "row", 10_000_000, _without_a_source, "a line has no source"),
        ("work", "row", -1, _without_a_source, "a line has no source"),
        ("charge", "case", 1, _without_a_source, "a line is of another case than its source"),
        ("idle", "quantity", 1, _not_the_duty, "paid time is not the duty"),
        ("work", "quantity", 1, _not_the_duty, "paid time is not the duty"),
        ("leave", "quantity", -1, _not_the_duty, "paid time is not the duty"),
        ("parts_used", "amount", 1, _not_the_total, "the total is not the sum of its lines"),
        ("charge", "amount", 1, _not_the_total, "the margin is not what is left"),
    ],
)
def test_a_planted_difference_is_told(
    whole: EventLog, kind: str, column: str, by: int, law: Law, told_of: str
) -> None:
    found = money.read(whole)
    found[column][np.flatnonzero(found["kind"] == costs.KINDS.index(kind))[0]] += by
    assert told_of in list(law(whole, found))
