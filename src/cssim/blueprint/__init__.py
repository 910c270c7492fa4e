"""Flows and a scenario, resolved once into flat, frozen tables of numbers.

`tables` and `rule_tables` say what there is, `nodes`, `demand` and `rules` fill it, `build` puts it
together. The simulation reads these tables and nothing else; they hold no callables, so
that another engine can run over them. Nothing here is drawn.
"""

from cssim.blueprint.build import build
from cssim.blueprint.tables import Blueprint

__all__ = ["Blueprint", "build"]
