"""The handbook's rules as cases: answers in, whole list of steps and outcome out.

Derived by hand from the step tables and the rulings. Neighbouring cases vary one fact, so a
column of cases is the rule. Each case states every question the handbook asks, in the order in
which it asks them: a question too many, too few or too early fails.

Traces are written "1.8.2: 1 2 3 26", a new flow id where the flow changes.
"""

from __future__ import annotations

import ast
import doctest
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import cssim.reference
from cssim.reference import FLOWS, NotInHandbookError, Record, handbook, record, work_through


@dataclass(frozen=True)
class Rule:
    """One case of the handbook: its facts in, its trace and outcome out."""

    name: str
    flow: str
    asked: str
    trace: str
    outcome: str
    source: str
    called_from: str | None = None


class Script:
    """Answers the questions it was written for, in that order, and no others."""

    def __init__(self, asked: str) -> None:
        self.left: list[tuple[str, str, str]] = []
        self.offered: list[tuple[str, str, tuple[str, ...]]] = []
        flow = ""
        for word in asked.split():
            if word.endswith(":"):
                flow = word[:-1]
            else:
                question, answer = word.split("=")
                self.left.append((flow, question, answer))

    def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
        self.offered.append((flow, question, possible))
        assert self.left, f"{flow}/{question} was asked, though the case is over"
        expected_flow, expected_question, answer = self.left.pop(0)
        assert (flow, question) == (expected_flow, expected_question)
        assert answer in possible
        return answer


def labels(trace: str) -> list[str]:
    """ "1.8.2: 1 13 RETURNS 26" as the labels of its steps."""
    flow, out = "", []
    for word in trace.split():
        if word.endswith(":"):
            flow = word[:-1]
        else:
            out.append(word if word == "RETURNS" else f"{flow}/{word}")
    return out


def work(rule: Rule) -> Record:
    script = Script(rule.asked)
    worked = work_through(rule.flow, rule.called_from, script)
    assert script.left == [], "the case ended without asking these"
    return worked


# --- 1.8.1 ---------------------------------------------------------------------------------

PLANNING = [
    Rule(
        "A plan that passes its review goes to market and into service",
        "1.8.1", "1.8.1: 6=yes", "1.8.1: 1 2 3 4 5 6 8 9", "done", "R10, R8",
    ),
    Rule(
        "A plan that fails its review is revised and reviewed again",
        "1.8.1", "1.8.1: 6=no 6=yes", "1.8.1: 1 2 3 4 5 6 7 6 8 9", "done", "R10",
    ),
    Rule(
        "A plan is reviewed until it passes",
        "1.8.1", "1.8.1: 6=no 6=no 6=no 6=yes",
        "1.8.1: 1 2 3 4 5 6 7 6 7 6 7 6 8 9", "done", "R10",
    ),
]  # fmt: skip

# --- 1.8.2 ---------------------------------------------------------------------------------

NEW = "1.8.2: 2=yes 4=no 6=yes"  # within scope, no key account, a new problem
NEW_STEPS = "1.8.2: 1 2 4 6 8"

