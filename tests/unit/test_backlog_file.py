"""The file of open cases: what may stand in it, and what is told of what may not."""

import csv
from pathlib import Path

import pytest

from cssim import blueprint
from cssim.errors import ScenarioError
from cssim.scenario import read

GOOD = {"id": "A1", "source": "north", "opened_at": "2025-01-03 10:00", "stack": "1.8.2/1"}
LOAN = {"stack": "1.8.2/11 > 1.8.3/4 > 1.8.5/7", "parts": "lent board:2"}


def written(path: Path, *rows: dict[str, str]) -> None:
    header = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, header)
        out.writeheader()
        out.writerows(rows)


def built(root: Path, folder: Path, *rows: dict[str, str], set_: tuple[str, ...] = ()):
    """The blueprint of the tiny scenario that starts from these rows."""
    written(folder / "open.csv", *rows)
    tiny = root / "tests/scenarios/valid/tiny.yaml"
    set_ = (f"backlog.file={folder / 'open.csv'}", *set_)
    return blueprint.build(read.load(tiny, set_=set_))


def message(root: Path, folder: Path, *rows: dict[str, str], set_: tuple[str, ...] = ()) -> str:
    with pytest.raises(ScenarioError) as caught:
        built(root, folder, *rows, set_=set_)
    return str(caught.value)


STATES_ARE = (
    "one of on_shelf, in_transit, quarantine, released, repair, ordered, to_bench, from_bench"
    " is expected"
)
AGENT = "names are like agent#1"
ONLY = (
    "there is no clock response, known are first_response, resolution, answer, on_site, restore, "
    "update"
)
START = "2025-01-06"


@pytest.mark.parametrize(("column", "text", "what"), [
    ("source", "south", "there is no source of demand south, known are north"),
    ("source", "", "a value is expected"),
    ("kind", "management", "there is no kind management, known are request, chaser, reopened"),
    ("region", "south", "there is no region south, known are north"),
    ("opened_at", "", "a value is expected"),
    ("opened_at", "yesterday", "a local date and time is expected"),
    ("opened_at", "2025-01-06 00:00", f"a moment before the run's start, {START}, is expected"),
    ("opened_at", "2023-01-06", "it was opened more than 400 days before the run's start"),
    ("stack", "", "a node, like 1.8.2/11, is expected"),
    ("stack", "1.8.2/99", "1.8.2 has no node 99"),
    ("stack", "9.9/1", "9.9/1 is no node of a flow in force"),
    ("stack", "1.8.3/1", "cases of this source begin with 1.8.2"),
    ("stack", "1.8.2/9 > 1.8.3/1", "1.8.2/9 calls no flow"),
    ("stack", "1.8.2/11 > 1.8.4/5", "1.8.2/11 calls 1.8.3, not 1.8.4"),
    ("stack", "1.8.2/10 > 1.8.4/to-1.8.3 > 1.8.3/4 > 1.8.5/to-1.8.4 > 1.8.4/13",
     "1.8.4 is open twice (R7)"),
    ("stack", "1.8.2/18a", "nobody waits at 1.8.2/18a, which takes no time"),
    ("stack", "1.8.2/1 & 1.8.2/2", "1.8.2/1 and 1.8.2/2 are not parallel"),
    ("state", "since 2025-01-03 11:00 & live", "1 states are expected, one of each branch"),
    ("state", "since 2025-01-06 00:01", "since is a moment after the run's start"),
    ("state", "since 2025-01-03 09:00", "since is a moment before it can have been"),
    ("state", "left 1 h; began 2025-01-03 09:00", "began is a moment before it can have been"),
    ("state", "began 2025-01-03 11:00",
     "how much is left of what was begun is expected, like left 25 min"),
    ("state", "left 25", "a length of time needs a unit, one of ms, s, min, h, d, week, weeks"),
    ("state", "until 2025-01-05", "until is a moment after the run's start"),
    ("state", "by ann", f"nobody is called ann, {AGENT}"),
    ("state", "asleep",
     "since, came, began, left, until, by, live, responds, waiting may be told, not asleep"),
    ("severity", "5", "there is no word 5, known are 1, 2, 3, 4"),
    ("customer", "200", "a whole number below 200 is expected"),
    ("answers", "1.8.2/4", "what and its value, joined by =, are expected"),
    ("answers", "1.8.2/44=yes", "1.8.2 has no node 44"),
    ("visits", "1.8.2/4=often", "a whole number from 0 is expected"),
    ("outcomes", "1.8.3=solved", "1.8.3 is not open, it does not stand in the stack"),
    ("outcomes", "1.8.2=lost",
     "there is no outcome lost, known are solved, declined, exchanged, unsolved, done"),
    ("owner", "1.8.2=ann", f"nobody is called ann, {AGENT}"),
    ("dedicated", "ann", f"nobody is called ann, {AGENT}"),
    ("clocks", "response=2 h", ONLY),
    ("clocks", "resolution=2 h stopped 2025-01-07", "it stopped after the run's start"),
    ("renewed", "soon", "a local date and time is expected"),
    ("chased", "-1", "a whole number from 0 is expected"),
    ("parts", "lent fan:1",
     "there is no part fan, known are board, disk, router_unit, server_unit"),
    ("parts", "lost board:1",
     "lent or unused or bad or needs or asked or mends, like lent board:2, is expected"),
    ("appointment", "soon", "a local date and time is expected"),
    ("stays", "tier hq=2 h since 2025-01-03 10:00",
     "there is no promise of a tier hq, known are none"),
    ("defect", "D1", "there is no defect D1 among those of backlog.defects"),
])  # fmt: skip
def test_what_cannot_be_is_told_with_its_line(
    root: Path, tmp_path: Path, column: str, text: str, what: str
) -> None:
    told = message(root, tmp_path, {**GOOD, column: text})
    assert told == f"open.csv:2: {column}: {what} (got {text!r})"


