"""How large the queue's files are, in bytes."""

import sqlite3
from pathlib import Path

from offline_queue import files
from offline_queue.connections import pragma


def wal_bytes(directory: Path) -> int:
    """The size of the write-ahead log; 0 if there is none."""
    try:
        return (directory / files.WAL).stat().st_size
    except FileNotFoundError:
        return 0


def bytes_used(connection: sqlite3.Connection, directory: Path) -> int:
    """The database's pages without the free ones, and the write-ahead log."""
    pages = int(pragma(connection, "page_count")) - int(pragma(connection, "freelist_count"))
    return pages * int(pragma(connection, "page_size")) + wal_bytes(directory)
