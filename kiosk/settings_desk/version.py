"""A version of what was changed at the kiosk, and what a change brought about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from config.configuration import without_password
from kiosk.staff.member import StaffNumber


class SettingsAct(StrEnum):
    """What was done to a setting at the kiosk."""

    CHANGED = "changed"
    UNDONE = "undone"


@dataclass(frozen=True)
class Version:
    """All that is changed at the kiosk, as it was after one change. Number 0: nothing was ever changed.

    ``values``: by dotted key. ``keys``: those that this change was about. ``before``: the version that undo goes back
    to; None if there is nothing to go back to. ``by`` is None when somebody has written the file by hand.
    """

    number: int
    at: datetime
    by: StaffNumber | None
    act: SettingsAct
    keys: tuple[str, ...]
    before: int | None
    values: Mapping[str, Any]

    @property
    def shown(self) -> dict[str, Any]:
        """The values without passwords."""
        return {key: without_password(value) for key, value in self.values.items()}


@dataclass(frozen=True)
class Changed:
    """What was done. It is on disk, and takes effect at the next start of the program.

    ``hidden``: keys whose new value has no effect, because the environment sets them. ``restart``: the settings in
    force are others than before, so that a start is needed.
    """

    version: Version
    hidden: tuple[str, ...]
    restart: bool

    def entries(self) -> Iterator[dict[str, object]]:
        """The fields of the audit log's ``Event.SETTING_CHANGED``, once for each key; no values."""
        for key in self.version.keys:
            yield {"act": self.version.act, "setting": key, "number": self.version.by}
