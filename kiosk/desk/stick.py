"""The USB stick onto which a technician takes something away."""

from datetime import datetime
from pathlib import Path

from config.clock import CHINA
from config.settings import Settings


class NoStickError(Exception):
    """No stick is mounted where the settings say."""


def place_on_stick(settings: Settings, what: str, ending: str, now: datetime) -> Path:
    """A new file's place on the stick: its name says what it is, of which kiosk and when. Raises ``NoStickError``."""
    stick = Path(settings.staff.stick_directory)
    if not stick.is_mount():
        raise NoStickError
    return stick / f"{settings.hall.receipt_prefix}-{what}-{now.astimezone(CHINA):%Y%m%d-%H%M%S}.{ending}"
