"""The installed base: who is in the field, when each unit fails, and what its case is."""

import csv
from collections.abc import Callable

import numpy as np
import pytest

from cssim import blueprint
from cssim.basis import draws
from cssim.basis.hazards import Hazard
from cssim.conformance import invariants
from cssim.eventlog import CASE_KINDS, NEVER, EventLog
from cssim.experiment import open_renewed, open_stock
from cssim.kpi import frames
from cssim.scenario import read as scenarios
from cssim.sim import run
from cssim.sim.installed import Field
from tests.sim.chains import assert_goes_on
from tests.sim.test_defects import changed, with_table
from tests.sim.worlds import World, choice, fixed, pool, step

HOUR, DAY = 3_600_000, 86_400_000
WEAR = {"kind": "weibull", "scale": "10 d", "shape": 2}
EVERY_WEEK = {"kind": "exponential", "mean": "7 d"}


@pytest.fixture
def field(world: World) -> World:
    """Forty units that are new when the run begins; a repair takes an hour and nobody waits."""
    world.flow("repair", {"1": step("engineer")})
    world.set(
        attributes={"product": choice("router", "server"), "problem": choice("common", "hardware")},
        pools={"engineer": pool("ample")},
        work={"repair/1": {"time": fixed("1 h")}},
        demand={"routers": {
            "kind": "installed_base", "flow": "repair", "repaired": "as_good_as_old",
            "installed": {"on": "2025-01-06", "units": {"north": 40}, "age": fixed("0 d")},
            "hazards": {"wear": WEAR},
        }},
    )  # fmt: skip
    return world


def told(field: World, **keys):
    """The world with these keys of its base."""
    field.set(demand={"routers": keys})
    return field


def addresses(log) -> set[tuple[int, ...]]:
    """Whose failures there are, and when."""
    cases = log["cases"]
    return set(zip(*(cases[name].tolist() for name in ("date", "band", "ordinal", "opened_at")),
                   strict=True))  # fmt: skip


def moments(log, unit=None):
    rows = log["failures"]
    return sorted((rows["at"] if unit is None else rows["at"][rows["unit"] == unit]).tolist())


# ---- as good as old ----------------------------------------------------------------------------


def test_failures_stand_where_their_address_says(field):
    """By hand: cells of one expected failure each, at (unit, hazard, layer, cell)."""
    log = field.run(seed=5)
    cohort = draws.fold(
        draws.fold(draws.mix(5), 0), draws.text_key("source/routers"),
        draws.text_key("cohort/installed/north"),
    )  # fmt: skip
    life = draws.fold(cohort, 3, 0)
    found = []
    for cell in range(8):  # by 28 days (28 / 10)^2 = 7.84 are expected
        key = draws.fold(life ^ draws.text_key("hazard/wear"), 0, cell)
        u = draws.uniform(key, draws.text_key("failures/count"))
        chances = np.cumsum([np.exp(-1) / np.prod(np.arange(1, n + 1)) for n in range(20)])
        for within in range(int(np.searchsorted(chances, u))):
            place = draws.uniform(draws.fold(key, within), draws.text_key("failures/place"))
            found.append(int(10 * DAY * (cell + place) ** 0.5))
    assert moments(log, unit=3) == sorted(at for at in found if at < 28 * DAY)


def test_a_failure_is_a_request_of_the_flow_that_opens_then(field):
    log = field.run()
    rows, cases = log["failures"], log["cases"]
    assert len(rows) == len(cases) > 200
    assert (cases["opened_at"][rows["case"]] == rows["at"]).all()
    assert (cases["closed_at"] - cases["opened_at"])[cases["closed_at"] < NEVER].tolist() == (
        [HOUR] * int((cases["closed_at"] < NEVER).sum())
    )
    assert set(cases["kind"]) == {0}
    assert [log.terms["hazards"][one] for one in set(rows["hazard"])] == ["wear"]


@pytest.mark.parametrize("shape", [0.7, 1, 2])
def test_as_many_failures_are_expected_as_the_hazard_has_summed_up(field, shape):
    hazard = {"kind": "weibull", "scale": "10 d", "shape": shape}
    many = {"on": "2025-01-06", "units": {"north": 20_000}, "age": fixed("0 d")}
    log = told(field, hazards={"wear": hazard}, installed=many).run()
    half = (log["failures"]["at"] < 14 * DAY).sum()
    for found, days in ((half, 14), (len(log["failures"]), 28)):
        expected = 20_000 * (days / 10) ** shape
        assert abs(found - expected) < 4 * expected**0.5


