"""What is wrong with a TOML file that a model describes: file, line, key, and what is allowed."""

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError

from config.toml_places import Place, dotted, places


def explain(model: type[BaseModel], path: Path, text: str, error: ValidationError) -> list[str]:
    """One line for each fault that ``model`` found in the file's text."""
    messages = []
    for details in error.errors(include_url=False):
        location = details["loc"]
        message = details["msg"].removeprefix("Value error, ")
        if details["type"] == "extra_forbidden":
            message = f"no such key; allowed: {_keys_at(model, location[:-1])}"
        elif details["type"] == "model_type":
            message = f"must be a table of {_keys_at(model, location)}"
        messages.append(told(path, text, location, message))
    return messages


def told(path: Path, text: str, location: Place, message: str) -> str:
    """The message with its place; what is missing has the line of the table that it is missing in."""
    found = places(text)
    lines = (found[location[:length]] for length in range(len(location), 0, -1) if location[:length] in found)
    return f"{path}, line {next(lines, 1)}: {dotted(location)}: {message}"


def _keys_at(model: type[BaseModel], location: Sequence[str | int]) -> str:
    """The keys that the table at ``location`` may have."""
    for part in location:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation)
    return ", ".join(model.model_fields)


def _model_in(annotation: object) -> type[BaseModel]:
    """The model within ``Wording``, ``Wording | None`` or ``tuple[Wording, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(_model_in(part) for part in get_args(annotation) if part not in (type(None), ...))
