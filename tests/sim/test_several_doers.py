"""Several doers at once (R91): they start together, gather, and meet."""

import pytest

from tests.sim.worlds import World, began, case, fixed, pieces, pool, sittings, step, steps


@pytest.fixture
def pair(world: World) -> World:
    """Ann and Bob are pools of one; each has steps alone, and one together."""
    world.set(
        dispatch={"order": "fifo"},  # severity, then arrival
        pools={"ann": pool(1), "bob": pool(1), "cy": pool(1)},
        work={
            "both/1": {"time": fixed("1 h")}, "ann/1": {"time": fixed("2 h")},
            "bob/1": {"time": fixed("3 h")},
        },
    )  # fmt: skip
    world.flow("both", {"1": step("ann", "bob")})
    world.flow("ann", {"1": step("ann")})
    world.flow("bob", {"1": step("bob")})
    return world


def test_several_doers_who_are_idle_start_at_once_and_end_together(pair: World) -> None:
    pair.cases("both", [case("mon 09:00")])
    log = pair.run()
    assert steps(log, 0) == [("both/1", "ann#1", "mon 09:00", "mon 10:00")]
    assert pieces(log) == [
        ("work", "both/1", "ann#1", "mon 09:00", "mon 10:00"),
        ("work", "both/1", "bob#1", "mon 09:00", "mon 10:00"),
    ]


def test_who_comes_free_first_is_held_until_the_last_has_come(pair: World) -> None:
    pair.cases("ann", [case("mon 08:00"), case("mon 08:40")])
    pair.cases("bob", [case("mon 08:00")])
    pair.cases("both", [case("mon 08:30")])
    log = pair.run()
    assert steps(log) == [
        (0, "ann/1", "ann#1", "mon 08:00", "mon 10:00"),
        (1, "bob/1", "bob#1", "mon 08:00", "mon 11:00"),
        (2, "both/1", "ann#1", "mon 11:00", "mon 12:00"),
        (3, "ann/1", "ann#1", "mon 12:00", "mon 14:00"),  # not while she was held
    ]
    assert pieces(log, "held") == [("held", "both/1", "ann#1", "mon 10:00", "mon 11:00")]


def test_all_of_them_take_what_is_next_when_they_part(pair: World) -> None:
    pair.cases("both", [case("mon 08:00")])
    pair.cases("ann", [case("mon 08:10")])
    pair.cases("bob", [case("mon 08:20")])
    assert [row[1:4] for row in steps(pair.run())] == [
        ("both/1", "ann#1", "mon 08:00"), ("ann/1", "ann#1", "mon 09:00"),
        ("bob/1", "bob#1", "mon 09:00"),
    ]  # fmt: skip


def test_who_is_held_goes_home_at_his_shift_end_and_gathers_anew(pair: World) -> None:
    pair.set(
        pools={"ann": pool(1, "early"), "bob": pool(1, "late")}  # 8 to 12, and 11 to 19
    )
    pair.cases("bob", [case("mon 11:00")])
    pair.cases("both", [case("mon 11:10")])
    log = pair.run()
    assert began(log, "both") == [(1, "tue 11:00")]
    assert pieces(log, "held") == [
        ("held", "both/1", "ann#1", "mon 11:10", "mon 12:00"),
        ("held", "both/1", "bob#1", "mon 14:00", "mon 19:00"),
        ("held", "both/1", "ann#1", "tue 08:00", "tue 11:00"),
    ]


@pytest.mark.parametrize("shift_end", ["finish", "pause", "hand_over"])
def test_once_begun_all_finish_it_whatever_the_shift_end_says(pair: World, shift_end: str) -> None:
    pair.set(pools={"ann": pool(1, "day", shift_end), "bob": pool(1, "day", shift_end)})
    pair.cases("both", [case("mon 16:30")])
    assert steps(pair.run(), 0) == [("both/1", "ann#1", "mon 16:30", "mon 17:30")]


def test_two_claims_for_the_same_people_do_not_block_each_other(pair: World) -> None:
    pair.set(work={"three/1": {"time": fixed("1 h")}, "cross/1": {"time": fixed("1 h")}})
    pair.flow("three", {"1": step("bob", "cy")})
    pair.flow("cross", {"1": step("cy", "ann")})
    pair.cases("ann", [case("mon 08:00")])
    pair.cases("bob", [case("mon 08:00")])
    pair.cases("both", [case("mon 08:10")])
    pair.cases("three", [case("mon 08:11")])
    pair.cases("cross", [case("mon 08:12")])
    log = pair.run()
    # ann is free at 10, bob at 11; what waits for what was asked for first
    assert [(row[1], row[3]) for row in steps(log)[2:]] == [
        ("both/1", "mon 11:00"), ("three/1", "mon 12:00"), ("cross/1", "mon 13:00"),
    ]  # fmt: skip


