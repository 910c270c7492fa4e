"""Parts (R54, R97): lines, loans, settlement, returns, orders, repairs."""

import pytest

from cssim.eventlog import ANSWERED_BY
from tests.sim import handbook_worlds
from tests.sim.handbook_worlds import likely, row
from tests.sim.worlds import (
    World,
    answers,
    began,
    case,
    choice,
    clocks,
    fixed,
    kept,
    moves,
    node,
    pieces,
    pool,
    sittings,
    steps,
)

VISIT = {"problem": "software", "on_site_cover": "yes"}
INITIAL = ("board", "initial", "on_shelf@north")


@pytest.fixture
def desk(world: World) -> World:
    """Every visit needs two boards, of which four are there; all used, all replaced bad ones."""
    return handbook_worlds.requests(world)


def stocked(world: World, part: str = "board", **rule: int) -> None:
    world.set(parts={"stock": {"north": {part: rule}}})


def needed(world: World, **parts: object) -> None:
    world.scenario["products"]["router"]["visit_parts"] = parts


def told(log, part="board"):
    """Moves of one part without the initial ones: (count, from, to, case, at)."""
    return [one[1:] for one in moves(log) if one[0] == part and one[2] != "initial"]


def account(log, state, part="board"):
    """How many units of a part an account holds at the end."""
    return sum(
        count * ((to == state) - (origin == state))
        for name, count, origin, to, _, _ in moves(log)
        if name == part
    )


# ---- loans --------------------------------------------------------------------------------


