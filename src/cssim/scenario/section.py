"""What every section of a scenario is: a frozen mapping with a closed set of keys.

The plain data that sections are made of remember where they were written, so that a key
that there is not is told with its place.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator

from cssim.scenario.problems import Problems
from cssim.scenario.value import Value, joined


class Entries(dict[str, Any]):
    """A mapping as plain data, and the value that it was made of."""

    def __init__(self, value: Value, key: str) -> None:
        super().__init__(
            {name: plain(entry, joined(key, name)) for name, entry in value.entries.items()}
        )
        self.value = value
        self.key = key


def plain(value: Value, key: str = "") -> Any:
    """A value as plain data: mappings, lists and scalars."""
    if isinstance(value.content, dict):
        return Entries(value, key)
    if isinstance(value.content, list):
        return [plain(item, f"{key}[{n}]") for n, item in enumerate(value.content)]
    return value.content


class Section(BaseModel):
    """A part of a scenario, checked and frozen; its attributes are the file's keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        use_attribute_docstrings=True,
        validate_by_name=False,
        serialize_by_alias=True,
        allow_inf_nan=False,
    )

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The keys that a file may use here."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @model_validator(mode="before")
    @classmethod
    def _tell_unknown_keys(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, Entries) or not isinstance(info.context, Problems):
            return data
        known = cls.keys()
        for name, value in data.value.entries.items():
            if name not in known:
                info.context.unknown_key(value, data.key, name, known)
        return {name: entry for name, entry in data.items() if name in known}
