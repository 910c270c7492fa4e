"""Which defects there are: when each appears, in which product, and how heavy it weighs.

As with cases (see `arrivals`), candidates stand in bands of a fixed height that no scenario
value changes, and one is kept if its height is below the rate. Its address is (family, product,
local date, band, ordinal): more of them add some and move none.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from cssim.basis import draws
from cssim.basis.moments import DAY
from cssim.blueprint.backlog_tables import DefectBefore
from cssim.blueprint.fact_tables import Family
from cssim.eventlog import NEVER
from cssim.sim.arrivals import Ints, poisson

BAND = 0.25  # height of a band in defects per day; part of every address: never change it
_COUNT, _MOMENT, _HEIGHT, _WEIGHT = (
    draws.text_key(f"defects/{what}") for what in ("count", "moment", "height", "weight")
)


class Defect:
    """A fault of a product: it appears, is found by its first case, solved, and published.

    `case` and `node` are whose answer solved it, and where.
    """

    __slots__ = (
        "appears_at", "case", "family", "found_at", "key", "node", "number", "product",
        "published_at", "solved_at", "weight",
    )  # fmt: skip

    def __init__(self, family: int, product: int, appears_at: int, weight: float, key: int) -> None:
        self.number = -1
        self.family = family
        self.product = product
        self.appears_at = appears_at
        self.weight = weight
        self.key = key
        self.found_at = self.solved_at = self.published_at = NEVER
        self.case = self.node = -1

    def is_solved(self, family: Family, at: int) -> None:
        """Its solution is found, and published where its family says so, a while after."""
        self.solved_at = at
        if family.known_at >= 0:
            self.published_at = at + family.published_after


def draw(
    families: tuple[Family, ...],
    days: Ints,
    key: int,
    end: int,
    before: tuple[DefectBefore, ...] | None = None,
) -> list[Defect]:
    """All defects of a run with this key, by the moment at which they appear; numbered so.

    Args:
        families: what the scenario says of them.
        days: begin, end and date of every day from the first that matters.
        key: of seed and replication.
        end: of the run.
        before: those that have appeared before moment 0; without it these are drawn too.
    """
    told = [_told(families, one, key) for one in before or ()]
    found = [
        defect
        for number, family in enumerate(families)
        for product, rate in family.incidence
        if rate > 0
        for defect in _of_product(number, family, product, rate, days, key)
        if (-family.lasts < defect.appears_at if before is None else defect.appears_at >= 0)
        and defect.appears_at < end
    ]
    found = told + found
    found.sort(key=lambda one: one.appears_at)  # of one moment, in order of family and product
    for number, defect in enumerate(found):
        defect.number = number
    return found


def _told(families: tuple[Family, ...], one: DefectBefore, key: int) -> Defect:
    """A defect of before; its luck is that of its name."""
    own = draws.fold(key, one.key)
    defect = Defect(one.family, one.product, one.appears_at, one.weight, own)
    defect.found_at = one.found_at
    if one.solved_at < NEVER:
        defect.is_solved(families[one.family], one.solved_at)
    return defect


def _of_product(
    number: int, family: Family, product: int, rate: float, days: Ints, key: int
) -> list[Defect]:
    own = draws.fold(key, family.key, family.product_keys[product])
    starts, ends, dates = days.T
    bands = np.arange(int(np.ceil(rate / BAND)))
    day, band = (one.ravel() for one in np.meshgrid(np.arange(len(days)), bands, indexing="ij"))
    length = (ends - starts)[day]
    cell = draws.fold_many(own, dates[day], band)
    count = poisson(draws.uniforms(cell, _COUNT), BAND * length / DAY)
    at_cell = np.repeat(np.arange(len(cell)), count)
    ordinal = np.arange(len(at_cell)) - np.repeat(np.cumsum(count) - count, count)
    keys = draws.fold_many(cell[at_cell], ordinal)
    height = (band[at_cell] + draws.uniforms(keys, _HEIGHT)) * BAND
    moment = starts[day[at_cell]] + np.floor(draws.uniforms(keys, _MOMENT) * length[at_cell])
    weight = family.weight.values(np.asarray(ndtri(draws.uniforms(keys, _WEIGHT))))
    kept = np.flatnonzero(height < rate)
    rows = zip(moment[kept].tolist(), weight[kept].tolist(), keys[kept].tolist(), strict=True)
    return [Defect(number, product, int(at), heavy, one) for at, heavy, one in rows]
