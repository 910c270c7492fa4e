"""Cross checks of money: each price that is needed is there, and for something that there is."""

from __future__ import annotations

from collections.abc import Iterator

from cssim.flows.graph import NodeKind
from cssim.scenario.check_flows import no_node
from cssim.scenario.look import Look
from cssim.scenario.model_promises import MORE_CLOCKS
from cssim.scenario.value import Value, joined


def tell(look: Look) -> None:
    """Grades, weight classes, suppliers, contracts and nodes of prices; one currency."""
    for rule in (
        _prices_are_in_one_currency,
        _something_has_a_price,
        _people_are_paid,
        _parts_have_a_weight,
        _repairs_have_a_price,
        _penalties_are_of_promises,
        _caps_are_of_penalties,
        _charges_are_at_nodes,
        _kilometres_are_of_a_map,
    ):
        rule(look)


def _kilometres_are_of_a_map(look: Look) -> None:
    price = look.root.at("costs", "travel", "km")
    if price is not None and look.root.at("travel", "speed") is None:
        what = "no way has a length, none is across a map (travel.areas with x and y)"
        look.problems.say(price, "costs.travel.km", what)


def _prices_are_in_one_currency(look: Look) -> None:
    first: str | None = None
    for key, price in _prices(look):
        currency = str(price.content).rpartition(" ")[2]
        if not currency.isupper():
            continue
        first = first or currency
        if currency != first:
            what = f"all prices are in one currency, the first is in {first}"
            look.problems.add(price, key, what)


def _prices(look: Look) -> Iterator[tuple[str, Value]]:
    """Every price, parts first."""
    for section, entry in ((("parts", "types"), "price"), (("work",), "cost")):
        for key, value in look.each(*section):
            if value.word(entry):
                yield joined(key, entry), value.entries[entry]
    for key, ways in look.each("parts", "sourcing"):
        for _, way_key, way in look.within(ways, key):
            if way.word("price"):
                yield joined(way_key, "price"), way.entries["price"]
    yield from _texts(look.section("costs"), "costs")


def _texts(value: Value, key: str) -> Iterator[tuple[str, Value]]:
    """The entries of a section, however deep, that are written like a price."""
    for name, entry in value.entries.items():
        if isinstance(entry.content, str) and " " in entry.content:
            yield joined(key, name), entry
        yield from _texts(entry, joined(key, name))


def _something_has_a_price(look: Look) -> None:
    costs = look.root.at("costs")
    if costs is not None and isinstance(costs.content, dict) and not list(_prices(look)):
        look.problems.say(costs, "costs", "nothing has a price, say what something costs")


def _people_are_paid(look: Look) -> None:
    """Where wages are paid, everybody who is counted has a grade that has one."""
    grades = look.section("costs", "wages").entries
    for role, places in look.section("pools").entries.items():
        for _, key, pool in look.within(places, f"pools.{role}"):
            look.entry_must_be(pool, key, "grade", "grade in costs.wages", grades)
            groups = list(look.within(pool, key, "groups"))
            for _, group_key, group in groups:
                look.entry_must_be(group, group_key, "grade", "grade in costs.wages", grades)
            without = [at for _, at, group in groups if "grade" not in group.entries]
            if not groups or {"people", "roster", "hiring"} & pool.entries.keys():
                without.append(key)
            ample = pool.word("people") == "ample"
            if grades and without and not ("grade" in pool.entries or role in grades or ample):
                what = f"their wage is missing, say a grade here or {role} in costs.wages"
                look.problems.say(pool, key, what)


def _parts_have_a_weight(look: Look) -> None:
    """Where goods are priced by weight class, each part has a class that has a price."""
    for name in ("transport", "storage"):
        classes = look.root.at("costs", name)
        if classes is None or not isinstance(classes.content, dict):
            continue
        _expect_parts(look, classes, f"costs.{name}")
        for key, part in look.each("parts", "types"):
            if "weight" not in part.entries:
                what = f"the weight is missing, by which costs.{name} prices it"
                look.problems.say(part, key, what)
            elif (weight := part.word("weight")) and weight not in classes.entries:
                what = f"the weight class {weight} has no price in costs.{name}"
                look.problems.say(part, joined(key, "weight"), what)


def _expect_parts(look: Look, value: Value, key: str) -> None:
    if look.root.at("parts") is None:
        look.problems.say(value, key, "there are no parts that this could be paid for")


def _repairs_have_a_price(look: Look) -> None:
    prices = look.root.at("costs", "repair")
    if prices is None or not isinstance(prices.content, dict):
        return
    _expect_parts(look, prices, "costs.repair")
    suppliers = list(look.section("suppliers").entries)
    for name, key, price in look.within(prices, "costs.repair"):
        look.key_must_be(price, key, name, "supplier", suppliers)
    of_parts = {part.word("supplier") for _, part in look.each("parts", "types")}
    wanted = [name for name in suppliers if name in of_parts]
    look.all_named(prices, "costs.repair", "the price of the supplier", wanted)


def _penalties_are_of_promises(look: Look) -> None:
    """A penalty is for a clock that the contract promises, or for its attainment target."""
    contracts = look.section("sla", "contracts").entries
    for key, penalties in look.each("costs", "penalties"):
        name = key.removeprefix("costs.penalties.")
        if not look.key_must_be(penalties, key, name, "contract", tuple(contracts)):
            continue
        contract = contracts[name]
        for clock, clock_key, price in look.within(penalties, key, "breach"):
            if clock in MORE_CLOCKS and clock not in contract.entries:
                what = f"a penalty without a clock: the contract {name} has no target for {clock}"
                look.problems.say(price, clock_key, what)
        if (missed := penalties.entries.get("missed")) and "attainment" not in contract.entries:
            what = f"a penalty without a target: the contract {name} has no attainment"
            look.problems.say(missed, joined(key, "missed"), what)


def _caps_are_of_penalties(look: Look) -> None:
    for key, penalties in look.each("costs", "penalties"):
        if not {"breach", "missed"} & penalties.entries.keys():
            what = "nothing is paid, say breach or missed"
            look.problems.say(penalties, key, what)
        period = penalties.entries.get("cap_period")
        if period is not None and "cap" not in penalties.entries:
            what = "the cap is missing that this is the period of"
            look.problems.say(period, joined(key, "cap_period"), what)


def _charges_are_at_nodes(look: Look) -> None:
    for name, said, charge in look.within(look.section("costs"), "costs", "charges"):
        node, equals, answer = name.partition("=")
        found = look.nodes.get(node)
        if found is None:
            no_node(look, charge, said, node)
        elif found.kind is NodeKind.LINK and not found.numbered:
            what = f"{node} is no step, it only leads into another flow"
            look.problems.say(charge, said, what)
        elif equals:
            look.key_must_be(charge, said, answer, f"answer of {node}", found.answers)
        if not {"price", "parts"} & charge.entries.keys():
            look.problems.say(charge, said, "nothing is charged, say price or parts")
        paid = charge.entries.get("parts")
        if paid is not None and paid.content is True:
            _expect_parts(look, paid, joined(said, "parts"))
