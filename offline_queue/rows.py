"""A row of the table ``transactions`` and the value that stands for it."""

import json
import sqlite3
from collections.abc import Mapping
from uuid import UUID

from config.clock import Instant
from config.faults import FaultCode
from offline_queue.model import QueuedTransaction, QueueError, TransactionState
from offline_queue.schema import microseconds, moment

_MICRO = 1_000_000


def columns(row: QueuedTransaction) -> Mapping[str, str | int | None]:
    """The values of ``row`` by the table's columns."""
    return {
        "sequence": row.sequence,
        "id": str(row.id),
        "kind": row.kind,
        "priority": row.priority,
        "subject": row.subject,
        "occurred_at": microseconds(row.occurred_at),
        "expires_at": microseconds(row.expires_at),
        "stored_at": microseconds(row.stored.time),
        "stored_sure": row.stored.sure,
        "stored_boot": row.stored.boot,
        "stored_uptime": stored_uptime(row.stored),
        "state": row.state,
        "attempts": row.attempts,
        "next_attempt_at": microseconds(row.next_attempt_at),
        "problem": row.problem,
        "answer": json.dumps(dict(row.answer), ensure_ascii=False),
        "envelope": row.envelope,
        "envelope_sha256": row.envelope_sha256,
        "held": row.held,
    }


def stored_uptime(instant: Instant) -> int:
    """The boot clock in its stored form: whole microseconds."""
    return round(instant.uptime * _MICRO)


def from_columns(found: sqlite3.Row) -> QueuedTransaction:
    """The value of a row that was read.

    Raises:
        QueueError: ``Q_DAMAGED``: it holds what was never written. SQLite has no checksums: a disk that flips a bit
            within a value leaves pages that are sound.
    """
    try:
        return _from_columns(found)
    except (ValueError, TypeError, OverflowError) as error:
        raise QueueError(FaultCode.Q_DAMAGED, f"a row cannot be read ({type(error).__name__})") from error


def _from_columns(found: sqlite3.Row) -> QueuedTransaction:
    return QueuedTransaction(
        id=UUID(found["id"]),
        sequence=found["sequence"],
        kind=found["kind"],
        priority=found["priority"],
        subject=found["subject"],
        occurred_at=moment(found["occurred_at"]),
        expires_at=moment(found["expires_at"]),
        stored=Instant(
            moment(found["stored_at"]),
            bool(found["stored_sure"]),
            found["stored_boot"],
            found["stored_uptime"] / _MICRO,
        ),
        state=TransactionState(found["state"]),
        attempts=found["attempts"],
        next_attempt_at=moment(found["next_attempt_at"]),
        envelope=found["envelope"],
        envelope_sha256=found["envelope_sha256"],
        held=bool(found["held"]),
        problem=_known(found["problem"]),
        answer=json.loads(found["answer"]),
    )


def _known(problem: str | None) -> FaultCode | None:
    """The reason of the last failure; one that only another version of the program knows must not stop the row."""
    return FaultCode(problem) if problem in set(FaultCode) else None
