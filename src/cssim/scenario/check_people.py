"""Cross checks of the people in pools: groups, rosters, skills, absences and rotas."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cssim.flows.graph import CUSTOMER, SUPPLIER
from cssim.scenario import roster
from cssim.scenario.look import Look
from cssim.scenario.model_pools import NATIONAL
from cssim.scenario.problems import Problem, unknown
from cssim.scenario.value import Place, Value

_OUTSIDE = (CUSTOMER, SUPPLIER)
# of people who are always there, none of these means anything
_OF_PERSONS = (
    "roster", "groups", "skills", "proficiency", "helps", "leave", "sickness", "hiring",
    "attrition", "ramp_up", "on_call",
)  # fmt: skip


def tell(look: Look) -> None:
    """All that contradicts about who is in a pool, and when."""
    for rule in (
        _pools_say_who_and_when,
        _groups_say_who_and_when,
        _calendars_of_people_are_known,
        _ample_people_are_nobody,
        _rosters_can_be_read,
        _people_leave_after_they_join,
        _severities_on_call_are_known,
        _people_on_call_have_nothing_in_hand,
        _pools_that_are_helped_are_others,
        _skills_are_by_attributes,
        _skills_are_somebodys,
        _steps_of_several_ask_for_no_skill,
    ):
        rule(look)


def _pools(look: Look) -> Iterator[tuple[str, Value]]:
    for key, places in look.each("pools"):
        for _, pool_key, pool in look.within(places, key):
            if isinstance(pool.content, dict):
                yield pool_key, pool


def _groups(look: Look) -> Iterator[tuple[str, Value, Value]]:
    """Key and value of every group, with its pool."""
    for key, pool in _pools(look):
        for _, group_key, group in look.within(pool, key, "groups"):
            if isinstance(group.content, dict):
                yield group_key, group, pool


def _pools_say_who_and_when(look: Look) -> None:
    for key, pool in _pools(look):
        told = "roster" in pool.entries or "groups" in pool.entries
        if not told:
            _missing(look, pool, key, "people")
        if not told or {"people", "hiring"} & {*pool.entries}:
            _missing(look, pool, key, "calendar")


def _missing(look: Look, value: Value, key: str, name: str) -> None:
    if name not in value.entries and f"{key}.{name}" not in look.problems.settled:
        look.problems.say(value, key, f"the key {name} is missing")


def _groups_say_who_and_when(look: Look) -> None:
    for key, group, pool in _groups(look):
        said = [name for name in ("people", "roster") if name in group.entries]
        if len(said) != 1:
            what = "a group has either people or a roster"
            look.problems.say(group, key, what)
        if "people" in said and "calendar" not in pool.entries:
            _missing(look, group, key, "calendar")


def _calendars_of_people_are_known(look: Look) -> None:
    for key, group, _ in _groups(look):
        look.entry_must_be(group, key, "calendar", "calendar", look.calendars)
    for key, pool in _pools(look):
        on_call = pool.entries.get("on_call")
        if on_call is not None:
            look.entry_must_be(on_call, f"{key}.on_call", "calendar", "calendar", look.calendars)


def _ample_people_are_nobody(look: Look) -> None:
    for key, pool in _pools(look):
        if pool.word("people") == "ample":
            for name in _OF_PERSONS:
                if name in pool.entries:
                    what = "where there is always somebody free, nobody is told apart"
                    look.problems.say(pool.entries[name], f"{key}.{name}", what)


def _rosters_can_be_read(look: Look) -> None:
    """A roster's rows are shifts, and nobody is on two at once."""
    found = [*_pools(look), *((key, group) for key, group, _ in _groups(look))]
    for key, value in found:
        said = value.at("roster", "from")
        if said is None or not isinstance(said.content, str):
            continue
        if not Path(said.content).is_file():
            look.problems.add(said, f"{key}.roster.from", "there is no such file")
            continue
        read = roster.read(Path(said.content))
        shown = os.path.relpath(said.content)
        look.problems.know_lines(shown, read.lines)
        for mistake in read.mistakes:
            got = '""' if mistake.got == "" else mistake.got
            place = Place(shown, mistake.line)
            look.problems.found.append(Problem(place, mistake.column, mistake.what, got))


