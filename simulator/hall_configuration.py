"""The kiosk's configuration file for the simulated hall: everything in it points at a simulated part."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

CHIP_PHOTO_DECODER = "simulator.chip_photo:decode"  # of the photo that the simulated ID holds

Value = str | int | float | bool | Sequence[str]


def write(file: Path, top: Mapping[str, Value], tables: Mapping[str, Mapping[str, Value]]) -> Path:
    """Write a TOML file with the keys of ``top`` and one table after the other; returns the file."""
    lines = ["# The simulated hall wrote this; it is written anew at each start.", *_keys(top)]
    for name, keys in tables.items():
        lines += ["", f"[{name}]", *_keys(keys)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _keys(keys: Mapping[str, Value]) -> list[str]:
    # Strings, numbers, truth values and lists of JSON are written in the same way in TOML.
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
