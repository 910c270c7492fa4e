"""The telephone of a scenario: how long callers wait, and who calls again."""

from __future__ import annotations

from typing import Literal

from cssim.scenario.distribution_forms import Time
from cssim.scenario.kinds import Chance, Duration, Reference, Word
from cssim.scenario.model_people import Factors
from cssim.scenario.section import Section


class Redial(Section):
    """Callers who were not answered and try again."""

    chance: Chance
    """The share of those hung up or turned away who call again."""
    delay: Time
    """How long after it."""
    patience: Literal["new", "same"] = "new"
    """Whether their patience is drawn anew, or is the one they had."""


class Overflow(Section):
    """Callers who wait too long for their region's people are put through to another's."""

    after: Duration
    """How long a caller waits before."""
    to: dict[Word, Reference]
    """By region, the region to which its callers go; one that is not named keeps them."""


class Callback(Section):
    """Callers who wait are offered to be called back."""

    after: Duration
    """How long a caller waits before he is asked."""
    accepting: Chance
    """The share of them who accept: they ring off, and are deferred work from then on."""


class Telephone(Section):
    """How live calls reach us: each attempt is a contact, and one that is answered is a case."""

    patience: Time | None = None
    """How long a caller waits before he hangs up; without it he never does."""
    factors: Factors | None = None
    """By one attribute's words, a factor on the patience; 1 for those that are not named."""
    redial: Redial | None = None
    """Whether he tries again; without it he does not."""
    callback: Callback | None = None
    """Whether callers are called back; without it they are not."""
    overflow: Overflow | None = None
    """Where callers go who wait too long; without it they stay."""
    after_call: Time | None = None
    """How long whoever took a call is busy with it after it; without it, not at all."""
    service_level: Duration = 20_000
    """Answered within this counts as served in time."""
