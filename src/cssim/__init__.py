"""cssim simulates a customer-service organisation exactly as its written handbook says it works.

    import cssim as cs
    scenario = cs.load_scenario("scenarios/baseline.yaml")
    result = cs.simulate(scenario, seed=1)
    result.cases, result.activities, result.stock      # pandas frames

Importing it loads nothing else; a function loads what it needs when it is asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"
__all__ = ["compare", "load_scenario", "replicate", "simulate"]

_HOMES = {
    "load_scenario": ("cssim.scenario.read", "load"),
    "simulate": ("cssim.experiment.result", "simulate"),
    "replicate": ("cssim.experiment.replicate", "replicate"),
    "compare": ("cssim.experiment.compare", "compare"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'cssim' has no attribute {name!r}")
    module, function = _HOMES[name]
    return getattr(importlib.import_module(module), function)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
