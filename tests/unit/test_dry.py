"""Shelves that can only run dry: which they are, and which are not."""

from pathlib import Path

import pytest

from cssim.scenario import dry, read
from cssim.scenario.model import Scenario

SHELF = "parts.stock.north"
DRY = "of those that are used some {} come back, and none are ordered: it can only run dry"


@pytest.fixture
def tiny(root: Path) -> Scenario:
    """Routers: visits use boards, benches use up boards, units are exchanged; servers: disks."""
    return read.load(root / "tests/scenarios/valid/tiny.yaml")


def rotable(tiny: Scenario, part: str, **more: object) -> list[str]:
    said = {f"{SHELF}.{part}": {"kind": "rotable", "initial": 3}, **more}
    return list(dry.shelves(tiny.with_(said)))


def test_who_orders_does_not_run_dry(tiny: Scenario) -> None:
    assert list(dry.shelves(tiny)) == []


def test_what_visits_use_comes_back_as_far_as_it_replaces_and_is_repaired(tiny: Scenario) -> None:
    shares = {"parts.replaced": 0.5, "parts.repaired": 0.8}
    assert rotable(tiny, "disk", **shares) == [f"{SHELF}.disk: {DRY.format('40 %')}"]
    assert rotable(tiny, "disk", **dict.fromkeys(shares, 1)) == []


def test_nothing_comes_back_of_what_is_not_repairable_or_used_up(tiny: Scenario) -> None:
    all_of_it = {"parts.replaced": 1, "parts.repaired": 1}
    never = [f"{SHELF}.disk: {DRY.format('0 %')}"]
    assert rotable(tiny, "disk", **all_of_it, **{"parts.types.disk.repairable": False}) == never
    (told,) = rotable(tiny, "board", **all_of_it)  # visits replace some, repairs use up others
    assert told.startswith(f"{SHELF}.board: less comes back than is used, and none are ordered")


@pytest.mark.parametrize(("exchanged", "told"), [(False, 1), (True, 0)])
def test_what_is_given_in_exchange_comes_back_from_a_bench_that_takes_it(
    tiny: Scenario, exchanged: bool, told: int
) -> None:
    bench = {"kind": "bench", "flow": "1.8.2m", "parts": ["router_unit"], "exchanged": exchanged}
    work = {f"work.1.8.2m/{n}": {"time": {"kind": "fixed", "value": "1 h"}} for n in (27, 28)}
    assert len(rotable(tiny, "router_unit", **{"demand.bench": bench}, **work)) == told


def test_what_a_stock_point_gives_does_not_come_back_to_it(tiny: Scenario) -> None:
    central = {
        "parts.points": {"central": {"title": {"en": "C", "zh": "中"}}},
        "parts.stock.central": {"disk": {"kind": "rotable", "initial": 9}},
    }
    whole = dict.fromkeys(("parts.replaced", "parts.repaired"), 1)
    never = "parts.stock.central.disk: what it gives does not come back to it"
    asked = {"parts.sourcing": {"north": {"north": {}, "central": {}}}}
    assert list(dry.shelves(tiny.with_(central | whole))) == []
    (told,) = dry.shelves(tiny.with_(central | whole | asked))
    assert told.startswith(never)
    ordered = {
        f"{SHELF}.disk": {
            "kind": "base_stock",
            "initial": 9,
            "order_up_to": 9,
            "ordered_from": "central",
            "transport": {"kind": "fixed", "value": "1 d"},
        }
    }
    (told,) = dry.shelves(tiny.with_(central | whole | ordered))
    assert told.startswith(never)
    bench = {"kind": "bench", "flow": "1.8.2m", "parts": ["disk"], "to": "central"}
    work = {f"work.1.8.2m/{n}": {"time": {"kind": "fixed", "value": "1 h"}} for n in (27, 28)}
    assert list(dry.shelves(tiny.with_(central | asked | {"demand.bench": bench} | work))) == []
    # and then a region gets nothing back
    (told,) = rotable(tiny, "disk", **central, **asked, **{"demand.bench": bench}, **work)
    assert told == f"{SHELF}.disk: {DRY.format('0 %')}"


def test_a_part_that_nobody_needs_stays_where_it_is(tiny: Scenario) -> None:
    spare = {"parts.types.spare": {"supplier": "acme", "price": "1 CNY"}}
    assert rotable(tiny, "spare", **spare) == []
