"""Tells systemd that the kiosk is ready, and then, again and again, that it is alive.

``feed`` is called by the loop that draws the screen, so a screen that hangs is not fed for; and it feeds only while the
queue's worker and the devices' threads have moved as well (sd_notify(3), WatchdogSec= in systemd.service(5)).
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)

_LONGEST = 120.0  # seconds in which each part has moved; a stuck thread of a device has been replaced long before


class Notifier:
    """Sends states to the service manager; without one (``NOTIFY_SOCKET`` is not set) it says nothing."""

    def __init__(self, address: str | None = None) -> None:
        """``address``: path of the manager's datagram socket, an abstract one after "@"; None: the environment's."""
        named = os.environ.get("NOTIFY_SOCKET", "") if address is None else address
        self._address = "\0" + named[1:] if named.startswith("@") else named

    def tell(self, *states: str) -> None:
        """Send lines such as ``READY=1``. A manager that does not listen any more is no reason to fail."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.sendto("\n".join(states).encode(), self._address)
        except OSError as error:
            log.warning("service_manager_out_of_reach", extra={"reason": error.strerror})


def feeding_seconds() -> float | None:
    """How often to feed: half of what the manager waits (``WATCHDOG_USEC``); None if it does not watch this process."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2e6 if microseconds.isdecimal() and int(microseconds) > 0 else None


class Watchdog:
    """Feeds the service manager's watchdog while everything that has to move does."""

    def __init__(
        self,
        notifier: Notifier,
        pulses: Mapping[str, Callable[[], int]],
        clock: Callable[[], float] = time.monotonic,
        longest: float = _LONGEST,
    ) -> None:
        """``pulses``: by the name of each part a count that grows while it works. ``longest``: seconds it may rest."""
        self._notifier = notifier
        self._pulses = pulses
        self._clock = clock
        self._longest = longest
        now = clock()
        self._seen = {name: (pulse(), now) for name, pulse in pulses.items()}
        self._starving = False

    def feed(self) -> None:
        """Say that the kiosk is alive, unless a part of it has stood still for too long."""
        still = self._standing_still()
        if not still:
            self._notifier.tell("WATCHDOG=1")
        elif not self._starving:
            log.error("watchdog_not_fed", extra={"parts": still})
        self._starving = bool(still)

    def _standing_still(self) -> list[str]:
        now = self._clock()
        for name, pulse in self._pulses.items():
            count = pulse()
            if count != self._seen[name][0]:
                self._seen[name] = (count, now)
        return [name for name, (_, moved) in self._seen.items() if now - moved > self._longest]
