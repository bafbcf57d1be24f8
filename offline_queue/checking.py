"""A doctor's look at the queue, beside the running kiosk or without it: what is found, without changing a byte."""

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.faults import FaultCode
from offline_queue import files
from offline_queue.connections import connected, pragma
from offline_queue.model import QueueError
from offline_queue.schema import moment

_MOST = 20
_LOCKS = Path("/proc/locks")

# Only sure times count, where there are any.
_GAPS = """
SELECT before + 1, sequence - 1, coalesce(sure_before, stored_before) FROM (
    SELECT sequence, lag(sequence) OVER numbers AS before, lag(stored_at) OVER numbers AS stored_before,
        max(iif(stored_sure, stored_at, NULL)) OVER (
            numbers ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS sure_before
    FROM transactions WHERE sequence >= ? WINDOW numbers AS (ORDER BY sequence)
) WHERE sequence > before + 1 ORDER BY sequence DESC LIMIT ?
"""
_NEWEST = """
SELECT max(sequence), coalesce(max(iif(stored_sure, stored_at, NULL)), max(stored_at))
FROM transactions WHERE sequence >= ?
"""


@dataclass(frozen=True)
class Gap:
    """Numbers from ``first`` to ``last`` that are not there; they were given out later than ``after``."""

    first: int
    last: int
    after: datetime


@dataclass(frozen=True)
class Findings:
    """What a look at the database has found.

    ``pages``: the verdict of SQLite's quick_check, "ok" when it is; ``journal``: "wal" where a power cut loses
    nothing; ``first``: the lowest number that is there, 0 if none; ``last``: the highest number given out; ``gaps``
    between the two, newest first, not more than 20.
    """

    pages: str
    schema: int
    journal: str
    kiosk: str
    first: int
    last: int
    gaps: tuple[Gap, ...]


def examine(directory: Path, start: int = 1) -> Findings:
    """Read the whole database in ``directory``; the sequence from ``start`` on, which must be there unless it is 1.

    Raises:
        QueueError: there is no database, or it is too badly damaged to be read.
    """
    file = directory / files.DATABASE
    if not file.exists():
        raise QueueError(FaultCode.Q_UNAVAILABLE, "there is no queue here")
    with files.queue_errors(), connected(file, "ro") as connection:
        pages, schema, journal = (
            pragma(connection, name) for name in ("quick_check(1)", "user_version", "journal_mode")
        )
        own = connection.execute("SELECT name, last_sequence, latest FROM kiosk").fetchone()
        if own is None:
            raise QueueError(FaultCode.Q_DAMAGED, "the counter is missing")
        kiosk, last, latest = own
        (first,) = connection.execute("SELECT min(sequence) FROM transactions WHERE sequence >= ?", (start,)).fetchone()
        gaps = [Gap(low, high, moment(stored)) for low, high, stored in connection.execute(_GAPS, (start, _MOST))]
        newest, stored = connection.execute(_NEWEST, (start,)).fetchone()
    if newest is not None and newest < last:
        gaps.insert(0, Gap(newest + 1, last, moment(stored)))
    if 1 < start <= last and (first is None or first > start):
        gaps.append(Gap(start, last if first is None else first - 1, moment(latest)))
    return Findings(str(pages), int(schema), str(journal), kiosk, first or 0, last, tuple(gaps))


def last_number_set_aside(directory: Path) -> int | None:
    """The highest number given out by the queue that was set aside last, as far as it can still be read.

    None if none was set aside, or nothing can be read of it.
    """
    place = files.last_set_aside(directory)
    if place is None:
        return None
    known = []
    for query in ("SELECT last_sequence FROM kiosk", "SELECT max(sequence) FROM transactions"):
        with contextlib.suppress(sqlite3.Error), connected(place / files.DATABASE, "ro") as connection:
            known += [number for (number,) in connection.execute(query) if isinstance(number, int)]
    return max(known, default=None)


def writer(directory: Path) -> int | None:
    """The process that holds the queue, or None. Takes no lock: a kiosk that starts now is not in its way."""
    try:
        lock = directory / files.LOCK
        holder, inode = lock.read_text("ascii").strip(), lock.stat().st_ino
        held = (line.split() for line in _LOCKS.read_text("ascii").splitlines())
    except OSError:
        return None
    for _, kind, _, _, process, place, *_ in (parts for parts in held if len(parts) > 5):
        if (kind, process) == ("FLOCK", holder) and place.endswith(f":{inode}"):
            return int(process)
    return None
