"""Laws of an installed base: who fails is in the field, and is what his unit is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cssim.conformance import telling
from cssim.eventlog import EventLog

ON_ARRIVAL = -1  # stands as the hazard of a unit that is dead on arrival


def units_fail_only_while_they_are_in_the_field(log: EventLog) -> Iterator[str]:
    """A failure lies between a unit's coming and its retirement; on arrival is when it comes."""
    rows = log["failures"]
    units = log["units"][rows["unit"]]
    wrong = (rows["at"] < units["from_at"]) | (rows["at"] >= units["until_at"])
    wrong |= (rows["hazard"] == ON_ARRIVAL) & (rows["at"] != units["from_at"])
    yield from telling.first(
        wrong,
        lambda i: (
            f"unit {rows['unit'][i]} fails at {telling.moment(rows['at'][i])}, and is in the field "
            f"from {telling.moment(units['from_at'][i])} to {telling.moment(units['until_at'][i])}"
        ),
    )


def what_fails_is_what_its_unit_is(log: EventLog) -> Iterator[str]:
    """A failure's case opens with it, and has its unit's source, region and attributes."""
    rows = log["failures"][log["failures"]["case"] >= 0]
    units, cases = log["units"][rows["unit"]], log["cases"][rows["case"]]
    wrong = cases["opened_at"] != rows["at"]
    for name in ("source", "region"):
        wrong |= cases[name] != units[name]
    kept, names = log["unit_attributes"], list(log.terms["attributes"])
    for number in np.unique(kept["attribute"]):
        value = np.full(len(log["units"]), -1)
        mine = kept[kept["attribute"] == number]
        value[mine["unit"]] = mine["value"]
        theirs = value[rows["unit"]]
        wrong |= (theirs >= 0) & (log.attributes[names[number]][rows["case"]] != theirs)
    yield from telling.first(
        wrong, lambda i: f"case {rows['case'][i]} is none of unit {rows['unit'][i]}"
    )
