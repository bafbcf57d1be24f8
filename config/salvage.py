"""Settings to run with, when only what was changed at the kiosk is wrong: what is right of that, without the rest.

Such a file may be spoilt by a disk, or be right until the hall changes its own. Nobody is at the kiosk who could put it
right from a shell, so that it must not keep the kiosk from serving; what is wrong is told, and mended at its desk.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.layers import Layer, LayerName, merged, read, read_below
from config.setting_fault import Rule, SettingFault
from config.setting_keys import flat, nested
from config.settings import ConfigurationError, Settings, validated


@dataclass(frozen=True)
class ToRunWith:
    """``left_out``: what is wrong with the changes made at the kiosk, and is not in the settings."""

    settings: Settings
    left_out: tuple[str, ...] = ()


def load_to_run(file: Path | None) -> ToRunWith:
    """The settings in force, as ``settings.load`` has them, or without what is wrong in the kiosk's own layer.

    Raises:
        ConfigurationError: something else is wrong as well.
    """
    reading = read(file)
    try:
        return ToRunWith(validated(reading))
    except ConfigurationError as error:
        faults = error.faults
    below = read_below(file)
    for local in (layer for layer in reading.layers if layer.name is LayerName.LOCAL):
        try:
            return ToRunWith(validated(below.with_local(_right(local, merged(below.layers), faults))), faults)
        except ConfigurationError:
            break
    return ToRunWith(validated(below), faults)


def _right(local: Layer, below: Mapping[str, Any], faults: Iterable[str]) -> Layer:
    """The layer without what is wrong with it."""
    values, under = flat(local.values), flat(below)
    own = [each for each in faults if isinstance(each, SettingFault) and each.place.file == str(local.path)]
    for key in {_key(each) for each in own} & values.keys():
        mended = _mended(values.pop(key), under.get(key), [each for each in own if _key(each) == key])
        if mended is not None:
            values[key] = mended
    return replace(local, values=nested(values))


def _key(fault: SettingFault) -> str:
    return fault.key.partition("[")[0]


def _mended(value: object, below: object, faults: Sequence[SettingFault]) -> list[object] | None:
    """Of a list only what is wrong goes, for what it closes must not open with it; None: nothing of it is right."""
    of_the_whole = {each.rule for each in faults if "[" not in each.key}
    if not isinstance(value, list) or of_the_whole - {Rule.ADDS_ONLY, Rule.MATTERS_BOTH}:
        return None
    strange = {each.key.partition("[")[2].rstrip("]") for each in faults}
    opened = {name for each in faults if each.rule is Rule.MATTERS_BOTH for name in each.values["names"].split(", ")}
    kept = [one for at, one in enumerate(value) if str(at) not in strange and one not in opened]
    adds = below if Rule.ADDS_ONLY in of_the_whole and isinstance(below, list) else []
    return list(dict.fromkeys([*adds, *kept]))
