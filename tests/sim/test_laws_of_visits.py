"""The laws of visits hold of the handbook's, and each is seen to fail when one row is changed."""

from dataclasses import replace

import numpy as np
import pytest

from cssim.conformance import invariants
from cssim.eventlog import BOOKING_ENDS, JOURNEYS
from cssim.scenario import read
from tests.sim.field_worlds import visiting
from tests.sim.worlds import case, fixed

RULES = ("finish", "pause", "hand_over")
HOUR = 3_600_000
FILES = ("travel-by-class", "travel-by-map")


@pytest.fixture
def field_log(world):
    """Three visits of one engineer: from one on to the next, and back from two."""
    between = {"town": {"town": fixed("10 min"), "hills": fixed("60 min")},
               "hills": {"hills": fixed("10 min")}}  # fmt: skip
    visiting(world, windows=["09:00-12:00", "13:00-17:00"], lead="30 min", between=between)
    world.cases("visit", [case("mon 09:00"), case("mon 09:10", area="hills"), case("mon 09:20")])
    return world.run()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("file", FILES)
def test_the_handbooks_visits_by_place_are_lawful(root, lawful, file, rule):
    scenario = read.load(root / f"tests/scenarios/valid/{file}.yaml")
    sick = {"rate": "0.02 per day", "length": {"kind": "fixed", "value": "3 d"}}
    scenario = scenario.with_(
        {
            "time.window": "12 weeks",
            "owners": {"1.8.5": {"wait": "8 h"}},
            "pools.regional_engineer.north.shift_end": rule,
            "pools.regional_engineer.north.sickness": sick,
            "pools.regional_engineer.north.attrition": 0.2,
        }
    )
    for seed in (1, 2):
        log = lawful(scenario, seed)
        assert len(log["journeys"]) > 100
        assert bool(len(log["bookings"])) == (file == "travel-by-class")


# ---- each law can fail -----------------------------------------------------------------------


def changed(log, table, place, **values):
    rows = log[table].copy()
    for column, value in values.items():
        rows[column][place] = value
    return replace(log, tables={**log.tables, table: rows})


def first(mask):
    return int(np.flatnonzero(mask)[0])


def a_journey_left_out(log):
    rows = np.delete(log["journeys"], 3)
    return replace(log, tables={**log.tables, "journeys": rows})


def a_way_back_that_takes_longer(log):
    rows = log["journeys"]
    place = first(rows["way"] == JOURNEYS.index("to_base"))
    return changed(log, "journeys", place, to_at=rows["to_at"][place] + HOUR)


def a_way_from_where_he_is_not(log):
    place = first(log["journeys"]["way"] == JOURNEYS.index("from_site"))
    return changed(log, "journeys", place, after=log["journeys"]["after"][place] + 1)


def from_base_before_he_is_back(log):
    place = first(log["journeys"]["way"] == JOURNEYS.index("from_site"))
    return changed(log, "journeys", place, way=JOURNEYS.index("from_base"), after=-1)


def a_visit_before_its_window(log):
    rows = log["bookings"]
    place = first(rows["ending"] == BOOKING_ENDS.index("met"))
    return changed(log, "bookings", place, from_at=rows["met_at"][place] + 1)


def met_when_nobody_works(log):
    rows = log["bookings"]
    place = first(rows["ending"] == BOOKING_ENDS.index("met"))
    return changed(log, "bookings", place, met_at=rows["met_at"][place] + 1)


PLANTS = {
    "journeys are what people are busy with": [a_journey_left_out, a_way_back_that_takes_longer],
    "journeys connect": [a_way_from_where_he_is_not, from_base_before_he_is_back],
    "booked visits begin in or after their window": [
        a_visit_before_its_window, met_when_nobody_works,
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("law", "plant"), [(law, plant) for law, plants in PLANTS.items() for plant in plants]
)
def test_one_changed_row_of_a_visit_breaks_the_law(field_log, law, plant):
    assert not invariants.check(field_log)
    assert {*field_log["journeys"]["way"].tolist()} == {0, 2, 3}
    broken = {problem.law for problem in invariants.check(plant(field_log))}
    assert law in broken
