"""The life of one case in words: what it is, its timeline, where its time went, its clocks.

Moments are local, lengths in hours, minutes and seconds; the sum by cause is exact to the
millisecond. The text is plain lines; whoever prints it adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cssim.errors import ResultsError
from cssim.eventlog import ANSWERED_BY, CASE_KINDS, LINK_ENDS, NEVER, OUTCOMES, TAKEOVERS, EventLog
from cssim.flows import describe
from cssim.flows.describe import Language
from cssim.flows.graph import Flow
from cssim.kpi import breaches, cases, timelines
from cssim.kpi.timelines import CAUSES
from cssim.report import explain_clocks, explain_words
from cssim.report.explain_words import Names, length, say

_BY_CASE = ("activities", "pieces", "clocks", "changes", "takeovers", "linked")


def lines(
    log: EventLog, case: int, flows: Mapping[str, Flow], lang: Language = "en"
) -> Iterator[str]:
    """The life of a case, line by line.

    Args:
        log: what happened.
        case: its number.
        flows: the flows in force, for the sentences of the steps.
        lang: the language of the text; names of the scenario stay as they are.

    Raises:
        ResultsError: the log has no such case.
    """
    number = len(log["cases"])
    if not 0 <= case < number:
        expected = f"expected 0 … {number - 1}" if number else "the log has none"
        raise ResultsError(f"case {case}: there is no such case ({expected})")
    teller = _Teller(_of(log, [case]), case, flows, lang)
    yield from teller.heading()
    yield from ("", say("timeline", lang), *teller.timeline())
    yield from ("", say("sum", lang), *teller.sums())
    yield from (
        "",
        say("clocks", lang),
        *explain_clocks.lines(teller.log, teller.names, _broken(log, case)),
    )


def _of(log: EventLog, some: Sequence[int] | NDArray[np.int64]) -> EventLog:
    """The log with the rows of some cases alone."""
    tables = {name: rows[np.isin(rows["case"], some)] if name in _BY_CASE else rows
              for name, rows in log.tables.items()}  # fmt: skip
    return EventLog(tables, log.attributes, log.terms)


def _broken(log: EventLog, case: int) -> np.ndarray:
    """The breaches of a case; of a promise that went on they belong to all that it ran in."""
    first = cases.first_of(log)
    found = breaches.read(_of(log, np.flatnonzero(first == first[case])))
    mine: np.ndarray = found[found["case"] == case]
    return mine


class _Teller:
    """Tells about one case of a log that holds its rows alone."""

    def __init__(self, log: EventLog, case: int, flows: Mapping[str, Flow], lang: Language) -> None:
        self.log = log
        self.case = case
        self.lang = lang
        self.names = Names(log.terms, lang)
        self._row = log["cases"][case]
        self._flows = flows
        self.end = min(int(self._row["closed_at"]), int(log.terms["window"]["end_at"]))

    # ---- what it is -----------------------------------------------------------------------

    def heading(self) -> Iterator[str]:
        """What the case is, when it came and what became of it."""
        row, terms = self._row, self.log.terms
        kind = say(CASE_KINDS[row["kind"]], self.lang, parent=row["parent"])
        yield f"{say('case', self.lang, case=self.case)}  {kind}"
        for properties in (self._belongs_to(terms), self._attributes(terms)):
            yield ("  " + "  ".join(f"{name}={value}" for name, value in properties)).rstrip()
        yield f"  {say('opened', self.lang)} {self.names.moment(row['opened_at'])}"
        if row["closed_at"] == NEVER:
            yield f"  {say('open', self.lang)} {self.names.moment(self.end)}"
        else:
            outcome = say(OUTCOMES[row["outcome"]], self.lang)
            yield f"  {say('closed', self.lang)} {self.names.moment(self.end)}  {outcome}"
        elapsed = length(self.end - int(row["opened_at"]), exact=True)
        yield f"  {say('elapsed', self.lang)} {elapsed}"
        for link in self.log["linked"]:
            how = say(f"defect_{LINK_ENDS[link['how']]}", self.lang)
            yield f"  {say('defect', self.lang, defect=link['defect'], how=how)}"

    def _belongs_to(self, terms: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        row = self._row
        flow = terms["flows"][row["flow"]]
        graph = self._flows.get(flow)
        title = f" {describe.say(graph.title, self.lang)}" if graph else ""
        yield say("flow", self.lang), f"{flow}{title}"
        for column, key in (("region", "regions"), ("contract", "contracts")):
            if row[column] >= 0 and terms.get(key):
                yield say(column, self.lang), str(terms[key][row[column]])

    def _attributes(self, terms: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, codes in self.log.attributes.items():
            words, code = terms["attributes"].get(name), int(codes[self.case])
            if code >= 0:
                yield name, str(words[code]) if words else str(code)

    # ---- its steps ------------------------------------------------------------------------

    def timeline(self) -> Iterator[str]:
        """Every step: when, which, its sentence; what it waited for, who did it, the answer."""
        for row, parts in timelines.of_steps(self.log, self.case):
            yield f"  {self.names.moment(row['enabled_at'])}  {self._step(row)}"
            for part in parts:
                yield f"      {self._interval(row, part)}"
            yield from self._taken_over(row)
            if row["answer"] >= 0:
                answer = self.log.terms["answers"][row["answer"]]
                by = say(ANSWERED_BY[row["answered_by"]], self.lang)
                yield f"      {say('answer', self.lang, answer=answer, by=by)}"
            if row["completed_at"] == NEVER:
                yield f"      {say('not_done', self.lang)}"

    def _taken_over(self, row: np.void) -> Iterator[str]:
        """Who took a step over from whom, and why."""
        agents = self.log.terms["agents"]
        for one in self.log["takeovers"]:
            if one["node"] == row["node"] and row["enabled_at"] <= one["at"] <= row["completed_at"]:
                before, after = (agents[one[side]]["name"] for side in ("from_agent", "to_agent"))
                why = say(f"why_{TAKEOVERS[one['why']]}", self.lang)
                told = say("taken_over", self.lang, after=after, before=before, why=why)
                yield f"      {told}"

    def _step(self, row: np.void) -> str:
        node = self.log.terms["nodes"][row["node"]]
        graph = self._flows.get(node["flow"])
        known = graph.nodes.get(node["id"]) if graph else None
        sentence = " ".join(describe.say(known.text, self.lang).split()) if known else ""
        return f"{node['flow']}/{node['id']}  {sentence}".rstrip()

    def _interval(self, row: np.void, part: np.void) -> str:
        """What a stretch of a step was: by whom, or waiting for whom."""
        cause = CAUSES[part["cause"]]
        told = explain_words.cause(cause, self.lang)
        whose = self.names.pool(part["pool"]) if part["pool"] >= 0 else ""
        if cause in ("working", "travel", "approval") and row["agent"] >= 0:
            whose = str(self.log.terms["agents"][row["agent"]]["name"])
        time = length(part["to_at"] - part["from_at"])
        return f"{time:>10}  {told}{f': {whose}' if whose else ''}"

    # ---- where its time went --------------------------------------------------------------

    def sums(self) -> Iterator[str]:
        """The time of each cause, of queueing by pool; together they are the elapsed time."""
        rows = timelines.read(self.log, np.array([self.case]))
        times = rows["to_at"] - rows["from_at"]
        total = int(times.sum())
        for code, cause in enumerate(CAUSES):
            mine = rows["cause"] == code
            if not mine.any():
                continue
            told = explain_words.cause(cause, self.lang)
            yield self._sum(int(times[mine].sum()), total, told)
            pools = np.unique(rows["pool"][mine])
            for pool in pools[pools >= 0].tolist():
                one = int(times[mine & (rows["pool"] == pool)].sum())
                yield f"{'':24}{length(one, exact=True):>16}  {self.names.pool(pool)}"
        before = self.log["cases"]["opened_at"][self.case] < 0
        yield self._sum(total, total, say("since_start" if before else "together", self.lang))

    def _sum(self, time: int, total: int, told: str) -> str:
        share = f"{time / total:.1%}" if total else ""
        return f"  {length(time, exact=True):>16} {share:>7}  {told}"
