"""The queue on disk: one SQLite database, one writer, every change in one durable transaction.

Blocking; owned by a single thread (offline_queue/queue.py). Every method raises ``QueueError`` when the disk is full,
read-only, damaged, or locked by somebody else.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from config.clock import Instant
from config.faults import FaultCode
from offline_queue import files
from offline_queue.connections import transaction
from offline_queue.limits import Occupancy
from offline_queue.model import Draft, QueuedTransaction, QueueError, TransactionState
from offline_queue.opening import open_database
from offline_queue.rows import columns, from_columns, stored_uptime
from offline_queue.schema import COPY, RESTORED, microseconds
from offline_queue.sizes import bytes_used

Seal = Callable[[Draft, int], str]

# A time that is sure stands for itself: an unsure one of before may have been years ahead.
_LATEST = "latest = iif(:sure, :now, max(latest, :now))"
_NEXT = f"UPDATE kiosk SET last_sequence = last_sequence + 1, {_LATEST} WHERE closed IS NULL RETURNING last_sequence"  # noqa: S608 - constants
_INSERT = """
INSERT INTO transactions VALUES (
    :sequence, :id, :kind, :priority, :subject, :occurred_at, :expires_at, :stored_at, :stored_sure, :stored_boot,
    :stored_uptime, :state, :attempts, :next_attempt_at, :problem, :answer, :envelope, :envelope_sha256, :held
)
"""

# How old a row is tells the boot clock as long as the machine runs, after that the time, where both ends are sure.
_TOO_OLD = """
CASE
    WHEN stored_boot = :boot THEN :uptime - stored_uptime >= expires_at - occurred_at
    WHEN :sure AND stored_sure THEN :now >= expires_at
    ELSE FALSE
