"""Defects of a scenario: faults of products that many cases have in common, and their solutions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cssim.scenario.distribution_forms import Plain
from cssim.scenario.kinds import Chance, Duration, Factor, NodeKey, Number, Rate, SomeTime, Word
from cssim.scenario.model_people import Only
from cssim.scenario.section import Section

Words = Annotated[list[Word], Field(min_length=1)]
Nodes = Annotated[list[NodeKey], Field(min_length=1)]
Times = Annotated[Number, Field(gt=0)]


class Published(Section):
    """How the solution of a defect becomes known, so that new cases need nobody's search."""

    after: Duration
    """How long after the defect is solved."""
    at: NodeKey
    """The decision at which a case of the defect is known from then on: 1.8.2/8."""
    answer: Word
    """What is answered there: `common`."""


class Workaround(Section):
    """A way to live with a defect while it is not solved."""

    after: Duration
    """How long after the first case of the defect."""
    factor: Times
    """On the times that our people need for its cases until it is solved."""


class Defects(Section):
    """A family of defects: they appear by product, and cases belong to one or stand alone."""

    cases: Only
    """One attribute, and its words with which a case may belong to a defect."""
    incidence: Annotated[dict[Word, Rate], Field(min_length=1)]
    """By product, how often one appears."""
    lasts: SomeTime
    """How long after it appears new cases may belong to it."""
    weight: Plain
    """Drawn for each: how likely a case belongs to it, against the others and `alone`."""
    alone: Factor
    """The weight of belonging to none."""
    asked_at: Nodes
    """Decisions that ask whether it can be solved: `yes` once the defect is."""
    solved_at: Nodes
    """Decisions at which the answer `yes` solves the defect."""
    published: Published | None = None
    """How its solution becomes known; without it, it does not."""
    workaround: Workaround | None = None
    """What helps in the meantime; without it, nothing does."""
    short_call: Times = 1
    """A factor on the times of the remaining steps of cases that were open when it was solved."""


class Knowledge(Section):
    """One answer grows likelier with every solution of a defect that is published.

    With n of them its chance is limit - (limit - chance) × 2^(-n / half), where chance is what
    `answers` says; one that is above the limit stays.
    """

    at: NodeKey
    """The decision: 1.8.2/18."""
    answer: Word
    """The answer: `yes`."""
    cases: Only
    """One attribute, and its words with which it is about a case: `problem: [common]`."""
    limit: Chance
    """What the chance grows to."""
    half: Times
    """How many solutions take half of the way there."""