def test_no_case_has_closed_before_it_opened(root: Path, tmp_path: Path) -> None:
    row = {**GOOD, "stack": "", "state": "closed 2024-12-01 10:00"}
    assert message(root, tmp_path, row) == (
        "open.csv:2: state: a moment after opened_at is expected (got 'closed 2024-12-01 10:00')"
    )


@pytest.mark.parametrize(("state", "what"), [
    ("closed 2025-01-04; returns 2025-01-05", "returns is a moment before the run's start"),
    ("closed 2025-01-04; since 2025-01-05", "closed and returns may be told, not since"),
    ("closed 2025-01-07", f"a moment up to the run's start, {START}, is expected"),
])  # fmt: skip
def test_a_closed_case_tells_when_it_closed_and_comes_back(
    root: Path, tmp_path: Path, state: str, what: str
) -> None:
    told = message(root, tmp_path, {**GOOD, "stack": "", "state": state}).splitlines()
    assert told[0] == f"open.csv:2: state: {what} (got {state!r})"


TIERS = (
    "sla.tiers.agent.calendar=office",
    'sla.tiers.agent.target={"1": 1 h, "2": 1 h, "3": 1 h, "4": 1 h}',
)


@pytest.mark.parametrize(("text", "what"), [
    ("tier hq=2 h since 2025-01-03 10:00",
     "there is no promise of a tier hq, known are tier agent"),
    ("tier agent=2 h since 2025-01-07", f"a moment up to the run's start, {START}, is expected"),
    ("tier agent=2 since 2025-01-04",
     "a length of time needs a unit, one of ms, s, min, h, d, week, weeks"),
    ("tier agent=2 h since 2025-01-04 stopped 2025-01-03",
     "tier agent: it stopped before it began"),
])  # fmt: skip
def test_a_stay_tells_whose_promise_it_is_and_since_when(
    root: Path, tmp_path: Path, text: str, what: str
) -> None:
    told = message(root, tmp_path, {**GOOD, "stays": text}, set_=TIERS)
    assert told == f"open.csv:2: stays: {what} (got {text!r})"


def test_all_that_is_wrong_is_told_at_once(root: Path, tmp_path: Path) -> None:
    told = message(root, tmp_path, {**GOOD, "severity": "9", "chased": "x"}, {**GOOD})
    assert told.splitlines() == [
        "open.csv:3: id: an id of its own is expected (got 'A1')",
        "open.csv:2: severity: there is no word 9, known are 1, 2, 3, 4 (got '9')",
        "open.csv:2: chased: a whole number from 0 is expected (got 'x')",
    ]


def test_columns_are_known_and_the_needed_ones_are_there(root: Path, tmp_path: Path) -> None:
    told = message(root, tmp_path, {"id": "A1", "source": "north", "colour": "red"})
    assert told.splitlines() == [
        "open.csv:1: colour: there is no such column",
        "open.csv:1: the column opened_at, stack is missing",
    ]