REQUESTS = [
    Rule(
        "A question outside the scope is explained, filed, and goes no further",
        "1.8.2", "1.8.2: 2=no", "1.8.2: 1 2 3 26", "solved", "R20, R29a",
    ),
    Rule(
        "A common problem is answered from the list and followed up",
        "1.8.2", f"{NEW} 8=common 18=yes 23=yes", f"{NEW_STEPS} 9 18 23 26", "solved",
        "R21, R23, R24, R29",
    ),
    Rule(
        "A key account's problem goes through its dedicated person",
        "1.8.2", "1.8.2: 2=yes 4=yes 6=yes 8=common 18=yes 23=yes",
        "1.8.2: 1 2 4 5 6 8 9 18 23 26", "solved", "R21",
    ),
    Rule(
        "A problem not solved in the time promised is explained, and watched again",
        "1.8.2", f"{NEW} 8=common 18=yes 23=no 23=yes",
        f"{NEW_STEPS} 9 18 23 24 25 23 26", "solved", "R29",
    ),
    Rule(
        "A problem is watched until it is solved in the time promised",
        "1.8.2", f"{NEW} 8=common 18=yes 23=no 23=no 23=yes",
        f"{NEW_STEPS} 9 18 23 24 25 23 24 25 23 26", "solved", "R29",
    ),
    Rule(
        "A common problem without a solution, for which the company is responsible, is exchanged",
        "1.8.2", f"{NEW} 8=common 18=no 18a=company",
        f"{NEW_STEPS} 9 18 19 RETURNS 26", "exchanged", "R28, R29a",
    ),
    Rule(
        "A common problem without a solution, for which the customer is responsible, is unsolved",
        "1.8.2", f"{NEW} 8=common 18=no 18a=customer",
        f"{NEW_STEPS} 9 18 20 26", "unsolved", "R28, R29a",
    ),
    # In progress
    Rule(
        "A contact about an open problem hears how it stands, and is not filed",
        "1.8.2", "1.8.2: 2=yes 4=no 6=no 7a=no", "1.8.2: 1 2 4 6 7", "solved", "R22",
    ),
    Rule(
        "A repeated complaint about an open problem goes to the department and is filed",
        "1.8.2", "1.8.2: 2=yes 4=no 6=no 7a=yes",
        "1.8.2: 1 2 4 6 7 16 17 21 22 26", "solved", "R22, R29a",
    ),
    Rule(
        "A key account that asks about an open problem passes its dedicated person too",
        "1.8.2", "1.8.2: 2=yes 4=yes 6=no 7a=no", "1.8.2: 1 2 4 5 6 7", "solved", "R21, R22",
    ),
    # Types of problem that call no flow
    Rule(
        "A return within the rules is exchanged",
        "1.8.2", f"{NEW} 8=return 12=yes", f"{NEW_STEPS} 12 RETURNS 26", "exchanged", "R25",
    ),
    Rule(
        "A refused return whose problem can be solved is followed up",
        "1.8.2", f"{NEW} 8=return 12=no 18=yes 23=yes",
        f"{NEW_STEPS} 12 18 23 26", "solved", "R25, R29",
    ),
    Rule(
        "A refused return whose problem cannot be solved is unsolved, and nobody asks whose fault",
        "1.8.2", f"{NEW} 8=return 12=no 18=no",
        f"{NEW_STEPS} 12 18 20 26", "unsolved", "R25, R29a",
    ),
    Rule(
        "A product dead on arrival is exchanged without a question",
        "1.8.2", f"{NEW} 8=dead_on_arrival", f"{NEW_STEPS} 13 RETURNS 26", "exchanged", "R25",
    ),
    Rule(
        "A complaint about service goes to the department, which 14 has told",
        "1.8.2", f"{NEW} 8=service", f"{NEW_STEPS} 14 17 21 22 26", "solved", "R26, R27",
    ),
    Rule(
        "A suggestion is recorded and filed",
        "1.8.2", f"{NEW} 8=suggestion 15a=no", f"{NEW_STEPS} 15 26", "solved", "R26, R29a",
    ),
    Rule(
        "A serious suggestion goes to the department, which 16 tells",
        "1.8.2", f"{NEW} 8=suggestion 15a=yes",
        f"{NEW_STEPS} 15 16 17 21 22 26", "solved", "R26, R27",
    ),
    # Hardware: the called flow's outcome answers 18
    Rule(
        "Hardware that the workshop repaired is solved, and 18 is not asked",
        "1.8.2", f"{NEW} 8=hardware 1.8.4: 2=no 6=yes 8=yes 14=yes 1.8.2: 23=yes",
        f"{NEW_STEPS} 10 1.8.4: 1 2 4 5 6 8 13 14 19 21 1.8.2: 18 23 26", "solved",
        "R24, R28",
    ),
    Rule(
        "A repair past its promise is explained like any other delay",
        "1.8.2", f"{NEW} 8=hardware 1.8.4: 2=no 6=yes 8=yes 14=yes 1.8.2: 23=no 23=yes",
        f"{NEW_STEPS} 10 1.8.4: 1 2 4 5 6 8 13 14 19 21 1.8.2: 18 23 24 25 23 26", "solved",
        "R28, R29",
    ),
    Rule(
        "A customer who declined the repair is told, and the request is declined",
        "1.8.2", f"{NEW} 8=hardware 1.8.4: 2=no 6=no 11=no",
        f"{NEW_STEPS} 10 1.8.4: 1 2 4 5 6 7 11 19 21 1.8.2: 18 20 26", "declined",
        "R28, R29a",
    ),
    Rule(
        "Hardware that nobody could repair is exchanged, and not a second time at 19",
        "1.8.2",
        f"{NEW} 8=hardware 1.8.4: 2=no 6=yes 8=no 12=yes 17=no 1.8.3: 7=no 8=no 9=no",
        f"{NEW_STEPS} 10 1.8.4: 1 2 4 5 6 8 10 12 15 16 17 22"
        " 1.8.3: 7 8 9 13 14 15 RETURNS 1.8.2: 18 19 26",
        "exchanged", "R7, R28, R32, R44",
    ),
    Rule(
        "Hardware repaired on site is solved, the repair having handed the case over",
        "1.8.2",
        f"{NEW} 8=hardware 1.8.4: 2=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=no 9=fixed 1.8.2: 23=yes",
        f"{NEW_STEPS} 10 1.8.4: 1 2 3 1.8.5: 1 2 3 7 8 9 10 1.8.2: 18 23 26", "solved",
        "R7, R8, R40",
    ),
    Rule(
        "Hardware taken back from a visit goes through the workshop from its step 5",
        "1.8.2",
        f"{NEW} 8=hardware 1.8.4: 2=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=yes"
        " 1.8.4: 6=yes 8=yes 14=yes 1.8.2: 23=yes",
        f"{NEW_STEPS} 10 1.8.4: 1 2 3 1.8.5: 1 2 3 7 8 1.8.4: 5 6 8 13 14 19 21"
        " 1.8.2: 18 23 26",
        "solved", "R7, R52",
    ),
    Rule(
        "Hardware taken back from a visit that nobody can repair goes up to the supplier",
        "1.8.2",
        f"{NEW} 8=hardware 1.8.4: 2=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=yes"
        " 1.8.4: 6=yes 8=no 12=yes 17=no 1.8.3: 7=no 8=no 9=yes 1.8.2: 23=yes",
        f"{NEW_STEPS} 10 1.8.4: 1 2 3 1.8.5: 1 2 3 7 8 1.8.4: 5 6 8 10 12 15 16 17 22"
        " 1.8.3: 7 8 9 10 11 12 6 1.8.2: 18 23 26",
        "solved", "R7: no 1.8.3 is open there",
    ),
    Rule(
        "A repair declined after a visit declines the request",
        "1.8.2",
        f"{NEW} 8=hardware 1.8.4: 2=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=yes 1.8.4: 6=no 11=no",
        f"{NEW_STEPS} 10 1.8.4: 1 2 3 1.8.5: 1 2 3 7 8 1.8.4: 5 6 7 11 19 21 1.8.2: 18 20 26",
        "declined", "R8, R28, R29a",
    ),
    # Software
    Rule(
        "Software explained by phone is solved, and 18 is not asked",
        "1.8.2", f"{NEW} 8=software 1.8.3: 2=yes 1.8.2: 23=yes",
        f"{NEW_STEPS} 11 1.8.3: 1 2 6 1.8.2: 18 23 26", "solved", "R6, R24, R28",
    ),
    Rule(
        "Software that nobody can solve is exchanged, and not a second time at 19",
        "1.8.2", f"{NEW} 8=software 1.8.3: 2=no 3=no 7=no 8=no 9=no",
        f"{NEW_STEPS} 11 1.8.3: 1 2 3 7 8 9 13 14 15 RETURNS 1.8.2: 18 19 26", "exchanged",
        "R28, R32",
    ),
    Rule(
        "Software whose visit ended in a refused repair is declined",
        "1.8.2",
        f"{NEW} 8=software 1.8.3: 2=no 3=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=yes"
        " 1.8.4: 6=no 11=no",
        f"{NEW_STEPS} 11 1.8.3: 1 2 3 4 1.8.5: 1 2 3 7 8 1.8.4: 5 6 7 11 19 21 1.8.3: 5"
        " 1.8.2: 18 20 26",
        "declined", "R28, R29a, R31",
    ),
    Rule(
        "A machine that a visit under 1.8.3 brought in vain to headquarters goes on there at 5",
        "1.8.2",
        f"{NEW} 8=software 1.8.3: 2=no 3=yes 1.8.5: 3=software 3a=yes 3c=no 8=yes"
        " 1.8.4: 6=yes 8=no 12=yes 17=no 1.8.3: 7=yes 1.8.2: 23=yes",
        f"{NEW_STEPS} 11 1.8.3: 1 2 3 4 1.8.5: 1 2 3 7 8 1.8.4: 5 6 8 10 12 15 16 17 22"
        " 1.8.3: 5 7 12 6 1.8.2: 18 23 26",
        "solved", "R7, R31",
    ),
]  # fmt: skip

