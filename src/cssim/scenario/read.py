"""Reads scenarios: files in, one checked and frozen `Scenario` out, or all that is wrong."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cssim.basis import calendars
from cssim.basis.moments import Epoch
from cssim.errors import CssimError
from cssim.flows import read as flow_files
from cssim.flows.graph import Flow
from cssim.scenario import check, layers, merge, roster, section, wording
from cssim.scenario.layers import Layers
from cssim.scenario.model import Provenance, Scenario
from cssim.scenario.model_pools import AMPLE, Group, Pool
from cssim.scenario.presence import Presence
from cssim.scenario.problems import Problems
from cssim.scenario.value import Place, Value, joined

DEFAULT = "default"


def load(path: str | Path, with_: Sequence[str | Path] = (), set_: Sequence[str] = ()) -> Scenario:
    """Read a scenario.

    Args:
        path: Its file.
        with_: Files laid over it, in order; no two may set the same key.
        set_: `key=value` texts, which win over all files.

    Raises:
        ScenarioError: it is none; the message tells all that is wrong, with file and line.
    """
    problems = Problems()
    stack = layers.stacked(Path(path), [Path(one) for one in with_], set_, problems)
    return _assembled(stack, problems)


@dataclass(frozen=True)
class _Source:
    """What a scenario was made of."""

    layers: Layers

    def again(self, overrides: Mapping[str, Any]) -> Scenario:
        """The scenario with some values from code laid over."""
        problems = Problems()
        return _assembled(layers.changed(self.layers, overrides, problems), problems)


def _assembled(stack: Layers, problems: Problems) -> Scenario:
    root = merge.removed(stack.root, problems)
    _tell_nothings(root, "", problems)
    graphs = _graphs(root, problems)
    scenario = _validated(root, problems)
    check.tell(root, graphs, problems, scenario)
    problems.raise_if_any()
    assert scenario is not None  # or there had been a problem
    origins, before = _origins(scenario, root, stack.folder)
    warnings = tuple(_warnings(scenario))
    return scenario.coming_from(
        Provenance(graphs, stack.folder, origins, before, warnings, _Source(stack))
    )


def _validated(root: Value, problems: Problems) -> Scenario | None:
    try:
        return Scenario.model_validate(section.plain(root), context=problems)
    except ValidationError as error:
        wording.tell(error.errors(), root, problems)
        return None


def _tell_nothings(value: Value, key: str, problems: Problems) -> None:
    if value.content is None:
        problems.add(value, key, "a value is expected; to remove an entry write enabled: false")
        problems.settled.add(key)
    for name, entry in value.entries.items():
        _tell_nothings(entry, joined(key, name), problems)
    for number, item in enumerate(value.items):
        _tell_nothings(item, f"{key}[{number}]", problems)


def _graphs(root: Value, problems: Problems) -> dict[str, Flow]:
    """The flows in force; a file that holds none is told and left out."""
    graphs = dict(flow_files.library())
    for flow_id, entry in (root.at("flows") or Value({}, Place("", 0))).entries.items():
        said = entry.entries.get("file")
        if said is None or not isinstance(said.content, str):
            continue
        key = f"flows.{flow_id}.file"
        if not Path(said.content).is_file():
            problems.add(said, key, "there is no such file")
            problems.settled.add(key)
            continue
        try:
            flow = flow_files.load(said.content)
        except CssimError as error:
            first, *more = str(error).replace(f"{said.content}:", "line ").splitlines()
            first = first.partition(" (got ")[0]
            rest = f" (and {len(more)} more)" if more else ""
            problems.add(said, key, f"the flow cannot be used, {first}{rest}")
            continue
        if flow.id != flow_id:
            problems.add(said, key, f"the flow in this file is {flow.id}, not {flow_id}")
            continue
        graphs[flow_id] = flow
    return graphs


def _origins(
    scenario: Scenario, root: Value, folder: Path
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Where each value of the resolved form was written, and what it replaced."""
    origins, before = {}, {}
    for path, _ in _paths(scenario.model_dump(exclude_none=True), ()):
        key = ".".join(path)
        value = _deepest(root, path)
        origins[key] = _shown(value.place, folder) if value else DEFAULT
        if value and value.before:
            before[key] = tuple(f"{_shown(one.place, folder)}: {one.text}" for one in value.before)
    return origins, before


def _paths(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and value:
        for name, entry in value.items():
            yield from _paths(entry, (*path, str(name)))
    else:
        yield path, value


def _deepest(root: Value, path: tuple[str, ...]) -> Value | None:
    """The value at a path; None where a default fills it."""
    value = root
    for name in path:
        if not isinstance(value.content, dict):
            return value
        if name not in value.content:
            return None
        value = value.content[name]
    return value


def _shown(place: Place, folder: Path) -> str:
    """A place relative to the scenario's folder."""
    if not place.line:
        return place.file
    return f"{Path(os.path.relpath(place.file, folder)).as_posix()}:{place.line}"


def _warnings(scenario: Scenario) -> Iterator[str]:
    """Years whose holidays nobody knows, within the run; more summoned than there are."""
    time = scenario.time
    epoch = Epoch(time.zone, time.start)
    last = epoch.date_of(time.warm_up + time.window + time.run_out)
    for name, spec in scenario.calendars.items():
        for sentence in calendars.unknown_years(spec, time.start, last):
            yield f"calendars.{name}: {sentence}"
    yield from _rosters_that_end(scenario, last)
    if scenario.backlog and scenario.defects and not scenario.backlog.defects:
        yield "backlog: without `defects` its cases belong to none, and all of them begin unsolved"
    presence = Presence(scenario)
    for node, meeting in scenario.meetings.items():
        for role, number in meeting.summoned.items():
            for place, pool in scenario.pools.get(role, {}).items():
                people = presence.people(pool)
                if pool.people != AMPLE and people < number:
                    yield (
                        f"meetings.{node}.summoned.{role}: {number:g} are summoned, and "
                        f"pools.{role}.{place} has {people}: all of them come"
                    )


def _rosters_that_end(scenario: Scenario, last: dt.date) -> Iterator[str]:
    """Rosters after whose last shift the run goes on: nobody of them is there then."""
    for role, places in scenario.pools.items():
        for place, pool in places.items():
            some: dict[str, Pool | Group] = {"": pool, **(pool.groups or {})}
            for name, one in some.items():
                if one.roster is None:
                    continue
                shifts = roster.read(Path(one.roster.from_)).shifts.values()
                end = max(shift.date for mine in shifts for shift in mine)
                if end < last - dt.timedelta(days=7):
                    key = f"pools.{role}.{place}{f'.groups.{name}' if name else ''}.roster"
                    yield f"{key}: its last shift is on {end}, and the run goes on until {last}"
