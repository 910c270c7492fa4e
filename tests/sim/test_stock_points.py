"""Shelves in echelons: when each orders, from where, and what a case takes from elsewhere."""

from typing import Any

import pytest

from cssim.eventlog import EventLog
from tests.sim.chains import assert_goes_on
from tests.sim.worlds import World, case, choice, fixed, kept, moves, pool, step, steps, told


@pytest.fixture
def shop(world: World) -> World:
    """Every job uses up one board, at once if it is there; a supplier needs two days."""
    world.set(
        regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}},
        pools={"worker": pool("ample")},
        attributes={"product": choice("router")},
        work={"jobs/1": {"time": fixed("0 s")}},
        suppliers={"acme": {"calendar": "always"}},
        products={"router": {"supplier": "acme",
                             "repair_parts": {"jobs/1": {"board": {"chance": 1}}}}},
        parts={
            "types": {"board": {"supplier": "acme", "price": "10 CNY"}},
            "stock": {name: {"board": kept(2, 0, 2)} for name in ("north", "south")},
            "lead_time": {"acme": fixed("2 d")},
            "used": 1, "replaced": 1, "batch": 1, "repair_time": {"acme": fixed("7 d")},
            "repaired": 1,
        },
    )  # fmt: skip
    world.flow("jobs", {"1": step("worker", effect={"parts": "use"})})
    return world


def keeps(shop: World, place: str, part: str = "board", **said: Any) -> None:
    shop.scenario["parts"]["stock"].setdefault(place, {})[part] = said


def jobs(shop: World, *moments: str, region: str = "north") -> None:
    shop.cases("jobs", [case(at, region=region) for at in moments])


def orders(log: EventLog) -> list[tuple[int, str, str, str]]:
    """(count, from, to, when) of what is sent to a shelf."""
    return [(n, was, to, at) for _, n, was, to, _, at in moves(log) if to.startswith("in_transit")]


def wanted(log: EventLog) -> list[tuple[int, str, str, str, str, str]]:
    """(case, part, given, from where, asked, kept) of what cases have asked for."""
    parts, places = log.terms["parts"], [*log.terms["places"], "supplier"]
    return [
        (int(row["case"]), parts[row["part"]], parts[row["given"]], places[row["from_place"]],
         told(row["at"]), told(row["kept_at"]))
        for row in log["wanted"]
        if row["case"] >= 0
    ]  # fmt: skip


# ---- policies -------------------------------------------------------------------------------


def test_base_stock_orders_one_for_each_that_is_taken(shop: World) -> None:
    keeps(shop, "north", kind="base_stock", initial=2, order_up_to=2)
    jobs(shop, "mon 09:00", "mon 10:00", "mon 11:00")
    log = shop.run()
    assert orders(log) == [
        (1, "bought", "in_transit@north", f"mon {hour}:00") for hour in ("09", "10", "11")
    ]
    assert [row[3] for row in steps(log)] == ["mon 09:00", "mon 10:00", "wed 09:00"]


def test_base_stock_of_nothing_orders_what_is_asked_for(shop: World) -> None:
    keeps(shop, "north", kind="base_stock", initial=0, order_up_to=0)
    jobs(shop, "mon 09:00", "mon 10:00")
    assert [row[3] for row in steps(shop.run())] == ["wed 09:00", "wed 10:00"]


def test_min_max_orders_up_to_the_level_once_little_is_left(shop: World) -> None:
    keeps(shop, "north", kind="min_max", initial=4, reorder_point=1, order_up_to=6)
    jobs(shop, *(f"mon {hour:02}:00" for hour in range(9, 15)))
    # at 11:00 one is left: five make six; then 5, 4, 3 are there or on order, less one owed
    assert orders(shop.run()) == [(5, "bought", "in_transit@north", "mon 11:00")]


def test_a_shelf_with_reviews_is_looked_at_on_its_midnights_only(shop: World) -> None:
    keeps(shop, "north", kind="min_max", initial=2, reorder_point=1, order_up_to=3, review="7 d")
    jobs(shop, "mon 09:00", "tue 09:00", "wed 09:00")
    log = shop.run()
    assert orders(log) == [(4, "bought", "in_transit@north", "2 mon 00:00")]
    assert steps(log)[2][3] == "2 wed 00:00"


def test_what_happens_at_the_midnight_of_a_review_is_seen_by_it(shop: World) -> None:
    keeps(shop, "north", kind="base_stock", initial=1, order_up_to=1, review="1 d")
    jobs(shop, "tue 00:00")
    assert orders(shop.run()) == [(1, "bought", "in_transit@north", "tue 00:00")]