def test_hazards_add_up_and_move_nothing_of_each_other(field):
    wear = addresses(field.run())
    both = told(field, hazards={"wear": WEAR, "chance": EVERY_WEEK}).run()
    chance = both["failures"]["hazard"] == both.terms["hazards"].index("chance")
    assert addresses(both) > wear
    assert len(addresses(both)) - len(wear) == chance.sum() > 100


def test_more_units_add_failures_and_move_none(field):
    few = addresses(field.run())
    more = told(field, installed={"units": {"north": 60}}).run()
    assert addresses(more) > few


def test_another_start_moves_no_failure(field):
    whole = field.run()
    field.set(time={"start": "2025-01-13"})
    later = field.run()
    week = 7 * DAY
    expected = [at - week for at in moments(whole) if at >= week]
    assert [at for at in moments(later) if at < 21 * DAY] == expected


def test_old_units_fail_as_often_as_their_age_says(field):
    """(38 / 10)^2 - 1^2 of a wear that was ten days old, by 28 days."""
    many = {"on": "2025-01-06", "units": {"north": 5_000}, "age": fixed("10 d")}
    log = told(field, installed=many).run()
    expected = 5_000 * (3.8**2 - 1)
    assert abs(len(log["failures"]) - expected) < 4 * expected**0.5


# ---- who is in the field -----------------------------------------------------------------------


def test_deliveries_come_within_their_period(field):
    log = told(field, deliveries={
        "2025-01": {"north": 30}, "2025-W07": {"north": 20}, "2025-02-01": {"north": 10},
        "2024-11": {"north": 5},
    }).run()  # fmt: skip
    units = log["units"][log["units"]["date"] > 0]
    start = np.datetime64("2025-01-06")
    days = start + (units["from_at"] // DAY).astype("timedelta64[D]")
    counted = {
        "month": ((days >= np.datetime64("2025-01-01")) & (days <= np.datetime64("2025-01-31"))),
        "week": (days >= np.datetime64("2025-02-10")) & (days <= np.datetime64("2025-02-16")),
        "day": days == np.datetime64("2025-02-01"),
        "before": days.astype("datetime64[M]") == np.datetime64("2024-11"),
    }
    # of the second week of February nothing has come by the run's end at its Monday
    assert {name: int(found.sum()) for name, found in counted.items()} == {
        "month": 30, "week": 0, "day": 10, "before": 5,
    }  # fmt: skip


def test_a_unit_fails_from_its_delivery_on(field):
    log = told(field, deliveries={"2025-01-20": {"north": 200}}).run()
    late = log["units"]["date"] > 0
    rows = log["failures"][late[log["failures"]["unit"]]]
    assert len(rows) > 200
    assert rows["at"].min() >= 14 * DAY


def test_a_retired_unit_fails_no_more_and_its_open_case_goes_on(field):
    """Delivered within the first day, retired ten days later; a repair takes three days."""
    field.set(work={"repair/1": {"time": fixed("3 d")}})
    plan = {"2025-01-06": {"north": 200}}
    field.set(demand={"routers": {"installed": {"enabled": False}}})
    log = told(field, deliveries=plan, lifetime=fixed("10 d")).run()
    units, rows = log["units"], log["failures"]
    assert (units["until_at"] - units["from_at"] == 10 * DAY).all()
    assert (rows["at"] < units["until_at"][rows["unit"]]).all()
    closed_at = log["cases"]["closed_at"][rows["case"]]
    after = closed_at > units["until_at"][rows["unit"]]
    assert after.sum() > 20
    assert (closed_at - rows["at"] == 3 * DAY).all()


def test_a_unit_that_is_old_lives_for_the_rest_of_its_life(field):
    """Of a life between 0 and 40 days, those that are 20 days old live 10 more on average."""
    many = {"on": "2025-01-06", "units": {"north": 4_000}, "age": fixed("20 d")}
    life = {"kind": "uniform", "low": "0 d", "high": "40 d"}
    log = told(field, installed=many, lifetime=life).run()
    until = log["units"]["until_at"]
    assert len(until) == 4_000
    assert until.max() <= 20 * DAY
    assert abs(until.mean() / DAY - 10) < 4 * (20 / 12**0.5) / 4_000**0.5


def test_who_is_retired_after_the_run_is_in_the_field_at_its_end(field):
    log = told(field, lifetime={"kind": "uniform", "low": "0 d", "high": "56 d"}).run()
    until = log["units"]["until_at"]
    assert set(until > 28 * DAY) == {False, True}
    assert set(until[until >= 28 * DAY]) == {NEVER}


def test_a_unit_older_than_any_life_is_not_there(field):
    old = {"on": "2025-01-06", "units": {"north": 10}, "age": fixed("20 d")}
    log = told(
        field, installed=old, lifetime=fixed("19 d"), deliveries={"2025-01-07": {"north": 1}}
    ).run()
    assert len(log["units"]) == 1
    assert log["units"]["date"][0] > 0


def test_a_delivery_that_is_dead_on_arrival_asks_when_it_comes(field):
    log = told(
        field,
        deliveries={"2025-01-08": {"north": 400}},
        dead_on_arrival={"share": 0.25, "attributes": {"problem": choice("common")}},
        attributes={"problem": choice("hardware")},
        hazards={"wear": {"kind": "weibull", "scale": "1000 d", "shape": 3}},
    ).run()
    rows = log["failures"]
    dead = rows[rows["hazard"] == -1]
    units = log["units"][dead["unit"]]
    assert (units["date"] > 0).all()  # none of those that were in the field before
    assert (dead["at"] == units["from_at"]).all()
    assert abs(len(dead) - 100) < 4 * 75**0.5
    assert set(log.attributes["problem"][dead["case"]]) == {0}
    alive = rows[rows["hazard"] >= 0]
    assert set(log.attributes["problem"][alive["case"]]) <= {1}


# ---- what a failure is -------------------------------------------------------------------------


def test_what_a_unit_keeps_is_the_same_for_all_its_cases(field):
    log = told(field, keeps=["product"], hazards={"wear": WEAR, "chance": EVERY_WEEK}).run()
    unit, case = log["failures"]["unit"], log["failures"]["case"]
    of_unit = [set(log.attributes["product"][case[unit == one]]) for one in range(40)]
    assert {len(words) for words in of_unit} == {1}
    assert set().union(*of_unit) == {0, 1}
    problems = [set(log.attributes["problem"][case[unit == one]]) for one in range(40)]
    assert {len(words) for words in problems} == {2}
    frame = frames.units(log)
    assert frame["product"].tolist() == [
        log.terms["attributes"]["product"][next(iter(words))] for words in of_unit
    ]


def test_units_are_where_they_were_delivered(field):
    field.set(regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}})
    log = told(field, installed={"units": {"north": 10, "south": 30}}).run()
    assert np.bincount(log["units"]["region"]).tolist() == [10, 30]
    rows = log["failures"]
    assert (log["cases"]["region"][rows["case"]] == log["units"]["region"][rows["unit"]]).all()


