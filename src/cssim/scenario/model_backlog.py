"""The cases that are open when a run begins."""

from __future__ import annotations

from cssim.scenario.kinds import File
from cssim.scenario.section import Section

COLUMNS = (
    "id", "kind", "source", "parent", "region", "place", "opened_at", "stack", "state", "answers",
    "visits", "outcomes", "owner", "dedicated", "clocks", "renewed", "chased", "parts",
    "appointment",
)  # fmt: skip
PARTS = ("lent", "unused", "bad", "needs", "asked")  # words of the column `parts`
STOCK_COLUMNS = ("region", "part", "state", "count", "at")


class OpeningStock(Section):
    """Where parts are when the run begins."""

    file: File
    """A CSV file with the columns `region`, `part`, `state`, `count` and `at`: units `on_shelf`,
    `in_transit` (there `at` that moment), in `quarantine`, there and `released` for a batch to
    their supplier, in `repair` (back `at` that moment). With it `initial` counts for nothing."""


class Backlog(Section):
    """The cases that a run starts from."""

    file: File
    """A CSV file, one open case a row, as `cssim run` writes it (`open-cases.csv`); its columns are
    told in [mechanisms.md](mechanisms.md#starting-from-today)."""
    stock: OpeningStock | None = None
    """Where parts are, as `cssim run` writes it (`open-stock.csv`); without it what is on loan is
    taken out of the opening stock of its region."""
