"""Cross checks of the telephone: who can call, and where calls wait."""

from __future__ import annotations

from cssim.flows.graph import CUSTOMER, SUPPLIER
from cssim.scenario.look import Look
from cssim.scenario.value import joined

LIVE = "live"


def tell(look: Look) -> None:
    """All that the telephone and the pools say of calls."""
    for rule in (
        _somebody_calls,
        _overflow_is_between_regions,
        _calls_wait_on_the_telephone,
        _somebody_is_left_for_calls,
        _interruptions_are_known,
    ):
        rule(look)


def _somebody_calls(look: Look) -> None:
    telephone = look.root.at("telephone")
    if telephone is None:
        return
    if look.root.at("live") is None:
        look.problems.say(telephone, "telephone", "nobody calls, the key live is missing")
    for key, source in look.each("demand"):
        flow = look.graphs.get(source.word("flow") or "")
        if flow is None or not flow.customer_case:
            continue
        ways = flow.start.edges.get("", ())
        first = flow.nodes.get(ways[0].to) if len(ways) == 1 else None
        if first is None or len(first.doers) != 1 or {CUSTOMER, SUPPLIER} & set(first.doers):
            what = (
                f"a call cannot be answered in {flow.id}, its first step is not one person's work"
            )
            look.problems.say(source, joined(key, "flow"), what)


def _overflow_is_between_regions(look: Look) -> None:
    said = look.root.at("telephone", "overflow", "to")
    for region, target in said.entries.items() if said else ():
        key = f"telephone.overflow.to.{region}"
        look.key_must_be(target, key, region, "region", look.regions)
        if look.must_be(target, key, "region", look.regions) == region:
            look.problems.add(target, key, "another region is expected")


def _calls_wait_on_the_telephone(look: Look) -> None:
    if look.root.at("telephone") is not None:
        return
    for role, places in look.each("pools"):
        for _, key, pool in look.within(places, role):
            if "places" in pool.entries:
                what = "places are for callers who wait, the key telephone is missing"
                look.problems.say(pool.entries["places"], joined(key, "places"), what)


def _somebody_is_left_for_calls(look: Look) -> None:
    for role, places in look.each("pools"):
        for _, key, pool in look.within(places, role):
            fenced, people = (pool.entries.get(name) for name in ("ring_fenced", "people"))
            if fenced is None or people is None:
                continue
            if people.content == "ample" or (
                isinstance(fenced.content, int)
                and isinstance(people.content, int)
                and fenced.content > people.content
            ):
                what = "there are not so many people"
                look.problems.add(fenced, joined(key, "ring_fenced"), what)


def _interruptions_are_known(look: Look) -> None:
    for role, places in look.each("pools"):
        for _, key, pool in look.within(places, role):
            said = pool.entries.get("interrupted_by")
            for number, word in enumerate(said.items if said else ()):
                where = f"{key}.interrupted_by[{number}]"
                look.must_be(word, where, "work that interrupts", (LIVE, *look.severities))
