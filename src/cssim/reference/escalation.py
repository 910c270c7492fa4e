"""1.8.3 产品问题反馈追溯流程: a problem goes up, from the region to the supplier, until solved.

It is also what 1.8.2 calls technical support (R6).
"""

from cssim.reference.record import OpenFlow, Outcome


def escalation(flow: OpenFlow) -> Outcome:
    """Try by phone, then on site, then further up."""
    if flow.called_from == "1.8.4":  # R7: phone and visit are behind it
        return _headquarters(flow)

    flow.step("1", "regional_engineer")  # the problem is a software problem
    if flow.decision("2", "regional_engineer"):  # solved by phone? R31
        return _explain(flow)
    if not flow.decision("3", "regional_engineer"):  # on-site cover? R31
        return _headquarters(flow)

    flow.step("4", "regional_engineer")  # link: on-site service
    outcome = flow.call("1.8.5")
    flow.step("5", "regional_engineer")  # R31: did the visit solve it? Not asked, the outcome says
    if outcome == "solved":
        return _explain(flow)
    if outcome == "declined":
        return "declined"  # R31: nothing more is tried for a customer who refused
    return _headquarters(flow)  # unsolved; never exchanged, as no second 1.8.3 is called (R7)


def _headquarters(flow: OpenFlow) -> Outcome:
    """Step 7 and upwards, each level asked in turn (R32)."""
    if flow.decision("7", "hq_engineer"):  # solved by headquarters?
        return _solved_by_headquarters(flow)
    if flow.decision("8", "product_centre"):  # solved by the product centre?
        return _solved_by_product_centre(flow)
    if flow.decision("9", "supplier"):  # solved by the supplier? R32: its attempt
        return _solved_by_supplier(flow)
    return _solved_by_nobody(flow)


def _solved_by_supplier(flow: OpenFlow) -> Outcome:
    """The supplier's solution goes down, to the product centre first (R32)."""
    flow.step("10", "supplier")  # tell the product centre the solution
    return _solved_by_product_centre(flow)


def _solved_by_product_centre(flow: OpenFlow) -> Outcome:
    """The product centre's solution goes down, to headquarters first (R32)."""
    flow.step("11", "product_centre")  # tell headquarters the solution
    return _solved_by_headquarters(flow)


def _solved_by_headquarters(flow: OpenFlow) -> Outcome:
    """Headquarters' solution goes down to the region (R32)."""
    flow.step("12", "hq_engineer")  # tell the region the solution
    return _explain(flow)


def _solved_by_nobody(flow: OpenFlow) -> Outcome:
    """The bad news goes down, and the product is exchanged (R32)."""
    flow.step("13", "supplier")  # tell the product centre it cannot be solved; R32: the notice
    flow.step("14", "product_centre")  # tell headquarters
    flow.step("15", "hq_engineer")  # tell the region
    flow.returns()  # R32
    return "exchanged"


def _explain(flow: OpenFlow) -> Outcome:
    """Step 6: the region explains the solution to the customer."""
    flow.step("6", "regional_engineer")  # explain it, keep a record
    return "solved"
