"""Time: China's for people to read; for the queue an instant that stays right whatever the wall clock does.

The machines of a hall have wall clocks without a battery, that somebody sets by hand, or that a service puts right in
one jump. The boot clock (CLOCK_BOOTTIME) does none of that: it counts the seconds since the machine was switched on,
also while it sleeps, and knows neither summer time nor leap seconds. What the gateway says about the time is believed.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Self

# One time for the whole country, without summer time since 1991.
CHINA = timezone(timedelta(hours=8))

_ON_THE_WAY = timedelta(seconds=2)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Instant:
    """One moment, as well as this machine knows it.

    ``sure``: ``time`` follows the gateway's. ``uptime``: seconds since the start named ``boot``; between two instants
    of the same boot the difference is exact, whatever the wall clock did meanwhile.
    """

    time: datetime
    sure: bool
    boot: str
    uptime: float

    def seconds_since(self, earlier: "Instant") -> float | None:
        """Seconds from ``earlier`` to this instant; None when nobody can know."""
        if self.boot == earlier.boot:
            return self.uptime - earlier.uptime
        if self.sure and earlier.sure:
            return (self.time - earlier.time).total_seconds()
        return None


Clock = Callable[[], Instant]


def now() -> datetime:
    """The wall clock's time."""
    return datetime.now(CHINA)


def certain(wall: Callable[[], datetime]) -> Clock:
    """A clock that is right because it is declared to be: of the simulated hall, and of a gateway's own machine."""

    def instant() -> Instant:
        told = wall()
        return Instant(told, sure=True, boot="certain", uptime=told.timestamp())

    return instant


def boot_id() -> str:
    """The kernel's name for this start of the machine."""
    return _BOOT_ID.read_text("ascii").strip()


def boot_seconds() -> float:
    """Seconds since the machine was switched on, asleep or awake."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Timekeeper:
    """The kiosk's clock. Read once from the wall, then carried on by the boot clock, and set right by the gateway.

    May be used from any thread.
    """

    def __init__(
        self,
        not_before: datetime | None = None,
        *,
        wall: Callable[[], datetime] = now,
        uptime: Callable[[], float] = boot_seconds,
        boot: str | None = None,
    ) -> None:
        """``not_before``: the latest time this kiosk ever knew; a wall clock behind it is certainly wrong."""
        self._uptime = uptime
        self._boot = boot or boot_id()
        self._guard = threading.Lock()
        self._sure = False
        told = wall()
        told = told if not_before is None else max(told, not_before)
        self._at_zero = told - timedelta(seconds=self._uptime())

    @classmethod
    def like(cls, wall: Callable[[], datetime]) -> Self:
        """A clock that goes as ``wall`` says, for trials on another day."""
        return cls(wall=wall, uptime=lambda: wall().timestamp(), boot="trial")

    def __call__(self) -> Instant:
        """This instant."""
        with self._guard:
            uptime = self._uptime()
            return Instant(self._at_zero + timedelta(seconds=uptime), self._sure, self._boot, uptime)

    def now(self) -> datetime:
        """The time in China."""
        return self().time.astimezone(CHINA)

    def hear(self, gateway_time: datetime) -> timedelta:
        """Believe the gateway's time, heard just now; returns by how much the clock was wrong until then.

        Once it is set right, a difference that the way of the answer explains changes nothing more.
        """
        with self._guard:
            before = self._at_zero
            wrong = gateway_time - timedelta(seconds=self._uptime()) - before
            if not self._sure or abs(wrong) > _ON_THE_WAY:
                self._at_zero = before + wrong
            self._sure = True
            return wrong
