"""All cases of a run by number: those known beforehand, scripted ones, and chasers.

It opens their slots during the run and makes the table of cases at its end.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from scipy.special import ndtri

from cssim.basis import draws as addresses
from cssim.basis.moments import DAY
from cssim.blueprint.demand_tables import Source
from cssim.blueprint.rule_tables import Reopening
from cssim.blueprint.tables import Blueprint
from cssim.eventlog import TABLES
from cssim.sim import arrivals, backlog_cases, installed
from cssim.sim.arrivals import Ints
from cssim.sim.draws import Luck
from cssim.sim.script import Script
from cssim.sim.state import CHASER, MANAGEMENT, REOPENED, REQUEST, Case

_CHASER = addresses.text_key("chaser")
_ASKS = addresses.text_key("asks")
_REOPENED = addresses.text_key("reopened")
_LATER = (
    "kind", "flow", "source", "region", "date", "band", "ordinal", "parent", "link", "opened_at"
)  # fmt: skip


class Roster:
    """Who comes, and what each case is."""

    def __init__(self, blueprint: Blueprint, key: int, script: list[dict[str, Any]] | None) -> None:
        self._blueprint = blueprint
        self._script = script
        self.field = installed.of(blueprint, key) if script is None else None
        if script is None:
            self.arrivals = arrivals.draw(
                blueprint, key, self.field.known() if self.field else None
            )
            flows = np.array([source.flow for source in blueprint.sources] or [0])
            self.flow = flows[self.arrivals.source]
        else:
            self.arrivals = arrivals.scripted(blueprint, len(script))
            self.flow = np.array([blueprint.terms["flows"].index(one["flow"]) for one in script])
        self.contract = array("i", [-1]) * len(self.arrivals)
        self._severity = blueprint.promises.severity
        self._scripted: list[Sequence[int]] = []  # attributes that a script has set
        # of those who come later: kind, flow, source, region, date, band, ordinal, parent, link, at
        self._later: list[tuple[int, ...]] = []
        self._values: list[Sequence[int]] = []  # their attributes
        self.place_of: dict[int, int] = {}  # of cases without a region
        self._turns = [0] * len(blueprint.sources)
        self._places = max(1, len(blueprint.terms["regions"]))
        self.busy = [0] * len(blueprint.sources)  # units of populations with an open case
        self.later_key = key  # of cases and orders that are not known beforehand
        self.restored: list[Case] = []
        if blueprint.backlog is not None and script is None:
            self.later_key = addresses.fold(key, addresses.text_key(blueprint.terms["start"]))
            backlog_cases.add(self, blueprint, key)

    def __len__(self) -> int:
        return len(self.arrivals) + len(self._later)

    def coming(self, cases: range, dealt: int, luck: Iterable[Luck]) -> Iterator[Case]:
        """The slots of neighbouring cases, each made when it is asked for."""
        known = self.arrivals
        part = slice(cases.start, cases.stop)
        values = known.values[part]
        severity = values[:, self._severity].tolist() if self._severity >= 0 else repeat(0)
        rows = zip(*values.T.tolist(), strict=True) if values.shape[1] else repeat(())
        return map(
            Case, cases, self.flow[part].tolist(), known.region[part].tolist(), severity, rows,
            known.keys[part].tolist(), repeat(dealt), luck, known.at[part].tolist(),
        )  # fmt: skip

    def follow_script(self, case: Case) -> None:
        """Give a case its scripted answers; attributes are set to them (R92)."""
        assert self._script is not None
        case.script = Script(self._blueprint, self._script[case.number]["answers"])
        case.place = 0
        values = list(case.values)
        for attribute, value in case.script.attributes().items():
            values[attribute] = value
        case.values = values
        if self._severity >= 0:
            case.severity = values[self._severity]
        self._scripted.append(values)

    def next_place(self, case: Case) -> int:
        """Where a case without a region runs: one region after another (R90)."""
        return self.turn(case.number, int(self.arrivals.source[case.number]))

    def turn(self, number: int, source: int) -> int:
        """The place of a case without a region: the next one of its source."""
        place = self.place_of[number] = self._turns[source] % self._places
        self._turns[source] += 1
        return place

    def entry(self, number: int) -> tuple[int, int]:
        """Where a scripted case enters its flow, and which flow is open above it (R7)."""
        assert self._script is not None
        caller = self._script[number].get("called_from")
        if caller is None:
            return -1, -1
        flow, nodes = self.flow[number], self._blueprint.nodes
        above = self._blueprint.terms["flows"].index(caller)
        call = next(
            call
            for node, call in enumerate(nodes.call)
            if nodes.flow[node] == above and call[0] == flow
        )
        return call[1], -1 if call[2] else above

    # ---- chasers (R93) --------------------------------------------------------------------

    def first_chasers(self, end: int) -> tuple[Ints, Ints]:
        """When somebody may first ask "where is my case?", and which: for all known cases."""
        known = self.arrivals
        rates = np.array([source.chasers for source in self._blueprint.sources] or [0.0])
        asked = (
            np.flatnonzero(rates[known.source] > 0) if self._script is None else np.array([], int)
        )
        u = addresses.uniforms(known.keys[asked], addresses.fold(_CHASER, 1))
        at = known.at[asked] + np.floor(-np.log1p(-u) * DAY / rates[known.source[asked]])
        soon = at < end
        return at[soon].astype(np.int64), asked[soon].astype(np.int64)

    def next_chaser(self, parent: int, ordinal: int) -> int:
        """How long after one chaser the next may come; ms."""
        key, row, _ = self._facts(parent)
        u = addresses.uniform(key, addresses.fold(_CHASER, ordinal))
        rate = self._blueprint.sources[row[2]].chasers
        return int(-math.log1p(-u) * DAY / rate)

    def is_chased(self, number: int) -> bool:
        """Whether somebody may ask about a case."""
        return self._blueprint.sources[self._facts(number)[1][2]].chasers > 0

    def _facts(self, number: int) -> tuple[int, tuple[int, ...], list[int]]:
        """Of a case its address, its row up to its ordinal, and its attributes."""
        known = self.arrivals
        if number >= len(known):
            case = self.restored[number - len(known)]
            return case.key, self._later[number - len(known)][:7], list(case.values)
        columns = known.kind, self.flow, known.source, known.region, known.date, known.band
        row = tuple(int(column[number]) for column in (*columns, known.ordinal))
        return int(known.keys[number]), row, known.values[number].tolist()

    def chaser(self, parent: int, ordinal: int, now: int) -> Case:
        """The slot of a contact that asks about an open case; it has its attributes (R93)."""
        of_parent, (_, *row), values = self._facts(parent)
        if self._blueprint.new_problem >= 0:
            values[self._blueprint.new_problem] = 1
        place = self.place_of.get(parent, row[2])
        key = addresses.fold(of_parent, ordinal)
        return self.comes_later((CHASER, *row, parent, ordinal, now), place, values, key)

    def comes_later(
        self, row: tuple[int, ...], place: int, values: Sequence[int], key: int
    ) -> Case:
        """The slot of a case that was not known beforehand."""
        number = len(self)
        self.contract.append(-1)
        self._later.append(row)
        self._values.append(values)
        severity = values[self._severity] if self._severity >= 0 else 0
        return Case(number, row[1], place, severity, values, key, 0, (), row[-1])

    # ---- reopened cases -------------------------------------------------------------------

    def may_come_back(self, number: int) -> bool:
        """Whether it is a request, or one that was reopened: nobody comes back with a chaser."""
        later = number - len(self.arrivals)
        return later < 0 or self._later[later][0] in (REQUEST, REOPENED)

    def reopened_after(self, case: Case, rules: Reopening) -> int | None:
        """How long after its end the customer comes back with the same matter; ms, None never."""
        key = addresses.fold(case.key, _REOPENED)
        if addresses.uniform(key, 1) >= rules.chance:
            return None
        return int(rules.after.value(float(ndtri(addresses.uniform(key, 2)))) + 0.5)

    def reopened(self, closed: Case, now: int) -> Case:
        """The slot of a case that is a closed one over again, with the severity it had last."""
        number, known = closed.number, self.arrivals
        later = number - len(known)
        if later < 0:
            columns = (known.source, known.region, known.date, known.band, known.ordinal)
            of = tuple(int(column[number]) for column in columns)
            ordinal = 1
        else:
            kind, _, *five, _, link, _ = self._later[later]
            of, ordinal = tuple(five), max(link, 0) + 1 if kind == REOPENED else 1
        values = list(closed.values)
        if self._severity >= 0:
            values[self._severity] = closed.severity
        key = addresses.fold(closed.key, _REOPENED)
        row = (REOPENED, closed.flow, *of, number, ordinal, now)
        place = closed.call.region if closed.call is not None else closed.place
        return self.comes_later(row, place, values, key)

    # ---- populations ----------------------------------------------------------------------

    def units(self) -> list[tuple[int, int]]:
        """Source and number of every unit of every population."""
        if self._script is not None:
            return []
        sources = enumerate(self._blueprint.sources)
        return [
            (number, unit)
            for number, source in sources
            for unit in range(self.busy[number], source.units)
        ]

    def next_ask(self, source: int, unit: int, ordinal: int) -> int:
        """From the end of what was before to a unit's n-th case, in ms."""
        time = self._blueprint.sources[source].asks_after
        assert time is not None
        u = addresses.uniform(self._unit_key(source, unit, ordinal), _ASKS)
        return int(time.value(float(ndtri(u))) + 0.5)

    def _unit_key(self, source: int, unit: int, ordinal: int) -> int:
        return addresses.fold(self.later_key, self._blueprint.sources[source].key, unit, ordinal)

    def asks(self, source: int, unit: int, ordinal: int, now: int) -> Case:
        """The slot of a unit's n-th case; its address is the source, the unit and n."""
        one = self._blueprint.sources[source]
        key = self._unit_key(source, unit, ordinal)
        values = self.values_of(one, key)
        row = (REQUEST, one.flow, source, one.region, 0, unit, ordinal, -1, -1, now)
        case = self.comes_later(row, one.region, values, key)
        case.unit, case.simple = (source, unit, ordinal), False
        return case

    def values_of(self, source: Source, key: int) -> list[int]:
        """The attributes of a source's case, drawn at an address."""
        values: list[int] = arrivals.attributes_of(
            self._blueprint, source, np.array([key], dtype=np.uint64), np.zeros(1, dtype=np.int64)
        )[0].tolist()
        return values

    # ---- at the end of the run ------------------------------------------------------------

    def is_management(self, number: int) -> bool:
        """Whether a case is no customer's."""
        later = number - len(self.arrivals)
        kind = self.arrivals.kind[number] if later < 0 else self._later[later][0]
        return bool(kind == MANAGEMENT)

    def is_request(self, number: int) -> bool:
        """Whether a case is a customer's own matter, and no chaser."""
        if number < len(self.arrivals):
            return bool(self.arrivals.kind[number] == REQUEST)
        return self._later[number - len(self.arrivals)][0] == REQUEST

    def attributes(self) -> dict[str, np.ndarray]:
        """One column per attribute, a value per case."""
        names = self._blueprint.terms["attributes"]
        known = self.arrivals.values
        if self._script is not None:
            known = np.array(self._scripted, dtype=np.int64).reshape(len(known), len(names))
        later = np.array(self._values, dtype=np.int64).reshape(len(self._values), len(names))
        matrix = np.concatenate([known, later]).astype(np.int32)
        return {name: np.ascontiguousarray(matrix[:, i]) for i, name in enumerate(names)}

    def table(self, closed_at: array[int], outcome: array[int]) -> tuple[np.ndarray, np.ndarray]:
        """The table of cases, and the node at which each entered its flow."""
        known = self.arrivals
        rows = np.empty(len(self), dtype=TABLES["cases"])
        rows["case"] = np.arange(len(rows))
        rows["contract"], rows["outcome"], rows["closed_at"] = self.contract, outcome, closed_at
        later = np.array(self._later, dtype=np.int64).reshape(-1, 10).T
        none = np.full(len(known), -1)
        columns = (
            known.kind, self.flow, known.source, known.region, known.date, known.band,
            known.ordinal, none, none, known.at,
        )  # fmt: skip
        for name, beforehand, afterwards in zip(_LATER, columns, later, strict=True):
            rows[name] = np.concatenate([beforehand, afterwards])
        entered = np.array(self._blueprint.starts)[rows["flow"]]
        if self._script is not None:
            entries = np.array([self.entry(number)[0] for number in range(len(known))], dtype=int)
            entered = np.where(entries >= 0, entries, entered)
        return rows, entered
