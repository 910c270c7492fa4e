"""Starting from today with defects: which there are, and to which an open case belongs."""

import csv

import pytest

from cssim.eventlog import LINK_ENDS, NEVER, EventLog
from tests.sim.chains import assert_goes_on, cut
from tests.sim.handbook_worlds import ONE_DEFECT, likely, one_defect, sought_defect
from tests.sim.worlds import World, answered_by, answers, case, fixed, pool, steps, told

KNOWN = {"after": "2 d", "at": "1.8.2/8", "answer": "common"}
FLAW = {"id": "D1", "family": "firmware", "product": "router", "weight": "1",
        "appeared_at": "2025-01-02 08:00"}  # fmt: skip


@pytest.fixture
def desk(world: World) -> World:
    return one_defect(world)


def software(at: str) -> dict[str, str]:
    return case(at, problem="software")


def ends(log: EventLog) -> list[tuple[int, str, str]]:
    """(case, how, when) of every case that belongs to a defect."""
    return sorted((int(r["case"]), LINK_ENDS[r["how"]], told(r["at"])) for r in log["linked"])


def starts_from(world: World, flaws: list[dict[str, str]], cases: list[dict[str, str]]) -> None:
    """A run from these defects and open cases."""
    usual = {"source": "1-8-2", "opened_at": "2025-01-03 10:00", "problem": "software",
             "product": "router", "stack": "1.8.2/11 > 1.8.3/2"}  # fmt: skip
    columns = ("id", "family", "product", "weight", "appeared_at", "found_at", "solved_at")
    rows = [{"id": f"T{number}", **usual, **row} for number, row in enumerate(cases)]
    for name, header, told_of in (
        ("flaws.csv", columns, flaws),
        ("open.csv", ("id", *usual, "defect"), rows),
    ):
        with (world.folder / name).open("w", encoding="utf-8", newline="") as stream:
            out = csv.DictWriter(stream, header)
            out.writeheader()
            out.writerows(told_of)
    world.set(backlog={"file": "open.csv", "defects": {"file": "flaws.csv"}})
    world.cases("1.8.2", [case("mon 12:00")])


# ---- cut and go on --------------------------------------------------------------------------


@pytest.mark.parametrize("solves", ["3 h", "30 h", "60 h"])
def test_a_run_that_is_cut_goes_on_to_the_minute(desk: World, solves: str) -> None:
    """Cut before and after the defect is solved and published, with a workaround meanwhile.

    There is one of each: who has been idle longest is forgotten.
    """
    for role in desk.scenario["pools"]:
        desk.set(pools={role: pool(1)})
    desk.set(
        work={"1.8.3/8": {"time": fixed(solves)}},
        defects={"firmware": {"published": KNOWN, "short_call": 0.3,
                              "workaround": {"after": "20 h", "factor": 0.5}}},
    )  # fmt: skip
    desk.cases("1.8.2", [
        software(f"{day} {hour}:{minute}")
        for day in ("mon", "tue", "wed", "thu", "fri")
        for hour, minute in (("09", "00"), ("22", "37"), ("23", "21"))
    ])  # fmt: skip
    found = {row[1] for log in cut(desk, 1, 2, 3, 4, 5, seed=ONE_DEFECT) for row in ends(log)}
    assert {"solved_it", "by_defect", "deflected", "open"} <= found
    assert_goes_on(desk, 1, 2, 3, 4, 5, seed=ONE_DEFECT)


def test_a_search_that_is_cut_solves_what_it_was_begun_for(world: World) -> None:
    sought = sought_defect(world)
    for role in sought.scenario["pools"]:
        sought.set(pools={role: pool(1)})
    sought.set(work={"search/s": {"time": fixed("60 h")}})  # until the night before Monday
    sought.cases("1.8.2", [software(f"{day} 09:00") for day in ("mon", "tue", "fri", "2 mon")])
    solved = [told(log["defects"]["solved_at"][0]) for log in cut(sought, 5, 6, seed=ONE_DEFECT)]
    assert solved == ["never", "never", "mon 20:10"]  # the last run's first day is that Sunday
    assert_goes_on(sought, 5, 6, seed=ONE_DEFECT)