def _people_leave_after_they_join(look: Look) -> None:
    for key, group, _ in _groups(look):
        joins, leaves = group.word("joins"), group.word("leaves")
        if joins and leaves and leaves <= joins:
            what = f"people leave after they join, on {joins}"
            look.problems.add(group.entries["leaves"], f"{key}.leaves", what)
        for _, away_key, away in look.within(group, key, "away"):
            start, end = away.word("from"), away.word("to")
            if start and end and end <= start:
                what = f"leave ends after it begins, on {start}"
                look.problems.add(away.entries["to"], f"{away_key}.to", what)


def _severities_on_call_are_known(look: Look) -> None:
    for key, pool in _pools(look):
        said = pool.at("on_call", "severities")
        for number, word in enumerate(said.items if said else ()):
            where = f"{key}.on_call.severities[{number}]"
            text = word.text if isinstance(word.content, int) else word.content
            if text not in look.severities:
                look.problems.add(word, where, unknown("severity", str(text), look.severities))


def _people_on_call_have_nothing_in_hand(look: Look) -> None:
    """Whoever has paused work goes on with it first, and could not be called."""
    for key, pool in _pools(look):
        if "on_call" in pool.entries and pool.word("shift_end") == "pause":
            what = "with a rota on call, finish or hand_over is expected: paused work keeps people"
            look.problems.add(pool.entries["shift_end"], f"{key}.shift_end", what)


def _pools_that_are_helped_are_others(look: Look) -> None:
    known = [_name(key) for key, _ in _pools(look)]
    own = [(key, pool, _name(key)) for key, pool in _pools(look)]
    own += [(key, group, _name(key.partition(".groups.")[0])) for key, group, _ in _groups(look)]
    for key, value, name in own:
        said = value.entries.get("helps")
        for number, word in enumerate(said.items if said else ()):
            where = f"{key}.helps[{number}]"
            if look.must_be(word, where, "pool", known) == name:
                look.problems.add(word, where, "a pool that is not their own is expected")


def _name(key: str) -> str:
    """What a pool is called: its role, and its region if it has one."""
    return key.removeprefix("pools.").removesuffix(f".{NATIONAL}")


# ---- skills --------------------------------------------------------------------------------


def _wanted(look: Look) -> Iterator[tuple[str, str, Value]]:
    """Step, dotted key and value of each skill that a step asks for."""
    for key, work in look.each("work"):
        said = work.entries.get("skill")
        node = key.partition(".")[2]
        if said is not None and said.is_scalar:
            yield node, f"{key}.skill", said
        elif said is not None:
            for _, by_key, by in look.within(said, f"{key}.skill"):
                for _, word_key, skill in look.within(by, by_key):
                    yield node, word_key, skill


def _skills_are_by_attributes(look: Look) -> None:
    for key, work in look.each("work"):
        for name, by_key, by in look.within(work, key, "skill"):
            known = tuple(look.choices)
            if look.key_must_be(by, by_key, name, "attribute of words", known):
                for word, word_key, value in look.within(by, by_key):
                    look.key_must_be(value, word_key, word, name, look.choices[name])


def _skills_are_somebodys(look: Look) -> None:
    """In each pool whose people may do a step, somebody has the skill that it asks for."""
    for node, key, said in _wanted(look):
        for role in _doers(look, node)[:1]:
            for _, pool_key, pool in look.within(look.section("pools"), "pools", role):
                had = _skills_of(pool)
                if isinstance(said.content, str) and said.content not in had:
                    who = f"nobody of {pool_key.partition('.')[2]} has this skill"
                    look.problems.add(said, key, f"{who}{_known(had)}")


def _doers(look: Look, node: str) -> list[str]:
    """The roles of ours that do a step in use."""
    found = dict(look.nodes_in_use).get(node)
    return [role for role in found.doers if role not in _OUTSIDE] if found else []


def _skills_of(pool: Value) -> list[str]:
    own = list((pool.at("skills") or Value({}, pool.place)).entries)
    for group in (pool.at("groups") or Value({}, pool.place)).entries.values():
        own += (group.at("skills") or Value({}, pool.place)).entries
    return list(dict.fromkeys(own))


def _known(skills: list[str]) -> str:
    return f", known are {', '.join(skills)}" if skills else ", nor any other"


def _steps_of_several_ask_for_no_skill(look: Look) -> None:
    in_use = dict(look.nodes_in_use)
    for node, key, said in _wanted(look):
        if len(_doers(look, node)) > 1 or (node in in_use and in_use[node].effect.meeting):
            look.problems.say(said, key, "a step of several people asks for no skill")
