"""A queue with many rows in a process of its own, whose memory is then the queue's alone."""

import asyncio
import multiprocessing
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from offline_queue.files import DATABASE
from offline_queue.queue import OfflineQueue
from offline_queue.schema import microseconds
from offline_queue.store import Store
from tests.bench.queue_parts import Serialiser, open_queue, submit_many

KIOSK = "JN03"
_ENVELOPE = 1400  # characters, about what a sealed transaction has

# Rows as time leaves them: what was taken long ago without its envelope, then what waits, due in an hour.
_FILL = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows)
INSERT INTO transactions (
    sequence, id, kind, priority, subject, occurred_at, expires_at, stored_at, stored_sure, stored_boot, stored_uptime,
    state, attempts, next_attempt_at, problem, answer, envelope, envelope_sha256
)
SELECT
    n, printf('018f0000-0000-7000-8000-%012x', n), 'entitlement_review', 0, lower(hex(randomblob(32))),
    :stored, :expires, :stored, 1, 'certain', :stored,
    iif(n > :rows - :waiting, 'pending', 'accepted'), 1, :due, iif(n > :rows - :waiting, 'NET_UNREACHABLE', NULL),
    '{"result":"accepted"}',
    iif(n > :rows - :waiting, substr(:envelope, 1, :length), ''),
    lower(hex(randomblob(32)))
FROM numbers
"""


def build(directory: Path, rows: int, waiting: int) -> None:
    """A queue with ``rows`` stored, of which the last ``waiting`` still wait; written without waiting for the disk."""
    now = datetime.now(UTC)
    Store(directory, KIOSK, now).close()
    connection = sqlite3.connect(directory / DATABASE, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    values = {
        "rows": rows,
        "waiting": waiting,
        "stored": microseconds(now),
        "expires": microseconds(now + timedelta(hours=72)),
        "due": microseconds(now + timedelta(hours=1)),
        "envelope": "x" * _ENVELOPE,
        "length": _ENVELOPE,
    }
    connection.execute("BEGIN")
    connection.execute(_FILL, values)
    connection.execute("UPDATE kiosk SET last_sequence = ?", (rows,))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class SizedQueue:
    """The queue in its process, asked over a pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.opened: float = pipe.recv()

    def submit(self, n: int) -> list[float]:
        """Seconds of each of ``n`` submits."""
        return self._ask("submit", n)

    def look(self, n: int) -> list[float]:
        """Seconds of each of ``n`` looks for what is due and for what has expired: what a tick does."""
        return self._ask("look", n)

    def memory(self) -> float:
        """Megabytes that the process holds."""
        return self._ask("memory", 0)[0]

    def _ask(self, what: str, n: int) -> list[float]:
        self._pipe.send((what, n))
        answer: list[float] = self._pipe.recv()
        return answer


@contextmanager
def running(directory: Path) -> Iterator[SizedQueue]:
    """The queue in ``directory``, opened in a new process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(directory, theirs))
    process.start()
    theirs.close()
    try:
        yield SizedQueue(ours)
    finally:
        ours.close()
        process.join()


def _serve(directory: Path, pipe: Connection) -> None:
    loop = asyncio.new_event_loop()
    begun = time.perf_counter()
    queue: OfflineQueue = loop.run_until_complete(open_queue(directory, Serialiser(_ENVELOPE, KIOSK)))
    pipe.send(time.perf_counter() - begun)
    try:
        while True:
            what, n = pipe.recv()
            pipe.send(loop.run_until_complete(_answer(queue, what, n)))
    except EOFError:
        loop.run_until_complete(queue.close())
        loop.close()


async def _answer(queue: OfflineQueue, what: str, n: int) -> list[float]:
    if what == "memory":
        return [_megabytes()]
    seconds = []
    for _ in range(n):
        begun = time.perf_counter()
        await (submit_many(queue, 1) if what == "submit" else _tick(queue))
        seconds.append(time.perf_counter() - begun)
    return seconds


def _megabytes() -> float:
    (line,) = [each for each in Path("/proc/self/status").read_text("ascii").splitlines() if each.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


async def _tick(queue: Any) -> None:
    """What the queue's task does once a second when nothing is due."""
    queue._looked = float("-inf")
    await queue._on_store(queue._look, 4, ())
