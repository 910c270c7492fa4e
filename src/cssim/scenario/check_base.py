"""Cross checks of an installed base: its units, what they keep, and what may go on from where."""

from __future__ import annotations

from typing import Any

from cssim.scenario import check_demand, installed
from cssim.scenario.look import Look
from cssim.scenario.model import Scenario
from cssim.scenario.model_base import InstalledBase
from cssim.scenario.value import Value, joined

KIND = "installed_base"
MOST_FACTOR = 8  # as many layers of failures has a unit
_MOST_OF_ONE = 1_000_000  # a failure's number has room for no more
_MOST = 20_000_000


def tell(look: Look) -> None:
    """All sources that are one."""
    for key, source in look.each("demand"):
        if source.word("kind") == KIND:
            _has_units(look, source, key)
            _keeps_attributes(look, source, key)
            check_demand.own_attributes(look, source, key, "dead_on_arrival", "attributes")
            _dead_on_arrival_is_the_requests(look, source, key)


def _has_units(look: Look, source: Value, key: str) -> None:
    if "installed" not in source.entries and not _periods(source):
        look.problems.say(
            source, key, "it has no units: installed, deliveries or both are expected"
        )
    for path in (("installed", "units"), *(("deliveries", p) for p in _periods(source))):
        found = source.at(*path)
        if found is not None:
            _counted(look, found, ".".join((key, *path)))
    if "dead_on_arrival" in source.entries and not _periods(source):
        what = "nothing is delivered, so nothing is dead on arrival"
        look.problems.say(source.entries["dead_on_arrival"], joined(key, "dead_on_arrival"), what)


def _periods(source: Value) -> tuple[str, ...]:
    deliveries = source.at("deliveries")
    return tuple(deliveries.entries) if deliveries else ()


def _counted(look: Look, found: Value, key: str) -> None:
    """Units are somewhere: in a region, where there are any."""
    for name, where, value in look.within(found, key):
        look.key_must_be(value, where, name, "region", look.regions)
    if isinstance(found.content, int) and look.regions:
        look.problems.add(
            found, key, "it is not said in which region: {REGION: NUMBER} is expected"
        )


def _keeps_attributes(look: Look, source: Value, key: str) -> None:
    """What a unit keeps depends on nothing that each of its requests draws anew."""
    keeps = source.at("keeps")
    kept = [one.content for one in keeps.items] if keeps else []
    for place, one in enumerate(keeps.items if keeps else ()):
        name = look.must_be(one, f"{key}.keeps[{place}]", "attribute", tuple(look.attributes))
        if name is None:
            continue
        spec = source.at("attributes", name) or look.section("attributes").entries[name]
        given = spec.word("given")
        if given is not None and given not in kept:
            what = f"{name} is given {given}, which the unit does not keep"
            look.problems.add(one, f"{key}.keeps[{place}]", what)


def _dead_on_arrival_is_the_requests(look: Look, source: Value, key: str) -> None:
    keeps = source.at("keeps")
    kept = [one.content for one in keeps.items] if keeps else []
    for name, where, value in look.within(source, key, "dead_on_arrival", "attributes"):
        if name in kept:
            look.problems.say(value, where, f"{name} is the unit's, who keeps it")


# ---- what the finished scenario says -----------------------------------------------------------


def tell_of(look: Look, scenario: Scenario) -> None:
    """Moments and numbers that cannot be."""
    for name, spec in scenario.demand.items():
        if isinstance(spec, InstalledBase):
            _in_time(look, scenario, spec, f"demand.{name}")
            _not_too_many(look, scenario, spec, f"demand.{name}")
            if spec.repaired == "as_good_as_new" and spec.chasers:
                what = "chasers are of units that are repaired as good as old"
                _add(look, f"demand.{name}.chasers", what)


def _in_time(look: Look, scenario: Scenario, spec: InstalledBase, key: str) -> None:
    if spec.installed is not None and spec.installed.on > scenario.time.start:
        what = "units are told to be in the field on a date after the run's start; "
        what += "later ones are deliveries"
        _add(look, f"{key}.installed.on", what)
    for name, factor in spec.factors.items():
        if factor.to <= factor.from_:
            _add(look, f"{key}.factors.{name}.to", "it ends before it begins")
    if _greatest(spec.factors.values()) > MOST_FACTOR:
        _say(look, f"{key}.factors", f"together they are more than {MOST_FACTOR}")


def _greatest(factors: Any) -> float:
    """The greatest product of those that hold at once."""
    found = 1.0
    for one in factors:
        product = 1.0
        for other in factors:
            product *= other.factor if other.from_ <= one.from_ < other.to else 1.0
        found = max(found, product)
    return found


def _not_too_many(look: Look, scenario: Scenario, spec: InstalledBase, key: str) -> None:
    if installed.oldest(spec, scenario.time) > _MOST_OF_ONE:
        _say(look, f"{key}.hazards", "by its age one unit fails more than a million times")
    elif (number := installed.expected(spec, scenario.time)[0]) > _MOST:
        what = f"some {number:.0f} failures are more than can be simulated"
        _say(look, f"{key}.hazards", what)


def _add(look: Look, key: str, what: str) -> None:
    value = look.root.at(*key.split("."))
    assert value is not None
    look.problems.add(value, key, what)


def _say(look: Look, key: str, what: str) -> None:
    value = look.root.at(*key.split("."))
    assert value is not None
    look.problems.say(value, key, what)
