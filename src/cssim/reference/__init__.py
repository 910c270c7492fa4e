"""The executable reference: handbook 1.8 written out a second time, as plain Python.

One file per flow, one function per flow, each to be read beside its step table. It was
transcribed from the tables and the rulings without sight of the flows as data, so that where
the two agree, they agree about the handbook and not about each other. It knows no time, no
people and no probabilities, and imports nothing of cssim outside this package.
"""

from cssim.reference.handbook import FLOWS, work_through
from cssim.reference.record import (
    Answers,
    NotInHandbookError,
    OpenFlow,
    Outcome,
    Record,
    Role,
    Step,
)

__all__ = [
    "FLOWS",
    "Answers",
    "NotInHandbookError",
    "OpenFlow",
    "Outcome",
    "Record",
    "Role",
    "Step",
    "work_through",
]
