"""A start that a crash cut short while the database was being switched to its durable mode."""

import shutil
from pathlib import Path

import pytest

from offline_queue import files
from offline_queue.connections import connected
from offline_queue.opening import create_database, open_database
from offline_queue.queue import utc_now


@pytest.fixture
def cut_short(tmp_path: Path) -> Path:
    """A database half changed beside the journal that can undo it, as a process leaves them that is killed."""
    making, left = tmp_path / "making", tmp_path / "queue"
    making.mkdir()
    create_database(making, "kiosk-1", last_sequence=7)
    with connected(making / files.DATABASE, "rw") as connection:
        connection.execute("PRAGMA cache_size=1")  # so that the change reaches the file before its end
        connection.execute("BEGIN")
        connection.execute("UPDATE kiosk SET last_sequence = 99")
        connection.execute("CREATE TABLE much AS SELECT zeroblob(100000) AS bytes")
        shutil.copytree(making, left)
    assert (left / files.ROLLBACK_JOURNAL).stat().st_size > 0
    return left


def test_a_switch_that_was_cut_short_is_undone_and_the_queue_opens(cut_short: Path) -> None:
    connection = open_database(cut_short, "kiosk-1", utc_now())
    assert connection.execute("SELECT last_sequence FROM kiosk").fetchone()[0] == 7
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()
    assert not (cut_short / files.ROLLBACK_JOURNAL).exists()
