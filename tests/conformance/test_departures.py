"""Departures: what a scenario's flows do otherwise is told by step and ruling."""

from dataclasses import replace

import pytest

from cssim.conformance import departures
from cssim.flows import read
from cssim.flows.graph import Edge

BOOK = read.library()


def with_node(flow, node, **changes):
    changed = replace(BOOK[flow].nodes[node], **changes)
    return with_nodes(flow, {**BOOK[flow].nodes, node: changed})


def with_nodes(flow, nodes):
    return {**BOOK, flow: replace(BOOK[flow], nodes=nodes)}


def without(flow, node):
    return with_nodes(flow, {id: one for id, one in BOOK[flow].nodes.items() if id != node})


STRAIGHT = {**BOOK["1.8.3"].nodes["3"].edges, "no": (Edge("8"),)}


@pytest.mark.parametrize(
    ("flows", "told"),
    [
        (BOOK, []),
        (
            with_node("1.8.3", "3", edges=STRAIGHT),
            ["1.8.3/3: on no: 8 instead of 7 (R3, R31, R92)"],
        ),
        (
            with_node("1.8.3", "7", doers=("product_centre",)),
            ["1.8.3/7: doers: product_centre instead of hq_engineer (R7, R31, R32)"],
        ),
        (without("1.8.3", "6"), ["1.8.3/6: left out (R31, R32)"]),
        (
            with_nodes("1.8.2m", {**BOOK["1.8.2m"].nodes, "29": BOOK["1.8.2m"].nodes["28"]}),
            ["1.8.2m/29: a step of its own (R30)"],
        ),
        ({**BOOK, "tickets": BOOK["1.8.2m"]}, ["tickets: a flow of its own"]),
        (
            {id: flow for id, flow in BOOK.items() if id != "1.8.7"},
            ["1.8.7: the flow is not in force"],
        ),
    ],
)
def test_a_departure_is_told_by_step_and_ruling(flows, told):
    found = [str(departure) for departure in departures.find(flows, BOOK)]
    assert found == told


def test_an_effect_that_is_another_one_is_told_by_its_name():
    node = BOOK["1.8.2"].nodes["25"]
    flows = with_node("1.8.2", "25", effect=replace(node.effect, renew=None))
    told = [str(departure) for departure in departures.find(flows, BOOK)]
    assert told[0].startswith("1.8.2/25: effect renew: nothing instead of resolution")


def test_a_changed_flow_touches_those_that_call_it_near_or_far():
    flows = with_node("1.8.5", "7", doers=("agent",))
    assert departures.touched(flows, BOOK) == {"1.8.2", "1.8.3", "1.8.4", "1.8.5"}
    assert departures.touched(BOOK, BOOK) == set()


def test_conditions_are_told_in_words():
    nodes = BOOK["1.8.5"].nodes
    never = {answer: (Edge("end-unsolved"),) for answer in nodes["9"].edges}
    told = [str(found) for found in departures.find(with_node("1.8.5", "9", edges=never), BOOK)]
    assert told[-1].startswith(
        "1.8.5/9: on hand_back: end-unsolved instead of"
        " 11 if parts are borrowed and 1.8.3 is open, else end-unsolved if 1.8.3 is open ("
    )
