"""Which way each figure is better.

Neither way: what is asked of us, and what another figure says better.
"""

from __future__ import annotations

HIGHER = 1
LOWER = -1
NEITHER = 0

DIRECTIONS = {
    "busy": NEITHER,
    "on_duty": NEITHER,
    "answer_time": LOWER,
    "at_risk": LOWER,
    "attainment": HIGHER,
    "backlog": LOWER,
    "backlog_growth": NEITHER,  # backlog, with less luck
    "backorders": LOWER,
    "beyond_cap": LOWER,
    "breaches": NEITHER,  # whose they are; attainment says whether there are fewer
    "cases_per_defect": NEITHER,
    "chasers_per_request": LOWER,
    "clock_attainment": HIGHER,
    "contacts_abandoned": LOWER,
    "contacts_answered": NEITHER,  # the service level says it better
    "contacts_blocked": LOWER,
    "contacts_called_back": NEITHER,
    "contacts_made": NEITHER,
    "contacts_offered": NEITHER,
    "cost": LOWER,
    "cost_per_case": LOWER,
    "cycle_time": LOWER,
    "defects_open": LOWER,
    "dead_on_arrival_share": LOWER,
    "deflected_share": HIGHER,
    "early_warning": NEITHER,  # more of one level is less of another
    # who solves a case; what that costs stands in other figures
    "escalated_share": NEITHER,
    "escalations_per_request": NEITHER,
    "failures_per_unit_year": LOWER,
    "fill_rate": HIGHER,
    "first_time_fix_rate": HIGHER,
    "first_response_attainment": HIGHER,
    "hand_backs_per_request": NEITHER,
    "headcount": NEITHER,  # what people are for is seen in the other figures
    "linked_share": NEITHER,
    "margin": HIGHER,
    "occupancy": LOWER,  # less strain on people; what it costs is the planner's to weigh
    "open_share": LOWER,
    "outcome_share": NEITHER,
    "overtime": LOWER,
    "owed_for": LOWER,
    "ping_pongs_per_request": NEITHER,
    "promises_due": NEITHER,
    "queue_length": LOWER,
    "reopened_share": LOWER,
    "repeat_visit_share": LOWER,
    "requests": NEITHER,
    "revenue": HIGHER,
    "rework_share": NEITHER,
    "rework_time": LOWER,
    "satisfaction": HIGHER,
    "service_level": HIGHER,
    "service_level_less_hang_ups": HIGHER,
    "service_time": NEITHER,  # what the scenario says steps take
    "shrinkage": LOWER,
    "solved_by_defect_share": NEITHER,
    "stock_value": LOWER,
    "stockout_time": LOWER,
    "stockouts": LOWER,
    "supplier_attainment": HIGHER,
    "takeovers": LOWER,
    "throughput": HIGHER,
    "tier_attainment": HIGHER,
    "time_to_solve": LOWER,
    "time_in_cause": LOWER,
    "transfers_per_request": NEITHER,
    "turn_around_time": LOWER,
    "unit_fill_rate": HIGHER,
    "unit_fill_rate_in_time": HIGHER,
    "units_owed": LOWER,
    "travel_share": LOWER,
    "unit_requests": NEITHER,  # what the base is; failures by unit and year say it better
    "units_in_field": NEITHER,
    "utilisation": NEITHER,  # occupancy, by what is paid
    "visits": NEITHER,
    "visits_per_day": HIGHER,
    "waiting_time": LOWER,
    "windows_kept": HIGHER,
    "windows_moved": LOWER,
}
# of these a scenario has none of what it does not know: no cost of a kind, none of a place's stock
AMOUNTS = frozenset({
    "backorders", "beyond_cap", "cost", "overtime", "queue_length", "revenue", "stock_value",
    "stockouts", "units_owed",
})  # fmt: skip
ATTAINMENTS = ("attainment", "first_response_attainment")
OF_PROMISES = (*ATTAINMENTS, "at_risk")


def of(kpi: str) -> int:
    """The direction of a figure; one that nobody knows has none."""
    return DIRECTIONS.get(kpi, NEITHER)
