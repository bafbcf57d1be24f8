"""Disk full, read-only, locked, damaged: refused before anything was promised, and well again where it can be."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path

import pytest

from config.faults import FaultCode
from offline_queue.copies import backup, resume
from offline_queue.model import QueueError, TransactionState
from offline_queue.queue import OfflineQueue
from simulator.gateway.server import GatewayServer
from tests.offline_queue.hall import TestHall, final, new_server, running_hall, running_queue, submit
from tests.offline_queue.script import until
from tests.small_disk import fill, mounted


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 512 KiB, where the queue will be."""
    place = tmp_path / "queue"
    place.mkdir()
    with mounted(place, "512k"):
        yield place


async def refusal(attempt: Coroutine[None, None, None]) -> FaultCode:
    with pytest.raises(QueueError) as caught:
        await attempt
    return caught.value.code


async def submit_many(queue: OfflineQueue) -> None:
    """Until it is refused: the WAL has some room left in pages that it uses again."""
    for _ in range(1000):
        await submit(queue, "wang_jianguo")


async def open_and_close(hall: TestHall) -> None:
    async with running_queue(hall, sending=False):
        pass


def left_of_the_copy(place: Path) -> list[str]:
    return [path.name for path in place.glob("copy*")]


def remount(place: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(place)], check=True)


async def test_disk_full_at_submit(small_disk: Path, hall: TestHall) -> None:
    async with running_queue(hall) as queue:
        first = await final(queue, await submit(queue))
        filler = fill(small_disk)
        assert await refusal(submit_many(queue)) is FaultCode.Q_UNAVAILABLE
        assert queue.fault is FaultCode.Q_UNAVAILABLE
        filler.unlink()
        await until(lambda: queue.fault is None)
        last = await final(queue, await submit(queue, "li_xiuying"))
        rows = await queue.rows(limit=10_000)
        for row in rows:
            await final(queue, row)
    assert (first.state, last.state) == (TransactionState.ACCEPTED, TransactionState.ACCEPTED)
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert len(hall.transactions) == len(rows)


async def test_read_only_at_start(small_disk: Path, hall: TestHall) -> None:
    async with running_queue(hall, sending=False) as queue:
        await submit(queue)
    remount(small_disk, "ro")
    assert await refusal(open_and_close(hall)) is FaultCode.Q_UNAVAILABLE
    remount(small_disk, "rw")
    async with running_queue(hall) as queue:
        (row,) = await queue.rows()
        assert (await final(queue, row)).state is TransactionState.ACCEPTED


async def test_no_room_for_another_page(hall: TestHall) -> None:
    """The same without root's rights: SQLite itself refuses to grow."""
    async with running_queue(hall, sending=False) as queue:
        await submit(queue)
        connection = queue._store.connection
        (pages,) = await queue._on_store(lambda: connection.execute("PRAGMA page_count").fetchone())
        await queue._on_store(connection.execute, f"PRAGMA max_page_count={pages}")
        assert await refusal(submit_many(queue)) is FaultCode.Q_UNAVAILABLE
        stored = await queue.rows(limit=10_000)
        await queue._on_store(connection.execute, "PRAGMA max_page_count=1000000")
        assert (await submit(queue)).sequence == len(stored) + 1


async def test_read_only_while_it_runs(hall: TestHall) -> None:
    """As after a file system's fault, when the kernel lets nothing be written any more."""
    async with running_queue(hall) as queue:
        await final(queue, await submit(queue))
        connection = queue._store.connection
        await queue._on_store(connection.execute, "PRAGMA query_only=TRUE")
        assert await refusal(submit_many(queue)) is FaultCode.Q_UNAVAILABLE
        assert queue.closed is FaultCode.Q_UNAVAILABLE
        ticks = queue.ticks
        await until(lambda: queue.ticks > ticks + 2)
        assert queue.closed is FaultCode.Q_UNAVAILABLE  # it is looked for, and not believed to be gone
        await queue._on_store(connection.execute, "PRAGMA query_only=FALSE")
        await until(lambda: queue.closed is None)
        assert (await final(queue, await submit(queue, "li_xiuying"))).sequence == 2


LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


