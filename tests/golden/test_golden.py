"""One small study per flow, whose log is the same to the bit as when it was last looked at."""

import pytest

from cssim.conformance import invariants
from cssim.flows import read as flows
from tests.golden import renew

CHANGED = (
    "The results have changed. If that was meant, write the golden files anew with "
    "`python -m tests.golden.renew`, look at the difference, and say what changed and why in "
    "CHANGELOG.md under Results. If not, this is the bug."
)


@pytest.fixture(scope="module")
def logs():
    return {study: renew.simulated(study) for study in renew.STUDIES}


def test_every_flow_has_a_study():
    assert set(flows.library()) == set(renew.STUDIES)


@pytest.mark.parametrize("study", renew.STUDIES)
def test_a_study_gives_the_log_that_it_gave(logs, study):
    stored = (renew.HERE / f"{study}.txt").read_text("utf-8")
    assert renew.told(study, logs[study]) == stored, CHANGED


@pytest.mark.parametrize("study", renew.STUDIES)
def test_a_study_works_its_flow_through(logs, study):
    log = logs[study]
    flow = log.terms["flows"].index(study)
    closed = log["instances"][log["instances"]["flow"] == flow]["closed_at"] < 2**62
    assert closed.sum() >= 1


@pytest.mark.parametrize("study", renew.STUDIES)
def test_a_study_is_lawful(logs, study):
    assert not [str(problem) for problem in invariants.check(logs[study])]
