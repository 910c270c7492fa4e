"""What a case is: attributes of a scenario, and of one source."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from cssim.scenario.distribution_forms import by_kind
from cssim.scenario.kinds import Weights, Word
from cssim.scenario.section import Section


class Choice(Section):
    """An attribute that is one of some words."""

    given: ClassVar[None] = None

    kind: Literal["choice"]
    weights: Weights
    """How likely each word is, relative to the others."""


class GivenChoice(Section):
    """An attribute that is one of some words, by another attribute."""

    kind: Literal["choice"]
    given: Word
    """The attribute that it depends on."""
    weights: dict[Word, Weights]
    """By word of that attribute, how likely each word of this one is."""


class Numbered(Section):
    """An attribute that is a number from 0, each as likely."""

    given: ClassVar[None] = None

    kind: Literal["number"]
    count: Annotated[int, Field(ge=1)]
    """How many numbers there are."""


def _attribute_tag(data: Any) -> str | None:
    tag = by_kind(data)
    given = data.get("given") if isinstance(data, dict) else getattr(data, "given", None)
    return "@given" if tag == "@choice" and given is not None else tag


Attribute = Annotated[
    Annotated[Choice, Tag("@choice")]
    | Annotated[GivenChoice, Tag("@given")]
    | Annotated[Numbered, Tag("@number")],
    Discriminator(_attribute_tag),
]
