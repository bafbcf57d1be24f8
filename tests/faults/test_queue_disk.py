"""Disk full and read-only: refused before anything was promised, and well again by itself."""

import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path

import pytest

from config.faults import FaultCode
from offline_queue.model import QueueError, TransactionState
from offline_queue.queue import OfflineQueue
from simulator.gateway.server import GatewayServer
from tests.offline_queue.hall import TestHall, final, new_server, running_hall, running_queue, submit, until


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
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k,mode=700", "kiosk-test", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting a small file system needs the rights of root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


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


def fill(place: Path) -> Path:
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return filler


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
