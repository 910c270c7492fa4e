"""Dispatch: in which order a line is served, by each preset and by formulas, told by hand."""

from typing import Any

import pytest

from cssim.blueprint import rules
from cssim.scenario import model_dispatch
from tests.sim.worlds import (
    World,
    began,
    case,
    choice,
    fixed,
    pool,
    step,
    steps,
)  # fmt: skip

HOURS = {"tight": "4 h", "medium": "10 h", "loose": "50 h"}

FIRST = case("mon 08:00", severity="4")  # is worked on until 9:00
FIVE = [
    case("mon 08:05", severity="3", contract="loose"),  # due wed 10:05
    case("mon 08:10", severity="4", contract="tight"),  # due mon 12:10
    case("mon 08:15", severity="2", contract="medium"),  # due mon 18:15
    case("mon 08:20", severity="3", contract="tight"),  # due mon 12:20
    case("mon 08:25", severity="1", contract="loose"),  # due wed 10:25
]


@pytest.fixture
def one(world: World) -> World:
    """One worker, steps of an hour, promises by contract and not by severity."""
    world.set(
        attributes={
            "contract": choice(*HOURS),
            "channel": choice("web", "phone"),
            "key_account": choice("no", "yes"),
        },
        sla={
            "contract": {"by": "contract", "of": {name: name for name in HOURS}},
            "contracts": {
                name: {
                    "calendar": "always",
                    "first_response": dict.fromkeys("1234", target),
                    "resolution": dict.fromkeys("1234", target),
                }
                for name, target in HOURS.items()
            },
            "applies_to": ["work", "long"],
        },
        live={"channel": "phone"},
        pools={"worker": pool(1)},
        work={
            "work/1": {"time": fixed("1 h")},
            "plain/1": {"time": fixed("1 h")},
            "long/1": {"time": fixed("8 h")},
            "far/1": {"time": fixed("1 h"), "travel": fixed("2 h")},
        },
    )
    for flow in ("work", "plain", "long", "far"):
        world.flow(flow, {"1": step("worker")})
    return world


def by(formula: str) -> dict[str, str]:
    return {"formula": formula}


def order(world: World, said: Any, *cases: Any, **dispatch: Any) -> list[int]:
    """In which order cases of one flow are begun, all behind the first."""
    world.set(dispatch={"order": said, **dispatch})
    world.cases("work", [FIRST, *cases])
    numbers = [number for number, _ in began(world.run(), "work")]
    assert numbers[0] == 0
    return numbers[1:]


def flows(world: World, said: Any, *cases: tuple[str, Any]) -> list[str]:
    """The same for one case of each of some flows, by name."""
    world.set(dispatch={"order": said})
    world.flow("before", {"1": step("worker")})
    world.set(work={"before/1": {"time": fixed("1 h")}})
    world.cases("before", [FIRST])
    for flow, one in cases:
        world.cases(flow, [one])
    names = [row[1].partition("/")[0] for row in steps(world.run())]
    assert names[0] == "before"
    return names[1:]


# ---- presets ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "served"),
    [
        ("due", [5, 3, 4, 1, 2]),  # severity 1, 2, 3 (due 12:20, wed), 4
        ("fifo", [5, 3, 1, 4, 2]),  # severity 1, 2, 3 (8:05, 8:20), 4
        ("strict_fifo", [1, 2, 3, 4, 5]),
        ("edd", [2, 4, 3, 1, 5]),  # 12:10, 12:20, 18:15, wed 10:05, wed 10:25
        ("least_slack", [2, 4, 3, 1, 5]),  # as planned all take an hour
        ("ageing", [5, 3, 1, 4, 2]),  # a day is a step: nobody waits that long
    ],
)
def test_a_preset_serves_the_line_in_its_order(one: World, preset: str, served: list[int]) -> None:
    assert order(one, preset, *FIVE) == served


