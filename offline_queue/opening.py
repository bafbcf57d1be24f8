"""Opening the database: made in one step, checked before it is trusted, set aside whole when it is damaged."""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from config.faults import FaultCode
from offline_queue import files
from offline_queue.model import QueueError
from offline_queue.schema import assert_durable, assert_owner, assert_sound, create_tables, moment

log = logging.getLogger(__name__)

_BUSY_SECONDS = 5.0  # a technician's reader may hold the database for a moment


def open_database(directory: Path, kiosk: str, now: datetime) -> sqlite3.Connection:
    """Open the queue of ``kiosk``, making it if there never was one. The caller holds the lock.

    Raises:
        QueueError: ``Q_DAMAGED`` if it was damaged or taken away. What there was has been set aside, and no new queue
            is begun until ``begin_anew`` says where the sequence goes on.
    """
    if not (directory / files.DATABASE).exists():
        _demand_first_start(directory, now)
        with files.queue_errors():
            _create(directory, kiosk, last_sequence=0)
    try:
        with files.queue_errors():
            _inspect(directory, kiosk)
            return _connect(directory)
    except QueueError as error:
        if error.code is not FaultCode.Q_DAMAGED:
            raise
        place = _set_aside(directory, now, error.detail)
        raise QueueError(FaultCode.Q_DAMAGED, f"{error.detail}; set aside as {place.name}") from error


def latest_time(directory: Path) -> datetime | None:
    """The latest time that the queue in ``directory`` was ever told; None if there is none that can be read.

    The wall clock at a start must not be believed when it is earlier: this is read before the queue is opened.
    """
    with contextlib.suppress(sqlite3.Error), _reading(directory) as connection:
        (latest,) = connection.execute("SELECT latest FROM kiosk").fetchone()
        return moment(latest)
    return None


def begin_anew(directory: Path, kiosk: str, last_sequence: int) -> None:
    """Start an empty queue after a damaged one was set aside; its first row gets ``last_sequence`` + 1.

    ``last_sequence`` must not be below the highest number ever given out: the larger of what the gateway has and what
    can be read from the damaged file.
    """
    with files.queue_errors(), files.writer_lock(directory):
        if (directory / files.DATABASE).exists():
            raise QueueError(FaultCode.Q_UNAVAILABLE, "there is a queue already")
        _create(directory, kiosk, last_sequence)


def _demand_first_start(directory: Path, now: datetime) -> None:
    if files.orphans(directory):
        place = _set_aside(directory, now, "the database is gone")
        raise QueueError(FaultCode.Q_DAMAGED, f"the database is gone; what was left of it is in {place.name}")
    if (before := files.last_set_aside(directory)) is not None:
        raise QueueError(FaultCode.Q_DAMAGED, f"set aside as {before.name}; a new queue must be begun")


def _set_aside(directory: Path, now: datetime, reason: str) -> Path:
    with files.queue_errors():
        place = files.set_aside(directory, now)
    log.critical("queue_set_aside", extra={"reason": reason, "place": place.name})
    return place


def _create(directory: Path, kiosk: str, last_sequence: int) -> None:
    """Build the database beside its place and rename it, so that a half-made one is never found."""
    new = directory / "queue.new"
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    with _closing_on_error(sqlite3.connect(new, isolation_level=None)) as connection:
        create_tables(connection, kiosk, last_sequence)
    connection.close()
    files.publish(new, directory)


def _inspect(directory: Path, kiosk: str) -> None:
    """Check the database read-only.

    Closing any other kind of connection would write the WAL into the damaged file, which must stay as it is.
    """
    with _reading(directory) as connection:
        assert_sound(connection)
        assert_owner(connection, kiosk)


@contextmanager
def _reading(directory: Path) -> Iterator[sqlite3.Connection]:
    address = f"{(directory / files.DATABASE).absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
    try:
        yield connection
    finally:
        connection.close()


def _connect(directory: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(directory / files.DATABASE, isolation_level=None, timeout=_BUSY_SECONDS)
    with _closing_on_error(connection):
        connection.row_factory = sqlite3.Row
        assert_durable(connection)
        files.sync_directory(directory)
    return connection


@contextmanager
def _closing_on_error(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield connection
    except BaseException:
        connection.close()
        raise
