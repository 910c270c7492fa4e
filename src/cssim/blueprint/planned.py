"""How long a sitting is expected to be: what decides whether it may still begin."""

from __future__ import annotations

from typing import Any

from cssim.blueprint.tables import Way

_ROUNDS = 30  # of substitution; a loop's weight is far below one


def planned_lengths(
    columns: dict[str, list[Any]], ways: list[tuple[Way, ...]], apart: frozenset[int]
) -> list[int]:
    """The planned length of a sitting that begins at each node, in ms.

    Expected time at the node, plus that of the nodes after it as long as the doer is the same,
    weighted by the chances of a first visit; loops by a few rounds of substitution. Nodes that
    stand apart are begun at a moment of their own.
    """
    count = len(columns["flow"])
    own = [
        (time.mean if time else 0.0) + (travel.mean if travel else 0.0)
        for time, travel in zip(columns["time"], columns["travel"], strict=True)
    ]
    planned = list(own)
    for _ in range(_ROUNDS):
        follows = [0.0 if node in apart else planned[node] for node in range(count)]
        planned = [own[node] + _after(columns, ways, node, follows) for node in range(count)]
    return [int(length + 0.5) for length in planned]


def _after(
    columns: dict[str, list[Any]], ways: list[tuple[Way, ...]], node: int, planned: list[float]
) -> float:
    total, before = 0.0, 0.0
    cumulative = columns["chances"][node][0][0] or (1.0,)
    for target, chance in zip(columns["targets"][node], cumulative, strict=False):
        to = target if target >= 0 else ways[~target][-1].to
        if to >= 0 and columns["roles"][to] and columns["roles"][to] == columns["roles"][node]:
            total += (chance - before) * planned[to]
        before = chance
    return total
