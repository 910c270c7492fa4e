"""What working through the handbook leaves behind: the steps, who did them, and the outcome.

An open flow writes down each step as it is entered, and asks each question as it comes up.
It does not know what any flow looks like, what time it is, or where answers come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

# R5, R8: how a case comes back from a flow.
Outcome = Literal["solved", "declined", "exchanged", "unsolved", "done"]

# R90: the roles that take steps.
Role = Literal[
    "agent",
    "regional_engineer",
    "hq_engineer",
    "service_manager",
    "logistics",
    "product_centre",
    "supplier",
    "other_department",
    "product_manager",
    "rnd",
    "finance",
    "board",
    "product_review",
    "regional_sales",
    "regional_manager",
    "sales_director",
    "bu_manager",
    "customer",
]

RETURNS = "RETURNS"
"""R6: returns and exchange, one activity outside this chapter."""

YES_NO = ("yes", "no")
"""R4: the answers to a question for which no ruling lists others."""


class NotInHandbookError(ValueError):
    """Something was asked of the handbook, or answered to it, that it does not know."""


class Answers(Protocol):
    """Whoever can answer the handbook's questions about one case."""

    def take(self, flow: str, question: str, possible: tuple[str, ...]) -> str:
        """Return one of `possible`, or raise an error of its own."""
        ...


@dataclass(frozen=True)
class Step:
    """One step, entered once for one case.

    Example:
        >>> Step("1.8.4", "19", ("regional_engineer", "customer")).label
        '1.8.4/19'
    """

    flow: str
    id: str
    doers: tuple[Role, ...]

    @property
    def label(self) -> str:
        """The step's name in a trace: "1.8.4/19", and plain "RETURNS" for the returns flow."""
        return RETURNS if self.flow == RETURNS else f"{self.flow}/{self.id}"


@dataclass(frozen=True)
class Record:
    """A flow worked through to its end: the steps in order of entry, and the outcome."""

    steps: list[Step]
    outcome: Outcome


@dataclass(frozen=True)
class OpenFlow:
    """One opening of one flow for one case, from its first step to its outcome.

    A case that comes back to a flow it has left opens it anew, and remembers nothing of the
    time before. What all openings of a case share is the one list of steps they write to.
    """

    id: str
    called_from: str | None
    open_above: tuple[str, ...]
    answers: Answers
    flows: Mapping[str, Callable[[OpenFlow], Outcome]]
    steps: list[Step] = field(default_factory=list)

    # Steps ---------------------------------------------------------------------------------

    def step(self, number: str, *doers: Role) -> None:
        """Enter a step, done by all of `doers` at once."""
        self.steps.append(Step(self.id, number, doers))

    def returns(self) -> None:
        """Run the returns flow, one activity of logistics (R6, R90)."""
        self.steps.append(Step(RETURNS, RETURNS, ("logistics",)))

    # Questions -----------------------------------------------------------------------------

    def question(self, question: str, among: tuple[str, ...]) -> str:
        """Ask a question that is no step of its own, and return which of `among` it was.

        Raises:
            NotInHandbookError: The answer is none of `among`.
        """
        answer = self.answers.take(self.id, question, among)
        if answer not in among:
            raise NotInHandbookError(
                f"{self.id}/{question} was answered {answer!r}; possible are {', '.join(among)}"
            )
        return answer

    def is_so(self, question: str) -> bool:
        """Ask a yes-or-no question that is no step of its own, such as 1.8.2's 7a."""
        return self.question(question, YES_NO) == "yes"

    def choice(self, number: str, *doers: Role, among: tuple[str, ...]) -> str:
        """Enter a step whose result is one of `among`, and return which."""
        self.step(number, *doers)
        return self.question(number, among)

    def decision(self, number: str, *doers: Role) -> bool:
        """Enter a step that is decided yes or no, and return whether it was yes."""
        return self.choice(number, *doers, among=YES_NO) == "yes"

    # Other flows ---------------------------------------------------------------------------

    def is_open(self, flow: str) -> bool:
        """Whether the case has `flow` open: this one, or one that waits for it (R7)."""
        return flow == self.id or flow in self.open_above

    def call(self, flow: str) -> Outcome:
        """Work through another flow, this one staying open, and come back with its outcome (R5)."""
        return self._open(flow, open_above=(*self.open_above, self.id))

    def hand_over(self, flow: str) -> Outcome:
        """End this flow as another begins; the other's outcome is then this one's (R7)."""
        return self._open(flow, open_above=self.open_above)

    def _open(self, flow: str, open_above: tuple[str, ...]) -> Outcome:
        assert flow not in open_above, f"R7: {flow} is open already"
        opened = OpenFlow(flow, self.id, open_above, self.answers, self.flows, self.steps)
        return self.flows[flow](opened)
