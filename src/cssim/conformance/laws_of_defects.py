"""Laws of defects: whose a case is, and that its solution is found once, by it or for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.conformance import telling
from cssim.eventlog import ANSWERED_BY, CASE_KINDS, LINK_ENDS, NEVER, OUTCOMES, EventLog
from cssim.flows import graph

OPEN, BY_DEFECT, DEFLECTED, SOLVED_IT, ALONE, OTHERWISE = range(len(LINK_ENDS))
_FACT = ANSWERED_BY.index("fact")
_REQUEST, _MANAGEMENT = (CASE_KINDS.index(kind) for kind in ("request", "management"))
_SOLVED = OUTCOMES.index("solved")


def cases_belong_to_a_defect_of_theirs(log: EventLog) -> Iterator[str]:
    """A linked case is a request, linked once, and could belong to this very defect."""
    rows, defects = log["linked"], log["defects"]
    if not len(rows):
        return
    cases, defect = log["cases"][rows["case"]], defects[rows["defect"]]
    wrong = cases["kind"] != _REQUEST
    wrong |= np.bincount(rows["case"], minlength=len(log["cases"]))[rows["case"]] > 1
    wrong |= log.attributes["product"][rows["case"]] != defect["product"]
    wrong |= rows["opened_at"] != cases["opened_at"]
    for number, family in enumerate(log.terms["families"]):
        mine = defect["family"] == number
        words = log.terms["attributes"][family["attribute"]]
        may = np.array([word in family["words"] for word in words])
        has = may[log.attributes[family["attribute"]][rows["case"]]]
        age = rows["opened_at"] - defect["appears_at"]
        wrong |= mine & (~has | (age < 0) | (age >= family["lasts"]))
    yield from telling.first(
        wrong, lambda i: f"case {rows['case'][i]} cannot belong to defect {rows['defect'][i]}"
    )


def linked_cases_are_solved_once(log: EventLog) -> Iterator[str]:
    """A linked case is solved by its defect or on its own, once; or it is open, or ended without.

    What the table says is what the answers, the case's end and the defect's solver say. What went
    before the run a case tells that was open when it began.
    """
    rows = log["linked"]
    if not len(rows):
        return
    how, at = _told_by_answers(log)
    wrong = ((rows["how"] != how) | (rows["at"] != at)) & ~_of_before(rows)
    yield from telling.first(
        wrong,
        lambda i: (
            f"case {rows['case'][i]} of defect {rows['defect'][i]} is {LINK_ENDS[rows['how'][i]]} "
            f"at {telling.moment(rows['at'][i])}, and was {LINK_ENDS[how[i]]} "
            f"at {telling.moment(at[i])}"
        ),
    )


def defects_are_solved_by_one_of_their_cases(log: EventLog) -> Iterator[str]:
    """A defect is found by its first case, and solved where a case was answered yes.

    That is one of its own, or one of management, which a finding has begun to solve it.
    """
    defects, linked = log["defects"], log["linked"]
    end = log.terms["window"]["end_at"]
    first = np.full(len(defects), NEVER)
    np.minimum.at(first, linked["defect"], linked["opened_at"])
    solved = defects["solved_at"] < NEVER
    told = np.arange(len(defects)) < len(log.terms.get("defects_before", ()))
    wrong = (defects["found_at"] < NEVER) != (first < NEVER)
    wrong |= defects["found_at"] < first
    wrong &= ~(told & (defects["found_at"] <= 0))  # found by a case of before
    wrong |= solved & (defects["solved_at"] < defects["found_at"])
    solvers = linked["defect"][(linked["how"] == SOLVED_IT) & ~_of_before(linked)]
    here = solved & ~(told & (defects["solved_at"] <= 0))
    sought = here & (log["cases"]["kind"][defects["case"]] == _MANAGEMENT)
    wrong |= np.bincount(solvers, minlength=len(defects)) != (here & ~sought)
    after = np.array([family["published_after"] for family in log.terms["families"]], dtype=int)
    known = np.array([family["known_at"] >= 0 for family in log.terms["families"]], dtype=bool)
    if len(defects):
        published = np.where(
            solved & known[defects["family"]], defects["solved_at"] + after[defects["family"]], end
        )
        wrong |= defects["published_at"] != np.where(published < end, published, NEVER)
    for place in np.flatnonzero(here):
        wrong[place] |= not _was_solved(log, defects[place])
    yield from telling.first(
        wrong,
        lambda i: (
            f"defect {i}: found at {telling.moment(defects['found_at'][i])}, solved at "
            f"{telling.moment(defects['solved_at'][i])} by case {defects['case'][i]}, published "
            f"at {telling.moment(defects['published_at'][i])}"
        ),
    )


def _of_before(rows: NDArray[Any]) -> NDArray[np.bool_]:
    """Cases that were open when the run began, and whose solution was found before."""
    before: NDArray[np.bool_] = (rows["opened_at"] < 0) & (rows["at"] <= 0)
    return before


def published_at(log: EventLog, rows: NDArray[Any]) -> NDArray[np.int64]:
    """For rows of activities, when the solution of their case's defect was published."""
    found = np.full(len(log["cases"]), NEVER)
    linked = log.tables.get("linked", np.empty(0))
    if len(linked):
        found[linked["case"]] = log["defects"]["published_at"][linked["defect"]]
    of_rows: NDArray[np.int64] = found[rows["case"]]
    return of_rows


def _told_by_answers(log: EventLog) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per linked case: how its solution was found, and when, by everything but this table."""
    rows, defects = log["linked"], log["defects"][log["linked"]["defect"]]
    case = log["cases"][rows["case"]]
    closed = case["closed_at"] < NEVER
    how = np.where(closed, np.where(case["outcome"] == _SOLVED, ALONE, OTHERWISE), OPEN)
    at = np.where(closed, case["closed_at"], NEVER)
    place = np.full(len(log["cases"]), -1)
    place[rows["case"]] = np.arange(len(rows))
    activities = log["activities"]
    facts = activities[(activities["answered_by"] == _FACT) & (place[activities["case"]] >= 0)]
    seen = np.zeros(len(rows), dtype=bool)
    for one in facts:
        number = place[one["case"]]
        told = _fact(log, one, defects[number])
        if told >= 0 and not seen[number]:
            how[number], at[number], seen[number] = told, one["completed_at"], True
    solver = (defects["case"] == rows["case"]) & (defects["solved_at"] < NEVER)
    how[solver], at[solver] = SOLVED_IT, defects["solved_at"][solver]
    return how, at


def _fact(log: EventLog, row: Any, defect: Any) -> int:
    """What a fact in a row says of a linked case; -1 nothing."""
    family = log.terms["families"][defect["family"]]
    answer = log.terms["answers"][row["answer"]]
    if row["node"] == family["known_at"] and answer == family["known"]:
        return DEFLECTED if row["completed_at"] >= defect["published_at"] else -1
    yes = answer == "yes" and row["node"] in family["asked_at"]
    if (yes or answer == graph.ELSEWHERE) and row["completed_at"] >= defect["solved_at"]:
        return BY_DEFECT
    return -1


def _was_solved(log: EventLog, defect: Any) -> bool:
    rows = log["activities"]
    yes = log.terms["answers"].index("yes")
    there = (rows["case"] == defect["case"]) & (rows["node"] == defect["node"])
    there &= (rows["answer"] == yes) & (rows["completed_at"] == defect["solved_at"])
    family = log.terms["families"][defect["family"]]
    return bool(there.any()) and int(defect["node"]) in family["solved_at"]
