"""What has happened how often: steps, answers, causes of waiting, late cases, stock-outs.

A simulation that never meets a step says nothing about it; these counts tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from cssim.eventlog import CAUSES, EventLog
from cssim.kpi import parts, promises, spans
from cssim.kpi.people import WAITING
from cssim.kpi.spans import Window

ENOUGH = 30  # times in a study: more seldom, and it needs a reason


class Count(NamedTuple):
    """How often something happened: `what` is step, answer, cause, late or stockout."""

    what: str
    name: str
    number: int


def counts(log: EventLog, window: Window | None = None) -> list[Count]:
    """Everything counted in a window of moments; by default the scenario's own.

    A step counts when it is enabled, also if that was never, and so does an answer (`node=word`),
    which is known of once it was given; a cause when somebody waited for it; a late case when
    its promise (by clock) fell due and was not kept.
    """
    asked = spans.window_of(log.terms, window)
    return [*_steps(log, asked), *_causes(log, asked), *_late(log, asked), *_stockouts(log, asked)]


def together(replications: Iterable[Iterable[Count]]) -> list[Count]:
    """The counts of several replications added up."""
    total: dict[tuple[str, str], int] = {}
    for replication in replications:
        for what, name, number in replication:
            total[what, name] = total.get((what, name), 0) + number
    return [Count(what, name, number) for (what, name), number in total.items()]


def rare(counts: Iterable[Count], enough: int = ENOUGH) -> list[Count]:
    """What happened less often than is enough."""
    return [one for one in counts if one.number < enough]


def doubts(counts: Iterable[Count], reasons: Mapping[tuple[str, str], str]) -> list[str]:
    """What is rare without a reason, and reasons for what is not rare; nothing if all is well.

    Args:
        counts: of all replications together.
        reasons: by `what` and `name`, why something cannot happen or is rare.

    Example:
        >>> doubts([Count("step", "1.8.4/9", 0), Count("step", "1.8.4/8", 29)], {
        ...     ("step", "1.8.4/9"): "the alias of 13 is never visited (R42)"})
        ['step 1.8.4/8 happened 29 times, fewer than 30, and no reason is given']
    """
    found = {(one.what, one.name): one.number for one in rare(counts)}
    told = [
        f"{what} {name} happened {number} times, fewer than {ENOUGH}, and no reason is given"
        for (what, name), number in found.items()
        if not reasons.get((what, name))
    ]
    needless = [key for key in reasons if key not in found]
    return told + [f"{what} {name} has a reason, and is not rare" for what, name in needless]


def _steps(log: EventLog, window: Window) -> Iterator[Count]:
    table = log["activities"]
    rows = table[(table["enabled_at"] >= window[0]) & (table["enabled_at"] < window[1])]
    nodes, words = log.terms["nodes"], log.terms["answers"]
    visited = np.bincount(rows["node"], minlength=len(nodes))
    answered = rows[rows["answer"] >= 0]
    cells = answered["node"].astype(np.int64) * len(words) + answered["answer"]
    given = np.bincount(cells, minlength=len(nodes) * len(words))
    for number, node in enumerate(nodes):
        name = f"{node['flow']}/{node['id']}"
        if node["numbered"] or node["kind"] == "decision":
            yield Count("step", name, int(visited[number]))
        for code, word in enumerate(words):
            times = int(given[number * len(words) + code])
            if times or word in node.get("answers", ()):
                yield Count("answer", f"{name}={word}", times)


def _causes(log: EventLog, window: Window) -> Iterator[Count]:
    """Waits before a start, waits with rows of their own, and time in other hands."""
    done, pieces = log["activities"], log["pieces"]
    found = np.zeros(len(CAUSES), dtype=np.int64)
    waited = (done["started_at"] > done["enabled_at"]) & (done["enabled_at"] >= window[0])
    waited &= done["enabled_at"] < window[1]
    found += np.bincount(done["wait_cause"][waited], minlength=len(CAUSES))
    mine = (pieces["from_at"] >= window[0]) & (pieces["from_at"] < window[1])
    mine &= (pieces["kind"] == WAITING) | (pieces["cause"] == CAUSES.index("travel"))
    found += np.bincount(pieces["cause"][mine], minlength=len(CAUSES))
    begun = (done["started_at"] >= window[0]) & (done["started_at"] < window[1])
    by_node = np.bincount(done["node"][begun], minlength=len(log.terms["nodes"]))
    for node, number in zip(log.terms["nodes"], by_node.tolist(), strict=True):
        cause = node.get("cause") or (node["doers"] or [""])[0]
        if cause in CAUSES:
            found[CAUSES.index(cause)] += number
        elif node["doers"]:
            found[CAUSES.index("working")] += number
    for cause, number in zip(CAUSES, found.tolist(), strict=True):
        yield Count("cause", cause, number)


def _late(log: EventLog, window: Window) -> Iterator[Count]:
    if not log.terms.get("contracts"):
        return
    for clock in ("first_response", "resolution"):
        found = promises.read(log, clock)
        due = (found.due_at >= window[0]) & (found.due_at < window[1])
        yield Count("late", clock, int(np.count_nonzero(due & ~found.kept)))


def _stockouts(log: EventLog, window: Window) -> Iterator[Count]:
    begun = parts.read(log).from_at
    number = np.count_nonzero((begun >= window[0]) & (begun < window[1]))
    yield Count("stockout", "part", int(number))
