"""What really happened, measured like a simulation: three tickets worked out by hand."""

import numpy as np
import pytest

from cssim.basis.moments import HOUR
from cssim.eventlog import NEVER
from cssim.kpi import actual, measure

WINDOW = (10 * HOUR, 20 * HOUR)
#           opened, resolved (h), kept, severity
TICKETS = [
    (9, 12, False, "1"),  # before the window: counts nowhere
    (10, 12, True, "1"),
    (12, 18, False, "1"),
    (19, None, True, "2"),  # never resolved: counts as open
    (20, 21, False, "2"),  # the window is over
]


def measures(tickets):
    opened, resolved, kept, severity = zip(*tickets, strict=True)
    words = ["1", "2", "3"]
    codes = np.array([words.index(word) for word in severity])
    recorded = actual.Recorded(
        np.array(opened) * HOUR,
        np.array([NEVER if at is None else at * HOUR for at in resolved]),
        np.array(kept),
        (measure.everybody(len(tickets)), measure.one_by_one("severity", words, codes)),
    )
    found = actual.measures(recorded, WINDOW)
    return {(one.kpi, one.scope): one.value for one in found}


def test_what_was_opened_before_and_after_the_window_is_left_out():
    assert measures(TICKETS)["requests", "all"] == 3


@pytest.mark.parametrize(
    ("where", "kept", "still_open"),
    [("all", 2 / 3, 1 / 3), ("severity=1", 1 / 2, 0), ("severity=2", 1, 1)],
)
def test_a_ticket_that_is_not_resolved_counts_as_open_and_keeps_its_verdict(
    where, kept, still_open
):
    found = measures(TICKETS)
    assert found["attainment", where] == pytest.approx(kept)
    assert found["open_share", where] == pytest.approx(still_open)


def test_hours_are_from_opened_to_resolved_over_those_that_were_resolved():
    found = measures([*TICKETS, (13, 14, True, "1")])  # 2 h, 6 h and 1 h
    assert found["cycle_time", "statistic=mean"] == pytest.approx(3)
    assert found["cycle_time", "statistic=p50"] == pytest.approx(2)
    assert found["cycle_time", "severity=1;statistic=p50"] == pytest.approx(2)


def test_where_nothing_was_resolved_there_is_no_cycle_time():
    found = measures(TICKETS)
    assert ("cycle_time", "severity=2;statistic=mean") not in found
    assert ("attainment", "severity=3") not in found
    assert found["requests", "severity=3"] == 0
