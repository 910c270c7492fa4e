"""A scenario: everything that a planner says about the organisation, resolved and checked.

Attributes are the keys of the file format; lengths of time are in ms, rates per day,
calendars and distributions are those of `basis`. What the format leaves open is settled so:

- Keys are words as they are written: `1:` and `"1":` are the same severity.
- `file` always names a file relative to the one that says it; here it is absolute, and in
  the resolved form relative to the scenario's folder.
- `name` and `description` are a file's own and are not inherited; without one, the name is
  the file's. Files laid over it (`--with`) add theirs to the name.
- `version` stands in every file of a chain; a file that is only laid over may leave it out.
  One that says `extends` may be laid over its parent, or over what descends from it.
- `enabled: false` removes any mapping, when all files are merged; what is removed is not
  checked. `enabled: true` takes that back.
- `{times: 1.2}` on a distribution multiplies all its times.
- A role's pools are either `national` or by region, never both.
- An answer's weights, and those `given` or by visit, name every answer; an attribute's rows
  name every word of the attribute that it is given.
- Only flows that some source of demand begins, and those they call, need times, answers,
  pools and parts. A decision that takes its answer from an attribute, a clock, a settlement
  or (coming from calls only) an outcome has no entry in `answers`.
- All prices are in one currency.
- Numbers in code (`with_`) are in the unit of the attribute: ms, or per day.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field, PrivateAttr

from cssim.flows.graph import Flow
from cssim.flows.roles import TIERS
from cssim.scenario.kinds import File, FlowId, Line, NodeKey, Word
from cssim.scenario.model_attributes import Attribute
from cssim.scenario.model_backlog import Backlog
from cssim.scenario.model_changes import Dated, Effect, Satisfaction
from cssim.scenario.model_costs import Costs
from cssim.scenario.model_defects import Defects, Knowledge
from cssim.scenario.model_demand import Source
from cssim.scenario.model_dispatch import Dispatch
from cssim.scenario.model_escalation import Escalation, Late
from cssim.scenario.model_people import Answer, Appointments, Meeting, Owner, Survey, Work
from cssim.scenario.model_pools import Pool
from cssim.scenario.model_promises import Sla
from cssim.scenario.model_supply import Parts, Product, Supplier
from cssim.scenario.model_telephone import Telephone
from cssim.scenario.model_time import Calendar, Horizon, Region
from cssim.scenario.model_travel import Travel
from cssim.scenario.section import Section
from cssim.scenario.value import names_file

VERSION = 1


class FlowFile(Section):
    """A flow that is not the handbook's, or is changed."""

    file: File
    """The flow's file; relative to the file that names it."""


