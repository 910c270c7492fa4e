"""Laws of owners: what is somebody's is done by him, until another takes it over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.conformance import telling
from cssim.eventlog import NEVER, TAKEOVERS, EventLog

HANDED_OVER = TAKEOVERS.index("handed_over")


def what_is_owned_is_done_by_its_owner(log: EventLog) -> Iterator[str]:
    """The steps of an owned flow that its owner's role does alone are its owner's of then.

    Those that take no time (links) may be somebody else's who has the case in hand, and those
    that ask for a skill another's who has it.
    """
    rows = log["activities"]
    wrong = np.zeros(len(rows), dtype=bool)
    mine = _of_owners(log)
    owner = log["instances"]["owner"][rows["instance"][mine]]
    for row in _changes(log)[::-1]:  # back from the last owner to the first
        before = rows["instance"][mine] == row["instance"]
        before &= rows["completed_at"][mine] <= row["at"]
        owner = np.where(before, row["from_agent"], owner)
    wrong[mine] = rows["agent"][mine] != owner
    return telling.first(
        wrong,
        lambda i: (
            f"{telling.activity(log, i)} is done by agent {rows['agent'][i]}, who does not own "
            f"instance {rows['instance'][i]}"
        ),
    )


def what_is_taken_over_is_the_last_owners(log: EventLog) -> Iterator[str]:
    """One owner follows another: who takes over has it until the next does, or to the end."""
    rows = _changes(log)
    rows = rows[np.lexsort((np.arange(len(rows)), rows["instance"]))]
    owned = _owned_instances(log)
    after = np.where(owned, log["instances"]["owner"], -1)[rows["instance"]]
    same = rows["instance"][1:] == rows["instance"][:-1]
    after[:-1][same] = rows["from_agent"][1:][same]
    wrong = (after >= 0) & (rows["to_agent"] != after)
    wrong |= rows["from_agent"] == rows["to_agent"]
    return telling.first(
        wrong,
        lambda i: (
            f"instance {rows['instance'][i]} of case {rows['case'][i]} is taken over by agent "
            f"{rows['to_agent'][i]} at {telling.moment(rows['at'][i])}, and then agent "
            f"{after[i]} has it"
        ),
    )


def _changes(log: EventLog) -> NDArray[Any]:
    """Take-overs by which the owner changes, in order of time."""
    rows = log["takeovers"]
    changed: NDArray[Any] = rows[rows["why"] != HANDED_OVER]
    return changed


def _owned_instances(log: EventLog) -> NDArray[np.bool_]:
    owners = log.terms["owners"]
    flows = np.array([flow in owners for flow in log.terms["flows"]], dtype=bool)
    owned: NDArray[np.bool_] = flows[log["instances"]["flow"]]
    return owned


def _of_owners(log: EventLog) -> NDArray[np.int64]:
    """Activities of owned flows, by somebody of the owner's role alone, that took a while."""
    rows, terms = log["activities"], log.terms
    owners = [terms["owners"].get(node["flow"], "") for node in terms["nodes"]]
    others = [node["several"] or node["skilled"] for node in terms["nodes"]]
    alone = np.where(others, "", owners)
    roles = np.array([pool["role"] for pool in terms["pools"]] or [""])
    places = np.flatnonzero((alone != "")[rows["node"]] & (rows["agent"] >= 0))
    some = rows[places]
    is_his = alone[some["node"]] == roles[some["pool"]]
    took = (some["started_at"] < NEVER) & (some["completed_at"] > some["started_at"])
    found: NDArray[np.int64] = places[is_his & took]
    return found
