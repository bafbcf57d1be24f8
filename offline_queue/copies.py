"""Copies of the queue and ways back from one: a backup beside the running kiosk, and going on after a restore."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from config.faults import FaultCode
from offline_queue import files
from offline_queue.connections import connected, copy_into, pragma, transaction
from offline_queue.model import QueueError
from offline_queue.opening import create_database
from offline_queue.schema import COPY, SCHEMA_VERSION, assert_owner, assert_sound

log = logging.getLogger(__name__)

_COPY = ".backup"


def backup(directory: Path, target: Path) -> None:
    """Copy the queue in ``directory`` into the one file ``target``, also while the kiosk runs.

    The copy is of one moment, readable by its owner alone, on disk when this returns, and marked as a copy: a kiosk
    that is started with it takes nothing new before the gateway has said which number it had last.

    Raises:
        QueueError: there is no queue, ``target`` is there already, or the disk is full. No half copy is left.
    """
    source = directory / files.DATABASE
    with files.queue_errors():
        _demand(source.exists(), "there is no queue here")
        _demand(not target.exists(), f"{target.name} is there already")
        with files.new_file(target) as new:
            with connected(source, "ro") as connection:
                copy_into(new, connection)
            with connected(new, "rw") as copy:
                copy.execute("UPDATE kiosk SET closed = coalesce(closed, ?)", (COPY,))


def backup_in_turn(directory: Path, place: Path, keep: int, at: datetime) -> Path:
    """A backup into the folder ``place`` under the time ``at``; of the older ones there only the newest stay.

    ``keep``: how many copies there are afterwards, at least 1. An older copy goes only when the new one is on disk. One
    that is named by a later time is older too: the clock was ahead when it was made.

    Raises:
        QueueError: as ``backup`` does.
    """
    with files.queue_errors():
        files.make_directory(place)
    target = place / f"queue-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{_COPY}"
    backup(directory, target)
    others = sorted(copies_in(place), key=lambda copy: (copy.name <= target.name, copy == target, copy.name))
    for old in others[:-keep]:
        old.unlink()
    return target


def copies_in(place: Path) -> list[Path]:
    """The backups in the folder that ``backup_in_turn`` has named, oldest first."""
    return sorted(place.glob(f"queue-*{_COPY}"))


def resume(directory: Path, kiosk: str, last_sequence: int) -> int:
    """Go on after a restore, or with an empty queue after a damaged one was set aside. Returns the number used last.

    The next transaction gets a number above ``last_sequence``, which must not be below the highest number ever given
    out: the larger of what the gateway has and what can still be read. A queue that is there goes on with what it
    has, its own number is never lowered, and the kiosk may be running.

    Raises:
        QueueError: the queue is damaged, of another kiosk or another version, or a program without a queue runs here.
    """
    with files.queue_errors():
        if not (directory / files.DATABASE).exists():
            files.make_directory(directory)
            with files.writer_lock(directory):
                create_database(directory, kiosk, last_sequence)
        with connected(directory / files.DATABASE, "ro") as connection:  # a damaged one must stay as it is
            assert_sound(connection)
            assert_owner(connection, kiosk)
            _demand(pragma(connection, "user_version") == SCHEMA_VERSION, "of another version: start the kiosk first")
        with connected(directory / files.DATABASE, "rw") as connection:
            connection.execute("PRAGMA synchronous=FULL")
            with transaction(connection):
                (last,) = connection.execute(
                    "UPDATE kiosk SET last_sequence = max(last_sequence, ?), closed = NULL RETURNING last_sequence",
                    (last_sequence,),
                ).fetchone()
    log.warning("queue_resumed", extra={"sequence": last})
    return int(last)


def _demand(condition: bool, otherwise: str) -> None:  # noqa: FBT001 - an assertion that stays
    if not condition:
        raise QueueError(FaultCode.Q_UNAVAILABLE, otherwise)
