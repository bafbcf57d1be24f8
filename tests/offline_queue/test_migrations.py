"""From the tables of version 1 to the present ones: whole or not at all, and never under what still waits."""

import hashlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from config.clock import certain
from config.faults import FaultCode
from offline_queue import migrations
from offline_queue.migrations import Migration
from offline_queue.model import QueueError, TransactionState
from offline_queue.schema import SCHEMA_VERSION, microseconds
from offline_queue.store import Store

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
VERSION_1 = """
PRAGMA journal_mode=WAL;
CREATE TABLE kiosk (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    name TEXT NOT NULL,
    last_sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE transactions (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    priority INTEGER NOT NULL,
    subject TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'accepted', 'refused', 'superseded', 'expired')),
    attempts INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    problem TEXT,
    answer TEXT NOT NULL,
    envelope TEXT NOT NULL,
    open INTEGER NOT NULL AS (state IN ('pending', 'sending'))
) STRICT;
CREATE INDEX open_in_order ON transactions (priority DESC, sequence) WHERE open;
CREATE INDEX open_by_expiry ON transactions (expires_at) WHERE open;
CREATE INDEX open_by_age ON transactions (stored_at) WHERE open;
CREATE INDEX open_by_subject ON transactions (subject, sequence) WHERE open;
INSERT INTO kiosk VALUES (1, 'k1', 41);
PRAGMA user_version=1;
"""
DECIDED = ("accepted", "refused", "superseded", "expired")
OPEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from offline_queue.store import Store
Store(Path(sys.argv[1]), "k1", datetime.now(UTC))
"""


def version_1(directory: Path, *states: str) -> None:
    """A database as the first version of the program left it."""
    connection = sqlite3.connect(directory / "queue.db", isolation_level=None)
    connection.executescript(VERSION_1)
    at = microseconds(NOW)
    rows = [
        (number, str(UUID(int=number)), "activation", 0, "s", at, at, at, state, 1, at, None, "{}", f"sealed-{number}")
        for number, state in enumerate(states, 38)
    ]
    connection.executemany(f"INSERT INTO transactions VALUES ({', '.join('?' * 14)})", rows)
    connection.close()


def tables(file: Path) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(file)
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    connection.close()
    return [(name, " ".join(sql.replace('"', "").split())) for name, sql in found]


def asked(file: Path, query: str) -> object:
    connection = sqlite3.connect(file)
    (value,) = connection.execute(query).fetchone()
    connection.close()
    return value


def test_version_1_becomes_what_a_new_queue_is(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    Store(tmp_path / "new", "k1", NOW).close()
    version_1(tmp_path, *DECIDED)
    store = Store(tmp_path, "k1", NOW)
    rows = store.rows()
    assert store.connection.execute("PRAGMA auto_vacuum").fetchone()[0] == 2
    store.close()
    assert tables(tmp_path / "queue.db") == tables(tmp_path / "new" / "queue.db")
    assert asked(tmp_path / "queue.db", "PRAGMA user_version") == SCHEMA_VERSION
    assert [(row.sequence, row.envelope) for row in rows] == [(38, ""), (39, "sealed-39"), (40, ""), (41, "sealed-41")]
    assert [row.envelope_sha256 for row in rows] == [
        hashlib.sha256(f"sealed-{number}".encode()).hexdigest() for number in range(38, 42)
    ]
    assert {(row.stored.time, row.stored.sure, row.stored.boot, row.held) for row in rows} == {(NOW, False, "", False)}
    assert asked(tmp_path / "queue.db", "SELECT last_sequence FROM kiosk") == 41
    assert asked(tmp_path / "queue.db", "SELECT latest FROM kiosk") == microseconds(NOW)


def test_what_expired_under_version_1_is_told_to_the_gateway_now(tmp_path: Path) -> None:
    version_1(tmp_path, *DECIDED)
    store = Store(tmp_path, "k1", NOW)
    instant = certain(lambda: NOW)()
    (row,) = store.due(instant, timedelta(hours=1), 9, ())
    assert (row.sequence, row.state) == (41, TransactionState.EXPIRING)
    store.close()


@pytest.mark.parametrize("waits", ["pending", "sending"])
def test_it_does_not_run_while_something_waits(tmp_path: Path, waits: str) -> None:
    version_1(tmp_path, "accepted", waits, waits)
    before = tables(tmp_path / "queue.db")
    for _ in range(2):
        with pytest.raises(QueueError, match=r"2 transactions of an older program wait.*start that program again"):
            Store(tmp_path, "k1", NOW)
    assert tables(tmp_path / "queue.db") == before
    assert asked(tmp_path / "queue.db", "PRAGMA user_version") == 1
    assert [path.name for path in tmp_path.glob("queue-schema*")] == []


def test_a_step_that_touches_no_transaction_runs_while_something_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Migration(SCHEMA_VERSION + 1, touches_transactions=False, statements=("CREATE TABLE notes (text TEXT)",))
    Store(tmp_path, "k1", NOW).close()
    connection = sqlite3.connect(tmp_path / "queue.db")
    row = f"1, '{uuid4()}', 'k', 0, 's', 0, 0, 0, 1, 'b', 0, 'pending', 0, 0, NULL, '{{}}', 'e', 'h', 0"
    connection.execute(f"INSERT INTO transactions VALUES ({row})")
    connection.execute("UPDATE kiosk SET last_sequence = 1")
    connection.commit()
    connection.close()
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
    store = Store(tmp_path, "k1", NOW)
    assert store.connection.execute("SELECT count(*) FROM notes").fetchone()[0] == 0
    store.close()
    assert asked(tmp_path / "queue.db", "PRAGMA user_version") == SCHEMA_VERSION + 1


def test_a_copy_is_made_before(tmp_path: Path) -> None:
    version_1(tmp_path, *DECIDED)
    before = tables(tmp_path / "queue.db")
    Store(tmp_path, "k1", NOW).close()
    copy = tmp_path / "queue-schema-1.db"
    assert tables(copy) == before
    assert asked(copy, "SELECT count(*) FROM transactions") == 4
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_failure_in_the_middle_leaves_version_1_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version_1(tmp_path, *DECIDED)
    before = tables(tmp_path / "queue.db")
    (step,) = migrations.MIGRATIONS
    for broken_after in range(len(step.statements) + 1):
        statements = (*step.statements[:broken_after], "SELECT no_such_function()")
        with monkeypatch.context() as patched:
            patched.setattr(migrations, "MIGRATIONS", (Migration(2, True, statements),))
            with pytest.raises(QueueError) as caught:
                Store(tmp_path, "k1", NOW)
        assert caught.value.code is FaultCode.Q_UNAVAILABLE
        assert tables(tmp_path / "queue.db") == before
    store = Store(tmp_path, "k1", NOW)
    assert len(store.rows()) == 4
    store.close()


@pytest.mark.parametrize("dies_at", ["DROP TABLE old_transactions", "VACUUM"])
def test_killed_in_the_middle_it_is_whole_and_goes_on(tmp_path: Path, dies_at: str) -> None:
    """SQLite tells each statement before it runs it; the process dies there as at a power cut."""
    version_1(tmp_path, *DECIDED)
    dying = f"""
import os, signal, sqlite3
from offline_queue import opening
connect = opening.connect
def traced(*arguments):
    connection = connect(*arguments)
    def die(statement):
        if statement.startswith({dies_at!r}):
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(die)
    return connection
opening.connect = traced
"""
    before = tables(tmp_path / "queue.db")
    command = [sys.executable, "-c", dying + OPEN, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60)
    assert done.returncode == -signal.SIGKILL
    if dies_at != "VACUUM":
        assert asked(tmp_path / "queue.db", "PRAGMA user_version") == 1
        assert tables(tmp_path / "queue.db") == before
    store = Store(tmp_path, "k1", NOW)
    assert [row.sequence for row in store.rows()] == [38, 39, 40, 41]
    assert store.connection.execute("PRAGMA auto_vacuum").fetchone()[0] == 2
    store.close()
