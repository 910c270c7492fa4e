"""Parallel sections: told in ascending number, and begun branch by branch."""

import pytest

from cssim.conformance import sections
from cssim.conformance.sections import Collected, Place
from cssim.conformance.walks import Visit, Walk
from cssim.flows import read

PLACES = {"f/2": Place("f/s", 0), "f/4": Place("f/s", 0), "f/3": Place("f/s", 1)}


def visits(numbers):
    return [Visit(f"f/{number}", frozenset()) for number in numbers]


def walk(numbers):
    return Walk(tuple(visits(numbers)), None)


def numbers(steps):
    return "".join(step.label[2:] for step in steps)


def test_the_handbooks_parallel_sections_are_known():
    found = sections.places(read.library())
    branches = {
        flow: {
            branch: sorted(
                label.split("/")[1]
                for label, place in found.items()
                if place.section.startswith(f"{flow}/") and place.branch == branch
            )
            for branch in (0, 1)
        }
        for flow in ("1.8.1", "1.8.7")
    }
    assert branches["1.8.1"] == {0: ["2", "4"], 1: ["3"]}
    assert branches["1.8.7"] == {0: ["2"], 1: ["3"]}
    assert {label.rsplit("/")[0] for label in found} == {"1.8.1", "1.8.6", "1.8.7"}


@pytest.mark.parametrize("order", ["1234", "1324", "1243"])
def test_branches_in_parallel_are_told_merged_in_ascending_number(order):
    assert numbers(sections.merged(visits(order + "5"), PLACES)) == "12345"


@pytest.mark.parametrize("seen", ["", "1", "12", "13", "124", "123", "1234", "12345"])
def test_an_open_case_is_a_beginning_branch_by_branch(seen):
    assert sections.prefix_difference(walk("12345"), walk(seen), PLACES) is None


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ("2", "it goes on to f/2, expected f/1"),
        ("14", "step no. 2 is f/4, expected f/2"),
        ("135", "it ends before f/2"),
        ("1245", "it ends before f/3"),
        ("1233", "it goes on to f/3, expected an end"),
        ("123456", "it goes on to f/6, expected an end"),
    ],
)
def test_what_is_no_beginning_is_told(seen, told):
    assert sections.prefix_difference(walk("12345"), walk(seen), PLACES) == told


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("12343456", "123456"),
        ("1256", "123456"),
        ("123", "123"),
        ("1234", "1234"),
        ("12334", "1234"),
        ("12", "12"),
    ],
)
def test_what_happens_once_per_customer_asked_stands_once(order, told):
    stretch = Collected(("f/3", "f/4"), ("f/5",))
    known = {visit.label: visit for visit in visits("34")}
    assert numbers(sections.once(visits(order), [stretch], known)) == told


def test_the_questionnaires_stretch_is_known():
    assert sections.collected(read.library()) == [
        Collected(("1.8.8a/3", "1.8.8a/4"), ("1.8.8a/5",))
    ]
