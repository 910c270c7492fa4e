"""Cross checks of names: whatever a scenario names is there, and is of the right kind."""

from __future__ import annotations

from cssim.scenario.look import Look
from cssim.scenario.model_people import OWN_REGION
from cssim.scenario.model_pools import NATIONAL
from cssim.scenario.value import Value, joined


def tell(look: Look) -> None:
    """All names of calendars, places, attributes and severities."""
    for rule in (
        _calendars_are_known,
        _regions_own_calendars_are_some,
        _pools_stand_in_places,
        _attributes_depend_on_others,
        _attributes_have_an_order,
        _live_is_a_word_of_an_attribute,
        _work_without_promise_has_a_severity,
        _factors_are_by_attributes,
    ):
        rule(look)


def _calendars_are_known(look: Look) -> None:
    for section in ("regions", "suppliers"):
        for key, value in look.each(section):
            look.entry_must_be(value, key, "calendar", "calendar", look.calendars)
    for key, places in look.each("pools"):
        for _, pool_key, pool in look.within(places, key):
            look.entry_must_be(pool, pool_key, "calendar", "calendar", look.calendars)
    own = (*look.calendars, OWN_REGION)
    look.entry_must_be(look.section("appointments"), "appointments", "calendar", "calendar", own)
    for section in ("contracts", "tiers", "suppliers"):
        for key, promised in look.each("sla", section):
            look.entry_must_be(promised, key, "calendar", "calendar", own)
    for key, calendar in look.each("calendars"):
        if key == f"calendars.{OWN_REGION}":
            look.problems.say(calendar, key, "region is no name for a calendar, it has a meaning")


def _regions_own_calendars_are_some(look: Look) -> None:
    """Without regions, nobody's hours are those of the case's region."""
    if look.regions:
        return
    appointments = look.root.at("appointments")
    said: list[tuple[str, Value]] = []
    if appointments is not None:
        said.append(("appointments.calendar", appointments.entries.get("calendar") or appointments))
    for section in ("contracts", "tiers", "suppliers"):
        for key, value in look.each("sla", section):
            if calendar := value.entries.get("calendar"):
                said.append((joined(key, "calendar"), calendar))
            said += [(name, one) for _, name, one in look.within(value, key, "calendars")]
    for key, value in said:
        if value.content == OWN_REGION or value is appointments:
            what = "a calendar is expected, there is no region whose own it could be"
            look.problems.add(value, key, what)


def _pools_stand_in_places(look: Look) -> None:
    if region := look.section("regions").entries.get(NATIONAL):
        look.problems.say(region, "regions.national", "national is no name for a region")
    for key, places in look.each("pools"):
        for place, pool_key, pool in look.within(places, key):
            look.key_must_be(pool, pool_key, place, "region", (*look.regions, NATIONAL))
        if NATIONAL in places.entries and len(places.entries) > 1:
            what = "a role's pools are national or by region, not both"
            look.problems.say(places.entries[NATIONAL], f"{key}.{NATIONAL}", what)
        if key in ("pools.customer", "pools.supplier"):
            what = f"{key[6:]} is nobody of ours, and has no pool"
            look.problems.say(places, key, what)


def attribute_rows(look: Look, value: Value, key: str) -> None:
    """An attribute that depends on another names every word of it."""
    given = look.entry_must_be(value, key, "given", "attribute", tuple(look.attributes))
    if given is None:
        return
    words = look.attributes[given]
    if words is None:
        what = f"{given} is a number, and nothing can be given a number"
        look.problems.add(value.entries["given"], f"{key}.given", what)
        return
    weights = value.entries.get("weights")
    if weights is None:
        return
    look.all_named(weights, f"{key}.weights", f"the {given}", words)
    for word, row_key, row in look.within(value, key, "weights"):
        look.key_must_be(row, row_key, word, given, words)


def _attributes_depend_on_others(look: Look) -> None:
    for key, value in look.each("attributes"):
        attribute_rows(look, value, key)
        if key == "attributes.new_problem":
            what = "new_problem is a fact of each case (R93), not drawn"
            look.problems.say(value, key, what)


def _attributes_have_an_order(look: Look) -> None:
    """No attribute is given one that is given itself, however far away."""
    given = {
        name: value.word("given") for name, value in look.section("attributes").entries.items()
    }
    for name, first in given.items():
        at, seen = first, [name]
        while at in given and at not in seen:
            seen.append(at)
            at = given[at]
        if at == name:
            value = look.section("attributes", name, "given")
            what = f"these depend on each other: {', '.join(sorted(seen))}"
            look.problems.add(value, f"attributes.{name}.given", what)


def _live_is_a_word_of_an_attribute(look: Look) -> None:
    live = look.section("live")
    for name, key, value in look.within(live, "live"):
        if look.key_must_be(value, key, name, "attribute of words", tuple(look.choices)):
            look.must_be(value, key, f"{name}", look.choices[name])
    if isinstance(live.content, dict) and len(live.content) > 1:
        look.problems.add(live, "live", "one attribute and one of its words is expected")


def _work_without_promise_has_a_severity(look: Look) -> None:
    if not look.severities:
        return
    key = "dispatch.no_promise"
    said = look.section("dispatch", "no_promise", "severity")
    if said.entries == {} and said.place.line == 0 and "4" not in look.severities:
        what = "the severity of work without a promise is missing (dispatch.no_promise.severity)"
        look.problems.say(look.root, "", what)
    look.must_be(said, f"{key}.severity", "severity", look.severities)


def _factors_are_by_attributes(look: Look) -> None:
    for section, entry in (("work", "factors"), ("answers", "given")):
        for key, value in look.each(section):
            _by_attribute(look, value, key, entry)
    _by_attribute(look, look.section("telephone"), "telephone", "factors")


def _by_attribute(look: Look, value: Value, key: str, entry: str) -> None:
    for name, by_key, by in look.within(value, key, entry):
        known = tuple(look.choices)
        if not look.key_must_be(by, by_key, name, "attribute of words", known):
            continue
        for word, word_key, row in look.within(by, by_key):
            look.key_must_be(row, word_key, word, name, look.choices[name])