# ---- dated factors -----------------------------------------------------------------------------


def test_a_cold_winter_adds_failures_and_moves_none(field):
    """Half as many again within the span, nothing else."""
    many = {"on": "2025-01-06", "units": {"north": 4_000}, "age": fixed("0 d")}
    told(field, installed=many, hazards={"wear": EVERY_WEEK})
    before = addresses(field.run())
    winter = {"from": "2025-01-13", "to": "2025-01-20", "factor": 1.5}
    after = addresses(told(field, factors={"winter": winter}).run())
    more = sorted(at for *_, at in after - before)
    assert after > before
    assert more[0] >= 7 * DAY
    assert more[-1] < 14 * DAY
    assert abs(len(more) - 2_000) < 4 * 2_000**0.5


def test_a_mild_winter_takes_failures_away_and_moves_none(field):
    many = {"on": "2025-01-06", "units": {"north": 4_000}, "age": fixed("0 d")}
    told(field, installed=many, hazards={"wear": EVERY_WEEK})
    before = addresses(field.run())
    spans = {
        "winter": {"from": "2025-01-13", "to": "2025-01-20", "factor": 0.5},
        "holidays": {"from": "2025-01-18", "to": "2025-01-20", "factor": 0},
    }
    after = addresses(told(field, factors=spans).run())
    less = [at for *_, at in before - after]
    assert before > after
    assert min(less) >= 7 * DAY
    assert max(less) < 14 * DAY
    assert not any(12 * DAY <= at < 14 * DAY for *_, at in after)
    expected = 4_000 / 7 * (5 * 0.5 + 2)
    assert abs(len(less) - expected) < 4 * expected**0.5


# ---- as good as new ----------------------------------------------------------------------------


