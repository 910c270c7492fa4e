"""The words that a flow file may use: its keys, and the closed lists of effects.

`read` refuses any other word, with the nearest of these.
"""

from __future__ import annotations

FLOW = (
    "flow", "title", "owner", "case", "lanes", "owned_by", "external", "synonyms", "nodes",
)  # fmt: skip
NODE = (
    "kind", "doers", "zh", "en", "inputs", "outputs", "forms", "rulings", "effect", "next",
    "answers", "branches", "call", "outcome", "alias_of",
)  # fmt: skip
TEXT = ("zh", "en")
CASES = ("customer", "management")
EDGE = ("when", "to")
CONDITION = ("answered", "borrowed", "outcome", "called_from")
CALL = ("flow", "at", "hand_over")
OUTCOMES = ("solved", "declined", "exchanged", "unsolved", "done")
INHERIT = "inherit"
CLOCKS = ("first_response", "resolution")

EFFECT = (
    "attribute", "by_clock", "by_outcome", "by_settlement", "parts", "stop", "arm", "renew",
    "outcome", "dedicate", "appointment", "on_site", "cause", "collect", "meeting", "everywhere",
    "charge", "late", "cut_by_defect",
)  # fmt: skip
OF_VARIANTS = ("late", "cut_by_defect")  # effects that the handbook knows nothing of
PARTS = ("draw", "claim", "lend", "settle", "return_good", "quarantine", "ship", "use", "exchange")
SETTLEMENTS = ("unused", "replaced")
APPOINTMENTS = ("agree", "keep")
EFFECT_CAUSES = ("approval",)