class Written(Protocol):
    """What a scenario was made of; makes it again with some values changed."""

    def again(self, overrides: Mapping[str, Any]) -> Scenario:
        """The scenario with these values, by dotted key, laid over."""
        ...


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a scenario is beside its values: where they are from, and the flows in force."""

    graphs: dict[str, Flow]
    folder: Path
    origins: dict[str, str]
    layers: dict[str, tuple[str, ...]]
    warnings: tuple[str, ...]
    written: Written


class Scenario(Section):
    """Everything about the organisation, and the question of what happens if.

    Example:
        >>> import cssim.scenario.read as scenarios
        >>> scenario = scenarios.load("tests/scenarios/valid/tiny.yaml")
        >>> scenario.pools["agent"]["national"].people
        3
        >>> scenario.with_({"pools.agent.national.people": 4}).pools["agent"]["national"].people
        4
    """

    version: Literal[1]
    """The version of the format: 1."""
    name: Line
    """What results call it; without it, the file's name. Not inherited."""
    description: Line = ""
    """One sentence on what it is about. Not inherited."""
    time: Horizon
    """When, and for how long."""
    flows: dict[FlowId, FlowFile] = {}
    """Flows that replace one of the handbook, or add one."""
    regions: dict[Word, Region] = {}
    """Places with people and customers of their own."""
    calendars: dict[Word, Calendar] = {}
    """Working hours, with their holidays."""
    attributes: dict[Word, Attribute] = {}
    """What a case is, drawn once when it opens (R92)."""
    live: dict[Word, Word] | None = None
    """The attribute and its word with which a case begins as a live call."""
    telephone: Telephone | None = None
    """How live calls reach us; without it, every caller waits until somebody answers."""
    demand: Annotated[dict[Word, Source], Field(min_length=1)]
    """Where cases come from."""
    pools: dict[Word, dict[Word, Pool]]
    """People, by role and place: `national`, or a region."""
    suppliers: dict[Word, Supplier] = {}
    """Outside people (R90)."""
    products: dict[Word, Product] = {}
    """What the words of the attribute `product` need when they break."""
    parts: Parts | None = None
    """Parts and their stock (R54, R97)."""
    work: dict[NodeKey, Work] = {}
    """How long each step takes."""
    answers: dict[NodeKey, Answer] = {}
    """How likely each answer of a drawn decision is (R92)."""
    tiers: list[Word] = list(TIERS)
    """Roles that are levels of support, the lowest first: what goes up or comes back is counted."""
    escalation: dict[Word, Escalation] = {}
    """Rules by which cases go up; of those at one decision, the first that holds."""
    late: dict[NodeKey, Late] = {}
    """Steps with the effect `late`, and when they are."""
    defects: dict[Word, Defects] = {}
    """Families of defects; a case belongs to the first whose words it has."""
    knowledge: Knowledge | None = None
    """What published solutions are worth to cases of no defect; without it, nothing."""
    appointments: Appointments | None = None
    """Visits that are agreed on (R98)."""
    travel: Travel | None = None
    """Journeys to visits by place; without it, a step's journey is as `work` says."""
    sla: Sla | None = None
    """Promises to customers (R93-R95)."""
    dispatch: Dispatch = Dispatch()
    """In which order work is taken from a line."""
    owners: dict[FlowId, Owner] = {}
    """By flow, whose it is once it is begun (R21, R96)."""
    surveys: dict[NodeKey, Survey] = {}
    """Steps that go to many customers (R80)."""
    meetings: dict[NodeKey, Meeting] = {}
    """Steps to which people are summoned (R91)."""
    costs: Costs | None = None
    """What things cost and customers pay; without it, nothing is told of money."""
    dated: dict[Word, Dated] = {}
    """Spans in which values are others than usual: a cold winter, a strike."""
    effects: dict[Word, Effect] = {}
    """What management flows change once a step of theirs is done; without it, nothing."""
    satisfaction: Satisfaction | None = None
    """How content customers are with what is closed; without it, nobody is asked."""
    backlog: Backlog | None = None
    """The cases that are open when the run begins; without it, it begins empty."""

    _provenance: Provenance = PrivateAttr()

    def coming_from(self, provenance: Provenance) -> Scenario:
        """This scenario, told where it comes from; whoever reads it calls this once."""
        self._provenance = provenance
        return self

    @property
    def graphs(self) -> dict[str, Flow]:
        """All flows in force: the handbook's, those replaced, those added."""
        return self._provenance.graphs

    @property
    def folder(self) -> Path:
        """The folder of its file."""
        return self._provenance.folder

    @property
    def origins(self) -> dict[str, str]:
        """By dotted key of the resolved form, `file:line`, `default`, `--set` or `code`."""
        return self._provenance.origins

    @property
    def layers(self) -> dict[str, tuple[str, ...]]:
        """By dotted key, what was said where before, the newest first."""
        return self._provenance.layers

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is no mistake but may surprise."""
        return self._provenance.warnings

    @property
    def hash(self) -> str:
        """Of the resolved values and the contents of every file they name.

        It depends neither on where a value was written nor on where the files lie.
        """
        resolved = json.dumps(self.resolved(), ensure_ascii=True, separators=(",", ":"))
        digest = hashlib.sha256(resolved.encode())
        for path in self.files():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def files(self) -> list[Path]:
        """Every file that a value names, in order of the values."""
        return [Path(value) for key, value in leaves(self._dumped()) if _names_file(key, value)]

    def resolved(self) -> dict[str, Any]:
        """The complete form, as a file has it; files are relative to the scenario's folder."""
        resolved: dict[str, Any] = _relative(self._dumped(), self.folder)
        return resolved

    def with_(self, overrides: Mapping[str, Any] | None = None, /, **more: Any) -> Scenario:
        """The scenario with some values changed, through the same checks.

        Args:
            overrides: By dotted key, numbers in the attribute's unit or texts with theirs.
            **more: The same for keys without dots.

        Raises:
            ScenarioError: It is no scenario then; the message tells all that is wrong.
        """
        return self._provenance.written.again({**(overrides or {}), **more})

    def _dumped(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """The dotted keys of nested mappings, and what stands there; a list is one thing."""
    if isinstance(value, dict) and value:
        for name, entry in value.items():
            yield from leaves(entry, f"{key}.{name}" if key else str(name))
    else:
        yield key, value


def _names_file(key: str, value: Any) -> bool:
    return isinstance(value, str) and names_file(key.rpartition(".")[2], value)


def _relative(value: Any, folder: Path, name: str = "") -> Any:
    """The value with its files relative to a folder."""
    if isinstance(value, dict):
        return {key: _relative(entry, folder, key) for key, entry in value.items()}
    if isinstance(value, str) and names_file(name, value):
        return Path(os.path.relpath(value, folder)).as_posix()
    return value
