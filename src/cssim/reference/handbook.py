"""The handbook's flows, who may call them, and how a case is worked through one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cssim.reference.customer_training import customer_training
from cssim.reference.escalation import escalation
from cssim.reference.forum import satisfaction_forum
from cssim.reference.internal_training import internal_training
from cssim.reference.monthly_report import monthly_report
from cssim.reference.planning import service_planning
from cssim.reference.questionnaire import satisfaction_questionnaire
from cssim.reference.record import Answers, NotInHandbookError, OpenFlow, Outcome, Record
from cssim.reference.repair import hardware_repair
from cssim.reference.requests import service_requests
from cssim.reference.visit import on_site_service

FLOWS: Mapping[str, Callable[[OpenFlow], Outcome]] = {
    "1.8.1": service_planning,
    "1.8.2": service_requests,
    "1.8.2m": monthly_report,
    "1.8.3": escalation,
    "1.8.4": hardware_repair,
    "1.8.5": on_site_service,
    "1.8.6": customer_training,
    "1.8.7": internal_training,
    "1.8.8a": satisfaction_questionnaire,
    "1.8.8b": satisfaction_forum,
}

# R7: which flows call which; no other flow is called.
CALLERS: Mapping[str, tuple[str, ...]] = {
    "1.8.3": ("1.8.2", "1.8.4"),
    "1.8.4": ("1.8.2", "1.8.5"),
    "1.8.5": ("1.8.3", "1.8.4"),
}


def work_through(flow: str, called_from: str | None, answers: Answers) -> Record:
    """Work a case through a flow, and through every flow that one calls, to the end.

    Args:
        flow: The flow's id, one of `FLOWS`.
        called_from: The flow that made the call, the only other one open; None where the flow
            was called by none. A 1.8.5 called from 1.8.4 was handed the case, so above it no
            flow is open.
        answers: Asked each question at the moment its step is worked.

    Raises:
        NotInHandbookError: There is no such flow, it is not called from there, or an answer is none
            of the possible ones. Errors of `answers` pass through.

    Example:
        >>> class OutOfScope:
        ...     def take(self, flow, question, possible):
        ...         return "no"
        >>> record = work_through("1.8.2", None, OutOfScope())
        >>> [step.label for step in record.steps], record.outcome
        (['1.8.2/1', '1.8.2/2', '1.8.2/3', '1.8.2/26'], 'solved')
    """
    if flow not in FLOWS:
        raise NotInHandbookError(f"there is no flow {flow!r}; the flows are {', '.join(FLOWS)}")
    callers = CALLERS.get(flow, ())
    if called_from is not None and called_from not in callers:
        by_whom = f"only {' and '.join(callers)} call it" if callers else "no flow calls it"
        raise NotInHandbookError(f"{flow} is not called from {called_from!r}: {by_whom} (R7)")

    handed_over = (flow, called_from) == ("1.8.5", "1.8.4")  # R7: that 1.8.4 has ended
    open_above = () if called_from is None or handed_over else (called_from,)
    opened = OpenFlow(flow, called_from, open_above, answers, FLOWS)
    outcome = FLOWS[flow](opened)
    return Record(opened.steps, outcome)
