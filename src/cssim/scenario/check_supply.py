"""Cross checks of supply: suppliers, products, parts, and what the flows in use need of them."""

from __future__ import annotations

from collections.abc import Iterator

from cssim.scenario import check_stock
from cssim.scenario.look import Look
from cssim.scenario.value import Value


def tell(look: Look) -> None:
    """All names of suppliers, products and parts, and that what is needed is kept."""
    for rule in (
        _silences_end_after_they_begin,
        _products_are_those_of_the_attribute,
        _suppliers_are_known,
        _suppliers_deliver_and_repair,
        _needs_are_of_parts,
        _parts_in_use_are_said,
        _parts_in_use_are_kept,
        _who_has_the_wrong_parts_comes_again,
    ):
        rule(look)


def _silences_end_after_they_begin(look: Look) -> None:
    for key, supplier in look.each("suppliers"):
        for _, silence_key, silence in look.within(supplier, key, "silences"):
            start, end = silence.word("from"), silence.word("to")
            if start and end and end <= start:
                what = f"a silence ends after it begins, on {start}"
                look.problems.add(silence.entries["to"], f"{silence_key}.to", what)


def _products_are_those_of_the_attribute(look: Look) -> None:
    words = look.choices.get("product")
    products = look.section("products")
    for name, value in products.entries.items():
        look.key_must_be(
            value, f"products.{name}", name, "word of the attribute product", words or ()
        )
    if words and (products.entries or look.section("parts").entries):
        look.all_named(products, "products", "the product", words)


def _suppliers_are_known(look: Look) -> None:
    suppliers = tuple(look.section("suppliers").entries)
    for section in (("products",), ("parts", "types")):
        for key, value in look.each(*section):
            look.entry_must_be(value, key, "supplier", "supplier", suppliers)
    for name in ("lead_time", "repair_time"):
        for key, value in look.each("parts", name):
            look.key_must_be(value, key, key.rpartition(".")[2], "supplier", suppliers)


def _suppliers_deliver_and_repair(look: Look) -> None:
    """A supplier of some part has a lead time and a repair time."""
    wanted = [value.word("supplier") for value in look.section("parts", "types").entries.values()]
    suppliers = [one for one in look.section("suppliers").entries if one in wanted]
    for name in ("lead_time", "repair_time"):
        times = look.root.at("parts", name)
        if times is not None:
            look.all_named(times, f"parts.{name}", "the supplier", suppliers)


def _needs_are_of_parts(look: Look) -> None:
    for key, product in look.each("products"):
        look.entry_must_be(product, key, "unit", "part", check_stock.types(look))
        for part, part_key, value in look.within(product, key, "visit_parts"):
            look.key_must_be(value, part_key, part, "part", check_stock.types(look))
        for node, node_key, parts in look.within(product, key, "repair_parts"):
            found = look.nodes.get(node)
            if found is None or found.effect.parts != "use":
                what = f"{node} is no step that uses up parts (got {node})"
                look.problems.say(parts, node_key, what)
            for part, part_key, value in look.within(parts, node_key):
                look.key_must_be(value, part_key, part, "part", check_stock.types(look))


def _parts_in_use_are_said(look: Look) -> None:
    for key, node in look.nodes_in_use:
        if node.effect.parts and not look.section("parts").entries:
            what = f"the key parts is missing, {key} needs parts"
            look.problems.say(look.root, "", what)
            return


def _who_has_the_wrong_parts_comes_again(look: Look) -> None:
    wrong = look.root.at("parts", "wrong")
    for key, node in look.nodes_in_use if wrong is not None else ():
        asked = {"settle": "next_visit", "draw": "yes"}.get(node.effect.parts or "")
        if wrong is not None and asked and asked not in node.edges:
            what = f"a visit may have the wrong parts, but {key} has no answer {asked}"
            look.problems.say(wrong, "parts.wrong", what)


def _parts_in_use_are_kept(look: Look) -> None:
    """What a product may need is kept in every region whose cases may need it."""
    known = check_stock.types(look)
    needed = list(dict.fromkeys(part for part in _needed(look) if part in known))
    needed += [other for part in needed for other in check_stock.substitutes(look, part)]
    needed = [part for part in dict.fromkeys(needed) if part in known]
    stock = look.root.at("parts", "stock")
    if stock is None:
        return
    for point, parts in _of_benches_elsewhere(look):
        there = stock.entries.get(point)
        if there is None and parts:
            what = f"the stock of {point} is missing, where a bench needs parts"
            look.problems.say(stock, "parts.stock", what)
        elif there is not None:
            wanted = [part for part in parts if part in known]
            look.all_named(there, f"parts.stock.{point}", "the part", wanted)
    for region in _regions_with_parts(look):
        kept = stock.entries.get(region)
        if kept is None and needed:
            what = f"the stock of {region} is missing, where parts are needed"
            look.problems.say(stock, "parts.stock", what)
        elif kept is not None:
            look.all_named(kept, f"parts.stock.{region}", "the part", needed)


def _needed(look: Look) -> Iterator[str]:
    for product in look.section("products").entries.values():
        if unit := product.word("unit"):
            yield unit
        yield from (product.at("visit_parts") or Value({}, product.place)).entries
        for parts in (product.at("repair_parts") or Value({}, product.place)).entries.values():
            yield from parts.entries
    for _, source in look.each("demand"):
        if source.word("kind") == "bench" and "at" not in source.entries:
            yield from _components(look, source)


def _components(look: Look, bench: Value) -> Iterator[str]:
    """What repairs on a bench may use up."""
    for part in check_stock.listed(bench, "parts"):
        if isinstance(part.content, str):
            yield from look.section("parts", "types", part.content, "components").entries


def _of_benches_elsewhere(look: Look) -> Iterator[tuple[str, list[str]]]:
    """Stock points that are benches, and what has to be kept there."""
    for _, source in look.each("demand"):
        point = source.word("at") if source.word("kind") == "bench" else None
        if point in look.section("parts", "points").entries:
            yield point, list(dict.fromkeys(_components(look, source)))


def _regions_with_parts(look: Look) -> Iterator[str]:
    """Regions of sources whose flows lend, use up or exchange parts."""
    found = set()
    for _, source in look.each("demand"):
        if source.word("kind") == "bench" and "at" in source.entries:
            continue
        flows = look.reached([source.word("flow") or ""]).values()
        if any(node.effect.parts for flow in flows for node in flow.nodes.values()):
            found |= set(look.regions_of(source))
    yield from (region for region in look.regions if region in found)
