"""Take-overs: in which span each counts, by why, and what of the work is done again."""

import numpy as np
import pytest

from cssim.basis.moments import HOUR
from cssim.eventlog import TABLES, TAKEOVERS
from cssim.kpi import summary
from tests.unit.small_log import Log, figures


@pytest.fixture
def log():
    made = Log(from_at=10, to_at=20)
    made.terms["changes_hands"] = True
    return made


def taken(log, *rows):
    """The log with take-overs: (why, hour, hours done again)."""
    made = log.made()
    made.tables["takeovers"] = np.array(
        [(0, 0, 0, TAKEOVERS.index(why), 0, 1, at * HOUR, again * HOUR) for why, at, again in rows],
        dtype=TABLES["takeovers"],
    )
    return {key: value for key, value in figures(summary.measures(made)).items()
            if key[0] in ("takeovers", "rework_time")}  # fmt: skip


def test_a_take_over_counts_in_the_span_in_which_the_other_begins(log):
    found = taken(log, ("waited", 9, 0), ("waited", 10, 0), ("left", 19, 0), ("left", 20, 0))
    assert found == {
        ("takeovers", "all"): 2, ("takeovers", "why=waited"): 1, ("takeovers", "why=left"): 1,
        ("takeovers", "why=handed_over"): 0, ("takeovers", "why=dedicated"): 0,
        ("rework_time", "all"): 0,
    }  # fmt: skip


def test_rework_is_the_time_that_is_worked_again(log):
    found = taken(log, ("handed_over", 11, 2), ("waited", 12, 1), ("handed_over", 30, 5))
    assert found["rework_time", "all"] == 3


def test_where_nothing_changes_hands_there_are_no_such_figures(log):
    log.terms["changes_hands"] = False
    assert taken(log) == {}