def test_6_lends_what_was_needed_and_the_settlement_tells_what_became_of_it(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    assert told(log) == [
        (2, "on_shelf@north", "lent@north", 0, "mon 11:10"),  # 6 starts
        (2, "lent@north", "installed", 0, "mon 15:10"),  # 9 says fixed
        (2, "taken_out", "quarantine@north", 0, "mon 15:40"),  # 13
        (2, "quarantine@north", "repair", -1, "mon 15:50"),  # 14: a batch is full
        (2, "repair", "on_shelf@north", -1, "2 mon 15:50"),
    ]
    assert answers(log, 0)["1.8.5/11a"] == ["no"]
    assert answers(log, 0)["1.8.5/11b"] == ["yes"]


def test_what_was_not_used_goes_back_to_the_shelf_at_12(desk: World) -> None:
    desk.set(parts={"used": 0})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    assert told(log) == [
        (2, "on_shelf@north", "lent@north", 0, "mon 11:10"),
        (2, "lent@north", "on_shelf@north", 0, "mon 15:40"),  # 12
    ]
    assert answers(log, 0)["1.8.5/11a"] == ["yes"]
    assert answers(log, 0)["1.8.5/11b"] == ["no"]


def test_a_part_may_be_fitted_where_none_was_replaced(desk: World) -> None:
    desk.set(parts={"replaced": 0})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    assert [answers(log, 0)[f"1.8.5/{n}"] for n in ("11a", "11b")] == [["no"], ["no"]]
    assert account(log, "quarantine@north") == 0
    assert account(log, "installed") == 2


def test_after_8_yes_all_goes_back_good_and_nothing_is_asked(desk: World) -> None:
    desk.set(answers=likely(f185_8="yes"))
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    asked = answers(log, 0)
    assert "1.8.5/11a" not in asked
    assert "1.8.5/11b" not in asked
    assert [one[:3] for one in told(log)] == [
        (2, "on_shelf@north", "lent@north"), (2, "lent@north", "on_shelf@north"),
    ]  # fmt: skip
    flow = [one[0] for one in steps(log, 0, only="1.8.5")]
    assert flow[-4:] == ["1.8.5/7", "1.8.5/8", "1.8.5/11", "1.8.5/12"]


def test_after_hand_back_all_goes_back_good(desk: World) -> None:
    desk.set(answers=likely(f185_9="hand_back"))
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert [one[:3] for one in told(desk.run())] == [
        (2, "on_shelf@north", "lent@north"), (2, "lent@north", "on_shelf@north"),
    ]  # fmt: skip


def test_loans_carry_over_visits_and_are_settled_once(desk: World) -> None:
    desk.set(answers={
        "1.8.5/9": {"weights": row("1.8.5/9", next_visit=1), "visits": {
            "2": row("1.8.5/9", fixed=1)
        }},
    })  # fmt: skip
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    lent = [one for one in told(log) if one[2] == "lent@north"]
    assert [one[0] for one in lent] == [2, 2]
    assert [one[0] for one in told(log) if one[2] == "installed"] == [4]
    assert account(log, "lent@north") == 0
    assert len(began(log, "1.8.5/13")) == 1


def test_a_visit_without_parts_borrows_nothing_and_returns_nothing(desk: World) -> None:
    desk.set(answers=likely(f185_3c="no"))
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    log = desk.run()
    assert told(log) == []
    assert {one[0] for one in steps(log, 0, only="1.8.5")}.isdisjoint(
        {f"1.8.5/{n}" for n in ("4", "5", "6", "11", "12", "13", "14")}
    )


def test_what_is_given_back_and_handed_in_is_one_sitting_of_both(desk: World) -> None:
    # of the two boards one is used and one comes back: 12 and 13 follow each other
    desk.set(parts={"used": 0.5})
    desk.cases("1.8.2", [case(f"mon 09:{m:02}", **VISIT) for m in range(0, 40, 2)])
    stocked(desk, initial=100)
    log = desk.run()
    both = [n for n in range(20) if answers(log, n)["1.8.5/11a"] == ["yes"]
            and answers(log, n)["1.8.5/11b"] == ["yes"]]  # fmt: skip
    assert both
    for number in both:
        together = next(one for one in sittings(log, number) if "1.8.5/12" in one)
        assert [one for one in together if one != "1.8.5/11b"] == ["1.8.5/12", "1.8.5/13"]


# ---- the wrong parts ----------------------------------------------------------------------


@pytest.fixture
def mistaken(desk: World) -> World:
    """Every other visit finds that it has the wrong boards; eight cases, hours apart."""
    desk.set(parts={"wrong": 0.5})
    stocked(desk, initial=60)
    desk.cases("1.8.2", [case(f"mon {9 + hour:02}:00", **VISIT) for hour in range(8)])
    return desk


def visits(log, number):
    """What a case's visits found, whether more parts were needed after, and who said so."""
    rows, names = log["activities"], ("1.8.5/9", "1.8.5/3c")
    return [
        (log.terms["answers"][one["answer"]], ANSWERED_BY[one["answered_by"]])
        for one in rows[rows["case"] == number]
        if node(log, int(one["node"])) in names
    ]


def test_the_wrong_parts_make_a_next_visit_with_others_and_go_back_good(mistaken: World) -> None:
    log = mistaken.run()
    again = [n for n in range(len(log["cases"])) if len(visits(log, n)) == 4]
    assert again
    for number in again:  # twice there
        assert visits(log, number) == [
            ("yes", "draw"), ("next_visit", "fact"), ("yes", "fact"), ("fixed", "draw"),
        ]  # fmt: skip
        mine = [one[1:4] for one in moves(log) if one[4] == number]
        assert mine == [
            (2, "on_shelf@north", "lent@north"),
            (2, "on_shelf@north", "lent@north"),
            (2, "lent@north", "installed"),  # only what was right
            (2, "lent@north", "on_shelf@north"),
            (2, "taken_out", "quarantine@north"),
        ]


def test_so_many_visits_have_the_wrong_parts(mistaken: World) -> None:
    del mistaken.scenario["demand"]
    mistaken.cases("1.8.2", [case(f"mon 0{hour}:{minute:02}", **VISIT)
                             for hour in range(8) for minute in range(0, 60, 2)])  # fmt: skip
    stocked(mistaken, initial=2000)
    log = mistaken.run()
    found = [one for n in range(len(log["cases"])) for one in visits(log, n) if one[0] in
             ("next_visit", "fixed")]  # fmt: skip
    wrong = sum(by == "fact" for _, by in found)
    assert abs(wrong - len(found) / 2) < 3 * (len(found) / 4) ** 0.5


def test_who_needs_no_parts_has_no_wrong_ones(mistaken: World) -> None:
    mistaken.set(answers={"1.8.5/3c": {"weights": row("1.8.5/3c", no=1)}})
    log = mistaken.run()
    for number in range(8):
        assert visits(log, number) == [("no", "draw"), ("fixed", "draw")]


# ---- lines of parts -----------------------------------------------------------------------


def test_who_finds_the_shelf_empty_waits_for_the_next_order(desk: World) -> None:
    stocked(desk, initial=2, reorder_point=0, order_quantity=3)
    desk.cases("1.8.2", [case("mon 09:00", **VISIT), case("mon 09:05", **VISIT)])
    desk.set(answers=likely(f185_9="hand_back"), parts={"used": 0})
    desk.scenario["parts"]["lead_time"] = {"acme": fixed("2 h")}
    log = desk.run()
    assert next(one for one in told(log) if "bought" in one) == (
        3, "bought", "in_transit@north", -1, "mon 11:10",  # what is free has come down to 0
    )  # fmt: skip
    assert (3, "in_transit@north", "on_shelf@north", -1, "mon 13:10") in told(log)
    assert began(log, "1.8.5/6") == [(0, "mon 11:10"), (1, "mon 13:10")]
    assert ("waiting", "1.8.5/6", "-", "mon 11:15", "mon 13:10") in pieces(log, "waiting")


def test_every_unit_that_comes_is_kept_for_the_first_and_nobody_passes(desk: World) -> None:
    # the second needs two of which one is free; the third would need only one
    stocked(desk, initial=3, reorder_point=0, order_quantity=1)
    desk.set(
        attributes={"product": choice("router", "small")},
        products={"small": {"supplier": "acme", "visit_parts": {"board": {"chance": 1}}}},
        answers=likely(f185_9="hand_back"),
    )
    desk.scenario["parts"]["lead_time"] = {"acme": fixed("1 h")}
    desk.cases("1.8.2", [
        case("mon 09:00", **VISIT), case("mon 09:05", **VISIT),
        case("mon 09:10", **VISIT, product="small"),
    ])  # fmt: skip
    log = desk.run()
    assert [number for number, _ in began(log, "1.8.5/6")] == [0, 1, 2]
    kept = [one for one in told(log) if one[2] == "lent@north"]
    assert [one[3] for one in kept] == [0, 1, 2]


def test_6_is_enabled_when_all_types_are_kept_in_lines_of_their_own(desk: World) -> None:
    # the first needs board and disk, and waits for the disk; it keeps the board meanwhile
    needed(desk, board={"chance": 1}, disk={"chance": 1})
    desk.set(
        attributes={"product": choice("router", "small")},
        products={"small": {"supplier": "acme", "visit_parts": {"board": {"chance": 1}}}},
        parts={
            "types": {"disk": {"supplier": "acme", "price": "1 CNY"}},
            "stock": {"north": {
                "board": kept(1, 0, 1),
                "disk": kept(0, 0, 1),
            }},
        },
    )  # fmt: skip
    desk.scenario["parts"]["lead_time"] = {"acme": fixed("5 h")}
    desk.cases("1.8.2", [case("mon 09:00", **VISIT), case("mon 09:05", **VISIT, product="small")])
    log = desk.run()
    # the disk is ordered at 11:10, and so is the board that the second case will get
    assert began(log, "1.8.5/6") == [(0, "mon 16:10"), (1, "mon 16:10")]
    assert sorted(one[3:] for one in told(log) if one[2] == "lent@north") == [
        (0, "mon 16:10"), (1, "mon 16:10"),
    ]  # fmt: skip


def test_nobody_is_held_while_a_part_is_missing(desk: World) -> None:
    stocked(desk, initial=0)
    desk.set(pools={"regional_engineer": pool(1), "logistics": pool(1)})
    desk.cases("1.8.2", [
        case("mon 09:00", **VISIT), case("mon 12:00", problem="dead_on_arrival"),
    ])  # fmt: skip
    log = desk.run()
    assert pieces(log, "held") == []
    assert began(log, "1.8.2/RETURNS") == [(1, "mon 12:50")]
    assert began(log, "1.8.5/6") == [(0, "sat 11:10")]


def test_waiting_for_a_part_may_pause_the_clock(desk: World) -> None:
    stocked(desk, initial=0)
    desk.set(sla={"pause": {"resolution": ["part"]}})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    found = clocks(desk.run(), 0)
    assert ("pause", "mon 11:10", 2.167) in found
    assert ("resume", "sat 11:10", 2.167) in found


# ---- orders -------------------------------------------------------------------------------


def test_an_order_is_placed_when_what_is_there_has_come_down_to_the_point(desk: World) -> None:
    stocked(desk, initial=6, reorder_point=2, order_quantity=5)
    desk.cases("1.8.2", [case("mon 09:00", **VISIT), case("tue 09:00", **VISIT)])
    orders = [one for one in told(desk.run()) if one[1] == "bought"]
    assert orders == [(5, "bought", "in_transit@north", -1, "tue 11:10")]


def test_what_is_on_order_counts_and_what_is_owed_is_taken_off(desk: World) -> None:
    stocked(desk, initial=0, reorder_point=1, order_quantity=3)
    desk.cases("1.8.2", [case("mon 09:00", **VISIT), case("mon 09:05", **VISIT)])
    orders = [one for one in told(desk.run()) if one[1] == "bought"]
    # owed two: -2 + 3 = 1, not above the point, so six; then four owed: 6 - 4 = 2 is enough
    assert [(one[0], one[4]) for one in orders] == [(3, "mon 11:10"), (3, "mon 11:10")]


# ---- repairs ------------------------------------------------------------------------------


def test_bad_units_leave_in_batches_and_nobody_waits_for_them(desk: World) -> None:
    desk.set(parts={"batch": 3})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT), case("tue 09:00", **VISIT)])
    log = desk.run()
    assert [one for one in told(log) if one[2] == "repair"] == [
        (3, "quarantine@north", "repair", -1, "tue 15:50")
    ]
    assert account(log, "quarantine@north") == 1
    assert began(log, "1.8.5/14") == [(0, "mon 15:40"), (1, "tue 15:40")]


