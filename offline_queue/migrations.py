"""From an older program's tables to the present ones: each step whole or not at all, after a copy was made.

A step that touches the transactions does not run while any of them waits: the program that wrote them delivers them
first. What each step makes is written out here and never changes, whatever later steps do with it.
"""

import hashlib
import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from config.faults import FaultCode
from offline_queue import files
from offline_queue.connections import copy_into, pragma, transaction
from offline_queue.model import QueueError
from offline_queue.schema import INCREMENTAL, SCHEMA_VERSION

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Migration:
    """One step to schema ``version``. ``touches_transactions``: it reads or changes what may be on its way."""

    version: int
    touches_transactions: bool
    statements: tuple[str, ...]


_VERSION_2 = Migration(
    version=2,
    touches_transactions=True,
    statements=(
        "ALTER TABLE kiosk RENAME TO old_kiosk",
        "ALTER TABLE transactions RENAME TO old_transactions",
        """CREATE TABLE kiosk (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    name TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    latest INTEGER NOT NULL DEFAULT 0,
    closed TEXT
) STRICT""",
        """CREATE TABLE transactions (
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
) STRICT""",
        """INSERT INTO kiosk
SELECT only, name, last_sequence, (SELECT coalesce(max(stored_at), 0) FROM old_transactions), NULL FROM old_kiosk""",
        # The clock of version 1 was nobody's but the wall's. Its gateway was not told what had expired: now it is.
        """INSERT INTO transactions
SELECT sequence, id, kind, priority, subject, occurred_at, expires_at, stored_at, FALSE, '', 0,
    iif(state = 'expired', 'expiring', state), attempts, next_attempt_at, problem, answer,
    iif(state IN ('accepted', 'superseded'), '', envelope), sha256(envelope), FALSE
FROM old_transactions""",
        "DROP TABLE old_transactions",
        "DROP TABLE old_kiosk",
        """CREATE INDEX open_in_order ON transactions (
    priority DESC, sequence,
    next_attempt_at, held, state, stored_boot, stored_uptime, stored_sure, occurred_at, expires_at
) WHERE open""",
        "CREATE INDEX blocking_by_subject ON transactions (subject, sequence) WHERE blocks",
    ),
)

MIGRATIONS = (_VERSION_2,)


def migrate(connection: sqlite3.Connection, directory: Path) -> None:
    """Bring the database of ``connection`` to the present version; that of a newer program was refused before.

    Raises:
        QueueError: transactions wait that a step would touch. Nothing was changed.
    """
    present = int(pragma(connection, "user_version"))
    steps = [step for step in MIGRATIONS if step.version > present]
    if steps:
        _demand_none_waits(connection, steps)
        _keep_copy(connection, directory / f"queue-schema-{present}.db")
        connection.create_function("sha256", 1, _sha256, deterministic=True)
    for step in steps:
        _take(connection, step)
    if pragma(connection, "auto_vacuum") != INCREMENTAL:
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("VACUUM")  # what switches it on in a database that has tables


def _demand_none_waits(connection: sqlite3.Connection, steps: list[Migration]) -> None:
    if not any(step.touches_transactions for step in steps):
        return
    (waiting,) = connection.execute("SELECT count(*) FROM transactions WHERE open").fetchone()
    if waiting:
        detail = (
            f"{waiting} transactions of an older program wait, and the update to schema {SCHEMA_VERSION} would touch "
            "them: start that program again and let it deliver them first"
        )
        raise QueueError(FaultCode.Q_UNAVAILABLE, detail)


def _keep_copy(connection: sqlite3.Connection, target: Path) -> None:
    """One file with the database as it was; one of an earlier attempt that did not get further is replaced."""
    with files.new_file(target) as new:
        copy_into(new, connection)
    log.info("queue_copied", extra={"place": target.name})


def _take(connection: sqlite3.Connection, step: Migration) -> None:
    with transaction(connection):
        for statement in step.statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={step.version}")
    log.info("queue_migrated", extra={"detail": f"schema {step.version}"})


def _sha256(envelope: str) -> str:
    return hashlib.sha256(envelope.encode()).hexdigest()