def test_with_ageing_each_step_of_waiting_counts_as_one_of_severity(one: World) -> None:
    # steps of 7 min: 3 + 5/7 = 3.7, 4 + 10/7 = 5.4, 2 + 15/7 = 4.1, 3 + 20/7 = 5.9, 1 + 25/7 = 4.6
    assert order(one, "ageing", *FIVE, ageing="7 min") == [1, 3, 5, 2, 4]


def test_the_shorter_the_step_of_ageing_the_more_it_is_first_come_first_served(one: World) -> None:
    assert order(one, "ageing", *FIVE, ageing="1 min") == [1, 2, 3, 4, 5]


TIGHT, MEDIUM = (
    case("mon 08:10", contract="tight"),  # due 12:10; an hour: to be begun by 11:10
    case("mon 08:15", contract="medium"),  # due 18:15; eight hours: by 10:15
)


def test_the_least_slack_is_what_is_left_after_the_planned_length(one: World) -> None:
    assert flows(one, "least_slack", ("work", TIGHT), ("long", MEDIUM)) == ["long", "work"]


def test_the_earliest_due_date_does_not_ask_how_long_it_takes(one: World) -> None:
    assert flows(one, "edd", ("work", TIGHT), ("long", MEDIUM)) == ["work", "long"]


@pytest.mark.parametrize("preset", ["edd", by("-time_left")])
@pytest.mark.parametrize(
    ("due", "served"), [("3 h", ["plain", "work"]), ("5 h", ["work", "plain"])]
)
def test_work_without_a_promise_is_due_so_long_after_it_was_enabled(
    one: World, preset: Any, due: str, served: list[str]
) -> None:
    one.set(dispatch={"no_promise": {"due": due}})
    plain = case("mon 08:20")  # due 11:20 or 13:20
    assert flows(one, preset, ("work", TIGHT), ("plain", plain)) == served


@pytest.mark.parametrize(
    "said",
    ["due", "fifo", "strict_fifo", "edd", "least_slack", "ageing", by("severity"), by("-waiting")],
)
def test_live_calls_go_before_deferred_work_in_every_order(one: World, said: Any) -> None:
    live = case("mon 08:30", severity="4", contract="loose", channel="phone")
    assert order(one, said, *FIVE, live)[0] == 6


def test_a_pool_has_an_order_of_its_own(one: World) -> None:
    one.set(
        pools={"worker": pool(1, order="strict_fifo"), "other": pool(1)},
        work={"else/1": {"time": fixed("1 h")}},
        dispatch={"order": "fifo"},
    )
    one.flow("else", {"1": step("other")})
    one.cases("work", [FIRST, *FIVE])
    one.cases("else", [FIRST, *FIVE])
    log = one.run()
    minutes = [at for _, at in began(log, "work")]
    assert minutes == [f"mon {hour:02}:00" for hour in range(8, 14)]
    arrived = {"work": [], "else": []}
    for number, name, *_ in steps(log):
        arrived[name.partition("/")[0]].append(number)
    assert arrived["work"] == sorted(arrived["work"])
    places = [sorted(arrived["else"]).index(number) for number in arrived["else"]]
    assert places == [0, 5, 3, 1, 4, 2]


# ---- formulas -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "served"),
    [
        ("waiting", [1, 2, 3, 4, 5]),
        ("-waiting", [5, 4, 3, 2, 1]),
        ("-severity", [5, 3, 1, 4, 2]),
        ("severity", [2, 1, 4, 3, 5]),
        ("-time_left", [2, 4, 3, 1, 5]),
        ("time_left", [5, 1, 3, 4, 2]),
        ("waiting * 60 / 7 - severity", [1, 3, 5, 2, 4]),  # ageing in steps of 7 min
        ("(severity == 3) + 2 * (time_left < 5)", [4, 2, 1, 3, 5]),  # 3, 2, 1, 0, 0
        ("waiting + time_left", [1, 5, 3, 2, 4]),  # 50, 50, 10, 4, 4, and nothing between them
        ("7", [1, 2, 3, 4, 5]),  # all alike: what was enabled first
    ],
)
def test_a_formula_serves_the_highest_value_first(
    one: World, formula: str, served: list[int]
) -> None:
    assert order(one, by(formula), *FIVE) == served


