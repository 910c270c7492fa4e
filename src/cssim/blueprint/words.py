"""The lists of words whose positions are the blueprint's codes, and chances over words."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Words:
    """The lists of words whose positions are the codes."""

    flows: list[str]
    nodes: dict[tuple[str, str], int]
    roles: list[str]
    answers: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    attribute_words: dict[str, list[str]] = field(default_factory=dict)
    skills: list[str] = field(default_factory=list)

    def answer(self, word: str) -> int:
        """The code of an answer, made if it is new."""
        if word not in self.answers:
            self.answers.append(word)
        return self.answers.index(word)

    def only(self, of: dict[str, list[str]] | None) -> tuple[int, frozenset[int]]:
        """The number of an attribute and those of its words; -1 and none where nothing is said."""
        for name, words in (of or {}).items():
            return self.attributes.index(name), frozenset(
                map(self.attribute_words[name].index, words)
            )
        return -1, frozenset()


def cumulative(weights: dict[str, float], words: list[str]) -> tuple[float, ...]:
    """Cumulative chances over `words`, in their order; the last is 1."""
    total = sum(weights.get(word, 0.0) for word in words)
    running, chances = 0.0, []
    for word in words:
        running += weights.get(word, 0.0)
        chances.append(running / total)
    return tuple(chances)


def by_visit(
    row: dict[str, float], later: dict[int, dict[str, float]], words: list[str]
) -> tuple[tuple[float, ...], ...]:
    """Cumulative chances visit by visit; the last stands for all later ones."""
    last = max(later, default=1)
    rows = []
    for visit in range(1, last + 1):
        row = later.get(visit, row)
        rows.append(cumulative(row, words))
    return tuple(rows)
