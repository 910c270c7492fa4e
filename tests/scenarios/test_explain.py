"""What is told of a scenario: origins, differences, complete form, reference and schema."""

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cssim import eventlog
from cssim.cli import main
from cssim.errors import ScenarioError
from cssim.scenario import document, explain, read, reference, schema, section, written
from cssim.scenario.model import Scenario

HERE = Path(__file__).parent
VALID, INVALID = HERE / "valid", HERE / "invalid"
TINY = VALID / "tiny.yaml"
DOCS = HERE.parents[1] / "docs"
PEOPLE = "pools.agent.national.people"


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return read.load(TINY)


@pytest.fixture(scope="module")
def editor() -> jsonschema.protocols.Validator:
    """What an editor makes of the schema."""
    made = schema.schema()
    jsonschema.Draft202012Validator.check_schema(made)
    return jsonschema.Draft202012Validator(made)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main.app, ["scenario", *arguments])
    return done.exit_code, done.stdout, done.stderr


# ---- origins


def test_the_origin_of_a_value_is_where_it_was_written_last() -> None:
    scenario = read.load(VALID / "people-added-twice.yaml", set_=["live.channel=web"])
    assert scenario.origins[PEOPLE] == "people-added-twice.yaml:4"
    assert scenario.layers[PEOPLE] == ("people-added.yaml:4: 5", "tiny.yaml:49: 3")
    assert scenario.origins["live.channel"] == "--set live.channel=web"
    assert scenario.origins["pools.agent.national.latest_start"] == "default"


def test_origins_are_relative_to_the_scenarios_folder(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "tiny.yaml").write_text(TINY.read_text("utf-8"), "utf-8")
    child = tmp_path / "below" / "child.yaml"
    child.write_text("version: 1\nextends: ../tiny.yaml\n", "utf-8")
    assert read.load(child).origins[PEOPLE] == "../tiny.yaml:49"


def test_every_value_of_the_complete_form_has_its_origin_beside_it(tiny: Scenario) -> None:
    lines = [line for line in written.text(tiny).splitlines() if line]
    assert all(line.endswith(":") or "  # " in line for line in lines)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)


@given(
    st.recursive(
        TEXTS | st.integers(-99, 99) | st.booleans() | st.sampled_from([0.1, 2.5e20]),
        lambda below: (
            st.lists(below, max_size=3) | st.dictionaries(TEXTS.filter(bool), below, max_size=3)
        ),
        max_leaves=6,
    )
)
def test_what_is_written_is_read_back(value: Any) -> None:
    text = f"a: {written.flow(value)}\n"
    if "<<" not in text and "file" not in text:  # merge keys are refused, files found
        read_back = section.plain(document.parse(text, "here", Path("/here")).root)
        assert read_back == {"a": value}


# ---- explain and diff


def test_explaining_a_value_tells_its_meaning_origin_and_what_it_replaced() -> None:
    scenario = read.load(VALID / "demand-more.yaml")
    assert explain.explain(scenario, "demand.north.rate") == dedent(
        """\
        Cases per day, on average over a week of ordinary days.

        demand.north.rate: 24 per day
            demand-more.yaml:4
            instead of tiny.yaml:38: 20 per day"""
    )


def test_explaining_a_mapping_tells_all_that_is_in_it(tiny: Scenario) -> None:
    told = explain.explain(tiny, 'work."1.8.2/2".time')
    assert "work.1.8.2/2.time.kind: fixed\n    tiny.yaml:94" in told
    assert "work.1.8.2/2.time.value: 30 s\n    tiny.yaml:94" in told


def test_explaining_what_there_is_not_suggests_the_nearest(tiny: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"has no key pools\.agnet, did you mean pools\.agent"):
        explain.explain(tiny, "pools.agnet")


def test_a_scenario_differs_in_nothing_from_itself(tiny: Scenario) -> None:
    assert list(explain.differences(tiny, tiny)) == []


def test_another_order_of_words_is_a_difference(tiny: Scenario, tmp_path: Path) -> None:
    turned = tmp_path / "turned.yaml"
    text = TINY.read_text("utf-8").replace("{phone: 70, web: 30}", "{web: 30, phone: 70}")
    turned.write_text(text, "utf-8")
    assert list(explain.differences(tiny, read.load(turned))) == [
        "  attributes.channel.weights: the same entries in another order"
    ]


# ---- the reference and the schema


def test_the_document_has_the_keys_of_the_model() -> None:
    """If not: cssim scenario docs docs."""
    text = (DOCS / "scenario-format.md").read_text("utf-8")
    assert reference.inserted(text) == text


def test_the_schema_beside_it_is_the_models() -> None:
    """If not: cssim scenario docs docs."""
    assert json.loads((DOCS / "scenario.schema.json").read_text("utf-8")) == schema.schema()


