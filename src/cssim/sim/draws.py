"""Lengths and answers at their addresses, drawn in advance where most cases will ask.

Cases come in hands of up to 1,024 neighbours; each is dealt a tuple of numbers for the first
visits to the nodes that are met often. Every other number is drawn when it is asked for.
Whether a number was dealt or is drawn alone makes no difference to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

import numpy as np
from scipy.special import ndtri

from cssim.basis import draws
from cssim.basis.distributions import Distribution
from cssim.sim.state import Case

HAND = 1024  # the most cases that are dealt to at once; the first hands are smaller
_FIRST_HAND = 256
_OFTEN = 6  # a number that one case in so many asks for is dealt to all from then on
NOT_DEALT = 1 << 30

Luck = tuple[Any, ...]


class Stream:
    """One number that cases are drawn at a node: how long its step takes, or its answer.

    `column` is its place in what a case is dealt; it is there if `column < case.dealt`. A
    length that no factor changes is `whole`: rounded there already.
    """

    __slots__ = ("asked", "column", "key", "time", "whole")

    def __init__(self, key: int, time: Distribution | None, whole: bool) -> None:
        self.key = key
        self.time = time
        self.whole = whole
        self.column = NOT_DEALT
        self.asked = 0

    def values(self, keys: draws.Keys) -> list[Any]:
        """The first numbers of many cases."""
        u = draws.uniforms(keys, self.key)
        if self.time is not None:
            u = self.time.values(np.asarray(ndtri(u)))
        values: list[Any] = (u + 0.5).astype(np.int64).tolist() if self.whole else u.tolist()
        return values


class Draws:
    """The numbers of one run, by node: `lengths` (ms before factors) and `answers` (uniforms)."""

    def __init__(
        self,
        time: tuple[Distribution | None, ...],
        duration_keys: tuple[int, ...],
        answer_keys: tuple[int, ...],
        whole_lengths: list[bool],
    ) -> None:
        self.lengths = list(map(Stream, duration_keys, time, whole_lengths))
        self.answers = [Stream(key, None, False) for key in answer_keys]
        self._dealt: list[Stream] = []

    def hands(self, keys: draws.Keys) -> Iterator[tuple[range, int, Iterable[Luck]]]:
        """Deal to all cases, a hand at a time and not before it is asked for.

        Yields:
            The numbers of the hand's cases, how many numbers each is dealt, and these numbers.
        """
        first, size = 0, _FIRST_HAND
        while first < len(keys):
            cases = range(first, min(first + size, len(keys)))
            columns = [stream.values(keys[cases.start : cases.stop]) for stream in self._dealt]
            yield cases, len(columns), zip(*columns, strict=True) if columns else repeat(())
            self._deal_more(size)
            first, size = cases.stop, min(2 * size, HAND)

    def _deal_more(self, size: int) -> None:
        """After a hand of this size: what was asked for often is dealt from now on."""
        for stream in (*self.lengths, *self.answers):
            if stream.asked * _OFTEN >= size:
                stream.column = len(self._dealt)
                self._dealt.append(stream)
            stream.asked = 0

    def length(self, case: Case, stream: Stream, visit: int) -> float:
        """The drawn time of a step in ms, before factors; whole where there can be none."""
        time = stream.time
        if time is None:
            return 0
        if visit == 1:
            stream.asked += 1
        value = time.value(float(ndtri(self.number(case.key, stream.key, visit))))
        return int(value + 0.5) if stream.whole else value

    def uniform(self, case: Case, stream: Stream, visit: int) -> float:
        """A number in (0, 1) for an answer."""
        if visit == 1:
            stream.asked += 1
        return self.number(case.key, stream.key, visit)

    @staticmethod
    def number(key: int, stream: int, visit: int) -> float:
        """The number at an address; later visits have streams of their own."""
        return draws.uniform(key, stream if visit == 1 else draws.fold(stream, visit))
