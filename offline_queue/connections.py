"""Connections to the database: the writer's, a reader's, and a technician's beside the running kiosk."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offline_queue import files

_BUSY_SECONDS = 5.0  # a technician's command may hold the database for a moment


@contextmanager
def connected(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """A connection to ``file`` that is closed at the end; it is never made. ``mode``: "ro" or "rw"."""
    connection = connect(file, mode)
    try:
        yield connection
    finally:
        connection.close()


def connect(file: Path, mode: str) -> sqlite3.Connection:
    """Open ``file``, which must be there."""
    address = f"{file.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
    connection.row_factory = sqlite3.Row
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One change, whole or not at all; on disk when this ends. Raises ``QueueError``."""
    with files.queue_errors():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def pragma(connection: sqlite3.Connection, name: str) -> int | str:
    """What SQLite says about one of its settings or counts."""
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return value  # type: ignore[no-any-return]  # SQLite's own answer is a number or a word


def copy_into(new: Path, source: sqlite3.Connection) -> None:
    """Copy what ``source`` shows at this moment into the empty file ``new``, with nothing beside it."""
    with connected(new, "rw") as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # a copy is one file; the kiosk that opens it switches back
