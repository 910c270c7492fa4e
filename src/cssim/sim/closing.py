"""What is open when a run ends: its rows, with what has not happened as `NEVER`.

Also the stretches that are under way then, up to the run's end, which otherwise are written
when they are over. It changes nothing that could still happen.
"""

from __future__ import annotations

import numpy as np

from cssim.eventlog import NEVER
from cssim.sim.rare import PART, Rare, cause_of_wait
from cssim.sim.state import CUT, DUE, FOR_PART, RESUMED, RINGING, Token
from cssim.sim.telephone import NO_CASE
from cssim.sim.walk import QUEUEING, WORK_PIECE, WORKING, Walker


def write_open(walker: Walker, rare: Rare, end: int) -> None:
    """Write down everything that is open at the run's end."""
    rare.gathering.write_held(end)
    recorder = walker.recorder
    for token in walker.open_tokens():
        if token.phase == RINGING:
            continue
        case = token.case
        node = token.at.number
        visit = token.visit if token.started < NEVER else case.next_visit(node)
        _under_way(token, walker, rare, end)
        # who is still waited for stands in no sitting: the pool is the one whose line it is in
        in_hand = token.started < NEVER or token.agent >= 0
        pool = token.pool if in_hand else token.at.pools[case.place]
        recorder.add_activity(
            recorder.pack_activity(
                case.number, token.instance.number, token.number,
                token.sitting if in_hand else -1, node, visit, pool.number, -1, token.agent, 0,
                QUEUEING, token.pieces, token.enabled, token.started, NEVER,
            )
        )  # fmt: skip
        rare.promises.settle(case, end)
    rare.calls.write_open()
    rare.stock.write_open()
    rare.appointments.write_open()


def _under_way(token: Token, walker: Walker, rare: Rare, end: int) -> None:
    """The stretch that a token is in, where its row alone cannot say it."""
    if token.phase in (CUT, RESUMED):
        walker.worked(token, WORK_PIECE, WORKING, token.agent, token.began, end)
    elif token.phase == FOR_PART:
        rare.write_wait(token, PART, end)
    elif token.started == NEVER:
        if token.phase == DUE:
            rare.write_wait(token, cause_of_wait(token), end)
    elif token.others is not None:
        rare.write_together(token, end)


Tables = dict[str, np.ndarray]


def without_callers(tables: Tables, attributes: Tables) -> tuple[Tables, Tables]:
    """The tables without those who became no case: the others numbered anew, in order.

    They are callers who were never answered, and candidates who did not come.
    """
    cases, contacts = tables["cases"], tables["contacts"].copy()
    is_case = cases["closed_at"] != NO_CASE
    anew = np.where(is_case, np.cumsum(is_case) - 1, -1)
    gone = len(cases) - int(is_case.sum())

    def case(numbers: np.ndarray) -> np.ndarray:
        return np.where(numbers >= 0, anew[numbers], -1)

    def instance(numbers: np.ndarray) -> np.ndarray:
        outermost = numbers < len(cases)
        return np.where(outermost, case(np.where(outermost, numbers, -1)), numbers - gone)

    kept = {name: table.copy() for name, table in tables.items() if name != "contacts"}
    kept["cases"] = kept["cases"][is_case]
    kept["instances"] = kept["instances"][is_case[kept["instances"]["case"]]]
    for table in kept.values():
        for column, number in (
            ("case", case), ("parent", case), ("after", case),
            ("instance", instance), ("caller", instance),
        ):  # fmt: skip
            if column in (table.dtype.names or ()):
                table[column] = number(table[column])
    contacts["case"] = case(contacts["case"])
    kept["contacts"] = contacts
    return kept, {name: column[is_case] for name, column in attributes.items()}
