"""What knows answers that would otherwise be drawn, put together for a run."""

from __future__ import annotations

from cssim.blueprint.tables import Blueprint
from cssim.sim.cuts import Cuts
from cssim.sim.defects import Defects
from cssim.sim.escalation import Escalation
from cssim.sim.knowledge import Knowledge
from cssim.sim.rare import Rare
from cssim.sim.walk import Walker
from cssim.sim.wrong_parts import WrongParts


def know_answers(blueprint: Blueprint, walker: Walker, rare: Rare, key: int) -> Defects | None:
    """Let all of it know, in the order in which it is asked; the defects, if there are any."""
    facts, answers = blueprint.facts, rare.answers
    defects: Defects | None = None

    def published(now: int) -> int:
        return defects.published(now) if defects is not None else 0

    if facts.knowledge is not None:
        at = walker.stations[facts.knowledge.node]
        Knowledge(facts.knowledge, at, walker.kernel, answers, published)
    if facts.late or facts.cut_by_defect:
        rare.cuts = Cuts(blueprint, walker, answers)
    if facts.families:
        defects = Defects(blueprint, walker, answers, key)
        if rare.cuts is not None:
            defects.solved = rare.cuts.solved
    Escalation(blueprint, walker, answers)
    if blueprint.parts is not None and blueprint.parts.wrong:
        WrongParts(blueprint, walker, answers, blueprint.parts.wrong)
    return defects