def test_a_unit_as_good_as_new_does_not_fail_before_its_case_has_ended(field):
    field.set(work={"repair/1": {"time": fixed("2 d")}})
    log = told(field, repaired="as_good_as_new").run()
    rows, cases = log["failures"], log["cases"]
    assert len(rows) > 40
    for unit in range(40):
        mine = cases[rows["case"][rows["unit"] == unit]]
        assert (mine["opened_at"][1:] > mine["closed_at"][:-1]).all()
        assert (np.diff(mine["ordinal"] // 8) == 1).all()  # its lives, one after another


def test_a_life_has_the_length_that_its_hazard_says(field):
    """Of a wear with shape 2: mean 10 d x gamma(1.5), from the repair to the next failure."""
    field.set(time={"window": "200 weeks"})
    log = told(field, repaired="as_good_as_new").run()
    rows, cases = log["failures"], log["cases"]
    lives = np.concatenate([
        (mine := cases[rows["case"][rows["unit"] == unit]])["opened_at"][1:]
        - mine["closed_at"][:-1]
        for unit in range(40)
    ]) / DAY  # fmt: skip
    assert abs(lives.mean() - 8.862) < 4 * lives.std() / len(lives) ** 0.5
    assert abs((lives**2).mean() - 100) < 4 * (lives**2).std() / len(lives) ** 0.5


def test_before_the_run_a_repair_took_no_time(field):
    """Those told for three weeks ago fail as those that have been renewed since then."""
    many = {"on": "2024-12-16", "units": {"north": 2_000}, "age": fixed("0 d")}
    log = told(field, installed=many, repaired="as_good_as_new").run()
    assert moments(log)[0] >= 0
    lives = log["cases"]["ordinal"] // 8
    assert {0, 1, 2, 3} <= set(lives.tolist())
    first_week = sum(at < 7 * DAY for at in moments(log))
    expected = 2_000 * 7 / 8.862  # settled by then, to some per cent
    assert abs(first_week - expected) < 0.05 * expected


def test_a_renewed_unit_that_retires_is_repaired_and_fails_no_more(field):
    log = told(field, repaired="as_good_as_new", lifetime=fixed("12 d")).run()
    assert max(moments(log)) < 12 * DAY
    assert (log["cases"]["closed_at"] < NEVER).all()


def test_other_units_do_not_move_who_is_renewed(field):
    few = addresses(told(field, repaired="as_good_as_new").run())
    more = addresses(told(field, installed={"units": {"north": 60}}).run())
    assert more > few


def test_populations_and_renewed_units_come_again_each_by_their_own(field):
    field.set(demand={"pens": {"kind": "population", "flow": "repair", "region": "north",
                               "units": 3, "time": fixed("1 d")}})  # fmt: skip
    log = told(field, repaired="as_good_as_new").run()
    pens = log["cases"][log["cases"]["source"] == log.terms["sources"].index("pens")]
    assert len(pens) == 3 * 26  # every 25 hours
    assert len(log["failures"]) == len(log["cases"]) - len(pens)


# ---- with everything else ----------------------------------------------------------------------


def everything(field: World) -> World:
    """Units of two regions that come, are dead on arrival, fail for two reasons and retire."""
    field.set(regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}})
    return told(
        field, keeps=["product"], installed={"units": {"north": 40, "south": 20}},
        deliveries={"2025-W03": {"north": 30, "south": 10}, "2025-01-22": {"south": 30}},
        hazards={"wear": WEAR, "chance": EVERY_WEEK}, lifetime=fixed("20 d"),
        dead_on_arrival={"share": 0.2, "attributes": {"problem": choice("common")}},
    )  # fmt: skip


@pytest.fixture
def full_log(field: World):
    return everything(field).run()


@pytest.mark.parametrize("repaired", ["as_good_as_old", "as_good_as_new"])
def test_units_are_lawful_with_a_telephone_that_few_answer(field, repaired):
    everything(field)
    field.set(
        attributes={"channel": choice("phone", "web")}, live={"channel": "phone"},
        pools={"engineer": pool(1)},
        telephone={"patience": fixed("10 min"), "redial": {"chance": 0.5, "delay": fixed("1 h")},
                   "after_call": fixed("1 min"), "service_level": "20 s"},
    )  # fmt: skip
    log = told(field, repaired=repaired).run()
    gone = log["failures"]["case"] < 0
    assert 20 < gone.sum() < len(gone)
    assert len(log["cases"]) == (~gone).sum()


@pytest.mark.parametrize("repaired", ["as_good_as_old", "as_good_as_new"])
def test_a_run_that_is_cut_goes_on_with_the_same_failures(field, repaired):
    everything(field).set(work={"repair/1": {"time": fixed("30 h")}})
    told(field, repaired=repaired)
    assert len(field.run()["failures"]) > 200
    assert_goes_on(field, 5, 13, 14)


