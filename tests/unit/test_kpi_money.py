"""Lines of money, on logs of a few rows worked out by hand; amounts are in fen."""

import itertools

import pytest

from cssim.eventlog import EventLog
from cssim.kpi import costs, frames, money, summary
from tests.unit.small_log import AGENTS, NODES, WEEK, Log, figures, ms

DAY = 24


def priced(log: Log, **prices) -> EventLog:
    """The log with prices; every agent has the one grade, unless it is said."""
    if "wages" in prices:
        prices.setdefault("grades", [0] * len(AGENTS))
    log.terms["costs"] = {"currency": "CNY", **prices}
    return log.made()


def wage(hour, overtime=0.0, standby=0.0, on_call=0.0, grade="all"):
    return {"grade": grade, "hour": hour, "overtime": overtime, "standby": standby,
            "on_call": on_call}  # fmt: skip


def told(log: EventLog):
    """(kind, table, row, case, hours from, hours to, amount) of every line, in order."""
    found = money.read(log)
    return sorted(
        (costs.KINDS[one["kind"]], costs.SOURCES[one["table"]], int(one["row"]), int(one["case"]),
         one["from_at"] / ms(1), one["to_at"] / ms(1), int(one["amount"]))
        for one in found
    )  # fmt: skip


def short(log: EventLog, *kinds: str):
    """(kind, row, amount) of the lines of some kinds."""
    return [(one[0], one[2], one[6]) for one in told(log) if one[0] in kinds]


def one_case(log: Log, *stretches, agent="A"):
    case = log.case(0, 100)
    for begin, end in stretches:
        log.activity(case, "desk", begin, begin, end, agent=agent)
    return case


# ---- wages -------------------------------------------------------------------------------------


def test_what_is_worked_of_a_shift_is_its_cases_and_the_rest_is_idle():
    log = Log()
    one_case(log, (9, 12))
    log.duty("engineer.north", 8, 16, 2)
    assert told(priced(log, wages=[wage(6000)])) == [
        ("idle", "duty", 0, -1, 8, 16, 13 * 6000),
        ("work", "activities", 0, 0, 9, 12, 3 * 6000),
    ]


def test_work_beyond_the_shift_is_paid_with_its_premium_and_beside_the_shift():
    log = Log()
    one_case(log, (14, 18), agent="C")
    log.duty("engineer.south", 8, 16, 1)
    assert told(priced(log, wages=[wage(6000, overtime=0.5)])) == [
        ("idle", "duty", 0, -1, 8, 16, 6 * 6000),
        ("overtime", "activities", 0, 0, 16, 18, 2 * 9000),
        ("work", "activities", 0, 0, 14, 16, 2 * 6000),
    ]


def test_work_across_two_shifts_is_cut_at_each_of_their_edges():
    log = Log()
    one_case(log, (11, 15), agent="C")
    log.duty("engineer.south", 8, 12, 1)
    log.duty("engineer.south", 13, 17, 1)
    assert told(priced(log, wages=[wage(100)])) == [
        ("idle", "duty", 0, -1, 8, 12, 300),
        ("idle", "duty", 1, -1, 13, 17, 200),
        ("overtime", "activities", 0, 0, 12, 13, 100),
        ("work", "activities", 0, 0, 11, 12, 100),
        ("work", "activities", 0, 0, 13, 15, 200),
    ]


def test_pieces_of_an_activity_are_paid_and_not_the_activity():
    log = Log()
    case = log.case(0, 100)
    log.activity(case, "desk", 9, 9, 15, agent="A", pieces=3)
    log.piece(case, "desk", "work", 9, 10, agent="A")
    log.piece(case, "desk", "waiting", 10, 14)
    log.piece(case, "desk", "held", 14, 15, agent="A")
    log.duty("engineer.north", 8, 16, 2)
    assert short(priced(log, wages=[wage(100)]), "work") == [("work", 0, 100), ("work", 2, 100)]


def test_leave_and_illness_are_paid_like_presence():
    log = Log()
    log.duty("engineer.north", 8, 16, agent="A", kind="leave")
    log.duty("engineer.north", 32, 36, agent="A", kind="sick")
    log.duty("engineer.north", 36, 40, agent="A")
    assert short(priced(log, wages=[wage(100)]), "leave", "sickness", "idle", "work") == [
        ("idle", 2, 400), ("leave", 0, 800), ("sickness", 1, 400),
    ]  # fmt: skip


