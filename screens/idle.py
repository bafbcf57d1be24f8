"""The idle countdown: pure, over a clock in seconds."""

from collections.abc import Callable
from enum import Enum, auto


class Idle(Enum):
    """Where the countdown stands."""

    CALM = auto()
    WARNING = auto()
    OVER = auto()


class IdleCountdown:
    """Counts the seconds without a sign of life; the last ``warning`` of them are shown."""

    def __init__(self, seconds: float, warning: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._warning = min(warning, seconds)
        self._clock = clock
        self._since: float | None = None
        self._paused_at: float | None = None

    def restart(self) -> None:
        """Count from the beginning; somebody is there."""
        self._since, self._paused_at = self._clock(), None

    def stop(self) -> None:
        """Nobody needs to be there."""
        self._since = self._paused_at = None

    def pause(self) -> None:
        """From now on no time passes, until ``resume``."""
        if self._since is not None and self._paused_at is None:
            self._paused_at = self._clock()

    def resume(self) -> None:
        """Time passes again, from where it stood; from the beginning if it was stopped."""
        if self._since is None:
            self.restart()
        elif self._paused_at is not None:
            self._since += self._clock() - self._paused_at
            self._paused_at = None

    @property
    def remaining(self) -> float:
        """Seconds left; endless while stopped."""
        if self._since is None:
            return float("inf")
        now = self._clock() if self._paused_at is None else self._paused_at
        return self._since + self._seconds - now

    @property
    def state(self) -> Idle:
        """Calm, in the last seconds, or over."""
        remaining = self.remaining
        if remaining <= 0:
            return Idle.OVER
        return Idle.WARNING if remaining <= self._warning else Idle.CALM
