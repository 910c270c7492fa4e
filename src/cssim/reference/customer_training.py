"""1.8.6 客户培训流程: training customers on a product, and learning from what they say of it."""

from cssim.reference.record import OpenFlow, Outcome


def customer_training(flow: OpenFlow) -> Outcome:
    """Plan a training, have it paid for, hold it, and improve the material."""
    flow.step("1", "product_manager")  # write the product manual, guide sales and trainers
    flow.step("2", "regional_sales")  # find out what customers need to learn
    flow.step("3", "regional_sales")  # plan and budget
    over_budget = flow.decision("4", "regional_manager")  # R60
    if over_budget and not flow.decision("5", "bu_manager"):  # agreed all the same? R60
        return "declined"

    # R61: in parallel
    flow.step("6", "regional_sales", "hq_engineer")  # help to write the material
    flow.step("7", "product_manager")  # write or choose the material

    flow.step("8", "product_review")  # R61: reviews; no refusal is drawn
    flow.step("9", "regional_sales")  # find the trainers

    # R61: in parallel
    flow.step("10", "regional_engineer")  # hold the training
    flow.step("11", "hq_engineer")  # prepare the feedback form

    flow.step("12", "customer")  # fill in the feedback form
    flow.step("13", "customer")  # send it to customer service
    flow.step("14", "hq_engineer")  # record the feedback, pass on the figures
    flow.step("15", "product_manager")  # correct the material
    flow.step("16", "product_review")  # R61: reviews; no refusal is drawn
    return "done"  # R8