MONTHLY_REPORT = [
    Rule(
        "The month's report is written and sent, as a case of its own",
        "1.8.2m", "", "1.8.2m: 27 28", "done", "R30, R8",
    ),
]  # fmt: skip

# --- 1.8.3 ---------------------------------------------------------------------------------

VISIT_FAILED = "1.8.3: 2=no 3=yes 1.8.5: 3=software 3a=yes 3c=no 8=no 9=hand_back"
VISIT_FAILED_STEPS = "1.8.3: 1 2 3 4 1.8.5: 1 2 3 7 8 9"

ESCALATION = [
    Rule(
        "A problem solved by phone is explained",
        "1.8.3", "1.8.3: 2=yes", "1.8.3: 1 2 6", "solved", "R31", "1.8.2",
    ),
    Rule(
        "A problem from a consultation starts at step 1 as well",
        "1.8.3", "1.8.3: 2=yes", "1.8.3: 1 2 6", "solved", "R6",
    ),
    Rule(
        "Without on-site cover headquarters is asked",
        "1.8.3", "1.8.3: 2=no 3=no 7=yes", "1.8.3: 1 2 3 7 12 6", "solved", "R31, R32", "1.8.2",
    ),
    Rule(
        "What headquarters cannot solve goes to the product centre",
        "1.8.3", "1.8.3: 2=no 3=no 7=no 8=yes", "1.8.3: 1 2 3 7 8 11 12 6", "solved", "R32",
        "1.8.2",
    ),
    Rule(
        "What the product centre cannot solve goes to the supplier",
        "1.8.3", "1.8.3: 2=no 3=no 7=no 8=no 9=yes", "1.8.3: 1 2 3 7 8 9 10 11 12 6", "solved",
        "R32", "1.8.2",
    ),
    Rule(
        "What the supplier cannot solve is exchanged",
        "1.8.3", "1.8.3: 2=no 3=no 7=no 8=no 9=no", "1.8.3: 1 2 3 7 8 9 13 14 15 RETURNS",
        "exchanged", "R32", "1.8.2",
    ),
    Rule(
        "With on-site cover an engineer visits, and 5 takes the visit's answer",
        "1.8.3", "1.8.3: 2=no 3=yes 1.8.5: 3=software 3a=yes 3c=no 8=no 9=fixed",
        "1.8.3: 1 2 3 4 1.8.5: 1 2 3 7 8 9 10 1.8.3: 5 6", "solved", "R31", "1.8.2",
    ),
    Rule(
        "What a visit hands back goes to headquarters",
        "1.8.3", f"{VISIT_FAILED} 1.8.3: 7=yes", f"{VISIT_FAILED_STEPS} 1.8.3: 5 7 12 6", "solved",
        "R31, R53", "1.8.2",
    ),
    Rule(
        "What a visit hands back and nobody can solve is exchanged",
        "1.8.3", f"{VISIT_FAILED} 1.8.3: 7=no 8=no 9=no",
        f"{VISIT_FAILED_STEPS} 1.8.3: 5 7 8 9 13 14 15 RETURNS", "exchanged", "R31, R32", "1.8.2",
    ),
    Rule(
        "Nothing more is tried for a customer who refused the repair after a visit",
        "1.8.3",
        "1.8.3: 2=no 3=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=yes 1.8.4: 6=no 11=no",
        "1.8.3: 1 2 3 4 1.8.5: 1 2 3 7 8 1.8.4: 5 6 7 11 19 21 1.8.3: 5", "declined",
        "R31", "1.8.2",
    ),
    Rule(
        "A repair after a visit that succeeds is explained",
        "1.8.3",
        "1.8.3: 2=no 3=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=yes 1.8.4: 6=yes 8=yes 14=yes",
        "1.8.3: 1 2 3 4 1.8.5: 1 2 3 7 8 1.8.4: 5 6 8 13 14 19 21 1.8.3: 5 6", "solved",
        "R8, R31", "1.8.2",
    ),
    Rule(
        "A repair after a visit that fails calls no second 1.8.3, also without 1.8.2",
        "1.8.3",
        "1.8.3: 2=no 3=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=yes"
        " 1.8.4: 6=yes 8=no 12=yes 17=no 1.8.3: 7=no 8=yes",
        "1.8.3: 1 2 3 4 1.8.5: 1 2 3 7 8 1.8.4: 5 6 8 10 12 15 16 17 22"
        " 1.8.3: 5 7 8 11 12 6",
        "solved", "R7, R31",
    ),
    Rule(
        "Called by a repair, phone and visit are behind it: it starts at headquarters",
        "1.8.3", "1.8.3: 7=yes", "1.8.3: 7 12 6", "solved", "R7", "1.8.4",
    ),
    Rule(
        "Called by a repair, what nobody can solve is exchanged all the same",
        "1.8.3", "1.8.3: 7=no 8=no 9=no", "1.8.3: 7 8 9 13 14 15 RETURNS", "exchanged",
        "R7, R32", "1.8.4",
    ),
]  # fmt: skip

