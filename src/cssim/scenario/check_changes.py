"""Cross checks of what changes during a run: values that can, and steps that can begin it."""

from __future__ import annotations

from cssim.flows.graph import SUPPLIER, Node, NodeKind
from cssim.scenario import check_flows
from cssim.scenario.look import Look
from cssim.scenario.model_changes import Dated, Effect, Factors
from cssim.scenario.model_pools import NATIONAL
from cssim.scenario.value import Value, joined

_OF_MANAGEMENT = ("cadence", "dates")
_KNOWN_BEFORE = ("profile", "file", *_OF_MANAGEMENT, "bench")  # kinds of sources


def tell(look: Look) -> None:
    """All dated changes and all effects."""
    for key, said in look.each("dated"):
        _changes_something(look, said, key, Dated)
        _ends_after_it_begins(look, said, key)
        _people_can_be_absent(look, said, key)
    for key, said in look.each("effects"):
        _changes_something(look, said, key, Effect)
        _begins_at_a_step_of_management(look, said, key)
        _those_there_are_some(look, said, key)
        look.only_words(said, key)
        _is_found(look, said, key)
        _begins_a_flow_of_management(look, said, key)
    _flows_do_not_begin_each_other(look)
    for key, said in (*look.each("dated"), *look.each("effects")):
        for rule in (_times, _answers, _sources, _requests, _becoming, _levels, _roles):
            rule(look, said, key)


def _changes_something(look: Look, said: Value, key: str, section: type[Factors]) -> None:
    keys = section.keys()
    known = [name for name in (*Factors.keys(), "absent", "begins") if name in keys]
    unknown = [name for name in said.entries if name not in keys]
    if not unknown and not any(name in said.entries for name in known):
        what = f"it changes nothing, what can change is {', '.join(known)}"
        look.problems.say(said, key, what)


# ---- values that can change ------------------------------------------------------------------


def _times(look: Look, said: Value, key: str) -> None:
    work = look.section("work").entries
    collected = check_flows.answered_by_survey(look.graphs.values())
    for name, where, value in look.within(said, key, "times"):
        node = look.nodes.get(name)
        if node is None:
            check_flows.no_node(look, value, where, name)
        elif SUPPLIER in node.doers:
            what = f"{name} is a supplier's, whose times do not change (his silences have dates)"
            look.problems.say(value, where, what)
        elif name not in work or name in collected:
            what = f"{name} has no time in work that could change"
            look.problems.say(value, where, what)


def _answers(look: Look, said: Value, key: str) -> None:
    for name, where, value in look.within(said, key, "answers"):
        if check_flows.drawn_with_answer(look, Value(name, value.place, name), where):
            for word, word_key, factor in look.within(value, where):
                look.key_must_be(factor, word_key, word, "answer", look.nodes[name].drawn_answers)


def _sources(look: Look, said: Value, key: str) -> None:
    demand = look.section("demand").entries
    for name, where, value in look.within(said, key, "demand"):
        known = look.key_must_be(value, where, name, "source", tuple(demand))
        if known and demand[name].word("kind") != "profile":
            what = f"{name} has no rate that could change, only a source of the kind profile has"
            look.problems.say(value, where, what)


def _requests(look: Look, said: Value, key: str) -> None:
    for name, where, value in look.within(said, key, "requests"):
        if look.key_must_be(value, where, name, "attribute of words", tuple(look.choices)):
            for word, word_key, share in look.within(value, where):
                look.key_must_be(share, word_key, word, name, look.choices[name])
    for what in ("requests", "becomes"):
        for source, entry in look.each("demand") if what in said.entries else ():
            if entry.word("kind") not in _KNOWN_BEFORE:
                text = f"the requests of {source} are not known beforehand, and come all the same"
                look.problems.say(said.entries[what], joined(key, what), text)


def _becoming(look: Look, said: Value, key: str) -> None:
    for name, where, value in look.within(said, key, "becomes"):
        if name == "severity":
            look.problems.say(value, where, "a severity changes by sla.reclassify alone")
        elif look.key_must_be(value, where, name, "attribute of words", tuple(look.choices)):
            for end in ("word", "to"):
                look.entry_must_be(value, where, end, name, look.choices[name])
        look.only_words(value, where)


def _levels(look: Look, said: Value, key: str) -> None:
    stock = look.section("parts", "stock")
    for place, where, by_part in look.within(said, key, "stock"):
        if look.key_must_be(by_part, where, place, "place that keeps parts", tuple(stock.entries)):
            kept = stock.entries[place].entries
            for part, part_key, factor in look.within(by_part, where):
                known = look.key_must_be(factor, part_key, part, f"part at {place}", tuple(kept))
                if known and kept[part].word("kind") == "rotable":
                    what = f"{part} is never ordered at {place}, it has no levels"
                    look.problems.say(factor, part_key, what)


def _roles(look: Look, said: Value, key: str) -> None:
    for name, where, value in look.within(said, key, "proficiency"):
        look.key_must_be(value, where, name, "role with a pool", tuple(_pools(look)))
        _are_counted(look, value, where, name)


