"""The files the settings come from, lowest first: defaults, province, hall, kiosk, and what was changed at the kiosk.

``--config`` names one file, which is the kiosk's layer, or a directory with at least one of province.toml, hall.toml
and kiosk.toml. What a technician changes at the kiosk is written by the program into its own data directory (decision
0019).
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from config.setting_fault import Place as FaultPlace
from config.setting_fault import Rule, SettingFault
from config.toml_places import Place, line_of, places

DEFAULTS = Path(__file__).with_name("kiosk.toml")
VERSION_KEY = "configuration_version"
CHANGE_TABLE = "change"  # in the file that the program writes: who changed what, when

_VERSION = re.compile(r"[\w.:+-]{1,40}", re.ASCII)


class LayerName(StrEnum):
    """The layers, lowest first; the environment stands above them all."""

    DEFAULTS = "defaults"
    PROVINCE = "province"
    HALL = "hall"
    KIOSK = "kiosk"
    LOCAL = "local"


_IN_A_DIRECTORY = {f"{name}.toml": name for name in (LayerName.PROVINCE, LayerName.HALL, LayerName.KIOSK)}


@dataclass(frozen=True)
class Layer:
    """One file. ``values``: its settings; ``version``: what it says of itself; ``change``: who wrote it, and when."""

    name: LayerName
    path: Path
    text: str
    values: Mapping[str, Any]
    version: str = ""
    change: Mapping[str, Any] | None = None

    def line_of(self, location: Place) -> int | None:
        """The line that sets what is at ``location``; None if this layer does not."""
        return self._lines.get(location)

    @cached_property
    def _lines(self) -> Mapping[Place, int]:
        return places(self.text)


@dataclass(frozen=True)
class Reading:
    """The layers that can be read, lowest first, and one line for each fault of the others."""

    layers: tuple[Layer, ...]
    faults: tuple[SettingFault, ...] = ()

    def without_local(self) -> "Reading":
        """As if nothing had been changed at the kiosk."""
        return Reading(tuple(layer for layer in self.layers if layer.name is not LayerName.LOCAL), self.faults)

    def with_local(self, local: Layer) -> "Reading":
        """As if ``local`` were what was changed at the kiosk."""
        return Reading((*self.without_local().layers, local), self.faults)


class _UnreadableError(Exception):
    """The text is the whole line for the reader."""

    def __init__(self, rule: Rule, file: Path, text: str, *, line: int = 0, key: str = "", **values: str) -> None:
        self.fault = SettingFault.of(rule, text, key=key, place=FaultPlace(str(file), line), values=values)
        super().__init__(self.fault)


def configured(file: Path | None) -> Path | None:
    """What is to be read: ``file``, else what KIOSK_CONFIG names, else nothing but the defaults."""
    if file is None and (named := os.environ.get("KIOSK_CONFIG")):
        return Path(named)
    return file


def local_file(data_directory: Path) -> Path:
    """Where the changes made at the kiosk are."""
    return data_directory / "settings" / "local.toml"


def read_below(file: Path | None) -> Reading:
    """The layers that are not written by the program."""
    try:
        return _read_each({LayerName.DEFAULTS: DEFAULTS, **_files(configured(file))})
    except _UnreadableError as error:
        defaults = _read_each({LayerName.DEFAULTS: DEFAULTS})
        return Reading(defaults.layers, (error.fault,))


def read(file: Path | None) -> Reading:
    """All layers; that of the changes made at the kiosk only if there is one."""
    below = read_below(file)
    if (path := local_path(below)) is None:
        return below
    local = _read_each({LayerName.LOCAL: path}) if _exists(path) else Reading(())
    return Reading((*below.layers, *local.layers), (*below.faults, *local.faults))


def local_path(below: Reading) -> Path | None:
    """Where the changes made at this kiosk are; None if the layers below do not say rightly where its data are."""
    directory = os.environ.get("KIOSK_DATA_DIRECTORY") or merged(below.layers).get("data_directory")
    return local_file(Path(directory)) if isinstance(directory, str) and directory else None


def merged(layers: Iterable[Layer]) -> dict[str, Any]:
    """The values of all; a higher layer wins, key by key. A list is one value."""
    values: dict[str, Any] = {}
    for layer in layers:
        _merge(values, layer.values)
    return values


def parsed(name: LayerName, path: Path, text: str) -> Layer:
    """The layer that a text is.

    Raises:
        ValueError: it is not TOML, or its version is not one; the text is the whole line for the reader.
    """
    try:
        return _parse(name, path, text)
    except _UnreadableError as error:
        raise ValueError(str(error)) from None


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass  # it may be there: reading it says what is the matter
    return True


def _files(place: Path | None) -> dict[LayerName, Path]:
    if place is None:
        return {}
    if not place.is_dir():
        return {LayerName.KIOSK: place}
    allowed = ", ".join(_IN_A_DIRECTORY)
    try:
        found = sorted(path for path in place.iterdir() if path.suffix == ".toml")
    except OSError as error:
        raise _unreadable(place, error) from None
    if strange := [path for path in found if path.name not in _IN_A_DIRECTORY]:
        said = f"not the name of a layer; allowed: {allowed}"
        raise _UnreadableError(Rule.FILE_STRANGE, strange[0], said, allowed=allowed)
    if not found:
        said = f"holds no settings; at least one must be there of: {allowed}"
        raise _UnreadableError(Rule.FILES_NONE, place, said, allowed=allowed)
    files = {_IN_A_DIRECTORY[path.name]: path for path in found}
    return {name: files[name] for name in LayerName if name in files}


def _read_each(files: Mapping[LayerName, Path]) -> Reading:
    layers, faults = [], []
    for name, path in files.items():
        try:
            layers.append(_parse(name, path, _text(path)))
        except _UnreadableError as error:
            faults.append(error.fault)
    return Reading(tuple(layers), tuple(faults))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> _UnreadableError:
    remedy = "; run this as the user of the kiosk's service" if isinstance(error, PermissionError) else ""
    reason = error.__class__.__name__
    return _UnreadableError(Rule.FILE_UNREADABLE, path, f"cannot be read ({reason}){remedy}", reason=reason)


def _parse(name: LayerName, path: Path, text: str) -> Layer:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _UnreadableError(Rule.FILE_NOT_TOML, path, f"not valid TOML: {error}", reason=str(error)) from None
    version = values.pop(VERSION_KEY, "")
    if version != "" and not (isinstance(version, str) and _VERSION.fullmatch(version)):
        said = "1 to 40 letters, digits and . : + - _, in quotes"
        line = line_of(text, (VERSION_KEY,)) or 1
        raise _UnreadableError(Rule.FILE_VERSION, path, f"must be {said}", line=line, key=VERSION_KEY)
    change = values.pop(CHANGE_TABLE, None) if name is LayerName.LOCAL else None
    return Layer(name, path, text, values, version, change if isinstance(change, dict) else None)


def _merge(below: dict[str, Any], above: Mapping[str, Any]) -> None:
    for key, value in above.items():
        present = below.get(key)
        if isinstance(value, dict):
            below[key] = dict(present) if isinstance(present, dict) else {}
            _merge(below[key], value)
        else:
            below[key] = value