# --- 1.8.4 ---------------------------------------------------------------------------------

REPAIR = [
    Rule(
        "A machine under warranty that the region repairs is free of charge",
        "1.8.4", "1.8.4: 2=no 6=yes 8=yes 14=yes",
        "1.8.4: 1 2 4 5 6 8 13 14 19 21", "solved", "R40, R41, R42, R45", "1.8.2",
    ),
    Rule(
        "A machine out of warranty is quoted before and charged after its repair",
        "1.8.4", "1.8.4: 2=no 6=no 11=yes 8=yes 14=yes",
        "1.8.4: 1 2 4 5 6 7 11 8 13 14 19 20 21", "solved", "R41, R45", "1.8.2",
    ),
    Rule(
        "A refused quotation sends the machine back unrepaired and uncharged",
        "1.8.4", "1.8.4: 2=no 6=no 11=no",
        "1.8.4: 1 2 4 5 6 7 11 19 21", "declined", "R41, R45", "1.8.2",
    ),
    Rule(
        "What the region repaired in vain goes to headquarters if the customer agrees",
        "1.8.4", "1.8.4: 2=no 6=yes 8=yes 14=no 12=yes 17=yes",
        "1.8.4: 1 2 4 5 6 8 13 14 10 12 15 16 17 18 19 21", "solved", "R42, R43, R44", "1.8.2",
    ),
    Rule(
        "What the region repaired in vain comes back if the customer disagrees",
        "1.8.4", "1.8.4: 2=no 6=yes 8=yes 14=no 12=no",
        "1.8.4: 1 2 4 5 6 8 13 14 10 12 19 21", "declined", "R42, R43", "1.8.2",
    ),
    Rule(
        "What the region cannot repair goes to headquarters if the customer agrees",
        "1.8.4", "1.8.4: 2=no 6=yes 8=no 12=yes 17=yes",
        "1.8.4: 1 2 4 5 6 8 10 12 15 16 17 18 19 21", "solved", "R43, R44", "1.8.2",
    ),
    Rule(
        "What the region cannot repair comes back if the customer disagrees",
        "1.8.4", "1.8.4: 2=no 6=yes 8=no 12=no",
        "1.8.4: 1 2 4 5 6 8 10 12 19 21", "declined", "R43", "1.8.2",
    ),
    Rule(
        "Out of warranty a repair by headquarters is charged",
        "1.8.4", "1.8.4: 2=no 6=no 11=yes 8=no 12=yes 17=yes",
        "1.8.4: 1 2 4 5 6 7 11 8 10 12 15 16 17 18 19 20 21", "solved", "R44, R45", "1.8.2",
    ),
    Rule(
        "Out of warranty a refusal of headquarters is not charged",
        "1.8.4", "1.8.4: 2=no 6=no 11=yes 8=no 12=no",
        "1.8.4: 1 2 4 5 6 7 11 8 10 12 19 21", "declined", "R43, R45", "1.8.2",
    ),
    Rule(
        "What headquarters cannot repair goes up from there, and may be solved",
        "1.8.4", "1.8.4: 2=no 6=yes 8=no 12=yes 17=no 1.8.3: 7=no 8=yes",
        "1.8.4: 1 2 4 5 6 8 10 12 15 16 17 22 1.8.3: 7 8 11 12 6", "solved", "R7, R44", "1.8.2",
    ),
    Rule(
        "What headquarters cannot repair goes up from there, and may be exchanged",
        "1.8.4", "1.8.4: 2=no 6=yes 8=no 12=yes 17=no 1.8.3: 7=no 8=no 9=no",
        "1.8.4: 1 2 4 5 6 8 10 12 15 16 17 22 1.8.3: 7 8 9 13 14 15 RETURNS", "exchanged",
        "R7, R44", "1.8.2",
    ),
    Rule(
        "With on-site cover the case is handed to the visit, whose outcome it takes",
        "1.8.4", "1.8.4: 2=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=no 9=fixed",
        "1.8.4: 1 2 3 1.8.5: 1 2 3 7 8 9 10", "solved", "R7, R40", "1.8.2",
    ),
    Rule(
        "A visit that a repair was handed to opens a second repair, with facts of its own",
        "1.8.4",
        "1.8.4: 2=yes 1.8.5: 3=hardware 3a=yes 3c=no 8=yes 1.8.4: 6=no 11=yes 8=yes 14=yes",
        "1.8.4: 1 2 3 1.8.5: 1 2 3 7 8 1.8.4: 5 6 7 11 8 13 14 19 20 21", "solved", "R7", "1.8.2",
    ),
    Rule(
        "A repair that no flow called begins like one that 1.8.2 called",
        "1.8.4", "1.8.4: 2=no 6=yes 8=yes 14=yes",
        "1.8.4: 1 2 4 5 6 8 13 14 19 21", "solved", "R7",
    ),
    Rule(
        "Called by a visit, the machine is already with the engineer",
        "1.8.4", "1.8.4: 6=yes 8=yes 14=yes",
        "1.8.4: 5 6 8 13 14 19 21", "solved", "R7", "1.8.5",
    ),
    Rule(
        "Called by a visit above which no 1.8.3 is open, it may still go up",
        "1.8.4", "1.8.4: 6=yes 8=no 12=yes 17=no 1.8.3: 7=yes",
        "1.8.4: 5 6 8 10 12 15 16 17 22 1.8.3: 7 12 6", "solved", "R7, R44", "1.8.5",
    ),
]  # fmt: skip

# --- 1.8.5 ---------------------------------------------------------------------------------

CONTRACT = "1.8.5: 3=hardware 3a=yes"
BORROWED = "1.8.5: 1 2 3 4 5 6 7 8"

