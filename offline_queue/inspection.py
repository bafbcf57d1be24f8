"""A technician's way into the queue beside the running kiosk: looking, holding, releasing, trying again.

It takes SQLite's own lock for a moment and never the writer's; it changes single fields of a row and never gives out
a number. The running kiosk reads the rows before each attempt, so it follows within a tick.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from config.clock import Instant
from config.faults import FaultCode
from offline_queue import files
from offline_queue.connections import connected, pragma, transaction
from offline_queue.model import KEY_TAKEN, SET_ASIDE, QueuedTransaction, QueueError, TransactionState
from offline_queue.rows import from_columns
from offline_queue.schema import SCHEMA_VERSION, moment
from offline_queue.sizes import bytes_used

_OLDEST = "SELECT * FROM transactions WHERE open AND NOT held ORDER BY sequence LIMIT 1"
_ALWAYS = 0  # a next attempt in 1970 is due whatever the clock says
_DUE_NOW = f"""
state = iif(open, state, 'sending'), answer = iif(open, answer, '{{}}'), problem = iif(open, problem, NULL),
next_attempt_at = {_ALWAYS}
"""


class NotPossibleError(Exception):
    """What was asked for cannot be done with this transaction in its state. Nothing was changed."""


@dataclass(frozen=True)
class Summary:
    """The queue as a whole. ``closed`` is why nothing new is taken: "restored", "copy" or None.

    ``oldest_open``: when the oldest was stored that waits and is not held, as the limit of age counts it.
    """

    kiosk: str
    last_sequence: int
    latest: datetime
    closed: str | None
    oldest_open: Instant | None
    held: int
    bytes: int
    states: Mapping[TransactionState, int] = field(default_factory=dict)


class Inspection:
    """The queue in ``directory``. Each call opens the database for itself alone.

    Each method raises ``QueueError`` when there is no queue, or none that this version of the program can read.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        file = self._directory / files.DATABASE
        if not file.exists():
            raise QueueError(FaultCode.Q_UNAVAILABLE, "there is no queue here")
        with files.queue_errors(), connected(file, mode) as connection:
            if (version := pragma(connection, "user_version")) != SCHEMA_VERSION:
                raise QueueError(FaultCode.Q_UNAVAILABLE, f"schema {version}; this program reads {SCHEMA_VERSION}")
            yield connection

    def rows(
        self, states: Collection[TransactionState] = (), after: int = 0, limit: int = 100
    ) -> list[QueuedTransaction]:
        """Rows with a sequence beyond ``after``, in order; only those in ``states``, if any are named."""
        marks = ", ".join("?" * len(states)) if states else "state"
        query = f"SELECT * FROM transactions WHERE sequence > ? AND state IN ({marks}) ORDER BY sequence LIMIT ?"  # noqa: S608 - only question marks
        with self._open("ro") as connection:
            return [from_columns(row) for row in connection.execute(query, (after, *states, limit))]

    def alarming(self, limit: int = 1000) -> list[QueuedTransaction]:
        """Rows that were decided with an alarm, in order, the last ``limit`` of them: a person must look at them."""
        query = "SELECT * FROM transactions WHERE NOT open AND problem IS NOT NULL ORDER BY sequence DESC LIMIT ?"
        with self._open("ro") as connection:
            return [from_columns(row) for row in connection.execute(query, (limit,))][::-1]

    def find(self, wanted: UUID | int) -> QueuedTransaction:
        """The row with that id or sequence number. Raises KeyError."""
        with self._open("ro") as connection:
            return _find(connection, wanted)

    def summary(self) -> Summary:
        """Counts and marks. Reads every row, which takes a second for a million."""
        with self._open("ro") as connection:
            kiosk = connection.execute("SELECT * FROM kiosk").fetchone()
            states = connection.execute("SELECT state, count(*) FROM transactions GROUP BY state").fetchall()
            (held,) = connection.execute("SELECT count(*) FROM transactions WHERE open AND held").fetchone()
            oldest = connection.execute(_OLDEST).fetchone()
            return Summary(
                kiosk=kiosk["name"],
                last_sequence=kiosk["last_sequence"],
                latest=moment(kiosk["latest"]),
                closed=kiosk["closed"],
                oldest_open=None if oldest is None else from_columns(oldest).stored,
                held=held,
                bytes=bytes_used(connection, self._directory),
                states={TransactionState(state): count for state, count in states},
            )

    def hold(self, transaction_id: UUID) -> QueuedTransaction:
        """Stop an open transaction, and with it later ones of the same subject. Others pass.

        An attempt that is under way is not called back: then the row that is returned is ``SENDING``.

        Raises:
            KeyError: there is no such transaction.
            NotPossibleError: it is decided already.
        """
        return self._change(transaction_id, _demand_open, "held = TRUE")

    def release(self, transaction_id: UUID) -> QueuedTransaction:
        """Let a held transaction go on, at once. Raises KeyError, ``NotPossibleError``."""
        return self._change(transaction_id, _demand_held, f"held = FALSE, next_attempt_at = {_ALWAYS}")

    def retry(self, transaction_id: UUID) -> QueuedTransaction:
        """Make a waiting transaction due now.

        One that the gateway could not read is opened again as one whose outcome is unknown: it is asked for first.

        Raises:
            KeyError: there is no such transaction.
            NotPossibleError: it is decided, or held.
        """
        return self._change(transaction_id, _demand_waiting, _DUE_NOW)

    def _change(
        self, transaction_id: UUID, demand: Callable[[QueuedTransaction], None], change: str
    ) -> QueuedTransaction:
        with self._open("rw") as connection, transaction(connection):
            demand(_find(connection, transaction_id))
            connection.execute(f"UPDATE transactions SET {change} WHERE id = ?", (str(transaction_id),))  # noqa: S608 - one of three constants
            return _find(connection, transaction_id)


def _find(connection: sqlite3.Connection, wanted: UUID | int) -> QueuedTransaction:
    column = "sequence" if isinstance(wanted, int) else "id"
    key = wanted if isinstance(wanted, int) else str(wanted)
    found = connection.execute(f"SELECT * FROM transactions WHERE {column} = ?", (key,)).fetchone()  # noqa: S608 - one of two names
    if found is None:
        raise KeyError(wanted)
    return from_columns(found)


def _demand_open(row: QueuedTransaction) -> None:
    if not row.state.open:
        raise NotPossibleError(f"{row.id} is {row.state}; it does not wait any more")


def _demand_held(row: QueuedTransaction) -> None:
    if not row.held:
        raise NotPossibleError(f"{row.id} is not held")


def _demand_waiting(row: QueuedTransaction) -> None:
    if row.state is TransactionState.REFUSED and row.answer.get("reason") == SET_ASIDE:
        if row.answer.get("problem") == KEY_TAKEN:
            raise NotPossibleError(f"{row.id} is the key of something else at the gateway, whose answer would be told")
        return
    _demand_open(row)
    if row.held:
        raise NotPossibleError(f"{row.id} is held; release it")
