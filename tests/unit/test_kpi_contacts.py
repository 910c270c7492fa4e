"""The telephone's figures, on contacts counted by hand."""

import numpy as np
import pytest

from cssim import eventlog
from cssim.basis.moments import MINUTE, SECOND
from cssim.eventlog import CONTACT_OUTCOMES, NEVER
from cssim.kpi import summary
from tests.unit.small_log import REGIONS, WEEK, Log, figures, ms

NAMES = {
    "contacts_made", "contacts_offered", "contacts_answered", "contacts_abandoned",
    "contacts_blocked",
    "contacts_called_back",
    "service_level", "service_level_less_hang_ups", "answer_time",
}  # fmt: skip
CHANNELS = "phone", "web", "email"
FIVE = (  # answered after 10 and 30 s, hung up after 5 and 40 s, blocked
    ("answered", 10),
    ("answered", 30),
    ("abandoned", 5),
    ("abandoned", 40),
    ("blocked", 0),
)


def called(*contacts, limit=20, **window):
    """A log of contacts, each (outcome, seconds, hour, region); the last two may be left out.

    Those received became the cases 0, a web form, and 1, a mail, in turn.
    """
    log = Log(**window)
    if limit is not None:
        log.terms["telephone"] = {"service_level": limit * SECOND}
    log.terms["live"] = {"channel": "phone"}
    log.terms["attributes"]["channel"] = list(CHANNELS)
    made = log.made()
    made.attributes["channel"] = np.array([1, 2], dtype=np.int32)  # of the cases 0 and 1
    rows, received = [], 0
    for number, contact in enumerate(contacts):
        outcome, seconds, hour, region = (*contact, *(9, "north")[len(contact) - 2 :])
        at = ms(hour)
        until = NEVER if outcome == "waiting" else at + round(seconds * SECOND)
        code = CONTACT_OUTCOMES.index(outcome)
        place = REGIONS.index(region) if region else -1
        case = received if outcome == "received" else -1
        received += outcome == "received"
        rows.append((number, case, number, 1, code, place, 0, at, until))
    made.tables["contacts"] = np.array(rows, dtype=eventlog.TABLES["contacts"])
    return made


def of_telephone(log, window=None):
    found = figures(summary.measures(log, window))
    return {key: value for key, value in found.items() if key[0] in NAMES}


def overall(log, kpi, window=None):
    return of_telephone(log, window).get((kpi, "all"))


def test_contacts_are_counted_by_what_became_of_them():
    log = called(*FIVE)
    assert overall(log, "contacts_answered") == 2
    assert overall(log, "contacts_abandoned") == 2
    assert overall(log, "contacts_blocked") == 1


def test_blocked_contacts_are_not_offered():
    assert overall(called(*FIVE), "contacts_offered") == 4
    assert overall(called(*FIVE), "service_level") == overall(called(*FIVE[:4]), "service_level")


def test_what_is_received_is_no_call_and_moves_no_figure_of_calls():
    calls, all_channels = called(*FIVE), called(*FIVE, ("received", 0), ("received", 0))
    assert overall(all_channels, "contacts_made") == overall(calls, "contacts_made") + 2
    same = NAMES - {"contacts_made"}
    of_calls, of_all = of_telephone(calls), of_telephone(all_channels)
    assert {key: value for key, value in of_calls.items() if key[0] in same} == {
        key: value for key, value in of_all.items() if key[0] in same
    }


def test_contacts_are_counted_by_channel_and_every_call_came_over_the_live_one():
    found = of_telephone(called(*FIVE, ("received", 0), ("received", 0), ("waiting", None)))
    assert [found["contacts_made", f"channel={word}"] for word in CHANNELS] == [6, 1, 1]


def test_the_service_level_counts_who_hung_up_as_not_answered():
    assert overall(called(*FIVE), "service_level") == 1 / 4


def test_the_other_rule_leaves_out_who_hung_up_within_the_limit():
    assert overall(called(*FIVE), "service_level_less_hang_ups") == 1 / 3


@pytest.mark.parametrize(("seconds", "level"), [(20, 1), (20.001, 0)])
def test_an_answer_at_the_limit_itself_is_soon_enough(seconds, level):
    assert overall(called(("answered", seconds)), "service_level") == level


