"""Promises (R93-R95): two clocks in business time, pauses, breaches, and agreeing anew."""

import pytest

from tests.sim import handbook_worlds
from tests.sim.handbook_worlds import likely
from tests.sim.worlds import World, answers, began, case, clocks, fixed, pool, steps

VISIT = {"problem": "software", "on_site_cover": "yes"}
ONE_DAY = dict.fromkeys("1234", "24 h")


@pytest.fixture
def desk(world: World) -> World:
    """First response within one hour (severity 1), resolution within a day; at all hours."""
    return handbook_worlds.requests(world)


def promise(world: World, **values: object) -> None:
    world.set(sla={"contracts": {"standard": values}})


def first(log, number):
    return clocks(log, number, "first_response")


# ---- first response -----------------------------------------------------------------------


def test_both_clocks_start_when_the_customer_reaches_for_us(desk: World) -> None:
    desk.set(pools={"agent": pool(3, "day")})
    desk.cases("1.8.2", [case("mon 06:00")])
    log = desk.run()
    assert first(log, 0)[0] == ("start", "mon 06:00", 0)
    assert clocks(log, 0)[0] == ("start", "mon 06:00", 0)


@pytest.mark.parametrize(
    ("problem", "after"),
    [
        ("common", "1.8.2/9"), ("return", "1.8.2/12"), ("service", "1.8.2/14"),
        ("suggestion", "1.8.2/15"), ("hardware", "1.8.4/1"), ("software", "1.8.3/1"),
        ("dead_on_arrival", "1.8.2/RETURNS"),
    ],
)  # fmt: skip
def test_first_response_stops_when_the_first_step_after_8_that_is_no_link_starts(
    desk: World, problem: str, after: str
) -> None:
    busy = {"regional_engineer": pool(1, "late"), "logistics": pool(1, "late")}  # from 11
    desk.set(pools=busy)
    desk.cases("1.8.2", [case("mon 09:00", problem=problem)])
    log = desk.run()
    started = began(log, after)[0][1]
    assert ("stop", started) in [one[:2] for one in first(log, 0)]
    ours = after in ("1.8.4/1", "1.8.3/1", "1.8.2/RETURNS")
    assert started == ("mon 11:00" if ours else "mon 09:50")


def test_a_link_that_takes_time_is_no_response(desk: World) -> None:
    desk.set(work={"1.8.2/11": {"time": fixed("20 min")}})
    desk.cases("1.8.2", [case("mon 09:00", problem="software")])
    log = desk.run()
    assert began(log, "1.8.3/1") == [(0, "mon 10:10")]
    assert first(log, 0)[-1][:2] == ("stop", "mon 10:10")


def test_first_response_stops_when_3_starts(desk: World) -> None:
    desk.cases("1.8.2", [case("mon 09:00", in_scope="no")])
    log = desk.run()
    assert began(log, "1.8.2/3") == [(0, "mon 09:20")]
    assert first(log, 0)[-1] == ("stop", "mon 09:20", 0.333)


def test_an_answer_that_comes_late_breaks_the_promise_at_its_due_moment(desk: World) -> None:
    desk.set(pools={"regional_engineer": pool(1, "late")})
    desk.cases("1.8.2", [case("mon 09:00", problem="software", severity="1")])
    assert first(desk.run(), 0) == [
        ("start", "mon 09:00", 0), ("breach", "mon 10:00", 1), ("stop", "mon 11:00", 2),
    ]  # fmt: skip


# ---- resolution ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "node"),
    [
        ({"problem": "common"}, "1.8.2/23"),
        ({"problem": "service"}, "1.8.2/22"),
        ({"in_scope": "no"}, "1.8.2/26"),
        ({"problem": "dead_on_arrival"}, "1.8.2/26"),
    ],
)
def test_resolution_stops_when_the_first_of_23_20_22_26_is_enabled(
    desk: World, told: dict[str, str], node: str
) -> None:
    desk.cases("1.8.2", [case("mon 09:00", **told)])
    log = desk.run()
    enabled = steps(log, 0, only=node)[0][2]  # nobody keeps it waiting
    assert clocks(log, 0)[-1][:2] == ("stop", enabled)
    assert [one[0] for one in clocks(log, 0)] == ["start", "stop"]


def test_resolution_stops_when_20_is_enabled(desk: World) -> None:
    desk.set(answers=likely(f182_18="no", f182_18a="customer"))
    desk.cases("1.8.2", [case("mon 09:00")])
    log = desk.run()
    assert clocks(log, 0)[-1][:2] == ("stop", "mon 10:10")
    assert began(log, "1.8.2/20") == [(0, "mon 10:10")]


