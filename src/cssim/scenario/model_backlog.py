"""The cases that are open when a run begins."""

from __future__ import annotations

from cssim.scenario.kinds import File
from cssim.scenario.section import Section

COLUMNS = (
    "id", "kind", "source", "parent", "region", "place", "opened_at", "stack", "state", "answers",
    "visits", "outcomes", "owner", "dedicated", "clocks", "renewed", "stays", "chased", "parts",
    "appointment", "defect",
)  # fmt: skip
PARTS = ("lent", "unused", "bad", "needs", "asked", "mends")  # words of the column `parts`
STOCK_COLUMNS = ("place", "part", "state", "count", "at")
UNIT_COLUMNS = ("source", "asks_at")
RENEWED_COLUMNS = ("source", "region", "delivered", "number", "life", "new_at", "case")
EFFECT_COLUMNS = ("effect", "person", "from", "until")
DEFECT_COLUMNS = ("id", "family", "product", "weight", "appeared_at", "found_at", "solved_at")


class OpeningStock(Section):
    """Where parts are when the run begins."""

    file: File
    """A CSV file with the columns `place`, `part`, `state`, `count` and `at`: units `on_shelf`,
    `in_transit` (there `at` that moment), in `quarantine`, there and `released` for a batch to
    their supplier, in `repair` (back `at` that moment), `ordered` elsewhere `at` that moment and
    not yet sent, on their way `to_bench` (there `at` that moment) or back `from_bench`. With it
    `initial` counts for nothing."""


class DefectsBefore(Section):
    """The defects that have appeared when the run begins."""

    file: File
    """A CSV file with the columns `id`, `family` (an entry of `defects`), `product`, `weight`,
    `appeared_at`, `found_at` (blank: nobody has) and `solved_at` (blank: it is not). There are no
    others of before the run, known or unknown."""


class UnitsBefore(Section):
    """When units of populations ask next."""

    file: File
    """A CSV file with the columns `source` (an entry of `demand` with a `population`) and
    `asks_at`, one row a unit that has no open case."""


class RenewedBefore(Section):
    """Which units of an installed base have been as good as new."""

    file: File
    """A CSV file with the columns `source` (an entry of `demand` with units as good as new),
    `region`, `delivered` (the first day of its period of delivery; blank: it was `installed`),
    `number` (among the units of that region and day, from 0), `life` (how often it has been as good
    as new), and either `new_at` (the last time) or `case` (the id of its open case)."""


class EffectsBefore(Section):
    """The effects that are in force when the run begins, or will be."""

    file: File
    """A CSV file with the columns `effect` (an entry of `effects`), `person` (whose proficiency;
    blank: all else that it changes), `from` and `until` (blank: for good)."""


class Backlog(Section):
    """The cases that a run starts from."""

    file: File
    """A CSV file, one open case a row, as `cssim run` writes it (`open-cases.csv`); its columns are
    told in [mechanisms.md](mechanisms.md#starting-from-today)."""
    stock: OpeningStock | None = None
    """Where parts are, as `cssim run` writes it (`open-stock.csv`); without it what is on loan is
    taken out of the opening stock of its region."""
    units: UnitsBefore | None = None
    """When units of populations without an open case ask next, as `cssim run` writes it
    (`open-units.csv`); those that are not told are drawn anew from the run's start on."""
    renewed: RenewedBefore | None = None
    """Which units of an installed base have been as good as new, as `cssim run` writes it
    (`open-renewed.csv`); the others fail as if each of their repairs before had taken no time."""
    defects: DefectsBefore | None = None
    """Which defects there are, as `cssim run` writes it (`open-defects.csv`); without it they are
    drawn, unsolved all of them, and no open case belongs to one."""
    effects: EffectsBefore | None = None
    """Which effects go on, as `cssim run` writes it (`open-effects.csv`); without it none is in
    force until its step is done again."""