def test_every_seventh_review_is_a_mondays_whenever_the_run_begins(shop: World) -> None:
    keeps(shop, "north", kind="base_stock", initial=1, order_up_to=1, review="7 d")
    jobs(shop, "fri 09:00")
    shop.set(time={"start": "2025-01-08"})
    (order,) = orders(shop.run())
    assert order[3] == "sat 00:00"  # five days after a Wednesday, told as if that were a Monday


def test_a_rotable_is_never_ordered(shop: World) -> None:
    keeps(shop, "north", kind="rotable", initial=1)
    jobs(shop, "mon 09:00", "mon 10:00")
    log = shop.run()
    assert orders(log) == []
    assert wanted(log)[-1] == (1, "board", "board", "north", "mon 10:00", "never")


# ---- echelons -------------------------------------------------------------------------------


@pytest.fixture
def depot(shop: World) -> World:
    """Both regions keep one, and order one by one from a central store that has one."""
    shop.set(parts={"points": {"central": {"title": {"zh": "中心", "en": "Central"}}}})
    for region in ("north", "south"):
        keeps(shop, region, kind="base_stock", initial=1, order_up_to=1,
              transport=fixed("6 h"), ordered_from="central")  # fmt: skip
    keeps(shop, "central", kind="base_stock", initial=1, order_up_to=1)
    return shop


def test_a_shelf_orders_from_another_which_orders_from_the_supplier(depot: World) -> None:
    jobs(depot, "mon 09:00")
    assert orders(depot.run()) == [
        (1, "on_shelf@central", "in_transit@north", "mon 09:00"),
        (1, "bought", "in_transit@central", "mon 09:00"),
    ]


def test_orders_of_shelves_are_served_first_come_first_served(depot: World) -> None:
    depot.cases("jobs", [case("mon 09:00", region="north"), case("mon 10:00", region="south"),
                         case("mon 11:00", region="north")])  # fmt: skip
    log = depot.run()
    sent = [row[1:] for row in orders(log) if row[1] == "on_shelf@central"]
    # the central store has one; what the supplier sends at 9, 10 and 11 is there two days later
    assert sent == [
        ("on_shelf@central", "in_transit@north", "mon 09:00"),
        ("on_shelf@central", "in_transit@south", "wed 09:00"),
        ("on_shelf@central", "in_transit@north", "wed 10:00"),
    ]
    assert [row[3] for row in steps(log)] == ["mon 09:00", "mon 10:00", "mon 15:00"]


def test_an_order_leaves_when_all_of_it_is_there(depot: World) -> None:
    keeps(depot, "north", kind="fixed_quantity", initial=1, reorder_point=0, order_quantity=2,
          transport=fixed("6 h"), ordered_from="central")  # fmt: skip
    jobs(depot, "mon 09:00")
    assert orders(depot.run()) == [
        (2, "bought", "in_transit@central", "mon 09:00"),
        (2, "on_shelf@central", "in_transit@north", "wed 09:00"),
    ]


def test_what_is_owed_to_other_shelves_is_an_order_not_a_case(depot: World) -> None:
    jobs(depot, "mon 09:00", "mon 10:00")
    rows = depot.run()["wanted"]
    of_shelves = rows[rows["case"] < 0]
    assert [told(at) for at in of_shelves["kept_at"]] == ["mon 09:00", "wed 09:00"]
    assert set(of_shelves["place"].tolist()) == {2}


# ---- from elsewhere -------------------------------------------------------------------------


@pytest.fixture
def near(shop: World) -> World:
    """North has nothing and takes from south, which keeps one; two hours away."""
    keeps(shop, "north", kind="base_stock", initial=0, order_up_to=0)
    keeps(shop, "south", kind="base_stock", initial=2, order_up_to=2)
    shop.set(parts={"sourcing": {"north": {
        "north": {}, "south": {"time": fixed("2 h"), "price": "50 CNY", "keeps": 1},
    }}})  # fmt: skip
    return shop


def test_what_a_region_has_not_is_taken_from_the_next_place_that_has_it(near: World) -> None:
    jobs(near, "mon 09:00", "mon 10:00")
    log = near.run()
    assert [row[3] for row in steps(log)] == ["mon 11:00", "wed 10:00"]
    assert wanted(log) == [
        (0, "board", "board", "south", "mon 09:00", "mon 11:00"),
        (1, "board", "board", "north", "mon 10:00", "wed 10:00"),  # south keeps its last one
    ]
    assert orders(log) == [
        (1, "on_shelf@south", "in_transit@north", "mon 09:00"),
        (1, "bought", "in_transit@south", "mon 09:00"),
        (1, "bought", "in_transit@north", "mon 10:00"),
    ]


def test_from_the_supplier_it_always_comes_and_the_shelf_orders_nothing(near: World) -> None:
    near.scenario["parts"]["sourcing"]["north"] = {"north": {}, "supplier": {"time": fixed("3 h")}}
    jobs(near, "mon 09:00")
    log = near.run()
    assert orders(log) == [(1, "bought", "in_transit@north", "mon 09:00")]
    assert steps(log)[0][3] == "mon 12:00"


