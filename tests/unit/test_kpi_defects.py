"""Figures of defects, on a few counted by hand."""

import numpy as np
import pytest

from cssim.eventlog import LINK_ENDS, TABLES
from cssim.kpi import frames, summary
from tests.unit.small_log import WEEK, Log, figures, ms

PRODUCTS = ["router", "server"]


def made(defects, linked, cases=4):
    """Defects as (product, found, solved), linked as (case, defect, how, opened); in hours."""
    log = Log()
    log.terms["families"] = [{"name": "firmware"}]
    log.terms["attributes"]["product"] = PRODUCTS
    for number in range(cases):
        log.case(number, 100)
    found = log.made()
    found.tables["defects"] = np.array(
        [
            (number, 0, PRODUCTS.index(product), -1, -1, 1.0, 0, ms(at), ms(solved), ms(None))
            for number, (product, at, solved) in enumerate(defects)
        ],
        dtype=TABLES["defects"],
    )
    found.tables["linked"] = np.array(
        [
            (case, defect, LINK_ENDS.index(how), ms(None), ms(at))
            for case, defect, how, at in linked
        ],
        dtype=TABLES["linked"],
    )
    return found


@pytest.fixture
def log():
    return made(
        [("router", 0, 42), ("router", 84, None), ("server", None, None)],
        [(0, 0, "solved_it", 0), (1, 0, "by_defect", 1), (2, 1, "open", 2)],
    )


def of(log, kpi, scope="all"):
    return figures(summary.measures(log))[kpi, scope]


def test_a_defect_is_open_from_its_first_case_until_it_is_solved(log):
    assert of(log, "defects_open") == (42 + (WEEK - 84)) / WEEK
    assert of(log, "defects_open", "product=server") == 0


def test_the_time_to_solve_is_of_those_that_are_solved(log):
    assert of(log, "time_to_solve", "statistic=mean") == 42
    assert ("time_to_solve", "product=server;statistic=mean") not in figures(summary.measures(log))


def test_cases_are_counted_by_the_defects_that_have_any(log):
    assert of(log, "cases_per_defect") == 3 / 2
    assert of(log, "cases_per_defect", "product=router") == 3 / 2


def test_shares_are_over_all_requests():
    log = made(
        [("router", 0, 1)],
        [(0, 0, "solved_it", 0), (1, 0, "deflected", 1), (2, 0, "by_defect", 2)],
    )
    assert of(log, "linked_share") == 3 / 4
    assert of(log, "deflected_share") == 1 / 4
    assert of(log, "solved_by_defect_share") == 1 / 4


def test_a_log_without_defects_has_no_such_figures(log):
    log.terms["families"] = []
    assert "linked_share" not in {kpi for kpi, _ in figures(summary.measures(log))}


def test_the_frames_have_words(log):
    defects, linked = frames.defects(log), frames.linked(log)
    assert defects["product"].tolist() == ["router", "router", "server"]
    assert defects["family"].tolist() == ["firmware"] * 3
    assert defects["solved_at"].isna().tolist() == [False, True, True]
    assert linked["how"].tolist() == ["solved_it", "by_defect", "open"]
