"""Lengths and answers at their addresses, in blocks where most cases meet a node.

A block holds 4,096 neighbouring cases' numbers for one node's first visit; whether a number
comes from a block or is drawn alone makes no difference to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from cssim.basis import draws
from cssim.basis.distributions import Distribution
from cssim.sim.state import Case

BLOCK = 12  # log2 of a block's size
_ENOUGH = 256  # draws among 4,096 cases from which on a block is worth making
_MOST = 4  # blocks kept of each node
_MADE = -1

Blocks = dict[int, list[Any]]


class Draws:
    """The numbers of one run: unit lengths (ms before factors) and uniforms for answers.

    `lengths[node]` and `uniforms[node]` hold the blocks of first visits that are worth having,
    by the number of the block. Lengths that no factor changes are rounded there already.
    """

    def __init__(
        self,
        keys: draws.Keys,
        all_keys: list[int],
        time: Sequence[Distribution | None],
        duration_keys: Sequence[int],
        answer_keys: Sequence[int],
        whole_lengths: Sequence[bool],
    ) -> None:
        self.lengths: list[Blocks] = [{} for _ in time]
        self.uniforms: list[Blocks] = [{} for _ in time]
        self._keys = keys
        self._all_keys = all_keys  # with those of cases that come later
        self._whole = len(keys) >> BLOCK  # only whole blocks are made
        self._time = time
        self._duration_keys = duration_keys
        self._answer_keys = answer_keys
        self._whole_lengths = whole_lengths
        self._asked: dict[tuple[int, int, bool], int] = {}

    def length(self, case: Case, node: int, visit: int) -> float:
        """The drawn time of a step in ms, before factors; whole where there can be none."""
        time = self._time[node]
        if time is None:
            return 0.0
        number = case.number
        if visit == 1 and self._worth_a_block(number >> BLOCK, node, True):
            scores = np.asarray(ndtri(self._block(number >> BLOCK, self._duration_keys[node])))
            values: list[Any] = time.values(scores)
            if self._whole_lengths[node]:
                values = (np.array(values) + 0.5).astype(np.int64).tolist()
            _put(self.lengths[node], number >> BLOCK, values)
            drawn: float = values[number & (1 << BLOCK) - 1]
            return drawn
        score = float(ndtri(self.number(self.key(case), self._duration_keys[node], visit)))
        value = time.value(score)
        return int(value + 0.5) if self._whole_lengths[node] else value

    def uniform(self, case: Case, node: int, visit: int) -> float:
        """A number in (0, 1) for an answer."""
        number = case.number
        if visit == 1 and self._worth_a_block(number >> BLOCK, node, False):
            values: list[float] = self._block(number >> BLOCK, self._answer_keys[node]).tolist()
            _put(self.uniforms[node], number >> BLOCK, values)
            return values[number & (1 << BLOCK) - 1]
        return self.number(self.key(case), self._answer_keys[node], visit)

    def key(self, case: Case) -> int:
        """The address of a case."""
        return self._all_keys[case.number]

    @staticmethod
    def number(key: int, stream: int, visit: int) -> float:
        """The number at an address; later visits have streams of their own."""
        return draws.uniform(key, stream if visit == 1 else draws.fold(stream, visit))

    def _worth_a_block(self, block: int, node: int, length: bool) -> bool:
        """Whether this node is met often enough: as in the block before, or by now."""
        if block >= self._whole:
            return False
        place = (block, node, length)
        asked = self._asked.get(place, 0)
        if asked == _MADE:
            return False  # it was made, and had to go: the few cases left are drawn alone
        before = self._asked.get((block - 1, node, length), 0)
        worth = asked >= _ENOUGH or before == _MADE
        self._asked[place] = _MADE if worth else asked + 1
        return worth

    def _block(self, block: int, stream: int) -> NDArray[np.float64]:
        return draws.uniforms(self._keys[block << BLOCK : (block + 1) << BLOCK], stream)


def _put(blocks: Blocks, block: int, values: list[Any]) -> None:
    """Keep a block, and no more than the latest few."""
    if len(blocks) >= _MOST:
        del blocks[next(iter(blocks))]
    blocks[block] = values
