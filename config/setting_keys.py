"""The keys of the settings, written with dots, and what each may be."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Values = Mapping[str, Any]

_LIMITS = {"least": ("ge", "gt", "min_length"), "most": ("le", "lt", "max_length"), "pattern": ("pattern",)}


class Kind(StrEnum):
    """What sort of value a key has."""

    YES_NO = "yes_no"
    WHOLE_NUMBER = "whole_number"
    NUMBER = "number"
    TEXT = "text"
    ONE_OF = "one_of"
    SOME_OF = "some_of"
    LIST = "list"
    TABLE = "table"


@dataclass(frozen=True)
class Allowed:
    """What a key may be. ``least``, ``most``: of a number, or the length of a text or list. ``str`` is for people."""

    kind: Kind
    choices: tuple[str | int, ...] = ()
    least: float | None = None
    most: float | None = None
    pattern: str = ""

    def __str__(self) -> str:
        if self.choices:
            words = ", ".join(f'"{choice}"' if isinstance(choice, str) else str(choice) for choice in self.choices)
            return f"any of {words}" if self.kind is Kind.SOME_OF else f"one of {words}"
        if self.kind is Kind.YES_NO:
            return "true or false"
        sort = self.kind.replace("_", " ")
        span = "" if self.least is None and self.most is None else f", {_end(self.least)}..{_end(self.most)}"
        if span and self.kind in {Kind.TEXT, Kind.LIST}:
            span = f", length{span.removeprefix(',')}"
        return sort + span + (f", like {self.pattern}" if self.pattern else "")


def fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Every key that can be set, in the order of the model; ``screen.theme``, not ``screen``."""
    return dict(_fields(model, ""))


def flat(values: Values) -> dict[str, Any]:
    """Values by dotted key; an empty table is a value."""
    return dict(_flat(values, ""))


def nested(values: Values) -> dict[str, Any]:
    """The other way round. A name with a dot in it does not occur in the settings."""
    tables: dict[str, Any] = {}
    for key, value in values.items():
        *above, name = key.split(".")
        table = tables
        for part in above:
            table = table.setdefault(part, {})
        table[name] = value
    return tables


def allowed(field: FieldInfo) -> Allowed:
    """What the field may be, from its type and its limits."""
    kind, choices = _sort(field.annotation)
    limits = {
        limit: value
        for rule in field.metadata
        for limit, names in _LIMITS.items()
        for name in names
        if (value := getattr(rule, name, None)) is not None
    }
    return Allowed(kind, choices, **limits)


def from_text(field: FieldInfo, text: str) -> object:
    """The value that somebody typed. What it cannot be stays a text, and is refused with what is allowed."""
    sort = allowed(field)
    is_text = sort.kind is Kind.TEXT or (sort.kind is Kind.ONE_OF and isinstance(sort.choices[0], str))
    if is_text and not text.startswith(('"', "'")):
        return text
    try:
        values = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return values["value"] if len(values) == 1 else text


def _fields(model: type[BaseModel], above: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        table = field.annotation
        if isinstance(table, type) and issubclass(table, BaseModel):
            yield from _fields(table, f"{above}{name}.")
        else:
            yield f"{above}{name}", field


def _flat(values: Values, above: str) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _sort(annotation: object) -> tuple[Kind, tuple[str | int, ...]]:
    inner = get_args(annotation)
    if get_origin(annotation) is Literal:
        return Kind.ONE_OF, inner
    if get_origin(annotation) is tuple:
        member = inner[0]
        is_choice = isinstance(member, type) and issubclass(member, StrEnum)
        return (Kind.SOME_OF, tuple(word.value for word in member)) if is_choice else (Kind.LIST, ())
    plain: dict[object, Kind] = {
        bool: Kind.YES_NO,
        int: Kind.WHOLE_NUMBER,
        float: Kind.NUMBER,
        str: Kind.TEXT,
        Path: Kind.TEXT,
    }
    return plain.get(annotation, Kind.TABLE), ()


def _end(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
