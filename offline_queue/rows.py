"""A row of the table ``transactions`` and the value that stands for it."""

import json
import sqlite3
from uuid import UUID

from config.faults import FaultCode
from offline_queue.model import QueuedTransaction, TransactionState
from offline_queue.schema import microseconds, moment


def columns(row: QueuedTransaction) -> tuple[str | int | None, ...]:
    """The values of ``row`` in the order of the table."""
    return (
        row.sequence,
        str(row.id),
        row.kind,
        row.priority,
        row.subject,
        microseconds(row.occurred_at),
        microseconds(row.expires_at),
        microseconds(row.stored_at),
        row.state,
        row.attempts,
        microseconds(row.next_attempt_at),
        row.problem,
        json.dumps(dict(row.answer), ensure_ascii=False),
        row.envelope,
    )


def from_columns(found: sqlite3.Row) -> QueuedTransaction:
    """The value of a row that was read."""
    return QueuedTransaction(
        id=UUID(found["id"]),
        sequence=found["sequence"],
        kind=found["kind"],
        priority=found["priority"],
        subject=found["subject"],
        occurred_at=moment(found["occurred_at"]),
        expires_at=moment(found["expires_at"]),
        stored_at=moment(found["stored_at"]),
        state=TransactionState(found["state"]),
        attempts=found["attempts"],
        next_attempt_at=moment(found["next_attempt_at"]),
        envelope=found["envelope"],
        problem=_known(found["problem"]),
        answer=json.loads(found["answer"]),
    )


def _known(problem: str | None) -> FaultCode | None:
    """The reason of the last failure; one that only another version of the program knows must not stop the row."""
    return FaultCode(problem) if problem in set(FaultCode) else None
