"""Escalation of a scenario: when a decision's answer is a fact instead of a draw."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cssim.scenario.kinds import NodeKey, Number, SomeTime, Word
from cssim.scenario.section import Section

Share = Annotated[Number, Field(gt=0)]


class Escalation(Section):
    """A decision that is answered, and not drawn, for cases of which all said here holds."""

    at: NodeKey
    """The decision."""
    answer: Word
    """What is answered there: `no` at 1.8.3/7 hands the case up."""
    severity: Annotated[list[Word], Field(min_length=1)] | None = None
    """Cases of these severities."""
    attempts: dict[NodeKey, Annotated[int, Field(ge=1)]] | None = None
    """By step, how often it has been tried for the case before, at least."""
    used: dict[Word, Share] | None = None
    """By clock, the share of its target that is used up, at least; above 1 it is late."""


class Late(Section):
    """When a step of the scenario's own flow is late, and ends with the answer `late`.

    What comes first counts.
    """

    after: SomeTime | None = None
    """So long after the case came to it, whatever the hour."""
    used: Annotated[dict[Word, Share], Field(min_length=1)] | None = None
    """By clock, when such a share of its target is used up."""
