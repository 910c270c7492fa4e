"""Figures of an installed base, on a few units counted by hand."""

import numpy as np
import pytest

from cssim.eventlog import TABLES
from cssim.kpi import frames, summary
from tests.unit.small_log import REGIONS, WEEK, Log, figures, ms

PRODUCTS = ["router", "server"]
YEARS = WEEK / (365 * 24)  # in a week


def made(units, failures):
    """Units as (region, product, from, until, delivered?), failures as (unit, hazard, at)."""
    log = Log()
    log.terms["attributes"]["product"] = PRODUCTS
    log.terms["hazards"] = ["wear"]
    found = log.made()
    found.tables["units"] = np.array(
        [
            (number, 0, REGIONS.index(region), delivered, number, ms(from_at), ms(until_at))
            for number, (region, _, from_at, until_at, delivered) in enumerate(units)
        ],
        dtype=TABLES["units"],
    )
    product = list(log.terms["attributes"]).index("product")
    found.tables["unit_attributes"] = np.array(
        [(number, product, PRODUCTS.index(one[1])) for number, one in enumerate(units)],
        dtype=TABLES["unit_attributes"],
    )
    found.tables["failures"] = np.array(
        [(-1, unit, hazard, ms(at)) for unit, hazard, at in failures], dtype=TABLES["failures"]
    )
    return found


@pytest.fixture
def log():
    """Two routers in the north, one of them retired at midweek; a server that comes then."""
    return made(
        [
            ("north", "router", -500, None, 0),
            ("north", "router", -500, 84, 0),
            ("south", "server", 84, None, 20),
            ("south", "server", 126, None, 20),
            ("south", "server", 200, None, 20),
        ],
        [(0, 0, 1), (0, 0, 100), (1, 0, 83), (2, -1, 84), (2, 0, 160), (0, 0, 300)],
    )


def of(log, kpi, scope="all"):
    return figures(summary.measures(log))[kpi, scope]


def test_a_unit_is_in_the_field_from_its_coming_to_its_retirement(log):
    assert of(log, "units_in_field") == 1 + 0.5 + 0.5 + 0.25
    assert of(log, "units_in_field", "region=south") == 0.75
    assert of(log, "units_in_field", "product=router") == 1.5


def test_what_units_ask_is_counted_in_the_window_whatever_the_reason(log):
    assert of(log, "unit_requests") == 5
    assert of(log, "unit_requests", "product=server") == 2


def test_failures_are_counted_by_the_years_that_units_were_in_the_field(log):
    assert of(log, "failures_per_unit_year") == pytest.approx(4 / (2.25 * YEARS))
    assert of(log, "failures_per_unit_year", "region=south") == pytest.approx(1 / (0.75 * YEARS))


def test_the_share_dead_on_arrival_is_of_those_delivered_in_the_window(log):
    assert of(log, "dead_on_arrival_share") == 0.5
    assert ("dead_on_arrival_share", "region=north") not in figures(summary.measures(log))


def test_figures_of_units_are_told_by_week_too(log):
    weeks = {(one.kpi, one.scope): one.value for one in summary.by_week(log)}
    assert weeks["units_in_field", "product=router"] == 1.5


def test_without_units_there_are_no_such_figures():
    of_units = ("units_in_field", "unit_requests", "failures_per_unit_year")
    assert not [one for one in summary.measures(made([], [])) if one.kpi in of_units]


def test_frames_tell_units_with_what_they_keep_and_failures_with_their_reason(log):
    assert frames.units(log)["product"].tolist() == ["router", "router", *["server"] * 3]
    assert frames.units(log)["until_at"].notna().tolist() == [False, True, False, False, False]
    hazards = frames.failures(log)["hazard"]
    assert hazards.isna().tolist() == [False, False, False, True, False, False]
    assert hazards[0] == "wear"