VISIT = [
    Rule(
        "A visit to a contract customer without parts is fixed and signed for",
        "1.8.5", f"{CONTRACT} 3c=no 8=no 9=fixed", "1.8.5: 1 2 3 7 8 9 10", "solved",
        "R50, R51, R53, R54", "1.8.4",
    ),
    Rule(
        "A software fault takes the same path",
        "1.8.5", "1.8.5: 3=software 3a=yes 3c=no 8=no 9=fixed", "1.8.5: 1 2 3 7 8 9 10",
        "solved", "R51", "1.8.4",
    ),
    Rule(
        "A customer without a contract is quoted first",
        "1.8.5", "1.8.5: 3=hardware 3a=no 3c=no 8=no 9=fixed", "1.8.5: 1 2 3 3b 7 8 9 10",
        "solved", "R50", "1.8.4",
    ),
    Rule(
        "The quotation comes before parts are borrowed",
        "1.8.5", "1.8.5: 3=hardware 3a=no 3c=yes 8=no 9=fixed 11a=no 11b=no",
        "1.8.5: 1 2 3 3b 4 5 6 7 8 9 10 11", "solved", "R50, R51", "1.8.4",
    ),
    Rule(
        "A visit that no flow called begins and ends like the others",
        "1.8.5", f"{CONTRACT} 3c=no 8=no 9=fixed", "1.8.5: 1 2 3 7 8 9 10", "solved", "R7",
    ),
    # What was borrowed, after a visit that fixed it
    Rule(
        "Borrowed parts: some left over, some replaced",
        "1.8.5", f"{CONTRACT} 3c=yes 8=no 9=fixed 11a=yes 11b=yes",
        f"{BORROWED} 9 10 11 12 13 14", "solved", "R54", "1.8.4",
    ),
    Rule(
        "Borrowed parts: some left over, none replaced",
        "1.8.5", f"{CONTRACT} 3c=yes 8=no 9=fixed 11a=yes 11b=no",
        f"{BORROWED} 9 10 11 12", "solved", "R54", "1.8.4",
    ),
    Rule(
        "Borrowed parts: none left over, some replaced",
        "1.8.5", f"{CONTRACT} 3c=yes 8=no 9=fixed 11a=no 11b=yes",
        f"{BORROWED} 9 10 11 13 14", "solved", "R54", "1.8.4",
    ),
    Rule(
        "Borrowed parts: fitted where none was replaced",
        "1.8.5", f"{CONTRACT} 3c=yes 8=no 9=fixed 11a=no 11b=no",
        f"{BORROWED} 9 10 11", "solved", "R54", "1.8.4",
    ),
    # More visits
    Rule(
        "A next visit asks again whether parts are needed",
        "1.8.5", f"{CONTRACT} 3c=no 8=no 9=next_visit 3c=no 8=no 9=fixed",
        "1.8.5: 1 2 3 7 8 9 7 8 9 10", "solved", "R51, R53", "1.8.4",
    ),
    Rule(
        "Parts borrowed for the second visit only are returned",
        "1.8.5", f"{CONTRACT} 3c=no 8=no 9=next_visit 3c=yes 8=no 9=fixed 11a=no 11b=yes",
        "1.8.5: 1 2 3 7 8 9 4 5 6 7 8 9 10 11 13 14", "solved", "R53, R54", "1.8.4",
    ),
    Rule(
        "Parts borrowed for the first visit only are returned at the end of the visits",
        "1.8.5", f"{CONTRACT} 3c=yes 8=no 9=next_visit 3c=no 8=no 9=fixed 11a=yes 11b=no",
        f"{BORROWED} 9 7 8 9 10 11 12", "solved", "R54", "1.8.4",
    ),
    Rule(
        "Parts borrowed for two visits are returned once",
        "1.8.5", f"{CONTRACT} 3c=yes 8=no 9=next_visit 3c=yes 8=no 9=fixed 11a=yes 11b=yes",
        f"{BORROWED} 9 4 5 6 7 8 9 10 11 12 13 14", "solved", "R54", "1.8.4",
    ),
    Rule(
        "A customer is quoted once, not at each visit",
        "1.8.5",
        "1.8.5: 3=hardware 3a=no 3c=no 8=no 9=next_visit 3c=no 8=no 9=next_visit 3c=no 8=no"
        " 9=fixed",
        "1.8.5: 1 2 3 3b 7 8 9 7 8 9 7 8 9 10", "solved", "R50, R53", "1.8.4",
    ),
    # Back to the workshop
    Rule(
        "A machine that must go to the workshop goes there at once if nothing was borrowed",
        "1.8.5", f"{CONTRACT} 3c=no 8=yes 1.8.4: 6=yes 8=yes 14=yes",
        "1.8.5: 1 2 3 7 8 1.8.4: 5 6 8 13 14 19 21", "solved", "R52, R54", "1.8.4",
    ),
    Rule(
        "Before a machine goes to the workshop all that was borrowed goes back good, unasked",
        "1.8.5", f"{CONTRACT} 3c=yes 8=yes 1.8.4: 6=yes 8=yes 14=yes",
        f"{BORROWED} 11 12 1.8.4: 5 6 8 13 14 19 21", "solved", "R52, R54", "1.8.4",
    ),
    Rule(
        "A machine may go to the workshop after a later visit, with an earlier one's parts back",
        "1.8.5",
        f"{CONTRACT} 3c=yes 8=no 9=next_visit 3c=no 8=yes 1.8.4: 6=no 11=no",
        f"{BORROWED} 9 7 8 11 12 1.8.4: 5 6 7 11 19 21", "declined", "R8, R52, R54", "1.8.4",
    ),
    Rule(
        "A machine that the workshop gives up goes up to headquarters, if 1.8.4 sent the visit",
        "1.8.5", f"{CONTRACT} 3c=no 8=yes 1.8.4: 6=yes 8=no 12=yes 17=no 1.8.3: 7=no 8=no 9=no",
        "1.8.5: 1 2 3 7 8 1.8.4: 5 6 8 10 12 15 16 17 22 1.8.3: 7 8 9 13 14 15 RETURNS",
        "exchanged", "R7, R52", "1.8.4",
    ),
    Rule(
        "A machine that the workshop gives up is unsolved, if 1.8.3 sent the visit",
        "1.8.5", f"{CONTRACT} 3c=no 8=yes 1.8.4: 6=yes 8=no 12=yes 17=no",
        "1.8.5: 1 2 3 7 8 1.8.4: 5 6 8 10 12 15 16 17 22", "unsolved", "R7, R52", "1.8.3",
    ),
    # Hand back
    Rule(
        "A visit that 1.8.3 sent may hand the case back",
        "1.8.5", f"{CONTRACT} 3c=no 8=no 9=hand_back", "1.8.5: 1 2 3 7 8 9", "unsolved",
        "R53", "1.8.3",
    ),
    Rule(
        "Before a case is handed back all that was borrowed goes back good, unasked",
        "1.8.5", f"{CONTRACT} 3c=yes 8=no 9=hand_back", f"{BORROWED} 9 11 12", "unsolved",
        "R53, R54", "1.8.3",
    ),
]  # fmt: skip