def test_a_claim_is_not_passed_by_later_ones_for_some_of_its_people(pair: World) -> None:
    pair.set(work={"three/1": {"time": fixed("1 h")}})
    pair.flow("three", {"1": step("bob", "cy")})
    # both waits for bob who is in a row of threes; no later three is to pass it
    pair.cases("three", [case("mon 08:00"), case("mon 08:20"), case("mon 08:30")])
    pair.cases("both", [case("mon 08:10")])
    assert [row[1::2] for row in steps(pair.run())][:3] == [
        ("three/1", "mon 08:00"), ("both/1", "mon 09:00"), ("three/1", "mon 10:00"),
    ]  # fmt: skip


def test_a_claim_passes_only_if_it_finds_everybody_idle(pair: World) -> None:
    pair.set(pools={"dee": pool(1)}, work={"late/1": {"time": fixed("1 h")},
                                           "three/1": {"time": fixed("1 h")},
                                           "dee/1": {"time": fixed("1 h")}})  # fmt: skip
    pair.flow("three", {"1": step("bob", "cy")})
    pair.flow("late", {"1": step("ann", "dee")})
    pair.flow("dee", {"1": step("dee")})
    pair.cases("bob", [case("mon 08:00")])  # until 11
    pair.cases("three", [case("mon 08:01")])  # locks bob and cy
    pair.cases("both", [case("mon 08:02")])  # waits for its turn: bob is locked
    pair.cases("late", [case("mon 08:10"), case("mon 10:30")])  # the first finds both idle
    pair.cases("dee", [case("mon 10:20")])
    log = pair.run()
    assert [row[1::2] for row in steps(log)] == [
        ("bob/1", "mon 08:00"), ("late/1", "mon 08:10"), ("dee/1", "mon 10:20"),
        ("three/1", "mon 11:00"), ("both/1", "mon 12:00"), ("late/1", "mon 13:00"),
    ]  # fmt: skip


@pytest.mark.parametrize("free", [True, False])
def test_nobody_is_held_for_what_is_planned_to_pass_his_shift(pair: World, free: bool) -> None:
    pair.set(pools={"ann": pool(1, "day", latest_start="fits"), "bob": pool(1)})
    pair.cases("both", [case("mon 16:30")])
    if not free:  # bob comes free at 16:40
        pair.cases("bob", [case("mon 13:40")])
    log = pair.run()
    assert began(log, "both")[0][1] == "tue 09:00"
    assert {piece[2] for piece in pieces(log, "held")} == {"bob#1"}


def test_a_graver_claim_is_served_first(pair: World) -> None:
    pair.cases("both", [case("mon 08:00"), case("mon 08:10", severity="4"), case("mon 08:20")])
    assert began(pair.run(), "both") == [(0, "mon 08:00"), (2, "mon 09:00"), (1, "mon 10:00")]


def test_several_doers_are_a_sitting_of_their_own(pair: World) -> None:
    pair.set(work={f"mix/{n}": {"time": fixed("1 h")} for n in "123"})
    pair.flow("mix", {
        "1": step("ann", to="2"), "2": step("ann", "bob", to="3"), "3": step("ann"),
    })  # fmt: skip
    pair.cases("mix", [case("mon 08:00")])
    pair.cases("ann", [case("mon 08:10")])
    log = pair.run()
    assert sittings(log, 0) == [["mix/1"], ["mix/2"], ["mix/3"]]


def test_consecutive_steps_of_the_same_doers_are_one_sitting(pair: World) -> None:
    pair.set(work={f"two/{n}": {"time": fixed("1 h")} for n in "12"})
    pair.flow("two", {"1": step("ann", "bob", to="2"), "2": step("ann", "bob")})
    pair.cases("two", [case("mon 08:00", severity="4")])
    pair.cases("ann", [case("mon 08:10")])
    pair.cases("bob", [case("mon 08:10")])
    log = pair.run()
    assert sittings(log, 0) == [["two/1", "two/2"]]
    assert steps(log, 0)[1] == ("two/2", "ann#1", "mon 09:00", "mon 10:00")
    assert [piece[2:] for piece in pieces(log, "work")] == [
        ("ann#1", "mon 08:00", "mon 09:00"), ("bob#1", "mon 08:00", "mon 09:00"),
        ("ann#1", "mon 09:00", "mon 10:00"), ("bob#1", "mon 09:00", "mon 10:00"),
    ]  # fmt: skip


def test_with_the_customer_nobody_else_is_waited_for(pair: World) -> None:
    pair.set(work={"desk/1": {"time": fixed("1 h")}})
    pair.flow("desk", {"1": step("ann", "customer")})
    pair.cases("desk", [case("mon 08:00")])
    log = pair.run()
    assert steps(log, 0) == [("desk/1", "ann#1", "mon 08:00", "mon 09:00")]
    assert pieces(log) == []


# ---- meetings -----------------------------------------------------------------------------


MEETING = {"meeting": True}


@pytest.fixture
def meet(pair: World) -> World:
    """Ann and Bob meet; a day's notice."""
    pair.set(
        pools={"ann": pool(1, "early"), "bob": pool(3, "late")},  # 8 to 12, and 11 to 19
        work={"meet/1": {"time": fixed("30 min")}},
        meetings={"meet/1": {"notice": "1 d"}},
    )
    pair.flow("meet", {"1": step("ann", "bob", effect=MEETING)}, kind="management")
    return pair


