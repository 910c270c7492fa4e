"""1.8.1 客户服务规划流程: planning the service that goes with a new product."""

from cssim.reference.record import OpenFlow, Outcome


def service_planning(flow: OpenFlow) -> Outcome:
    """Design product and service side by side, review the plan until it passes, and launch."""
    flow.step("1", "product_manager")  # research the market, conceive product and service

    # R10: in parallel, 2 → 4 and 3
    flow.step("2", "rnd")  # design the product
    flow.step("3", "hq_engineer", "finance")  # draft the service plan, weigh cost and benefit
    flow.step("4", "product_manager", "rnd")  # review the finished design

    flow.step("5", "hq_engineer")  # update the plan to the product as designed
    while not flow.decision("6", "board"):  # does the plan pass? R10: reviewed until it does
        flow.step("7", "hq_engineer")  # revise the plan
    flow.step("8", "product_manager")  # bring the product to market
    flow.step("9", "hq_engineer")  # receive means, and start the warranty service
    return "done"  # R8
