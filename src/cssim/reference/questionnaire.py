"""1.8.8a 客户满意度问卷调查: asking customers in writing how satisfied they are."""

from cssim.reference.record import OpenFlow, Outcome


def satisfaction_questionnaire(flow: OpenFlow) -> Outcome:
    """Ask, sum up, and improve (R80)."""
    flow.step("1", "sales_director", "product_manager")  # design the questionnaire
    flow.step("2", "hq_engineer")  # send it to customers
    # R80: 3 and 4 happen once per customer who answers, and stand once here
    flow.step("3", "customer")  # fill it in, unnamed
    flow.step("4", "customer")  # send it back
    flow.step("5", "hq_engineer")  # analyse what came back
    flow.step("6", "hq_engineer")  # write the satisfaction report
    flow.step("7", "product_manager")  # read it, propose improvements
    flow.step("8", "sales_director", "regional_manager")  # work the proposals out in detail
    flow.step("9", "bu_manager")  # decide on measures, carry them out
    flow.step("10", "hq_engineer")  # adjust the service
    return "done"  # R8
