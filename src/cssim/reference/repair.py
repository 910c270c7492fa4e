"""1.8.4 硬件维修流程: repairing a machine, in the region's workshop or at headquarters.

Row 9 of the table is the diagram's *yes* at 8 and its work is step 13, so it is never a step
of a case (R42). 平台 and 大区 are the same place, and so are 本部 and 总部 (R3).
"""

from cssim.reference.record import OpenFlow, Outcome


def hardware_repair(flow: OpenFlow) -> Outcome:
    """Get the machine in, repair it where it can be repaired, and give it back."""
    if flow.called_from != "1.8.5":  # R7: else the machine is already with the engineer
        flow.step("1", "regional_engineer")  # a hardware problem that the phone cannot solve
        if flow.decision("2", "regional_engineer"):  # on-site cover? R40
            flow.step("3", "regional_engineer")  # link: on-site service
            return flow.hand_over("1.8.5")  # R7
        flow.step("4", "customer")  # bring the machine in

    flow.step("5", "regional_engineer")  # examine the machine, note the fault
    under_warranty = flow.decision("6", "regional_engineer")  # R41
    if not under_warranty:
        flow.step("7", "regional_engineer")  # quote the price of the parts
        if not flow.decision("11", "customer"):  # repair at that price? R41
            return _give_back_unrepaired(flow)

    if flow.decision("8", "regional_engineer"):  # can the region repair it?
        flow.step("13", "regional_engineer")  # repair it
        if flow.decision("14", "regional_engineer"):  # is it repaired? R42
            return _give_back_repaired(flow, under_warranty)

    flow.step("10", "regional_engineer")  # R42, R43: propose to send it to headquarters
    if not flow.decision("12", "customer"):  # send it there? R43
        return _give_back_unrepaired(flow)
    flow.step("15", "regional_engineer")  # send it
    flow.step("16", "hq_engineer")  # repair it at headquarters
    if flow.decision("17", "hq_engineer"):  # is it repaired? R44
        flow.step("18", "regional_engineer")  # check what headquarters did
        return _give_back_repaired(flow, under_warranty)

    flow.step("22", "hq_engineer")  # tell the region it cannot be repaired; link: escalation
    if flow.is_open("1.8.3"):
        return "unsolved"  # R7: the open instance goes on at its own step 5
    return flow.call("1.8.3")  # R44


def _give_back_repaired(flow: OpenFlow, under_warranty: bool) -> Outcome:
    """Steps 19 to 21: confirm with the customer, charge what warranty does not pay (R45)."""
    flow.step("19", "regional_engineer", "customer")  # confirm the repair together
    if not under_warranty:
        flow.step("20", "regional_engineer")  # charge the parts
    flow.step("21", "regional_engineer", "customer")  # deliver the machine, or it is fetched
    return "solved"


def _give_back_unrepaired(flow: OpenFlow) -> Outcome:
    """Steps 19 and 21 for a customer who refused, and is never charged (R41, R43, R45)."""
    flow.step("19", "regional_engineer", "customer")
    flow.step("21", "regional_engineer", "customer")
    return "declined"