def test_it_stops_when_23_is_enabled_not_when_somebody_has_time_for_it(desk: World) -> None:
    desk.set(pools={"agent": pool(1, "day", "pause")})
    desk.cases("1.8.2", [case("mon 15:50")])
    log = desk.run()
    assert steps(log, 0, only="1.8.2/18")[0][3] == "mon 17:00"
    assert began(log, "1.8.2/23") == [(0, "tue 09:00")]
    assert clocks(log, 0)[-1] == ("stop", "mon 17:00", 1.167)


def test_the_clock_counts_only_open_time_of_its_calendar(desk: World) -> None:
    promise(desk, calendar="day", resolution=dict.fromkeys("1234", "8 h"))
    desk.cases("1.8.2", [case("mon 16:00", problem="hardware")])
    desk.set(work={"1.8.4/4": {"time": fixed("1 d")}})  # the customer brings it
    log = desk.run()
    # 1.8.4/4 until tue 17:10; 5, 6, 8, 13, 14, 19, 21 until 18:20; 18 until 18:30
    assert clocks(log, 0)[:3] == [
        ("start", "mon 16:00", 0), ("breach", "tue 16:00", 8), ("stop", "tue 18:30", 9),
    ]  # fmt: skip


def test_the_calendar_of_a_promise_may_be_the_regions_own(desk: World) -> None:
    desk.set(regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "late"}})
    desk.set(parts={"stock": {"south": desk.scenario["parts"]["stock"]["north"]}})
    promise(desk, calendar="region")
    desk.cases("1.8.2", [case("mon 08:00"), case("mon 08:00", region="south")])
    log = desk.run()
    # stops at 9:10: in the north open from 9, in the south from 11
    assert clocks(log, 0)[-1] == ("stop", "mon 09:10", 0.167)
    assert clocks(log, 1)[-1] == ("stop", "mon 09:10", 0)


def test_a_promise_depends_on_severity_and_contract(desk: World) -> None:
    desk.set(sla={
        "contract": {"of": {"yes": "gold"}},
        "contracts": {"gold": {"calendar": "always", "first_response": ONE_DAY,
                               "resolution": dict.fromkeys("1234", "30 min")}},
    })  # fmt: skip
    desk.cases("1.8.2", [
        case("mon 09:00", severity="1"), case("mon 09:00", key_account="yes"),
    ])  # fmt: skip
    log = desk.run()
    assert [one[0] for one in clocks(log, 0)] == ["start", "stop"]
    assert clocks(log, 1)[1] == ("breach", "mon 09:30", 0.5)


def test_what_is_solved_at_the_very_due_moment_is_in_time(desk: World) -> None:
    promise(desk, resolution=dict.fromkeys("1234", "70 min"))
    desk.cases("1.8.2", [case("mon 09:00")])
    log = desk.run()
    assert clocks(log, 0) == [("start", "mon 09:00", 0), ("stop", "mon 10:10", 1.167)]
    assert answers(log, 0)["1.8.2/23"] == ["yes"]


def test_every_closed_case_has_stopped_both_clocks(desk: World) -> None:
    desk.cases("1.8.2", [
        case("mon 09:00", problem=problem)
        for problem in ("common", "hardware", "software", "return", "service", "suggestion")
    ])  # fmt: skip
    log = desk.run()
    for number in range(6):
        assert [clocks(log, number, clock)[-1][0] for clock in ("first_response", "resolution")] \
            == ["stop", "stop"]  # fmt: skip


# ---- pauses -------------------------------------------------------------------------------


def test_waiting_for_the_customer_may_pause_the_clock(desk: World) -> None:
    desk.set(work={"1.8.4/4": {"time": fixed("1 d")}}, sla={"pause": {"resolution": ["customer"]}})
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    log = desk.run()
    assert clocks(log, 0)[:3] == [
        ("start", "mon 09:00", 0), ("pause", "mon 10:10", 1.167), ("resume", "tue 10:10", 1.167),
    ]  # fmt: skip


def test_a_cause_that_is_not_named_pauses_nothing(desk: World) -> None:
    desk.set(work={"1.8.4/4": {"time": fixed("1 h")}}, sla={"pause": {"resolution": ["part"]}})
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    assert [one[0] for one in clocks(desk.run(), 0)] == ["start", "stop"]


def test_until_an_agreed_appointment_the_case_waits_for_the_customer(desk: World) -> None:
    desk.set(answers=likely(f185_3c="no"), sla={"pause": {"resolution": ["customer"]}})
    desk.cases("1.8.2", [case("mon 09:00", **VISIT)])
    found = clocks(desk.run(), 0)
    assert ("pause", "mon 10:50", 1.833) in found
    assert ("resume", "mon 14:40", 1.833) in found


