"""Keeping the files small at quiet moments: what is decided and old goes, free pages and the log are given back.

Each step is short, because a citizen's transaction may come at any moment and uses the same thread. Rows that only
this kiosk knows about stay for ever: what the gateway could not read, what has expired, what did not end as it should.
The row with the highest number stays too: it shows that the counter has not gone back.
"""

import logging
import sqlite3
from datetime import timedelta

from config.clock import Instant
from offline_queue import files
from offline_queue.connections import pragma
from offline_queue.model import SET_ASIDE
from offline_queue.schema import microseconds
from offline_queue.sizes import wal_bytes
from offline_queue.store import Store

log = logging.getLogger(__name__)

_ROWS = 200  # looked at in one step
_PAGES = 200  # given back in one step
_SPARE = 64  # free pages that may stay, and one in twenty: they are needed again soon
_PAUSE = 3600.0  # seconds between two passes
_QUIET = 10.0  # seconds without a change before the log is emptied

_BATCH = """
SELECT sequence, stored_sure, stored_at,
    state IN ('accepted', 'superseded', 'refused') AND problem IS NULL
    AND coalesce(json_extract(answer, '$.reason'), '') <> :set_aside
    AND sequence < (SELECT last_sequence FROM kiosk)
    AND sequence < (SELECT max(sequence) FROM transactions) AS goes
FROM transactions WHERE sequence > :after ORDER BY sequence LIMIT :limit
"""
_NEXT_SURE = "SELECT stored_at FROM transactions WHERE sequence > ? AND stored_sure ORDER BY sequence LIMIT 1"


class Housekeeping:
    """Runs on the thread of ``store``. ``keep``: how long what is decided stays."""

    def __init__(self, store: Store, keep: timedelta) -> None:
        self._store = store
        self._keep = keep
        self._after = 0
        self._next_pass = float("-inf")
        self._changes = -1
        self._quiet_since = 0.0

    def step(self, instant: Instant) -> None:
        """Do one short piece of what there is to do. Raises ``QueueError``."""
        with files.queue_errors():
            if instant.sure and instant.uptime >= self._next_pass:
                self._delete_some(instant)
            elif self._many_free():
                # A script, because this pragma makes a step for each page and execute() takes only the first.
                self._store.connection.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
            elif self._has_been_quiet(instant) and wal_bytes(self._store.directory):
                self._empty_log()

    def _delete_some(self, instant: Instant) -> None:
        """Go on with the pass; at its end note the time, and rest."""
        limit = microseconds(instant.time - self._keep)
        wanted = {"after": self._after, "limit": _ROWS, "set_aside": SET_ASIDE}
        batch = self._store.connection.execute(_BATCH, wanted).fetchall()
        old = self._as_old_as(batch, limit)
        gone = [row["sequence"] for row in batch[:old] if row["goes"]]
        if gone:
            self._store.delete(gone)
            log.info("queue_rows_deleted", extra={"transactions": len(gone)})
        if old and old == len(batch):
            self._after = batch[-1]["sequence"]
            return
        self._after = 0
        self._next_pass = instant.uptime + _PAUSE
        self._store.remember(instant)

    def _as_old_as(self, batch: list[sqlite3.Row], limit: int) -> int:
        """How many rows from the first on were certainly stored before ``limit``.

        Only sure times count; a row before one that is old was stored before it, whatever its own time says.
        """
        sure = [(index, row["stored_at"]) for index, row in enumerate(batch) if row["stored_sure"]]
        young = [index for index, stored_at in sure if stored_at >= limit]
        old = [index + 1 for index, stored_at in sure if stored_at < limit]
        if batch and not young:
            after = self._store.connection.execute(_NEXT_SURE, (batch[-1]["sequence"],)).fetchone()
            if after is not None and after["stored_at"] < limit:
                return len(batch)
        return max(old, default=0)

    def _many_free(self) -> bool:
        free = int(pragma(self._store.connection, "freelist_count"))
        return free > max(_SPARE, int(pragma(self._store.connection, "page_count")) // 20)

    def _has_been_quiet(self, instant: Instant) -> bool:
        changes = self._store.connection.total_changes
        if changes != self._changes:
            self._changes, self._quiet_since = changes, instant.uptime
        return instant.uptime - self._quiet_since >= _QUIET

    def _empty_log(self) -> None:
        """Write the log into the database and cut it to nothing; not now, if somebody is reading."""
        connection = self._store.connection
        patience = pragma(connection, "busy_timeout")
        connection.execute("PRAGMA busy_timeout=0")
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.execute(f"PRAGMA busy_timeout={patience}")