def test_of_two_enabled_at_the_same_moment_and_alike_the_first_to_come_goes_first(
    one: World,
) -> None:
    alike = [case("mon 08:10") for _ in range(4)]
    assert order(one, by("severity"), *alike) == [1, 2, 3, 4]


def test_what_differs_by_the_rounding_of_fractions_alone_is_alike(one: World) -> None:
    alike = [case(f"mon 08:{minute:02}", contract="medium") for minute in range(1, 7)]
    assert order(one, by("0.1 * waiting + 0.1 * time_left"), *alike) == [1, 2, 3, 4, 5, 6]


def test_the_order_of_a_formula_may_change_while_they_wait(one: World) -> None:
    # whoever has waited an hour counts far more from then on, at 9:00 nobody has:
    #           severity  at 9:00     at 10:00            at 11:00
    # 1, 8:02      4        -4        9.67 - 4 =  5.67
    # 2, 8:50      2        -2        1.67 - 2 = -0.33    11.67 - 2 = 9.67
    # 3, 8:55      1        -1  first
    cases = [
        case("mon 08:02", severity="4"),
        case("mon 08:50", severity="2"),
        case("mon 08:55", severity="1"),
    ]
    assert order(one, by("max(0, waiting - 1) * 10 - severity"), *cases) == [3, 1, 2]


def test_a_renewed_look_at_the_line_passes_who_came_later_and_is_worth_more(one: World) -> None:
    # the third comes at 9:30, when the order of the two others was already taken at 9:00
    cases = [
        case("mon 08:10", severity="2"),
        case("mon 08:20", severity="2"),
        case("mon 09:30", severity="1"),
    ]
    assert order(one, by("waiting / 8 - severity"), *cases) == [1, 3, 2]


def test_key_accounts_count_one_and_others_nothing(one: World) -> None:
    cases = [
        case("mon 08:10", severity="1"),
        case("mon 08:20", severity="2", key_account="yes"),
        case("mon 08:30", severity="1", key_account="yes"),
    ]
    assert order(one, by("2 * key_account - severity"), *cases) == [3, 2, 1]


def test_without_the_attribute_nobody_is_a_key_account(one: World) -> None:
    del one.scenario["attributes"]["key_account"]
    assert order(one, by("100 * key_account - severity"), *FIVE) == [5, 3, 1, 4, 2]


def test_a_world_without_any_attribute_has_formulas_too(world: World) -> None:
    del world.scenario["attributes"]["severity"]
    world.set(
        pools={"worker": pool(1, order=by("waiting * (severity == 1) - key_account"))},
        work={"work/1": {"time": fixed("1 h")}},
    )
    world.flow("work", {"1": step("worker")})
    world.cases("work", [case("mon 08:00"), case("mon 08:10"), case("mon 08:20")])
    assert [number for number, _ in began(world.run(), "work")] == [0, 1, 2]


@pytest.mark.parametrize(
    ("formula", "served"),
    [
        ("travel", ["far", "long", "work"]),  # 2 h, none, none
        ("-travel", ["long", "work", "far"]),
        ("planned", ["long", "far", "work"]),  # 8, 3 and 1 h
        ("1 / travel", ["far", "long", "work"]),  # 1/2; anything divided by 0 is 0
    ],
)
def test_journeys_and_planned_lengths_are_hours(
    one: World, formula: str, served: list[str]
) -> None:
    long, work, far = (case(f"mon 08:{minute}") for minute in (10, 20, 30))
    assert flows(one, by(formula), ("long", long), ("work", work), ("far", far)) == served


def test_live_calls_among_themselves_go_by_the_formula(one: World) -> None:
    cases = [
        case("mon 08:10", severity="2"),
        case("mon 08:20", severity="3", channel="phone"),
        case("mon 08:30", severity="1", channel="phone"),
        case("mon 08:40", severity="1"),
    ]
    assert order(one, by("live * waiting - (1 - live) * severity"), *cases) == [2, 3, 4, 1]


