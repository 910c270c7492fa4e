"""Small formulas of named quantities: read, checked, compiled to numbers, evaluated.

A formula has numbers, `+ - * /` and unary minus, brackets, comparisons (`< <= > >= == !=`)
that give 1 or 0, `min(a, b)`, `max(a, b)`, and names out of a closed list that is handed to it.
A compiled formula is a program in postfix order, flat numbers without a callable: a code, for a
constant and for a name followed by the number that it stands for. It knows nothing of what
the names mean.
"""

from __future__ import annotations

import contextlib
import math
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

Program = tuple[float, ...]
_Steps = list[tuple[float, ...]]  # the same while it is made

FUNCTIONS = ("min", "max")  # of two arguments each
LONGEST = 1000  # characters
DEEPEST = 40  # brackets and signs within each other

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[^\W\d]\w*)|(?P<sign><=|>=|==|!=|[-+*/()<>,])|(?P<other>\S))"
)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def _divided(above: float, below: float) -> float:
    return above / below if below else 0.0


_CONSTANT, _NAME, _NEGATIVE, _FIRST_OF_TWO = 0, 1, 2, 3  # from the last on: of two values
_OF_TWO: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divided,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne, "min": min, "max": max,
}  # fmt: skip
_CODES = {sign: _FIRST_OF_TWO + place for place, sign in enumerate(_OF_TWO)}
_OPERATIONS = tuple(_OF_TWO.values())


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a formula.

    Attributes:
        at: the character at which it is found, from 1.
        what: a sentence; of a word that stands for nothing, what it should be.
        got: what stands there.
        known: the words that it could be; None where it is no matter of words.
    """

    at: int
    what: str
    got: str
    known: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # a number, a word, a sign, something other, or the end
    text: str
    at: int


def faults(text: str, names: Collection[str]) -> list[Fault]:
    """All that is wrong with a formula; of its syntax, the first thing.

    Example:
        >>> [(fault.at, fault.got) for fault in faults("ages + min(price, 1, 2)", ("age",))]
        [(1, 'ages'), (8, '3'), (12, 'price')]
    """
    return _read(text, {name: number for number, name in enumerate(names)})[1]


def compiled(text: str, names: Mapping[str, int]) -> Program:
    """A formula as a program; `names` tells which value each name stands for.

    Example:
        >>> value(compiled("2 * min(age, 10) + (price > 3)", {"age": 0, "price": 1}), (7, 5))
        15.0

    Raises:
        ValueError: something is wrong with it; `faults` tells what.
    """
    steps, found = _read(text, names)
    if found:
        raise ValueError(f"the formula {text!r} is none, see its character {found[0].at}")
    return _flat(steps)


def value(program: Program, values: Sequence[float]) -> float:
    """What a program comes to with these values; anything divided by 0 is 0.

    Where numbers become too large to tell (infinity less infinity), it is 0.
    """
    stack: list[float] = []
    at, end = 0, len(program)
    while at < end:
        code = int(program[at])
        at += 1
        if code >= _FIRST_OF_TWO:
            second = stack.pop()
            stack[-1] = float(_OPERATIONS[code - _FIRST_OF_TWO](stack[-1], second))
        elif code == _NEGATIVE:
            stack[-1] = -stack[-1]
        else:
            operand = program[at]
            at += 1
            stack.append(float(values[int(operand)]) if code == _NAME else operand)
    found = stack.pop()
    return 0.0 if math.isnan(found) else found


# ---- reading -------------------------------------------------------------------------------


class _Stop(Exception):
    """The syntax is broken, and has been told."""


def _flat(steps: _Steps) -> Program:
    return tuple(number for step in steps for number in step)


def _read(text: str, names: Mapping[str, int]) -> tuple[_Steps, list[Fault]]:
    """The steps of the program, and all that is wrong, by place."""
    if len(text) > LONGEST:
        what = f"at most {LONGEST} characters are expected"
        return [], [Fault(1, what, str(len(text)))]
    tokens = list(_tokens(text))
    found = list(_wrong_words(tokens, names))
    reader = _Reader(tokens, names, found)
    with contextlib.suppress(_Stop):
        reader.whole()
    return reader.steps, sorted(found, key=lambda fault: fault.at)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        yield _Token(kind, match[kind], match.start(kind) + 1)
    yield _Token("end", "nothing more", len(text) + 1)


def _wrong_words(tokens: list[_Token], names: Mapping[str, int]) -> Iterator[Fault]:
    """Words and signs that a formula does not have, wherever they stand."""
    for place, token in enumerate(tokens):
        if token.kind == "word":
            if tokens[place + 1].text == "(":
                if token.text not in FUNCTIONS:
                    yield Fault(token.at, "function", token.text, FUNCTIONS)
            elif token.text not in names and token.text not in FUNCTIONS:
                yield Fault(token.at, "quantity", token.text, tuple(names))
        elif token.kind == "other":
            hint = ", equal is written ==" if token.text == "=" else ""
            yield Fault(token.at, f"there is no such sign {_where(token)}{hint}", token.text)


class _Reader:
    """Goes through the tokens once, from the loosest binding to the closest."""

    def __init__(self, tokens: list[_Token], names: Mapping[str, int], found: list[Fault]) -> None:
        self.steps: _Steps = []
        self._tokens = tokens
        self._names = names
        self._found = found
        self._place = 0
        self._depth = 0

    def whole(self) -> None:
        """The formula, to its end."""
        self._comparison()
        if self._now.text in _COMPARISONS:
            self._stop("brackets around the first comparison are expected")
        if self._now.kind != "end":
            self._stop("an operator is expected")

    @property
    def _now(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        self._place += 1
        return self._tokens[self._place - 1]

    def _stop(self, what: str) -> None:
        """The syntax is broken here; a sign that there is not has been told already."""
        if self._now.kind != "other":
            self._tell(self._now, f"{what} {_where(self._now)}", self._now.text)
        raise _Stop

    def _tell(self, token: _Token, what: str, got: str) -> None:
        self._found.append(Fault(token.at, what, got))

    def _comparison(self) -> None:
        self._sum()
        if self._now.text in _COMPARISONS:
            sign = self._take().text
            self._sum()
            self.steps.append((_CODES[sign],))

    def _sum(self) -> None:
        self._product()
        while self._now.text in ("+", "-"):
            sign = self._take().text
            self._product()
            self.steps.append((_CODES[sign],))

    def _product(self) -> None:
        self._signed()
        while self._now.text in ("*", "/"):
            sign, below, begins = self._take().text, self._now, len(self.steps)
            self._signed()
            if sign == "/" and _is_zero(self.steps[begins:]):
                self._tell(below, f"a divisor that is not 0 is expected {_where(below)}", "0")
            self.steps.append((_CODES[sign],))

    def _signed(self) -> None:
        if self._now.text != "-":
            self._single()
            return
        self._deeper()
        self._take()
        self._signed()
        self.steps.append((_NEGATIVE,))
        self._depth -= 1

    def _single(self) -> None:
        token = self._now
        if token.kind == "number":
            number = float(self._take().text)
            if math.isinf(number):
                self._tell(token, f"a smaller number is expected {_where(token)}", token.text)
            self.steps.append((_CONSTANT, number))
        elif token.kind == "word":
            self._word(token)
        elif token.text == "(":
            self._deeper()
            self._take()
            self._comparison()
            self._close()
        else:
            self._stop("a number, a name or a bracket is expected")

    def _word(self, token: _Token) -> None:
        if self._tokens[self._place + 1].text == "(":
            self._call()
        elif token.text in FUNCTIONS:
            self._stop(f"{token.text} with its arguments, like {token.text}(1, 2), is expected")
        else:
            self._take()
            self.steps.append((_NAME, self._names.get(token.text, 0)))

    def _call(self) -> None:
        name, begins, given = self._take(), len(self.steps), 0
        self._deeper()
        while not given or self._now.text == ",":
            self._take()  # the bracket, or a comma
            self._comparison()
            given += 1
        self._close()
        if name.text in FUNCTIONS and given == 2:
            self.steps.append((_CODES[name.text],))
            return
        self.steps[begins:] = [(_NAME, 0)]  # so that the rest can be read
        if name.text in FUNCTIONS:
            self._tell(name, f"{name.text} has 2 arguments, {_where(name)}", str(given))

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            self._stop(f"at most {DEEPEST} brackets and signs within each other are expected")

    def _close(self) -> None:
        if self._now.text != ")":
            self._stop("an operator or a closing bracket is expected")
        self._take()
        self._depth -= 1


def _where(token: _Token) -> str:
    return f"at character {token.at}" if token.kind != "end" else "at the end"


def _is_zero(steps: _Steps) -> bool:
    """Whether steps come to 0 whatever the values are, because they name none."""
    named = any(step[0] == _NAME for step in steps)
    return not named and value(_flat(steps), ()) == 0.0
