"""The kiosk's client against the running gateway, and against everything that is not the gateway."""

import asyncio
import http.server
import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from config.faults import FaultCode
from flows.records import CardOf, CardStatus, PersonOf, PersonRecord
from kiosk.gateway import Gateway, GatewayError, GatewaySettings, NotFound
from kiosk.request_signature import RequestSigner
from simulator.gateway.server import GatewayServer
from simulator.gateway.switches import Fault
from simulator.people import BY_KEY, PEOPLE
from tests.offline_queue.hall import JPEG, TestHall, new_server, running_hall

ZHANG = BY_KEY["zhang_ling"]
ASK_ZHANG = PersonOf(ZHANG.number)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server, read_seconds=1.0, health_seconds=0.05) as running:
        yield running


@pytest.fixture
async def own_hall(tmp_path: Path) -> AsyncIterator[TestHall]:
    """A hall whose gateway a test may stop."""
    with new_server(tmp_path / "gateway") as own:
        async with running_hall(tmp_path, own, read_seconds=1.0, health_seconds=0.05) as running:
            yield running


async def fault_of(gateway: Gateway) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await gateway.look_up(ASK_ZHANG)
    return caught.value


async def test_everybody_is_found(hall: TestHall) -> None:
    for person in PEOPLE:
        assert person.card is not None
        found = await hall.gateway.look_up(PersonOf(person.number))
        photo = None if person.key == "berg" else JPEG
        leaving = person.key in {"berg", "wang_jianguo"}
        assert found == PersonRecord(person.number, person.name, photo, "138****0021", transfers_out=leaving)
        card = await hall.gateway.look_up(CardOf(person.number))
        assert (card.number, card.person_number) == (person.card.number, person.number)
        assert card.status is CardStatus(person.card.status)
        assert (card.issuing_area, card.bank_telephone) == (person.card.issuing_area, "400-000-0000")


async def test_by_card_number_alone(hall: TestHall) -> None:
    assert ZHANG.card is not None
    assert (await hall.gateway.look_up(PersonOf("", ZHANG.card.number))).name == ZHANG.name
    assert (await hall.gateway.look_up(CardOf("", ZHANG.card.number))).person_number == ZHANG.number


async def test_unknown_person_and_card(hall: TestHall) -> None:
    for query, code in ((PersonOf("370199190001010007"), "person_not_found"), (CardOf("0"), "card_not_found")):
        with pytest.raises(NotFound) as caught:
            await hall.gateway.look_up(query)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("fault", "code", "maybe_received", "status"),
    [
        (Fault.DOWN, FaultCode.NET_UNREACHABLE, True, None),
        (Fault.ANSWER_LOST, FaultCode.NET_UNREACHABLE, True, None),
        (Fault.ERROR_500, FaultCode.GW_ERROR, True, 500),
        (Fault.UNAVAILABLE_503, FaultCode.GW_ERROR, False, 503),
        (Fault.BROKEN_JSON, FaultCode.GW_UNEXPECTED, True, None),
        (Fault.CAPTIVE_PORTAL, FaultCode.NET_PORTAL, False, None),
        (Fault.IN_PROGRESS_409, FaultCode.GW_REJECTED, True, 409),
    ],
)
async def test_each_fault_is_named_and_leaves_nothing_behind(
    hall: TestHall, fault: Fault, code: FaultCode, maybe_received: bool, status: int | None
) -> None:
    hall.server.switches.set(fault, times=1)
    error = await fault_of(hall.gateway)
    assert (error.code, error.maybe_received, error.status) == (code, maybe_received, status)
    assert (await hall.gateway.look_up(ASK_ZHANG)).name == ZHANG.name


async def test_gateway_too_slow(hall: TestHall) -> None:
    hall.server.switches.set(Fault.SLOW, seconds=1.5, times=1)
    error = await fault_of(hall.gateway)
    assert (error.code, error.maybe_received) == (FaultCode.NET_TIMEOUT, True)


async def test_gateway_not_running(own_hall: TestHall) -> None:
    own_hall.server.stop()
    error = await fault_of(own_hall.gateway)
    assert (error.code, error.maybe_received) == (FaultCode.NET_UNREACHABLE, False)
    own_hall.server.start()
    assert (await own_hall.gateway.look_up(ASK_ZHANG)).name == ZHANG.name


async def test_unregistered_kiosk_is_rejected(hall: TestHall) -> None:
    stranger = Gateway(GatewaySettings(hall.server.url), RequestSigner("jn-hall-99", hall.keys.signing_key))
    error = await fault_of(stranger)
    assert (error.code, error.status, error.problem) == (FaultCode.GW_REJECTED, 401, "signature_invalid")
    await stranger.close()


