"""The files of what was changed at the kiosk: local.toml is in force, ``history`` has the versions up to it.

A version is written into the history first and then, in one step, over local.toml. After a crash in between the old one
is in force; the unfinished one has a number above it, does not count, and is overwritten by the next change.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from config.clock import CHINA
from config.configuration import toml
from config.files import replace_text
from config.layers import CHANGE_TABLE, VERSION_KEY, Layer, LayerName, parsed
from config.setting_keys import flat
from flows.prompts import Text
from kiosk.settings_desk.version import SettingsAct, Version
from kiosk.staff.member import StaffNumber

KEPT = 20  # versions

_HEAD = "# Written by the program. Change it with: kiosk config set, reset, undo (docs/configuration.md)."


class LocalFilesError(Exception):
    """The files of the changes made at the kiosk cannot be used. The text says why, and what to do.

    ``said``: the same for the staff's pages, in their language.
    """

    def __init__(self, text: str, said: Text) -> None:
        super().__init__(text)
        self.said = said


class DamagedError(LocalFilesError):
    """What is in force cannot be read; one can go back to what was written last."""


class _Change(BaseModel):
    """The table that says who changed what, and when."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=1, le=999_999)
    at: AwareDatetime
    by: str = Field(pattern=r"^S[0-9]{2,4}$")
    act: SettingsAct
    keys: tuple[str, ...]
    before: int | None = Field(default=None, ge=0)


class LocalFiles:
    """``path`` is that of local.toml. Every method raises ``LocalFilesError``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._history = path.parent / "history"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One change at a time, from the screen or from a command."""
        try:
            for directory in (self.path.parent, self._history):
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.path.parent / "settings.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(self.path.parent, error) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def current(self) -> Version:
        """The version in force. Of a file that somebody has written by hand, undo goes back to the last one of ours.

        Raises:
            DamagedError: it is not TOML any more.
        """
        try:
            layer = parsed(LayerName.LOCAL, self.path, self.path.read_text("utf-8"))
        except FileNotFoundError:
            return _nobodys(self._last(), None, {})
        except OSError as error:
            raise _unusable(self.path, error) from None
        except ValueError as error:
            said = Text("desk.setting.files.damaged_now", {"file": str(self.path)})
            raise DamagedError(f"{error}; go back with: kiosk config undo", said) from None
        try:
            return _version(layer)
        except ValidationError:
            return _nobodys(self._last(), self._last(), flat(layer.values))

    def damaged(self) -> Version:
        """What stands for a version that cannot be read: from it one goes back to the last one written."""
        return _nobodys(self._last(), self._last(), {})

    def version(self, number: int) -> Version:
        """One of those that are kept; number 0 is that in which nothing is changed."""
        if number == 0:
            return _nobodys(0, None, {})
        path = self._path(number)
        try:
            return _version(parsed(LayerName.LOCAL, path, path.read_text("utf-8")))
        except FileNotFoundError:
            gone = Text("desk.setting.files.gone", {"number": str(number)})
            raise LocalFilesError(f"version {number} is not kept any more", gone) from None
        except OSError as error:
            raise _unusable(path, error) from None
        except ValueError:
            raise LocalFilesError(f"{path}: damaged", Text("desk.setting.files.damaged", {"file": str(path)})) from None

    def history(self) -> tuple[Version, ...]:
        """The versions that are kept and were in force, newest first; one that cannot be read any more is left out."""
        now = self.current().number
        found: list[Version] = []
        for number in sorted(self._numbers(), reverse=True):
            if number <= now:
                with suppress(LocalFilesError):
                    found.append(self.version(number))
        return tuple(found)

    def put(self, version: Version) -> None:
        """Put a version in force."""
        text = render(version)
        try:
            replace_text(self._path(version.number), text, 0o600)
            replace_text(self.path, text, 0o600)
            for number in self._numbers():
                if number <= version.number - KEPT:
                    self._path(number).unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(self.path, error) from None

    def _path(self, number: int) -> Path:
        return self._history / f"{number:06}.toml"

    def _last(self) -> int:
        return max(self._numbers(), default=0)

    def _numbers(self) -> list[int]:
        return [int(path.stem) for path in self._history.glob("*.toml") if path.stem.isdecimal()]


def render(version: Version) -> str:
    """The text of a version's file: its values, then who changed what. ASCII, so that no encoding can spoil it."""
    lines = [_HEAD, f'{VERSION_KEY} = "local-{version.number}"']
    for table, keys in groupby(sorted(version.values, key=_table_first), key=lambda key: key.rpartition(".")[0]):
        lines += ["", f"[{table}]"] if table else [""]
        lines += [f"{key.rpartition('.')[2]} = {toml(version.values[key])}" for key in keys]
    change = _Change(
        number=version.number,
        at=version.at,
        by=version.by or "",
        act=version.act,
        keys=version.keys,
        before=version.before,
    )
    lines += ["", f"[{CHANGE_TABLE}]"]
    said = change.model_dump(mode="json", exclude={"at"}, exclude_none=True)
    lines += [f"{key} = {toml(value)}" for key, value in said.items()]
    lines.append(f"at = {version.at.isoformat(timespec='seconds')}")
    return "".join(char if char < "\x7f" else f"\\U{ord(char):08X}" for char in "\n".join(lines))


def _table_first(key: str) -> tuple[str, str]:
    table, _, name = key.rpartition(".")
    return table, name


def _version(layer: Layer) -> Version:
    """Raises ``ValidationError`` if the file does not say rightly who has written it."""
    change = _Change.model_validate(layer.change)
    return Version(
        number=change.number,
        at=change.at.astimezone(CHINA),
        by=StaffNumber(change.by),
        act=change.act,
        keys=change.keys,
        before=change.before,
        values=flat(layer.values),
    )


def _nobodys(number: int, before: int | None, values: Mapping[str, Any]) -> Version:
    return Version(number, datetime.fromtimestamp(0, CHINA), None, SettingsAct.CHANGED, (), before, values)


def _unusable(path: Path, error: OSError) -> LocalFilesError:
    reason = error.strerror or type(error).__name__
    said = Text("desk.setting.files.unusable", {"file": str(path), "reason": reason})
    return LocalFilesError(f"{path}: {reason}; run this as the user of the kiosk's service", said)
