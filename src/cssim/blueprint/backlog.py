"""The cases that are open when a run begins, read from a file: one row a case.

All that is wrong with a file is told at once, with its lines. What the columns mean stands in
`scenario.model_backlog`; the same form is written at a run's end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from cssim.basis import draws
from cssim.basis.moments import Epoch
from cssim.blueprint import (
    backlog_cells,
    backlog_defects,
    backlog_renewed,
    backlog_stock,
    backlog_units,
    tickets,
)
from cssim.blueprint.backlog_effects import going_on
from cssim.blueprint.backlog_stacks import Stacks
from cssim.blueprint.backlog_tables import Backlog, OpenBranch, OpenCase
from cssim.blueprint.tables import Bit, Blueprint
from cssim.errors import ScenarioError
from cssim.eventlog import CASE_KINDS, NEVER
from cssim.scenario.model_backlog import COLUMNS

_NEEDED = ("id", "source", "opened_at", "stack")
_REQUEST, _CHASER, _MANAGEMENT, _REPAIR = (
    CASE_KINDS.index(kind) for kind in ("request", "chaser", "management", "repair")
)
T = TypeVar("T")


def started(blueprint: Blueprint, scenario: Any, epoch: Epoch) -> Blueprint:
    """The blueprint of a run that starts from the scenario's backlog.

    Raises:
        ScenarioError: a file says what cannot be; the message tells all of it.
    """
    blueprint = going_on(blueprint, scenario.backlog.effects, epoch)
    rows = _rows(Path(scenario.backlog.file), blueprint.terms["attributes"])
    of_before = backlog_defects.opening(blueprint, scenario.backlog.defects, epoch)
    cases = _Reader(blueprint, rows, epoch, of_before).cases()
    stock, coming = backlog_stock.opening(blueprint, scenario.backlog.stock, cases, epoch)
    known = [
        {"id": row.cells["id"], "chased": case.chased, "parent": row.cells.get("parent") or ""}
        for row, case in zip(rows, cases, strict=True)
    ]
    return replace(
        blueprint,
        parts=replace(blueprint.parts, stock=stock) if blueprint.parts is not None else None,
        backlog=Backlog(
            cases,
            coming,
            asks=backlog_units.opening(blueprint, scenario.backlog.units, cases, epoch),
            renewed=backlog_renewed.opening(
                blueprint, scenario.backlog.renewed, rows, cases, epoch
            ),
            defects=of_before.defects if of_before else None,
        ),
        terms={
            **blueprint.terms,
            "backlog": known,
            **({"defects_before": list(of_before.ids)} if of_before else {}),
        },
    )


def _rows(path: Path, attributes: Sequence[str]) -> list[tickets.Row]:
    """The rows of a file whose columns are known, and all there that must be."""
    rows = tickets.rows(path)
    heading = [name for name in rows[0].cells if name] if rows else list(_NEEDED)
    wrong = [f"{row.place}: there are more cells than columns" for row in rows if None in row.cells]
    wrong += [
        f"{path.name}:1: {name}: there is no such column"
        for name in heading
        if name not in COLUMNS and name not in attributes
    ]
    missing = [name for name in _NEEDED if name not in heading]
    if missing:
        wrong.append(f"{path.name}:1: the column {', '.join(missing)} is missing")
    if wrong:
        raise ScenarioError("\n".join(wrong))
    return rows


class _Reader:
    """Reads the rows of one file."""

    def __init__(
        self, blueprint: Blueprint, rows: list[tickets.Row], epoch: Epoch,
        of_before: backlog_defects.Known | None,
    ) -> None:  # fmt: skip
        self.blueprint = blueprint
        self.of_before = of_before or backlog_defects.Known((), ())
        self.terms = blueprint.terms
        self.epoch = epoch
        self.rows = rows
        self.say = backlog_cells.Cells(self.terms, epoch)
        self.stacks = Stacks(blueprint.nodes, self.terms["flows"])
        self.places = {row.cells["id"]: place for place, row in enumerate(rows)}
        self.wrong: list[str] = []

    def cases(self) -> tuple[OpenCase, ...]:
        """Every row's case."""
        seen: set[str] = set()
        for row in self.rows:
            case_id = row.cells["id"]
            if not case_id or case_id in seen:
                self._tell(row, "id", "an id of its own is expected")
            seen.add(case_id)
        found = [self._case(row) for row in self.rows]
        if self.wrong:
            raise ScenarioError("\n".join(self.wrong))
        return tuple(case for case in found if case is not None)

    def _tell(self, row: tickets.Row, column: str, what: str) -> None:
        self.wrong.append(f"{row.place}: {column}: {what} (got {row.cells.get(column) or ''!r})")

    def _read(self, row: tickets.Row, column: str, read: Callable[[str], T], blank: T) -> T:
        """What a cell says; what is wrong with it is told."""
        text = (row.cells.get(column) or "").strip()
        if not text:
            return blank
        try:
            return read(text)
        except ValueError as error:
            self._tell(row, column, str(error))
            return blank

    def _must(self, row: tickets.Row, column: str, read: Callable[[str], int], none: int) -> int:
        if not (row.cells.get(column) or "").strip():
            self._tell(row, column, "a value is expected")
        return self._read(row, column, read, none)

    # ---- one case -------------------------------------------------------------------------

    def _case(self, row: tickets.Row) -> OpenCase | None:
        source = self._must(row, "source", self._word("source of demand", "sources"), -1)
        opened_at = self._must(row, "opened_at", self.say.opened_at, NEVER)
        if source < 0 or opened_at == NEVER:
            return None
        spec = self.blueprint.sources[source]
        kind = _MANAGEMENT
        if not spec.management:
            kind = self._read(row, "kind", backlog_cells.kind, _REQUEST)
        benches = self.blueprint.parts.benches if self.blueprint.parts is not None else ()
        if any(bench.source == source for bench in benches):
            kind = _REPAIR
        region, place = self._region(row, spec.region, spec.management)
        closed_at, returns_at = self._closed_at(row)
        if closed_at < opened_at:
            self._tell(row, "state", "a moment after opened_at is expected")
        branches = self._branches(row, spec.flow, opened_at) if closed_at == NEVER else ()
        no_parts: backlog_cells.Parts = ((), False)
        parts, borrowed = self._read(row, "parts", self.say.parts, no_parts)
        values = self._values(row, kind)
        defect, link = self._defect(row, values, kind, opened_at)
        return OpenCase(
            key=draws.text_key(f"backlog/{row.cells['id']}"),
            kind=kind,
            source=source,
            region=region,
            place=place,
            opened_at=opened_at,
            date=self.epoch.date_of(opened_at).toordinal(),
            values=values,
            branches=branches,
            joins=tuple(self.stacks.joins([one.path for one in branches]).items()),
            dedicated=self._read(row, "dedicated", self.say.agent, -1),
            stays=self._read(row, "stays", self.say.stays, ()),
            renewed_due=self._read(row, "renewed", self.say.moment, NEVER),
            parts=parts,
            borrowed=borrowed,
            defect=defect,
            link=link,
            closed_at=closed_at,
            returns_at=returns_at,
            chased=self._read(row, "chased", backlog_cells.count, 0),
            parent=self.places.get(row.cells.get("parent") or "", -1),
            **self._remembered(row, branches),
        )

    def _defect(
        self, row: tickets.Row, values: Sequence[int], kind: int, opened_at: int
    ) -> tuple[int, tuple[int, int]]:
        """Which it belongs to (or seeks, of management), and how and when it was solved."""
        none: tuple[int, tuple[int, int]] = -1, (0, NEVER)
        place, link = self._read(
            row, "defect", lambda text: self.of_before.linked(text, self.say), none
        )
        if place >= 0 and kind != _MANAGEMENT:
            facts, defect = self.blueprint.facts, self.of_before.defects[place]
            family = facts.families[defect.family]
            age = opened_at - defect.appears_at
            may = values[facts.product] == defect.product and 0 <= age < family.lasts
            if not may or values[family.attribute] not in family.words:
                what = "the case's product, its words and when it opened are not the defect's"
                self._tell(row, "defect", what)
        return place, link

    def _remembered(self, row: tickets.Row, branches: Sequence[OpenBranch]) -> dict[str, Any]:
        """What is told as pairs: of clocks, nodes, and flows that are open."""
        flows = {flow for one in branches for flow in self.stacks.open_flows(one.path)}

        def pairs(column: str, of: Callable[[str], int], value: Callable[[str], Any]) -> Any:
            nothing: backlog_cells.Pairs = ()
            return self._read(
                row, column, lambda text: backlog_cells.pairs(text, of, value), nothing
            )

        def flow(text: str) -> int:
            found = self._word("flow in force", "flows")(text)
            if flows and found not in flows:
                raise ValueError(f"{text} is not open, it does not stand in the stack")
            return found

        clocks = pairs("clocks", backlog_cells.clock, self.say.clock)
        agreed = self._read(row, "appointment", self.say.moment, -1)
        return {
            "answers": pairs("answers", self.stacks.node, self._word("answer", "answers")),
            "visits": pairs("visits", self.stacks.node, backlog_cells.count),
            "outcomes": pairs("outcomes", flow, backlog_cells.outcome),
            "owners": pairs("owner", flow, self.say.agent),
            "agreed": tuple((one, agreed) for one in self._visiting(flows) if agreed >= 0),
            "clocks": tuple((clock, *said) for clock, said in clocks),
        }

    def _visiting(self, flows: set[int]) -> list[int]:
        """Those of some flows that keep an appointment."""
        nodes = self.blueprint.nodes
        keep = {nodes.flow[n] for n, bits in enumerate(nodes.bits) if bits & Bit.APPOINTMENT}
        return sorted(flows & keep)

    def _word(self, what: str, words: str) -> Callable[[str], int]:
        return lambda text: backlog_cells.word(what, text, self.terms[words])

    def _region(self, row: tickets.Row, region: int, management: bool) -> tuple[int, int]:
        """The region it is counted in, and that of its people."""
        only = 0 if len(self.terms["regions"]) <= 1 else region
        read = self._word("region", "regions")
        own = self._read(row, "region", read, max(region, only))
        if own < 0 and not management and not row.cells.get("region"):
            self._tell(row, "region", "a value is expected")
        return (region if management else own), self._read(row, "place", read, own)

    def _values(self, row: tickets.Row, kind: int) -> tuple[int, ...]:
        values = []
        for number, (name, words) in enumerate(self.terms["attributes"].items()):
            if number == self.blueprint.new_problem:
                values.append(int(kind == _CHASER))
                continue
            below = self.blueprint.attributes[number].count
            read = self._value(words, below)
            values.append(self._read(row, name, read, -1))
        return tuple(values)

    @staticmethod
    def _value(words: Sequence[str], below: int) -> Callable[[str], int]:
        return lambda text: backlog_cells.value(text, words, below)

    def _closed_at(self, row: tickets.Row) -> tuple[int, int]:
        """When it closed, of a case that stands nowhere any more, and when it comes back."""
        stands = (row.cells.get("stack") or "").strip()
        state = (row.cells.get("state") or "").strip()
        if stands or not state.startswith("closed "):
            return NEVER, NEVER
        return self._read(row, "state", self.say.closed, (NEVER, NEVER))

    def _branches(self, row: tickets.Row, flow: int, opened_at: int) -> tuple[OpenBranch, ...]:
        if not (row.cells["stack"] or "").strip():
            self._tell(row, "stack", "a node, like 1.8.2/11, is expected")
        nowhere: tuple[tuple[int, ...], ...] = ()
        paths = self._read(row, "stack", lambda text: self.stacks.paths(text, flow), nowhere)
        said = row.cells.get("state") or ""
        states = said.split("&") if said else [""] * len(paths)
        if paths and len(states) != len(paths):
            self._tell(row, "state", f"{len(paths)} states are expected, one of each branch")
            return ()
        found = []
        for path, state in zip(paths, states, strict=False):
            bits = self.blueprint.nodes.bits[path[-1]]
            try:
                found.append(self.say.branch(path, bits, state, opened_at))
            except ValueError as error:
                self._tell(row, "state", str(error))
        return tuple(found)
