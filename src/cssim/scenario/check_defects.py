"""Cross checks of defects: whose they are, and at which decisions they are known and solved."""

from __future__ import annotations

from cssim.scenario import check_flows
from cssim.scenario.look import Look
from cssim.scenario.value import Value

YES = "yes"
PRODUCT = "product"


def tell(look: Look) -> None:
    """All families of defects, and what is known of them."""
    for key, family in look.each("defects"):
        look.only_words(family, key, "cases")
        _products_are_words(look, family, key)
        for name in ("asked_at", "solved_at"):
            for number, node in enumerate((family.at(name) or family).items):
                check_flows.drawn_with_answer(look, node, f"{key}.{name}[{number}]", YES)
        _is_known_by_an_attribute(look, family, key)
    if look.root.at("knowledge") is not None:
        _knowledge_grows(look, look.section("knowledge"))


def _knowledge_grows(look: Look, said: Value) -> None:
    look.only_words(said, "knowledge", "cases")
    check_flows.answer_of_a_drawn_decision(look, said, "knowledge")
    node = look.nodes.get(said.word("at") or "")
    if node and not node.effect.by_outcome and any(e[-1].when for e in node.edges.values()):
        what = "not every answer can be given here at all times (R53)"
        look.problems.add(said.entries["at"], "knowledge.at", what)
    families = look.section("defects").entries.values()
    if not any("published" in family.entries for family in families):
        what = "nothing is ever published, no family of defects says published"
        look.problems.say(said, "knowledge", what)


def _products_are_words(look: Look, family: Value, key: str) -> None:
    words = look.choices.get(PRODUCT, ())
    for name, where, value in look.within(family, key, "incidence"):
        look.key_must_be(value, where, name, "word of the attribute product", words)


def _is_known_by_an_attribute(look: Look, family: Value, key: str) -> None:
    said = family.at("published")
    name = said.word("at") if said else None
    if said is None or name is None:
        return
    where = f"{key}.published"
    if not check_flows.step_is_in_force(look, said.entries["at"], f"{where}.at", name):
        return
    node = look.nodes[name]
    if node.effect.attribute is None:
        what = "a decision that an attribute of the case answers is expected, like 1.8.2/8"
        look.problems.add(said.entries["at"], f"{where}.at", what)
    else:
        look.entry_must_be(said, where, "answer", "answer", node.answers)
