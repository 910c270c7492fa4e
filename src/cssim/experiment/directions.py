"""Which way each figure is better; what the scenario gives to us has no better and no worse."""

from __future__ import annotations

HIGHER = 1
LOWER = -1
GIVEN = 0  # not ours to make better: how much is asked of us

DIRECTIONS = {
    "at_risk": LOWER,
    "attainment": HIGHER,
    "backlog": LOWER,
    "backlog_growth": LOWER,
    "backorders": LOWER,
    "chasers_per_request": LOWER,
    "cycle_time": LOWER,
    "fill_rate": HIGHER,
    "first_response_attainment": HIGHER,
    "occupancy": LOWER,  # less strain on people; what it costs is the planner's to weigh
    "open_share": LOWER,
    "outcome_share": GIVEN,
    "overtime": LOWER,
    "promises_due": GIVEN,
    "queue_length": LOWER,
    "requests": GIVEN,
    "service_time": LOWER,
    "stockout_time": LOWER,
    "stockouts": LOWER,
    "throughput": HIGHER,
    "time_in_cause": LOWER,
    "utilisation": LOWER,
    "waiting_time": LOWER,
}
ATTAINMENTS = ("attainment", "first_response_attainment")
OF_PROMISES = (*ATTAINMENTS, "at_risk")


def of(kpi: str) -> int:
    """The direction of a figure; one that nobody knows is only given."""
    return DIRECTIONS.get(kpi, GIVEN)
