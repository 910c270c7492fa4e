"""Frames: words for codes, local dates for moments, and nothing invented."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from cssim import eventlog
from cssim.basis.moments import HOUR
from cssim.errors import ResultsError
from cssim.kpi import frames, spans, summary, table, visits
from tests.unit.small_log import WEEK, Log, ms

SHANGHAI = ZoneInfo("Asia/Shanghai")


def log():
    made = Log()
    case = made.case(9.5, 30, severity="2")
    made.clock(made.case(10), ("start", 10), ("stop", 11), target=4)
    made.activity(case, "desk", 9.5, 10, 11, agent="A", answer="yes")
    made.activity(case, "bring", 11)
    made.clock(case, ("start", 9.5), ("stop", 30), target=4)
    made.move(10, "on_shelf", "installed", case, place=2)
    made.duty("hq", 8, 16)
    made.piece(case, "desk", "waiting", 9.5, 10, cause="part")
    return made.made()


def test_moments_are_local_datetimes_exact_to_the_millisecond():
    opened_at = frames.cases(log())["opened_at"]
    assert opened_at[0] == dt.datetime(2025, 1, 6, 9, 30, tzinfo=SHANGHAI)
    assert str(opened_at.dtype) == "datetime64[ms, Asia/Shanghai]"


def test_what_has_not_happened_is_missing():
    assert frames.cases(log())["closed_at"].isna().tolist() == [False, True]
    assert frames.activities(log())["started_at"].isna().tolist() == [False, True]


def test_codes_are_words_and_none_is_missing():
    found = frames.activities(log())
    assert found["node"].tolist() == ["1.8.2/desk", "1.8.2/bring"]
    assert found["answer"].tolist()[0] == "yes"
    assert found["agent"].isna().tolist() == [False, True]
    assert found["pool"][0] == "engineer.north"


def test_cases_have_their_attributes():
    assert frames.cases(log())["severity"].tolist() == ["2", "1"]


def test_a_plain_number_among_the_attributes_stays_one():
    made = log()
    made.attributes["customer"] = np.array([7, 4999], dtype=np.int32)
    made.terms["attributes"]["customer"] = []
    assert frames.cases(made)["customer"].tolist() == [7, 4999]


def test_an_account_is_a_state_and_a_region():
    found = frames.stock(log())
    assert found["from_state"].tolist() == ["on_shelf"]
    assert found["to_place"].tolist() == ["south"]
    assert "from_account" not in found


def test_open_time_is_a_timedelta():
    assert frames.clocks(log())["target"][0] == pd.Timedelta(hours=4)


@pytest.mark.parametrize("name", eventlog.TABLES)
def test_every_table_has_a_frame_with_a_row_for_each_of_its_rows(name):
    made = log()
    assert len(getattr(frames, name)(made)) == len(made[name])


def test_the_table_of_figures_has_four_columns_and_the_weekly_one_the_week():
    assert list(table.table(log())) == ["kpi", "scope", "value", "unit"]
    assert list(table.weekly(log())) == ["kpi", "scope", "week", "value", "unit"]
    assert len(table.hourly(log())) == 3 * 168


def test_every_figure_stands_once_in_its_table():
    made = log()
    found = [(one.kpi, one.scope) for one in summary.measures(made)]
    assert len(found) == len(set(found))
    weekly = [one[:3] for one in summary.by_week(made)]
    assert len(weekly) == len(set(weekly))


def test_shares_are_between_nothing_and_all():
    assert {0 <= one.value <= 1 for one in summary.measures(log()) if one.unit == "share"} == {True}


def test_weeks_begin_on_mondays_and_the_window_cuts_the_outer_ones():
    found = spans.weeks(Log().terms, (ms(30), ms(WEEK + 24)))
    assert [label["week"] for label in found.labels] == ["2025-01-06", "2025-01-13"]
    assert (found.edges / HOUR).tolist() == [30, WEEK, WEEK + 24]


def test_a_window_by_dates_holds_its_last_day():
    terms = Log().terms
    found = spans.dated(terms, dt.date(2025, 1, 7), dt.date(2025, 1, 8))
    assert found == (ms(24), ms(72))
    assert spans.dated(terms, None, None) == spans.window_of(terms)


def test_a_window_outside_of_what_was_simulated_is_refused():
    with pytest.raises(ResultsError, match="from 2025-01-06 to 2025-01-19"):
        spans.dated(Log().terms, dt.date(2026, 1, 1), dt.date(2026, 2, 1))


def test_time_between_edges_is_exact_whatever_the_edges_cut():
    rng = np.random.default_rng(4)
    starts = rng.integers(-50, 150, 500)
    ends = starts + rng.integers(0, 80, 500)
    edges = np.array([0, 10, 11, 60, 100])
    by_hand = [
        sum(max(0, min(end, b) - max(start, a)) for start, end in zip(starts, ends, strict=True))
        for a, b in itertools.pairwise(edges)
    ]
    assert spans.time_between(starts, ends, edges).tolist() == by_hand
    whole = edges[[0, -1]]
    assert spans.time_between(starts, ends, whole).tolist() == [sum(by_hand)]


def test_every_step_is_counted_and_answers_once_given():
    found = {(one.what, one.name): one.number for one in visits.counts(log())}
    assert found["step", "1.8.2/desk"] == 1
    assert found["step", "1.8.2/hq"] == 0
    assert found["answer", "1.8.2/desk=yes"] == 1
    assert ("answer", "1.8.2/desk=no") not in found
    assert found["cause", "part"] == 1
    assert found["late", "resolution"] == 1
    assert found["stockout", "part"] == 1


def test_counts_of_replications_add_up():
    one = visits.counts(log())
    both = visits.together([one, one])
    assert [count.number for count in both] == [2 * count.number for count in one]


def test_a_nested_clock_names_the_tier_whose_it_is():
    made = Log()
    promised = {"calendars": ["always"], "target": {}}
    made.terms["nested"] = {
        "tier": [{"name": "engineer", **promised}], "supplier": [{"name": "acme", **promised}],
    }  # fmt: skip
    case = made.case(0, 9)
    made.clock(case, ("start", 0), ("stop", 1))
    made.clock(case, ("start", 0), ("breach", 4), ("stop", 5), clock="tier", scope=1)
    made.clock(case, ("start", 0), ("stop", 1), clock="supplier", scope=1)
    found = frames.clocks(made.made())
    assert found["whose"].tolist()[2:] == ["engineer"] * 3 + ["acme"] * 2
    assert found["whose"][:2].isna().all()
    assert frames.breaches(made.made())["whose"].tolist() == ["engineer"]


def test_a_change_says_what_a_case_is_from_then_on():
    made = log()
    rows = np.array([(1, 0, 0, ms(30))], dtype=eventlog.TABLES["changes"])
    made.tables["changes"] = rows
    found = frames.changes(made)
    assert found[["case", "attribute", "value"]].to_numpy().tolist() == [[1, "severity", "1"]]
    assert str(found["at"][0]) == "2025-01-07 06:00:00+08:00"