def test_what_the_supplier_cannot_repair_is_scrapped(desk: World) -> None:
    desk.set(parts={"repaired": 0})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert told(desk.run())[-1] == (2, "repair", "scrapped", -1, "2 mon 15:50")


# ---- use in the workshop, and exchange ----------------------------------------------------


def test_13_uses_up_parts_of_its_product_and_waits_for_them(desk: World) -> None:
    stocked(desk, initial=0)
    desk.set(products={"router": {"repair_parts": {"1.8.4/13": {"board": {"chance": 1}}}}})
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    log = desk.run()
    # 1.8.4: 1, 2, the customer brings it, 5, 6, 8 until 10:50
    assert steps(log, 0, only="1.8.4/8")[0][3] == "mon 10:50"
    assert began(log, "1.8.4/13") == [(0, "sat 10:50")]
    assert (1, "on_shelf@north", "installed", 0, "sat 10:50") in told(log)
    assert sittings(log, 0)[2] == ["1.8.4/5", "1.8.4/6", "1.8.4/8"]


def test_16_uses_up_parts_from_the_shelf_of_the_cases_region(desk: World) -> None:
    desk.set(
        answers=likely(f184_8="no"),
        products={"router": {"repair_parts": {"1.8.4/16": {"board": {"chance": 1}}}}},
    )
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    log = desk.run()
    assert [one[:4] for one in told(log)] == [(1, "on_shelf@north", "installed", 0)]
    assert told(log)[0][4] == began(log, "1.8.4/16")[0][1]


