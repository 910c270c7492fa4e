"""The answers of one case: what is said at every question, and what was never asked.

Answers stand by flow and decision. A list is used in turn, and goes on where the flow is
entered again; a single value is given every time. Answers that a called flow gives (R28,
R31) are nobody's to give: they are never asked for, so given ones are left over.

It knows nothing of the flows' order: whoever walks a flow asks, and it hands out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from cssim.errors import AnswerError
from cssim.flows import graph

FOR_EVER = 100  # so often the same value to the same question, and nothing else used up: a loop

Given = Mapping[str, Mapping[str, str | Sequence[str]]]


def quoted(value: object) -> str:
    """A value as JSON for a message: short, on one line, and printable everywhere."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
    return text if len(text) <= 60 else text[:57] + "..."


def one_of(words: Sequence[str]) -> str:
    """`a, b or c`."""
    if len(words) < 2:
        return "".join(words) or "nothing"
    return f"{', '.join(words[:-1])} or {words[-1]}"


class AnswerSheet:
    """What is answered in one case, handed out question by question.

    A sheet is used up by one walk: `take` while it lasts, then `check_used`.

    Example:
        >>> sheet = AnswerSheet({"1.8.2": {"2": "yes", "23": ["no", "yes"]}})
        >>> sheet.take("1.8.2", "23", ("yes", "no")), sheet.take("1.8.2", "23", ("yes", "no"))
        ('no', 'yes')
        >>> sheet.take("1.8.2", "2", ("yes", "no"))
        'yes'
        >>> sheet.check_used()
    """

    def __init__(self, given: Given) -> None:
        self.given = given
        self.asked: dict[tuple[str, str], int] = {}
        self._same: dict[tuple[str, str], int] = {}  # single values since a list was used

    def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
        """The next answer here.

        Raises:
            AnswerError: It is missing, cannot be given here, or leads round for ever.
        """
        value = self.given.get(flow, {}).get(question)
        where, times = (flow, question), self.asked.get((flow, question), 0)
        self.asked[where] = times + 1
        if isinstance(value, str):
            self._count_round(where, value)
            answer = value
        elif value is None or times >= len(value):
            raise AnswerError(_missing(where, times, value is not None, possible))
        else:
            self._same.clear()
            answer = value[times]
        if answer not in possible:
            raise AnswerError(unknown_answer(flow, question, answer, possible))
        return answer

    def _count_round(self, where: tuple[str, str], value: str) -> None:
        self._same[where] = self._same.get(where, 0) + 1
        if self._same[where] > FOR_EVER:
            raise AnswerError(
                f"endless loop: {'/'.join(where)} is answered {quoted(value)} every time"
                " (expected a list whose last answer leaves the loop)"
            )

    def left_over(self) -> list[str]:
        """A sentence for every decision with answers that were never taken."""
        found = []
        for flow, decisions in self.given.items():
            for question, value in decisions.items():
                used = self.asked.get((flow, question), 0)
                if not used:
                    found.append(
                        f"left-over answer for {flow}/{question} (expected none: it is not asked)"
                    )
                elif not isinstance(value, str) and used < len(value):
                    found.append(
                        f"left-over answer for {flow}/{question}: {len(value)} given"
                        f" (expected {used})"
                    )
        return found

    def check_used(self) -> None:
        """Nothing may be left over.

        Raises:
            AnswerError: Something is; the message names the first.
        """
        left = self.left_over()
        if left:
            raise AnswerError(left[0])


def _missing(
    where: tuple[str, str], times: int, given_before: bool, possible: tuple[str, ...]
) -> str:
    which = f"answer no. {times + 1}" if given_before else "answer"
    return f"missing {which} for {'/'.join(where)} (expected {one_of(possible)})"


def unknown_answer(flow: str, question: str, answer: str, possible: Sequence[str]) -> str:
    """The sentence for a word that is no answer here."""
    return f"unknown answer {quoted(answer)} for {flow}/{question} (expected {one_of(possible)})"


def check(flows: Mapping[str, graph.Flow], given: object) -> Given:
    """Answers as they came from outside, judged by themselves; which are asked shows later.

    Raises:
        AnswerError: An unknown flow, decision or answer, or an ill-typed value.
    """
    if not isinstance(given, dict):
        raise AnswerError(
            f"ill-typed answers {quoted(given)} (expected an object: flow, decision, answer)"
        )
    for flow, decisions in given.items():
        if flow not in flows:
            raise AnswerError(
                f"unknown flow {quoted(flow)} in answers (expected {one_of(list(flows))})"
            )
        if not isinstance(decisions, dict):
            raise AnswerError(
                f"ill-typed answers for {flow}: {quoted(decisions)}"
                " (expected an object: decision, answer)"
            )
        for question, value in decisions.items():
            _check_value(flows[flow], question, value)
    return given


def _check_value(flow: graph.Flow, question: str, value: object) -> None:
    possible = {id: node.answers for id, node in flow.nodes.items() if node.answers}
    if question not in possible:
        raise AnswerError(
            f"unknown decision {quoted(question)} of {flow.id} (expected {one_of(list(possible))})"
        )
    given = value if isinstance(value, list) else [value]
    words = [word for word in given if isinstance(word, str)]
    if not words or len(words) < len(given):
        raise AnswerError(
            f"ill-typed answer for {flow.id}/{question}: {quoted(value)}"
            " (expected a word or a list of words)"
        )
    for word in words:
        if word not in possible[question]:
            raise AnswerError(unknown_answer(flow.id, question, word, possible[question]))