def test_ids_stay_over_a_chain_of_runs(desk: World) -> None:
    desk.set(work={"1.8.3/8": {"time": fixed("90 h")}})
    desk.cases("1.8.2", [software("mon 23:00")])
    logs = cut(desk, 1, 2, seed=ONE_DEFECT)
    assert [len(log["linked"]) for log in logs] == [1, 1, 1]
    assert "defects_before" not in logs[0].terms
    (name,) = logs[1].terms["defects_before"]
    assert name.startswith("firmware/router/2024-")
    assert logs[2].terms["defects_before"] == [name]
    weights = {float(log["defects"]["weight"][0]) for log in logs}
    assert weights == {1.0}


# ---- files that somebody else has written ---------------------------------------------------


def test_a_case_of_a_solved_defect_answers_yes_where_it_is_asked(desk: World) -> None:
    solved = {**FLAW, "found_at": "2025-01-03 09:00", "solved_at": "2025-01-05 09:00"}
    starts_from(desk, [solved], [{"defect": "D1"}, {}])
    log = desk.run(ONE_DEFECT)
    assert (answers(log, 1)["1.8.3/2"], answered_by(log, 1, "1.8.3/2")) == (["yes"], ["fact"])
    assert answers(log, 2)["1.8.3/2"] == ["no"]
    assert ends(log) == [(1, "by_defect", "mon 00:10")]


def test_a_solution_is_published_after_its_familys_delay(desk: World) -> None:
    desk.set(defects={"firmware": {"published": KNOWN}}, answers=likely(f182_18="no"))
    solved = {**FLAW, "found_at": "2025-01-03 09:00", "solved_at": "2025-01-05 10:40"}
    starts_from(desk, [solved], [])  # published on Tuesday at 10:40
    desk.cases("1.8.2", [software("tue 09:49"), software("tue 09:50")])
    log = desk.run(ONE_DEFECT)
    assert told(log["defects"]["published_at"][0]) == "tue 10:40"
    assert [row[1] for row in ends(log)] == ["by_defect", "deflected"]


def test_who_was_deflected_has_no_short_call(desk: World) -> None:
    """His solution is no news of the defect's, which was solved after he came."""
    desk.set(defects={"firmware": {"short_call": 0.1}})
    solved = {**FLAW, "found_at": "2025-01-03 09:00", "solved_at": "2025-01-05 09:00"}
    end = "D1; deflected 2025-01-05 12:00"
    starts_from(desk, [solved], [{"defect": end}, {"defect": "D1"}])
    log = desk.run(ONE_DEFECT)
    first = [steps(log, number)[0][3] for number in (1, 2)]
    assert first == ["mon 00:10", "mon 00:01"]
    assert ends(log)[0] == (1, "deflected", "0 sun 12:00")


def test_a_workaround_counts_from_when_the_defect_was_found(desk: World) -> None:
    desk.set(defects={"firmware": {"workaround": {"after": "3 d", "factor": 0.5}}})
    for found_at, ends_at in (("2025-01-03 00:00", "mon 00:05"), ("2025-01-04 00:00", "mon 00:10")):
        starts_from(desk, [{**FLAW, "found_at": found_at}],
                    [{"defect": "D1", "opened_at": "2025-01-04 10:00"}])  # fmt: skip
        assert steps(desk.run(ONE_DEFECT), 1)[0][3] == ends_at


def test_there_are_no_other_defects_of_before(desk: World) -> None:
    """Without the file one is drawn; with it there is none but those that it tells."""
    desk.cases("1.8.2", [software("mon 09:00")])
    assert len(desk.run(ONE_DEFECT)["defects"]) == 1
    starts_from(desk, [], [])
    desk.cases("1.8.2", [software("mon 09:00")])
    log = desk.run(ONE_DEFECT)
    assert len(log["defects"]) == len(log["linked"]) == 0


def test_a_defect_that_nobody_has_found_takes_new_cases(desk: World) -> None:
    starts_from(desk, [FLAW], [])
    desk.cases("1.8.2", [software("mon 09:00")])
    log = desk.run(ONE_DEFECT)
    (row,) = log["defects"]
    assert (told(row["found_at"]), row["solved_at"] < NEVER) == ("mon 09:00", True)
    assert [end[1] for end in ends(log)] == ["solved_it"]
