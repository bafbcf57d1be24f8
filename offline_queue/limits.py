"""How much may wait: the limits, how far they are used, and when nothing new is taken any more."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from config.settings import QueueSettings

log = logging.getLogger(__name__)

_OPEN_AGAIN = 0.9  # of each limit: who is told "closed" must not see it open and close with each transaction


@dataclass(frozen=True)
class Occupancy:
    """How much there is.

    ``waiting``: transactions of which the gateway must still be told or asked; ``promised``: of them those of people,
    without the kiosk's own, whose priority is below 0; ``oldest``: how long the oldest of all has waited, None if there
    is none or nobody can know; ``bytes``: of the queue's files, without what is free inside them.
    """

    waiting: int = 0
    promised: int = 0
    oldest: timedelta | None = None
    bytes: int = 0


@dataclass(frozen=True)
class Limits:
    """At one of ``waiting``, ``age`` and ``bytes`` nothing new is taken any more.

    ``warn``: from this share (0 to 1) of any of them on the staff is warned; ``keep``: how long what is decided is
    kept. None of them can be zero.
    """

    waiting: int = 2000
    age: timedelta = timedelta(hours=48)
    bytes: int = 1 << 30
    warn: float = 0.8
    keep: timedelta = timedelta(days=180)

    @classmethod
    def of(cls, settings: QueueSettings) -> Self:
        """The limits that a hall has set."""
        return cls(
            waiting=settings.most_waiting,
            age=timedelta(hours=settings.longest_wait_hours),
            bytes=settings.most_megabytes * 1_000_000,
            warn=settings.warn_percent / 100,
            keep=timedelta(days=settings.keep_days),
        )

    def share(self, occupancy: Occupancy) -> float:
        """How far the limit that is nearest is used: 1 is full. An age that nobody knows counts as none."""
        return max(
            occupancy.waiting / self.waiting,
            (occupancy.oldest or timedelta()) / self.age,
            occupancy.bytes / self.bytes,
        )


class Gauge:
    """Full or not, with hysteresis; each change is logged once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.occupancy = Occupancy()
        self.full = False
        self.nearly_full = False

    def read(self, occupancy: Occupancy) -> None:
        """Take over how much there is now."""
        self.occupancy = occupancy
        share = self._limits.share(occupancy)
        was_full, was_warned = self.full, self.nearly_full
        self.full = share >= (_OPEN_AGAIN if was_full else 1)
        self.nearly_full = self.full or share >= self._limits.warn * (_OPEN_AGAIN if was_warned else 1)
        if self.full and not was_full:
            self._tell(logging.ERROR, "queue_full")
        elif was_full and not self.full:
            self._tell(logging.INFO, "queue_open_again")
        elif self.nearly_full and not was_warned:
            self._tell(logging.WARNING, "queue_nearly_full")

    def _tell(self, level: int, event: str) -> None:
        oldest = self.occupancy.oldest
        fields = {
            "transactions": self.occupancy.waiting,
            "bytes": self.occupancy.bytes,
            "seconds": None if oldest is None else round(oldest.total_seconds()),
        }
        log.log(level, event, extra=fields)
