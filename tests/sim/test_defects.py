"""Defects: whose a case is, what its solution is to the others, and that each is solved once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cssim import blueprint
from cssim.conformance import facts, invariants, replay
from cssim.eventlog import ANSWERED_BY, CASE_KINDS, LINK_ENDS, NEVER, EventLog
from cssim.flows import read as flows
from cssim.sim import run
from tests.sim import handbook_worlds
from tests.sim.handbook_worlds import ONE_DEFECT as SEED
from tests.sim.handbook_worlds import likely, one_defect
from tests.sim.worlds import (
    World,
    answered_by,
    answers,
    case,
    choice,
    fixed,
    kept,
    moment,
    node,
    steps,
    told,
)


@pytest.fixture
def desk(world: World) -> World:
    """One defect, to which all software cases belong; the product centre alone can solve it."""
    return one_defect(world)


def software(at: str, **more: str) -> Any:
    return case(at, problem="software", **more)


def ends(log: EventLog) -> list[tuple[int, str, str]]:
    """(case, how, when) of every case that belongs to a defect."""
    return [(int(r["case"]), LINK_ENDS[r["how"]], told(r["at"])) for r in log["linked"]]


def defect(log: EventLog) -> tuple[str, str, str, int]:
    """Found, solved and published, and the case that solved it, of the only defect."""
    (row,) = log["defects"]
    return (*(told(row[n]) for n in ("found_at", "solved_at", "published_at")), int(row["case"]))


# ---- solved by one, for all ----------------------------------------------------------------


def test_a_case_of_a_solved_defect_answers_yes_at_the_next_decision_that_asks(desk: World) -> None:
    desk.cases("1.8.2", [software("mon 09:00"), software("mon 09:15"), software("mon 09:30")])
    log = desk.run(SEED)  # 1.8.3/2 is answered after 70 minutes, 7 after 90, 8 after 100
    assert defect(log) == ("mon 09:00", "mon 10:40", "never", 0)
    assert answers(log, 1)["1.8.3/2"] == ["no"]
    assert answers(log, 1)["1.8.3/7"] == ["yes"]
    assert answered_by(log, 1, "1.8.3/7") == ["fact"]
    assert "1.8.3/8" not in answers(log, 1)
    # at the very moment of the solution the lower token is first: it is solved by then
    assert answers(log, 2)["1.8.3/2"] == ["yes"]
    assert ends(log) == [
        (0, "solved_it", "mon 10:40"), (1, "by_defect", "mon 10:45"), (2, "by_defect", "mon 10:40")
    ]  # fmt: skip


def test_a_case_without_a_defect_is_drawn_as_ever(desk: World) -> None:
    desk.cases("1.8.2", [software("mon 09:00"), software("mon 09:30"), case("mon 09:31")])
    desk.scenario["defects"]["firmware"]["incidence"] = {"router": "0 per week"}
    log = desk.run(SEED)
    assert len(log["defects"]) == len(log["linked"]) == 0
    assert answered_by(log, 1, "1.8.3/7") == ["draw"]
    assert answers(log, 1)["1.8.3/8"] == ["yes"]


def test_a_case_that_is_solved_before_its_defect_is_solved_on_its_own(desk: World) -> None:
    desk.set(answers=likely(f183_7="yes"))
    desk.cases("1.8.2", [software("mon 09:00")])
    log = desk.run(SEED)
    assert ends(log) == [(0, "alone", told(log["cases"]["closed_at"][0]))]
    assert defect(log)[1] == "never"


def test_a_case_that_ends_without_a_solution_leaves_its_defect_open(desk: World) -> None:
    desk.set(answers=likely(f183_8="no", f183_9="no"))
    desk.cases("1.8.2", [software("mon 09:00")])
    assert [row[1] for row in ends(desk.run(SEED))] == ["otherwise"]


def test_a_case_that_is_open_at_the_end_is_told_so(desk: World) -> None:
    desk.set(work={"1.8.3/7": {"time": fixed("900 h")}})
    desk.cases("1.8.2", [software("mon 09:00")])
    assert ends(desk.run(SEED)) == [(0, "open", "never")]


def test_the_supplier_solves_a_defect_too(desk: World) -> None:
    desk.set(answers=likely(f183_8="no"))
    desk.cases("1.8.2", [software("mon 09:00"), software("mon 13:05")])
    log = desk.run(SEED)
    assert defect(log)[3] == 0
    assert answers(log, 0)["1.8.3/9"] == ["yes"]
    assert [row[1] for row in ends(log)] == ["solved_it", "by_defect"]


# ---- sought by a report -------------------------------------------------------------------


THREE = [software(at) for at in ("mon 09:00", "mon 09:15", "mon 09:30", "fri 11:00")]


@pytest.fixture
def sought(world: World) -> World:
    """Three software cases of Monday end unsolved; the report of Friday finds them."""
    handbook_worlds.sought_defect(world)
    world.cases("1.8.2", THREE)
    return world


def test_a_report_begins_a_search_that_solves_what_is_repeated(sought: World) -> None:
    log = sought.run(SEED)
    _, solved, _, solver = defect(log)
    assert solved == "fri 12:10"  # ten minutes of the report, four hours of the search
    assert log["cases"]["kind"][solver] == CASE_KINDS.index("management")
    assert [row[1:] for row in ends(log)][-1] == ("by_defect", "fri 12:10")


def test_a_search_that_finds_no_cause_solves_nothing(sought: World) -> None:
    sought.set(answers={"search/s": {"weights": {"yes": 0, "no": 1}}})
    assert defect(sought.run(SEED))[1] == "never"


def test_a_search_that_no_finding_has_begun_solves_nothing(sought: World) -> None:
    sought.set(effects={"found": {"repeated": {"more_than": 3}}})
    log = sought.run(SEED)
    assert len(steps(log, only="search/s")) == 1  # that of the fourth Friday
    assert defect(log)[1] == "never"


@pytest.mark.parametrize(("more", "solved"), [(2, "fri 12:10"), (4, "never")])
def test_a_search_is_for_a_defect_of_the_product_that_was_found(
    sought: World, more: int, solved: str
) -> None:
    sought.set(
        attributes={"product": choice("router", "server")},
        products={"server": {"supplier": "acme", "unit": "box"}},
        parts={"stock": {"north": {"box": kept(40, 0, 4)}}},  # all are closed when it reports
    )
    others = [software(f"mon 10:{n:02}", product="server") for n in range(more)]
    sought.cases("1.8.2", [*THREE, *others])
    assert defect(sought.run(SEED))[1] == solved


def test_a_case_of_management_that_has_not_answered_has_solved_nothing(sought: World) -> None:
    log = sought.run(SEED)
    management = np.flatnonzero(log["cases"]["kind"] == CASE_KINDS.index("management"))
    (report, *_) = (int(one) for one in management if one != log["defects"]["case"][0])
    broken = {problem.law for problem in invariants.check(changed(log, "defects", 0, case=report))}
    assert broken == {"defects are solved by one of their cases"}


# ---- published -----------------------------------------------------------------------------

KNOWN = {"after": "2 h", "at": "1.8.2/8", "answer": "common"}


def test_a_case_of_a_published_solution_is_solved_from_the_common_questions(desk: World) -> None:
    desk.set(defects={"firmware": {"published": KNOWN}}, answers=likely(f182_18="no"))
    # published at 12:40; the problem is told 50 minutes after a case opens
    desk.cases("1.8.2", [software("mon 09:00"), software("mon 11:49"), software("mon 11:50")])
    log = desk.run(SEED)
    assert defect(log)[2] == "mon 12:40"
    assert answers(log, 1)["1.8.2/8"] == ["software"]
    assert answers(log, 1)["1.8.3/2"] == ["yes"]
    assert answers(log, 2)["1.8.2/8"] == ["common"]
    assert answers(log, 2)["1.8.2/18"] == ["yes"]
    assert answered_by(log, 2, "1.8.2/8") == answered_by(log, 2, "1.8.2/18") == ["fact"]
    assert [row[1] for row in ends(log)] == ["solved_it", "by_defect", "deflected"]
    problems = log.terms["attributes"]["problem"]
    assert {problems[code] for code in log.attributes["problem"]} == {"software"}


def test_what_is_not_published_by_the_runs_end_never_was(desk: World) -> None:
    desk.set(defects={"firmware": {"published": {**KNOWN, "after": "900 d"}}})
    desk.cases("1.8.2", [software("mon 09:00")])
    assert defect(desk.run(SEED))[2] == "never"


# ---- times ---------------------------------------------------------------------------------


def lengths(log: EventLog, case: int) -> list[tuple[str, int]]:
    """Minutes of every step that takes time of our people."""
    return [
        (name, (moment(done) - moment(started)) // 60_000)
        for name, who, started, done in steps(log, case)
        if who != "-" and done != started
    ]


def test_a_workaround_shortens_steps_from_its_moment_until_the_defect_is_solved(
    desk: World,
) -> None:
    desk.set(defects={"firmware": {"workaround": {"after": "55 min", "factor": 0.5}}})
    desk.cases("1.8.2", [software("mon 09:00"), case("mon 09:00")])
    log = desk.run(SEED)
    found = lengths(log, 0)
    assert [minutes for _, minutes in found] == [10] * 6 + [5] * 4 + [10] * (len(found) - 10)
    assert found[10][0] == "1.8.3/11"  # 8 has solved it
    assert {minutes for _, minutes in lengths(log, 1)} == {10}


def test_the_short_call_is_for_cases_that_were_open_when_their_defect_was_solved(
    desk: World,
) -> None:
    desk.set(defects={"firmware": {"short_call": 0.2}})
    desk.cases("1.8.2", [software("mon 09:00"), software("mon 09:35"), software("mon 11:00")])
    log = desk.run(SEED)  # solved at 10:40
    late = [minutes for _, minutes in lengths(log, 1)]
    assert late[:7] == [10] * 7  # the seventh began at 10:35
    assert set(late[7:]) == {2}
    assert {minutes for _, minutes in lengths(log, 2)} == {10}


def test_a_deflected_case_is_no_short_call(desk: World) -> None:
    desk.set(defects={"firmware": {"short_call": 0.2, "published": {**KNOWN, "after": "0 h"}}})
    desk.cases("1.8.2", [software("mon 09:00"), software("mon 09:55")])  # solved at 10:40
    log = desk.run(SEED)
    assert ends(log)[1] == (1, "deflected", "mon 10:45")
    assert {minutes for _, minutes in lengths(log, 1)} == {10}


# ---- whose a case is -----------------------------------------------------------------------

MANY = {
    "cases": {"problem": ["software", "hardware"]},
    "incidence": {"router": "1 per week", "server": "0.5 per week"},
    "lasts": "3 weeks",
    "weight": {"kind": "lognormal", "mean": 1, "cv": 1},
    "alone": 1,
    "asked_at": ["1.8.2/18", "1.8.3/2", "1.8.3/7", "1.8.3/8", "1.8.3/9"],
    "solved_at": ["1.8.3/8", "1.8.3/9"],
    "published": {"after": "1 d", "at": "1.8.2/8", "answer": "common"},
    "workaround": {"after": "1 d", "factor": 0.7},
    "short_call": 0.3,
}


@pytest.fixture(scope="module")
def many(root: Any) -> Callable[..., EventLog]:
    """Runs of the small scenario with many defects."""
    from cssim.scenario import read

    tiny = read.load(root / "tests/scenarios/valid/tiny.yaml")

    def simulated(**changes: Any) -> EventLog:
        said = {"defects": {"all": MANY}, "demand.north.rate": "60 per day",
                "pools.agent.national.people": 9}  # fmt: skip
        keys = {name.replace("__", "."): value for name, value in changes.items()}
        return run.simulate(blueprint.build(tiny.with_({**said, **keys})), 1)

    return simulated


@pytest.fixture(scope="module")
def many_log(many: Callable[..., EventLog]) -> EventLog:
    return many()


def links(log: EventLog) -> dict[tuple[int, ...], int]:
    """By address of a case, the moment at which its defect appeared."""
    cases, defects = log["cases"], log["defects"]
    return {
        tuple(int(cases[n][row["case"]]) for n in ("source", "date", "band", "ordinal")): int(
            defects["appears_at"][row["defect"]]
        )
        for row in log["linked"]
    }


def test_a_case_has_the_same_defect_whatever_becomes_of_it(
    many: Callable[..., EventLog], many_log: EventLog
) -> None:
    fewer = many(pools__hq_engineer__national__people=1, defects__all__published__after="9 d")
    assert links(fewer) == links(many_log)
    assert len(fewer["activities"]) != len(many_log["activities"])


def test_more_defects_take_cases_and_move_none_between_the_others(
    many: Callable[..., EventLog], many_log: EventLog
) -> None:
    more = many(defects__all__incidence__router="2 per week")
    before, after = links(many_log), links(more)
    old = set(many_log["defects"]["appears_at"].tolist())
    assert old < set(more["defects"]["appears_at"].tolist())
    moved = {at for one, at in after.items() if before.get(one) != at}
    assert moved
    assert not moved & old
    assert set(before) <= set(after)


def test_defects_move_no_other_draw(many: Callable[..., EventLog]) -> None:
    without, unlinked = many(defects={}), many(defects__all__alone=1e12)
    assert len(unlinked["defects"])
    assert not len(unlinked["linked"])
    names = without.tables.keys() - {"defects", "linked"}
    assert all(np.array_equal(without[name], unlinked[name]) for name in names)


def test_only_requests_belong_to_defects_and_each_to_one(many_log: EventLog) -> None:
    kinds = many_log["cases"]["kind"][many_log["linked"]["case"]]
    assert set(kinds.tolist()) == {0}
    assert (many_log["cases"]["kind"] == 1).any()
    assert len(set(many_log["linked"]["case"].tolist())) == len(many_log["linked"])


def test_who_never_gets_through_belongs_to_no_defect(many: Callable[..., EventLog]) -> None:
    log = many(
        telephone={"patience": {"kind": "exponential", "mean": "2 min"}},
        pools__agent__national__people=3,
    )
    assert (log["contacts"]["outcome"] == 2).any()
    assert not invariants.check(log)


# ---- laws ----------------------------------------------------------------------------------


def test_runs_with_defects_are_lawful_and_replay(many_log: EventLog) -> None:
    assert set(many_log["linked"]["how"].tolist()) == set(range(len(LINK_ENDS)))
    assert [str(problem) for problem in invariants.check(many_log)] == []
    book = flows.library()
    assert replay.replay(many_log, book, book).holds
    assert not facts.judge(many_log, book).contradictions


def test_a_deflected_case_whose_solution_is_not_published_contradicts_its_attribute(
    many_log: EventLog,
) -> None:
    rows = many_log["defects"].copy()
    rows["published_at"] = NEVER
    judged = facts.judge(with_table(many_log, "defects", rows), flows.library())
    assert "contradicts the attribute problem" in judged.contradictions[0]


def with_table(log: EventLog, name: str, rows: Any) -> EventLog:
    return replace(log, tables={**log.tables, name: rows})


def changed(log: EventLog, name: str, place: int, **values: int) -> EventLog:
    rows = log[name].copy()
    for column, value in values.items():
        rows[column][place] = value
    return with_table(log, name, rows)


def a_link(log: EventLog, how: str) -> int:
    return int(np.flatnonzero(log["linked"]["how"] == LINK_ENDS.index(how))[0])


PLANTS: dict[str, list[Callable[[EventLog], EventLog]]] = {
    "cases belong to a defect of theirs": [
        lambda log: with_table(log, "linked", np.append(log["linked"], log["linked"][:1])),
        lambda log: changed(log, "defects", int(log["linked"]["defect"][0]), product=5),
        lambda log: changed(log, "defects", int(log["linked"]["defect"][0]), appears_at=NEVER),
    ],
    "linked cases are solved once": [
        lambda log: changed(log, "linked", a_link(log, "by_defect"), how=4),
        lambda log: changed(log, "linked", a_link(log, "alone"), how=1),
        lambda log: changed(log, "linked", a_link(log, "deflected"), how=0),
        lambda log: changed(log, "linked", a_link(log, "otherwise"), at=0),
        lambda log: changed(log, "linked", a_link(log, "open"), how=5),
    ],
    "defects are solved by one of their cases": [
        lambda log: changed(log, "linked", a_link(log, "solved_it"), how=4),
        lambda log: with_table(
            log, "linked", np.delete(log["linked"], a_link(log, "solved_it"))
        ),
        lambda log: changed(log, "defects", solved(log), case=0),
        lambda log: changed(log, "defects", solved(log), published_at=1),
    ],
}  # fmt: skip


def solved(log: EventLog) -> int:
    return int(np.flatnonzero(log["defects"]["solved_at"] < NEVER)[0])


@pytest.mark.parametrize(
    ("law", "plant"), [(law, plant) for law, plants in PLANTS.items() for plant in plants]
)
def test_one_changed_row_breaks_the_law(
    many_log: EventLog, law: str, plant: Callable[[EventLog], EventLog]
) -> None:
    assert law in {problem.law for problem in invariants.check(plant(many_log))}


# ---- knowledge -----------------------------------------------------------------------------

LEARNS = {"at": "1.8.2/18", "answer": "yes", "cases": {"problem": ["common"]}, "limit": 1,
          "half": 0.01}  # fmt: skip


def test_common_problems_are_solved_with_what_is_published(desk: World) -> None:
    desk.set(
        defects={"firmware": {"published": KNOWN}}, knowledge=LEARNS, answers=likely(f182_18="no")
    )
    # published at 12:40; 18 is answered 70 minutes after a case opens
    desk.cases("1.8.2", [software("mon 09:00"), case("mon 11:29"), case("mon 11:30")])
    log = desk.run(SEED)
    assert answers(log, 1)["1.8.2/18"] == ["no"]
    assert answers(log, 2)["1.8.2/18"] == ["yes"]
    assert answered_by(log, 2, "1.8.2/18") == ["draw"]


def test_knowledge_is_about_the_cases_named(desk: World) -> None:
    desk.set(
        defects={"firmware": {"published": KNOWN}}, knowledge=LEARNS,
        answers=likely(f182_18="no", f182_12="no"),
    )  # fmt: skip
    desk.cases("1.8.2", [software("mon 09:00"), case("mon 15:00", problem="return")])
    assert answers(desk.run(SEED), 1)["1.8.2/18"] == ["no"]


def test_who_was_helped_with_less_known_is_helped_with_more(many: Callable[..., EventLog]) -> None:
    def helped(half: float) -> set[tuple[int, ...]]:
        log = many(knowledge={**LEARNS, "half": half, "limit": 0.95})
        rows = log["activities"]
        yes = log.terms["answers"].index("yes")
        at_18 = [node(log, one) == "1.8.2/18" for one in range(len(log.terms["nodes"]))]
        drawn = rows["answered_by"] == ANSWERED_BY.index("draw")
        mine = np.array(at_18)[rows["node"]] & drawn & (rows["answer"] == yes)
        cases = log["cases"][rows["case"][mine]]
        return {tuple(map(int, row)) for row in cases[["date", "band", "ordinal"]].tolist()}

    little, much = helped(50), helped(1)
    assert little < much
