"""The setting of the touch panel: in force at once, kept over a restart, and with a way back.

``touch.json`` in the data directory has the settings that were kept, the oldest first; the very first is what the
system had before anybody calibrated. The newest one is also written where the display reads it at its next start
(docs/install.md). Its methods block, but for ``watch``.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from config.files import replace
from drivers.bell import Bell
from drivers.touch_panel.affine import Affine
from drivers.touch_panel.xinput import Panel, PanelError, TouchPanels

log = logging.getLogger(__name__)

_FILE = "touch.json"
_LOOK_SECONDS = 600.0  # a panel that came back unseen is as it was kept after so long
_KEPT = 10  # settings, beside the first
_FOR_THE_DISPLAY = 0o640  # read by the display's user through the group


def _finite(numbers: tuple[float, ...]) -> tuple[float, ...]:
    Affine.of(numbers)
    return numbers


class TouchSetting(BaseModel):
    """``numbers``: the nine of X; ``by``: a staff number, empty for what the system had."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    numbers: Annotated[tuple[float, ...], AfterValidator(_finite)]
    at: AwareDatetime
    by: Annotated[str, Field(pattern=r"^(S[0-9]{2,4})?$")] = ""

    @property
    def matrix(self) -> Affine:
        """The same as a matrix."""
        return Affine.of(self.numbers)


class _Kept(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid")

    settings: tuple[TouchSetting, ...] = ()


class TouchSettings:
    """``display_file``: where the display looks for the matrix at its start; None: it does not."""

    def __init__(
        self, data_directory: Path, display_file: Path | None, panels: TouchPanels, now: Callable[[], datetime]
    ) -> None:
        self._path = data_directory / _FILE
        self._display_file = display_file
        self._panels = panels
        self._now = now
        self._trying = False
        self.bell = Bell()

    async def watch(self) -> None:
        """Restore it when a panel was plugged in, and now and then. Runs until cancelled."""
        while True:
            await self.bell.sleep(_LOOK_SECONDS)
            await asyncio.to_thread(self.restore)

    def panel(self) -> Panel | None:
        """The panel as it is now; None: there is none that can be set. Raises ``PanelError``."""
        return self._panels.find()

    def kept(self) -> tuple[TouchSetting, ...]:
        """The settings that were kept, the newest last. A file that cannot be read holds none."""
        try:
            return _Kept.model_validate_json(self._path.read_bytes()).settings
        except FileNotFoundError:
            return ()
        except (OSError, ValidationError) as error:
            log.warning("touch_settings_unreadable", extra={"reason": type(error).__name__})
            return ()

    def before(self) -> TouchSetting | None:
        """What an undo goes back to."""
        kept = self.kept()
        return kept[-2] if len(kept) > 1 else None

    def try_out(self, panel: Panel, matrix: Affine) -> None:
        """Put ``matrix`` in force, and nothing more: a restart goes back to what was kept.

        Raises:
            OSError: the way back could not be written; nothing has changed.
            PanelError: the matrix was not taken.
        """
        if not self.kept():
            self._write((TouchSetting(numbers=panel.matrix.numbers, at=self._now()),))
        self._trying = True
        self._panels.set(panel, matrix)

    def go_back(self, panel: Panel) -> None:
        """Put in force what was before ``try_out``. Raises ``PanelError``."""
        self._trying = False
        self._panels.set(panel, panel.matrix)
        self._forget_the_first()

    def keep(self, panel: Panel, matrix: Affine, by: str) -> None:
        """What is tried out stays. Raises ``OSError``."""
        self._trying = False
        first, *later = self.kept() or (TouchSetting(numbers=panel.matrix.numbers, at=self._now()),)
        numbers = tuple(round(number, 6) for number in matrix.numbers)
        new = TouchSetting(numbers=numbers, at=self._now(), by=by)
        self._write((first, *later[-_KEPT + 1 :], new))
        self._tell_display(panel, new)

    def drop_newest(self, panel: Panel) -> None:
        """The setting before the newest one, which is tried out, stays. Raises ``OSError``."""
        self._trying = False
        kept = self.kept()[:-1]
        self._write(kept)
        if len(kept) > 1:
            self._tell_display(panel, kept[-1])
            return
        self._forget_the_first()
        if self._display_file is not None:
            self._display_file.unlink(missing_ok=True)

    def restore(self) -> None:
        """At the start: what was kept is in force, also after a crash in the middle of a try, or a new panel."""
        kept = self.kept()
        if not kept or self._trying:
            return
        try:
            panel = self._panels.find()
            if panel is not None and panel.matrix != kept[-1].matrix:
                self._panels.set(panel, kept[-1].matrix)
                log.info("touch_setting_restored")
        except PanelError as error:
            log.warning("touch_setting_not_restored", extra={"detail": str(error)})
            return
        self._forget_the_first()

    def _forget_the_first(self) -> None:
        """Without anything kept beside it, what the system has is the system's own business again."""
        if len(self.kept()) == 1:
            with suppress(OSError):
                self._path.unlink()

    def _write(self, settings: tuple[TouchSetting, ...]) -> None:
        replace(self._path, _Kept(settings=settings).model_dump_json().encode("ascii"))

    def _tell_display(self, panel: Panel, setting: TouchSetting) -> None:
        if self._display_file is None or not self._display_file.parent.is_dir():
            log.info("touch_setting_not_for_display")  # the kiosk itself restores it
            return
        line = " ".join((panel.kind.option, *(f"{number:.6f}" for number in setting.numbers)))
        replace(self._display_file, f"{line}\n".encode("ascii"), _FOR_THE_DISPLAY)
        self._display_file.chmod(_FOR_THE_DISPLAY)  # whatever the umask of the service takes away
