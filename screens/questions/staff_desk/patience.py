"""Waits for a touch, for pages that a broken touch screen must not hold for ever."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock


class Patience:
    """After ``seconds`` without ``restart`` it calls ``over``."""

    def __init__(self, seconds: float, over: Callable[[], None]) -> None:
        self._seconds = seconds
        self._over = over
        self._waiting: Any = None

    def restart(self) -> None:
        """Begin to wait anew."""
        self.stop()
        self._waiting = Clock.schedule_once(lambda _: self._over(), self._seconds)

    def stop(self) -> None:
        """Wait no more."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
