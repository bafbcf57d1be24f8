"""The queue as JSON, for other programs and for the gateway's operators: the clear columns, never the pseudonyms."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.clock import CHINA
from offline_queue.files import new_file
from offline_queue.model import QueuedTransaction, TransactionState

_TAKEN = {TransactionState.ACCEPTED, TransactionState.SUPERSEDED}


@dataclass(frozen=True)
class Exported:
    """How many rows were written, and how many of them with their envelope."""

    rows: int
    sealed: int


def record(row: QueuedTransaction, number: str) -> dict[str, object]:
    """The clear columns of ``row`` by name; times as in ISO 8601, in China's time. ``number``: the receipt's."""
    return {
        "number": number,
        "sequence": row.sequence,
        "id": str(row.id),
        "kind": row.kind,
        "state": row.state,
        "held": row.held,
        "priority": row.priority,
        "occurred_at": _iso(row.occurred_at),
        "expires_at": _iso(row.expires_at),
        "stored": {
            "time": _iso(row.stored.time),
            "sure": row.stored.sure,
            "boot": row.stored.boot,
            "uptime": row.stored.uptime,
        },
        "attempts": row.attempts,
        "next_attempt_at": _iso(row.next_attempt_at),
        "problem": row.problem,
        "answer": dict(row.answer),
        "envelope_sha256": row.envelope_sha256,
    }


def _iso(at: datetime) -> str:
    return at.astimezone(CHINA).isoformat()


def sealed(row: QueuedTransaction) -> dict[str, str]:
    """The envelope of what the gateway has not taken; it opens it only with its own key."""
    return {} if row.state in _TAKEN or not row.envelope else {"envelope": row.envelope}


def write(file: Path, records: Iterable[Mapping[str, object]]) -> Exported:
    """Write JSON Lines to a new file that only its owner may read, and see it on disk.

    Raises:
        FileExistsError: there is such a file already.
        OSError: it cannot be written; nothing is left of it.
    """
    if file.exists():
        raise FileExistsError(file)
    rows = with_envelope = 0
    with new_file(file) as new, new.open("w", encoding="utf-8") as out:
        for each in records:
            out.write(json.dumps(each, ensure_ascii=False) + "\n")
            rows, with_envelope = rows + 1, with_envelope + ("envelope" in each)
    return Exported(rows, with_envelope)
