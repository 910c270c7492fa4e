"""Cross checks of demand: its flows, places, attributes and files."""

from __future__ import annotations

import csv
from pathlib import Path

from cssim.basis import recorded
from cssim.scenario import check_names, check_stock
from cssim.scenario.look import Look, words_of
from cssim.scenario.value import Value, joined


def tell(look: Look) -> None:
    """Everything that a source of demand names."""
    for key, value in look.each("demand"):
        flow = look.entry_must_be(value, key, "flow", "flow", tuple(look.graphs))
        look.entry_must_be(value, key, "calendar", "calendar", look.calendars)
        look.entry_must_be(value, key, "region", "region", look.regions)
        if value.word("kind") == "file":
            _columns(look, value, key)
        else:
            own_attributes(look, value, key, "attributes")
        if value.word("kind") == "bench":
            _bench(look, value, key)
        if flow:
            _kind_of_flow(look, value, key, flow)
        _calendar_of_factors(look, value, key)


def own_attributes(look: Look, source: Value, key: str, *path: str) -> None:
    """What a source draws otherwise is declared, and with no other words."""
    for name, own_key, own in look.within(source, key, *path):
        if not look.key_must_be(own, own_key, name, "attribute", tuple(look.attributes)):
            continue
        check_names.attribute_rows(look, own, own_key)
        declared = look.attributes[name]
        if declared is None:
            continue
        for word in words_of(own) or ():
            if word not in declared:
                what = f"{word} is no word of the attribute {name}, which has {', '.join(declared)}"
                look.problems.say(own, own_key, what)


def _columns(look: Look, source: Value, key: str) -> None:
    """What a file tells has a column, and words that are known."""
    headings = _headings(look, source, key)
    _column(look, source.entries.get("opened_at"), joined(key, "opened_at"), headings)
    for name, own_key, own in look.within(source, key, "attributes"):
        if look.key_must_be(own, own_key, name, "attribute of words", tuple(look.choices)):
            _mapped(look, own, own_key, headings, look.choices[name], name)
    for name, own_key, own in look.within(source, key, "actual"):
        if name != "note":
            _column(look, own, own_key, headings)
    region = source.entries.get("region")
    if region is not None and region.entries:
        _mapped(look, region, joined(key, "region"), headings, look.regions, "region")


def _mapped(
    look: Look, own: Value, key: str, headings: list[str] | None, words: tuple[str, ...], what: str
) -> None:
    _column(look, own.entries.get("column"), joined(key, "column"), headings)
    for _, value_key, value in look.within(own, key, "values"):
        look.must_be(value, value_key, what, words)
    look.entry_must_be(own, key, "otherwise", what, words)


def _column(look: Look, said: Value | None, key: str, headings: list[str] | None) -> None:
    if headings is not None:
        look.must_be(said, key, "column in the file", headings)


def _headings(look: Look, source: Value, key: str) -> list[str] | None:
    """The headings of a source's file; None where it has none that can be read."""
    said = source.entries.get("file")
    if said is None or not isinstance(said.content, str):
        return None
    try:
        with recorded.opened(Path(said.content)) as stream:
            return list(csv.DictReader(stream).fieldnames or ())
    except FileNotFoundError:
        look.problems.add(said, joined(key, "file"), "there is no such file")
    except recorded.BROKEN:
        look.problems.add(said, joined(key, "file"), "the file is no CSV file that can be read")
    return None


def _kind_of_flow(look: Look, source: Value, key: str, flow: str) -> None:
    of_customers = source.word("kind") in ("profile", "file", "population", "installed_base")
    if source.word("kind") == "bench" and look.graphs[flow].customer_case:
        what = f"{flow} is a customer's case, a bench works through one of ours"
        look.problems.add(source.entries["flow"], joined(key, "flow"), what)
    if of_customers and not look.graphs[flow].customer_case:
        what = f"{flow} is no customer's case, its source is of kind cadence or dates"
        look.problems.add(source.entries["kind"], joined(key, "kind"), what)


def _bench(look: Look, source: Value, key: str) -> None:
    """A bench is for parts that there are, and that nobody else repairs."""
    types = check_stock.types(look)
    if not types:
        look.problems.say(source, key, "the scenario has no parts")
    points = tuple(look.section("parts", "points").entries)
    look.entry_must_be(source, key, "at", "stock point", points)
    for told, other in (("at", "transport"), ("transport", "at")):
        if told in source.entries and other not in source.entries:
            what = f"a bench elsewhere has a place and a way to it, but {other} is missing"
            look.problems.say(source.entries[told], f"{key}.{told}", what)
    others = [
        one.content
        for other, value in look.each("demand")
        if other < key and value.word("kind") == "bench"
        for one in check_stock.listed(value, "parts")
    ]
    for number, one in enumerate(check_stock.listed(source, "parts")):
        part = look.must_be(one, f"{key}.parts[{number}]", "part", types)
        said = look.section("parts", "types", part or "", "repairable").content
        if said is False:
            look.problems.add(one, f"{key}.parts[{number}]", "this part is not repairable")
        if part in others:
            what = "another bench repairs this part already"
            look.problems.add(one, f"{key}.parts[{number}]", what)
        if part in _given_in_exchange_alone(look) and source.at("exchanged") is None:
            what = "this comes back in exchange alone (R97), say exchanged: true"
            look.problems.add(one, f"{key}.parts[{number}]", what)
        to = look.entry_must_be(
            source, key, "to", "region or stock point", check_stock.places(look)
        )
        if to and part and part not in look.section("parts", "stock", to).entries:
            what = f"{to} keeps no {part}: say under parts.stock.{to} what it keeps of it"
            look.problems.add(source.entries["to"], f"{key}.to", what)


def _given_in_exchange_alone(look: Look) -> set[str | None]:
    """Whole machines that no visit uses."""
    units = {product.word("unit") for _, product in look.each("products")}
    for key, product in look.each("products"):
        units -= {part for part, _, _ in look.within(product, key, "visit_parts")}
    return units - {None}


def _calendar_of_factors(look: Look, source: Value, key: str) -> None:
    """Factors for holidays need the calendar that says which days those are."""
    if "calendar" in source.entries or source.word("kind") != "profile":
        return
    for name in ("holiday_factor", "after_holiday_factor", "moved_working_day_factor"):
        if name in source.entries and source.entries[name].content != 1:
            what = "this needs a calendar, which says what days those are"
            look.problems.add(source.entries[name], joined(key, name), what)