def test_a_turn_on_call_is_paid_and_what_is_worked_in_it_beside_that():
    log = Log()
    one_case(log, (19, 21), (23, 25))
    log.duty("engineer.north", 8, 16, agent="A")
    log.duty("engineer.north", 16, 24, agent="A", kind="on_call")
    wages = [wage(100, overtime=0.5, standby=20, on_call=1)]
    assert short(priced(log, wages=wages), "standby", "on_call", "overtime") == [
        ("on_call", 0, 400), ("on_call", 1, 200), ("overtime", 1, 150), ("standby", 1, 160),
    ]  # fmt: skip


def test_the_people_of_a_row_are_paid_by_their_grades():
    log = Log()
    one_case(log, (9, 12), agent="B")
    log.duty("engineer.north", 8, 16, 2)
    wages = [wage(100, grade="new"), wage(1000, grade="old")]
    assert told(priced(log, wages=wages, grades=[0, 1, 0, 0])) == [
        ("idle", "duty", 0, -1, 8, 16, 800),
        ("idle", "duty", 0, -1, 8, 16, 5000),
        ("work", "activities", 0, 0, 9, 12, 3000),
    ]


def test_people_of_the_pool_without_rows_of_their_own_keep_to_their_own_pools_rows():
    log = Log()
    one_case(log, (9, 12), agent="C")
    log.duty("engineer.north", 8, 16, 2)
    log.duty("engineer.south", 10, 16, 1)
    assert short(priced(log, wages=[wage(100)]), "work", "overtime") == [
        ("overtime", 0, 100), ("work", 0, 200),
    ]  # fmt: skip


def test_what_goes_on_at_the_runs_end_is_paid_up_to_then_and_before_the_run_nothing_is():
    log = Log(end_at=24)
    case = log.case(0)
    log.activity(case, "desk", -5, -2, 3, agent="A")
    log.activity(case, "desk", 20, 20, None, agent="A")
    assert [one[:1] + one[4:] for one in told(priced(log, wages=[wage(100)]))] == [
        ("overtime", 0, 3, 300), ("overtime", 20, 24, 400),
    ]  # fmt: skip


def test_each_line_is_rounded_once_halves_up():
    log = Log()
    one_case(log, (9, 9.5))
    assert told(priced(log, wages=[wage(1001)]))[0][6] == 501


# ---- journeys ----------------------------------------------------------------------------------


def test_a_journey_costs_its_time_there_and_back_and_a_visit_once_however_many_travel():
    log = Log()
    case = log.case(0, 100)
    log.piece(case, "fix", "travel", 9, 10, agent="A")
    log.piece(case, "fix", "travel", 10, 12, agent="B")
    log.piece(case, "fix", "work", 12, 13, agent="A")
    log.piece(case, "fix", "travel", 30, 31, agent="A", visit=2)
    log.piece(case, "fix", "back", 33, 34, agent="A", visit=2)
    travel = {"hour": 3000.0, "km": 0.0, "visit": 2500.0}
    assert short(priced(log, travel=travel), "travel") == [
        ("travel", 0, 2500), ("travel", 0, 3000), ("travel", 1, 6000), ("travel", 3, 2500),
        ("travel", 3, 3000), ("travel", 4, 3000),
    ]  # fmt: skip


# ---- parts -------------------------------------------------------------------------------------


def test_what_leaves_good_stock_costs_its_price_and_what_comes_back_repaired_gives_it_back():
    log = Log()
    case = log.case(0, 100)
    log.move(0, "initial", "on_shelf", count=5, place=0, to=1)
    log.move(2, "on_shelf", "lent", case, count=2)
    log.move(3, "lent", "installed", case, count=1, to=0)
    log.move(4, "lent", "on_shelf", case, count=1)
    log.move(5, "on_shelf", "installed", case, count=1, to=0)
    log.move(6, "taken_out", "quarantine", case, count=1, place=0, to=1)
    log.move(7, "quarantine", "repair", count=1, to=0)
    log.move(8, "repair", "on_shelf", count=1, place=0, to=1)
    log.move(9, "bought", "in_transit", count=3, place=0, to=1)
    made = priced(log, price=[8000.0], repair=[900.0])
    assert short(made, "parts_used", "parts_restored", "repair") == [
        ("parts_restored", 7, -8000), ("parts_used", 2, 8000), ("parts_used", 4, 8000),
        ("repair", 6, 900),
    ]  # fmt: skip