def test_what_does_not_fit_before_the_shifts_end_is_passed_by_what_does(one: World) -> None:
    one.set(pools={"worker": pool(1, "day", latest_start="fits", order=by("planned"))})
    one.cases("work", [case("mon 09:00"), case("mon 09:10"), case("mon 09:20")])
    one.cases("long", [case("mon 09:30")])  # of all the longest, but fits only in the morning
    assert [(row[1], row[3]) for row in steps(one.run())] == [
        ("work/1", "mon 09:00"),
        ("work/1", "mon 10:00"),
        ("work/1", "mon 11:00"),
        ("long/1", "tue 09:00"),
    ]


# severities 4, 4, 1, 3 of a line; the owner's own has one of severity 2 that comes back at 10:30
IN_THE_LINE = [
    case("mon 08:10", severity="4"),
    case("mon 08:20", severity="4"),
    case("mon 08:30", severity="1"),
    case("mon 08:40", severity="3"),
]


@pytest.mark.parametrize(
    ("scenarios", "pools", "served"),
    [
        ("due", by("severity"), [0, 1, 2, 4, 0, 3]),
        (by("severity"), "fifo", [0, 3, 4, 0, 1, 2]),
        ("fifo", "strict_fifo", [0, 1, 2, 3, 4, 0]),
    ],
)
def test_ones_own_line_and_the_pools_are_served_in_one_order(
    one: World, scenarios: Any, pools: Any, served: list[int]
) -> None:
    one.set(
        work={
            "owned/1": {"time": fixed("1 h")},
            "owned/2": {"time": fixed("90 min")},
            "owned/3": {"time": fixed("1 h")},
        },
        pools={"worker": pool(1, order=pools)},
        dispatch={"order": scenarios},
    )
    one.flow("owned", {
        "1": step("worker", to="2"), "2": step("customer", to="3"), "3": step("worker"),
    }, owned_by="worker")  # fmt: skip
    one.cases("owned", [case("mon 08:00", severity="2")])
    one.cases("work", IN_THE_LINE)
    assert [row[0] for row in steps(one.run()) if row[2] != "-"] == served


@pytest.mark.parametrize(
    ("said", "served"), [(by("waiting"), [2, 1]), ("fifo", [2, 1]), ("strict_fifo", [1, 2])]
)
def test_claims_for_several_people_go_by_the_scenarios_order_and_under_a_formula_by_due(
    one: World, said: Any, served: list[int]
) -> None:
    one.set(
        pools={"worker": pool(1, order="strict_fifo"), "other": pool(1)},
        work={"both/1": {"time": fixed("1 h")}},
        dispatch={"order": said, "no_promise": {"severity": "4"}},
        sla={"applies_to": ["both"]},
    )
    one.flow("both", {"1": step("worker", "other")})
    one.cases("both", [
        case("mon 08:00"), case("mon 08:10", severity="4"), case("mon 08:20", severity="1"),
    ])  # fmt: skip
    assert [number for number, _ in began(one.run(), "both")] == [0, *served]


def test_several_who_come_free_each_take_the_highest_then(one: World) -> None:
    one.set(pools={"worker": pool(2)}, dispatch={"order": by("severity")})
    one.cases("work", [
        case("mon 08:00"), case("mon 08:00"), case("mon 08:10", severity="1"),
        case("mon 08:20", severity="3"), case("mon 08:30", severity="4"),
    ])  # fmt: skip
    assert began(one.run(), "work") == [
        (0, "mon 08:00"), (1, "mon 08:00"), (3, "mon 09:00"), (4, "mon 09:00"), (2, "mon 10:00"),
    ]  # fmt: skip


def test_every_quantity_of_the_scenario_has_its_number() -> None:
    assert tuple(rules.QUANTITIES) == model_dispatch.QUANTITIES
    assert sorted(rules.QUANTITIES.values()) == list(range(len(rules.QUANTITIES)))
