"""`cssim check`: what is compared, what it says, and how it ends."""

import pytest
from typer.testing import CliRunner

from cssim.cli import check, main
from cssim.conformance import equivalence, verdicts, walks
from cssim.conformance.verdicts import Verdict
from cssim.experiment import scripted
from cssim.flows import read

BOOK = read.library()


def every_way(most):
    for compared, ways in equivalence.graph_and_reference(BOOK, most):
        for script, walk in ways.items():
            answers = equivalence.answers_of(script)
            yield verdicts.Way(compared.flow, compared.called_from, answers, walk)


@pytest.fixture(scope="module")
def ways():
    return [*every_way(1), *every_way(2)][::4]


@pytest.fixture(scope="module")
def log(ways):
    return scripted.drive([way.script() for way in ways])


def test_the_simulation_goes_every_way_that_its_script_says(ways, log):
    found = verdicts.driven(ways, log, BOOK)
    assert found.details == ()
    assert found.holds


def test_every_comparator_sees_every_planted_difference(ways, log):
    found = list(verdicts.plants(BOOK, ways, log))
    assert [verdict.details for verdict in found if not verdict.holds] == []
    assert len(found) == 6


def test_driving_nothing_does_not_hold(log):
    assert not verdicts.driven([], log, BOOK).holds


@pytest.mark.parametrize(
    ("by", "called_from"), [("1.8.5", "1.8.3"), ("1.8.5", "1.8.4"), ("1.8.3", "1.8.4")]
)
def test_a_scripted_case_begins_where_its_caller_says(by, called_from):
    ways = equivalence.reference_ways(by, called_from, 1)
    script, walk = next(iter(ways.items()))
    case = {"flow": by, "called_from": called_from, "answers": equivalence.answers_of(script)}
    assert [walks.difference(walk, seen) for seen in scripted.walks_of([case])] == [None]


def told(monkeypatch, *found):
    monkeypatch.setattr(check, "_verdicts", lambda loaded, say: iter(found))
    return CliRunner().invoke(main.app, ["check"])


def test_it_ends_with_0_when_all_holds(monkeypatch):
    result = told(monkeypatch, Verdict("handbook: sound", True, ("a step missing: seen",)))
    assert result.exit_code == 0
    assert result.output == (
        "holds  handbook: sound\n         a step missing: seen\n1 hold, 0 do not\n"
    )


def test_it_ends_with_1_when_something_does_not_hold(monkeypatch):
    result = told(monkeypatch, Verdict("one", True), Verdict("other", False, ("why",)))
    assert result.exit_code == 1
    assert result.output == "holds  one\nFAILS  other\n         why\n1 hold, 1 do not\n"


def test_it_ends_with_2_on_bad_input(tmp_path):
    result = CliRunner().invoke(main.app, ["check", str(tmp_path / "none.yaml")])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
