"""Values of a scenario that change during a run: for dated spans, and by what management does."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cssim.scenario.kinds import Chance, Date, Duration, NodeKey, Number, Reference, SomeTime, Word
from cssim.scenario.model_people import Only
from cssim.scenario.section import Section

Times = Annotated[Number, Field(gt=0, le=1000)]
Rate = Annotated[Number, Field(ge=0, le=1000)]
Words = Annotated[list[Word], Field(min_length=1)]
Points = Annotated[Number, Field(ge=0, le=100)]


class Becoming(Section):
    """Requests that are not what they would have been, in one respect."""

    word: Word
    """The word that they would have."""
    to: Word
    """The word that they have instead."""
    share: Chance
    """The share of them."""
    of: Only | None = None
    """One attribute and its words: only these requests; without it, all."""


class Factors(Section):
    """What can change during a run; of several factors on one value all are multiplied."""

    times: dict[NodeKey, Times] | None = None
    """By step, a factor on how long it takes its doers, or the customer."""
    answers: dict[NodeKey, dict[Word, Times]] | None = None
    """By decision and answer, a factor on the answer's weight against the others'."""
    demand: dict[Word, Rate] | None = None
    """By source of the kind `profile`, a factor on its rate."""
    requests: dict[Word, dict[Word, Chance]] | None = None
    """By attribute and word, the share of the requests with this word that still come."""
    becomes: dict[Word, Becoming] | None = None
    """By attribute, which requests come with another word of it: `warranty`."""
    stock: dict[Word, dict[Word, Rate]] | None = None
    """By place and part, a factor on the levels at which, and up to which, more is ordered."""
    proficiency: dict[Word, Times] | None = None
    """By role, a factor on the times of all that its people do."""


class Dated(Factors):
    """A span in which some values are others than usual."""

    from_: Annotated[Date, Field(alias="from")]
    """The first such day."""
    to: Date | None = None
    """The first day on which they are as usual again; without it, they stay so."""
    absent: Annotated[list[Reference], Field(min_length=1)] | None = None
    """Roles, or pools like `logistics.north`, of which nobody is there, as if on leave."""


class Losses(Section):
    """What a request's score loses."""

    day: Points = 0.0
    """For each day (24 h) from its opening to its closing."""
    breach: Points = 0.0
    """For each of its two promises that was broken."""
    visit: Points = 0.0
    """For each visit on site after the first."""


class Satisfaction(Section):
    """How content a customer is with a request that is closed: a score, and who tells it."""

    best: Annotated[Points, Field(gt=0)]
    """The score of a request that loses nothing; none is below 0."""
    loses: Losses
    """What takes away from it."""
    answering: Chance
    """The share of the requests whose customers tell their score."""


class Repeated(Section):
    """What a report finds: more requests of one sort than there should be."""

    by: Annotated[list[Word], Field(min_length=1)]
    """Attributes; requests of one sort have the same word in each of them."""
    of: Only | None = None
    """One attribute and its words: only these requests count; without it, all."""
    more_than: Annotated[int, Field(ge=0)]
    """It is found if of some sort more are closed since the flow's case before."""


class Effect(Factors):
    """What a step of a management flow changes once it is done."""

    at: NodeKey
    """The step."""
    answer: Word | None = None
    """The answer that it has at this decision; without it, whatever is answered."""
    of: Only | None = None
    """One attribute and its words: only where the case of the flow has one of them, as the launch
    of one product; without it, whatever it is."""
    after: Duration = 0
    """How long after the step is done."""
    lasts: SomeTime | None = None
    """For how long, from its begin or the last time that it is begun again; without it, for
    good."""
    only_those_there: bool = False
    """Whether `proficiency` is that of the people who took part in the step alone."""
    below: Points | None = None
    """It begins only if the mean score that `satisfaction` has found is below this, of requests
    closed since the flow's case before; without it, whatever it is."""
    repeated: Repeated | None = None
    """It begins only if this is found; without it, whatever is."""
    begins: Word | None = None
    """A source of demand of a management flow, of which one more case begins, too. It is a search
    for a defect if the flow has a decision of `defects.*.solved_at`."""