@pytest.mark.parametrize(("seconds", "level"), [(20, 1), (20.001, 0.5)])
def test_a_hang_up_at_the_limit_itself_is_within_it(seconds, level):
    log = called(("answered", 1), ("abandoned", seconds))
    assert overall(log, "service_level_less_hang_ups") == level


def test_who_waits_when_the_run_ends_was_offered_and_not_answered():
    log = called(("answered", 1), ("waiting", None))
    assert overall(log, "contacts_offered") == 2
    assert overall(log, "service_level") == 0.5
    assert overall(log, "service_level_less_hang_ups") == 0.5


def test_answer_times_are_of_the_answered_alone_and_in_seconds():
    answered = [("answered", seconds) for seconds in range(11)]
    found = of_telephone(called(*answered, ("abandoned", 99)))
    times = {scope: value for (kpi, scope), value in found.items() if kpi == "answer_time"}
    assert {scope: value for scope, value in times.items() if "region" not in scope} == {
        "statistic=mean": 5, "statistic=p50": 5, "statistic=p90": 9, "statistic=p95": 9.5,
    }  # fmt: skip


def test_a_contact_counts_where_it_came_in_though_it_was_answered_later():
    log = called(("answered", 30, WEEK - 10 / 3600), ("answered", 5, WEEK), to_at=WEEK)
    assert overall(log, "contacts_offered") == 1
    assert overall(log, "service_level") == 0


def test_a_dated_window_has_its_own_contacts():
    log = called(("answered", 5, 9), ("answered", 90, 33))
    assert overall(log, "service_level", (0, ms(24))) == 1
    assert overall(log, "service_level", (ms(24), ms(48))) == 0


def test_each_region_has_its_figures_and_who_has_none_is_in_all():
    log = called(
        ("answered", 5, 9, "north"), ("abandoned", 30, 9, "south"), ("answered", 5, 9, None)
    )
    found = of_telephone(log)
    assert found["contacts_offered", "all"] == 3
    assert found["contacts_offered", "region=north"] == 1
    assert found["service_level", "region=south"] == 0
    assert found["service_level", "all"] == pytest.approx(2 / 3)
    assert ("answer_time", "region=south;statistic=mean") not in found


def test_nobody_called_gives_counts_of_nothing_and_no_shares():
    found = of_telephone(called())
    assert found["contacts_offered", "all"] == 0
    assert {kpi for kpi, _ in found} == {name for name in NAMES if name.startswith("contacts")}


def test_half_hours_are_of_all_days_together():
    # Monday 8:29:59 and 8:30, Tuesday 8:45 and Wednesday 9:00
    second = 1 / 3600
    log = called(
        ("answered", 50, 8.5 - second), ("answered", 5, 8.5), ("answered", 50, 24 + 8.75),
        ("answered", 8, 48 + 9),
    )  # fmt: skip
    found = figures(summary.by_hour(log))
    offered = {
        scope: value for (kpi, scope), value in found.items() if kpi == "contacts_offered" and value
    }
    assert offered == {"half_hour=08:00": 1, "half_hour=08:30": 2, "half_hour=09:00": 1}
    assert found["service_level", "half_hour=08:30"] == 0.5
    assert found["answer_time", "half_hour=09:00;statistic=mean"] == 8
    assert len([key for key in found if key[0] == "contacts_offered"]) == 48


def test_a_half_hour_is_of_the_local_day_also_when_clocks_have_changed():
    # Berlin, 30 March 2025: at 2 it is 3; 8:30 is seven and a half hours after midnight
    log = called(("answered", 5, 8.5), ("answered", 5, 24 + 7.5))
    log.terms.update(zone="Europe/Berlin", start="2025-03-29")
    found = figures(summary.by_hour(log))
    assert found["contacts_offered", "half_hour=08:30"] == 2


def test_a_window_within_a_half_hour_has_that_one_alone():
    log = called(("answered", 5, 9.3), ("answered", 5, 9.05))
    window = ms(9.25), ms(9.25) + 10 * MINUTE
    found = figures(summary.by_hour(log, window))
    assert found["contacts_offered", "half_hour=09:00"] == 1


def test_a_log_without_a_telephone_has_no_such_figures():
    log = called(*FIVE, limit=None)
    assert of_telephone(log) == {}
    assert not NAMES & {row.kpi for row in summary.by_hour(log)}


def test_an_older_log_without_the_table_has_no_such_figures():
    log = called(*FIVE)
    del log.tables["contacts"]
    assert of_telephone(log) == {}
