"""The backlight of the screen through Linux: a file that takes a number, /sys/class/backlight/NAME/brightness.

Where there is no such file, or the kiosk's user may not write it, the caller draws a veil instead.
"""

import logging
from pathlib import Path

log = logging.getLogger(__name__)


class Backlight:
    """The first backlight below a directory. Blocking, but for no longer than the kernel takes for one number."""

    def __init__(self, directory: Path | None) -> None:
        """``directory``: usually /sys/class/backlight; None: there is none to look for."""
        self._directory = directory
        self._told = False

    def set(self, percent: int) -> bool:
        """Set the light to ``percent``, never to nothing; False if that was not possible."""
        device = self._device()
        if device is None:
            return False
        try:
            most = int((device / "max_brightness").read_text(encoding="ascii"))
            value = max(1, round(most * percent / 100))
            (device / "brightness").write_text(f"{value}\n", encoding="ascii")
        except (OSError, ValueError) as error:
            if not self._told:
                log.warning("backlight_refused", extra={"device": device.name, "detail": type(error).__name__})
            self._told = True
            return False
        return True

    def _device(self) -> Path | None:
        if self._directory is None or not self._directory.is_dir():
            return None
        return next((each for each in sorted(self._directory.iterdir()) if (each / "brightness").exists()), None)