def test_a_meeting_starts_in_hours_common_to_all_after_its_notice(meet: World) -> None:
    meet.at("meet", "mon", time="09:00")
    log = meet.run()
    assert steps(log) == [(0, "meet/1", "ann#1", "tue 11:00", "tue 11:30")]


def test_those_summoned_begin_nothing_that_is_planned_to_pass_it(meet: World) -> None:
    meet.at("meet", "mon", time="09:00")
    meet.cases("ann", [case("tue 09:00"), case("tue 09:01")])  # two hours each
    log = meet.run()
    assert began(log, "ann") == [(1, "tue 09:00"), (2, "tue 11:30")]
    assert began(log, "meet") == [(0, "tue 11:00")]


def test_those_summoned_begin_nothing_together_that_is_planned_to_pass_it(meet: World) -> None:
    meet.set(pools={"ann": pool(1), "bob": pool(1, "day")})
    meet.at("meet", "mon", time="09:00")
    meet.cases("both", [case("tue 08:30")])  # an hour, by ann and by bob, who comes at 9
    log = meet.run()
    assert began(log, "meet") == [(0, "tue 09:00")]
    assert began(log, "both") == [(1, "tue 09:30")]


def test_those_summoned_begin_what_is_planned_to_end_before_it(meet: World) -> None:
    meet.set(work={"ann/1": {"time": fixed("1 h")}})
    meet.at("meet", "mon", time="09:00")
    meet.cases("ann", [case("tue 10:00"), case("tue 10:01")])
    assert began(meet.run(), "ann") == [(1, "tue 10:00"), (2, "tue 11:30")]


def test_a_meeting_starts_when_the_last_of_them_has_come(meet: World) -> None:
    # ann's work is planned to last half an hour, for it depends on what it is drawn for
    meet.set(work={"ann/1": {"time": fixed("30 min"), "factors": {"severity": {"1": 5}}}})
    meet.at("meet", "mon", time="09:00")
    meet.cases("ann", [case("tue 09:30", severity="1")])  # two and a half hours indeed
    log = meet.run()
    assert began(log, "meet") == [(0, "wed 11:00")]  # for she goes home when that is done


def test_as_many_are_summoned_as_the_scenario_says_next_in_turn(meet: World) -> None:
    meet.set(meetings={"meet/1": {"summoned": {"bob": 2}}})
    meet.at("meet", "mon", "wed", time="09:00")
    log = meet.run()
    assert [row[2:4] for row in pieces(log, "work")] == [
        ("ann#1", "tue 11:00"), ("bob#1", "tue 11:00"), ("bob#2", "tue 11:00"),
        ("ann#1", "thu 11:00"), ("bob#1", "thu 11:00"), ("bob#3", "thu 11:00"),
    ]  # fmt: skip


def test_a_share_of_each_pool_is_summoned(meet: World) -> None:
    meet.set(meetings={"meet/1": {"summoned": {"bob": 0.6}}})  # of three: two
    meet.at("meet", "mon", time="09:00")
    assert len(pieces(meet.run(), "work")) == 3


def test_two_meetings_of_the_same_people_take_place_one_after_the_other(meet: World) -> None:
    meet.set(pools={"bob": pool(1, "late")})
    meet.at("meet", "mon", time="09:00")
    meet.at("meet", "mon", time="09:05")
    log = meet.run()
    assert began(log, "meet") == [(0, "tue 11:00"), (1, "tue 11:30")]
    assert len(pieces(log, "work")) == 4


def test_a_meeting_and_a_gathering_claim_do_not_block_each_other(meet: World) -> None:
    # both/1 holds one of them for the other, who is wanted by the meeting
    meet.set(
        pools={"ann": pool(1), "bob": pool(1)},
        work={"long/1": {"time": fixed("30 min"), "factors": {"severity": {"1": 4}}}},
        meetings={"meet/1": {"notice": "1 h"}},
    )
    meet.flow("long", {"1": step("ann")})
    meet.at("meet", "mon", time="09:00")
    meet.cases("long", [case("mon 09:10", severity="1")])  # ann until 11:10, planned 9:40
    meet.cases("both", [case("mon 09:20")])  # holds bob, and he is wanted at 10:00
    log = meet.run()
    assert began(log, "meet") == [(0, "mon 11:10")]
    assert began(log, "both") == [(2, "mon 11:40")]


def test_from_all_regions_means_one_of_each(pair: World) -> None:
    office = {"calendar": "always", "shift_end": "finish"}
    pair.set(
        regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}},
        pools={"dee": {"north": {"people": 1, **office}, "south": {"people": 2, **office}}},
        work={"all/1": {"time": fixed("1 h")}},
    )
    pair.flow("all", {"1": step("ann", "dee", effect={"everywhere": True})}, kind="management")
    pair.at("all", "mon", time="09:00")
    assert [piece[2] for piece in pieces(pair.run(), "work")] == [
        "ann#1", "dee.north#1", "dee.south#1",
    ]  # fmt: skip
