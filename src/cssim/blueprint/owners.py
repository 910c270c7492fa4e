"""Whose a flow is once it is begun: what the flow says, and what the scenario adds to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cssim.blueprint.words import Words
from cssim.flows.graph import Flow


def owned(scenario: Any, flow: Flow) -> Flow:
    """A flow with the owner that the scenario gives it, if it gives it one."""
    said = scenario.owners.get(flow.id)
    return replace(flow, owned_by=said.role) if said and said.role else flow


def wait(scenario: Any, flow: str) -> int:
    """How long work of a flow waits for its owner, in ms; -1 for ever."""
    said = scenario.owners.get(flow)
    return said.wait if said and said.wait is not None else -1


def terms(scenario: Any, words: Words) -> dict[str, Any]:
    """What a reader of the log must know: the owners' roles, and whether anything changes hands."""
    roles = {flow: owned(scenario, scenario.graphs[flow]).owned_by for flow in words.flows}
    pools = [pool for places in scenario.pools.values() for pool in places.values()]
    return {
        "owners": {flow: role for flow, role in roles.items() if role},
        "changes_hands": any(wait(scenario, flow) >= 0 for flow in words.flows)
        or any(pool.rework or _leave(pool) for pool in pools),
    }


def _leave(pool: Any) -> bool:
    """Whether people of a pool may leave, so that others have what was theirs."""
    return bool(pool.attrition) or any(group.leaves for group in (pool.groups or {}).values())
