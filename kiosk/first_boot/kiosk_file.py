"""The kiosk's own layer of settings, changed key by key; comments and everything else stay as somebody wrote them.

This is the file that the centre or the hall gives a kiosk (``kiosk.toml``), not what a technician changes later: who a
kiosk is is never changed at the kiosk (config/at_the_kiosk.toml).
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from config.configuration import toml
from config.files import sync_directory
from config.layers import LayerName, Reading, configured, parsed, read
from config.setting_keys import flat
from config.settings import ConfigurationError, validated
from config.toml_places import line_of
from flows.prompts import Text
from kiosk.first_boot.steps import StepFailed

_VALUE = re.compile(r"""^(\s*[\w."-]+\s*=\s*)("(?:\\.|[^"\\])*"|'[^']*'|[^#\s"'\[{][^#]*?)(\s*(?:\#.*)?)$""")


def path_of(place: Path | None) -> Path:
    """The file of the kiosk's layer at ``place``: ``--config``, else what KIOSK_CONFIG names.

    Raises:
        StepFailed: neither names anything.
    """
    found = configured(place)
    if found is None:
        raise StepFailed(Text("enrol.no_place"), Text("enrol.no_place.then"))
    return found / f"{LayerName.KIOSK}.toml" if found.is_dir() else found


def put(place: Path | None, changes: Mapping[str, object]) -> Path:
    """Write ``changes``, by dotted key, if all the settings are right with them; returns the file.

    Raises:
        StepFailed: they would be wrong, a higher layer hides them, or the file cannot be written. It is as it was.
    """
    file = path_of(place)
    try:
        text = file.read_text("utf-8") if file.exists() else ""
        after = edited(text, changes)
        _demand_right(place, file, after, changes)
        _replace(file, after)
    except OSError as error:
        said = Text("enrol.not_written", {"file": str(file), "reason": error.strerror or type(error).__name__})
        raise StepFailed(said, Text("enrol.as_root")) from None
    return file


def edited(text: str, changes: Mapping[str, object]) -> str:
    """``text`` with the values of ``changes``: on the line that sets the key already, else below the head of its table.

    Raises:
        StepFailed: the value stands in a form that is not changed line by line, or the text is not TOML.
    """
    try:
        present = flat(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise StepFailed(Text("enrol.settings_wrong", {"detail": str(error)})) from None
    tables = {key.rpartition(".")[0] for key in changes}  # an empty one counts as a value as long as it is empty
    wanted = {**{key: value for key, value in present.items() if key not in tables}, **changes}
    for key, value in changes.items():
        text = _set(text, key, toml(value))
    if not _says(text, wanted):
        raise StepFailed(Text("enrol.not_by_line"), Text("enrol.not_by_line.then"))
    return text


def _says(text: str, wanted: Mapping[str, object]) -> bool:
    try:
        return flat(tomllib.loads(text)) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _set(text: str, key: str, value: str) -> str:
    *table, name = key.split(".")
    lines = text.splitlines()
    if (number := line_of(text, (*table, name))) is not None:
        lines[number - 1] = _VALUE.sub(lambda found: f"{found[1]}{value}{found[3]}", lines[number - 1])
    elif not table:
        lines.insert(0, f"{name} = {value}")
    elif (number := _head(lines, ".".join(table))) is not None:
        lines.insert(number, f"{name} = {value}")
    else:
        lines += ["", f"[{'.'.join(table)}]", f"{name} = {value}"]
    return "\n".join(lines) + "\n"


def _head(lines: list[str], table: str) -> int | None:
    """How many lines there are up to the head of ``table``, with it."""
    return next((at for at, line in enumerate(lines, 1) if re.fullmatch(rf"\[{table}\]\s*(#.*)?", line)), None)


def _demand_right(place: Path | None, file: Path, text: str, changes: Mapping[str, object]) -> None:
    reading = read(place)
    layer = parsed(LayerName.KIOSK, file, text)
    names = list(LayerName)
    others = [each for each in reading.layers if each.name is not LayerName.KIOSK]
    layers = tuple(sorted([*others, layer], key=lambda each: names.index(each.name)))
    # A folder without any layer is a fault as long as this one is not written.
    faults = () if not file.exists() else reading.faults
    try:
        settings = validated(Reading(layers, faults))
    except ConfigurationError as error:
        raise StepFailed(Text("enrol.settings_wrong", {"detail": str(error).splitlines()[0]})) from None
    in_force = flat(settings.model_dump())
    if hidden := [key for key, value in changes.items() if in_force.get(key) != value]:
        raise StepFailed(Text("enrol.hidden", {"keys": ", ".join(hidden)}), Text("enrol.hidden.then"))


def _replace(file: Path, text: str) -> None:
    """In one step, with owner and mode as they were."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if file.exists():
        os.chown(new, file.stat().st_uid, file.stat().st_gid)
    new.rename(file)
    sync_directory(file.parent)
