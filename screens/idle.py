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

    def restart(self) -> None:
        """Somebody is there."""
        self._since = self._clock()

    def stop(self) -> None:
        """Nobody needs to be there."""
        self._since = None

    @property
    def remaining(self) -> float:
        """Seconds left; endless while stopped."""
        if self._since is None:
            return float("inf")
        return self._since + self._seconds - self._clock()

    @property
    def state(self) -> Idle:
        """Calm, in the last seconds, or over."""
        remaining = self.remaining
        if remaining <= 0:
            return Idle.OVER
        return Idle.WARNING if remaining <= self._warning else Idle.CALM