def _pools(look: Look) -> dict[str, dict[str, Value]]:
    """By role, its pools as they are called: by the role, or with their region."""
    return {
        role: {role if place == NATIONAL else f"{role}.{place}": pool
               for place, pool in places.entries.items()}
        for role, places in look.section("pools").entries.items()
    }  # fmt: skip


def _are_counted(look: Look, value: Value, where: str, name: str) -> None:
    """There are persons in all pools of a role, or in one pool."""
    for role, pools in _pools(look).items():
        for pool_name, pool in pools.items():
            if name in (role, pool_name) and pool.word("people") == "ample":
                what = f"the people of {pool_name} are ample, no certain persons"
                look.problems.say(value, where, what)


# ---- dated -----------------------------------------------------------------------------------


def _ends_after_it_begins(look: Look, said: Value, key: str) -> None:
    start, end = said.word("from"), said.word("to")
    if start and end and end <= start:
        what = f"a change ends after it begins, on {start}"
        look.problems.add(said.entries["to"], f"{key}.to", what)


def _people_can_be_absent(look: Look, said: Value, key: str) -> None:
    pools = _pools(look)
    known = list(dict.fromkeys(name for role in pools for name in (role, *pools[role])))
    for number, word in enumerate((said.at("absent") or said).items):
        where = f"{key}.absent[{number}]"
        if name := look.must_be(word, where, "role or pool", known):
            _are_counted(look, word, where, name)


# ---- effects ---------------------------------------------------------------------------------


def _begins_at_a_step_of_management(look: Look, said: Value, key: str) -> None:
    value, where = said.entries.get("at"), joined(key, "at")
    if value is None or not check_flows.step_is_in_force(look, value, where, str(value.content)):
        return
    name = str(value.content)
    flow, node = look.graphs[name.partition("/")[0]], look.nodes[name]
    if what := _cannot_begin(look, flow.id, flow.customer_case, name, node):
        look.problems.add(value, where, what)
    elif "answer" in said.entries:
        look.entry_must_be(said, key, "answer", "answer", node.answers)


def _cannot_begin(look: Look, flow: str, of_customers: bool, name: str, node: Node) -> str | None:
    if of_customers:
        managed = sorted(one.id for one in look.graphs.values() if not one.customer_case)
        return f"a step of a management flow is expected, those are {', '.join(managed)}"
    if flow not in look.in_use:
        return f"no source of demand begins {flow}, so that this never happens"
    if node.kind is NodeKind.LINK or name in check_flows.answered_by_survey(look.graphs.values()):
        return f"{name} is no step that is done once, by us"
    return None


def _those_there_are_some(look: Look, said: Value, key: str) -> None:
    only = said.entries.get("only_those_there")
    if only is None or only.content is not True:
        return
    where = joined(key, "only_those_there")
    if "proficiency" not in said.entries:
        look.problems.say(only, where, "this is of proficiency alone, which is not said")
    node = look.nodes.get(said.word("at") or "")
    for role, role_key, value in look.within(said, key, "proficiency"):
        if node is not None and role not in node.doers:
            what = f"no {role} takes part in {said.word('at')}, only {', '.join(node.doers)}"
            look.problems.say(value, role_key, what)


def _is_found(look: Look, said: Value, key: str) -> None:
    if "below" in said.entries and look.root.at("satisfaction") is None:
        what = "no score is ever told, the key satisfaction is missing"
        look.problems.add(said.entries["below"], f"{key}.below", what)
    repeated = said.at("repeated")
    if repeated is not None:
        for number, word in enumerate((repeated.at("by") or repeated).items):
            where = f"{key}.repeated.by[{number}]"
            look.must_be(word, where, "attribute of words", tuple(look.choices))
        look.only_words(repeated, f"{key}.repeated")


def _begins_a_flow_of_management(look: Look, said: Value, key: str) -> None:
    demand = look.section("demand").entries
    source = look.entry_must_be(said, key, "begins", "source", tuple(demand))
    if source and demand[source].word("kind") not in _OF_MANAGEMENT:
        what = "a source of a management flow is expected, of the kind cadence or dates"
        look.problems.add(said.entries["begins"], f"{key}.begins", what)


def _flows_do_not_begin_each_other(look: Look) -> None:
    """A flow that began itself, near or far, would go on for ever."""
    demand = look.section("demand").entries
    begun: dict[str, set[str]] = {}
    for _, said in look.each("effects"):
        source = demand.get(said.word("begins") or "")
        if source is not None:
            at = (said.word("at") or "").partition("/")[0]
            begun.setdefault(at, set()).add(source.word("flow") or "")
    for key, said in look.each("effects"):
        first = (said.word("at") or "").partition("/")[0]
        todo, seen = sorted(begun.get(first, ())), set[str]()
        while todo:
            flow = todo.pop()
            todo += sorted(begun.get(flow, set()) - seen) if flow not in seen else ()
            seen.add(flow)
        if first in seen and "begins" in said.entries:
            what = f"cases of {first} would begin others of it for ever"
            look.problems.add(said.entries["begins"], f"{key}.begins", what)
