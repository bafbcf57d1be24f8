"""A process killed at the worst moments, and what its disk holds then; tests/crash kills it at all moments."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from config.faults import FaultCode
from offline_queue.model import QueueError, TransactionState
from simulator.gateway.server import GatewayServer
from tests.offline_queue.hall import TestHall, final, new_server, running_hall, running_queue, submit

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running


@asynccontextmanager
async def child(hall: TestHall, mode: str) -> AsyncIterator[asyncio.subprocess.Process]:
    arguments = ("-m", "tests.faults.queue_child", str(hall.directory), hall.server.url, mode)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def run_to_its_death(hall: TestHall, mode: str) -> list[str]:
    """The ids that citizens were told before the process died."""
    async with child(hall, mode) as process:
        output, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == -signal.SIGKILL
    return told(output)


def told(output: bytes) -> list[str]:
    """Whole lines only: half a line was not told to anybody."""
    lines = output.decode().split("\n")[:-1]
    return [line.split()[1] for line in lines if line.startswith("told ")]


@pytest.mark.parametrize(
    ("mode", "state", "received"),
    [
        ("after_submit", TransactionState.PENDING, 0),
        ("before_send", TransactionState.SENDING, 0),
        ("after_answer", TransactionState.SENDING, 1),
    ],
)
async def test_killed_and_started_again_delivers_once(
    hall: TestHall, mode: str, state: TransactionState, received: int
) -> None:
    (promised,) = await run_to_its_death(hall, mode)
    assert len(hall.transactions) == received
    async with running_queue(hall, sending=False) as queue:
        (row,) = await queue.rows()
        assert (str(row.id), row.state) == (promised, state)
    async with running_queue(hall) as queue:
        settled = await final(queue, row)
        assert (settled.state, queue.pending()) == (TransactionState.ACCEPTED, 0)
    (transaction,) = hall.transactions
    assert (transaction.id, transaction.times_received, transaction.result) == (promised, 1, "accepted")
    assert [event.transaction_id for event in hall.events] == [promised]


async def test_killed_in_the_middle_of_storing_skips_no_number(hall: TestHall) -> None:
    promised = await run_to_its_death(hall, "while_storing")
    assert len(promised) == 1
    async with running_queue(hall) as queue:
        next_row = await submit(queue, "li_xiuying")
        assert next_row.sequence == 2
        rows = await queue.rows()
        assert [row.sequence for row in rows] == [1, 2]
        for row in rows:
            await final(queue, row)
    assert all(gap.filled_at is not None for gap in hall.gaps)


async def test_second_process_is_kept_out_until_the_first_is_gone(hall: TestHall) -> None:
    async with child(hall, "hold") as process:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"open\n"
        with pytest.raises(QueueError) as caught:
            async with running_queue(hall):
                pass
        assert caught.value.code is FaultCode.Q_LOCKED
        assert caught.value.detail.endswith(f"is in use by process {process.pid}")
    async with running_queue(hall) as queue:
        assert (await submit(queue)).sequence == 1
