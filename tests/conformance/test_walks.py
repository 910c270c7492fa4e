"""Two walks are the same, or the first difference between them is told."""

import pytest

from cssim.conformance.walks import Visit, Walk, difference


def walk(*labels, outcome="solved", doer="agent"):
    return Walk(tuple(Visit(label, frozenset([doer])) for label in labels), outcome)


def test_equal_walks_have_no_difference():
    assert difference(walk("1", "2"), walk("1", "2")) is None


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (walk("1", "3"), "step no. 2 is 3, expected 2"),
        (walk("1", "3", "2"), "step no. 2 is 3, expected 2"),
        (walk("1", "2"), "it ends before 3"),
        (walk("1", "2", "3", "2", "3"), "it goes on to 2, expected an end"),
        (walk("1", "2", "3", outcome="declined"), "the outcome is declined, expected solved"),
        (walk("1", "2", "3", doer="board"), "1 is done by board, expected agent"),
    ],
)
def test_the_first_difference_is_told(seen, told):
    assert difference(walk("1", "2", "3"), seen) == told


def test_the_order_in_which_doers_are_named_is_no_difference():
    one = Walk((Visit("1", frozenset(["rnd", "finance"])),), "done")
    other = Walk((Visit("1", frozenset(["finance", "rnd"])),), "done")
    assert difference(one, other) is None
