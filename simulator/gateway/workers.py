"""The reference gateway as several processes behind one port, on one PostgreSQL: more than one core, and no less true.

Each worker is a process with its own socket on the shared port; the kernel deals the connections out. What they must
agree about is in the database and in the directory of the keys. Faults on demand are not offered here: a switch would
be set in one of them only.
"""

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Self

from simulator import people, processes
from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory
from simulator.gateway.rules.facts import LOSS
from simulator.gateway.seed import no_portrait
from simulator.gateway.server import utc_now
from simulator.gateway.state import GatewayState

_START_SECONDS = 60.0
_STOP_SECONDS = 10.0


class GatewayWorkers:
    """Several workers; may be stopped and started again on their port. ``state``: their records, read from here."""

    def __init__(
        self, directory: Path, port: int = 0, *, workers: int, database_url: str, loss: timedelta = LOSS
    ) -> None:
        """``database_url``: of a PostgreSQL; with another database this raises ValueError."""
        if not database_url.startswith("postgresql"):
            raise ValueError("several workers need PostgreSQL")
        self._directory = directory
        self._workers = workers
        self._database_url = database_url
        self._loss = loss
        self.public_keys_file = directory / PUBLIC_KEYS_FILE
        self.state = GatewayState(
            database_url,
            KeyDirectory(directory),
            people=people.PEOPLE,
            portrait=no_portrait,
            clock=utc_now,
            loss=loss,
        )
        self._place = socket.socket()  # keeps the port for the workers, also while none is there; it never listens
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._place.bind(("127.0.0.1", port))
        self.port: int = self._place.getsockname()[1]
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """The address for kiosks."""
        return f"http://127.0.0.1:{self.port}"

    def register(self, public_jwk_file: Path) -> str:
        """Believe the kiosk whose public key is in the file; returns its name."""
        return self.state.register(json.loads(public_jwk_file.read_text("utf-8")))

    def start(self) -> Self:
        """Start the workers, and return when all of them answer. Raises RuntimeError when one does not."""
        ready = [self._start_worker(number) for number in range(1, self._workers + 1)]
        try:
            for end in ready:
                self._await_word(end)
        except BaseException:
            self.stop()
            raise
        finally:
            for end in ready:
                os.close(end)
        return self

    def _await_word(self, end: int) -> None:
        told, _, _ = select.select([end], [], [], _START_SECONDS)
        if not told or os.read(end, 1) == b"":
            raise RuntimeError(f"a worker of the gateway did not start, see {self._directory}/worker-*.log")

    def _start_worker(self, number: int) -> int:
        """Start a worker; returns the end of a pipe from which a byte can be read once it answers."""
        mine, its = os.pipe()
        program = [sys.executable, "-m", "simulator.gateway", "--directory", str(self._directory)]
        options = ["--port", str(self.port), "--database", self._database_url]
        options += ["--loss-seconds", str(self._loss.total_seconds()), "--one-of-several", str(its)]
        log = self._directory / f"worker-{number}.log"
        try:
            worker = processes.start([*program, *options], log, pass_fds=[its])
        finally:
            os.close(its)
        self.processes.append(worker)
        return mine

    def stop(self) -> None:
        """End the workers: from now on the gateway is unreachable. Its records stay."""
        for worker in self.processes:
            worker.terminate()
        while self.processes:
            worker = self.processes.pop()
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(_STOP_SECONDS)  # a second word would interrupt its farewell
            processes.end(worker)

    def close(self) -> None:
        """Stop for good and close the database."""
        self.stop()
        self._place.close()
        self.state.engine.dispose()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.close()
