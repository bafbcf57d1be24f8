"""A private PostgreSQL for as long as it is wanted: own cluster, own socket, no port, nothing left behind."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from simulator import processes

_DEBIAN = Path("/usr/lib/postgresql")
_USER = "gateway"
_PATIENCE = 30.0
_SERVICE_USERS = ("postgres", "nobody")
_OPTIONS = ("listen_addresses=", "max_connections=200", "shared_buffers=256MB", "max_wal_size=2GB")


class PostgresMissing(Exception):
    """PostgreSQL is not installed on this machine, or it did not start; its log is named."""


def binaries() -> Path | None:
    """Where PostgreSQL's programs are, the newest version first; None when it is not installed."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


class Postgres:
    """A cluster that begins empty and ends with the ``with`` block; durable as PostgreSQL is by itself (fsync).

    The cluster has a directory of its own with a short name, because a socket's path must be short, and because
    PostgreSQL refuses to run as root and then needs a directory that another user can reach.
    """

    def __init__(self, directory: Path) -> None:
        """``directory``: where the log ``postgres.log`` is written."""
        self._log = directory / "postgres.log"
        self._home: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://{_USER}@/postgres?host={self._home}"

    def start(self) -> Self:
        """Make the cluster and wait until it answers. Raises ``PostgresMissing``."""
        programs = binaries()
        if programs is None:
            raise PostgresMissing("PostgreSQL is not installed")
        self._home = Path(tempfile.mkdtemp(prefix="postgres-"))
        data = self._home / "data"
        try:
            user = _as_service_user(self._home)
            make = [programs / "initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
            subprocess.run([*user, *map(str, make)], check=True, stdout=subprocess.DEVNULL, cwd=self._home)
            options = [part for option in _OPTIONS for part in ("-c", option)]
            serve: list[str | Path] = [*user, programs / "postgres", "-D", data, "-k", self._home, *options]
            self._process = processes.start(serve, self._log)
            self._await_start(self._process)
        except BaseException:
            self.stop()
            raise
        return self

    def _await_start(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                psycopg.connect(host=str(self._home), user=_USER, dbname="postgres").close()
            except psycopg.OperationalError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise PostgresMissing(f"PostgreSQL did not start, see {self._log}") from None
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """End it without waiting for its clients, and remove the cluster."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                processes.end(self._process)
            self._process = None
        if self._home is not None:
            shutil.rmtree(self._home)
            self._home = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _as_service_user(home: Path) -> list[str]:
    """What to put before a command so that it does not run as root; ``home`` is given to that user."""
    if os.geteuid() != 0:
        return []
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = next(known[name] for name in _SERVICE_USERS if name in known)
    os.chown(home, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig=INT"]
