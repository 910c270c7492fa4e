"""What cases can come to, and how often on average: by hand, and as it is simulated."""

import gzip
from collections import Counter

import numpy as np
import pytest

from cssim import blueprint
from cssim.errors import ScenarioError
from cssim.eventlog import NEVER
from cssim.flows import graph
from cssim.scenario import offered, sittings
from cssim.scenario.course import Course
from tests.sim.runs import simulated
from tests.sim.worlds import World, case, choice, decision, fixed, link, pool, step


@pytest.fixture
def desk(world: World) -> World:
    """Twelve cases a day for one pool by day; each step takes an hour."""
    world.set(
        demand={"north": {"kind": "profile", "flow": "f", "region": "north", "rate": "12 per day"}},
        pools={"worker": pool(10, "day"), "expert": pool(10, "day")},
    )
    return world


def timed(world, *nodes, hours=1):
    world.set(work={f"f/{node}": {"time": fixed(f"{hours} h")} for node in nodes})


def expected(world, source="north", late=0.0, chasers=False):
    """Visits of each node by one case."""
    scenario = world.load()
    course = Course(scenario, scenario.graphs, source, late)
    passage = course.of_chasers() if chasers else course.of_requests()
    found = Counter()
    for (key, _), times in passage.visits.items():
        found[key] += times
    assert sum(passage.left.values()) == pytest.approx(1)
    return {key: round(times, 9) for key, times in found.items()}


def test_a_loop_is_gone_round_as_often_as_its_chance_says(desk):
    desk.flow("f", {
        "1": step("worker", to="2"),
        "2": decision("worker", answers={"again": "1", "done": "end"}),
    })  # fmt: skip
    timed(desk, "1", "2")
    desk.set(answers={"f/2": {"weights": {"again": 1, "done": 3}}})
    assert expected(desk) == {"f/1": round(4 / 3, 9), "f/2": round(4 / 3, 9)}


def test_from_a_later_visit_on_its_own_weights_hold(desk):
    desk.flow("f", {"1": decision("worker", answers={"again": "1", "done": "end"})})
    timed(desk, "1")
    desk.set(
        answers={"f/1": {"weights": {"again": 1, "done": 0},
                         "visits": {"2": {"again": 0, "done": 1}}}},
    )  # fmt: skip
    assert expected(desk) == {"f/1": 2}


def test_what_asks_for_the_same_attribute_twice_is_answered_alike(desk):
    asks = {"effect": {"attribute": "sort"}}
    desk.flow("f", {
        "1": decision("worker", answers={"a": "2", "b": "end"}, **asks),
        "2": decision("worker", answers={"a": "3", "b": "4"}, **asks),
        "3": step("worker"), "4": step("expert"),
    })  # fmt: skip
    timed(desk, "1", "2", "3", "4")
    desk.set(attributes={"sort": choice("a", "b", a=1, b=3)})
    assert expected(desk) == {"f/1": 1, "f/2": 0.25, "f/3": 0.25}


def test_an_attribute_given_another_follows_the_one_that_was_asked(desk):
    desk.flow("f", {
        "1": decision("worker", answers={"a": "2", "b": "2"}, effect={"attribute": "sort"}),
        "2": decision("worker", answers={"x": "3", "y": "end"}, effect={"attribute": "part"}),
        "3": decision("worker", answers={"a": "end", "b": "4"}, effect={"attribute": "sort"}),
        "4": step("expert"),
    })  # fmt: skip
    timed(desk, "1", "2", "3", "4")
    desk.set(attributes={
        "sort": choice("a", "b"),
        "part": {"kind": "choice", "given": "sort",
                 "weights": {"a": {"x": 1, "y": 3}, "b": {"x": 0, "y": 1}}},
    })  # fmt: skip
    assert expected(desk) == {"f/1": 1, "f/2": 1, "f/3": 0.125}


def test_answers_given_an_attribute_have_the_chances_of_its_words(desk):
    desk.flow(
        "f", {"1": decision("worker", answers={"yes": "2", "no": "end"}), "2": step("expert")}
    )
    timed(desk, "1", "2")
    given = {"severity": {"1": {"yes": 1, "no": 0}, "2": {"yes": 1, "no": 1}}}
    desk.set(answers={"f/1": {"weights": {"yes": 0, "no": 1}, "given": given}})
    assert expected(desk) == {"f/1": 1, "f/2": 0.375}


def test_every_branch_is_gone_once_and_what_follows_their_join_too(desk):
    desk.flow("f", {
        "s": {"kind": "split", "branches": ["1", "2"]},
        "1": step("worker", to="j"), "2": step("expert", to="j"),
        "j": {"kind": "join", "next": "3"}, "3": step("worker"),
    })  # fmt: skip
    timed(desk, "1", "2", "3")
    assert expected(desk) == {"f/1": 1, "f/2": 1, "f/3": 1}


