"""A fitted profile as the keys of a scenario, with what each rests on beside it.

Where the scenario that it is laid over has a source of the same name, the entries of that
source that would stay beside the new ones are removed.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cssim.experiment.demand_counts import Recorded
from cssim.experiment.demand_profile import KINDS, Estimate, Fit
from cssim.scenario import kinds
from cssim.scenario.document import DAYS

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
_NO_SOURCES: Mapping[str, Any] = {}


def text(
    recorded: Recorded,
    fits: Sequence[Fit],
    flow: str,
    calendar: str | None = None,
    country: str | None = None,
    parent: str | None = None,
    sources: Mapping[str, Any] = _NO_SOURCES,
) -> str:
    """The keys, as a scenario's file.

    Args:
        recorded: What they were fitted to.
        fits: One for each source.
        flow: The flow that their cases begin with.
        calendar: The name of the calendar that says which days are holidays.
        country: Whose holidays they are, where the scenario has no such calendar.
        parent: The scenario's file, as `extends` is to name it.
        sources: The sources of that scenario.
    """
    lines = [
        (
            f"# Demand as {Path(recorded.file).name} has it, {recorded.dates[0]} to "
            f"{recorded.dates[-1]}; ± is one standard error."
        ),
        "version: 1",
    ]
    if parent:
        lines.append(f"extends: {scalar(parent)}")
    if country:
        lines += [
            "calendars:",
            f'  {calendar}: {{week: {{mon-fri: ["00:00-24:00"]}}, holidays: {scalar(country)}}}',
        ]
    lines.append("demand:")
    for fit in fits:
        old = sources.get(fit.series.name)
        old = old if getattr(old, "kind", None) == "profile" else None
        lines += [f"  {scalar(fit.series.name)}:"]
        lines += [f"    {line}" for line in _source(fit, flow, calendar, old)]
    return "\n".join(lines) + "\n"


def _source(fit: Fit, flow: str, calendar: str | None, old: Any) -> Iterator[str]:
    yield "kind: profile"
    yield f"flow: {json.dumps(flow)}"
    if fit.series.region:
        yield f"region: {scalar(fit.series.region)}"
    yield _line("rate", f"{_number(fit.rate.value)} per day", fit.rate, "ordinary days")
    yield "weekday:"
    for day, weight in zip(DAYS, fit.weekday, strict=True):
        yield f"  {_line(day, _number(weight.value), weight, 'ordinary days')}"
    yield from _hours(fit, old)
    yield from _day_factor(fit, old)
    if calendar:
        yield f"calendar: {scalar(calendar)}"
        for kind in KINDS:
            yield _factor(fit, kind)


def _hours(fit: Fit, old: Any) -> Iterator[str]:
    new = [(each.start, each.end) for each in fit.hours]
    gone = [one for one in (getattr(old, "hours", None) or ()) if one not in new]
    if not new:
        yield "# no hours: the counts are of whole days"
        return
    yield "hours:"
    for each in fit.hours:
        key = json.dumps(kinds.format_span((each.start, each.end)))
        contacts = f"days, {each.contacts} contacts"
        yield f"  {_line(key, _number(each.weight.value), each.weight, contacts)}"
    for stretch in gone:
        yield f"  {json.dumps(kinds.format_span(stretch))}: {{enabled: false}}"


def _day_factor(fit: Fit, old: Any) -> Iterator[str]:
    found, before = fit.day_factor, getattr(old, "day_factor", None)
    seen = f"variance / Poisson variance {found.dispersion:.2f}, 95 % limit {found.limit:.2f}"
    if found.cv is None:
        yield f"# no day_factor: {found.days} days are not above Poisson ({seen})"
        if before is not None:
            yield "day_factor: {enabled: false}"
        return
    entries = {"kind": "lognormal", "mean": "1", "cv": _number(found.cv.value)}
    written = dict(getattr(before, "written", ()))
    if written.get("kind") == "lognormal":
        entries |= {name: "{enabled: false}" for name in written if name not in entries}
    said = ", ".join(f"{name}: {value}" for name, value in entries.items())
    yield _line("day_factor", f"{{{said}}}", found.cv, f"days, {seen}")


def _factor(fit: Fit, kind: str) -> str:
    found, days = fit.factors[kind], fit.days[kind]
    if found is None:
        return f"# no {kind}_factor: {days} such day{'' if days == 1 else 's'}, too few"
    return _line(f"{kind}_factor", _number(found.value), found, "such days")


def _line(key: str, value: str, estimate: Estimate, of: str) -> str:
    return f"{key}: {value}   # ± {_error(estimate.error)}, {estimate.days} {of}"


def scalar(word: str) -> str:
    """A word as YAML has it: in quotes where it might be something else."""
    is_plain = _PLAIN.fullmatch(word) and word.lower() not in _WORDS
    return word if is_plain else json.dumps(word, ensure_ascii=False)


def relative(parent: Path, folder: Path) -> str:
    """A file as another one in this folder names it."""
    return Path(os.path.relpath(parent, folder)).as_posix()


def _number(value: float) -> str:
    """Four digits that count, never with an exponent."""
    return _digits(value, 4)


def _error(value: float) -> str:
    return _digits(value, 2)


def _digits(value: float, count: int) -> str:
    if value == 0:
        return "0"
    decimals = max(count - 1 - math.floor(math.log10(abs(value))), 0)
    written = f"{value:.{decimals}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
