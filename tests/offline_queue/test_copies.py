"""Backups beside the running kiosk, restores that the gateway's highest number gives away, and the way on."""

import logging
import os
import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.faults import FaultCode
from offline_queue.copies import backup, backup_in_turn, resume
from offline_queue.inspection import Inspection
from offline_queue.model import QueueError, TransactionState
from tests.offline_queue.script import LATER, Script, final, opened, submit, until


@pytest.fixture
def script() -> Script:
    return Script()


def restore(copy: Path, directory: Path) -> None:
    """As a technician does with the kiosk's program stopped."""
    for file in directory.iterdir():
        file.unlink()
    shutil.copy(copy, directory / "queue.db")


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


async def test_a_backup_of_a_running_queue_is_one_sound_file(tmp_path: Path, script: Script) -> None:
    script.answers["activation"] = [LATER] * 1000
    target = tmp_path / "copy.db"
    async with opened(tmp_path / "queue", script) as queue:
        rows = [await submit(queue, subject) for subject in "abc"]
        backup(tmp_path / "queue", target)
        await submit(queue)
    assert names(tmp_path) == ["copy.db", "queue"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    (tmp_path / "restored").mkdir()
    restore(target, tmp_path / "restored")
    inspection = Inspection(tmp_path / "restored")
    assert [row.id for row in inspection.rows()] == [row.id for row in rows]
    assert (inspection.summary().closed, Inspection(tmp_path / "queue").summary().closed) == ("copy", None)


async def test_a_backup_overwrites_nothing_and_leaves_nothing_half_done(
    tmp_path: Path, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copy.db"
    with pytest.raises(QueueError, match="no queue here"):
        backup(tmp_path / "queue", target)
    async with opened(tmp_path / "queue", script, sending=False) as queue:
        await submit(queue)
    target.write_bytes(b"older")
    with pytest.raises(QueueError, match="is there already"):
        backup(tmp_path / "queue", target)
    assert target.read_bytes() == b"older"
    target.unlink()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(QueueError, match="No space left"):
            backup(tmp_path / "queue", target)
    assert names(tmp_path) == ["queue"]


async def test_of_copies_made_in_turn_the_newest_stay(tmp_path: Path, script: Script) -> None:
    place, begun = tmp_path / "copies", datetime(2026, 11, 29, 2, 20, tzinfo=UTC)
    async with opened(tmp_path / "queue", script, sending=False) as queue:
        for hours in range(0, 30, 6):
            await submit(queue)
            backup_in_turn(tmp_path / "queue", place, 3, begun + timedelta(hours=hours))
    assert names(place) == [f"queue-{time}2000Z.backup" for time in ("20261129T14", "20261129T20", "20261130T02")]
    (tmp_path / "restored").mkdir()
    restore(place / names(place)[-1], tmp_path / "restored")
    assert len(list(Inspection(tmp_path / "restored").rows())) == 5


async def test_an_older_copy_stays_when_the_new_one_fails(tmp_path: Path, script: Script) -> None:
    place, begun = tmp_path / "copies", datetime(2026, 11, 29, 2, 20, tzinfo=UTC)
    async with opened(tmp_path / "queue", script, sending=False) as queue:
        await submit(queue)
        kept = backup_in_turn(tmp_path / "queue", place, 1, begun)
    (tmp_path / "queue" / "queue.db").write_bytes(b"damaged")
    with pytest.raises(QueueError):
        backup_in_turn(tmp_path / "queue", place, 1, begun + timedelta(hours=6))
    assert names(place) == [kept.name]


async def test_copies_of_a_clock_that_was_ahead_do_not_push_out_the_new_ones(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path / "queue", script):
        place, begun = tmp_path / "backup", datetime(2026, 11, 24, tzinfo=UTC)
        for hours in (1, 2, 3):
            backup_in_turn(tmp_path / "queue", place, 3, begun.replace(year=2036) + timedelta(hours=hours))
        made = [backup_in_turn(tmp_path / "queue", place, 3, begun + timedelta(hours=hours)) for hours in (1, 2)]
        assert all(path.exists() for path in made)
        assert names(place) == [path.name for path in made] + ["queue-20361124T030000Z.backup"]


async def test_a_restored_copy_takes_nothing_before_the_gateway_was_asked(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path / "queue", script) as queue:
        await final(queue, await submit(queue))
    backup(tmp_path / "queue", tmp_path / "copy.db")
    restore(tmp_path / "copy.db", tmp_path / "queue")
    async with opened(tmp_path / "queue", script) as queue:
        assert queue.closed is FaultCode.Q_RESTORED
        with pytest.raises(QueueError) as caught:
            await submit(queue)
        assert caught.value.code is FaultCode.Q_RESTORED
        await queue.compare(1)
        assert queue.closed is None
        assert (await submit(queue)).sequence == 2
    async with opened(tmp_path / "queue", script) as queue:  # and that is remembered
        assert queue.closed is None


async def test_an_old_copy_is_refused_until_a_technician_says_where_to_go_on(
    tmp_path: Path, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    script.answers["activation"] = [LATER] * 3
    async with opened(tmp_path / "queue", script, sending=False) as queue:
        old = await submit(queue, "a")
        await queue._on_store(lambda: queue._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        shutil.copy(tmp_path / "queue" / "queue.db", tmp_path / "copy.db")  # not by our command: without the mark
        for subject in "bcd":
            await submit(queue, subject)
    restore(tmp_path / "copy.db", tmp_path / "queue")
    async with opened(tmp_path / "queue", script) as queue:
        assert queue.closed is None
        for _ in range(2):
            await queue.compare(4)
        assert queue.closed is FaultCode.Q_RESTORED
        assert [r.levelno for r in caplog.records if r.message == "queue_restored"] == [logging.CRITICAL]
        with pytest.raises(QueueError):
            await submit(queue)
        assert (await final(queue, old)).state is TransactionState.ACCEPTED  # what it has goes on
    async with opened(tmp_path / "queue", script) as queue:
        assert queue.closed is FaultCode.Q_RESTORED  # also over a restart
        await queue.compare(1)  # a gateway that has forgotten does not open it either
        assert queue.closed is FaultCode.Q_RESTORED
        assert resume(tmp_path / "queue", "k1", 4) == 4  # beside the running kiosk
        await until(lambda: queue.closed is None)
        await queue.compare(4)
        assert (await submit(queue)).sequence == 5


async def test_resuming_never_lowers_the_number(tmp_path: Path, script: Script) -> None:
    async with opened(tmp_path, script, sending=False) as queue:
        for _ in range(3):
            await submit(queue)
        assert resume(tmp_path, "k1", 1) == 3
        assert (await submit(queue)).sequence == 4
    with pytest.raises(QueueError, match="of k1, not of k2"):
        resume(tmp_path, "k2", 9)
    assert resume(tmp_path, "k1", 9) == 9


def test_a_machine_with_a_new_disk_goes_on_with_its_number(tmp_path: Path) -> None:
    assert resume(tmp_path / "queue", "k1", 500) == 500
    assert Inspection(tmp_path / "queue").summary().last_sequence == 500


def test_resuming_leaves_a_damaged_database_as_it_is(tmp_path: Path) -> None:
    resume(tmp_path, "k1", 7)
    damaged = b"x" * 100 + (tmp_path / "queue.db").read_bytes()[100:]
    (tmp_path / "queue.db").write_bytes(damaged)
    with pytest.raises(QueueError) as caught:
        resume(tmp_path, "k1", 7)
    assert caught.value.code is FaultCode.Q_DAMAGED
    assert (tmp_path / "queue.db").read_bytes() == damaged
