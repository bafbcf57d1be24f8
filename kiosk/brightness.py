"""Keeps the screen as bright as the hall's schedule says, and at its full light while somebody is there."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from config.clock import CHINA
from drivers.display.backlight import Backlight
from drivers.display.schedule import FULL, Schedule

log = logging.getLogger(__name__)

_POLL = 0.2  # seconds: who touches a dark screen does not wait for its light


class Lit(Protocol):
    """What is lit: the stage."""

    @property
    def attended(self) -> bool:
        """True while somebody is there."""

    def dim(self, percent: int) -> None:
        """Draw everything as dark as that, where the light itself cannot be changed."""


async def keep_brightness(screen: Lit, backlight: Backlight, schedule: Schedule, now: Callable[[], datetime]) -> None:
    """Follow ``schedule`` until cancelled; then full light again, for whoever looks at the screen next."""
    present = None
    try:
        while True:
            percent = FULL if screen.attended else schedule.percent(now().astimezone(CHINA).time())
            if percent != present:
                done = await asyncio.to_thread(backlight.set, percent)
                screen.dim(FULL if done else percent)
                log.info("brightness", extra={"percent": percent, "by": "backlight" if done else "veil"})
                present = percent
            await asyncio.sleep(_POLL)
    finally:
        if present not in {None, FULL}:
            backlight.set(FULL)
