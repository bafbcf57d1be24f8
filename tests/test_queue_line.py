"""When the line comes back: what waits is sent, and the gateway's book is compared with the queue's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from config.faults import FaultCode
from kiosk.queue_line import follow_line
from offline_queue.model import QueueError, TransactionState
from offline_queue.pace import Pace
from simulator.gateway.models import Kiosk
from simulator.gateway.switches import Fault
from tests.offline_queue.hall import TestHall, final, new_server, running_hall, running_queue, submit, until

SLOW = Pace(first_wait=300, spread=0.05, tick=0.05)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[TestHall]:
    with new_server(tmp_path / "gateway") as server:
        async with running_hall(tmp_path, server, read_seconds=0.5) as running:
            yield running


@asynccontextmanager
async def following(hall: TestHall, queue: object) -> AsyncIterator[None]:
    task = asyncio.create_task(follow_line(hall.gateway, queue, again=0.05))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_waits_is_sent_when_the_line_is_back(hall: TestHall) -> None:
    hall.server.stop()
    async with running_queue(hall, pace=SLOW) as queue, following(hall, queue):
        row = await submit(queue)
        assert (await queue.settled(row.id, 20)).state is TransactionState.PENDING
        hall.server.start()
        await hall.gateway.check()
        assert (await final(queue, row)).state is TransactionState.ACCEPTED


async def test_a_queue_behind_the_gateways_book_closes(hall: TestHall) -> None:
    with hall.server.state.sessions.begin() as session:
        session.get_one(Kiosk, hall.keys.kiosk).highest_sequence = 7
    async with running_queue(hall) as queue, following(hall, queue):
        assert queue.closed is None
        await hall.gateway.check()
        await until(lambda: queue.closed is FaultCode.Q_RESTORED)
        with pytest.raises(QueueError) as caught:
            await submit(queue)
        assert caught.value.code is FaultCode.Q_RESTORED
    async with running_queue(hall) as queue:
        assert queue.closed is FaultCode.Q_RESTORED  # also at the next start, before the gateway is heard


async def test_the_question_is_asked_again_until_it_is_answered(hall: TestHall) -> None:
    with hall.server.state.sessions.begin() as session:
        session.get_one(Kiosk, hall.keys.kiosk).highest_sequence = 7
    async with running_queue(hall) as queue, following(hall, queue):
        hall.server.switches.set(Fault.UNAVAILABLE_503, times=2, path="/v1/kiosk")
        await hall.gateway.check()
        await until(lambda: queue.closed is FaultCode.Q_RESTORED)
