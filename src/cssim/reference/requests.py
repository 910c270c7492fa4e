"""1.8.2 用户服务需求处理流程: how a customer's request is taken, worked and filed.

Steps 27 and 28 are no case's: see the monthly report (R30).
"""

from cssim.reference.record import OpenFlow, Outcome

# R23: the answers of step 8.
PROBLEM_TYPES = (
    "common",
    "hardware",
    "software",
    "return",
    "dead_on_arrival",
    "service",
    "suggestion",
)

# R28: the answers of question 18a.
RESPONSIBLE = ("company", "customer")


def service_requests(flow: OpenFlow) -> Outcome:
    """Take a request, find out what it is, have it dealt with, and file it."""
    flow.step("1", "agent")  # the 800 line takes the request
    if not flow.decision("2", "agent"):  # within scope and service period? R20
        flow.step("3", "agent")  # tell the customer why, and where to get service
        return _file(flow, "solved")  # R29a

    if flow.decision("4", "agent"):  # a key account? R21
        flow.step("5", "agent")  # hand to the account's dedicated person

    if not flow.decision("6", "agent"):  # a new problem?
        return _already_in_progress(flow)

    # R23: record the problem; what type is it?
    match flow.choice("8", "agent", among=PROBLEM_TYPES):
        case "common":
            flow.step("9", "agent")  # answer from the list of common problems
            return _can_it_be_solved(flow)  # R24: straight to 18
        case "hardware":
            flow.step("10", "agent")  # link: hardware repair
            return _does_the_outcome_solve_it(flow, flow.call("1.8.4"))  # R24
        case "software":
            flow.step("11", "agent")  # link: technical support, which is 1.8.3 (R6)
            return _does_the_outcome_solve_it(flow, flow.call("1.8.3"))  # R24
        case "return":
            if flow.decision("12", "agent"):  # within the return rules? R25
                return _exchange(flow)
            return _can_it_be_solved_without_a_return(flow)
        case "dead_on_arrival":
            flow.step("13", "agent")  # link: returns flow
            return _exchange(flow)  # R25
        case "service":
            flow.step("14", "agent")  # tell the department to investigate and explain
            return _department_investigates(flow)  # R26: 14 has told it, no 16
        case _:  # "suggestion"
            flow.step("15", "agent")  # record it, sum up what it shows
            if flow.is_so("15a"):  # serious or repeated? R26
                return _department_is_told(flow)
            return _file(flow, "solved")


def _already_in_progress(flow: OpenFlow) -> Outcome:
    """Step 7: tell the customer how the open case stands (R22)."""
    flow.step("7", "agent")
    if flow.is_so("7a"):  # a repeated or serious complaint?
        return _department_is_told(flow)
    return "solved"  # R22: no 26, for the open case will be filed by its own


# Connector A: step 18, can the problem be solved? ------------------------------------------


def _can_it_be_solved(flow: OpenFlow) -> Outcome:
    """Step 18 after 9: asked, and if it cannot be solved, so is whose responsibility it is."""
    if flow.decision("18", "agent"):
        return _follow_up(flow)
    if flow.question("18a", among=RESPONSIBLE) == "company":  # R28
        flow.step("19", "agent")  # link: returns flow
        return _exchange(flow)
    return _cannot_be_solved(flow, "unsolved")


def _can_it_be_solved_without_a_return(flow: OpenFlow) -> Outcome:
    """Step 18 after a refused return: asked, but whose responsibility is not (R25)."""
    if flow.decision("18", "agent"):
        return _follow_up(flow)
    return _cannot_be_solved(flow, "unsolved")


def _does_the_outcome_solve_it(flow: OpenFlow, outcome: Outcome) -> Outcome:
    """Step 18 after 10 or 11: nothing is asked, the called flow's outcome answers (R28)."""
    flow.step("18", "agent")
    if outcome == "solved":
        return _follow_up(flow)
    if outcome == "declined":  # the customer is responsible
        return _cannot_be_solved(flow, "declined")
    flow.step("19", "agent")  # the company is responsible; link: returns flow
    if outcome == "exchanged":
        return _file(flow, "exchanged")  # R28: not exchanged a second time
    return _exchange(flow)


def _follow_up(flow: OpenFlow) -> Outcome:
    """Steps 23 to 25: watch until the problem is solved within the time promised (R29)."""
    while not flow.decision("23", "agent"):  # solved within the promised time?
        flow.step("24", "agent")  # find the cause of the delay
        flow.step("25", "agent")  # explain it to the customer, agree a new time
    return _file(flow, "solved")


def _cannot_be_solved(flow: OpenFlow, outcome: Outcome) -> Outcome:
    """Step 20: tell the customer; any further help is charged, which adds no step (R28)."""
    flow.step("20", "agent")
    return _file(flow, outcome)  # R29a


def _exchange(flow: OpenFlow) -> Outcome:
    """The returns flow, and the file (R25, R28)."""
    flow.returns()
    return _file(flow, "exchanged")  # R29a


# Connector B: step 21, the department's answer ---------------------------------------------


def _department_is_told(flow: OpenFlow) -> Outcome:
    """Step 16: tell the department of a repeated or serious complaint (R22, R26)."""
    flow.step("16", "agent")
    return _department_investigates(flow)


def _department_investigates(flow: OpenFlow) -> Outcome:
    """Steps 17, 21, 22: the department looks into it, and the customer hears of it (R27)."""
    flow.step("17", "other_department")  # investigate
    flow.step("21", "other_department")  # tell customer service what was found
    flow.step("22", "agent")  # tell the customer
    return _file(flow, "solved")  # R29a


def _file(flow: OpenFlow, outcome: Outcome) -> Outcome:
    """Step 26: record and file the result."""
    flow.step("26", "agent")
    return outcome