def test_a_shipment_may_be_for_some_cases_alone(near: World) -> None:
    near.scenario["parts"]["sourcing"]["north"] = {
        "supplier": {"time": fixed("3 h"), "of": {"severity": ["1", "2"]}},
        "south": {"time": fixed("4 h")},
    }
    near.cases("jobs", [case("mon 09:00", severity="1"), case("mon 10:00", severity="4")])
    log = near.run()
    assert [row[3] for row in steps(log)] == ["mon 12:00", "mon 14:00"]
    assert [row[3] for row in wanted(log)] == ["supplier", "south"]


def test_from_a_van_it_is_there_at_once(near: World) -> None:
    near.set(parts={"points": {"van": {"title": {"zh": "车", "en": "Van"}}}})
    near.scenario["parts"]["sourcing"]["north"] = {"van": {}, "north": {}}
    keeps(near, "van", kind="base_stock", initial=1, order_up_to=1)
    jobs(near, "mon 09:00")
    log = near.run()
    assert steps(log)[0][3] == "mon 09:00"
    assert [row[1:4] for row in moves(log) if row[4] == 0] == [
        (1, "on_shelf@van", "in_transit@north"), (1, "in_transit@north", "on_shelf@north"),
        (1, "on_shelf@north", "installed"),
    ]  # fmt: skip


def test_what_waits_for_others_there_is_not_taken_away(near: World) -> None:
    keeps(near, "south", kind="base_stock", initial=0, order_up_to=0)
    near.scenario["parts"]["sourcing"]["north"]["south"]["keeps"] = 0
    near.cases("jobs", [case("mon 09:00", region="south"), case("mon 10:00", region="north")])
    assert [row[3] for row in wanted(near.run())] == ["south", "north"]


@pytest.fixture
def newer(shop: World) -> World:
    """There is a newer board that does as well, in both regions."""
    shop.set(parts={"types": {"newer": {"supplier": "acme", "price": "20 CNY"}}})
    shop.scenario["parts"]["types"]["board"]["substitutes"] = ["newer"]
    for region in ("north", "south"):
        keeps(shop, region, kind="base_stock", initial=0, order_up_to=0)
        keeps(shop, region, "newer", kind="base_stock", initial=1, order_up_to=1)
    return shop


def test_what_does_as_well_is_given_where_the_part_is_not_there(newer: World) -> None:
    jobs(newer, "mon 09:00", "mon 10:00")
    log = newer.run()
    assert wanted(log) == [
        (0, "board", "newer", "north", "mon 09:00", "mon 09:00"),
        (1, "board", "board", "north", "mon 10:00", "wed 10:00"),
    ]
    assert [(row[0], row[3]) for row in moves(log) if row[3] == "installed"] == [
        ("newer", "installed"), ("board", "installed"),
    ]  # fmt: skip


def test_a_substitute_from_near_comes_before_the_part_from_far(newer: World) -> None:
    keeps(newer, "south", kind="base_stock", initial=1, order_up_to=1)
    newer.set(parts={"sourcing": {"north": {"north": {}, "south": {"time": fixed("2 h")}}}})
    jobs(newer, "mon 09:00", "mon 10:00")
    assert [row[2:4] for row in wanted(newer.run())] == [("newer", "north"), ("board", "south")]


# ---- several at once, and a cut -------------------------------------------------------------


def test_a_case_that_needs_two_parts_waits_for_both(near: World) -> None:
    near.set(parts={"types": {"disk": {"supplier": "acme", "price": "10 CNY"}}})
    keeps(near, "north", "disk", kind="base_stock", initial=0, order_up_to=0)
    keeps(near, "south", "disk", kind="base_stock", initial=0, order_up_to=0)
    near.scenario["products"]["router"]["repair_parts"]["jobs/1"]["disk"] = {"chance": 1}
    jobs(near, "mon 09:00")
    log = near.run()
    assert steps(log)[0][3] == "wed 09:00"
    assert sorted(row[5] for row in wanted(log)) == ["mon 11:00", "wed 09:00"]


def test_a_run_that_is_cut_goes_on(depot: World) -> None:
    """Also with orders that wait for the central store, in their order."""
    keeps(depot, "central", kind="min_max", initial=2, reorder_point=0, order_up_to=3, review="3 d")
    depot.cases("jobs", [
        case(f"{day} {hour}:10", region=region)
        for day in ("mon", "tue", "wed", "thu", "fri")
        for hour, region in (("20", "north"), ("22", "south"), ("23", "north"))
    ])  # fmt: skip
    assert_goes_on(depot, 2, 3, 5, 6, 8)  # it is looked at on the second, fifth, eighth day