def test_units_that_are_renewed_are_no_parts(root, tmp_path):
    """The handbook's requests, with parts: each file of what is open tells its own."""
    path = root / "tests/scenarios/valid/demand-installed-base-renewed.yaml"
    scenario = scenarios.load(path).with_({"demand.pumps.hazards.wear.scale": "5 d"})
    log = run.simulate(blueprint.build(scenario), 1)
    open_stock.write(log, tmp_path)
    open_renewed.write(log, tmp_path)
    stock, renewed = (
        list(csv.DictReader((tmp_path / name).read_text("utf-8").splitlines()))
        for name in (open_stock.FILE, open_renewed.FILE)
    )
    assert {row["state"] for row in stock} <= {
        "on_shelf", "in_transit", "quarantine", "released", "repair", "ordered",
    }  # fmt: skip
    assert {row["source"] for row in renewed} == {"pumps"}
    assert {bool(row["new_at"]) + bool(row["case"]) for row in renewed} == {1}
    assert {bool(row["case"]) for row in renewed} == {True, False}


def test_chasers_ask_about_the_case_of_a_unit(field):
    field.set(work={"repair/1": {"time": fixed("3 d")}})
    log = told(field, chasers="0.5 per day").run()
    cases = log["cases"]
    chasers = cases[cases["kind"] == CASE_KINDS.index("chaser")]
    asked = cases[chasers["parent"]]
    assert len(chasers) > 50
    assert (asked["opened_at"] < chasers["opened_at"]).all()
    assert (chasers["opened_at"] <= asked["closed_at"]).all()
    assert len(log["failures"]) == len(cases) - len(chasers)


def a_failure(log: EventLog, of: int) -> int:
    """The last of a hazard, or on arrival, with a case."""
    rows = log["failures"]
    return int(np.flatnonzero((rows["hazard"] == of) & (rows["case"] >= 0))[-1])


def of_its_unit(log: EventLog, **values) -> EventLog:
    return changed(log, "units", int(log["failures"]["unit"][a_failure(log, 0)]), **values)


PLANTS: dict[str, list[Callable[[EventLog], EventLog]]] = {
    "units fail only while they are in the field": [
        lambda log: of_its_unit(log, until_at=0),
        lambda log: of_its_unit(log, from_at=27 * DAY, until_at=NEVER),
        lambda log: changed(log, "failures", a_failure(log, 0), hazard=-1),
    ],
    "what fails is what its unit is": [
        lambda log: of_its_unit(log, region=2),
        lambda log: of_its_unit(log, source=1),
        lambda log: changed(log, "failures", a_failure(log, 0), at=20 * DAY),
        lambda log: with_table(
            log, "unit_attributes", other_values(log["unit_attributes"])
        ),
    ],
}  # fmt: skip


def other_values(rows):
    rows = rows.copy()
    rows["value"] = 1 - rows["value"]
    return rows


@pytest.mark.parametrize(
    ("law", "plant"), [(law, plant) for law, plants in PLANTS.items() for plant in plants]
)
def test_one_changed_row_breaks_the_law(full_log, law, plant):
    assert not invariants.check(full_log)
    assert law in {problem.law for problem in invariants.check(plant(full_log))}


def test_a_year_of_tens_of_thousands_of_units_has_the_failures_that_are_expected(field):
    """Ages from 0 to 2,000 days, and a year more: the mean of the hazards over all of them."""
    many = {"on": "2025-01-06", "units": {"north": 50_000}, "age": {
        "kind": "uniform", "low": "0 d", "high": "2000 d"}}  # fmt: skip
    field.set(time={"window": "52 weeks"})
    told(field, installed=many, hazards={
        "early": {"kind": "weibull", "scale": "3000 d", "shape": 0.5},
        "wear": {"kind": "weibull", "scale": "2000 d", "shape": 3},
    })  # fmt: skip
    parts = Field(blueprint.build(field.load()), 1).known()[0]
    ages = (np.arange(50_000) + 0.5) / 25  # days
    by = [(age / 3000) ** 0.5 + (age / 2000) ** 3 for age in (ages, ages + 364)]
    expected = float((by[1] - by[0]).sum())
    assert sum(len(part[0]) for part in parts) == pytest.approx(expected, abs=4 * expected**0.5)


def test_an_age_and_what_is_expected_by_it_are_each_other_turned_round():
    for shape in (0.5, 1.0, 3.0):
        hazard = Hazard(1000.0, shape)
        assert hazard.age(hazard.by(1234.0)) == pytest.approx(1234.0, rel=1e-12)