def test_a_file_says_which_words_there_are(desk):
    desk.flow("f", {
        "1": decision("worker", answers={"a": "end", "b": "2"}, effect={"attribute": "sort"}),
        "2": step("expert"),
    })  # fmt: skip
    timed(desk, "1", "2")
    desk.set(attributes={"sort": choice("a", "b")})
    del desk.scenario["demand"]["north"]
    desk.cases("f", [case("mon 09:00", sort="a")] * 3)
    assert expected(desk, "f") == {"f/1": 1}
    desk.cases("f", [case("mon 09:00", sort="a")] * 3 + [case("mon 09:00", sort="b")])
    assert expected(desk, "f") == {"f/1": 1, "f/2": 0.25}


def test_a_promise_may_be_missed_where_what_is_possible_is_asked(tiny):
    nodes = [
        {key for key, _ in Course(tiny, tiny.graphs, "north", late).of_requests().visits}
        for late in (0.0, 0.1)
    ]
    assert nodes[1] - nodes[0] == {"1.8.2/24", "1.8.2/25"}


def test_only_a_chaser_comes_to_what_is_asked_of_chasers(tiny):
    course = Course(tiny, tiny.graphs, "north")
    of_chasers, of_requests = (
        {key for key, _ in one.visits} for one in (course.of_chasers(), course.of_requests())
    )
    assert "1.8.2/7" in of_chasers - of_requests
    assert "1.8.2/8" in of_requests - of_chasers


def test_what_is_expected_is_what_happens_on_average(tiny):
    """Cases that have gone all their way: within 5 standard errors at every node."""
    people = {
        f"pools.{role}.{place}.people": "ample" if role == "agent" else 60
        for role, places in tiny.pools.items()
        for place in places
    }
    scenario = tiny.with_({
        **people, "time.window": "10 weeks", "time.run_out": "40 weeks",
        "demand.north.rate": "60 per day", "demand.north.chasers": 0.0,
        "parts.stock.north.router_unit.initial": 900, "parts.stock.north.server_unit.initial": 900,
        "parts.stock.north.board.initial": 900, "parts.stock.north.disk.initial": 900,
    })  # fmt: skip
    log = simulated(scenario)
    early = log["cases"]["opened_at"] < scenario.time.window
    assert (log["cases"]["closed_at"][early] < NEVER).all()
    rows = log["activities"][early[log["activities"]["case"]]]
    seen = Counter()
    for node, times in enumerate(np.bincount(rows["node"]).tolist()):
        one = log.terms["nodes"][node]
        key = graph.RETURNS if one["id"] == graph.RETURNS else f"{one['flow']}/{one['id']}"
        seen[key] += times
    course = Course(scenario, scenario.graphs, "north").of_requests()
    wanted = Counter()
    for (key, _), times in course.visits.items():
        wanted[key] += times * int(early.sum())
    late = {"1.8.2/23", "1.8.2/24", "1.8.2/25"}  # by the clock
    silent = {key for key in wanted if key.rpartition("/")[2].startswith("to-")}
    for key in (set(wanted) | set(seen)) - late - silent:
        assert abs(seen[key] - wanted[key]) <= 5 * max(wanted[key], 1) ** 0.5, key
    assert len(wanted) > 60


@pytest.mark.parametrize("name", ["tiny", "baseline"])
def test_a_sitting_is_planned_as_the_simulation_plans_it(request, name):
    scenario = request.getfixturevalue(name)
    built = blueprint.build(scenario)
    nodes, flows = built.nodes, built.terms["flows"]
    planned = {flow: sittings.planned(scenario, scenario.graphs[flow]) for flow in flows}
    for number, node in enumerate(nodes.name):
        length = planned[flows[nodes.flow[number]]][node]
        assert length == pytest.approx(nodes.planned[number], abs=10)


# ---- what is refused, and what is not ------------------------------------------------------------


def test_a_pool_that_no_case_can_come_to_may_be_empty(desk):
    desk.flow(
        "f", {"1": decision("worker", answers={"yes": "2", "no": "end"}), "2": step("expert")}
    )
    timed(desk, "1", "2")
    desk.set(pools={"expert": pool(0)}, answers={"f/1": {"weights": {"yes": 0, "no": 1}}})
    desk.load()
    desk.set(answers={"f/1": {"weights": {"yes": 0.01, "no": 1}}})
    with pytest.raises(ScenarioError, match=r"nobody is there, and cases of demand.north come"):
        desk.load()