def test_what_was_with_the_supplier_when_the_run_began_was_paid_before():
    log = Log()
    log.move(0, "initial", "repair", count=2, place=0, to=0)
    log.move(8, "repair", "on_shelf", count=2, place=0, to=1)
    assert short(priced(log, price=[8000.0], repair=[900.0]), "repair") == []


def test_every_way_between_two_places_is_transport_once():
    log = Log()
    log.move(0, "initial", "on_shelf", count=9, place=0, to=1)
    log.move(1, "bought", "in_transit", count=3, place=0, to=1)
    log.move(2, "in_transit", "on_shelf", count=3)
    log.move(3, "on_shelf", "in_transit", count=2, place=1, to=2)
    log.move(4, "in_transit", "on_shelf", count=2, place=2)
    log.move(5, "on_shelf", "lent", log.case(0), place=2)
    log.move(6, "quarantine", "repair", to=0)
    log.move(7, "repair", "on_shelf", place=0, to=1)
    log.move(8, "repair", "scrapped", place=0)
    made = priced(log, price=[0.0], transport=[150.0])
    assert short(made, "transport") == [
        ("transport", 1, 450), ("transport", 3, 300), ("transport", 6, 150), ("transport", 7, 150),
    ]  # fmt: skip


def test_between_a_van_and_its_region_nothing_is_transported():
    log = Log()
    log.move(0, "initial", "on_shelf", count=9, place=0, to=1)
    log.move(1, "on_shelf", "in_transit", log.case(0), place=2, to=1)
    log.move(2, "on_shelf", "in_transit", count=2, place=1, to=2)
    log.move(3, "on_shelf", "in_transit", count=2, place=1, to=3)
    made = priced(log, price=[0.0], transport=[150.0])
    made.terms["within_reach"] = [[0, 1]]
    assert short(made, "transport") == [("transport", 3, 300)]


def test_a_shipment_to_a_case_costs_once_by_its_way_and_is_its_cases():
    log = Log()
    case = log.case(0)
    log.move(1, "on_shelf", "in_transit", case, count=3, place=2, to=1)
    log.move(2, "in_transit", "on_shelf", case, count=3)
    log.move(3, "bought", "in_transit", case, place=0, to=1)
    log.move(4, "on_shelf", "in_transit", place=2, to=1)  # an order of the shelf
    log.move(5, "on_shelf", "in_transit", case, place=1, to=2)
    made = priced(log, price=[0.0], shipments=[[1, 2, 5000.0], [1, 0, 9000.0]])
    assert [one[:4] + one[6:] for one in told(made) if one[0] == "shipment"] == [
        ("shipment", "stock", 0, case, 5000), ("shipment", "stock", 2, case, 9000),
    ]  # fmt: skip


def test_storage_is_for_each_span_in_which_a_shelfs_level_stood_still():
    log = Log(end_at=5 * DAY)
    log.move(0, "initial", "on_shelf", count=3, place=0, to=1)
    log.move(0, "initial", "on_shelf", count=1, place=0, to=2)
    log.move(2 * DAY, "on_shelf", "lent", log.case(0), count=2)
    log.move(4 * DAY, "lent", "on_shelf", 0, count=1)
    assert told(priced(log, price=[100.0], storage=[10.0]))[-4:] == [
        ("storage", "stock", 0, -1, 0, 2 * DAY, 2 * 3 * 10),
        ("storage", "stock", 1, -1, 0, 5 * DAY, 5 * 10),
        ("storage", "stock", 2, -1, 2 * DAY, 4 * DAY, 2 * 10),
        ("storage", "stock", 3, -1, 4 * DAY, 5 * DAY, 2 * 10),
    ]


def test_capital_is_tied_up_in_all_good_parts_of_ours_by_the_year():
    log = Log(end_at=73 * DAY)  # a fifth of a year
    log.move(0, "initial", "on_shelf", count=2, place=0, to=1)
    log.move(0, "on_shelf", "lent", log.case(0))
    log.move(0, "bought", "in_transit", place=0, to=1)
    log.move(0, "initial", "quarantine", place=0, to=1)
    made = priced(log, price=[100_000.0], capital=0.1)
    assert [one[2:] for one in told(made) if one[0] == "capital"] == [
        (row, -1, 0, 73 * DAY, 2000) for row in (1, 1, 2)
    ]