async def test_locked_by_another_program_for_longer_than_we_wait(hall: TestHall) -> None:
    async with running_queue(hall) as queue:
        await final(queue, await submit(queue))
        await queue._on_store(lambda: queue._store.connection.execute("PRAGMA busy_timeout=100").fetchall())
        file = hall.directory / "queue" / "queue.db"
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-c", LOCK, str(file), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert other.stdout is not None
            assert await other.stdout.readline() == b"locked\n"
            assert await refusal(submit_many(queue)) is FaultCode.Q_UNAVAILABLE
            assert len(await queue.rows()) == 1
            assert queue.closed is FaultCode.Q_UNAVAILABLE
        finally:
            other.kill()
            await other.wait()
        await until(lambda: queue.closed is None)
        last = await final(queue, await submit(queue, "li_xiuying"))
        assert (last.sequence, last.state) == (2, TransactionState.ACCEPTED)


def spoil(file: Path, first_page: int) -> bytes:
    """Overwrite every page from that one on, as a dying disk may give it back."""
    content = bytearray(file.read_bytes())
    content[4096 * (first_page - 1) :] = b"\xa5" * (len(content) - 4096 * (first_page - 1))
    file.write_bytes(content)
    return bytes(content)


async def test_a_page_that_goes_bad_while_it_runs_closes_until_the_next_start_sets_it_aside(hall: TestHall) -> None:
    directory = hall.directory / "queue"
    async with running_queue(hall) as queue:
        await final(queue, await submit(queue))
        connection = queue._store.connection
        await queue._on_store(lambda: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        spoil(directory / "queue.db", first_page=3)
        await queue._on_store(connection.execute, "PRAGMA shrink_memory")  # forget the good pages
        await until(lambda: queue.closed is FaultCode.Q_DAMAGED)
        assert await refusal(submit_many(queue)) is FaultCode.Q_DAMAGED
        ticks = queue.ticks
        await until(lambda: queue.ticks > ticks + 2)
        assert queue.closed is FaultCode.Q_DAMAGED
    damaged = (directory / "queue.db").read_bytes()
    assert await refusal(open_and_close(hall)) is FaultCode.Q_DAMAGED
    (place,) = directory.glob("damaged-*")
    assert (place / "queue.db").read_bytes() == damaged
    assert await refusal(open_and_close(hall)) is FaultCode.Q_DAMAGED  # and none begins by itself
    resume(directory, hall.keys.kiosk, 1)
    async with running_queue(hall) as queue:
        assert (await final(queue, await submit(queue, "li_xiuying"))).sequence == 2


async def test_a_bad_page_is_found_at_the_start_and_the_log_is_set_aside_with_it(
    hall: TestHall, caplog: pytest.LogCaptureFixture
) -> None:
    directory = hall.directory / "queue"
    async with running_queue(hall, sending=False) as queue:
        for _ in range(20):
            await submit(queue)
        await queue._on_store(lambda: queue._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        await submit(queue)
        log = (directory / "queue.db-wal").read_bytes()
    damaged = spoil(directory / "queue.db", first_page=8)
    (directory / "queue.db-wal").write_bytes(log)
    assert await refusal(open_and_close(hall)) is FaultCode.Q_DAMAGED
    (place,) = directory.glob("damaged-*")
    assert (place / "queue.db").read_bytes() == damaged
    assert (place / "queue.db-wal").read_bytes() == log
    assert [record.levelname for record in caplog.records if record.message == "queue_set_aside"] == ["CRITICAL"]
    assert not (directory / "queue.db").exists()


async def test_no_room_for_a_backup_leaves_the_queue_and_no_half_copy(small_disk: Path, hall: TestHall) -> None:
    async with running_queue(hall) as queue:
        await final(queue, await submit(queue))
        filler = fill(small_disk)
        with pytest.raises(QueueError):
            backup(small_disk, small_disk / "copy.db")
        assert left_of_the_copy(small_disk) == []
        filler.unlink()
        backup(small_disk, small_disk / "copy.db")
        await until(lambda: queue.fault is None)
        assert (await final(queue, await submit(queue, "li_xiuying"))).state is TransactionState.ACCEPTED
