"""Serves the bench page from a thread of its own."""

import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn

from simulator.bench.application import KioskLink, bench_application
from simulator.hall import Hall

USUAL_PORT = 8765


class Bench:
    """The bench page of ``hall``. Use as a context manager; ``kiosk`` may be changed while it runs."""

    def __init__(self, hall: Hall, port: int = 0) -> None:
        self.kiosk = KioskLink()
        self._socket = _listen(port)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        configuration = uvicorn.Config(
            bench_application(hall, self.kiosk),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(configuration)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="bench", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def _listen(port: int) -> socket.socket:
    """A socket on ``port`` of the loopback, or on any other if that one is taken."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        if port == 0:
            raise
        return socket.create_server(("127.0.0.1", 0))
