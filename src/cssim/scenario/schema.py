"""The JSON Schema of scenario files, for editors.

It is made from the sections, loosened to what a file may say: a file need not be complete,
a number or quantity may be relative to the parent's, an entry may be switched off.
"""

from __future__ import annotations

import json
import re
from typing import Any

from cssim.scenario.model import Scenario

_NAMES = {"int": "OfTime", "float": "OfNumbers"}  # of the forms of distributions
_RELATIVE = {
    "title": "Relative",
    "description": "The parent's value, plus a quantity or times a number.",
    "type": "object",
    "properties": {"add": {"type": ["number", "string"]}, "times": {"type": "number"}},
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}
_ENABLED = {
    "description": "false removes this entry; true takes that back.",
    "type": "boolean",
}
_EXTENDS = {
    "description": "The one parent, relative to this file; all that is not said here is its.",
    "type": "string",
}


def strict() -> dict[str, Any]:
    """The schema of a complete scenario."""
    text = json.dumps(Scenario.model_json_schema(by_alias=True))
    for typed, name in _NAMES.items():
        text = re.sub(rf"(\w+?)_Annotated_{typed}_\w*", rf"\1{name}", text)
    made: dict[str, Any] = json.loads(text)
    return made


def schema() -> dict[str, Any]:
    """The schema of a scenario file, which may leave out what its parent says."""
    made: dict[str, Any] = _loosened(strict())
    made["properties"]["extends"] = _EXTENDS
    made["$defs"]["Relative"] = _RELATIVE
    made["title"] = "A cssim scenario"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _loosened(value: Any) -> Any:
    if isinstance(value, list):
        return [_loosened(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {
        name: _loosened_properties(one) if name == "properties" else _loosened(one)
        for name, one in value.items()
        if name not in ("required", "default")
    }
    if "properties" in found:
        found["properties"]["enabled"] = _ENABLED
    if found.pop("quantity", False) or found.get("type") in ("number", "integer"):
        return {"anyOf": [found, {"$ref": "#/$defs/Relative"}]}
    if isinstance(found.get("additionalProperties"), dict):
        found["properties"] = {"enabled": _ENABLED}
    if "oneOf" in found:  # a file may leave out the kind, and then fits several
        found["anyOf"] = [*found.pop("oneOf"), {"$ref": "#/$defs/Relative"}]
    return found


def _loosened_properties(properties: dict[str, Any]) -> dict[str, Any]:
    """Keys may be named like words of the schema: `default` is no default there."""
    return {name: _loosened(one) for name, one in properties.items()}