# ---- dues --------------------------------------------------------------------------------------


def test_a_step_with_a_cost_is_paid_each_time_it_is_completed():
    log = Log()
    case = log.case(0)
    log.activity(case, "parts", 1, 1, 2)
    log.activity(case, "parts", 3, 3, None)
    log.activity(case, "desk", 3, 3, 4)
    assert told(priced(log, steps=[[NODES.index("parts"), 6000.0]])) == [
        ("steps", "activities", 0, 0, 2, 2, 6000)
    ]


def test_a_customer_pays_at_a_step_or_with_an_answer_and_parts_of_his_case_once():
    log = Log()
    other, one = log.case(0), log.case(0)
    for case, answer in ((one, "yes"), (other, "no")):
        log.activity(case, "desk", 1, 1, 2, answer=answer)
    log.activity(one, "hq", 5, 5, 6)
    log.activity(one, "hq", 7, 7, 8)
    log.move(4, "on_shelf", "installed", one, to=0)
    log.move(7, "on_shelf", "installed", one, count=2, to=0)
    log.move(9, "on_shelf", "installed", one, to=0)
    log.move(4, "on_shelf", "installed", other, to=0)
    charges = [
        {"node": NODES.index("desk"), "answer": 0, "price": 300.0, "parts": False},
        {"node": NODES.index("hq"), "answer": -1, "price": 0.0, "parts": True},
    ]
    made = priced(log, price=[1000.0], charges=charges)
    assert [line for line in told(made) if line[0] == "charge"] == [
        ("charge", "activities", 0, one, 2, 2, -300),
        ("charge", "stock", 0, one, 6, 6, -1000),
        ("charge", "stock", 1, one, 8, 8, -2000),
    ]


def broken(log: Log, *hours, clock="resolution", contract="standard", **more):
    """A case whose clock breaks, for each of some hours."""
    for hour in hours:
        case = log.case(0, contract=contract)
        log.clock(case, ("start", 0), ("breach", hour), clock=clock, target=hour, **more)


def penalties(breach=None, missed=0.0, cap=None, cap_period="year"):
    return {"breach": breach or {}, "missed": missed, "cap": cap, "cap_period": cap_period}


def test_a_penalty_is_for_each_breach_of_a_clock_that_the_contract_names():
    log = Log()
    broken(log, 4)
    broken(log, 4, clock="first_response")
    broken(log, 4, contract="office")
    broken(log, 6, promise=1)  # R94: agreed anew, not promised
    log.case(0, kind="chaser")
    log.clock(4, ("breach", 4))
    said = {"standard": penalties({"resolution": 500.0})}
    assert told(priced(log, penalties=said)) == [("penalty", "clocks", 1, 0, 4, 4, 500)]


def test_a_cap_is_for_each_calendar_period_and_the_window_cuts_it():
    log = Log(from_at=48, to_at=96)
    broken(log, 10, 20, 50, 60, 70, 100)
    said = {"standard": penalties({"resolution": 500.0}, cap=1200.0)}
    amounts = [line[6] for line in told(priced(log, penalties=said))]
    assert amounts == [500, 500, 500, 500, 200, 500]


def test_a_month_below_its_target_is_a_credit_at_its_end_with_its_last_breach():
    log = Log(to_at=40 * DAY, end_at=50 * DAY)  # from 6 January to 14 February
    log.terms["attainment"] = {"standard": {"target": 0.5, "period": "month"}}
    broken(log, 4, 8)
    log.clock(1, ("stop", 9))
    kept = log.case(0)
    log.clock(kept, ("start", 0), ("stop", 3))
    for hour in (700, 701):  # in February half is kept, which is enough
        case = log.case(hour - 4)
        log.clock(case, ("start", hour - 4), ("stop" if hour == 700 else "breach", hour))
    said = {"standard": penalties(missed=9000.0)}
    ends = 26 * DAY - 1 / 3_600_000
    assert [line[:4] + line[5:] for line in told(priced(log, penalties=said))] == [
        ("credit", "clocks", 3, -1, pytest.approx(ends), 9000)
    ]


