"""A flow as a picture (Mermaid, a swim lane per doer) and as a page of documentation."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

from cssim.flows import describe, roles
from cssim.flows.describe import Language, say
from cssim.flows.graph import Flow, Node, NodeKind

SHAPES = {
    NodeKind.START: ("([", "])"),
    NodeKind.END: ("([", "])"),
    NodeKind.STEP: ("[", "]"),
    NodeKind.DECISION: ("{", "}"),
    NodeKind.LINK: ("[[", "]]"),
    NodeKind.SPLIT: ("((", "))"),
    NodeKind.JOIN: ("((", "))"),
}
WIDTH = {"zh": 14, "en": 28}  # letters to a line of a box
NOTE = "<!-- Written by `cssim handbook docs docs/flows`; change the flow's YAML instead. -->"


def mermaid(flow: Flow, lang: Language = "en") -> str:
    """The picture as Mermaid text: a lane per doer, several doers in the first one's lane.

    Example:
        >>> from cssim.flows import read
        >>> print(mermaid(read.library()["1.8.2m"]).splitlines()[0])
        flowchart TB
    """
    lines = ["flowchart TB"]
    for role, nodes in _lanes(flow).items():
        if role:
            lines.append(f'  subgraph lane_{_name(role)}["{say(roles.title(role), lang)}"]')
        lines += (f"  {'  ' if role else ''}{_box(node, lang)}" for node in nodes)
        if role:
            lines.append("  end")
    lines += _arrows(flow)
    return "\n".join(lines) + "\n"


def _lanes(flow: Flow) -> dict[str, list[Node]]:
    """Nodes by lane; an alias is no box. Starts, ends, splits and joins stand in no lane."""
    lanes: dict[str, list[Node]] = {}
    for node in flow.nodes.values():
        if not node.alias_of:
            lanes.setdefault(node.doers[0] if node.doers else "", []).append(node)
    return lanes


def _name(word: str) -> str:
    """A word that Mermaid takes for a name; `end` alone would be its own."""
    return re.sub(r"\W", "_", word)


def _box(node: Node, lang: Language) -> str:
    before, after = SHAPES[node.kind]
    return f'n_{_name(node.id)}{before}"{_label(node, lang)}"{after}'


def _label(node: Node, lang: Language) -> str:
    if node.kind in (NodeKind.SPLIT, NodeKind.JOIN):
        return "+"
    number = f"{node.id} · " if node.id[0].isdigit() else ""
    others = [say(roles.title(doer), lang) for doer in node.doers[1:]]
    extra = [f"+ {', '.join(others)}"] if others else []
    text = say(node.text, lang)
    lines = _wrapped(f"{number}{text}", lang) + extra
    return "<br/>".join(line.replace('"', "#quot;") for line in lines)


def _wrapped(text: str, lang: Language) -> list[str]:
    if lang == "en":
        return textwrap.wrap(text, WIDTH[lang], break_on_hyphens=False)
    return [text[at : at + WIDTH[lang]] for at in range(0, len(text), WIDTH[lang])]


def _arrows(flow: Flow) -> Iterator[str]:
    for node in flow.nodes.values():
        for answer, edges in node.edges.items():
            for edge in edges:
                label = describe.way(answer, edge)
                said = f'|"{label}"|' if label else ""
                yield f"  n_{_name(node.id)} -->{said} n_{_name(edge.to)}"


def document(flow: Flow) -> str:
    """The flow's page: what it is, its picture, its rows as the document has them, its graph."""
    return "\n".join([*_head(flow), *_rows(flow), *_graph(flow)]) + "\n"


def documents(flows: Mapping[str, Flow]) -> dict[str, str]:
    """All pages by file name, with an index."""
    pages = {f"{flow.id}.md": document(flow) for flow in flows.values()}
    return {"README.md": _index(flows), **pages}


def _index(flows: Mapping[str, Flow]) -> str:
    lines = [NOTE, "", "# The handbook's flows", "", "| flow | | | steps | calls |"]
    lines.append("|---|---|---|---|---|")
    for flow in flows.values():
        steps = sum(1 for node in flow.nodes.values() if node.numbered)
        calls = sorted({node.call.flow for node in flow.nodes.values() if node.call})
        title = f"[{flow.id}]({flow.id}.md) | {flow.title.en} | {flow.title.zh}"
        lines.append(f"| {title} | {steps} | {', '.join(calls)} |")
    return "\n".join(lines) + "\n"


def _head(flow: Flow) -> list[str]:
    kind = "a customer's case" if flow.customer_case else "no customer's case"
    lines = [NOTE, "", f"# {flow.id} {flow.title.en} ({flow.title.zh})", ""]
    lines.append(f"- Owner: {flow.owner.en} ({flow.owner.zh}); it is {kind}.")
    if flow.lanes:
        lanes = ", ".join(f"{lane.en} ({lane.zh})" for lane in flow.lanes)
        lines.append(f"- Lanes in the document: {lanes}.")
    if flow.owned_by:
        lines.append(f"- The whole of it belongs to one {say(roles.title(flow.owned_by), 'en')}.")
    if flow.external:
        lines.append(f"- Documents from outside: {', '.join(flow.external)}.")
    if flow.synonyms:
        same = (f"{other} is {name}" for other, name in flow.synonyms)
        lines.append(f"- Documents under two names: {', '.join(same)}.")
    return [*lines, "", "```mermaid", mermaid(flow).rstrip(), "```", ""]


def _rows(flow: Flow) -> Iterator[str]:
    yield from (
        "## Steps",
        "",
        "| step | doers | 工作内容 | in English | 重要输入 | 重要输出 | 相关表单 |",
    )
    yield "|---|---|---|---|---|---|---|"
    for node in describe.rows(flow):
        cells = [node.id, describe.doers(node, "en"), say(node.text, "zh"), say(node.text, "en")]
        cells += (", ".join(names) for names in (node.inputs, node.outputs, node.forms))
        yield f"| {' | '.join(cells)} |"
    yield ""


def _graph(flow: Flow) -> Iterator[str]:
    yield from (
        "## Ways",
        "",
        "| node | kind | goes on to | does | rests on |",
        "|---|---|---|---|---|",
    )
    for node in flow.nodes.values():
        does = [*describe.effect(node.effect), describe.call(node)]
        if node.outcome:
            does.append(f"outcome: {node.outcome}")
        if node.alias_of:
            does.append(f"the row of step {node.alias_of}, never visited")
        ways, done = "; ".join(describe.ways(node)), "; ".join(filter(None, does))
        yield f"| {node.id} | {node.kind} | {ways} | {done} | {', '.join(node.rulings)} |"