def test_a_source_that_brings_nothing_in_the_run_asks_for_nobody(desk):
    desk.flow("f", {"1": step("worker")})
    desk.flow("m", {"1": step("expert")}, kind="management")
    timed(desk, "1")
    desk.set(
        demand={"yearly": {"kind": "cadence", "flow": "m", "every": "year", "at": "end"}},
        work={"m/1": {"time": fixed("1 h")}}, pools={"expert": pool(0)},
    )  # fmt: skip
    desk.load()
    desk.set(pools={"worker": pool(0)}, demand={"north": {"rate": "0 per day"}})
    desk.load()
    desk.set(demand={"yearly": {"at": "within"}})
    with pytest.raises(ScenarioError, match=r"cases of demand.yearly come to m/1"):
        desk.load()


@pytest.mark.parametrize("broken", ["gz", "text"])
def test_a_file_that_breaks_off_is_told_and_not_a_traceback(desk, broken):
    desk.flow(
        "f",
        {"1": decision("worker", answers={"a": "end", "b": "end"}, effect={"attribute": "sort"})},
    )
    timed(desk, "1")
    desk.set(attributes={"sort": choice("a", "b")}, pools={"worker": pool(0)})
    del desk.scenario["demand"]["north"]
    desk.cases("f", [case("mon 09:00", sort="a")] * 3_000)
    text = (desk.folder / "f.csv").read_bytes()
    packed = gzip.compress(text)
    made = {"gz": packed[:40] + b"x" * 40 + packed[80:], "text": text + b"\xff\n"}[broken]
    name = "broken.csv.gz" if broken == "gz" else "broken.csv"
    (desk.folder / name).write_bytes(made)
    desk.set(demand={"f": {"file": name}})
    with pytest.raises(ScenarioError, match="no CSV file that can be read"):
        desk.load()


def test_a_long_step_that_is_never_queued_for_may_be_longer_than_a_shift(desk):
    desk.flow("f", {
        "1": decision("worker", answers={"yes": "2", "no": "end"}), "2": step("worker"),
    })  # fmt: skip
    timed(desk, "1")
    timed(desk, "2", hours=20)
    desk.set(
        answers={"f/1": {"weights": {"yes": 0.01, "no": 1}}},
        pools={"worker": pool(1, "day", latest_start="fits")},
    )
    desk.load()
    desk.set(answers={"f/1": {"weights": {"yes": 1, "no": 1}}})
    with pytest.raises(ScenarioError, match=r"begins with f/1 never does, it is planned to take"):
        desk.load()


def test_a_link_of_whoever_has_the_case_needs_nobody_more(desk):
    desk.flow("g", {"1": step("expert")})
    desk.flow("f", {"1": step("worker", to="2"), "2": link("worker", flow="g")})
    timed(desk, "1")
    desk.set(work={"g/1": {"time": fixed("1 h")}})
    scenario = desk.load()
    course = Course(scenario, scenario.graphs, "north").of_requests()
    assert course.begins == {"f/1", "g/1"}


def test_people_of_groups_and_rosters_count_and_so_do_their_hours(desk):
    desk.flow("f", {"1": step("worker", "expert")})
    timed(desk, "1")
    night = {"night": {"week": {"mon-sun": ["20:00-24:00"]}}}
    desk.set(calendars=night, pools={"worker": pool(0, "night"), "expert": pool(2, "night")})
    with pytest.raises(ScenarioError, match="nobody is there"):
        desk.load()
    groups = {"day": {"people": 2, "calendar": "day"}}
    desk.set(pools={"worker": {"national": {"groups": groups}}})
    with pytest.raises(ScenarioError, match="at once, who are never at work together"):
        desk.load()
    (desk.folder / "r.csv").write_text(
        "agent,date,start,end\nAnn,2025-01-07,16:00,22:00\n", "utf-8"
    )
    groups["late"] = {"roster": {"from": "r.csv"}}
    desk.set(pools={"worker": {"national": {"groups": groups}}})
    figures = [told[told.index("(") :] for told in offered.overloads(desk.load())]
    assert figures == [
        "(84 h of 82 h): more than they can do",  # a day group of 80 h, Ann's six in four weeks
        "(84 h of 56 h): more than they can do",
    ]


# ---- how much is asked ---------------------------------------------------------------------------


def asked(world):
    return {key: round(hours, 6) for key, hours in offered.Offered(world.load()).work().items()}


def test_a_pool_is_asked_for_its_mean_times_and_expected_visits(desk):
    desk.flow(
        "f", {"1": decision("worker", answers={"yes": "2", "no": "end"}), "2": step("expert")}
    )
    timed(desk, "1")
    desk.set(
        work={"f/2": {"time": fixed("2 h"), "travel": fixed("30 min"),
                      "factors": {"severity": {"1": 3}}}},
        answers={"f/1": {"weights": {"yes": 1, "no": 3}}},
    )  # fmt: skip
    assert asked(desk) == {
        ("worker", "national"): 84,
        ("expert", "national"): 84 / 4 * 2.5 * (3 + 3) / 4,
    }


