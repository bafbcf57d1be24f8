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
from config.setting_fault import NOWHERE, Place, Rule, RuleBrokenError, SettingFault
from config.toml_places import Place as Location
from config.toml_places import dotted

_KEY = re.compile(r"\b[a-z_]+\.[a-z_]+\b")
_RULES = {"extra_forbidden": Rule.NO_SUCH_KEY, "missing": Rule.MISSING}


def of_layer(model: type[BaseModel], error: ValidationError, layer: Layer) -> Iterator[SettingFault]:
    """The faults of one layer by itself. Rules over several keys are left out: a higher layer may fulfil them."""
    for details in error.errors(include_url=False):
        a_rule = details["type"] == "value_error" and len(details["loc"]) <= 1
        if not a_rule:
            yield _explain(model, details, (layer,), {})


def of_all(
    model: type[BaseModel], error: ValidationError, layers: Sequence[Layer], env: Mapping[str, Any]
) -> list[SettingFault]:
    """The faults of all layers together, each laid to the highest one that sets the key."""
    return [_explain(model, details, layers, env) for details in error.errors(include_url=False)]


def not_at_the_kiosk(layers: Sequence[Layer]) -> Iterator[SettingFault]:
    """What the changes made at the kiosk must not change."""
    for layer in layers:
        if layer.name is LayerName.LOCAL:
            below = merged(one for one in layers if one is not layer)
            for key, broken in refusals(layer.values, below):
                place = Place(str(layer.path), layer.line_of(tuple(key.split("."))) or 1)
                yield SettingFault.of(broken.rule, str(broken), key=key, place=place, values=broken.values)


def no_such_key(model: type[BaseModel], key: str) -> str:
    """What is said of a dotted key that does not exist."""
    return f"no such key; {_near(model, tuple(key.split('.')))}"


def _explain(
    model: type[BaseModel], details: ErrorDetails, layers: Sequence[Layer], env: Mapping[str, Any]
) -> SettingFault:
    location = tuple(part for part in details["loc"] if part != "[key]")  # so pydantic marks a key that is wrong itself
    message = details["msg"].removeprefix("Value error, ")
    if details["type"] == "extra_forbidden":
        message = f"no such key; {_near(model, location)}"
    # A rule over several keys names them in its message; the one that the highest layer sets is the one to change.
    named: list[Location] = (
        [tuple(key.split(".")) for key in _KEY.findall(message)] if details["type"] == "value_error" else []
    )
    candidates = [key for key in named if key[0] in model.model_fields] or [location]
    key, place = _set_at(candidates, layers, env) or (location, NOWHERE)
    broken = details.get("ctx", {}).get("error")
    if isinstance(broken, RuleBrokenError):
        return SettingFault.of(broken.rule, message, key=dotted(key), place=place, values=broken.values)
    rule = _RULES.get(details["type"], Rule.NOT_ALLOWED)
    return SettingFault.of(rule, message, key=dotted(key), place=place)


def _set_at(
    candidates: Sequence[Location], layers: Sequence[Layer], env: Mapping[str, Any]
) -> tuple[Location, Place] | None:
    """Which of the keys is set highest, and where; None if none of them is."""
    for key in candidates:
        if variable := environment.variable_of(key, env):
            return key, Place(variable=variable)
    for layer in reversed(layers):
        for key in candidates:
            if line := layer.line_of(key):
                return key, Place(str(layer.path), line)
    return None


def _near(model: type[BaseModel], location: Location) -> str:
    """What could be meant by a key that does not exist, and what is allowed beside it."""
    fields = model.model_fields
    *tables, name = (str(part) for part in location)
    for part in tables:
        annotation = fields[part].annotation if part in fields else None
        fields = annotation.model_fields if isinstance(annotation, type) and issubclass(annotation, BaseModel) else {}
    names = [*fields, *([] if tables else [VERSION_KEY])]
    close = difflib.get_close_matches(name, names, n=1)
    return (f"did you mean {close[0]}? " if close else "") + "allowed: " + ", ".join(names)