def test_what_several_do_is_in_the_hands_of_all_of_them(root: Path, tmp_path: Path) -> None:
    row = {**GOOD, "stack": "1.8.2/11 > 1.8.3/4 > 1.8.5/6", "state": "left 1 h"}
    assert message(root, tmp_path, row) == (
        "open.csv:2: state: by is expected, all who are at it, joined by + (got 'left 1 h')"
    )


def test_customers_and_suppliers_have_no_work_left(root: Path, tmp_path: Path) -> None:
    row = {**GOOD, "stack": "1.8.2/10 > 1.8.4/4", "state": "left 1 h"}
    assert message(root, tmp_path, row) == (
        "open.csv:2: state: nobody of ours works there: until is expected, not left "
        "(got 'left 1 h')"
    )


# ---- parts ----------------------------------------------------------------------------------


def test_no_more_is_on_loan_than_there_is(root: Path, tmp_path: Path) -> None:
    rows = [{**GOOD, **LOAN, "id": str(n)} for n in range(5)]
    assert message(root, tmp_path, *rows) == (
        "parts.stock.north.board: 10 are on loan to open cases, more than the opening stock of 8"
    )


def test_what_is_on_loan_is_taken_out_of_the_opening_stock(root: Path, tmp_path: Path) -> None:
    made = built(root, tmp_path, {**GOOD, **LOAN})
    assert made.parts is not None
    assert [rule.initial for rule in made.parts.stock] == [6, 8, 6, 6]


@pytest.mark.parametrize(("column", "text", "what"), [
    ("place", "south", "one of north is expected"),
    ("part", "fan", "one of board, disk, router_unit, server_unit is expected"),
    ("state", "lent", STATES_ARE),
    ("count", "many", "a whole number from 0 to 1000000000 is expected"),
    ("at", "2025-01-05 10:00", "a moment after the run's start is expected"),
    ("at", "", "a local date and time is expected"),
])  # fmt: skip
def test_what_cannot_be_of_the_stock_is_told_with_its_line(
    root: Path, tmp_path: Path, column: str, text: str, what: str
) -> None:
    row = {"place": "north", "part": "board", "state": "in_transit", "count": "5",
           "at": "2025-01-09 10:00"}  # fmt: skip
    written(tmp_path / "stock.csv", {**row, column: text})
    set_ = (f"backlog.stock.file={tmp_path / 'stock.csv'}",)
    told = message(root, tmp_path, GOOD, set_=set_)
    assert told == f"stock.csv:2: {column}: {what} (got {text!r})"


def test_a_stock_file_tells_of_what_is_stocked(root: Path, tmp_path: Path) -> None:
    row = {"place": "north", "part": "board", "state": "on_shelf", "count": "5", "at": ""}
    written(tmp_path / "stock.csv", row)
    set_ = (f"backlog.stock.file={tmp_path / 'stock.csv'}",)
    made = built(root, tmp_path, {**GOOD, **LOAN}, set_=set_)
    assert made.parts is not None
    assert [rule.initial for rule in made.parts.stock] == [5, 0, 0, 0]


def test_a_row_has_no_more_cells_than_there_are_columns(root: Path, tmp_path: Path) -> None:
    (tmp_path / "open.csv").write_text("id,source,opened_at,stack\nA,north,2025-01-03,1.8.2/1,x\n")
    tiny = root / "tests/scenarios/valid/tiny.yaml"
    with pytest.raises(ScenarioError) as caught:
        blueprint.build(read.load(tiny, set_=(f"backlog.file={tmp_path / 'open.csv'}",)))
    assert str(caught.value) == "open.csv:2: there are more cells than columns"


# ---- units of populations -------------------------------------------------------------------

MACHINES = (
    "demand.machines.kind=population", "demand.machines.flow=1.8.2", "demand.machines.units=2",
    "demand.machines.region=north", "demand.machines.time={kind: fixed, value: 30 d}",
)  # fmt: skip


def with_units(root: Path, folder: Path, *rows: dict[str, str]) -> str:
    written(folder / "units.csv", *rows)
    set_ = (*MACHINES, f"backlog.units.file={folder / 'units.csv'}")
    return message(root, folder, {**GOOD, "source": "machines"}, set_=set_)


