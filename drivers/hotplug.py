"""What is plugged in and pulled out, as the kernel or udev tells: the only file that knows pyudev.

Nothing depends on it: the watchers of the devices look by themselves too. Where there is no udev, as in a container,
nothing is ever told, and that looking is all there is.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyudev

log = logging.getLogger(__name__)

_UDEV_RUNS = Path("/run/udev/control")
_COMING_AND_GOING = {"add", "remove", "change", "bind", "unbind"}


@dataclass(frozen=True)
class Plugged:
    """Something came or went. ``action`` and ``subsystem`` are the kernel's words: "add", "video4linux"."""

    action: str
    subsystem: str


class EventSource(Protocol):
    """Where events come from. ``fileno`` can be read as soon as ``taken`` has something to give."""

    def fileno(self) -> int:
        """To wait on."""
        ...

    def taken(self) -> Iterable[Plugged]:
        """What has come in; never waits."""
        ...


class UdevSource:
    """The events of udev, or of the kernel itself where udev does not run. Raises ``OSError``, ``ImportError``."""

    def __init__(self) -> None:
        source = "udev" if _UDEV_RUNS.exists() else "kernel"
        self._monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source=source)
        self._monitor.start()

    def fileno(self) -> int:
        """To wait on."""
        return int(self._monitor.fileno())

    def taken(self) -> Iterable[Plugged]:
        """What has come in; never waits."""
        while (device := self._monitor.poll(timeout=0)) is not None:
            yield Plugged(str(device.action), str(device.subsystem))


def system_source() -> EventSource | None:
    """The events of this machine; None where the system gives none."""
    try:
        return UdevSource()
    except (ImportError, OSError) as error:  # no libudev, or no netlink in this container
        log.info("hot_plug_not_told", extra={"error": type(error).__name__})
        return None


async def follow(source: EventSource | None, rings: Callable[[Plugged], Iterable[Callable[[], object]]]) -> None:
    """Ring for each event whatever ``rings`` names; for ever, until cancelled."""
    loop = asyncio.get_running_loop()
    if source is None:
        await asyncio.Event().wait()
        return

    def read() -> None:
        for event in source.taken():
            if event.action in _COMING_AND_GOING:
                for ring in rings(event):
                    ring()

    loop.add_reader(source.fileno(), read)
    try:
        await asyncio.Event().wait()
    finally:
        loop.remove_reader(source.fileno())
