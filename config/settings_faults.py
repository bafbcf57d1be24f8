"""What is wrong with the settings: a line for each fault, with file, line, key and what is allowed."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config import environment
from config.at_the_kiosk import refusals
from config.layers import VERSION_KEY, Layer, LayerName, merged
from config.toml_places import Place, dotted

_KEY = re.compile(r"\b[a-z_]+\.[a-z_]+\b")


def of_layer(model: type[BaseModel], error: ValidationError, layer: Layer) -> Iterator[str]:
    """The faults of one layer by itself. Rules over several keys are left out: a higher layer may fulfil them."""
    for details in error.errors(include_url=False):
        a_rule = details["type"] == "value_error" and len(details["loc"]) <= 1
        if not a_rule:
            yield _explain(model, details, (layer,), {})


def of_all(
    model: type[BaseModel], error: ValidationError, layers: Sequence[Layer], env: Mapping[str, Any]
) -> list[str]:
    """The faults of all layers together, each laid to the highest one that sets the key."""
    return [_explain(model, details, layers, env) for details in error.errors(include_url=False)]


def not_at_the_kiosk(layers: Sequence[Layer]) -> Iterator[str]:
    """What the changes made at the kiosk must not change."""
    for layer in layers:
        if layer.name is LayerName.LOCAL:
            below = merged(one for one in layers if one is not layer)
            for key, reason in refusals(layer.values, below):
                place = tuple(key.split("."))
                yield f"{layer.path}, line {layer.line_of(place) or 1}: {key}: {reason}"


def no_such_key(model: type[BaseModel], key: str) -> str:
    """What is said of a dotted key that does not exist."""
    return f"no such key; {_near(model, tuple(key.split('.')))}"


def _explain(model: type[BaseModel], details: ErrorDetails, layers: Sequence[Layer], env: Mapping[str, Any]) -> str:
    location = tuple(part for part in details["loc"] if part != "[key]")  # so pydantic marks a key that is wrong itself
    message = details["msg"].removeprefix("Value error, ")
    if details["type"] == "extra_forbidden":
        message = f"no such key; {_near(model, location)}"
    # A rule over several keys names them in its message; the one that the highest layer sets is the one to change.
    named: list[Place] = (
        [tuple(key.split(".")) for key in _KEY.findall(message)] if details["type"] == "value_error" else []
    )
    candidates = [key for key in named if key[0] in model.model_fields] or [location]
    for key in candidates:
        if variable := environment.variable_of(key, env):
            return f"environment variable {variable}: {message}"
    for layer in reversed(layers):
        for key in candidates:
            if line := layer.line_of(key):
                return f"{layer.path}, line {line}: {dotted(key)}: {message}"
    return f"{dotted(location)}: {message}"


def _near(model: type[BaseModel], location: Place) -> str:
    """What could be meant by a key that does not exist, and what is allowed beside it."""
    fields = model.model_fields
    *tables, name = (str(part) for part in location)
    for part in tables:
        annotation = fields[part].annotation if part in fields else None
        fields = annotation.model_fields if isinstance(annotation, type) and issubclass(annotation, BaseModel) else {}
    names = [*fields, *([] if tables else [VERSION_KEY])]
    close = difflib.get_close_matches(name, names, n=1)
    return (f"did you mean {close[0]}? " if close else "") + "allowed: " + ", ".join(names)