END
"""
# Whether a row of an earlier start has grown too old is known only once the time is: it waits for that.
_DUE = f"""
SELECT * FROM transactions AS row
WHERE open AND NOT held
AND (next_attempt_at <= :now OR next_attempt_at > :implausible)
AND (state <> 'pending' OR ((stored_boot = :boot OR :sure) AND NOT {_TOO_OLD}))
AND (NOT blocks OR NOT EXISTS (
    SELECT 1 FROM transactions AS earlier
    WHERE earlier.subject = row.subject AND earlier.sequence < row.sequence AND earlier.blocks
))
AND (:only IS NULL OR id IN (SELECT value FROM json_each(:only)))
ORDER BY priority DESC, sequence LIMIT :limit
"""  # noqa: S608 - put together from the constant above alone
_WAITING = """
SELECT count(*), count(*) FILTER (WHERE priority >= 0), min(iif(held, NULL, sequence)) FROM transactions WHERE open
"""
_EXPIRED = f"SELECT id FROM transactions WHERE open AND state = 'pending' AND {_TOO_OLD} LIMIT 100"  # noqa: S608 - as above


class Store:
    """An open queue database."""

    def __init__(self, directory: Path, kiosk: str, now: datetime) -> None:
        """Open the queue in ``directory``, making it if there never was one.

        Raises:
            QueueError: ``Q_LOCKED`` if another process has it; ``Q_DAMAGED`` if it was damaged: it has then been
                set aside whole, and ``begin_anew`` must say where the sequence goes on; ``Q_UNAVAILABLE`` otherwise.
        """
        with files.queue_errors():
            files.make_directory(directory)
            self._lock = files.WriterLock(directory)
        try:
            self.connection = open_database(directory, kiosk, now)
        except BaseException:
            self._lock.release()
            raise
        self.directory = directory
        self.open_rows = 0
        self.closed: str | None = None

    def _transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        return transaction(self.connection)

    def append(self, draft: Draft, seal: Seal) -> QueuedTransaction:
        """Give ``draft`` the next sequence number, seal it, and return only when it is on disk.

        Raises:
            QueueError: ``Q_RESTORED`` if the database is marked as one that may be older than what was given out.
        """
        with self._transaction() as connection:
            told = {"now": microseconds(draft.made.time), "sure": draft.made.sure}
            number = connection.execute(_NEXT, told).fetchone()
            if number is None:
                raise QueueError(FaultCode.Q_RESTORED, "nothing is taken before it is known which numbers were used")
            row = _first_state(draft, number[0], seal(draft, number[0]))
            connection.execute(_INSERT, columns(row))
        self.open_rows += 1
        return row

    def mark_sending(self, transaction_id: UUID) -> bool:
        """Say on disk that the first byte may leave; False if it may not: a technician has just stopped it."""
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE transactions SET state = 'sending' WHERE id = ? AND blocks AND NOT held", (str(transaction_id),)
            ).rowcount
        return changed == 1

    def postpone(
        self, transaction_id: UUID, state: TransactionState, problem: FaultCode | None, next_attempt_at: datetime
    ) -> None:
        """Leave the transaction open (``PENDING`` or ``SENDING``) until ``next_attempt_at``."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE transactions SET state = ?, problem = ?, next_attempt_at = ?, attempts = attempts + 1 "
                "WHERE id = ? AND open",
                (state, problem, microseconds(next_attempt_at), str(transaction_id)),
            )

    def finish(
        self, transaction_id: UUID, state: TransactionState, answer: dict[str, str], problem: FaultCode | None = None
    ) -> None:
        """Write the final state; the row stays, and what the gateway has taken no longer needs its envelope."""
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE transactions SET state = :state, answer = :answer, problem = :problem, "
                "attempts = attempts + 1, envelope = iif(:state IN ('accepted', 'superseded'), '', envelope) "
                "WHERE id = :id AND open",
                {
                    "state": state,
                    "answer": json.dumps(answer, ensure_ascii=False),
                    "problem": problem,
                    "id": str(transaction_id),
                },
            ).rowcount
        self.open_rows -= changed

    def expire(self, instant: Instant, excluding: Collection[UUID] = ()) -> list[UUID]:
        """Mark what is too old to be sent, and return it. What may have arrived already is not touched."""
        with files.queue_errors():
            found = self.connection.execute(_EXPIRED, _clock(instant)).fetchall()
        expired = [key for row in found if (key := UUID(row["id"])) not in excluding]
        if expired:
            at = microseconds(instant.time)
            with self._transaction() as connection:
                connection.executemany(
                    "UPDATE transactions SET state = 'expiring', next_attempt_at = ? "
                    "WHERE id = ? AND state = 'pending'",
                    [(at, str(transaction_id)) for transaction_id in expired],
                )
        return expired

    def due(
        self,
        instant: Instant,
        longest_wait: timedelta,
        limit: int,
        excluding: Collection[UUID],
        only: Collection[UUID] | None = None,
    ) -> list[QueuedTransaction]:
        """What may be sent now, or of it ``only`` some: by priority, then by sequence; one per subject, its oldest.

        A next attempt further away than ``longest_wait`` can only mean that the clock was put back: it is due.
        """
        limits = {
            **_clock(instant),
            "implausible": microseconds(instant.time + longest_wait),
            "limit": limit + len(excluding),
            "only": None if only is None else json.dumps([str(each) for each in only]),
        }
        with files.queue_errors():
            rows = [from_columns(found) for found in self.connection.execute(_DUE, limits)]
        return [row for row in rows if row.id not in excluding][:limit]

    def hasten(self, problems: Collection[FaultCode], next_attempt_at: datetime) -> int:
        """Send all that waits because of one of ``problems`` at that time; returns how many.

        All at the same time, what was due already too: so that what goes first by its kind does go first.
        """
        at = microseconds(next_attempt_at)
        with self._transaction() as connection:
            return connection.execute(
                "UPDATE transactions SET next_attempt_at = ? "
                "WHERE open AND problem IN (SELECT value FROM json_each(?))",
                (at, json.dumps(list(problems))),
            ).rowcount

    def get(self, transaction_id: UUID) -> QueuedTransaction:
        """The row with that id. Raises KeyError."""
        with files.queue_errors():
            found = self.connection.execute(
                "SELECT * FROM transactions WHERE id = ?", (str(transaction_id),)
            ).fetchone()
        if found is None:
            raise KeyError(transaction_id)
        return from_columns(found)

    def rows(self, after: int = 0, limit: int = 100) -> list[QueuedTransaction]:
        """Rows with a sequence beyond ``after``, in order, for technicians and audit."""
        with files.queue_errors():
            found = self.connection.execute(
                "SELECT * FROM transactions WHERE sequence > ? ORDER BY sequence LIMIT ?", (after, limit)
            )
            return [from_columns(row) for row in found]

    def measure(self, instant: Instant) -> Occupancy:
        """Count again what waits, and read the mark of a restore: technicians change both beside the kiosk.

        What a technician holds makes nothing old: it would close the kiosk.
        """
        with files.queue_errors():
            waiting, promised, first = self.connection.execute(_WAITING).fetchone()
            found = self.connection.execute("SELECT * FROM transactions WHERE sequence = ?", (first,)).fetchone()
            (self.closed,) = self.connection.execute("SELECT closed FROM kiosk").fetchone()
            used = bytes_used(self.connection, self.directory)
        self.open_rows = waiting
        seconds = None if found is None else instant.seconds_since(from_columns(found).stored)
        oldest = None if seconds is None else timedelta(seconds=max(seconds, 0))
        return Occupancy(waiting, promised, oldest, used)

    def compare(self, highest: int) -> str | None:
        """Close the queue if the gateway knows a higher number than it; else a copy is confirmed. Returns the mark."""
        with self._transaction() as connection:
            (self.closed,) = connection.execute(
                "UPDATE kiosk SET closed = CASE WHEN :highest > last_sequence THEN :restored "
                "WHEN closed = :copy THEN NULL ELSE closed END RETURNING closed",
                {"highest": highest, "restored": RESTORED, "copy": COPY},
            ).fetchone()
        return self.closed

    def close_as_restored(self) -> None:
        """Take nothing new until a technician has said where the sequence goes on (``copies.resume``)."""
        with self._transaction() as connection:
            connection.execute("UPDATE kiosk SET closed = ?", (RESTORED,))
        self.closed = RESTORED

    def remember(self, instant: Instant) -> None:
        """Write down the time, below which the clock of the next start can only be wrong."""
        with self._transaction() as connection:
            connection.execute(
                f"UPDATE kiosk SET {_LATEST}",  # noqa: S608 - a constant
                {"now": microseconds(instant.time), "sure": instant.sure},
            )

    def delete(self, sequences: Collection[int]) -> None:
        """Forget those rows for good."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM transactions WHERE sequence = ?", [(one,) for one in sequences])

    def probe(self) -> None:
        """Write something durably that changes nothing: after a full disk, is there room again?"""
        with self._transaction() as connection:
            connection.execute("UPDATE kiosk SET last_sequence = last_sequence")

    def close(self) -> None:
        """Close the database and let the next writer in."""
        self.connection.close()
        self._lock.release()


def _clock(instant: Instant) -> dict[str, int | str]:
    return {
        "now": microseconds(instant.time),
        "sure": instant.sure,
        "boot": instant.boot,
        "uptime": stored_uptime(instant),
    }


def _first_state(draft: Draft, sequence: int, envelope: str) -> QueuedTransaction:
    return QueuedTransaction(
        id=draft.id,
        sequence=sequence,
        kind=draft.kind,
        priority=draft.priority,
        subject=draft.subject,
        occurred_at=draft.occurred_at,
        expires_at=draft.expires_at,
        stored=draft.made,
        state=TransactionState.PENDING,
        attempts=0,
        next_attempt_at=draft.made.time,
        envelope=envelope,
        envelope_sha256=hashlib.sha256(envelope.encode()).hexdigest(),
    )
