"""Cross checks of pools with the flows: every role at work has its people, and enough to gather."""

from __future__ import annotations

from collections.abc import Iterator

from cssim.flows.graph import CUSTOMER, SUPPLIER, Flow, Node
from cssim.flows.roles import ROLES
from cssim.scenario.look import Look
from cssim.scenario.model_pools import NATIONAL
from cssim.scenario.problems import nearest
from cssim.scenario.value import Value, joined

_OUTSIDE = (CUSTOMER, SUPPLIER)


def tell(look: Look) -> None:
    """All that flows in use need of pools."""
    for rule in (
        _roles_have_pools,
        _several_at_once_can_be_gathered,
        _begun_work_is_taken_up_by_others,
    ):
        rule(look)


def _roles_have_pools(look: Look) -> None:
    pools = look.section("pools")
    known = {role for graph in look.graphs.values() for role, _ in _roles(graph)} | set(ROLES)
    misspelt = set()
    for role in sorted(pools.entries.keys() - known):
        close = nearest(role, sorted(known))
        if close:
            misspelt.add(close)
            what = f"there is no role {role}, did you mean {close}?"
            look.problems.say(pools.entries[role], f"pools.{role}", what)
    told: set[tuple[str, str]] = set()
    for source_key, source in look.each("demand"):
        is_bench = source.word("kind") == "bench"
        places = [*look.regions] if is_bench else look.regions_of(source)
        if "region" in source.entries and not places:
            continue  # that there is no such region is told already
        for flow in look.reached([source.word("flow") or ""]).values():
            for role, node in _roles(flow):
                missing = _missing(pools, role, places, flow.customer_case)
                if missing is None or role in misspelt or (role, missing) in told:
                    continue
                told.add((role, missing))
                what = f"{missing}, who works on {flow.id}/{node.id}, in use by {source_key}"
                look.say_in("pools", what, *([role] if role in pools.entries else []))


def _several_at_once_can_be_gathered(look: Look) -> None:
    """Several people are gathered one by one as they come free: nobody of an ample pool does."""
    for key, node in look.nodes_in_use:
        doers = [doer for doer in node.doers if doer not in _OUTSIDE]
        if len(doers) < 2 and not node.effect.meeting:
            continue
        for _, where, pool in (
            found for role in doers for found in look.within(look.section("pools"), "pools", role)
        ):
            if pool.word("people") == "ample":
                what = f"{key} needs several people at once, so a number is expected"
                look.problems.add(pool.entries["people"], f"{where}.people", what)


def _begun_work_is_taken_up_by_others(look: Look) -> None:
    """Work is done again only where somebody else may take it up."""
    for role, places in look.each("pools"):
        for _, key, pool in look.within(places, role):
            rework = pool.entries.get("rework")
            if rework is None or "interrupted_by" in pool.entries:
                continue
            if pool.word("shift_end") in ("finish", "pause"):
                what = "work is handed over only with shift_end: hand_over, or interrupted_by"
                look.problems.add(rework, joined(key, "rework"), what)


def _missing(pools: Value, role: str, places: list[str], customer_case: bool) -> str | None:
    """What is missing for a role to work in these places; None where nothing is."""
    found = pools.entries.get(role)
    if found is None:
        return f"there is no pool of {role}"
    if NATIONAL in found.entries or not found.entries:
        return None if found.entries else f"there is no pool of {role}"
    if not places and customer_case:
        return f"{role} is by region, and the source has no region for him"
    gone = [place for place in places if place not in found.entries]
    return f"there is no pool of {role} in {', '.join(gone)}" if gone else None


def _roles(flow: Flow) -> Iterator[tuple[str, Node]]:
    for node in flow.nodes.values():
        if node.alias_of is None:
            yield from ((role, node) for role in node.doers if role not in _OUTSIDE)
