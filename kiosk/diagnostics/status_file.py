"""What the running kiosk says of itself: a small file, written anew every few seconds, for ``kiosk status``.

It lies in the service's runtime directory (in memory) if there is one, else in the data directory, and names no person.
A kiosk that hangs or has ended is known by the file's age.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from config.clock import boot_id, boot_seconds
from config.files import replace
from config.settings import Settings
from drivers.facts import DeviceFacts
from drivers.printer.paper_used import paper_left
from drivers.tally import Tally
from kiosk.catalogue import load_matters, offers
from kiosk.devices import Devices
from kiosk.gateway import Gateway
from offline_queue.queue import OfflineQueue

_FILE = "status.json"
_EVERY = 3.0  # seconds
_STALE = 15.0  # seconds after which nobody believes it any more
_RUNTIME_DIRECTORIES = (os.environ.get("RUNTIME_DIRECTORY", ""), "/run/hall-kiosk")


class RunningState:
    """The state of a running kiosk, put together from its parts."""

    def __init__(
        self,
        settings: Settings,
        devices: Devices,
        tally: Tally,
        gateway: Gateway,
        queue: OfflineQueue,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._devices = devices
        self._tally = tally
        self._gateway = gateway
        self._queue = queue
        self._now = now
        self._started = boot_seconds()
        self._services = sorted({str(offer.service.flow) for offer in offers(load_matters(), settings.matters)})

    def record(self) -> dict[str, Any]:
        """Everything at this moment, for JSON."""
        waiting = self._queue.occupancy
        return {
            "process": os.getpid(),
            "boot": boot_id(),
            "written_at": boot_seconds(),
            "time": self._now().isoformat(timespec="seconds"),
            "uptime": round(boot_seconds() - self._started),
            "version": version("hall-kiosk"),
            "hall": self._settings.hall.name,
            "kiosk": self._settings.hall.kiosk,
            "data_directory": str(self._settings.data_directory),
            "online": self._gateway.online,
            "queue": {
                "waiting": waiting.waiting,
                "oldest_seconds": None if waiting.oldest is None else round(waiting.oldest.total_seconds()),
                "closed": self._queue.closed,
            },
            "services": [] if self._queue.closed else self._services,
            "paper_left_metres": round(paper_left(self._tally, self._settings.printer.roll_metres), 1),
            "devices": [record_of(facts) for facts in self._devices.facts],
        }


def record_of(facts: DeviceFacts) -> dict[str, Any]:
    """One device for JSON."""
    last = facts.last_fault
    return {
        "device": facts.device,
        "state": facts.health.state,
        "fault": facts.health.fault,
        "detail": facts.health.detail,
        "unchanged_seconds": round(facts.unchanged),
        "identity": {name: value for name, value in vars(facts.identity).items() if value},
        "last_fault": last and {"code": last.code, "detail": last.detail, "seconds_ago": round(last.seconds_ago)},
        "returns": facts.returns,
        "replaced_threads": facts.replaced_threads,
        "counts": dict(facts.counts),
    }


@dataclass(frozen=True)
class StatusFile:
    """The file of one kiosk. ``places``: where it may be; it is written to the first that is there."""

    data_directory: Path
    places: tuple[Path, ...]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """That of the kiosk with these settings."""
        runtime = tuple(Path(place) for place in _RUNTIME_DIRECTORIES if place)
        return cls(settings.data_directory, (*runtime, settings.data_directory))

    async def run(self, state: Callable[[], Mapping[str, Any]]) -> None:
        """Write it every few seconds; for ever, until cancelled. A disk that refuses is no reason to stop."""
        while True:
            record = state()
            with contextlib.suppress(OSError):  # then the file gets old, and the kiosk counts as not running
                await asyncio.to_thread(self.write, record)
            await asyncio.sleep(_EVERY)

    def write(self, record: Mapping[str, Any]) -> None:
        """Replace it. Raises ``OSError``."""
        own = os.environ.get("RUNTIME_DIRECTORY", "")
        place = Path(own) if own else self.data_directory
        replace(place / _FILE, json.dumps(record, ensure_ascii=False).encode(), lasting=False)

    def read(self) -> dict[str, Any] | None:
        """What the running kiosk has said last; None if none runs, or it says nothing any more."""
        for place in self.places:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                record: dict[str, Any] = json.loads((place / _FILE).read_bytes())
                mine = record["data_directory"] == str(self.data_directory)
                if mine and record["boot"] == boot_id() and boot_seconds() - record["written_at"] < _STALE:
                    return record
        return None

    def remove(self) -> None:
        """The kiosk ends: nobody need wait until the file is old."""
        for place in self.places:
            record = self.read()
            if record is not None and record["process"] == os.getpid():
                with contextlib.suppress(OSError):
                    (place / _FILE).unlink(missing_ok=True)
