"""What a technician does with the settings at the kiosk. For a screen as well as for the command line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from config.configuration import Configuration, SettingView
from config.layers import LayerName, Reading, local_path, parsed, read, read_below
from config.setting_fault import SettingFault
from config.setting_keys import fields, from_text
from config.settings import ConfigurationError, Settings, validated
from config.settings_faults import no_such_key
from kiosk.settings_desk.files import DamagedError, LocalFiles, render
from kiosk.settings_desk.version import Changed, SettingsAct, Version
from kiosk.staff.member import StaffNumber


class NothingToDoError(Exception):
    """The change would change nothing, or there is nothing to undo. The text says which."""


class SettingsDesk:
    """Everything here reads and writes files: not for the event loop.

    What is changed is on disk when the call returns, and takes effect at the next start of the program. Write
    ``Changed.entries`` into the audit log. When a method raises, nothing is changed: ``ConfigurationError`` when the
    settings are, or would become, wrong, ``LocalFilesError`` when the files of the changes cannot be used,
    ``NothingToDoError`` when there is nothing to do.
    """

    def __init__(self, file: Path | None, now: Callable[[], datetime]) -> None:
        """``file``: what the program was started with (``--config``); None for KIOSK_CONFIG."""
        self._file = file
        self._now = now

    def views(self, wanted: Sequence[str] = ()) -> tuple[SettingView, ...]:
        """The settings as the next start will have them, all or those that are named."""
        return Configuration.load(self._file).views(wanted)

    def restart_needed(self, running: Settings) -> bool:
        """True if the next start will have other settings than ``running``, with which the program was started."""
        return validated(read(self._file)) != running

    def change(self, changes: Mapping[str, object], by: StaffNumber) -> Changed:
        """Set each key to its value; None: as the layers below have it. All of them, or none."""
        _known(key for key, value in changes.items() if value is not None)
        files = self._files()
        with files.locked():
            present = files.current()
            values = {key: value for key, value in {**present.values, **changes}.items() if value is not None}
            if values == present.values:
                raise NothingToDoError("nothing would change: it is set so at this kiosk already")
            return self._put(files, self._next(present, values, SettingsAct.CHANGED, present.number, by))

    def undo(self, by: StaffNumber) -> Changed:
        """Go back to how it was before the last change; once more, to how it was before that."""
        files = self._files()
        with files.locked():
            try:
                present = files.current()
            except DamagedError:
                present = files.damaged()
            if present.before is None:
                raise NothingToDoError("nothing is changed at this kiosk that could be undone")
            target = files.version(present.before)
            return self._put(files, self._next(present, target.values, SettingsAct.UNDONE, target.before, by))

    def take_back(self, by: StaffNumber) -> Changed:
        """Take back everything that was changed here, whatever it is, also what cannot be read any more."""
        files = self._files()
        with files.locked():
            try:
                present = files.current()
            except DamagedError:
                present = files.damaged()
            else:
                if not present.values:
                    raise NothingToDoError("nothing is changed at this kiosk that could be taken back")
            return self._put(files, self._next(present, {}, SettingsAct.CHANGED, present.before, by))

    def usable(self) -> bool:
        """False if the next start would leave out something that was changed here, or not come about."""
        try:
            validated(read(self._file))
        except ConfigurationError:
            return False
        return True

    def history(self) -> tuple[Version, ...]:
        """The versions that are kept, newest first; the first is in force."""
        return self._files().history()

    def _files(self) -> LocalFiles:
        below = read_below(self._file)
        path = local_path(below)
        if path is None or below.faults:
            raise ConfigurationError(*(below.faults or ["data_directory: must be a path"]))
        return LocalFiles(path)

    def _next(
        self, present: Version, values: Mapping[str, Any], act: SettingsAct, before: int | None, by: StaffNumber
    ) -> Version:
        keys = {*present.values, *values}
        changed = tuple(sorted(key for key in keys if present.values.get(key) != values.get(key)))
        return Version(present.number + 1, self._now(), by, act, changed, before, values)

    def _put(self, files: LocalFiles, version: Version) -> Changed:
        """Check the whole result, then put it in force."""
        after = _checked(read_below(self._file), files.path, version)
        try:
            restart = validated(read(self._file)) != after.settings
        except ConfigurationError:
            restart = True
        files.put(version)
        in_force = {view.key: view for view in after.views()}
        hidden = (key for key in version.keys if key in version.values and in_force[key].origin.layer is None)
        return Changed(version, tuple(hidden), restart)


def typed(key: str, text: str) -> object:
    """The value that somebody typed for a key. Raises ``ConfigurationError`` if there is no such key."""
    _known([key])
    return from_text(fields(Settings)[key], text)


def _known(keys: Iterable[str]) -> None:
    known = fields(Settings)
    if unknown := [key for key in keys if key not in known]:
        raise ConfigurationError(*(f"{key}: {no_such_key(Settings, key)}" for key in unknown))


def _checked(below: Reading, path: Path, version: Version) -> Configuration:
    try:
        local = parsed(LayerName.LOCAL, path, render(version))
    except ValueError:  # half a character, as a terminal in another encoding may send it
        raise ConfigurationError(f"{', '.join(version.keys)}: holds what no file can hold") from None
    try:
        return Configuration.of(below.with_local(local))
    except ConfigurationError as error:
        # The line is one of a file that is not written.
        faults = (each.without_place(str(path)) if isinstance(each, SettingFault) else each for each in error.faults)
        raise ConfigurationError(*faults) from None
