"""Which files of the kiosk's data may go. Looks only; nothing is changed here.

What may never go is not looked for: the queue and its companions, a damaged queue that was set aside, keys, what a
crash has left of the audit log. Rows of the queue go in the running program (offline_queue/housekeeping).
"""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from config.settings import Settings
from kiosk.audit.files import delivered_months
from kiosk.audit.forwarding import read_position
from kiosk.audit.log import directory_of
from offline_queue import files
from offline_queue.connections import connected
from offline_queue.copies import copies_in
from offline_queue.inspection import Inspection
from offline_queue.model import QueueError
from offline_queue.opening import latest_time

KEPT_COPIES = 7  # the newest stay, however old they are: they may be all that is left
_HALF_AFTER = timedelta(days=1)
_CERTAIN = timedelta(days=2)  # beyond the latest time that the queue knows, a clock may as well be ahead
_SCHEMA_COPY = re.compile(r"queue-schema-\d+\.db")
_HALF = re.compile(r"(queue-schema-\d+\.db|queue-.*\.backup|[\w.-]+)\.new(-wal|-shm|-journal)?")
_OWNER = "SELECT name, last_sequence FROM kiosk"


class Kind(StrEnum):
    """What goes; the words are those of the audit log."""

    BACKUPS = "backups"  # copies of the queue made in turn
    COPIES = "copies"  # of the queue before an update changed its form
    HALVES = "halves"  # files that a crash left unfinished
    MONTHS = "months"  # of the audit log


@dataclass(frozen=True)
class OldFile:
    """One file that may go."""

    kind: Kind
    path: Path

    @property
    def bytes(self) -> int:
        """Its size; 0 if it is gone already."""
        return self.path.stat().st_size if self.path.exists() else 0


class ClockWrongError(Exception):
    """The clock is behind a time that was here already: nothing can be called old."""


def old_files(settings: Settings, now: datetime) -> list[OldFile]:
    """All that may go at ``now``.

    Raises:
        ClockWrongError: the clock was set back.
        OSError: a folder cannot be read.
    """
    queue = settings.data_directory / "queue"
    latest = latest_time(queue) if queue.exists() else None
    if latest is not None and now < latest:
        raise ClockWrongError
    limit = now - timedelta(days=settings.housekeeping.copies_days)
    certain = now if latest is None else min(now, latest + _CERTAIN)
    return [
        *_backups(settings.data_directory / "backup", limit),
        *_schema_copies(queue, limit),
        *_halves((queue, settings.data_directory / "backup", settings.data_directory / "settings"), now - _HALF_AFTER),
        *_months(settings, certain),
    ]


def _backups(folder: Path, limit: datetime) -> Iterator[OldFile]:
    for path in copies_in(folder)[:-KEPT_COPIES]:
        if _older(path, limit):
            yield OldFile(Kind.BACKUPS, path)


def _schema_copies(queue: Path, limit: datetime) -> Iterator[OldFile]:
    """Only while the queue that came from it is whole, and has gone on from there: what it held is in that one."""
    for path in sorted(queue.glob("queue-schema-*.db")):
        if _SCHEMA_COPY.fullmatch(path.name) and _older(path, limit) and _went_on(queue / files.DATABASE, path):
            yield OldFile(Kind.COPIES, path)


def _went_on(present: Path, copy: Path) -> bool:
    try:
        with connected(present, "ro") as now, connected(copy, "ro") as before:
            name, last = now.execute(_OWNER).fetchone()
            old_name, old_last = before.execute(_OWNER).fetchone()
    except (sqlite3.Error, TypeError):
        return False
    return bool(name == old_name and last >= old_last)


def _halves(folders: tuple[Path, ...], limit: datetime) -> Iterator[OldFile]:
    for folder in folders:
        for path in sorted(folder.glob("*")):
            if path.is_file() and _HALF.fullmatch(path.name) and _older(path, limit):
                yield OldFile(Kind.HALVES, path)


def _months(settings: Settings, now: datetime) -> Iterator[OldFile]:
    """Whole months of the audit log that the gateway has; none as long as the hall has not said how long they stay.

    Files are named by the kiosk's clock, which the gateway sets right, and have to be kept for a time by law: so the
    machine's own clock, which may be years ahead, does not decide alone.
    """
    folder, keep = directory_of(settings.data_directory), settings.housekeeping.audit_months
    if not keep or not folder.exists() or _something_waits(settings.data_directory / "queue"):
        return
    months = now.year * 12 + now.month - 1 - keep
    for path in delivered_months(folder, f"{months // 12:04}-{months % 12 + 1:02}", read_position(folder).number):
        yield OldFile(Kind.MONTHS, path)


def _something_waits(queue: Path) -> bool:
    """Parts of the audit log may be among it; so they may where the queue cannot be read."""
    try:
        return any(count for state, count in Inspection(queue).summary().states.items() if state.open)
    except QueueError:
        return True


def _older(path: Path, limit: datetime) -> bool:
    return path.stat().st_mtime < limit.timestamp()
