"""Where Prometheus finds the figures: a port on this machine alone, or a file for node_exporter."""

import asyncio
import logging
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server, write_to_textfile

from config.upkeep import MetricsSettings

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
_FILE_EVERY = 15.0  # seconds


class MetricsServer:
    """The port, on a thread of its own until ``close``."""

    def __init__(self, server: WSGIServer, thread: threading.Thread) -> None:
        self._server = server
        self._thread = thread

    @classmethod
    def start(cls, port: int, registry: CollectorRegistry) -> Self | None:
        """Answer on ``port``; None if it is off (0), or taken, which keeps no citizen from being served."""
        if port == 0:
            return None
        try:
            return cls(*start_http_server(port, LOOPBACK, registry))
        except OSError as error:
            log.error("metrics_not_served", extra={"reason": error.strerror})  # noqa: TRY400 - the reason says all
            return None

    def close(self) -> None:
        """Stop answering, and end the thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


async def keep_file(settings: MetricsSettings, registry: CollectorRegistry, every: float = _FILE_EVERY) -> None:
    """Write the file anew every so many seconds, until cancelled; then it is taken away."""
    if not settings.textfile:
        await asyncio.Event().wait()
    path = Path(settings.textfile)
    failing = False
    try:
        while True:
            failing = await _written(path, registry, failing=failing)
            await asyncio.sleep(every)
    finally:
        _take_away(path)


def _take_away(path: Path) -> None:
    """Else node_exporter would show the last figures for ever."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


async def _written(path: Path, registry: CollectorRegistry, *, failing: bool) -> bool:
    """Whether the writing fails; said once."""
    try:
        await asyncio.to_thread(write_to_textfile, str(path), registry)
    except OSError as error:
        if not failing:
            log.error("metrics_not_written", extra={"reason": error.strerror})  # noqa: TRY400 - the reason says all
        return True
    return False