def test_what_a_product_does_not_need_is_not_used(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    assert told(desk.run()) == []


def test_returns_takes_a_unit_and_puts_the_old_one_in_quarantine(desk: World) -> None:
    desk.set(parts={"batch": 9})
    desk.cases("1.8.2", [case("mon 09:00", problem="dead_on_arrival")])
    log = desk.run()
    assert told(log, "box") == [
        (1, "on_shelf@north", "installed", 0, "mon 09:50"),
        (1, "taken_out", "quarantine@north", 0, "mon 10:00"),
    ]
    assert account(log, "quarantine@north", "box") == 1


def test_returns_waits_for_a_unit(desk: World) -> None:
    stocked(desk, "box", initial=0)
    desk.cases("1.8.2", [case("mon 09:00", problem="dead_on_arrival")])
    assert began(desk.run(), "1.8.2/RETURNS") == [(0, "sat 09:50")]


def test_parts_are_found_where_a_source_names_no_region_and_there_is_one(desk: World) -> None:
    desk.set(
        demand={"north": {"kind": "profile", "flow": "1.8.2", "rate": "1 per day"}},
        attributes={"problem": {"kind": "choice", "weights": {
            "common": 0, "hardware": 0, "software": 0, "return": 0, "dead_on_arrival": 1,
            "service": 0, "suggestion": 0,
        }}},
    )  # fmt: skip
    for with_promises in (True, False):
        if not with_promises:
            del desk.scenario["sla"]
            del desk.scenario["live"]
        log = desk.run()
        assert began(log, "1.8.2/RETURNS")


def test_what_is_not_repairable_is_scrap_once_it_may_leave(desk: World) -> None:
    desk.scenario["parts"]["types"]["board"]["repairable"] = False
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    assert told(desk.run())[-1] == (2, "quarantine@north", "scrapped", -1, "mon 15:50")