def test_every_key_has_a_meaning() -> None:
    silent = [".".join(e.path) for e in reference.entries() if not e.meaning]
    assert {key.rpartition(".")[2] for key in silent} == {"kind"}


def test_the_document_has_every_column_of_the_event_log() -> None:
    text = (DOCS / "scenario-format.md").read_text("utf-8").partition("## The event log")[2]
    for table, layout in eventlog.TABLES.items():
        row = re.search(rf"^\| `{table}` \|.*\| (.*) \|$", text, re.MULTILINE)
        assert row is not None
        assert row[1].split(", ") == list(layout.names or ())


@pytest.mark.parametrize("path", sorted(VALID.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_schema_accepts_what_is_valid(
    path: Path, editor: jsonschema.protocols.Validator
) -> None:
    assert editor.is_valid(section.plain(document.load(path, path.name).root))


@pytest.mark.parametrize(
    "name",
    [
        "key-unknown",
        "key-misspelt-below",
        "time-a-list",
        "pool-people-a-word",
        "pool-shift-end-unknown",
        "demand-cadence-every-day",
        "part-share-above-one",
        "sla-cause-unknown",
        "relative-both-ways",
    ],
)
def test_the_schema_refuses_what_it_can_see(
    name: str, editor: jsonschema.protocols.Validator
) -> None:
    root = document.load(INVALID / f"{name}.yaml", name).root
    assert not editor.is_valid(section.plain(root))


# ---- the command line


def test_checking_good_files_ends_with_0() -> None:
    code, out, _ = run("check", str(TINY), str(VALID / "people-set.yaml"))
    assert code == 0
    assert out.count("is a complete scenario") == 2


def test_checking_tells_of_every_bad_file_and_ends_with_2() -> None:
    files = [INVALID / "pool-people-negative.yaml", TINY, INVALID / "time-a-list.yaml"]
    code, out, err = run("check", *map(str, files))
    assert (code, out.count("is a complete scenario")) == (2, 1)
    assert "people: a number of 0 or more is expected (got -1)" in err
    assert "time: a mapping is expected (got [Asia/Shanghai])" in err


def test_a_year_whose_holidays_nobody_knows_is_a_warning() -> None:
    code, _, err = run("check", str(TINY), "--set", "time.start=2090-01-02")
    assert code == 0
    assert "warning: calendars.office: the moved working days of CN in 2090 are not known" in err


def test_a_pool_of_which_more_is_asked_than_its_people_have_is_a_warning() -> None:
    code, _, err = run("check", str(TINY), "--set", "demand.north.rate=200 per day")
    assert code == 0
    assert "warning: pools.regional_engineer.north: some 840 % of its people's time is" in err
    assert "pools.service_manager" not in err
    assert run("check", str(TINY))[2] == ""


def test_more_summoned_than_there_are_is_a_warning() -> None:
    file, few = str(VALID / "forum-and-questionnaire.yaml"), "pools.hq_engineer.national.people=1"
    summoned = "meetings.1.8.8b/2.summoned.hq_engineer=2"
    _, _, err = run("check", file, "--set", few, "--set", summoned)
    assert "hq_engineer: 2 are summoned, and pools.hq_engineer.national has 1: all of them" in err


def test_resolving_prints_a_scenario(tmp_path: Path) -> None:
    code, out, _ = run("resolve", str(VALID / "people-set.yaml"), "--set", f"{PEOPLE}=8")
    assert code == 0
    (tmp_path / "again.yaml").write_text(out, "utf-8")
    assert read.load(tmp_path / "again.yaml").pools["agent"]["national"].people == 8


def test_explaining_takes_files_laid_over() -> None:
    code, out, _ = run(
        "explain", str(TINY), PEOPLE, "--with", str(VALID / "people-added.yaml"),
        "--with", str(VALID / "demand-more.yaml"),
    )  # fmt: skip
    assert (code, out.splitlines()[2]) == (0, f"{PEOPLE}: 5")


def test_explaining_an_unknown_key_ends_with_2() -> None:
    code, _, err = run("explain", str(TINY), "pool")
    assert (code, err) == (2, "tiny has no key pool, did you mean pools?\n")


def test_the_differences_of_two_files_are_told() -> None:
    code, out, _ = run("diff", str(TINY), str(VALID / "people-set.yaml"))
    assert (code, out) == (0, f"  {PEOPLE}: 3 -> 5  (tiny.yaml:49 | people-set.yaml:4)\n")
    assert run("diff", str(TINY), str(VALID / "nothing-said.yaml"))[1] == "no difference\n"


def test_a_file_that_is_not_there_is_one_line_and_ends_with_2() -> None:
    code, out, err = run("resolve", "nothing.yaml")
    assert (code, out) == (2, "")
    assert err == "nothing.yaml: the file cannot be read, no such file or directory\n"


def test_the_schema_is_printed_as_json() -> None:
    assert json.loads(run("schema")[1])["title"] == "A cssim scenario"
