"""The client's connections: kept, found dead, mixed up, given up; and a clock that the gateway does not believe."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import Timekeeper, boot_seconds
from config.faults import FaultCode
from flows.records import PersonOf
from kiosk.gateway import Gateway, GatewayError, GatewaySettings
from kiosk.request_signature import RequestSigner
from offline_queue.queue import utc_now
from simulator.gateway.server import GatewayServer
from simulator.gateway.switches import Fault
from simulator.people import BY_KEY
from tests.faults.proxy import Proxy, Trouble
from tests.offline_queue.hall import TestHall, new_server, running_hall, until

ZHANG, LI = BY_KEY["zhang_ling"], BY_KEY["li_xiuying"]
Serve = Callable[[int, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running


@asynccontextmanager
async def client(hall: TestHall, port: int, **settings: float) -> AsyncIterator[Gateway]:
    wanted = GatewaySettings(f"http://127.0.0.1:{port}", **settings)  # type: ignore[arg-type]  # all are numbers
    gateway = Gateway(wanted, RequestSigner(hall.keys.kiosk, hall.keys.signing_key))
    try:
        yield gateway
    finally:
        await gateway.close()


@asynccontextmanager
async def served(serve: Serve) -> AsyncIterator[int]:
    """A port on which ``serve`` gets every connection, with its number from 1."""
    number = 0
    serving: set[asyncio.Task[None]] = set()

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal number
        number += 1
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            await serve(number, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(accepted, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        await asyncio.wait({asyncio.create_task(asyncio.sleep(0.05)), *serving}, timeout=2)  # a client's end wakes them
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def one_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return head + await reader.readexactly(int(length.partition(b":")[2]))


def person(number: str) -> bytes:
    body = b'{"number":"%s","name":"x","photo":null,"mobile_masked":"","transfers_out":false}' % number.encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def fault_of(gateway: Gateway) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await gateway.look_up(PersonOf(ZHANG.number))
    return caught.value


async def test_a_connection_is_kept_between_requests(hall: TestHall) -> None:
    with Proxy(hall.server.port) as proxy:
        async with client(hall, proxy.port, connections=1) as gateway:
            for _ in range(5):
                await gateway.look_up(PersonOf(ZHANG.number))
            assert len(proxy.connections) == 1


async def test_one_that_died_meanwhile_is_noticed_and_the_request_signed_anew(hall: TestHall) -> None:
    requests: list[bytes] = []

    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            requests.append(await one_request(reader))
            if len(requests) == 2:  # the second on this connection finds nobody
                return
            writer.write(person(ZHANG.number))

    async with served(serve) as port, client(hall, port, connections=1) as gateway:
        for _ in range(2):
            assert (await gateway.look_up(PersonOf(ZHANG.number))).number == ZHANG.number
    signatures = {line for each in requests for line in each.split(b"\r\n") if line.startswith(b"Kiosk-Signature")}
    assert (len(requests), len(signatures)) == (3, 3)


async def test_what_was_sent_on_a_dead_connection_may_have_arrived_whatever_the_second_try_meets(
    hall: TestHall,
) -> None:
    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await one_request(reader)
        if number == 1:
            writer.write(person(ZHANG.number))
            await one_request(reader)
            return
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")

    async with served(serve) as port, client(hall, port, connections=1) as gateway:
        await gateway.look_up(PersonOf(ZHANG.number))
        error = await fault_of(gateway)
        assert (error.code, error.status, error.maybe_received) == (FaultCode.GW_ERROR, 503, True)


async def test_an_answer_that_comes_twice_is_not_taken_for_the_next(hall: TestHall) -> None:
    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await one_request(reader):
            asked = ZHANG if ZHANG.number.encode() in request else LI
            writer.write(person(asked.number))
            await asyncio.sleep(0.05 if asked is ZHANG else 0)  # the second copy comes a little later
            writer.write(person(asked.number))

    async with served(serve) as port, client(hall, port, connections=1) as gateway:
        answers, noticed = [], []
        for asked in (ZHANG, LI) * 3:
            try:
                answers.append((asked, (await gateway.look_up(PersonOf(asked.number))).number))
            except GatewayError as error:
                noticed.append(error.code)  # and that connection is used no more
        assert all(number == asked.number for asked, number in answers)
        assert set(noticed) <= {FaultCode.GW_UNEXPECTED}
        assert len(answers) >= 3


@pytest.mark.parametrize("begins", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"])
async def test_drops_in_the_head_or_in_the_body_hold_no_thread(hall: TestHall, begins: bytes) -> None:
    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await one_request(reader)
        writer.write(begins)
        while not reader.at_eof():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with served(serve) as port:
        began = time.monotonic()
        async with client(hall, port, total_seconds=0.4) as gateway:
            error = await fault_of(gateway)
            assert (error.code, error.maybe_received) == (FaultCode.NET_TIMEOUT, True)
        assert time.monotonic() - began < 2


async def test_what_no_thread_was_free_for_was_not_sent(hall: TestHall) -> None:
    with Proxy(hall.server.port) as proxy:
        proxy.set(Trouble(silent=True))
        async with client(hall, proxy.port, connections=1, total_seconds=0.4) as gateway:
            errors = await asyncio.gather(fault_of(gateway), fault_of(gateway))
            assert [error.maybe_received for error in errors] == [True, False]


async def test_a_visit_that_ends_takes_its_request_with_it(hall: TestHall) -> None:
    """The next citizen finds the thread free at once, on a line that is well again."""
    with Proxy(hall.server.port) as proxy:
        proxy.set(Trouble(silent=True))
        async with client(hall, proxy.port, connections=1, read_seconds=20) as gateway:
            asking = asyncio.create_task(gateway.look_up(PersonOf(ZHANG.number)))
            await until(lambda: len(proxy.connections) == 1)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            proxy.trouble = Trouble()
            async with asyncio.timeout(5):
                assert (await gateway.look_up(PersonOf(ZHANG.number))).name == ZHANG.name


def kiosk_that_is_wrong_by(hall: TestHall, wrong: timedelta, settings: GatewaySettings) -> tuple[Gateway, Timekeeper]:
    keeper = Timekeeper(wall=lambda: utc_now() + wrong, uptime=boot_seconds, boot="trial")
    signer = RequestSigner(hall.keys.kiosk, hall.keys.signing_key, keeper.now)
    return Gateway(settings, signer, timekeeper=keeper), keeper


@pytest.mark.parametrize("wrong", [timedelta(days=-20_000), timedelta(hours=1)], ids=str)
async def test_a_stale_signature_sets_the_clock_right_and_is_made_anew(hall: TestHall, wrong: timedelta) -> None:
    gateway, keeper = kiosk_that_is_wrong_by(hall, wrong, GatewaySettings(hall.server.url))
    assert (await gateway.look_up(PersonOf(ZHANG.number))).name == ZHANG.name
    assert abs(keeper.now() - utc_now()) < timedelta(seconds=5)
    await gateway.close()


async def test_a_slow_answer_does_not_set_a_clock_that_is_right(hall: TestHall) -> None:
    gateway, keeper = kiosk_that_is_wrong_by(hall, timedelta(), GatewaySettings(hall.server.url))
    await gateway.check()
    assert keeper().sure
    told = keeper.now()
    hall.server.state.clock = lambda: utc_now() - timedelta(seconds=10)
    hall.server.switches.set(Fault.SLOW, seconds=2.2, times=1)
    await gateway.check()
    assert timedelta(seconds=2) < keeper.now() - told < timedelta(seconds=5)
    await gateway.close()
