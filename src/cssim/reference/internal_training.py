"""1.8.7 客服内部培训流程: training our own people.

R70: the diagram's numbers hold; the table's 7, 8 and 9 are 4, 5 and 6 here.
"""

from cssim.reference.record import OpenFlow, Outcome


def internal_training(flow: OpenFlow) -> Outcome:
    """Prepare the material, train headquarters, and headquarters trains the regions."""
    flow.step("1", "product_manager", "hq_engineer")  # what do our people need to learn?

    # R70: in parallel
    flow.step("2", "hq_engineer")  # help to write the material
    flow.step("3", "product_manager")  # write the material

    flow.step("4", "product_review")  # review it
    flow.step("5", "product_manager", "hq_engineer")  # train headquarters
    flow.step("6", "hq_engineer", "regional_engineer")  # train the regions
    return "done"  # R8