def test_a_credit_for_what_broke_before_the_run_has_its_clocks_last_row():
    log = Log()
    log.terms["attainment"] = {"standard": {"target": 0.9, "period": "month"}}
    case = log.case(-50)
    log.clock(case, ("start", -50), target=4)
    assert [
        line[:3] for line in told(priced(log, penalties={"standard": penalties(missed=1.0)}))
    ] == [("credit", "clocks", 0)]


def test_the_frame_has_words_for_what_a_line_is_of_and_names_its_row():
    made = paid()
    frame = frames.costs(made).set_index("kind")
    charge, work = frame.loc["charge"], frame.loc["work"]
    assert (charge["table"], charge["contract"], charge["region"]) == (
        "activities", "standard", "north",
    )  # fmt: skip
    assert (charge["amount"], charge["quantity"], charge["currency"]) == (-700, 1, "CNY")
    assert made["activities"][charge["row"]]["node"] == NODES.index("hq")
    assert (work["to_at"] - work["from_at"]).total_seconds() == 3 * 3600
    assert frame["contract"].isna().loc["idle"].all()


# ---- figures -----------------------------------------------------------------------------------


def paid(**window) -> EventLog:
    """A case in the north with three hours of work, a charge, and a pool that is idle else."""
    log = Log(**window)
    case = one_case(log, (9, 12))
    log.activity(case, "hq", 50, 50, 51)
    log.case(0, 30, region="south", contract="office")
    log.duty("engineer.north", 8, 16, 2)
    log.duty("hq", 8, 9, 1)
    charges = [{"node": NODES.index("hq"), "answer": -1, "price": 700.0, "parts": False}]
    return priced(log, wages=[wage(6000)], charges=charges)


def test_cost_revenue_and_margin_are_those_of_the_lines():
    found = figures(summary.measures(paid()))
    assert found["cost", "all"] == 17 * 60
    assert found["cost", "kind=work"] == 3 * 60
    assert found["cost", "kind=idle"] == 14 * 60
    assert found["cost", "kind=overtime"] == 0
    assert ("cost", "kind=capital") not in found
    assert found["revenue", "all"] == 7
    assert found["margin", "all"] == 7 - 17 * 60


def test_what_has_a_case_is_its_contracts_and_regions_and_idle_time_its_pools():
    found = figures(summary.measures(paid()))
    assert found["cost", "contract=standard"] == 3 * 60
    assert found["cost", "contract=office"] == 0
    assert found["cost", "region=north"] == 16 * 60  # and the hour of headquarters in all alone
    assert found["margin", "region=north"] == 7 - 16 * 60


def test_the_window_has_its_part_of_what_lasts_and_all_of_what_is_of_a_moment():
    found = figures(summary.measures(paid(from_at=10, to_at=51)))
    assert found["cost", "kind=work"] == 2 * 60
    assert found["cost", "kind=idle"] == 13 * 60 * 6 / 8
    assert ("revenue", "all") in found
    assert found["revenue", "all"] == 0  # it is paid at 51


def test_windows_that_follow_each_other_have_all_of_it_to_the_fen():
    log = Log()
    one_case(log, (9, 9.7))
    made = priced(log, wages=[wage(6001)])
    found = money.read(made)
    edges = [ms(hour) for hour in (0, 9.1, 9.33, 9.4, 200)]
    parts = [costs.within(found, pair).sum() for pair in itertools.pairwise(edges)]
    assert sum(parts) == found["amount"].sum()
    assert min(parts[:3]) > 0


def test_the_cost_of_a_case_is_its_own_lines_over_all_that_closed():
    found = figures(summary.measures(paid(to_at=5)))
    assert found["cost_per_case", "statistic=mean"] == 3 * 60 / 2
    assert found["cost_per_case", "region=north;statistic=mean"] == 3 * 60
    assert found["cost_per_case", "contract=office;statistic=mean"] == 0


def test_without_prices_there_are_no_figures_and_no_lines():
    log = Log(to_at=WEEK)
    one_case(log, (9, 12))
    made = log.made()
    assert len(money.read(made)) == 0
    assert not {"cost", "margin"} & {kpi for kpi, _ in figures(summary.measures(made))}