async def test_line_goes_off_after_two_failures_and_on_after_two_answers(hall: TestHall) -> None:
    changes: list[bool] = []
    hall.gateway.line.listen(changes.append)
    assert hall.gateway.online is False
    assert await hall.gateway.check() is True
    for fault in (Fault.DOWN, Fault.CAPTIVE_PORTAL, Fault.ERROR_500):
        hall.server.switches.set(fault, times=1)
        assert await hall.gateway.check() is True
        assert await hall.gateway.check() is True
    hall.server.switches.set(Fault.CAPTIVE_PORTAL, times=2)
    assert await hall.gateway.check() is True
    assert await hall.gateway.check() is False
    assert await hall.gateway.check() is False
    assert await hall.gateway.check() is True
    assert changes == [True, False, True]


async def test_watch_finds_the_gateway_again(own_hall: TestHall) -> None:
    watching = asyncio.create_task(own_hall.gateway.watch())
    async with asyncio.timeout(20):
        for running in (True, False, True):
            if running and not own_hall.server.running:
                own_hall.server.start()
            if not running:
                own_hall.server.stop()
            while own_hall.gateway.online is not running:
                await asyncio.sleep(0.02)
                assert not watching.done()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_unknown_key_has_no_outcome(hall: TestHall) -> None:
    with pytest.raises(NotFound) as caught:
        await hall.gateway.outcome(uuid4())
    assert caught.value.code == "transaction_not_found"


class Scripted(http.server.BaseHTTPRequestHandler):
    """Answers every request with what the test has laid ready."""

    protocol_version = "HTTP/1.1"
    answer: bytes

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.wfile.write(self.answer)
        self.close_connection = True

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture
def stranger() -> Iterator[tuple[type[Scripted], str]]:
    handler = type("Handler", (Scripted,), {})
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def http_answer(status: str, body: bytes, content_type: str = "application/json", *more: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


GOOD = b'{"number":"%s","name":"x","photo":null,"mobile_masked":""}'


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (http_answer("302 Found", b"", "text/html", "Location: http://127.0.0.1:1/login"), FaultCode.NET_PORTAL),
        (http_answer("404 Not Found", b"<h1>nginx</h1>", "text/html"), FaultCode.NET_PORTAL),
        (http_answer("511 Network Authentication Required", b"{}"), FaultCode.NET_PORTAL),
        (http_answer("502 Bad Gateway", b"<h1>nginx</h1>", "text/html"), FaultCode.GW_ERROR),
        (http_answer("200 OK", b"{}"), FaultCode.GW_UNEXPECTED),
        (http_answer("200 OK", b"[1]"), FaultCode.GW_UNEXPECTED),
        (http_answer("200 OK", GOOD % b"370199194302120406"), FaultCode.GW_UNEXPECTED),
        (http_answer("200 OK", b'{"number":1,"name":"x","photo":null,"mobile_masked":""}'), FaultCode.GW_UNEXPECTED),
        (http_answer("200 OK", b'{"a":"' + b"x" * 2_000_000 + b'"}'), FaultCode.GW_UNEXPECTED),
        (http_answer("418 I'm a teapot", b"{}"), FaultCode.GW_UNEXPECTED),
        (http_answer("200 OK", GOOD)[:-20], FaultCode.NET_UNREACHABLE),
        (b"SSH-2.0-OpenSSH_9.2\r\n", FaultCode.NET_UNREACHABLE),
    ],
    ids=lambda value: value[:24].decode() if isinstance(value, bytes) else str(value),
)
async def test_somebody_else_answers(
    hall: TestHall, stranger: tuple[type[Scripted], str], answer: bytes, code: FaultCode
) -> None:
    handler, url = stranger
    handler.answer = answer
    gateway = Gateway(GatewaySettings(url), RequestSigner(hall.keys.kiosk, hall.keys.signing_key))
    assert (await fault_of(gateway)).code is code
    await gateway.close()


async def test_drop_by_drop_is_too_slow(hall: TestHall) -> None:
    """Each byte comes in time, the answer never does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n")
                while not ended.wait(0.02):
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        settings = GatewaySettings(f"http://127.0.0.1:{server.getsockname()[1]}", total_seconds=0.5)
        gateway = Gateway(settings, RequestSigner(hall.keys.kiosk, hall.keys.signing_key))
        error = await fault_of(gateway)
        assert (error.code, error.maybe_received) == (FaultCode.NET_TIMEOUT, True)
        await gateway.close()
        ended.set()
        thread.join()


async def test_what_was_unexpected_is_reported_without_its_text(
    hall: TestHall, caplog: pytest.LogCaptureFixture
) -> None:
    hall.server.switches.set(Fault.BROKEN_JSON, times=1)
    with caplog.at_level(logging.ERROR):
        await fault_of(hall.gateway)
    (record,) = [record for record in caplog.records if record.message == "gateway_answer_unexpected"]
    fields = vars(record)
    assert fields["path"] == "/v1/persons/query"
    assert fields["bytes"] > 0
    assert len(fields["sha256"]) == 64
    assert ZHANG.name not in str(fields)
    assert ZHANG.number not in str(fields)


@pytest.mark.parametrize("url", ["http://gateway.example", "ftp://127.0.0.1", "127.0.0.1:8000"])
def test_plain_http_is_for_this_machine_only(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        GatewaySettings(url)