def test_a_cadence_asks_once_in_its_period_and_a_case_without_a_region_in_each_in_turn(world):
    world.set(regions={"south": {"title": {"zh": "南", "en": "South"}, "calendar": "day"}})
    one = {"people": 1, "calendar": "day", "shift_end": "pause"}
    world.scenario["pools"] = {"worker": {"north": one, "south": dict(one)}}
    world.flow("f", {"1": step("worker")}, kind="management")
    world.set(demand={"weekly": {"kind": "cadence", "flow": "f", "every": "week", "at": "start"}})
    timed(world, "1", hours=6)
    assert asked(world) == {("worker", "north"): 3, ("worker", "south"): 3}


def test_what_comes_on_dates_is_spread_over_a_quarter_at_least(world):
    world.flow("f", {"1": step("worker")}, kind="management")
    world.at("f", "mon", "tue")  # twice in four weeks
    timed(world, "1", hours=6)
    world.set(pools={"worker": pool(1, "day")})
    assert asked(world) == {("worker", "national"): round(12 / 13, 6)}


def test_units_ask_as_often_as_they_fail_by_their_mean_age(desk):
    """100 units ten days old, 40 that come in two weeks' time: by hand over four weeks."""
    desk.flow("f", {"1": step("worker")})
    timed(desk, "1")
    desk.set(demand={"north": {"enabled": False}, "units": {
        "kind": "installed_base", "flow": "f", "repaired": "as_good_as_old",
        "installed": {"on": "2025-01-06", "units": {"north": 100}, "age": fixed("10 d")},
        "deliveries": {"2025-W04": {"north": 40}},
        "hazards": {"wear": {"kind": "weibull", "scale": "10 d", "shape": 2}},
    }})  # fmt: skip
    failures = 100 * (3.8**2 - 1) + 40 * 1.05**2
    assert asked(desk) == {("worker", "national"): round(failures / 4, 6)}
    desk.set(demand={"units": {"lifetime": fixed("20 d")}})  # ten more days, and 10.5 as before
    failures = 100 * (2**2 - 1) + 40 * 1.05**2
    assert asked(desk) == {("worker", "national"): round(failures / 4, 6)}
    desk.set(demand={"units": {"repaired": "as_good_as_new"}})  # its units wait
    assert asked(desk) == {}


def test_what_is_dead_on_arrival_has_attributes_and_a_share_of_its_own(desk):
    desk.set(attributes={"problem": choice("broken", "dead")})
    desk.flow("f", {
        "1": decision("worker", answers={"broken": "end", "dead": "2"},
                      effect={"attribute": "problem"}),
        "2": step("expert"),
    })  # fmt: skip
    timed(desk, "1", "2")
    desk.set(demand={"north": {"enabled": False}, "units": {
        "kind": "installed_base", "flow": "f", "repaired": "as_good_as_old",
        "deliveries": {"2025-W03": {"north": 40}},
        "hazards": {"chance": {"kind": "exponential", "mean": "105 d"}},
        "dead_on_arrival": {"share": 0.1, "attributes": {"problem": choice(dead=1)}},
        "attributes": {"problem": choice(broken=1)},
    }})  # fmt: skip
    failures, dead = 40 * 17.5 / 105, 4.0
    assert expected(desk, "units") == {
        "f/1": 1, "f/2": pytest.approx(dead / (failures + dead), abs=1e-9)
    }  # fmt: skip
    assert asked(desk)["worker", "national"] == pytest.approx((failures + dead) / 4, abs=1e-5)


def test_after_call_work_is_asked_for_once_per_live_case(desk):
    desk.flow("f", {"1": step("worker")})
    timed(desk, "1")
    desk.set(
        attributes={"channel": choice("phone", "web")}, live={"channel": "phone"},
        telephone={"after_call": fixed("30 min")},
    )  # fmt: skip
    assert asked(desk) == {("worker", "national"): 84 * 1.25}


def test_a_pool_is_warned_of_from_all_of_its_peoples_time_on(desk):
    desk.flow("f", {"1": step("worker")})
    timed(desk, "1")
    desk.set(pools={"worker": pool(2, "day")})
    told = "some 105 % of its people's time is asked for in an ordinary week (84 h of 80 h)"
    assert list(offered.overloads(desk.load())) == [
        f"pools.worker.national: {told}: more than they can do"
    ]
    desk.set(pools={"worker": pool(3, "day")})
    assert list(offered.overloads(desk.load())) == []
