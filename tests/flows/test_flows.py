"""The handbook case by case: name, answers, steps, source; and nothing is left unvisited.

Steps without a flow are the file's own; answers under a flow's id are that flow's. Every
case is worked by the graphs and by the reference.
"""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cssim import reference
from cssim.conformance import answers
from cssim.flows import paths, read
from cssim.flows.graph import NodeKind

FLOWS = read.library()
FOLDER = Path(__file__).parent
MEMBERS = {"name", "answers", "steps", "source", "outcome", "called_from"}


def loaded(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((FOLDER / f"{name}.yaml").read_text("utf-8"))


CASES = [(flow, case) for flow in FLOWS for case in loaded(flow)]
NAMES = [f"{flow}: {case['name']}" for flow, case in CASES]


def answers_of(flow: str, case: dict[str, Any]) -> answers.AnswerSheet:
    given: dict[str, dict[str, Any]] = {flow: {}}
    for name, value in case["answers"].items():
        if name in FLOWS:
            given[name] = value
        else:
            given[flow][name] = value
    return answers.AnswerSheet(given)


def expected_steps(flow: str, case: dict[str, Any]) -> list[str]:
    steps = (str(step) for step in case["steps"])
    return [step if "/" in step or step == "RETURNS" else f"{flow}/{step}" for step in steps]


def walked(flow: str, case: dict[str, Any]) -> paths.Path:
    return paths.work_through(FLOWS, flow, case.get("called_from"), answers_of(flow, case))


@pytest.mark.parametrize(("flow", "case"), CASES, ids=NAMES)
def test_the_graphs_take_these_steps(flow, case):
    sheet = answers_of(flow, case)
    path = paths.work_through(FLOWS, flow, case.get("called_from"), sheet)
    assert [step.label for step in path.steps] == expected_steps(flow, case)
    assert path.outcome == case["outcome"]
    sheet.check_used()


@pytest.mark.parametrize(("flow", "case"), CASES, ids=NAMES)
def test_the_reference_takes_these_steps(flow, case):
    sheet = answers_of(flow, case)
    record = reference.work_through(flow, case.get("called_from"), sheet)
    assert [step.label for step in record.steps] == expected_steps(flow, case)
    assert record.outcome == case["outcome"]
    sheet.check_used()


def test_every_flow_has_its_cases_and_every_case_its_members():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {*FLOWS, "impossible"}
    for _, case in CASES:
        assert set(case) <= MEMBERS
        assert MEMBERS - {"called_from"} <= set(case)
    assert len(set(NAMES)) == len(NAMES)


def things(flow: str, node: str) -> set[str]:
    """A step and its documents, as they stand in `impossible.yaml`."""
    found = FLOWS[flow].nodes[node]
    documents = (*found.inputs, *found.outputs, *found.forms)
    return {f"{flow}/{node}", *(f"{flow} {document}" for document in documents)}


def everything() -> set[str]:
    """Every step, question, answer and document of the chapter."""
    found: set[str] = set()
    for flow in FLOWS.values():
        for node in flow.nodes.values():
            if node.numbered or node.kind is NodeKind.DECISION:
                found |= things(flow.id, node.id)
            found |= {f"{flow.id}/{node.id} {answer}" for answer in node.answers}
    return found


def visited() -> set[str]:
    found: set[str] = set()
    for flow, case in CASES:
        path = walked(flow, case)
        for step in path.steps:
            found |= things(step.flow, step.id)
        for of_flow, question, answer in path.answers:
            found |= {f"{of_flow}/{question}", f"{of_flow}/{question} {answer}"}
    return found


def test_every_step_answer_and_document_is_visited_or_listed_as_impossible():
    impossible = loaded("impossible")
    assert everything() - visited() == set(impossible)
    assert all(len(reason) > 20 for reason in impossible.values())


def test_every_end_and_every_link_of_a_flow_is_reached():
    calls = {(step.flow, step.id) for flow, case in CASES for step in walked(flow, case).steps}
    outcomes = {flow: set() for flow in FLOWS}
    for flow, case in CASES:
        outcomes[flow].add(case["outcome"])
    assert outcomes["1.8.2"] == {"solved", "declined", "exchanged", "unsolved"}
    assert outcomes["1.8.3"] == {"solved", "declined", "exchanged"}
    assert outcomes["1.8.4"] == {"solved", "declined", "exchanged"}
    assert outcomes["1.8.5"] == {"solved", "declined", "unsolved"}
    assert {("1.8.2", "10"), ("1.8.2", "11"), ("1.8.3", "4"), ("1.8.4", "3")} <= calls
