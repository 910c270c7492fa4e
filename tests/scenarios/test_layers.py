"""What wins over what: keys set by hand, files laid over, a file's own keys, its parents'."""

from pathlib import Path
from textwrap import dedent

import pytest

from cssim.errors import ScenarioError
from cssim.scenario import read

TINY = Path(__file__).parent / "valid" / "tiny.yaml"
PEOPLE = "pools.agent.national.people"
NOTHING = "a value is expected; to remove an entry write enabled: false (got nothing)"
NO_AGNET = (
    "--set pools.agnet.national.people=3: pools.agnet: there is no role agnet, did you mean agent?"
)
AGNET = "--set pools.agnet.national.people=3: pools.agnet.national"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a child of `tiny` in it, where messages name files as they are called."""
    monkeypatch.chdir(tmp_path)
    write("tiny.yaml", TINY.read_text("utf-8"))
    write("child.yaml", "version: 1\nextends: tiny.yaml\npools: {agent: {national: {people: 10}}}")
    return tmp_path


def write(name: str, text: str) -> Path:
    Path(name).write_text(f"{dedent(text).strip()}\n", "utf-8")
    return Path(name)


def people(*with_: str, set_: tuple[str, ...] = (), file: str = "child.yaml") -> int:
    return read.load(file, with_, set_).pools["agent"]["national"].people


def told(*with_: str, set_: tuple[str, ...] = ()) -> str:
    with pytest.raises(ScenarioError) as caught:
        read.load("child.yaml", with_, set_)
    return str(caught.value)


def test_a_files_own_key_wins_over_its_parents(folder: Path) -> None:
    assert (people(file="tiny.yaml"), people()) == (3, 10)


def test_a_file_laid_over_wins_over_the_files_own(folder: Path) -> None:
    write("more.yaml", "pools: {agent: {national: {people: {add: 2}}}}")
    assert people("more.yaml") == 12


def test_a_key_set_by_hand_wins_over_all_files(folder: Path) -> None:
    write("more.yaml", "pools: {agent: {national: {people: {add: 2}}}}")
    assert people("more.yaml", set_=(f"{PEOPLE}=7",)) == 7


def test_keys_set_by_hand_are_set_in_order(folder: Path) -> None:
    assert people(set_=(f"{PEOPLE}=7", f"{PEOPLE}={{times: 2}}")) == 14


def test_files_laid_over_need_no_version_and_give_no_description(folder: Path) -> None:
    write("more.yaml", "name: more\ndescription: More.\npools: {agent: {national: {people: 11}}}")
    scenario = read.load("child.yaml", ["more.yaml"])
    assert (scenario.name, scenario.description) == ("child + more", "")


def test_a_name_is_not_inherited(folder: Path) -> None:
    assert read.load("child.yaml").name == "child"


def test_two_files_laid_over_may_not_set_one_key(folder: Path) -> None:
    write("one.yaml", "pools: {agent: {national: {people: 11}}}")
    write("two.yaml", "pools: {agent: {national: {people: 12}}}")
    assert told("one.yaml", "two.yaml") == (
        "two.yaml:1: pools.agent.national.people: "
        "one.yaml:1 sets this too, in another --with file (got 12)\n"
        "    pools: {agent: {national: {people: 12}}}"
    )


def test_two_files_laid_over_may_set_neighbouring_keys(folder: Path) -> None:
    write("one.yaml", "pools: {agent: {national: {people: 11}}}")
    write("two.yaml", "pools: {agent: {national: {calendar: office}}}")
    pool = read.load("child.yaml", ["one.yaml", "two.yaml"]).pools["agent"]["national"]
    assert (pool.people, pool.calendar) == (11, "office")


def test_a_file_laid_over_may_not_remove_what_another_sets(folder: Path) -> None:
    write("one.yaml", "suppliers: {acme: {silences: {january: {to: 2025-01-25}}}}")
    write("two.yaml", "suppliers: {acme: {silences: {january: {enabled: false}}}}")
    assert told("one.yaml", "two.yaml").startswith(
        "two.yaml:1: suppliers.acme.silences.january.enabled: "
        "one.yaml:1 sets this too, in another --with file (got false)"
    )


def test_a_sibling_may_be_laid_over(folder: Path) -> None:
    write("sibling.yaml", "version: 1\nextends: tiny.yaml\nparts: {batch: 7}")
    scenario = read.load("child.yaml", ["sibling.yaml"])
    assert scenario.parts is not None
    assert (scenario.parts.batch, scenario.pools["agent"]["national"].people) == (7, 10)


def test_a_child_of_something_else_may_not_be_laid_over(folder: Path) -> None:
    write("other.yaml", "version: 1\nextends: ample.yaml\nparts: {batch: 7}")
    assert told("other.yaml") == (
        "other.yaml:2: extends: it is laid over child.yaml, "
        "which does not descend from this file (got ample.yaml)\n"
        "    extends: ample.yaml"
    )


def test_a_file_laid_over_that_is_not_there_is_told(folder: Path) -> None:
    assert told("nothing.yaml") == (
        "nothing.yaml: the file cannot be read, no such file or directory"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("people", "--set people: key=value is expected"),
        ("=3", "--set =3: key=value is expected"),
        (
            f"{PEOPLE}=-3",
            f"--set {PEOPLE}=-3: {PEOPLE}: a number of 0 or more is expected (got -3)",
        ),
        (
            f"{PEOPLE}=",
            f"--set {PEOPLE}=: {PEOPLE}: {NOTHING}",
        ),
        (f"{PEOPLE}={{add: 1", f"--set {PEOPLE}={{add: 1: {PEOPLE}: the value is no YAML"),
        (
            "pools.agnet.national.people=3",
            f"{AGNET}: the key shift_end is missing\n{AGNET}: the key calendar is missing\n"
            + NO_AGNET,
        ),
    ],
)
def test_what_is_wrong_with_a_key_set_by_hand_is_told(
    folder: Path, text: str, message: str
) -> None:
    assert told(set_=(text,)) == message


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("work.1.8.2/2.time.value=2 min", 2),
        ('work."1.8.2/2".time.value=3 min', 3),
        ("work.1.8.2/2.time={kind: fixed, value: 4 min}", 4),
    ],
)
def test_a_dotted_key_may_have_ids_with_dots(folder: Path, text: str, minutes: int) -> None:
    assert read.load("child.yaml", set_=(text,)).work["1.8.2/2"].time.mean == minutes * 60_000


def test_an_entry_that_is_not_there_may_be_set(folder: Path) -> None:
    set_ = ("work.1.8.2m/27.time={kind: fixed, value: 1 h}", "parts.stock.north.disk.initial=9")
    scenario = read.load("child.yaml", set_=set_)
    assert scenario.work["1.8.2m/27"].time.mean == 3_600_000


# ---- changes in code


def test_numbers_in_code_are_in_the_attributes_unit(folder: Path) -> None:
    changed = read.load("child.yaml").with_(
        {"time.window": 60_000, "demand.north.rate": 33.5, "parts.types.board.price": 5}
    )
    source = changed.demand["north"]
    assert (changed.time.window, source.rate) == (60_000, 33.5)
    assert changed.parts is not None
    assert str(changed.parts.types["board"].price) == "5 CNY"


def test_texts_in_code_are_those_of_a_file(folder: Path) -> None:
    changed = read.load("child.yaml").with_({"time.window": "3 d", PEOPLE: {"add": 1}}, name="new")
    assert (changed.name, changed.time.window) == ("new", 3 * 86_400_000)
    assert changed.pools["agent"]["national"].people == 11


def test_changes_in_code_go_through_the_same_checks(folder: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read.load("child.yaml").with_({PEOPLE: -1, "live.channel": "fax"})
    assert str(caught.value) == (
        f"code: {PEOPLE}: a number of 0 or more is expected (got -1)\n"
        "code: live.channel: there is no such channel, known are phone, web (got fax)"
    )


def test_a_change_in_code_leaves_the_scenario_as_it_was(folder: Path) -> None:
    scenario = read.load("child.yaml")
    before = scenario.hash
    scenario.with_({PEOPLE: 99})
    assert scenario.hash == before
    with pytest.raises(ValueError, match="frozen"):
        scenario.name = "other"


def test_the_hash_follows_values_and_files_and_not_where_they_stand(folder: Path) -> None:
    scenario = read.load("child.yaml")
    write("moved.yaml", "version: 1\nname: child\n\nextends: tiny.yaml\n"
          "# elsewhere\npools: {agent: {national: {people: {add: 7}}}}")  # fmt: skip
    assert read.load("moved.yaml").hash == scenario.hash
    assert scenario.with_({PEOPLE: 11}).hash != scenario.hash
    write("times.csv", "minutes\n5\n")
    observed = {"kind": "empirical", "file": "times.csv", "column": "minutes", "unit": "min"}
    of_file = scenario.with_({"work.1.8.2/9.time": observed})
    first = of_file.hash
    write("times.csv", "minutes\n6\n")
    assert of_file.hash != first


def test_another_version_is_told_wherever_it_is_set(folder: Path) -> None:
    what = "version: 1 is expected, the only version there is (got 2)"
    assert told(set_=("version=2",)) == f"--set version=2: {what}"
    with pytest.raises(ScenarioError, match="code: version: 1 is expected, the only version"):
        read.load("child.yaml").with_({"version": 2})