@pytest.mark.parametrize(("column", "text", "what"), [
    ("source", "south", "one of north, machines is expected"),
    ("source", "north", "an entry of demand with a population is expected"),
    ("asks_at", "soon", "a local date and time is expected"),
    ("asks_at", "2025-01-05", "a moment after the run's start is expected"),
])  # fmt: skip
def test_what_cannot_be_of_a_unit_is_told_with_its_line(
    root: Path, tmp_path: Path, column: str, text: str, what: str
) -> None:
    unit = {"source": "machines", "asks_at": "2025-01-20 10:00", column: text}
    assert with_units(root, tmp_path, unit) == f"units.csv:2: {column}: {what} (got {text!r})"


def test_no_more_units_are_told_than_have_no_open_case(root: Path, tmp_path: Path) -> None:
    unit = {"source": "machines", "asks_at": "2025-01-20 10:00"}
    assert with_units(root, tmp_path, unit, unit, unit) == (
        "units.csv:3: source: 1 units of demand.machines.units have no open case, "
        "here are more (got 'machines')"
    )


# ---- units that are renewed -----------------------------------------------------------------

PUMPS = (
    "demand.pumps.kind=installed_base", "demand.pumps.flow=1.8.2",
    "demand.pumps.repaired=as_good_as_new",
    "demand.pumps.deliveries={2024-12: {north: 3}}",
    "demand.pumps.hazards={wear: {kind: weibull, scale: 60 d, shape: 2}}",
)  # fmt: skip
NEW = {"source": "pumps", "region": "north", "delivered": "2024-12-01", "number": "2", "life": "1",
       "new_at": "2025-01-03 10:00", "case": ""}  # fmt: skip


def with_renewed(root: Path, folder: Path, *rows: dict[str, str]) -> str:
    written(folder / "renewed.csv", *rows)
    set_ = (*PUMPS, f"backlog.renewed.file={folder / 'renewed.csv'}")
    return message(root, folder, {**GOOD, "source": "pumps"}, set_=set_)


@pytest.mark.parametrize(("column", "text", "what"), [
    ("source", "south", "one of north, pumps is expected"),
    ("source", "north", "an installed base whose units are as good as new is expected"),
    ("number", "3", "there is no such unit of this region and day of delivery"),
    ("life", "first", "a number is expected"),
    ("new_at", "soon", "a local date and time before the run's start is expected"),
    ("new_at", "2025-01-07", "a local date and time before the run's start is expected"),
    ("new_at", "", "either this or the open case is expected"),
])  # fmt: skip
def test_what_cannot_be_of_a_renewed_unit_is_told_with_its_line(
    root: Path, tmp_path: Path, column: str, text: str, what: str
) -> None:
    told = with_renewed(root, tmp_path, {**NEW, column: text})
    assert told == f"renewed.csv:2: {column}: {what} (got {text!r})"


@pytest.mark.parametrize(("column", "text"), [("region", "nord"), ("delivered", "2024-12"),
                                              ("delivered", "")])  # fmt: skip
def test_a_renewed_unit_is_told_by_its_address(
    root: Path, tmp_path: Path, column: str, text: str
) -> None:
    told = with_renewed(root, tmp_path, {**NEW, column: text})
    what = "there is no such unit of this region and day of delivery"
    assert told == f"renewed.csv:2: number: {what} (got '2')"


def test_the_case_of_a_renewed_unit_is_one_of_the_open_ones(root: Path, tmp_path: Path) -> None:
    told = with_renewed(root, tmp_path, {**NEW, "new_at": "", "case": "other"})
    what = "the id of an open case of this source is expected"
    assert told == f"renewed.csv:2: case: {what} (got 'other')"


def test_a_renewed_unit_is_told_once(root: Path, tmp_path: Path) -> None:
    open_ = {**NEW, "new_at": "", "case": GOOD["id"]}
    told = with_renewed(root, tmp_path, NEW, open_)
    assert told == "renewed.csv:3: number: this unit is told above (got '2')"


# ---- effects --------------------------------------------------------------------------------

TRAINED = (
    "demand.report={kind: dates, flow: 1.8.2m, dates: [2025-01-20]}",
    *(f"work.1.8.2m/{n}={{time: {{kind: fixed, value: 1 h}}}}" for n in (27, 28)),
    "effects.trained={at: 1.8.2m/28, proficiency: {agent: 0.9}, times: {1.8.2/9: 0.8}}",
)


