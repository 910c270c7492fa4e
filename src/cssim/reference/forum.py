"""1.8.8b 客户满意度调查恳谈会: meeting customers to hear how satisfied they are."""

from cssim.reference.record import OpenFlow, Outcome


def satisfaction_forum(flow: OpenFlow) -> Outcome:
    """Meet, write down what was said, and improve (R80)."""
    flow.step("1", "bu_manager", "regional_manager")  # organise the meeting
    # R80: one meeting of four parties
    flow.step("2", "hq_engineer", "regional_manager", "product_manager", "customer")
    flow.step("3", "hq_engineer")  # write the minutes
    flow.step("4", "hq_engineer")  # write the satisfaction report
    flow.step("5", "product_manager")  # read it, lead the search for measures
    flow.step("6", "sales_director", "regional_manager")  # work the measures out in detail
    flow.step("7", "bu_manager")  # approve them
    flow.step("8", "hq_engineer")  # improve the service
    return "done"  # R8
