"""The handbook's own flows in a tiny world: every step takes ten minutes, at all hours."""

from __future__ import annotations

from typing import Any

from cssim.flows import read as flows
from cssim.flows.graph import RETURNS, SUPPLIER, NodeKind
from tests.sim.worlds import World, choice, decision, fixed, kept, pool, step

REQUESTS = ("1.8.2", "1.8.3", "1.8.4", "1.8.5")
ROLES = ("agent", "regional_engineer", "hq_engineer", "service_manager", "logistics",
         "product_centre", "other_department")  # fmt: skip
ANSWERS = {  # the way on without trouble
    "1.8.2/7a": "no", "1.8.2/12": "yes", "1.8.2/15a": "no", "1.8.2/18": "yes",
    "1.8.2/18a": "company", "1.8.3/2": "no", "1.8.3/7": "yes", "1.8.3/8": "yes",
    "1.8.3/9": "yes", "1.8.4/8": "yes", "1.8.4/11": "yes", "1.8.4/12": "yes",
    "1.8.4/14": "yes", "1.8.4/17": "yes", "1.8.5/3": "hardware", "1.8.5/3c": "yes",
    "1.8.5/8": "no", "1.8.5/9": "fixed",
}  # fmt: skip
RESPONSE, RESOLUTION = ("1 h", "2 h", "4 h", "8 h"), ("24 h", "48 h", "72 h", "96 h")


def row(name: str, **weights: float) -> dict[str, float]:
    """A decision's weights; answers that are not named are never given."""
    flow, _, node = name.partition("/")
    return {word: weights.get(word, 0) for word in flows.library()[flow].nodes[node].answers}


def likely(**by_key: str) -> dict[str, Any]:
    """Sure answers by flow and node, written `f182_18="no"`."""
    return sure({f"1.8.{key[3]}/{key[5:]}": word for key, word in by_key.items()})


def sure(words: dict[str, str]) -> dict[str, Any]:
    """Drawn answers that are always the same."""
    return {name: {"weights": row(name, **{word: 1})} for name, word in words.items()}


def steps_with_people(*names: str) -> list[str]:
    """Steps of some flows that a scenario gives a time."""
    found = []
    for name in names:
        for node in flows.library()[name].nodes.values():
            timed = node.kind is NodeKind.STEP or (
                node.kind is NodeKind.DECISION and node.id.isdigit()
            )
            if timed and node.alias_of is None and SUPPLIER not in node.doers:
                found.append(RETURNS if node.id == RETURNS else f"{name}/{node.id}")
    return found


def requests(world: World) -> World:
    """A world of customers' requests; key accounts and all problems by attribute."""
    response, resolution = (dict(zip("1234", one, strict=True)) for one in (RESPONSE, RESOLUTION))
    world.set(
        attributes={
            "channel": choice("web", "phone"), "product": choice("router"),
            "customer": {"kind": "number", "count": 1}, "in_scope": choice("yes", "no"),
            "key_account": choice("no", "yes"),
            "problem": choice("common", "hardware", "software", "return", "dead_on_arrival",
                              "service", "suggestion"),
            "on_site_cover": choice("no", "yes"), "warranty": choice("yes", "no"),
            "contract_customer": choice("yes", "no"),
        },
        live={"channel": "phone"},
        pools={role: pool(3) for role in ROLES},
        work={name: {"time": fixed("10 min")} for name in steps_with_people(*REQUESTS)},
        answers=sure(ANSWERS),
        appointments={"lead": fixed("4 h"), "calendar": "always"},
        suppliers={
            "acme": {
                "calendar": "day",
                "times": {f"1.8.3/{node}": fixed("4 h") for node in ("9", "10", "13")},
            }
        },
        products={"router": {"supplier": "acme", "unit": "box",
                             "visit_parts": {"board": {"chance": 1, "units": {"2": 1}}}}},
        parts={
            "types": {name: {"supplier": "acme", "price": "100 CNY"} for name in ("board", "box")},
            "stock": {"north": {
                name: kept(4, 0, 4)
                for name in ("board", "box")
            }},
            "lead_time": {"acme": fixed("5 d")},
            "used": 1, "replaced": 1, "batch": 2, "repair_time": {"acme": fixed("7 d")},
            "repaired": 1,
        },
        sla={
            "contract": {"by": "key_account", "of": {"no": "standard", "yes": "standard"}},
            "contracts": {"standard": {
                "calendar": "always", "first_response": response, "resolution": resolution,
            }},
            "applies_to": ["1.8.2"],
        },
    )  # fmt: skip
    return world


ONE_DEFECT = 9  # the seed with which one of the router appears before the run, and none in it


def one_defect(world: World) -> World:
    """One defect, to which all software cases belong; the product centre alone can solve it."""
    requests(world)
    world.set(
        defects={
            "firmware": {
                "cases": {"problem": ["software"]},
                "incidence": {"router": "0.1 per week"},
                "lasts": "20 weeks",
                "weight": {"kind": "fixed", "value": 1},
                "alone": 0,
                "asked_at": ["1.8.2/18", "1.8.3/2", "1.8.3/7", "1.8.3/8"],
                "solved_at": ["1.8.3/8", "1.8.3/9"],
            }
        },
        answers=likely(f183_2="no", f183_7="no", f183_8="yes", f183_9="yes"),
    )
    return world


def sought_defect(world: World) -> World:
    """The defect that no case solves, and a report that begins a search for it by the centre."""
    one_defect(world)
    world.flow("report", {"r": step("service_manager")}, kind="management")
    world.flow("search", {"s": decision("product_centre", answers={"yes": "end", "no": "end"})},
               kind="management")  # fmt: skip
    world.at("report", "fri", time="08:00")
    world.at("search", "4 fri")
    (search,) = (name for name in world.scenario["demand"] if name.startswith("search"))
    world.set(
        work={"report/r": {"time": fixed("10 min")}, "search/s": {"time": fixed("4 h")}},
        answers=likely(f183_8="no", f183_9="no") | {"search/s": {"weights": {"yes": 1, "no": 0}}},
        defects={"firmware": {"solved_at": ["1.8.3/8", "1.8.3/9", "search/s"]}},
        effects={"found": {"at": "report/r", "begins": search,
                           "repeated": {"by": ["product", "problem"], "more_than": 1}}},
    )  # fmt: skip
    return world
