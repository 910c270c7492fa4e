"""1.8.2m: the monthly service report, steps 27 and 28 of the service-request flow.

R30: it is no customer's case, but runs once a month over all that was filed in the month.
"""

from cssim.reference.record import OpenFlow, Outcome


def monthly_report(flow: OpenFlow) -> Outcome:
    """Sum up the month's requests, and send the report round."""
    flow.step("27", "agent")  # analyse types and causes, write the month's report
    flow.step("28", "agent")  # send it to the departments and the company's leaders
    return "done"  # R8
