"""In which order work is taken from a line: presets, or a formula of named quantities."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag, WithJsonSchema

from cssim.scenario.kinds import Line, SomeTime, Word
from cssim.scenario.section import Section

# what a formula may name; `blueprint.rule_tables.Quantity` has their numbers
QUANTITIES = ("severity", "waiting", "time_left", "planned", "key_account", "travel", "live")

Preset = Literal["due", "fifo", "strict_fifo", "edd", "least_slack", "ageing"]

Text = Annotated[
    Line, WithJsonSchema({"type": ["string", "number"], "examples": ["waiting - severity"]})
]


class Formula(Section):
    """The line is served by the highest value of a formula."""

    formula: Text
    """Numbers, `+ - * /`, brackets, comparisons (1 or 0), `min(a, b)`, `max(a, b)`, and the
    names `severity` (1 is the gravest), `waiting`, `time_left`, `planned`, `travel` (all in
    hours), `key_account` and `live` (1 or 0)."""


def _order_tag(data: Any) -> str:
    return "@formula" if isinstance(data, dict | Formula) else "@preset"


Order = Annotated[
    Annotated[Preset, Tag("@preset")] | Annotated[Formula, Tag("@formula")],
    Discriminator(_order_tag),
]


class NoPromise(Section):
    """How work without a promise ranks."""

    severity: Word = "4"
    """Like a case of this severity."""
    due: SomeTime = 3 * 86_400_000
    """As if due so long after it is enabled."""


class Dispatch(Section):
    """In which order work is taken from a line."""

    order: Order = "due"
    """By severity, then by what is due next (`due`) or what came first (`fifo`); whatever its
    severity, by what came first (`strict_fifo`), what is due first (`edd`), or what has the least
    time left after its planned length (`least_slack`); by severity, but graver the longer it
    waits (`ageing`); or by a formula."""
    ageing: SomeTime = 86_400_000
    """With `ageing`, how long a wait counts as much as one step of severity."""
    no_promise: NoPromise = NoPromise()
    """How work without a promise ranks."""
