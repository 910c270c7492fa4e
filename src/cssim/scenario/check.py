"""Cross checks: whether what one part of a scenario says fits what the others say.

One named function per rule, by subject in the modules `check_*`.
"""

from __future__ import annotations

from cssim.flows.graph import Flow
from cssim.scenario import (
    check_backlog,
    check_base,
    check_changes,
    check_clocks,
    check_costs,
    check_defects,
    check_demand,
    check_dispatch,
    check_escalation,
    check_flows,
    check_names,
    check_owners,
    check_people,
    check_pools,
    check_service,
    check_stock,
    check_supply,
    check_telephone,
    check_travel,
)
from cssim.scenario.look import Look
from cssim.scenario.model import Scenario
from cssim.scenario.problems import Problems
from cssim.scenario.value import Value


def tell(
    root: Value, graphs: dict[str, Flow], problems: Problems, scenario: Scenario | None
) -> None:
    """Add all that contradicts to the problems; `scenario` is there if its sections are right."""
    look = Look(root, graphs, problems)
    subjects = (
        check_names, check_clocks, check_demand, check_flows, check_people, check_pools,
        check_supply, check_stock, check_telephone, check_dispatch, check_owners, check_travel,
        check_escalation, check_defects, check_costs, check_changes, check_backlog, check_base,
    )  # fmt: skip
    for subject in subjects:
        subject.tell(look)
    if scenario is not None and not problems.found:
        check_base.tell_of(look, scenario)
    if scenario is not None and not problems.found:
        check_service.tell(look, scenario)
