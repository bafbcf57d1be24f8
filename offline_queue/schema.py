"""The tables of the queue, and the promises that are asserted whenever they are opened.

Times are whole microseconds since 1970 UTC, so that what is read equals what was written. ``kiosk.latest`` is the
latest time known here, below which the clock can only be wrong; ``kiosk.closed`` is why nothing new is taken.
"""

import sqlite3
from datetime import UTC, datetime, timedelta

from config.faults import FaultCode
from offline_queue.model import QueueError

SCHEMA_VERSION = 2
COPY = "copy"  # closed: opened from a backup, and the gateway has not been asked yet
RESTORED = "restored"  # closed: the gateway knows a higher number than this database

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOG_PAGES = 2000  # 8 MB; housekeeping empties the log at quiet moments, so that hardly any citizen waits for it
_FULL = 2  # the number under which SQLite reports synchronous=FULL
_IN_MEMORY = 2  # temp_store=MEMORY
INCREMENTAL = 2  # and auto_vacuum=INCREMENTAL

_TABLES = """
CREATE TABLE kiosk (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    name TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    latest INTEGER NOT NULL DEFAULT 0,
    closed TEXT
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
    stored_sure INTEGER NOT NULL,
    stored_boot TEXT NOT NULL,
    stored_uptime INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('pending', 'sending', 'accepted', 'refused', 'superseded', 'expiring', 'expired')
    ),
    attempts INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    problem TEXT,
    answer TEXT NOT NULL,
    envelope TEXT NOT NULL,
    envelope_sha256 TEXT NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    open INTEGER NOT NULL AS (state IN ('pending', 'sending', 'expiring')),
    blocks INTEGER NOT NULL AS (state IN ('pending', 'sending'))
) STRICT;
CREATE INDEX open_in_order ON transactions (
    priority DESC, sequence,
    next_attempt_at, held, state, stored_boot, stored_uptime, stored_sure, occurred_at, expires_at
) WHERE open;
CREATE INDEX blocking_by_subject ON transactions (subject, sequence) WHERE blocks;
"""


def microseconds(moment: datetime) -> int:
    """The stored form of an aware time."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(stored: int) -> datetime:
    """The aware UTC time of its stored form."""
    return _EPOCH + timedelta(microseconds=stored)


def create_tables(connection: sqlite3.Connection, kiosk: str, last_sequence: int) -> None:
    """Fill an empty database."""
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # must stand before the first table
    connection.executescript(f"BEGIN;{_TABLES}PRAGMA user_version={SCHEMA_VERSION};COMMIT;")
    connection.execute("INSERT INTO kiosk (only, name, last_sequence) VALUES (1, ?, ?)", (kiosk, last_sequence))


def assert_durable(connection: sqlite3.Connection) -> None:
    """Switch the durable mode on and believe it only when SQLite says so itself."""
    (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
    (level,) = connection.execute("PRAGMA synchronous").fetchone()
    if (mode, level) != ("wal", _FULL):
        raise QueueError(FaultCode.Q_UNAVAILABLE, f"not durable: journal_mode={mode}, synchronous={level}")
    connection.execute("PRAGMA temp_store=MEMORY")  # nothing in a temporary file outside of our directory
    (place,) = connection.execute("PRAGMA temp_store").fetchone()
    if place != _IN_MEMORY:
        raise QueueError(FaultCode.Q_UNAVAILABLE, f"temporary files on disk: temp_store={place}")


def assert_sound(connection: sqlite3.Connection) -> None:
    """Check the pages and that the sequence has not gone back."""
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise QueueError(FaultCode.Q_DAMAGED, f"quick_check: {verdict}")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise QueueError(FaultCode.Q_UNAVAILABLE, f"written by a newer program: schema {version}")
    if version < 1:
        raise QueueError(FaultCode.Q_DAMAGED, "the tables are missing")
    (highest,) = connection.execute("SELECT coalesce(max(sequence), 0) FROM transactions").fetchone()
    counter = connection.execute("SELECT last_sequence FROM kiosk").fetchone()
    if counter is None:  # a disk that lost a write which it had confirmed; the pages themselves are sound
        raise QueueError(FaultCode.Q_DAMAGED, "the counter is missing")
    if highest > counter[0]:
        raise QueueError(FaultCode.Q_DAMAGED, f"sequence {highest} is beyond the counter {counter[0]}")


def assert_owner(connection: sqlite3.Connection, kiosk: str) -> None:
    """A queue belongs to the kiosk whose key signed its envelopes."""
    (owner,) = connection.execute("SELECT name FROM kiosk").fetchone()
    if owner != kiosk:
        raise QueueError(FaultCode.Q_UNAVAILABLE, f"this is the queue of {owner}, not of {kiosk}")
