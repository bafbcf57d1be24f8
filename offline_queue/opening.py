"""Opening the database: made in one step, checked before it is trusted, set aside whole when it is damaged."""

import contextlib
import logging
import sqlite3
from datetime import datetime
from pathlib import Path

from config.faults import FaultCode
from config.files import sync_directory
from offline_queue import files
from offline_queue.connections import connect, connected, pragma
from offline_queue.migrations import migrate
from offline_queue.model import QueueError
from offline_queue.rows import from_columns
from offline_queue.schema import SCHEMA_VERSION, assert_durable, assert_owner, assert_sound, create_tables, moment

log = logging.getLogger(__name__)


def open_database(directory: Path, kiosk: str, now: datetime) -> sqlite3.Connection:
    """Open the queue of ``kiosk``, making it if there never was one. The caller holds the lock.

    Raises:
        QueueError: ``Q_DAMAGED`` if it was damaged or taken away. What there was has been set aside, and no new queue
            is begun until ``offline_queue.copies.resume`` says where the sequence goes on.
    """
    if not (directory / files.DATABASE).exists():
        _demand_first_start(directory, now)
        with files.queue_errors():
            create_database(directory, kiosk, last_sequence=0)
    try:
        with files.queue_errors():
            _roll_back(directory)
            _inspect(directory, kiosk)
            return _connect(directory)
    except QueueError as error:
        if error.code is not FaultCode.Q_DAMAGED:
            raise
        place = _set_aside(directory, now, error.detail)
        raise QueueError(FaultCode.Q_DAMAGED, f"{error.detail}; set aside as {place.name}") from error


def latest_time(directory: Path) -> datetime | None:
    """The latest time that the queue in ``directory`` was told; None if there is none that can be read.

    The wall clock at a start must not be believed when it is earlier: this is read before the queue is opened.
    """
    with contextlib.suppress(sqlite3.Error), connected(directory / files.DATABASE, "ro") as connection:
        found = connection.execute("SELECT latest FROM kiosk").fetchone()
        return None if found is None else moment(found[0])
    return None


def create_database(directory: Path, kiosk: str, last_sequence: int) -> None:
    """Build an empty queue beside its place and rename it, so that a half-made one is never found."""
    with files.new_file(directory / files.DATABASE) as new, connected(new, "rw") as connection:
        create_tables(connection, kiosk, last_sequence)


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


def _roll_back(directory: Path) -> None:
    """Undo a switch to the durable mode that a crash has cut short: a reader cannot, and would refuse for ever."""
    if (directory / files.ROLLBACK_JOURNAL).exists():
        with connected(directory / files.DATABASE, "rw") as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _inspect(directory: Path, kiosk: str) -> None:
    """Check the database read-only.

    Closing any other kind of connection would write the WAL into the damaged file, which must stay as it is.
    """
    with connected(directory / files.DATABASE, "ro") as connection:
        assert_sound(connection)
        assert_owner(connection, kiosk)
        if pragma(connection, "user_version") == SCHEMA_VERSION:
            for row in connection.execute("SELECT * FROM transactions WHERE open"):  # each of them will be sent
                from_columns(row)


def _connect(directory: Path) -> sqlite3.Connection:
    connection = connect(directory / files.DATABASE, "rw")
    try:
        assert_durable(connection)
        migrate(connection, directory)
        sync_directory(directory)
    except BaseException:
        connection.close()
        raise
    return connection
