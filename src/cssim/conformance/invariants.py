"""The laws of an event log: what holds of every run, whatever the scenario.

One named function per law; each reads the log's columns and tells the first rows that break
it. `check` asks them all. They know nothing of how the simulation came to its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cssim.conformance import (
    laws_of_acts,
    laws_of_cases,
    laws_of_changes,
    laws_of_clocks,
    laws_of_defects,
    laws_of_owners,
    laws_of_parts,
    laws_of_people,
    laws_of_units,
    laws_of_visits,
)
from cssim.eventlog import EventLog

Law = Callable[[EventLog], Iterator[str]]

LAWS: tuple[Law, ...] = (
    laws_of_cases.closed_cases_have_an_outcome,
    laws_of_cases.open_cases_are_somewhere,
    laws_of_cases.cases_close_with_their_last_activity,
    laws_of_cases.customers_cases_come_by_a_contact,
    laws_of_cases.instances_lie_within_their_case,
    laws_of_cases.moments_are_in_order,
    laws_of_cases.nothing_starts_before_its_predecessor_ended,
    laws_of_cases.enabled_when_the_predecessor_ended,
    laws_of_cases.pieces_lie_within_their_activity,
    laws_of_owners.what_is_owned_is_done_by_its_owner,
    laws_of_owners.what_is_taken_over_is_the_last_owners,
    laws_of_people.nobody_is_in_two_places,
    laws_of_people.nobody_begins_off_shift,
    laws_of_people.nobody_works_off_shift_against_the_rule,
    laws_of_parts.what_there_is_is_what_came_in,
    laws_of_parts.no_account_is_negative,
    laws_of_parts.nobody_gives_back_more_than_was_lent,
    laws_of_parts.orders_arrive_whole,
    laws_of_parts.moves_are_in_order,
    laws_of_parts.nobody_takes_what_was_not_kept_for_him,
    laws_of_parts.nobody_is_passed_in_a_line_for_a_part,
    laws_of_clocks.promises_have_two_clocks,
    laws_of_clocks.clocks_stop_at_most_once,
    laws_of_clocks.clocks_pause_and_go_on_in_turn,
    laws_of_clocks.clocks_use_up_open_time,
    laws_of_clocks.breaches_are_what_was_used,
    laws_of_clocks.breaches_are_at_their_due_moment,
    laws_of_clocks.changes_keep_what_is_used,
    laws_of_clocks.reopened_cases_go_on_or_start_anew,
    laws_of_acts.clocks_start_and_stop_where_the_scenario_says,
    laws_of_acts.stays_are_those_of_the_doers,
    laws_of_defects.cases_belong_to_a_defect_of_theirs,
    laws_of_defects.linked_cases_are_solved_once,
    laws_of_defects.defects_are_solved_by_one_of_their_cases,
    laws_of_units.units_fail_only_while_they_are_in_the_field,
    laws_of_units.what_fails_is_what_its_unit_is,
    laws_of_changes.writes_are_those_that_dates_and_steps_say,
    laws_of_changes.cells_are_the_product_of_what_is_in_force,
    laws_of_changes.scores_are_what_the_requests_went_through,
    laws_of_visits.journeys_are_what_people_are_busy_with,
    laws_of_visits.journeys_connect,
    laws_of_visits.booked_visits_begin_in_or_after_their_window,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A law that a log breaks, and what breaks it."""

    law: str
    text: str

    def __str__(self) -> str:
        return f"{self.law}: {self.text}"


def name_of(law: Law) -> str:
    """A law in words.

    Example:
        >>> name_of(laws_of_people.nobody_begins_off_shift)
        'nobody begins off shift'
    """
    return law.__name__.replace("_", " ")


def check(log: EventLog) -> list[Problem]:
    """All that speaks against a log, law by law; empty if every law holds."""
    return [Problem(name_of(law), text) for law in LAWS for text in law(log)]
