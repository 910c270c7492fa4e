"""Cross checks with the flows: every step in use has its time, people and answers.

Only flows that some source begins, and those that they call, need them; what is said of a
node that no flow in force has is an error everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cssim.flows import check as soundness
from cssim.flows.graph import CUSTOMER, RETURNS, SUPPLIER, Flow, Node, NodeKind
from cssim.scenario.look import Look, key_of
from cssim.scenario.problems import nearest
from cssim.scenario.value import Value, joined

_OUTSIDE = (CUSTOMER, SUPPLIER)
_BY_NODE = ("work", "answers", "surveys", "meetings", "late")


def tell(look: Look) -> None:
    """All that flows in use need, and all that is said of nodes."""
    for rule in (
        _own_flows_are_sound,
        _nodes_are_in_force,
        _steps_have_times,
        _suppliers_have_times,
        _drawn_decisions_have_answers,
        _answers_are_those_of_the_node,
        _attributes_answer_their_nodes,
        _meetings_and_surveys_are_said,
        _meetings_and_surveys_are_such,
        _visits_are_agreed_on,
    ):
        rule(look)


def _own_flows_are_sound(look: Look) -> None:
    own = look.section("flows").entries
    for problem in soundness.problems(look.graphs, roles=None) if own else ():
        if problem.flow.id in own:
            said = own[problem.flow.id].entries.get("file", own[problem.flow.id])
            where = f"line {problem.line}: " if problem.line else ""
            node = f"nodes.{problem.node.id}: " if problem.node else ""
            what = f"the flow is not sound, {where}{node}{problem.text}"
            look.problems.add(said, f"flows.{problem.flow.id}.file", what)


def _nodes_are_in_force(look: Look) -> None:
    for section in _BY_NODE:
        for name, value in look.section(section).entries.items():
            if name not in look.nodes:
                no_node(look, value, joined(section, name), name)
    for supplier, value in look.section("suppliers").entries.items():
        for name, key, time in look.within(value, f"suppliers.{supplier}", "times"):
            if name not in look.nodes:
                no_node(look, time, key, name)
            elif SUPPLIER not in look.nodes[name].doers:
                look.problems.say(time, key, f"{name} is no step of a supplier's")


def no_node(look: Look, value: Value, key: str, name: str) -> None:
    """There is no node of this name in force: says which there may be."""
    flow, slash, node = name.partition("/")
    if not slash:
        return  # that this is no node at all is the section's to say
    if flow not in look.graphs:
        close = nearest(flow, look.graphs)
        what = f"there is no flow {flow} in force" + (f", did you mean {close}?" if close else "")
    elif node in look.graphs[flow].nodes and look.graphs[flow].nodes[node].alias_of:
        what = f"{name} is never visited, it is {look.graphs[flow].nodes[node].alias_of}"
    else:
        close = nearest(name, [one for one in look.nodes if one.startswith(f"{flow}/")])
        hint = f", did you mean {close}?" if close and len(node) > 2 else ""
        what = f"the flow {flow} has no such node{hint}"
    look.problems.say(value, key, f"{what} (got {name})")


def _steps_have_times(look: Look) -> None:
    work = look.section("work").entries
    answered = answered_by_survey(look.in_use.values())
    for key, node in look.nodes_in_use:
        if not _takes_time(node) or key in answered:
            continue
        if SUPPLIER not in node.doers and key not in work:
            what = f"the time of {key} is missing ({_shown(node)})"
            look.say_in("work", what)


def _takes_time(node: Node) -> bool:
    """Whether a scenario must say how long it takes: links and questions need not."""
    if not node.doers or node.kind not in (NodeKind.STEP, NodeKind.DECISION):
        return False
    return node.kind is NodeKind.STEP or node.numbered


def answered_by_survey(flows: Collection[Flow]) -> set[str]:
    """Steps that happen once per customer asked: a survey says how long they take (R80)."""
    found = set()
    for flow in flows:
        for node in flow.nodes.values():
            if node.effect.collect:
                found |= {f"{flow.id}/{node.id}", f"{flow.id}/{node.effect.collect}"}
    return found


def _suppliers_have_times(look: Look) -> None:
    keys = [key for key, node in look.nodes_in_use if SUPPLIER in node.doers]
    suppliers = look.section("suppliers").entries
    if keys and not suppliers:
        look.problems.say(
            look.root, "", f"there is no supplier, and {keys[0]} is a supplier's step"
        )
    if keys and "product" not in look.choices:
        what = f"the attribute product is missing, which tells whose step {keys[0]} is"
        look.say_in("attributes", what)
    for name, supplier in suppliers.items():
        path = [name, "times"] if "times" in supplier.entries else [name]
        said = supplier.entries.get("times")
        for key in keys:
            if said is None or key not in said.entries:
                look.say_in("suppliers", f"the time of {key} is missing", *path)


def _drawn(flow: Flow, node: Node) -> bool:
    """Whether its answer is drawn, at least sometimes (R92, R93)."""
    effect = node.effect
    if node.kind is not NodeKind.DECISION or effect.attribute or effect.by_clock:
        return False
    if effect.by_settlement:
        return False
    return not effect.by_outcome or not _comes_from_calls_only(flow, node)


def _comes_from_calls_only(flow: Flow, node: Node) -> bool:
    before = [
        one
        for one in flow.nodes.values()
        if any(edge.to == node.id for edges in one.edges.values() for edge in edges)
    ]
    return bool(before) and all(one.call and not one.call.hand_over for one in before)


def _decisions(flows: Collection[Flow]) -> Iterator[tuple[str, Flow, Node]]:
    for flow in flows:
        for node in flow.nodes.values():
            if node.kind is NodeKind.DECISION and node.alias_of is None:
                yield key_of(flow, node), flow, node


def _drawn_decisions_have_answers(look: Look) -> None:
    answers = look.section("answers").entries
    for key, flow, node in _decisions(look.in_use.values()):
        if _drawn(flow, node) and key not in answers:
            what = f"the answers of {key} are missing, they are drawn ({_shown(node)})"
            look.say_in("answers", what)


def _answers_are_those_of_the_node(look: Look) -> None:
    decisions = {key: (flow, node) for key, flow, node in _decisions(look.graphs.values())}
    for name, value in look.section("answers").entries.items():
        if name not in look.nodes:
            continue
        key = f"answers.{name}"
        if name not in decisions:
            look.problems.say(value, key, f"{name} is no decision, it has no answers")
            continue
        flow, node = decisions[name]
        if not _drawn(flow, node):
            look.problems.say(value, key, f"this is never drawn, {_fact(node)}")
            continue
        for row_key, row in _rows(look, value, key):
            look.all_named(row, row_key, "the answer", node.drawn_answers)
            for word, word_key, weight in look.within(row, row_key):
                look.key_must_be(weight, word_key, word, "answer", node.drawn_answers)


def _rows(look: Look, value: Value, key: str) -> Iterator[tuple[str, Value]]:
    """Every mapping of weights in an entry of `answers`."""
    if weights := value.entries.get("weights"):
        yield f"{key}.weights", weights
    for _, by_key, by in look.within(value, key, "given"):
        yield from ((row_key, row) for _, row_key, row in look.within(by, by_key))
    yield from ((row_key, row) for _, row_key, row in look.within(value, key, "visits"))


def _fact(node: Node) -> str:
    effect = node.effect
    if effect.attribute:
        return f"the attribute {effect.attribute} of the case answers it (R92)"
    if effect.by_clock:
        return "the clock answers it (R93)"
    if effect.by_settlement:
        return "the settlement of parts answers it (R97)"
    return "the outcome of the flow that it called answers it (R93)"


def _attributes_answer_their_nodes(look: Look) -> None:
    for key, _, node in _decisions(look.in_use.values()):
        name = node.effect.attribute
        if name is None or name == "new_problem":
            continue
        attributes = look.section("attributes")
        if name not in look.choices:
            what = f"the attribute {name} is missing, it answers {key}"
            look.say_in("attributes", what)
            continue
        for word in look.choices[name]:
            if word not in node.answers:
                what = f"{word} is no answer of {key}, which has {', '.join(node.answers)}"
                look.problems.say(attributes.entries[name], f"attributes.{name}", what)


def answer_of_a_drawn_decision(look: Look, value: Value, key: str) -> None:
    """What is said below `at` and `answer` is of a decision that is drawn, and one of its words."""
    node = value.entries.get("at")
    if node is not None and drawn_with_answer(look, node, joined(key, "at")):
        answers = look.nodes[str(node.content)].answers
        look.entry_must_be(value, key, "answer", "answer", answers)


def drawn_with_answer(look: Look, value: Value, key: str, answer: str | None = None) -> bool:
    """Whether a value is a decision that is drawn (and may be answered so); tells if it is not."""
    name = str(value.content)
    if not step_is_in_force(look, value, key, name):
        return False
    decisions = {name: (flow, node) for name, flow, node in _decisions(look.graphs.values())}
    if name not in decisions:
        look.problems.add(value, key, f"{name} is no decision, it has no answers")
    elif not _drawn(*decisions[name]):
        look.problems.add(value, key, f"this is never drawn, {_fact(decisions[name][1])}")
    elif answer is not None and answer not in look.nodes[name].answers:
        words = ", ".join(look.nodes[name].answers)
        look.problems.add(value, key, f"{answer} is no answer of {name}, which has {words}")
    else:
        return True
    return False


def step_is_in_force(look: Look, value: Value, key: str, name: str) -> bool:
    """Whether there is such a node in a flow; tells where there is not."""
    if name in look.nodes and "/" in name:
        return True
    if name == RETURNS:
        look.problems.say(value, key, "a step of a flow, like 1.8.3/7, is expected")
    no_node(look, value, key, name)
    return False


def _meetings_and_surveys_are_said(look: Look) -> None:
    for key, node in look.nodes_in_use:
        for section, wanted in (
            ("meetings", node.effect.meeting),
            ("surveys", node.effect.collect),
            ("late", node.effect.late),
        ):
            if wanted and key not in look.section(section).entries:
                look.say_in(section, f"the entry of {key} is missing in {section}")


def _meetings_and_surveys_are_such(look: Look) -> None:
    for name, value in look.section("meetings").entries.items():
        node = look.nodes.get(name)
        if node is None:
            continue
        if not node.effect.meeting:
            look.problems.say(value, f"meetings.{name}", f"{name} is no meeting")
        doers = [doer for doer in node.doers if doer not in _OUTSIDE]
        for role, key, said in look.within(value, f"meetings.{name}", "summoned"):
            look.key_must_be(said, key, role, f"doer of {name}", doers)
    for name, value in look.section("surveys").entries.items():
        node = look.nodes.get(name)
        if node is not None and not node.effect.collect:
            look.problems.say(value, f"surveys.{name}", f"{name} is no questionnaire")


def _visits_are_agreed_on(look: Look) -> None:
    if look.section("appointments").entries:
        return
    for key, node in look.nodes_in_use:
        if node.effect.appointment == "keep":
            what = f"the key appointments is missing, {key} is agreed on with the customer"
            look.problems.say(look.root, "", what)


def _shown(node: Node) -> str:
    text = node.text.en if node.text else node.id
    return text if len(text) <= 50 else f"{text[:47]}..."