@pytest.mark.parametrize(("column", "text", "what"), [
    ("effect", "trainned", "one of trained is expected"),
    ("person", "agent#9", "somebody whom the effect is about is expected"),
    ("from", "soon", "a local date and time is expected"),
    ("until", "2025-01-05", "a moment after the run's start, and after from, is expected"),
])  # fmt: skip
def test_what_cannot_be_of_an_effect_is_told_with_its_line(
    root: Path, tmp_path: Path, column: str, text: str, what: str
) -> None:
    told = {"effect": "trained", "person": "agent#1", "from": "2025-01-02", "until": ""}
    written(tmp_path / "effects.csv", {**told, column: text})
    set_ = (*TRAINED, f"backlog.effects.file={tmp_path / 'effects.csv'}")
    said = message(root, tmp_path, GOOD, set_=set_)
    assert said == f"effects.csv:2: {column}: {what} (got {text!r})"


# ---- defects --------------------------------------------------------------------------------

FLAW = {"id": "D1", "family": "firmware", "product": "router", "weight": "1.5",
        "appeared_at": "2025-01-02 08:00", "found_at": "2025-01-03 08:00",
        "solved_at": "2025-01-04 08:00"}  # fmt: skip
UNLIKE = "the case's product, its words and when it opened are not the defect's"
OF_D1 = {**GOOD, "problem": "software", "product": "router", "defect": "D1"}


def with_defects(
    root: Path, folder: Path, flaws: list[dict[str, str]], *rows: dict[str, str]
) -> str:
    written(folder / "flaws.csv", *flaws)
    written(folder / "open.csv", *rows)
    said = (f"backlog.file={folder / 'open.csv'}", f"backlog.defects.file={folder / 'flaws.csv'}")
    with pytest.raises(ScenarioError) as caught:
        blueprint.build(read.load(root / "tests/scenarios/valid/defects.yaml", set_=said))
    return str(caught.value)


@pytest.mark.parametrize(("column", "text", "what"), [
    ("id", "", "an id of its own, without a semicolon, is expected"),
    ("id", "a;b", "an id of its own, without a semicolon, is expected"),
    ("family", "hardware", "one of firmware is expected"),
    ("product", "fan", "one of router, server is expected"),
    ("weight", "heavy", "a number from 0 to 1e9 is expected"),
    ("weight", "nan", "a number from 0 to 1e9 is expected"),
    ("weight", "-1", "a number from 0 to 1e9 is expected"),
    ("appeared_at", "2025-01-07", f"a moment up to the run's start, {START}, is expected"),
    ("appeared_at", "", "a local date and time is expected"),
    ("found_at", "2025-01-01", "a moment from appeared_at on is expected"),
    ("found_at", "", "a moment from found_at on is expected"),
    ("solved_at", "2025-01-02 09:00", "a moment from found_at on is expected"),
])  # fmt: skip
def test_what_cannot_be_of_a_defect_is_told_with_its_line(
    root: Path, tmp_path: Path, column: str, text: str, what: str
) -> None:
    told = with_defects(root, tmp_path, [{**FLAW, column: text}], GOOD)
    if (column, text) == ("found_at", ""):
        column, text = "solved_at", FLAW["solved_at"]
    assert told == f"flaws.csv:2: {column}: {what} (got {text!r})"


def test_two_defects_have_two_ids(root: Path, tmp_path: Path) -> None:
    assert with_defects(root, tmp_path, [FLAW, FLAW], GOOD) == (
        "flaws.csv:3: id: an id of its own, without a semicolon, is expected (got 'D1')"
    )


def test_a_file_of_defects_has_all_its_columns(root: Path, tmp_path: Path) -> None:
    assert with_defects(root, tmp_path, [{"id": "D1", "family": "firmware"}], GOOD) == (
        "flaws.csv:1: the column product, weight, appeared_at, found_at, solved_at is missing"
    )


@pytest.mark.parametrize(("change", "what"), [
    ({"defect": "D2"}, "there is no defect D2 among those of backlog.defects"),
    ({"defect": "D1; lost 2025-01-04"},
     "one of by_defect, deflected, solved_it, alone, otherwise and a moment is expected"),
    ({"defect": "D1; by_defect soon"}, "a local date and time is expected"),
    ({"product": "server"}, UNLIKE),
    ({"product": ""}, UNLIKE),
    ({"problem": "hardware"},
     UNLIKE),
    ({"opened_at": "2025-01-02 07:00"},
     UNLIKE),
])  # fmt: skip
def test_a_case_belongs_to_a_defect_that_could_be_its_own(
    root: Path, tmp_path: Path, change: dict[str, str], what: str
) -> None:
    row = {**OF_D1, **change}
    told = with_defects(root, tmp_path, [FLAW], row)
    assert told == f"open.csv:2: defect: {what} (got {row['defect']!r})"
