"""The slots of the cases that are open when a run begins.

What is not told of a case is drawn at the address of its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cssim.basis import draws as addresses
from cssim.blueprint.backlog_tables import OpenCase
from cssim.blueprint.tables import Blueprint
from cssim.sim import arrivals
from cssim.sim.state import REQUEST, Call

if TYPE_CHECKING:
    from cssim.sim.roster import Roster

_BAND = -1  # stands for all of them


def add(roster: Roster, blueprint: Blueprint, key: int) -> None:
    """Number the open cases after those that are known to come."""
    assert blueprint.backlog is not None
    first = len(roster)
    for place, told in enumerate(blueprint.backlog.cases):
        parent = first + told.parent if told.parent >= 0 else -1
        source = blueprint.sources[told.source]
        of = told.kind, source.flow, told.source, told.region, told.date
        row = (*of, _BAND, place, parent, -1, told.opened_at)
        own = addresses.fold(key, told.key)
        case = roster.comes_later(row, told.place, _values(blueprint, told, own), own)
        if told.place < 0:
            case.place = roster.turn(case.number, told.source)
        elif told.place != told.region:
            roster.place_of[case.number] = told.place
            if told.region >= 0:  # he was put through; his promises are his own region's
                case.call = Call(told.opened_at, told.region)
                case.call.answered = True
        if source.units and told.kind == REQUEST and told.branches:
            case.unit = told.source, roster.busy[told.source], 0
            roster.busy[told.source] += 1
        roster.restored.append(case)


def _values(blueprint: Blueprint, told: OpenCase, key: int) -> Sequence[int]:
    given = {number: np.array([value]) for number, value in enumerate(told.values)}
    source = replace(blueprint.sources[told.source], given=given)
    keys, row = np.array([key], dtype=np.uint64), np.zeros(1, dtype=np.int64)
    values: list[int] = arrivals.attributes_of(blueprint, source, keys, row)[0].tolist()
    return values