def test_a_pause_gives_back_only_open_time(desk: World) -> None:
    promise(desk, calendar="day", resolution=dict.fromkeys("1234", "4 h"))
    desk.set(work={"1.8.4/4": {"time": fixed("1 d")}}, sla={"pause": {"resolution": ["customer"]}})
    desk.cases("1.8.2", [case("mon 14:50", problem="hardware")])
    log = desk.run()
    # paused from mon 16:00 to tue 16:00: eight open hours; then 80 minutes to 18
    assert clocks(log, 0) == [
        ("start", "mon 14:50", 0),
        ("pause", "mon 16:00", 1.167),
        ("resume", "tue 16:00", 1.167),
        ("stop", "tue 17:20", 2.167),
    ]


def test_a_clock_that_was_broken_before_a_pause_stays_broken(desk: World) -> None:
    promise(desk, resolution=dict.fromkeys("1234", "1 h"))
    desk.set(work={"1.8.4/4": {"time": fixed("1 d")}}, sla={"pause": {"resolution": ["customer"]}})
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    assert [one[:2] for one in clocks(desk.run(), 0)][:4] == [
        ("start", "mon 09:00"), ("breach", "mon 10:00"), ("pause", "mon 10:10"),
        ("resume", "tue 10:10"),
    ]  # fmt: skip


def test_the_pause_of_one_clock_leaves_the_other_running(desk: World) -> None:
    desk.set(sla={"pause": {"first_response": [], "resolution": ["customer"]}})
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    assert [one[0] for one in first(desk.run(), 0)] == ["start", "stop"]


# ---- 23, and agreeing anew ----------------------------------------------------------------


def test_23_reads_the_clock_and_25_renews_the_promise(desk: World) -> None:
    promise(desk, resolution=dict.fromkeys("1234", "1 h"))
    desk.cases("1.8.2", [case("mon 09:00")])
    log = desk.run()
    assert answers(log, 0)["1.8.2/23"] == ["no", "yes"]
    assert [one[0] for one in steps(log, 0)][-5:] == [
        f"1.8.2/{n}" for n in ("23", "24", "25", "23", "26")
    ]
    assert clocks(log, 0) == [
        ("start", "mon 09:00", 0),
        ("breach", "mon 10:00", 1),
        ("stop", "mon 10:10", 1.167),
        ("retarget", "mon 10:40", 0),
    ]


def test_the_new_promise_has_the_original_target_or_a_keys_time(desk: World) -> None:
    promise(desk, resolution=dict.fromkeys("1234", "1 h"))
    desk.cases("1.8.2", [case("mon 09:00")])
    for renewal, target in (("original", 1), ("3 h", 3)):
        desk.set(sla={"renewal": renewal})
        rows = desk.run()["clocks"]
        renewed = rows[rows["promise"] == 1]
        assert renewed["target"].tolist() == [target * 3_600_000]


def test_a_promise_is_broken_whether_or_not_23_is_asked(desk: World) -> None:
    promise(desk, resolution=dict.fromkeys("1234", "30 min"))
    desk.cases("1.8.2", [case("mon 09:00", problem="dead_on_arrival")])
    log = desk.run()
    assert "1.8.2/23" not in answers(log, 0)
    assert clocks(log, 0)[1] == ("breach", "mon 09:30", 0.5)


def test_a_case_that_is_open_at_the_end_has_its_breach(desk: World) -> None:
    desk.set(work={"1.8.4/4": {"time": fixed("90 d")}})
    desk.cases("1.8.2", [case("mon 09:00", problem="hardware")])
    assert clocks(desk.run(), 0) == [("start", "mon 09:00", 0), ("breach", "tue 09:00", 24)]


def test_a_flow_without_promises_has_no_clocks(desk: World) -> None:
    desk.set(sla={"applies_to": ["1.8.2"]}, demand={})
    desk.cases("1.8.3", [case("mon 09:00")])
    log = desk.run()
    assert len(log["clocks"]) == 0
    assert log["cases"]["contract"].tolist() == [-1]


def test_a_changed_promise_changes_what_is_worked_first(desk: World) -> None:
    desk.set(
        sla={
            "contract": {"of": {"yes": "gold"}},
            "contracts": {"gold": {
                "calendar": "always", "first_response": ONE_DAY, "resolution": ONE_DAY,
            }},
        },
        pools={"agent": pool(1), "other_department": pool(1)},
        work={"1.8.2/1": {"time": fixed("30 min")}},
    )  # fmt: skip
    gold = case("mon 09:02", severity="3", key_account="yes")
    desk.cases("1.8.2", [case("mon 09:00"), case("mon 09:01", severity="3"), gold])
    assert [number for number, _ in began(desk.run(), "1.8.2/1")] == [0, 1, 2]
    desk.set(sla={"contracts": {"gold": {"first_response": dict.fromkeys("1234", "2 h")}}})
    assert [number for number, _ in began(desk.run(), "1.8.2/1")] == [0, 2, 1]
