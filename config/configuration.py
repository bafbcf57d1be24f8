"""The settings in force with where each of them comes from, and the version of the whole."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic.fields import FieldInfo

from config import environment
from config.at_the_kiosk import permissions
from config.layers import Layer, LayerName, Reading, read
from config.setting_keys import Allowed, allowed, fields, flat
from config.settings import ConfigurationError, Settings, validated
from config.settings_faults import no_such_key

_PASSWORD = re.compile(r"(?<=://)\S+(?=@)|(?<=\?)\S+")  # a network camera's URL may carry one in either place


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: a file and its line, or an environment variable."""

    layer: LayerName | None
    path: Path | None = None
    line: int = 0
    variable: str = ""

    def __str__(self) -> str:
        if self.layer is None:
            return f"environment variable {self.variable}"
        return "default" if self.layer is LayerName.DEFAULTS else f"{self.path}:{self.line}"


@dataclass(frozen=True)
class SettingView:
    """A setting as it is shown: its value has no password in it. ``changeable``: by a technician, at the kiosk.

    A value that the environment sets cannot be changed at the kiosk as long as it does.
    """

    key: str
    value: Any
    origin: Origin
    changeable: bool
    allowed: Allowed

    @property
    def line(self) -> str:
        """The setting as one writes it in TOML, the key with dots."""
        return f"{self.key} = {toml(self.value)}"


@dataclass(frozen=True)
class ConfigurationVersion:
    """What is reported of a kiosk's configuration. ``layers``: name and version of each file; "" for one without.

    ``sha256`` is that of all settings in force as they are shown, so that it says nothing of a password.
    """

    layers: tuple[tuple[LayerName, str], ...]
    sha256: str


@dataclass(frozen=True)
class Configuration:
    """The settings that certain layers and the environment make."""

    settings: Settings
    layers: tuple[Layer, ...]

    @classmethod
    def load(cls, file: Path | None = None) -> Self:
        """What is in force, as ``settings.load`` has it. Raises ``ConfigurationError``."""
        return cls.of(read(file))

    @classmethod
    def of(cls, reading: Reading) -> Self:
        """What is in force with these layers. Raises ``ConfigurationError``."""
        return cls(validated(reading), reading.layers)

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """Every setting by its key, without passwords."""
        return {
            key: without_password(value)
            for key, value in flat(self.settings.model_dump(mode="json", warnings=False)).items()
        }

    @property
    def version(self) -> ConfigurationVersion:
        """Which version of which layer is in force, and the hash of the whole."""
        text = json.dumps(self.values, sort_keys=True, ensure_ascii=False)
        layers = tuple((layer.name, layer.version) for layer in self.layers if layer.name is not LayerName.DEFAULTS)
        return ConfigurationVersion(layers, hashlib.sha256(text.encode()).hexdigest())

    def views(self, wanted: Sequence[str] = ()) -> tuple[SettingView, ...]:
        """The settings that ``wanted`` names, or the tables they stand in; all if it names none.

        Raises:
            ConfigurationError: there is no such key.
        """
        existing = {*self.values, *fields(Settings)}
        if unknown := [name for name in wanted if not any(_within(key, name) for key in existing)]:
            raise ConfigurationError(*(f"{name}: {no_such_key(Settings, name)}" for name in unknown))
        keys = (key for key in self.values if not wanted or any(_within(key, name) for name in wanted))
        env, known = environment.values(Settings), fields(Settings)
        return tuple(self._view(key, env, known) for key in keys)

    def _view(self, key: str, env: Mapping[str, Any], known: Mapping[str, FieldInfo]) -> SettingView:
        origin = self._origin(tuple(key.split(".")), env)
        field = known.get(key) or known[key.rpartition(".")[0]]  # an entry of a table that the hall fills
        changeable = key in permissions() and origin.layer is not None
        return SettingView(key, self.values[key], origin, changeable, _may_be(key, field))

    def _origin(self, place: tuple[str, ...], env: Mapping[str, Any]) -> Origin:
        if variable := environment.variable_of(place, env):
            return Origin(None, variable=variable)
        for layer in reversed(self.layers):
            if line := layer.line_of(place):
                return Origin(layer.name, layer.path, line)
        return Origin(LayerName.DEFAULTS)


def allowed_for(key: str) -> Allowed | None:
    """What the setting, or the table of the hall's that it stands in, may be at the kiosk; None if there is no such."""
    known, name = fields(Settings), re.sub(r"\[\d+\]$", "", key)
    while name and name not in known:
        name = name.rpartition(".")[0]
    return _may_be(name, known[name]) if name else None


def _may_be(key: str, field: FieldInfo) -> Allowed:
    permission, may_be = permissions().get(key), allowed(field)
    is_device = permission is not None and permission.device
    return replace(may_be, pattern="/dev/hall-kiosk/...") if is_device else may_be


def differences(before: Configuration, after: Configuration) -> list[str]:
    """What becomes otherwise, a line for each setting: key, old value, new value, and where the new one comes from."""
    lines = []
    origins = {view.key: view.origin for view in after.views()}
    for key in dict.fromkeys([*before.values, *after.values]):
        old, new = before.values.get(key), after.values.get(key)
        if old != new:
            origin = f"  ({origins[key]})" if key in origins else ""
            lines.append(f"{key}: {_shown(old)} -> {_shown(new)}{origin}")
    return lines


def toml(value: object) -> str:
    """A value as TOML has it."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(one) for one in value)}]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # nan and inf, which JSON has not
    return json.dumps(value, ensure_ascii=False, default=str).replace("\x7f", "\\u007f")  # the rest is the same in JSON


def _shown(value: object) -> str:
    return "nothing" if value is None else toml(value)


def _within(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name}.")


def without_password(value: Any) -> Any:
    """A value as it may be shown: user, password and query of a URL are left out."""
    if isinstance(value, list):
        return [without_password(one) for one in value]
    return _PASSWORD.sub("***", value) if isinstance(value, str) and "://" in value else value
