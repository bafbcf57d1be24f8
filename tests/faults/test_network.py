"""The network between kiosk and gateway fails at every place: one effect, the truth told, delivered in the end.

KIOSK_EVERY_BYTE=1 cuts a transaction at each byte in place of some of them.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from config.faults import FaultCode
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.request_signature import RequestSigner
from offline_queue.model import OutcomeUnknown, QueuedTransaction, TransactionState, TryLater
from offline_queue.queue import OfflineQueue
from simulator.gateway.server import GatewayServer
from tests.faults.proxy import Proxy, Trouble
from tests.offline_queue.hall import TestHall, final, new_server, running_hall, running_queue, submit

EVERY = os.environ.get("KIOSK_EVERY_BYTE") == "1"
UNREACHED = {FaultCode.NET_UNREACHABLE, FaultCode.NET_TIMEOUT}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
def proxy(server: GatewayServer) -> Iterator[Proxy]:
    with Proxy(server.port) as running:
        yield running


@asynccontextmanager
async def through(proxy: Proxy, hall: TestHall, **settings: float) -> AsyncIterator[TestHall]:
    """The hall, whose kiosk reaches the gateway by way of the proxy only."""
    wanted = {"connect_seconds": 0.5, "read_seconds": 0.5, **settings}
    signer = RequestSigner(hall.keys.kiosk, hall.keys.signing_key)
    gateway = Gateway(GatewaySettings(proxy.url, **wanted), signer)  # type: ignore[arg-type]  # all are seconds
    try:
        yield replace(hall, gateway=gateway)
    finally:
        await gateway.close()


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer, proxy: Proxy) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as plain, through(proxy, plain) as behind_the_proxy:
        yield behind_the_proxy


def in_effect(hall: TestHall, row: QueuedTransaction) -> bool:
    return any(event.transaction_id == str(row.id) for event in hall.events)


async def told(queue: OfflineQueue, row: QueuedTransaction) -> QueuedTransaction:
    """What there is to tell when the patience of a citizen is over; short, because the line is."""
    return await queue.settled(row.id, 0.3)


async def delivered_once(hall: TestHall, queue: OfflineQueue, row: QueuedTransaction) -> None:
    settled = await final(queue, row)
    assert settled.state is TransactionState.ACCEPTED
    (transaction,) = hall.transactions
    (event,) = hall.events
    assert (transaction.id, event.transaction_id) == (str(row.id), str(row.id))
    assert hall.gaps == []


async def sizes(proxy: Proxy, hall: TestHall) -> tuple[int, int]:
    """How many bytes a whole transaction takes there and back."""
    async with running_queue(hall) as queue:
        await final(queue, await submit(queue, "li_xiuying"))
    passed = proxy.connections[-1]
    hall.server.state.reset()
    return passed.request, passed.answer


def places(length: int, count: int) -> range:
    return range(length + 1) if EVERY else range(0, length + 1, max(1, length // count))


async def survives(proxy: Proxy, hall: TestHall, troubles: list[Trouble]) -> None:
    """One transaction after the other, each under its own trouble."""
    async with running_queue(hall) as queue:
        for trouble in troubles:
            hall.server.state.reset()
            proxy.set(trouble)
            row = await submit(queue)
            said = await told(queue, row)
            if said.state is TransactionState.PENDING and said.problem is not None:  # an attempt has shown it
                assert not in_effect(hall, row), f"{trouble}: in effect, and told {said}"
            proxy.set()
            await delivered_once(hall, queue, row)


async def test_cut_at_each_place_of_the_request(proxy: Proxy, hall: TestHall) -> None:
    request, _ = await sizes(proxy, hall)
    await survives(proxy, hall, [Trouble(cut_request=place) for place in places(request - 1, 9)])


async def test_cut_at_each_place_of_the_answer(proxy: Proxy, hall: TestHall) -> None:
    _, answer = await sizes(proxy, hall)
    await survives(proxy, hall, [Trouble(cut_answer=place) for place in places(answer - 1, 9)])


async def test_reset_at_each_place_of_the_answer(proxy: Proxy, hall: TestHall) -> None:
    _, answer = await sizes(proxy, hall)
    await survives(proxy, hall, [Trouble(cut_answer=place, reset=True) for place in places(answer - 1, 6)])


async def test_a_wrong_byte_anywhere_in_the_answer_is_never_success_for_another_key(
    proxy: Proxy, hall: TestHall
) -> None:
    """Plain http for the trial: with TLS no wrong byte would come so far."""
    _, answer = await sizes(proxy, hall)
    await survives(proxy, hall, [Trouble(corrupt_answer=place) for place in places(answer - 1, 9)])


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(drop_answer=True),
        Trouble(drop_answer=True, reset=True),
        Trouble(silent=True),
        Trouble(refuse=True),
        Trouble(delay=0.8),
        Trouble(rate=20),
        Trouble(twice=True),
    ],
    ids=str,
)
async def test_what_else_a_network_does(proxy: Proxy, hall: TestHall, trouble: Trouble) -> None:
    await survives(proxy, hall, [trouble])


async def test_a_connection_that_died_while_nobody_used_it(proxy: Proxy, hall: TestHall) -> None:
    async with running_queue(hall) as queue:
        await final(queue, await submit(queue, "li_xiuying"))
        proxy.hang_up()
        hall.server.state.reset()
        row = await submit(queue)
        await delivered_once(hall, queue, row)


async def test_one_silent_line_keeps_nobody_waiting_beyond_the_patience(proxy: Proxy, hall: TestHall) -> None:
    """Whoever is there while the line is silent is told in time, one after the other."""
    proxy.set(Trouble(silent=True))
    async with running_queue(hall) as queue, asyncio.timeout(20):
        for key in ("zhang_ling", "li_xiuying", "zhao_qi", "gulimire", "wang_jianguo", "berg"):
            began = asyncio.get_running_loop().time()
            said = await told(queue, await submit(queue, key))
            assert said.state in {TransactionState.SENDING, TransactionState.PENDING}
            assert asyncio.get_running_loop().time() - began < 5


async def test_a_line_that_flaps_does_not_flicker(proxy: Proxy, hall: TestHall) -> None:
    changes: list[bool] = []
    hall.gateway.line.listen(changes.append)
    await hall.gateway.check()
    for trouble in (Trouble(), Trouble(refuse=True)) * 4:
        proxy.set(trouble)
        await hall.gateway.check()
    assert changes == [True]
    for _ in range(2):
        await hall.gateway.check()
    assert changes == [True, False]
    assert hall.gateway.line.fault in UNREACHED
    for trouble in (Trouble(), Trouble(refuse=True)) * 4:
        proxy.set(trouble)
        await hall.gateway.check()
    assert changes == [True, False]
    proxy.set()
    assert [await hall.gateway.check() for _ in range(2)] == [False, True]


async def test_while_out_of_reach_one_is_tried_again_at_a_time(proxy: Proxy, hall: TestHall) -> None:
    """Others wait for nothing; whoever comes now is tried at once."""
    async with running_queue(hall, sending=False) as queue:
        rows = [await submit(queue, key) for key in ("zhang_ling", "li_xiuying", "zhao_qi", "gulimire")]
    proxy.set(Trouble(silent=True))
    for _ in range(2):
        await hall.gateway.check()
    assert not hall.gateway.online
    proxy.set(Trouble(silent=True))
    deliver = GatewayDelivery(hall.gateway)
    again = [replace(row, attempts=1) for row in rows[1:]]
    answers = await asyncio.gather(*(deliver.send(row) for row in again), deliver.send(rows[0]))
    assert answers[1:3] == [TryLater(FaultCode.NET_UNREACHABLE)] * 2
    assert answers[0] == answers[3] == OutcomeUnknown(FaultCode.NET_TIMEOUT)
    assert len(proxy.connections) == 2
    assert await deliver.outcome(again[0]) == TryLater(FaultCode.NET_TIMEOUT)  # the way is free for the next one