# --- 1.8.6, 1.8.7, 1.8.8 -------------------------------------------------------------------

TRAINING = [
    Rule(
        "A customer training within its budget needs no agreement",
        "1.8.6", "1.8.6: 4=no", "1.8.6: 1 2 3 4 6 7 8 9 10 11 12 13 14 15 16", "done",
        "R60, R61, R8",
    ),
    Rule(
        "A customer training over its budget is held if the general manager agrees",
        "1.8.6", "1.8.6: 4=yes 5=yes", "1.8.6: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16", "done",
        "R60",
    ),
    Rule(
        "A customer training over its budget is not held if the general manager disagrees",
        "1.8.6", "1.8.6: 4=yes 5=no", "1.8.6: 1 2 3 4 5", "declined", "R60, R8",
    ),
    Rule(
        "Internal training goes down from product manager to headquarters to regions",
        "1.8.7", "", "1.8.7: 1 2 3 4 5 6", "done", "R70, R8",
    ),
    Rule(
        "In the questionnaire's trace filling in and sending back stand once",
        "1.8.8a", "", "1.8.8a: 1 2 3 4 5 6 7 8 9 10", "done", "R80, R8",
    ),
    Rule(
        "The forum goes straight from meeting to measures",
        "1.8.8b", "", "1.8.8b: 1 2 3 4 5 6 7 8", "done", "R80, R8",
    ),
]  # fmt: skip

RULES = [
    *PLANNING, *REQUESTS, *MONTHLY_REPORT, *ESCALATION, *REPAIR, *VISIT, *TRAINING,
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.flow}: {rule.name}")
def test_rule(rule: Rule) -> None:
    worked = work(rule)
    assert [step.label for step in worked.steps] == labels(rule.trace)
    assert worked.outcome == rule.outcome


def test_no_two_rules_say_the_same() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


# --- Every step, ruling and answer is visited ----------------------------------------------

TABLE_ROWS = {
    "1.8.1": 9, "1.8.2": 26, "1.8.3": 15, "1.8.4": 22, "1.8.5": 14, "1.8.6": 16, "1.8.7": 6,
    "1.8.8a": 10, "1.8.8b": 8,
}  # fmt: skip
ALL_STEPS = {f"{flow}/{row}" for flow, rows in TABLE_ROWS.items() for row in range(1, rows + 1)} | {
    "1.8.2m/27", "1.8.2m/28",  # R30
    "1.8.5/3b",  # R50
    "RETURNS",  # R6
}  # fmt: skip
NEVER_VISITED = {"1.8.4/9": "the diagram's yes at 8, whose work is 13 (R42)"}


def test_every_step_is_visited_by_some_rule_except_the_alias_row() -> None:
    visited = {label for rule in RULES for label in labels(rule.trace)}
    assert visited == ALL_STEPS - set(NEVER_VISITED)


PATH_RULINGS = {
    "R6", "R7", "R8", "R10", "R20", "R21", "R22", "R23", "R24", "R25", "R26", "R27", "R28",
    "R29", "R29a", "R30", "R31", "R32", "R40", "R41", "R42", "R43", "R44", "R45", "R50", "R51",
    "R52", "R53", "R54", "R60", "R61", "R70", "R80",
}  # fmt: skip
"""R5–R81, but for R5, which every rule with a call shows, and R81, which is about dates."""


def test_every_ruling_with_consequences_for_the_path_is_some_rules_source() -> None:
    assert {ref for rule in RULES for ref in re.findall(r"R\d+a?", rule.source)} == PATH_RULINGS


def test_every_possible_answer_is_given_by_some_rule() -> None:
    offered: set[tuple[str, str, str]] = set()
    given: set[tuple[str, str, str]] = set()
    for rule in RULES:
        script = Script(rule.asked)
        given |= set(script.left)
        work_through(rule.flow, rule.called_from, script)
        offered |= {(f, q, answer) for f, q, possible in script.offered for answer in possible}
    assert given == offered


# --- Questions -----------------------------------------------------------------------------

YES_NO = ("yes", "no")
TYPES = ("common", "hardware", "software", "return", "dead_on_arrival", "service", "suggestion")
MORE_THAN_YES_AND_NO = {
    ("1.8.2", "8"): {TYPES},
    ("1.8.2", "18a"): {("company", "customer")},
    ("1.8.5", "3"): {("hardware", "software")},
    ("1.8.5", "9"): {("fixed", "next_visit"), ("fixed", "next_visit", "hand_back")},
}


def offered_by(rule: Rule) -> list[tuple[str, str, tuple[str, ...]]]:
    script = Script(rule.asked)
    work_through(rule.flow, rule.called_from, script)
    return script.offered


def test_answers_are_yes_and_no_except_where_a_ruling_lists_others() -> None:
    seen: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for rule in RULES:
        for flow, question, possible in offered_by(rule):
            seen.setdefault((flow, question), set()).add(possible)
    assert seen == {asked: MORE_THAN_YES_AND_NO.get(asked, {YES_NO}) for asked in seen}


