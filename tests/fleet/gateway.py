"""The reference gateway as a program of its own, as a hall has it: not in the process that measures it."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Self

from simulator import processes
from simulator.gateway.server import GatewayServer

_START_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class GatewayProcess:
    """``python -m simulator.gateway`` on ``directory``; ``books`` is the same database, open here as well."""

    def __init__(self, directory: Path, *, database: str | None = None, workers: int = 1) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.books = GatewayServer(directory, database_url=database)
        self._log = directory / "gateway.log"
        self._command = [sys.executable, "-m", "simulator.gateway", "--directory", str(directory)]
        self._command += ["--port", str(self.port)]
        self._command += ["--database", database] if database else []
        self._command += ["--workers", str(workers)] if workers > 1 else []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it answers."""
        self._process = processes.start(self._command, self._log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the gateway did not start: {self._log.read_text('utf-8')[-2000:]}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/v1/health", timeout=2):
                return True
        except OSError:
            return False

    def close(self) -> None:
        """End the program and close the books."""
        processes.end(self._process)
        self.books.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
