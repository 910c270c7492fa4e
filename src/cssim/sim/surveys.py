"""Questionnaires: many are asked, some answer, and the flow goes on when the time is up (R80).

The steps from being asked to sending it back happen once per answer received; they are the
customers' own and take no people.
"""

from __future__ import annotations

from collections.abc import Callable

from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import NEVER
from cssim.sim.state import DUE, Token
from cssim.sim.stations import Station
from cssim.sim.walk import QUEUEING, Walker

_ANSWERS = addresses.text_key("surveys/answers")


class Surveys:
    """Asks, collects, and lets the flow go on."""

    def __init__(
        self, blueprint: Blueprint, walker: Walker, choose: Callable[[Token, Station, int], Station]
    ) -> None:
        self._surveys = blueprint.surveys
        self._nodes = blueprint.nodes
        self._walker = walker
        self._choose = choose

    def ask(self, token: Token, node: int, now: int) -> None:
        """Everybody is asked at once; the token waits until the collection period ends."""
        token.started = now
        self._walker.sleep(token, DUE, self._surveys[node].period, token.order)

    def ends(self, token: Token, now: int) -> None:
        """Write down the answers that came, in the order they came, and go on."""
        node = token.at.number
        last = self._nodes.effects[node].collect_until
        self._received(token, node, last, now)
        token.at = at = self._walker.stations[last]
        self._walker.enter(token, at.ways[0][1] or self._choose(token, at, 0), now)

    def _received(self, token: Token, node: int, last: int, now: int) -> None:
        survey = self._surveys[node]
        asked_at = now - survey.period
        key = token.case.key
        came: list[tuple[int, int, int]] = []
        for customer in range(survey.asked):
            if addresses.uniform(key, addresses.fold(_ANSWERS, customer)) >= survey.answering:
                continue
            filled = asked_at + self._time(key, node, customer, survey.time.value)
            returning = self._nodes.time[last]
            sent = filled + (self._time(key, last, customer, returning.value) if returning else 0)
            if sent <= now:
                came.append((sent, filled, customer))
        for visit, (sent, filled, _) in enumerate(sorted(came), start=1):
            self._row(token, node, visit, asked_at, filled)
            self._row(token, last, visit, filled, sent)

    def _time(self, key: int, node: int, customer: int, value: Callable[[float], float]) -> int:
        stream = addresses.fold(self._nodes.duration_key[node], customer)
        return int(value(float(ndtri(addresses.uniform(key, stream)))) + 0.5)

    def _row(self, token: Token, node: int, visit: int, enabled: int, completed: int) -> None:
        recorder = self._walker.recorder
        recorder.add_activity(
            recorder.pack_activity(
                token.case.number, token.instance.number, token.number, -1, node, visit, -1, -1,
                -1, 0, QUEUEING, 0, enabled, enabled if completed != NEVER else NEVER,
                completed,
            )
        )  # fmt: skip
