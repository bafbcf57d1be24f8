"""The files of the queue: the lock of its one writer, its birth in one step, and what is set aside when damaged."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from config.faults import FaultCode
from config.files import sync_directory
from offline_queue.model import QueueError

DATABASE = "queue.db"
WAL = DATABASE + "-wal"
ROLLBACK_JOURNAL = DATABASE + "-journal"  # there only while the mode is switched
_COMPANIONS = ("", "-wal", "-shm", "-journal")
LOCK = "queue.lock"
_SET_ASIDE = "damaged-"

# The low byte of an extended result code is the primary one (sqlite.org/rescode.html).
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def queue_errors() -> Iterator[None]:
    """Turn what SQLite and the file system say into a ``QueueError``."""
    try:
        yield
    except sqlite3.Error as error:
        if isinstance(error, sqlite3.OperationalError) and not hasattr(error, "sqlite_errorcode"):
            # Not SQLite, but Python's module says so: a text is none. The message would show it.
            raise QueueError(FaultCode.Q_DAMAGED, "a text cannot be read") from None
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        fault = FaultCode.Q_DAMAGED if code in _DAMAGE else FaultCode.Q_UNAVAILABLE
        raise QueueError(fault, str(error)) from error
    except OSError as error:
        raise QueueError(FaultCode.Q_UNAVAILABLE, error.strerror or str(error)) from error


def make_directory(directory: Path) -> None:
    """Make the queue's directory, readable by its owner alone."""
    if not directory.is_dir():
        directory.mkdir(mode=0o700, parents=True)
        sync_directory(directory.parent)


class WriterLock:
    """The lock that only one process holds; the kernel releases it when the process ends, however it ends.

    flock and not a record lock, because that would let a second opener in the same process in.
    """

    def __init__(self, directory: Path) -> None:
        self._handle = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError as error:
            holder = os.pread(self._handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            self.release()
            raise QueueError(FaultCode.Q_LOCKED, f"{directory} is in use by process {holder}") from error
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._handle)


@contextmanager
def writer_lock(directory: Path) -> Iterator[None]:
    """Hold the lock for a while."""
    lock = WriterLock(directory)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """An empty file for its owner alone, which gets the name of ``target`` only when it is complete and on disk.

    A crash before that leaves ``target`` as it was; what fails is taken away.
    """
    new = target.with_name(f"{target.name}.new")
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        yield new
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.rename(target)
    except BaseException:
        for suffix in _COMPANIONS:
            new.with_name(new.name + suffix).unlink(missing_ok=True)
        raise
    sync_directory(target.parent)


def orphans(directory: Path) -> list[Path]:
    """Companion files without their database: the database was taken away."""
    if (directory / DATABASE).exists():
        return []
    return [path for suffix in _COMPANIONS[1:] if (path := directory / (DATABASE + suffix)).exists()]


def set_aside(directory: Path, now: datetime) -> Path:
    """Move the database with its companions, whole and unchanged, into a directory of its own."""
    place = directory / f"{_SET_ASIDE}{now:%Y%m%dT%H%M%S%f}"
    place.mkdir(mode=0o700)
    for suffix in _COMPANIONS:
        path = directory / (DATABASE + suffix)
        if path.exists():
            path.rename(place / path.name)
    sync_directory(place)
    sync_directory(directory)
    return place


def last_set_aside(directory: Path) -> Path | None:
    """The latest database that was set aside, if there is one."""
    return max(directory.glob(f"{_SET_ASIDE}*"), default=None)
