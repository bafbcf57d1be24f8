"""A device that comes and goes again and again counts as away for a while, so that nobody is sent to it in between.

Pure: moments are seconds of any clock that only goes forward.
"""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Damping:
    """When a device counts as unstable. All but ``departures`` and ``growth`` are seconds.

    After ``departures`` within ``window`` it is held for ``first`` seconds, ``growth`` times as long each further time,
    up to ``longest``; after ``quiet`` seconds without a departure it begins anew.
    """

    departures: int = 5
    window: float = 120.0
    first: float = 60.0
    growth: float = 2.0
    longest: float = 900.0
    quiet: float = 1800.0


class FlapDamper:
    """Watches the departures of one device."""

    def __init__(self, damping: Damping | None = None) -> None:
        self._damping = damping or Damping()
        self._departures: deque[float] = deque(maxlen=self._damping.departures)
        self._hold = 0.0  # seconds of the last one
        self._held_until = float("-inf")

    def departed(self, now: float) -> None:
        """The device was there, and is not any more."""
        rules = self._damping
        if self._departures and now - self._departures[-1] > rules.quiet:
            self._departures.clear()
            self._hold = 0.0
        self._departures.append(now)
        if len(self._departures) == rules.departures and now - self._departures[0] <= rules.window:
            self._hold = min(self._hold * rules.growth or rules.first, rules.longest)
            self._held_until = now + self._hold
            while len(self._departures) > 1:  # a further hold needs as many departures anew
                self._departures.popleft()

    def holds(self, now: float) -> bool:
        """Whether it counts as away, however it is."""
        return now < self._held_until

    def remaining(self, now: float) -> float:
        """Seconds for which it is still held."""
        return max(self._held_until - now, 0.0)
