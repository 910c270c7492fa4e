"""1.8.5 上门服务流程: an engineer visits the customer, as often as it takes."""

from cssim.reference.record import OpenFlow, Outcome


def on_site_service(flow: OpenFlow) -> Outcome:
    """Agree a visit, borrow what it needs, work on site, and return what was borrowed."""
    flow.step("1", "regional_engineer")  # receive the notice and the fault record
    flow.step("2", "regional_engineer")  # phone the customer, agree a time
    # R51: what kind of fault? Recorded, changes no path
    flow.choice("3", "regional_engineer", among=("hardware", "software"))
    if not flow.is_so("3a"):  # a contract or industry customer? R50
        flow.step("3b", "regional_engineer")  # quotation; no refusal of it is drawn

    # R53: only a case that 1.8.3 sent can be handed back to it
    results: tuple[str, ...] = ("fixed", "next_visit")
    if flow.called_from == "1.8.3":
        results = ("fixed", "next_visit", "hand_back")

    borrowed = False  # R54: once borrowed in any visit, parts are to be returned
    while True:
        if flow.is_so("3c"):  # parts needed for this visit? R51
            _borrow_parts(flow)
            borrowed = True
        flow.step("7", "regional_engineer")  # visit

        if flow.decision("8", "regional_engineer"):  # back to the workshop? R52
            if borrowed:
                _return_all_unused(flow)
            return flow.call("1.8.4")

        match flow.choice("9", "regional_engineer", among=results):  # R53
            case "fixed":
                flow.step("10", "customer")  # check the work, sign the repair sheet
                if borrowed:
                    _return_unused_and_replaced(flow)
                return "solved"
            case "hand_back":
                if borrowed:
                    _return_all_unused(flow)
                return "unsolved"
            case _:  # "next_visit"
                continue


def _borrow_parts(flow: OpenFlow) -> None:
    """Steps 4 to 6: parts from logistics, for one visit."""
    flow.step("4", "regional_engineer")  # fill in the loan form
    flow.step("5", "service_manager")  # R51: approves; no refusal is drawn
    flow.step("6", "regional_engineer", "logistics")  # borrow the parts


def _return_unused_and_replaced(flow: OpenFlow) -> None:
    """Steps 11 to 14 after a visit that fixed it (R54)."""
    flow.step("11", "regional_engineer")  # fill in the return form
    if flow.is_so("11a"):  # good unused parts left?
        flow.step("12", "regional_engineer", "logistics")  # give them back
    if flow.is_so("11b"):  # bad parts replaced?
        flow.step("13", "regional_engineer", "logistics")  # into the area for rejects
        flow.step("14", "product_centre")  # on to the supplier for exchange


def _return_all_unused(flow: OpenFlow) -> None:
    """Steps 11 and 12 after a visit that did not fix it: all goes back good (R54)."""
    flow.step("11", "regional_engineer")
    flow.step("12", "regional_engineer", "logistics")