def test_the_questions_are_the_decisions_of_the_handbook_and_no_others() -> None:
    asked: dict[str, set[str]] = {}
    for rule in RULES:
        for flow, question, _ in offered_by(rule):
            asked.setdefault(flow, set()).add(question)
    assert asked == {
        "1.8.1": {"6"},
        "1.8.2": {"2", "4", "6", "7a", "8", "12", "15a", "18", "18a", "23"},
        "1.8.3": {"2", "3", "7", "8", "9"},  # 5 is the visit's outcome (R31)
        "1.8.4": {"2", "6", "8", "11", "12", "14", "17"},
        "1.8.5": {"3", "3a", "3c", "8", "9", "11a", "11b"},
        "1.8.6": {"4", "5"},
    }


@pytest.mark.parametrize(
    ("called_from", "possible"),
    [
        ("1.8.3", ("fixed", "next_visit", "hand_back")),
        ("1.8.4", ("fixed", "next_visit")),
        (None, ("fixed", "next_visit")),
    ],
)
def test_a_visit_can_hand_back_only_what_escalation_sent(
    called_from: str | None, possible: tuple[str, ...]
) -> None:
    script = Script("1.8.5: 3=software 3a=yes 3c=no 8=no 9=fixed")
    work_through("1.8.5", called_from, script)
    assert ("1.8.5", "9", possible) in script.offered


def test_a_visit_handed_over_by_a_repair_under_a_request_cannot_hand_back() -> None:
    script = Script(
        "1.8.2: 2=yes 4=no 6=yes 8=hardware 1.8.4: 2=yes"
        " 1.8.5: 3=hardware 3a=yes 3c=no 8=no 9=fixed 1.8.2: 23=yes"
    )
    work_through("1.8.2", None, script)
    assert ("1.8.5", "9", ("fixed", "next_visit")) in script.offered


def test_a_question_is_asked_when_its_step_is_worked_and_not_before() -> None:
    class StopError(Exception):
        pass

    class StopAt:
        def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
            if (flow, question) == ("1.8.2", "4"):
                raise StopError
            return "yes"

    with pytest.raises(StopError):  # and an error of the answers' own passes through
        work_through("1.8.2", None, StopAt())


def test_an_answer_that_is_not_possible_is_no_answer() -> None:
    class Maybe:
        def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
            return "maybe"

    with pytest.raises(NotInHandbookError, match=r"1\.8\.2/2 was answered 'maybe'; .* yes, no"):
        work_through("1.8.2", None, Maybe())


# --- Doers (R90, R91) ----------------------------------------------------------------------

# R91's table, word for word, but for 1.8.7/5 and 6 without "the …s trained".
DOERS = """
1.8.1 | product_manager: 1, 8 · rnd: 2 · hq_engineer: 5, 7, 9 · hq_engineer + finance: 3 · product_manager + rnd: 4 · board: 6
1.8.2 | agent: 1–16, 18–20, 22–26 · other_department: 17, 21
1.8.2m | agent: 27, 28
1.8.3 | regional_engineer: 1–6 · hq_engineer: 7, 12, 15 · product_centre: 8, 11, 14 · supplier: 9, 10, 13
1.8.4 | regional_engineer: 1–3, 5–8, 10, 13–15, 18, 20 · regional_engineer + customer: 19, 21 · customer: 4, 11, 12 · hq_engineer: 16, 17, 22
1.8.5 | regional_engineer: 1–4, 3b, 7–9, 11 · service_manager: 5 · regional_engineer + logistics: 6, 12, 13 · customer: 10 · product_centre: 14
1.8.6 | product_manager: 1, 7, 15 · regional_sales: 2, 3, 9 · regional_manager: 4 · bu_manager: 5 · regional_sales + hq_engineer: 6 · product_review: 8, 16 · regional_engineer: 10 · hq_engineer: 11, 14 · customer: 12, 13
1.8.7 | product_manager + hq_engineer: 1 · hq_engineer: 2 · product_manager: 3 · product_review: 4 · product_manager + hq_engineer: 5 · hq_engineer + regional_engineer: 6
1.8.8a | sales_director + product_manager: 1 · hq_engineer: 2, 5, 6, 10 · customer: 3, 4 · product_manager: 7 · sales_director + regional_manager: 8 · bu_manager: 9
1.8.8b | bu_manager + regional_manager: 1 · hq_engineer + regional_manager + product_manager + customer: 2 · hq_engineer: 3, 4, 8 · product_manager: 5 · sales_director + regional_manager: 6 · bu_manager: 7
RETURNS | logistics: RETURNS
"""  # noqa: E501


def doers_by_label() -> dict[str, tuple[str, ...]]:
    doers: dict[str, tuple[str, ...]] = {}
    for line in DOERS.strip().splitlines():
        flow, groups = line.split(" | ")
        for group in groups.split(" · "):
            roles, numbers = group.split(": ")
            for number in numbers.split(", "):
                first, _, last = number.partition("–")
                ids = [str(i) for i in range(int(first), int(last) + 1)] if last else [first]
                for step in ids:
                    label = step if flow == "RETURNS" else f"{flow}/{step}"
                    assert label not in doers
                    doers[label] = tuple(roles.split(" + "))
    return doers


def test_the_doers_table_covers_every_step_but_the_alias_row() -> None:
    assert set(doers_by_label()) == ALL_STEPS - set(NEVER_VISITED)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.flow}: {rule.name}")
def test_every_step_is_done_by_those_whom_r91_names(rule: Rule) -> None:
    expected = doers_by_label()
    for step in work(rule).steps:
        assert step.doers == expected[step.label]


# --- The calls (R7) ------------------------------------------------------------------------

CALLERS = {"1.8.3": {"1.8.2", "1.8.4"}, "1.8.4": {"1.8.2", "1.8.5"}, "1.8.5": {"1.8.3", "1.8.4"}}
IMPOSSIBLE = [
    (flow, caller)
    for flow in FLOWS
    for caller in [*FLOWS, "RETURNS", ""]
    if caller not in CALLERS.get(flow, set())
]


