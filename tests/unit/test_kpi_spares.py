"""Figures of spare parts, on a log of a few units that can be counted by hand."""

import numpy as np
import pytest

from cssim.basis.moments import HOUR
from cssim.eventlog import NEVER, STATES, TABLES, EventLog
from cssim.kpi import spans, spares
from cssim.kpi.measure import everybody

ON_SHELF, REPAIR, SCRAPPED, QUARANTINE = (
    STATES.index(state) * 1000 for state in ("on_shelf", "repair", "scrapped", "quarantine")
)
# case, part, place, from place, units, asked and kept (hours); board, disk; north, south, van
WANTED = [
    (0, 0, 0, 0, 1, 1, 1),
    (1, 0, 0, 0, 2, 2, 6),
    (2, 1, 1, 2, 1, 3, 3),
    (3, 1, 1, 0, 1, 4, 5),
    (4, 0, 1, 1, 1, 8, None),
    (-1, 0, 1, 1, 9, 1, 9),  # an order of another place
]


def ms(hours: float | None) -> int:
    return NEVER if hours is None else int(hours * HOUR)


@pytest.fixture
def log() -> EventLog:
    return made()


def made() -> EventLog:
    wanted = np.array(
        [(case, -1, part, part, place, origin, count, ms(at), ms(kept))
         for case, part, place, origin, count, at, kept in WANTED],
        dtype=TABLES["wanted"],
    )  # fmt: skip
    stock = np.array(
        [
            (0, 3, QUARANTINE + 1, REPAIR, -1, 1, ms(1)),
            (0, 1, QUARANTINE + 1, REPAIR, -1, 2, ms(2)),
            (0, 2, REPAIR, ON_SHELF + 1, -1, 1, ms(4)),
            (0, 1, REPAIR, SCRAPPED, -1, 1, ms(4)),
        ],
        dtype=TABLES["stock"],
    )
    terms = {
        "parts": ["board", "disk"],
        "places": ["north", "south", "van"],
        "within_reach": [],
        "asked_first": [0, 1, 2],
        "response_window": ms(1),
        "part_prices": [2000, 500],
        "currency": "CNY",
        "window": {"from_at": 0, "to_at": ms(10), "end_at": ms(10)},
    }
    return EventLog({"wanted": wanted, "stock": stock}, {}, terms)


@pytest.fixture
def whole(log: EventLog) -> spans.Spans:
    return spans.whole(spans.window_of(log.terms, None))


def found(log: EventLog, whole: spans.Spans) -> dict[tuple[str, str], float]:
    return {(m.kpi, m.scope): m.value for m in spares.figures(log, whole)}


def test_a_unit_is_there_if_it_comes_at_once(log: EventLog, whole: spans.Spans) -> None:
    figures = found(log, whole)
    assert figures["unit_fill_rate", "all"] == 2 / 6
    assert figures["unit_fill_rate", "part=board"] == 1 / 4
    assert figures["unit_fill_rate", "place=south"] == 1 / 3


def test_in_time_counts_only_what_comes_from_the_place_asked(
    log: EventLog, whole: spans.Spans
) -> None:
    figures = found(log, whole)
    assert figures["unit_fill_rate_in_time", "all"] == 1 / 6
    assert figures["unit_fill_rate_in_time", "place=south"] == 0
    del log.terms["response_window"]
    assert not [one for one in found(log, whole) if one[0] == "unit_fill_rate_in_time"]


@pytest.mark.parametrize("terms", [{"asked_first": [0, 2, 2]}, {"within_reach": [[1, 2]]}])
def test_what_comes_from_a_van_is_in_time(
    log: EventLog, whole: spans.Spans, terms: dict[str, object]
) -> None:
    log.terms.update(terms)
    assert found(log, whole)["unit_fill_rate_in_time", "place=south"] == 1 / 3


def test_units_are_owed_until_they_are_kept(log: EventLog, whole: spans.Spans) -> None:
    figures = found(log, whole)
    assert figures["units_owed", "all"] == (2 * 4 + 1 + 2) / 10
    assert figures["units_owed", "part=disk"] == 1 / 10


def test_they_are_on_average_owed_for_half_of_their_wait_longer_ones_more(
    log: EventLog, whole: spans.Spans
) -> None:
    figures = found(log, whole)
    assert figures["owed_for", "all"] == pytest.approx((2 * 8 + 0.5 + 2) / 11)


def test_what_has_been_owed_since_before_a_span_is_as_old_as_it_is(log: EventLog) -> None:
    late = spans.whole((ms(5), ms(10)))
    (one,) = spares.owed_for(spares.read(log), everybody(6), late)
    assert one.value == pytest.approx((2 * 3.5 + 2) / (2 + 2))


def test_the_turn_around_is_of_units_that_are_back(log: EventLog, whole: spans.Spans) -> None:
    figures = found(log, whole)
    assert figures["turn_around_time", "all"] == figures["turn_around_time", "part=board"] == 3


def test_the_stock_is_worth_what_lies_on_shelves_at_its_price(
    log: EventLog, whole: spans.Spans
) -> None:
    """Two boards at 20 lie in the north from the fourth hour of ten; nothing else does."""
    figures = found(log, whole)
    assert figures["stock_value", "all"] == pytest.approx(2 * 20 * 0.6)
    assert figures["stock_value", "place=north"] == figures["stock_value", "part=board"]
    assert figures["stock_value", "part=disk"] == figures["stock_value", "place=van"] == 0