def test_the_dispatch_table_holds_the_ten_flows_of_the_chapter() -> None:
    assert list(FLOWS) == [
        "1.8.1", "1.8.2", "1.8.2m", "1.8.3", "1.8.4", "1.8.5", "1.8.6", "1.8.7", "1.8.8a",
        "1.8.8b",
    ]  # fmt: skip


@pytest.mark.parametrize(("flow", "caller"), IMPOSSIBLE)
def test_a_flow_is_called_only_by_its_callers(flow: str, caller: str) -> None:
    with pytest.raises(
        NotInHandbookError, match=rf"{re.escape(flow)} is not called from '{caller}'"
    ):
        work_through(flow, caller, Script(""))


def test_the_error_names_those_who_may_call() -> None:
    with pytest.raises(NotInHandbookError, match=r"only 1\.8\.2 and 1\.8\.4 call it \(R7\)"):
        work_through("1.8.3", "1.8.5", Script(""))
    with pytest.raises(NotInHandbookError, match=r"no flow calls it \(R7\)"):
        work_through("1.8.2", "1.8.4", Script(""))


@pytest.mark.parametrize("flow", ["1.8.8", "1.8.9", "RETURNS", ""])
def test_a_flow_that_is_not_in_the_handbook_cannot_be_worked_through(flow: str) -> None:
    with pytest.raises(
        NotInHandbookError, match=rf"there is no flow '{flow}'; the flows are 1\.8\.1"
    ):
        work_through(flow, None, Script(""))


def test_the_error_is_a_value_error() -> None:
    assert issubclass(NotInHandbookError, ValueError)


def every_case(flow: str, called_from: str | None, visits: int) -> list[Record]:
    """Every way through a flow in which no loop is gone round more than `visits` times."""

    class TooLongError(Exception):
        pass

    class Replay:
        def __init__(self, given: list[str]) -> None:
            self.given = given
            self.turn = 0
            self.asked: list[str] = []
            self.possible: tuple[str, ...] = ()

        def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
            self.asked.append(f"{flow}/{question}")
            if self.asked.count(f"{flow}/{question}") > visits + 1:
                raise TooLongError
            if self.turn == len(self.given):
                self.possible = possible
                raise LookupError
            self.turn += 1
            return self.given[self.turn - 1]

    done: list[Record] = []
    todo: list[list[str]] = [[]]
    while todo:
        replay = Replay(todo.pop())
        try:
            done.append(work_through(flow, called_from, replay))
        except LookupError:
            todo += [[*replay.given, answer] for answer in replay.possible]
        except TooLongError:
            pass
    return done


OPENINGS: list[tuple[str, str | None]] = [
    *((flow, None) for flow in FLOWS),
    *((flow, caller) for flow, callers in CALLERS.items() for caller in sorted(callers)),
]


@pytest.mark.parametrize(("flow", "called_from"), OPENINGS)
def test_whatever_the_answers_a_case_keeps_the_rules_that_hold_for_all(
    flow: str, called_from: str | None
) -> None:
    cases = every_case(flow, called_from, visits=1)
    assert cases
    for worked in cases:
        trace = [step.label for step in worked.steps]
        # R29a: exchanged is where RETURNS ran, and it never runs twice (R28)
        assert trace.count("RETURNS") == (worked.outcome == "exchanged")
        # R45: a refusal is never charged
        assert not (worked.outcome == "declined" and "1.8.4/20" in trace)
        # R42: the alias row is never visited
        assert "1.8.4/9" not in trace
        # R7: no chain of calls is endless
        assert trace.count("1.8.4/22") <= 1
        assert trace.count("1.8.3/7") <= 1
        # R54: what was borrowed is returned, once
        assert trace.count("1.8.5/11") == ("1.8.5/6" in trace)
        # R22: all requests are filed once, but for a contact about an open case
        if flow == "1.8.2":
            only_asks = trace[-1] == "1.8.2/7"
            assert trace.count("1.8.2/26") == (not only_asks)


@pytest.mark.parametrize(
    ("flow", "called_from", "outcomes"),
    [
        ("1.8.1", None, {"done"}),
        ("1.8.2", None, {"solved", "declined", "exchanged", "unsolved"}),
        ("1.8.3", "1.8.2", {"solved", "declined", "exchanged"}),
        ("1.8.3", "1.8.4", {"solved", "exchanged"}),
        ("1.8.4", "1.8.2", {"solved", "declined", "exchanged"}),
        ("1.8.4", "1.8.5", {"solved", "declined", "exchanged"}),
        ("1.8.5", "1.8.3", {"solved", "declined", "unsolved"}),
        ("1.8.5", "1.8.4", {"solved", "declined", "exchanged"}),
        ("1.8.6", None, {"done", "declined"}),
    ],
)
def test_a_flow_comes_back_with_these_outcomes_only(
    flow: str, called_from: str | None, outcomes: set[str]
) -> None:
    assert {worked.outcome for worked in every_case(flow, called_from, visits=0)} == outcomes


def test_working_through_a_flow_twice_gives_two_records_of_their_own() -> None:
    first = work_through("1.8.7", None, Script(""))
    second = work_through("1.8.7", None, Script(""))
    assert first == second
    assert first.steps is not second.steps


# --- The package ---------------------------------------------------------------------------


def test_the_reference_imports_nothing_but_itself_and_the_standard_library() -> None:
    files = sorted(Path(cssim.reference.__file__).parent.glob("*.py"))
    assert files
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file.name} imports relatively"
                names = [node.module or ""]
            else:
                continue
            for name in names:
                assert name.split(".")[0] in sys.stdlib_module_names or name.startswith(
                    "cssim.reference."
                ), f"{file.name} imports {name}"


@pytest.mark.parametrize("module", [handbook, record], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    failed, tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert tried > 0
    assert failed == 0
